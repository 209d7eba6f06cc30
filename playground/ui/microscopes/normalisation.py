"""The microscope of the normalisations: the numbers taken together before and after, with mean and deviation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.histogram import Histograms
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from playground.engine.trace import Frame


class NormalisationMicroscope(PairMicroscope):
    """Forward the histograms of what is normalised together; backward those of the blame arriving and handed back."""

    def make_middle(self) -> QWidget:
        self.histograms = Histograms()
        return self.histograms

    def show_element(self) -> None:
        from playground.engine.arithmetic import region, statistics

        frame, index = self.scene.frame, self._index()
        mean, variance = statistics(frame, index)
        together = region(frame, index)
        self.subtitle.setText(_scope(frame, frame.output[together].size))
        titles, arrays = ("before", "after"), (frame.inputs[0], frame.output)
        if self.backward:
            assert frame.grad_output is not None
            titles, arrays = ("blame that arrives", "blame handed back"), (frame.grad_output, frame.grad_inputs[0])
        self.histograms.show_numbers(
            [(title, array[together], float(array[index])) for title, array in zip(titles, arrays, strict=True)]
        )
        lines = [f"mean μ       {short(mean, 5)}", f"deviation σ  {short(math.sqrt(variance), 5)}"]
        if "weight" in frame.weights:
            place = index[1:] if frame.weights["weight"].ndim > 1 else index[1:2]
            scale, shift = float(frame.weights["weight"][place]), float(frame.weights["bias"][place])
            lines.append(f"then × γ {short(scale, 5)} + β {short(shift, 5)}")
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()


def _scope(frame: Frame, numbers: int) -> str:
    """Over what the mean and the deviation are taken."""
    match frame.type:
        case "layer_norm":
            return f"mean and deviation over the {count(numbers)} numbers of the example"
        case "group_norm":
            return f"mean and deviation over the {count(numbers)} numbers of the group"
        case "instance_norm2d":
            return f"mean and deviation over the {count(numbers)} numbers of the map"
        case _:
            batch = len(frame.output)
            return f"mean and deviation over {batch} examples" if batch > 1 else "mean and deviation"
