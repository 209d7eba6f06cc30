from __future__ import annotations

import pytest

from playground.graph.model import ParamValue
from playground.layers import Param, ParamError, layer_type

WHOLE = Param("groups", "Groups", "int", 1, "How many.", 1, 64)
PART = Param("p", "Part", "float", 0.5, "How much.", 0.0, 0.99)
SWITCH = Param("bias", "Bias", "bool", True, "Whether.")
CHOICE = Param("reduction", "Over the outputs", "choice", "mean", "Which.", choices=("mean", "half_sum"))
PAIR = Param("stride", "Stride", "pair", (1, 1), "How far.", 1, 1024)
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
        (SHAPE, (784,), (784,)),
        (SHAPE, [3, 32, 32], (3, 32, 32)),
    ],
)
def test_a_good_value_is_kept_in_its_canonical_form(param: Param, value: object, kept: ParamValue) -> None:
    checked = param.check(value)
    assert checked == kept
    assert type(checked) is type(kept)


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
        (SHAPE, (28, 28), "Size takes 1 or 3 whole numbers, not (28, 28)."),
        (SHAPE, (), "Size takes 1 or 3 whole numbers, not ()."),
        (SHAPE, 784, "Size takes 1 or 3 whole numbers, not 784."),
        (SHAPE, (1, 0, 5), "Size lies between 1 and 100,000; 0 does not."),
    ],
)
def test_a_bad_value_is_refused_in_words(param: Param, value: object, message: str) -> None:
    with pytest.raises(ParamError) as caught:
        param.check(value)
    assert str(caught.value) == message


def test_a_layer_completes_what_is_missing_with_defaults() -> None:
    assert layer_type("max_pool2d").complete({"kernel_size": 3}) == {
        "kernel_size": (3, 3),
        "stride": (2, 2),
        "padding": (0, 0),
    }


def test_a_setting_that_the_layer_does_not_have_is_refused() -> None:
    with pytest.raises(ParamError, match="Dense has no setting “kernel_size”"):
        layer_type("dense").complete({"kernel_size": 3})
