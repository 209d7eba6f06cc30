"""A data set from a folder of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.data import DataError, data_set
from playground.data.own import FolderChoice, folder_key, survey
from playground.data.own.pictures import Cancelled, read_folder


def _paint(folder: Path, colours: dict[str, str], each: int = 5, size: tuple[int, int] = (40, 20)) -> Path:
    for name, colour in colours.items():
        (folder / name).mkdir(parents=True)
        for number in range(each):
            Image.new("RGB", size, colour).save(folder / name / f"{number}.png")
    return folder


def _choice(folder: Path, side: int = 8, *, is_grey: bool = False) -> FolderChoice:
    return FolderChoice(str(folder), survey(folder).classes, side, is_grey)


def test_each_folder_is_a_class(tmp_path: Path) -> None:
    choice = _choice(_paint(tmp_path, {"red": "#ff0000", "Blue": "#0000ff"}))
    assert choice.classes == ("Blue", "red")
    read = read_folder(choice, lambda done, total: True)
    assert read.unreadable == ()
    assert read.samples.x_train.shape == (8, 3, 8, 8)
    reds = read.samples.x_train[read.samples.y_train == 1]
    np.testing.assert_allclose(reds.mean(axis=(0, 2, 3)), (1, 0, 0), atol=1e-6)
    assert sorted(read.samples.y_test.tolist()) == [0, 1]
    described = data_set(folder_key(choice))
    assert (described.sample_shape, described.classes) == ((3, 8, 8), ("Blue", "red"))


def test_pictures_for_the_test_may_lie_apart(tmp_path: Path) -> None:
    _paint(tmp_path / "train", {"a": "black", "b": "white"}, each=4)
    _paint(tmp_path / "test", {"a": "black", "b": "white"}, each=2)
    samples = read_folder(_choice(tmp_path, is_grey=True), lambda done, total: True).samples
    assert samples.x_train.shape == (8, 1, 8, 8)
    assert samples.x_test.shape == (4, 1, 8, 8)


def test_unreadable_pictures_among_good_ones_are_left_out_and_named(tmp_path: Path) -> None:
    folder = _paint(tmp_path, {"a": "black", "b": "white"})
    (folder / "a" / "broken.png").write_bytes(b"not a picture")
    whole = (folder / "b" / "0.png").read_bytes()
    (folder / "b" / "cut.png").write_bytes(whole[: len(whole) // 2])
    read = read_folder(_choice(folder), lambda done, total: True)
    assert {file.name for file, _ in read.unreadable} == {"broken.png", "cut.png"}
    assert len(read.samples.x_train) + len(read.samples.x_test) == 10


def test_transparent_pictures_stand_on_white(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(tmp_path / name / f"{number}.png")
    assert read_folder(_choice(tmp_path), lambda done, total: True).samples.x_train.min() == 1.0


def test_progress_is_told_and_can_cancel(tmp_path: Path) -> None:
    folder = _paint(tmp_path, {"a": "black", "b": "white"})
    seen: list[tuple[int, int]] = []

    def watch(done: int, total: int) -> bool:
        seen.append((done, total))
        return done < 4

    with pytest.raises(Cancelled):
        read_folder(_choice(folder), watch)
    assert seen == [(1, 10), (2, 10), (3, 10), (4, 10)]


def test_an_empty_folder_loose_pictures_and_a_single_class_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pictures in folders"):
        survey(tmp_path)
    Image.new("L", (4, 4)).save(tmp_path / "loose.png")
    with pytest.raises(DataError, match="1 pictures that lie loose"):
        survey(tmp_path)
    _paint(tmp_path, {"only": "red"})
    with pytest.raises(DataError, match="one class only, “only”"):
        survey(tmp_path)


def test_a_folder_that_is_gone_or_has_other_classes_now(tmp_path: Path) -> None:
    folder = _paint(tmp_path / "pictures", {"a": "black", "b": "white"})
    choice = _choice(folder)
    (folder / "b").rename(folder / "c")
    with pytest.raises(DataError, match="no longer those"):
        read_folder(choice, lambda done, total: True)
    with pytest.raises(DataError, match="is not there"):
        survey(tmp_path / "nowhere")


def test_nothing_but_broken_pictures(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(b"x")
    with pytest.raises(DataError, match="Too few pictures"):
        read_folder(_choice(tmp_path), lambda done, total: True)


def test_what_was_read_once_is_remembered_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = _paint(tmp_path / "pictures", {"a": "black", "b": "#336699"})
    (folder / "a" / "broken.png").write_bytes(b"x")
    choice = _choice(folder)
    first = read_folder(choice, lambda done, total: True)
    again = read_folder(choice, lambda done, total: False)  # would be cancelled if a file were opened
    np.testing.assert_array_equal(again.samples.x_train, first.samples.x_train)
    assert again.unreadable == first.unreadable
    Image.new("RGB", (9, 9), "white").save(folder / "a" / "0.png")
    with pytest.raises(Cancelled):
        read_folder(choice, lambda done, total: False)


def test_a_damaged_memory_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    choice = _choice(_paint(tmp_path / "pictures", {"a": "black", "b": "white"}))
    first = read_folder(choice, lambda done, total: True)
    for file in (tmp_path / "cache").rglob("*.npz"):
        file.write_bytes(file.read_bytes()[:100])
    again = read_folder(choice, lambda done, total: True)
    np.testing.assert_array_equal(again.samples.x_train, first.samples.x_train)
