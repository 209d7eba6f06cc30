"""The text of a `.playground` file: its versioned form, apart from the classes in memory, and reading older versions.

The classes in memory may change from one release to the next; the structs here are what stands in files and change only
together with `VERSION` and a step in `MIGRATIONS`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta, Struct

from playground.graph._by_hand_text import MOST_BY_HAND, ExampleText, WeightText
from playground.graph.edits import check_id
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import (
    LONGEST_NAME,
    Block,
    CycleError,
    Edge,
    Graph,
    GraphError,
    Nested,
    Node,
    Note,
    ParamValue,
)

VERSION = 2
"""Of the files that this program writes."""

MOST_NODES, MOST_EDGES = 10_000, 100_000
"""Ten times the largest network anyone has drawn by hand; beyond this a file is not a document but an attack."""

LONGEST_NOTE = 10_000
"""Characters of a note."""

_DEEPEST = 8
"""Dimensions of a tensor written out by hand."""

_LARGEST = sys.float_info.max

_LIST = re.compile(rb'\[\n[^\[\]{}"]*\]')
"""A list of numbers, spread over lines. A line never ends within a string, so this matches nothing inside one."""

Json = dict[str, Any]
Migration = Callable[[Json], Json]


def _with_blocks(document: Json) -> Json:
    """Version 2 knows blocks and notes."""
    return {**document, "graph": {**document["graph"], "blocks": [], "notes": []}}


MIGRATIONS: dict[int, Migration] = {1: _with_blocks}
"""`MIGRATIONS[n]` turns the content of a file of version n into that of version n + 1. Version 1 is the first."""

_Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
_Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Port = Annotated[int, Meta(ge=0, lt=1000)]
_Count = Annotated[int, Meta(ge=0, le=2**62)]
_Positive = Annotated[int, Meta(ge=1, le=2**62)]
_StepBatch = Annotated[int, Meta(ge=1, le=1024)]
_StepDraw = Annotated[int, Meta(ge=0, le=2**31)]
_Setting = int | float | bool | str | tuple[int | float, ...]


class DocumentError(ValueError):
    """What is wrong with the text of a document, and where in it; the message is fit for the user."""


class TooNew(DocumentError):
    """The document has a version that this program does not know yet."""


class _Node(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    type: _Id
    params: dict[str, _Setting] = {}
    position: tuple[float, float] = (0.0, 0.0)
    name: _Name = ""
    initial: dict[str, Any] = {}
    frozen: tuple[_Name, ...] = ()
    block: _Name = ""


class _Edge(Struct, forbid_unknown_fields=True, omit_defaults=True):
    source: _Id
    target: _Id
    source_port: _Port = 0
    target_port: _Port = 0


class _Block(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    name: _Name = ""
    parent: _Name = ""
    position: tuple[float, float] = (0.0, 0.0)
    is_open: bool = False
    kind: _Name = ""


class _Note(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    text: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (200.0, 90.0)


class _Graph(Struct, forbid_unknown_fields=True):
    nodes: Annotated[tuple[_Node, ...], Meta(max_length=MOST_NODES)]
    edges: Annotated[tuple[_Edge, ...], Meta(max_length=MOST_EDGES)]
    blocks: Annotated[tuple[_Block, ...], Meta(max_length=MOST_NODES)]
    notes: Annotated[tuple[_Note, ...], Meta(max_length=MOST_NODES)]


class _Data(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=LONGEST_NOTE)]  # of a worked example it holds the numbers themselves
    train_size: _Count
    validation_fraction: Annotated[float, Meta(ge=0, lt=1)]
    noise: Annotated[float, Meta(ge=0, le=1)]
    samples: _Count
    label_noise: Annotated[float, Meta(ge=0, le=1)] = 0.0
    folds: _Count = 0
    fold: _Positive = 1


class _Training(Struct, forbid_unknown_fields=True):
    optimizer: _Name
    learning_rate: Annotated[float, Meta(ge=0)]
    momentum: Annotated[float, Meta(ge=0)]
    weight_decay: Annotated[float, Meta(ge=0)]
    batch_size: _Positive
    epochs: _Count
    device: _Name
    optimizer_params: dict[str, _Setting] = {}
    schedule: _Name = "constant"
    schedule_params: dict[str, _Setting] = {}
    warmup_epochs: _Count = 0
    l1: Annotated[float, Meta(ge=0)] = 0.0
    clip_grad_norm: Annotated[float, Meta(ge=0)] = 0.0
    clip_grad_value: Annotated[float, Meta(ge=0)] = 0.0
    patience: _Count = 0
    min_delta: Annotated[float, Meta(ge=0)] = 0.0
    restore_best: bool = True
    initialiser: _Name = "torch"
    initialiser_params: dict[str, _Setting] = {}
    class_weights: _Name = "none"
    batch_mode: _Name = "mini-batch"
    augmentation: dict[str, _Setting] = {}


class _Document(Struct, forbid_unknown_fields=True):
    version: int
    graph: _Graph
    data: _Data
    training: _Training
    seed: _Count
    example: _Name
    sample: _Count
    weights_by_hand: Annotated[tuple[WeightText, ...], Meta(max_length=MOST_BY_HAND)] = ()
    examples_by_hand: Annotated[tuple[ExampleText, ...], Meta(max_length=MOST_NODES)] = ()
    step_batch: _StepBatch = 1
    step_training: bool = True
    step_draw: _StepDraw = 0
    step_held: _StepDraw = 0


class _Piece(Struct, forbid_unknown_fields=True):
    version: int
    graph: _Graph


def to_text(experiment: Experiment, sample: int) -> bytes:
    """The experiment and the index of the chosen sample as readable JSON.

    Raises:
        DocumentError: the experiment could not be read again, as for a position that is not a number.
    """
    document = _Document(
        version=VERSION,
        graph=_write_graph(experiment.graph),
        data=_copy(experiment.data, _Data),
        training=_copy(experiment.training, _Training),
        seed=experiment.seed,
        example=experiment.example,
        sample=sample,
        step_batch=experiment.step_batch,
        step_training=experiment.step_training,
        step_draw=experiment.step_draw,
        step_held=experiment.step_held,
        weights_by_hand=tuple(map(WeightText.of, experiment.weights_by_hand)),
        examples_by_hand=tuple(map(ExampleText.of, experiment.examples_by_hand)),
    )
    text = _encode(document)
    from_text(text)
    return text


def graph_to_text(graph: Graph) -> bytes:
    """A graph alone, such as copied layers, as readable JSON.

    Raises:
        DocumentError: it holds a value that cannot be written down.
    """
    return _encode(_Piece(VERSION, _write_graph(graph)))


def graph_from_text(text: bytes) -> Graph:
    """The graph that `graph_to_text` wrote, or that of a whole document.

    Raises:
        DocumentError: the text is something else, is damaged, or describes no valid graph.
    """
    content = migrate(_decode(text))
    try:
        piece = msgspec.convert({"version": content["version"], "graph": content.get("graph")}, _Piece)
    except msgspec.ValidationError as error:
        raise DocumentError(str(error)) from error
    return _read_graph(piece.graph)


def _encode(content: Struct) -> bytes:
    try:
        return _LIST.sub(_on_one_line, msgspec.json.format(msgspec.json.encode(content), indent=2)) + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise DocumentError(f"it holds a value that cannot be written down: {error}") from error


def from_text(text: bytes) -> tuple[Experiment, int]:
    """The experiment and the sample index that `to_text` wrote, in this or an earlier version.

    Raises:
        DocumentError: the text is damaged, describes no valid graph, or is of a later version.
    """
    try:
        document = msgspec.convert(migrate(_decode(text)), _Document)
    except msgspec.ValidationError as error:
        raise DocumentError(str(error)) from error
    graph = _read_graph(document.graph)
    experiment = Experiment(
        graph,
        DataSettings(**msgspec.structs.asdict(document.data)),
        TrainingSettings(**msgspec.structs.asdict(document.training)),
        document.seed,
        document.example,
        step_batch=document.step_batch,
        step_training=document.step_training,
        step_draw=document.step_draw,
        step_held=document.step_held,
        weights_by_hand=tuple(entry.read() for entry in document.weights_by_hand),
        examples_by_hand=tuple(entry.read() for entry in document.examples_by_hand),
    )
    return experiment, document.sample


def _decode(text: bytes) -> object:
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise DocumentError("its brackets are nested too deep") from None
    except UnicodeDecodeError as error:
        raise DocumentError("it holds bytes that are not text") from error
    except msgspec.DecodeError as error:
        raise DocumentError(_with_line(str(error), text)) from error


def migrate(content: object, version: int = VERSION, migrations: Mapping[int, Migration] = MIGRATIONS) -> Json:
    """The content of a file, brought to `version` step by step.

    Raises:
        DocumentError: it has no version number, a later one, or does not hold what an earlier one must.
    """
    if not isinstance(content, dict):
        raise DocumentError("it does not hold an object with a version - at `$`")
    document = cast("Json", content)
    found = document.get("version")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise DocumentError("it has no version number - at `$.version`")
    if found > version:
        raise TooNew(
            f"it was written by a newer version of the program (file version {found:,}; this one reads up to {version})"
        )
    for step in range(found, version):
        try:
            document = {**migrations[step](document), "version": step + 1}
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
            raise DocumentError(f"it is not a sound document of version {found} ({error!r})") from error
    return document


def _with_line(message: str, text: bytes) -> str:
    """The line in place of the byte that msgspec names."""
    place = re.search(r" \(byte (\d+)\)$", message)
    if place is None:
        return message
    line = text.count(b"\n", 0, int(place[1])) + 1
    return f"{message[: place.start()]} in line {line}"


def _on_one_line(numbers: re.Match[bytes]) -> bytes:
    return b"[" + b" ".join(numbers.group()[1:-1].split()) + b"]"


def _copy(settings: DataSettings | TrainingSettings, kind: type[Any]) -> Any:
    return kind(**{name: getattr(settings, name) for name in kind.__struct_fields__})


def _write_graph(graph: Graph) -> _Graph:
    return _Graph(
        nodes=tuple(_write_node(node) for node in graph.nodes),
        edges=tuple(_Edge(e.source, e.target, e.source_port, e.target_port) for e in graph.edges),
        blocks=tuple(_Block(b.id, b.name, b.parent, b.position, b.is_open, b.kind) for b in graph.blocks),
        notes=tuple(_Note(n.id, n.text, n.position, n.size) for n in graph.notes),
    )


def _write_node(node: Node) -> _Node:
    params: dict[str, Any] = dict(node.params)
    given, frozen = dict(node.initial), tuple(node.frozen)
    return _Node(node.id, node.type, params, node.position, node.name, given, frozen, node.block)


def _read_graph(content: _Graph) -> Graph:
    nodes = tuple(_read_node(node, f"$.graph.nodes[{index}]") for index, node in enumerate(content.nodes))
    edges = tuple(Edge(e.source, e.target, e.source_port, e.target_port) for e in content.edges)
    blocks = tuple(Block(b.id, b.name, b.parent, b.position, b.is_open, b.kind) for b in content.blocks)
    notes = tuple(Note(n.id, n.text, n.position, n.size) for n in content.notes)
    graph = Graph(nodes, edges, blocks, notes)
    for problem in _problems(graph):
        raise DocumentError(problem)
    try:
        _ = graph.order
    except CycleError as error:
        raise DocumentError(str(error)) from error
    return graph


def _problems(graph: Graph) -> Iterator[str]:
    """What keeps nodes and wires from being a graph, with the place of each."""
    seen: dict[str, int] = {}
    for index, node in enumerate(graph.nodes):
        if node.id in seen:
            first = seen[node.id] + 1
            yield f"layers {first} and {index + 1} are both called “{node.id}” - at `$.graph.nodes[{index}].id`"
        seen[node.id] = index
    yield from _block_problems(graph, set(seen))
    taken: set[tuple[str, int]] = set()
    for index, edge in enumerate(graph.edges):
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name not in seen:
                yield f"a wire leads to a layer “{name}” that is not there - at `$.graph.edges[{index}].{end}`"
        if (edge.target, edge.target_port) in taken:
            yield f"two wires end at input {edge.target_port + 1} of “{edge.target}” - at `$.graph.edges[{index}]`"
        taken.add((edge.target, edge.target_port))


def _block_problems(graph: Graph, taken: set[str]) -> Iterator[str]:
    """Blocks and notes whose ids are taken, blocks that are not there, are empty, or lie within themselves."""
    for kind, items in (("blocks", graph.blocks), ("notes", graph.notes)):
        for index, item in enumerate(items):
            if item.id in taken:
                yield f"two things are called “{item.id}” - at `$.graph.{kind}[{index}].id`"
            taken.add(item.id)
    parents = {block.id: block.parent for block in graph.blocks}
    for index, block in enumerate(graph.blocks):
        outer, steps = block.parent, 0
        while outer:
            if outer not in parents or steps > len(parents):
                reason = "lies within itself" if outer in parents else f"lies in a block “{outer}” that is not there"
                yield f"the block “{block.id}” {reason} - at `$.graph.blocks[{index}].parent`"
                return
            outer, steps = parents[outer], steps + 1
    for index, node in enumerate(graph.nodes):
        if node.block and node.block not in parents:
            yield f"“{node.id}” lies in a block “{node.block}” that is not there - at `$.graph.nodes[{index}].block`"
            return
    for index, block in enumerate(graph.blocks):
        if not graph.members[block.id]:
            yield f"the block “{block.id}” is empty - at `$.graph.blocks[{index}]`"


def _read_node(node: _Node, path: str) -> Node:
    try:
        check_id(node.id)
    except GraphError as error:
        raise DocumentError(f"{error} - at `{path}.id`") from error
    params: dict[str, ParamValue] = dict(node.params)
    initial = {name: _read_values(values, f"{path}.initial.{name}") for name, values in node.initial.items()}
    return Node(node.id, node.type, params, node.position, node.name, initial, node.frozen, node.block)


def _read_values(values: object, path: str, depth: int = 0) -> Nested:
    """A tensor written out by hand: lists become tuples."""
    if isinstance(values, list) and depth < _DEEPEST:
        return tuple(_read_values(item, path, depth + 1) for item in cast("list[object]", values))
    if isinstance(values, int | float) and not isinstance(values, bool) and abs(values) <= _LARGEST:
        return values
    raise DocumentError(f"starting values must be numbers in at most {_DEEPEST} nested lists - at `{path}`")
