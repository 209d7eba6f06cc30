"""What the frozen front of a network gives for each example, computed once and kept: the rest then learns from that."""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, fx

from playground.engine.compile import Network
from playground.engine.frozen_front import Cut, cut_behind_frozen
from playground.train.examples import Examples, put_channels_last

MOST_BYTES = 512_000_000
"""What is kept takes no more memory than this; where it would, the whole network computes every time."""

_TOGETHER = 32
"""So many examples go through the front at once, always, so that its numbers do not depend on who came together."""
_FLOAT = 4


class KeptFront:
    """Examples as the rest of the network sees them. Each goes through the front when it is first asked for.

    `rest(features, target)` gives prediction and loss as the whole network does.
    """

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._kept: dict[int, tuple[Examples, Examples, Tensor]] = {}

    @property
    def rest(self) -> fx.GraphModule:
        """The layers behind the front."""
        return self._cut.rest

    def take(self, examples: Examples, index: Tensor) -> tuple[Tensor, Tensor]:
        """What the front gives for the examples of these indices, and their targets."""
        _, features, known = self._place_for(examples)
        missing = torch.zeros_like(known)
        missing[index] = ~known[index]
        self._fill(examples, features, known, missing.nonzero().flatten())
        return features.take(index)

    def whole(self, examples: Examples) -> Examples:
        """The same for all of them."""
        _, features, known = self._place_for(examples)
        self._fill(examples, features, known, (~known).nonzero().flatten())
        return features

    def forget(self) -> None:
        """The weights of the front have been replaced."""
        for _, _, known in self._kept.values():
            known.zero_()

    def _place_for(self, examples: Examples) -> tuple[Examples, Examples, Tensor]:
        """The examples themselves (so that they outlive their place here), their features, and which are known."""
        if id(examples) not in self._kept:
            device, is_picture = examples.x.device, len(self._cut.shape) == 3
            room = torch.zeros((len(examples), *self._cut.shape), device=device)
            last = examples.channels_last and is_picture
            features = Examples(put_channels_last(room) if last else room, examples.target, last)
            self._kept[id(examples)] = examples, features, torch.zeros(len(examples), dtype=torch.bool, device=device)
        return self._kept[id(examples)]

    def _fill(self, examples: Examples, features: Examples, known: Tensor, missing: Tensor) -> None:
        with torch.no_grad():
            for part in torch.split(missing, _TOGETHER) if len(missing) else ():
                filled_up = torch.cat((part, part[-1:].expand(_TOGETHER - len(part))))
                features.x[part] = self._cut.front(examples.take(filled_up)[0])[: len(part)]
        known[missing] = True


def kept_front(network: Network, examples: int) -> KeptFront | None:
    """The front of a partly frozen network; None where there is none, or too much would have to be kept.

    Args:
        network: as it learns.
        examples: how many there are altogether.
    """
    cut = cut_behind_frozen(network)
    return None if cut is None or examples * prod(cut.shape) * _FLOAT > MOST_BYTES else KeptFront(cut)
