"""How much each class counts in the loss: rare classes more, so that the network cannot pass them over."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.engine.compile import Network
from playground.layers.loss_modules import CrossEntropy
from playground.train.errors import TrainError


def balanced(target: Tensor, classes: int) -> Tensor:
    """examples ÷ (classes × examples of the class), 0 for a class without examples (King and Zeng, 2001).

    The same as scikit-learn's "balanced": with it, every class has the same say.
    """
    counts = torch.bincount(target, minlength=classes)
    return torch.where(counts > 0, len(target) / (classes * counts.clamp(min=1)), 0.0).float()


def weigh_classes(network: Network, how: str, target: Tensor) -> None:
    """Let the losses weigh classes as `how` ("none", "balanced") says; `target` are those of all training examples.

    Raises:
        TrainError: no loss of the network can.
    """
    if how == "none":
        return
    analysis = network.analysis
    compared_with_data = [key for key in analysis.losses if len(analysis.layers[key].inputs) == 1]
    found = [(key, loss) for key in compared_with_data if isinstance(loss := network.children[key], CrossEntropy)]
    if target.is_floating_point() or not found:
        raise TrainError(
            "Class weights need classes and the loss Cross-entropy. Set them to “none”, or choose that loss in Build."
        )
    for key, loss in found:
        loss.class_weights = balanced(target, analysis.layers[key].inputs[0][0])
