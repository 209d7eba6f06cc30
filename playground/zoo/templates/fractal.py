"""The fractal block of FractalNet: the same rule applied to itself."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template

SOURCE = "Larsson, Maire and Shakhnarovich 2016, FractalNet: ultra-deep neural networks without residuals"

DROP_PATH = 0.15
"""The probability with which a join leaves an input out while training, in the whole network."""


def fractal(sketch: Sketch, columns: int, filters: int, dropout: float = 0.0, is_pooled: bool = False) -> str:
    """f₁(z) = conv(z), and f of one column more is the mean of f(f(z)) and conv(z): columns of 1, 2, 4, … convolutions.

    Rows are gone through from the top; column c, counted from the shortest, has a convolution in every 2^(columns−c)th
    row (c from 1). All columns that have one in a row are joined behind it.

    Args:
        sketch: the architecture so far; its newest layer feeds all columns.
        columns: how many; the longest has 2^(columns − 1) convolutions.
        filters: of every convolution.
        dropout: the part dropped between convolution and batch norm.
        is_pooled: halve the maps of every column before the last join, as the authors' code does between blocks.
    """
    ways = [sketch.last] * columns
    rows = 2 ** (columns - 1)
    for row in range(1, rows + 1):
        met = [column for column in range(columns) if row % 2 ** (columns - 1 - column) == 0]
        for column in met:
            ways[column] = _unit(sketch, f"c{column + 1}_{row}", filters, ways[column], dropout)
            if row == rows and is_pooled:
                ways[column] = sketch.add("max_pool2d", f"c{column + 1}_pool", ways[column], kernel_size=2, stride=2)
        if len(met) > 1:
            joined = sketch.add("average", f"join{row}", [ways[column] for column in met], drop_path=DROP_PATH)
            for column in met:
                ways[column] = joined
    return sketch.last


def _unit(sketch: Sketch, name: str, filters: int, after: str, dropout: float) -> str:
    """A closed block of 3×3 convolution, dropout, batch norm, ReLU."""
    with sketch.block(name, f"3×3 conv, {filters}"):
        sketch.add("conv2d", "conv", after, out_channels=filters, kernel_size=3, padding=1, bias=False)
        if dropout:
            sketch.add("dropout", "dropout", p=dropout)
        sketch.add("batch_norm2d", "norm")
        return sketch.add("relu", "relu")


def _draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
    fractal(sketch, 3, shape[0])


FRACTAL = register_template(
    Template(
        key="fractal",
        title="Fractal block",
        family="FractalNet",
        idea="Columns of one, two and four convolutions side by side, joined by their mean; each half looks like the "
        "whole. While training, ways are left out by chance, so that every depth learns to do without the others.",
        source=SOURCE,
        draw=_draw,
        shape=(64, 32, 32),
    )
)
