"""`.playground` files: an experiment with its weights, training progress and history, in one zip archive.

    experiment.json          network, data, training settings, seed: readable, see `schema`
    weights.safetensors      every parameter and buffer, by "node id.torch name"
    optimizer.safetensors    where training stood: optimizer tensors, random states, step, epoch
    history.safetensors      the curves, as plain arrays
    base.safetensors         the weights that it started from, if they were another network's (see `experiment.Base`)

Nothing in a file is ever unpickled or run. `save` and `load` may be called from any thread.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as read_tensors
from safetensors.numpy import save as write_tensors

from playground.graph.archive import ArchiveError, read_archive, write_archive, write_atomically
from playground.graph.experiment import Experiment
from playground.graph.schema import DocumentError, TooNew, from_text, to_text

SUFFIX = ".playground"

EXPERIMENT = "experiment.json"
WEIGHTS = "weights.safetensors"
OPTIMIZER = "optimizer.safetensors"
HISTORY = "history.safetensors"
BASE = "base.safetensors"

LIMITS = {EXPERIMENT: 2**25, WEIGHTS: 2**33, OPTIMIZER: 2**34, HISTORY: 2**30, BASE: 2**33}
"""Bytes that each part may have: two thousand million weights, and an optimizer that keeps two numbers for each."""

Arrays = Mapping[str, np.ndarray]

_NUMBERS = frozenset(
    ("float16", "float32", "float64", "bool", *(f"{u}int{bits}" for u in ("", "u") for bits in (8, 16, 32, 64)))
)


class FileError(Exception):
    """A file that cannot be opened or saved. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True, eq=False)
class Saved:
    """All that a `.playground` file holds.

    `sample` is the index of the example that was being looked at; `base` are the tensors of `experiment.base`.
    """

    experiment: Experiment
    weights: Arrays = field(default_factory=dict[str, np.ndarray])
    optimizer: Arrays = field(default_factory=dict[str, np.ndarray])
    history: Arrays = field(default_factory=dict[str, np.ndarray])
    sample: int = 0
    base: Arrays = field(default_factory=dict[str, np.ndarray])


def save(path: Path | str, saved: Saved) -> None:
    """Write the file, all of it or nothing: what was at `path` before stays until the new file is complete.

    Raises:
        FileError: the disk is full or read-only, the folder is missing, or the experiment cannot be written down.
    """
    path = Path(path)
    try:
        members = {EXPERIMENT: to_text(saved.experiment, saved.sample)}
        parts = [(WEIGHTS, saved.weights), (OPTIMIZER, saved.optimizer), (HISTORY, saved.history)]
        if saved.experiment.base is not None:
            parts.append((BASE, saved.base))
        for name, arrays in parts:
            members[name] = write_tensors({key: _plain(name, key, value) for key, value in arrays.items()})
        for name, content in members.items():
            if len(content) > LIMITS[name]:
                raise DocumentError(f"{name} would be {len(content):,} bytes large; {LIMITS[name]:,} are allowed")
        write_atomically(path, lambda file: write_archive(file, members))
    except (DocumentError, MemoryError) as error:
        reason = str(error) or "there is not enough memory"
        raise FileError(f"“{path.name}” could not be saved: {reason}. What was there before is unchanged.") from error
    except (OSError, ValueError) as error:
        raise FileError(f"“{path.name}” could not be saved: {_why(error, path)}") from error


def load(path: Path | str, parts: Collection[str] = tuple(LIMITS)) -> Saved:
    """Read a file that `save` wrote, in this or an earlier version; of its parts only those that are named.

    Whether its layers are known and fit this machine is not looked at here: see `engine.admission`.

    Raises:
        FileError: there is no such file, or it is damaged, foreign, too new or hostile.
    """
    path = Path(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ArchiveError("it is a device or a pipe, not a file")
        with path.open("rb") as file:
            members = read_archive(file, {name: LIMITS[name] for name in parts})
        return _read(members, parts)
    except TooNew as error:
        raise FileError(f"“{path.name}” cannot be opened: {error}. Install the newest version.") from error
    except (ArchiveError, DocumentError) as error:
        advice = "Open another copy of it, or one that was saved earlier."
        raise FileError(f"“{path.name}” cannot be opened: {error}. {advice}") from error
    except MemoryError as error:
        raise FileError(f"“{path.name}” cannot be opened: it needs more memory than there is.") from error
    except (OSError, ValueError) as error:
        raise FileError(f"“{path.name}” cannot be opened: {_why(error, path)}") from error


def _read(members: Mapping[str, bytes], parts: Collection[str]) -> Saved:
    if EXPERIMENT not in members:
        raise DocumentError(f"it is an archive of something else: it holds no {EXPERIMENT}")
    try:
        experiment, sample = from_text(members[EXPERIMENT])
    except TooNew:
        raise
    except DocumentError as error:
        reason, _, place = str(error).partition(" - at `")
        where = f" at {place.rstrip('`')}" if place else ""
        raise DocumentError(f"{EXPERIMENT} is not sound{where}: {reason.rstrip('.')}") from error
    return Saved(
        experiment,
        weights=_arrays(members, WEIGHTS) if WEIGHTS in parts else {},
        optimizer=_arrays(members, OPTIMIZER) if OPTIMIZER in parts else {},
        history=_arrays(members, HISTORY) if HISTORY in parts else {},
        sample=sample,
        base=_arrays(members, BASE) if experiment.base is not None and BASE in parts else {},
    )


def _arrays(members: Mapping[str, bytes], name: str) -> dict[str, np.ndarray]:
    """The tensors of one part, as arrays of their own that can be written to."""
    if name not in members:
        raise DocumentError(f"its part {name} is missing")
    try:
        arrays = {key: array.copy() for key, array in read_tensors(members[name]).items()}
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
        reason = str(error).removeprefix("Error while deserializing: ")
        raise DocumentError(f"{name} is damaged: {reason}") from error
    for key, array in arrays.items():
        _plain(name, key, array)
    return arrays


def _plain(part: str, key: str, array: np.ndarray) -> np.ndarray:
    """The array, in one piece. Raises DocumentError unless it holds plain numbers."""
    if array.dtype.name not in _NUMBERS:
        raise DocumentError(f"{part} holds {array.dtype} numbers under “{key[:80]}”, which cannot be used")
    return np.asarray(array, dtype=array.dtype.newbyteorder("="), order="C")


_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space, or save it on another disk.",
    errno.EDQUOT: "your share of the disk is full. Free some space, or save it on another disk.",
    errno.EFBIG: "it would be larger than this disk or account allows. Save it on another disk.",
    errno.EROFS: "the disk can only be read. Choose another folder.",
    errno.EACCES: "you may not use this file or folder. Choose another, or change its permissions.",
    errno.EPERM: "you may not use this file or folder. Choose another, or change its permissions.",
    errno.EISDIR: "this is a folder. Choose a file.",
    errno.ENOTDIR: "a part of its path is a file, not a folder. Choose another folder.",
    errno.ENAMETOOLONG: "its name is too long. Choose a shorter one.",
    errno.ELOOP: "its path is a link that leads in a circle. Choose another.",
}


def _why(error: OSError | ValueError, path: Path) -> str:
    """What the system said, in words, and what to do."""
    if isinstance(error, FileNotFoundError):
        if path.parent.is_dir():
            return f"there is no such file in {path.parent.resolve()}."
        return f"the folder {path.parent} does not exist."
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno, f"{error.strerror or error}. Try another folder.")
    return "its name cannot be used for a file."
