"""MNIST and Fashion-MNIST as they ship, and what is said about a picture file that is missing or damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import assets
from playground.assets import asset
from playground.data import DataError, data_set, load
from playground.data.pictures import read_pictures

BOTH = pytest.mark.parametrize("key", ["mnist", "fashion_mnist"])


@pytest.fixture
def sound() -> dict[str, Any]:
    """The arrays of a small archive that can be read."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "y_train": np.arange(30, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }


@BOTH
def test_arrays_are_those_of_the_file_scaled_to_one(key: str) -> None:
    samples = load(key)
    with np.load(asset(f"data/{key}.npz"), allow_pickle=False) as archive:
        for part in ("train", "test"):
            x, y = getattr(samples, f"x_{part}"), getattr(samples, f"y_{part}")
            np.testing.assert_array_equal(np.round(x[:, 0] * 255).astype(np.uint8), archive[f"x_{part}"])
            np.testing.assert_array_equal(y, archive[f"y_{part}"])
            assert x.min() == 0
            assert x.max() == 1


@BOTH
def test_class_names_are_those_of_the_file(key: str) -> None:
    with np.load(asset(f"data/{key}.npz"), allow_pickle=False) as archive:
        official = [str(name).removesuffix("/top") for name in archive["class_names"]]
    assert list(data_set(key).classes) == official


def test_counts() -> None:
    assert load("mnist").x_train.shape == (20_000, 1, 28, 28)
    assert load("mnist").x_test.shape == (2_000, 1, 28, 28)
    assert load("fashion_mnist").x_train.shape == (20_000, 1, 28, 28)
    assert load("fashion_mnist").x_test.shape == (4_000, 1, 28, 28)


@BOTH
def test_no_class_is_rare(key: str) -> None:
    samples = load(key)
    for labels in (samples.y_train, samples.y_test):
        shares = np.bincount(labels, minlength=10) / len(labels)
        assert shares.min() > 0.08
        assert shares.max() < 0.12


def test_the_first_digits_of_mnist_are_the_well_known_ones() -> None:
    """The standard training set begins 5 0 4 1 9 2 1 3 1 4, the standard test set 7 2 1 0 4 1 4 9 5 9."""
    samples = load("mnist")
    assert samples.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert samples.y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


@pytest.mark.parametrize(
    ("key", "peak", "shape"),
    [("digits8x8", 16, (1, 8, 8)), ("doodles", 255, (1, 28, 28)), ("clothing", 255, (3, 32, 32))],
)
def test_other_pictures_are_those_of_their_files(key: str, peak: int, shape: tuple[int, ...]) -> None:
    samples = load(key)
    with np.load(asset(f"data/{key}.npz"), allow_pickle=False) as archive:
        bytes_ = archive["x_test"] if len(shape) == 3 and shape[0] == 3 else archive["x_test"][..., np.newaxis]
        np.testing.assert_array_equal(np.round(samples.x_test.transpose(0, 2, 3, 1) * peak), bytes_)
        assert list(data_set(key).classes) == archive["class_names"].tolist()
    assert samples.x_train.shape[1:] == shape
    assert samples.x_train.max() == 1


def test_ink_is_one_and_paper_is_zero() -> None:
    digits = load("mnist").x_train[:1000, 0]
    assert digits[:, :2, :2].max() == 0, "the corner of a digit is paper"
    assert 0.7 < np.mean(digits == 0) < 0.9, "most of a digit is paper"
    ones = digits[load("mnist").y_train[:1000] == 1]
    assert ones[:, 12:16, 12:16].mean() > 0.5, "a one has its stroke in the middle"


def test_a_sound_archive_is_read(tmp_path: Path, sound: dict[str, Any]) -> None:
    path = tmp_path / "pictures.npz"
    np.savez_compressed(path, **sound)
    samples = read_pictures(path, classes=10)
    assert samples.x_train.shape == (30, 1, 28, 28)
    assert samples.x_test[3, 0, 5, 7] == np.float32(sound["x_test"][3, 5, 7]) / np.float32(255)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"x_train": np.zeros((30, 32, 32), np.uint8)}, r"pictures of 28 × 28 bytes it holds uint8 \(30, 32, 32\)"),
        ({"x_test": np.zeros((10, 28, 28), np.float64)}, "pictures of 28 × 28 bytes it holds float64"),
        ({"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": np.zeros(0, np.uint8)}, r"uint8 \(0, 28, 28\)"),
        ({"y_train": np.zeros((30, 10), np.uint8)}, r"one byte per label it holds uint8 \(30, 10\)"),
        ({"y_train": np.zeros(30, np.float32)}, "one byte per label it holds float32"),
        ({"y_test": np.full(10, 10, np.uint8)}, "label 10, but the classes are 0 to 9"),
        ({"y_test": np.zeros(9, np.uint8)}, "numbers of pictures and labels differ"),
    ],
)
def test_foreign_contents_are_described(
    tmp_path: Path, sound: dict[str, Any], changes: dict[str, Any], complaint: str
) -> None:
    path = tmp_path / "pictures.npz"
    np.savez_compressed(path, **(sound | changes))
    with pytest.raises(DataError, match=complaint) as caught:
        read_pictures(path, classes=10)
    assert str(path) in str(caught.value)
    assert "Install the program again" in str(caught.value)


def test_a_missing_array_is_named(tmp_path: Path, sound: dict[str, Any]) -> None:
    del sound["y_test"]
    np.savez_compressed(tmp_path / "pictures.npz", **sound)
    with pytest.raises(DataError, match="is damaged: it lacks y_test"):
        read_pictures(tmp_path / "pictures.npz", classes=10)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 but nothing more", b"\x93NUMPY"])
def test_a_file_that_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pictures.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="is damaged: it is not an archive of arrays"):
        read_pictures(path, classes=10)


def test_every_truncation_and_every_flipped_byte_is_noticed_or_harmless(tmp_path: Path, sound: dict[str, Any]) -> None:
    path = tmp_path / "pictures.npz"
    np.savez_compressed(path, **sound)
    good, expected = path.read_bytes(), read_pictures(path, classes=10)
    rng = np.random.default_rng(1)
    complaints: list[str] = []
    for position in rng.integers(0, len(good), 300):
        flipped = bytearray(good)
        flipped[position] ^= 1 << rng.integers(8)
        for damaged in (bytes(flipped), good[:position]):
            path.write_bytes(damaged)
            try:
                samples = read_pictures(path, classes=10)
            except DataError as error:
                complaints.append(str(error))
            else:
                np.testing.assert_array_equal(samples.x_train, expected.x_train)
                np.testing.assert_array_equal(samples.y_test, expected.y_test)
    assert len(complaints) > 500
    for complaint in complaints:
        assert "is damaged: it" in complaint or "cannot be read" in complaint


def test_pickled_objects_are_never_loaded(tmp_path: Path, sound: dict[str, Any]) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "executed",))

    path = tmp_path / "pictures.npz"
    sound["y_train"] = np.array([Trap()], dtype=object)
    np.savez(path, **sound)
    with pytest.raises(DataError, match="is damaged"):
        read_pictures(path, classes=10)
    assert not (tmp_path / "executed").exists()


def test_a_missing_path_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        read_pictures(tmp_path / "nothing.npz", classes=10)
    with pytest.raises(DataError, match="cannot be read"):
        read_pictures(tmp_path, classes=10)


@BOTH
def test_a_shipped_file_that_is_gone(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path / "assets",))
    with pytest.raises(DataError, match=f"“data/{key}.npz”, which belongs to Neural Network Playground, is missing"):
        data_set(key).loader(noise=0, samples=0, seed=0)
