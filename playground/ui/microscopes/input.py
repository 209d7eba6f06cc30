"""The microscope of the input: the example that goes through the network."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.base import SHOWN, Microscope, Scene, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import NumberMap, as_grid
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Heading, Line, Lines, Prose, Result, StoryPanel
from playground.ui.session import Session
from playground.ui.widgets.headings import Separator
from playground.ui.widgets.numbers import count, shape_text, short


class InputMicroscope(Microscope):
    """The picture (channel by channel) or the list of numbers; the panel says what it is."""

    unit_noun = "channel"
    has_legend = False

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.picture = NumberMap()
        self.picture.align(Qt.AlignmentFlag.AlignHCenter)
        self.picture.hovered.connect(self._on_hovered)
        self.picture.clicked.connect(self._on_clicked)
        self.planes = MapStrip(60)
        self.planes.chosen.connect(self.select_unit)
        self.story = StoryPanel()
        left = QVBoxLayout()
        left.setContentsMargins(24, 14, 20, 14)
        left.setSpacing(12)
        left.addLayout(self.header())
        left.addWidget(self.picture, 1)
        left.addWidget(self.planes)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(320, min(460, int(event.size().width() * 0.31))))

    @property
    def unit_count(self) -> int:
        if not self.has_scene or self.scene.frame.output.ndim != 4:
            return 1
        return int(self.scene.frame.output.shape[1])

    def _present(self, scene: Scene) -> None:
        numbers = example(scene.frame.output)
        is_picture = numbers.ndim == 3
        kind = "grey" if is_picture and float(numbers.min()) >= 0 else "signed"
        shown, cells = as_grid(numbers[self._unit] if is_picture else numbers)
        self.picture.show_map(shown, kind, count=cells)
        self.planes.setVisible(self.unit_count > 1)
        if self.unit_count > 1:
            self.planes.set_maps(numbers, kind)
            self.planes.set_current(self._unit)
        self.title.setText(scene.title())
        self.subtitle.setText("what goes into the network")
        self._on_hovered(None)
        lines = [
            Line("size", shape_text(numbers.shape)),
            Line("numbers", count(int(numbers.size))),
            Line("smallest", short(float(numbers.min()), 6)),
            Line("largest", short(float(numbers.max()), 6)),
            Line("not zero", count(int(np.count_nonzero(numbers)))),
        ]
        blocks = [
            Heading("The example"),
            Prose(self._what(is_picture)),
            Result(f"It is: <b>{scene.label}</b>" if scene.classes else f"Wanted: <b>{scene.label}</b>"),
            Heading("The numbers"),
            Lines(tuple(lines)),
        ]
        if scene.batch > 1:
            others = scene.batch - 1
            text = f"{others} other examples go through with it, since batch norm needs a batch for its statistics."
            blocks.append(Prose(text, quiet=True))
        self.story.tell(blocks)

    @staticmethod
    def _what(is_picture: bool) -> str:
        if is_picture:
            return (
                "To the network a picture is only numbers: one for each pixel, 0 for paper, 1 for ink. They go in "
                "here, and every number after this is worked out from them."
            )
        return "A list of numbers goes in here, and every number after this is worked out from them."

    def _on_hovered(self, cell: object) -> None:
        values = self.picture.values
        if isinstance(cell, tuple) and values is not None:
            self.picture.set_caption(f"row {cell[0]}, column {cell[1]} = {short(values[cell], 6)}")
        else:
            self.picture.set_caption("point at a cell to read its number")

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        trace, node = self.scene.trace, self.scene.node
        values = self.picture.values
        assert values is not None
        is_picture = self.scene.frame.output.ndim == 4
        index = (SHOWN, self._unit, row, column) if is_picture else (SHOWN, row * values.shape[1] + column)
        self.ask(lambda: origin_of(trace, Place(node, "output", index)), position)
