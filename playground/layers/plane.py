"""Features of a point in the plane: what a network may be given beside its two coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.edits import remove_and_bridge, set_params
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn

FEATURES = {
    "x1": ("x₁", "The first coordinate, from left to right."),
    "x2": ("x₂", "The second coordinate, from below upwards."),
    "x1_squared": ("x₁²", "The first coordinate squared: far left is the same as far right."),
    "x2_squared": ("x₂²", "The second coordinate squared: far down is the same as far up."),
    "x1_x2": ("x₁x₂", "The product of both: positive where they have the same sign."),
    "sin_x1": ("sin x₁", "A wave from left to right."),
    "sin_x2": ("sin x₂", "A wave from below upwards."),
}
"""By the name of the setting: how it is written, and what it says."""


def chosen(params: Params) -> tuple[str, ...]:
    """The features that are switched on, in their order."""
    return tuple(key for key in FEATURES if params[key])


@register
class PlaneFeatures(LayerType):
    """Coordinates, squares, the product and sines of a point (x₁, x₂), as many as are switched on."""

    key = "plane_features"
    title = "Plane features"
    stem = "features"
    category = Category.MERGE
    capability = "features"
    formula = r"y = \left(x_1,\; x_2,\; x_1^2,\; x_2^2,\; x_1 x_2,\; \sin x_1,\; \sin x_2\right)"
    explanation = (
        "Works out what else can be said of a point in the plane: the squares of its coordinates, their product, their "
        "sines. With the right features a single neuron can do what would else take a whole network: x₁² + x₂² tells a "
        "disc from its ring. It learns nothing."
    )
    source = "Smilkov, Carter et al. 2017, Direct-manipulation visualization of deep networks (TensorFlow Playground)"
    params = tuple(
        Param(key, f"Feature {name}", "bool", key in ("x1", "x2"), f"Whether the next layer gets it. {words}")
        for key, (name, words) in FEATURES.items()
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.plane_modules import PlaneFeatures as Module

        return Module(chosen(params))

    def describe(self, params: Params) -> str:
        return f"Gives the next layer {', '.join(FEATURES[key][0] for key in chosen(params))} of each point."

    def caption(self, params: Params) -> str:
        return " ".join(FEATURES[key][0] for key in chosen(params))

    def complain(self, site: Site) -> Complaint | None:
        node_id = site.node.id
        if site.inputs[0] != (2,):
            size = " × ".join(map(str, site.inputs[0])) or "a single number"
            repair = Repair(f"Take {site.node.title} out", lambda graph: remove_and_bridge(graph, node_id))
            return Complaint(f"Plane features needs points of 2 numbers, but {size} come in.", (repair,))
        if not chosen(site.params):
            usual = Repair("Switch x₁ and x₂ on", lambda g: set_params(g, node_id, {"x1": True, "x2": True}))
            return Complaint("No feature is switched on, so nothing comes out.", (usual,), port=None)
        return None

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING
