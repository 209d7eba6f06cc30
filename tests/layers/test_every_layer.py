"""What holds for every layer type there is: the list comes from the registry, settings and inputs are generated."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import torch
from torch.func import functional_call  # pyright: ignore[reportPrivateImportUsage]

from playground.engine.arithmetic import (
    CAPABILITIES,
    Explanation,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
    value_at,
)
from playground.engine.trace import Frame
from playground.graph.model import ParamValue
from playground.layers import Category, LayerType, all_layer_types, window
from tests.layers.cases import BATCH, SEEDS, case, every_case, frame_of, target_for, traced

EVERY_TYPE = pytest.mark.parametrize("kind", all_layer_types(), ids=lambda kind: kind.key)
EVERY_CASE = pytest.mark.parametrize(
    ("kind", "seed"), list(every_case()), ids=[f"{kind.key}-{seed}" for kind, seed in every_case()]
)
WITH_STAND_IN = pytest.mark.parametrize(
    ("kind", "seed"),
    [(kind, seed) for kind, seed in every_case() if kind.surrogate is not None],
    ids=[f"{kind.key}-{seed}" for kind, seed in every_case() if kind.surrogate is not None],
)
BOTH_MODES = pytest.mark.parametrize("training", [True, False], ids=["training", "in use"])
RUNS = [
    (kind, seed, training)
    for kind, seed in every_case()
    for training in (True, False)
    if training or seed == 1 or kind.draws_chance or kind.looks_at_the_batch
]
"""Every case in training; once in use too, and always where that makes a difference, which has a test of its own."""
EVERY_RUN = pytest.mark.parametrize(
    ("kind", "seed", "training"),
    RUNS,
    ids=[f"{kind.key}-{seed}-{'training' if training else 'in use'}" for kind, seed, training in RUNS],
)

PICKS = 6
"""How many numbers of each array are explained."""
DEEP_PICKS = 2
"""Of how many of them every number on the way is explained as well, the largest among them."""


# The type itself.


@EVERY_TYPE
def test_it_introduces_itself(kind: LayerType) -> None:
    assert kind.title
    assert kind.title == kind.title.strip()
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.key)
    assert re.fullmatch(r"[a-z]+", kind.stem)
    assert kind.category in Category
    assert len(kind.explanation) > 40
    assert kind.explanation.endswith((".", "?"))
    assert kind.formula
    assert kind.min_inputs <= kind.max_inputs
    for param in kind.params:
        assert param.title
        assert param.title[0].isupper()
        assert param.help.endswith((".", "?"))


@EVERY_TYPE
def test_its_formulas_can_be_typeset(kind: LayerType) -> None:
    for formula in (kind.formula, kind.shape_formula, kind.parameter_formula, kind.multiply_add_formula):
        assert typeset(formula)


@EVERY_TYPE
def test_with_its_defaults_it_describes_and_captions_itself(kind: LayerType) -> None:
    defaults = kind.complete({})
    assert kind.describe(defaults).endswith((".", "?", "”"))
    assert "\n" not in kind.caption(defaults)


@EVERY_TYPE
def test_its_default_settings_are_valid_and_canonical(kind: LayerType) -> None:
    assert kind.complete({}) == {param.key: param.default for param in kind.params}


@EVERY_TYPE
def test_an_explanation_exists_for_its_capability(kind: LayerType) -> None:
    assert kind.capability in CAPABILITIES


@EVERY_TYPE
def test_the_generated_cases_are_not_all_the_same(kind: LayerType) -> None:
    if kind.params:
        assert len({tuple(case(kind, seed).report.params.items()) for seed in SEEDS}) > 1


# Its settings.


@EVERY_CASE
def test_settings_survive_json(kind: LayerType, seed: int) -> None:
    params = dict(case(kind, seed).report.params)
    read: dict[str, ParamValue] = json.loads(json.dumps(params))
    assert kind.complete(read) == params
    assert [type(value) for value in kind.complete(read).values()] == [type(value) for value in params.values()]
    assert "\n" not in kind.caption(params)
    assert kind.describe(params)


# Its shapes and counts, against the module itself.


@EVERY_CASE
def test_its_module_gives_the_promised_shape_and_has_the_promised_parameters(kind: LayerType, seed: int) -> None:
    found = case(kind, seed)
    report = found.report
    module = kind.build(report.params, found.inputs)
    assert {name: tuple(tensor.shape) for name, tensor in module.named_parameters()} == dict(report.tensors)
    assert sum(tensor.numel() for tensor in module.parameters()) == report.parameters
    arguments = [torch.randn(BATCH, *shape) for shape in found.inputs or (report.output,)]
    if not kind.has_output:
        if len(arguments) == 1:
            arguments.append(torch.tensor(target_for(found.inputs[0], np.random.default_rng(seed))))
        assert tuple(module(*arguments).shape) == report.output == ()
    else:
        assert tuple(module(*arguments).shape) == (BATCH, *report.output)
    if kind.keeps_shape:
        assert report.output == found.inputs[0]


@EVERY_CASE
def test_its_shape_arithmetic_is_right_and_ends_in_the_true_number(kind: LayerType, seed: int) -> None:
    found = case(kind, seed)
    output = found.report.output
    lines = kind.shape_arithmetic(found.report.params, found.inputs, output)
    ends: list[int] = []
    for line in lines:
        ends.append(int(re.findall(r"\d+", line.replace(",", ""))[-1]))
        if "=" in line:
            left, right = line.split("=")
            assert calculated(left) == calculated(right), line
    # One line stands for both sides of a square picture.
    assert not lines or ends in ([output[-1]], list(output[1:]), [output[0]])
    assert bool(lines) == bool(kind.shape_formula)


@EVERY_CASE
def test_its_shape_formula_gives_the_true_size(kind: LayerType, seed: int) -> None:
    """Along each dimension. "same" is padding of different width on both sides: 2p stands for both together."""
    found = case(kind, seed)
    params, shape = found.report.params, found.inputs[0] if found.inputs else ()
    if "kernel_size" not in params or not re.search(r"\bn\b", kind.shape_formula) or params.get("ceil_mode") is True:
        return
    sliding = window(params, shape)
    for axis, extent in enumerate(shape[1:]):
        padding = Fraction(sliding.before[axis] + sliding.after[axis], 2)
        extra = params.get("output_padding", 0)
        values = {
            "n": extent,
            "k": sliding.kernel[axis],
            "s": sliding.stride[axis],
            "d": sliding.dilation[axis],
            "p": padding,
            "o": extra[axis] if isinstance(extra, tuple) else extra,
        }
        assert evaluated(kind.shape_formula, values) == found.report.output[1 + axis]


@EVERY_CASE
def test_its_parameter_arithmetic_is_right_and_ends_in_the_true_count(kind: LayerType, seed: int) -> None:
    report = case(kind, seed).report
    text = kind.parameter_arithmetic(report.params, report.inputs)
    if not report.parameters:
        assert text == ""
        return
    left, right = text.split("=")
    assert calculated(left) == calculated(right) == report.parameters


@EVERY_CASE
def test_its_multiply_add_arithmetic_is_right_and_ends_in_the_true_count(kind: LayerType, seed: int) -> None:
    report = case(kind, seed).report
    text = kind.multiply_add_arithmetic(report.params, report.inputs, report.output)
    assert bool(text) == bool(report.multiply_adds)
    if text:
        left, right = text.split("=")
        assert calculated(left) == calculated(right) == report.multiply_adds


@EVERY_CASE
def test_what_it_counts_has_a_formula(kind: LayerType, seed: int) -> None:
    report = case(kind, seed).report
    assert kind.parameter_formula or not report.parameters
    assert kind.multiply_add_formula or not report.multiply_adds


# Its gradients, against finite differences.


@EVERY_RUN
def test_torch_can_differentiate_it(kind: LayerType, seed: int, training: bool) -> None:
    """Or what stands in for it backwards: that the layer hands back the stand-in's gradient is tested below."""
    found = case(kind, seed)
    torch.manual_seed(seed)
    build = kind.surrogate.build if kind.surrogate else kind.build
    module = build(found.report.params, found.inputs).double().train(training)
    parameters = {name: tensor.detach().clone() for name, tensor in module.named_parameters()}
    inputs = [torch.randn(2, *shape, dtype=torch.float64) for shape in found.inputs or (found.report.output,)]
    rest: tuple[torch.Tensor, ...] = ()
    if not kind.has_output and len(inputs) == 1:
        rest = (torch.tensor(target_for(found.inputs[0], np.random.default_rng(seed), batch=2)),)

    def run(*arguments: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(seed)
        tensors = dict(zip(parameters, arguments[len(inputs) :], strict=True))
        return functional_call(module, tensors, (*arguments[: len(inputs)], *rest))

    arguments = [tensor.requires_grad_() for tensor in (*inputs, *parameters.values())]
    with torch.random.fork_rng(devices=[]):
        assert torch.autograd.gradcheck(run, arguments, fast_mode=True)


@WITH_STAND_IN
@BOTH_MODES
def test_it_hands_back_the_gradient_of_what_it_says_stands_in_for_it(
    kind: LayerType, seed: int, training: bool
) -> None:
    assert kind.surrogate is not None
    assert kind.surrogate.explanation.endswith(".")
    assert typeset(kind.surrogate.formula)
    report = case(kind, seed).report
    torch.manual_seed(seed)
    layer, stand_in = (
        build(report.params, report.inputs).double().train(training) for build in (kind.build, kind.surrogate.build)
    )
    stand_in.load_state_dict(layer.state_dict())
    x = [torch.randn(BATCH, *shape, dtype=torch.float64) for shape in report.inputs]
    upstream = torch.randn(BATCH, *report.output, dtype=torch.float64)
    handed: list[tuple[torch.Tensor, ...]] = []
    for module in (layer, stand_in):
        inputs = [tensor.clone().requires_grad_() for tensor in x]
        module(*inputs).backward(upstream)
        asked = [*inputs, *(parameter for _, parameter in sorted(module.named_parameters()))]
        handed.append(tuple(torch.zeros_like(one) if one.grad is None else one.grad for one in asked))
    for one, other in zip(*handed, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=0)


# What it does only while training.


@EVERY_TYPE
def test_it_says_whether_it_draws_chance(kind: LayerType) -> None:
    """Over its cases, two seeds give different outputs in training if and only if it says so; in use never."""
    differs = {True: False, False: False}
    for seed in SEEDS if kind.params else SEEDS[:2]:
        for training in (True, False):
            first, second = (outputs(kind, seed, training, chance) for chance in (1, 2))
            differs[training] |= not torch.equal(first, second)
    assert differs == {True: kind.draws_chance, False: False}


@EVERY_CASE
def test_what_neither_draws_chance_nor_looks_at_the_batch_is_the_same_in_use(kind: LayerType, seed: int) -> None:
    if not kind.draws_chance and not kind.looks_at_the_batch:
        assert torch.equal(outputs(kind, seed, True, 1), outputs(kind, seed, False, 1))


@EVERY_TYPE
def test_it_says_whether_it_looks_at_the_batch(kind: LayerType) -> None:
    """Whether the first example's output depends on what the others are."""
    if not kind.has_output:
        return
    differs = [
        not torch.allclose(outputs(kind, seed, True, 1)[0], outputs(kind, seed, True, 1, others=3.0)[0])
        for seed in SEEDS[:2]
    ]
    assert any(differs) == kind.looks_at_the_batch


def outputs(kind: LayerType, seed: int, training: bool, chance: int, others: float = 1.0) -> torch.Tensor:
    """The layer run with masks drawn from the seed `chance`; all examples but the first are times `others`."""
    report = case(kind, seed).report
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        module = kind.build(report.params, report.inputs).double().train(training)
        inputs = [torch.randn(BATCH, *shape, dtype=torch.float64) for shape in report.inputs or (report.output,)]
        for tensor in inputs:
            tensor[1:] *= others
        if not kind.has_output and len(inputs) == 1:
            inputs.append(torch.tensor(target_for(report.inputs[0], np.random.default_rng(seed))))
        torch.manual_seed(chance)
        return module(*inputs)


# Where its numbers come from, against what torch recorded.


@EVERY_RUN
def test_the_explanation_of_its_outputs_adds_up(kind: LayerType, seed: int, training: bool) -> None:
    frame = frame_of(kind, seed, training)
    for pick, index in enumerate(some_indices(frame.output, seed)):
        check(frame, explain_output(frame, index), frame.output[index], deeply=pick < DEEP_PICKS)


@EVERY_RUN
def test_the_explanation_of_what_it_hands_back_adds_up(kind: LayerType, seed: int, training: bool) -> None:
    frame = frame_of(kind, seed, training)
    assert len(frame.grad_inputs) == len(frame.inputs)
    for port, gradient in enumerate(frame.grad_inputs):
        for pick, index in enumerate(some_indices(gradient, seed)):
            check(frame, explain_grad_input(frame, port, index), gradient[index], deeply=pick < DEEP_PICKS)


@EVERY_RUN
def test_the_explanation_of_the_gradient_of_its_weights_adds_up(kind: LayerType, seed: int, training: bool) -> None:
    frame = frame_of(kind, seed, training)
    assert frame.grad_weights.keys() == case(kind, seed).report.tensors.keys()
    for name, gradient in frame.grad_weights.items():
        for pick, index in enumerate(some_indices(gradient, seed)):
            check(frame, explain_grad_weight(frame, name, index), gradient[index], deeply=pick < DEEP_PICKS)


@EVERY_TYPE
def test_something_flows_back_through_it(kind: LayerType) -> None:
    """Else the sums above would agree on nothing but zeros."""
    trace = traced(kind, 1, True)
    assert any(gradient.any() for frame in trace.frames.values() for gradient in frame.grad_inputs)
    assert all(gradient.any() for gradient in frame_of(kind, 1, True).grad_weights.values())


@EVERY_TYPE
def test_its_explanations_can_be_typeset(kind: LayerType) -> None:
    frame = frame_of(kind, 1, True)
    output = explain_output(frame, some_indices(frame.output, 1)[0])
    assert typeset(output.numbers), output.numbers
    explanations = [output]
    for port, gradient in enumerate(frame.grad_inputs[:1]):
        explanations.append(explain_grad_input(frame, port, some_indices(gradient, 1)[0]))
    for name, gradient in frame.grad_weights.items():
        explanations.append(explain_grad_weight(frame, name, some_indices(gradient, 1)[0]))
    for explanation in explanations:
        assert typeset(explanation.symbols), explanation.symbols
        assert balanced(explanation.numbers), explanation.numbers


# How the tests look at things.


def check(frame: Frame, explanation: Explanation, wanted: np.floating, *, deeply: bool) -> None:
    """The terms give what torch gave, and every factor with a place has the number that stands there."""
    assert explanation.value == float(wanted)
    assert explanation.total() == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)
    assert explanation.title
    assert explanation.words.endswith((".", "!"))
    assert explanation.symbols.startswith(f"{explanation.symbol} = ")
    assert explanation.numbers.startswith(f"{explanation.symbol} = ")
    assert explanation.place is not None
    assert value_at(frame, explanation.place) == explanation.value
    for factor in factors_of(explanation):
        if factor.place is not None:
            assert factor.value == value_at(frame, factor.place)
    if deeply:
        unfold(explanation, depth=3)


def unfold(explanation: Explanation, depth: int) -> None:
    """What was worked out on the way adds up too."""
    for term in explanation.terms[:3]:
        for factor in term.factors:
            if factor.because is not None and depth:
                inner = factor.because()
                assert inner.total() == pytest.approx(inner.value, rel=1e-9, abs=1e-12)
                unfold(inner, depth - 1)


def factors_of(explanation: Explanation) -> list:
    found = [factor for term in explanation.terms for factor in term.factors]
    return found + [factor for factor in (explanation.scale, explanation.offset) if factor is not None]


def some_indices(array: np.ndarray, seed: int) -> list[tuple[int, ...]]:
    """A few random places of an array, the largest value among them."""
    rng = np.random.default_rng(seed)
    flat = [int(np.abs(array).argmax()), *(int(i) for i in rng.integers(array.size, size=PICKS - 1))]
    return [tuple(int(i) for i in np.unravel_index(position, array.shape)) for position in flat]


def calculated(text: str) -> float:
    """The value of a calculation as it is shown: "(28 − 5 + 2·2) / 1 + 1", "3 scales γ + 3 shifts β"."""
    text = re.sub(r"[^\W\d_]+|,", "", text).strip()
    for shown, meant in (("−", "-"), ("·", "*"), ("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")):
        text = text.replace(shown, meant)
    return eval(text, {"floor": math.floor, "ceil": math.ceil})


def evaluated(formula: str, values: Mapping[str, object]) -> int:
    r"""The value of a shape formula: \left\lfloor\frac{n + 2p - k}{s}\right\rfloor + 1, or (n - 1)\,s - 2p + k."""
    text = re.sub(r"\\left\\lfloor\\frac\{(.*?)\}\{(.*?)\}\\right\\rfloor", r"((\1) // (\2))", formula)
    text = re.sub(r"(\d|[a-z]|\))\\?,?\s*(?=[a-z(])", r"\1*", text.replace(r"\,", ""))
    return eval(text, {}, dict(values))


def typeset(formula: str) -> bool:
    """Whether the typesetter makes a picture of the formula, a few lines high; an empty one is none."""
    return not formula or makes_a_picture(re.sub(r"\d+", "1", formula))


@cache
def makes_a_picture(formula: str) -> bool:
    """Asked once of all formulas that differ in nothing but numbers."""
    import ziamath

    width, height = ziamath.Latex(formula, size=20).getsize()  # pyright: ignore[reportPrivateImportUsage]
    return width > 0 and 0 < height < 100


def balanced(formula: str) -> bool:
    """Whether every brace and every bracket that grows is closed; setting all of them would take long."""
    return formula.count("{") == formula.count("}") and formula.count(r"\left") == formula.count(r"\right")


def test_the_calculator_of_these_tests_calculates() -> None:
    assert calculated("(28 − 5 + 2·2) / 1 + 1") == 28
    assert calculated("height ⌊(7 − 2 + 2·0) / 2⌋ + 1") == 3
    assert calculated("1,024·10 + 10") == 10_250
    assert calculated("3 scales γ + 3 shifts β") == 6
    sizes = {"n": 9, "p": 1, "d": 2, "k": 3, "s": 2}
    assert calculated("⌈7 / 2⌉") == 4
    assert evaluated(r"\left\lfloor\frac{n + 2p - d\,(k-1) - 1}{s}\right\rfloor + 1", sizes) == 4
    assert evaluated(r"(n - 1)\,s - 2p + d\,(k-1) + o + 1", {**sizes, "o": 1}) == 20


def test_an_explanation_that_misses_a_term_does_not_add_up() -> None:
    dense = next(kind for kind in all_layer_types() if kind.capability == "neurons")
    frame = frame_of(dense, 1, True)
    explanation = explain_output(frame, (0, 0))
    values = [term.value for term in explanation.terms]
    assert min(abs(value) for value in values) > 1e-6
    shortened = replace(explanation, terms=explanation.terms[1:])
    assert shortened.total() != pytest.approx(explanation.value, abs=1e-9)
