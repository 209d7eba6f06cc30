"""The strips of small pictures around the window microscope: planes, filters, and the maps that come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.slide_arrays import volume
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.window_geometry import WindowGeometry
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.ui.microscopes.window import WindowMicroscope


def make_foot(scope: WindowMicroscope) -> QGridLayout:
    """The strips of filters and maps, and the settings."""
    foot = QGridLayout()
    foot.setContentsMargins(0, 0, 0, 0)
    foot.setHorizontalSpacing(30)
    foot.setVerticalSpacing(6)
    foot.addWidget(scope.headings[0], 0, 0)
    foot.addWidget(scope.filters, 1, 0, Qt.AlignmentFlag.AlignTop)
    foot.addWidget(scope.headings[1], 0, 1)
    foot.addWidget(scope.maps, 1, 1, Qt.AlignmentFlag.AlignTop)
    foot.addWidget(scope.settings, 0, 2, 2, 1)
    foot.setColumnStretch(0, 5)
    foot.setColumnStretch(1, 7)
    foot.setColumnStretch(2, 5)
    foot.setRowStretch(1, 1)
    return foot


def show_planes(scope: WindowMicroscope) -> None:
    """The strip of planes, where they are not all shown large."""
    layout = scope.view.arrangement
    shown = layout is not None and layout.planes.height() >= 1
    if shown and scope.planes.isHidden() and scope.has_scene:
        scope.planes.setVisible(True)
        show_strips(scope, scope.scene)
    scope.planes.setVisible(shown)
    scope.planes.set_current(scope.model.chosen)


def show_strips(scope: WindowMicroscope, scene: Scene) -> None:
    """Fill them for the unit and the slice on screen."""
    model = scope.model
    kind = "grey" if scope.scene.reads_picture and not model.is_way_back else "signed"
    if not scope.planes.isHidden():
        scope.planes.set_maps(_planes(model), kind)
        scope.planes.set_current(model.chosen)
    _show_filters(scope, scene, model)
    _show_maps(scope, scene, model)


_TILE_COLUMNS, _SEQUENCES = 96, 2


def as_tiles(maps: np.ndarray, dimensions: int) -> np.ndarray:
    """Maps that can be told apart in a small square: sequences become broad stripes."""
    if dimensions > 1:
        return maps
    step = -(-maps.shape[2] // _TILE_COLUMNS)
    thinned = maps[:, :, ::step]
    return np.repeat(thinned, max(1, round(thinned.shape[2] * 0.7)), axis=1)


def tiles_of(maps: np.ndarray) -> np.ndarray:
    """All maps, or sequences, of one example."""
    return as_tiles(maps[:, None], 1) if maps.ndim == _SEQUENCES else maps


def _planes(model: SlideModel) -> np.ndarray:
    """What each plane shows, without padding; slices that are padding are empty."""
    planes = [model.plane_of(number) for number in range(model.plane_count)]
    if model.geometry.thickness == 1:
        return model.raw[model.channels.start : model.channels.stop, model.slice_of(0)]
    empty = np.zeros(model.raw.shape[2:])
    return np.stack([empty if (at := model.slice_of(o)) < 0 else model.raw[channel, at] for channel, o in planes])


def _show_filters(scope: WindowMicroscope, scene: Scene, model: SlideModel) -> None:
    """Of a convolution the filters' planes or their gradients; of a pool the maps before it."""
    frame, geometry = scene.frame, model.geometry
    if geometry.kind == "conv" and "weight" in frame.weights:
        gradients = scope.is_backward and not model.is_way_back and "weight" in frame.grad_weights
        tensor = (frame.grad_weights if gradients else frame.weights)["weight"]
        within = 0
        if tensor.shape[1] > 1:
            within = model.unit if model.is_way_back else model.channel
            within -= WindowGeometry.of(frame).channels_of(scope.unit).start
        planes = volume(tensor[:, within], geometry.dimensions)[:, model.offset_of_weights]
        scope.filters.set_maps(as_tiles(planes, geometry.dimensions), scaling=magnitude(planes) or 1.0)
        of_channel = f" · channel {within + 1} of each" if tensor.shape[1] > 1 else ""
        scope.headings[0].setText(("Their gradients" if gradients else "Filters") + of_channel)
    else:
        inputs = volume(frame.inputs[0][SHOWN], geometry.dimensions)[:, 0]
        scope.filters.set_maps(as_tiles(inputs, geometry.dimensions), "grey" if scope.scene.reads_picture else "signed")
        scope.headings[0].setText("Maps before")
    scope.filters.set_current(scope.unit)


def _show_maps(scope: WindowMicroscope, scene: Scene, model: SlideModel) -> None:
    """The maps that come out; backward their blame, or that of the input's channels."""
    frame, geometry = scene.frame, model.geometry
    backward = scope.is_backward
    if model.is_way_back:
        maps = volume(frame.grad_inputs[0][SHOWN], geometry.dimensions)[:, model.depth]
        scope.maps.set_maps(as_tiles(maps, geometry.dimensions))
        scope.headings[1].setText("Blame handed back to each channel")
        scope.maps.set_current(model.unit)
        return
    shown = frame.grad_output if backward else frame.output
    assert shown is not None
    maps = example(shown).reshape(geometry.units, geometry.slices, *geometry.output)[:, model.depth]
    numbers = scope.view.picture.numbers if scope.view.picture is not None else None
    if numbers is not None and numbers.makes_picture:
        scope.maps.set_maps(maps, "grey", numbers.input_scale)
    else:
        scope.maps.set_maps(as_tiles(maps, geometry.dimensions))
    if geometry.kind == "conv":
        scope.headings[1].setText("Blame of their feature maps" if backward else "Their feature maps")
    else:
        scope.headings[1].setText("Blame of the maps after" if backward else "Maps after")
    scope.maps.set_current(scope.unit)
