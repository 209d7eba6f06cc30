"""Numbers in sentences are found again among those that the step worked out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.engine.arithmetic import Explanation, ExplanationError, Place
from playground.graph.experiment import TrainingSettings
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.meant_number import meant, meant_or_why_not, numbers_in
from playground.ui.microscopes.origin import origin_of
from playground.ui.widgets.numbers import short
from tests.ui.microscopes.recordings import chain, scene_of

GRAPH = chain(
    (
        ("input", "input", {"shape": (5,)}),
        ("dense", "dense", {"out_features": 4}),
        ("sigmoid", "sigmoid", {}),
        ("last", "dense", {"out_features": 3}),
        ("loss", "cross_entropy", {}),
    )
)
SCENE = scene_of(GRAPH, "dense", training=TrainingSettings(optimizer="sgd", momentum=0.0, learning_rate=0.037))
FOCUS = Place("dense", "output", (0, 2))


def found(text: str, scene: Scene = SCENE, focus: Place | None = FOCUS) -> Explanation | None:
    ((_, _, written),) = numbers_in(text)
    return meant(scene, written, focus, lambda place: origin_of(scene.trace, place))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.8216 is positive, so it passes unchanged.", [0.8216]),
        ("down by −2.5e−7, from 12,340.5", [-2.5e-7, 12340.5]),
        ("A step of 2.4 · 10⁻⁵, or 38.3 % of it", [2.4e-5, 0.383]),
        ("= 0.15 · 0.05 + 1 = 1.0075", [0.15, 0.05, 1.0, 1.0075]),
        ("Unit 3 of 10 adds up 5 products of w1 and h2, in 3×3 windows and 2 rounds.", []),
    ],
)
def test_the_worked_out_numbers_of_a_text_are_read_and_its_counts_left_out(text: str, values: list[float]) -> None:
    read = list(numbers_in(text))
    assert [written.value for _, _, written in read] == pytest.approx(values)
    assert all(text[begins:ends] == written.text for begins, ends, written in read)


def test_a_written_number_may_be_off_by_the_digits_that_were_left_away_and_no_more() -> None:
    ((_, _, written),) = numbers_in("0.8216")
    assert written.is_it(0.82164999)
    assert not written.is_it(0.82166)
    assert not written.is_it(-0.8216)
    assert written.is_its_size(-0.8216)
    ((_, _, one),) = numbers_in("slope = 1")
    assert one.is_it(1.0004)
    assert not one.is_it(0.9)


def test_the_number_in_focus_its_terms_and_their_factors_are_found() -> None:
    whole = origin_of(SCENE.trace, FOCUS)
    assert found(short(whole.value, 6)) == whole
    weight = whole.terms[1].factors[0]
    of_weight = found(short(weight.value, 6))
    assert of_weight is not None
    assert of_weight.place == weight.place
    product = found(short(whole.terms[3].value, 6))
    assert product is not None
    assert product.terms == (whole.terms[3],)
    assert product.total() == product.value
    up = [term.value for term in whole.terms if term.value > 0]
    pushing = found(f"{short(math.fsum(up), 6)} push it up")
    assert pushing is not None
    assert [term.value for term in pushing.terms] == up


def test_what_is_said_of_a_whole_array_is_found() -> None:
    sizes = np.abs(SCENE.frame.grad_weights["weight"])
    focus = Place("dense", "grad_weight", (0, 0), name="weight")
    mean = found(f"gradient, on average = {short(sizes.mean(), 5)}", focus=focus)
    assert mean is not None
    assert mean.total() == pytest.approx(sizes.mean())
    assert len(mean.terms) == sizes.size
    largest = found(f"largest {short(sizes.max(), 5)}", focus=focus)
    assert largest is not None
    assert abs(largest.value) == sizes.max()


def test_a_setting_says_that_it_was_chosen() -> None:
    setting = found("step = 0.037 × gradient")
    assert setting is not None
    assert setting.title == "Training · learning rate"
    assert "chosen" in setting.words


def test_what_the_step_did_not_work_out_is_said() -> None:
    ((_, _, written),) = numbers_in("About 31.4159 is usual")
    with pytest.raises(ExplanationError, match=r"^31\.4159 is not among"):
        meant_or_why_not(SCENE, written, FOCUS, lambda place: origin_of(SCENE.trace, place))
