"""Reading a guess, and judging it."""

from __future__ import annotations

import pytest

from playground.ui.step.guess import GuessError, judge, read_guess


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" −.25 ", -0.25),
        ("1/2", 0.5),
        ("-1/4", -0.25),
        ("1 / 8", 0.125),
        ("5e-3", 0.005),
        ("+3", 3.0),
        ("7.", 7.0),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert read_guess(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1/0", "1/2/3", "0.1.2", "nan", "inf", "1e999", "--1", "1+1"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(GuessError) as refused:
        read_guess(text)
    assert str(refused.value).endswith(".")


def test_one_per_cent_off_is_right_ten_is_close_and_more_is_not() -> None:
    assert judge(0.3775, 0.3775).mark == "right"
    assert judge(0.38, 0.3775).mark == "right"
    assert judge(0.40, 0.3775).mark == "close"
    assert judge(0.5, 0.3775).mark == "off"
    assert judge(-2.01, -2.0).mark == "right"


def test_the_digits_that_are_shown_are_enough() -> None:
    assert judge(0.0004386, 0.0004385677344743467).mark == "right"
    assert judge(0.0, 1e-17).mark == "right", "a number that is 0 but for rounding"
    assert judge(0.001, 0.0).mark == "off"


def test_the_words_say_which_way_and_how_far() -> None:
    assert "too large by 0.1" in judge(0.6, 0.5).words
    assert "too small by 0.3" in judge(0.2, 0.5).words
    assert "sign" in judge(0.5, -0.5).words
