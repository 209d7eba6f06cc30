from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.ui.widgets.numbers import (
    bytes_,
    choose_digits,
    chosen_digits,
    count,
    duration,
    exact,
    fixed,
    million,
    shape_text,
    short,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.65, "0.65"),
        (-2.6, "−2.6"),
        (0.593269992, "0.5933"),
        (0.30000001, "0.3"),
        (99.99999, "100"),
        (1234.5, "1,234"),
        (61706, "61,710"),
        (123456, "123,500"),
        (1e6, "1e6"),
        (-1234567, "−1.235e6"),
        (0.0001234567, "0.0001235"),
        (0.00001, "0.00001"),
        (1.2e-7, "1.2e−7"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (np.float32(0.1), "0.1"),
    ],
)
def test_short(value: float, text: str) -> None:
    assert short(value) == text


def test_short_with_other_digits_and_a_plus() -> None:
    assert short(0.08216704, digits=6) == "0.082167"
    assert short(0.000439, plus=True) == "+0.000439"
    assert short(-0.0226, plus=True) == "−0.0226"
    assert short(0.0, plus=True) == "0"
    assert short(math.inf, plus=True) == "+∞"


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_short_stays_within_half_a_unit_of_the_last_digit(value: float) -> None:
    read_back = float(short(value).replace("−", "-").replace(",", ""))
    assert math.isclose(read_back, value, rel_tol=5.01e-4, abs_tol=0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.3, "0.30"), (-1, "−1.00"), (-0.001, "0.00"), (1234.567, "1,234.57"), (math.nan, "NaN"), (-math.inf, "−∞")],
)
def test_fixed(value: float, text: str) -> None:
    assert fixed(value) == text


def test_fixed_with_a_plus() -> None:
    assert fixed(0.5, 3, plus=True) == "+0.500"
    assert fixed(-0.0001, 2, plus=True) == "0.00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1 / 3, "0.3333333333333333"),
        (np.float32(1) / np.float32(3), "0.33333334"),
        (-2.0, "−2"),
        (7, "7"),
        (np.int64(-3), "−3"),
        (0.0, "0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
    ],
)
def test_exact(value: float, text: str) -> None:
    assert exact(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_loses_nothing(value: float) -> None:
    assert float(exact(value).replace("−", "-")) == value


@pytest.mark.parametrize(("n", "text"), [(0, "0"), (156, "156"), (61706, "61,706"), (-1200, "−1,200")])
def test_count(n: int, text: str) -> None:
    assert count(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (480, "480"),
        (9_999, "9,999"),
        (416_520, "0.42 M"),
        (25_557_032, "25.6 M"),
        (138_357_544, "138 M"),
        (999_600_000, "1.00 G"),
        (11_560_000_000, "11.6 G"),
        (4_000_000_000_000_000, "4,000 T"),
    ],
)
def test_million(n: int, text: str) -> None:
    assert million(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (246_824, "247 kB"),
        (999_900, "1.00 MB"),
        (4_200_000_000, "4.20 GB"),
        (10**13, "10.0 TB"),
        (10**16, "10,000 TB"),
    ],
)
def test_bytes(n: int, text: str) -> None:
    assert bytes_(n) == text


@pytest.mark.parametrize(("shape", "text"), [((6, 28, 28), "6×28×28"), ((400,), "400"), ((), "1")])
def test_shape_text(shape: tuple[int, ...], text: str) -> None:
    assert shape_text(shape) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.42, "0.4 s"),
        (9.96, "10 s"),
        (12.3, "12 s"),
        (59.7, "1 min"),
        (112, "1 min 52 s"),
        (3599.6, "1 h"),
        (7500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
        (-112, "−1 min 52 s"),
        (math.inf, "—"),
        (math.nan, "—"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_numbers_need_no_qt() -> None:
    code = "import sys; import playground.ui.widgets.numbers; sys.exit(any('PySide' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


@pytest.fixture
def _digits_as_before() -> Iterator[None]:
    yield
    choose_digits(0)


@pytest.mark.usefixtures("_digits_as_before")
def test_the_chosen_digits_take_the_place_of_each_callers_own() -> None:
    choose_digits(3)
    assert short(0.593269992, 9) == "0.593"
    assert short(61706) == "61,706", "a whole number is not rounded"
    choose_digits(10)
    assert chosen_digits() == 10
    assert short(1 / 3, 4) == "0.3333333333"
    choose_digits(0)
    assert short(1 / 3, 4) == "0.3333"


@pytest.mark.parametrize("digits", [1, 2, 11, -1])
def test_digits_that_cannot_be_chosen_are_refused(digits: int) -> None:
    with pytest.raises(ValueError, match="3 to 10"):
        choose_digits(digits)
    assert chosen_digits() == 0


@given(st.floats(allow_nan=False, min_value=-1e12, max_value=1e12))
def test_where_there_is_little_room_a_number_still_fits(value: float) -> None:
    assert len(short(value, 10, letters=9)) <= 9


def test_room_takes_digits_away_one_by_one() -> None:
    assert short(0.123456789, 9, letters=8) == "0.123457"
    assert short(-0.000123456, 6, letters=8) == "−1.2e−4"
