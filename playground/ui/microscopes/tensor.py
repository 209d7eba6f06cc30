"""The fallback microscope: what goes in and what comes out, as maps or as a list, forward and backward."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint

from playground.layers import layer_type
from playground.ui.microscopes.base import example
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import shape_text, short


class TensorMicroscope(PairMicroscope):
    """For layers without a microscope of their own. Any number on the right tells where it comes from.

    Where both sides have the same shape the same place is framed on the left.
    """

    @property
    def _is_same_shape(self) -> bool:
        frame = self.scene.frame
        return bool(frame.inputs) and frame.inputs[0].shape == frame.output.shape

    def numbers_before(self) -> np.ndarray:
        frame = self.scene.frame
        return super().numbers_before() if frame.inputs else np.zeros_like(example(frame.output))

    def side_titles(self) -> tuple[str, str]:
        if self.scene.frame.inputs:
            return super().side_titles()
        return "nothing goes in", "blame that arrives" if self.backward else "out"

    def _show_cell(self) -> None:
        super()._show_cell()
        if not self._is_same_shape:
            self.before.choose(None)
            self._write_caption(self.before, None)

    def _on_clicked(self, side: str, row: int, column: int, position: QPoint) -> None:
        if side == "after" or self._is_same_shape:
            super()._on_clicked(side, row, column, position)

    def show_element(self) -> None:
        frame, index = self.scene.frame, self._index()
        kind = layer_type(frame.type)
        self.subtitle.setText(kind.title)
        sizes = [f"in   {shape_text(example(array).shape)}" for array in frame.inputs]
        lines = [*sizes, f"out  {shape_text(example(frame.output).shape)}"]
        if self._is_same_shape and self.backward and frame.grad_output is not None:
            lines.append(
                f"{short(float(frame.grad_output[index]), 5)} → {short(float(frame.grad_inputs[0][index]), 5)}"
            )
        elif self._is_same_shape:
            lines.append(f"{short(float(frame.inputs[0][index]), 5)} → {short(float(frame.output[index]), 5)}")
        self.set_card(kind.explanation, "The numbers", lines)
        if not self.backward or self._is_same_shape:
            self.explain_focus()
