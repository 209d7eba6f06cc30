"""A formula as a widget: LaTeX typeset, crisp at every scale, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.formula_ink import untinted
from playground.ui.widgets.formula_typesetting import Typeset, paint_typeset, typesetter

_SMALLEST = 0.55  # a formula wider than the widget shrinks to this share of its size, no further


class Formula(QWidget):
    """Shows `latex` in `size` (pixels of the letters' font) in the colour of the theme's `role`.

    While the formula is being set the place stays empty; LaTeX that cannot be set is shown as it was written.
    Parts that `formula_ink.tinted` marks have the colours of `roles`, and can be pointed at and clicked.
    """

    part_hovered = Signal(int)
    """The number of the part under the pointer; −1 for none."""
    part_clicked = Signal(int, QPoint)
    """A part, and where on the screen."""

    def __init__(
        self,
        latex: str = "",
        size: float = 18.0,
        role: str = "text",
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._latex = ""
        self._size, self._role, self._alignment = size, role, alignment
        self._roles: tuple[str, ...] = ()
        self._marked = -1
        self._hover = -1
        self.setFont(font("mono"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        typesetter().ready.connect(self._on_ready)
        appearance.changed.connect(self.update)
        self.set_latex(latex)

    @property
    def latex(self) -> str:
        return self._latex

    def set_latex(self, latex: str, roles: tuple[str, ...] = ()) -> None:
        """Another formula; `roles` are the theme's, for the parts that are coloured."""
        self._latex, self._roles = latex, roles
        self._marked = self._hover = -1
        self.setMouseTracking(bool(roles))
        self.unsetCursor()
        self.setAccessibleName(untinted(latex))
        if latex:
            typesetter().get(latex)
        self.updateGeometry()
        self.update()

    def mark(self, part: int) -> None:
        """Show which part is being pointed at, here or elsewhere; −1 for none."""
        if part != self._marked:
            self._marked = part
            self.update()

    def part_at(self, point: QPointF) -> int:
        """The part under a point, −1 for none; a little room around it counts as the part."""
        best, nearest = -1, 5.0
        for part, box in self._boxes():
            away = max(box.left() - point.x(), point.x() - box.right(), box.top() - point.y(), point.y() - box.bottom())
            if away < nearest:
                best, nearest = part, away
        return best

    def boxes_of(self, part: int) -> list[QRectF]:
        """Where a part is drawn."""
        return [box for number, box in self._boxes() if number == part]

    def _boxes(self) -> list[tuple[int, QRectF]]:
        picture = self._picture()
        if picture is None or not picture.parts:
            return []
        size = self._drawn_size(picture)
        rect, scale = self._placed(size), size.width() / max(1e-9, picture.width)
        return [
            (part, QRectF(rect.topLeft() + box.topLeft() * scale, box.size() * scale)) for part, box in picture.parts
        ]

    @property
    def is_typeset(self) -> bool:
        """Whether the formula is drawn as a formula (not as plain text, and not still being set)."""
        return self._picture() is not None

    def _picture(self) -> Typeset | None:
        return typesetter().get(self._latex) if self._latex else None

    def _on_ready(self, latex: str) -> None:
        if latex == self._latex:
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        picture = self._picture()
        if picture is not None:
            size = picture.size(self._size)
            return QSize(int(size.width()) + 2, int(size.height()) + 2)
        lines = self._latex.splitlines() or [""]
        width = max(self.fontMetrics().horizontalAdvance(line) for line in lines)
        return QSize(width + 2, max(round(self._size * 1.4), self.fontMetrics().height() * len(lines)))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(int(hint.width() * _SMALLEST) if self.is_typeset else min(hint.width(), 80), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._picture()
        colour = getattr(appearance.theme, self._role if self.isEnabled() else "disabled")
        painter = QPainter(self)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_mark(painter)
            colours = tuple(getattr(appearance.theme, role) for role in self._roles)
            paint_typeset(painter, picture, self._placed(self._drawn_size(picture)), colour, colours)
        elif self._latex and typesetter().is_ready(self._latex):
            painter.setFont(self.font())
            painter.setPen(QColor(colour))
            flags = self._alignment | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), int(flags) | int(Qt.TextFlag.TextWordWrap), untinted(self._latex))
        painter.end()

    def _paint_mark(self, painter: QPainter) -> None:
        if self._marked < 0:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(appearance.theme.selection))
        for box in self.boxes_of(self._marked):
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 4, 4)

    def _drawn_size(self, picture: Typeset) -> QSizeF:
        natural = picture.size(self._size)
        return natural * min(1.0, max(_SMALLEST, self.width() / max(1.0, natural.width())))

    def _placed(self, size: QSizeF) -> QRectF:
        left = 0.0
        if self._alignment & Qt.AlignmentFlag.AlignHCenter:
            left = (self.width() - size.width()) / 2
        elif self._alignment & Qt.AlignmentFlag.AlignRight:
            left = self.width() - size.width()
        return QRectF(max(0.0, left), (self.height() - size.height()) / 2, size.width(), size.height())

    # ---- the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.part_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(-1)

    def _point_at(self, part: int) -> None:
        if part != self._hover:
            self._hover = part
            self.setCursor(Qt.CursorShape.PointingHandCursor if part >= 0 else Qt.CursorShape.ArrowCursor)
            self.part_hovered.emit(part)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position())
        if part >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.part_clicked.emit(part, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)
