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


def weigh_classes(network: Network, how: str, target: Tensor) -> Tensor | None:
    """Let the losses weigh classes as `how` ("none", "balanced") says; `target` are those of all training examples.

    Returns:
        How much each class counts; None where all count alike.

    Raises:
        TrainError: no loss of the network can.
    """
    if how == "none":
        return None
    analysis = network.analysis
    compared_with_data = [key for key in analysis.losses if len(analysis.layers[key].inputs) == 1]
    found = [(key, loss) for key in compared_with_data if isinstance(loss := network.children[key], CrossEntropy)]
    if target.is_floating_point() or not found:
        raise TrainError(
            "Class weights need classes and the loss Cross-entropy. Set them to “none”, or choose that loss in Build."
        )
    weights = balanced(target, analysis.layers[found[0][0]].inputs[0][0])
    for _, loss in found:
        loss.class_weights = weights
    return weights


def part_of_mean(target: Tensor, part: slice, class_weights: Tensor | None) -> float:
    """How much the mean loss over a part of a batch counts for in the mean over the whole batch, 0 to 1.

    Args:
        target: of the whole batch.
        part: which of its examples.
        class_weights: how much each class counts in the mean, None if all count alike.
    """
    if class_weights is None:
        return (part.stop - part.start) / len(target)
    weights = class_weights[target]
    return float(weights[part].sum() / weights.sum())
