"""What the drawings of a dense layer as neurons and wires share: what they show, what is lit, the pictures kept."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.microscopes.dense_marks import NOTHING, Lit
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.kept_picture import KeptPictures
from playground.ui.widgets.painted_ahead import PaintedAhead


class NeuronView(PaintedAhead):
    """Base of such drawings: subclasses paint everything in `_paint_all`, and over it in `_paint_lit` what is lit.

    While the pointer is on nothing (`_hover` is None), a picture that was painted before is used again.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: DenseNumbers | None = None
        self._unit, self._feature = 0, -1
        self._hover: object = None
        self._lit: Lit = NOTHING
        self._pictures = KeptPictures()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def forget(self) -> None:
        """There is nothing to show."""
        self._numbers = None

    def light(self, lit: Lit) -> None:
        """Mark what an open explanation speaks of."""
        self._lit = lit
        self.update()

    @property
    def lit(self) -> Lit:
        return self._lit

    def sizeHint(self) -> QSize:
        return QSize(820, 520)

    def paint_contents(self, event: QPaintEvent) -> None:
        if self._numbers is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self._numbers.scene
        names = scene.title(), scene.title(scene.source()), scene.classes
        key = (scene.node, scene.phase, *names, self._unit, self._feature)
        if self._hover is None:
            self._pictures.paint(painter, self.rect(), scene.trace, key, self._paint_all)
        else:
            self._paint_all(painter)
        self._paint_lit(painter)
        painter.end()

    @abstractmethod
    def _paint_all(self, painter: QPainter) -> None:
        """The layer."""

    @abstractmethod
    def _paint_lit(self, painter: QPainter) -> None:
        """What is lit."""
