from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from playground.engine.arithmetic import Explanation, Factor, Place, Term
from playground.ui.microscopes.coloured_formula import coloured
from playground.ui.microscopes.factor_roles import ROLES, factors_of, role_of, roles_of
from playground.ui.microscopes.origin import origin_of, station_of, with_twins
from playground.ui.microscopes.origin_foot import as_latex, as_text
from playground.ui.microscopes.term_rows import TermRows
from playground.ui.widgets.formula_ink import INK, part_of, untinted
from playground.ui.widgets.formula_typesetting import typeset
from playground.ui.widgets.numbers import choose_digits
from tests.ui.microscopes.recordings import chain, scene_of

GRAPH = chain(
    (
        ("input", "input", {"shape": (1, 6, 6)}),
        ("conv", "conv2d", {"out_channels": 2, "kernel_size": 3}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("wide", "dense", {"out_features": 3}),
        ("sigmoid", "sigmoid", {}),
        ("last", "dense", {"out_features": 3}),
        ("loss", "cross_entropy", {}),
    )
)
TRACE = scene_of(GRAPH, "conv").trace


def parts(latex: str) -> dict[int, str]:
    """The role of each part that is coloured."""
    found = (ink for ink in INK.finditer(latex) if part_of(ink[0]) >= 0)
    return {part_of(ink[0]): ROLES[int(ink[1], 16)] for ink in found}


PLACES = [
    Place("conv", "output", (0, 1, 2, 2)),
    Place("conv", "grad_weight", (1, 0, 0, 1), name="weight"),
    Place("conv", "grad_input", (0, 0, 3, 3)),
    Place("relu", "grad_input", (0, 0, 1, 1)),
    Place("wide", "output", (0, 2)),
    Place("sigmoid", "output", (0, 1)),
    Place("sigmoid", "grad_input", (0, 1)),
    Place("last", "output", (0, 0)),
    Place("last", "grad_weight", (2, 1), name="weight"),
    Place("last", "updated", (2, 1), name="weight"),
    Place("loss", "output", ()),
    Place("loss", "grad_input", (0, 1)),
]


@pytest.fixture(autouse=True)
def _digits_as_before() -> Iterator[None]:
    yield
    choose_digits(0)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_the_colours_change_nothing_but_the_colour(place: Place) -> None:
    explanation = origin_of(TRACE, place)
    found = coloured(explanation)
    assert untinted(found.symbols) == explanation.symbols
    assert untinted(found.numbers) == explanation.numbers
    for latex in (found.symbols, found.numbers):
        assert typeset(latex).width == pytest.approx(typeset(untinted(latex)).width, rel=0.08)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_part_has_the_colour_of_its_factor(place: Place) -> None:
    found = coloured(origin_of(TRACE, place))
    for latex in (found.symbols, found.numbers):
        for part, role in parts(latex).items():
            assert role == role_of(found.factors[part])


def test_a_short_sum_shows_every_factor_in_symbols_and_in_numbers() -> None:
    found = coloured(origin_of(TRACE, Place("last", "output", (0, 0))))
    everything = set(range(len(found.factors)))
    assert set(parts(found.symbols)) == set(parts(found.numbers)) == everything
    assert [role_of(factor) for factor in found.factors] == [*["factor_weight", "factor_input"] * 3, "factor_weight"]


def test_a_long_sum_is_coloured_by_what_its_letters_stand_for() -> None:
    symbols = coloured(origin_of(TRACE, Place("wide", "output", (0, 2)))).symbols
    coloured_pieces = re.findall(r"\\textcolor\{#1(.)0000\}\{(w_\{3,i\}|x_\{i\})\}", symbols)
    assert [(ROLES[int(role, 16)], piece) for role, piece in coloured_pieces] == [
        ("factor_weight", "w_{3,i}"),
        ("factor_input", "x_{i}"),
    ]


def test_a_negative_number_takes_its_sign_along() -> None:
    weight, x = Factor("w", -2.0, Place("a", "weight", (0, 0), name="weight")), Factor("x", -3.0)
    term = Term((x, weight))
    found = coloured(Explanation("t", "y", r"y = x \cdot w", "filled", (term,), 6.0, ""))
    assert untinted(found.numbers) == r"y = \left({-}3\right) \cdot \left({-}2\right) = 6"
    assert r"\left(\textcolor{#110002}{{-}2}\right)" in found.numbers


def test_the_chosen_digits_are_written() -> None:
    place = Place("last", "output", (0, 0))
    choose_digits(10)
    long = coloured(origin_of(TRACE, place)).numbers
    choose_digits(3)
    assert len(untinted(coloured(origin_of(TRACE, place)).numbers)) < len(untinted(long))


def test_factors_light_the_places_where_they_stand() -> None:
    explanation = origin_of(TRACE, Place("last", "grad_weight", (2, 1), name="weight"))
    assert roles_of(factors_of(explanation)) == {
        Place("last", "input", (0, 1)): "factor_input",
        Place("last", "grad_output", (0, 2)): "factor_blame",
    }


def test_a_number_is_also_found_under_its_other_names() -> None:
    found = with_twins(TRACE, {Place("last", "input", (0, 1)): "a", Place("last", "grad_output", (0, 2)): "b"})
    assert found[Place("sigmoid", "output", (0, 1))] == "a"
    assert found[Place("loss", "grad_input", (0, 2))] == "b"
    assert with_twins(TRACE, {Place("sigmoid", "output", (0, 1)): "c"})[Place("last", "input", (0, 1))] == "c"


def test_a_place_knows_the_station_where_its_number_is_made() -> None:
    moments = TRACE.moments
    forward = moments[station_of(TRACE, Place("wide", "output", (0, 0)), 0)]
    backward = moments[station_of(TRACE, Place("wide", "grad_weight", (0, 0), name="weight"), 0)]
    update = moments[station_of(TRACE, Place("wide", "updated", (0, 0), name="weight"), 0)]
    assert [(moment.phase, moment.node) for moment in (forward, backward, update)] == [
        ("forward", "wide"),
        ("backward", "wide"),
        ("update", None),
    ]


def test_rows_begin_with_the_largest_term_and_add_up() -> None:
    explanation = origin_of(TRACE, Place("conv", "grad_weight", (1, 0, 0, 1), name="weight"))
    rows = TermRows(explanation)
    assert len(rows) == len(explanation.terms) == 16
    values = [rows.row(place).value or 0.0 for place in range(len(rows))]
    assert [abs(value) for value in values] == sorted((abs(value) for value in values), reverse=True)
    assert sum(values) == pytest.approx(explanation.value, rel=1e-6)
    assert rows.row(0).pieces[0].symbol.startswith("x[1")


def test_a_function_is_written_with_its_factors_in_place() -> None:
    half = Term((Factor("t", 0.25), Factor("o", 0.75)), "half_square")
    row = TermRows(Explanation("t", "E", "E = …", "…", (half, half), 0.25, "")).row(0)
    assert "".join(piece.text or f"{piece.symbol}:{piece.number}" for piece in row.pieces) == "1/2(t:0.25 − o:0.75)²"
    assert row.value == pytest.approx(0.125)


def test_a_bias_stands_first_so_that_it_is_seen_in_a_long_list() -> None:
    rows = TermRows(origin_of(TRACE, Place("wide", "output", (0, 2))))
    assert [piece.symbol for piece in rows.row(0).factors] == ["b₃"]


def test_copied_as_text_and_as_latex() -> None:
    explanation = origin_of(TRACE, Place("last", "grad_weight", (2, 1), name="weight"))
    text = as_text(explanation)
    assert "∂E/∂w[3,2] = x₂ · ∂E/∂z₃" in text
    assert explanation.words in text
    assert as_latex(explanation) == f"{explanation.symbols}\n{explanation.numbers}"
