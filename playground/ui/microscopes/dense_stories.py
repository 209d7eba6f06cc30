"""What the panel beside a dense layer tells: how a unit's sum comes about, and what blame does to its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN, Explain
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.number_text import in_brackets, written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

LISTED = 8


def sum_story(numbers: DenseNumbers, unit: int) -> list[Block]:
    """The weighted sum of a unit: its largest products, what the others add up to, and the bias."""
    products = numbers.products(unit)
    top = sorted(numbers.strongest(unit, LISTED))
    lines = [
        Line(
            f"x{feature + 1} · w",
            f"{short(float(numbers.x[feature]), 4)} · {in_brackets(short(float(numbers.weights[unit, feature]), 4))}",
            short(float(products[feature]), 4),
            "positive_text" if products[feature] > 0 else "negative_text" if products[feature] < 0 else "muted",
            _origin(numbers, "input", (SHOWN, feature)),
        )
        for feature in top
    ]
    if numbers.features > LISTED:
        rest = float(np.delete(products, top).sum())
        lines.append(Line(f"{count(numbers.features - LISTED)} others", "", short(rest, 4), "muted"))
    bias = numbers.bias(unit)
    if bias is not None:
        lines.append(Line("bias", "", short(bias, 4), "muted", _origin(numbers, "weight", (unit,), "bias")))
    up, down = float(products.clip(min=0).sum()), float(-products.clip(max=0).sum())
    name = numbers.unit_name(unit)
    words = (
        f"Unit {name} adds up {_products(numbers.features)} of input and weight. {short(up, 4)} push it up, "
        f"{short(down, 4)} pull it down."
    )
    formula = rf"z_{{{unit + 1}}} = \sum_{{i=1}}^{{{numbers.features}}} w_{{{unit + 1},i}} \cdot x_i"
    if bias is not None:
        formula += rf" + b_{{{unit + 1}}}"
    heading = "The strongest of them" if numbers.features > LISTED else "All of them"
    return [
        Heading("What are we after?"),
        Prose(words),
        FormulaBox(formula, 17),
        Heading(heading),
        Lines(tuple(lines)),
        _sum_result(numbers, unit),
    ]


def _products(number: int) -> str:
    return "1 product" if number == 1 else f"{count(number)} products"


def _sum_result(numbers: DenseNumbers, unit: int) -> Result:
    """What everything adds up to, and of a perceptron what the threshold makes of it."""
    total, asked = float(numbers.z[unit]), _origin(numbers, "output", (SHOWN, unit))
    text = f"z<sub>{unit + 1}</sub> = <b>{short(total, 6)}</b>"
    if not numbers.fires:
        return Result(text, asked)
    said = "&gt; 0: it fires, y" if total > 0 else "≤ 0: it is silent, y"
    return Result(f"{text} {said}<sub>{unit + 1}</sub> = <b>{short(float(numbers.out[unit]))}</b>", asked)


def blame_story(
    numbers: DenseNumbers, unit: int, feature: int, check: Block, *, with_update: bool = True
) -> list[Block]:
    """What the blame of a unit does to one of its weights; `with_update`: and what the step makes of it."""
    scene = numbers.scene
    gradient, blame = float(numbers.gradients(unit)[feature]), float(numbers.blame[unit])
    x = float(numbers.x[feature])
    name = numbers.unit_name(unit)
    words = (
        f"If the weight from input {feature + 1} to unit {name} grew a little, how much would the error change? "
        "As far as the input was bright and the unit is to blame."
    )
    words += _stand_in(numbers)
    batch = f" Over the {scene.batch} examples of the batch these products add up." if scene.batch > 1 else ""
    formula = (
        rf"\frac{{\partial E}}{{\partial w_{{{unit + 1},{feature + 1}}}}} = x_{{{feature + 1}}} \cdot "
        rf"\frac{{\partial E}}{{\partial z_{{{unit + 1}}}}}"
    )
    lines = (
        Line(f"input {feature + 1}", "", written(x), "link", _origin(numbers, "input", (SHOWN, feature))),
        Line(f"blame of unit {name}", "", short(blame, 6), "loss", _origin(numbers, "grad_output", (SHOWN, unit))),
    )
    product = f"{written(x)} · {in_brackets(short(blame, 6))} = " if scene.batch == 1 else ""
    blocks: list[Block] = [
        Heading("What are we after?"),
        Prose(words + batch),
        FormulaBox(formula),
        Lines(lines),
        Result(f"{product}<b>{short(gradient, 6)}</b>", _origin(numbers, "grad_weight", (unit, feature), "weight")),
        Heading("What it hands back"),
        Prose(_handed_back_words(numbers, feature)),
    ]
    update = _what_happens(numbers, "weight", (unit, feature)) if with_update else []
    return [*blocks, *update, Heading("Check it yourself"), check]


def _handed_back_words(numbers: DenseNumbers, feature: int) -> str:
    """What an input gets back from all units that it feeds."""
    handed = short(float(numbers.handed_back[feature]), 4)
    if numbers.units == 1:
        return f"Input {feature + 1} feeds this unit alone, which sends its blame back through the weight: {handed}."
    units = f"Input {feature + 1} feeds all {count(numbers.units)} units."
    return f"{units} Each sends its blame back through its weight; together {handed}."


def bias_blame_story(
    numbers: DenseNumbers, unit: int, feature: int, check: Block, *, with_update: bool = True
) -> list[Block]:
    """What the blame of a unit does to its bias; `with_update`: and what the step makes of it."""
    del feature
    scene, name = numbers.scene, numbers.unit_name(unit)
    batch = f" Over the {scene.batch} examples of the batch the blame adds up." if scene.batch > 1 else ""
    words = (
        f"If the bias of unit {name} grew a little, how much would the error change? A bias is the weight of an input "
        f"that is always 1, so it takes the whole blame of its unit.{_stand_in(numbers)}{batch}"
    )
    formula = (
        rf"\frac{{\partial E}}{{\partial b_{{{unit + 1}}}}} = 1 \cdot \frac{{\partial E}}{{\partial z_{{{unit + 1}}}}}"
    )
    blame = Line(
        f"blame of unit {name}",
        "",
        short(float(numbers.blame[unit]), 6),
        "loss",
        _origin(numbers, "grad_output", (SHOWN, unit)),
    )
    gradient = short(numbers.bias_gradient(unit), 6)
    return [
        Heading("What are we after?"),
        Prose(words),
        FormulaBox(formula),
        Lines((blame,)),
        Result(f"<b>{gradient}</b>", _origin(numbers, "grad_weight", (unit,), "bias")),
        *(_what_happens(numbers, "bias", (unit,)) if with_update else []),
        Heading("Check it yourself"),
        check,
    ]


def _stand_in(numbers: DenseNumbers) -> str:
    """Of a perceptron, what blame is multiplied by in place of a slope."""
    if not numbers.fires:
        return ""
    return " A threshold is flat, so its true slope is 0: backwards it acts as if the sum z itself were the output."


def _what_happens(numbers: DenseNumbers, name: str, index: tuple[int, ...]) -> list[Block]:
    """What the update makes of a weight or a bias."""
    frame = numbers.frame
    updated = frame.updated.get(name)
    if updated is None or updated is frame.weights[name]:
        return []
    before, after = float(frame.weights[name][index]), float(updated[index])
    letter = "w" if name == "weight" else "b"
    lines = (
        Line(f"{letter}, before", "", short(before, 6), "muted", _origin(numbers, "weight", index, name)),
        Line(f"{letter}, after", "", short(after, 6), "success", _origin(numbers, "updated", index, name)),
    )
    return [Heading("What happens to it"), Lines(lines)]


def _origin(numbers: DenseNumbers, kind: str, index: tuple[int, ...], name: str = "") -> Explain:
    """How a number of the layer can be asked where it comes from."""
    trace, node = numbers.scene.trace, numbers.scene.node

    def explain() -> Explanation:
        return origin_of(trace, _place(node, kind, index, name))

    return explain


def _place(node: str, kind: str, index: tuple[int, ...], name: str) -> Place:
    from playground.engine.arithmetic import Place

    return Place(node, kind, index, name=name)  # type: ignore[arg-type]
