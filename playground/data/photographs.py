"""The photographs that ship, and the names of ImageNet's classes, for networks that know them."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from playground.assets import MissingAsset, asset
from playground.data._spec import DataError, Inputs

FOLDER = "photos"
LABELS = "data/imagenet_labels.txt"
SIDE = 224
"""Height and width of the files, in pixels."""


def photographs() -> tuple[str, ...]:
    """The names of the photographs that ship ("astronaut", "brick_wall"), in alphabetical order."""
    return tuple(sorted(path.stem for path in asset(FOLDER).glob("*.png")))


def photograph(name: str, side: int = SIDE) -> Inputs:
    """A photograph as (3, side, side): red, green and blue from 0 to 1. Grey ones have three equal channels.

    Args:
        name: one of `photographs()`.
        side: height and width in pixels; other than the picture's own, it is scaled (bilinear).

    Raises:
        DataError: there is none of that name, or its file is missing or damaged.
    """
    from PIL import Image  # not wanted before the window is there

    try:
        names = photographs()
        if name not in names:
            raise DataError(f"No photograph called “{name}” ships. There are: {', '.join(names)}.")
        with Image.open(asset(f"{FOLDER}/{name}.png")) as file:
            pixels = np.asarray(file.convert("RGB"), dtype=np.float32)
    except MissingAsset as error:
        raise DataError(str(error)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"The photograph “{name}” cannot be read ({error}). Install the program again.") from error
    picture = np.ascontiguousarray(pixels.transpose(2, 0, 1)) / np.float32(255)
    return scaled(picture, side, side)


def scaled(picture: Inputs, height: int, width: int) -> Inputs:
    """The picture (channels, rows, columns) at another size, each pixel mixed from the four around its place."""
    for axis, wanted in ((1, height), (2, width)):
        last = picture.shape[axis] - 1
        middles = np.linspace(0.5, wanted - 0.5, wanted, dtype=np.float64)
        places: NDArray[np.float64] = np.clip(middles * ((last + 1) / wanted) - 0.5, 0.0, float(last))
        before: NDArray[np.int64] = places.astype(np.int64)
        after: NDArray[np.int64] = np.minimum(before + 1, last)
        part: Inputs = (places - before).reshape((-1, 1) if axis == 1 else (1, -1)).astype(np.float32)
        first: Inputs = picture.take(before, axis)
        picture = (first + (picture.take(after, axis) - first) * part).astype(np.float32, copy=False)
    return picture


def fitted(picture: Inputs, shape: tuple[int, ...]) -> Inputs:
    """The picture (channels, rows, columns) at another size; for one channel, the mean of its colours."""
    channels, height, width = shape
    if channels == 1 and len(picture) > 1:
        picture = picture.mean(axis=0, keepdims=True)
    return picture if picture.shape[1:] == (height, width) else scaled(picture, height, width)


@cache
def imagenet_labels() -> tuple[str, ...]:
    """The names of ImageNet's 1,000 classes by number, each with its synonyms: "tench, Tinca tinca"."""
    lines = asset(LABELS).read_text(encoding="utf-8").splitlines()
    return tuple(line.strip().strip('"') for line in lines if line.strip())
