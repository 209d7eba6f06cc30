from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.zoo import agreeing_digits, digits


@pytest.mark.parametrize(
    ("printed", "live", "agree"),
    [
        ("0.75136507", 0.7513650695523157, 9),
        ("0.75136507", 0.75136500, 8),
        ("0.75136507", 0.7514, 4),
        ("0.75136507", 0.85, 1),
        ("1.105905967", 1.10590596705977, 10),
        ("-0.019049119", -0.019049118258, 9),
        ("-0.019049119", 0.019049119, 0),
        ("0.0000351085", 3.510854812e-05, 11),
        ("0.0000351085", 3.510187782e-05, 9),
        ("0.511301270", 0.5113012702387375, 10),
        ("42", 42.4, 2),
        ("9.99", 10.0, 0),
        ("0.5", math.nan, 0),
        ("0.5", math.inf, 0),
    ],
)
def test_digits_that_agree_are_counted_from_the_left(printed: str, live: float, agree: int) -> None:
    assert agreeing_digits(printed, live) == agree


@given(st.floats(-1e6, 1e6), st.integers(1, 9))
def test_a_number_agrees_fully_with_its_own_rounding(value: float, places: int) -> None:
    printed = f"{value:.{places}f}"
    assert agreeing_digits(printed, value) == digits(printed)


@given(st.integers(0, 10**9 - 1), st.integers(0, 8))
def test_a_changed_digit_ends_the_agreement_there(number: int, place: int) -> None:
    printed = f"0.{number:09d}"
    at = 2 + place
    changed = printed[:at] + str((int(printed[at]) + 5) % 10) + printed[at + 1 :]
    assert agreeing_digits(printed, float(changed)) == 1 + place
