"""Opening a network costs no memory for its weights: they come into being when something is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from playground.engine import shapes
from playground.engine.shapes import analyse
from playground.zoo import zoo_network


class Allocations(TorchDispatchMode):
    """Notes the bytes of every tensor that comes into being in the machine's memory meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = 0

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and result.device.type == "cpu":
            self.largest = max(self.largest, result.untyped_storage().nbytes())
        return result


@pytest.mark.parametrize("key", ["resnet-152", "vgg-19", "wrn-28-10", "densenet-264", "efficientnet-b7"])
def test_opening_allocates_no_large_tensor(key: str) -> None:
    """Layers are measured without memory unless they and what they give are small, whatever the network weighs."""
    shapes._measure.cache_clear()
    with Allocations() as allocations:
        analysis = analyse(zoo_network(key).build())
    assert analysis.parameters > 30_000_000
    assert 0 < allocations.largest <= 4 * shapes.SMALL_TENSOR
