"""Examples changed at random, a whole batch at once and where it lies: on the device.

All that moves pixels is one affine map for each picture, so that they are interpolated once only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from playground.graph.model import ParamValue
from playground.train.augmentation_kinds import AUGMENTATION, copies, fitting

_CROP = 7 / 8
"""The part of the side that each of the five crops of "10 copies" keeps: 224 of 256 in AlexNet."""
_PLACES = ((0.0, 0.0), (-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0))
"""Where the crops lie: the middle, then the corners."""
_LUMINANCE = (0.299, 0.587, 0.114)
_MOVING = ("shift", "crop", "flip", "flip_vertical", "rotate", "scale")


@dataclass(frozen=True)
class Mixture:
    """How the examples of a batch were mixed: each is `share` of itself and the rest of example `partner`."""

    share: float
    partner: Tensor


class Augmenter:
    """Settings of augmentation for examples of one shape.

    Raises:
        ParamError: a setting that does not exist, or a value out of its range.
    """

    def __init__(self, given: Mapping[str, ParamValue], shape: tuple[int, ...]) -> None:
        complete = AUGMENTATION.complete(given)
        known = {param.key for param in fitting(shape)}
        self._settings = {key: value for key, value in complete.items() if key in known}
        self.copies = copies(self._settings)
        self.is_on = self.copies > 1 or any(bool(value) for key, value in self._settings.items() if key != "times")

    def _amount(self, key: str) -> float:
        return float(self._settings.get(key, 0.0))  # type: ignore[arg-type]

    def apply(self, x: Tensor, copy: Tensor) -> Tensor:
        """(batch, *shape) examples, changed; `copy` (batch,) says which copy of its example each is, from 0.

        Chance comes from torch's generators: seed them for the same changes.
        """
        if x.ndim == 4:
            x = self._lit(self._moved(x, copy))
        elif x.ndim == 3 and self._amount("shift"):
            x = self._moved(x.unsqueeze(2), copy).squeeze(2)
        if noise := self._amount("noise"):
            x = x + noise * torch.randn_like(x)
        if x.ndim == 4:
            x = self._cut_out(x)
            x = x.clamp(0.0, 1.0) if self._changes_values else x
        return x

    def mix(self, x: Tensor) -> tuple[Tensor, Mixture | None]:
        """Mix-up (Zhang and others, 2018): x ← λx + (1 − λ)x′ with λ from Beta(α, α), x′ another one of the batch."""
        alpha = self._amount("mixup")
        if not alpha or len(x) < 2:
            return x, None
        share = float(torch.distributions.Beta(alpha, alpha).sample())
        partner = torch.randperm(len(x)).to(x.device)
        return share * x + (1 - share) * x.index_select(0, partner), Mixture(share, partner)

    @property
    def _changes_values(self) -> bool:
        return any(self._amount(key) for key in ("brightness", "contrast", "saturation", "noise"))

    # ---- where the pixels are

    def _moved(self, x: Tensor, copy: Tensor) -> Tensor:
        """Every picture through a map of its own; x is kept where nothing moves."""
        if self.copies == 1 and not any(self._amount(key) for key in _MOVING):
            return x
        grid = functional.affine_grid(self._maps(x, copy), [len(x), 1, x.shape[2], x.shape[3]], align_corners=False)
        return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)

    def _maps(self, x: Tensor, copy: Tensor) -> Tensor:
        """(batch, 2, 3): from places of the new picture to places of the old, both from −1 to 1 across the side."""
        count, height, width = len(x), x.shape[2], x.shape[3]

        def spread(amount: float) -> Tensor:
            return (2 * torch.rand(count, device=x.device) - 1) * amount

        angle = spread(math.radians(self._amount("rotate")))
        zoom = 1 + spread(self._amount("scale"))
        kept = 1 - torch.rand(count, device=x.device) * self._amount("crop")
        across, down = spread(1.0) * (1 - kept), spread(1.0) * (1 - kept)
        across, down = across + spread(2 * self._amount("shift")), down + spread(2 * self._amount("shift"))
        if height == 1:  # a signal: there is only time to move along
            down = torch.zeros_like(down)
        mirror, upside = self._sign("flip", x), self._sign("flip_vertical", x)
        if self.copies > 1:
            mirror = mirror * torch.where(copy % 2 == 1, -1.0, 1.0)
        if self.copies == 10:
            corner = torch.tensor(_PLACES, device=x.device, dtype=x.dtype)[copy // 2] * (1 - _CROP)
            kept, across, down = kept * _CROP, across + corner[:, 1], down + corner[:, 0]
        size = kept / zoom
        cosine, sine, ratio = torch.cos(angle) * size, torch.sin(angle) * size, height / width
        rows = (
            torch.stack((cosine * mirror, -sine * upside * ratio, across), dim=1),
            torch.stack((sine * mirror / ratio, cosine * upside, down), dim=1),
        )
        return torch.stack(rows, dim=1)

    def _sign(self, key: str, x: Tensor) -> Tensor:
        """−1 for half of the examples, if they are to be mirrored; else 1."""
        ones = torch.ones(len(x), device=x.device)
        return torch.where(torch.rand(len(x), device=x.device) < 0.5, -ones, ones) if self._amount(key) else ones

    # ---- what the pixels show

    def _lit(self, x: Tensor) -> Tensor:
        def spread(amount: float) -> Tensor:
            return (2 * torch.rand(len(x), 1, 1, 1, device=x.device) - 1) * amount

        if amount := self._amount("brightness"):
            x = x + spread(amount)
        if amount := self._amount("contrast"):
            mean = x.mean(dim=(1, 2, 3), keepdim=True)
            x = mean + (x - mean) * (1 + spread(amount))
        if x.shape[1] != 3 or not (self._amount("saturation") or self._amount("grayscale")):
            return x
        weights = torch.tensor(_LUMINANCE, device=x.device, dtype=x.dtype).view(1, 3, 1, 1)
        grey = (x * weights).sum(dim=1, keepdim=True)
        x = grey + (x - grey) * (1 + spread(self._amount("saturation")))
        is_grey = torch.rand(len(x), 1, 1, 1, device=x.device) < self._amount("grayscale")
        return torch.where(is_grey, grey, x)

    def _cut_out(self, x: Tensor) -> Tensor:
        """A square of zeros (DeVries and Taylor, 2017), wholly inside the picture."""
        amount = self._amount("cutout")
        if not amount:
            return x
        height, width = x.shape[2:]
        side = max(1, round(amount * min(height, width)))
        top = torch.randint(0, height - side + 1, (len(x), 1, 1, 1), device=x.device)
        left = torch.randint(0, width - side + 1, (len(x), 1, 1, 1), device=x.device)
        rows = torch.arange(height, device=x.device).view(1, 1, -1, 1)
        columns = torch.arange(width, device=x.device).view(1, 1, 1, -1)
        is_inside = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
        return x.masked_fill(is_inside, 0.0)
