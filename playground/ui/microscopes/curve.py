"""The microscope of activations: the curve with the number in focus on it, and how many units are dead or saturated."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from playground.layers import layer_type
from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.curve_plot import CurvePlot
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import count, short

_FLAT = 0.05
"""Of its largest slope: a unit whose slope is less is called saturated."""


class CurveMicroscope(PairMicroscope):
    """Forward: where the number lands on the curve. Backward: the tangent there; blame is multiplied by its slope."""

    def make_middle(self) -> QWidget:
        self.curve = CurvePlot(210)
        return self.curve

    def show_element(self) -> None:
        frame, index = self.scene.frame, self._index()
        self.curve.show_point(frame, index, tangent=self.backward)
        lines = [still_line(frame.type, example(frame.inputs[0]), example(frame.output))]
        if self.backward:
            assert frame.grad_output is not None
            arriving, handed = float(frame.grad_output[index]), float(frame.grad_inputs[0][index])
            slope = self.curve.point[2]
            lines.insert(0, f"{short(arriving, 5)} × slope {short(slope, 5)} = {short(handed, 5)}")
            passed = int(np.count_nonzero(frame.grad_inputs[0][SHOWN]))
            lines.append(f"blame comes through at {count(passed)} of {count(frame.grad_inputs[0][SHOWN].size)}")
            stands_in = layer_type(frame.type).surrogate is not None
            self.subtitle.setText(f"blame × slope of {'what stands in for it' if stands_in else 'the curve'}")
        else:
            x, y = float(frame.inputs[0][index]), float(frame.output[index])
            lines.insert(0, f"{short(x, 5)} → {short(y, 5)}")
            self.subtitle.setText("the same curve for every number")
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()


def still_line(kind: str, x: np.ndarray, y: np.ndarray) -> str:
    """How many numbers the curve stops or bends: zero behind ReLU, saturated on a flat end."""
    total = count(int(x.size))

    def told(what: str, where: np.ndarray) -> str:
        return f"{what}: {count(int(np.count_nonzero(where)))} of {total}"

    match kind:
        case "relu":
            return told("silent for this example (0)", y == 0)
        case "relu6":
            return told("cut off (0 or 6)", (x <= 0) | (x >= 6))
        case "leaky_relu":
            return told("negative, so made small", x < 0)
        case "prelu" | "elu":
            return told("negative, so bent", x < 0)
        case "gelu" | "silu" | "softplus":
            return told("negative, so mostly held back", x < 0)
        case "hardswish":
            return told("−3 or less, so silent (0)", x <= -3)
        case "hardsigmoid":
            return told("beyond the ramp (0 or 1)", np.abs(x) >= 3)
        case "step":
            return told("firing (1)", y == 1)
        case "sine":
            return told("where the wave falls", np.cos(x) < 0)
        case "square":
            return told("negative, so the sign is lost", x < 0)
        case "sigmoid" | "tanh" | "scaled_tanh":
            return told("saturated (slope below 5 % of the most)", _flatness(kind, y) < _FLAT)
        case _:
            return told("passed on", np.ones_like(x))


def _flatness(kind: str, y: np.ndarray) -> np.ndarray[Any, Any]:
    """The slope over the largest one that the curve has."""
    if kind == "sigmoid":
        return y * (1 - y) * 4
    return 1 - (y / 1.7159) ** 2 if kind == "scaled_tanh" else 1 - y * y
