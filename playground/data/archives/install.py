"""From the files of an archive to one file of arrays, as those that ship."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError
from playground.data.archives._spec import Archive
from playground.data.archives.catalogue import path_of

Bytes = NDArray[np.uint8]
_IDX_NAMES = {"x_train": "train-images", "y_train": "train-labels", "x_test": "t10k-images", "y_test": "t10k-labels"}
_CIFAR_TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_CIFAR_TEST = ("test_batch.bin",)
_CIFAR_RECORD = 1 + 3 * 32 * 32
_MOST_BYTES = 1_000_000_000
"""A file that unpacks to more than this is none of these."""
_DAMAGE = (EOFError, gzip.BadGzipFile, tarfile.TarError, zlib.error, struct.error, ValueError)


def install(archive: Archive, files: Mapping[str, Path]) -> Path:
    """Unpack an archive into the file that its data set is read from. `files` are those on disk, by their names.

    Raises:
        DataError: a file is missing, damaged, or another one; or the disk is full.
    """
    missing = [file.name for file in archive.files if file.name not in files]
    if missing:
        raise DataError(
            f"{archive.title} needs {' and '.join(missing)} too. Choose all {len(archive.files)} files together."
        )
    try:
        arrays = _idx(files) if archive.form == "idx" else _cifar(files[archive.files[0].name])
    except _DAMAGE as error:
        raise DataError(f"A file of {archive.title} is damaged or another one ({error}). Fetch it again.") from error
    except OSError as error:
        raise DataError(f"A file of {archive.title} cannot be read ({error.strerror or error}).") from error
    return _write(path_of(archive.key), arrays)


def _write(path: Path, arrays: Mapping[str, Bytes]) -> Path:
    """First beside its place, so that a full disk or a lost current leaves no half file there."""
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written ({error.strerror or error}). Make room and try again.") from error
    return path


def _idx(files: Mapping[str, Path]) -> dict[str, Bytes]:
    found: dict[str, Bytes] = {}
    for name, stem in _IDX_NAMES.items():
        path = next(path for each, path in files.items() if each.startswith(stem))
        with gzip.open(path) as packed:
            found[name] = _idx_array(packed.read(_MOST_BYTES))
    for part in ("train", "test"):
        if len(found[f"x_{part}"]) != len(found[f"y_{part}"]):
            raise ValueError("the numbers of pictures and labels differ")
    return found


def _idx_array(content: bytes) -> Bytes:
    """An array in the IDX form: two zeros, the type (8: bytes), how many dimensions, each of them, the numbers."""
    zeros, kind, dimensions = struct.unpack_from(">HBB", content)
    if (zeros, kind) != (0, 8) or not 1 <= dimensions <= 3:
        raise ValueError("it is no IDX file of bytes")
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _cifar(path: Path) -> dict[str, Bytes]:
    parts: dict[str, Bytes] = {}
    with tarfile.open(path, "r:gz") as packed:
        for member in packed:
            name = Path(member.name).name
            if name in (*_CIFAR_TRAIN, *_CIFAR_TEST) and member.isfile() and member.size <= _MOST_BYTES:
                content = packed.extractfile(member)
                assert content is not None
                parts[name] = np.frombuffer(content.read(), np.uint8).reshape(-1, _CIFAR_RECORD)
    absent = [name for name in (*_CIFAR_TRAIN, *_CIFAR_TEST) if name not in parts]
    if absent:
        raise ValueError(f"it lacks {absent[0]}")
    train, test = np.concatenate([parts[name] for name in _CIFAR_TRAIN]), parts[_CIFAR_TEST[0]]
    return {
        "x_train": _colours_last(train),
        "y_train": train[:, 0].copy(),
        "x_test": _colours_last(test),
        "y_test": test[:, 0].copy(),
    }


def _colours_last(records: Bytes) -> Bytes:
    """A record is a label, then all red, all green, all blue values, row by row."""
    return np.ascontiguousarray(records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
