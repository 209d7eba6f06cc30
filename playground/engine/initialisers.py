"""How the starting weights of a whole network are drawn. torch.nn.init does the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playground.engine.choice import Choice
from playground.graph.model import ParamValue
from playground.layers import Param, ParamError

if TYPE_CHECKING:
    from torch import Tensor, nn

_GAIN = Param(
    "gain",
    "Gain",
    "float",
    1.0,
    "Every weight is multiplied by this: about 1.67 suits tanh, 1.41 ReLU.",
    minimum=0.0,
    maximum=1000.0,
)
_SPREAD = Param(
    "distribution",
    "Drawn from",
    "choice",
    "uniform",
    "uniform: every value between two limits is equally likely; normal: bell-shaped. Both have the same variance.",
    choices=("uniform", "normal"),
)
_MODE = Param(
    "mode",
    "Fan",
    "choice",
    "fan_in",
    "fan_in keeps the size of what flows forwards, fan_out that of the gradient that flows back.",
    choices=("fan_in", "fan_out"),
)


def _number(key: str, title: str, default: float, help_text: str, minimum: float = -1000.0) -> Param:
    return Param(key, title, "float", default, help_text, minimum=minimum, maximum=1000.0)


INITIALISERS = {
    "torch": Choice("as PyTorch", "Every layer draws its weights as PyTorch does by default."),
    "zero": Choice(
        "all zero",
        "Every weight begins at 0. All neurons of a layer are then the same, get the same gradient and stay the same: "
        "try it to see why weights must be drawn at random.",
    ),
    "constant": Choice(
        "all the same",
        "Every weight begins at one value. As with zero, the neurons of a layer stay the same for ever.",
        (_number("val", "Value", 0.1, "The value of every weight."),),
    ),
    "normal": Choice(
        "normal",
        "Weights from a bell curve of a fixed width, however large the layer: deep networks fade out or explode.",
        (
            _number("mean", "Mean", 0.0, "The middle of the bell curve."),
            _number("std", "Width", 0.01, "The standard deviation of the bell curve.", 0.0),
        ),
    ),
    "uniform": Choice(
        "uniform",
        "Weights between two limits, all equally likely, however large the layer.",
        (
            _number("a", "From", -0.05, "The lower limit."),
            _number("b", "To", 0.05, "The upper limit. It must not lie below the lower one."),
        ),
    ),
    "xavier": Choice(
        "Xavier",
        "Variance gain² · 2 ÷ (inputs + outputs), so that signals keep their size forwards and backwards through "
        "layers with tanh (Glorot and Bengio, 2010).",
        (_GAIN, _SPREAD),
    ),
    "he": Choice(
        "He",
        "Variance 2 ÷ inputs: as Xavier, but twice as large, since ReLU silences half of the neurons "
        "(He and others, 2015).",
        (_MODE, _SPREAD),
    ),
    "orthogonal": Choice(
        "orthogonal",
        "The rows of every weight matrix are perpendicular and of length “gain”: signals keep their length however "
        "deep the network is (Saxe and others, 2013).",
        (_GAIN,),
    ),
}
"""By the keys that `TrainingSettings.initialiser` takes."""

Initialiser = tuple[str, Mapping[str, ParamValue]]
"""A key of `INITIALISERS`, and what is set of its parameters."""

AS_TORCH: Initialiser = ("torch", {})


def draw(module: nn.Module, initialiser: Initialiser) -> None:
    """Draw the module's weights anew, from torch's present random state.

    Parameters of two and more dimensions are drawn, the biases beside them begin at 0. All others, such as the scale
    of a normalisation, stay as they are.

    Raises:
        ParamError: there is no such initialiser, it has no such parameter, or one cannot take its value.
    """
    key, given = initialiser
    if key == "torch":
        return
    if key not in INITIALISERS:
        raise ParamError(f"There is no initialiser “{key}”. Choose one of: {', '.join(INITIALISERS)}.")
    params = INITIALISERS[key].complete(given)
    for layer in module.modules():
        own = dict(layer.named_parameters(recurse=False))
        if not any(parameter.ndim > 1 for parameter in own.values()):
            continue
        for name, parameter in own.items():
            if parameter.ndim > 1:
                _fill(parameter, key, params)
            elif name.startswith("bias"):
                parameter.data.zero_()


def _fill(weight: Tensor, initialiser: str, params: Mapping[str, Any]) -> None:
    from torch.nn import init

    match initialiser:
        case "zero":
            init.zeros_(weight)
        case "constant":
            init.constant_(weight, params["val"])
        case "normal":
            init.normal_(weight, params["mean"], params["std"])
        case "uniform":
            init.uniform_(weight, params["a"], max(params["a"], params["b"]))
        case "xavier":
            fill = init.xavier_uniform_ if params["distribution"] == "uniform" else init.xavier_normal_
            fill(weight, params["gain"])
        case "he":
            fill = init.kaiming_uniform_ if params["distribution"] == "uniform" else init.kaiming_normal_
            fill(weight, mode=params["mode"], nonlinearity="relu")
        case _:
            init.orthogonal_(weight, params["gain"])
