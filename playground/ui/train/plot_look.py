"""How small plots beside the big chart look: ground, axes and their letters."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QColor

from playground.ui.fonts import font
from playground.ui.theme import appearance


def dress_plot(plot: Any) -> None:
    """Give a `pyqtgraph.PlotWidget` the theme's colours; its curves are for whoever drew them."""
    theme, item = appearance.theme, plot.getPlotItem()
    plot.setBackground(theme.canvas)
    for side in ("left", "bottom"):
        axis = item.getAxis(side)
        axis.setPen(QColor(theme.border))
        axis.setTextPen(QColor(theme.muted))
        axis.setTickFont(font("mono_small"))
        axis.label.setFont(font("small"))
        axis.label.setDefaultTextColor(QColor(theme.muted))
