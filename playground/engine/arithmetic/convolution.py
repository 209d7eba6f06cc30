"""Where the numbers of a convolution come from: patch × filter forward, and every meeting of the two backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic import pooling
from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, read, upstream
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, subscript, times
from playground.engine.arithmetic.sliding import sliding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """z = Σ w x + b over the window; index is (example, filter, row, column).

    Products with padding are zero and left out.
    """
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    example, chosen, row, column = index
    cells = list(sliding(frame).inside(row, column))
    channels = channels_under(frame, chosen)
    terms = [
        Term((_weight(frame, (chosen, k, i, j), names), input_factor(frame, 0, (example, channel, y, x), names)))
        for k, channel in enumerate(channels)
        for i, j, y, x in cells
    ]
    bias = None
    if "bias" in frame.weights:
        bias = read(frame, Place(frame.node, "weight", (chosen,), name="bias"), subscript("b", chosen + 1), names)
    over_channels = r"\sum_{k} " if len(channels) > 1 else ""
    formula = rf"{over_channels}\sum_{{i,j}} w_{{{chosen + 1},k,i,j}} \cdot x_{{k,\,r s+i,\,c s+j}}"
    return compose(
        frame,
        place,
        title=pooling.title(frame, index),
        symbol=names(place) or indexed("z", frame.output, index),
        formula=formula + (f" + {bias.symbol}" if bias else ""),
        terms=terms,
        offset=bias,
        words=_agreement_in_words(terms, bias, value),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = Σ w ∂E/∂z over every filter and every place of the window that covers the pixel."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, channel, row, column = index
    within = channel % frame.weights["weight"].shape[1]
    filters = _filters_over(frame, channel)
    places = list(sliding(frame).covering(row, column))
    terms = [
        Term((_weight(frame, (f, within, i, j), names), upstream(frame, (example, f, y, x), names, "z")))
        for f in filters
        for y, x, i, j in places
    ]
    words = (
        f"{times(len(places), 'place')} of the window covered this pixel, for each of {times(len(filters), 'filter')}. "
        "Every feature that the pixel took part in sends its blame back through the weight that lay on the pixel."
    )
    return compose(
        frame,
        place,
        title=pooling.pixel_title(frame, index),
        symbol=gradient_symbol(frame, place, names),
        formula=rf"\sum_{{f}} \sum_{{i,j}} w_{{f,{within + 1},i,j}} \cdot {blame('z_{f,r,c}')}",
        terms=terms,
        words=words if places else "No window covers this pixel, so it has no part in the error.",
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w_{f,k,i,j} = Σ x ∂E/∂z over all places and examples; ∂E/∂b_f = Σ ∂E/∂z."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    is_bias, chosen = name == "bias", index[0]
    batch, _, rows, columns = frame.output.shape
    meetings = times(batch * rows * columns, "place")
    delta = blame(f"z_{{{chosen + 1},r,c}}")
    if is_bias:
        terms = [
            Term((upstream(frame, (n, chosen, y, x), names, "z"),))
            for n in range(batch)
            for y in range(rows)
            for x in range(columns)
        ]
        formula, which = rf"\sum_{{r,c}} {delta}", f"bias of filter {chosen + 1}"
        words = f"The bias was added at {meetings}, so it collects the blame of all of them."
    else:
        terms = _meetings(frame, index, names)
        channel = channels_under(frame, chosen)[index[1]]
        formula = rf"\sum_{{r,c}} x_{{{channel + 1},\,r s+{index[2]},\,c s+{index[3]}}} \cdot {delta}"
        which = f"weight at row {index[2]}, column {index[3]} of filter {chosen + 1}, channel {index[1] + 1},"
        words = (
            f"The same weight served {meetings}. At each, its blame is the pixel that lay under it, times the blame of "
            "the feature there."
        )
    return compose(
        frame,
        place,
        title=f"Blame of the {which} of {frame.node}",
        symbol=names(place) or blame(_weight_symbol(name, index)),
        formula=formula,
        terms=terms,
        words=words,
    )


def channels_under(frame: Frame, chosen: int) -> range:
    """The input channels that a filter sees: all, or those of its group."""
    filters, width = frame.weights["weight"].shape[:2]
    group = chosen // (filters // _groups(frame))
    return range(group * width, (group + 1) * width)


def _filters_over(frame: Frame, channel: int) -> range:
    """The filters that see an input channel."""
    filters, width = frame.weights["weight"].shape[:2]
    size = filters // _groups(frame)
    group = channel // width
    return range(group * size, (group + 1) * size)


def _groups(frame: Frame) -> int:
    groups = frame.params["groups"]
    assert isinstance(groups, int)
    return groups


def _meetings(frame: Frame, weight: Index, names: Namer) -> list[Term]:
    """A term for every place and example where the weight lay on a pixel: pixel × blame of the feature."""
    geometry, chosen = sliding(frame), weight[0]
    channel = channels_under(frame, chosen)[weight[1]]
    batch, _, rows, columns = frame.output.shape
    terms: list[Term] = []
    for row in range(rows):
        y = geometry.rows(row)[weight[2]]
        for column in range(columns):
            x = geometry.columns(column)[weight[3]]
            if geometry.is_inside(y, x):
                terms += [
                    Term(
                        (
                            input_factor(frame, 0, (n, channel, y, x), names),
                            upstream(frame, (n, chosen, row, column), names, "z"),
                        )
                    )
                    for n in range(batch)
                ]
    return terms


def _agreement_in_words(terms: Sequence[Term], bias: Factor | None, value: float) -> str:
    """Whether patch and filter go together, and what comes of it. A term's factors are weight and pixel."""
    pixels = [term.factors[1].value for term in terms]
    if not any(pixels):
        left = f"only its bias {plain(bias.value)} is left" if bias else "the answer is zero"
        return f"Every pixel of this patch is zero, so the filter finds nothing: {left}."
    gain = sum(max(term.value, 0.0) for term in terms)
    loss = sum(max(-term.value, 0.0) for term in terms)
    picture = min(pixels) >= 0
    if gain > 2 * loss:
        sign, verdict = "positive", "so they agree"
    elif loss > 2 * gain:
        sign, verdict = "negative", "so they disagree"
    else:
        sign, verdict = "positive in some places and negative in others", "so much of it cancels"
    if picture:
        mostly = "" if "some" in sign else "mostly "
        start = f"Where this patch is bright the filter is {mostly}{sign}, {verdict}"
    else:
        signs = {"positive": "mostly have the same sign", "negative": "mostly have opposite signs"}
        start = f"Patch and filter {signs.get(sign, 'agree in some places and not in others')}, {verdict}"
    end = f" and the bias {plain(bias.value)}" if bias else ""
    return f"{start}: {plain(gain)} for, {plain(loss)} against{end} make {plain(value)}."


def _weight(frame: Frame, index: Index, names: Namer) -> Factor:
    return read(frame, Place(frame.node, "weight", index, name="weight"), _weight_symbol("weight", index), names)


def _weight_symbol(name: str, index: Index) -> str:
    if name == "bias":
        return subscript("b", index[0] + 1)
    return subscript("w", index[0] + 1, index[1] + 1, index[2], index[3])
