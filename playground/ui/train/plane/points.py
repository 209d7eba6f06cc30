"""The points on the large map: which of them are for training, for validation and for the test."""

from __future__ import annotations

from PySide6.QtCore import QObject

from playground.data import DataError, Split
from playground.train.preparation import split_for
from playground.ui.session import Session
from playground.ui.train.plane.output import PlaneOutput, Points


class PlanePoints(QObject):
    """Divides the data as training does, off the GUI thread, whenever data or seed are others."""

    def __init__(self, session: Session, output: PlaneOutput) -> None:
        super().__init__(output)
        self._session, self._output = session, output
        self._known: object = None
        self._has_validation = False

    @property
    def legend(self) -> str:
        """How the kinds of points can be told apart."""
        shown = ["white rim: training"]
        if self._has_validation:
            shown.append("black: validation")
        if self._output.shows_test:
            shown.append("□ test")
        return " · ".join(shown)

    def follow(self) -> None:
        """The experiment may be another one."""
        experiment = self._session.experiment
        asked = (experiment.data, experiment.seed, self._session.samples is None)
        if asked == self._known:
            return
        self._known = asked
        self._session.background.run(
            "plane points", lambda: (asked, split_for(experiment)), self._on_split, self._on_failed
        )

    def _on_split(self, found: tuple[object, Split]) -> None:
        asked, split = found
        if asked != self._known:
            return
        classes = len(self._session.data_set.classes)
        parts = {
            "training": (split.x_train, split.y_train),
            "validation": (split.x_validation, split.y_validation),
            "test": (split.x_test, split.y_test),
        }
        self._has_validation = len(split.x_validation) > 0
        worth = {kind: y.reshape(len(y), -1)[:, 0].astype(float) for kind, (_, y) in parts.items() if len(y)}
        self._output.set_points({kind: Points(parts[kind][0], each, classes) for kind, each in worth.items()})

    def _on_failed(self, error: Exception) -> None:
        """The session says why the data cannot be had; here there are no points then."""
        self._output.set_points({})
        if not isinstance(error, DataError | OSError):
            raise error
