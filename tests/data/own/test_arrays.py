"""A data set from a file of arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.data import DataError, data_set, load
from playground.data.own import arrays_key, look_into
from playground.data.own.arrays import likely_arrays


def _save(folder: Path, **arrays: np.ndarray) -> Path:
    file = folder / "data.npz"
    np.savez(file, allow_pickle=False, **arrays)
    return file


def test_pictures_of_bytes_with_their_classes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (30, 6, 5), dtype=np.uint8)
    choice = likely_arrays(_save(tmp_path, x=pictures, y=np.arange(30) % 3))
    assert (choice.shape, choice.classes, choice.divisor) == ((1, 6, 5), ("0", "1", "2"), 255.0)
    samples = load(arrays_key(choice))
    assert samples.x_train.shape == (24, 1, 6, 5)
    assert float(samples.x_train.max()) <= 1.0
    assert np.bincount(samples.y_test).tolist() == [2, 2, 2]


def test_colours_that_stand_last_come_first(tmp_path: Path) -> None:
    pictures = np.zeros((10, 8, 8, 3), np.uint8)
    pictures[..., 0] = 255
    samples = load(arrays_key(likely_arrays(_save(tmp_path, images=pictures, labels=np.arange(10) % 2))))
    assert samples.x_train.shape[1:] == (3, 8, 8)
    assert samples.x_train[:, 0].min() == 1.0
    assert samples.x_train[:, 1:].max() == 0.0


def test_values_to_predict_and_test_arrays_of_their_own(tmp_path: Path) -> None:
    x, y = np.random.default_rng(0).normal(size=(20, 4)), np.linspace(0, 10, 20)
    choice = likely_arrays(_save(tmp_path, x_train=x, y_train=y, x_test=x[:5], y_test=y[:5]))
    samples = load(arrays_key(choice))
    assert data_set(arrays_key(choice)).target_shape == (1,)
    assert len(samples.x_test) == 5
    np.testing.assert_allclose(samples.scale.in_unit(samples.y_train).ravel(), y, atol=1e-5)


def test_arrays_are_found_by_their_sizes_where_their_names_say_nothing(tmp_path: Path) -> None:
    choice = likely_arrays(_save(tmp_path, measured=np.ones((12, 3)), answer=np.arange(12) % 2))
    assert (choice.x, choice.y) == ("measured", "answer")


def test_looking_into_a_file_reads_no_numbers(tmp_path: Path) -> None:
    found = look_into(_save(tmp_path, x=np.ones((3, 2), np.float32)))
    assert found == {"x": ((3, 2), np.dtype(np.float32))}


def test_missing_numbers_are_counted(tmp_path: Path) -> None:
    x, y = np.ones((10, 2)), np.linspace(0.5, 3, 10)
    x[3, 1] = np.nan
    with pytest.raises(DataError, match=r"1 examples in “x”.*NaN"):
        load(arrays_key(likely_arrays(_save(tmp_path, x=x, y=np.arange(10) % 2))))
    y[[2, 5]] = np.nan, np.inf
    with pytest.raises(DataError, match=r"values missing|2 examples in “y”"):
        load(arrays_key(likely_arrays(_save(tmp_path, x=np.ones((10, 2)), y=y))))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.ones((4, 2)), "y": np.ones(5)}, "do not go together"),
        ({"x": np.ones((4, 2)), "y": np.array(["a"] * 4)}, "does not hold numbers"),
        ({"x": np.ones((4, 2)), "y": np.array([-1, 0, 1, 2])}, "class numbers -1 to 2"),
        ({"x": np.ones((4, 2))}, "no inputs and targets"),
        ({"x": np.ones((4, 2)), "y": np.zeros(4, np.int64)}, "there must be 2 to 1,000 classes"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, arrays: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(DataError, match=said):
        likely_arrays(_save(tmp_path, **arrays))


def test_python_objects_are_never_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "data.npz"
    np.savez(file, x=np.array([{"a": 1}, {"b": 2}], dtype=object), y=np.arange(2))
    with pytest.raises(DataError):
        likely_arrays(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"no archive at all"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "data.npz"
    file.write_bytes(content)
    with pytest.raises(DataError, match="not a sound archive"):
        likely_arrays(file)
