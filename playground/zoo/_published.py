"""Numbers printed in a publication, to be set beside those computed here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "output",
    "weight",
    "size",
    "padded_size",
    "weight_size",
    "parameters",
    "factor",
    "divisor",
    "batch_mean",
    "batch_variance",
    "normalised",
    "slope",
    "loss",
    "loss_term",
    "grad_output",
    "grad_term",
    "grad_weight",
    "updated",
    "target",
    "rate",
    "loss_after",
    "output_after",
]
"""Where a number is found in the record of one step, for its layer and one example:

output          output[index]
weight          tensor[index] before the update
size            rows, columns and channels of the output, as many as are printed
padded_size     those of the input with the padding around it
weight_size     rows, columns and channels of one filter
parameters      how many numbers the layer (and those in `also`) holds
factor          output ÷ input, where the layer lets something through
divisor         input ÷ output, there
batch_mean      the mean of input[index] over the batch
batch_variance  its variance (the sum of squares divided by m)
normalised      input[index] less that mean, divided by √(variance + ε)
slope           ∂output[index] / ∂input[index] of an activation
loss            the loss of the batch
loss_term       what output [index] contributes to it
grad_output     ∂E / ∂output[index]
grad_term       what output [index[1]] contributes to ∂E / ∂input[index[0]]
grad_weight     ∂E / ∂tensor[index]
updated         tensor[index] after the update
target          what should come out, at [index]
rate            the learning rate of the update
loss_after      the loss after `steps` updates
output_after    output[index] after `steps` updates
"""


@dataclass(frozen=True)
class Published:
    """One printed number, or a row of them, as printed, and the place in the network that it belongs to.

    An index that is shorter than its array means the row (or rows) there, of which `count` are printed, 0 for all.

    Attributes:
        label: the publication's own name for it.
        tensor: "weight" or "bias" where the number is one of those.
        note: why not all printed digits can agree, where they cannot.
        remark: what else there is to say about it, such as a slip in the formula beside it.
        example: which example of the data set it belongs to.
        also: further layers that are counted in.
        unit: what one of the printed numbers stands for: 1,000 in "16K".
        factor_at: the layer on whose way back it is a factor, if that is not where it comes about.
    """

    label: str
    printed: str
    node: str
    kind: Kind
    index: tuple[int, ...] = ()
    tensor: str = ""
    steps: int = 0
    note: str = ""
    remark: str = ""
    example: int = 0
    count: int = 0
    also: tuple[str, ...] = ()
    unit: float = 1.0
    factor_at: str = ""


@dataclass(frozen=True)
class Publication:
    """All that a publication prints about one worked example.

    Attributes:
        source: where it was printed, in a few words.
        numbers: in the order of the text.
        remark: what to know of them all: what is printed and what is not.
        heading: what stands above the comparison; another one where the numbers were not published but worked out.
        theirs: what the column of the printed numbers is called.
    """

    source: str
    numbers: tuple[Published, ...]
    remark: str = ""
    heading: str = "Published beside live"
    theirs: str = "published"


# ---- digits

_NUMBER = re.compile(r"-?\d(?:[\d,]*\d)?(?:\.\d+)?")


@dataclass(frozen=True)
class Piece:
    """A bit of a live number: whether its digits are those printed. None: it stands between numbers."""

    text: str
    agrees: bool | None


def printed_numbers(printed: str) -> tuple[str, ...]:
    """The numbers of a printed row, as they are written.

    >>> printed_numbers("5 × 5")
    ('5', '5')
    """
    return tuple(_NUMBER.findall(printed))


def digits(printed: str) -> int:
    """How many digits a printed number has, those before the point and leading zeros included."""
    return sum(character.isdigit() for character in printed)


def written_like(printed: str, live: float, row_places: int = 0) -> str:
    """The live number as the publication would have written it: with as many places.

    `row_places` is how many the longest number beside it has. A whole number there is exact: if the live one is not
    whole too, its places are written, lest 0.4 pass for a printed 0.

    >>> written_like("16,384", 16384.0)
    '16,384'
    >>> written_like("0", 0.4, 1)
    '0.4'
    """
    places = _places(printed)
    if row_places > places and round(live, row_places) != round(live, places):
        places = row_places
    written = f"{live:,.{places}f}" if "," in printed else f"{live:.{places}f}"
    is_zero = not written.strip("-0.,")
    return written.removeprefix("-") if is_zero and not printed.startswith("-") else written


def _places(printed: str) -> int:
    """How many digits stand behind the point."""
    return len(printed.partition(".")[2])


def agreeing_digits(printed: str, live: float, row_places: int = 0) -> int:
    """How many digits of a printed number, from the left, the live value has too once rounded to as many places.

    `row_places` as in `written_like`.

    All of them (`digits(printed)`) means that the two agree as far as was printed. With other signs none agree.

    >>> agreeing_digits("0.75136507", 0.751365069552)
    9
    >>> agreeing_digits("0.75136507", 0.7514)
    4
    """
    rounded = written_like(printed, live, row_places)
    if len(rounded) != len(printed):
        return 0
    agreed = 0
    for ours, theirs in zip(rounded, printed, strict=True):
        if ours != theirs:
            break
        agreed += theirs.isdigit()
    return agreed


def agrees(printed: str, live: Sequence[float]) -> bool:
    """Whether all printed numbers of a row agree to the last printed digit."""
    numbers = printed_numbers(printed)
    places = max(map(_places, numbers), default=0)
    return len(numbers) == len(live) and all(
        agreeing_digits(number, value, places) == digits(number) for number, value in zip(numbers, live, strict=True)
    )


def compared(printed: str, live: Sequence[float]) -> tuple[Piece, ...]:
    """The live numbers written like the printed row, in pieces: up to the first digit that differs, and from there.

    >>> [(piece.text, piece.agrees) for piece in compared("0.25 × 2", (0.26, 2.0))]
    [('0.2', True), ('6', False), (' × ', None), ('2', True)]
    """
    pieces: list[Piece] = []
    last, places = 0, max(map(_places, printed_numbers(printed)), default=0)
    for match, value in zip(_NUMBER.finditer(printed), live, strict=False):
        if match.start() > last:
            pieces.append(Piece(printed[last : match.start()], None))
        last = match.end()
        written, agreed = written_like(match[0], value, places), agreeing_digits(match[0], value, places)
        place = _after_digit(written, agreed)
        pieces += [Piece(text, good) for text, good in ((written[:place], True), (written[place:], False)) if text]
    return (*pieces, Piece(printed[last:], None)) if last < len(printed) else tuple(pieces)


def _after_digit(written: str, count: int) -> int:
    """The place behind so many digits, all of it if those are all."""
    if count == digits(written):
        return len(written)
    seen = 0
    for place, character in enumerate(written):
        if seen == count and (character.isdigit() or not count):
            return place
        seen += character.isdigit()
    return len(written)
