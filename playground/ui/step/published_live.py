"""Keeps the live numbers beside the printed ones: those of the first round, whatever the user makes of the example."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.data import DataError
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.step.published_work import (
    Comparison,
    compare,
    compare_now,
    compare_recorded,
    differs,
    places_printed_of,
)
from playground.ui.step.recorder import sent_together

if TYPE_CHECKING:
    from playground.ui.step.recording import Request, Round

_CHUNK = 500
"""Rounds of training that are worked out at a time."""
_PAUSE = 0.3
"""Seconds for which a changed network has to stand still before later rounds of it are worked out."""


class PublishedLive(QObject):
    """Compares the worked example as it was published, and once it has been changed, as it is now.

    The work is done on the session's worker thread; `changed` tells of every piece of it.
    """

    changed = Signal()
    failed = Signal(str)
    """The published example cannot be worked out: why, in plain words."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._example = ""
        self._published: Comparison | None = None
        self._now: Comparison | None = None
        self._kept: dict[str, Comparison] = {}
        self._last: weakref.ref[Round] | None = None

    @property
    def comparison(self) -> Comparison | None:
        """What has been compared so far; None while the first round is being recorded."""
        return self._published if self._now is None else self._now

    @property
    def is_changed(self) -> bool:
        """Whether the user's network, examples or settings give other numbers than the published ones."""
        return self._now is not None

    @property
    def is_whole(self) -> bool:
        """Whether all has been worked out that can be."""
        found = self.comparison
        return found is not None and found.is_whole

    def begin(self, example: str) -> None:
        """Another document: this worked example, or "" for none."""
        self._example, self._now, self._last = example, None, None
        self._published = self._kept.get(example)
        if example and self._published is None:
            self._session.background.run(
                "published",
                lambda: compare(example),
                while_alive(self, lambda done: self._take(example, done)),
                while_alive(self, self._on_failed),
            )

    def follow(self, recorded: Round) -> None:
        """Another round is on screen, or the same one recorded anew. Later rounds are not compared."""
        if recorded.number != 1 or (self._last is not None and self._last() is recorded):
            return
        self._last = weakref.ref(recorded)
        self._judge(recorded)

    # ---- as it was published

    def _take(self, example: str, comparison: Comparison) -> None:
        if example != self._example:
            return
        self._published = self._kept[example] = comparison
        recorded = None if self._last is None else self._last()
        if recorded is not None:
            self._judge(recorded)
        self._show(comparison)

    def _on_failed(self, error: Exception) -> None:
        """The data of the example cannot be had, say; anything else is not the user's doing."""
        if not isinstance(error, DataError | OSError):
            raise error
        self.failed.emit(f"The published example could not be worked out: {error}")

    def _show(self, comparison: Comparison, delay: float = 0.0) -> None:
        """Tell of it if it is still wanted, and go on with its later rounds."""
        if comparison is not self._published and comparison is not self._now:
            return
        self.changed.emit()
        if not comparison.is_whole:
            self._session.background.run(
                "published" if comparison is self._published else "published now",
                lambda: comparison.go_on(_CHUNK),
                while_alive(self, lambda _: self._show(comparison)),
                delay=delay,
            )

    # ---- as it is now

    def _judge(self, recorded: Round) -> None:
        """Set the round on screen beside the published one; other examples have to be recorded for that."""
        if self._published is None:
            return
        publication, shown = self._published.publication, self._session.example_index
        places = places_printed_of(publication)
        if len(places) == 1:
            self._take_now(compare_recorded(publication, recorded.trace, places[0]))
            return
        requests = {place: self._request(recorded.request, place, shown) for place in places}
        self._session.background.run(
            "published now",
            lambda: compare_now(publication, requests),
            while_alive(self, lambda found: self._take_now(found, recorded)),
            while_alive(self, self._on_unfit),
        )

    def _request(self, request: Request, place: int, shown: int) -> Request:
        """The round on screen, for another example."""
        samples = self._session.samples
        if place == shown or samples is None or place >= self._session.example_count:
            return request
        x, target = sent_together(self._session, samples, place, len(request.x), request.x.shape[1:])
        return replace(request, x=x, target=target)

    def _take_now(self, found: Comparison, recorded: Round | None = None) -> None:
        if recorded is not None and (self._last is None or self._last() is not recorded):
            return
        was_changed, published = self.is_changed, self._published
        self._now = found if published is not None and differs(published, found) else None
        if self._now is not None:
            self._show(self._now, _PAUSE)
        elif was_changed:
            self.changed.emit()

    def _on_unfit(self, error: Exception) -> None:
        """One of the examples does not fit the network any more: nothing is known of any."""
        from playground.engine.compile import CompileError

        if not isinstance(error, CompileError):
            raise error
        if self._published is not None:
            self._take_now(Comparison(self._published.publication))
