"""The palette: every layer type to drag onto the canvas, and the networks that ship."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.layers import LayerType, all_layer_types
from playground.ui.build.network_list import NetworkList
from playground.ui.build.search_page import SearchPage
from playground.ui.canvas.view import LAYER_MIME
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.pill import Pill

_CHIP_HEIGHT = 26


class LayerChip(QAbstractButton):
    """One layer type. Drag it onto the canvas; double click or Enter adds it behind the selected card."""

    chosen = Signal(str)

    def __init__(self, kind: LayerType) -> None:
        super().__init__()
        self.kind = kind
        self.setText(kind.title)
        self.setFont(font("body"))
        self.setToolTip(f"<b>{kind.title}</b><p>{kind.explanation}</p><p>Drag it onto the canvas, or press Enter.</p>")
        self.setAccessibleDescription(kind.explanation)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed_at: QPoint | None = None
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 19, _CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = appearance.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        painter.fillPath(shape, QColor(theme.button_hover if self.underMouse() else theme.raised))
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(theme.category[self.kind.category.value]))
        painter.restore()
        painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.border), 1))
        painter.drawPath(shape)
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect().adjusted(11, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        distance = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if distance >= QApplication.startDragDistance():
            grip, self._pressed_at = self._pressed_at, None
            self._drag(grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        self.chosen.emit(self.kind.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.kind.key)
        else:
            super().keyPressEvent(event)

    def _drag(self, grip: QPoint) -> None:
        data = QMimeData()
        data.setData(LAYER_MIME, self.kind.key.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        self.render(picture)
        drag.setPixmap(picture)
        drag.setHotSpot(grip)
        drag.exec(Qt.DropAction.CopyAction)


class Palette(QWidget):
    """Tabs "Layers" and "Networks", each with a search field."""

    layer_chosen = Signal(str)
    """A layer type's key: add it without dragging."""
    network_chosen = Signal(str)
    """A zoo network's key: open it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tabs = [Pill(text, role="text", checkable=True) for text in ("Layers", "Networks")]
        self._pages = QStackedWidget()
        self._layers = _LayerPage()
        self._layers.chosen.connect(self.layer_chosen)
        self._networks = NetworkList()
        self._networks.chosen.connect(self.network_chosen)
        self._pages.addWidget(self._layers)
        self._pages.addWidget(self._networks)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 0, 12, 0)
        tabs.setSpacing(8)
        for index, tab in enumerate(self._tabs):
            tab.clicked.connect(lambda _checked=False, page=index: self.show_page(page))
            tabs.addWidget(tab)
        tabs.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(tabs)
        layout.addWidget(self._pages)
        self.show_page(0)

    def show_page(self, page: int) -> None:
        """0: layers, 1: networks."""
        for index, tab in enumerate(self._tabs):
            tab.setChecked(index == page)
        self._pages.setCurrentIndex(page)

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.show_page(0)
        self._layers.search.setFocus()
        self._layers.search.selectAll()


class _LayerPage(SearchPage):
    """All layer types by category."""

    def __init__(self) -> None:
        super().__init__("layer", spacing=14)
        self.search.returnPressed.connect(self._choose_first)
        self._groups: list[tuple[QWidget, list[LayerChip]]] = []
        for category, kinds in groupby(all_layer_types(), key=lambda kind: kind.category):
            self.column.addWidget(self._group(category.heading, list(kinds)))

    def _group(self, title: str, kinds: list[LayerType]) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(SectionHeading(title))
        flow = FlowLayout(gap=8, line_gap=6)
        chips = [LayerChip(kind) for kind in kinds]
        for chip in chips:
            chip.chosen.connect(self.chosen)
            flow.addWidget(chip)
        column.addLayout(flow)
        self._groups.append((group, chips))
        return group

    def filter(self, wanted: str) -> bool:
        any_left = False
        for group, chips in self._groups:
            shown = [wanted in f"{chip.kind.title} {chip.kind.key}".casefold() for chip in chips]
            for chip, is_shown in zip(chips, shown, strict=True):
                chip.setVisible(is_shown)
            group.setVisible(any(shown))
            any_left = any_left or any(shown)
        return any_left

    def _choose_first(self) -> None:
        for _, chips in self._groups:
            for chip in chips:
                if not chip.isHidden() and self.search.text().strip():
                    self.chosen.emit(chip.kind.key)
                    return
