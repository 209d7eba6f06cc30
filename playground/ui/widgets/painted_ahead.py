"""Widgets whose picture can be painted before they are seen."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from playground.ui.theme import appearance


class PaintedAhead(QWidget):
    """Base of widgets that take milliseconds to paint and are shown when somebody waits.

    `paint_ahead`, called while the widget is hidden, paints it into a picture, and that is what comes on screen until
    something calls `update`: subclasses do so whenever they would look otherwise (another theme is seen to here), and
    paint in `paint_contents`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ahead: QPixmap | None = None
        appearance.changed.connect(self._on_appearance)

    @Slot()
    def _on_appearance(self) -> None:
        self.update()

    @abstractmethod
    def paint_contents(self, event: QPaintEvent) -> None:
        """What `paintEvent` is elsewhere."""

    def paint_ahead(self) -> None:
        """Paint now what will be seen; does nothing for a widget of which only a part can be seen."""
        parent = self.parentWidget()
        if self.isVisible() or self.size().isEmpty() or parent is None or not parent.rect().contains(self.geometry()):
            return
        picture = QPixmap(self._size_ahead())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        self._ahead = None
        self.render(picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
        self._ahead = picture

    @property
    def is_painted_ahead(self) -> bool:
        """Whether the picture that was painted ahead is still what there is to see."""
        return self._ahead is not None and self._ahead.size() == self._size_ahead()

    def _size_ahead(self) -> QSize:
        return self.size() * self.devicePixelRatioF()

    def update(self, *part: Any) -> None:
        """It looks otherwise now."""
        self._ahead = None
        super().update(*part)

    def changeEvent(self, event: QEvent) -> None:
        self._ahead = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ahead is None or not self.is_painted_ahead or self.hasFocus():
            self.paint_contents(event)
            return
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ahead)
        painter.end()
