"""The open document: one experiment, its undo history, and one change signal. Every edit goes through `apply`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from playground.graph.experiment import Experiment
from playground.graph.model import Graph

Listener = Callable[[Experiment, Experiment], None]
"""Called after each change with the experiment before and after."""

HISTORY_LIMIT = 500
"""Undo steps kept. Snapshots share all nodes that did not change, so a step costs a few kilobytes."""


@dataclass(frozen=True)
class Step:
    """One entry of the history: the label of the edit that led here, and what the experiment then was."""

    label: str
    experiment: Experiment


class Document:
    """The only holder of the truth. Views subscribe, redraw from (before, after), and keep nothing."""

    def __init__(self, experiment: Experiment | None = None) -> None:
        self._steps = [Step("", experiment or Experiment())]
        self._index = 0
        self._saved: Experiment | None = self._steps[0].experiment
        self._merge: object = None
        self._listeners: list[Listener] = []

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._steps[self._index].experiment

    @property
    def graph(self) -> Graph:
        """The network as it is now."""
        return self.experiment.graph

    def apply(self, label: str, experiment: Experiment, merge: object = None) -> None:
        """Make `experiment` the present, as one undo step called `label` ("Add Conv 2D").

        Edits in a row with an equal `merge` that is not None become one step: a drag, or typing into one field.
        An experiment equal to the present is no edit.
        """
        before = self.experiment
        if experiment == before:
            return
        merging = merge is not None and merge == self._merge and self._index == len(self._steps) - 1 > 0
        del self._steps[self._index + (0 if merging else 1) :]
        self._steps.append(Step(label, experiment))
        del self._steps[: max(0, len(self._steps) - HISTORY_LIMIT - 1)]
        self._index = len(self._steps) - 1
        self._merge = merge
        self._notify(before)

    def edit(self, label: str, graph: Graph, merge: object = None) -> None:
        """`apply` for an edit that changes the network only."""
        self.apply(label, replace(self.experiment, graph=graph), merge)

    def end_merge(self) -> None:
        """The gesture is over: the next edit starts a step of its own."""
        self._merge = None

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None."""
        return self._steps[self._index].label if self._index else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, or None."""
        return self._steps[self._index + 1].label if self._index + 1 < len(self._steps) else None

    def undo(self) -> None:
        """Go one step back, if there is one."""
        self.go_to(self._index - 1)

    def redo(self) -> None:
        """Go one step forward, if there is one."""
        self.go_to(self._index + 1)

    def go_to(self, index: int) -> None:
        """Go to a step of the history; an index outside it does nothing."""
        if 0 <= index < len(self._steps) and index != self._index:
            before = self.experiment
            self._index = index
            self._merge = None
            self._notify(before)

    @property
    def history(self) -> tuple[tuple[Step, ...], int]:
        """All steps, oldest first, and the index of the present one."""
        return tuple(self._steps), self._index

    @property
    def is_modified(self) -> bool:
        """Whether the experiment differs from what was last saved or opened."""
        return self.experiment != self._saved

    def mark_saved(self, experiment: Experiment | None = None) -> None:
        """What is on disk now is this experiment (the present one by default)."""
        self._saved = experiment or self.experiment

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; returns a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _notify(self, before: Experiment) -> None:
        for listener in tuple(self._listeners):
            listener(before, self.experiment)
