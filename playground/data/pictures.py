"""Data sets of pictures, read from `assets/data/`: handwritten digits and articles of clothing."""

from __future__ import annotations

import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from playground.assets import MissingAsset, asset
from playground.data._spec import DataError, DataSet, Inputs, Samples, register

SIDE = 28
"""Height and width of a picture, in pixels."""

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


class _DamageError(ValueError):
    """What is wrong with the contents of an archive that could be read, in words for the user."""


def read_pictures(path: Path, *, classes: int) -> Samples:
    """Reads an archive with `x_train`, `x_test` (N, 28, 28) grey values 0 to 255 and `y_train`, `y_test` (N,) classes.

    Returns inputs of shape (N, 1, 28, 28), scaled to 0 … 1. Raises DataError if the file is missing or damaged.
    """
    try:
        with path.open("rb") as file:
            return _read(file, classes)
    except FileNotFoundError as error:
        raise DataError(f"The data file {path} is missing. Install the program again.") from error
    except OSError as error:
        raise DataError(f"The data file {path} cannot be read ({error.strerror or error}).") from error
    except _DAMAGE as error:
        what = str(error) if isinstance(error, _DamageError) else "its bytes are not those of a sound archive"
        raise DataError(
            f"The data file {path} is damaged: {what}. Install the program again, "
            f"or copy assets/data/{path.name} from its repository over this file."
        ) from error


def _read(file: BinaryIO, classes: int) -> Samples:
    if not zipfile.is_zipfile(file):
        raise _DamageError("it is not an archive of arrays, or its end is missing")
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        missing = [name for name in ("x_train", "y_train", "x_test", "y_test") if name not in archive.files]
        if missing:
            raise _DamageError(f"it lacks {' and '.join(missing)}")
        x_train, y_train = _pictures(archive["x_train"]), _labels(archive["y_train"], classes)
        x_test, y_test = _pictures(archive["x_test"]), _labels(archive["y_test"], classes)
    if len(x_train) != len(y_train) or len(x_test) != len(y_test):
        raise _DamageError("the numbers of pictures and labels differ")
    return Samples(x_train, y_train, x_test, y_test)


def _pictures(grey: NDArray[np.generic]) -> Inputs:
    if grey.dtype != np.uint8 or grey.ndim != 3 or grey.shape[1:] != (SIDE, SIDE) or len(grey) == 0:
        raise _DamageError(f"instead of pictures of {SIDE} × {SIDE} bytes it holds {grey.dtype} {grey.shape}")
    scaled = grey.astype(np.float32)
    scaled /= 255
    return scaled[:, np.newaxis]


def _labels(numbers: NDArray[np.generic], classes: int) -> NDArray[np.int64]:
    if numbers.dtype != np.uint8 or numbers.ndim != 1:
        raise _DamageError(f"instead of one byte per label it holds {numbers.dtype} {numbers.shape}")
    labels = numbers.astype(np.int64)
    if np.any(labels >= classes):
        raise _DamageError(f"it has a label {labels.max()}, but the classes are 0 to {classes - 1}")
    return labels


def _load_shipped(file: str, classes: int, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader for a file in `assets/data/`. These pictures are as they are: noise, samples and seed play no part."""
    try:
        path = asset(f"data/{file}")
    except MissingAsset as error:
        raise DataError(str(error)) from error
    return read_pictures(path, classes=classes)


MNIST = register(
    DataSet(
        key="mnist",
        title="MNIST digits",
        summary="Handwritten digits from 0 to 9, 28 × 28 grey pixels: 20,000 to learn from and 2,000 to test with.",
        sample_shape=(1, SIDE, SIDE),
        classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        target_shape=(),
        options=(),
        source="Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998); the first third of MNIST; CC BY-SA 3.0.",
        loader=partial(_load_shipped, "mnist.npz", 10),
    )
)

FASHION_MNIST = register(
    DataSet(
        key="fashion_mnist",
        title="Fashion-MNIST",
        summary="Articles of clothing, 28 × 28 grey pixels: 20,000 to learn from and 4,000 to test with. "
        "Harder than digits.",
        sample_shape=(1, SIDE, SIDE),
        classes=(
            "T-shirt",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        target_shape=(),
        options=(),
        source="H. Xiao, K. Rasul and R. Vollgraf, Zalando (2017); the first third of Fashion-MNIST; MIT licence.",
        loader=partial(_load_shipped, "fashion_mnist.npz", 10),
    )
)
