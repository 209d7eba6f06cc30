"""The parts of the window microscope's picture: grids of cells and lines, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

LABEL = 20.0
CAPTION = 24.0
GUTTER = 34.0
PLANES = 50.0
OPERATOR = 36.0
BIAS_LABEL = "bias so far"
"""Over the gradient of the bias, as far as the windows have added to it."""


@dataclass(frozen=True)
class Box:
    """A grid of cells: its label above, its place, its rows and columns, the sign drawn left of it.

    `part` says what its numbers are, `plane` of which plane (None: of the chosen one, or of all together).
    """

    label: str
    rect: QRectF
    shape: tuple[int, int]
    operator: str = ""
    part: str = ""
    plane: int | None = None


@dataclass(frozen=True)
class SlideLayout:
    """The places of one arrangement.

    `pictures` are what the window slides over and what it makes ("input", "output", "gradient"), `boxes` the grids of
    its arithmetic; those of one plane among several have keys such as "input:2". `sum_label` and `result` are the lines
    below the grids, `card` the free rest. `curves` are signals drawn as lines, by the key of their picture. `sigma` is
    where the planes' sums flow together.
    """

    pictures: dict[str, Box]
    boxes: dict[str, Box] = field(default_factory=dict[str, Box])
    input_caption: QRectF = field(default_factory=QRectF)
    output_caption: QRectF = field(default_factory=QRectF)
    gradient_caption: QRectF = field(default_factory=QRectF)
    planes: QRectF = field(default_factory=QRectF)
    sum_label: QRectF = field(default_factory=QRectF)
    result: QRectF = field(default_factory=QRectF)
    card: QRectF = field(default_factory=QRectF)
    curves: dict[str, QRectF] = field(default_factory=dict[str, QRectF])
    sigma: QPointF | None = None

    @property
    def input(self) -> QRectF:
        """The picture that the window slides over; the first where several planes are shown."""
        return self.inputs[0].rect

    @property
    def inputs(self) -> tuple[Box, ...]:
        """All pictures that the window slides over."""
        return tuple(box for box in self.pictures.values() if box.part == "input")

    @property
    def output(self) -> QRectF:
        """The map that the window makes."""
        return self.pictures["output"].rect

    @property
    def gradient(self) -> QRectF:
        """The input's gradient beside the input; empty where it is not shown."""
        box = self.pictures.get("gradient")
        return QRectF() if box is None else box.rect

    @property
    def is_stack(self) -> bool:
        """Whether several planes are shown at once."""
        return len(self.inputs) > 1

    @property
    def grids(self) -> tuple[Box, ...]:
        """Everything that has cells, the pictures first."""
        return (*self.pictures.values(), *self.boxes.values())
