"""The bar at the foot of Step mode: buttons, how far a step goes, timeline, the example, the speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.step.grains import GRANULARITIES, Granularity, Nouns, grain_here
from playground.ui.step.pace import DEFAULT_DWELL, DWELLS, Pace
from playground.ui.step.phases import PhaseName
from playground.ui.step.status_line import StatusLine
from playground.ui.step.timeline import Timeline
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import ElidedLabel, Separator, TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import count

HEIGHT = 88
_LOW = 26
_STEPS_WIDTH = 256
"""As wide as the buttons above, so that the timeline and the status begin under each other."""


class Transport(QWidget):
    """Asks for moves by its signals; what is shown is set by `set_…`."""

    to_start = Signal()
    back = Signal()
    play_pause = Signal()
    forward = Signal()
    to_end = Signal()
    station_clicked = Signal(int)
    granularity_changed = Signal(str)
    example_moved = Signal(int)
    next_round = Signal()
    predict_toggled = Signal(bool)

    def __init__(self, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._pace = pace
        self._granularity: Granularity = "layer"
        self._nouns: Nouns = {"layer": "layer", "unit": "unit", "step": "", "term": "term"}
        self.timeline = Timeline()
        self.timeline.clicked.connect(self.station_clicked)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Separator())
        rows = QVBoxLayout()
        rows.setContentsMargins(18, 12, 18, 8)
        rows.setSpacing(5)
        rows.addLayout(self._make_upper())
        rows.addLayout(self._make_lower())
        outer.addLayout(rows, 1)
        appearance.changed.connect(self._write_grains)
        self._write_grains()

    def _make_upper(self) -> QHBoxLayout:
        """The buttons, the timeline, the example."""
        self.start_button = self._button("to-start", "To the start (Home)")
        self.back_button = self._button("step-back", "One step back (←)")
        self.play_button = QPushButton("Play")
        self.play_button.setProperty("primary", True)
        self.play_button.setFont(font("control"))
        self.play_button.setFixedSize(88, 30)
        self.play_button.setToolTip("Play or pause (Space)")
        self.play_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.forward_button = self._button("step", "One step forward (→)")
        self.end_button = self._button("to-end", "To the end (End)")
        self.start_button.clicked.connect(self.to_start)
        self.back_button.clicked.connect(self.back)
        self.play_button.clicked.connect(self.play_pause)
        self.forward_button.clicked.connect(self.forward)
        self.end_button.clicked.connect(self.to_end)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.start_button, self.back_button, self.play_button, self.forward_button, self.end_button):
            row.addWidget(button)
        row.addSpacing(16)
        row.addWidget(self.timeline, 1)
        row.addSpacing(10)
        self._add_example(row)
        self.set_playing(False)
        return row

    def _add_example(self, row: QHBoxLayout) -> None:
        self.previous_example = self._button("left", "Previous example")
        self.next_example = self._button("right", "Next example")
        for button, step in ((self.previous_example, -1), (self.next_example, 1)):
            button.setFixedSize(26, 26)
            button.clicked.connect(lambda _checked=False, by=step: self.example_moved.emit(by))
        self.example_label = ElidedLabel("", "small")
        self.example_label.setFixedWidth(118)
        self.example_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.previous_example, self.example_label, self.next_example):
            row.addWidget(widget)

    def _make_lower(self) -> QHBoxLayout:
        """How far a step goes, what is shown, and the settings."""
        self._steps = TextLabel("", "small", "muted")
        self._steps.setTextFormat(Qt.TextFormat.RichText)
        self._steps.linkActivated.connect(self._on_granularity)
        self._steps.setMinimumWidth(_STEPS_WIDTH)
        self._steps.setToolTip("How far one step goes (keys 1, 2, 3 …)")
        self.status_line = StatusLine()
        self.predict_button = self._text_button("Predict", "Guess each next number before it is shown (Q)")
        self.predict_button.setCheckable(True)
        self.predict_button.toggled.connect(self.predict_toggled)
        self.settings_button = self._text_button(
            "This round…", "The example, mini-batch, target, optimiser and learning rate of this round (S)"
        )
        self.rounds_button = self._text_button("Round 1", "All rounds so far, and ten or a hundred more (L)")
        self.next_round_button = self._button("step", "One round of training more (N)")
        self.next_round_button.setFixedSize(28, _LOW)
        self.next_round_button.clicked.connect(self.next_round)
        self.dwell_field = ChoiceField(tuple(f"{seconds:g} s each" for seconds in DWELLS))
        self.dwell_field.setFixedWidth(118)
        self.dwell_field.setCurrentIndex(DEFAULT_DWELL)
        self.dwell_field.setAccessibleName("Speed")
        self.dwell_field.setToolTip(
            "How long each layer, unit or term stays on screen while Play is on (+ faster, − slower)"
        )
        self.dwell_field.activated.connect(self._on_dwell)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._steps)
        row.addSpacing(16)
        row.addWidget(self.status_line, 1)
        row.addSpacing(10)
        for widget in (self.predict_button, self.settings_button, self.rounds_button, self.next_round_button):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.dwell_field)
        return row

    def _button(self, name: str, tip: str) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(36, 30)
        button.setStyleSheet("padding: 0")
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        return button

    @staticmethod
    def _text_button(text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(_LOW)
        button.setFont(font("small"))
        button.setStyleSheet("padding: 0 10px")
        button.setToolTip(tip)
        return button

    # ---- what is shown

    @property
    def granularity(self) -> Granularity:
        return self._granularity

    def set_granularity(self, granularity: Granularity) -> None:
        """How far the step buttons go."""
        if granularity != self._granularity:
            self._granularity = granularity
            self._write_grains()
            self.granularity_changed.emit(granularity)

    def set_nouns(self, nouns: Nouns) -> None:
        """What the grains are called where the microscope on screen has them; empty where it has not."""
        if nouns != self._nouns:
            self._nouns = nouns
            self._write_grains()

    @property
    def steps_text(self) -> str:
        """The choice of how far a step goes, as it is written."""
        return self._steps.text()

    def set_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play", "accent_text"))
        self.play_button.setText("Pause" if playing else "Play")

    def set_status(self, phase: PhaseName, status: str) -> None:
        """The phase line: which of the four phases it is, and what is being shown."""
        self.status_line.show_status(phase, status)

    def set_reach(self, at_start: bool, at_end: bool, forward_hint: str) -> None:
        """Which way the buttons can go; `forward_hint` says where the next step leads."""
        self.start_button.setEnabled(not at_start)
        self.back_button.setEnabled(not at_start)
        self.end_button.setEnabled(not at_end)
        self.forward_button.setToolTip(forward_hint)

    def set_example(self, text: str, tip: str, movable: bool) -> None:
        self.example_label.setText(text)
        self.example_label.setToolTip(tip)
        self.previous_example.setEnabled(movable)
        self.next_example.setEnabled(movable)

    def _on_granularity(self, link: str) -> None:
        for granularity in GRANULARITIES:
            if granularity == link:
                self.set_granularity(granularity)

    def set_round(self, number: int, *, can_go_on: bool) -> None:
        """Which round of training is shown, and whether there can be another."""
        self.rounds_button.setText(f"Round {count(number)}")
        self.rounds_button.setAccessibleName(f"Round {number} of training: all rounds")
        self.next_round_button.setEnabled(can_go_on)

    def change_speed(self, by: int) -> None:
        """So many steps faster or slower: how long each layer stays, and how fast windows slide."""
        place = max(0, min(len(DWELLS) - 1, self.dwell_field.currentIndex() + by))
        self.dwell_field.setCurrentIndex(place)
        self._on_dwell(place)
        self._pace.choose(self._pace.index + by)

    def _on_dwell(self, index: int) -> None:
        self._pace.dwell = DWELLS[index]

    def _write_grains(self) -> None:
        """How far a step can go here."""
        theme = appearance.theme
        words: list[str] = []
        here = grain_here(self._granularity, self._nouns)
        for granularity in GRANULARITIES:
            noun = self._nouns[granularity]
            if not noun:
                continue
            chosen = granularity == here
            look = f"color:{theme.text}; font-weight:600" if chosen else f"color:{theme.muted}"
            words.append(f'<a href="{granularity}" style="text-decoration:none; {look}">by {noun}</a>')
        self._steps.setText(f"step {' · '.join(words)}")
