"""The input card's own controls: its data set's name opens the list of all, two buttons look through the examples."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu, QWidget

from playground.data import GROUPS, all_data_sets
from playground.data.own import ENTRIES
from playground.ui.canvas.look import browse_buttons
from playground.ui.canvas.scene import GraphScene
from playground.ui.data.door import browse_data, take_data

Part = Literal["previous", "next", "data"]
_CAPTION = (26.0, 44.0)
"""Top and bottom of the caption, which names the data set."""


class InputControls:
    """Finds the control under a point of the scene, and does what a press on it asks."""

    def __init__(self, scene: GraphScene, window: QWidget) -> None:
        self._scene, self._session, self._window = scene, scene.session, window

    def part_at(self, point: QPointF) -> Part | None:
        """The control there, if any."""
        card = self._scene.card_at(point)
        if card is None or card.look.is_block or self._session.graph.node(card.item_id).type != "input":
            return None
        local = point - card.pos()
        if card.look.browsable:
            previous, following = browse_buttons(card.look)
            if previous.contains(local):
                return "previous"
            if following.contains(local):
                return "next"
        return "data" if _CAPTION[0] <= local.y() <= _CAPTION[1] else None

    def press(self, point: QPointF, place: QPoint) -> bool:
        """Act on a press at a point of the scene, `place` on the screen; whether there was a control."""
        part = self.part_at(point)
        if part == "data":
            self._choose_data(place)
        elif part is not None:
            self._session.show_example(self._session.example_index + (1 if part == "next" else -1))
        return part is not None

    def _choose_data(self, place: QPoint) -> None:
        menu = QMenu(self._window)
        for group in GROUPS:
            part = menu.addMenu(group)
            part.setToolTipsVisible(True)
            for key, title, summary in ENTRIES if group == "Your own" else ():
                own = part.addAction(title)
                own.setToolTip(summary)
                own.setData(key)
            for data in all_data_sets():
                if data.group != group:
                    continue
                action = part.addAction(data.title)
                action.setToolTip(data.summary)
                action.setCheckable(True)
                action.setChecked(data.key == self._session.experiment.data.name)
                action.setData(data.key)
                if action.isChecked():
                    menu.setActiveAction(part.menuAction())
        menu.addSeparator()
        menu.addAction("Look through the data…").setData("")
        menu.triggered.connect(lambda action: self._take(action.data()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _take(self, key: str) -> None:
        """Choose a data set; without a key, look through them."""
        if key:
            take_data(self._session, key, self._window.window())
        else:
            browse_data(self._session, self._window.window())
