"""What comes before a run: its data, and the question whether two experiments make the same run."""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache

from playground.data import DataError, DataSet, Split, data_set, load, split
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import ParamError, UnknownLayerType, layer_type


def split_for(experiment: Experiment) -> Split:
    """The experiment's data, divided into training, validation and test examples; kept for the next time.

    Raises:
        DataError: there is no such data set, nothing can be learnt from it, a setting is out of range, or its file is
            missing or damaged.
    """
    chosen = data_set(experiment.data.name)
    if chosen.is_gallery:
        raise DataError(nothing_to_learn(chosen))
    return _split(experiment.data, experiment.seed)


def nothing_to_learn(gallery: DataSet) -> str:
    """Why a network cannot learn from a set that is there to be looked at, and what to do."""
    return (
        f"“{gallery.title}” are there to be looked at: a network cannot learn from them. "
        "Choose another data set on the Input, such as Clothing photos."
    )


@lru_cache(maxsize=2)
def _split(data: DataSettings, seed: int) -> Split:
    samples = load(data.name, noise=data.noise, samples=data.samples, seed=seed, permuted=data.permuted)
    return split(
        samples,
        validation_fraction=data.validation_fraction,
        train_size=data.train_size,
        seed=seed,
        folds=data.folds,
        fold=data.fold,
        label_noise=data.label_noise,
    )


def fingerprint(experiment: Experiment) -> int:
    """A number (63 bits) that two experiments share only if one can go on where the other stopped.

    They can if they compute the same, learn from the same examples and start from the same weights. Names and places
    of cards play no part; nor do optimizer, rates, sizes of batches and which layers are frozen, which may change in
    the course of one run.
    """
    nodes = sorted((_computation(node) for node in experiment.graph), key=repr)
    edges = sorted(_wire(edge) for edge in experiment.graph.edges)
    data = repr(experiment.data).replace(", permuted=0)", ")")  # so that runs from before it was a setting go on
    plain = f"({nodes!r}, {edges!r}, {data}, {experiment.seed!r})"
    if experiment.training.initialiser != "torch":
        plain += repr((experiment.training.initialiser, sorted(experiment.training.initialiser_params.items())))
    if experiment.base is not None:
        plain += experiment.base.digest
    return int.from_bytes(hashlib.sha256(plain.encode()).digest()[:8]) >> 1


def same_run(one: Experiment, other: Experiment) -> bool:
    """Whether a run of the one can go on as a run of the other. Fast enough to be asked while a card is dragged."""
    if (one.data, one.seed) != (other.data, other.seed):
        return False
    if one.training.starting_values != other.training.starting_values:
        return False
    if one.weights_by_hand != other.weights_by_hand or one.base != other.base:
        return False
    before, after = one.graph, other.graph
    if before is after:
        return True
    if before.by_id.keys() != after.by_id.keys() or {*map(_wire, before.edges)} != {*map(_wire, after.edges)}:
        return False
    pairs = ((before.by_id[node.id], node) for node in after)
    return all(old is new or _computation(old) == _computation(new) for old, new in pairs)


def learns_alike(one: Graph, other: Graph) -> bool:
    """Whether in two networks of the same layers the same weights learn, and as fast."""
    learning = ({node.id: (node.frozen, node.rate, node.held) for node in graph} for graph in (one, other))
    return one is other or next(learning) == next(learning)


def as_number_of_layers(graph: Graph) -> float:
    """A number from 0 to 1 that stands for which layers learn and how fast (see `Knobs.layers`)."""
    marked = (node for node in graph if node.frozen or node.held or node.rate != 1.0)
    special = sorted((node.id, node.frozen, node.rate, *node.held) for node in marked)
    return (1 + zlib.crc32(repr(special).encode())) / 2**32 if special else 0.0


def _computation(node: Node) -> tuple[object, ...]:
    """What the node computes, without its name and place, and without which of its weights learn, and how fast."""
    return node.id, node.type, _params(node), tuple(sorted(node.initial.items())), ()


def _wire(edge: Edge) -> tuple[str, int, str, int]:
    return edge.source, edge.source_port, edge.target, edge.target_port


def _params(node: Node) -> tuple[tuple[str, ParamValue], ...]:
    """All settings, defaults included where the type is known: leaving one out is the same as restating it."""
    try:
        return tuple(sorted(layer_type(node.type).complete(node.params).items()))
    except (UnknownLayerType, ParamError):
        return tuple(sorted(node.params.items()))
