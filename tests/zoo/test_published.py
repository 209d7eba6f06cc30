from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.zoo import agreeing_digits, agrees, compared, digits, printed_numbers, publication, written_like


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


# ---- rows of numbers


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("7x7x3", ("7", "7", "3")),
        ("5 × 5", ("5", "5")),
        ("1 -1 0", ("1", "-1", "0")),
        ("0.05, 0.10", ("0.05", "0.10")),
        ("409,600", ("409,600",)),
        ("28, 28", ("28", "28")),
        ("600K", ("600",)),
        ("-0.019049119", ("-0.019049119",)),
    ],
)
def test_the_numbers_of_a_printed_row(printed: str, numbers: tuple[str, ...]) -> None:
    assert printed_numbers(printed) == numbers


@pytest.mark.parametrize(
    ("printed", "live", "written"),
    [
        *(("409,600", 409600.0, "409,600"), ("0.40", 0.4, "0.40"), ("7", 7.4, "7")),
        *(("0", -0.0, "0"), ("0.00", -0.001, "0.00")),
    ],
)
def test_live_numbers_are_written_like_printed_ones(printed: str, live: float, written: str) -> None:
    assert written_like(printed, live) == written


def test_a_row_agrees_only_as_a_whole() -> None:
    assert agrees("1 2 3", (1.0, 2.0, 3.0))
    assert not agrees("1 2 3", (1.0, 2.0, 4.0))
    assert not agrees("1 2 3", (1.0, 2.0))
    assert not agrees("0 0.5", (0.4, 0.5)), "a whole number beside one with places is exact"


@pytest.mark.parametrize(
    ("printed", "live", "pieces"),
    [
        ("0.75", (0.75,), [("0.75", True)]),
        ("0.75", (0.71,), [("0.7", True), ("1", False)]),
        ("0.75", (10.0,), [("10.00", False)]),
        ("5 x 4", (5.0, 3.0), [("5", True), (" x ", None), ("3", False)]),
        ("36K", (36.864,), [("3", True), ("7", False), ("K", None)]),
        ("(24, 24)", (24.0, 24.0), [("(", None), ("24", True), (", ", None), ("24", True), (")", None)]),
        ("-1", (1.0,), [("1", False)]),
        ("0 0.5", (0.4, 0.5), [("0.4", False), (" ", None), ("0.5", True)]),
        ("1 2.5", (1.0, 2.5), [("1", True), (" ", None), ("2.5", True)]),
    ],
)
def test_a_live_row_in_pieces(printed: str, live: tuple[float, ...], pieces: list[tuple[str, bool | None]]) -> None:
    assert [(piece.text, piece.agrees) for piece in compared(printed, live)] == pieces


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=5), st.integers(1, 5))
def test_the_pieces_together_are_the_live_row(values: list[float], places: int) -> None:
    printed = " ".join(f"{value:.{places}f}" for value in values)
    pieces = compared(printed, values)
    assert "".join(piece.text for piece in pieces) == printed
    assert all(piece.agrees is not False for piece in pieces)
    assert agrees(printed, values)


# ---- worked examples


def test_a_network_that_is_no_worked_example_has_no_publication() -> None:
    assert publication("") is None
    assert publication("lenet-5") is None
    assert publication("of a later version") is None
    assert publication("mazur") is not None
