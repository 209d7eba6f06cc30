"""Heights over a plane as a surface in space, shaded, to be turned with the mouse; the tracks lie on it.

Seen from far away (orthographic), so that one picture of the surface serves until it is turned, and whether a point of
a track is hidden is a question of one straight line over the grid.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from playground.train.relief.grids import height_at
from playground.train.relief.surfaces import Floats, Point
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.relief.colours import colour_of, ramp
from playground.ui.train.relief.relief import Relief, Trail, thinned

_FINEST = 41
"""Lines of the mesh in either direction, at most."""
_TALL = 0.9
"""The height of the surface, where the plane is 2 × 2."""
_FIRST_TURN, _FIRST_TILT = -125.0, 32.0
_MOST = 240
"""Points of a track that are drawn."""
_LOOKS = 28
"""Places on the line from a point to the eye at which the surface could be in the way."""
_LIGHT = np.array([-0.35, -0.5, 0.8]) / np.linalg.norm([-0.35, -0.5, 0.8])


class SurfaceView(QWidget):
    """Shows a relief. Dragging (or the arrow keys) turns it, the wheel (or + and −) zooms, a double click resets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relief: Relief | None = None
        self._trails: tuple[Trail, ...] = ()
        self._start: Point | None = None
        self._ground: QPixmap | None = None
        self._pressed = QPointF()
        self.turn, self.tilt, self.zoom = _FIRST_TURN, _FIRST_TILT, 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(260, 220)
        self.setAccessibleName("Surface")
        self.setToolTip("Drag or use the arrow keys to turn it, the wheel to zoom; a double click looks as at first.")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        appearance.changed.connect(self._repaint)

    def show_relief(self, relief: Relief | None) -> None:
        """Draw this ground."""
        self._relief = relief
        self._repaint()

    def show_trails(self, trails: tuple[Trail, ...], start: Point | None = None) -> None:
        """Draw these tracks on it."""
        self._trails, self._start = trails, start
        self.update()

    def look_from(self, turn: float, tilt: float, zoom: float | None = None) -> None:
        """Turn it: degrees around the vertical, and degrees from the horizon (5 to 90)."""
        self.turn, self.tilt = turn % 360, min(90.0, max(5.0, tilt))
        if zoom is not None:
            self.zoom = min(4.0, max(0.4, zoom))
        self._repaint()

    def _repaint(self) -> None:
        self._ground = None
        self.update()

    def resizeEvent(self, event: QEvent) -> None:
        self._ground = None

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    # ---- geometry

    def _axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """To the right and upwards on the screen, and towards the eye, in the space of the surface."""
        a, t = math.radians(self.turn), math.radians(self.tilt)
        right = np.array([-math.sin(a), math.cos(a), 0.0])
        to_eye = np.array([math.cos(a) * math.cos(t), math.sin(a) * math.cos(t), math.sin(t)])
        return right, np.cross(to_eye, right), to_eye

    def _on_screen(self, spots: np.ndarray) -> np.ndarray:
        """(…, 3) in space → (…, 2) on the widget."""
        right, up, _ = self._axes()
        size = self.zoom * min(self.width() / 3.0, self.height() / 2.5)
        middle = spots - np.array([0.0, 0.0, _TALL / 2.4])
        x = self.width() / 2 + size * (middle @ right)
        y = self.height() / 2 - size * (middle @ up)
        return np.stack([x, y], axis=-1)

    def _in_space(self, relief: Relief, points: Floats, heights: Floats) -> np.ndarray:
        left, right, bottom, top = relief.window
        x = 2 * (points[:, 0] - left) / (right - left) - 1
        y = 2 * (points[:, 1] - bottom) / (top - bottom) - 1
        return np.stack([x, y, _TALL * heights], axis=-1)

    def _is_hidden(self, relief: Relief, spots: np.ndarray) -> np.ndarray:
        """Whether the surface is higher somewhere on the straight line from each spot to the eye."""
        to_eye = self._axes()[2]
        flat = math.hypot(to_eye[0], to_eye[1])
        if flat < 1e-3:
            return np.zeros(len(spots), dtype=bool)
        reach = _TALL / max(to_eye[2] / flat, 0.05)  # beyond this the line is above everything
        steps = np.linspace(0.06, min(reach, 3.0), _LOOKS) / flat
        line = spots[:, np.newaxis, :] + steps[np.newaxis, :, np.newaxis] * to_eye
        ground = np.linspace(-1, 1, relief.heights.shape[1]), np.linspace(-1, 1, relief.heights.shape[0])
        over = _TALL * height_at(*ground, relief.heights, line[..., :2].reshape(-1, 2)).reshape(line.shape[:2])
        with np.errstate(invalid="ignore"):
            return (over > line[..., 2] + 0.01).any(axis=1)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._relief is None:
            return
        if self._ground is None:
            self._ground = self._paint_ground(self._relief)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for trail in self._trails:
            self._paint_trail(painter, self._relief, trail)
        if self._start is not None:
            self._paint_start(painter, self._relief, self._start)
        painter.end()

    def _paint_ground(self, relief: Relief) -> QPixmap:
        theme, ratio = appearance.theme, self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(theme.canvas))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_base(painter, relief)
        self._paint_mesh(painter, relief)
        painter.end()
        return pixmap

    def _paint_base(self, painter: QPainter, relief: Relief) -> None:
        """The edge of the plane below the surface, and what its two sides nearest to the eye are."""
        theme = appearance.theme
        corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], dtype=float)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_polygon(self._on_screen(corners)))
        _, _, to_eye = self._axes()
        front, side = (-1.0 if to_eye[1] < 0 else 1.0), (-1.0 if to_eye[0] < 0 else 1.0)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        for text, at in ((relief.labels[0], (0.0, 1.12 * front)), (relief.labels[1], (1.12 * side, 0.0))):
            place = self._on_screen(np.array([at[0], at[1], 0.0]))
            width = painter.fontMetrics().horizontalAdvance(text)
            x = min(max(4.0, place[0] - width / 2), self.width() - width - 4.0)
            painter.drawText(QPointF(x, min(self.height() - 6.0, place[1] + 12)), text)

    def _paint_mesh(self, painter: QPainter, relief: Relief) -> None:
        """The cells from the farthest to the nearest, each in the colour of its height, lit from the upper left."""
        stride = max(1, math.ceil((len(relief.xs) - 1) / (_FINEST - 1)))
        heights = relief.heights[::stride, ::stride]
        rows, columns = heights.shape
        x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
        spots = np.stack([x, y, _TALL * heights], axis=-1)
        _, _, to_eye = self._axes()
        across = spots[:-1, 1:] - spots[1:, :-1]
        along = spots[1:, 1:] - spots[:-1, :-1]
        normal = np.cross(across, along)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True).clip(1e-12)
        normal *= np.where(normal[..., 2:] < 0, -1, 1)
        light = 0.62 + 0.38 * np.clip(normal @ _LIGHT, 0, 1) / 0.8
        means = (heights[:-1, :-1] + heights[:-1, 1:] + heights[1:, :-1] + heights[1:, 1:]) / 4
        colours = ramp(appearance.theme)[np.clip(means * 255, 0, 255).astype(np.int64)] * light[..., np.newaxis]
        depth = (spots[:-1, :-1] + spots[1:, 1:])[..., :2] @ to_eye[:2]
        flat = self._on_screen(spots)
        corners = np.stack([flat[:-1, :-1], flat[:-1, 1:], flat[1:, 1:], flat[1:, :-1]], axis=2).reshape(-1, 4, 2)
        order = np.argsort(depth.ravel(), kind="stable")
        lists, shades = corners[order].tolist(), np.clip(colours.reshape(-1, 3)[order], 0, 255).astype(int).tolist()
        edge = 0.86 if appearance.theme.is_dark else 0.93
        for corner, (red, green, blue) in zip(lists, shades, strict=True):
            painter.setPen(QColor(int(red * edge), int(green * edge), int(blue * edge)))
            painter.setBrush(QColor(red, green, blue))
            painter.drawPolygon(QPolygonF([QPointF(*spot) for spot in corner]))

    def _paint_trail(self, painter: QPainter, relief: Relief, trail: Trail) -> None:
        """The part in view in full colour, what the surface hides faint; what lies outside is left out."""
        points = thinned(trail.points, _MOST)
        heights = relief.heights_at(points) if len(points) else np.zeros(0)
        inside = np.isfinite(heights)
        if not inside.any():
            return
        spots = self._in_space(relief, points, np.where(inside, heights, 0))
        hidden, flat = self._is_hidden(relief, spots), self._on_screen(spots).tolist()
        colour = colour_of(appearance.theme, trail.role)
        faint, halo = translucent(colour.name(), 0.3), translucent(appearance.theme.canvas, 0.45)
        for pen in (QPen(halo, 3.6), QPen(colour, 1.9)):
            for index in range(len(flat) - 1):
                if inside[index] and inside[index + 1]:
                    is_faint = hidden[index] or hidden[index + 1]
                    if is_faint and pen.color() == halo:
                        continue
                    painter.setPen(QPen(faint, 1.5) if is_faint else pen)
                    painter.drawLine(QPointF(*flat[index]), QPointF(*flat[index + 1]))
        self._paint_end(painter, relief, trail.points[trail.here][np.newaxis], colour)

    def _paint_end(self, painter: QPainter, relief: Relief, point: Floats, colour: QColor) -> None:
        """A dot where something stands."""
        height = relief.heights_at(point)
        if not np.isfinite(height[0]):
            return
        spot = self._in_space(relief, point, height)
        is_hidden = bool(self._is_hidden(relief, spot)[0])
        painter.setPen(QPen(QColor(appearance.theme.canvas), 1.2))
        painter.setBrush(translucent(colour.name(), 0.3) if is_hidden else colour)
        painter.drawEllipse(QPointF(*self._on_screen(spot)[0].tolist()), 5.5, 5.5)

    def _paint_start(self, painter: QPainter, relief: Relief, start: Point) -> None:
        point = np.array([start])
        height = relief.heights_at(point)
        if np.isfinite(height[0]):
            place = QPointF(*self._on_screen(self._in_space(relief, point, height))[0].tolist())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(appearance.theme.highlight), 2))
            painter.drawEllipse(place, 7, 7)

    # ---- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            moved = event.position() - self._pressed
            self._pressed = event.position()
            self.look_from(self.turn - 0.5 * moved.x(), self.tilt + 0.4 * moved.y())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.look_from(_FIRST_TURN, _FIRST_TILT, 1.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.look_from(self.turn, self.tilt, self.zoom * 1.15 ** (event.angleDelta().y() / 120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {
            Qt.Key.Key_Left: (8.0, 0.0),
            Qt.Key.Key_Right: (-8.0, 0.0),
            Qt.Key.Key_Up: (0.0, 5.0),
            Qt.Key.Key_Down: (0.0, -5.0),
        }
        key = Qt.Key(event.key())
        if key in turns:
            self.look_from(self.turn + turns[key][0], self.tilt + turns[key][1])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.look_from(self.turn, self.tilt, self.zoom * (1 / 1.15 if key == Qt.Key.Key_Minus else 1.15))
        else:
            super().keyPressEvent(event)


def _polygon(corners: np.ndarray) -> QPolygonF:
    return QPolygonF([QPointF(*corner) for corner in corners.tolist()])
