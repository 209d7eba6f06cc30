"""The window of the optimizer race: methods walk from one start, on a classical surface or the network’s loss."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground.train.relief.race import METHODS, MOST_STEPS
from playground.train.relief.surfaces import SURFACES, Point
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.controller import TrainingController
from playground.ui.train.plot_look import dress_plot
from playground.ui.train.relief.colours import METHOD_ROLES, colour_of
from playground.ui.train.relief.panel import ReliefPanel, fit_on_screen
from playground.ui.train.relief.race_grounds import RaceGround, classical_ground
from playground.ui.train.relief.race_runner import RaceRunner, RaceView, TrackView
from playground.ui.train.relief.race_table import RaceTable
from playground.ui.train.relief.relief import Trail
from playground.ui.train.relief.surface_view import SurfaceView
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.one_window import show_one
from playground.ui.widgets.segmented import SegmentedSwitch

_FORM, _CURVES = 300, 150
_SPEEDS = {"1 step a second": 1.0, "5 steps a second": 5.0, "20 steps a second": 20.0, "100 steps a second": 100.0}
_SPEEDS["as fast as it can"] = 100_000.0
_NETWORK = "Your network’s loss…"


class RaceWindow(QDialog):
    """Play, pause, step and reset; a click on the map chooses the start, and every change begins the race again."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._network: RaceGround | None = None
        self.ground = classical_ground(next(iter(SURFACES)))
        self.start: Point = self.ground.start
        self._is_showing = False
        self.view: RaceView | None = None
        self.setWindowTitle("Optimizer race")
        self.runner = RaceRunner(self)
        self.surface = ChoiceField((*(surface.title for surface in SURFACES.values()), _NETWORK), prose=True)
        self.idea = TextLabel("", "small", "muted", wrap=True)
        self.formula = Formula("", 13.0)
        self.start_x, self.start_y = DecimalField(-1e6, 1e6), DecimalField(-1e6, 1e6)
        self.table = RaceTable()
        self.play = IconButton("play", "Play", "Go on (Space)", "primary")
        self.step_button = IconButton("step", "Step", "One step of everyone (Right)")
        self.reset = IconButton("reset", "Reset", "Everyone back to the start (Home)")
        self.speed = ChoiceField(tuple(_SPEEDS), prose=True)
        self.speed.setAccessibleName("Speed")
        self.status = TextLabel("", "mono_small", "muted")
        self.panel = ReliefPanel()
        self.curves = pg.PlotWidget()
        self._lines: dict[str, pg.PlotCurveItem] = {}
        self.words = TextLabel("", wrap=True)
        self._make_curves()
        self._lay_out()
        self._connect()
        self._dress()
        fit_on_screen(self, 1140, 800)
        self.take_ground(self.ground)
        self.play.setFocus()

    # ---- layout

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(18, 16, 14, 12)
        column.setSpacing(6)
        column.addWidget(SectionHeading("Surface"))
        for widget in (self.surface, self.formula, self.idea):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(SectionHeading("Start"))
        places = QWidget()
        row = QHBoxLayout(places)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, field in (("across", self.start_x), ("upwards", self.start_y)):
            field.setAccessibleName(f"Start, {name}")
            field.setFixedWidth(84)
            row.addWidget(field)
        places.setFocusProxy(self.start_x)
        column.addWidget(FieldRow("Place", places, "Where everyone begins. A click on the map chooses it, too."))
        column.addSpacing(8)
        column.addWidget(SectionHeading("Racers"))
        column.addWidget(self.table)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(_FORM)
        right = QVBoxLayout()
        right.setContentsMargins(8, 14, 18, 14)
        right.setSpacing(10)
        right.addLayout(self._transport())
        right.addWidget(self.panel, 1)
        right.addWidget(self.curves)
        right.addWidget(self.words)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll)
        whole.addLayout(right, 1)

    def _transport(self) -> QHBoxLayout:
        """Play, step and reset, how fast, and how far it has come."""
        transport = QHBoxLayout()
        transport.setSpacing(8)
        for button in (self.play, self.step_button, self.reset):
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            transport.addWidget(button)
        self.speed.setCurrentIndex(2)
        transport.addWidget(self.speed)
        transport.addStretch(1)
        transport.addWidget(self.status)
        return transport

    def _make_curves(self) -> None:
        self.curves.setFixedHeight(_CURVES)
        self.curves.setAccessibleName("Height over steps")
        self.curves.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.curves.getPlotItem()
        assert item is not None
        item.hideButtons()
        item.setMenuEnabled(False)
        item.getViewBox().setMouseEnabled(False, False)
        item.setLabel("bottom", "step")
        item.getAxis("left").enableAutoSIPrefix(False)
        item.getAxis("left").setWidth(72)
        for key in METHODS:
            self._lines[key] = pg.PlotCurveItem(connect="finite")
            self.curves.addItem(self._lines[key])

    def _connect(self) -> None:
        self.surface.activated.connect(self._on_surface)
        self.table.changed.connect(self.restart)
        for field in (self.start_x, self.start_y):
            field.valueChanged.connect(self._on_typed_start)
        self.panel.chosen.connect(self.start_at)
        self.panel.logarithmic.toggled.connect(self._draw_curves)
        self.play.clicked.connect(self.toggle)
        self.step_button.clicked.connect(self.runner.step)
        self.reset.clicked.connect(self._on_reset)
        self.speed.activated.connect(self._on_speed)
        self.runner.advanced.connect(self._on_advanced)
        self.runner.playing_changed.connect(self._show_playing)
        self.runner.failed.connect(self._on_failed)
        self.panel.contour.let_choose(True)
        for keys, act in (("Space", self.toggle), ("Right", self.runner.step), ("Home", self._on_reset)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        appearance.changed.connect(self._dress)
        self.finished.connect(self.runner.close)

    def event(self, event: QEvent) -> bool:
        """Lists, switches and the surface keep their own keys, and Space presses the button that has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = self.focusWidget()
            is_own = isinstance(focused, QComboBox | SurfaceView)
            is_own = is_own or (focused is not None and isinstance(focused.parentWidget(), SegmentedSwitch))
            is_button = isinstance(focused, QAbstractButton) and focused is not self.play
            presses = event.key() == Qt.Key.Key_Space and is_button
            if is_own or presses:
                event.accept()
                return True
        return super().event(event)

    # ---- the ground and the start

    def take_ground(self, ground: RaceGround) -> None:
        """Race on this; the rates that suit it are taken, and everyone stands at its start."""
        if ground.key == "network":
            self._network = ground
        self.ground, self.start = ground, ground.start
        keys = [*SURFACES, "network"]
        self.surface.setCurrentIndex(keys.index(ground.key))
        self.idea.setText(ground.idea)
        self.formula.set_latex(ground.formula)
        self.formula.setVisible(bool(ground.formula))
        self.runner.play(False)
        self.panel.show_trails(())
        self.panel.show_relief(ground.relief, is_new=True)
        item = self.curves.getPlotItem()
        assert item is not None
        item.setLabel("left", ground.relief.word)
        self._show_start()
        self.table.suggest(ground.rates)

    def _on_surface(self, index: int) -> None:
        if index < len(SURFACES):
            self.take_ground(classical_ground(list(SURFACES)[index]))
        elif self._network is not None:
            self.take_ground(self._network)
        else:
            self.surface.setCurrentIndex([*SURFACES, "network"].index(self.ground.key))
            self._open_landscape()

    def _open_landscape(self) -> None:
        """The network's landscape has to be measured first; from there the race comes back to this window."""
        from playground.ui.train.relief.landscape_window import open_landscape

        parent = self.parentWidget()
        if parent is not None:
            open_landscape(self._session, self._controller, parent)
            self.words.setText("Measure a landscape of your network there, then choose “Optimizer race here…”.")

    def start_at(self, x: float, y: float) -> None:
        """Begin there."""
        self.start = (x, y)
        self._show_start()
        self.restart()

    def _show_start(self) -> None:
        self._is_showing = True
        self.start_x.setValue(float(f"{self.start[0]:.4g}"))
        self.start_y.setValue(float(f"{self.start[1]:.4g}"))
        self._is_showing = False

    def _on_typed_start(self) -> None:
        if not self._is_showing:
            self.start = (self.start_x.value(), self.start_y.value())
            self.restart()

    # ---- the race

    def restart(self) -> None:
        """Everyone back to the start, with the rates and the momentum that are set now."""
        self.words.setText("")
        for key in METHODS:
            self.table.show_result(key, "")
        self.runner.begin(self.ground, self.start, self.table.racers)

    def toggle(self) -> None:
        """Play or pause; a race that is over begins again."""
        if self.view is not None and self.view.is_over and not self.runner.is_playing:
            self.restart()
        self.runner.play(not self.runner.is_playing)

    def _on_reset(self) -> None:
        self.runner.play(False)
        self.restart()

    def _on_speed(self, index: int) -> None:
        self.runner.speed = list(_SPEEDS.values())[index]

    def _show_playing(self, playing: bool) -> None:
        if playing:
            self.play.set_look("pause", "Pause", "Wait (Space)")
        else:
            self.play.set_look("play", "Play", "Go on (Space)")

    def _on_failed(self, message: str) -> None:
        self.words.setText(message)
        self.words.set_tone("warning")

    # ---- showing

    def _on_advanced(self, view: RaceView) -> None:
        self.view = view
        steps = "1 step" if view.steps == 1 else f"{count(view.steps)} steps"
        self.status.setText(steps)
        trails = tuple(
            Trail(METHODS[track.method].title, track.points, track.heights, METHOD_ROLES[track.method])
            for track in view.tracks
        )
        self.panel.show_trails(trails, self.start)
        for track in view.tracks:
            self._show_result(track)
        self._draw_curves()
        self._say(view)

    def _show_result(self, track: TrackView) -> None:
        here = f"{self.ground.relief.word} {short(track.heights[-1], 4)}"
        if track.is_lost:
            self.table.show_result(track.method, "flew off: the steps are too large", is_bad=True)
        elif track.arrived is not None:
            self.table.show_result(track.method, f"near after {count(track.arrived)} · {here}", is_good=True)
        else:
            self.table.show_result(track.method, here)

    def _draw_curves(self) -> None:
        """The heights over the steps, on the scale of the map."""
        relief, view = self.panel.relief, self.view
        if relief is None or view is None:
            return
        shown = {track.method: track for track in view.tracks}
        lowest = min((track.lowest for track in view.tracks), default=0.0)
        logarithmic = relief.logarithmic and lowest > 0
        floor = 1e-6 * max(relief.high, 1e-12)
        for key, line in self._lines.items():
            track = shown.get(key)
            if track is None:
                line.setData([], [])
            else:
                heights = np.minimum(track.heights, 4 * relief.high)
                line.setData(track.steps, np.log10(np.maximum(heights, floor)) if logarithmic else heights)
        item = self.curves.getPlotItem()
        assert item is not None
        item.getAxis("left").setLogMode(y=logarithmic)
        item.getViewBox().setXRange(0, max(10, view.steps), padding=0.01)

    def _say(self, view: RaceView) -> None:
        """Who is ahead, in words."""
        standing = [track for track in view.tracks if not track.is_lost]
        if not view.tracks:
            self.words.setText("Tick at least one method on the left.")
            return
        if not view.steps or not standing:
            crosses = " Crosses mark the minima." if self.ground.minima else ""
            text = (
                f"Press Play, or click on the map to begin elsewhere.{crosses}" if standing else "Everyone flew off. "
            )
            self.words.setText(text if standing else f"{text}Choose smaller rates, or another start.")
            self.words.set_tone("muted" if standing else "warning")
            return
        there = sorted((t for t in standing if t.arrived is not None), key=lambda t: t.arrived or 0)
        lowest = min(standing, key=lambda track: track.heights[-1])
        word = self.ground.relief.word
        text = f"Lowest now: {METHODS[lowest.method].title}, {word} {short(lowest.heights[-1], 4)}."
        if there:
            names = ", ".join(f"{METHODS[t.method].title} ({count(t.arrived or 0)})" for t in there)
            text = f"First near a minimum, after so many steps: {names}. {text}"
        if view.steps >= MOST_STEPS:
            text += f" The race ends after {count(MOST_STEPS)} steps."
        self.words.set_tone("text")
        self.words.setText(text)

    def _dress(self) -> None:
        theme = appearance.theme
        dress_plot(self.curves)
        for key, line in self._lines.items():
            line.setPen(pg.mkPen(colour_of(theme, METHOD_ROLES[key]), width=1))


def open_race(session: Session, controller: TrainingController, parent: QWidget) -> RaceWindow:
    """Show the window; if it is open already, the one there is."""
    return show_one(RaceWindow, parent, lambda: RaceWindow(session, controller, parent))
