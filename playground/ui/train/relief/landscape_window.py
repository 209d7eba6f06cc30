"""The window of the loss landscape: the loss around the present weights, and the way that the run took through it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.graph.experiment import Experiment
from playground.train.preparation import same_run
from playground.train.relief.surfaces import Floats
from playground.train.showing.moments import Moment
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.relief.landscape_form import LandscapeForm
from playground.ui.train.relief.landscape_job import LandscapeJob, Ready, Wanted, way_of
from playground.ui.train.relief.panel import ReliefPanel, fit_on_screen
from playground.ui.train.relief.relief import Trail
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count, duration, short
from playground.ui.widgets.one_window import show_one

_FORM = 286
_WORK = 60_000_000
"""Multiply-adds for one point that are quick enough."""
_NEAR = 14
"""Pixels from the way within which a click means it."""
_SOON, _FOLLOW = 350, 700
"""Milliseconds until a change of the form is obeyed, and between two looks at where the run is."""


class LandscapeWindow(QDialog):
    """Measures at once, coarsely first; every change in the form measures anew. Training can go on beside it."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._way: Floats = np.zeros((0, 2))
        self._positions: tuple[float, ...] = ()
        self._seen = 1.0
        self._looked_at: Moment | None = None
        self._is_new = True
        self.setWindowTitle("Loss landscape")
        self.job = LandscapeJob(self)
        self.form = LandscapeForm()
        self.panel = ReliefPanel()
        self.words = TextLabel("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How much is measured")
        self.status = TextLabel("", "small", "muted")
        self.again = QPushButton("Measure again")
        self.race = QPushButton("Optimizer race here…")
        self._soon, self._follow = QTimer(self), QTimer(self)
        for timer, wait, act in ((self._soon, _SOON, self.measure), (self._follow, _FOLLOW, self._place_again)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(act)
        self._lay_out()
        self._connect()
        fit_on_screen(self, 1100, 760)
        analysis = session.analysis
        self.form.examples.setValue(usual_examples(0 if analysis is None else analysis.multiply_adds))
        self._soon.stop()
        self.measure()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(18, 16, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(_FORM)
        progress = QHBoxLayout()
        progress.setSpacing(10)
        self.bar.setFixedWidth(160)
        progress.addWidget(self.bar)
        progress.addWidget(self.status, 1)
        for button in (self.again, self.race):
            button.setAutoDefault(False)
            progress.addWidget(button)
        self.again.setToolTip("Around the weights as they are now")
        self.race.setToolTip("Let SGD, momentum, Adam and others walk down this landscape from one start")
        right = QVBoxLayout()
        right.setContentsMargins(8, 14, 18, 14)
        right.setSpacing(10)
        right.addWidget(self.panel, 1)
        right.addWidget(self.words)
        right.addLayout(progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(scroll)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        session, job, looking = self._session, self.job, self._controller.looking
        self.form.changed.connect(self._soon.start)
        self.again.clicked.connect(self._on_again)
        self.race.clicked.connect(self._open_race)
        job.ready.connect(self._on_ready)
        job.grown.connect(self._on_grown)
        job.ended.connect(self._on_ended)
        job.failed.connect(self._on_failed)
        job.placed.connect(self._on_placed)
        looking.changed.connect(self._on_looking)
        self.panel.chosen.connect(self._look_back)
        self.panel.contour.can_choose = True
        looking.moments_changed.connect(self._on_run)
        session.experiment_changed.connect(self._on_experiment)
        self.finished.connect(job.close)

    # ---- measuring

    @Slot()
    def measure(self) -> None:
        """Measure the landscape that the form asks for, around the weights that are looked at."""
        self._soon.stop()
        if not self.isVisible() and self.job.wanted is not None:
            return
        obstacle = self._controller.obstacle
        if obstacle:
            self.job.forget()
            self._on_failed(obstacle)
            return
        form, way = self.form, way_of(self._controller.looking.moments)
        form.let_follow(len(way) > 1)
        wanted = Wanted(
            self._session.experiment,
            dict(self._controller.looking.state),
            way,
            form.kind,
            form.seed,
            form.how_far,
            form.places,
            form.fits_way.isChecked() and len(way) > 1,
            form.examples.value(),
            form.part,
            form.size,
        )
        self._is_new = True
        self.job.start(wanted)
        if self.panel.relief is None:
            self.panel.show_note("Getting ready …")
        self._show_progress()

    def _on_again(self) -> None:
        if self.job.is_running:
            self.job.cancel()
        else:
            self.measure()

    # ---- what comes back

    def _on_ready(self, ready: Ready) -> None:
        self.form.show_centre(ready.ground.centre, ready.places)
        self._way, self._positions, self._seen = ready.way, ready.positions, ready.seen

    def _on_grown(self) -> None:
        self.panel.show_relief(self.job.relief, is_new=self._is_new)
        self._is_new = self._is_new and self.job.done < 64
        self._show_way()
        self._show_progress()
        self._say()

    def _on_ended(self) -> None:
        if self.job.done:
            self._on_grown()
        self._show_progress()
        self._say()

    def _on_failed(self, message: str) -> None:
        self.words.setText("")
        self.panel.show_note(message, "warning")
        self._show_progress()

    def _show_progress(self) -> None:
        job = self.job
        self.bar.setVisible(job.is_running)
        self.bar.setRange(0, max(1, job.total))
        self.bar.setValue(job.done)
        self.again.setText("Cancel" if job.is_running else "Measure again")
        self.race.setEnabled(job.made is not None and bool(job.done) and not job.is_running)
        if job.is_running and not job.done:
            self.status.setText("Getting ready …")
        elif job.is_running:
            self.status.setText(f"{count(job.done)} of {count(job.total)} points · {duration(job.seconds_left)} left")
        elif job.done < job.total:
            self.status.setText(f"{count(job.done)} of {count(job.total)} points measured")
        else:
            self.status.setText(f"{count(job.total)} points measured" if job.total else "")

    def _say(self) -> None:
        """What can be read from it, in words."""
        relief, made = self.panel.relief, self.job.made
        if relief is None or made is None:
            return
        examples = f"{count(made.ground.examples)} {self.form.part} example{'s' if made.ground.examples != 1 else ''}"
        here = relief.at(*made.plane.origin)
        text = f"Loss on {examples}: {short(here, 4)} at the ring, where the weights were when this was measured; "
        text += f"{short(relief.low, 4)} at the lowest point measured."
        if len(self._way) > 1:
            seen = 100 * self._seen
            text += f" The line is the way of the run, seen from above: this plane shows {short(seen, 2)} % of it"
            text += "; the rest of the movement is in other directions." if seen < 99 else "."
            text += " A click on it goes to that moment."
        elif made.plane.kind != "path":
            text += " Train with this document open, and the way of the run is drawn here."
        self.words.set_tone("text")
        self.words.setText(text)

    # ---- the run

    def _show_way(self) -> None:
        made = self.job.made
        if made is None:
            return
        heights = np.full(len(self._way), np.nan)
        here = -1
        if self._controller.looking.moment is not None and self._positions:  # the past is looked at
            away = np.abs(np.array(self._positions) - self._controller.looking.position)
            here = int(away.argmin())
        trails = (Trail("way of the run", self._way, heights, "activation", here),) if len(self._way) > 1 else ()
        self.panel.show_trails(trails, made.plane.origin)

    @Slot()
    def _on_run(self) -> None:
        if not self._follow.isActive():
            self._follow.start()

    @Slot()
    def _on_looking(self) -> None:
        """The dot goes to the moment that is looked at."""
        moment = self._controller.looking.moment
        if self.isVisible() and moment is not self._looked_at:
            self._looked_at = moment
            self._show_way()

    def _look_back(self, x: float, y: float) -> None:
        """A click on the way goes to that moment, in the whole of Train."""
        contour = self.panel.contour
        if len(self._way) < 2 or len(self._way) != len(self._positions):
            return
        clicked = contour.place_of(x, y)
        away = [(contour.place_of(*point) - clicked).manhattanLength() for point in self._way.tolist()]
        nearest = int(np.argmin(away))
        if away[nearest] > _NEAR:
            return
        if nearest == len(away) - 1:
            self._controller.looking.look_at_now()
        else:
            self._controller.looking.look_at(self._positions[nearest])

    def _place_again(self) -> None:
        way = way_of(self._controller.looking.moments)
        self.form.let_follow(len(way) > 1)
        if (
            self.isVisible()
            and self.job.wanted is not None
            and same_run(self.job.wanted.experiment, self._session.experiment)
        ):
            self.job.place_again(way)

    def _on_placed(self, way: Floats, positions: tuple[float, ...], seen: float) -> None:
        self._way, self._positions, self._seen = way, positions, seen
        self._show_way()
        self._say()

    @Slot(object, object)
    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        if not same_run(before, after):
            self.job.cancel()
            self._soon.start()

    # ---- the race

    def _open_race(self) -> None:
        from playground.ui.train.relief.race_grounds import network_ground
        from playground.ui.train.relief.race_window import open_race

        made, relief = self.job.made, self.panel.relief
        if made is not None and relief is not None:
            parent = self.parentWidget()
            race = open_race(self._session, self._controller, self if parent is None else parent)
            race.take_ground(network_ground(made.ground, made.plane, relief, self._way))


def usual_examples(multiply_adds: int) -> int:
    """On how many examples to measure at first: fewer where each of them costs much."""
    return next((count for count in (256, 128) if count * multiply_adds <= _WORK), 64)


def open_landscape(session: Session, controller: TrainingController, parent: QWidget) -> LandscapeWindow:
    """Show the window; if it is open already, the one there is."""
    return show_one(LandscapeWindow, parent, lambda: LandscapeWindow(session, controller, parent))
