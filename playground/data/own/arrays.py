"""A data set from a file of arrays (`.npz`): which of them go in, and which should come out."""

from __future__ import annotations

import zipfile
import zlib
from functools import lru_cache, partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError, DataSet, Inputs, Samples, Scale, Targets, register_family
from playground.data.split import stratified_order

PREFIX = "arrays"
MOST_BYTES = 2_000_000_000
MOST_CLASSES = 1000
_TEST_PART = 5
_INPUT_NAMES = ("x_train", "x", "train_x", "images", "data", "inputs", "features", "train_images")
_TARGET_NAMES = ("y_train", "y", "train_y", "labels", "targets", "target", "train_labels")
_TEST_PAIRS = (("x_test", "y_test"), ("test_x", "test_y"), ("test_images", "test_labels"), ("x_val", "y_val"))


class ArraysChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which arrays of a file, and what is made of them.

    `shape` is that of one example as the network sees it. `is_channels_last`: pictures lie as rows × columns × colours
    in the file. `divisor`: what inputs are divided by, 255 for bytes. `classes` are the names to tell apart; empty
    where the targets are values, of `target_shape`. `x_test` and `y_test` may be empty: then a fifth is for the test.
    """

    path: str
    x: str
    y: str
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    target_shape: tuple[int, ...] = ()
    x_test: str = ""
    y_test: str = ""
    divisor: float = 1.0
    is_channels_last: bool = False


def look_into(path: Path) -> dict[str, tuple[tuple[int, ...], np.dtype[np.generic]]]:
    """The arrays of a file by name, with shape and type; their numbers are not read.

    Raises:
        DataError: it is missing, damaged, no archive of arrays, or holds Python objects.
    """
    found: dict[str, tuple[tuple[int, ...], np.dtype[np.generic]]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".npy"):
                    with archive.open(name) as file:
                        version = np.lib.format.read_magic(file)
                        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else _second_header
                        shape, _, dtype = read(file)
                        found[name.removesuffix(".npy")] = shape, dtype
    except OSError as error:
        raise DataError(
            f"The file {path} cannot be read ({error.strerror or error}). Put it back there, or choose it again."
        ) from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path.name} is not a sound archive of arrays. Save it again with numpy.savez.") from error
    if not found:
        raise DataError(f"{path.name} holds no arrays. Save the inputs as “x” and the targets as “y” (numpy.savez).")
    return found


_second_header = np.lib.format.read_array_header_2_0


def likely_arrays(path: Path) -> ArraysChoice:
    """What one would most likely want of a file.

    Raises:
        DataError: no two of its arrays go together as inputs and targets.
    """
    found = look_into(path)
    names = {name.lower(): name for name in found}
    x = next((names[name] for name in _INPUT_NAMES if name in names), "")
    y = next((names[name] for name in _TARGET_NAMES if name in names), "")
    if not x or not y:
        largest = sorted((n for n in found if found[n][0]), key=lambda n: -int(np.prod(found[n][0])))
        x = x or next((name for name in largest if name != y), "")
        count = found[x][0][0] if x else -1
        y = y or next((name for name in largest if name != x and found[name][0][0] == count), "")
    if not x or not y:
        listed = ", ".join(f"{name} {shape}" for name, (shape, _) in found.items())
        raise DataError(
            f"{path.name} has no inputs and targets of equal number. It holds {listed}. "
            "Save the inputs as “x”, the targets as “y” (numpy.savez)."
        )
    tests = next(((names[a], names[b]) for a, b in _TEST_PAIRS if a in names and b in names), ("", ""))
    return choose_arrays(path, x, y, *tests)


def choose_arrays(path: Path, x: str, y: str, x_test: str = "", y_test: str = "") -> ArraysChoice:
    """Take these arrays; the shapes and classes follow from them. Reads the targets.

    Raises:
        DataError: the arrays do not fit together, or are not numbers.
    """
    found = look_into(path)
    (x_shape, x_type), (y_shape, y_type) = found[x], found[y]
    for name, kind in ((x, x_type), (y, y_type)):
        if kind.kind not in "biuf":
            raise DataError(f"“{name}” of {path.name} does not hold numbers but {kind}. Choose another array.")
    if len(x_shape) < 2 or not y_shape or x_shape[0] != y_shape[0]:
        raise DataError(
            f"“{x}” {x_shape} and “{y}” {y_shape} of {path.name} do not go together: both must begin with the number "
            "of examples, and inputs need at least one number for each."
        )
    shape, last = _sample_shape(x_shape[1:])
    targets = _array(path, y)
    is_label = y_type.kind in "biu" and len(y_shape) == 1
    classes = tuple(str(number) for number in range(int(targets.max()) + 1)) if is_label and len(targets) else ()
    if is_label and (int(targets.min()) < 0 or not 2 <= len(classes) <= MOST_CLASSES):
        raise DataError(
            f"“{y}” of {path.name} holds the class numbers {int(targets.min())} to {int(targets.max())}. "
            f"They must begin at 0, and there must be 2 to {MOST_CLASSES:,} classes."
        )
    return ArraysChoice(
        str(path),
        x,
        y,
        shape,
        classes,
        () if classes else (y_shape[1:] or (1,)),
        x_test,
        y_test,
        255.0 if x_type == np.uint8 else 1.0,
        last,
    )


def _sample_shape(shape: tuple[int, ...]) -> tuple[tuple[int, ...], bool]:
    """The shape that a network wants, and whether the colours stand last: (28, 28) → (1, 28, 28)."""
    if len(shape) == 2:
        return (1, *shape), False
    if len(shape) == 3 and shape[2] in (1, 3, 4) and shape[0] not in (1, 3, 4):
        return (shape[2], shape[0], shape[1]), True
    return shape, False


def arrays_key(choice: ArraysChoice) -> str:
    """The key of the data set."""
    return f"{PREFIX}:{msgspec.json.encode(choice).decode()}"


@lru_cache(maxsize=32)
def _data_set(written: str) -> DataSet:
    try:
        choice = msgspec.json.decode(written, type=ArraysChoice)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DataError(f"The description of the arrays cannot be read ({error}). Choose the file again.") from error
    if bool(choice.classes) == bool(choice.target_shape) or not 1 <= len(choice.shape) <= 4 or min(choice.shape) < 1:
        raise DataError("The description of the arrays contradicts itself. Choose the file again.")
    path = Path(choice.path)
    return DataSet(
        key=f"{PREFIX}:{written}",
        title=path.name,
        summary=f"The arrays “{choice.x}” and “{choice.y}” of {path}.",
        sample_shape=choice.shape,
        classes=choice.classes,
        target_shape=choice.target_shape,
        options=(),
        source=f"Your own: {path}",
        loader=partial(_load, choice),
        group="Your own",
        normalisation=f"Inputs divided by {choice.divisor:g}." if choice.divisor != 1 else "",
    )


register_family(PREFIX, _data_set)


def _load(choice: ArraysChoice, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader."""
    path = Path(choice.path)
    x, y = _inputs(path, choice, choice.x), _targets(path, choice, choice.y)
    if choice.x_test:
        x_test, y_test = _inputs(path, choice, choice.x_test), _targets(path, choice, choice.y_test)
    else:
        rng = np.random.default_rng(0)
        order = stratified_order(y, rng) if choice.classes else rng.permutation(len(y))
        held = max(1, round(len(y) / _TEST_PART))
        x, y, x_test, y_test = x[order[held:]], y[order[held:]], x[order[:held]], y[order[:held]]
    if len(x) != len(y) or len(x_test) != len(y_test) or not len(x) or not len(x_test):
        raise DataError(f"The inputs and targets of {path.name} differ in number, or there are none.")
    if choice.classes:
        return Samples(x, y, x_test, y_test)
    scale = Scale(float(y.mean()), float(y.std()) or 1.0)
    small, small_test = (((part - scale.mean) / scale.spread).astype(np.float32) for part in (y, y_test))
    return Samples(x, small, x_test, small_test, scale)


def _array(path: Path, name: str) -> NDArray[np.generic]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            array: NDArray[np.generic] = archive[name]
    except KeyError as error:
        raise DataError(f"{path.name} no longer holds “{name}”. Choose the file again.") from error
    except OSError as error:
        raise DataError(
            f"The file {path} cannot be read ({error.strerror or error}). Put it back there, or choose it again."
        ) from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path.name} is damaged: “{name}” cannot be read. Save it again.") from error
    if array.nbytes > MOST_BYTES:
        raise DataError(f"“{name}” of {path.name} takes {array.nbytes / 1e9:.1f} GB. Take a part of the examples.")
    return array


def _inputs(path: Path, choice: ArraysChoice, name: str) -> Inputs:
    x = np.asarray(_array(path, name), dtype=np.float32) / np.float32(choice.divisor)
    x = np.moveaxis(x, -1, 1) if choice.is_channels_last else x
    if x.shape[1:] != choice.shape and x[:1].size == np.prod(choice.shape):
        x = x.reshape(len(x), *choice.shape)
    if x.shape[1:] != choice.shape:
        has, wanted = x.shape[1:], choice.shape
        raise DataError(f"“{name}” of {path.name} has examples of {has}, not of {wanted}. Choose it again.")
    bad = int(np.count_nonzero(~np.isfinite(x.reshape(len(x), -1)).all(axis=1)))
    if bad:
        raise DataError(f"{bad:,} examples in “{name}” of {path.name} have numbers missing (NaN). Fill or remove them.")
    return np.ascontiguousarray(x)


def _targets(path: Path, choice: ArraysChoice, name: str) -> Targets:
    y = _array(path, name)
    if choice.classes:
        labels = np.asarray(y).astype(np.int64).reshape(-1)
        if len(labels) and (labels.min() < 0 or labels.max() >= len(choice.classes)):
            raise DataError(f"“{name}” of {path.name} has class {int(labels.max())}; there are {len(choice.classes)}.")
        return labels
    values = np.asarray(y, dtype=np.float32).reshape(len(y), *choice.target_shape)
    if not np.isfinite(values).all():
        raise DataError(f"“{name}” of {path.name} has values missing (NaN). Fill or remove them.")
    return values
