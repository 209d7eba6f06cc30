"""Numbers printed in a publication, to be set beside those computed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "output",
    "slope",
    "loss",
    "loss_term",
    "grad_output",
    "grad_term",
    "grad_weight",
    "updated",
    "loss_after",
    "output_after",
]
"""Where a number is found in the record of one step, for its layer and one example:

output         output[index]
slope          ∂output[index] / ∂input[index] of an activation
loss           the loss of the batch
loss_term      what output [index] contributes to it
grad_output    ∂E / ∂output[index]
grad_term      what output [index[1]] contributes to ∂E / ∂input[index[0]]
grad_weight    ∂E / ∂tensor[index]
updated        tensor[index] after the update
loss_after     the loss after `steps` updates
output_after   output[index] after `steps` updates
"""


@dataclass(frozen=True)
class Published:
    """One printed number, as it was printed, and the place in the network that it belongs to.

    `label` is the publication's own name for it; `tensor` is "weight" or "bias" where the number is one of those.
    `note` says why not all printed digits can agree, where they cannot.
    """

    label: str
    printed: str
    node: str
    kind: Kind
    index: tuple[int, ...] = ()
    tensor: str = ""
    steps: int = 0
    note: str = ""


def digits(printed: str) -> int:
    """How many digits a printed number has, those before the point and leading zeros included."""
    return sum(character.isdigit() for character in printed)


def agreeing_digits(printed: str, live: float) -> int:
    """How many digits of a printed number, from the left, the live value has too once rounded to as many places.

    All of them (`digits(printed)`) means that the two agree as far as was printed. With other signs none agree.

    >>> agreeing_digits("0.75136507", 0.751365069552)
    9
    >>> agreeing_digits("0.75136507", 0.7514)
    4
    """
    places = len(printed.partition(".")[2])
    rounded = f"{live:.{places}f}"
    if len(rounded) != len(printed):
        return 0
    agreed = 0
    for ours, theirs in zip(rounded, printed, strict=True):
        if ours != theirs:
            break
        agreed += theirs.isdigit()
    return agreed
