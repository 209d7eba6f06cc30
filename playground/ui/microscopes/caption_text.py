"""A caption below a picture where there is little room: what it can do without goes first, the power of ten stays."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_LAST_REMARK = re.compile(r"(\s+[·—][^·—]*|\scomputed)$")


def fitted(metrics: QFontMetrics, text: str, note: str, width: float) -> str:
    """`text` and `note`, the power of ten that the picture's numbers are to be multiplied by, within `width`.

    The text gives up its last remarks (after "·" or "—") one by one before its end becomes "…". Without the note the
    numbers above would be wrong, so it is never cut.
    """
    tail = f"  {note}" if note else ""
    room = int(width) - metrics.horizontalAdvance(tail)
    while metrics.horizontalAdvance(text) > room and (shorter := _LAST_REMARK.sub("", text)) != text:
        text = shorter
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room) + tail
