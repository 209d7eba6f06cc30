"""Data sets of pictures, read from `assets/data/`: handwritten digits, articles of clothing, doodles."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.data._archive import Arrays, Damage, as_labels, read_archive, shipped
from playground.data._spec import DataSet, Inputs, Samples, register

SIDE = 28
"""Height and width of a picture, in pixels."""

_NAMES = ("x_train", "y_train", "x_test", "y_test")


def read_pictures(path: Path, *, classes: int, shape: tuple[int, ...] = (SIDE, SIDE), peak: int = 255) -> Samples:
    """Reads an archive with `x_train`, `x_test` (N, *shape) values 0 to `peak` and `y_train`, `y_test` (N,) classes.

    `shape` is (height, width) of grey pictures or (height, width, 3) of coloured ones. Returns inputs of shape
    (N, 1 or 3, height, width), scaled to 0 … 1. Raises DataError if the file is missing or damaged.
    """

    def make(arrays: Arrays) -> Samples:
        x_train, y_train = _pictures(arrays["x_train"], shape, peak), as_labels(arrays["y_train"], classes)
        x_test, y_test = _pictures(arrays["x_test"], shape, peak), as_labels(arrays["y_test"], classes)
        if len(x_train) != len(y_train) or len(x_test) != len(y_test):
            raise Damage("the numbers of pictures and labels differ")
        return Samples(x_train, y_train, x_test, y_test)

    return read_archive(path, _NAMES, make)


def _pictures(bytes_: NDArray[np.generic], shape: tuple[int, ...], peak: int) -> Inputs:
    if bytes_.dtype != np.uint8 or bytes_.shape[1:] != shape or len(bytes_) == 0:
        size = " × ".join(map(str, shape))
        raise Damage(f"instead of pictures of {size} bytes it holds {bytes_.dtype} {bytes_.shape}")
    scaled = bytes_.astype(np.float32)
    scaled /= peak
    return np.ascontiguousarray(np.moveaxis(scaled, 3, 1)) if len(shape) == 3 else scaled[:, np.newaxis]


def _load_shipped(
    file: str,
    classes: int,
    shape: tuple[int, ...] = (SIDE, SIDE),
    peak: int = 255,
    *,
    noise: float,
    samples: int,
    seed: int,
) -> Samples:
    """A Loader for a file in `assets/data/`. These pictures are as they are: noise, samples and seed play no part."""
    return read_pictures(shipped(file), classes=classes, shape=shape, peak=peak)


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

DIGITS_8X8 = register(
    DataSet(
        key="digits8x8",
        title="Small digits",
        summary="Handwritten digits in 8 × 8 grey pixels: 1,437 to learn from and 360 to test with. Trains in seconds.",
        sample_shape=(1, 8, 8),
        classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        target_shape=(),
        options=(),
        source="E. Alpaydin and C. Kaynak (1998), Optical recognition of handwritten digits, UCI; CC BY 4.0.",
        loader=partial(_load_shipped, "digits8x8.npz", 10, (8, 8), 16),
    )
)

DOODLES = register(
    DataSet(
        key="doodles",
        title="Doodles",
        summary="Quick drawings of cats, rainbows and trains, 28 × 28 grey pixels: 2,400 to learn from, 600 to test.",
        sample_shape=(1, SIDE, SIDE),
        classes=("cat", "rainbow", "train"),
        target_shape=(),
        options=(),
        source="J. Jongejan and others, Google (2016), The Quick, Draw! A.I. experiment; CC BY 4.0.",
        loader=partial(_load_shipped, "doodles.npz", 3),
    )
)

CLOTHING = register(
    DataSet(
        key="clothing",
        title="Clothing photos",
        summary="Photographs of clothes, 32 × 32 colour pixels: 3,068 to learn from, 372 to test with.",
        sample_shape=(3, 32, 32),
        classes=(
            "dress",
            "hat",
            "longsleeve",
            "outwear",
            "pants",
            "shirt",
            "shoes",
            "shorts",
            "skirt",
            "t-shirt",
        ),
        target_shape=(),
        options=(),
        source="A. Grigorev and contributors (2020), Clothing dataset (small), made smaller; CC0 1.0.",
        loader=partial(_load_shipped, "clothing.npz", 10, (32, 32, 3)),
    )
)
