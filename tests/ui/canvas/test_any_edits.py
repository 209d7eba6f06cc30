"""Whatever a user does on the canvas, in any order: it stays a network, the canvas shows it, and undo takes it back."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import Graph
from playground.layers import all_layer_types
from playground.ui.canvas import block_commands, commands
from playground.ui.canvas.arrangement import SIDES
from playground.ui.canvas.gestures import DropGesture, FrameGesture, WireGesture
from playground.ui.canvas.pieces import TEMPLATE
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.session import Session
from playground.zoo import all_templates, zoo_experiment
from tests.graph.test_edit_sequences import check_valid
from tests.ui.canvas.test_scene import assert_shows

OpenSession = Callable[[Experiment], Session]
STEPS = 70
MOST_LAYERS = 150
"""Above this the hand begins to delete."""


class WildHand:
    """A user who tries everything, at random."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.dice = session, random.Random(seed)
        self.scene = GraphScene(session)
        self.view = GraphView(self.scene)
        self.view.resize(900, 700)
        keys = [kind.key for kind in all_layer_types()]
        self.keys = [*keys, *(f"{TEMPLATE}{template.key}" for template in all_templates())]
        self.acts: tuple[Callable[[], None], ...] = (
            self.draw_wire,
            self.draw_wire,
            self.drop,
            self.add,
            self.group,
            self.open_or_close,
            self.put_into,
            self.drag_frame,
            self.move,
            self.rename,
            self.replace,
            self.repeat,
            self.delete,
            self.delete_wire,
            self.insert,
            self.arrange,
            self.clipboard,
            self.undo_or_redo,
            self.view.editing.bypass,
            self.view.editing.ungroup,
            self.view.editing.duplicate,
            self.take_out,
            self.note,
        )

    @property
    def graph(self) -> Graph:
        return self.session.graph

    def act(self) -> str:
        """Select something, usually, then do something; returns what it was."""
        if self.dice.random() < 0.7:
            items = list(self.scene.items_by_id)
            self.scene.select(self.dice.sample(items, min(len(items), self.dice.choice((1, 1, 2, 3, 8)))))
        act = self.delete if len(self.graph) > MOST_LAYERS else self.dice.choice(self.acts)
        act()
        return act.__name__

    def wait(self) -> None:
        """Until frames and wires have followed the cards."""
        QApplication.processEvents()
        while self.scene._arrange_soon.isActive():
            QApplication.processEvents()

    def place(self) -> QPointF:
        items = list(self.scene.items_by_id.values())
        if items and self.dice.random() < 0.7:
            return self.dice.choice(items).sceneBoundingRect().center() + QPointF(self.dice.choice((0, 90, 200)), 0)
        return QPointF(self.dice.randrange(0, 900), self.dice.randrange(0, 600))

    def draw_wire(self) -> None:
        ports = [(card, *port[:2]) for card in self.scene.cards.values() for port in card.ports()]
        if ports:
            gesture = WireGesture(self.scene, *self.dice.choice(ports))
            card, side, number = self.dice.choice(ports)
            end = card.input_point(number) if side == "in" else card.output_point(number)
            gesture.move(self.dice.choice((end, end, self.place())))
            gesture.finish()

    def drop(self) -> None:
        gesture = DropGesture(self.scene, self.dice.choice(self.keys))
        gesture.move(self.place())
        self.scene.select([gesture.finish(self.place())])

    def add(self) -> None:
        self.view.editing.add_layer(self.dice.choice(self.keys))

    def insert(self) -> None:
        if self.scene.wires:
            edges = self.dice.choice(list(self.scene.wires.values())).edges
            key = self.dice.choice([k for k in self.keys if ":" in k or self._passes(k)])
            commands.insert(self.session, key, edges)

    @staticmethod
    def _passes(key: str) -> bool:
        kind = next(kind for kind in all_layer_types() if kind.key == key)
        return kind.max_inputs > 0 and kind.has_output

    def group(self) -> None:
        block_commands.group(self.session, self.scene.selected_ids, "Group")

    def _block(self) -> str | None:
        return self.dice.choice(self.graph.blocks).id if self.graph.blocks else None

    def open_or_close(self) -> None:
        block = self._block()
        if self.dice.random() < 0.2:
            self.view.editing.set_all_open(self.dice.random() < 0.5)
        elif block is not None:
            self.view.editing.set_open([block], self.dice.random() < 0.5)

    def put_into(self) -> None:
        block_commands.put_into(self.session, self.scene.selected_ids, self._block() or "")

    def drag_frame(self) -> None:
        if self.scene.frames:
            gesture = FrameGesture(self.scene, self.dice.choice(list(self.scene.frames.values())), QPointF())
            gesture.move(self.place())
            gesture.finish()

    def move(self) -> None:
        if ids := self.scene.selected_ids:
            places = {key: (self.dice.randrange(90) * 10.0, self.dice.randrange(60) * 10.0) for key in ids}
            commands.move(self.session, places)

    def rename(self) -> None:
        named = [key for key in self.scene.selected_ids if key not in self.scene.notes]
        if named:
            commands.rename(self.session, named[0], self.dice.choice(("", "A", "B", " A ", "conv1", "x" * 200)))

    def replace(self) -> None:
        layers = [key for key in self.scene.selected_ids if key in self.graph]
        if layers:
            commands.replace_type(self.session, layers, self.dice.choice([k for k in self.keys if ":" not in k]))

    def repeat(self) -> None:
        if (block := self._block()) is not None:
            block_commands.repeat(self.session, block, self.dice.randrange(0, 4))

    def delete(self) -> None:
        if self.dice.random() < 0.3 or len(self.graph) > MOST_LAYERS:
            self.view.editing.delete()

    def delete_wire(self) -> None:
        if self.scene.wires:
            self.view.editing.delete_wire(self.dice.choice(list(self.scene.wires.values())).edges)

    def take_out(self) -> None:
        layers = [key for key in self.scene.selected_ids if key in self.graph]
        if layers:
            self.view.editing.take_out(layers[0])

    def arrange(self) -> None:
        editing = self.view.editing
        self.dice.choice((editing.tidy, lambda: editing.align(self.dice.choice(SIDES)), lambda: editing.spread(0)))()

    def clipboard(self) -> None:
        self.dice.choice((self.view.editing.copy, self.view.editing.cut, self.view.editing.paste))()

    def undo_or_redo(self) -> None:
        self.dice.choice((self.session.document.undo, self.session.document.redo))()

    def note(self) -> None:
        if self.dice.random() < 0.3:
            commands.add_note(self.session, (0.0, 0.0))


def play(hand: WildHand, steps: int) -> None:
    """Act, and look after each act whether network and canvas are sound; then undo everything, and redo it."""
    session, scene = hand.session, hand.scene
    first = session.graph
    for step in range(steps):
        before = hand.graph
        name = hand.act()
        hand.wait()
        try:
            check_valid(hand.graph)
            assert_shows(scene, hand.graph)
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"step {step}, {name}: {before}") from error
    while session.document.redo_label is not None:
        session.document.redo()
    end = session.graph
    while session.document.undo_label is not None:
        session.document.undo()
        hand.wait()
        assert_shows(scene, session.graph)
    assert session.graph == first
    while session.document.redo_label is not None:
        session.document.redo()
    assert session.graph == end
    assert_shows(scene, end)


@pytest.mark.parametrize(("network", "seed"), [("", 1), ("", 2), ("lenet-5", 3), ("residual-mini", 4)])
def test_any_acts_leave_a_network_that_the_canvas_shows_and_that_can_be_undone(
    open_session: OpenSession, qtbot: QtBot, network: str, seed: int
) -> None:
    hand = WildHand(open_session(zoo_experiment(network) if network else Experiment()), seed)
    qtbot.addWidget(hand.view)
    play(hand, STEPS)
