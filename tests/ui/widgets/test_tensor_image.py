from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.ui.theme import Choice, appearance, mix
from playground.ui.widgets.tensor_image import (
    Kind,
    colour_image,
    grey_image,
    limits_of,
    magnitude,
    pixels_between,
    pixels_of,
    signed_colour,
    signed_image,
    signed_pixels,
)

BOTH: tuple[Choice, ...] = ("dark", "light")


def names(array: list[list[float]], scale: float | None = None) -> list[list[str]]:
    image = signed_image(np.array(array), scale)
    return [[image.pixelColor(x, y).name() for x in range(image.width())] for y in range(image.height())]


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_signs_have_their_colours_and_rows_are_rows(choice: Choice) -> None:
    appearance.set_choice(choice)
    theme = appearance.theme
    first, second = names([[2.0, 0.0, -2.0], [1.0, -1.0, 0.0]])
    assert first == [theme.positive, theme.zero, theme.negative]
    assert _close(second[:2], [mix(theme.zero, theme.positive, 0.5), mix(theme.zero, theme.negative, 0.5)])


def _close(found: list[str], wanted: list[str]) -> bool:
    pairs = [(QColor(a), QColor(b)) for a, b in zip(found, wanted, strict=True)]
    return all(max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= 1 for a, b in pairs)


def test_positive_is_blue_and_negative_orange() -> None:
    blue, orange = (QColor(name) for name in names([[1.0, -1.0]])[0])
    assert blue.blue() > blue.green() > blue.red()
    assert orange.red() > orange.green() > orange.blue()


def test_the_largest_magnitude_is_at_full_colour_and_a_scale_saturates() -> None:
    theme = appearance.theme
    assert names([[0.001, -0.0005]])[0][0] == theme.positive
    assert names([[5.0, -7.0, 0.0]], scale=2.0)[0] == [theme.positive, theme.negative, theme.zero]


def test_all_zeros_are_neutral() -> None:
    assert names([[0.0, 0.0]]) == [[appearance.theme.zero] * 2]


def test_what_is_no_number_stands_out_and_infinity_saturates() -> None:
    theme = appearance.theme
    assert names([[np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0]]) == [
        [theme.not_a_number, theme.positive, theme.negative, theme.positive, theme.negative, theme.zero]
    ]
    assert names([[np.nan, np.nan]]) == [[theme.not_a_number] * 2]
    assert names([[np.inf, 0.0]]) == [[theme.positive, theme.zero]]


def test_the_second_palette_is_used_when_it_is_chosen() -> None:
    before = names([[1.0, -1.0]])
    appearance.set_sign_palette("green-purple")
    assert names([[1.0, -1.0]]) == [[appearance.theme.positive, appearance.theme.negative]] != before


def test_grey_goes_from_black_to_white_in_both_themes() -> None:
    pictures = []
    for choice in BOTH:
        appearance.set_choice(choice)
        image = grey_image(np.array([[0.0, 0.5, 1.0]]))
        pictures.append([image.pixelColor(x, 0).lightness() for x in range(3)])
    assert pictures[0] == pictures[1]
    assert pictures[0][0] < 25
    assert pictures[0][0] < pictures[0][1] < pictures[0][2]
    assert pictures[0][2] > 235


def test_grey_knows_nan_and_constant_pictures() -> None:
    image = grey_image(np.array([[np.nan, 0.0, 1.0]]))
    assert image.pixelColor(0, 0).name() == appearance.theme.not_a_number
    assert grey_image(np.zeros((2, 2))).pixelColor(0, 0).lightness() < 25
    assert grey_image(np.full((2, 2), 0.7)).pixelColor(0, 0).lightness() > 235


def test_a_colour_picture_keeps_its_channels_apart() -> None:
    picture = np.zeros((3, 1, 4))
    for channel in range(3):
        picture[channel, 0, channel] = 1.0
    picture[1, 0, 3] = np.nan
    image = colour_image(picture)
    assert [image.pixelColor(x, 0).name() for x in range(3)] == ["#ff0000", "#00ff00", "#0000ff"]
    assert image.pixelColor(3, 0).name() == appearance.theme.not_a_number


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"\(4, 2, 2\)"):
        colour_image(np.zeros((4, 2, 2)))
    with pytest.raises(ValueError, match=r"\(2, 2, 2\)"):
        signed_image(np.zeros((2, 2, 2)))


def test_many_maps_at_once_are_the_maps_one_by_one() -> None:
    maps = np.random.default_rng(0).normal(size=(5, 7, 6)).astype(np.float32)
    scale = magnitude(maps)
    together = signed_pixels(maps)
    for index, one in enumerate(maps):
        assert np.array_equal(together[index], signed_pixels(one, scale))


def test_one_number_has_the_colour_that_its_picture_gives_it() -> None:
    image = signed_image(np.array([[0.3, -1.0]]), scale=2.0)
    assert signed_colour(0.3, 2.0) == image.pixelColor(0, 0)
    assert signed_colour(-1.0, 2.0) == image.pixelColor(1, 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int64, np.uint8, np.bool_])
def test_every_type_of_number_can_be_shown(dtype: type) -> None:
    assert (
        pixels_of(np.array([[0, 1]], dtype=dtype), "signed").tolist() == signed_pixels(np.array([[0.0, 1.0]])).tolist()
    )


def test_an_empty_array_has_an_empty_picture() -> None:
    assert signed_image(np.zeros((0, 4))).isNull()


def test_the_picture_outlives_its_array() -> None:
    array = np.ones((64, 64))
    image = signed_image(array)
    array[:] = -1
    del array
    assert image.pixelColor(63, 63).name() == appearance.theme.positive


@pytest.mark.parametrize("kind", ["signed", "grey", "colour"])
@pytest.mark.parametrize("special", [0.0, np.nan, np.inf, -np.inf])
def test_a_part_on_the_scale_of_the_whole_looks_as_it_does_within_the_whole(kind: Kind, special: float) -> None:
    shape = (5, 3, 4, 6) if kind == "colour" else (5, 4, 6)
    maps = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    maps[2, ..., 0] = special
    for scale in (None, 0.7):
        whole, limits = pixels_of(maps, kind, scale), limits_of(maps, kind, scale)
        for index, one in enumerate(maps):
            assert np.array_equal(whole[index], pixels_between(one, kind, limits))


def test_the_largest_magnitude_is_that_of_a_finite_number() -> None:
    assert magnitude(np.array([1.0, -3.0, np.nan])) == 3.0
    assert magnitude(np.array([np.inf, -0.5, -np.inf])) == 0.5
    assert magnitude(np.array([np.nan, np.inf])) == 0.0
    assert magnitude(np.array([-2, 1], dtype=np.int64)) == 2.0
