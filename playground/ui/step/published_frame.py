"""Sets the drawer of printed numbers beside Step's microscopes, works the live ones out, and keeps it folded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from playground.data import DataError
from playground.ui.fonts import font
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.step.published_panel import WIDTH, PublishedPanel
from playground.ui.step.published_work import Comparison, compare, differs
from playground.ui.theme import appearance
from playground.ui.widgets.headings import Separator
from playground.zoo import publication

if TYPE_CHECKING:
    from playground.engine.trace import Trace
    from playground.ui.microscopes.base import Scene
    from playground.zoo import Published

_SETTING = "step/published"
_NARROWEST = 1080
"""The drawer stands beside the microscope where that keeps so many pixels; else it lies over its right side."""
_CHUNK = 500
"""Rounds of training that are worked out at a time."""
_TAB = 30


class _Tab(QAbstractButton):
    """The folded drawer: a narrow strip with its summary written upwards."""

    def __init__(self) -> None:
        super().__init__()
        self._is_hovered = False
        self.setFixedWidth(_TAB)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Show or hide the printed numbers (B)")
        appearance.changed.connect(self.update)

    def show_summary(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_TAB, 200)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._is_hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.raised if self._is_hovered else theme.panel))
        painter.setPen(QColor(theme.border))
        painter.drawLine(0, 0, 0, self.height())
        if self.hasFocus():
            painter.setPen(QColor(theme.focus))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.text if self._is_hovered else theme.muted))
        painter.translate(0, self.height())
        painter.rotate(-90)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.height() - 20)
        painter.drawText(QRect(0, 0, self.height(), _TAB), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class PublishedFrame(QWidget):
    """The microscopes, `stage`, and for worked examples the drawer at their right.

    `follow` tells it what is on screen. Folded or not is remembered.
    """

    chosen = Signal(object, QPoint)
    """(Published, global position of its row): lead there."""
    pointed = Signal(object)
    """The Published under the pointer, or None."""

    def __init__(self, session: Session, stage: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = self._example = ""
        self._comparison: Comparison | None = None
        self._compared: dict[str, Comparison] = {}
        self._judged: tuple[Trace, bool] | None = None
        self._is_withheld = False
        self._is_open_over = False
        self.panel = PublishedPanel()
        self.panel.chosen.connect(self._on_chosen)
        self.panel.pointed.connect(self.pointed)
        self.panel.fold_asked.connect(self.toggle)
        self.tab = _Tab()
        self.tab.clicked.connect(self.toggle)
        self._line = Separator(Qt.Orientation.Vertical)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for widget, stretch in ((stage, 1), (self._line, 0), (self.panel, 0), (self.tab, 0)):
            self._row.addWidget(widget, stretch)
        self._arrange()

    # ---- folding

    @property
    def is_unfolded(self) -> bool:
        """Whether the drawer is wanted where there is room beside the microscope."""
        return str(QSettings().value(_SETTING, "open")) != "folded"

    @property
    def has_room(self) -> bool:
        """Whether the drawer fits beside the microscope."""
        return self.width() - WIDTH >= _NARROWEST

    def toggle(self) -> None:
        """Fold the drawer away, or unfold it."""
        if not self._example or self._is_withheld:
            return
        if self.has_room:
            QSettings().setValue(_SETTING, "folded" if self.is_unfolded else "open")
        else:
            self._is_open_over = not self._is_open_over
        had_focus = self.panel.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._arrange()
        if had_focus and not self.panel.isVisible():
            self.tab.setFocus()

    def withhold(self, on: bool) -> None:
        """Show no printed numbers, which are those that the user is to guess; or show them again."""
        if on != self._is_withheld:
            self._is_withheld = on
            self._arrange()

    def _arrange(self) -> None:
        """Beside the microscope, over its right side, or folded to a strip."""
        is_there, beside = bool(self._example) and not self._is_withheld, self.has_room and self.is_unfolded
        over = is_there and not self.has_room and self._is_open_over
        if over and self._row.indexOf(self.panel) >= 0:
            self._row.removeWidget(self.panel)
        elif not over and self._row.indexOf(self.panel) < 0:
            self._row.insertWidget(2, self.panel)
        self._line.setVisible(is_there and beside)
        self.panel.setVisible((is_there and beside) or over)
        self.tab.setVisible(is_there and not beside)
        if over:
            self._place_over()

    def _place_over(self) -> None:
        self.panel.setGeometry(self.width() - _TAB - WIDTH, 0, WIDTH, self.height())
        self.panel.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _on_chosen(self, number: Published, position: QPoint) -> None:
        """Where the drawer covers the microscope it steps aside for the number."""
        if not self.has_room and self._is_open_over:
            self.toggle()
        self.chosen.emit(number, position)

    # ---- comparing

    @property
    def comparison(self) -> Comparison | None:
        """What has been compared so far; None for other networks, and while the first round is being recorded."""
        return self._comparison

    def follow(self, scene: Scene) -> None:
        """Another moment is on screen, perhaps of another network."""
        wanted = scene.experiment.example
        if wanted != self._wanted:
            self._wanted = wanted
            self._begin(wanted if publication(wanted) is not None else "")
        if self._comparison is not None:
            self._say(scene, self._comparison)

    def _begin(self, example: str) -> None:
        self._example, self._comparison, self._judged = example, self._compared.get(example), None
        self._is_open_over = False
        self._arrange()
        found = publication(example)
        if found is None:
            return
        self.panel.say("")
        self.panel.show_comparison(found, self._comparison.live if self._comparison is not None else {})
        self.tab.show_summary(self.panel.summary)
        if self._comparison is None:
            self._session.background.run(
                "published",
                lambda: compare(example),
                while_alive(self, lambda done: self._take(example, done)),
                while_alive(self, self._on_failed),
            )

    def _on_failed(self, error: Exception) -> None:
        """The data of the example cannot be had, say; anything else is not the user's doing."""
        if not isinstance(error, DataError | OSError):
            raise error
        self.panel.say(f"The published example could not be worked out: {error}")

    def _take(self, example: str, comparison: Comparison, is_whole: bool = False) -> None:
        """The numbers of the first round, or of some later ones; then on to the next."""
        if example != self._example:
            return
        self._comparison = comparison
        self._judged = None
        self.panel.show_comparison(comparison.publication, comparison.live)
        self.tab.show_summary(self.panel.summary)
        if is_whole or comparison.rounds is None:
            self._compared[example] = comparison
            return
        self._session.background.run(
            "published",
            lambda: comparison.go_on(_CHUNK),
            while_alive(self, lambda whole: self._take(example, comparison, whole)),
        )

    def _say(self, scene: Scene, comparison: Comparison) -> None:
        """Whether what is on screen is what is compared."""
        shown = self._session.example_index
        if self._judged is None or self._judged[0] is not scene.trace:
            self._judged = (scene.trace, differs(comparison, scene.trace, shown))
        compared = "Compared is the first round of the example as published"
        if scene.training_round > 1:
            self.panel.say(f"{compared}; on screen is round {scene.training_round}.")
        else:
            self.panel.say(f"{compared}; the network on screen has been changed." if self._judged[1] else "")
