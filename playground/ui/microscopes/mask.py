"""The microscope of dropout: which numbers were kept, which were dropped, and how much larger the kept ones became."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.base import example
from playground.ui.microscopes.number_map import NumberMap, as_grid
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import count, short


class MaskMicroscope(PairMicroscope):
    """The mask stands between what goes in and what comes out; the same mask serves backward."""

    def make_middle(self) -> QWidget:
        self.mask_map = NumberMap()
        self.mask_map.clicked.connect(lambda row, column, _at: self.choose_cell("after", row, column))
        return self.mask_map

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.mask_map.setFixedHeight(max(170, min(330, round(0.42 * self.height()))))

    def show_element(self) -> None:
        from playground.engine.arithmetic import dropout_mask

        frame = self.scene.frame
        mask = example(dropout_mask(frame))
        laid, cells = as_grid(self._of_unit(mask))
        self.mask_map.show_map(laid, "grey", 1.0, cells)
        self.mask_map.choose(self.after.chosen)
        self.mask_map.set_title("mask: white is kept, black is dropped")
        kept, part = int(np.count_nonzero(mask)), float(str(frame.params["p"]))
        larger = 1 / (1 - part) if frame.mask is not None else 1.0
        what = {"dropout2d": "whole channels", "stochastic_depth": "the whole branch"}.get(frame.type, "numbers")
        self.subtitle.setText(f"drops {what} at random while training, with a chance of {100 * part:g} %")
        lines = [
            f"kept     {count(kept)} of {count(int(mask.size))}",
            f"dropped  {count(int(mask.size) - kept)}",
            f"what is kept is made larger: × {short(larger, 4)}",
        ]
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()
