"""The microscope of activations: the curve with the number in focus on it, and how many units are dead or saturated."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

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
            self.subtitle.setText("blame × slope of the curve")
        else:
            x, y = float(frame.inputs[0][index]), float(frame.output[index])
            lines.insert(0, f"{short(x, 5)} → {short(y, 5)}")
            self.subtitle.setText("the same curve for every number")
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()


def still_line(kind: str, x: np.ndarray, y: np.ndarray) -> str:
    """How many numbers the curve stops: zero behind ReLU, saturated on a flat end."""
    total = count(int(x.size))
    if kind == "relu":
        silent = int(np.count_nonzero(y == 0))
        return f"silent for this example (0): {count(silent)} of {total}"
    if kind == "leaky_relu":
        return f"negative, so made small: {count(int(np.count_nonzero(x < 0)))} of {total}"
    slope = y * (1 - y) * 4 if kind == "sigmoid" else 1 - y * y
    return f"saturated (slope below 5 % of the most): {count(int(np.count_nonzero(slope < _FLAT)))} of {total}"
