"""The microscope of the input: the example that goes through the network."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.data import data_set
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import NumberMap, as_grid
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.pill import Pill

_COLOURS = ("red", "green", "blue")


class InputMicroscope(ToldMicroscope):
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
        self.in_colour = Pill("in colour", role="text", checkable=True)
        self.in_colour.setChecked(True)
        self.in_colour.setToolTip("All three colours together, or each alone: click on one of the small pictures")
        self.in_colour.toggled.connect(lambda _on: self._present_unit() if self.has_scene else None)
        self._photograph: np.ndarray | None = None
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.in_colour)
        row.addWidget(self.planes, 1)
        self.lay_out(self.picture, below)

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
        is_photograph = is_picture and kind == "grey" and len(numbers) == len(_COLOURS)
        self.in_colour.setVisible(is_photograph)
        self._photograph = numbers if is_photograph and self.in_colour.isChecked() else None
        self.picture.show_map(shown, kind, count=cells, colours=self._photograph)
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
            Prose(self._what(is_picture, is_photograph)),
            Result(f"It is: <b>{scene.label}</b>" if scene.classes else f"Wanted: <b>{scene.label}</b>{_small(scene)}"),
            Heading("The numbers"),
            Lines(tuple(lines)),
        ]
        if normalisation := data_set(scene.experiment.data.name).normalisation:
            blocks.append(Prose(normalisation, quiet=True))
        if scene.batch > 1:
            others = scene.batch - 1
            text = f"{others} other examples go through with it, since batch norm needs a batch for its statistics."
            blocks.append(Prose(text, quiet=True))
        self.story.tell(blocks)

    def select_unit(self, unit: int) -> None:
        """Bring another channel into focus, alone."""
        if unit != self.unit and 0 <= unit < self.unit_count:
            self.in_colour.setChecked(False)
        super().select_unit(unit)

    @staticmethod
    def _what(is_picture: bool, is_photograph: bool) -> str:
        if is_photograph:
            return (
                "To the network a photograph is only numbers: how much red, green and blue there is in each pixel, "
                "from 0 to 1. They go in here, and every number after this is worked out from them."
            )
        if is_picture:
            return (
                "To the network a picture is only numbers: one for each pixel, 0 for paper, 1 for ink. They go in "
                "here, and every number after this is worked out from them."
            )
        return "A list of numbers goes in here, and every number after this is worked out from them."

    def _on_hovered(self, cell: object) -> None:
        values = self.picture.values
        if isinstance(cell, tuple) and values is not None:
            place = self._feature(*cell) or f"row {cell[0]}, column {cell[1]}"
            self.picture.set_caption(f"{place} = {self._said(*cell)}")
        else:
            self.picture.set_caption("point at a cell to read its number")

    def _feature(self, row: int, column: int) -> str:
        """The name of the measurement in a cell, where the data set has names for them."""
        names, values = data_set(self.scene.experiment.data.name).features, self.picture.values
        if values is None or self.scene.frame.output.shape[1:] != (len(names),):
            return ""
        return names[row * values.shape[1] + column]

    def _said(self, row: int, column: int) -> str:
        """The number in a cell, or in a photograph's the three of its colours."""
        if self._photograph is not None:
            numbers = self._photograph[:, row, column]
            return " · ".join(f"{name} {short(number)}" for name, number in zip(_COLOURS, numbers, strict=True))
        assert self.picture.values is not None
        return short(self.picture.values[row, column], 6)

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        trace, node = self.scene.trace, self.scene.node
        values = self.picture.values
        assert values is not None
        is_picture = self.scene.frame.output.ndim == 4
        index = (SHOWN, self._unit, row, column) if is_picture else (SHOWN, row * values.shape[1] + column)
        self.ask(lambda: origin_of(trace, Place(node, "output", index)), position)


def _small(scene: Scene) -> str:
    """What the network is to give for a value that was normalised, since its own unit is not what it sees."""
    target = np.ravel(np.asarray(scene.trace.target[0])) if scene.trace.target is not None else np.zeros(0)
    if len(target) != 1 or not data_set(scene.experiment.data.name).normalisation:
        return ""
    return f", for the network {short(float(target[0]), 4)}"
