"""A page of the palette with chips under headings that fold."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.build.chip import Chip
from playground.ui.build.search_page import SearchPage
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.flow_layout import FlowLayout

_ARROW = 4.0


class FoldHeading(QAbstractButton):
    """A heading in small capitals with an arrow at its end; checked while what stands below it is shown.

    Whether it is folded is remembered, among the headings of the same `page`.
    """

    def __init__(self, text: str, page: str) -> None:
        super().__init__()
        self._setting = f"palette/folded {page}"
        letters = font("heading")
        letters.setCapitalization(QFont.Capitalization.AllUppercase)
        self.setFont(letters)
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(text not in self._folded)
        self.toggled.connect(self._remember)
        self.setToolTip("Fold or unfold")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    @property
    def _folded(self) -> set[str]:
        return set(filter(None, str(QSettings().value(self._setting, "")).split("\n")))

    def _remember(self, is_open: bool) -> None:
        folded = self._folded - {self.text()} if is_open else self._folded | {self.text()}
        QSettings().setValue(self._setting, "\n".join(sorted(folded)))

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text().upper()) + 20, metrics.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme.text if self.underMouse() or self.hasFocus() else theme.muted)
        painter.setPen(colour)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        place = QPointF(QRectF(self.rect()).right() - 8, self.height() / 2)
        tip = QPointF(0, _ARROW / 2) if self.isChecked() else QPointF(_ARROW / 2, 0)
        side = QPointF(_ARROW, 0) if self.isChecked() else QPointF(0, _ARROW)
        painter.drawPolyline([place - tip - side, place + tip, place - tip + side])
        painter.end()


class ChipPage(SearchPage):
    """Chips under headings that fold, with a search field."""

    def __init__(self, noun: str) -> None:
        super().__init__(noun, spacing=14)
        self.search.returnPressed.connect(self._choose_best)
        self._noun = noun
        self._groups: list[tuple[QWidget, list[Chip]]] = []

    def add_group(self, title: str, chips: Sequence[Chip]) -> QWidget:
        """A heading with its chips, at the end."""
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        heading = FoldHeading(title, f"{self._noun}s")
        heading.toggled.connect(lambda: self.filter(self.search.text().casefold().strip()))
        column.addWidget(heading)
        flow = FlowLayout(gap=8, line_gap=6)
        for chip in chips:
            chip.chosen.connect(self.chosen)
            flow.addWidget(chip)
        column.addLayout(flow)
        self._groups.append((group, list(chips)))
        self.column.addWidget(group)
        self._show_group(group, chips, "")
        return group

    def filter(self, wanted: str) -> bool:
        shown = [self._show_group(group, chips, wanted) for group, chips in self._groups]
        return any(shown)

    def _show_group(self, group: QWidget, chips: Sequence[Chip], wanted: str) -> bool:
        """A search looks into folded groups, too."""
        is_open = bool(wanted) or group.findChildren(FoldHeading)[0].isChecked()
        fits = [all(word in chip.words for word in wanted.split()) for chip in chips]
        for chip, fit in zip(chips, fits, strict=True):
            chip.setVisible(fit and is_open)
        group.setVisible(any(fits))
        return any(fits)

    def _choose_best(self) -> None:
        """Of the chips that the search found, one whose name begins like that, else the first."""
        wanted = self.search.text().casefold().strip()
        found = [chip for _, chips in self._groups for chip in chips if not chip.isHidden()]
        if wanted and found:
            self.chosen.emit(min(found, key=lambda chip: not chip.text().casefold().startswith(wanted)).key)
