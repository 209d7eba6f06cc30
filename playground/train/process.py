"""The program's side: an engine process that was spawned and warmed up early, or a thread where none can be had.

A training loop that shares the interpreter with a window loses a third of its speed to the fight for the interpreter
lock; in a process of its own it loses nothing. Either kind of engine obeys the same commands over the same connection.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from abc import ABC, abstractmethod
from multiprocessing.connection import Connection

from playground.train.messages import Command, Message

_SIGKILL = 9
"""How Linux ends a process for which there is no memory left (the constant is missing on Windows)."""


class EngineDied(Exception):
    """The engine is gone; the message says why, as far as it is known."""


class Engine(ABC):
    """A running engine. `connection` is for waiting on it together with other things."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def send(self, command: Command) -> None:
        """Give a command; it is obeyed after the batch that is being computed.

        Raises:
            EngineDied: nobody is there.
        """
        try:
            self.connection.send(command)
        except (OSError, ValueError) as error:
            raise EngineDied(self._cause()) from error

    def receive(self) -> Message:
        """The next message; waits for it.

        Raises:
            EngineDied: there will be none.
        """
        try:
            message: Message = self.connection.recv()
        except (EOFError, OSError) as error:
            raise EngineDied(self._cause()) from error
        return message

    @abstractmethod
    def _cause(self) -> str:
        """Why the engine is gone, in plain words."""

    @abstractmethod
    def kill(self) -> None:
        """End the engine at once, in the middle of a batch if need be. May be called from any thread."""

    @abstractmethod
    def close(self) -> None:
        """`kill`, and give back all that the engine held. For the thread that talks to it."""


class EngineProcess(Engine):
    """An engine in a process of its own. It ends when this one does, however that happens."""

    def __init__(self) -> None:
        """Spawn it; it warms up by itself and then says `Ready`.

        Raises:
            OSError: the system gives no process.
        """
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        super().__init__(ours)
        self._process = context.Process(target=_serve_in_process, args=(theirs,), name="playground-engine", daemon=True)
        self.pid = 0
        """The process's number."""
        try:
            self._process.start()
            self.pid = self._process.pid or 0
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()

    def _cause(self) -> str:
        self._process.join(1.0)
        code = self._process.exitcode
        if code == -_SIGKILL:
            return "The system ended the training process, as it does when memory runs out."
        if code is not None and code < 0:
            return f"The training process crashed ({signal.Signals(-code).name})."
        return "The training process ended unexpectedly."

    def kill(self) -> None:
        """End the process: it keeps nothing that is not here already."""
        with contextlib.suppress(ValueError):  # it is closed already
            self._process.kill()

    def close(self) -> None:
        """End the process, and wait until it is gone."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.connection.close()


class EngineThread(Engine):
    """The same engine in a thread of this process: for systems that give no process. Slower beside a window."""

    def __init__(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        super().__init__(ours)
        self._thread = threading.Thread(target=_serve_and_close, args=(theirs,), name="playground-engine", daemon=True)
        self._thread.start()

    def _cause(self) -> str:
        return "The training thread ended unexpectedly."

    def kill(self) -> None:
        """A thread cannot be killed: `close` lets it end after its batch."""

    def close(self) -> None:
        """Let the thread end after the batch that it is computing; it is not waited for."""
        with contextlib.suppress(OSError):
            self.connection.close()


def _serve_in_process(connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the program that started this
    _serve_and_close(connection)


def _serve_and_close(connection: Connection) -> None:
    from playground.train.serving import serve  # brings torch, which the program's side can do without

    with connection:
        serve(connection)
