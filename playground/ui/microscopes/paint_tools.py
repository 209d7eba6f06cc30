"""The tools above a picture that is painted on: pointer, pen and eraser, the ink, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from playground.ui.by_hand import LARGEST
from playground.ui.microscopes.paint_map import Tool
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField, DecimalField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.segmented import SegmentedSwitch

TOOLS: tuple[Tool, ...] = ("point", "pen", "eraser")
_BRUSHES = ("1 cell", "2 × 2", "3 × 3")
COLOURS: dict[str, tuple[float, float, float]] = {
    "white": (1, 1, 1),
    "black": (0, 0, 0),
    "red": (1, 0, 0),
    "yellow": (1, 1, 0),
    "green": (0, 1, 0),
    "cyan": (0, 1, 1),
    "blue": (0, 0, 1),
    "magenta": (1, 0, 1),
}


class PaintTools(QWidget):
    """`tool_chosen`, `brush_chosen`, `clear` and `restore` say what the user wants; `ink` is what the pen leaves."""

    tool_chosen = Signal(str)
    brush_chosen = Signal(int)
    clear = Signal()
    restore = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = SegmentedSwitch(("Point", "Pen", "Eraser"), "What the mouse does on the picture")
        self.switch.setToolTip(
            "Point: click on a cell to read, change or ask its number.\n"
            "Pen and Eraser (P): paint on the picture; the right button always erases."
        )
        self.switch.currentChanged.connect(lambda index: self.tool_chosen.emit(TOOLS[index]))
        self._ink_label = TextLabel("Ink", "small", "muted")
        self.ink_field = DecimalField(0.0, 1.0, 1.0)
        self.ink_field.setFixedWidth(64)
        self.ink_field.setToolTip("The number that the pen leaves in a cell: 0 is paper, 1 is ink")
        self.ink_field.setAccessibleName("Ink")
        self._swatches = Swatches()
        self.brush = ChoiceField(_BRUSHES)
        self.brush.setFixedWidth(84)
        self.brush.setToolTip("How many cells wide and high the pen is")
        self.brush.setAccessibleName("Pen size")
        self.brush.currentIndexChanged.connect(lambda index: self.brush_chosen.emit(index + 1))
        self.clear_button = QPushButton("Clear")
        self.clear_button.setToolTip("Make every number of the picture 0")
        self.clear_button.clicked.connect(self.clear)
        self.restore_button = QPushButton("As it was")
        self.restore_button.setToolTip("Take back everything that was changed by hand on this example")
        self.restore_button.clicked.connect(self.restore)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (self.switch, self._ink_label, self.ink_field, self._swatches, self.brush):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.clear_button)
        row.addWidget(self.restore_button)
        self.switch.currentChanged.connect(self._show_what_counts)
        self._in_colour = self._is_curve = False
        self._show_what_counts()

    def toggle_pen(self) -> None:
        """Take the pen, or lay it away."""
        self.switch.set_current(TOOLS.index("point" if self.tool == "pen" else "pen"))

    @property
    def tool(self) -> Tool:
        """What the mouse does."""
        return TOOLS[self.switch.current]

    def ink(self, channels: int) -> tuple[float, ...]:
        """The number that the pen leaves in each of so many channels."""
        return COLOURS[self._swatches.colour] if self._in_colour else (self.ink_field.value(),) * channels

    def set_ground(self, *, is_picture: bool, in_colour: bool, is_curve: bool = False) -> None:
        """What is painted on: a picture holds numbers from 0 to 1, anything else any; a curve is drawn, without ink."""
        self._in_colour, self._is_curve = in_colour, is_curve
        low, high = (0.0, 1.0) if is_picture else (-LARGEST, LARGEST)
        if (self.ink_field.minimum(), self.ink_field.maximum()) != (low, high):
            self.ink_field.setRange(low, high)
        self._show_what_counts()

    def set_changed(self, changed: bool) -> None:
        """Whether there is anything to take back."""
        self.restore_button.setEnabled(changed)

    def _show_what_counts(self) -> None:
        with_pen = self.tool == "pen" and not self._is_curve
        self._ink_label.setVisible(with_pen)
        self.ink_field.setVisible(with_pen and not self._in_colour)
        self._swatches.setVisible(with_pen and self._in_colour)
        self.brush.setVisible(self.tool != "point" and not self._is_curve)


class Swatches(QWidget):
    """The colours of the pen, of which one is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number, (name, colour) in enumerate(COLOURS.items()):
            swatch = _Swatch(name, colour)
            swatch.setChecked(number == 0)
            self._group.addButton(swatch, number)
            row.addWidget(swatch)

    @property
    def colour(self) -> str:
        """The name of the colour that is chosen."""
        return tuple(COLOURS)[self._group.checkedId()]

    def choose(self, name: str) -> None:
        """Take the colour of that name."""
        self._group.button(tuple(COLOURS).index(name)).setChecked(True)


class _Swatch(QAbstractButton):
    def __init__(self, name: str, colour: tuple[float, float, float]) -> None:
        super().__init__()
        self._colour = QColor.fromRgbF(*colour)
        self.setCheckable(True)
        self.setFixedSize(20, 24)
        self.setToolTip(name.capitalize())
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(20, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.setBrush(self._colour)
        box = QRectF(3, 5, 14, 14)
        painter.drawRoundedRect(box, 3, 3)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.highlight), 1.6))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 4, 4)
        painter.end()
