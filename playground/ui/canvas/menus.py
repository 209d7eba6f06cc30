"""The canvas' context menus: of a card, of a wire, and of the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from playground.ui.canvas import clipboard
from playground.ui.canvas.card import Card
from playground.ui.canvas.frame import Frame
from playground.ui.canvas.wire import Wire

if TYPE_CHECKING:
    from playground.ui.canvas.view import GraphView


def card_menu(view: GraphView, card: Card) -> QMenu:
    """What can be done with a card."""
    actions, menu = view.editing, QMenu(view)
    if card.look.is_block:
        menu.addAction("Open\tCtrl+Return", actions.toggle_blocks)
        _add_block_actions(view, menu)
        menu.addSeparator()
    menu.addAction("Rename\tF2", actions.rename)
    menu.addAction("Duplicate\tCtrl+D", actions.duplicate)
    menu.addAction("Copy\tCtrl+C", actions.copy)
    menu.addSeparator()
    menu.addAction("Group into a block\tCtrl+G", actions.group)
    if not card.look.is_block:
        menu.addAction("Replace by…\tCtrl+H", actions.replace)
        menu.addAction("Bypass\tCtrl+B", actions.bypass)
        bridge = menu.addAction("Take out and join neighbours", lambda: actions.take_out(card.item_id))
        bridge.setEnabled(card.has_input and card.has_output)
    _add_learning_actions(view, menu)
    menu.addSeparator()
    menu.addAction("Delete\tDel", actions.delete)
    return menu


def frame_menu(view: GraphView, frame: Frame) -> QMenu:
    """What can be done with an open block."""
    actions, menu = view.editing, QMenu(view)
    menu.addAction("Close", lambda: actions.set_open([frame.item_id], is_open=False))
    _add_block_actions(view, menu)
    menu.addSeparator()
    menu.addAction("Rename\tF2", actions.rename)
    menu.addAction("Duplicate\tCtrl+D", actions.duplicate)
    menu.addAction("Copy\tCtrl+C", actions.copy)
    _add_learning_actions(view, menu)
    menu.addSeparator()
    menu.addAction("Delete\tDel", actions.delete)
    return menu


def _add_learning_actions(view: GraphView, menu: QMenu) -> None:
    """Freeze what is selected, or everything before it."""
    learning = view.editing.learning
    menu.addSeparator()
    text = "Unfreeze" if learning.is_frozen else "Freeze"
    menu.addAction(f"{text}\tCtrl+Shift+L", learning.freeze).setEnabled(learning.can_freeze)
    menu.addAction("Freeze everything before this", learning.freeze_before).setEnabled(learning.can_freeze_before)


def _add_block_actions(view: GraphView, menu: QMenu) -> None:
    menu.addAction("Repeat…\tCtrl+R", view.editing.repeat)
    menu.addAction("Ungroup\tCtrl+Shift+G", view.editing.ungroup)


def wire_menu(view: GraphView, wire: Wire, place: QPoint) -> QMenu:
    """What can be done with a wire."""
    menu = QMenu(view)
    menu.addAction("Insert a layer…", lambda: view.editing.offer_insertion(place, wire.edges))
    menu.addAction("Delete wire", lambda: view.editing.delete_wire(wire.edges))
    return menu


def ground_menu(view: GraphView, place: QPoint) -> QMenu:
    """What can be done where there is nothing."""
    actions, menu = view.editing, QMenu(view)
    menu.addAction("Add a layer…\tCtrl+K", lambda: actions.quick_add(place))
    menu.addAction("Add a note", lambda: actions.add_note(place))
    menu.addAction("Paste\tCtrl+V", actions.paste).setEnabled(clipboard.has_anything())
    menu.addAction("Select all\tCtrl+A", actions.select_all)
    menu.addSeparator()
    menu.addAction("Open all blocks", lambda: actions.set_all_open(is_open=True))
    menu.addAction("Close all blocks", lambda: actions.set_all_open(is_open=False))
    menu.addAction("Fit to window\tCtrl+0", view.fit)
    return menu
