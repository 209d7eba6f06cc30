"""Early stopping: how long the loss has not fallen."""

from __future__ import annotations

import math


class Patience:
    """Sees the loss after every epoch. `lowest` is the lowest that counted, `waited` the number of epochs since."""

    def __init__(self, lowest: float = math.inf, waited: int = 0) -> None:
        self.lowest, self.waited = lowest, waited

    def see(self, loss: float, min_delta: float) -> None:
        """An epoch is over. A loss counts as lower if it is by more than `min_delta` (as in Keras)."""
        if loss < self.lowest - min_delta:
            self.lowest, self.waited = loss, 0
        else:
            self.waited += 1

    def is_over(self, patience: int) -> bool:
        """Whether to stop; a patience of 0 never ends."""
        return 0 < patience <= self.waited
