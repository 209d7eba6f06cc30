from __future__ import annotations

import pytest

from playground.graph.model import ParamValue
from playground.layers import Param, ParamError, layer_type

WHOLE = Param("groups", "Groups", "int", 1, "How many.", 1, 64)
PART = Param("p", "Part", "float", 0.5, "How much.", 0.0, 0.99)
SWITCH = Param("bias", "Bias", "bool", True, "Whether.")
CHOICE = Param("reduction", "Over the outputs", "choice", "mean", "Which.", choices=("mean", "half_sum"))
PAIR = Param("stride", "Stride", "pair", (1, 1), "How far.", 1, 1024)
TRIPLE = Param("stride", "Stride", "triple", (1, 1, 1), "How far.", 1, 1024)
PADDING = Param("padding", "Padding", "padding", (0, 0), "How wide.", 0, 1024)
LENGTH_PADDING = Param("padding", "Padding", "padding", 0, "How wide.", 0, 1024, lengths=(1,))
VOLUME_PADDING = Param("padding", "Padding", "padding", (0, 0, 0), "How wide.", 0, 1024, lengths=(3,))
NUMBERS = Param("values", "Values", "numbers", (0.0,), "Which.", -100, 100)
FOUR = Param("padding", "Border", "numbers", (0.0, 0.0, 0.0, 0.0), "How wide.", 0, 64, lengths=(4,))
SIDES = Param("order", "Order", "shape", (1, 0), "Which.", 0, 3, lengths=(2, 3, 4))
SHAPE = Param("shape", "Size", "shape", (1, 28, 28), "How large.", 1, 100_000)


@pytest.mark.parametrize(
    ("param", "value", "kept"),
    [
        (WHOLE, 1, 1),
        (WHOLE, 64, 64),
        (PART, 0.25, 0.25),
        (PART, 0, 0.0),
        (PART, 0.99, 0.99),
        (SWITCH, False, False),
        (CHOICE, "half_sum", "half_sum"),
        (PAIR, (2, 3), (2, 3)),
        (PAIR, [2, 3], (2, 3)),
        (PAIR, 3, (3, 3)),
        (TRIPLE, (1, 2, 3), (1, 2, 3)),
        (TRIPLE, 2, (2, 2, 2)),
        (PADDING, "same", "same"),
        (PADDING, "valid", "valid"),
        (PADDING, (0, 1), (0, 1)),
        (PADDING, [2, 2], (2, 2)),
        (PADDING, 1, (1, 1)),
        (LENGTH_PADDING, "same", "same"),
        (LENGTH_PADDING, 3, 3),
        (LENGTH_PADDING, [3], 3),
        (VOLUME_PADDING, 1, (1, 1, 1)),
        (NUMBERS, (0, -1, 0.5), (0.0, -1.0, 0.5)),
        (NUMBERS, [7], (7.0,)),
        (NUMBERS, 7, (7.0,)),
        (FOUR, (1, 2, 3, 4), (1.0, 2.0, 3.0, 4.0)),
        (SIDES, (2, 0, 1), (2, 0, 1)),
        (SHAPE, (784,), (784,)),
        (SHAPE, (1, 187), (1, 187)),
        (SHAPE, (1, 8, 8, 8), (1, 8, 8, 8)),
        (SHAPE, [3, 32, 32], (3, 32, 32)),
    ],
)
def test_a_good_value_is_kept_in_its_canonical_form(param: Param, value: object, kept: ParamValue) -> None:
    checked = param.check(value)
    assert checked == kept
    assert type(checked) is type(kept)
    if isinstance(checked, tuple) and isinstance(kept, tuple):
        assert [type(item) for item in checked] == [type(item) for item in kept]


@pytest.mark.parametrize(
    ("param", "value", "message"),
    [
        (WHOLE, 0, "Groups lies between 1 and 64; 0 does not."),
        (WHOLE, 65, "Groups lies between 1 and 64; 65 does not."),
        (WHOLE, -3, "Groups lies between 1 and 64; -3 does not."),
        (WHOLE, 2.0, "Groups is a whole number, not 2.0."),
        (WHOLE, True, "Groups is a whole number, not True."),
        (WHOLE, "2", "Groups is a whole number, not '2'."),
        (WHOLE, None, "Groups is a whole number, not None."),
        (WHOLE, 10**400, "Groups lies between 1 and 64; a number of that size does not."),
        (PART, 1.0, "Part lies between 0 and 0.99; 1 does not."),
        (PART, -0.1, "Part lies between 0 and 0.99; -0.1 does not."),
        (PART, 10**400, "Part lies between 0 and 0.99; a number of that size does not."),
        (PART, float("nan"), "Part is a number, not nan."),
        (PART, float("inf"), "Part is a number, not inf."),
        (PART, False, "Part is a number, not False."),
        (PART, "half", "Part is a number, not 'half'."),
        (SWITCH, 1, "Bias is on or off, not 1."),
        (SWITCH, "on", "Bias is on or off, not 'on'."),
        (CHOICE, "sum", "Over the outputs is one of mean, half_sum, not 'sum'."),
        (CHOICE, 0, "Over the outputs is one of mean, half_sum, not 0."),
        (PAIR, (2,), "Stride takes 2 whole numbers, not (2,)."),
        (PAIR, (1, 2, 3), "Stride takes 2 whole numbers, not (1, 2, 3)."),
        (PAIR, (0, 1), "Stride lies between 1 and 1,024; 0 does not."),
        (PAIR, 2000, "Stride lies between 1 and 1,024; 2,000 does not."),
        (PAIR, True, "Stride is a whole number, not True."),
        (PAIR, (1.5, 2), "Stride is a whole number, not 1.5."),
        (PAIR, "22", "Stride takes 2 whole numbers, not '22'."),
        (TRIPLE, (1, 2), "Stride takes 3 whole numbers, not (1, 2)."),
        (TRIPLE, (1, 2, 0), "Stride lies between 1 and 1,024; 0 does not."),
        (PADDING, "full", "Padding is same or valid or in numbers, not 'full'."),
        (PADDING, (1, 2, 3), "Padding takes 2 whole numbers, not (1, 2, 3)."),
        (PADDING, (1, -1), "Padding lies between 0 and 1,024; -1 does not."),
        (PADDING, None, "Padding takes 2 whole numbers, not None."),
        (LENGTH_PADDING, (1, 2), "Padding is a whole number, not (1, 2)."),
        (LENGTH_PADDING, 0.5, "Padding is a whole number, not 0.5."),
        (NUMBERS, (), "Values takes 1 to 65,536 numbers, not ()."),
        (NUMBERS, "1, 2", "Values takes 1 to 65,536 numbers, not '1, 2'."),
        (NUMBERS, (1, "x"), "Values is a number, not 'x'."),
        (NUMBERS, (1, float("nan")), "Values is a number, not nan."),
        (NUMBERS, (1, True), "Values is a number, not True."),
        (NUMBERS, (1, -101), "Values lies between -100 and 100; -101 does not."),
        (NUMBERS, (0.0,) * 70_000, "Values takes 1 to 65,536 numbers, not 70,000."),
        (FOUR, (1, 2), "Border takes 4 numbers, not 2."),
        (SIDES, (0,), "Order takes 2 to 4 whole numbers, not (0,)."),
        (SHAPE, (28, 28, 1, 1, 1), "Size takes 1 to 4 whole numbers, not (28, 28, 1, 1, 1)."),
        (SHAPE, (), "Size takes 1 to 4 whole numbers, not ()."),
        (SHAPE, 784, "Size takes 1 to 4 whole numbers, not 784."),
        (SHAPE, "many" * 20, f"Size takes 1 to 4 whole numbers, not '{'many' * 14}…."),
        (SHAPE, (10**5000, 1, 1, 1, 1), "Size takes 1 to 4 whole numbers, not a number of that size."),
        (SHAPE, (1, 0, 5), "Size lies between 1 and 100,000; 0 does not."),
    ],
)
def test_a_bad_value_is_refused_in_words(param: Param, value: object, message: str) -> None:
    with pytest.raises(ParamError) as caught:
        param.check(value)
    assert str(caught.value) == message


def test_a_layer_completes_what_is_missing_with_defaults() -> None:
    assert layer_type("depthwise_conv2d").complete({"kernel_size": 5, "padding": "same"}) == {
        "kernel_size": (5, 5),
        "stride": (1, 1),
        "padding": "same",
        "dilation": (1, 1),
        "multiplier": 1,
        "bias": True,
    }


def test_a_setting_that_the_layer_does_not_have_is_refused() -> None:
    with pytest.raises(ParamError, match="Dense has no setting “kernel_size”"):
        layer_type("dense").complete({"kernel_size": 3})
