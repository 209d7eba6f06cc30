"""Sets the drawer of printed numbers beside Step's microscopes, lets it follow the walk, and keeps it folded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.step.published_band import PublishedBand
from playground.ui.step.published_here import Station
from playground.ui.step.published_live import PublishedLive
from playground.ui.step.published_panel import WIDTH, PublishedPanel
from playground.ui.theme import appearance
from playground.ui.widgets.headings import Separator
from playground.zoo import publication, zoo_network

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.ui.microscopes.base import Scene
    from playground.ui.step.published_work import Comparison
    from playground.ui.step.recording import Round
    from playground.zoo import Published

_SETTING = "step/published"
_NARROWEST = 1080
"""The drawer stands beside the microscope where that keeps so many pixels; else it lies over its right side."""
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
    """The microscopes, `stage`, and for worked examples the drawer at their right; without it, a line beneath them.

    `follow` and `look_at` tell it what is on screen. Folded or not is remembered.
    """

    chosen = Signal(object, QPoint)
    """(Published, global position of its row): lead there."""
    pointed = Signal(object)
    """The Published under the pointer, or None."""

    def __init__(self, session: Session, stage: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = self._example = ""
        self._round = 1
        self._here: tuple[Published, ...] = ()
        self._station: Station | None = None
        self._is_withheld = False
        self._is_open_over = False
        self.panel = PublishedPanel()
        self.panel.chosen.connect(self._on_chosen)
        self.panel.pointed.connect(self.pointed)
        self.panel.fold_asked.connect(self.toggle)
        self.live = PublishedLive(session, self)
        self.live.changed.connect(self._show_live)
        self.live.failed.connect(self.panel.say)
        self.band = PublishedBand()
        self.band.clicked.connect(self.toggle)
        self.tab = _Tab()
        self.tab.clicked.connect(self.toggle)
        self._line = Separator(Qt.Orientation.Vertical)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(stage, 1)
        column.addWidget(self.band)
        self._row.addLayout(column, 1)
        for widget in (self._line, self.panel, self.tab):
            self._row.addWidget(widget)
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
        self.band.setVisible(is_there and not beside)
        self.band.covered = WIDTH if over else 0
        self.band.update()
        if over:
            self._place_over()

    def _place_over(self) -> None:
        self.panel.setGeometry(self.width() - _TAB - WIDTH, 0, WIDTH, self.height())
        self.panel.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _on_chosen(self, number: Published, position: QPoint) -> None:
        """Where the drawer covers the microscope it steps aside for the number, if that is to be seen there."""
        if not self.has_room and self._is_open_over and number.steps < 2:
            self.toggle()
        self.chosen.emit(number, position)

    # ---- comparing

    @property
    def has_example(self) -> bool:
        """Whether printed numbers are to be had for what is on screen."""
        return bool(self._example)

    @property
    def comparison(self) -> Comparison | None:
        """What has been compared so far; None for other networks, and while the first round is being recorded."""
        return self.live.comparison

    def follow(self, scene: Scene, recorded: Round) -> None:
        """Another moment is on screen, perhaps of another network."""
        wanted = scene.experiment.example
        if wanted != self._wanted:
            self._wanted = wanted
            self._begin(wanted if publication(wanted) is not None else "")
        if self._example:
            self._round = recorded.number
            self.live.follow(recorded)
            self._say()

    def look_at(self, scene: Scene, focus: Place | None) -> None:
        """Mark the rows of the station on screen, and those of the number in focus there."""
        if not self._example:
            return
        station, shown = self._station, self._session.example_index
        if station is None or station.scene is not scene or station.shown != shown:
            station = self._station = Station(self.panel.list.numbers, scene, shown)
        there = station.in_focus(focus)
        here = (*there, *(number for number in station.numbers if number not in there))
        if self.panel.mark(here, there) or here != self._here:
            self._here = here
            self.band.show_numbers(here, self.panel.list.live)

    def _begin(self, example: str) -> None:
        self._example = example
        self._is_open_over = False
        self._here, self._station = (), None
        self.live.begin(example)
        self._arrange()
        found = publication(example)
        if found is not None:
            self.panel.say("")
            network = zoo_network(example)
            self.panel.introduce(network.title, network.idea)
            self.panel.show_comparison(found, {})
            self.band.theirs = found.theirs
            self._show_live()

    def _show_live(self) -> None:
        """More of the live numbers are known, or others."""
        comparison = self.comparison
        if comparison is not None and self._example:
            self.panel.show_comparison(comparison.publication, comparison.live, is_whole=self.live.is_whole)
            self._say()
        self.band.show_numbers(self._here, self.panel.list.live)
        self.tab.show_summary(self.panel.summary)

    def _say(self) -> None:
        """Whether what is on screen is what is compared."""
        if self.comparison is None:
            return
        words: list[str] = []
        if self._round > 1:
            words.append(f"Compared is the first round; on screen is round {self._round}.")
        if self.live.is_changed:
            words.append("The network has been changed: live is what it gives now.")
        self.panel.say(" ".join(words))
