"""Where runs are kept: a folder of `.playground` files, each with a note that says what the run is called. No Qt.

The folder is bounded in runs and bytes. When it is full the oldest run goes, those that the user has named last of all.
A file that is damaged is passed over with a word; nothing in the folder can make the program fail.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

import msgspec
import numpy as np

from playground.graph.archive import write_atomically
from playground.graph.experiment import Experiment
from playground.graph.files import EXPERIMENT, HISTORY, SUFFIX, FileError, Saved, load, save
from playground.train.errors import TrainError
from playground.train.history import History

MOST_RUNS, MOST_BYTES = 200, 2_000_000_000
"""Of all runs together."""

LONGEST_RUN_NAME = 80
_NOTE = ".json"
_LARGEST_NOTE = 100_000


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run on disk.

    Attributes:
        key: names it in the store.
        name: what the user reads; `is_named` if it is the user's own.
        ended: when it was kept, in seconds since 1970.
        message: how it ended, in plain words.
        has_weights: large networks are kept without their weights: curves and settings only.
        size: bytes on disk.
    """

    key: str
    path: Path
    name: str
    experiment: Experiment
    history: History = field(repr=False)
    is_named: bool = False
    ended: float = 0.0
    message: str = ""
    has_weights: bool = True
    size: int = 0


class _Note(msgspec.Struct, omit_defaults=True):
    """What stands beside a run's file."""

    name: str = ""
    is_named: bool = False
    ended: float = 0.0
    message: str = ""
    has_weights: bool = True


@dataclass(frozen=True)
class Found:
    """What a look into the folder brought: the runs, newest first, and a sentence for each file that is no good."""

    runs: tuple[KeptRun, ...]
    complaints: tuple[str, ...] = ()


class RunStore:
    """The folder. Its methods may be called from any one thread at a time; they wait for the disk."""

    def __init__(self, folder: Path, most_runs: int = MOST_RUNS, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_runs, self.most_bytes = most_runs, most_bytes
        self._known: dict[str, tuple[tuple[int, int], KeptRun]] = {}

    @staticmethod
    def new_key() -> str:
        """A key that no run has; later ones are greater."""
        return f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() // 1000 % 1_000_000:06}-{token_hex(2)}"

    def runs(self) -> Found:
        """All runs, newest first."""
        found: list[KeptRun] = []
        complaints: list[str] = []
        for path in self._files():
            try:
                found.append(self._read(path))
            except (FileError, TrainError, OSError) as error:
                complaints.append(str(error))
        return Found(tuple(sorted(found, key=lambda run: (run.ended, run.key), reverse=True)), tuple(complaints))

    def keep(
        self, key: str, saved: Saved, name: str = "", message: str = "", ended: float | None = None
    ) -> tuple[str, ...]:
        """Write a run down, in place of what was kept under the same key, and make room; the keys that had to go.

        A name that the user gave to the run stays. Without `name` it is called "Run" and the next number.

        Raises:
            FileError: it cannot be written: the disk is full, the folder cannot be used.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"Runs cannot be kept in {self.folder}: {error.strerror or error}.") from error
        before = self._note(key)
        own_name = before.name if before.is_named or (before.name and not name) else ""
        kept = _without_what_is_too_large(saved, self.most_bytes)
        save(self._path(key), kept)
        note = _Note(
            own_name or _tidy(name) or f"Run {self._next_number()}",
            before.is_named,
            time.time() if ended is None else ended,
            message,
            bool(kept.weights) or not saved.weights,
        )
        self._write_note(key, note)
        return self._make_room(key)

    def rename(self, key: str, name: str) -> None:
        """Call a run something else; from then on it counts as named by the user.

        Raises:
            FileError: the name is empty, or cannot be written.
        """
        if not _tidy(name):
            raise FileError("A run needs a name of at least one letter.")
        note = self._note(key)
        note.name, note.is_named = _tidy(name), True
        self._write_note(key, note)

    def delete(self, key: str) -> None:
        """Take a run away for good.

        Raises:
            FileError: it cannot be taken away.
        """
        try:
            self._path(key).unlink(missing_ok=True)
            self._note_path(key).unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"The run cannot be deleted: {error.strerror or error}.") from error
        self._known.pop(key, None)

    def path(self, key: str) -> Path:
        """The `.playground` file of a run."""
        return self._path(key)

    # ---- reading

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.iterdir() if path.suffix == SUFFIX and path.is_file())
        except OSError:
            return []

    def _read(self, path: Path) -> KeptRun:
        """The run, without its weights; from memory where file and note are as they were."""
        key, stat = path.stem, path.stat()
        stamp = (stat.st_mtime_ns, self._note_time(key))
        known = self._known.get(key)
        if known is not None and known[0] == stamp:
            return known[1]
        saved, note = load(path, (EXPERIMENT, HISTORY)), self._note(key)
        run = KeptRun(
            *(key, path, note.name or key, saved.experiment, History.from_arrays(saved.history), note.is_named),
            *(note.ended or stat.st_mtime, note.message, note.has_weights, stat.st_size),
        )
        self._known[key] = (stamp, run)
        return run

    def _note(self, key: str) -> _Note:
        """What is noted of a run; a damaged note says nothing."""
        try:
            with self._note_path(key).open("rb") as file:
                note = msgspec.json.decode(file.read(_LARGEST_NOTE), type=_Note)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _Note()
        note.name = _tidy(note.name)
        return note

    def _note_time(self, key: str) -> int:
        try:
            return self._note_path(key).stat().st_mtime_ns
        except OSError:
            return 0

    # ---- writing

    def _write_note(self, key: str, note: _Note) -> None:
        def write(file: BinaryIO) -> None:
            file.write(msgspec.json.encode(note))

        try:
            write_atomically(self._note_path(key), write)
        except OSError as error:
            raise FileError(f"“{note.name}” cannot be noted down: {error.strerror or error}.") from error

    def _next_number(self) -> int:
        """One more than the greatest number of a run that is called so."""
        numbers = [0]
        for path in self._files():
            word, _, number = self._note(path.stem).name.partition(" ")
            if word == "Run" and number.isdecimal():
                numbers.append(int(number))
        return max(numbers) + 1

    def _make_room(self, newest: str) -> tuple[str, ...]:
        """Delete the oldest until what is left is within the bounds; named runs go last, the newest stays."""
        sizes: dict[str, int] = {}
        for path in self._files():
            with contextlib.suppress(OSError):
                sizes[path.stem] = path.stat().st_size
        notes = {key: self._note(key) for key in sizes}
        waiting = sorted((key for key in sizes if key != newest), key=lambda k: (notes[k].is_named, notes[k].ended, k))
        gone: list[str] = []
        while waiting and (len(sizes) > self.most_runs or sum(sizes.values()) > self.most_bytes):
            key = waiting.pop(0)
            with contextlib.suppress(FileError):
                self.delete(key)
            del sizes[key]
            gone.append(key)
        return tuple(gone)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def _note_path(self, key: str) -> Path:
        return self.folder / f"{key}{_NOTE}"


def _without_what_is_too_large(saved: Saved, most_bytes: int) -> Saved:
    """One run must not push out all others: above a quarter of the room it goes without the optimizer's memory.

    If that is not enough, it goes without weights too: then it can be compared, but not gone on with.
    """
    limit = most_bytes / 4
    if _bytes(saved.weights) > limit:
        return replace(saved, weights={}, optimizer={})
    if _bytes(saved.weights) + _bytes(saved.optimizer) > limit:
        return replace(saved, optimizer={})
    return saved


def _bytes(arrays: Mapping[str, np.ndarray]) -> int:
    return sum(array.nbytes for array in arrays.values())


def _tidy(name: str) -> str:
    return " ".join(name.split())[:LONGEST_RUN_NAME]
