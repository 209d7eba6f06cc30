"""A formula as a widget: LaTeX typeset, crisp at every scale, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.formula_typesetting import Typeset, paint_typeset, typesetter

_SMALLEST = 0.55  # a formula wider than the widget shrinks to this share of its size, no further


class Formula(QWidget):
    """Shows `latex` in `size` (pixels of the letters' font) in the colour of the theme's `role`.

    While the formula is being set the place stays empty; LaTeX that cannot be set is shown as it was written.
    """

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
        self.setFont(font("mono"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        typesetter().ready.connect(self._on_ready)
        appearance.changed.connect(self.update)
        self.set_latex(latex)

    @property
    def latex(self) -> str:
        return self._latex

    def set_latex(self, latex: str) -> None:
        self._latex = latex
        self.setAccessibleName(latex)
        if latex:
            typesetter().get(latex)
        self.updateGeometry()
        self.update()

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
            natural = picture.size(self._size)
            shrink = min(1.0, max(_SMALLEST, self.width() / max(1.0, natural.width())))
            paint_typeset(painter, picture, self._placed(natural * shrink), colour)
        elif self._latex and typesetter().is_ready(self._latex):
            painter.setFont(self.font())
            painter.setPen(QColor(colour))
            flags = self._alignment | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), int(flags) | int(Qt.TextFlag.TextWordWrap), self._latex)
        painter.end()

    def _placed(self, size: QSizeF) -> QRectF:
        left = 0.0
        if self._alignment & Qt.AlignmentFlag.AlignHCenter:
            left = (self.width() - size.width()) / 2
        elif self._alignment & Qt.AlignmentFlag.AlignRight:
            left = self.width() - size.width()
        return QRectF(max(0.0, left), (self.height() - size.height()) / 2, size.width(), size.height())
