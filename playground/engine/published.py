"""Published numbers beside live ones: where in the record of a step a printed number is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from playground.engine.arithmetic import Kind, Place
from playground.engine.trace import Frame, Phase, Trace
from playground.zoo import Published, printed_numbers

Array = np.ndarray[Any, np.dtype[Any]]

SHOWN = 0
"""The row of the recorded batch that is the example itself."""


def live_value(published: Published, trace: Trace) -> float | None:
    """What the recorded step of one example has in the place of a single printed number; None as in `live_values`."""
    found = live_values(published, trace)
    return found[0] if found else None


def live_values(published: Published, trace: Trace) -> tuple[float, ...] | None:
    """What the recorded step has in the place of a printed number, or of a row of them, in its unit.

    None where a single step does not tell: for numbers of later steps, for updates that were not made, and for
    layers that the network no longer has.
    """
    frame = trace.frames.get(published.node)
    if frame is None:
        return None
    try:
        found = _FINDERS[published.kind](published, frame, trace)
    except IndexError:
        return None
    if found is None:
        return None
    numbers = np.ravel(found)[: published.count or len(printed_numbers(published.printed))]
    return tuple(float(number) / published.unit for number in numbers)


def phase_of(published: Published) -> Phase:
    """In which phase of a step the number comes about."""
    if published.kind in ("slope", "grad_output", "grad_term", "grad_weight"):
        return "backward"
    return "update" if published.kind in ("updated", "rate") else "forward"


def station_of(published: Published) -> tuple[Phase, str]:
    """Phase and layer at which a learner meets it: a number of the way forward may be a slope on the way back."""
    phase = phase_of(published)
    if phase == "forward" and published.factor_at:
        return "backward", published.factor_at
    return phase, published.node


def places_of(published: Published, trace: Trace) -> tuple[Place, ...]:
    """Where the numbers stand in the recorded step; the one that they are worked out from, where they stand nowhere.

    None for those that belong to no place: a size, a count.
    """
    frame, node = trace.frames.get(published.node), published.node
    kind, name = _KINDS.get(published.kind, (None, ""))
    if frame is None or kind is None:
        return ()
    if published.kind == "grad_term":
        source, neuron = cast("tuple[int, int]", published.index)
        return (Place(node, "grad_input", (SHOWN, source)), Place(node, "weight", (neuron, source), name="weight"))
    if published.kind in ("factor", "divisor"):
        through = _through(frame)
        return () if through is None else (Place(node, "output", (SHOWN, *through)),)
    if published.kind in ("loss", "loss_term", "loss_after"):
        return (Place(node, "output", ()),)  # one number for the whole batch
    array = _array(frame, kind, name or published.tensor)
    if array is None:
        return ()
    lead = () if kind in ("weight", "grad_weight", "updated") else (SHOWN,)
    return _spread(published, node, kind, array, lead)


def _spread(published: Published, node: str, kind: Kind, array: Array, lead: tuple[int, ...]) -> tuple[Place, ...]:
    """A place for each number of a row."""
    start = (*lead, *published.index)
    try:
        row: Array = np.asarray(array[start])
    except IndexError:
        return ()
    count = published.count or len(printed_numbers(published.printed))
    rest = [tuple(int(i) for i in at) for at in np.ndindex(row.shape)][:count]
    return tuple(Place(node, kind, (*start, *at), name=published.tensor) for at in rest)


_KINDS: Mapping[str, tuple[Kind | None, str]] = {
    "output": ("output", ""),
    "weight": ("weight", ""),
    "factor": ("output", ""),
    "divisor": ("output", ""),
    "batch_mean": ("output", ""),
    "batch_variance": ("output", ""),
    "normalised": ("output", ""),
    "slope": ("grad_input", ""),
    "loss": ("output", ""),
    "loss_term": ("output", ""),
    "grad_output": ("grad_output", ""),
    "grad_term": ("grad_input", ""),
    "grad_weight": ("grad_weight", ""),
    "updated": ("updated", ""),
    "target": ("target", ""),
    "loss_after": ("output", ""),
    "output_after": ("output", ""),
}
"""Which of a frame's arrays each kind of printed number stands in, or is worked out for."""


def _array(frame: Frame, kind: Kind, name: str) -> Array | None:
    match kind:
        case "weight":
            return frame.weights.get(name)
        case "grad_weight":
            return frame.grad_weights.get(name)
        case "updated":
            return frame.updated.get(name)
        case "target":
            return frame.target
        case "grad_output":
            return frame.grad_output
        case "grad_input":
            return frame.grad_inputs[0] if frame.grad_inputs else None
        case _:
            return frame.output


# ---- the numbers

Found = Array | float | None


def _output(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return frame.output[(SHOWN, *published.index)]


def _weight(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return _entry(frame.weights.get(published.tensor), published.index)


def _grad_weight(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return _entry(frame.grad_weights.get(published.tensor), published.index)


def _updated(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    is_new = frame.updated.get(published.tensor) is not frame.weights.get(published.tensor)
    return _entry(frame.updated.get(published.tensor), published.index) if is_new else None


def _entry(tensor: Array | None, index: tuple[int, ...]) -> Found:
    return None if tensor is None else tensor[index]


def _loss(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, frame
    return trace.loss


def _target(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return None if frame.target is None else frame.target[(SHOWN, *published.index)]


def _rate(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, frame
    return None if trace.rule is None else trace.rule.learning_rate


def _grad_output(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return None if frame.grad_output is None else frame.grad_output[(SHOWN, *published.index)]


def _half_square(published: Published, frame: Frame, trace: Trace) -> Found:
    """½(t − o)² of one output, times the weight of the loss."""
    del trace
    weight, index = frame.params.get("weight", 1.0), published.index
    if frame.target is None or frame.params.get("reduction") != "half_sum" or not isinstance(weight, float):
        return None
    return float(weight * 0.5 * (frame.target[SHOWN][index] - frame.inputs[0][SHOWN][index]) ** 2)


def _slope(published: Published, frame: Frame, trace: Trace) -> Found:
    """∂y / ∂x of an elementwise layer: what it handed back, over what it received."""
    del trace
    index = (SHOWN, *published.index)
    if frame.grad_output is None or not frame.grad_inputs or frame.grad_output[index] == 0:
        return None
    return float(frame.grad_inputs[0][index] / frame.grad_output[index])


def _share(published: Published, frame: Frame, trace: Trace) -> Found:
    """wⱼᵢ · ∂E/∂zⱼ: what neuron j of a dense layer hands back to its input i."""
    del trace
    if frame.grad_output is None or "weight" not in frame.weights:
        return None
    source, neuron = cast("tuple[int, int]", published.index)
    return float(frame.weights["weight"][neuron, source] * frame.grad_output[SHOWN][neuron])


def _later(published: Published, frame: Frame, trace: Trace) -> Found:
    """A single step does not tell."""
    del published, frame, trace


# ---- sizes and counts


def _size(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, trace
    return _as_printed(frame.output.shape[1:])


def _padded_size(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, trace
    shape, padding = frame.inputs[0].shape[1:], cast("tuple[int, ...]", frame.params.get("padding", (0, 0)))
    return _as_printed((shape[0], *(extent + 2 * border for extent, border in zip(shape[1:], padding, strict=True))))


def _weight_size(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, trace
    return _as_printed(frame.weights["weight"].shape[1:]) if "weight" in frame.weights else None


def _as_printed(shape: tuple[int, ...]) -> Array:
    """(channels, rows, columns) in the order of publications: rows, columns, channels."""
    return np.array((*shape[1:], shape[0]), dtype=np.float64)


def _parameters(published: Published, frame: Frame, trace: Trace) -> Found:
    frames = [frame, *(trace.frames[node] for node in published.also if node in trace.frames)]
    return float(sum(array.size for each in frames for array in each.weights.values()))


# ---- regularisation and normalisation


def _through(frame: Frame) -> tuple[int, ...] | None:
    """The first place of the example where the layer lets something through."""
    places = np.argwhere((frame.output[SHOWN] != 0) & (frame.inputs[0][SHOWN] != 0))
    return tuple(int(i) for i in places[0]) if len(places) else None


def _factor(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, trace
    at = _through(frame)
    return None if at is None else float(frame.output[SHOWN][at] / frame.inputs[0][SHOWN][at])


def _divisor(published: Published, frame: Frame, trace: Trace) -> Found:
    del published, trace
    at = _through(frame)
    return None if at is None else float(frame.inputs[0][SHOWN][at] / frame.output[SHOWN][at])


def _batch_mean(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return float(frame.inputs[0][(slice(None), *published.index)].mean())


def _batch_variance(published: Published, frame: Frame, trace: Trace) -> Found:
    del trace
    return float(frame.inputs[0][(slice(None), *published.index)].var())


def _normalised(published: Published, frame: Frame, trace: Trace) -> Found:
    """(x − μ) / √(σ² + ε)."""
    mean, variance = (work(published, frame, trace) for work in (_batch_mean, _batch_variance))
    epsilon = frame.params.get("eps", 0.0)
    assert isinstance(mean, float)
    assert isinstance(variance, float)
    assert isinstance(epsilon, float)
    return float((frame.inputs[0][(SHOWN, *published.index)] - mean) / (variance + epsilon) ** 0.5)


_FINDERS: Mapping[str, Callable[[Published, Frame, Trace], Found]] = {
    "output": _output,
    "weight": _weight,
    "size": _size,
    "padded_size": _padded_size,
    "weight_size": _weight_size,
    "parameters": _parameters,
    "factor": _factor,
    "divisor": _divisor,
    "batch_mean": _batch_mean,
    "batch_variance": _batch_variance,
    "normalised": _normalised,
    "slope": _slope,
    "loss": _loss,
    "loss_term": _half_square,
    "grad_output": _grad_output,
    "grad_term": _share,
    "grad_weight": _grad_weight,
    "updated": _updated,
    "target": _target,
    "rate": _rate,
    "loss_after": _later,
    "output_after": _later,
}
