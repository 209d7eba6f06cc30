"""Work off the GUI thread: functions run one after the other on a worker thread, results come back as GUI events.

Of several waiting jobs of one kind only the newest runs; that is what a view wants that shows the present.
"""

from __future__ import annotations

import atexit
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot
from shiboken6 import isValid

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class _Job:
    kind: str
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None] | None
    begins: float
    """When it may begin, on the monotonic clock."""


class _Loop(QThread):
    """Takes jobs until told to end. `finished_job` is emitted from this thread and queued to the GUI thread."""

    finished_job = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, _Job] = {}
        self._changed = threading.Condition()
        self._ending = self._is_working = False

    @property
    def is_idle(self) -> bool:
        with self._changed:
            return not self._is_working and self._due() is None

    def put(self, job: _Job) -> None:
        with self._changed:
            self._waiting.pop(job.kind, None)
            self._waiting[job.kind] = job
            self._changed.notify()

    def drop(self, kind: str) -> None:
        with self._changed:
            for waiting in [waiting for waiting in self._waiting if waiting.startswith(kind)]:
                del self._waiting[waiting]

    def _due(self) -> _Job | None:
        """The job that has waited longest of those that may begin."""
        now = time.monotonic()
        return next((job for job in self._waiting.values() if job.begins <= now), None)

    def _next(self) -> _Job | None:
        """Wait for the next job; None at the end."""
        while not self._ending:
            if (job := self._due()) is not None:
                return job
            soonest = min((waiting.begins for waiting in self._waiting.values()), default=math.inf)
            self._changed.wait(None if soonest == math.inf else max(0.0, soonest - time.monotonic()))
        return None

    def end(self) -> None:
        with self._changed:
            self._ending = True
            self._waiting.clear()
            self._changed.notify()

    def run(self) -> None:
        while True:
            with self._changed:
                job = self._next()
                if job is None:
                    return
                del self._waiting[job.kind]
                self._is_working = True
            try:
                result, error = job.work(), None
            except Exception as caught:  # noqa: BLE001  (whatever it is, the GUI thread must hear of it)
                result, error = None, caught
            self._is_working = False
            if not self._ending:
                self.finished_job.emit(job, result, error)


class Background(QObject):
    """One worker thread of the window. `failed` reports exceptions that a job did not take itself."""

    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = _Loop()
        self._loop.finished_job.connect(self._deliver)
        self._loop.start()

    def run(
        self,
        kind: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        delay: float = 0.0,
    ) -> None:
        """Run `work` on the worker thread, then `done(result)` (or `failed(error)`) on the GUI thread.

        A job of the same kind that has not begun is dropped. It begins after `delay` seconds at the earliest: what can
        wait leaves the interpreter to the GUI thread that long. `work` must not touch widgets or the document.
        """
        self._loop.put(_Job(kind, work, done, failed, time.monotonic() + delay))

    def drop(self, kind: str) -> None:
        """Nobody wants to know any more: jobs whose kind begins so, and that have not begun, are not run."""
        self._loop.drop(kind)

    @Slot(object, object, object)
    def _deliver(self, job: _Job, result: object, error: Exception | None) -> None:
        if _is_gone(job.done):
            return
        if error is None:
            job.done(result)
        elif job.failed is not None:
            job.failed(error)
        else:
            log.error("background job %s failed", job.kind, exc_info=error)
            self.failed.emit(job.kind, error)

    @property
    def is_idle(self) -> bool:
        """Whether no job is running, or about to."""
        return self._loop.is_idle

    def close(self) -> None:
        """End the thread; the job that is running is waited for, its result dropped."""
        self._loop.end()
        self._loop.wait()

    def leave(self) -> None:
        """As `close`, but nobody waits: a job that hangs in a file or a server ends by itself, or with the program."""
        self._loop.end()
        _left[:] = [loop for loop in (*_left, self._loop) if loop.isRunning()]


def _is_gone(callback: Callable[..., None]) -> bool:
    """Whether it belongs to a view that was closed while the job was running."""
    owner = getattr(callback, "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)


_left: list[_Loop] = []
"""Threads that were left while they ran: one must not be destroyed before it has ended."""


@atexit.register
def _wait_for_left() -> None:
    for loop in _left:
        loop.wait()
