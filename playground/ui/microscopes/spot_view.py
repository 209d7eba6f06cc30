"""What pictures made of cells with numbers have in common: what the pointer does with them. No layout."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.microscopes.spot import Spot, Touched
from playground.ui.theme import appearance
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact
from playground.ui.widgets.painted_ahead import PaintedAhead

_SIZE = QSize(1000, 480)
_SMALLEST = QSize(640, 200)


class SpotView(PaintedAhead):
    """Base of widgets in which the pointer touches one `Spot`: it is marked, told exactly, and can be copied.

    `arranged` is sent when widgets that stand on this one have to move. Subclasses say what lies where, build their
    picture in `_rebuild` and do in `_press` and `_drag` what a spot is for.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._renew)

    def sizeHint(self) -> QSize:
        return _SIZE

    def minimumSizeHint(self) -> QSize:
        return _SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rebuild()

    @property
    def has_room(self) -> bool:
        """Whether anything can be drawn at this size."""
        return self.width() >= 100 and self.height() >= 60

    # ---- what subclasses say

    @property
    @abstractmethod
    def state(self) -> Touched:
        """What is shown at the moment, with the spot that the pointer is on."""

    @abstractmethod
    def spot_at(self, point: QPointF) -> Spot | None:
        """What lies under a point of the widget."""

    @abstractmethod
    def spot_center(self, spot: Spot) -> QPointF:
        """The middle of a spot, in the widget's coordinates."""

    @abstractmethod
    def number_at(self, spot: Spot) -> float | None:
        """The number that stands at a spot; None where there is none."""

    @abstractmethod
    def _rebuild(self) -> None:
        """Arrange everything for the size."""

    def _renew(self) -> None:
        """Other colours."""
        self._rebuild()

    @abstractmethod
    def _press(self, spot: Spot, event: QMouseEvent) -> None:
        """The left button went down on a spot."""

    @abstractmethod
    def _drag(self, spot: Spot) -> None:
        """The pointer came to a spot with the left button down."""

    def _cursor(self, spot: Spot | None) -> Qt.CursorShape:
        return Qt.CursorShape.PointingHandCursor if spot is not None else Qt.CursorShape.ArrowCursor

    # ---- the pointer

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        spot = self.spot_at(QPointF(event.pos()))
        value = None if spot is None else self.number_at(spot)
        if value is None:
            super().contextMenuEvent(event)
        else:
            offer_copy(self, value, event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot == self.state.hover:
            return
        self.state.hover = spot
        self.setCursor(self._cursor(spot))
        value = None if spot is None else self.number_at(spot)
        self.setToolTip("" if value is None else exact(value))
        self.update()
        if spot is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(spot)

    def leaveEvent(self, event: QEvent) -> None:
        if self.state.hover is not None:
            self.state.hover = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self._press(spot, event)
