"""A folder's pictures as they were read the last time: ten thousand files take a minute to open, one file a second."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.data._spec import Samples

KEPT = 4
"""So many folders are remembered; the one longest unused goes first."""


@dataclass(frozen=True)
class Reading:
    """What became of the pictures: the examples, and the files that could not be read, with the reason."""

    samples: Samples
    unreadable: tuple[tuple[Path, str], ...]


def mark_of(files: Sequence[Path], form: str) -> str:
    """Another one as soon as a file is added, gone, or written anew, or the pictures are wanted in another form."""
    digest = hashlib.sha256(form.encode())
    for file in files:
        facts = file.stat()
        digest.update(f"{file}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def recall(mark: str) -> Reading | None:
    """What was kept under this mark; None if nothing was, or if it can no longer be read."""
    path = _folder() / f"{mark}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            x, x_test = (kept[name].astype(np.float32) / np.float32(255) for name in ("x", "x_test"))
            samples = Samples(x, kept["y"], x_test, kept["y_test"])
            pairs = zip(kept["bad"].tolist(), kept["why"].tolist(), strict=True)
            bad = tuple((Path(name), why) for name, why in pairs)
        os.utime(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Reading(samples, bad)


def keep(mark: str, read: Reading) -> None:
    """Remember it as bytes, a quarter of the numbers' size. A disk without room is no misfortune: nothing is kept."""
    folder = _folder()
    beside = folder / f"{mark}.new"
    samples = read.samples
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                np.savez(
                    file,
                    allow_pickle=False,
                    x=_bytes(samples.x_train),
                    y=samples.y_train,
                    x_test=_bytes(samples.x_test),
                    y_test=samples.y_test,
                    bad=np.array([str(name) for name, _ in read.unreadable], dtype=np.str_),
                    why=np.array([why for _, why in read.unreadable], dtype=np.str_),
                )
            beside.replace(folder / f"{mark}.npz")
        finally:
            beside.unlink(missing_ok=True)
        oldest = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for path in oldest[:-KEPT]:
            path.unlink(missing_ok=True)


def _bytes(x: np.ndarray) -> np.ndarray:
    return np.round(x * 255).astype(np.uint8)


def _folder() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "neural-network-playground" / "pictures"
