"""What explanations of pooling, enlarging, padding and cropping say in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from playground.engine.arithmetic._spec import Index
from playground.engine.arithmetic._text import plain, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Reached = Sequence[tuple[Index, Fraction]]

_MOVED = ("pixel_shuffle", "pad", "crop2d", "center_crop2d", "upsample2d")


def forward_words(frame: Frame, index: Index, reached: Reached, chosen: int | None) -> str:
    """How one number of the output was made from those that were reached."""
    count, value = len(reached), float(frame.output[index])
    if chosen is not None:
        return _largest_words(frame, count, reached[chosen][0], value)
    match frame.type:
        case "sum_pool2d":
            return f"The sum of the {times(count, 'number')} in the window; padding adds nothing."
        case "lp_pool2d":
            power = frame.params["norm_type"]
            return (
                f"The sizes of the {times(count, 'number')} in the window, each to the power {power:g}, are added, and "
                f"the root of that order is taken: {plain(value)}."
            )
        case "avg_pool1d" | "avg_pool2d":
            counted = reached[0][1].denominator if reached else 0
            if counted == 1:
                return "Only one number lies in this window, so it is its own mean."
            note = f" Of these, {counted - count} on padding count as zero." if counted > count else ""
            return f"The mean of the {times(counted, 'number')} in the window.{note}"
        case "global_avg_pool1d" | "global_avg_pool2d":
            return f"The mean of all {times(count, 'number')} of map {index[1] + 1} is {plain(value)}."
        case "adaptive_avg_pool1d" | "adaptive_avg_pool2d":
            return f"The mean of the {times(count, 'number')} in this {_area(frame)} is {plain(value)}."
        case "channel_pool":
            return f"The mean of all {times(count, 'map')} at this pixel is {plain(value)}."
        case "max_unpool2d":
            return _unpooled_words(count)
        case "upsample2d":
            return _enlarged_words(count)
        case _:
            return _moved_words(frame, count)


def backward_words(frame: Frame, port: int, covered: int, reached: Reached) -> str:
    """Why a number of the input gets this blame: `covered` areas lay over it, and `reached` hand something back."""
    count, number, area = len(reached), _number(frame), _area(frame)
    if frame.type == "max_unpool2d":
        return _unpooled_blame(port)
    if frame.type in _MOVED:
        return _moved_blame(frame, count)
    if not covered:
        return f"No window covers this {number}, so it has no part in the error."
    if "max_pool" in frame.type or frame.params.get("mode") == "max":
        return _winner_blame(frame, count)
    if frame.type == "sum_pool2d":
        return f"{times(count, 'window')} covered this pixel. A sum hands its whole blame to every number in it."
    if frame.type == "lp_pool2d":
        return (
            f"{times(count, 'window')} covered this pixel. It takes the blame times the slope of the norm: the more it "
            "stood out in the window, the more; and with its own sign."
        )
    if frame.type == "channel_pool":
        return f"All {times(reached[0][1].denominator, 'map')} took part equally, so each takes an equal share."
    if frame.type.startswith("global"):
        total = times(reached[0][1].denominator, number)
        return f"All {total} of the map took part equally, so each takes an equal share."
    hands = "It hands it" if count == 1 else "Each hands it"
    return f"{times(count, area)} covered this {number}. {hands} an equal share of its blame."


def _number(frame: Frame) -> str:
    """What a number of the input is called."""
    return "pixel" if frame.inputs[0].ndim == 4 else "number"


def _area(frame: Frame) -> str:
    """What the numbers that belong together are called."""
    if frame.type.startswith("global"):
        return "map"
    if frame.type.startswith("adaptive"):
        return "area" if frame.inputs[0].ndim == 4 else "stretch"
    return "window"


def _largest_words(frame: Frame, count: int, source: Index, value: float) -> str:
    if frame.type == "channel_pool":
        return f"The largest of {times(count, 'map')} at this pixel is {plain(value)}, of map {source[1] + 1}."
    at = f"row {source[2]}, column {source[3]}" if len(source) == 4 else f"position {source[2]}"
    if count == 1:
        return f"There is only one number in the {_area(frame)}: {plain(value)}, at {at} of the input."
    return (
        f"The largest of {times(count, 'number')} in the {_area(frame)} is {plain(value)}, at {at} of the input. "
        "The others are forgotten."
    )


def _winner_blame(frame: Frame, count: int) -> str:
    number, area = _number(frame), _area(frame)
    if frame.type == "channel_pool":
        if count:
            return "This map had the largest number at this pixel, so it takes the whole blame."
        return "Another map had the largest number at this pixel, so this one had no influence and takes no blame."
    if not count:
        which = "the" if area == "map" else "any"
        return f"This {number} was not the largest of {which} {area}, so it had no influence and takes no blame."
    if area == "map":
        return f"This {number} was the largest of the map, so it takes the whole blame."
    return f"This {number} won {times(count, area)} and takes the whole blame of {'it' if count == 1 else 'each'}."


def _unpooled_words(count: int) -> str:
    if not count:
        return "No window of the pooled map had its largest number here, so nothing is put here: zero."
    if count == 1:
        return "The pooled map had the largest number of a window here, so that window’s value goes back to this place."
    return f"{times(count, 'window')} of the pooled map had their largest number here, so their values are added."


def _unpooled_blame(port: int) -> str:
    if port:
        return "This map was only asked where its largest numbers stood. Its numbers had no part in the result."
    return "The value was put back at one place, unchanged, so the blame of that place comes back whole."


def _enlarged_words(count: int) -> str:
    if count == 1:
        return "A copy of the pixel that lies here in the smaller picture."
    return (
        f"A mixture of the {count} nearest pixels of the smaller picture: the closer one lies, the larger its share. "
        "The shares add up to 1."
    )


def _moved_words(frame: Frame, count: int) -> str:
    if not count:
        return "This place lies on the rim that was added, so it is zero."
    if frame.type == "pixel_shuffle":
        factor = frame.params["upscale_factor"]
        return (
            f"Nothing is computed: {factor} × {factor} maps of the input lie woven into this one, and this is where "
            "the number went."
        )
    if frame.type == "pad":
        return "The number of the picture that belongs here, unchanged."
    return "The number at the same place of the piece that was cut out, unchanged."


def _moved_blame(frame: Frame, count: int) -> str:
    if not count:
        return "This pixel was cut off, so it has no part in the error."
    if frame.type == "upsample2d":
        return f"{times(count, 'pixel')} of the larger picture were made from this one. Each hands its share back."
    if count == 1:
        return "The number was only put somewhere else, so its blame comes back whole."
    return f"The number stands at {times(count, 'place')} of the result, so it takes the blame of all of them."
