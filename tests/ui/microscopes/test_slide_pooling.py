"""What pooling keeps and how its result hangs on what it covers, against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.graph.model import ParamValue
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_pooling import steepest, switches
from tests.ui.microscopes.recordings import Layers, chain, scene_of


def model(key: str, params: dict[str, ParamValue]) -> SlideModel:
    layers: Layers = [("input", "input", {"shape": (2, 8, 9)}), ("layer", key, params), ("flatten", "flatten", {})]
    graph = chain([*layers, ("fc", "dense", {"out_features": 3}), ("loss", "cross_entropy", {})])
    return SlideModel(scene_of(graph, "layer", "backward").frame, 1)


@pytest.mark.parametrize(
    "params",
    [
        {"kernel_size": 2},
        {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 1)},
        {"kernel_size": 2, "stride": 2, "dilation": 2},
    ],
)
def test_the_switches_are_those_of_torch(params: dict[str, ParamValue]) -> None:
    found = model("max_pool2d", params)
    settings = {key: found.frame.params[key] for key in ("kernel_size", "stride", "padding", "dilation")}
    x = torch.tensor(found.frame.inputs[0][0, 1])[None]
    _, places = torch.nn.functional.max_pool2d(x, **settings, return_indices=True)  # type: ignore[arg-type]
    expected = np.stack(np.divmod(places[0].numpy().reshape(-1), x.shape[-1]), axis=-1) + found.geometry.padding
    np.testing.assert_array_equal(switches(found), expected)
    assert [found.winner(place) for place in range(found.geometry.places)] == [tuple(at) for at in expected.tolist()]


@pytest.mark.parametrize(("key", "params"), [("avg_pool2d", {}), ("lp_pool2d", {"norm_type": 3.0}), ("sum_pool2d", {})])
def test_the_steepest_number_is_handed_the_most(key: str, params: dict[str, ParamValue]) -> None:
    found = model(key, {"kernel_size": 2, **params})
    gradient = found.input_gradient
    assert gradient is not None
    for place in range(found.geometry.places):
        under = np.abs(found.geometry.patch(gradient, place))
        assert under[steepest(found, place)] == pytest.approx(under.max(), rel=1e-12)
