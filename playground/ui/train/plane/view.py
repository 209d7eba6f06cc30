"""The network on points in the plane: what every unit says everywhere, the weights between them, and the answer.

Shown for plain chains of dense layers only. It draws the moment that is looked at; the maps are made on the session's
worker, at most twenty times a second, so that neither the window nor the training waits for them.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.engine.chain_edits import features_of
from playground.engine.dense_chain import DenseChain, find_dense_chain
from playground.engine.plane_grid import GRID
from playground.layers import layer_type
from playground.layers.plane import FEATURES
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.controller import TrainingController
from playground.ui.train.plane.card import PlaneCard
from playground.ui.train.plane.colours import image_of, inks_of
from playground.ui.train.plane.controls import PlaneControls
from playground.ui.train.plane.drawing import PlaneDrawing, Seen
from playground.ui.train.plane.layout import HEAD, MOST_SHOWN, Plan, Unit, Wire
from playground.ui.train.plane.output import PlaneOutput
from playground.ui.train.plane.painter import Frame, PlanePainter
from playground.ui.train.plane.points import PlanePoints
from playground.ui.train.plane.reading import read_place
from playground.ui.train.plane.weights import Number, change, numbers_of
from playground.ui.widgets.headings import ElidedLabel
from playground.ui.widgets.legend import SignLegend

_EVERY = 50
"""Milliseconds between two pictures, at least."""
_ROW = 26
"""Pixels that a unit wants, in the tallest column."""
_LOWEST, _HIGHEST = 270, 430
_WIDE, _LOWEST_IN_WIDE = 900, 340
"""Where there is so much width, the picture is higher too."""
_NOT_HERE = ("Worked examples",)
"""Groups of data sets with two numbers that are no places in a plane."""


class PlaneView(QWidget):
    """Follows session and `looking` while it is watched; hides itself where the network is something else."""

    applies_changed = Signal(bool)
    """Whether there is such a network."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller, self._looking = session, controller, controller.looking
        self._painter: PlanePainter | None = None
        self._frame: Frame | None = None
        self._chosen: Unit | None = None
        self._pointed: tuple[float, float] | None = None
        self._is_watching = self._is_busy = self._is_stale = False
        self._applies = False
        self._tallest = 0
        self._card: PlaneCard | None = None
        self.controls = PlaneControls(session)
        self.drawing = PlaneDrawing()
        self.output = PlaneOutput()
        self.points = PlanePoints(session, self.output)
        self.caption = ElidedLabel("", "small", "muted")
        self.reading = ElidedLabel("", "label", "muted")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._paint)
        self._lay_out()
        self._connect()
        self.setVisible(False)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.drawing)
        left.addWidget(SignLegend(width_is_magnitude=True), 0, Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addStretch(1)
        right.addWidget(self.caption)
        right.addWidget(self.output)
        right.addWidget(self.reading)
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(left, 1)
        body.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(10)
        column.addWidget(self.controls)
        column.addLayout(body)

    def _connect(self) -> None:
        self._looking.changed.connect(self._want_picture)
        self._session.analysis_changed.connect(self._follow)
        self._session.experiment_changed.connect(self._follow)
        self._session.document_opened.connect(self._follow)
        appearance.changed.connect(self._want_picture)
        self.controls.discrete.toggled.connect(self._want_picture)
        self.controls.test_points.toggled.connect(self._on_test_points)
        self.drawing.chosen.connect(self._on_chosen)
        self.drawing.feature_toggled.connect(self._on_feature)
        self.drawing.units_wanted.connect(self.controls.set_units)
        self.drawing.opened.connect(self._on_opened)
        self.output.pointed.connect(self._on_pointed)

    # ---- what there is to draw

    def watch(self, watching: bool) -> None:
        """Whether the screen is shown; what is not seen is not drawn."""
        self._is_watching = watching
        if watching:
            self._follow()
        elif self._card is not None:
            self._card.hide()

    @property
    def applies(self) -> bool:
        """Whether the network is a chain of dense layers on points in the plane."""
        return self._applies

    @property
    def painter(self) -> PlanePainter | None:
        """Who draws the network that is there now."""
        return self._painter

    @property
    def frame(self) -> Frame | None:
        """What was drawn last."""
        return self._frame

    @Slot()
    def _follow(self, *_: object) -> None:
        """The network, its data or the screen is another one."""
        if not self._is_watching:
            return
        session = self._session
        analysis, data = session.analysis, session.data_set
        if analysis is not None and analysis.graph is not session.graph:
            return  # an edit whose shapes are being worked out
        chain = find_dense_chain(session.graph)
        plane = data.sample_shape == (2,) and data.group not in _NOT_HERE
        if chain is None or analysis is None or not plane or not analysis.can_compute or analysis.errors:
            self._show_applies(False)
            return
        known = self._painter
        if known is None or known.analysis is not analysis or known.classes != len(data.classes):
            self._painter, self._frame = PlanePainter(analysis, chain, len(data.classes)), None
            self._make_plan(chain)
        self.controls.follow(chain)
        self.points.follow()
        self._show_applies(True)
        self._want_picture()

    def _show_applies(self, applies: bool) -> None:
        self.setVisible(applies)
        if not applies:
            self._painter = self._frame = None
        if applies != self._applies:
            self._applies = applies
            self.applies_changed.emit(applies)

    def _make_plan(self, chain: DenseChain) -> None:
        session, known = self._session, list(FEATURES)
        assert session.analysis is not None
        units = [session.analysis.layers[stage.dense].output[0] for stage in chain.stages]
        used = tuple(known.index(key) for key in features_of(session.graph, chain))
        ends_in_map = units[-1] == 1
        drawn = tuple(units[:-1] if ends_in_map else units)
        titles = [self._title(chain, stage) for stage in range(len(drawn))]
        plan = Plan(len(known), used, drawn, 1 if ends_in_map else 0)
        self._tallest = max(7, *(min(count, MOST_SHOWN) for count in drawn), 0)
        self.drawing.set_plan(plan, [name for name, _ in FEATURES.values()], titles)
        self._fit()

    def _title(self, chain: DenseChain, stage: int) -> tuple[str, str]:
        """The name of a column, whole and short."""
        bends = [layer_type(self._session.graph.node(key).type).title.lower() for key in chain.stages[stage].after]
        kind = f" · {bends[0]}" if bends else ""
        if stage < len(chain.hidden):
            return f"hidden {stage + 1}{kind}", f"hidden {stage + 1}" if len(chain.hidden) < 5 else str(stage + 1)
        return f"outputs{kind}", "outputs"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the tallest column wants; the large map is as high as the drawing, where there is the width."""
        lowest = _LOWEST if self.width() < _WIDE else _LOWEST_IN_WIDE
        self.drawing.set_height(min(_HIGHEST, max(lowest, HEAD + 16 + _ROW * self._tallest)))
        side = max(170, min(self.drawing.height() - 40, round(0.4 * self.width())))
        self.output.set_side(side)
        self.caption.setFixedWidth(self.output.width())
        self.reading.setFixedWidth(self.output.width())

    # ---- pictures

    @Slot()
    def _want_picture(self) -> None:
        self._is_stale = True
        if self._is_watching and self._painter is not None and not self._timer.isActive():
            self._timer.start()

    def _paint(self) -> None:
        painter, state = self._painter, self._looking.state
        if not (self._is_watching and self._is_stale) or painter is None or self._is_busy or not painter.fits(state):
            return
        self._is_stale, self._is_busy = False, True
        inks = inks_of(appearance.theme, painter.classes)
        discrete = self.controls.discrete.isChecked()
        self._session.background.run(
            "plane", lambda: (painter, painter.paint(state, inks, discrete)), self._on_painted, self._on_failed
        )

    def _on_painted(self, found: tuple[PlanePainter, Frame]) -> None:
        painter, frame = found
        self._is_busy = False
        if painter is self._painter:
            self._frame = frame
            self.drawing.show_seen(Seen(tuple(map(image_of, frame.columns)), frame.weights, frame.biases))
            self._show_large()
            self._read()
            if self._card is not None and self._card.isVisible():
                self._card.show_values(self._looking.state)
        if self._is_stale:
            self._want_picture()

    def _on_failed(self, error: Exception) -> None:
        self._is_busy = False
        raise error

    def _show_large(self) -> None:
        """The answer, or the unit that was chosen, in the large map."""
        frame, chosen = self._frame, self._chosen
        painter = self._painter
        if frame is None or painter is None:
            self.output.show_picture(None)
            self.caption.setText("")
            return
        if chosen is not None and chosen.column < len(frame.columns):
            first = chosen.number * GRID
            self.output.show_picture(_image(frame.columns[chosen.column][first : first + GRID]))
            self.caption.setText(self._name(chosen, painter.chain))
            return
        self.output.show_picture(_image(frame.answer))
        self.caption.setText("output: what the network says everywhere")

    def _name(self, unit: Unit, chain: DenseChain) -> str:
        if unit.column == 0:
            return list(FEATURES.values())[unit.number][0]
        return f"{self._title(chain, unit.column - 1)[0]} · unit {unit.number + 1}"

    def _on_chosen(self, unit: Unit | None) -> None:
        self._chosen = unit
        self._show_large()
        self._read()

    def _on_test_points(self, on: bool) -> None:
        self.output.show_test(on)
        self._read()

    def _on_pointed(self, place: tuple[float, float] | None) -> None:
        self._pointed = place
        self._read()

    def _read(self) -> None:
        frame = self._frame
        classes = self._session.data_set.classes
        self.reading.setText(read_place(frame, self._chosen, self._pointed, classes) or self.points.legend)

    # ---- changing the network

    def _on_feature(self, number: int) -> None:
        self.controls.toggle_feature(list(FEATURES)[number])

    def _on_opened(self, chosen: Unit | Wire, where: QPoint) -> None:
        """Numbers were asked for: training waits meanwhile, and what is past cannot be changed."""
        painter, session = self._painter, self._session
        if painter is None:
            return
        if self._controller.state == "running":
            self._controller.pause()
        used = [FEATURES[key][0] for key in features_of(session.graph, painter.chain)]
        title, numbers = numbers_of(chosen, painter.chain, used, session)
        note = "" if self._looking.moment is None else "These are numbers of the past. Go back to now to change them."
        if self._card is None:
            self._card = PlaneCard(self.window())
            self._card.changed.connect(self._on_number)
        if numbers:
            self._card.show_numbers(title, numbers, self._looking.state, note, where)

    @property
    def card(self) -> PlaneCard | None:
        """The card with numbers, once one was opened."""
        return self._card

    def _on_number(self, number: Number, value: float) -> None:
        if self._looking.moment is None and np.isfinite(value):
            change(self._session, number, value)


def _image(pixels: np.ndarray) -> QImage:
    return image_of(np.ascontiguousarray(pixels))
