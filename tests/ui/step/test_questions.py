"""What is asked before a number is shown: only what a person can work out, and nothing of the result."""

from __future__ import annotations

import math

import pytest

from playground.engine.arithmetic import Explanation, Factor, Place, Term
from playground.ui.step.question import MOST_TERMS, questions_about
from playground.ui.step.sum_parts import parts_of

PLACE = Place("layer", "output", (0, 0))


def product(*values: float, negative: bool = False, function: str = "") -> Term:
    return Term(tuple(Factor("x", value) for value in values), function, negative)


def explanation(*terms: Term, value: float, combine: str = "sum", **more: object) -> Explanation:
    return Explanation("layer · unit 1", "y", "y = x", "", terms, value, "", combine=combine, **more)  # type: ignore[arg-type]


MAZUR = explanation(product(0.15, 0.05), product(0.2, 0.1), value=0.3775, offset=Factor("b", 0.35))


def test_a_sum_is_built_part_by_part_up_to_the_number_itself() -> None:
    parts = parts_of(MAZUR)
    assert [part.text for part in parts] == ["0.15 · 0.05", "0.2 · 0.1", "0.35"]
    assert [part.running for part in parts] == pytest.approx([0.0075, 0.0275, 0.3775])
    assert [part.sign for part in parts] == ["", "+", "+"]


def test_negative_parts_are_subtracted() -> None:
    parts = parts_of(explanation(product(2.0), product(-3.0, 0.5), product(1.0, negative=True), value=-0.5))
    assert [(part.sign, part.text) for part in parts] == [("", "2"), ("−", "3 · 0.5"), ("−", "1")]
    assert parts[-1].running == -0.5


def test_of_a_maximum_the_largest_so_far_counts() -> None:
    parts = parts_of(explanation(product(1.0), product(4.0), product(2.0), value=4.0, combine="max"))
    assert [part.running for part in parts] == [1.0, 4.0, 4.0]


def test_a_share_ends_with_the_division() -> None:
    terms = [product(value, function="exp") for value in (0.0, math.log(3.0))]
    parts = parts_of(explanation(*terms, value=0.75, combine="share", chosen=1))
    assert [part.running for part in parts] == pytest.approx([1.0, 4.0, 0.75])


def test_a_number_that_is_given_has_no_parts() -> None:
    assert parts_of(explanation(value=0.4)) == ()


def test_the_question_shows_the_numbers_and_not_the_result() -> None:
    (question,) = questions_about(MAZUR, PLACE, 3, by_term=False)
    assert question.numbers == "0.15 · 0.05 + 0.2 · 0.1 + 0.35"
    assert question.value == 0.3775
    assert "0.3775" not in question.numbers + question.symbols + question.title + question.prompt
    assert (question.place, question.station) == (PLACE, 3)


def test_by_term_each_step_of_the_sum_is_asked_for() -> None:
    questions = questions_about(MAZUR, PLACE, 3, by_term=True)
    assert [question.numbers for question in questions] == ["0.15 · 0.05", "0.0075 + 0.2 · 0.1", "0.0275 + 0.35"]
    assert [question.value for question in questions] == pytest.approx([0.0075, 0.0275, 0.3775])


def test_long_sums_are_not_asked_for_but_products_with_nothing_do_not_count() -> None:
    many = [product(0.5, 0.5) for _ in range(MOST_TERMS + 1)]
    assert questions_about(explanation(*many, value=0.25 * len(many)), PLACE, 0, by_term=False) == ()
    padded = [*many[:2], *[product(0.0, 0.3) for _ in range(20)]]
    (question,) = questions_about(explanation(*padded, value=0.5), PLACE, 0, by_term=False)
    assert question.numbers == "0.5 · 0.5 + 0.5 · 0.5"
    assert "20 products with 0" in question.note


def test_what_is_only_handed_on_is_not_asked_for() -> None:
    assert questions_about(explanation(product(0.3), value=0.3), PLACE, 0, by_term=False) == ()
    assert questions_about(explanation(value=0.3), PLACE, 0, by_term=False) == ()
    assert questions_about(explanation(product(math.nan, 2.0), value=math.nan), PLACE, 0, by_term=False) == ()


def test_of_a_maximum_all_that_compete_are_shown() -> None:
    terms = [product(0.0), product(0.4), product(0.0), product(0.1)]
    (question,) = questions_about(explanation(*terms, value=0.4, combine="max"), PLACE, 0, by_term=True)
    assert question.numbers == "max(0,  0.4,  0,  0.1)"
    assert "wins" in question.prompt
