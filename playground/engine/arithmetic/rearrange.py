"""Where the numbers of layers come from that only rearrange: from another place, unchanged; or they are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream, where
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def origin(frame: Frame, index: Index) -> Index:
    """Where in the input the number at a place of the output came from.

    Raises:
        ExplanationError: the layer does not rearrange.
    """
    example, *place = index
    shape = frame.inputs[0].shape[1:]
    match frame.type:
        case "reshape":
            found = _unravelled(_ravelled(place, frame.output.shape[1:]), shape)
        case "permute":
            order = _setting(frame, "order")
            found = tuple(place[order.index(axis)] for axis in range(len(shape)))
        case "slice":
            found = (place[0] + _whole(frame, "start"), *place[1:])
        case "channel_shuffle":
            row, group = divmod(place[0], _whole(frame, "groups"))
            found = (group * (shape[0] // _whole(frame, "groups")) + row, *place[1:])
        case "pixel_permutation":
            found = _permuted(frame, tuple(place), frame.buffers["order"])
        case _:
            raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return example, *found


def destination(frame: Frame, index: Index) -> Index | None:
    """Where in the output a number of the input went; None if it was left out.

    Raises:
        ExplanationError: the layer does not rearrange.
    """
    example, *place = index
    shape = frame.inputs[0].shape[1:]
    match frame.type:
        case "reshape":
            found = _unravelled(_ravelled(place, shape), frame.output.shape[1:])
        case "permute":
            found = tuple(place[axis] for axis in _setting(frame, "order"))
        case "slice":
            position = place[0] - _whole(frame, "start")
            if not 0 <= position < frame.output.shape[1]:
                return None
            found = (position, *place[1:])
        case "channel_shuffle":
            group, row = divmod(place[0], shape[0] // _whole(frame, "groups"))
            found = (row * _whole(frame, "groups") + group, *place[1:])
        case "pixel_permutation":
            found = _permuted(frame, tuple(place), np.argsort(frame.buffers["order"]))
        case _:
            raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return example, *found


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = x at the place it came from."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    source = origin(frame, index)
    term = Term((input_factor(frame, 0, source, names),))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=f"{_in_words(frame)} This number stood at {where(frame.inputs[0][:1], (0, *source[1:]))}.",
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = ∂E/∂y of the place that the number went to; 0 if it was left out."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    target = destination(frame, index)
    if target is None:
        term = Term((Factor("0", 0.0),))
        words = "This number was left out, so nothing behind this layer depends on it: no blame comes back from here."
    else:
        term = Term((upstream(frame, target, names),))
        words = "Nothing was computed, the number only went somewhere else, so its blame comes back whole."
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.inputs[0], index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=words,
    )


def _in_words(frame: Frame) -> str:
    match frame.type:
        case "reshape":
            return "The numbers keep their order, row after row; only where the rows end has changed."
        case "permute":
            return "The dimensions have changed places, as when rows and columns of a table are swapped."
        case "slice":
            first = _whole(frame, "start") + 1
            return f"The slice begins at number {first}; what stands outside it is left out."
        case "channel_shuffle":
            groups = _whole(frame, "groups")
            return f"The channels are dealt out like cards: the first of each of the {groups} groups, then the second …"
        case _:
            return "Every pixel has its fixed new place, the same for every example and every channel."


def _ravelled(place: list[int], shape: tuple[int, ...]) -> int:
    """The place counted row by row."""
    return int(np.ravel_multi_index(place, shape))


def _unravelled(position: int, shape: tuple[int, ...]) -> Index:
    return tuple(int(place) for place in np.unravel_index(position, shape))


def _permuted(frame: Frame, place: Index, order: np.ndarray) -> Index:
    """The place with its pixel (of a list: its number) replaced by the one that the order names."""
    shape = frame.inputs[0].shape[1:]
    if len(shape) == 1:
        return (int(order[place[0]]),)
    pixel = int(order[_ravelled(list(place[1:]), shape[1:])])
    return place[0], *_unravelled(pixel, shape[1:])


def _setting(frame: Frame, key: str) -> tuple[int, ...]:
    value = frame.params[key]
    assert isinstance(value, tuple)
    return tuple(int(item) for item in value)


def _whole(frame: Frame, key: str) -> int:
    value = frame.params[key]
    assert isinstance(value, int)
    return value


CAPABILITY = Capability(explain_output, explain_grad_input)
