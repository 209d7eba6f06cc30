"""The bar at the foot of Step mode: buttons, how far a step goes, timeline, the example, the speed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.step.pace import DEFAULT_DWELL, DWELLS, Pace
from playground.ui.step.phases import PHASES, PhaseName, phase_text_colour
from playground.ui.step.timeline import Timeline
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import ElidedLabel, Separator, TextLabel
from playground.ui.widgets.icons import icon

Granularity = Literal["layer", "unit", "step"]
GRANULARITIES: tuple[Granularity, ...] = ("layer", "unit", "step")
HEIGHT = 88


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

    def __init__(self, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._pace = pace
        self._granularity: Granularity = "layer"
        self._nouns = {"layer": "layer", "unit": "unit", "step": "term"}
        self._phase: PhaseName = "forward"
        self._status = ""
        self.timeline = Timeline()
        self.timeline.clicked.connect(self.station_clicked)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Separator())
        row = QHBoxLayout()
        row.setContentsMargins(18, 14, 18, 8)
        row.setSpacing(22)
        row.addLayout(self._make_buttons())
        row.addLayout(self._make_middle(), 1)
        row.addLayout(self._make_right())
        outer.addLayout(row, 1)
        appearance.changed.connect(self._write_lines)
        self._write_lines()

    def _make_buttons(self) -> QVBoxLayout:
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
        self._steps = TextLabel("", "small", "muted")
        self._steps.setTextFormat(Qt.TextFormat.RichText)
        self._steps.linkActivated.connect(self._on_granularity)
        column = QVBoxLayout()
        column.setSpacing(5)
        column.addLayout(row)
        column.addWidget(self._steps)
        column.addStretch(1)
        self.set_playing(False)
        return column

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

    def _make_middle(self) -> QVBoxLayout:
        self.status_line = ElidedRichLine()
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.timeline)
        column.addWidget(self.status_line)
        column.addStretch(1)
        return column

    def _make_right(self) -> QVBoxLayout:
        self.previous_example = self._button("left", "Previous example")
        self.next_example = self._button("right", "Next example")
        for button, step in ((self.previous_example, -1), (self.next_example, 1)):
            button.setFixedSize(26, 26)
            button.clicked.connect(lambda _checked=False, by=step: self.example_moved.emit(by))
        self.example_label = ElidedLabel("", "small")
        self.example_label.setFixedWidth(118)
        self.example_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        example = QHBoxLayout()
        example.setSpacing(4)
        example.addWidget(self.previous_example)
        example.addWidget(self.example_label)
        example.addWidget(self.next_example)
        self.dwell_field = ChoiceField(tuple(f"{seconds:g} s a layer" for seconds in DWELLS))
        self.dwell_field.setFixedWidth(122)
        self.dwell_field.setCurrentIndex(DEFAULT_DWELL)
        self.dwell_field.setToolTip("How long each layer stays on screen while Play is on")
        self.dwell_field.setAccessibleName("Speed")
        self.dwell_field.currentIndexChanged.connect(self._on_dwell)
        speed = QHBoxLayout()
        speed.setSpacing(8)
        speed.addWidget(TextLabel("Speed", "small", "muted"), 1)
        speed.addWidget(self.dwell_field)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(example)
        column.addLayout(speed)
        column.addStretch(1)
        return column

    # ---- what is shown

    @property
    def granularity(self) -> Granularity:
        return self._granularity

    def set_granularity(self, granularity: Granularity) -> None:
        """How far the step buttons go."""
        if granularity != self._granularity:
            self._granularity = granularity
            self._write_lines()
            self.granularity_changed.emit(granularity)

    def set_nouns(self, unit: str, step: str) -> None:
        """What the units and the inner steps of the microscope on screen are called; empty where there is one only."""
        nouns = {"layer": "layer", "unit": unit, "step": step}
        if nouns != self._nouns:
            self._nouns = nouns
            self._write_lines()

    @property
    def steps_text(self) -> str:
        """The choice of how far a step goes, as it is written."""
        return self._steps.text()

    def set_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play", "accent_text"))
        self.play_button.setText("Pause" if playing else "Play")

    def set_status(self, phase: PhaseName, status: str) -> None:
        """The phase line: which of the four phases it is, and what is being shown."""
        self._phase, self._status = phase, status
        self._write_lines()

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

    def _on_dwell(self, index: int) -> None:
        self._pace.dwell = DWELLS[index]

    def _write_lines(self) -> None:
        theme = appearance.theme
        words: list[str] = []
        for granularity in GRANULARITIES:
            noun = self._nouns[granularity]
            if not noun:
                continue
            chosen = granularity == self._granularity
            look = f"color:{theme.text}; font-weight:600" if chosen else f"color:{theme.muted}"
            words.append(f'<a href="{granularity}" style="text-decoration:none; {look}">by {noun}</a>')
        self._steps.setText(f"step {' · '.join(words)}")
        parts = [
            f'<span style="color:{phase_text_colour(theme, phase) if phase == self._phase else theme.muted};'
            f'font-weight:{600 if phase == self._phase else 400}">{phase}</span>'
            for phase in PHASES
        ]
        arrow = f' <span style="color:{theme.disabled}">→</span> '
        self.status_line.setText(
            f'{arrow.join(parts)}&nbsp;&nbsp;&nbsp;&nbsp;<span style="color:{theme.muted}">{self._status}</span>'
        )


class ElidedRichLine(TextLabel):
    """One line of rich text that is cut off at the right, rather than asking for more room."""

    def __init__(self) -> None:
        super().__init__("", "small", "muted")
        self.setTextFormat(Qt.TextFormat.RichText)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height() + 2)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()
