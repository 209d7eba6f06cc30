from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.graph import document as document_module
from playground.graph.blocks import move
from playground.graph.document import Document
from playground.graph.edits import add
from playground.graph.experiment import Experiment
from playground.graph.model import Graph, Node


def with_node(document: Document, node_id: str) -> Graph:
    return add(document.graph, Node(node_id, "relu"))


@pytest.fixture
def document() -> Document:
    document = Document()
    document.edit("Add relu1", with_node(document, "relu1"))
    document.edit("Add relu2", with_node(document, "relu2"))
    return document


def dragged(document: Document, x: float) -> Graph:
    return move(document.graph, {"relu1": (x, 0.0)})


def test_undo_and_redo_go_through_the_edits(document: Document) -> None:
    newest = document.experiment
    assert (document.undo_label, document.redo_label) == ("Add relu2", None)
    document.undo()
    assert [node.id for node in document.graph] == ["relu1"]
    assert (document.undo_label, document.redo_label) == ("Add relu1", "Add relu2")
    document.undo()
    assert document.experiment == Experiment()
    document.redo()
    document.redo()
    assert document.experiment is newest


def test_undo_at_the_beginning_and_redo_at_the_end_do_nothing(document: Document) -> None:
    document.redo()
    assert len(document.graph) == 2
    for _ in range(5):
        document.undo()
    assert document.experiment == Experiment()
    assert document.undo_label is None


def test_an_edit_after_undo_ends_the_other_future(document: Document) -> None:
    document.undo()
    document.edit("Add relu3", with_node(document, "relu3"))
    assert document.redo_label is None
    assert [node.id for node in document.graph] == ["relu1", "relu3"]


def test_an_edit_that_changes_nothing_is_none(document: Document) -> None:
    heard: list[Any] = []
    document.subscribe(lambda before, after: heard.append((before, after)))
    document.edit("Nothing", Graph(document.graph.nodes, document.graph.edges))
    assert document.undo_label == "Add relu2"
    assert heard == []


def test_a_drag_is_one_step(document: Document) -> None:
    for x in (1.0, 2.0, 3.0):
        document.edit("Move relu1", dragged(document, x), merge="drag")
    document.undo()
    assert document.graph.node("relu1").position == (0.0, 0.0)
    assert document.undo_label == "Add relu2"
    document.redo()
    assert document.graph.node("relu1").position == (3.0, 0.0)


@pytest.mark.parametrize("between", ["end_merge", "other edit", "undo and redo"])
def test_a_new_gesture_is_a_step_of_its_own(document: Document, between: str) -> None:
    document.edit("Move relu1", dragged(document, 1.0), merge="drag")
    if between == "end_merge":
        document.end_merge()
    elif between == "other edit":
        document.edit("Add relu3", with_node(document, "relu3"))
    else:
        document.undo()
        document.redo()
    document.edit("Move relu1", dragged(document, 2.0), merge="drag")
    document.undo()
    assert document.graph.node("relu1").position == (1.0, 0.0)


def test_listeners_hear_before_and_after_of_edits_and_undo(document: Document) -> None:
    heard: list[tuple[int, int]] = []
    stop = document.subscribe(lambda before, after: heard.append((len(before.graph), len(after.graph))))
    document.edit("Add relu3", with_node(document, "relu3"))
    document.undo()
    document.redo()
    stop()
    document.undo()
    assert heard == [(2, 3), (3, 2), (2, 3)]


def test_modified_means_other_than_what_was_saved(document: Document) -> None:
    assert document.is_modified
    document.mark_saved()
    assert not document.is_modified
    document.undo()
    assert document.is_modified
    document.redo()
    assert not document.is_modified


def test_what_was_saved_may_be_older_than_what_is_open(document: Document) -> None:
    """Saving takes a while; edits made meanwhile are not in the file."""
    snapshot = document.experiment
    document.edit("Add relu3", with_node(document, "relu3"))
    document.mark_saved(snapshot)
    assert document.is_modified
    document.undo()
    assert not document.is_modified


def test_other_settings_are_undone_as_well(document: Document) -> None:
    document.apply("New seed", replace(document.experiment, seed=7))
    document.undo()
    assert document.experiment.seed == 0


def test_the_history_can_be_listed_and_jumped_in(document: Document) -> None:
    steps, index = document.history
    assert ([step.label for step in steps], index) == (["", "Add relu1", "Add relu2"], 2)
    document.go_to(0)
    assert document.experiment == Experiment()
    document.go_to(99)
    assert document.experiment == Experiment()


def test_the_history_keeps_the_newest_steps(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "HISTORY_LIMIT", 10)
    for seed in range(1, 31):
        document.apply("New seed", replace(document.experiment, seed=seed))
    for _ in range(50):
        document.undo()
    assert document.experiment.seed == 20
