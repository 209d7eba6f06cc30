"""The drawing of a small network on points in the plane: features, every unit as a small map, wires by weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from playground.engine.chain_edits import MOST_UNITS
from playground.engine.plane_grid import GRID
from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent
from playground.ui.train.plane.layout import HEAD, LABELS, Layout, Plan, Unit, Wire
from playground.ui.widgets.numbers import short

_LEVELS = 6
"""Widths of wires: so many are told apart, and each is painted at once."""
_BUTTON = 18
_ROOMY = 92
"""Columns this far apart have room for a whole name."""
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, eq=False)
class Seen:
    """What there is to draw.

    For each column a picture with its units' maps below each other; for each stage of the chain, drawn or not, its
    weights (units, inputs) and its biases (units,), None where it has none.
    """

    pictures: tuple[QImage, ...]
    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32] | None, ...]


class PlaneDrawing(QWidget):
    """Draws a plan. Hovering and the arrow keys choose a unit, clicks and Enter ask for its numbers."""

    chosen = Signal(object)
    """The `Unit` to be shown large, None: none."""
    feature_toggled = Signal(int)
    units_wanted = Signal(int, int)
    """(stage, units): more or fewer."""
    opened = Signal(object, QPoint)
    """A `Wire`, or a `Unit` whose numbers are asked for; and where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = Plan(0, (), (), 0)
        self._layout = Layout(self._plan, 300, 300)
        self._names: tuple[str, ...] = ()
        self._titles: tuple[tuple[str, str], ...] = ()
        self._seen: Seen | None = None
        self._hot: Unit | None = None
        self._wire: Wire | None = None
        self._bias: Unit | None = None
        self._mouse = QPointF()
        self._buttons: list[QToolButton] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The network, every unit as a map of the plane. Arrow keys choose a unit.")
        self.setToolTip(
            "Every square shows what one unit says everywhere in the plane; point at it to see it large.\n"
            "Click a wire, the dot of a bias or a unit for its numbers, and a feature to switch it on or off."
        )
        appearance.changed.connect(self.update)

    # ---- what is drawn

    def set_plan(self, plan: Plan, features: Sequence[str], titles: Sequence[tuple[str, str]]) -> None:
        """Draw this network; `titles` are those of the stages, whole and short."""
        if (plan, tuple(features), tuple(titles)) == (self._plan, self._names, self._titles):
            return
        self._plan, self._names, self._titles = plan, tuple(features), tuple(titles)
        self._seen = self._wire = self._bias = None
        self._choose(None)
        self._lay_out()
        self._make_buttons()

    @property
    def plan(self) -> Plan:
        """What is drawn."""
        return self._plan

    @property
    def layout_now(self) -> Layout:
        """Where things lie."""
        return self._layout

    def show_seen(self, seen: Seen) -> None:
        """The network as it is at the moment that is looked at."""
        self._seen = seen
        self.update()

    def set_height(self, height: int) -> None:
        """Take so much room."""
        self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(420, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    def _lay_out(self) -> None:
        self._layout = Layout(self._plan, self.width(), self.height())
        self._place_buttons()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    # ---- more and fewer units

    @property
    def _hidden(self) -> int:
        """How many drawn stages are hidden layers: their units can be more or fewer."""
        return len(self._plan.stages) - (0 if self._plan.outputs else 1)

    def _make_buttons(self) -> None:
        """As many as are needed; those that are left over wait, hidden."""
        while len(self._buttons) < 2 * self._hidden:
            stage, change = divmod(len(self._buttons), 2)
            button = QToolButton(self)
            button.setText("+" if change else "−")
            button.setFixedSize(_BUTTON, _BUTTON)
            button.setFont(font("body"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip("One unit more in this layer" if change else "One unit fewer in this layer")
            button.setAccessibleName(f"{button.toolTip()} (hidden layer {stage + 1})")
            button.clicked.connect(lambda _=False, stage=stage, by=2 * change - 1: self._ask_units(stage, by))
            self._buttons.append(button)
        for index, button in enumerate(self._buttons):
            button.setVisible(index < 2 * self._hidden)
        for index, button in enumerate(self.buttons):
            units = self._plan.stages[index // 2]
            button.setEnabled(units < MOST_UNITS if index % 2 else units > 1)
        self._place_buttons()

    def _ask_units(self, stage: int, by: int) -> None:
        self.units_wanted.emit(stage, self._plan.stages[stage] + by)

    def _place_buttons(self) -> None:
        for index, button in enumerate(self.buttons):
            column = index // 2 + 1
            middle = self._layout.lefts[column] + self._layout.side(column) / 2
            apart = 10 if self._layout.pitch >= 62 else 7
            button.move(round(middle + apart if index % 2 else middle - apart - _BUTTON), 20)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """− and + of each hidden layer in turn."""
        return tuple(self._buttons[: 2 * self._hidden])

    # ---- mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self._mouse = event.position()
        self._bias = self._layout.bias_at(point)
        unit = None if self._bias else self._layout.unit_at(point)
        self._wire = None if unit or self._bias else self._layout.wire_at(point)
        is_live = unit is not None or self._wire is not None or self._bias is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_live else Qt.CursorShape.ArrowCursor)
        self._choose(unit)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point, where = event.position(), event.globalPosition().toPoint()
        layout = self._layout
        bias, unit, wire = layout.bias_at(point), layout.unit_at(point), layout.wire_at(point)
        if bias is not None:
            self.opened.emit(bias, where)
        elif unit is not None and unit.column == 0:
            self.feature_toggled.emit(unit.number)
        elif unit is not None or wire is not None:
            self.opened.emit(unit if unit is not None else wire, where)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._wire = self._bias = None
        self._choose(None)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(None)

    def event(self, event: QEvent) -> bool:
        """The arrow keys move from unit to unit here, in place of what they mean to the whole screen."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            on_feature = self._hot is not None and self._hot.column == 0
            if event.key() in _KEYS or (event.key() == Qt.Key.Key_Space and on_feature):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self._hot or Unit(0, 0)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                by = 1 if event.key() == Qt.Key.Key_Right else -1
                column = here.column if self._hot is None else min(max(0, here.column + by), len(self._plan.stages))
                self._choose(Unit(column, min(here.number, self._layout.shown(column) - 1)))
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                last = self._layout.shown(here.column) - 1
                self._choose(here if self._hot is None else here._replace(number=min(max(0, here.number + by), last)))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._hot is not None:
                if here.column == 0:
                    self.feature_toggled.emit(here.number)
                elif event.key() != Qt.Key.Key_Space:
                    self.opened.emit(here, self.mapToGlobal(self._layout.place(here).center().toPoint()))
            case Qt.Key.Key_Escape if self._hot is not None:
                self._choose(None)
            case _:
                super().keyPressEvent(event)

    def _choose(self, unit: Unit | None) -> None:
        if unit != self._hot:
            self._hot = unit
            self.chosen.emit(unit)
            self.update()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter)
        if self._seen is not None:
            self._paint_wires(painter, self._seen)
            self._paint_units(painter, self._seen)
            self._paint_word(painter, self._seen)
        painter.end()

    def _paint_names(self, painter: QPainter) -> None:
        theme, layout, plan = appearance.theme, self._layout, self._plan
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        middle = Qt.AlignmentFlag.AlignCenter
        across = max(layout.pitch - 4, 40)
        for column in range(len(layout.lefts)):
            x = layout.lefts[column] + layout.side(column) / 2
            whole, brief = ("features", "features") if column == 0 else self._titles[column - 1]
            name = whole if layout.pitch >= _ROOMY else brief
            painter.drawText(QRectF(x - across, 2, 2 * across, 16), middle, name)
            if column and column <= self._hidden:
                painter.drawText(QRectF(x - 20, 20, 40, _BUTTON), middle, str(plan.stages[column - 1]))
        for number, name in enumerate(self._names):
            place = layout.place(Unit(0, number))
            painter.setPen(QColor(theme.text if number in plan.used else theme.muted))
            room = QRectF(0, place.top(), LABELS - 6, place.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
        painter.setPen(QColor(theme.muted))
        painter.setFont(font("tiny"))
        for stage, units in enumerate(plan.stages):
            more = units - layout.shown(stage + 1)
            if more > 0:
                place = layout.place(Unit(stage + 1, layout.shown(stage + 1) - 1))
                painter.drawText(QRectF(place.left() - 30, place.bottom(), place.width() + 60, 13), middle, f"+ {more}")

    def _paint_wires(self, painter: QPainter, seen: Seen) -> None:
        """The thin ones first, all of one width and sign in one go, in opaque colours: hundreds must not take long."""
        theme, layout = appearance.theme, self._layout
        largest = max([1.0, *(float(np.abs(weights).max(initial=0)) for weights in seen.weights)])
        levels = [_levels(weights, largest) for weights in seen.weights]
        found: dict[int, list[QLineF]] = {}
        for wire in layout.wires:
            found.setdefault(levels[wire.stage][wire.target][wire.source], []).extend(layout.line(wire))
        for level in sorted(found, key=abs):
            share = abs(level) / _LEVELS
            colour = mix(theme.canvas, theme.positive if level > 0 else theme.negative, 0.35 + 0.6 * share)
            painter.setPen(QPen(QColor(colour), 0.6 + 3.6 * (abs(level) - 1) / (_LEVELS - 1)))
            painter.drawLines(found[level])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._wire is not None and self._wire in layout.wires:
            painter.strokePath(layout.curve(self._wire), QPen(QColor(theme.highlight), 3))

    def _paint_units(self, painter: QPainter, seen: Seen) -> None:
        """Straight edges need no smoothing, and all frames are drawn at once: both for speed."""
        theme, layout = appearance.theme, self._layout
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        frames: list[QRectF] = []
        for column, picture in enumerate(seen.pictures[: len(layout.lefts)]):
            for number in range(layout.shown(column)):
                place = layout.place(Unit(column, number))
                is_off = column == 0 and number not in self._plan.used
                if is_off:
                    painter.setOpacity(0.3)
                painter.drawImage(place, picture, QRectF(0, number * GRID, GRID, GRID))
                if is_off:
                    painter.setOpacity(1.0)
                frames.append(place.adjusted(-1, -1, 0, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.drawRects(frames)
        if self._hot is not None:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.drawRect(layout.place(self._hot))
        for stage in range(len(self._plan.stages)):
            biases = seen.biases[stage]
            if biases is not None:
                for number in range(layout.shown(stage + 1)):
                    self._paint_bias(painter, Unit(stage + 1, number), float(biases[number]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_bias(self, painter: QPainter, unit: Unit, bias: float) -> None:
        theme = appearance.theme
        painter.setPen(QPen(QColor(theme.highlight if unit == self._bias else theme.border_strong), 1))
        painter.setBrush(translucent(theme.positive if bias >= 0 else theme.negative, min(1.0, 0.25 + abs(bias))))
        painter.drawRect(self._layout.bias(unit))

    def _paint_word(self, painter: QPainter, seen: Seen) -> None:
        """What is under the mouse, in numbers; it follows the training."""
        text = ""
        if self._wire is not None and self._wire in self._layout.wires:
            text = f"weight {short(seen.weights[self._wire.stage][self._wire.target, self._wire.source], 3)}"
        elif self._bias is not None:
            biases = seen.biases[self._bias.column - 1]
            text = "" if biases is None else f"bias {short(biases[self._bias.number], 3)}"
        if not text:
            return
        theme = appearance.theme
        painter.setFont(font("mono_small"))
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        left = min(max(0.0, self._mouse.x() + 12), self.width() - width - 1)
        room = QRectF(left, min(max(HEAD - 20.0, self._mouse.y() - 30), self.height() - 22.0), width, 20)
        painter.setPen(QColor(theme.border_strong))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(room, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def _levels(weights: NDArray[np.float32], largest: float) -> list[list[int]]:
    """For each weight its width, 1 to _LEVELS, with its sign; what is no number is as wide as can be."""
    sizes = np.nan_to_num(np.abs(weights) / largest, nan=1.0, posinf=1.0)
    widths = np.minimum(_LEVELS, 1 + (_LEVELS * sizes).astype(int))
    signed: list[list[int]] = np.where(weights < 0, -widths, widths).tolist()
    return signed
