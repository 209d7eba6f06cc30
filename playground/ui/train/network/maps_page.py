"""What each layer makes of one example, live or at the moment that is looked at; the example is chosen here too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.inspector.answer import likeliest, short_name
from playground.ui.session import Session
from playground.ui.train.looking import Looking, when_of
from playground.ui.train.network.feature_pictures import FeaturePictures, example_picture, feature_pictures, in_rows
from playground.ui.train.network.tile_detail import TileDetail
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.tensor_grid import TensorGrid
from playground.ui.widgets.tensor_image import limits_of
from playground.ui.widgets.tensor_view import TensorView

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis

_TILE, _GAP = 72, 7
_SAMPLE = 112
_ROW, _CELL = 32, 24
"""Numbers in a row where there is no picture, and how large each is drawn at most."""
_FEW = 12
"""So many numbers are also written out."""


class MapsPage(QWidget):
    """The example on the left, the maps of the chosen layer beside it, and the chosen map large."""

    def __init__(self, session: Session, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._looking = session, looking
        self._of: Analysis | None = None
        self._nodes: tuple[str, ...] = ()
        self._shown: FeaturePictures | None = None
        self._list: np.ndarray | None = None
        self._names: tuple[str, ...] = ()
        self.layer = ChoiceField(prose=True)
        self.layer.setAccessibleName("Layer whose feature maps are shown")
        self.layer.setToolTip("Every layer of the network")
        self.each = Pill("each on its own scale", checkable=True)
        self.each.setToolTip("Brighten every map by itself, so that weak ones can be seen; else all share one scale")
        self.sample = TensorView()
        self.sample.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sample.setFixedSize(_SAMPLE, _SAMPLE)
        self.before = icon_tool_button("left", "Example before (of the test examples)")
        self.after = icon_tool_button("right", "Next example (of the test examples)")
        self.which = TextLabel("", "small", "muted")
        self.answer = TextLabel("", "small", wrap=True)
        self.grid = TensorGrid(_TILE, _GAP)
        self.grid.setAccessibleName("Feature maps")
        self.strip = TensorView()
        self.strip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.detail = TileDetail()
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.pointed = ElidedLabel("", "mono_small", "muted")
        self._lay_out()
        self.layer.activated.connect(self._on_layer)
        self.each.toggled.connect(self.refresh)
        self.before.clicked.connect(lambda: session.show_example(session.example_index - 1))
        self.after.clicked.connect(lambda: session.show_example(session.example_index + 1))
        self.grid.current_changed.connect(self._show_detail)
        self.strip.hovered.connect(self._on_hovered)
        session.example_changed.connect(self.refresh)
        looking.computed.connect(self.refresh)

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setSpacing(10)
        choice.addWidget(self.layer)
        choice.addWidget(self.each)
        choice.addStretch(1)
        arrows = QHBoxLayout()
        arrows.setSpacing(4)
        arrows.addWidget(self.before)
        arrows.addStretch(1)
        arrows.addWidget(self.after)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.sample)
        left.addLayout(arrows)
        left.addWidget(self.which)
        left.addWidget(self.answer)
        left.addStretch(1)
        self._left = QWidget()
        self._left.setFixedWidth(_SAMPLE)
        self._left.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        shown = QVBoxLayout()
        shown.setSpacing(6)
        shown.addWidget(self.words)
        shown.addWidget(self.grid)
        shown.addWidget(self.strip)
        shown.addWidget(self.pointed)
        shown.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(18)
        body.addWidget(self._left, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self.detail, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(shown, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(choice)
        column.addLayout(body)

    # ---- choosing

    @property
    def chosen(self) -> str:
        """The id of the layer that is shown; empty where there is none."""
        index = self.layer.currentIndex()
        return self._nodes[index] if 0 <= index < len(self._nodes) else ""

    def choose(self, node_id: str) -> None:
        """Show this layer; one that is not there changes nothing."""
        if node_id in self._nodes:
            self.layer.setCurrentIndex(self._nodes.index(node_id))
            self._on_layer()

    def _on_layer(self) -> None:
        self.grid.set_current(-1)
        if self.isVisible():
            self._looking.watch(self.chosen)
        self.refresh()

    def _offer_layers(self, analysis: Analysis | None) -> None:
        """The layers of this network; the one that was chosen stays chosen, else the first that makes maps."""
        if analysis is self._of:
            return
        before = self.chosen
        self._of = analysis
        self._nodes = () if analysis is None else tuple(analysis.layers)
        self.layer.clear()
        if analysis is not None:
            titles = [analysis.graph.node(key).title for key in self._nodes]
            outputs = [shape_text(analysis.layers[key].output) for key in self._nodes]
            self.layer.addItems([f"{title} · {output}" for title, output in zip(titles, outputs, strict=True)])
            maps = [key for key in self._nodes[1:] if len(analysis.layers[key].output) >= 3]
            wanted = before if before in self._nodes else next(iter(maps or self._nodes[1:] or self._nodes), "")
            if wanted:
                self.layer.setCurrentIndex(self._nodes.index(wanted))
        if self.isVisible():
            self._looking.watch(self.chosen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._looking.watch(self.chosen)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._looking.watch("")

    # ---- showing

    @Slot()
    def refresh(self) -> None:
        """Show the shown example on its way through the network of the moment that is looked at."""
        if not self.isVisible():
            return
        self._offer_layers(self._looking.analysis)
        self._show_sample()
        self._show_output(self._looking.activations.get(self.chosen))

    def _show_sample(self) -> None:
        session = self._session
        example = session.example
        self._left.setVisible(example is not None)
        if example is None:
            return
        picture, kind = example_picture(example.x)
        rows, columns = picture.shape[-2:]
        self.sample.setFixedSize(_SAMPLE, min(_SAMPLE, max(24, round(_SAMPLE * rows / max(1, columns)))))
        self.sample.set_array(picture, kind, 1.0 if kind == "colour" else None)
        self.which.setText(f"{count(example.index + 1)} of {count(session.example_count)}")
        self.which.setToolTip("The test examples, which training never sees")
        self.answer.setText(self._answer(example.label))

    def _answer(self, label: str) -> str:
        """What the example is, and what the network says of it."""
        analysis, classes = self._looking.analysis, self._session.data_set.classes
        said = None if analysis is None else self._looking.activations.get(analysis.prediction or "")
        if analysis is None or said is None or said.shape != (len(classes),) or not np.isfinite(said).all():
            return f"This is: {label}"
        is_probability = analysis.graph.node(analysis.prediction or "").type == "softmax"
        best, share = likeliest(said, is_probability, 1)[0]
        return f"This is: {label}\nIt says: {short_name(classes[best])}, {100 * share:.0f}\N{NO-BREAK SPACE}%"

    def _show_output(self, output: np.ndarray | None) -> None:
        is_input = self._of is not None and self.chosen == self._of.input
        shown = None if output is None else feature_pictures(output, is_input, self.each.isChecked())
        self._shown, self._list = shown, None
        is_list = shown is None and output is not None and output.ndim in (1, 2) and output.size > 0
        for widget in (self.grid, self.detail, self.each):
            widget.setVisible(shown is not None)
        self.strip.setVisible(is_list)
        self.pointed.setVisible(is_list)
        if shown is not None:
            self._draw_pictures(shown)
        elif output is None:
            self.words.setText(self._why_nothing())
        elif is_list:
            self._draw_list(output)
        else:
            self.words.setText(f"One number{self._when}: {short(float(output.ravel()[0]), 5) if output.size else '—'}")

    def _why_nothing(self) -> str:
        example, analysis = self._session.example, self._looking.analysis
        if example is not None and analysis is not None and analysis.input_shape != example.x.shape:
            return "The example does not fit the network’s input."
        return "The maps are drawn as soon as the example has gone through the network."

    @property
    def _when(self) -> str:
        moment = self._looking.moment
        return ", now" if moment is None else f", {when_of(moment.position)}"

    def _draw_pictures(self, shown: FeaturePictures) -> None:
        self.grid.set_maps(shown.pictures, shown.kind, "each" if shown.scale is None else shown.scale)
        if self.grid.current < 0:
            self.grid.set_current(0)
        self.words.setText(f"{shown.words}{self._when}{' · ' if shown.key else ''}{shown.key}.")
        self._show_detail(self.grid.current)

    @Slot(int)
    def _show_detail(self, index: int) -> None:
        shown = self._shown
        if shown is None or not 0 <= index < len(shown.pictures):
            return
        title = shown.title if len(shown.pictures) == 1 else f"{shown.title} {count(index + 1)}"
        words = "Point at it to read a number."
        self.detail.show_tile(title, shown.pictures[index], shown.kind, shown.scale, words, partial(shown.read, index))

    def _draw_list(self, output: np.ndarray) -> None:
        """A list of numbers wraps; a table of them has a row for each channel."""
        is_table, classes = output.ndim == 2, self._session.data_set.classes
        rows = output if is_table else in_rows(output, min(len(output), _ROW))
        is_answer = self._of is not None and self.chosen == self._of.prediction and output.shape == (len(classes),)
        self._list, self._names = output, classes if is_answer else ()
        room = max(120, self.width() - _SAMPLE - 30)
        cell = max(1, min(_CELL, room // rows.shape[1]))
        self.strip.set_array(rows)
        self.strip.setFixedSize(max(2, rows.shape[1] * cell), max(2, rows.shape[0] * cell))
        what = "1 number" if output.size == 1 else f"{count(output.size)} numbers"
        if is_table:
            what = f"A row for each of {count(output.shape[0])} channels, {count(output.shape[1])} numbers each"
        full = short(limits_of(output, "signed")[1], 3)
        self.words.setText(f"{what}{self._when} · full colour is ±{full}.")
        self._on_hovered(None)

    @Slot(object)
    def _on_hovered(self, cell: tuple[int, int] | None) -> None:
        numbers = self._list
        if numbers is None:
            return
        if cell is None:
            is_few = numbers.ndim == 1 and len(numbers) <= _FEW
            written = "   ".join(short(float(value), 3) for value in numbers) if is_few else ""
            self.pointed.setText(written or "Point at a number to read it.")
            return
        row, column = cell
        if numbers.ndim == 2:
            self.pointed.setText(f"channel {row + 1}, place {column + 1}: {short(float(numbers[row, column]), 5)}")
            return
        index = row * min(len(numbers), _ROW) + column
        if index < len(numbers):
            name = short_name(self._names[index]) if index < len(self._names) else f"number {count(index + 1)}"
            self.pointed.setText(f"{name}: {short(float(numbers[index]), 5)}")
