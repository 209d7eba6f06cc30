"""Everything that the picture of a sliding window consists of, in its order; only what has to be painted anew."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from playground.ui.microscopes.slide_captions import paint_captions
from playground.ui.microscopes.slide_marks import paint_marks
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState
from playground.ui.microscopes.slide_result import paint_result


def paint_slide(painter: QPainter, picture: SlidePainter, state: SlideState, source: str, region: QRegion) -> None:
    """Paint what lies in `region`; `source` is what the input is called."""
    layout = picture.layout
    painter.setClipRegion(region)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    picture.paint(painter, state, region)
    paint_marks(painter, picture, state)
    if _meets(region, layout.sum_label.united(layout.result)):
        paint_result(painter, picture, state)
    captions = (layout.input_caption, layout.output_caption, layout.gradient_caption)
    if any(_meets(region, caption) for caption in captions):
        paint_captions(painter, picture, state, source)


def _meets(region: QRegion, rect: QRectF) -> bool:
    return region.intersects(rect.adjusted(-6, -6, 6, 6).toAlignedRect())
