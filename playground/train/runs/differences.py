"""In which settings runs differ, in plain labels: data, training, network. No torch in here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from playground.data import DataError, data_set
from playground.engine.choice import Choice
from playground.engine.initialisers import INITIALISERS
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.freezing import frozen_in_words
from playground.graph.model import Graph, Node, ParamValue
from playground.layers import Category, LayerType, ParamError, UnknownLayerType, layer_type
from playground.train.advanced import BATCH_MODE, CLASS_WEIGHT, LIMITS, SPLIT, STOPPING, WARMUP
from playground.train.augmentation_kinds import AUGMENTATION
from playground.train.methods import METHODS
from playground.train.schedule_kinds import SCHEDULES

ABSENT = "–"
"""What stands where a run has no such setting or layer."""

_MOST_LAYERS = 8
"""Networks that differ in more places are summed up."""

_PARTS = {Category.CONVOLUTION: "conv", Category.DENSE: "dense"}

_TITLES = {
    "name": "Data",
    "train_size": "Examples",
    "validation_fraction": "Validation",
    "noise": "Noise",
    "samples": "Points",
    "permuted": "Shuffled numbers",
    "optimizer": "Method",
    "learning_rate": "Learning rate",
    "momentum": "Momentum",
    "weight_decay": "Weight decay",
    "batch_size": "Batch size",
    "epochs": "Epochs",
    "device": "Device",
    "schedule": "Schedule",
    "initialiser": "Starting weights",
} | {param.key: param.title for param in (*SPLIT, *WARMUP, *LIMITS, *STOPPING, *BATCH_MODE, *CLASS_WEIGHT)}

_CHOICES: Mapping[str, Mapping[str, Choice]] = {
    "optimizer": METHODS,
    "schedule": SCHEDULES,
    "initialiser": INITIALISERS,
}
"""Settings that choose a way to do a thing; its parameters stand in the field of the same name with `_params`."""


@dataclass(frozen=True)
class Difference:
    """One setting in which runs differ: its plain label, and each run's value in words, in their order."""

    label: str
    values: tuple[str, ...]


def differences(experiments: Sequence[Experiment]) -> tuple[Difference, ...]:
    """All settings in which these experiments are not the same; names and places of cards play no part."""
    return (
        *_of_settings([experiment.data for experiment in experiments]),
        *_of_settings([experiment.training for experiment in experiments]),
        *_rows((("Seed", [str(experiment.seed) for experiment in experiments]),)),
        *_rows((("Begins with", [e.base.title if e.base is not None else "drawn weights" for e in experiments]),)),
        *_of_networks([experiment.graph for experiment in experiments]),
        *_rows((("Weights by hand", [_number(len(e.weights_by_hand), "none") for e in experiments]),)),
    )


def in_short(experiment: Experiment, base: Experiment, most: int = 4) -> str:
    """What is different from `base`, in a line: "learning rate 0.01, without dropout1"; empty if nothing is."""
    words = [_in_words(difference) for difference in differences((base, experiment))]
    more = [f"and {len(words) - most} more"] if len(words) > most else []
    return ", ".join([*words[:most], *more])


def network_in_words(graph: Graph) -> str:
    """What a network is made of, in a few words: "2 convolutions, 3 dense"; for telling runs apart in a list."""
    names = {"conv": "convolution", "dense": "dense", "recurrent": "recurrent"}
    counts = dict.fromkeys(names, 0)
    for key, number in Counter(node.type for node in graph).items():
        kind = _kind(key)
        is_recurrent = type(kind).__module__.endswith(".recurrent")
        part = "recurrent" if is_recurrent else _PARTS.get(kind.category) if kind is not None else None
        if part is not None:
            counts[part] += number
    plural = {"conv": "s", "dense": "", "recurrent": ""}
    found = [f"{number} {names[part]}{plural[part] if number > 1 else ''}" for part, number in counts.items() if number]
    return ", ".join(found) or f"{len(graph)} layers"


# ---- settings


def _of_settings(settings: Sequence[DataSettings] | Sequence[TrainingSettings]) -> list[Difference]:
    found: list[tuple[str, list[str]]] = []
    for field in fields(settings[0]):
        if field.name.endswith("_params"):
            continue
        if field.name == "augmentation":
            found += _params([AUGMENTATION] * len(settings), [_get(each, field.name) for each in settings])
            continue
        if field.name == "momentum" and all(_get(each, "optimizer") != "sgd" for each in settings):
            continue
        found.append((_title(field.name), [_value(field.name, _get(each, field.name)) for each in settings]))
        if field.name in _CHOICES:
            chosen = [_CHOICES[field.name].get(_get(each, field.name)) for each in settings]
            found += _params(chosen, [_get(each, f"{field.name}_params") for each in settings])
    return _rows(found)


def _params(choices: Sequence[Choice | None], given: Sequence[Mapping[str, ParamValue]]) -> list[tuple[str, list[str]]]:
    """The parameters of methods, schedules and so on; one that a run's choice does not have is absent there.

    Where the choices are different ones, only what was set by hand is worth a row.
    """
    titles = {param.key: param.title for choice in choices if choice for param in choice.params}
    rows: list[tuple[str, list[str]]] = []
    for key, title in titles.items():
        values: list[str] = []
        for choice, own in zip(choices, given, strict=True):
            param = next((param for param in choice.params if param.key == key), None) if choice else None
            values.append(ABSENT if param is None else in_words(own.get(key, param.default)))
        if ABSENT not in values or any(key in own for own in given):
            rows.append((title, values))
    return rows


def _get(settings: object, name: str) -> Any:
    """The field of this name: a plain value, or a mapping of such by name."""
    return getattr(settings, name)


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").capitalize())


_SPECIAL: Mapping[str, Callable[[ParamValue], str]] = {
    "name": lambda value: _data_title(str(value)),
    "train_size": lambda value: f"{value:,}" if value else "all",
    "validation_fraction": lambda value: f"{100 * float(value):g} %",  # type: ignore[arg-type]
    "permuted": lambda value: f"seed {value}" if value else "no",
    **{
        name: lambda value, known=known: known[value].title if value in known else str(value)
        for name, known in _CHOICES.items()
    },
}


def _value(name: str, value: ParamValue) -> str:
    return _SPECIAL[name](value) if name in _SPECIAL else in_words(value)


def in_words(value: ParamValue) -> str:
    """A setting's value: 0.001, 64, on, 3 × 3."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        sign = " × " if all(isinstance(each, int) for each in value) else ", "
        shown = sign.join(in_words(each) for each in value[:4])
        return shown if len(value) <= 4 else f"{shown} …"
    if isinstance(value, float):
        mantissa, e, power = f"{value:g}".partition("e")
        return (f"{mantissa}e{int(power)}" if e else mantissa).replace("-", "−")
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else value


def _data_title(key: str) -> str:
    try:
        return data_set(key).title
    except DataError:  # own data whose files are gone
        return key.partition(":")[0]


# ---- networks


def _of_networks(graphs: Sequence[Graph]) -> list[Difference]:
    if all(graph is graphs[0] or graph == graphs[0] for graph in graphs):
        return []
    ids = list(dict.fromkeys(node.id for graph in graphs for node in graph.nodes))
    found: list[Difference] = []
    for node_id in ids:
        found += _rows(_of_layer([graph.by_id.get(node_id) for graph in graphs]))
    if len(found) > _MOST_LAYERS:
        return _rows((("Network", _told_apart(graphs)),))
    wires = [_wires(graph) for graph in graphs]
    is_same_layers = all(set(graph.by_id) == set(ids) for graph in graphs)
    if not found and is_same_layers and any(each != wires[0] for each in wires):
        found += _rows((("Wiring", _numbered(wires)),))
    return found


def _of_layer(nodes: Sequence[Node | None]) -> list[tuple[str, list[str]]]:
    """How one layer differs between networks: in being there at all, or in its settings."""
    first = nodes[0]
    if first is not None and all(node is not None and _is_alike(node, first) for node in nodes):
        return []  # nearly always; large networks are compared in a moment
    title = next(node.title for node in nodes if node is not None)
    if len({None if node is None else node.type for node in nodes}) > 1:
        return [(title, [ABSENT if node is None else _caption(node) for node in nodes])]
    there = [node for node in nodes if node is not None]
    kind = _kind(there[0].type)
    titles = {param.key: param.title.lower() for param in kind.params} if kind else {}
    settings = [_complete(node) for node in there]
    rows = [
        (f"{title}: {titles.get(key, key)}", [in_words(each[key]) if key in each else ABSENT for each in settings])
        for key in dict.fromkeys(key for each in settings for key in each)
    ]
    rows.append((f"{title}: frozen", [frozen_in_words(node) or "no" for node in there]))
    rows.append((f"{title}: times the rate", [in_words(node.rate) for node in there]))
    rows.append((f"{title}: first values", ["by hand" if node.initial else "drawn" for node in there]))
    return rows


def _is_alike(one: Node, other: Node) -> bool:
    if one is other:
        return True
    return (one.type, one.params, one.frozen, one.held, one.rate, one.initial) == (
        *(other.type, other.params, other.frozen, other.held, other.rate, other.initial),
    )


def _caption(node: Node) -> str:
    """What kind of layer it is, with its settings in short."""
    kind = _kind(node.type)
    if kind is None:
        return node.type
    try:
        caption = kind.caption(kind.complete(node.params))
    except ParamError:
        caption = ""
    return f"{kind.title} {caption}".strip()


def _complete(node: Node) -> Mapping[str, ParamValue]:
    kind = _kind(node.type)
    try:
        return node.params if kind is None else kind.complete(node.params)
    except ParamError:
        return node.params


def _kind(key: str) -> LayerType | None:
    try:
        return layer_type(key)
    except UnknownLayerType:
        return None


def _wires(graph: Graph) -> frozenset[tuple[str, int, str, int]]:
    return frozenset((edge.source, edge.source_port, edge.target, edge.target_port) for edge in graph.edges)


def _told_apart(graphs: Sequence[Graph]) -> list[str]:
    """Networks that differ in many places, each in a few words; A, B … where these are the same."""
    words = [f"{network_in_words(graph)} ({len(graph)} layers)" for graph in graphs]
    if len(set(words)) > 1:
        return words
    letters = _numbered([tuple(graph.nodes) for graph in graphs])
    return [f"{letter}: {word}" for letter, word in zip(letters, words, strict=True)]


def _numbered(things: Sequence[object]) -> list[str]:
    """A letter for each, the same one for equals."""
    kinds: list[object] = []
    for thing in things:
        if thing not in kinds:
            kinds.append(thing)
    return [chr(ord("A") + kinds.index(thing)) for thing in things]


# ---- rows and words


def _rows(candidates: Sequence[tuple[str, list[str]]]) -> list[Difference]:
    """Those rows in which not all values are the same."""
    return [Difference(label, tuple(values)) for label, values in candidates if len(set(values)) > 1]


def _in_words(difference: Difference) -> str:
    before, after = difference.values
    if after == ABSENT:
        return f"without {difference.label}" if ":" not in difference.label else f"no {difference.label}"
    if before == ABSENT and difference.label.islower():
        return f"with {difference.label} ({after})"
    label = difference.label if ":" in difference.label else difference.label[0].lower() + difference.label[1:]
    return f"{label} {after}"


def _number(value: int, none: str) -> str:
    return f"{value:,}" if value else none
