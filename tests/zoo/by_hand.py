"""Architectures of the zoo beside the same ones written in PyTorch: equal weights must give equal outputs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.engine.compile import Network, compile_network
from playground.engine.shapes import analyse
from playground.graph.model import Graph


def assert_same(graph: Graph, module: nn.Module, batch: int = 2) -> None:
    """The graph's network and the module compute the same once the network's tensors were copied into the module.

    The module declares its layers in the order of the graph's nodes. Running statistics are made uneven first, so that
    normalisation in use is compared, too.
    """
    network = compile_network(analyse(graph), seed=1)
    network.train(False)
    module.eval()
    with torch.no_grad():
        ours = _tensors(network)
        theirs = [tensor for name, tensor in module.state_dict().items() if "num_batches" not in name]
        assert [tensor.numel() for tensor in theirs] == [tensor.numel() for tensor in ours]
        for source, target in zip(ours, theirs, strict=True):
            target.copy_(source.view_as(target))
        shape = network.analysis.input_shape
        assert shape is not None
        x = torch.rand(batch, *shape, generator=torch.Generator().manual_seed(2))
        torch.testing.assert_close(network.predictor(x), module(x))


def _tensors(network: Network) -> list[Tensor]:
    """Parameters and running statistics in the order of the graph's nodes, drawn so that none is without effect."""
    chance = torch.Generator().manual_seed(3)
    found: list[Tensor] = []
    for node in network.analysis.graph:
        if node.id not in network.children:
            continue
        for name, tensor in network.children[node.id].state_dict().items():
            if "num_batches" in name:
                continue
            if tensor.dim() == 1:
                low = 0.5 if name in ("weight", "running_var") else -0.5
                tensor.uniform_(low, low + 1.0, generator=chance)
            found.append(tensor)
    return found


class Residual(nn.Module):
    """`after(branch(before(x)) + skip(before(x)))`; without a skip the shortcut is x itself."""

    def __init__(
        self,
        branch: nn.Module,
        skip: nn.Module | None = None,
        after: nn.Module | None = None,
        before: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.before = before or nn.Identity()
        self.branch = branch
        self.skip = skip
        self.after = after or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width)."""
        ready = self.before(x)
        return self.after(self.branch(ready) + (x if self.skip is None else self.skip(ready)))


class Gate(nn.Module):
    """x times what the inner module makes of it."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width); the inner module's output is spread over height and width."""
        gate = self.inner(x)
        return x * (gate[:, :, None, None] if gate.dim() == 2 else gate)


class Means(nn.Module):
    """The mean of each map."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels)."""
        return x.mean((2, 3))


def conv(channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """Without bias, keeping the size but for the stride."""
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=False)


def conv_norm(channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Convolution and batch norm."""
    return nn.Sequential(conv(channels, out, kernel, stride, groups), nn.BatchNorm2d(out))
