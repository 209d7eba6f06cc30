"""The canvas' context menus: of a card, of a wire, and of the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from playground.ui.canvas.card import Card
from playground.ui.canvas.wire import Wire

if TYPE_CHECKING:
    from playground.ui.canvas.view import GraphView


def card_menu(view: GraphView, card: Card) -> QMenu:
    """What can be done with a card."""
    menu = QMenu(view)
    menu.addAction("Rename", view.rename)
    menu.addAction("Duplicate", view.duplicate)
    menu.addAction("Copy", view.copy)
    menu.addSeparator()
    bridge = menu.addAction("Take out and join neighbours", lambda: view.take_out(card.node_id))
    bridge.setEnabled(card.has_input and card.has_output)
    menu.addAction("Delete", view.delete_selected)
    return menu


def wire_menu(view: GraphView, wire: Wire, place: QPoint) -> QMenu:
    """What can be done with a wire."""
    menu = QMenu(view)
    menu.addAction("Insert a layer…", lambda: view.offer_insertion(place, wire.edge))
    menu.addAction("Delete wire", lambda: view.delete_wire(wire.edge))
    return menu


def ground_menu(view: GraphView, place: QPoint) -> QMenu:
    """What can be done where there is nothing."""
    menu = QMenu(view)
    menu.addAction("Add a layer…", lambda: view.quick_add(place))
    menu.addAction("Paste", view.paste).setEnabled(view.can_paste)
    menu.addAction("Select all", view.select_all)
    menu.addAction("Fit to window", view.fit)
    return menu
