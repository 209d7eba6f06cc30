"""Small pictures of a layer's output on the shown example, for its card."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from playground.ui.widgets.tensor_image import colour_image, grey_image, signed_image

MOST_MAPS = 4
STRIP_COLUMNS = 32


def thumbnails(output: np.ndarray) -> tuple[QImage, ...]:
    """Up to four feature maps; or all numbers of a list as one strip of cells; nothing for a single number.

    Args:
        output: (channels, height, width), (features,) or () — one example, without the batch.
    """
    if output.ndim == 3 and output.shape[0] == 3:
        return (colour_image(output),)
    if output.ndim == 3:
        maps = output[:MOST_MAPS]
        if np.nanmin(maps, initial=0.0) < 0:
            scale = float(np.nanmax(np.abs(maps), initial=0.0))
            return tuple(signed_image(channel, scale) for channel in maps)
        top = float(np.nanmax(maps, initial=0.0))
        return tuple(grey_image(channel, 0.0, top) for channel in maps)
    if output.ndim == 1 and output.size > 1:
        return (signed_image(_strip(output)),)
    return ()


def _strip(values: np.ndarray) -> np.ndarray:
    """A list as rows of cells; what is left of the last row is zero."""
    columns = min(len(values), STRIP_COLUMNS)
    values = values[: columns * 4]
    rows = -(-len(values) // columns)
    return np.pad(values, (0, rows * columns - len(values))).reshape(rows, columns)
