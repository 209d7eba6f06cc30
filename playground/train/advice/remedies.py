"""What the lectures say helps: remedies for overfitting, underfitting and diverging, as changes of an experiment.

A remedy is a pure function from experiment to experiment, so that a twin of a run can be trained with it beside the
run itself. Which of them fit depends on the experiment: there is no more dropout than half, and no smaller network
than one unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import playground.train.advice.network_remedies as networks
from playground.data import SAMPLES_RANGE, data_set
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Graph, GraphError, ParamValue
from playground.layers import layer_type
from playground.train.augmentation_kinds import PICTURE, fitting, is_on

Aim = Literal["overfitting", "underfitting", "diverging", "not learning"]
"""What is wrong with the curves."""

_MOST_DECAY, _MOST_L1 = 0.1, 0.01
_LEAST_DECAY, _LEAST_L1 = 1e-3, 1e-4
_PATIENCE = 5
_MIRRORED = frozenset({"fashion_mnist", "fashion_mnist_full", "clothing", "doodles", "cifar10"})
"""Sets of pictures that mean the same when they are mirrored; digits do not."""
_HIGHEST_RATE, _LOWEST_RATE = 1.0, 1e-7
_SATURATING = ("sigmoid", "tanh", "hardsigmoid", "scaled_tanh")
_LOST_STARTS = ("zero", "constant", "normal", "uniform")
"""Starting weights that do not suit themselves to the width of a layer."""


@dataclass(frozen=True)
class Remedy:
    """One way to help.

    Attributes:
        key: what kind it is: "dropout". A list of remedies has each once.
        title: in few words, to stand behind "Try": "dropout 0.5".
        why: one sentence on what it does.
        apply: the experiment with it.
        keeps_weights: whether a network trained without it can go on with it from where it stands. If not, the layers
            have other sizes, or compute something else from the same weights.
    """

    key: str
    title: str
    why: str
    apply: Callable[[Experiment], Experiment]
    keeps_weights: bool = True


def remedies(aim: Aim, experiment: Experiment, examples: int = 0) -> tuple[Remedy, ...]:
    """What could help, in the order of the lectures; whether the changed network runs is asked of `that_run`.

    Args:
        aim: what is wrong.
        experiment: the one that trains.
        examples: how many training examples there are in all, as far as that is known.

    Raises:
        CycleError: the wires of the network lead in a circle.
    """
    return tuple(_OF_AIM[aim](experiment, examples))


def that_run(experiment: Experiment, offered: Sequence[Remedy]) -> tuple[Remedy, ...]:
    """Those whose network can be trained and differs from what it was. This asks the engine, so not in the GUI thread.

    A remedy on a network that cannot bear it (half as many channels where another branch needs them all) is left out.
    """
    from playground.engine.shapes import analyse

    kept: list[Remedy] = []
    for remedy in offered:
        try:
            changed = remedy.apply(experiment)
        except GraphError:
            continue
        if changed == experiment:
            continue
        if changed.graph is not experiment.graph:
            analysis = analyse(changed.graph, data_set(changed.data.name))
            if analysis.errors or not analysis.can_train:
                continue
        kept.append(remedy)
    return tuple(kept)


# ---- against overfitting


def _against_overfitting(experiment: Experiment, examples: int) -> Iterator[Remedy]:
    """The seven ways of the lectures."""
    yield from _more_data(experiment, examples)
    yield from _augmentation(experiment)
    yield from _dropout(experiment)
    yield from _weight_decay(experiment.training)
    yield from _l1(experiment.training)
    yield from _batch_norm(experiment)
    yield from _smaller(experiment)
    yield from _early_stopping(experiment.training)


def _more_data(experiment: Experiment, examples: int) -> Iterator[Remedy]:
    data, chosen = experiment.data, data_set(experiment.data.name)
    why = "The more examples there are, the less the network can learn each of them by heart."
    if "samples" in chosen.options:
        more = min(4 * data.samples, SAMPLES_RANGE[1])
        if more > data.samples:
            yield _of_data("more_data", f"{more:,} points instead of {data.samples:,}", why, samples=more)
    elif data.train_size > 0 and (not examples or data.train_size < examples):
        more = 4 * data.train_size
        is_all = 0 < examples <= more
        title = f"all {examples:,} examples" if is_all else f"{more:,} examples"
        yield _of_data("more_data", f"{title} instead of {data.train_size:,}", why, train_size=0 if is_all else more)


def _augmentation(experiment: Experiment) -> Iterator[Remedy]:
    given = experiment.training.augmentation
    shape = data_set(experiment.data.name).sample_shape
    if is_on(given):
        return
    known = {param.key for param in fitting(shape)}
    wanted: dict[str, ParamValue] = {}
    words: list[str] = []
    if len(shape) == PICTURE:
        wanted, words = {"shift": 0.1, "rotate": 10.0, "scale": 0.1}, ["shifted", "turned"]
        if experiment.data.name in _MIRRORED:
            wanted, words = {**wanted, "flip": True}, [*words, "mirrored"]
    elif "shift" in known:
        wanted, words = {"shift": 0.1, "noise": 0.1}, ["shifted", "noisy"]
    elif "samples" not in data_set(experiment.data.name).options:
        wanted, words = {"noise": 0.1}, ["noisy"]
    if wanted:
        what = " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
        yield _of_training(
            "augmentation",
            "augmentation",
            f"Every example is {what} a little each time it is seen, so that no two epochs show the same.",
            augmentation=wanted,
        )


def _dropout(experiment: Experiment) -> Iterator[Remedy]:
    part = networks.dropout_part(experiment.graph)
    if part is None:
        return
    yield _of_graph(
        "dropout",
        f"dropout {part:g}",
        "At every step a random part of the units is silenced, so that none can lean on the others.",
        lambda graph: networks.with_dropout(graph, part),
        keeps_weights=True,
    )


def _weight_decay(training: TrainingSettings) -> Iterator[Remedy]:
    now = training.weight_decay
    wanted = min(_MOST_DECAY, 10 * now) if now else _LEAST_DECAY
    if wanted > now:
        yield _of_training(
            "weight_decay",
            f"weight decay {wanted:g}",
            "L2: every weight is drawn towards 0, large ones most: smooth answers need small weights.",
            weight_decay=wanted,
        )


def _l1(training: TrainingSettings) -> Iterator[Remedy]:
    now = training.l1
    wanted = min(_MOST_L1, 10 * now) if now else _LEAST_L1
    if wanted > now:
        yield _of_training(
            "l1",
            f"L1 {wanted:g}",
            "Every weight is drawn towards 0 by the same amount, so that many end there and few inputs are used.",
            l1=wanted,
        )


def _batch_norm(experiment: Experiment) -> Iterator[Remedy]:
    if networks.lacks_batch_norm(experiment.graph):
        yield _of_graph(
            "batch_norm",
            "batch norm",
            "Each layer's numbers are brought to mean 0 and spread 1 within the batch. What an example gives then "
            "depends a little on its neighbours in the batch, which acts like noise.",
            networks.with_batch_norm,
            keeps_weights=False,
        )


def _smaller(experiment: Experiment) -> Iterator[Remedy]:
    if networks.can_shrink(experiment.graph):
        yield _of_graph(
            "smaller",
            "half as many units",
            "A network with fewer weights has less room to learn single examples by heart.",
            lambda graph: networks.resized(graph, 0.5),
            keeps_weights=False,
        )


def _early_stopping(training: TrainingSettings) -> Iterator[Remedy]:
    if not training.patience:
        yield _of_training(
            "early_stopping",
            f"early stopping after {_PATIENCE} epochs",
            f"Training ends once validation loss has not fallen for {_PATIENCE} epochs, and takes the best weights.",
            patience=_PATIENCE,
            restore_best=True,
        )


# ---- against underfitting


def _against_underfitting(experiment: Experiment, _examples: int) -> Iterator[Remedy]:
    training = experiment.training
    yield from _less_regularisation(experiment)
    if networks.can_grow(experiment.graph):
        yield _of_graph(
            "bigger",
            "four times as many units",
            "More units can form more features; this network may be too small to tell the classes apart.",
            lambda graph: networks.resized(graph, 4.0),
            keeps_weights=False,
        )
    yield _of_training(
        "longer",
        f"{3 * training.epochs:,} epochs instead of {training.epochs:,}",
        "Perhaps it has only not finished yet: both losses may fall on.",
        epochs=3 * training.epochs,
    )
    yield from _rate(
        training, 3.0, "Larger steps cover more ground in the same time, as long as the loss does not jump."
    )


def _less_regularisation(experiment: Experiment) -> Iterator[Remedy]:
    training, graph = experiment.training, experiment.graph
    dropouts = networks.dropouts(graph)
    held = [
        name
        for name, is_there in (
            ("weight decay", training.weight_decay > 0),
            ("L1", training.l1 > 0),
            ("dropout", bool(dropouts)),
        )
        if is_there
    ]
    if not held:
        return

    def apply(experiment: Experiment) -> Experiment:
        freed = replace(experiment.training, weight_decay=0.0, l1=0.0)
        return replace(experiment, training=freed, graph=networks.without_dropout(experiment.graph))

    yield Remedy(
        "less_regularisation",
        f"no {' and no '.join(held)}",
        "What holds against overfitting also holds back learning. First let it learn, then restrain it.",
        apply,
    )


# ---- against diverging, and standing still


def _against_diverging(experiment: Experiment, _examples: int) -> Iterator[Remedy]:
    training = experiment.training
    yield from _rate(
        training, 0.1, "The steps were too large: each one overshot the valley and climbed its other side."
    )
    if not training.clip_grad_norm:
        yield _of_training(
            "clipping",
            "gradients clipped to length 1",
            "However steep it is, no step can be longer than the learning rate allows for a gradient of length 1.",
            clip_grad_norm=1.0,
        )
    yield from _batch_norm(experiment)


def _against_standing_still(experiment: Experiment, _examples: int) -> Iterator[Remedy]:
    training, graph = experiment.training, experiment.graph
    saturating = [node.id for node in graph if node.type in _SATURATING]
    if len(saturating) > 2:
        names = {layer_type(graph.node(node_id).type).title for node_id in saturating}
        yield _of_graph(
            "relu",
            f"ReLU instead of {' and '.join(sorted(names))}",
            "Curves that level off hand back less and less gradient from layer to layer; ReLU's slope is 1.",
            lambda graph: networks.with_type(graph, saturating, "relu"),
            keeps_weights=False,
        )
    if training.initialiser in _LOST_STARTS:
        yield _of_training(
            "he",
            "starting weights by He",
            "The spread of the first weights is suited to each layer's width, so that signals keep their size.",
            initialiser="he",
            initialiser_params={},
        )
    yield from _batch_norm(experiment)
    yield from _rate(training, 0.1, "If the loss jumps about, the steps are too large.", "lower_rate")
    yield from _rate(training, 10.0, "If the loss stands still, the steps may be too small to be seen.", "higher_rate")


def _rate(training: TrainingSettings, factor: float, why: str, key: str = "") -> Iterator[Remedy]:
    now = training.learning_rate
    wanted = float(f"{now * factor:.3g}")
    if _LOWEST_RATE <= wanted <= max(_HIGHEST_RATE, now):
        key = key or ("lower_rate" if factor < 1 else "higher_rate")
        yield _of_training(key, f"learning rate {wanted:g} instead of {now:g}", why, learning_rate=wanted)


_OF_AIM: dict[Aim, Callable[[Experiment, int], Iterator[Remedy]]] = {
    "overfitting": _against_overfitting,
    "underfitting": _against_underfitting,
    "diverging": _against_diverging,
    "not learning": _against_standing_still,
}


# ---- how a remedy is made


def _of_training(key: str, title: str, why: str, **changes: object) -> Remedy:
    def apply(experiment: Experiment) -> Experiment:
        return replace(experiment, training=_changed(experiment.training, changes))

    return Remedy(key, title, why, apply, keeps_weights=key != "he")


def _of_data(key: str, title: str, why: str, **changes: object) -> Remedy:
    def apply(experiment: Experiment) -> Experiment:
        data: DataSettings = replace(experiment.data, **changes)  # pyright: ignore[reportArgumentType]
        return replace(experiment, data=data)

    return Remedy(key, title, why, apply)


def _of_graph(key: str, title: str, why: str, edit: Callable[[Graph], Graph], keeps_weights: bool) -> Remedy:
    return Remedy(key, title, why, lambda experiment: replace(experiment, graph=edit(experiment.graph)), keeps_weights)


def _changed(training: TrainingSettings, changes: dict[str, object]) -> TrainingSettings:
    return replace(training, **changes)  # pyright: ignore[reportArgumentType]
