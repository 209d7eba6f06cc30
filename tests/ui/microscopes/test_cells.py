"""How numbers are written into cells."""

from __future__ import annotations

import numpy as np
import pytest

from playground.ui.microscopes.cells import NumberFormat, format_for, grid_texts, inks, number_size, shortened


@pytest.mark.parametrize(
    ("largest", "written", "note"),
    [
        (1.0, "1.00", ""),
        (0.3, "0.30", ""),
        (-2.6, "−2.60", ""),
        (12.34, "12.3", ""),
        (345.6, "346", ""),
        (0.0123, "1.23", "× 10⁻²"),
        (0.0009999984, "1.00", "× 10⁻³"),
        (-4.2e-8, "−4.20", "× 10⁻⁸"),
        (123456.0, "1.23", "× 10⁵"),
    ],
)
def test_grids_are_written_in_two_decimals_or_with_a_common_power_of_ten(
    largest: float, written: str, note: str
) -> None:
    found = format_for(np.array([0.0, largest]))
    assert found.text(largest) == written
    assert found.note == note


def test_a_grid_of_zeros_and_one_with_nan_have_a_format() -> None:
    assert format_for(np.zeros(3)).text(0.0) == "0.00"
    assert format_for(np.array([np.nan, np.inf, 0.5])).text(0.5) == "0.50"


@pytest.mark.parametrize("written", [NumberFormat(2), NumberFormat(0), NumberFormat(1, -3), NumberFormat(3, 4)])
@pytest.mark.parametrize("more", [1.5, np.nan, -np.inf])
def test_a_whole_grid_is_written_as_each_of_its_numbers(written: NumberFormat, more: float) -> None:
    grid = np.array([[0.0, -0.0, 10.0, -10.0, -1e-9], [0.004, -0.004, 12345.678, -0.17, more]], dtype=np.float32)
    alone = [[written.text(float(value)) if value else "0" for value in row] for row in grid]
    assert grid_texts(grid, written) == alone


@pytest.mark.parametrize(
    ("value", "text"), [(0.3, ".30"), (-0.17, "−.17"), (1.0, "1.00"), (-1.26, "−1.3"), (0.0, "0"), (-0.001, "0.00")]
)
def test_in_narrow_cells_four_letters_must_do(value: float, text: str) -> None:
    found = shortened(value, NumberFormat(2))
    assert found in (text, text.removeprefix("0"))
    assert len(found) <= 4


def test_numbers_vanish_when_they_cannot_be_read() -> None:
    assert number_size(43, 5) >= 11
    assert number_size(12, 4) == 0


def test_letters_are_dark_on_bright_cells() -> None:
    pixels = np.array([0xFFFFFFFF, 0xFF141414, 0xFFF08C3A], dtype=np.uint32)
    assert inks(pixels).tolist() == [True, False, True]
