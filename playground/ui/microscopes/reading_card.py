"""A box of words beside the numbers: as high as its words, and scrolling where there is no room for them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.widgets.headings import SectionHeading

_RIM = 1
_SCROLL_BAR = 10


class ReadingCard(QFrame):
    """Base of the cards: SAY IT IN WORDS with a sentence or two. Subclasses put numbers into `column`, and fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._words = WordsLabel(wrap=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        inside = self._inside = QWidget()
        column = self.column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 14, 9)
        column.setSpacing(6)
        column.addWidget(SectionHeading("Say it in words"))
        column.addWidget(self._words)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        for ground in (scroll.viewport(), inside):  # the card's own shows through, so that the words are painted once
            ground.setAutoFillBackground(False)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(_RIM, _RIM, _RIM, _RIM)
        outer.addWidget(scroll)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height_for(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
            self._outer.setGeometry(self.contentsRect())  # fitting may have made it lower than this event says

    def showEvent(self, event: QShowEvent) -> None:
        """Fonts and margins are those of the style sheet only now."""
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Grow no higher than the words; to be called when they have changed."""
        self._heights.clear()
        self.setMaximumHeight(max(64, self.height_for(max(200, self.width()))))
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """The height at which all of it is visible."""
        if width not in self._heights:
            # A scroll bar that was shown goes only where the words fit beside it.
            self._heights[width] = self._inside.heightForWidth(width - 2 * _RIM - 2 - _SCROLL_BAR) + 6
        return self._heights[width]

    def set_words(self, words: str) -> None:
        """A sentence or two; rich text."""
        if words != self._words.text():
            self._words.setText(words)
            self.fit()

    @property
    def words(self) -> str:
        return self._words.text()
