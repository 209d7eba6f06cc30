"""Checkpoints on disk: one `.playground` file for every so many epochs of a run, the newest few of them.

Each holds the document with weights, optimizer and curves as they were, so that training goes on from it as if nothing
had been in between. A file is written beside its place and put there when it is complete: a power cut leaves the one
before, or none.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playground.graph.files import SUFFIX, FileError, Saved, load, save

MOST = 5
"""Checkpoints kept of one run."""

MOST_BYTES = 2_000_000_000
"""Bytes that all checkpoints together may take; those of runs that were left longest go first."""

_NAME = re.compile(r"epoch-(\d{1,12})" + re.escape(SUFFIX))


@dataclass(frozen=True)
class KeptCheckpoint:
    """A checkpoint's file, and after how many epochs it was written."""

    epoch: int
    path: Path


class CheckpointFiles:
    """The checkpoints of one run, in a folder of their own within `folder`; `fingerprint` names the run.

    The fingerprint of a document is always the same, so that its checkpoints are found again when it is opened anew.
    Every method may be called from any thread, but one at a time.
    """

    def __init__(self, folder: Path, fingerprint: int) -> None:
        self._all, self.folder = folder, folder / f"{fingerprint:016x}"

    def kept(self) -> tuple[KeptCheckpoint, ...]:
        """Those there are, the earliest first."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:
            return ()
        matches = filter(None, map(_NAME.fullmatch, names))
        found = (KeptCheckpoint(int(match[1]), self.folder / match[0]) for match in matches)
        return tuple(sorted(found, key=lambda kept: kept.epoch))

    def keep(self, epoch: int, saved: Saved) -> None:
        """Write one, and delete those for which there is no room any more.

        Raises:
            FileError: the disk is full, or may not be written; those that were there are unharmed.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"The checkpoint of epoch {epoch:,} could not be kept: {error}.") from error
        save(self.folder / f"epoch-{epoch:06}{SUFFIX}", saved)
        for old in self.kept()[:-MOST]:
            old.path.unlink(missing_ok=True)
        self._make_room()

    @staticmethod
    def read(kept: KeptCheckpoint) -> Saved:
        """What one holds.

        Raises:
            FileError: it is gone or damaged.
        """
        return load(kept.path)

    def begin_anew(self) -> None:
        """Delete them all: the run starts again from the beginning."""
        with suppress(OSError):
            shutil.rmtree(self.folder)

    def _make_room(self) -> None:
        """Delete other runs' checkpoints, those left longest first, while all together take too many bytes."""
        folders = {path: _latest(path) for path in self._all.iterdir() if path.is_dir() and path != self.folder}
        total = sum(_size(path) for path in (self.folder, *folders))
        for path in sorted(folders, key=lambda each: folders[each]):
            if total <= MOST_BYTES:
                return
            total -= _size(path)
            shutil.rmtree(path, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _latest(folder: Path) -> float:
    return max((path.stat().st_mtime for path in folder.iterdir()), default=0.0)
