from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.kept_picture import KeptPictures


class _Recorded:
    """Something that pictures are painted of."""


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_picture_is_painted_anew_only_when_something_it_depends_on_is_another(qtbot: QtBot, ratio: float) -> None:
    kept, painted = KeptPictures(), []
    recorded, other = _Recorded(), _Recorded()
    rect = QRect(4, 4, 8, 8)

    def show(source: object, unit: int) -> QColor:
        image = QImage(int(20 * ratio), int(20 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("black"))
        painter = QPainter(image)

        def draw(inside: QPainter) -> None:
            painted.append(unit)
            inside.fillRect(rect, QColor(10 * unit, 200, 0))

        kept.paint(painter, rect, source, (unit,), draw)
        painter.end()
        return image.pixelColor(int(8 * ratio), int(8 * ratio))

    for source, unit in ((recorded, 1), (recorded, 1), (recorded, 2), (other, 1), (recorded, 1)):
        assert show(source, unit) == QColor(10 * unit, 200, 0)
    assert painted == ([1, 2, 1] if ratio == int(ratio) else [1, 1, 2, 1, 1])
