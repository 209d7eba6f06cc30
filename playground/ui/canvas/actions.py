"""What can be done on the canvas, for keys, menus and the palette: each asks what it needs and gives one command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtWidgets import QInputDialog, QLineEdit

from playground.graph import blocks
from playground.graph.model import Edge, GraphError
from playground.layers import LayerType, all_layer_types
from playground.ui.canvas import arrangement, block_commands, clipboard, commands, keyboard, own_templates
from playground.ui.canvas.card import GRID
from playground.ui.canvas.fitting import followers
from playground.ui.canvas.gestures import free_port
from playground.ui.canvas.learning_actions import LearningActions
from playground.ui.canvas.note_field import NoteField
from playground.ui.canvas.pieces import takes_input
from playground.ui.canvas.quick_add import Choice, QuickAdd
from playground.ui.canvas.rename_field import RenameField

if TYPE_CHECKING:
    from playground.ui.canvas.scene import GraphScene
    from playground.ui.canvas.view import GraphView


class CanvasActions:
    """Acts on what is selected in a view."""

    def __init__(self, view: GraphView, scene: GraphScene) -> None:
        self._view, self._scene, self._session = view, scene, scene.session
        self.learning = LearningActions(scene)
        self._rename = RenameField(view)
        self._note_field = NoteField(view)
        self._quick_add = QuickAdd(view)

    # ---- adding

    def quick_add(self, place: QPoint | None = None) -> None:
        """Offer all layers; the chosen one follows the selected card, or stands where the pointer was."""
        after: str | None = None
        if place is None:
            port = self._view.viewport()
            place = port.mapToGlobal(port.rect().center() - QPoint(115, 150))
            after = self._selected_card()
        self._open(place, after, 0, True)

    def offer_layers(self, place: QPoint, card: str, port: int, is_source: bool) -> None:
        """A wire was dropped in the open: offer what it could lead to."""
        self._open(place, card, port, is_source)

    def offer_insertion(self, place: QPoint, wires: Sequence[Edge]) -> None:
        """Offer the layers that could go into a wire, the likeliest first."""
        kinds = [kind for kind in followers(self._session, wires[0].source) if kind.has_output]
        self._quick_add.open_at(
            place, kinds, lambda key: self._scene.select([commands.insert(self._session, key, wires)])
        )

    def _open(self, place: QPoint, card: str | None, port: int, is_source: bool) -> None:
        position = self._view.mapToScene(self._view.viewport().mapFromGlobal(place))
        at = (position.x(), position.y())
        kinds: Iterable[LayerType] = all_layer_types()
        if card is not None and is_source:
            kinds = followers(self._session, commands.leaving(self._scene.seen, card, port))
        elif card is not None:
            kinds = [kind for kind in kinds if kind.has_output]
        self._quick_add.open_at(place, kinds, lambda key: self._add_chosen(key, at, card, port, is_source))

    def _add_chosen(self, key: str, at: tuple[float, float], card: str | None, port: int, is_source: bool) -> None:
        if card is None:
            added = commands.add_free(self._session, key, at)
        elif is_source:
            added = commands.add_after(self._session, key, commands.leaving(self._scene.seen, card, port))
        else:
            node, inner = commands.entering(self._scene.seen, card, port)[0]
            added = commands.add_before(self._session, key, node, inner, (at[0] - 150, at[1]))
        self._scene.select([added])
        self._view.setFocus()

    def add_layer(self, key: str) -> None:
        """Add a layer behind the selected card, or in the middle of what is seen."""
        card = self._selected_card()
        if card is not None and self._scene.cards[card].has_output and takes_input(key):
            added = commands.add_after(self._session, key, commands.leaving(self._scene.seen, card, 0))
        else:
            middle = self._view.mapToScene(self._view.viewport().rect().center())
            place = (round(middle.x() / GRID) * GRID, round(middle.y() / GRID) * GRID)
            added = commands.add_free(self._session, key, place)
        self._view.reveal(added)

    def _selected_card(self) -> str | None:
        """The one selected card, if there is just one."""
        selected = self._scene.selected_ids
        return selected[0] if len(selected) == 1 and selected[0] in self._scene.cards else None

    # ---- wiring by keys

    def connect(self) -> None:
        """Offer the cards that the selected one can feed; two selected ones are wired at once, as the network flows."""
        cards = self._scene.cards
        chosen = [key for key in self._scene.selected_ids if key in cards]
        ways = [(a, b) for a, b in (chosen, chosen[::-1]) if self._can_feed(a, b)] if len(chosen) == 2 else []
        if ways:
            self._wire(*ways[0])
        elif len(chosen) == 1 and cards[chosen[0]].has_output:
            others = [self._choice(key) for key in keyboard.can_feed(self._scene, chosen[0])]
            self._quick_add.offer(
                self._beside(chosen[0]),
                others,
                lambda key: self._wire(chosen[0], key),
                "Wire it to…",
                "No card of that name can be fed",
            )
        else:
            text = "Select the card that a wire should start from first, or two that can be wired."
            self._session.message.emit("info", text)

    def _can_feed(self, source: str, target: str) -> bool:
        return self._scene.cards[source].has_output and target in keyboard.can_feed(self._scene, source)

    def disconnect(self) -> None:
        """Offer the wires of the selected card, to be taken away."""
        card = self._selected_card()
        wires = (
            {}
            if card is None
            else {
                f"{number}": wire
                for number, wire in enumerate(self._scene.wires.values())
                if card in (wire.thread.source, wire.thread.target)
            }
        )
        if card is None or not wires:
            self._session.message.emit("info", "Select a card that has wires first.")
            return
        choices: list[Choice] = []
        for key, wire in wires.items():
            into = wire.thread.source == card
            other = self._scene.seen.item(wire.thread.target if into else wire.thread.source).title
            title = f"to {other}" if into else f"from {other}"
            choices.append(Choice(key, title, title.casefold()))
        self._quick_add.offer(
            self._beside(card),
            choices,
            lambda key: self.delete_wire(wires[key].edges),
            "Take away the wire…",
            "No such wire",
        )

    def _choice(self, key: str) -> Choice:
        look, title = self._scene.cards[key].look, self._scene.seen.item(key).title
        return Choice(key, title, f"{title} {look.caption} {key}".casefold(), look.caption)

    def _beside(self, card: str) -> QPoint:
        """A place of the screen right below a card."""
        box = self._view.mapFromScene(self._scene.cards[card].sceneBoundingRect()).boundingRect()
        room = self._view.viewport().rect().adjusted(0, 0, -230, -120)
        inside = QPoint(
            max(0, min(box.right() + 8, room.right())),
            max(0, min(box.top(), room.bottom())),
        )
        return self._view.viewport().mapToGlobal(inside)

    def _wire(self, source: str, target: str) -> None:
        """A wire from a card's first output to the first free input of another."""
        seen = self._scene.seen
        port = free_port(self._scene, self._scene.cards[target])
        node = commands.leaving(seen, source, 0)
        commands.reconnect(self._session, node, commands.entering(seen, target, port))
        self._scene.select([target])
        self._view.setFocus()

    # ---- editing what is selected

    def replace(self) -> None:
        """Offer the layer types that could stand where the selected layers do."""
        chosen = self._selected_layers()
        if chosen:
            place = self._view.viewport().mapToGlobal(self._view.viewport().rect().center() - QPoint(115, 150))
            wired = any(self._session.graph.incoming(node) for node in chosen)
            leads = any(self._session.graph.outgoing(node) for node in chosen)
            self._quick_add.open_at(
                place,
                [k for k in all_layer_types() if (k.max_inputs > 0 or not wired) and (k.has_output or not leads)],
                lambda key: commands.replace_type(self._session, chosen, key),
            )

    def bypass(self) -> None:
        """Join the neighbours of the selected layers, and leave the layers beside."""
        chosen = [node for node in self._selected_layers() if self._session.graph.incoming(node)]
        if chosen:
            commands.bypass(self._session, chosen)

    def _selected_layers(self) -> list[str]:
        """The selected cards that are layers."""
        return [key for key in self._scene.selected_ids if key in self._session.graph]

    def take_out(self, node_id: str) -> None:
        """Remove a card and join its neighbours."""
        commands.take_out(self._session, node_id)

    def delete(self) -> None:
        """Remove what is selected."""
        ids, wires = self._scene.selected_ids, self._scene.selected_edges
        if ids or wires:
            commands.delete(self._session, ids, wires)

    def delete_wire(self, wires: Sequence[Edge]) -> None:
        """Remove one wire."""
        commands.delete(self._session, [], wires)

    def cut(self) -> None:
        """Move what is selected to the clipboard."""
        self.copy()
        self.delete()

    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        if self._scene.selected_ids:
            clipboard.put(blocks.fragment(self._session.graph, self._scene.selected_ids))

    def paste(self) -> None:
        """Add what is on the clipboard."""
        try:
            piece = clipboard.take()
        except clipboard.ClipboardError as error:
            self._session.message.emit("warning", str(error))
            return
        taken = {node.position for node in self._session.graph}
        step = 1
        while any((n.position[0] + 30.0 * step, n.position[1] + 30.0 * step) in taken for n in piece.nodes):
            step += 1
        self._scene.select(commands.paste(self._session, piece, offset=(30.0 * step, 30.0 * step)))

    def duplicate(self) -> None:
        """Add a copy of what is selected."""
        piece = blocks.fragment(self._session.graph, self._scene.selected_ids)
        self._scene.select(commands.paste(self._session, piece, "Duplicate"))

    def select_all(self) -> None:
        """Select every card."""
        self._scene.select(list(self._scene.cards))

    def rename(self) -> None:
        """Edit the selected card's or frame's name in place."""
        selected = self._scene.selected_ids
        if len(selected) != 1 or selected[0] in self._scene.notes:
            return
        key = selected[0]
        if key in self._scene.cards:
            area = self._scene.cards[key].mapRectToScene(QRectF(5, 8, 140, 22))
        else:
            bar = self._scene.frames[key].title_bar
            area = QRectF(bar.left() + 8, bar.top() + 6, min(220.0, bar.width() - 50), 22)
        title = self._scene.seen.item(key).title
        self._rename.edit(
            self._view.mapFromScene(area).boundingRect(), title, lambda name: commands.rename(self._session, key, name)
        )

    def add_note(self, place: QPoint | None = None) -> None:
        """Put a note where the pointer is, or in the middle, and write in it."""
        port = self._view.viewport()
        at = self._view.mapToScene(port.rect().center() if place is None else port.mapFromGlobal(place))
        note = commands.add_note(self._session, (round(at.x() / GRID) * GRID, round(at.y() / GRID) * GRID))
        self.write_note(note)

    def write_note(self, note_id: str) -> None:
        """Put the keyboard into a note."""
        item = self._scene.notes[note_id]
        area = self._view.mapFromScene(item.mapRectToScene(item.box)).boundingRect()

        def accept(text: str) -> None:
            if note_id in self._session.graph.note_by_id and text != item.note.text:
                commands.change_note(self._session, replace(item.note, text=text))

        self._note_field.write(area, item.note.text, accept)

    def enter(self) -> None:
        """Enter on what is selected: a block opens or closes, a note is written."""
        notes = [key for key in self._scene.selected_ids if key in self._scene.notes]
        if notes:
            self.write_note(notes[0])
        else:
            self.toggle_blocks()

    # ---- arranging

    def tidy(self) -> None:
        """Lay out the selected cards anew, or without a selection the whole network."""
        chosen = self._scene.selected_ids
        arrangement.tidy(self._session, chosen)
        if len(chosen) < 2:
            self._view.fit()

    def align(self, side: str) -> None:
        """Bring one side of the selected cards into line."""
        if len(boxes := self._boxes()) > 1:
            arrangement.align(self._session, boxes, side)

    def spread(self, axis: int) -> None:
        """Equal gaps between the selected cards."""
        if len(boxes := self._boxes()) > 2:
            arrangement.spread(self._session, boxes, axis)

    def _boxes(self) -> dict[str, arrangement.Box]:
        cards = {key: self._scene.cards[key] for key in self._scene.selected_ids if key in self._scene.cards}
        return {key: (card.x(), card.y(), *card.look.size) for key, card in cards.items()}

    # ---- blocks

    @property
    def selected_blocks(self) -> list[str]:
        """The blocks among what is selected."""
        return [key for key in self._scene.selected_ids if key in self._session.graph.block_by_id]

    def group(self) -> None:
        """Make a block of what is selected, and ask for its name."""
        block = block_commands.group(self._session, self._scene.selected_ids)
        if block is not None:
            self._scene.select([block])
            self.rename()

    def ungroup(self) -> None:
        """Take the selected blocks apart."""
        if self.selected_blocks:
            members = [node for block in self.selected_blocks for node in self._session.graph.members[block]]
            block_commands.ungroup(self._session, self.selected_blocks)
            self._scene.select(members)

    def set_open(self, block_ids: Sequence[str], is_open: bool) -> None:
        """Show what is in blocks, or fold them."""
        block_commands.set_open(self._session, block_ids, is_open)
        self._scene.select(block_ids)

    def toggle_blocks(self) -> None:
        """Open the selected blocks, or close them if the first is open."""
        chosen = self.selected_blocks
        if chosen:
            self.set_open(chosen, not self._session.graph.block(chosen[0]).is_open)

    def set_all_open(self, is_open: bool) -> None:
        """Open or close every block of the network."""
        block_commands.set_all_open(self._session, is_open)
        self._view.fit()

    def repeat(self) -> None:
        """Ask how often the selected block should stand in a row."""
        if len(self.selected_blocks) != 1:
            return
        block = self.selected_blocks[0]
        now = block_commands.copies(self._session.graph, block)
        title = self._session.graph.block(block).title
        times, chosen = QInputDialog.getInt(
            self._view, f"Repeat {title}", "How many times in a row:", max(2, now), 1, blocks.MOST_REPEATS
        )
        if chosen and (holder := block_commands.repeat(self._session, block, times)) is not None:
            self._scene.select([holder])

    def save_template(self) -> None:
        """Ask for a name and keep the selected block for other networks."""
        if len(self.selected_blocks) != 1:
            self._session.message.emit("info", "Select one block to save it as a template; Ctrl+G makes one.")
            return
        block = self.selected_blocks[0]
        title = self._session.graph.block(block).title
        name, chosen = QInputDialog.getText(
            self._view, "Save as a template", "Its name in the palette:", QLineEdit.EchoMode.Normal, title
        )
        if not chosen:
            return
        closed = blocks.set_open(self._session.graph, block, is_open=False)
        try:
            kept = own_templates.save_template(name, blocks.fragment(closed, [block]))
        except GraphError as error:
            self._session.message.emit("warning", str(error))
        else:
            self._session.message.emit("info", f"“{kept}” is in the palette now, under Blocks.")
