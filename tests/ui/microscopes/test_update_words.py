"""What the update microscope says of optimizers: their rule, what they remember, momentum in two ways."""

from __future__ import annotations

from typing import Any

import pytest

from playground.engine.update_rule import UpdateRule
from playground.graph.experiment import TrainingSettings
from playground.ui.microscopes.story import FormulaBox, Heading, Line, Lines
from playground.ui.microscopes.update_words import memory_story, rule_words
from tests.ui.microscopes.recordings import scene_of
from tests.ui.microscopes.test_layers import PICTURES, chain


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (UpdateRule("sgd", 0.5), "step = 0.5 × gradient"),
        (UpdateRule("sgd", 0.5, momentum=0.9, nesterov=True), "0.9 of the last step again, taken where that will"),
        (UpdateRule("adam", 0.01), "Adam makes the step"),
        (UpdateRule("adamw", 0.01, weight_decay=0.1), "0.1 × the weight shrinks the weight directly"),
        (UpdateRule("rmsprop", 0.01), "RMSprop: step = 0.01 × gradient, for each weight divided by the usual size"),
        (UpdateRule("adagrad", 0.01), "steps only become smaller"),
        (UpdateRule("adadelta", 1.0), "times the usual size of its last steps"),
        (UpdateRule("sgd", 0.5, weight_decay=0.1), "0.1 × the weight is added to the gradient (L2)"),
        (UpdateRule("sgd", 0.5, l1=0.2), "L1: 0.2 with the sign of the weight"),
        (UpdateRule("sgd", 0.5, clip_scale=0.25), "only 25 % of it counts"),
        (UpdateRule("sgd", 0.5, clip_grad_value=2.0), "counts for more than 2"),
    ],
)
def test_the_rule_is_said_in_words(rule: UpdateRule, words: str) -> None:
    assert words in rule_words(rule)


def story(optimizer: str, **settings: Any) -> tuple[list[str], list[Line], list[str]]:
    training = TrainingSettings(optimizer, 0.5, **settings)
    scene = scene_of(chain(PICTURES), "conv", "update", training=training, batch=4)
    assert scene.trace.rule is not None
    blocks = memory_story(scene.frame, scene.trace.rule, "weight", (0, 0, 0, 0))
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    formulas = [block.latex for block in blocks if isinstance(block, FormulaBox)]
    return headings, [line for block in blocks if isinstance(block, Lines) for line in block.lines], formulas


def test_momentum_stands_there_as_torch_and_as_the_lectures_write_it() -> None:
    headings, lines, formulas = story("sgd", momentum=0.9)
    assert headings == ["What the optimizer remembers", "Momentum, written in two ways"]
    assert [line.label for line in lines] == ["velocity", "", "v", "V"]
    assert formulas == [
        r"v \leftarrow \mu v + g, \quad w \leftarrow w - \eta v",
        r"V \leftarrow \mu V - \eta g, \quad w \leftarrow w + V",
    ]
    scene = scene_of(chain(PICTURES), "conv", "update", training=TrainingSettings("sgd", 0.5), batch=4)
    gradient = float(scene.frame.grad_weights["weight"][0, 0, 0, 0])
    assert float(lines[2].value.split(" → ")[1].replace("−", "-")) == pytest.approx(gradient, rel=1e-3)
    assert float(lines[3].value.split(" → ")[1].replace("−", "-")) == pytest.approx(-0.5 * gradient, rel=1e-3)


@pytest.mark.parametrize(
    ("optimizer", "settings", "names"),
    [
        ("sgd", {"momentum": 0.0}, []),
        ("adam", {}, ["average gradient", "average of squares", "m̂", "v̂"]),
        (
            "adamw",
            {"optimizer_params": {"amsgrad": True}},
            ["average gradient", "average of squares", "largest of those", "m̂", "v̂"],
        ),
        ("rmsprop", {"optimizer_params": {"momentum": 0.5}}, ["velocity", "average of squares"]),
        ("adagrad", {}, ["sum of squares"]),
        ("adadelta", {}, ["average of squares", "average squared step"]),
    ],
)
def test_what_each_method_remembers(optimizer: str, settings: dict[str, Any], names: list[str]) -> None:
    headings, lines, formulas = story(optimizer, **settings)
    assert [line.label for line in lines if line.label] == names
    assert bool(headings) == bool(names)
    asked = [line for line in lines if line.explain is not None]
    assert len(asked) == len(names), "each can be asked where it comes from"
    for line in asked:
        assert line.explain is not None
        told = float(line.value.split(" → ")[-1].replace("−", "-").replace("·10^", "e"))
        assert line.explain().value == pytest.approx(told, rel=1e-3)
    if optimizer == "adam":
        assert formulas[0] == r"m^{+} = \beta_{1} \cdot m + \left(1 - \beta_{1}\right) \cdot g"
        assert formulas[-1].startswith(r"\hat{m} = \frac{m^{+}}{1 - \beta_{1}^{1}}")
