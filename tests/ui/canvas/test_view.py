"""The canvas by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QMenu
from pytestqt.qtbot import QtBot

from playground.data import GROUPS, all_data_sets
from playground.data.own import ENTRIES
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.canvas.quick_add import QuickAdd
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import LAYER_MIME, GraphView
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

OpenSession = Callable[[Experiment], Session]
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A user at the canvas."""

    def __init__(self, session: Session, view: GraphView, scene: GraphScene, qtbot: QtBot) -> None:
        self.session, self.view, self.scene, self.qtbot = session, view, scene, qtbot

    @property
    def graph(self) -> Graph:
        return self.session.graph

    def at(self, point: QPointF) -> QPoint:
        return self.view.mapFromScene(point)

    def drag(self, start: QPointF, end: QPointF) -> None:
        port = self.view.viewport()
        QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, self.at(start))
        for share in (0.25, 0.5, 0.75, 1.0):
            QTest.mouseMove(port, self.at(start + (end - start) * share))
        QTest.mouseRelease(port, LEFT, Qt.KeyboardModifier.NoModifier, self.at(end))

    def drop(self, key: str, point: QPointF) -> None:
        """A chip of the palette, dropped here."""
        data = QMimeData()
        data.setData(LAYER_MIME, key.encode())
        place, port = self.at(point), self.view.viewport()
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(port, QDragEnterEvent(place, copy, data, LEFT, none))
        QApplication.sendEvent(port, QDragMoveEvent(place, copy, data, LEFT, none))
        QApplication.sendEvent(port, QDropEvent(QPointF(place), copy, data, LEFT, none))

    def out(self, node_id: str) -> QPointF:
        return self.scene.cards[node_id].output_point()

    def into(self, node_id: str, port: int = 0) -> QPointF:
        return self.scene.cards[node_id].input_point(port)

    @property
    def popup(self) -> QuickAdd:
        return next(popup for popup in self.view.findChildren(QuickAdd) if popup.isVisible())

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)


@pytest.fixture
def hand(open_session: OpenSession, qtbot: QtBot) -> Callable[[Experiment], Hand]:
    hands: list[Hand] = []  # keeps view and scene until the test is over

    def at_canvas(experiment: Experiment) -> Hand:
        session = open_session(experiment)
        scene = GraphScene(session)
        view = GraphView(scene)
        qtbot.addWidget(view)
        view.resize(1200, 900)
        view.show()
        view.fit()
        view.setFocus()
        hands.append(Hand(session, view, scene, qtbot))
        return hands[-1]

    return at_canvas


def three_cards() -> Experiment:
    conv, relu = Node("conv1", "conv2d", position=(300, 0)), Node("relu1", "relu", position=(600, 0))
    return Experiment(Graph((Node("input", "input"), conv, relu)))


Canvas = Callable[[Experiment], Hand]


def test_layers_dropped_on_the_canvas_stand_where_they_were_dropped(hand: Canvas) -> None:
    user = hand(Experiment())
    user.drop("input", QPointF(0, 0))
    user.drop("dense", QPointF(0, 300))
    assert [node.type for node in user.graph] == ["input", "dense"]
    assert user.graph.edges == ()
    assert user.graph.nodes[1].position[1] - user.graph.nodes[0].position[1] == 300
    assert user.scene.selected_ids == [user.graph.nodes[1].id]


def test_a_preset_is_its_layer_with_settings(hand: Canvas) -> None:
    user = hand(Experiment())
    user.drop("conv2d+1x1", QPointF(0, 0))
    (node,) = user.graph.nodes
    assert (node.type, node.params["kernel_size"]) == ("conv2d", (1, 1))
    assert user.session.document.undo_label == "Add 1×1 conv"


def test_a_layer_dropped_right_of_a_card_is_connected(hand: Canvas) -> None:
    user = hand(Experiment())
    user.drop("input", QPointF(0, 0))
    user.drop("conv2d", user.out("input") + QPointF(120, 0))
    assert user.graph.edges == (Edge("input", "conv1"),)
    assert user.session.document.undo_label == "Add Conv 2D"


def test_a_layer_dropped_on_a_wire_is_inserted_and_room_is_made(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    middle = (user.out("conv1") + user.into("relu1")) / 2
    user.drop("batch_norm2d", middle)
    assert Edge("conv1", "norm1") in user.graph.edges
    assert Edge("norm1", "relu1") in user.graph.edges
    assert Edge("conv1", "relu1") not in user.graph.edges
    boxes = [card.sceneBoundingRect().adjusted(9, 9, -9, -9) for card in user.scene.cards.values()]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    user.session.document.undo()
    assert user.graph == zoo_experiment("lenet-5").graph


def test_wires_are_drawn_from_port_to_port_in_either_direction(hand: Canvas) -> None:
    user = hand(three_cards())
    user.drag(user.out("input"), user.into("conv1"))
    user.drag(user.into("relu1"), user.out("conv1"))
    assert user.graph.edges == (Edge("input", "conv1"), Edge("conv1", "relu1"))
    user.session.document.undo()
    assert user.graph.edges == (Edge("input", "conv1"),)


def test_a_wire_dropped_on_a_card_finds_its_free_port(hand: Canvas) -> None:
    nodes = (Node("input", "input"), Node("relu1", "relu", position=(0, 250)), Node("add1", "add", position=(400, 0)))
    user = hand(Experiment(Graph(nodes)))
    body = user.scene.cards["add1"].pos() + QPointF(80, 20)
    user.drag(user.out("input"), body)
    user.drag(user.out("relu1"), body)
    assert user.graph.edges == (Edge("input", "add1", 0, 0), Edge("relu1", "add1", 0, 1))


def test_a_wire_in_a_circle_is_refused_in_words(hand: Canvas) -> None:
    user = hand(three_cards())
    user.drag(user.out("conv1"), user.into("relu1"))
    with user.qtbot.waitSignal(user.session.message) as told:
        user.drag(user.out("relu1"), user.into("conv1"))
    assert told.args == [
        "warning",
        "A wire from relu1 to conv1 would lead in a circle: relu1 already depends on conv1.",
    ]
    assert user.graph.edges == (Edge("conv1", "relu1"),)


def test_a_wire_can_be_pulled_loose(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.drag(user.into("relu1"), user.into("relu1") + QPointF(-20, 150))
    assert Edge("conv1", "relu1") not in user.graph.edges
    assert user.session.document.undo_label == "Delete wire"


def test_moving_cards_is_one_step_of_undo(hand: Canvas) -> None:
    user = hand(three_cards())
    user.drag(QPointF(375, 15), QPointF(375, 115))
    assert user.graph.node("conv1").position == (300, 100)
    assert user.session.document.undo_label == "Move conv1"
    user.session.document.undo()
    assert user.graph.node("conv1").position == (300, 0)
    assert user.scene.cards["conv1"].pos() == QPointF(300, 0)


def test_delete_removes_cards_and_wires_and_undo_brings_them_back(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    before = user.graph
    user.scene.select(["conv1", "relu1"])
    user.key(Qt.Key.Key_Delete)
    assert "conv1" not in user.graph
    user.session.document.undo()
    assert user.graph == before
    wire = user.scene.wire_into("loss", 0)
    assert wire is not None
    wire.setSelected(True)
    user.key(Qt.Key.Key_Backspace)
    assert Edge("fc3", "loss") not in user.graph.edges


def test_renaming_in_place(hand: Canvas) -> None:
    user = hand(three_cards())
    user.scene.select(["conv1"])
    user.view.editing.rename()
    field = user.view.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "edges")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert user.graph.node("conv1").title == "edges"
    assert user.scene.cards["conv1"].look.title == "edges"


def test_a_name_that_is_taken_is_refused(hand: Canvas) -> None:
    user = hand(three_cards())
    user.scene.select(["conv1"])
    user.view.editing.rename()
    field = user.view.findChild(QLineEdit)
    assert field is not None
    field.setText("relu1")
    with user.qtbot.waitSignal(user.session.message):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert user.graph.node("conv1").title == "conv1"


def test_duplicate_and_paste_keep_the_wires_among_the_copies(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["conv1", "relu1"])
    user.view.editing.duplicate()
    assert set(user.scene.selected_ids) == {"conv3", "relu5"}
    assert Edge("conv3", "relu5") in user.graph.edges
    user.view.editing.copy()
    user.view.editing.paste()
    assert Edge("conv4", "relu6") in user.graph.edges
    assert user.graph.node("conv4").params == user.graph.node("conv1").params


def test_arrows_walk_along_the_wires(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["conv1"])
    user.key(Qt.Key.Key_Right)
    assert user.scene.selected_ids == ["relu1"]
    user.key(Qt.Key.Key_Left)
    user.key(Qt.Key.Key_Left)
    assert user.scene.selected_ids == ["input"]


def test_a_wire_dropped_in_the_open_offers_layers_and_connects_the_chosen_one(hand: Canvas) -> None:
    user = hand(three_cards())
    user.drag(user.out("relu1"), user.out("relu1") + QPointF(100, 250))
    popup = user.popup
    field = popup.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "max p")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert Edge("relu1", "pool1") in user.graph.edges


def test_quick_add_lists_only_what_was_typed(hand: Canvas) -> None:
    user = hand(Experiment())
    user.view.editing.quick_add()
    popup = user.popup
    field, found = popup.findChild(QLineEdit), popup.findChild(QListWidget)
    assert field is not None
    assert found is not None
    QTest.keyClicks(field, "relu")
    assert [found.item(row).text() for row in range(found.count())] == ["ReLU", "ReLU6", "Leaky ReLU", "PReLU"]
    QTest.keyClicks(field, "xyz")
    assert found.item(0).text() == "No layer of that name"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(user.graph) == 0
    popup.hide()


def test_the_input_card_looks_through_the_examples(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    card = user.scene.cards["input"]
    from playground.ui.canvas.look import browse_buttons

    previous, following = browse_buttons(card.look)
    QTest.mouseClick(user.view.viewport(), LEFT, pos=user.at(card.pos() + following.center()))
    assert user.session.example_index == 1
    settle(user.session, user.qtbot)
    assert card.look.caption == "MNIST digits · 2"
    for _ in range(2):
        QTest.mouseClick(user.view.viewport(), LEFT, pos=user.at(card.pos() + previous.center()))
    assert user.session.example_index == user.session.example_count - 1


def test_the_input_card_offers_the_data_sets(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    caption = user.scene.cards["input"].pos() + QPointF(40, 35)
    QTest.mouseClick(user.view.viewport(), LEFT, pos=user.at(caption))
    menu = next(widget for widget in user.view.findChildren(QMenu) if widget.isVisible())
    groups = [inner for action in menu.actions() if isinstance(inner := action.menu(), QMenu)]
    assert [group.title() for group in groups] == list(GROUPS)
    offered = {action.text(): action for group in groups for action in group.actions()}
    assert set(offered) == {data.title for data in all_data_sets()} | {title for _, title, _ in ENTRIES}
    assert [text for text, action in offered.items() if action.isChecked()] == ["MNIST digits"]
    action = offered["Spiral"]
    action.trigger()
    menu.close()
    assert user.session.experiment.data.name == "spiral"
    assert user.graph.node("input").params["shape"] == (2,)
    assert user.session.document.undo_label == "Choose Spiral"
    user.session.document.undo()
    assert user.graph.node("input").params["shape"] == (1, 28, 28)


def test_zoom_keeps_to_its_limits_and_fit_shows_everything(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    for _ in range(60):
        user.view.set_zoom(user.view.zoom * 1.5)
    assert user.view.zoom == pytest.approx(4.0)
    user.view.fit()
    visible = user.view.mapToScene(user.view.viewport().rect()).boundingRect()
    assert visible.contains(user.scene.network_rect)


def test_the_first_layer_chosen_in_the_palette_needs_no_card(hand: Canvas) -> None:
    user = hand(Experiment())
    for key in ("input", "flatten", "dense", "cross_entropy"):
        user.view.editing.add_layer(key)
    assert user.graph.edges == (Edge("input", "flatten"), Edge("flatten", "fc1"), Edge("fc1", "loss"))
    assert edits.fresh_id(user.graph, "fc") == "fc2"


@pytest.mark.parametrize("key", ["quantum", "template:nowhere", "own:gone"])
def test_what_is_not_known_here_cannot_be_dropped(hand: Canvas, key: str) -> None:
    user = hand(Experiment())
    user.drop(key, QPointF(0, 0))
    assert user.graph == Graph()
