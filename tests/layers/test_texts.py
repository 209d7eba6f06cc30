"""What the cards and the inspector say about particular settings."""

from __future__ import annotations

import pytest

from playground.graph.model import ParamValue
from playground.layers import Shape, layer_type


@pytest.mark.parametrize(
    ("key", "params", "caption"),
    [
        ("input", {"shape": (3, 32, 32)}, "3×32×32"),
        ("conv2d", {"out_channels": 6, "kernel_size": 5, "padding": 2}, "5×5 · 6 · pad 2"),
        ("conv2d", {"out_channels": 8, "kernel_size": (3, 5), "stride": (1, 2)}, "3×5 · 8 · stride 1×2"),
        ("conv2d", {"out_channels": 4, "dilation": 2, "groups": 2}, "3×3 · 4 · dil 2 · groups 2"),
        ("conv2d", {"padding": "same", "stride": 2}, "3×3 · 6 · stride 2 · same"),
        ("conv2d", {"padding": "valid"}, "3×3 · 6"),
        ("conv1d", {"kernel_size": 7, "padding": 3}, "7 · 6 · pad 3"),
        ("conv3d", {"kernel_size": (1, 3, 3), "stride": (1, 2, 2)}, "1×3×3 · 6 · stride 1×2×2"),
        ("depthwise_conv2d", {"padding": 1}, "3×3 · pad 1"),
        ("depthwise_conv2d", {"multiplier": 2, "stride": 2}, "3×3 · 2 each · stride 2"),
        ("conv_transpose2d", {}, "4×4 · 6"),
        ("conv_transpose1d", {"output_padding": 1, "padding": 0}, "4 · 6 · pad 0 · out pad 1"),
        ("ws_conv2d", {"out_channels": 64}, "3×3 · 64"),
        ("fixed_conv2d", {"kernel": "sobel_x", "padding": "same"}, "sobel x 3×3 · same"),
        ("fixed_conv2d", {"kernel": "blur", "kernel_size": 5, "stride": 2}, "blur 5×5 · stride 2"),
        ("max_pool2d", {}, "2×2"),
        ("max_pool2d", {"kernel_size": 3, "padding": 1}, "3×3 · stride 2 · pad 1"),
        ("dense", {"out_features": 120}, "120"),
        ("dense", {"out_features": 10, "bias": False}, "10 · no bias"),
        ("leaky_relu", {}, "slope 0.01"),
        ("dropout", {"p": 0.25}, "p 0.25"),
        ("squared_error", {}, "Σ ½(t−o)²"),
        ("squared_error", {"reduction": "mean"}, "mean (t−o)²"),
        ("relu", {}, ""),
        ("average", {}, ""),
        ("average", {"drop_path": 0.15}, "drop-path 0.15"),
        ("slice", {"start": 2, "length": 1}, "3"),
        ("slice", {"start": 2, "length": 4}, "3 … 6"),
        ("reshape", {"shape": (4, -1)}, "4×−1"),
        ("permute", {"order": (1, 0)}, "1, 0"),
        ("channel_shuffle", {"groups": 3}, "3 groups"),
        ("pixel_permutation", {"seed": 7}, "seed 7"),
        ("scale", {"factor": -0.5}, "× −0.5"),
        ("shift", {}, "+ 1"),
        ("shift", {"amount": -2}, "− 2"),
        ("constant", {"value": (-1, 2.5), "shape": (2,)}, "−1, 2.5"),
        ("constant", {"value": 3, "shape": (4, 1, 1)}, "3 · 4×1×1"),
        ("parameter", {"shape": (8, 4)}, "8×4"),
        ("parameter", {"init": "zeros"}, "1 · zeros"),
    ],
)
def test_captions(key: str, params: dict[str, ParamValue], caption: str) -> None:
    kind = layer_type(key)
    assert kind.caption(kind.complete(params)) == caption


@pytest.mark.parametrize(
    ("key", "params", "inputs", "output", "lines"),
    [
        ("conv2d", {"kernel_size": 5, "padding": 2}, (1, 28, 28), (6, 28, 28), ("(28 − 5 + 2·2) / 1 + 1 = 28",)),
        ("max_pool2d", {}, (6, 7, 7), (6, 3, 3), ("⌊(7 − 2 + 2·0) / 2⌋ + 1 = 3",)),
        (
            "conv2d",
            {"kernel_size": 3, "dilation": 2},
            (1, 9, 8),
            (6, 5, 4),
            ("height (9 − (2·(3 − 1) + 1) + 2·0) / 1 + 1 = 5", "width (8 − (2·(3 − 1) + 1) + 2·0) / 1 + 1 = 4"),
        ),
        ("flatten", {}, (16, 5, 5), (400,), ("16·5·5 = 400",)),
        ("global_avg_pool2d", {}, (16, 5, 5), (16,), ("16 maps of 5×5 → 16 means",)),
        ("reshape", {"shape": (1, 28, -1)}, (784,), (1, 28, 28), ("784 = 1·28·28",)),
        ("permute", {"order": (1, 2, 0)}, (3, 8, 9), (8, 9, 3), ("3×8×9 → 8×9×3",)),
        ("slice", {"start": 2, "length": 4}, (8, 5, 5), (4, 5, 5), ("3 to 6 of 8 → 4",)),
    ],
)
def test_shape_arithmetic(
    key: str, params: dict[str, ParamValue], inputs: Shape, output: Shape, lines: tuple[str, ...]
) -> None:
    kind = layer_type(key)
    assert kind.shape_arithmetic(kind.complete(params), (inputs,), output) == lines


@pytest.mark.parametrize(
    ("key", "params", "inputs", "text"),
    [
        ("conv2d", {"out_channels": 6, "kernel_size": 5}, (1, 28, 28), "5·5·1·6 + 6 = 156"),
        ("conv2d", {"out_channels": 6, "kernel_size": 5, "bias": False}, (1, 28, 28), "5·5·1·6 = 150"),
        ("conv2d", {"out_channels": 8, "groups": 4}, (8, 9, 9), "3·3·2·8 + 8 = 152"),
        ("conv1d", {"kernel_size": 7}, (2, 90), "7·2·6 + 6 = 90"),
        ("conv3d", {}, (1, 9, 9, 9), "3·3·3·1·6 + 6 = 168"),
        ("depthwise_conv2d", {"multiplier": 2}, (32, 9, 9), "3·3·1·64 + 64 = 640"),
        ("conv_transpose2d", {"groups": 2}, (8, 9, 9), "4·4·8·3 + 6 = 390"),
        ("ws_conv2d", {"bias": False}, (3, 9, 9), "3·3·3·6 = 162"),
        ("fixed_conv2d", {}, (3, 9, 9), ""),
        ("dense", {"out_features": 120}, (400,), "400·120 + 120 = 48,120"),
        ("batch_norm2d", {}, (6, 9, 9), "6 scales γ + 6 shifts β = 12"),
        ("batch_norm2d", {"affine": False}, (6, 9, 9), ""),
        ("relu", {}, (6, 9, 9), ""),
    ],
)
def test_parameter_arithmetic(key: str, params: dict[str, ParamValue], inputs: Shape, text: str) -> None:
    kind = layer_type(key)
    assert kind.parameter_arithmetic(kind.complete(params), (inputs,)) == text


def test_descriptions_name_the_settings() -> None:
    conv, dense = layer_type("conv2d"), layer_type("dense")
    assert conv.describe(conv.complete({"out_channels": 6})).startswith("Slides 6 small filters")
    assert conv.describe(conv.complete({"out_channels": 1})).startswith("Slides one small filter")
    assert dense.describe(dense.complete({"out_features": 1})) == "1 neuron, each joined to every input by a weight."
