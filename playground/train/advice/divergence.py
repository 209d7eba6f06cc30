"""Why a loss became infinite or no number, and what to do about it."""

from __future__ import annotations

import torch
from torch import Tensor


def why_no_number(x: Tensor, target: Tensor, steps: int, rate: float) -> tuple[str, float | None]:
    """The cause and the remedy in words, and a lower learning rate where that is the remedy.

    `x` and `target` are the training examples, `steps` the updates that were made, `rate` the learning rate set.
    """
    for part, name in ((x, "inputs"), (target, "targets")):
        bad = _first_bad(part)
        if bad is not None:
            return f"the {name} of training example {bad + 1:,} hold a value that is no number. Mend the data.", None
    if not steps:
        return (
            "the starting weights already drove the loss beyond all numbers, before any step was made. Press Reset, or "
            "choose smaller starting weights under Advanced.",
            None,
        )
    lower = rate / 10
    return (
        "the loss grew beyond all numbers, since the steps were too large. Choose a smaller learning rate, for "
        f"example {lower:g} instead of {rate:g}.",
        lower,
    )


def _first_bad(values: Tensor) -> int | None:
    """The first example with a value that is not finite."""
    if not values.is_floating_point():
        return None
    good = torch.isfinite(values).flatten(1).all(1) if values.ndim > 1 else torch.isfinite(values)
    return None if bool(good.all()) else int((~good).int().argmax())
