"""Stamps: what they paint is torch's output, what comes back through them torch's gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.engine.trace import Frame
from playground.graph.edits import connect
from playground.graph.model import Edge, Graph, ParamValue
from playground.ui.microscopes.scatter_geometry import ScatterGeometry
from playground.ui.microscopes.scatter_model import ScatterModel
from tests.ui.microscopes.recordings import chain, scene_of

PICTURES: tuple[dict[str, ParamValue], ...] = (
    {"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1), "output_padding": (1, 1)},
    {"kernel_size": (4, 4), "stride": (2, 2), "padding": (1, 1)},
    {"kernel_size": (2, 3), "stride": (3, 1), "padding": (0, 2), "groups": 2},
    {"kernel_size": (3, 2), "stride": (1, 2), "padding": (0, 0), "dilation": (2, 1), "bias": False},
)
SEQUENCES: tuple[dict[str, ParamValue], ...] = (
    {"kernel_size": 4, "stride": 2, "padding": 1},
    {"kernel_size": 3, "stride": 3, "padding": 0, "output_padding": 2, "dilation": 2},
)


def transposed(kind: str, params: dict[str, ParamValue], shape: tuple[int, ...]) -> Frame:
    graph = chain(
        [
            ("input", "input", {"shape": shape}),
            ("layer", kind, {"out_channels": 4, **params}),
            ("flat", "flatten", {}),
            ("fc", "dense", {"out_features": 10}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(graph, "layer", "backward").frame


def unpooled(params: dict[str, ParamValue]) -> Frame:
    graph: Graph = chain(
        [
            ("input", "input", {"shape": (2, 7, 7)}),
            ("pool", "max_pool2d", params),
            ("layer", "max_unpool2d", params),
            ("flat", "flatten", {}),
            ("fc", "dense", {"out_features": 10}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(connect(graph, Edge("input", "layer", 0, 1)), "layer", "backward").frame


def frames() -> Iterator[Frame]:
    for params in PICTURES:
        yield transposed("conv_transpose2d", params, (2, 4, 3))
    for params in SEQUENCES:
        yield transposed("conv_transpose1d", params, (2, 5))
    yield unpooled({"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0)})
    yield unpooled({"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1)})


FRAMES = list(frames())


def named(frame: Frame) -> str:
    return " ".join([frame.type, *(f"{key}={value}" for key, value in frame.params.items())])


each_frame = pytest.mark.parametrize("frame", FRAMES, ids=named)


@each_frame
def test_all_stamps_together_are_torchs_output(frame: Frame) -> None:
    for unit in range(frame.output.shape[1]):
        model = ScatterModel(frame, unit)
        almost = model.drawn(model.steps - 1)
        last = ScatterModel(frame, unit, model.channels.stop - 1)
        almost[model.geometry.under(model.geometry.places - 1)] += last.stamp(model.geometry.places - 1)
        np.testing.assert_allclose(almost[model.geometry.inside], model.output, atol=1e-12)
        np.testing.assert_array_equal(model.drawn(model.steps)[model.geometry.inside], model.output)


@each_frame
def test_each_stamp_adds_the_number_times_the_kernel(frame: Frame) -> None:
    model = ScatterModel(frame, 1)
    for step in range(model.geometry.places):
        change = ScatterModel(frame, 1).drawn(step + 1) - model.drawn(step)
        expected = np.zeros(model.geometry.canvas)
        expected[model.geometry.under(step)] = model.stamp(step)
        if step + 1 < model.steps:  # at the very end torch's own numbers stand there
            np.testing.assert_allclose(change, expected, atol=1e-12)


@each_frame
def test_what_reached_a_cell_adds_up_to_what_stands_there(frame: Frame) -> None:
    model = ScatterModel(frame, frame.output.shape[1] - 1)
    stamps = model.geometry.places // 2 + 1
    drawn = model.drawn(stamps)[model.geometry.inside]
    for row in range(model.geometry.output[0]):
        for column in range(model.geometry.output[1]):
            done = sum(term.product for term in model.reached((row, column), stamps) if term.done)
            assert done + (model.bias or 0.0) == pytest.approx(drawn[row, column], abs=1e-12)


@each_frame
def test_products_with_the_blame_are_what_torch_hands_back(frame: Frame) -> None:
    geometry = ScatterGeometry.of(frame)
    for channel in range(geometry.channels):
        handed = [
            sum(float(ScatterModel(frame, unit, channel).handed(place).sum()) for unit in geometry.units_of(channel))
            for place in range(geometry.places)
        ]
        gradient = frame.grad_inputs[0][0, channel].reshape(-1)
        np.testing.assert_allclose(handed, gradient, atol=1e-12)


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if frame.weights], ids=named)
def test_the_kernels_gradient_is_what_all_stamps_add_to_it(frame: Frame) -> None:
    for unit in range(frame.output.shape[1]):
        model = ScatterModel(frame, unit)
        torchs = frame.grad_weights["weight"][model.channel, model.within].reshape(model.geometry.kernel)
        np.testing.assert_allclose(model.accumulated(model.geometry.places), torchs, atol=1e-12)
        added = sum(model.added(place) for place in range(model.geometry.places))
        np.testing.assert_allclose(added, torchs, atol=1e-12)


@pytest.mark.parametrize("params", PICTURES[:2] + PICTURES[3:])
def test_counts_are_what_a_kernel_of_ones_paints(params: dict[str, ParamValue]) -> None:
    frame = transposed("conv_transpose2d", params, (2, 4, 3))
    geometry = ScatterGeometry.of(frame)
    painted = functional.conv_transpose2d(
        torch.ones(1, 1, *geometry.inputs),
        torch.ones(1, 1, *geometry.kernel),
        stride=geometry.stride,
        padding=geometry.padding,
        output_padding=geometry.extra,
        dilation=geometry.dilation,
    )
    np.testing.assert_array_equal(geometry.counts[geometry.inside], painted[0, 0].numpy())
    np.testing.assert_array_equal(geometry.counts_after(geometry.places), geometry.counts)
    for row, column in np.ndindex(*geometry.canvas):
        assert len(geometry.meetings(row, column)) == geometry.counts[row, column]


def test_the_switch_is_where_the_pooled_map_was_largest() -> None:
    model = ScatterModel(unpooled({"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0)}), 1)
    assert model.switches is not None
    for place in range(model.geometry.places):
        row, column = model.geometry.landing(place, *model.winner(place))
        window = model.switches[model.geometry.under(place)]
        assert model.switches[row, column] == window.max()
        assert model.output[row, column] == model.plane[model.geometry.cell(place)]
