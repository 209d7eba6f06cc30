"""Pictures that stay the same while one walks about: painted once, then only put on screen."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from playground.ui.theme import Theme, appearance
from playground.ui.widgets.numbers import chosen_digits


@dataclass(frozen=True)
class _Kept:
    source: weakref.ref[object]
    theme: Theme
    key: tuple[Hashable, ...]
    picture: QPixmap


class KeptPictures:
    """The pictures painted last, each of a recorded object (which is not kept alive) and of all else it depends on."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._kept: list[_Kept] = []

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        source: object,
        depends_on: tuple[Hashable, ...],
        draw: Callable[[QPainter], None],
    ) -> None:
        """Put on screen what `draw` paints into `rect`, on the ground of the canvas.

        Theme and digits need not be in `depends_on`. Where a widget's pixels are not whole ones of the screen, the
        picture is painted each time: a copy would be blurred.
        """
        ratio = painter.device().devicePixelRatioF()
        if ratio != int(ratio) or rect.isEmpty():
            draw(painter)
            return
        key = (*depends_on, rect.getRect(), ratio, chosen_digits())
        picture = self._find(source, key)
        if picture is None:
            picture = QPixmap(rect.size() * int(ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(appearance.theme.canvas))
            inside = QPainter(picture)
            inside.setRenderHints(painter.renderHints())
            inside.translate(-rect.topLeft())
            draw(inside)
            inside.end()
            self._kept = [
                _Kept(weakref.ref(source), appearance.theme, key, picture),
                *(kept for kept in self._kept if kept.source() is not None),
            ][: self._most]
        painter.drawPixmap(rect.topLeft(), picture)

    def _find(self, source: object, key: tuple[Hashable, ...]) -> QPixmap | None:
        for kept in self._kept:
            if kept.source() is source and kept.theme is appearance.theme and kept.key == key:
                return kept.picture
        return None
