"""Formulas that are too wide for a line are broken before an operator, and nothing of them is lost."""

from __future__ import annotations

import pytest

from playground.ui.widgets.formula_ink import tinted
from playground.ui.widgets.formula_lines import broken, width
from playground.ui.widgets.formula_typesetting import typeset

PRODUCT = rf"{tinted('0.0762', 1, 4)} \cdot \left({{-}}{tinted('0.3458', 0, 5)}\right)"
LONG = r" + \dots + ".join([PRODUCT] * 5)


def test_what_fits_stays_on_one_line() -> None:
    assert broken(r"z = w \cdot x + b", 20) == (r"z = w \cdot x + b",)


@pytest.mark.parametrize("latex", [f"z_{{4,2}} = {LONG} = 0.0069", rf"z = 0.1 \cdot \left({LONG}\right) - 0.5 = 2"])
def test_a_long_sum_is_broken_into_lines_that_fit(latex: str) -> None:
    lines = broken(latex, 70)
    assert len(lines) > 1
    assert all(width(line) <= 73 for line in lines)
    assert all(line.startswith((r"\quad {} + ", r"\quad {} - ", r"\quad {} = ")) for line in lines[1:])
    assert all(typeset(line) is not None for line in lines)
    whole = "".join(line.removeprefix(r"\quad {}") for line in lines)
    assert (
        whole.replace("(", r"\left(")
        .replace(r"\left\left", r"\left")
        .replace(")", r"\right)")
        .replace(r"\right\right", r"\right")
        == latex
    )


def test_the_colours_and_indices_take_no_room_of_their_own() -> None:
    assert width(tinted("0.5", 2, 7)) == width("0.5") == 3
    assert width(r"x_{12}") < width("x12")
    assert width(r"\frac{\partial E}{\partial w_{5}}") < width(r"\partial E \partial w_{5}")


def test_what_has_no_operator_stays_whole() -> None:
    assert broken("1" * 50, 20) == ("1" * 50,)


def test_a_list_of_numbers_is_broken_behind_its_commas() -> None:
    lines = broken(r"y = \max\left(" + r",\; ".join(["0.8437"] * 12) + r"\right) = 0.8437", 40)
    assert len(lines) > 2
    assert all(line.endswith(",") for line in lines[:-1])
    assert all(typeset(line) is not None for line in lines)
