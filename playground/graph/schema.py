"""The text of a `.playground` file: its versioned form, apart from the classes in memory, and reading older versions.

The classes in memory may change from one release to the next; the structs here are what stands in files and change only
together with `VERSION` and a step in `MIGRATIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta, Struct

from playground.graph._by_hand_text import LONGEST_DATA, MOST_BY_HAND, ExampleText, WeightText
from playground.graph._graph_text import MOST_NODES, DocumentError, GraphText, Setting
from playground.graph.experiment import Base, DataSettings, Experiment, TrainingSettings
from playground.graph.model import LONGEST_NAME, Graph

VERSION = 2
"""Of the files that this program writes."""

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
_Count = Annotated[int, Meta(ge=0, le=2**62)]
_Positive = Annotated[int, Meta(ge=1, le=2**62)]
_StepBatch = Annotated[int, Meta(ge=1, le=1024)]
_StepDraw = Annotated[int, Meta(ge=0, le=2**31)]


class TooNew(DocumentError):
    """The document has a version that this program does not know yet."""


class _Data(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=LONGEST_DATA)]
    train_size: _Count
    validation_fraction: Annotated[float, Meta(ge=0, lt=1)]
    noise: Annotated[float, Meta(ge=0, le=1)]
    samples: _Count
    label_noise: Annotated[float, Meta(ge=0, le=1)] = 0.0
    folds: _Count = 0
    fold: _Positive = 1
    permuted: _Count = 0


class _Training(Struct, forbid_unknown_fields=True):
    optimizer: _Name
    learning_rate: Annotated[float, Meta(ge=0)]
    momentum: Annotated[float, Meta(ge=0)]
    weight_decay: Annotated[float, Meta(ge=0)]
    batch_size: _Positive
    epochs: _Count
    device: _Name
    optimizer_params: dict[str, Setting] = {}
    schedule: _Name = "constant"
    schedule_params: dict[str, Setting] = {}
    warmup_epochs: _Count = 0
    l1: Annotated[float, Meta(ge=0)] = 0.0
    clip_grad_norm: Annotated[float, Meta(ge=0)] = 0.0
    clip_grad_value: Annotated[float, Meta(ge=0)] = 0.0
    patience: _Count = 0
    min_delta: Annotated[float, Meta(ge=0)] = 0.0
    restore_best: bool = True
    initialiser: _Name = "torch"
    initialiser_params: dict[str, Setting] = {}
    class_weights: _Name = "none"
    batch_mode: _Name = "mini-batch"
    augmentation: dict[str, Setting] = {}
    precision: _Name = "full"
    checkpoint_every: _Count = 0


class _Base(Struct, forbid_unknown_fields=True):
    title: _Name
    digest: _Name


class _Document(Struct, forbid_unknown_fields=True):
    version: int
    graph: GraphText
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
    base: _Base | None = None


class _Piece(Struct, forbid_unknown_fields=True):
    version: int
    graph: GraphText


def to_text(experiment: Experiment, sample: int) -> bytes:
    """The experiment and the index of the chosen sample as readable JSON.

    Raises:
        DocumentError: the experiment could not be read again, as for a position that is not a number.
    """
    document = _Document(
        version=VERSION,
        graph=GraphText.of(experiment.graph),
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
        base=None if experiment.base is None else _Base(experiment.base.title[:LONGEST_NAME], experiment.base.digest),
    )
    text = _encode(document)
    from_text(text)
    return text


def graph_to_text(graph: Graph) -> bytes:
    """A graph alone, such as copied layers, as readable JSON.

    Raises:
        DocumentError: it holds a value that cannot be written down.
    """
    return _encode(_Piece(VERSION, GraphText.of(graph)))


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
    return piece.graph.read()


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
    experiment = Experiment(
        document.graph.read(),
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
        base=None if document.base is None else Base(document.base.title, document.base.digest),
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
