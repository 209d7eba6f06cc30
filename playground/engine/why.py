"""Why a count is what it is: the size of a layer's output, its parameters, its multiply-adds, in symbols and numbers.

No tensor is needed for these: settings and sizes say all. (Where a number inside a tensor comes from is explained in
`engine.arithmetic`.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from playground.engine.analysis import Analysis, LayerReport
from playground.engine.receptive_field import Field, receptive_fields
from playground.engine.thrift import Saving, savings
from playground.engine.why_words import multiply_add_words, parameter_words, receptive_words, shape_words
from playground.layers import LayerType, layer_type
from playground.layers._text import extents


class Question(StrEnum):
    """What can be asked about a layer."""

    SHAPE = "shape"
    PARAMETERS = "parameters"
    MULTIPLY_ADDS = "multiply-adds"
    ACTIVATION = "activation memory"
    RECEPTIVE_FIELD = "receptive field"


@dataclass(frozen=True)
class Why:
    """An answer.

    Attributes:
        title: what was asked: "Parameters of conv1".
        value: the number, as it is shown.
        symbols: the formula, in LaTeX; "" where there is none.
        numbers: the same with numbers put in, a line each, as plain text: "5·5·1·6 + 6 = 156".
        words: the same in words.
        savings: what the lectures compare the layer with.
    """

    title: str
    value: str
    symbols: str = ""
    numbers: tuple[str, ...] = ()
    words: str = ""
    savings: tuple[Saving, ...] = ()


def why(analysis: Analysis, item: str, question: Question) -> Why | None:
    """The answer for a layer, or for a block, whose counts are sums; None where the layer is not known yet."""
    if item in analysis.graph.block_by_id:
        return _why_block(analysis, item, question)
    report = analysis.layers.get(item)
    if report is None:
        return None
    node = analysis.graph.node(item)
    kind = layer_type(node.type)
    match question:
        case Question.SHAPE:
            return _why_shape(node.title, kind, report)
        case Question.PARAMETERS:
            return _why_parameters(node.title, kind, report)
        case Question.MULTIPLY_ADDS:
            return _why_multiply_adds(node.title, kind, report)
        case Question.ACTIVATION:
            return _why_activation(node.title, report)
        case _:
            return _why_field(analysis, item)


def _why_shape(title: str, kind: LayerType, report: LayerReport) -> Why:
    lines = kind.shape_arithmetic(report.params, report.inputs, report.output)
    value = "×".join(map(str, report.output)) or "one number"
    formula = kind.shape_formula if lines else ""
    if set(extents(report.params.get("dilation", 1), 1)) == {1}:
        formula = formula.replace(r"d\,(k-1) - 1", "k").replace(r"d\,(k-1) + o + 1", "k + o")
    return Why(f"Output of {title}", value, formula, lines, shape_words(kind, report))


def _why_parameters(title: str, kind: LayerType, report: LayerReport) -> Why:
    words, heading = parameter_words(kind, report), f"Parameters of {title}"
    if not report.parameters:
        return Why(heading, "0", words=words)
    formula = _plain(kind.parameter_formula, report)
    if report.params.get("bias") is False:
        formula = formula.removesuffix(" + M")
    line = kind.parameter_arithmetic(report.params, report.inputs)
    return Why(heading, f"{report.parameters:,}", formula, (line,), words, savings(kind, report, places=1))


def _plain(formula: str, report: LayerReport) -> str:
    """Without the number of groups where there is one."""
    single = report.params.get("groups", 1) == 1
    return formula.replace(r"\frac{C}{g}", "C").replace(r"\frac{M}{g}", "M") if single else formula


def _why_multiply_adds(title: str, kind: LayerType, report: LayerReport) -> Why:
    words, heading = multiply_add_words(kind, report), f"Multiply-adds of {title}"
    if not report.multiply_adds:
        return Why(heading, "0", words=words)
    line = kind.multiply_add_arithmetic(report.params, report.inputs, report.output)
    same = len(report.output) > 1 and report.inputs[0][1:] == report.output[1:]
    found = savings(kind, report, places=_product(report.output[1:])) if same else ()
    return Why(heading, f"{report.multiply_adds:,}", _plain(kind.multiply_add_formula, report), (line,), words, found)


def _why_activation(title: str, report: LayerReport) -> Why:
    count = _product(report.output)
    factors = "·".join(map(str, report.output)) or "1"
    words = (
        "Every number that the layer gives takes 4 bytes (float32). Training keeps them all until the gradient has "
        "come back, and so for every example of the batch: that, not the weights, is what fills a graphics card."
    )
    formula = (
        r"4",
        r"4 \cdot M",
        r"4 \cdot M \cdot n'",
        r"4 \cdot M \cdot h' \cdot w'",
        r"4 \cdot M \cdot d' \cdot h' \cdot w'",
    )
    return Why(
        f"Activation memory of {title}",
        f"{4 * count:,} B",
        formula[len(report.output)],
        (f"4·{factors} = {4 * count:,}",),
        words,
    )


def _why_field(analysis: Analysis, item: str) -> Why:
    fields, node, report = receptive_fields(analysis), analysis.graph.node(item), analysis.layers[item]
    own, extents = fields[item], (analysis.input_shape or ())[1:]
    sources = [source for source in analysis.graph.sources(item) if fields[source].sizes]
    lines: tuple[str, ...] = ()
    if len(sources) == 1 and own.sizes and not own.is_everything:
        lines = _growth(fields[sources[0]], own, report)
    formula = r"r' = r + \left(d\,(k - 1)\right) \cdot j" if lines else ""
    words = receptive_words(own, extents)
    return Why(f"Receptive field of {node.title}", own.text(extents), formula, lines, words)


def _growth(before: Field, after: Field, report: LayerReport) -> tuple[str, ...]:
    """r + (reach − 1)·jump along each dimension; only for layers that slide by whole steps."""
    kind_jumps = [stretch.jump for stretch in before.stretches]
    if any(len(s.firsts) > 1 for f in (before, after) for s in f.stretches) or "kernel_size" not in report.params:
        return ()
    lines: list[str] = []
    for old, new, jump in zip(before.sizes, after.sizes, kind_jumps, strict=True):
        steps = (new - old) // int(jump)
        lines.append(f"{old} + {steps}·{jump} = {new}")
    return (lines[0],) if len(set(lines)) == 1 else tuple(lines)


def _why_block(analysis: Analysis, block_id: str, question: Question) -> Why | None:
    """A block's counts are sums over its layers; its shape and receptive field are those of its last layer."""
    from playground.graph.blocks import ends

    title = analysis.graph.block(block_id).title
    members = [key for key in analysis.graph.members[block_id] if key in analysis.layers]
    if question in (Question.SHAPE, Question.RECEPTIVE_FIELD):
        leaving = [key for key in ends(analysis.graph, block_id)[1] if key in analysis.layers]
        return why(analysis, leaving[-1], question) if leaving else None
    found = [(_amount(analysis.layers[key], question), key) for key in members]
    parts = [amount for amount, _ in found if amount]
    total = sum(parts)
    unit = " B" if question == Question.ACTIVATION else ""
    shown = [f"{amount:,}" for amount in parts[:_MOST_TERMS]] + (["…"] if len(parts) > _MOST_TERMS else [])
    line = (f"{' + '.join(shown)} = {total:,}",) if len(parts) > 1 else ()
    words = f"The sum over {len(members)} layer{'s' if len(members) != 1 else ''}, of which {len(parts)} have any."
    if parts:
        most, largest = max(found)
        words += f" The largest part, {most:,}{unit}, is that of {analysis.graph.node(largest).title}."
    return Why(f"{question.value.capitalize()} of {title}", f"{total:,}{unit}", "", line, words)


_MOST_TERMS = 8


def _amount(report: LayerReport, question: Question) -> int:
    match question:
        case Question.PARAMETERS:
            return report.parameters
        case Question.MULTIPLY_ADDS:
            return report.multiply_adds
        case _:
            return 4 * _product(report.output)


def _product(shape: tuple[int, ...]) -> int:
    result = 1
    for extent in shape:
        result *= extent
    return result


_SIGNS = (
    ("·", r" \cdot "),
    ("−", "-"),
    ("×", r" \times "),
    ("→", r" \to "),
    ("⌊", r"\left\lfloor "),
    ("⌋", r"\right\rfloor "),
    ("⌈", r"\left\lceil "),
    ("⌉", r"\right\rceil "),
    ("²", "^{2}"),
    ("…", r"\dots "),
    ("γ", r"\,\gamma "),
    ("β", r"\,\beta "),
)


def latex(line: str) -> str:
    """A calculation as it is shown in LaTeX: "(28 − 5 + 2·0) / 1 + 1 = 24" as a typesetter wants it."""
    text = re.sub(r"[A-Za-z](?:[A-Za-z ]*[A-Za-z])?", _upright, line)
    text = re.sub(r"(?<=\d),(?=\d{3})", "{,}", text)
    for shown, meant in _SIGNS:
        text = text.replace(shown, meant)
    return text.strip()


def _upright(words: re.Match[str]) -> str:
    spaced = words[0].replace(" ", r"\ ")
    return rf"\ \mathrm{{{spaced}}}\ "
