"""Sweeps: one experiment, trained again and again with other values of one or two settings. No Qt, no torch.

>>> rate = setting("learning_rate")
>>> points = expand(experiment, [Axis(rate, parse(rate, "0.001, 0.01, 0.1"))])
>>> for point in points:
...     history = History()
...     for event in train(point.experiment, split_for(point.experiment)):
...         history.add(event)
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.engine.initialisers import INITIALISERS
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.graph.model import Graph, ParamValue
from playground.layers import Category, layer_type
from playground.train.advice.network_remedies import dropout_part, dropouts, with_dropout
from playground.train.methods import METHODS
from playground.train.runs.differences import in_words
from playground.train.schedule_kinds import SCHEDULES

MOST_POINTS = 100
"""So many runs a sweep may have."""

_RANGE = re.compile(r"\s*(\S+?)\s*(?:…|\.\.+|\bto\b)\s*(\S+?)\s*(?:/\s*(\d+)|\(\s*(\d+)\s*\))?\s*\Z")

Value = float | int | str
Kind = Literal["float", "int", "choice"]


class SweepError(ValueError):
    """Values that cannot be swept over; the message says what is wrong and what to write."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A setting that can be swept over.

    `read` says where it stands in an experiment, None where the experiment has no such setting; `put` gives the
    experiment with another value. `factor` is what one value of a range is times the one before (0: 1 more).
    """

    key: str
    title: str
    kind: Kind
    read: Callable[[Experiment], Value | None]
    put: Callable[[Experiment, Value], Experiment]
    example: str
    low: float = 0.0
    high: float = math.inf
    factor: float = 0.0
    choices: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    """What the choices are called."""

    def in_words(self, value: Value) -> str:
        """A value as the user reads it."""
        if self.kind == "choice" and value in self.choices:
            return self.titles[self.choices.index(str(value))]
        if self.key == "train_size" and not value:
            return "all"
        return in_words(value)


@dataclass(frozen=True, eq=False)
class Axis:
    """A setting and the values that it takes, in their order."""

    setting: Setting
    values: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Point:
    """One run of a sweep: which value of each axis it has, by number, and its experiment."""

    place: tuple[int, ...]
    title: str
    experiment: Experiment


def expand(experiment: Experiment, axes: Sequence[Axis]) -> list[Point]:
    """Every combination of the values, the last axis running fastest.

    Raises:
        SweepError: there is no axis, or one without values; a setting is swept over twice; or there are too many
            combinations.
    """
    if not axes:
        raise SweepError("Choose at least one setting, and values for it.")
    if len({axis.setting.key for axis in axes}) < len(axes):
        raise SweepError("Both settings are the same. Choose another one.")
    for axis in axes:
        if not axis.values:
            raise SweepError(f"Write values for “{axis.setting.title}”, such as {axis.setting.example}.")
    number = math.prod(len(axis.values) for axis in axes)
    if number > MOST_POINTS:
        raise SweepError(f"These are {number:,} runs; a sweep has at most {MOST_POINTS}. Take fewer values.")
    points: list[Point] = []
    for place in itertools.product(*(range(len(axis.values)) for axis in axes)):
        changed, words = experiment, list[str]()
        for axis, index in zip(axes, place, strict=True):
            value = axis.values[index]
            changed = axis.setting.put(changed, value)
            words.append(f"{axis.setting.title.lower()} {axis.setting.in_words(value)}")
        points.append(Point(place, ", ".join(words), changed))
    return points


def parse(of: Setting, text: str) -> tuple[Value, ...]:
    """The values that a user wrote: a list ("0.1, 0.01"), a range ("0.0001 … 1"), or names for a choice ("Adam, SGD").

    A range may say how many values it has ("0.0001 … 1 / 5"): they are spread evenly, on the logarithmic scale where
    the setting has a factor. Without that it grows by the setting's own factor, as 1, 10, 100 for a learning rate.
    Values that stand twice count once.

    Raises:
        SweepError: what is written is no list or range of values that the setting can take.
    """
    parts = [part for part in re.split(r"[,;]", text) if part.strip()]
    found: list[Value] = []
    for part in parts:
        as_range = None if of.kind == "choice" else _RANGE.match(part)
        found += [_value(of, part)] if as_range is None else _spread(of, as_range)
    if not found:
        raise SweepError(f"Write values for “{of.title}”, such as {of.example}.")
    return tuple(dict.fromkeys(found))


def _value(of: Setting, text: str) -> Value:
    text = text.strip()
    if of.kind == "choice":
        plain = text.casefold()
        for key, title in zip(of.choices, of.titles, strict=True):
            if plain in (key.casefold(), title.casefold()):
                return key
        raise SweepError(f"“{of.title}” cannot be “{text}”. It is one of: {', '.join(of.titles)}.")
    if of.key == "train_size" and text.casefold() == "all":
        return 0
    try:
        number = float(text.replace("−", "-").replace("×", "").replace(" ", ""))
    except ValueError:
        raise SweepError(
            f"“{text}” is no number. Write values for “{of.title}” with commas between them, or a range, such as "
            f"{of.example}."
        ) from None
    return _checked(of, number)


def _checked(of: Setting, number: float) -> Value:
    if not (math.isfinite(number) and of.low <= number <= of.high):
        least = "above 0" if 0 < of.low < 1e-6 else f"from {in_words(of.low)}"
        raise SweepError(f"“{of.title}” cannot be {number:g}. Choose values {least} to {of.high:,g}.")
    if of.kind == "int":
        if number != round(number):
            raise SweepError(f"“{of.title}” is a whole number, not {number:g}.")
        return int(number)
    return number


def _spread(of: Setting, found: re.Match[str]) -> list[Value]:
    """The values of a range, ends included."""
    first, last = (float(_value(of, found[group])) for group in (1, 2))
    count = found[3] or found[4]
    grows = of.factor and first > 0 and last > 0
    if count is not None:
        number = int(count)
        if not 2 <= number <= MOST_POINTS:
            raise SweepError(f"A range has 2 to {MOST_POINTS} values, not {number}.")
        steps = [index / (number - 1) for index in range(number)]
        values = [first * (last / first) ** t if grows else first + (last - first) * t for t in steps]
    else:
        values = _stepped(first, last, of.factor if grows else 0.0)
    tidy = [round(value) if of.kind == "int" else float(f"{value:.3g}") for value in values]
    return [_checked(of, value) for value in dict.fromkeys((first, *tidy[1:-1], last))]


def _stepped(first: float, last: float, factor: float) -> list[float]:
    """From the one to the other, each so many times the one before, or one more; the end belongs to it."""
    low, high = min(first, last), max(first, last)
    if not factor and high - low < 1:
        raise SweepError(f"Say how many values lie from {first:g} to {last:g}, as in “{first:g} … {last:g} / 5”.")
    length = math.log(high / low, factor) if factor else high - low
    if length >= MOST_POINTS:
        how = f"as in “{first:g} … {last:g} / 5”"
        raise SweepError(f"From {first:g} to {last:g} there are too many values. Say how many, {how}.")
    values = [low * factor**step if factor else low + step for step in range(int(length + 1e-9) + 1)]
    values = values if math.isclose(values[-1], high, rel_tol=1e-9) else [*values, high]
    return values if first <= last else values[::-1]


# ---- the settings


def _training(key: str, title: str, kind: Kind, example: str, low: float, high: float, factor: float) -> Setting:
    def put(experiment: Experiment, value: Value) -> Experiment:
        return replace(experiment, training=replace(experiment.training, **{key: value}))

    return Setting(key, title, kind, lambda e: getattr(e.training, key), put, example, low, high, factor)


def _choice(key: str, title: str, known: dict[str, str], example: str) -> Setting:
    def put(experiment: Experiment, value: Value) -> Experiment:
        chosen: dict[str, Any] = {key: value, f"{key}_params": {}}
        return replace(experiment, training=replace(experiment.training, **chosen))

    names, titles = tuple(known), tuple(known.values())
    return Setting(key, title, "choice", lambda e: getattr(e.training, key), put, example, choices=names, titles=titles)


def _with_momentum(experiment: Experiment) -> float | None:
    return experiment.training.momentum if experiment.training.optimizer == "sgd" else None


def _put_momentum(experiment: Experiment, value: Value) -> Experiment:
    return replace(experiment, training=replace(experiment.training, momentum=float(value)))


def _train_size(experiment: Experiment) -> int:
    return experiment.data.train_size


def _label_noise(experiment: Experiment) -> float:
    return experiment.data.label_noise


def _put_train_size(experiment: Experiment, value: Value) -> Experiment:
    return replace(experiment, data=replace(experiment.data, train_size=int(value)))


def _put_label_noise(experiment: Experiment, value: Value) -> Experiment:
    return replace(experiment, data=replace(experiment.data, label_noise=float(value)))


def _put_seed(experiment: Experiment, value: Value) -> Experiment:
    return replace(experiment, seed=int(value))


def hidden_dense(graph: Graph) -> tuple[str, ...]:
    """The dense layers after which other layers learn, in order: the number of their units is free."""
    learning = {node.id for node in graph if layer_type(node.type).category in (Category.DENSE, Category.CONVOLUTION)}
    return tuple(
        node_id
        for node_id in graph.order
        if graph.node(node_id).type == "dense" and learning & (set(graph.descendants(node_id)) - {node_id})
    )


def _hidden_units(experiment: Experiment) -> int | None:
    found = hidden_dense(experiment.graph)
    return None if not found else int(_param(experiment.graph, found[0], "out_features"))  # type: ignore[arg-type]


def _put_hidden_units(experiment: Experiment, value: Value) -> Experiment:
    graph = experiment.graph
    for node_id in hidden_dense(graph):
        graph = edits.set_params(graph, node_id, {"out_features": int(value)})
    return replace(experiment, graph=graph)


def _dropout(experiment: Experiment) -> float | None:
    given = dropouts(experiment.graph)
    if given:
        return max(given.values())
    return None if dropout_part(experiment.graph) is None else 0.0


def _put_dropout(experiment: Experiment, value: Value) -> Experiment:
    """In the dropout layers that there are; where there are none they are put in, but for a value of 0."""
    graph, part = experiment.graph, float(value)
    given = dropouts(graph)
    for node_id in given:
        graph = edits.set_params(graph, node_id, {"p": part})
    if not given and part:
        graph = with_dropout(graph, part)
    return replace(experiment, graph=graph)


_ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "identity")


def _activations(graph: Graph) -> list[str]:
    return [node.id for node in graph if node.type in _ACTIVATIONS and graph.descendants(node.id) - {node.id}]


def _activation(experiment: Experiment) -> str | None:
    found = _activations(experiment.graph)
    return experiment.graph.node(found[0]).type if found else None


def _put_activation(experiment: Experiment, value: Value) -> Experiment:
    graph = experiment.graph
    for node_id in _activations(graph):
        graph = edits.update(graph, replace(graph.node(node_id), type=str(value), params={}))
    return replace(experiment, graph=graph)


def _param(graph: Graph, node_id: str, key: str) -> ParamValue:
    node = graph.node(node_id)
    return layer_type(node.type).complete(node.params)[key]


def _activation_titles() -> dict[str, str]:
    return {key: layer_type(key).title for key in _ACTIVATIONS}


_SETTINGS = (
    _training("learning_rate", "Learning rate", "float", "0.0001 … 1", 1e-12, 1000.0, 10.0),
    _training("batch_size", "Batch size", "int", "16 … 256", 1, 1_000_000, 2.0),
    _choice("optimizer", "Method", {key: method.title for key, method in METHODS.items()}, "SGD, Adam, RMSprop"),
    Setting("momentum", "Momentum", "float", _with_momentum, _put_momentum, "0, 0.5, 0.9", 0.0, 0.9999),
    _training("weight_decay", "Weight decay", "float", "0, 0.0001 … 0.1", 0.0, 100.0, 10.0),
    _training("l1", "L1 penalty", "float", "0, 0.00001 … 0.01", 0.0, 100.0, 10.0),
    Setting("dropout", "Dropout", "float", _dropout, _put_dropout, "0, 0.2, 0.5", 0.0, 0.99),
    Setting("hidden_units", "Hidden units", "int", _hidden_units, _put_hidden_units, "4 … 64", 1, 100_000, 2.0),
    Setting(
        *("activation", "Activation", "choice", _activation, _put_activation, "ReLU, Tanh, Sigmoid"),
        choices=_ACTIVATIONS,
        titles=tuple(_activation_titles().values()),
    ),
    _choice(
        *("initialiser", "Starting weights", {key: each.title for key, each in INITIALISERS.items()}, "Xavier, He"),
    ),
    _choice("schedule", "Schedule", {key: each.title for key, each in SCHEDULES.items()}, "constant, cosine"),
    Setting(
        *("train_size", "Examples", "int", _train_size, _put_train_size, "100 … 1600, all"),
        *(0, 10_000_000, 2.0),
    ),
    Setting(
        *("label_noise", "Wrong labels", "float", _label_noise, _put_label_noise, "0, 0.1, 0.3"),
        *(0.0, 1.0),
    ),
    Setting("seed", "Seed", "int", lambda e: e.seed, _put_seed, "0 … 4", 0, 2**31 - 1),
)


def settings_for(experiment: Experiment) -> tuple[Setting, ...]:
    """The settings that this experiment has: no momentum beside Adam, no dropout without a dropout layer."""
    return tuple(each for each in _SETTINGS if each.read(experiment) is not None)


def setting(key: str) -> Setting:
    """The setting of this key. Raises KeyError."""
    return {each.key: each for each in _SETTINGS}[key]
