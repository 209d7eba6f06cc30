"""What can be done to training examples so that no two epochs show the same: names and ranges. No torch in here."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from playground.engine.choice import Choice
from playground.graph.model import ParamValue
from playground.layers import Param

PICTURE, SIGNAL, LIST = 3, 2, 1
"""How many dimensions an example has: (channels, height, width), (channels, length), (features,)."""


def _part(key: str, title: str, most: float, help_text: str) -> Param:
    return Param(key, title, "float", 0.0, help_text, minimum=0.0, maximum=most)


TIMES = Param(
    "times",
    "Copies of each",
    "choice",
    "1",
    "2: every picture and its mirror image. 10: five crops (corners and middle, each 7/8 of the side) and their mirror "
    "images, as AlexNet did. An epoch then takes so many times as long.",
    choices=("1", "2", "10"),
)

PARAMS = (
    TIMES,
    _part("shift", "Shift", 0.5, "Moved by up to this part of the side in any direction; what comes in is empty."),
    _part("crop", "Crop", 0.7, "A random part is cut out and made as large as before; so much of the side may go."),
    Param("flip", "Mirror", "bool", False, "Half of the pictures are mirrored left to right. Digits do not bear it."),
    Param("flip_vertical", "Upside down", "bool", False, "Half of the pictures are mirrored top to bottom."),
    Param("rotate", "Rotate", "float", 0.0, "Turned by up to so many degrees either way.", minimum=0.0, maximum=180.0),
    _part("scale", "Scale", 0.9, "Made larger or smaller by up to this part: 0.1 is 10 %."),
    _part("brightness", "Brightness", 1.0, "Made lighter or darker by up to this much, where white is 1."),
    _part("contrast", "Contrast", 1.0, "Contrast stronger or weaker by up to this part."),
    _part("saturation", "Colour", 1.0, "Colours stronger or paler by up to this part."),
    _part("grayscale", "Grey", 1.0, "This part of the pictures loses its colours."),
    _part("noise", "Noise", 1.0, "To every number a random one is added; this is their spread (standard deviation)."),
    _part("cutout", "Cut-out", 0.8, "A square of this part of the side is blotted out, at a random place."),
    _part(
        "mixup",
        "Mix-up",
        2.0,
        "Each example is mixed with another one, and so is what should come out. The larger the number, the more even "
        "the mixture (α of a Beta distribution); a step takes twice as long.",
    ),
)

AUGMENTATION = Choice(
    "Augmentation",
    "Training examples are changed a little each time they are seen, so that the network cannot learn them by heart. "
    "Validation and test examples stay as they are.",
    PARAMS,
)

_ANY = (PICTURE, SIGNAL, LIST)
_NEEDS: Mapping[str, tuple[int, ...]] = {"shift": (PICTURE, SIGNAL), "noise": _ANY, "mixup": _ANY}
_COLOUR = frozenset({"saturation", "grayscale"})


def fitting(shape: tuple[int, ...]) -> tuple[Param, ...]:
    """Those that can be done to examples of this shape."""
    return tuple(
        param
        for param in PARAMS
        if len(shape) in _NEEDS.get(param.key, (PICTURE,)) and (param.key not in _COLOUR or shape[0] == 3)
    )


def is_on(given: Mapping[str, ParamValue]) -> bool:
    """Whether anything is done at all."""
    return any(value not in (0, 0.0, False, "1") for value in given.values())


def as_number(given: Mapping[str, ParamValue]) -> float:
    """A number from 0 to 1 that is another one for other settings, for curves; 0 if nothing is done."""
    done = sorted((key, value) for key, value in given.items() if is_on({key: value}))
    return (zlib.crc32(repr(done).encode()) + 1) / 2**33 if done else 0.0


def copies(given: Mapping[str, ParamValue]) -> int:
    """How many copies of each example an epoch shows; a number that cannot be is refused when training begins."""
    wanted = str(given.get("times", TIMES.default))
    return int(wanted) if wanted in TIMES.choices else 1
