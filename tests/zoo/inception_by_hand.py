"""Inception v1 to v3 written in PyTorch, layer by layer as in the papers and the authors' releases."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

Kernel = int | tuple[int, int]


def unit(channels: int, out: int, kernel: Kernel = 1, stride: int = 1, padding: Kernel = 0) -> nn.Sequential:
    """Convolution without bias, batch norm, ReLU."""
    conv = nn.Conv2d(channels, out, kernel, stride, padding, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out, eps=0.001), nn.ReLU())


class Side(nn.Module):
    """Branches side by side, their maps put behind each other."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width)."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def chain(*modules: nn.Module) -> nn.Sequential:
    """One after the other."""
    return nn.Sequential(*modules)


def averaged(channels: int, out: int) -> nn.Sequential:
    """3×3 means that leave the padding out, and a 1×1 unit."""
    return chain(nn.AvgPool2d(3, 1, 1, count_include_pad=False), unit(channels, out))


def conv_relu(channels: int, out: int, kernel: int = 1) -> nn.Sequential:
    """Convolution with bias that keeps the size, ReLU."""
    return chain(nn.Conv2d(channels, out, kernel, padding=kernel // 2), nn.ReLU())


# ---- GoogLeNet

TABLE_1: dict[str, tuple[int, int, int, int, int, int]] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def module_v1(channels: int, widths: Sequence[int]) -> Side:
    """Figure 2 (b)."""
    one, reduce3, three, reduce5, five, pool = widths
    return Side(
        conv_relu(channels, one),
        chain(conv_relu(channels, reduce3), conv_relu(reduce3, three, 3)),
        chain(conv_relu(channels, reduce5), conv_relu(reduce5, five, 5)),
        chain(nn.MaxPool2d(3, 1, 1), conv_relu(channels, pool)),
    )


def googlenet() -> nn.Sequential:
    """Without its auxiliary classifiers."""
    layers: list[nn.Module] = [
        *(nn.Conv2d(3, 64, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), nn.LocalResponseNorm(5, 1e-4)),
        *(conv_relu(64, 64), conv_relu(64, 192, 3), nn.LocalResponseNorm(5, 1e-4), nn.MaxPool2d(3, 2, ceil_mode=True)),
    ]
    channels = 192
    for name, widths in TABLE_1.items():
        if name in ("4a", "5a"):
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        layers.append(module_v1(channels, widths))
        channels = widths[0] + widths[2] + widths[4] + widths[5]
    return chain(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, 1000))


# ---- BN-Inception

FIGURE_5: dict[str, tuple[int, ...]] = {
    "3a": (64, 64, 64, 64, 96, 32),
    "3b": (64, 64, 96, 64, 96, 64),
    "3c": (128, 160, 64, 96),
    "4a": (224, 64, 96, 96, 128, 128),
    "4b": (192, 96, 128, 96, 128, 128),
    "4c": (160, 128, 160, 128, 160, 128),
    "4d": (96, 128, 192, 160, 192, 128),
    "4e": (128, 192, 192, 256),
    "5a": (352, 192, 320, 160, 224, 128),
    "5b": (352, 192, 320, 192, 224, 128),
}


class Same(nn.Module):
    """TensorFlow's padding at stride 2: the odd row below and on the right, then the module, which has none."""

    def __init__(self, inner: nn.Module, kernel: int) -> None:
        super().__init__()
        self.inner, self.kernel = inner, kernel

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width)."""
        missing = [max(0, (-(-extent // 2) - 1) * 2 + self.kernel - extent) for extent in x.shape[:1:-1]]
        sides = [side for total in missing for side in (total // 2, total - total // 2)]
        return self.inner(nn.functional.pad(x, sides))


def module_v2(channels: int, widths: Sequence[int], is_max: bool) -> Side:
    """Four branches at stride 1."""
    one, reduce3, three, reduce_double, double, pool = widths
    pooled = chain(nn.MaxPool2d(3, 1, 1), unit(channels, pool)) if is_max else averaged(channels, pool)
    return Side(
        unit(channels, one),
        chain(unit(channels, reduce3), unit(reduce3, three, 3, padding=1)),
        chain(
            unit(channels, reduce_double), unit(reduce_double, double, 3, padding=1), unit(double, double, 3, padding=1)
        ),
        pooled,
    )


def halving_v2(channels: int, widths: Sequence[int]) -> Side:
    """Two branches at stride 2, and the maxima passed through."""
    reduce3, three, reduce_double, double = widths
    return Side(
        chain(unit(channels, reduce3), Same(unit(reduce3, three, 3, 2), 3)),
        chain(
            unit(channels, reduce_double),
            unit(reduce_double, double, 3, padding=1),
            Same(unit(double, double, 3, 2), 3),
        ),
        nn.MaxPool2d(3, 2, ceil_mode=True),
    )


def bn_inception() -> nn.Sequential:
    """With the separable first convolution of the paper: eight filters for each colour."""
    first = chain(
        *(nn.Conv2d(3, 24, 7, 2, groups=3, bias=False), nn.Conv2d(24, 64, 1, bias=False)),
        *(nn.BatchNorm2d(64, eps=0.001), nn.ReLU()),
    )
    layers: list[nn.Module] = [Same(first, 7), nn.MaxPool2d(3, 2, ceil_mode=True)]
    layers += [unit(64, 64), unit(64, 192, 3, padding=1), nn.MaxPool2d(3, 2, ceil_mode=True)]
    channels = 192
    for name, widths in FIGURE_5.items():
        if len(widths) == 4:
            layers.append(halving_v2(channels, widths))
            channels += widths[1] + widths[3]
        else:
            layers.append(module_v2(channels, widths, name == "5b"))
            channels = widths[0] + widths[2] + widths[4] + widths[5]
    return chain(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


# ---- Inception v3


def stem_v3() -> nn.Sequential:
    """299×299 → 35×35."""
    return chain(
        *(unit(3, 32, 3, 2), unit(32, 32, 3), unit(32, 64, 3, padding=1), nn.MaxPool2d(3, 2)),
        *(unit(64, 80), unit(80, 192, 3), nn.MaxPool2d(3, 2)),
    )


def a_v3(channels: int, pool: int) -> Side:
    """35×35."""
    return Side(
        unit(channels, 64),
        chain(unit(channels, 48), unit(48, 64, 5, padding=2)),
        chain(unit(channels, 64), unit(64, 96, 3, padding=1), unit(96, 96, 3, padding=1)),
        averaged(channels, pool),
    )


def flat(channels: int, out: int, length: int) -> nn.Sequential:
    """1×length."""
    return unit(channels, out, (1, length), padding=(0, length // 2))


def tall(channels: int, out: int, length: int) -> nn.Sequential:
    """length×1."""
    return unit(channels, out, (length, 1), padding=(length // 2, 0))


def b_v3(width: int) -> Side:
    """17×17."""
    return Side(
        unit(768, 192),
        chain(unit(768, width), flat(width, width, 7), tall(width, 192, 7)),
        chain(
            unit(768, width),
            *(tall(width, width, 7), flat(width, width, 7), tall(width, width, 7), flat(width, 192, 7)),
        ),
        averaged(768, 192),
    )


def c_v3(channels: int) -> Side:
    """8×8."""
    return Side(
        unit(channels, 320),
        chain(unit(channels, 384), Side(flat(384, 384, 3), tall(384, 384, 3))),
        chain(unit(channels, 448), unit(448, 384, 3, padding=1), Side(flat(384, 384, 3), tall(384, 384, 3))),
        averaged(channels, 192),
    )


def inception_v3() -> nn.Sequential:
    """Without its auxiliary classifier."""
    return chain(
        *(stem_v3(), a_v3(192, 32), a_v3(256, 64), a_v3(288, 64)),
        Side(
            unit(288, 384, 3, 2),
            chain(unit(288, 64), unit(64, 96, 3, padding=1), unit(96, 96, 3, 2)),
            nn.MaxPool2d(3, 2),
        ),
        *(b_v3(width) for width in (128, 160, 160, 192)),
        Side(
            chain(unit(768, 192), unit(192, 320, 3, 2)),
            chain(unit(768, 192), flat(192, 192, 7), tall(192, 192, 7), unit(192, 192, 3, 2)),
            nn.MaxPool2d(3, 2),
        ),
        *(c_v3(1280), c_v3(2048)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(2048, 1000)),
    )
