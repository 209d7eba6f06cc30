"""The torch modules of layers that read a sequence: torch's own, with channels first and one tensor as the result.

(batch, channels, length) → (batch, hidden, length) with `return_sequence`, else → (batch, hidden), the last state of
the top layer. Reading both ways doubles hidden: the states of the way there stand before those of the way back, whose
last state is that at the first place.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def _meta_result(module: nn.RNNBase, x: Tensor, return_sequence: bool) -> Tensor:
    """The shape of what comes out. On the meta device torch would go through all places to find it, for seconds."""
    width = module.hidden_size * (2 if module.bidirectional else 1)
    return x.new_empty((len(x), width, x.shape[2]) if return_sequence else (len(x), width))


def _result(sequence: Tensor, states: Tensor, return_sequence: bool, both_ways: bool) -> Tensor:
    """What comes out, from torch's (batch, length, hidden) and its last states (layers · ways, batch, hidden)."""
    if return_sequence:
        return sequence.transpose(1, 2)
    top = states[-2:] if both_ways else states[-1:]
    return torch.cat(tuple(top), 1)


class SimpleRecurrent(nn.RNN):
    """torch.nn.RNN with tanh."""

    def __init__(self, channels: int, return_sequence: bool, **settings: Any) -> None:
        super().__init__(channels, batch_first=True, **settings)
        self.return_sequence = return_sequence

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """See the file."""
        if x.is_meta:
            return _meta_result(self, x, self.return_sequence)
        sequence, states = super().forward(x.transpose(1, 2))
        return _result(sequence, states, self.return_sequence, self.bidirectional)


class LongShortTermMemory(nn.LSTM):
    """torch.nn.LSTM."""

    def __init__(self, channels: int, return_sequence: bool, **settings: Any) -> None:
        super().__init__(channels, batch_first=True, **settings)
        self.return_sequence = return_sequence

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """See the file."""
        if x.is_meta:
            return _meta_result(self, x, self.return_sequence)
        sequence, (states, _) = super().forward(x.transpose(1, 2))
        return _result(sequence, states, self.return_sequence, self.bidirectional)


class GatedRecurrent(nn.GRU):
    """torch.nn.GRU."""

    def __init__(self, channels: int, return_sequence: bool, **settings: Any) -> None:
        super().__init__(channels, batch_first=True, **settings)
        self.return_sequence = return_sequence

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """See the file."""
        if x.is_meta:
            return _meta_result(self, x, self.return_sequence)
        sequence, states = super().forward(x.transpose(1, 2))
        return _result(sequence, states, self.return_sequence, self.bidirectional)
