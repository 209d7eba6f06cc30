"""The numbers of one dense layer for its microscopes: inputs, weights, products, blame, by unit. No Qt.

A perceptron is one too, with a threshold behind its sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN, Scene, example

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Array = np.ndarray[Any, Any]


class DenseNumbers:
    """One recorded dense layer, for the shown example."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.frame: Frame = scene.frame
        self.x: Array = example(self.frame.inputs[0])
        self.weights: Array = self.frame.weights["weight"]
        self.out: Array = example(self.frame.output)
        self.z: Array = self._sums() if self.fires else self.out

    @property
    def fires(self) -> bool:
        """Whether the units have a threshold: `out` is 1 where the sum `z` is positive, else 0."""
        return self.frame.type == "perceptron"

    def _sums(self) -> Array:
        """Σ w x + b of each unit, of which a threshold unit hands on only the sign."""
        bias = self.frame.weights.get("bias")
        found = self.weights.astype(np.float64) @ self.x.astype(np.float64)
        return found if bias is None else found + bias.astype(np.float64)

    @property
    def units(self) -> int:
        return int(self.weights.shape[0])

    @property
    def features(self) -> int:
        return int(self.weights.shape[1])

    @property
    def backward(self) -> bool:
        return self.scene.phase == "backward"

    def bias(self, unit: int) -> float | None:
        bias = self.frame.weights.get("bias")
        return None if bias is None else float(bias[unit])

    def products(self, unit: int) -> Array:
        """Input × weight along the wires into a unit."""
        return self.weights[unit] * self.x

    @property
    def blame(self) -> Array:
        """∂E/∂z of each unit."""
        assert self.frame.grad_output is not None
        return example(self.frame.grad_output)

    @property
    def handed_back(self) -> Array:
        """∂E/∂x of each input."""
        return example(self.frame.grad_inputs[0])

    def gradients(self, unit: int) -> Array:
        """∂E/∂w of the weights into a unit, of the whole batch."""
        return self.frame.grad_weights["weight"][unit]

    def is_frozen(self, unit: int, feature: int) -> bool:
        """Whether training leaves the weight from an input alone; of feature −1, the bias."""
        return self.frame.holds("bias", (unit,)) if feature < 0 else self.frame.holds("weight", (unit, feature))

    def bias_gradient(self, unit: int) -> float:
        """∂E/∂b of a unit, of the whole batch."""
        return float(self.frame.grad_weights["bias"][unit])

    def strength(self, unit: int) -> Array:
        """What is drawn along the wires into a unit: products forward, gradients backward."""
        return self.gradients(unit) if self.backward else self.products(unit)

    def strongest(self, unit: int, count: int) -> list[int]:
        """The inputs with the largest products (backward: gradients), strongest first.

        Where all of these are 0, as for a unit without blame, those that are largest themselves.
        """
        amounts = np.abs(self.strength(unit))
        if not amounts.any():
            amounts = np.abs(self.x)
        count = min(count, len(amounts))
        found = np.argpartition(-amounts, count - 1)[:count]
        return [int(feature) for feature in found[np.argsort(-amounts[found], kind="stable")]]

    def unit_name(self, unit: int) -> str:
        """The class that a unit speaks for, where the layer gives the network's answer; else its number."""
        classes = self.scene.classes
        is_answer = self.scene.node == self.scene.analysis.prediction
        return classes[unit] if is_answer and len(classes) == self.units else str(unit + 1)

    @property
    def index(self) -> int:
        return SHOWN
