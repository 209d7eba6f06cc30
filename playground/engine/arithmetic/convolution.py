"""Where the numbers of a convolution come from: patch × filter forward, and every meeting of the two backward.

Over sequences, pictures and volumes alike; places within a window and places of the window are tuples, a number for
each dimension.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic import standardised
from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, read, upstream
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, subscript, times
from playground.engine.arithmetic.filters import (
    LETTERS,
    PLACES,
    channels_under,
    filter_factor,
    filters_over,
    pixel_title,
    title,
    weight_title,
    window_symbol,
)
from playground.engine.arithmetic.sliding import sliding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """z = Σ w x + b over the window; index is (example, filter, place …).

    Products with padding are zero and left out.
    """
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    example, chosen = index[:2]
    cells = list(sliding(frame).cells(index[2:]))
    terms = [
        Term(
            (
                filter_factor(frame, (chosen, k, *offset), names),
                input_factor(frame, 0, (example, channel, *pixel), names),
            )
        )
        for k, channel in enumerate(channels_under(frame, chosen))
        for offset, pixel in cells
    ]
    bias = bias_factor(frame, chosen, names)
    return compose(
        frame,
        place,
        title=title(frame, index),
        symbol=names(place) or indexed("z", frame.output, index),
        formula=window_symbol(frame, chosen) + (f" + {bias.symbol}" if bias else ""),
        terms=terms,
        offset=bias,
        words=_agreement_in_words(terms, bias, value),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = Σ w ∂E/∂z over every filter and every place of the window that covers the pixel."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, channel = index[:2]
    filters = filters_over(frame, channel)
    meetings = list(sliding(frame).meetings(index[2:]))
    terms = [
        Term(
            (
                filter_factor(frame, (f, channel - channels_under(frame, f).start, *offset), names),
                upstream(frame, (example, f, *at), names, "z"),
            )
        )
        for f in filters
        for at, offset in meetings
    ]
    each = f", for each of {times(len(filters), 'filter')}" if len(filters) > 1 else ""
    words = (
        f"{times(len(meetings), 'place')} of the window covered this pixel{each}. "
        "Every feature that the pixel took part in sends its blame back through the weight that lay on the pixel."
    )
    letters, places = (",".join(table[frame.output.ndim - 2]) for table in (LETTERS, PLACES))
    return compose(
        frame,
        place,
        title=pixel_title(frame, index),
        symbol=gradient_symbol(frame, place, names),
        formula=rf"\sum_{{f}} \sum_{{{letters}}} {_letter(frame)}_{{f,k,{letters}}} \cdot {blame(f'z_{{f,{places}}}')}",
        terms=terms,
        words=words if meetings else "No window covers this pixel, so it has no part in the error.",
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w_{f,k,…} = Σ x ∂E/∂z over all places and examples; ∂E/∂b_f = Σ ∂E/∂z."""
    if name == "bias":
        return explain_grad_bias(frame, index, names)
    if frame.type == "ws_conv2d":
        return standardised.explain_grad_weight(frame, index, names, lambda at: meetings_of(frame, at, names))
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    chosen, channel = index[0], channels_under(frame, index[0])[index[1]]
    places = PLACES[frame.output.ndim - 2]
    pixel = r",\,".join(f"{at} s+{offset}" for at, offset in zip(places, index[2:], strict=True))
    over = ",".join(places)
    return compose(
        frame,
        place,
        title=weight_title(frame, name, index),
        symbol=names(place) or blame(subscript("w", chosen + 1, index[1] + 1, *index[2:])),
        formula=rf"\sum_{{{over}}} x_{{{channel + 1},\,{pixel}}} \cdot {blame(f'z_{{{chosen + 1},{over}}}')}",
        terms=meetings_of(frame, index, names),
        words=(
            f"The same weight served {_served(frame)}. At each, its blame is the pixel that lay under it, times the "
            "blame of the feature there."
        ),
    )


def explain_grad_bias(frame: Frame, index: Index, names: Namer) -> Explanation:
    """∂E/∂b_f = Σ ∂E/∂z over all places and examples."""
    place = Place(frame.node, "grad_weight", index, name="bias")
    value_at(frame, place)
    chosen, over = index[0], ",".join(PLACES[frame.output.ndim - 2])
    spots = product(*(range(extent) for extent in frame.output.shape[2:]))
    terms = [
        Term((upstream(frame, (n, chosen, *spot), names, "z"),)) for spot in spots for n in range(len(frame.output))
    ]
    return compose(
        frame,
        place,
        title=weight_title(frame, "bias", index),
        symbol=names(place) or blame(subscript("b", chosen + 1)),
        formula=rf"\sum_{{{over}}} {blame(f'z_{{{chosen + 1},{over}}}')}",
        terms=terms,
        words=f"The bias was added at {_served(frame)}, so it collects the blame of all of them.",
    )


def meetings_of(frame: Frame, weight: Index, names: Namer) -> list[Term]:
    """A term for every place and example where the weight lay on a pixel: pixel × blame of the feature."""
    geometry, chosen = sliding(frame), weight[0]
    channel = channels_under(frame, chosen)[weight[1]]
    terms: list[Term] = []
    for at in product(*(range(extent) for extent in frame.output.shape[2:])):
        pixel = tuple(geometry.span(axis, spot)[weight[2 + axis]] for axis, spot in enumerate(at))
        if geometry.is_inside(*pixel):
            terms += [
                Term(
                    (
                        input_factor(frame, 0, (n, channel, *pixel), names),
                        upstream(frame, (n, chosen, *at), names, "z"),
                    )
                )
                for n in range(len(frame.output))
            ]
    return terms


def bias_factor(frame: Frame, chosen: int, names: Namer) -> Factor | None:
    """The filter's bias, if it has one."""
    if "bias" not in frame.weights:
        return None
    return read(frame, Place(frame.node, "weight", (chosen,), name="bias"), subscript("b", chosen + 1), names)


def _served(frame: Frame) -> str:
    return times(frame.output.size // frame.output.shape[1], "place")


def _letter(frame: Frame) -> str:
    return r"\hat{w}" if frame.type == "ws_conv2d" else "w"


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


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
