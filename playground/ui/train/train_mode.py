"""Train mode: controls on the left, the curves and the network in the middle, the mistakes on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.ui.mode import Mode
from playground.ui.session import Session
from playground.ui.step.empty_state import EmptyState
from playground.ui.train.base_card import BaseCard
from playground.ui.train.controller import TrainingController
from playground.ui.train.learning_view import LearningView
from playground.ui.train.mistakes.panel import MistakesPanel
from playground.ui.train.relief.surroundings import EXPERIMENTS_TIP, Surroundings
from playground.ui.train.settings.form import SettingsForm
from playground.ui.train.transport import Transport
from playground.ui.widgets.headings import Separator
from playground.ui.widgets.segmented import SegmentedSwitch
from playground.ui.widgets.tensor_grid import TensorGrid
from playground.ui.widgets.tensor_view import TensorView

_LEFT, _RIGHT = 280, 420
_WIDE_ENOUGH = 1280
"""From this width on the mistakes have a panel of their own; below they stand under the curves."""

_WALKING = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class TrainMode(Mode):
    """How the network learns. It asks for Build when the network cannot be trained yet."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.transport = Transport(controller)
        self.base = BaseCard(session, controller)
        self.form = SettingsForm(session, controller)
        self.view = LearningView(session, controller)
        self.surroundings = Surroundings(session, controller)
        self.mistakes = MistakesPanel(session)
        self.empty = EmptyState()
        self.empty.offer(
            "Or begin with an experiment of the lectures…", EXPERIMENTS_TIP, controller.lecture.gallery_requested.emit
        )
        self._is_wide: bool | None = None
        self._lay_out()
        self._make_shortcuts()
        self.view.plane.applies_changed.connect(self._place_mistakes)
        self.empty.build_requested.connect(self.build_requested)
        self.empty.undo_requested.connect(self._undo)
        controller.looking.changed.connect(self._show_mistakes)
        controller.state_changed.connect(self._show_obstacle)
        session.analysis_changed.connect(self._on_analysis)
        session.experiment_changed.connect(self._on_experiment)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(18)
        column.addWidget(self.transport)
        column.addWidget(self.base)
        column.addWidget(self.form)
        column.addWidget(self.surroundings)
        column.addStretch(1)
        self._left = _scrolled(left, "panel")
        self._left.setFixedWidth(_LEFT)
        self._right_holder = QWidget()
        self._right_column = QVBoxLayout(self._right_holder)
        self._right_column.setContentsMargins(18, 18, 14, 14)
        self._right = _scrolled(self._right_holder, "panel")
        self._right.setFixedWidth(_RIGHT)
        self._right_line = Separator(Qt.Orientation.Vertical)
        work = QWidget()
        across = QHBoxLayout(work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(_scrolled(self.view, "canvas"), 1)
        across.addWidget(self._right_line)
        across.addWidget(self._right)
        self._pages = QStackedWidget()
        self._pages.addWidget(work)
        self._pages.addWidget(self.empty)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(Separator(Qt.Orientation.Vertical))
        row.addWidget(self._pages, 1)
        self._place_mistakes()

    def _make_shortcuts(self) -> None:
        controller = self._controller
        for keys, act in (
            ("Space", controller.toggle),
            ("Right", controller.one_batch),
            ("Shift+Right", controller.one_epoch),
            ("Home", controller.reset),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def event(self, event: QEvent) -> bool:
        """Lists, switches and pictures keep their own keys, and Space is that of a button reached by Tab.

        Text fields claim their keys themselves.
        """
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            focused = QApplication.focusWidget()
            walks = isinstance(focused, TensorGrid | TensorView) and event.key() in _WALKING
            is_switch = focused is not None and isinstance(focused.parentWidget(), SegmentedSwitch)
            by_tab = isinstance(focused, QPushButton) and focused.focusPolicy() == Qt.FocusPolicy.TabFocus
            is_pressed = by_tab and event.key() == Qt.Key.Key_Space
            if walks or is_switch or is_pressed or isinstance(focused, QComboBox):
                event.accept()
                return True
        return super().event(event)

    # ---- coming and going

    def activate(self) -> None:
        self._controller.is_watched = True
        self._controller.warm_up()
        self._show_obstacle()
        self._show_mistakes()
        self.transport.refresh()
        self.view.watch(True)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def deactivate(self) -> None:
        self._controller.is_watched = False
        self.view.watch(False)

    # ---- what is shown

    def _on_analysis(self, _analysis: object) -> None:
        self.transport.refresh()
        self._show_obstacle()

    def _on_experiment(self, _before: object, _after: object) -> None:
        if self._controller.is_watched:
            self.transport.refresh()
            self._show_obstacle()
            self.view.refresh()
            self._show_mistakes()

    def _show_obstacle(self) -> None:
        """What keeps the network from being trained, in place of curves that cannot be."""
        if not self._controller.is_watched:
            return
        obstacle = self._controller.obstacle
        if obstacle:
            self.empty.show_blocked(obstacle, self._session.document.undo_label)
            self.empty.title.setText("This network cannot be trained yet")
        self._pages.setCurrentIndex(1 if obstacle else 0)

    def _show_mistakes(self) -> None:
        if self._controller.is_watched:
            looking = self._controller.looking
            self.mistakes.show_mistakes(looking.mistakes, looking.mistakes_when, looking.mistakes_note)
            self._place_mistakes()

    def _undo(self) -> None:
        self._session.document.undo()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_mistakes()

    def _place_mistakes(self) -> None:
        """On the right if there is room, else below the curves; nowhere where nothing can be seen of them."""
        is_wide = self.width() >= _WIDE_ENOUGH and not self.view.plane.applies  # the plane wants the width for itself
        validates = self._session.experiment.data.validation_fraction > 0
        can_err = bool(self._session.data_set.classes) or validates
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            if is_wide:
                self._right_column.addWidget(self.mistakes)
            else:
                self.view.column.insertWidget(self.view.column.count() - 1, self.mistakes)
        self.mistakes.setVisible(can_err)
        self._right.setVisible(is_wide and can_err)
        self._right_line.setVisible(is_wide and can_err)

    def sizeHint(self) -> QSize:
        return QSize(1440, 850)


def _scrolled(content: QWidget, ground: str) -> QScrollArea:
    """The content in an area that scrolls up and down when it does not fit."""
    content.setProperty("ground", ground)
    content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    area = QScrollArea()
    area.setProperty("ground", ground)
    area.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
