"""The text of a document: exact both ways, readable, versioned, and refused with the place of the fault."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.graph.blocks import group, set_open
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Block, Edge, Graph, Nested, Node, Note
from playground.graph.schema import (
    VERSION,
    DocumentError,
    Json,
    TooNew,
    from_text,
    graph_from_text,
    graph_to_text,
    migrate,
    to_text,
)

GRAPH = Graph(
    (
        Node("input", "input", {"shape": (2,)}),
        Node("fc1", "dense", {"out_features": 2}, (200.0, 0.5), "Hidden", {"bias": (0.35, 0.35)}, ("bias",)),
        Node("relu1", "relu"),
        Node("add1", "add"),
    ),
    (Edge("input", "fc1"), Edge("fc1", "relu1"), Edge("relu1", "add1", 0, 0), Edge("fc1", "add1", 0, 1)),
)
EXPERIMENT = Experiment(GRAPH, DataSettings("circle", noise=0.2), TrainingSettings("sgd", 0.5), seed=3, example="x")

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
settings_ = st.one_of(
    st.integers(-(2**63), 2**63),
    numbers,
    st.booleans(),
    words,
    st.lists(st.integers(-9, 10**6), max_size=4).map(tuple),
    st.lists(numbers, max_size=4).map(tuple),
)
tensors: st.SearchStrategy[Nested] = st.recursive(
    numbers, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=8
)
nodes = st.builds(
    Node,
    id=st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True),
    type=st.text(min_size=1, max_size=10),
    params=st.dictionaries(words, settings_, max_size=4),
    position=st.tuples(numbers, numbers),
    name=words,
    initial=st.dictionaries(words, tensors, max_size=2),
    frozen=st.lists(words, max_size=2).map(tuple),
    rate=st.floats(0, 1000),
    held=st.lists(st.tuples(words, st.lists(st.integers(0, 10**6), max_size=4).map(tuple)), max_size=2).map(tuple),
)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    chosen = tuple(draw(st.lists(nodes, max_size=5, unique_by=lambda node: node.id)))
    pairs = [(a, b) for a in range(len(chosen)) for b in range(a + 1, len(chosen))]
    ends = draw(st.lists(st.sampled_from(pairs), max_size=6, unique=True)) if pairs else []
    edges = tuple(Edge(chosen[a].id, chosen[b].id, draw(st.integers(0, 9)), a) for a, b in ends)
    graph = Graph(chosen, edges)
    for _ in range(draw(st.integers(0, 3)) if chosen else 0):
        items = st.sampled_from([*graph.by_id, *graph.block_by_id])
        graph, block = group(graph, draw(st.lists(items, min_size=1, max_size=3)), draw(words))
        graph = set_open(graph, block, draw(st.booleans()))
    notes = tuple(Note(f"n {index}", text, (1.5, 2.0)) for index, text in enumerate(draw(st.lists(words, max_size=2))))
    graph = replace(graph, notes=notes)
    positive = st.floats(0, 1e6)
    values = st.one_of(st.floats(-1e6, 1e6), st.booleans(), words, st.tuples(st.floats(0, 1), st.floats(0, 1)))
    settings = st.dictionaries(words, values, max_size=3)
    data = DataSettings(draw(words), draw(st.integers(0, 10**9)), draw(st.floats(0, 0.99)), draw(st.floats(0, 0.5)), 7)
    data = replace(data, permuted=draw(st.integers(0, 2**62)))
    training = TrainingSettings(
        draw(words),
        draw(positive),
        draw(positive),
        draw(positive),
        draw(st.integers(1, 10**6)),
        draw(st.integers(0, 99)),
        optimizer_params=draw(settings),
        schedule=draw(words),
        schedule_params=draw(settings),
        warmup_epochs=draw(st.integers(0, 99)),
        l1=draw(positive),
        clip_grad_norm=draw(positive),
        patience=draw(st.integers(0, 99)),
        restore_best=draw(st.booleans()),
        initialiser=draw(words),
        initialiser_params=draw(settings),
        class_weights=draw(words),
        batch_mode=draw(words),
    )
    return Experiment(graph, data, training, draw(st.integers(0, 2**62)), draw(words))


@given(experiments(), st.integers(0, 10**6))
def test_what_is_written_is_read_again_exactly(experiment: Experiment, sample: int) -> None:
    again, again_sample = from_text(to_text(experiment, sample))
    assert (again, again_sample) == (experiment, sample)
    assert repr(again) == repr(experiment), "the same types too: 1 is not 1.0, (1, 2) not [1, 2]"


def test_the_text_is_readable() -> None:
    text = to_text(EXPERIMENT, 4).decode()
    assert '"shape": [2]' in text, "a list of numbers stands on one line"
    assert max(len(line) for line in text.splitlines()) < 80
    plain = json.loads(text)
    assert plain["version"] == VERSION
    assert plain["graph"]["nodes"][2] == {"id": "relu1", "type": "relu", "position": [0.0, 0.0]}
    assert plain["sample"] == 4


def test_version_1_had_neither_blocks_nor_notes() -> None:
    old = json.loads(to_text(EXPERIMENT, 4))
    del old["graph"]["blocks"], old["graph"]["notes"]
    assert from_text(json.dumps({**old, "version": 1}).encode()) == (EXPERIMENT, 4)


NEWER = (
    *("optimizer_params", "schedule", "schedule_params", "warmup_epochs", "l1", "clip_grad_norm", "clip_grad_value"),
    *("patience", "min_delta", "restore_best", "initialiser", "initialiser_params", "class_weights", "batch_mode"),
)


@pytest.mark.parametrize("version", [1, 2])
def test_training_without_the_newer_settings_has_their_usual_values(version: int) -> None:
    old = json.loads(to_text(EXPERIMENT, 4))
    for name in NEWER:
        del old["training"][name]
    if version == 1:
        del old["graph"]["blocks"], old["graph"]["notes"]
    assert from_text(json.dumps({**old, "version": version}).encode()) == (EXPERIMENT, 4)


def test_every_setting_of_training_and_of_the_data_is_written() -> None:
    written = json.loads(to_text(EXPERIMENT, 4))
    assert written["training"].keys() == {field.name for field in fields(TrainingSettings)}
    assert written["data"].keys() == {field.name for field in fields(DataSettings)}


def test_a_graph_alone_is_read_again_and_so_is_that_of_a_document() -> None:
    assert graph_from_text(graph_to_text(GRAPH)) == GRAPH
    assert graph_from_text(to_text(EXPERIMENT, 4)) == GRAPH


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"[1]", b"{}", b'{"version": 2}', b'{"version": 2, "graph": 5}', b"\xff"]
)
def test_text_that_is_no_graph_is_refused(text: bytes) -> None:
    with pytest.raises(DocumentError):
        graph_from_text(text)


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (Graph((Node("a", "relu", block="b"),)), "lies in a block “b” that is not there"),
        (Graph((), (), (Block("b"),)), "the block “b” is empty"),
        (Graph((Node("a", "relu", block="b"),), (), (Block("b", parent="c"),)), "a block “c” that is not there"),
        (Graph((Node("a", "relu", block="a"),), (), (Block("a"),)), "two things are called “a”"),
        (Graph((Node("a", "relu"),), (), (), (Note("a"),)), "two things are called “a”"),
        (
            Graph((Node("a", "relu", block="b"),), (), (Block("b", parent="c"), Block("c", parent="b"))),
            "lies within itself",
        ),
    ],
)
def test_blocks_that_make_no_tree_are_refused(graph: Graph, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        graph_from_text(graph_to_text(graph))
    assert reason in str(error.value)


def test_a_name_with_brackets_and_line_ends_survives() -> None:
    node = Node("a", "relu", {"text": "[\n 1,\n 2 ]"}, name="[  1,  2  ]")
    experiment = Experiment(Graph((node,)))
    assert from_text(to_text(experiment, 0))[0] == experiment


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (Node("a", "relu", position=(math.nan, 0.0)), "nodes[0].position"),
        (Node("a b", "relu"), "cannot name a layer"),
        (Node("a", "relu", params={"p": object()}), "cannot be written down"),  # type: ignore[dict-item]
        (Node("a", "relu", name="x" * 101), "nodes[0].name"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(node: Node, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        to_text(Experiment(Graph((node,))), 0)
    assert reason in str(error.value)


def changed(**changes: Any) -> bytes:
    """The text of the example with entries replaced: `graph_nodes_1_type=5` changes $.graph.nodes[1].type."""
    content = json.loads(to_text(EXPERIMENT, 0))
    for path, value in changes.items():
        *parents, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        place = content
        for step in parents:
            place = place[step]
        place[last] = value
    return json.dumps(content).encode()


def test_the_changed_text_is_good_but_for_the_change() -> None:
    assert from_text(changed(seed=9)) == (replace(EXPERIMENT, seed=9), 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (changed(graph__nodes__1__type=5), "Expected `str`, got `int` - at `$.graph.nodes[1].type`"),
        (changed(graph__nodes__1__colour="red"), "unknown field `colour` - at `$.graph.nodes[1]`"),
        (changed(graph__nodes__1__position=[1]), "at `$.graph.nodes[1].position`"),
        (changed(graph__nodes__1__params={"bias": None}), "at `$.graph.nodes[1].params"),
        (changed(graph__nodes__1__params={"kernel_size": [[1]]}), "at `$.graph.nodes[1].params"),
        (changed(graph__nodes__1__initial={"bias": "big"}), "at `$.graph.nodes[1].initial.bias`"),
        (changed(graph__nodes__1__initial={"bias": [0.1, True]}), "at `$.graph.nodes[1].initial.bias`"),
        (changed(graph__nodes__1__initial={"bias": [[[[[[[[[1]]]]]]]]]}), "at most 8 nested lists"),
        (changed(graph__nodes__1__initial={"bias": [10**400]}), "starting values must be numbers"),
        (changed(graph__nodes__1__id="input"), "layers 1 and 2 are both called “input” - at `$.graph.nodes[1].id`"),
        (changed(graph__nodes__1__id="fc.1"), "“fc.1” cannot name a layer"),
        (changed(graph__edges__0__target="fc9"), "a layer “fc9” that is not there - at `$.graph.edges[0].target`"),
        (changed(graph__edges__0__target="relu1"), "two wires end at input 1 of “relu1” - at `$.graph.edges[1]`"),
        (changed(graph__edges__0__target_port=-1), "at `$.graph.edges[0].target_port`"),
        (changed(graph__edges__0__source="add1"), "in a circle through"),
        (changed(graph__nodes=[{"id": f"n{i}", "type": "relu"} for i in range(10_001)]), "at `$.graph.nodes`"),
        (changed(graph={"nodes": []}), "missing required field `edges` - at `$.graph`"),
        (changed(training__batch_size=0), "at `$.training.batch_size`"),
        (changed(training__learning_rate="fast"), "at `$.training.learning_rate`"),
        (changed(training__l1=-0.1), "at `$.training.l1`"),
        (changed(training__patience=-1), "at `$.training.patience`"),
        (changed(training__optimizer_params={"betas": {}}), "at `$.training.optimizer_params"),
        (changed(data__validation_fraction=1.5), "at `$.data.validation_fraction`"),
        (changed(seed=-1), "at `$.seed`"),
        (changed(seed=2**80), "at `$.seed`"),
        (changed(version=0), "no version number - at `$.version`"),
        (changed(version=True), "no version number"),
        (changed(version="1"), "no version number"),
        (b"[]", "does not hold an object"),
        (b"", "truncated"),
        (b'{\n"version": 1,\n"graph": {"nodes": [}\n}', "in line 3"),
        (b'{"version": 1} {}', "trailing characters"),
        (b"\xff\xfe\x00", "invalid"),
        (b'{"version": "\xff"}', "not text"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"version": 1, "seed": 1e999}', "out of range"),
        (b'{"version": 1, "seed": ' + b"9" * 5000 + b"}", "out of range"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        from_text(text)
    assert reason.lower() in str(error.value).lower()


def test_a_later_version_is_told_from_damage() -> None:
    with pytest.raises(TooNew, match=f"newer version of the program.*version {VERSION + 1}.*up to {VERSION}"):
        from_text(changed(version=VERSION + 1))


# ---- older versions: a history of a format that was never published, to prove the machinery

MIGRATIONS = {
    1: lambda content: {"layers": content["nodes"]},
    2: lambda content: {"layers": [{"id": name} for name in content["layers"]]},
}


def older(content: Json, version: int = 3) -> Json:
    return migrate(content, version, MIGRATIONS)


def test_older_versions_are_brought_up_step_by_step() -> None:
    assert older({"version": 1, "nodes": ["a", "b"]}) == {"version": 3, "layers": [{"id": "a"}, {"id": "b"}]}
    assert older({"version": 2, "layers": ["a"]}) == {"version": 3, "layers": [{"id": "a"}]}
    assert older({"version": 3, "layers": []}) == {"version": 3, "layers": []}


def test_an_older_document_that_is_damaged_is_refused() -> None:
    with pytest.raises(DocumentError, match="not a sound document of version 1"):
        older({"version": 1, "knots": []})
