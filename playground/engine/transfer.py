"""Transfer learning: a network that has learnt one thing as the beginning of one that is to learn another.

The base's layers keep their ids, so that its weights find them; its head, made for other classes, is cut off and a new
one put in its place. The features of ImageNet's networks serve many other pictures (Yosinski et al. 2014, How
transferable are features in deep neural networks?; Donahue et al. 2013, DeCAF).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from playground.data import DataSet, data_set
from playground.engine.compile import State
from playground.engine.shapes import Analysis, analyse
from playground.graph.cutting import cut_behind, passages, without_learning_marks
from playground.graph.edits import append, connect, disconnect, fresh_id, set_params
from playground.graph.experiment import Base, DataSettings, Experiment, TrainingSettings
from playground.graph.freezing import freeze, set_rate
from playground.graph.layout import arrange
from playground.graph.model import Edge, Graph, GraphError, Node, ParamValue

TRAINING = TrainingSettings(optimizer="adam", learning_rate=1e-3, batch_size=32, epochs=10)
"""What a transfer is trained with."""

WIDE_ENOUGH = 96
"""Pictures are enlarged up to about so many pixels for a base that was made for large ones: smaller ones it sees as a
few places only. Measured with EfficientNet-Lite0, frozen, on the clothing photographs of 32×32 pixels: 35 % of the test
examples as they are, 65 % at 64, 77 % at 96, 77 % at 128 for three times the time."""

_GREY = (0.299, 0.587, 0.114)
"""How bright red, green and blue are (ITU-R BT.601)."""


class TransferError(ValueError):
    """Why a network cannot be the base of another; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Source:
    """A network that has learnt something, by what name it goes, and its tensors."""

    title: str
    experiment: Experiment
    state: State


@dataclass(frozen=True)
class Wish:
    """What is to become of a base.

    Attributes:
        data: the key of the data set that is to be learnt.
        cut: the layer behind which the base is cut; empty: before its last layer with weights.
        frozen: "all" of the base, "none", or the id of a layer: it and everything before it.
        rate: with how many times the learning rate those layers of the base learn that are not frozen.
        enlarge: how many times larger pictures become first; 0: as suits the base.
    """

    data: str
    cut: str = ""
    frozen: str = "all"
    rate: float = 0.1
    enlarge: int = 0


@dataclass(frozen=True, eq=False)
class Transfer:
    """The experiment that begins with a base, and the base's tensors in it.

    `taken` are the layers that begin with its weights; `fresh` those that begin with drawn ones, and why.
    """

    experiment: Experiment
    tensors: State
    taken: tuple[str, ...]
    fresh: tuple[tuple[str, str], ...]
    analysis: Analysis
    enlarge: int = 1

    @property
    def learning(self) -> int:
        """How many numbers training will change."""
        return self.analysis.parameters - self.frozen

    @property
    def frozen(self) -> int:
        """How many weights training leaves alone."""
        return self.analysis.frozen_parameters(self.experiment.graph)


def use_as_base(source: Source, wish: Wish, like: Experiment | None = None) -> Transfer:
    """The base with a new head for another data set, with the wished layers frozen.

    Args:
        source: what the base has learnt.
        wish: what is to become of it.
        like: the open document, whose seed, device and (if it is of the same data) data settings are kept.

    Raises:
        TransferError: the base cannot look at such examples, or has no layer that could be kept.
    """
    data = data_set(wish.data)
    base = without_learning_marks(source.experiment.graph)
    cut = wish.cut or default_cut(base)
    if cut not in base or cut not in passages(base, _end(base)):
        raise TransferError(f"{source.title} cannot be cut behind “{cut}”: wires lead past it.")
    graph, enlarge = _with_input(cut_behind(base, cut), data, wish.enlarge, source.title)
    graph = _with_head(graph, cut, data, {key.split(".")[0] for key in source.state})
    return _transfer(source, _experiment(arrange(graph), data, like), wish.frozen, wish.rate, enlarge)


def take_over(experiment: Experiment, source: Source, frozen: str = "none", rate: float = 1.0) -> Transfer:
    """The experiment as it is, its layers beginning with the weights of the source's where id and shapes agree.

    What was frozen stays so; `frozen` and `rate` as in `Wish`.

    Raises:
        TransferError: not one layer agrees.
    """
    return _transfer(source, experiment, frozen, rate, 1)


def default_cut(graph: Graph) -> str:
    """The last layer that is worth keeping: what feeds the last one with weights, masks and shape changes aside.

    Raises:
        TransferError: there is none.
    """
    ways = passages(graph, _end(graph))
    learning = [key for key in (*ways, _end(graph)) if _learns(graph, key)]
    before = [key for key in ways if learning and ways.index(key) < _place(ways, learning[-1])]
    while before and graph.node(before[-1]).type in ("dropout", "dropout2d", "flatten"):
        before.pop()
    if len(learning) < 2 or not before:
        raise TransferError(
            "This network has no layers that could be kept: it needs two with weights, one after the other."
        )
    return before[-1]


def cuts(graph: Graph) -> tuple[str, ...]:
    """The layers behind which a base can be cut, the first with weights and those after it."""
    try:
        ways = passages(graph, _end(graph))
    except TransferError:
        return ()
    known = graph.ancestors(ways[-1]) | {ways[-1]} if ways else frozenset[str]()
    first = next((number for number, key in enumerate(ways) if _any_learns(graph, key, known)), len(ways))
    return ways[first:]


def digest_of(state: State) -> str:
    """A short name for these tensors that others do not share."""
    found = hashlib.sha256()
    for key in sorted(state):
        array = np.ascontiguousarray(state[key])
        found.update(f"{key} {array.dtype} {array.shape}\n".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:16]


# ---- what fits


def _transfer(source: Source, experiment: Experiment, frozen: str, rate: float, enlarge: int) -> Transfer:
    analysis = analyse(experiment.graph, data_set(experiment.data.name))
    taken, fresh, tensors = _matching(analysis, source.state)
    if not taken:
        raise TransferError(
            f"No layer of {source.title} fits: layers take weights over where their ids and the shapes of their "
            "weights agree."
        )
    base = [key for key in taken if analysis.freezable(key)]
    graph = experiment.graph
    held = _held(graph, base, frozen)
    try:
        graph = freeze(graph, {key: analysis.freezable(key) for key in held})
        graph = set_rate(graph, [key for key in base if key not in held], rate)
    except GraphError as error:
        raise TransferError(str(error)) from error
    begun = Base(source.title[:60], digest_of(tensors))
    result = replace(experiment, graph=graph, base=begun, weights_by_hand=(), example="")
    return Transfer(result, tensors, tuple(taken), tuple(fresh), replace(analysis, graph=graph), enlarge)


def _matching(analysis: Analysis, state: State) -> tuple[list[str], list[tuple[str, str]], dict[str, np.ndarray]]:
    """The layers that can take all their tensors from a state; those that cannot, and why; and the tensors."""
    taken, fresh, tensors = list[str](), list[tuple[str, str]](), dict[str, np.ndarray]()
    by_node: dict[str, dict[str, np.ndarray]] = {}
    for key, array in state.items():
        node_id, _, name = key.partition(".")
        by_node.setdefault(node_id, {})[name] = array
    for node_id, report in analysis.layers.items():
        node = analysis.graph.node(node_id)
        if not report.tensors or set(report.tensors) <= set(node.initial):
            continue
        found, title = by_node.get(node_id, {}), node.title
        if not found:
            fresh.append((title, "new"))
            continue
        wrong = [name for name, shape in report.tensors.items() if name not in found or found[name].shape != shape]
        if wrong:
            fresh.append((title, _why(report.tensors[wrong[0]], found.get(wrong[0]))))
            continue
        taken.append(node_id)
        tensors |= {f"{node_id}.{name}": array for name, array in found.items()}
    return taken, fresh, tensors


def _why(wanted: tuple[int, ...], found: np.ndarray | None) -> str:
    if found is None:
        return "the base has no such weights"
    sizes = ["×".join(map(str, shape)) or "1" for shape in (wanted, found.shape)]
    return f"{sizes[0]} weights, the base has {sizes[1]}"


def _held(graph: Graph, base: Collection[str], frozen: str) -> set[str]:
    """The layers of the base that are to be frozen."""
    if frozen == "all":
        return set(base)
    if frozen == "none":
        return set()
    if frozen not in graph:
        raise TransferError(f"There is no layer “{frozen}” up to which the base could be frozen.")
    return set(base) & (graph.ancestors(frozen) | {frozen})


# ---- the new ends


def _end(graph: Graph) -> str:
    """The layer that gives the network's answer."""
    analysis = analyse(graph)
    if analysis.prediction is None or analysis.input is None:
        raise TransferError("This network is not finished: it cannot compute anything yet.")
    return analysis.prediction


def _learns(graph: Graph, node_id: str) -> bool:
    report = analyse(graph).layers.get(node_id)
    return report is not None and bool(report.tensors)


def _any_learns(graph: Graph, node_id: str, known: Collection[str]) -> bool:
    return any(key in known and _learns(graph, key) for key in graph.ancestors(node_id) | {node_id})


def _place(ways: tuple[str, ...], key: str) -> int:
    return ways.index(key) if key in ways else len(ways)


def _experiment(graph: Graph, data: DataSet, like: Experiment | None) -> Experiment:
    if like is None:
        return Experiment(graph, DataSettings(data.key), TRAINING)
    settings = like.data if like.data.name == data.key else DataSettings(data.key)
    training = replace(TRAINING, device=like.training.device)
    return Experiment(graph, settings, training, like.seed)


def _with_input(graph: Graph, data: DataSet, enlarge: int, title: str) -> tuple[Graph, int]:
    """The graph whose input takes the data's examples, enlarged, and turned grey or coloured, if need be."""
    start = next(node for node in graph if node.type == "input")
    made_for = analyse(graph).layers[start.id].output
    shape = data.sample_shape
    graph = set_params(graph, start.id, {"shape": shape})
    if len(made_for) != len(shape) or (len(shape) < 3 and made_for != shape):
        raise TransferError(
            f"{title} looks at examples of {_sizes(made_for)} numbers, and “{data.title}” has {_sizes(shape)}. Choose "
            "another data set, or another base."
        )
    if len(shape) < 3:
        return graph, 1
    factor = enlarge or max(1, ceil(min(WIDE_ENOUGH, *made_for[1:]) / min(shape[1:])))
    if made_for[1:] == shape[1:]:
        factor = enlarge or 1
    if factor > 1:
        size: dict[str, ParamValue] = {"scale_factor": (factor, factor), "mode": "bilinear"}
        graph = _behind_input(graph, start.id, Node(fresh_id(graph, "enlarge"), "upsample2d", size))
    if (made_for[0], shape[0]) == (3, 1):
        graph = _behind_input(graph, start.id, Node(fresh_id(graph, "colour"), "concat"), 3)
    elif (made_for[0], shape[0]) == (1, 3):
        window: dict[str, ParamValue] = {"out_channels": 1, "kernel_size": (1, 1), "bias": False}
        kernel = (tuple(((part,),) for part in _GREY),)
        grey = Node(fresh_id(graph, "grey"), "conv2d", window, initial={"weight": kernel}, frozen=("weight",))
        graph = _behind_input(graph, start.id, grey)
    elif made_for[0] != shape[0]:
        raise TransferError(
            f"{title} looks at {made_for[0]} channels, and “{data.title}” has {shape[0]}. Choose another data set."
        )
    return graph, factor


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _behind_input(graph: Graph, start: str, node: Node, wires: int = 1) -> Graph:
    """The graph with a layer between the input and all that it feeds, fed by so many wires."""
    fed = graph.outgoing(start)
    for edge in fed:
        graph = disconnect(graph, edge)
    graph = append(graph, node, start)
    for port in range(1, wires):
        graph = connect(graph, Edge(start, node.id, 0, port))
    for edge in fed:
        graph = connect(graph, Edge(node.id, edge.target, 0, edge.target_port))
    return graph


def _with_head(graph: Graph, after: str, data: DataSet, taken_ids: Collection[str]) -> Graph:
    """The graph with a new head: the mean of every map, a dense layer with one output for each class, and a loss.

    Its ids are none of the base's, so that no weights of the base come into it.
    """
    report = analyse(graph).layers.get(after)
    if report is None:
        problems = analyse(graph, data).errors
        reason = problems[0].message if problems else "its layers cannot look at examples of this size."
        raise TransferError(f"The base cannot look at “{data.title}”: {reason}")
    pool = {3: "global_avg_pool2d", 2: "global_avg_pool1d"}.get(len(report.output))
    if pool is not None:
        graph = append(graph, Node(_own_id(graph, "head_pool", taken_ids), pool, name="Head: mean"), after)
        after = graph.nodes[-1].id
    dense = Node(_own_id(graph, "head", taken_ids), "dense", {"out_features": data.outputs}, name="Head")
    graph = append(graph, dense, after)
    loss = "cross_entropy" if data.classes else "squared_error"
    return append(graph, Node(_own_id(graph, "loss", taken_ids), loss), dense.id)


def _own_id(graph: Graph, stem: str, taken_ids: Collection[str]) -> str:
    number, found = 1, stem
    while graph.is_taken(found) or found in taken_ids:
        number += 1
        found = f"{stem}{number}"
    return found
