"""Where printed numbers come from that stand in no recorded array: a slope, one output's error, a size, a count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from playground.engine.arithmetic import Explanation, ExplanationError, Factor, Namer, Place, Term, unnamed, value_at
from playground.engine.arithmetic._compose import upstream, worked_out
from playground.engine.arithmetic._text import sum_of_symbols
from playground.engine.arithmetic.curve import slope_factor
from playground.engine.arithmetic.loss_curve import explain_charge
from playground.engine.arithmetic.running import explain_mean, explain_normalised, explain_variance

if TYPE_CHECKING:
    from playground.engine.trace import Frame, Trace
    from playground.zoo import Published

SHOWN = 0
"""The row of the recorded batch that is the example itself."""


def is_worked_out(number: Published) -> bool:
    """Whether the printed number stands in no recorded array, so that `explain_published` tells of it."""
    return number.kind in _EXPLAINED


def explain_published(number: Published, trace: Trace, names: Namer = unnamed) -> Explanation:
    """The origin of a printed number's live value; of a row of sizes that of the first, which is the height.

    Raises:
        ExplanationError: it was not recorded, or its layer is gone.
    """
    frame = trace.frames.get(number.node)
    if frame is None:
        raise ExplanationError("The network on screen no longer has the layer that this number belongs to.")
    return _EXPLAINED[number.kind](number, frame, trace, names)


# ---- parts of the arithmetic


def _charge(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del trace, names
    return explain_charge(frame, (SHOWN, *number.index))


def _slope(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del trace
    because = slope_factor(frame, (SHOWN, *number.index), names).because
    assert because is not None
    return because()


def _share(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    """w_{j,i} ∂E/∂z_j: what neuron j hands back to input i."""
    del trace
    source, neuron = cast("tuple[int, int]", number.index)
    held = Place(frame.node, "weight", (neuron, source), name="weight")
    weight = Factor(names(held) or rf"w_{{{neuron + 1},{source + 1}}}", value_at(frame, held), held)
    arriving = upstream(frame, (SHOWN, neuron), names, "z")
    x = names(Place(frame.node, "input", (SHOWN, source))) or f"x_{{{source + 1}}}"
    term = Term((weight, arriving))
    words = f"The part of the blame of input {source + 1} that comes back through neuron {neuron + 1} of {frame.node}."
    symbol = rf"\frac{{\partial E_{{{neuron + 1}}}}}{{\partial {x}}}"
    return worked_out("What one neuron hands back", symbol, sum_of_symbols([term]), [term], words)


def _batch_mean(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del trace, names
    return explain_mean(frame, (SHOWN, *number.index))


def _batch_variance(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del trace, names
    return explain_variance(frame, (SHOWN, *number.index))


def _normalised(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del trace, names
    return explain_normalised(frame, (SHOWN, *number.index))


# ---- settings


def _given(title: str, symbol: str, value: float, words: str) -> Explanation:
    return worked_out(title, symbol, r"\mathrm{given}", [Term((Factor(symbol, value),))], words)


def _rate(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del number, frame, names
    if trace.rule is None:
        raise ExplanationError("Nothing is updated in this step, so there is no learning rate.")
    words = "How large a step against the gradient is: a setting of training, under This round…"
    return _given("The learning rate", r"\eta", trace.rule.learning_rate, words)


def _divisor(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del number, trace, names
    terms = [Term((Factor("1", 1.0),)), Term((Factor("p", _setting(frame, "p")),), negative=True)]
    words = "What is kept is divided by the share that is kept on average, so that the sum stays the same on average."
    return worked_out("What is kept is divided by", r"\frac{x}{y}", "1 - p", terms, words)


def _factor(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del number, trace, names
    words = "At test time all units are there, so each gives that share of its value which was kept in training."
    return _given("What each number is multiplied by", "c", _setting(frame, "factor"), words)


def _setting(frame: Frame, key: str) -> float:
    value = frame.params.get(key)
    if not isinstance(value, int | float):
        raise ExplanationError(f"{frame.node} has no setting “{key}”.")
    return float(value)


# ---- sizes and counts


def _first(frame: Frame, key: str, otherwise: int) -> int:
    """A setting for rows; kernels and strides may be given for rows and columns apart."""
    value = frame.params.get(key, otherwise)
    return int(value[0]) if isinstance(value, tuple) else int(value) if isinstance(value, int | float) else otherwise


def _size(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    """⌊(n + 2p − k) / s⌋ + 1, where a dilated kernel counts with its gaps."""
    del number, trace, names
    height = float(frame.output.shape[2])
    if "kernel_size" not in frame.params:
        return _given("How many rows there are", "n", height, "The picture has as many rows: it is part of the data.")
    kernel, stride = _first(frame, "kernel_size", 1), _first(frame, "stride", 1)
    reach = (kernel - 1) * _first(frame, "dilation", 1) + 1
    padding, rows = _first(frame, "padding", 0), frame.inputs[0].shape[2]
    terms = [
        Term((Factor("n", float(rows)),)),
        Term((Factor("2", 2.0), Factor("p", float(padding)))),
        Term((Factor("k", float(reach)),), negative=True),
    ]
    if over := (rows + 2 * padding - reach) % stride:
        terms.append(Term((Factor("r", float(over)),), negative=True))
    words = "So often does the window fit from top to bottom: at its first place, and then once for every stride."
    return worked_out(
        "How many rows come out",
        "o",
        r"\frac{n + 2p - k}{s} + 1" if not over else r"\frac{n + 2p - k - r}{s} + 1",
        terms,
        words if not over else f"{words} The last {over} rows are not reached.",
        scale=None if stride == 1 else Factor(r"\frac{1}{s}", 1 / stride, written=rf"\frac{{1}}{{{stride}}}"),
        offset=Factor("1", 1.0),
    )


def _padded_size(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del number, trace, names
    rows, padding = float(frame.inputs[0].shape[2]), float(_first(frame, "padding", 0))
    terms = [Term((Factor("n", rows),)), Term((Factor("2", 2.0), Factor("p", padding)))]
    words = "The border lies on both sides of the picture, so it counts twice."
    return worked_out("How many rows there are with the border", "m", "n + 2p", terms, words)


def _weight_size(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    del number, trace, names
    words = "A setting of the layer. A filter is as deep as what it goes over: it has a plane for each channel."
    return _given("How many rows a filter has", "k", float(_first(frame, "kernel_size", 1)), words)


def _parameters(number: Published, frame: Frame, trace: Trace, names: Namer) -> Explanation:
    """k · k · C · F for each weight, F for each bias, added up over the layers that are counted."""
    del names
    frames = [frame, *(trace.frames[node] for node in number.also if node in trace.frames)]
    terms = [
        Term(tuple(Factor(letter, float(extent)) for letter, extent in zip(letters, extents, strict=True)))
        for each in frames
        for extents in ((*array.shape[2:], *array.shape[1::-1]) for array in each.weights.values())
        for letters in (("k", "k", "C", "F")[4 - len(extents) :],)
    ]
    words = "Every filter has k × k weights for each of the C maps that come in, and there are F filters."
    return worked_out("How many weights there are", "N", sum_of_symbols(terms), terms, words)


_EXPLAINED: Mapping[str, Callable[[Published, Frame, Trace, Namer], Explanation]] = {
    "loss_term": _charge,
    "slope": _slope,
    "grad_term": _share,
    "batch_mean": _batch_mean,
    "batch_variance": _batch_variance,
    "normalised": _normalised,
    "rate": _rate,
    "divisor": _divisor,
    "factor": _factor,
    "size": _size,
    "padded_size": _padded_size,
    "weight_size": _weight_size,
    "parameters": _parameters,
}
