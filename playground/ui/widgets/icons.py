"""The icons by our own names, drawn in a role's colour of the theme in force whenever they are painted.

The drawings are SVG files in ``assets/icons/glyphs`` whose colour is ``currentColor``.
"""

from __future__ import annotations

import logging
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from playground.assets import MissingAsset, asset
from playground.ui.theme import appearance

log = logging.getLogger(__name__)


@cache
def icon_names() -> frozenset[str]:
    """Every name that `icon` knows."""
    return frozenset(path.stem for path in asset("icons/glyphs").glob("*.svg"))


def icon(name: str, role: str = "text", on_role: str = "", size: int = 16) -> QIcon:
    """The icon `name` ("play", "undo", …) in the colour of `role`, of `on_role` where its button is checked.

    It follows the theme; disabled widgets show it in the theme's `disabled`. Raises ValueError for an unknown name.
    """
    if name not in icon_names():
        raise ValueError(f"There is no icon {name!r}. There are: {', '.join(sorted(icon_names()))}.")
    return QIcon(_GlyphEngine(name, role, on_role or role, size))


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Draw the icon `name` into `rect` in a colour ``#rrggbb``."""
    _renderer(name, colour).render(painter, rect)


@cache
def application_icon() -> QIcon:
    """The icon of the program, for windows and task bars."""
    result = QIcon()
    for name in ("application.svg", "application-64.png", "application-256.png"):
        try:
            result.addFile(str(asset(f"icons/{name}")))
        except MissingAsset as missing:
            log.warning("%s", missing)
    return result


class _GlyphEngine(QIconEngine):
    """Paints one drawing in the theme's colours of the moment; Qt asks it again after each change of theme."""

    def __init__(self, name: str, role: str, on_role: str, size: int) -> None:
        super().__init__()
        self._name, self._role, self._on_role, self._size = name, role, on_role, size

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = self._on_role if state == QIcon.State.On else self._role
        if mode == QIcon.Mode.Disabled:
            role = "disabled"
        paint_icon(painter, self._name, QRectF(rect), getattr(appearance.theme, role))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        result = QPixmap(size * scale)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, result.rect(), mode, state)
        painter.end()
        result.setDevicePixelRatio(scale)
        return result

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height())
        return QSize(side, side)

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        return [QSize(self._size, self._size)]

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._role, self._on_role, self._size)


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = asset(f"icons/glyphs/{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
