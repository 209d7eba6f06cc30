"""Reading the archives of arrays in `assets/data/`, and saying what is wrong with one that is missing or damaged."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from playground.assets import MissingAsset, asset
from playground.data._spec import DataError, Samples

Arrays = Mapping[str, NDArray[np.generic]]

_DAMAGE = (
    ValueError,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What numpy and zipfile raise for bytes that are not a sound archive of arrays."""


class Damage(ValueError):
    """What is wrong with the contents of an archive that could be read, in words for the user."""


def read_archive(path: Path, names: tuple[str, ...], make: Callable[[Arrays], Samples]) -> Samples:
    """What `make` makes of the arrays of these names; it raises Damage if they are not as they should be.

    Raises:
        DataError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as file:
            return make(_arrays(file, names))
    except FileNotFoundError as error:
        raise DataError(f"The data file {path} is missing. Install the program again.") from error
    except OSError as error:
        raise DataError(f"The data file {path} cannot be read ({error.strerror or error}).") from error
    except _DAMAGE as error:
        what = str(error) if isinstance(error, Damage) else "its bytes are not those of a sound archive"
        raise DataError(
            f"The data file {path} is damaged: {what}. Install the program again, "
            f"or copy assets/data/{path.name} from its repository over this file."
        ) from error


def _arrays(file: BinaryIO, names: tuple[str, ...]) -> Arrays:
    if not zipfile.is_zipfile(file):
        raise Damage("it is not an archive of arrays, or its end is missing")
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        missing = [name for name in names if name not in archive.files]
        if missing:
            raise Damage(f"it lacks {' and '.join(missing)}")
        return {name: archive[name] for name in names}


def shipped(file: str) -> Path:
    """The path of a file in `assets/data/`. Raises DataError if it is not there."""
    try:
        return asset(f"data/{file}")
    except MissingAsset as error:
        raise DataError(str(error)) from error


def as_labels(numbers: NDArray[np.generic], classes: int) -> NDArray[np.int64]:
    """Class numbers, one byte each, as int64. Raises Damage for others."""
    if numbers.dtype != np.uint8 or numbers.ndim != 1:
        raise Damage(f"instead of one byte per label it holds {numbers.dtype} {numbers.shape}")
    labels = numbers.astype(np.int64)
    if np.any(labels >= classes):
        raise Damage(f"it has a label {labels.max()}, but the classes are 0 to {classes - 1}")
    return labels
