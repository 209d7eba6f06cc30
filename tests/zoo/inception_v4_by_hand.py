"""Inception v4, Inception-ResNet and Xception written in PyTorch, as in the papers and the authors' releases."""

from __future__ import annotations

from torch import Tensor, nn

from tests.zoo.inception_by_hand import Side, averaged, chain, flat, stem_v3, tall, unit

# ---- Inception v4 and Inception-ResNet


def stem_v4() -> nn.Sequential:
    """299×299 → 35×35, 384 channels."""
    return chain(
        *(unit(3, 32, 3, 2), unit(32, 32, 3), unit(32, 64, 3, padding=1)),
        Side(nn.MaxPool2d(3, 2), unit(64, 96, 3, 2)),
        Side(
            chain(unit(160, 64), unit(64, 96, 3)),
            chain(unit(160, 64), flat(64, 64, 7), tall(64, 64, 7), unit(64, 96, 3)),
        ),
        Side(unit(192, 192, 3, 2), nn.MaxPool2d(3, 2)),
    )


def a_v4() -> Side:
    """35×35."""
    return Side(
        unit(384, 96),
        chain(unit(384, 64), unit(64, 96, 3, padding=1)),
        chain(unit(384, 64), unit(64, 96, 3, padding=1), unit(96, 96, 3, padding=1)),
        averaged(384, 96),
    )


def b_v4() -> Side:
    """17×17."""
    return Side(
        unit(1024, 384),
        chain(unit(1024, 192), flat(192, 224, 7), tall(224, 256, 7)),
        chain(unit(1024, 192), tall(192, 192, 7), flat(192, 224, 7), tall(224, 224, 7), flat(224, 256, 7)),
        averaged(1024, 128),
    )


def c_v4() -> Side:
    """8×8."""
    return Side(
        unit(1536, 256),
        chain(unit(1536, 384), Side(flat(384, 256, 3), tall(384, 256, 3))),
        chain(unit(1536, 384), tall(384, 448, 3), flat(448, 512, 3), Side(flat(512, 256, 3), tall(512, 256, 3))),
        averaged(1536, 256),
    )


def halving_a(channels: int, k: int, l: int, m: int, n: int) -> Side:  # noqa: E741 (the paper's letters)
    """35×35 → 17×17."""
    return Side(
        unit(channels, n, 3, 2),
        chain(unit(channels, k), unit(k, l, 3, padding=1), unit(l, m, 3, 2)),
        nn.MaxPool2d(3, 2),
    )


def inception_v4() -> nn.Sequential:
    """Figure 9."""
    return chain(
        stem_v4(),
        *(a_v4() for _ in range(4)),
        halving_a(384, 192, 224, 256, 384),
        *(b_v4() for _ in range(7)),
        Side(
            chain(unit(1024, 192), unit(192, 192, 3, 2)),
            chain(unit(1024, 256), flat(256, 256, 7), tall(256, 320, 7), unit(320, 320, 3, 2)),
            nn.MaxPool2d(3, 2),
        ),
        *(c_v4() for _ in range(3)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1536, 1000)),
    )


class Added(nn.Module):
    """x + scale · up(side(x)), then ReLU."""

    def __init__(self, channels: int, width: int, scale: float, *branches: nn.Module, has_relu: bool = True) -> None:
        super().__init__()
        self.side, self.up = Side(*branches), nn.Conv2d(width, channels, 1)
        self.scale, self.has_relu = scale, has_relu

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width)."""
        total = x + self.scale * self.up(self.side(x))
        return total.relu() if self.has_relu else total


def a_resnet(c: int, middle: int, last: int) -> Added:
    """35×35; the third branch goes 32, `middle`, `last`."""
    return Added(
        *(c, 64 + last, 0.17, unit(c, 32), chain(unit(c, 32), unit(32, 32, 3, padding=1))),
        chain(unit(c, 32), unit(32, middle, 3, padding=1), unit(middle, last, 3, padding=1)),
    )


def b_resnet(c: int, one: int, middle: int, last: int) -> Added:
    """17×17."""
    return Added(c, one + last, 0.1, unit(c, one), chain(unit(c, 128), flat(128, middle, 7), tall(middle, last, 7)))


def c_resnet(c: int, middle: int, last: int, is_last: bool = False) -> Added:
    """8×8; the released network ends with one that is neither scaled down nor followed by ReLU."""
    branch = chain(unit(c, 192), flat(192, middle, 3), tall(middle, last, 3))
    return Added(c, 192 + last, 1.0 if is_last else 0.2, unit(c, 192), branch, has_relu=not is_last)


def halving_resnet(channels: int, second: int, third: int) -> Side:
    """17×17 → 8×8."""
    return Side(
        chain(unit(channels, 256), unit(256, 384, 3, 2)),
        chain(unit(channels, 256), unit(256, second, 3, 2)),
        chain(unit(channels, 256), unit(256, second, 3, padding=1), unit(second, third, 3, 2)),
        nn.MaxPool2d(3, 2),
    )


def _head(channels: int) -> tuple[nn.Module, ...]:
    return (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, 1000))


def inception_resnet_v1() -> nn.Sequential:
    """Figures 10 to 15."""
    return chain(
        *(unit(3, 32, 3, 2), unit(32, 32, 3), unit(32, 64, 3, padding=1), nn.MaxPool2d(3, 2)),
        *(unit(64, 80), unit(80, 192, 3), unit(192, 256, 3, 2)),
        *(a_resnet(256, 32, 32) for _ in range(5)),
        halving_a(256, 192, 192, 256, 384),
        *(b_resnet(896, 128, 128, 128) for _ in range(10)),
        halving_resnet(896, 256, 256),
        *(c_resnet(1792, 192, 192) for _ in range(5)),
        *_head(1792),
    )


def inception_resnet_v2() -> nn.Sequential:
    """As released."""
    return chain(
        stem_v3(),
        Side(
            unit(192, 96),
            chain(unit(192, 48), unit(48, 64, 5, padding=2)),
            chain(unit(192, 64), unit(64, 96, 3, padding=1), unit(96, 96, 3, padding=1)),
            averaged(192, 64),
        ),
        *(a_resnet(320, 48, 64) for _ in range(10)),
        halving_a(320, 256, 256, 384, 384),
        *(b_resnet(1088, 192, 160, 192) for _ in range(20)),
        halving_resnet(1088, 288, 320),
        *(c_resnet(2080, 224, 256) for _ in range(9)),
        *(c_resnet(2080, 224, 256, is_last=True), unit(2080, 1536)),
        *_head(1536),
    )


def inception_resnet_v2_as_drawn() -> nn.Sequential:
    """Figures 15 to 19."""
    return chain(
        stem_v4(),
        *(a_resnet(384, 48, 64) for _ in range(5)),
        halving_a(384, 256, 256, 384, 384),
        *(b_resnet(1152, 192, 160, 192) for _ in range(10)),
        halving_resnet(1152, 288, 320),
        *(c_resnet(2144, 224, 256) for _ in range(5)),
        *_head(2144),
    )


# ---- Xception


class Separable(nn.Sequential):
    """3×3 on each channel alone, 1×1 across them, batch norm."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.Conv2d(channels, out, 1, bias=False),
            nn.BatchNorm2d(out, eps=0.001),
        )


class Halving(nn.Module):
    """Two separable convolutions and a pooling of stride 2, beside a 1×1 convolution of stride 2."""

    def __init__(self, channels: int, first: int, second: int, has_relu: bool = True) -> None:
        super().__init__()
        relus: list[nn.Module] = [nn.ReLU()] if has_relu else []
        self.way = chain(*relus, Separable(channels, first), nn.ReLU(), Separable(first, second))
        self.skip = chain(nn.Conv2d(channels, second, 1, 2, bias=False), nn.BatchNorm2d(second, eps=0.001))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width)."""
        way = self.way(x)
        # Below every value of a batch norm's output, so that the padding never is the maximum.
        height, width = way.shape[2:]
        missing = [(-(-extent // 2) - 1) * 2 + 3 - extent for extent in (width, height)]
        sides = [side for total in missing for side in (total // 2, total - total // 2)]
        pooled = nn.functional.max_pool2d(nn.functional.pad(way, sides, value=-1e9), 3, 2)
        return pooled + self.skip(x)


class Middle(nn.Module):
    """Three times ReLU and separable convolution, added to the input."""

    def __init__(self) -> None:
        super().__init__()
        self.way = chain(*(layer for _ in range(3) for layer in (nn.ReLU(), Separable(728, 728))))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 728, height, width)."""
        return x + self.way(x)


def xception() -> nn.Sequential:
    """Figure 5."""
    return chain(
        *(unit(3, 32, 3, 2), unit(32, 64, 3)),
        *(Halving(64, 128, 128, has_relu=False), Halving(128, 256, 256), Halving(256, 728, 728)),
        *(Middle() for _ in range(8)),
        *(Halving(728, 728, 1024), Separable(1024, 1536), nn.ReLU(), Separable(1536, 2048), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(2048, 1000)),
    )
