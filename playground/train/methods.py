"""The optimization methods by their keys, for forms and messages. No torch in here."""

from __future__ import annotations

from playground.engine.choice import Choice
from playground.layers import Param


def _eps(default: float) -> Param:
    return Param(
        "eps",
        "Epsilon",
        "float",
        default,
        "Added to what is divided by, so that it is never 0.",
        minimum=1e-12,
        maximum=1.0,
    )


_BETAS = Param(
    "betas",
    "Betas",
    "numbers",
    (0.9, 0.999),
    "How much of the running averages of the gradient and of its square is kept at every step.",
    minimum=0.0,
    maximum=0.999999,
    lengths=(2,),
)
_AMSGRAD = Param(
    "amsgrad",
    "AMSGrad",
    "bool",
    False,
    "Divide by the largest average of squares so far instead of the present one, so that steps never grow again.",
)

METHODS = {
    "adam": Choice(
        "Adam",
        "Steps of a size of their own for every weight, from running averages of its gradient and of the gradient’s "
        "square (Kingma and Ba, 2014). A good first choice.",
        (_BETAS, _eps(1e-8), _AMSGRAD),
    ),
    "sgd": Choice(
        "SGD",
        "Stochastic gradient descent: a step against the gradient of each batch. With momentum the steps keep part of "
        "their direction.",
        (
            Param(
                "nesterov",
                "Nesterov",
                "bool",
                False,
                "Look ahead: use the gradient where the momentum is about to carry the weights. Needs a momentum, and "
                "no dampening.",
            ),
            Param(
                "dampening",
                "Dampening",
                "float",
                0.0,
                "How much less a new gradient adds to the momentum: 0 all of it, 1 nothing.",
                minimum=0.0,
                maximum=1.0,
            ),
        ),
    ),
    "adamw": Choice(
        "AdamW",
        "Adam whose weight decay shrinks the weights directly instead of going through the averages (Loshchilov and "
        "Hutter, 2017). With a weight decay of 0 it is Adam; 0.01 is usual.",
        (_BETAS, _eps(1e-8), _AMSGRAD),
    ),
    "rmsprop": Choice(
        "RMSprop",
        "Divides every weight’s gradient by the square root of a running average of its squares, so that steep and "
        "flat directions move alike (Hinton, 2012).",
        (
            Param(
                "alpha",
                "Alpha",
                "float",
                0.99,
                "How much of the running average of squares is kept at every step.",
                minimum=0.0,
                maximum=0.999999,
            ),
            _eps(1e-8),
            Param(
                "momentum",
                "Momentum",
                "float",
                0.0,
                "How much of the last step’s direction the next one keeps: 0 none.",
                minimum=0.0,
                maximum=0.9999,
            ),
            Param(
                "centered",
                "Centred",
                "bool",
                False,
                "Divide by the spread of the gradient around its average instead of by its size.",
            ),
        ),
    ),
    "adagrad": Choice(
        "Adagrad",
        "Divides every weight’s gradient by the square root of the sum of all its squares so far: weights that moved "
        "much move less and less (Duchi and others, 2011). 0.01 is a usual learning rate.",
        (
            Param(
                "lr_decay",
                "Rate decay",
                "float",
                0.0,
                "The learning rate is divided by 1 + this × the number of steps made.",
                minimum=0.0,
                maximum=1.0,
            ),
            Param(
                "initial_accumulator_value",
                "First sum",
                "float",
                0.0,
                "Where the sum of squares begins. More than 0 makes the first steps smaller.",
                minimum=0.0,
                maximum=1000.0,
            ),
            _eps(1e-10),
        ),
    ),
    "adadelta": Choice(
        "Adadelta",
        "Sets each weight’s step by the ratio of the running sizes of its last steps and gradients, so that it finds "
        "its own step size (Zeiler, 2012). The learning rate is only a factor on it: 1 is usual.",
        (
            Param(
                "rho",
                "Rho",
                "float",
                0.9,
                "How much of the running averages is kept at every step.",
                minimum=0.0,
                maximum=0.999999,
            ),
            _eps(1e-6),
        ),
    ),
}
"""By the keys that `TrainingSettings.optimizer` takes."""
