"""A layer opened into its gates, over the microscope that it was opened from: the graph, and what its gates do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.microscopes import opened_stories as stories
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.circuit_stories import BECOMES
from playground.ui.microscopes.meant_number import meant_or_why_not
from playground.ui.microscopes.opened_values import OpenedValues
from playground.ui.microscopes.opened_view import OpenedView
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import StoryPanel
from playground.ui.theme import appearance
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.headings import ElidedLabel, Separator, TextLabel, TitleLabel
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.opened import Of, Opened
    from playground.ui.microscopes.base import Explain
    from playground.ui.microscopes.meant_number import Written
    from playground.ui.microscopes.worded_numbers import Pointing

TERMS = (6, 12, 30)
"""How many terms of a long sum are drawn."""
_OF: tuple[Of, Of] = ("result", "error")


class OpenedGates(QWidget):
    """Shows an `Opened`. `closed` asks to go back to the layer, `terms_wanted` for another number of terms."""

    closed = Signal()
    terms_wanted = Signal(int)
    explain_requested = Signal(object, QPoint)
    written_pointed = Signal(object, object)
    """(function that gives the Explanation, what is to be told its value): the pointer rests on a number in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: OpenedValues | None = None
        self._focus, self._port = "", 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what it covers need not be painted
        appearance.changed.connect(self.update)
        self.title, self.subtitle = TitleLabel(), ElidedLabel(tone="muted")
        self.of = SegmentedSwitch(("of this number", "of the error E"), "What the gradients below the wires are of")
        self.of.currentChanged.connect(lambda _index: self._show())
        self.terms = SegmentedSwitch([str(count) for count in TERMS], "How many terms of a long sum are drawn")
        self.terms.setToolTip("So many terms of a long sum are drawn; the others come in as one number")
        self.terms.currentChanged.connect(lambda index: self.terms_wanted.emit(TERMS[index]))
        self.close_button = IconButton("close", "Close", "Close the gates and go back to the layer (G or Esc)")
        self.close_button.clicked.connect(self.closed)
        self.view = OpenedView()
        self.view.chosen.connect(self.choose)
        self.view.asked.connect(self._on_asked)
        self.view.share_asked.connect(self._on_share_asked)
        self.view.left.connect(self.closed)
        self.legend = TextLabel("", "small", "muted", wrap=True)
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.explain_requested)
        self._lay_out()
        number_style.changed.connect(self._show)

    def _lay_out(self) -> None:
        self.area = QScrollArea()
        self.area.setWidget(self.view)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.subtitle, 1)
        head.addWidget(self.close_button)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(TextLabel("gradients", "small", "muted"))
        choices.addWidget(self.of)
        choices.addSpacing(12)
        self._terms_label = TextLabel("terms drawn", "small", "muted")
        choices.addWidget(self._terms_label)
        choices.addWidget(self.terms)
        choices.addStretch(1)
        left = QVBoxLayout()
        left.setContentsMargins(24, 14, 16, 12)
        left.setSpacing(9)
        left.addLayout(head)
        left.addLayout(choices)
        left.addWidget(self.area, 1)
        left.addWidget(self.legend)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(appearance.theme.canvas))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(330, min(470, int(event.size().width() * 0.32))))
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)  # the bars know their range once the picture is laid out

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        room = self.area.maximumViewportSize()
        self.view.fit(room)
        if self.view.height() > room.height():  # the bar beside it takes some of the width
            self.view.fit(room - QSize(self.area.verticalScrollBar().sizeHint().width(), 0))
        arrangement = self.view.arrangement
        if arrangement is not None and self._focus in arrangement.circuit.by_node:
            center = arrangement.center(self._focus)
            self.area.ensureVisible(int(center.x()), int(center.y()), 120, 60)

    # ---- what is shown

    def show_opened(self, opened: Opened, scene: Scene, most: int) -> None:
        """Show a number opened; which gate is looked at stays, if the graph is built alike."""
        before = self._values
        alike = before is not None and [(g.kind, g.inputs) for g in before.opened.gates] == [
            (g.kind, g.inputs) for g in opened.gates
        ]
        keeps = alike and before is not None and before.opened.asked == opened.asked
        self._offer(opened, scene, fresh=not keeps or before is None or before.scene.phase != scene.phase)
        self._values = OpenedValues(opened, scene, self._of())
        if not keeps:
            self._focus, self._port = opened.focus, 0
        self.title.setText(f"{scene.title(opened.asked.node)} · opened into gates")
        self.subtitle.setText("  ·  ".join(part for part in (_without_layer(opened), opened.words) if part))
        if most in TERMS and TERMS[self.terms.current] != most:
            self.terms.blockSignals(True)
            self.terms.set_current(TERMS.index(most))
            self.terms.blockSignals(False)
        may_choose = opened.left_out > 0 or most > TERMS[0]
        self.terms.setVisible(may_choose)
        self._terms_label.setVisible(may_choose)
        self._show()

    def forget(self) -> None:
        """While they are closed nothing is held of what was recorded."""
        if self.isHidden():
            self._values = None
            self.view.forget()
            self.story.tell(())

    def _offer(self, opened: Opened, scene: Scene, *, fresh: bool) -> None:
        """Which gradients there are; first those that the phase is about."""
        several = len(opened.ends) > 1
        tip = "How much this number moves for each 1 that a wire moves"
        self.of.set_item_enabled(0, not several, "Several results are drawn: only E is one" if several else tip)
        tip = "How much the error E moves for each 1 that a wire moves"
        missing = "Nothing has flowed back yet: there is no loss, or no target"
        self.of.set_item_enabled(1, opened.has_blame, tip if opened.has_blame else missing)
        wanted = 1 if opened.has_blame and (several or scene.phase != "forward") else 0
        if fresh or (several and self.of.current == 0):
            self.of.blockSignals(True)
            self.of.set_current(wanted)
            self.of.blockSignals(False)

    def _of(self) -> Of:
        return _OF[self.of.current]

    def _show(self) -> None:
        if self._values is None:
            return
        values = self._values = OpenedValues(self._values.opened, self._values.scene, self._of())
        self.view.show_values(values, self._focus, self._port)
        self.legend.setText(
            "above each wire its value · below it, after ∂, its gradient: how much "
            f"{stories.grown(values)} grows for each 1 it grows · a gate multiplies what arrives by its own slope"
            f"{BECOMES if values.scene.phase == 'update' else ''}"
        )
        self.story.tell(stories.story_of(values, self._focus, self._origin))
        self._fit()

    @property
    def values(self) -> OpenedValues:
        """What is on screen. Only to be asked once something is."""
        assert self._values is not None
        return self._values

    @property
    def focus(self) -> str:
        """The gate that the panel tells about."""
        return self._focus

    def choose(self, key: str) -> None:
        """Look at another gate."""
        self._focus, self._port = key, 0
        self._show()

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers at these places, each in a role of the theme; none of them ends it."""
        if self._values is not None:
            gates = self._values.opened.gates
            self.view.light({gate.key: places[gate.place] for gate in gates if gate.place in places and gate.place})

    # ---- asked

    def ask_written(self, written: Written, position: QPoint) -> None:
        """A number within the words about a gate was clicked."""
        self.explain_requested.emit(self._meaning(written), position)

    def point_at_written(self, written: Written, found: Pointing) -> None:
        """The pointer rests on such a number."""
        self.written_pointed.emit(self._meaning(written), found)

    def _meaning(self, written: Written) -> Explain:
        """What finds it among the numbers of the gate that the words are about."""
        values, key = self.values, self._focus
        value = stories.asking_value(values, key, self._origin)
        told_of = (stories.asking_gradient(values, key), *(() if value is None else (value,)))
        return partial(meant_or_why_not, values.scene, written, None, self._origin, told_of)

    def _origin(self, place: Place) -> Explanation:
        return origin_of(self.values.scene.trace, place)

    def _on_asked(self, key: str, part: str, position: QPoint) -> None:
        if part == "gradient":
            self.explain_requested.emit(stories.asking_below(self.values, key, self._origin), position)
            return
        explain = stories.asking_value(self.values, key, self._origin)
        if explain is None:
            self.choose(key)
        else:
            self.explain_requested.emit(explain, position)

    def _on_share_asked(self, key: str, port: int, position: QPoint) -> None:
        self.explain_requested.emit(stories.asking_share(self.values, key, port), position)


def _without_layer(opened: Opened) -> str:
    """Which number it is, without the layer's name, which the title says."""
    return opened.title.split(" · ", 1)[-1]
