"""Where the numbers of a transposed convolution come from: the convolution's own meetings, read the other way round.

The window lies on the *output*, at a place for each number of the input: what a convolution would sum over the window,
the transposed one paints into it. Its geometry is that of a convolution from the output to the input.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, read, upstream
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, subscript, times
from playground.engine.arithmetic.convolution import bias_factor, explain_grad_bias
from playground.engine.arithmetic.filters import LETTERS, PLACES, at_place, groups, pixel_title, title
from playground.engine.arithmetic.sliding import Sliding
from playground.layers import window

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def painting(frame: Frame) -> Sliding:
    """The window on the output: its places are the numbers of one channel of the input."""
    found = window(frame.params, frame.inputs[0].shape[1:])
    return Sliding(
        tuple(frame.output.shape[2:]),
        tuple(frame.inputs[0].shape[2:]),
        found.kernel,
        found.stride,
        found.before,
        found.dilation,
    )


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """z = Σ w x + b over all numbers whose window covers this place; index is (example, filter, place …)."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    example, chosen = index[:2]
    channels, within = _channels_of(frame, chosen)
    meetings = list(painting(frame).meetings(index[2:]))
    terms = [
        Term((_weight(frame, (k, within, *offset), names), input_factor(frame, 0, (example, k, *at), names)))
        for k in channels
        for at, offset in meetings
    ]
    bias = bias_factor(frame, chosen, names)
    letters, places = _letters(frame)
    end = f", and the bias {plain(bias.value)} is added" if bias else ""
    words = (
        f"{times(len(meetings), 'stamp')} of {times(len(channels), 'channel')} reached this place. Each is a weight "
        f"times the number that was stamped; together they make {plain(value)}{end}."
    )
    if not meetings:
        words = "No stamp reaches this place, so " + ("only the bias is left." if bias else "it is zero.")
    return compose(
        frame,
        place,
        title=title(frame, index),
        symbol=names(place) or indexed("z", frame.output, index),
        formula=rf"\sum_{{k}} \sum_{{{places}}} w_{{k,{within + 1},{letters}}} \cdot x_{{k,{places}}}"
        + (f" + {bias.symbol}" if bias else ""),
        terms=terms,
        offset=bias,
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = Σ w ∂E/∂z over the window that this number painted, in every map."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, channel = index[:2]
    filters = _filters_of(frame, channel)
    cells = list(painting(frame).cells(index[2:]))
    terms = [
        Term(
            (
                _weight(frame, (channel, f - filters.start, *offset), names),
                upstream(frame, (example, f, *at), names, "z"),
            )
        )
        for f in filters
        for offset, at in cells
    ]
    letters, _ = _letters(frame)
    return compose(
        frame,
        place,
        title=pixel_title(frame, index),
        symbol=gradient_symbol(frame, place, names),
        formula=rf"\sum_{{f}} \sum_{{{letters}}} w_{{{channel + 1},f,{letters}}} \cdot {blame('z')}",
        terms=terms,
        words=(
            f"This number was stamped onto {times(len(cells), 'place')} of each of {times(len(filters), 'map')}. Each "
            "sends its blame back through the weight that it came by: backwards this layer is an ordinary convolution."
        ),
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w_{k,f,…} = Σ x ∂E/∂z over all stamps and examples; ∂E/∂b_f = Σ ∂E/∂z."""
    if name == "bias":
        return explain_grad_bias(frame, index, names)
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    channel, offset = index[0], index[2:]
    chosen = _filters_of(frame, channel)[index[1]]
    geometry = painting(frame)
    terms: list[Term] = []
    for at in product(*(range(extent) for extent in geometry.places)):
        spot = tuple(geometry.span(axis, position)[offset[axis]] for axis, position in enumerate(at))
        if geometry.is_inside(*spot):
            terms += [
                Term(
                    (
                        input_factor(frame, 0, (n, channel, *at), names),
                        upstream(frame, (n, chosen, *spot), names, "z"),
                    )
                )
                for n in range(len(frame.output))
            ]
    _, places = _letters(frame)
    which = f"weight at {at_place(offset)} of channel {channel + 1} for map {chosen + 1}"
    return compose(
        frame,
        place,
        title=f"Blame of the {which} of {frame.node}",
        symbol=names(place) or blame(_symbol(index)),
        formula=rf"\sum_{{{places}}} x_{{{channel + 1},{places}}} \cdot {blame(f'z_{{{chosen + 1}}}')}",
        terms=terms,
        words=(
            f"The same weight served {times(len(terms), 'stamp')}. At each, its blame is the number that was stamped, "
            "times the blame of the place where it landed."
        ),
    )


def _channels_of(frame: Frame, chosen: int) -> tuple[range, int]:
    """The input channels that paint a map, and which of their maps it is."""
    each = frame.weights["weight"].shape[1]
    group, within = divmod(chosen, each)
    width = frame.inputs[0].shape[1] // groups(frame)
    return range(group * width, (group + 1) * width), within


def _filters_of(frame: Frame, channel: int) -> range:
    """The maps that an input channel paints."""
    each = frame.weights["weight"].shape[1]
    group = channel // (frame.inputs[0].shape[1] // groups(frame))
    return range(group * each, (group + 1) * each)


def _letters(frame: Frame) -> tuple[str, str]:
    """What the places within a window, and those of the window, are called in formulas."""
    dimensions = frame.output.ndim - 2
    return ",".join(LETTERS[dimensions]), ",".join(PLACES[dimensions])


def _weight(frame: Frame, index: Index, names: Namer) -> Factor:
    return read(frame, Place(frame.node, "weight", index, name="weight"), _symbol(index), names)


def _symbol(index: Index) -> str:
    return subscript("w", index[0] + 1, index[1] + 1, *index[2:])


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
