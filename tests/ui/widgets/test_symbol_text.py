from __future__ import annotations

from itertools import pairwise

import pytest

from playground.ui.widgets.formula_ink import tinted, untinted
from playground.ui.widgets.formula_typesetting import typeset
from playground.ui.widgets.symbol_text import symbol_html, symbol_text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{\partial E}{\partial w_{5}}", "∂E/∂w₅"),
        (r"\frac{\partial out_{o1}}{\partial net_{o1}}", "∂out_o1/∂net_o1"),
        (r"x_{1,2}^{(3)}", "x[1,2]⁽³⁾"),
        (r"\frac{1}{1 + e^{-x_{1}}}", "1/(1 + e^−x₁)"),
        (r"\max\left(0,\; z_1\right)", "max(0, z₁)"),
        (r"3 \cdot 10^{-7}", "3 · 10⁻⁷"),
        (r"-\log p_{4}", "−log p₄"),
        (r"x_1 + \dots + x_9", "x₁ + … + x₉"),
        (r"0 \quad (x_{1} \leq 0)", "0 (x₁ ≤ 0)"),
        (tinted(r"w_{2}", 1, 0) + r" \cdot " + tinted("x_{2}", 0, 1), "w₂ · x₂"),
    ],
)
def test_a_formula_as_a_line_of_text(latex: str, text: str) -> None:
    assert symbol_text(latex) == text


def test_as_rich_text_it_has_small_letters_and_nothing_that_is_taken_for_a_tag() -> None:
    assert symbol_html(r"w_{5}^{2}") == "w<sub>5</sub><sup>2</sup>"
    assert symbol_html("a < b") == "a &lt; b"


def test_colours_can_be_taken_off_again() -> None:
    inner = rf"\frac{{{tinted('a_{2}', 3, 7)}}}{{b}}"
    assert untinted(tinted(inner, 0)) == r"\frac{a_{2}}{b}"


def test_each_coloured_part_is_found_where_it_is_drawn() -> None:
    found = typeset(tinted("w_{1,2}", 1, 0) + r" \cdot " + tinted("x_{3}", 0, 1) + " + " + tinted("x_{3}", 0, 1)).parts
    assert [part for part, _ in found] == [0, 1, 1]
    assert all(before.right() < after.left() for (_, before), (_, after) in pairwise(found))


def test_a_bar_over_letters_has_the_colour_of_the_letters() -> None:
    assert "black" not in typeset(r"\overline{x}").svg
