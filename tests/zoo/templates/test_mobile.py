"""Mobile blocks beside the same written in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor, nn
from torch.nn import functional

from playground.engine.shapes import analyse
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.mobile import RELU6, SWISH, inverted_residual, separable
from tests.zoo.by_hand import Gate, Means, Residual, assert_same, conv_norm


def drawn(draw: Callable[[Sketch], object], channels: int, side: int = 9) -> Graph:
    sketch = Sketch((channels, side, side))
    with sketch.block("block"):
        draw(sketch)
    return sketch.graph()


class SameDepthwise(nn.Module):
    """TensorFlow's "same": ⌈n/s⌉ pixels come out; of an odd number of padding rows the larger half is below."""

    def __init__(self, channels: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, kernel, stride, groups=channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, n, n) → (batch, channels, ⌈n/s⌉, ⌈n/s⌉)."""
        kernel, stride = self.conv.kernel_size[0], self.conv.stride[0]
        out = -(-x.shape[-1] // stride)
        missing = max(0, (out - 1) * stride + kernel - x.shape[-1])
        before, after = missing // 2, missing - missing // 2
        return self.conv(functional.pad(x, (before, after, before, after)))


def test_a_separable_convolution() -> None:
    module = nn.Sequential(conv_norm(6, 6, 3, 2, groups=6), nn.ReLU(), conv_norm(6, 10, 1), nn.ReLU())
    assert_same(drawn(lambda sketch: separable(sketch, 10, 2, PLAIN), 6), module)


def norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


def inverted(channels: int, out: int, kernel: int, stride: int, expansion: int, gate: bool) -> nn.Module:
    wide = channels * expansion
    activation = nn.SiLU() if gate else nn.ReLU6()
    squeezed = max(1, channels // 4)
    branch = nn.Sequential()
    if expansion > 1:
        branch.extend([nn.Conv2d(channels, wide, 1, bias=False), norm(wide), activation])
    branch.extend([SameDepthwise(wide, kernel, stride), norm(wide), activation])
    if gate:
        inner = (Means(), nn.Linear(wide, squeezed), nn.SiLU(), nn.Linear(squeezed, wide), nn.Sigmoid())
        branch.append(Gate(nn.Sequential(*inner)))
    branch.extend([nn.Conv2d(wide, out, 1, bias=False), norm(out)])
    return Residual(branch) if stride == 1 and channels == out else branch


@pytest.mark.parametrize("side", [8, 9])
@pytest.mark.parametrize("gate", [False, True])
@pytest.mark.parametrize(
    ("out", "kernel", "stride", "expansion"), [(8, 3, 1, 6), (8, 5, 2, 6), (8, 3, 2, 4), (12, 3, 1, 1), (8, 5, 1, 1)]
)
def test_an_inverted_residual(out: int, kernel: int, stride: int, expansion: int, gate: bool, side: int) -> None:
    graph = drawn(
        lambda sketch: inverted_residual(
            *(sketch, 8, out, kernel, stride, expansion),
            squeezed=2 if gate else 0,
            style=SWISH if gate else RELU6,
            drop=0.2,
        ),
        8,
        side,
    )
    assert_same(graph, inverted(8, out, kernel, stride, expansion, gate))


def test_a_branch_is_dropped_only_where_there_is_a_shortcut() -> None:
    for out, drops in ((8, 1), (12, 0)):

        def draw(sketch: Sketch, out: int = out) -> None:
            inverted_residual(sketch, 8, out, drop=0.2)

        kinds = [node.type for node in drawn(draw, 8)]
        assert kinds.count("stochastic_depth") == kinds.count("add") == drops


def test_depthwise_and_1x1_cost_what_the_paper_says() -> None:
    """1/N + 1/k² of the full convolution (Howard et al. 2017, section 3.1)."""
    analysis = analyse(drawn(lambda sketch: separable(sketch, 20), 10))
    full = 9 * 10 * 20 * 9 * 9
    assert analysis.multiply_adds / full == pytest.approx(1 / 20 + 1 / 9)
