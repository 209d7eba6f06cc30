"""Pooling before the ReLU: the same numbers and the same gradients, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, fx, nn

from playground.engine.pool_first import pool_first


class Shared(nn.Module):
    """A ReLU that a sum reads beside the pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.relu, self.pool, self.conv = nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(2, 2, 2, 2)

    def forward(self, x: Tensor) -> Tensor:
        found = self.relu(x)
        return self.pool(found) + self.conv(found)


def small(*pool: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(2, 5, 3), nn.ReLU(), *pool, nn.Conv2d(5, 3, 2))


def order(module: fx.GraphModule) -> list[str]:
    modules = [module.get_submodule(str(n.target)) for n in module.graph.nodes if n.op == "call_module"]
    return [type(each).__name__ for each in modules]


def gradients(module: Callable[[Tensor], Tensor], parameters: list[Tensor], x: Tensor) -> list[Tensor]:
    answer = module(x)
    return [answer, *torch.autograd.grad(answer.square().sum(), [*parameters, x])]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool2d(2),
        nn.MaxPool2d(3, 2),
        nn.MaxPool2d(3, 1, padding=1),
        nn.MaxPool2d(2, 2, ceil_mode=True),
        nn.MaxPool2d(2, dilation=2, padding=1),
    ],
    ids=["halves", "overlaps", "padded", "ceil", "dilated"],
)
def test_numbers_and_gradients_are_equal_bit_for_bit(pool: nn.MaxPool2d, layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    plain = small(pool).to(memory_format=layout)  # pyright: ignore[reportCallIssue]
    moved = pool_first(fx.symbolic_trace(plain))
    assert order(moved) == ["Conv2d", "MaxPool2d", "ReLU", "Conv2d"]
    x = torch.randint(-2, 3, (4, 2, 11, 12)).float()  # many windows have several winners, or none above zero
    x = x.contiguous(memory_format=layout).requires_grad_()
    parameters: list[Tensor] = list(plain.parameters())
    for a, b in zip(gradients(plain, parameters, x), gradients(moved, parameters, x), strict=True):
        assert torch.equal(a, b)


def test_the_modules_are_shared_and_the_network_itself_stays_as_it_is() -> None:
    plain = fx.symbolic_trace(small(nn.MaxPool2d(2)))
    moved = pool_first(plain)
    assert order(plain) == ["Conv2d", "ReLU", "MaxPool2d", "Conv2d"]
    assert [id(p) for p in moved.parameters()] == [id(p) for p in plain.parameters()]


def test_what_another_layer_reads_too_stays_in_its_place() -> None:
    module = pool_first(fx.symbolic_trace(Shared()))
    assert order(module) == ["ReLU", "MaxPool2d", "Conv2d"]


def test_other_activations_and_poolings_stay_in_their_places() -> None:
    for layers in ((nn.Tanh(), nn.MaxPool2d(2)), (nn.ReLU(), nn.AvgPool2d(2)), (nn.ReLU(), nn.ReLU())):
        module = pool_first(fx.symbolic_trace(nn.Sequential(*layers)))
        assert order(module) == [type(layer).__name__ for layer in layers]


def test_a_row_of_them_is_followed_to_its_end() -> None:
    module = pool_first(fx.symbolic_trace(nn.Sequential(nn.ReLU(), nn.MaxPool2d(2), nn.MaxPool2d(2))))
    assert order(module)[0] == "MaxPool2d"
    x = torch.randn(1, 1, 8, 8)
    assert torch.equal(module(x), nn.functional.max_pool2d(x.relu(), 4))
