"""All runs as one list: that of the document, those beside it, and those that are kept. Nothing is drawn in here."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from playground.data import DataError, data_set
from playground.graph.experiment import Experiment
from playground.train.history import History
from playground.train.runs.differences import in_short, network_in_words
from playground.train.runs.result import RunResult, result_of
from playground.train.runs.store import KeptRun
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.runs.side_runs import SideRun
from playground.ui.widgets.numbers import short

THIS = "this"
"""The key of the document's run while it is not kept."""

_LIVE = {"waiting": "waits for its turn", "preparing": "begins", "running": "training", "paused": "paused"}


@dataclass(frozen=True, eq=False)
class RunRow:
    """One run, wherever it comes from. `base` is the experiment that the document shows, for comparison.

    `state` says in words what it is doing; empty for a run that is over. `ended` is in seconds since 1970, infinite for
    a run that is not over. `role` is its colour on the chart, empty where it is not drawn.
    """

    key: str
    name: str
    experiment: Experiment
    history: History
    base: Experiment
    state: str = ""
    message: str = ""
    ended: float = math.inf
    role: str = ""
    is_this: bool = False
    kept: KeptRun | None = None
    side: SideRun | None = None

    @property
    def is_over(self) -> bool:
        return not self.state

    def is_as(self, other: RunRow) -> bool:
        """Whether both say the same of the same run, and neither will grow."""
        mine = (self.kept, self.side, self.history, self.base, self.role, self.is_this)
        theirs = (other.kept, other.side, other.history, other.base, other.role, other.is_this)
        return self.is_over and other.is_over and all(one is two for one, two in zip(mine, theirs, strict=True))

    @property
    def can_be_named(self) -> bool:
        return self.kept is not None or self.side is not None

    @property
    def can_be_shown(self) -> bool:
        """The document's own run is always drawn."""
        return not self.is_this

    @cached_property
    def result(self) -> RunResult:
        return result_of(self.history)

    @cached_property
    def network(self) -> str:
        return network_in_words(self.experiment.graph)

    @cached_property
    def differs(self) -> str:
        """What is other than in the open document."""
        return in_short(self.experiment, self.base) or "nothing"

    @cached_property
    def data(self) -> str:
        try:
            return data_set(self.experiment.data.name).title
        except DataError:
            return "own data, gone"

    @property
    def when(self) -> str:
        """When it ended, or what it is doing."""
        if self.state:
            return self.state
        then, now = time.localtime(self.ended), time.localtime()
        clock = time.strftime("%H:%M", then)
        if then[:3] == now[:3]:
            return f"today {clock}"
        return f"{then.tm_mday} {time.strftime('%b', then)} {clock if then[0] == now[0] else then[0]}"

    @property
    def accuracy(self) -> str:
        """The best on the validation examples: per cent, or by how much the values are off."""
        return self._right(self.result.validation_accuracy, self.result.validation_error)

    @property
    def test(self) -> str:
        """The same of the test examples, at the end."""
        return self._right(self.result.test_accuracy, self.result.test_error)

    def _right(self, accuracy: float, error: float) -> str:
        if math.isfinite(accuracy):
            return f"{100 * accuracy:.2f} %"
        if not math.isfinite(error):
            return "–"
        try:
            unit = data_set(self.experiment.data.name).unit
        except DataError:
            unit = ""
        return f"± {short(error, 3)} {unit}".strip()


def run_rows(session: Session, controller: TrainingController, known: Sequence[RunRow] = ()) -> list[RunRow]:
    """Every run: that of the document first while it is not kept, then what trains beside it, then the newest kept.

    Of the rows that are `known` those are taken again about which nothing is new.
    """
    kept_runs, base = controller.kept_runs, session.experiment
    live = controller.state if controller.is_live else ""
    rows: list[RunRow] = []
    main = kept_runs.run_of(kept_runs.main_key) if kept_runs.main_key else None
    if len(controller.history) and main is None:
        rows.append(_row(THIS, "this run", kept_runs.main_experiment, controller.history, base, live, True))
    side_by_key = {run.key: run for run in controller.side_runs.runs if run.key}
    rows += [_side_row(run, base) for run in controller.side_runs.runs if kept_runs.run_of(run.key) is None]
    roles = {run.key: role for run, role in kept_runs.shown}
    before = {row.key: row for row in known}
    for run in kept_runs.runs:
        side, is_this = side_by_key.get(run.key), run is main
        side_role = side.role if side is not None and side.is_shown else ""
        row = RunRow(
            *(run.key, run.name, run.experiment, controller.history if is_this else run.history, base),
            *(_LIVE.get(live, "") if is_this else "", run.message, run.ended),
            *(roles.get(run.key, side_role), is_this, run, side),
        )
        old = before.get(run.key)
        rows.append(old if old is not None and row.is_as(old) else row)
    return rows


def _row(
    key: str, name: str, experiment: Experiment, history: History, base: Experiment, state: str, is_this: bool
) -> RunRow:
    return RunRow(key, name, experiment, history, base, _LIVE.get(state, "not kept yet"), is_this=is_this)


def _side_row(run: SideRun, base: Experiment) -> RunRow:
    state = {**_LIVE, "running": f"training · {100 * run.fraction:.0f} %"}.get(run.state, "")
    role = run.role if run.is_shown else ""
    ended = time.time() if run.is_over else math.inf
    name, history = run.title, run.history
    return RunRow(f"side{run.number}", name, run.experiment, history, base, state, run.message, ended, role, side=run)
