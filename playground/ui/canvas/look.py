"""How a card looks: everything that is painted on it, as one value, and the painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.icons import paint_icon

WIDTH = 150.0
PORT_Y = 38.0
"""The height of the first port on every card, so that wires in a row run straight whatever the cards show."""
PORT_PITCH = 16.0
_HEADER, _FOOTER, _PICTURE, _STRIP = 46.0, 26.0, 40.0, 24.0
_MARGIN = 10.0
STRIPE = 4.0
_SIGN, _DOT = 14.0, 14.0
"""The sign of a frozen layer, and the room that a warning's dot takes beside it."""
STACK = 6.0
"""How far the cards of a block look out from behind it."""


@dataclass(frozen=True)
class CardLook:
    """What a card shows.

    `pictures` are its thumbnails: feature maps, or with `is_strip` one strip of cells; `large` shows one picture
    larger, as on the input. `browsable` puts buttons beside it that look through the examples. `is_block`: there are
    cards inside, which a double click shows. `ports` and `outputs` count the wires that can enter and leave.
    `shorter` is the caption in fewer words, tried in turn where the whole does not fit.
    """

    title: str
    caption: str
    category: str
    shorter: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    pictures: tuple[QImage, ...] = ()
    is_strip: bool = False
    large: bool = False
    browsable: bool = False
    ports: int = 1
    outputs: int = 1
    is_block: bool = False
    is_frozen: bool = False
    """Training leaves its weights as they are."""
    rate: str = ""
    """With how many times the learning rate it learns, where that is not 1: "×0.1"."""
    state: str = "ok"
    """"ok", "problem" (red outline), "warning" (amber dot) or "unfinished" (dashed)."""

    @property
    def picture_height(self) -> float:
        """Room for the thumbnails."""
        if not self.pictures:
            return 0.0
        if self.large:
            return 62.0
        if self.is_strip:
            return _STRIP + (10 if self.browsable else 0)
        return _PICTURE

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels at zoom 1."""
        ports = PORT_Y + PORT_PITCH * (max(self.ports, self.outputs) - 1) + 14
        return WIDTH, max(_HEADER + self.picture_height + _FOOTER, ports)


def paint_card(painter: QPainter, look: CardLook, selected: bool) -> None:
    """The whole card with its top left corner at the origin, at zoom 1."""
    theme = appearance.theme
    width, height = look.size
    box = QRectF(0, 0, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.is_block:
        _paint_stack(painter, box)
    body = QPainterPath()
    body.addRoundedRect(box, 8, 8)
    painter.fillPath(body, QColor(theme.raised))
    painter.save()
    painter.setClipPath(body)
    painter.fillRect(QRectF(0, 0, width, STRIPE), QColor(theme.category[look.category]))
    painter.restore()
    _paint_texts(painter, look)
    _paint_pictures(painter, look)
    _paint_outline(painter, look, box, selected)


def _paint_stack(painter: QPainter, box: QRectF) -> None:
    """Two more cards that look out from behind a block's."""
    theme = appearance.theme
    for step in (STACK, STACK / 2):
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(box.translated(step, step).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def paint_block(painter: QPainter, look: CardLook) -> None:
    """The card before there was time to paint it: a block with its category's stripe."""
    theme = appearance.theme
    width, height = look.size
    painter.fillRect(QRectF(0, 0, width, height), QColor(theme.raised))
    painter.fillRect(QRectF(0, 0, width, STRIPE), QColor(theme.category[look.category]))


def browse_buttons(look: CardLook) -> tuple[QRectF, QRectF]:
    """Where the input card's "previous" and "next" example buttons are."""
    middle = _HEADER + look.picture_height / 2 - 4
    return QRectF(WIDTH - 62, middle - 12, 24, 24), QRectF(WIDTH - 34, middle - 12, 24, 24)


def _paint_texts(painter: QPainter, look: CardLook) -> None:
    theme = appearance.theme
    width, height = look.size
    room = width - 2 * _MARGIN
    bold = font("body", QFont.Weight.DemiBold)
    sign = _paint_sign(painter, look)
    _text(painter, QPointF(_MARGIN, 22), (look.title,), (bold, 13, 12, 11), theme.text, room - sign)
    _text(painter, QPointF(_MARGIN, 38), (look.caption, *look.shorter), (font("small"), 11, 10), theme.muted, room)
    line = height - _FOOTER
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.drawLine(QPointF(0, line), QPointF(width, line))
    small = font("mono_small")
    gap = 8 if look.right else 0
    wanted = QFontMetricsF(small).horizontalAdvance(look.left + look.right) + gap
    if wanted > room:
        small.setPixelSize(max(9, int(small.pixelSize() * room / wanted)))
    right_room = QFontMetricsF(small).horizontalAdvance(look.right)
    left_colour = {"problem": theme.danger, "unfinished": theme.muted}.get(look.state, theme.muted)
    size = small.pixelSize()
    _text(painter, QPointF(_MARGIN, height - 9), (look.left,), (small, size), left_colour, room - right_room - gap)
    right = QPointF(width - _MARGIN - right_room, height - 9)
    _text(painter, right, (look.right,), (small, size), theme.muted, right_room + 1)


def _paint_sign(painter: QPainter, look: CardLook) -> float:
    """The sign of a frozen layer, or how fast another one learns, at the right of the title; returns its room."""
    theme = appearance.theme
    right = WIDTH - _MARGIN - (_DOT if look.state == "warning" else 0.0)
    if look.is_frozen:
        paint_icon(painter, "frozen", QRectF(right - _SIGN, 11, _SIGN, _SIGN), theme.link)
        return WIDTH - _MARGIN - right + _SIGN + 6
    if look.rate:
        small = font("mono_small")
        wanted = QFontMetricsF(small).horizontalAdvance(look.rate)
        _text(painter, QPointF(right - wanted, 22), (look.rate,), (small, small.pixelSize()), theme.link, wanted + 1)
        return WIDTH - _MARGIN - right + wanted + 6
    return 0.0


def _paint_pictures(painter: QPainter, look: CardLook) -> None:
    if not look.pictures:
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    if look.large:
        painter.drawImage(QRectF(_MARGIN, _HEADER, 54, 54), look.pictures[0])
    elif look.is_strip:
        image = look.pictures[0]
        cell = min(16.0, (WIDTH - 2 * _MARGIN) / image.width())
        painter.drawImage(QRectF(_MARGIN, _HEADER + 2, cell * image.width(), 16.0), image)
    else:
        side, gap = 29.0, 4.0
        for index, image in enumerate(look.pictures):
            painter.drawImage(QRectF(_MARGIN + index * (side + gap), _HEADER + 2, side, side), image)
    if look.browsable:
        _paint_browse_buttons(painter, look)


def _paint_browse_buttons(painter: QPainter, look: CardLook) -> None:
    theme = appearance.theme
    for rect, sign in zip(browse_buttons(look), ("‹", "›"), strict=True):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.button))
        painter.drawRoundedRect(rect, 6, 6)
        painter.setPen(QColor(theme.text))
        painter.setFont(font("control"))
        painter.drawText(rect.adjusted(0, -2, 0, -2), Qt.AlignmentFlag.AlignCenter, sign)


def _paint_outline(painter: QPainter, look: CardLook, box: QRectF, selected: bool) -> None:
    theme = appearance.theme
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if selected:
        painter.setPen(QPen(translucent(theme.focus, 0.28), 6))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 9, 9)
    colour = theme.focus if selected else theme.danger_border if look.state == "problem" else theme.border
    pen = QPen(QColor(colour), 1.6 if selected or look.state == "problem" else 1)
    if look.state == "unfinished" and not selected:
        pen = QPen(QColor(theme.border_strong), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    if look.state == "warning":
        painter.setPen(QPen(QColor(theme.raised), 2))
        painter.setBrush(QColor(theme.warning))
        painter.drawEllipse(QPointF(box.right() - 14, 18), 5, 5)


def port_colour(hovered: bool) -> QColor:
    """The fill of a port."""
    theme = appearance.theme
    return QColor(theme.focus if hovered else mix(theme.wire, theme.raised, 0.15))


def _text(
    painter: QPainter, at: QPointF, texts: Sequence[str], face: tuple[QFont, *tuple[int, ...]], colour: str, room: float
) -> None:
    """One line: the first of the texts, in the first of the sizes, that fits; where none does, it ends in "…".

    Of what is written in one word with underscores the beginning is left out: its end tells more.
    """
    letters, *sizes = face
    text = texts[-1]
    for text, size in product(texts, sizes):
        letters.setPixelSize(size)
        if QFontMetricsF(letters).horizontalAdvance(text) <= room + 0.5:
            break
    painter.setFont(letters)
    painter.setPen(QColor(colour))
    is_id = "_" in text and " " not in text
    side = Qt.TextElideMode.ElideLeft if is_id else Qt.TextElideMode.ElideRight
    painter.drawText(at, QFontMetricsF(letters).elidedText(text, side, room + 0.5))
