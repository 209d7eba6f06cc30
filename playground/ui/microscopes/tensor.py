"""The fallback microscope: what goes in and what comes out, as maps or as a list, forward and backward."""

from __future__ import annotations

from playground.layers import layer_type
from playground.ui.microscopes.base import example
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import shape_text


class TensorMicroscope(PairMicroscope):
    """For layers without a microscope of their own. It shows both sides and the layer's explanation."""

    def show_element(self) -> None:
        frame = self.scene.frame
        kind = layer_type(frame.type)
        self.subtitle.setText(kind.title)
        before, after = (shape_text(example(array).shape) for array in (frame.inputs[0], frame.output))
        self.set_card(kind.explanation, "Sizes", [f"in   {before}", f"out  {after}"])
