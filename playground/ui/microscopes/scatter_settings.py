"""The settings of a layer that stamps, changed in place, with the size they give; and the speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.model import Node, ParamValue
from playground.layers import layer_type
from playground.ui.microscopes.window_settings import WindowSettings

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_SIZE = "size = (n − 1)·s − 2p + d·(k − 1) + o + 1"


class ScatterSettings(WindowSettings):
    """What cannot be together is brought into line in the same edit: output padding stays below the stride."""

    keys = (
        ("kernel_size", "Kernel"),
        ("stride", "Stride"),
        ("padding", "Padding"),
        ("output_padding", "Output padding"),
        ("dilation", "Dilation"),
    )
    noun = "stamp"
    speed_words = "How fast the stamps fall while Play is on."

    def formula(self, frame: Frame) -> str:
        return _SIZE if "output_padding" in frame.params else ""

    def together(self, node: Node, settings: dict[str, ParamValue]) -> dict[str, ParamValue]:
        """PyTorch allows an output padding below the stride or the dilation, whichever is larger."""
        params = layer_type(node.type).complete({**node.params, **settings})
        if "output_padding" in settings or "output_padding" not in params:
            return settings
        extra, stride, dilation = (_each(params[key]) for key in ("output_padding", "stride", "dilation"))
        fitting = tuple(min(o, max(s, d) - 1) for o, s, d in zip(extra, stride, dilation, strict=True))
        if fitting == extra:
            return settings
        return {**settings, "output_padding": fitting if isinstance(params["stride"], tuple) else fitting[0]}


def _each(value: ParamValue) -> tuple[int, ...]:
    """A setting as one number for each dimension."""
    return tuple(int(number) for number in (value if isinstance(value, tuple) else (value,)))
