"""A data set from a folder of pictures: a folder for each class, perhaps below `train` and `test`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError, DataSet, Inputs, Samples, register_family
from playground.data.own import picture_cache
from playground.data.own.picture_cache import Reading
from playground.data.split import stratified_order

PREFIX = "folder"
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
SIDES = (8, 16, 28, 32, 48, 64, 96, 128, 224)
"""Heights and widths that pictures are brought to."""
MOST_BYTES = 2_000_000_000
"""So much memory the numbers of all pictures together may take."""
MOST_CLASSES = 1000
_TRAIN = ("train", "training")
_TEST = ("test", "testing", "val", "valid", "validation")
_TEST_PART = 5

Progress = Callable[[int, int], bool]
"""Told after each picture how many of how many are read; says whether to go on."""


class Cancelled(Exception):
    """The user did not want to wait."""


@dataclass(frozen=True)
class Found:
    """What lies in a folder: the files of each class, to learn from, and to test with where they are kept apart."""

    folder: Path
    classes: tuple[str, ...]
    train: tuple[tuple[Path, ...], ...]
    test: tuple[tuple[Path, ...], ...]

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return sum(map(len, (*self.train, *self.test)))


class FolderChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which folder, its classes by name, and the size that its pictures are brought to; `is_grey`: without colour."""

    path: str
    classes: tuple[str, ...]
    side: int = 32
    is_grey: bool = False


def survey(folder: Path) -> Found:
    """Look through a folder, without opening the pictures.

    Raises:
        DataError: it is not there, holds no pictures, or only of one class.
    """
    if not folder.is_dir():
        raise DataError(f"The folder {folder} is not there. Put it back, or choose the pictures again.")
    try:
        train_folder, test_folder = _named(folder, _TRAIN), _named(folder, _TEST)
        train = _by_class(train_folder or folder)
        test = _by_class(test_folder) if train_folder and test_folder else {}
    except OSError as error:
        raise DataError(f"The folder {folder} cannot be looked through ({error.strerror or error}).") from error
    classes = tuple(sorted(train, key=lambda name: (name.lower(), name)))
    _check(folder, classes)
    stray = sorted(set(test) - set(train))
    if stray:
        raise DataError(f"{folder.name} has test pictures of “{stray[0]}”, but none of it to learn from.")
    return Found(
        folder,
        classes,
        tuple(train[name] for name in classes),
        tuple(test.get(name, ()) for name in classes) if test else (),
    )


def _check(folder: Path, classes: tuple[str, ...]) -> None:
    wanted = "Put the pictures of each class into a folder that bears the class's name, and choose the folder of these."
    if not classes:
        loose = sum(1 for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
        what = f"{loose} pictures that lie loose" if loose else "no pictures in folders"
        raise DataError(f"{folder.name} holds {what}. {wanted}")
    if len(classes) == 1:
        raise DataError(f"{folder.name} holds pictures of one class only, “{classes[0]}”. {wanted}")
    if len(classes) > MOST_CLASSES:
        raise DataError(f"{folder.name} holds {len(classes):,} classes; up to {MOST_CLASSES:,} can be told apart here.")


def _named(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((each for each in sorted(folder.iterdir()) if each.is_dir() and each.name.lower() in names), None)


def _by_class(folder: Path) -> dict[str, tuple[Path, ...]]:
    found: dict[str, tuple[Path, ...]] = {}
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.name.startswith("."):
            files = tuple(sorted(f for f in each.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file()))
            if files:
                found[each.name] = files
    return found


def folder_key(choice: FolderChoice) -> str:
    """The key of the data set."""
    return f"{PREFIX}:{msgspec.json.encode(choice).decode()}"


@lru_cache(maxsize=32)
def _data_set(written: str) -> DataSet:
    try:
        choice = msgspec.json.decode(written, type=FolderChoice)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DataError(f"The description of the folder cannot be read ({error}). Choose the folder again.") from error
    if choice.side not in SIDES or not 2 <= len(choice.classes) <= MOST_CLASSES:
        raise DataError("The description of the folder names a size or classes that cannot be. Choose it again.")
    path, side = Path(choice.path), choice.side
    colours = "grey" if choice.is_grey else "colour"
    return DataSet(
        key=f"{PREFIX}:{written}",
        title=path.name,
        summary=f"The pictures in {path}, brought to {side} × {side} {colours} pixels; {len(choice.classes)} classes.",
        sample_shape=(1 if choice.is_grey else 3, side, side),
        classes=choice.classes,
        target_shape=(),
        options=(),
        source=f"Your own: {path}",
        loader=partial(_load, choice),
        group="Your own",
    )


register_family(PREFIX, _data_set)


def _load(choice: FolderChoice, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader."""
    return read_folder(choice, lambda done, total: True).samples


def read_folder(choice: FolderChoice, progress: Progress) -> Reading:
    """Open every picture. Of a folder without test pictures a fifth of each class, always the same, are for the test.

    What was read is kept on disk (see `picture_cache`), so that it takes long only once.

    Raises:
        DataError: the folder is gone or has other classes, its pictures take too much memory, or hardly one is sound.
        Cancelled: `progress` said so.
    """
    found = survey(Path(choice.path))
    if found.classes != choice.classes:
        raise DataError(
            f"The classes in {found.folder.name} are no longer those that were chosen "
            f"({', '.join(choice.classes[:5])} …). Choose the folder again."
        )
    channels = 1 if choice.is_grey else 3
    size = found.count * channels * choice.side**2 * 4
    if size > MOST_BYTES:
        raise DataError(
            f"{found.count:,} pictures of {choice.side} × {choice.side} pixels take {size / 1e9:.1f} GB of memory. "
            "Choose a smaller size, or fewer pictures."
        )
    files = [file for of_class in (*found.train, *found.test) for file in of_class]
    try:
        mark = picture_cache.mark_of(files, f"{choice.side} {choice.is_grey}")
    except OSError as error:
        raise DataError(f"A picture of {found.folder.name} is gone while it was read ({error}). Try again.") from error
    kept = picture_cache.recall(mark)
    if kept is not None:
        return kept
    bad: list[tuple[Path, str]] = []
    ticks = _ticks(found.count, progress)
    x, y = _read(found.train, choice, bad, ticks)
    if found.test:
        x_test, y_test = _read(found.test, choice, bad, ticks)
    else:
        order = stratified_order(y, np.random.default_rng(0))
        held = max(1, round(len(y) / _TEST_PART)) if len(y) else 0
        x, y, x_test, y_test = x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]
    if len(np.unique(y)) < 2 or not len(y_test):
        raise DataError(
            f"Too few pictures in {found.folder.name} can be read: {len(bad)} of {found.count} cannot. "
            f"{bad[0][0].name if bad else 'The first'}: {bad[0][1] if bad else 'is missing'}."
        )
    read = Reading(Samples(x, y, x_test, y_test), tuple(bad))
    picture_cache.keep(mark, read)
    return read


def preview(found: Found, choice: FolderChoice, most: int) -> Inputs:
    """A few pictures of each class as the network would see them, (count, channels, side, side)."""
    each = max(1, most // len(found.classes))
    chosen = tuple(files[:each] for files in found.train[:most])
    return _read(chosen, choice, [], _ticks(sum(map(len, chosen)), lambda done, total: True))[0]


def _ticks(total: int, progress: Progress) -> Iterator[None]:
    for done in range(1, total + 1):
        if not progress(done, total):
            raise Cancelled
        yield


def _read(
    files: tuple[tuple[Path, ...], ...],
    choice: FolderChoice,
    bad: list[tuple[Path, str]],
    ticks: Iterator[None],
) -> tuple[Inputs, NDArray[np.int64]]:
    from PIL import Image  # not wanted before the window is there

    pictures: list[Inputs] = []
    labels: list[int] = []
    for number, of_class in enumerate(files):
        for file in of_class:
            next(ticks)
            try:
                pictures.append(_picture(file, choice))
                labels.append(number)
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
                bad.append((file, str(error) or type(error).__name__))
    shape = (0, 1 if choice.is_grey else 3, choice.side, choice.side)
    x: Inputs = np.stack(pictures) if pictures else np.zeros(shape, np.float32)
    return x, np.array(labels, dtype=np.int64)


def _picture(file: Path, choice: FolderChoice) -> Inputs:
    """One picture, (1 or 3, side, side) from 0 to 1: the largest square of its middle, brought to size."""
    from PIL import Image, ImageOps  # not wanted before the window is there

    with Image.open(file) as opened:
        opened.draft("RGB", (choice.side, choice.side))  # a large JPEG is decoded small
        upright = ImageOps.exif_transpose(opened)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
        flat = upright.convert("L" if choice.is_grey else "RGB")
        square = ImageOps.fit(flat, (choice.side, choice.side), Image.Resampling.BILINEAR)
    pixels = np.asarray(square, dtype=np.float32) / np.float32(255)
    return pixels[np.newaxis] if choice.is_grey else np.ascontiguousarray(pixels.transpose(2, 0, 1))
