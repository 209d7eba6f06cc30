"""Why a count is what it is: the arithmetic of the lectures, and comparisons with a layer's own numbers."""

from __future__ import annotations

import re

import pytest

from playground.engine.shapes import Analysis, analyse
from playground.engine.thrift import Saving
from playground.engine.why import Question, Why, latex, why
from playground.graph.model import Node, ParamValue
from playground.layers import LayerType, Shape, all_layer_types
from playground.zoo import zoo_experiment
from tests.engine.networks import chain, node
from tests.layers.cases import LAYER, case


@pytest.fixture(scope="module")
def lenet() -> Analysis:
    """With the first convolution as the lectures count it: without padding."""
    graph = chain(
        node("input", "input"),
        node("conv1", "conv2d", out_channels=6, kernel_size=(5, 5)),
        node("relu1", "relu"),
        node("pool1", "max_pool2d"),
        node("flatten", "flatten"),
        node("fc1", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )
    return analyse(graph)


def asked(analysis: Analysis, item: str, question: Question) -> Why:
    answer = why(analysis, item, question)
    assert answer is not None
    return answer


def test_the_arithmetic_of_the_lectures(lenet: Analysis) -> None:
    shape = asked(lenet, "conv1", Question.SHAPE)
    assert shape.numbers == ("(28 − 5 + 2·0) / 1 + 1 = 24",)
    assert shape.value == "6×24×24"
    assert r"n + 2p - k" in shape.symbols
    parameters = asked(lenet, "conv1", Question.PARAMETERS)
    assert (parameters.value, parameters.numbers) == ("156", ("5·5·1·6 + 6 = 156",))
    steps = asked(lenet, "conv1", Question.MULTIPLY_ADDS)
    assert (steps.value, steps.numbers) == ("86,400", ("24·24·6·5·5·1 = 86,400",))
    memory = asked(lenet, "conv1", Question.ACTIVATION)
    assert (memory.value, memory.numbers) == ("13,824 B", ("4·6·24·24 = 13,824",))


def test_the_receptive_field_grows_by_the_window_times_the_strides_before() -> None:
    analysis = analyse(zoo_experiment("lenet-5").graph)
    field = asked(analysis, "conv2", Question.RECEPTIVE_FIELD)
    assert (field.value, field.numbers) == ("14×14", ("6 + 4·2 = 14",))
    assert asked(analysis, "fc1", Question.RECEPTIVE_FIELD).value == "all"


def test_a_field_larger_than_the_picture_is_said_to_be() -> None:
    analysis = analyse(zoo_experiment("resnet-50").graph)
    field = asked(analysis, "conv5_block3_conv2", Question.RECEPTIVE_FIELD)
    assert field.value == "224×224"
    assert "483×483" in field.words


def test_what_is_not_counted_is_said_in_words(lenet: Analysis) -> None:
    for item, question in (("relu1", Question.PARAMETERS), ("pool1", Question.MULTIPLY_ADDS)):
        answer = asked(lenet, item, question)
        assert (answer.value, answer.numbers, answer.symbols) == ("0", (), "")
        assert answer.words.endswith(".")


def test_without_bias_the_formula_has_none() -> None:
    analysis = analyse(chain(node("input", "input"), node("conv", "conv2d", bias=False)))
    answer = asked(analysis, "conv", Question.PARAMETERS)
    assert not answer.symbols.endswith("+ M")
    assert "no biases" in answer.words


def test_a_blocks_counts_are_sums() -> None:
    analysis = analyse(zoo_experiment("resnet-18").graph)
    block = next(block for block in analysis.graph.blocks if block.title == "Basic block 1")
    members = analysis.graph.members[block.id]
    total = sum(analysis.layers[key].parameters for key in members)
    answer = asked(analysis, block.id, Question.PARAMETERS)
    assert answer.value == f"{total:,}"
    assert answer.numbers[0].endswith(f"= {total:,}")
    assert "largest part" in answer.words
    assert asked(analysis, block.id, Question.SHAPE).value == "64×56×56"


def test_what_could_not_be_analysed_has_no_answer() -> None:
    analysis = analyse(chain(node("input", "input"), node("fc", "dense")))
    assert why(analysis, "fc", Question.SHAPE) is None


@pytest.mark.parametrize("kind", all_layer_types(), ids=lambda kind: kind.key)
@pytest.mark.parametrize("question", list(Question))
def test_every_layer_answers_every_question(kind: LayerType, question: Question) -> None:
    for seed in (0, 1):
        found = case(kind, seed)
        answer = asked(found.analysis, LAYER, question)
        assert answer.title
        assert answer.value
        assert answer.words.endswith(".")
        for line in answer.numbers:
            assert line.replace(",", "").split()[-1] or line
            written = latex(line)
            assert written.count("{") == written.count("}")
            assert not re.search(r"[·−×→⌊⌋⌈⌉²γβ]", written)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("(28 − 5 + 2·0) / 1 + 1 = 24", r"(28 - 5 + 2 \cdot 0) / 1 + 1 = 24"),
        ("5·5·6·16 + 16 = 2,416", r"5 \cdot 5 \cdot 6 \cdot 16 + 16 = 2{,}416"),
        ("⌊(7 − 2) / 2⌋ + 1 = 3", r"\left\lfloor (7 - 2) / 2\right\rfloor  + 1 = 3"),
        ("height 9 = 9", r"\ \mathrm{height}\  9 = 9"),
    ],
)
def test_a_calculation_is_written_for_the_typesetter(line: str, written: str) -> None:
    import ziamath

    assert latex(line) == written
    assert ziamath.Latex(written, size=20).getsize()[0] > 0  # pyright: ignore[reportPrivateImportUsage]


# Comparisons.


def compared(layer: Node, shape: Shape, question: Question = Question.PARAMETERS) -> dict[str, Saving]:
    analysis = analyse(chain(node("input", "input", shape=shape), layer))
    return {saving.title: saving for saving in asked(analysis, layer.id, question).savings}


def conv(out: int, kernel: int = 3, **params: ParamValue) -> Node:
    return node("conv", "conv2d", out_channels=out, kernel_size=kernel, padding=kernel // 2, **params)


def values(saving: Saving) -> tuple[int, int]:
    return saving.sides[0].value, saving.sides[1].value


def test_a_bottleneck_as_in_the_lecture() -> None:
    saving = compared(conv(192), (256, 28, 28))["A 1×1 bottleneck first"]
    assert values(saving) == (442_368, 126_976)
    assert saving.sides[0].calculation == "3·3·256·192 = 442,368"
    assert saving.sides[1].calculation == "1·1·256·64 + 3·3·64·192 = 126,976"


def test_three_small_windows_or_a_large_one() -> None:
    saving = compared(conv(64), (64, 28, 28))["Three of these or one 7×7"]
    assert values(saving) == (27 * 64**2, 49 * 64**2)
    other = compared(conv(64, 7), (64, 28, 28))["One 7×7 or three 3×3"]
    assert values(other) == (49 * 64**2, 27 * 64**2)
    five = compared(conv(64, 5), (64, 28, 28))["One 5×5 or two 3×3"]
    assert values(five) == (25 * 64**2, 18 * 64**2)


def test_separable_in_depth_and_in_space() -> None:
    found = compared(conv(128), (32, 28, 28))
    assert values(found["Depthwise separable"]) == (9 * 32 * 128, 9 * 32 + 32 * 128)
    same = compared(conv(96), (96, 28, 28))
    assert values(same["1×3 and 3×1"]) == (9 * 96**2, 6 * 96**2)


def test_multiply_adds_are_compared_at_every_place() -> None:
    saving = compared(conv(192), (256, 28, 28), Question.MULTIPLY_ADDS)["A 1×1 bottleneck first"]
    assert values(saving) == (784 * 442_368, 784 * 126_976)
    assert saving.sides[1].calculation.startswith("784·(1·1·256·64 + 3·3·64·192) = ")


def test_groups_and_depthwise_layers_are_compared_with_full_ones() -> None:
    grouped = compared(conv(128, groups=32), (128, 14, 14))["In groups or in one"]
    assert values(grouped) == (9 * 4 * 128, 9 * 128 * 128)
    depthwise = compared(node("dw", "depthwise_conv2d", padding=1), (64, 14, 14))["Depthwise separable"]
    assert values(depthwise) == (9 * 64 + 64 * 64, 9 * 64 * 64)


def test_a_convolution_or_a_dense_layer() -> None:
    saving = compared(node("conv", "conv2d", out_channels=6, kernel_size=5), (1, 28, 28))["Convolution or dense layer"]
    assert values(saving) == (150, 784 * 6 * 24 * 24)


def test_only_what_applies_is_compared() -> None:
    assert "A 1×1 bottleneck first" not in compared(conv(8), (3, 28, 28))
    assert not {"Depthwise separable", "1×1 and 1×1"} & set(compared(conv(64, 1), (64, 28, 28)))
    assert compared(conv(64, stride=2), (64, 28, 28)).keys() == {"Convolution or dense layer"}
    assert compared(conv(64, dilation=2), (64, 28, 28)) == {}
    assert compared(node("fc", "dense"), (64,)) == {}


def test_what_is_offered_as_cheaper_is_cheaper() -> None:
    for layer, shape in ((conv(192), (256, 28, 28)), (conv(64), (64, 28, 28)), (conv(16, 5), (6, 14, 14))):
        for title, saving in compared(layer, shape).items():
            cheap, dear = sorted(values(saving))
            assert cheap < dear, title
