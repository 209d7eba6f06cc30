"""The canvas shows the graph, whatever led to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from playground.graph import blocks, edits
from playground.graph.experiment import Experiment
from playground.graph.model import Edge, Graph, GraphError, Node, Note
from playground.graph.outline import outline
from playground.ui.canvas.dress import gives_output, short_title, takes_input
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

OpenSession = Callable[[Experiment], Session]


def assert_shows(scene: GraphScene, graph: Graph) -> None:
    seen = outline(graph, takes_input, gives_output)
    assert set(scene.cards) == set(seen.cards)
    assert set(scene.frames) == set(seen.frames)
    assert set(scene.wires) == set(seen.threads)
    assert set(scene.notes) == set(graph.note_by_id)
    for key, card in scene.cards.items():
        assert (card.pos().x(), card.pos().y()) == seen.item(key).position
        item = seen.item(key)
        assert card.look.title == (short_title(item) if isinstance(item, Node) else item.title)
    for thread, wire in scene.wires.items():
        source, target = scene.cards[thread.source], scene.cards[thread.target]
        ends = source.output_point(thread.source_port), target.input_point(thread.target_port)
        assert wire.ends == ends
        assert all(port in [place for _, _, place in (*source.ports(), *target.ports())] for port in ends)
    for key, frame in scene.frames.items():
        inside = [card for card in seen.cards if key in graph.enclosing(card)]
        assert all(frame.box.contains(scene.cards[card].sceneBoundingRect()) for card in inside)


def random_edit(graph: Graph, dice: random.Random) -> Graph:
    """Any edit that a user could make, some of which are refused."""
    ids, block_ids = [node.id for node in graph], [block.id for block in graph.blocks]
    kinds = ("conv2d", "relu", "dense", "add", "flatten")
    place = (dice.randrange(0, 900, 10), dice.randrange(0, 600, 10))
    node = Node(edits.fresh_id(graph, "layer"), dice.choice(kinds), position=place)
    match dice.randrange(12):
        case 0 | 1:
            return edits.add(graph, node)
        case 2 if graph.edges:
            return edits.insert_on_edge(graph, node, dice.choice(graph.edges))
        case 3 | 4 if len(ids) > 1:
            source, target = dice.sample(ids, 2)
            return edits.connect(graph, Edge(source, target, 0, dice.randrange(2)))
        case 5 if ids:
            return blocks.move(graph, {dice.choice([*ids, *block_ids]): place})
        case 6 if ids:
            return edits.remove(graph, [dice.choice(ids)])
        case 7 if ids:
            return blocks.group(graph, dice.sample([*ids, *block_ids], min(2, len(ids))), "Group")[0]
        case 8 if block_ids:
            return blocks.set_open(graph, dice.choice(block_ids), dice.random() < 0.5)
        case 9 if block_ids:
            return blocks.repeat(graph, dice.choice(block_ids), dice.randrange(1, 4))[0]
        case 10 if block_ids:
            return blocks.ungroup(graph, dice.choice(block_ids))
        case 11:
            return replace(graph, notes=(Note("note1", str(place), place),))
        case _:
            return graph


@pytest.mark.parametrize("seed", range(5))
def test_the_canvas_equals_the_graph_through_edits_undo_and_redo(open_session: OpenSession, seed: int) -> None:
    session = open_session(Experiment())
    scene, dice = GraphScene(session), random.Random(seed)
    for _ in range(60):
        try:
            session.edit("edit", random_edit(session.graph, dice))
        except GraphError:
            continue
        assert_shows(scene, session.graph)
    end = session.graph
    while session.document.undo_label is not None:
        session.document.undo()
        assert_shows(scene, session.graph)
    assert session.graph == Graph()
    while session.document.redo_label is not None:
        session.document.redo()
        assert_shows(scene, session.graph)
    assert session.graph == end


def test_cards_show_settings_shape_and_parameters(open_session: OpenSession) -> None:
    scene = GraphScene(open_session(zoo_experiment("lenet-5")))
    looks = {key: (card.look.caption, card.look.left, card.look.right) for key, card in scene.cards.items()}
    assert looks["conv1"] == ("Conv 2D · 5×5 · 6 · pad 2", "6×28×28", "156")
    assert looks["pool2"] == ("Max pool · 2×2", "16×5×5", "0")
    assert looks["fc1"] == ("Dense · 120", "120", "48,120")


def test_thumbnails_are_those_of_the_shown_example(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    scene = GraphScene(session)
    first = scene.cards["input"].look.pictures
    assert len(scene.cards["conv1"].look.pictures) == 4
    session.show_example(session.example_index + 1)
    settle(session, qtbot)
    assert scene.cards["input"].look.pictures != first
    assert isinstance(first[0], QImage)
    assert first[0].width() == first[0].height() == 28


def wrong_network() -> Experiment:
    experiment = zoo_experiment("lenet-5")
    return replace(experiment, graph=edits.set_params(experiment.graph, "fc3", {"out_features": 12}))


def test_a_problem_reddens_its_wire_and_offers_its_repair_on_the_canvas(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session(wrong_network())
    scene = GraphScene(session)
    scene._on_analysis()  # the analysis was there before the scene
    view = GraphView(scene)
    qtbot.addWidget(view)
    view.resize(1000, 800)
    view.show()
    view.fit()
    wrong = [thread.edges for thread, wire in scene.wires.items() if wire.is_wrong]
    assert wrong == [(Edge("fc3", "loss"),)]
    assert [bubble.problem.message for bubble in scene.bubbles] == ["12 outputs, but MNIST digits has 10 classes."]
    place = view.mapFromScene(scene.bubbles[0].button_centre(0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.graph.node("fc3").params["out_features"] == 10
    settle(session, qtbot)
    assert scene.bubbles == []
    assert not any(wire.is_wrong for wire in scene.wires.values())
    assert session.document.undo_label == "Set units of fc3 to 10"


def test_bubbles_lie_clear_of_cards(open_session: OpenSession) -> None:
    scene = GraphScene(open_session(wrong_network()))
    scene._on_analysis()
    box = scene.bubbles[0].sceneBoundingRect()
    assert not any(card.box.translated(card.pos()).intersects(box) for card in scene.cards.values())


def test_a_new_theme_repaints_the_thumbnails(open_session: OpenSession) -> None:
    scene = GraphScene(open_session(zoo_experiment("lenet-5")))
    dark = scene.cards["conv1"].look.pictures
    appearance.set_choice("light")
    assert scene.cards["conv1"].look.pictures != dark


def test_an_unknown_layer_is_shown_as_such(open_session: OpenSession) -> None:
    session = open_session(Experiment())
    scene = GraphScene(session)
    session.edit("edit", edits.add(session.graph, Node("mystery1", "quantum")))
    assert scene.cards["mystery1"].look.caption == "unknown: quantum"
    assert scene.cards["mystery1"].look.state == "problem"
