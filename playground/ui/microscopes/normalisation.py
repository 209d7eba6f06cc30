"""The microscope of batch norm: a channel's numbers before and after, with mean and deviation, over the whole batch."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.histogram import Histograms
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import short


class NormalisationMicroscope(PairMicroscope):
    """Forward the histograms of the channel; backward those of the blame that arrives and is handed back."""

    def make_middle(self) -> QWidget:
        self.histograms = Histograms()
        return self.histograms

    def show_element(self) -> None:
        from playground.engine.arithmetic import statistics

        frame, index, unit = self.scene.frame, self._index(), self._unit
        mean, variance = statistics(frame, unit)
        batch = len(frame.output)
        self.subtitle.setText(f"mean and deviation over {batch} examples" if batch > 1 else "mean and deviation")
        if self.backward:
            assert frame.grad_output is not None
            self.histograms.show_numbers(
                [
                    ("blame that arrives", frame.grad_output[:, unit], float(frame.grad_output[index])),
                    ("blame handed back", frame.grad_inputs[0][:, unit], float(frame.grad_inputs[0][index])),
                ]
            )
        else:
            self.histograms.show_numbers(
                [
                    ("before", frame.inputs[0][:, unit], float(frame.inputs[0][index])),
                    ("after", frame.output[:, unit], float(frame.output[index])),
                ]
            )
        lines = [f"mean μ       {short(mean, 5)}", f"deviation σ  {short(math.sqrt(variance), 5)}"]
        if "weight" in frame.weights:
            scale, shift = float(frame.weights["weight"][unit]), float(frame.weights["bias"][unit])
            lines.append(f"then × γ {short(scale, 5)} + β {short(shift, 5)}")
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()
