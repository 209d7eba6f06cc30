"""The photographs that ship: the pixels, their sizes, the names of the classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from playground import assets
from playground.data import DataError
from playground.data.photographs import imagenet_labels, photograph, photographs, scaled


def test_eight_photographs_ship() -> None:
    names = ("astronaut", "brick_wall", "cat", "coffee", "grass", "retina", "rocket", "temple")
    assert photographs() == names


@pytest.mark.parametrize("name", photographs())
def test_a_photograph_is_red_green_and_blue_from_0_to_1(name: str) -> None:
    picture = photograph(name)
    assert picture.shape == (3, 224, 224)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert 0.5 < picture.max() <= 1


def test_colours_are_where_they_should_be() -> None:
    """The evening sky behind the rocket is blue, the brick wall is grey."""
    red, _, blue = photograph("rocket")[:, :40, :].mean(axis=(1, 2))
    assert blue > 1.5 * red
    wall = photograph("brick_wall")
    assert np.array_equal(wall[0], wall[2])


@pytest.mark.parametrize("side", [1, 100, 227, 299])
def test_scaling_is_that_of_torch(side: int) -> None:
    theirs = torch.nn.functional.interpolate(torch.tensor(photograph("cat"))[None], (side, side), mode="bilinear")
    np.testing.assert_allclose(photograph("cat", side), theirs[0].numpy(), atol=1e-5)


def test_scaling_to_the_same_size_changes_nothing() -> None:
    picture = photograph("coffee")
    assert np.array_equal(scaled(picture, 224, 224), picture)


def test_an_unknown_photograph_is_named_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"No photograph called “dog” ships\. There are: astronaut, brick_wall, cat"):
        photograph("dog")


def test_imagenet_has_a_thousand_classes_with_the_known_numbers() -> None:
    labels = imagenet_labels()
    assert len(labels) == 1000
    assert labels[0] == "tench, Tinca tinca"
    assert labels[281].startswith("tabby")
    assert labels[967] == "espresso"
    assert labels[999] == "toilet tissue, toilet paper, bathroom tissue"


@pytest.mark.parametrize(("content", "complaint"), [(b"no picture", "cannot be read"), (None, "is missing")])
def test_a_photograph_that_is_damaged_or_gone_is_a_data_error(
    content: bytes | None, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "cat.png").write_bytes(content)
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path,))
    with pytest.raises(DataError, match=complaint):
        photograph("cat")
