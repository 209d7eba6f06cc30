"""The worker thread of training: owns the engine, passes commands to it and sorts what comes back.

The GUI thread gives commands with `send` and collects with `take`; neither waits. Everything that counts lies in a
queue that drops nothing; of pictures only the newest are kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import wait

from PySide6.QtCore import QObject, QThread, Signal

from playground.train.events import Mistakes, Pictures, Predictions
from playground.train.messages import Command, Died, Happened, Makeshift, Message, Ready, Start
from playground.train.process import Engine, EngineDied, EngineProcess, EngineThread

log = logging.getLogger(__name__)

_MAKESHIFT = (
    "The system gives no process of its own for training, so it runs inside the window. "
    "It works as it should, but more slowly."
)


@dataclass(frozen=True)
class Taken:
    """What has come since the last time: messages in order, and the newest pictures and mistakes with their run."""

    messages: tuple[Message, ...]
    pictures: tuple[int, Pictures] | None
    mistakes: tuple[int, Mistakes | Predictions] | None


class TrainingWorker(QThread):
    """Runs an engine, and another one when the first has died and a `Start` is sent."""

    arrived = Signal()
    """There is something to take. Sent from the worker's thread: connect it to methods of QObjects only."""

    def __init__(
        self,
        engine: Callable[[], Engine] = EngineProcess,
        makeshift: Callable[[], Engine] = EngineThread,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make, self._makeshift = engine, makeshift
        self._engine: Engine | None = None
        self._is_warm = False
        self._ending = False
        self._lock = threading.Lock()
        self._commands: list[Command] = []
        self._messages: list[Message] = []
        self._pictures: tuple[int, Pictures] | None = None
        self._mistakes: tuple[int, Mistakes | Predictions] | None = None
        self._woken, self._waker = Pipe(duplex=False)

    # ---- the GUI thread's side

    def send(self, *commands: Command) -> None:
        """Give commands to the engine, which is started if there is none; none at all just starts it."""
        with self._lock:
            self._commands += commands
        self._waker.send_bytes(b"")
        if not self.isRunning() and not self._ending:
            self.start()

    def another(self) -> TrainingWorker:
        """A worker with an engine of the same kind, for a run beside this one's."""
        return TrainingWorker(self._make, self._makeshift)

    def take(self) -> Taken:
        """All that has come since the last call."""
        with self._lock:
            taken = Taken(tuple(self._messages), self._pictures, self._mistakes)
            self._messages, self._pictures, self._mistakes = [], None, None
        return taken

    def end(self) -> None:
        """End engine and thread, in the middle of a batch if need be, and wait until they are gone."""
        self._ending = True
        engine = self._engine
        if engine is not None:
            engine.kill()
        self._waker.send_bytes(b"")
        self.wait()

    # ---- the worker thread's side

    def run(self) -> None:
        """Qt's entry point of the thread."""
        self._open()
        while not self._ending:
            places = [self._woken] if self._engine is None else [self._woken, self._engine.connection]
            for place in wait(places):
                if place is self._woken:
                    self._woken.recv_bytes()
                else:
                    self._receive()
            self._pass_on()
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _open(self) -> None:
        """Start an engine; if the system gives no process, a thread."""
        self._is_warm = False
        try:
            self._engine = self._make()
        except OSError as error:
            log.warning("no engine process: %s", error)
            self._make_do()

    def _make_do(self) -> None:
        self._make = self._makeshift
        self._engine = self._make()
        self._deliver(Makeshift(_MAKESHIFT))

    def _receive(self) -> None:
        if self._engine is None:
            return
        try:
            message = self._engine.receive()
        except EngineDied as error:
            self._bury(error)
            return
        if isinstance(message, Ready):
            self._is_warm = True
        self._deliver(message)

    def _bury(self, error: EngineDied) -> None:
        """The engine is gone. One that never got warm is replaced by a thread, which gets the waiting commands."""
        if self._ending or self._engine is None:
            return
        log.warning("engine gone: %s", error)
        engine, self._engine = self._engine, None
        engine.close()
        if not self._is_warm and self._make is not self._makeshift:
            self._make_do()
            return
        with self._lock:
            self._commands.clear()
        self._deliver(Died(str(error)))

    def _pass_on(self) -> None:
        """Give the engine what waits for it, once it is warm."""
        with self._lock:
            wants_engine = any(isinstance(command, Start) for command in self._commands)
        if self._engine is None and wants_engine and not self._ending:
            self._open()
        if self._engine is None or not self._is_warm:
            return
        with self._lock:
            commands, self._commands = self._commands, []
        try:
            for command in commands:
                self._engine.send(command)
        except EngineDied as error:
            self._bury(error)

    def _deliver(self, message: Message) -> None:
        """Put the message where `take` finds it; pictures replace those that nobody has taken."""
        with self._lock:
            is_first = not self._messages and self._pictures is None and self._mistakes is None
            if isinstance(message, Happened):
                for event in message.events:
                    if isinstance(event, Pictures):
                        self._pictures = (message.run, self._with_activations(event, message.run))
                    elif isinstance(event, Mistakes | Predictions):
                        self._mistakes = (message.run, event)
                seen = (Pictures, Mistakes, Predictions)
                points = tuple(event for event in message.events if not isinstance(event, seen))
                message = replace(message, events=points)
            self._messages.append(message)
        if is_first:
            self.arrived.emit()

    def _with_activations(self, new: Pictures, run: int) -> Pictures:
        """The new pictures; activations are taken more rarely, so that those not yet seen must not be lost."""
        if new.activations or self._pictures is None or self._pictures[0] != run:
            return new
        return replace(new, activations=self._pictures[1].activations)
