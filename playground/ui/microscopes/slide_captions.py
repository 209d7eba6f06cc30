"""What stands below the pictures of the window microscope: what they are, or what the pointer is on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.ui.fonts import font
from playground.ui.microscopes.caption_text import fitted
from playground.ui.microscopes.slide_numbers import written_as
from playground.ui.microscopes.slide_paint import letters_of, shows_numbers
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState, cell_of
from playground.ui.microscopes.spot import Spot
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import count, short


def paint_captions(painter: QPainter, picture: SlidePainter, state: SlideState, source: str) -> None:
    """All captions; too long ones give up what they can do without."""
    layout = picture.layout
    painter.setFont(font("small"))
    painter.setPen(QColor(appearance.theme.muted))
    lines = [(layout.input_caption, input_caption(picture, state, source))]
    lines.append((layout.output_caption, _output_caption(picture, state)))
    if not layout.gradient.isEmpty():
        lines.append((layout.gradient_caption, _gradient_caption(picture, state.hover)))
    metrics = painter.fontMetrics()
    narrow = layout.output.left() > layout.output_caption.left()
    for rect, text in lines:
        side = Qt.AlignmentFlag.AlignRight if narrow and rect == layout.output_caption else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags, fitted(metrics, text, _note(picture, rect), rect.width()))


def _note(picture: SlidePainter, caption: QRectF) -> str:
    """The common power of ten of the numbers in the picture above a caption; empty where none are written."""
    layout, numbers = picture.layout, picture.numbers
    if caption == layout.output_caption:
        written = numbers.formats["output"]
        return written.note if shows_numbers(cell_of(layout.pictures["output"]), 5) else ""
    box = layout.inputs[0]
    if caption == layout.input_caption:
        written = numbers.formats["patch"]
        return written.note if shows_numbers(cell_of(box), letters_of(written)) else ""
    gradient = picture.model.input_gradient
    if gradient is not None and shows_numbers(cell_of(layout.pictures["gradient"]), 5):
        return written_as(gradient).note
    return ""


def where(picture: SlidePainter, row: int, column: int) -> str:
    """A place in words: of a sequence its position only."""
    return f"position {column}" if picture.geometry.dimensions == 1 else f"row {row}, column {column}"


def input_caption(picture: SlidePainter, state: SlideState, source: str) -> str:
    """What the picture is; or the number under the pointer, and how many windows cover it."""
    hover, geometry, model = state.hover, picture.geometry, picture.model
    if hover is not None and hover.part == "input":
        return _pixel_caption(picture, hover)
    if hover is not None and hover.part in ("filter", "sofar") and model.kernels is not None:
        return _weight_caption(picture, state, hover)
    if model.is_way_back:
        spread = ", set apart by the stride" if picture.model.forward.sliding.stride != (1, 1) else ""  # type: ignore[attr-defined]
        return f"Blame of {_named(model.plane_name(model.chosen))}, padded with zeros{spread}"
    sizes = " × ".join(str(extent) for extent in geometry.index(_slices(picture), *geometry.picture))
    channel = f" · {model.plane_name(model.chosen)} of {geometry.channels}" if geometry.channels > 1 else ""
    if picture.layout.is_stack:
        channel = f" · all {model.plane_count} {model.plane_noun}s" if geometry.dimensions > 1 else ""
    elif geometry.dimensions == 3:
        channel = f" · {model.plane_name(model.chosen)}"
    hint = "" if picture.numbers.direction == "backward" else " — click to move the window"
    return f"{source} {sizes}{channel}{hint}"


def _named(plane: str) -> str:
    return plane.replace("filter ", "feature map ")


def _slices(picture: SlidePainter) -> int:
    return int(picture.model.raw.shape[1])


def _pixel_caption(picture: SlidePainter, hover: Spot) -> str:
    """A number of the input; padding says that it is none."""
    geometry, model = picture.geometry, picture.model
    plane = model.chosen if hover.plane is None else hover.plane
    if model.outside(plane)[hover.row, hover.column]:
        if model.is_way_back:
            return "padding, or a gap that the stride leaves: a zero"
        if geometry.kind == "max":
            return "padding: never wins"
        counts = geometry.kind in ("conv", "fixed", "sum", "norm") or geometry.is_counted(hover.row, hover.column)
        return "padding: a zero, which is no number of the input" if counts else "beyond the edge: does not count"
    place = model.input_place(hover.row, hover.column, plane)
    assert place is not None
    row, column = (0, *place.index[2:])[-2:] if geometry.dimensions > 1 else (0, place.index[2])
    value = short(model.plane_at(plane)[hover.row, hover.column], 6)
    covered = len(geometry.feeds(hover.row, hover.column))
    verb = "reaches" if model.is_way_back else "feeds"
    noun = "output" if covered == 1 else "outputs"
    noun = {"output": "pixel", "outputs": "pixels"}[noun] if model.is_way_back else noun
    return f"{where(picture, row, column)} = {value}   {verb} {count(covered)} {noun}"


def _weight_caption(picture: SlidePainter, state: SlideState, hover: Spot) -> str:
    """A weight, and how many numbers of the input it meets."""
    model, geometry = picture.model, picture.geometry
    weights = model.filter_at(state.place, hover.plane)
    assert weights is not None
    value = short(weights[hover.row, hover.column], 6)
    outside = model.outside(hover.plane)[geometry.met(hover.row, hover.column)]
    met = count(int((~outside).sum()))
    rest = f" and {count(int(outside.sum()))} of padding" if outside.any() else ""
    return f"weight {value}   meets {met} numbers{rest}" + (" in this slice" if geometry.slices > 1 else "")


def _gradient_caption(picture: SlidePainter, hover: Spot | None) -> str:
    gradient = picture.model.input_gradient
    if gradient is None:
        return "This slice is padding: nothing is handed back to it"
    if hover is not None and hover.part == "gradient":
        return f"{where(picture, hover.row, hover.column)} = {short(gradient[hover.row, hover.column], 6)}"
    return "Blame handed back — click one to see why"


def _output_caption(picture: SlidePainter, state: SlideState) -> str:
    geometry, hover, shown = picture.geometry, state.hover, picture.numbers.shown
    back = picture.numbers.direction == "backward"
    if hover is not None and hover.part == "output":
        place = geometry.place(hover.row, hover.column)
        if place < state.filled or back:
            value = short(shown[hover.row, hover.column], 6)
            inside = ~geometry.patch(picture.model.outside(), place)
            seen = count(int(inside.sum()) * picture.model.plane_count)
            made = f"seen by the window over {seen} numbers" if back else f"made from {seen} numbers"
            return f"{where(picture, hover.row, hover.column)} = {value}   {made}"
        return f"{where(picture, hover.row, hover.column)}: not computed yet"
    sizes = " × ".join(str(extent) for extent in geometry.index(geometry.slices, *geometry.output))
    if back:
        return f"Blame that arrives here, {sizes}"
    total = geometry.places * geometry.slices
    name = f"Feature map {sizes}"
    if picture.model.is_way_back:
        name = f"Blame handed back, {sizes}"
    elif geometry.whole:
        name = "The largest" if geometry.kind == "max" else "Mean"
    return f"{name} — {count(min(state.done, total))} of {count(total)} computed"
