"""The optimization methods by their keys, for forms and messages. No torch in here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """One way to go downhill: its name, what it does in a sentence, and whether it has a momentum to set."""

    title: str
    explanation: str
    has_momentum: bool


METHODS = {
    "adam": Method(
        "Adam",
        "Steps of a size of their own for every weight, from running averages of its gradient and of the gradient’s "
        "square (Kingma and Ba, 2014). A good first choice.",
        has_momentum=False,
    ),
    "sgd": Method(
        "SGD",
        "Stochastic gradient descent: a step against the gradient of each batch. With momentum the steps keep part of "
        "their direction.",
        has_momentum=True,
    ),
}
