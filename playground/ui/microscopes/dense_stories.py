"""What the panel beside a dense layer tells: how a unit's sum comes about, and what blame does to its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.base import SHOWN, Explain
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.number_text import written
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
            f"{short(float(numbers.x[feature]), 4)} · {short(float(numbers.weights[unit, feature]), 4)}",
            short(float(products[feature]), 4),
            "positive_text" if products[feature] > 0 else "negative_text" if products[feature] < 0 else "muted",
            _origin(numbers, "input", (SHOWN, feature)),
        )
        for feature in top
    ]
    if numbers.features > LISTED:
        rest = float(products.sum() - products[top].sum())
        lines.append(Line(f"{count(numbers.features - LISTED)} others", "", short(rest, 4), "muted"))
    bias = numbers.bias(unit)
    if bias is not None:
        lines.append(Line("bias", "", short(bias, 4), "muted", _origin(numbers, "weight", (unit,), "bias")))
    up, down = float(products.clip(min=0).sum()), float(-products.clip(max=0).sum())
    name = numbers.unit_name(unit)
    words = (
        f"Unit {name} adds up {count(numbers.features)} products of input and weight. {short(up, 4)} push it up, "
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
        Result(
            f"z<sub>{unit + 1}</sub> = <b>{short(float(numbers.z[unit]), 6)}</b>",
            _origin(numbers, "output", (SHOWN, unit)),
        ),
    ]


def blame_story(numbers: DenseNumbers, unit: int, feature: int, check: Block) -> list[Block]:
    """What the blame of a unit does to one of its weights."""
    scene, frame = numbers.scene, numbers.frame
    gradient, blame = float(numbers.gradients(unit)[feature]), float(numbers.blame[unit])
    x, weight = float(numbers.x[feature]), float(numbers.weights[unit, feature])
    name = numbers.unit_name(unit)
    words = (
        f"If the weight from input {feature + 1} to unit {name} grew a little, how much would the error change? "
        "As far as the input was bright and the unit is to blame."
    )
    batch = f" Over the {scene.batch} examples of the batch these products add up." if scene.batch > 1 else ""
    formula = (
        rf"\frac{{\partial E}}{{\partial w_{{{unit + 1},{feature + 1}}}}} = x_{{{feature + 1}}} \cdot "
        rf"\frac{{\partial E}}{{\partial z_{{{unit + 1}}}}}"
    )
    lines = (
        Line(f"input {feature + 1}", "", written(x), "link", _origin(numbers, "input", (SHOWN, feature))),
        Line(f"blame of unit {name}", "", short(blame, 6), "loss", _origin(numbers, "grad_output", (SHOWN, unit))),
    )
    product = f"{written(x)} · {short(blame, 6)} = " if scene.batch == 1 else ""
    blocks: list[Block] = [
        Heading("What are we after?"),
        Prose(words + batch),
        FormulaBox(formula),
        Lines(lines),
        Result(f"{product}<b>{short(gradient, 6)}</b>", _origin(numbers, "grad_weight", (unit, feature), "weight")),
        Heading("What it hands back"),
        Prose(
            f"Input {feature + 1} feeds all {count(numbers.units)} units. Each sends its blame back through its "
            f"weight; together {short(float(numbers.handed_back[feature]), 4)}."
        ),
    ]
    updated = frame.updated.get("weight")
    if updated is not None and updated is not frame.weights["weight"]:
        after = float(updated[unit, feature])
        blocks += [
            Heading("What happens to it"),
            Lines(
                (
                    Line(
                        f"w = {short(weight, 6)} → {short(after, 6)}",
                        role="success",
                        explain=_origin(numbers, "updated", (unit, feature), "weight"),
                    ),
                )
            ),
        ]
    return [*blocks, Heading("Check it yourself"), check]


def _origin(numbers: DenseNumbers, kind: str, index: tuple[int, ...], name: str = "") -> Explain:
    """How a number of the layer can be asked where it comes from."""
    trace, node = numbers.scene.trace, numbers.scene.node

    def explain() -> Explanation:
        return origin_of(trace, _place(node, kind, index, name))

    return explain


def _place(node: str, kind: str, index: tuple[int, ...], name: str) -> Place:
    from playground.engine.arithmetic import Place

    return Place(node, kind, index, name=name)  # type: ignore[arg-type]
