"""Convolutions against the lectures' numbers, TensorFlow's rule for "same", and definitions written out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.engine.shapes import LayerReport, Problem, analyse
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import Shape, layer_type, window
from playground.layers.fixed import KERNELS, kernel_rows

Settings = dict[str, ParamValue]


def network(key: str, params: Settings, shape: Shape) -> Graph:
    return Graph((Node("input", "input", {"shape": shape}), Node("layer", key, params)), (Edge("input", "layer"),))


def report(key: str, params: Settings, shape: Shape) -> LayerReport:
    analysis = analyse(network(key, params, shape))
    assert not analysis.errors
    return analysis.layers["layer"]


def problem(graph: Graph) -> Problem | None:
    return next((found for found in analyse(graph).problems if found.node == "layer"), None)


# The lectures' and the papers' numbers.


@pytest.mark.parametrize(
    ("key", "params", "shape", "output", "line"),
    [
        ("conv2d", {"kernel_size": 5}, (1, 28, 28), (6, 24, 24), "(28 − 5 + 2·0) / 1 + 1 = 24"),
        ("conv2d", {"kernel_size": 5, "padding": "valid"}, (1, 28, 28), (6, 24, 24), "(28 − 5 + 2·0) / 1 + 1 = 24"),
        ("conv2d", {"kernel_size": 5, "padding": "same"}, (1, 28, 28), (6, 28, 28), "⌈28 / 1⌉ = 28"),
        ("conv2d", {"padding": "same", "stride": 2}, (3, 7, 7), (6, 4, 4), "⌈7 / 2⌉ = 4"),
        ("conv1d", {"kernel_size": 5, "stride": 2}, (1, 187), (6, 92), "(187 − 5 + 2·0) / 2 + 1 = 92"),
        ("conv3d", {"kernel_size": 3}, (3, 16, 16, 16), (6, 14, 14, 14), "(16 − 3 + 2·0) / 1 + 1 = 14"),
        ("conv_transpose2d", {}, (4, 7, 7), (6, 14, 14), "(7 − 1)·2 − 2·1 + 4 = 14"),
        (
            "conv_transpose2d",
            {"kernel_size": 3, "output_padding": 1, "dilation": 2},
            (4, 7, 7),
            (6, 16, 16),
            "(7 − 1)·2 − 2·1 + (2·(3 − 1) + 1) + 1 = 16",
        ),
        (
            "conv_transpose1d",
            {"kernel_size": 5, "stride": 3, "padding": 0},
            (2, 10),
            (6, 32),
            "(10 − 1)·3 − 2·0 + 5 = 32",
        ),
    ],
)
def test_sizes(key: str, params: Settings, shape: Shape, output: Shape, line: str) -> None:
    found = report(key, params, shape)
    assert found.output == output
    assert layer_type(key).shape_arithmetic(found.params, (shape,), output) == (line,)


def weights(key: str, params: Settings, shape: Shape) -> int:
    return report(key, {"bias": False, **params}, shape).parameters


def test_parameters_of_the_lectures() -> None:
    assert weights("conv2d", {"out_channels": 4}, (3, 32, 32)) == 108
    channels = 8
    three = 3 * weights("conv2d", {"out_channels": channels, "padding": "same"}, (channels, 9, 9))
    assert three == 27 * channels**2
    assert weights("conv2d", {"out_channels": channels, "kernel_size": 7}, (channels, 9, 9)) == 49 * channels**2
    assert weights("conv2d", {"out_channels": 192}, (256, 28, 28)) == 442_368
    reduced = weights("conv2d", {"out_channels": 64, "kernel_size": 1}, (256, 28, 28))
    assert reduced + weights("conv2d", {"out_channels": 192}, (64, 28, 28)) == 126_976


def test_a_separable_convolution_costs_about_a_ninth() -> None:
    shape = (512, 14, 14)
    full = report("conv2d", {"out_channels": 512, "padding": "same", "bias": False}, shape)
    depthwise = report("depthwise_conv2d", {"padding": "same", "bias": False}, shape)
    pointwise = report("conv2d", {"out_channels": 512, "kernel_size": 1, "bias": False}, shape)
    assert (depthwise.parameters, pointwise.parameters) == (3 * 3 * 512, 512 * 512)
    # Howard et al. 2017: 1/N + 1/k² of the multiply-adds.
    ratio = (depthwise.multiply_adds + pointwise.multiply_adds) / full.multiply_adds
    assert ratio == pytest.approx(1 / 512 + 1 / 9)


def test_dcgan_doubles_the_picture_four_times() -> None:
    shape: Shape = (100, 1, 1)
    settings: list[Settings] = []
    settings.append({"out_channels": 512, "stride": 1, "padding": 0})
    settings.extend({"out_channels": filters} for filters in (256, 128, 64, 3))
    sizes: list[Shape] = []
    counts: list[int] = []
    for params in settings:
        found = report("conv_transpose2d", {"bias": False, **params}, shape)
        shape = found.output
        sizes.append(shape)
        counts.append(found.parameters)
    assert sizes == [(512, 4, 4), (256, 8, 8), (128, 16, 16), (64, 32, 32), (3, 64, 64)]
    assert counts == [819_200, 2_097_152, 524_288, 131_072, 3_072]


# What "same" means: TensorFlow's rule.


@pytest.mark.parametrize(
    ("extent", "kernel", "stride", "dilation", "sides"),
    [
        # The padding that TensorFlow's own documentation and kernels give for these.
        (28, 5, 1, 1, (2, 2)),
        (28, 4, 1, 1, (1, 2)),
        (6, 3, 2, 1, (0, 1)),
        (5, 3, 2, 1, (1, 1)),
        (224, 7, 2, 1, (2, 3)),
        (224, 3, 2, 1, (0, 1)),
        (10, 3, 1, 4, (4, 4)),
        (4, 1, 3, 1, (0, 0)),
        (2, 7, 5, 1, (2, 3)),
    ],
)
def test_same_padding_is_tensorflows(
    extent: int, kernel: int, stride: int, dilation: int, sides: tuple[int, int]
) -> None:
    params: Settings = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": "same"}
    found = window(layer_type("conv1d").complete(params), (1, extent))
    assert (found.before[0], found.after[0]) == sides
    assert report("conv1d", params, (1, extent)).output == (6, -(-extent // stride))


def test_an_odd_row_of_padding_goes_to_the_end() -> None:
    params: Settings = {"out_channels": 1, "stride": 2, "padding": "same", "bias": False}
    module = layer_type("conv1d").build(layer_type("conv1d").complete(params), ((1, 6),))
    module.load_state_dict({"weight": torch.ones(1, 1, 3)})
    # Windows [0 1 2], [2 3 4], [4 5 ·].
    assert module(torch.arange(6.0).reshape(1, 1, 6)).tolist() == [[[3.0, 9.0, 9.0]]]


@pytest.mark.parametrize("key", ["conv1d", "conv2d", "conv3d"])
@pytest.mark.parametrize("kernel", [3, 4])
def test_same_with_stride_one_is_torchs_own(key: str, kernel: int) -> None:
    dimensions = int(key[4])
    shape = (2, 7, 6, 5)[: dimensions + 1]
    kind = layer_type(key)
    module = kind.build(kind.complete({"kernel_size": kernel, "padding": "same", "dilation": 2, "groups": 2}), (shape,))
    x = torch.randn(2, *shape)
    convolve = (functional.conv1d, functional.conv2d, functional.conv3d)[dimensions - 1]
    weight, bias = module.get_parameter("weight"), module.get_parameter("bias")
    wanted = convolve(x, weight, bias, padding="same", dilation=2, groups=2)  # type: ignore[arg-type]
    torch.testing.assert_close(module(x), wanted)


# Definitions written out.


def test_a_transposed_convolution_is_the_gradient_of_a_convolution() -> None:
    kind = layer_type("conv_transpose2d")
    params = kind.complete({"out_channels": 4, "kernel_size": 3, "groups": 2, "output_padding": 1, "bias": False})
    module = kind.build(params, ((6, 5, 5),)).double()
    small, large = torch.randn(2, 6, 5, 5).double(), torch.randn(2, 4, 10, 10).double().requires_grad_()
    functional.conv2d(large, module.get_parameter("weight"), stride=2, padding=1, groups=2).backward(small)
    assert large.grad is not None
    torch.testing.assert_close(module(small), large.grad)


def test_standardised_filters_have_mean_0_and_variance_1() -> None:
    kind = layer_type("ws_conv2d")
    params = kind.complete({"out_channels": 5, "padding": "same", "stride": 2, "eps": 1e-10})
    module = kind.build(params, ((3, 6, 6),)).double()
    weight, bias = module.get_parameter("weight"), module.get_parameter("bias")
    # As in Google's code for Big Transfer (StdConv2d).
    variance, mean = torch.var_mean(weight, dim=[1, 2, 3], keepdim=True, unbiased=False)
    standard = (weight - mean) / torch.sqrt(variance + 1e-10)
    assert standard.mean(dim=(1, 2, 3)).abs().max() < 1e-12
    x = torch.randn(2, 3, 6, 6).double()
    wanted = functional.conv2d(functional.pad(x, (0, 1, 0, 1)), standard, bias, stride=2)
    torch.testing.assert_close(module(x), wanted)


def kernel(name: str, size: tuple[int, int] = (3, 3)) -> np.ndarray:
    return np.array(kernel_rows(layer_type("fixed_conv2d").complete({"kernel": name, "kernel_size": size})))


def test_what_fixed_kernels_add_up_to() -> None:
    sums = {name: kernel(name).sum() for name in KERNELS}
    for name in ("edge", "sobel_x", "sobel_y", "laplace", "gabor"):
        assert sums[name] == pytest.approx(0, abs=1e-12), f"{name} is silent on an even area"
    for name in ("blur", "gaussian", "sharpen", "emboss"):
        assert sums[name] == pytest.approx(1), f"{name} keeps the brightness"


def test_fixed_kernels_find_what_they_are_named_for() -> None:
    np.testing.assert_array_equal(kernel("sobel_y"), kernel("sobel_x").T)
    step = torch.tensor([[0.0, 0, 0, 1, 1, 1]] * 6)  # brighter towards the right

    def answer(name: str, picture: torch.Tensor) -> torch.Tensor:
        kind = layer_type("fixed_conv2d")
        return kind.build(kind.complete({"kernel": name}), ((1, 6, 6),))(picture[None, None])[0, 0]

    assert answer("sobel_x", step).max() == 4
    assert answer("sobel_y", step).abs().max() == 0
    assert answer("sobel_y", step.T).max() == 4
    assert answer("edge", step)[0].tolist() == [0, -3, 3, 0]
    stripes = torch.tensor([[0.0, 1] * 3] * 6)
    assert answer("gabor", stripes).abs().max() > 10 * answer("gabor", stripes.T).abs().max()


def test_kernels_of_any_size() -> None:
    gaussian = kernel("gaussian", (5, 7))
    assert gaussian.shape == (5, 7)
    np.testing.assert_allclose(gaussian, gaussian[::-1, ::-1])
    assert gaussian.argmax() == 2 * 7 + 3
    # OpenCV: σ = 0.3·((5 − 1)/2 − 1) + 0.8 = 1.1 for five rows.
    assert gaussian[1, 3] / gaussian[2, 3] == pytest.approx(np.exp(-1 / (2 * 1.1**2)))
    assert kernel("blur", (2, 4)).tolist() == [[0.125] * 4] * 2
    assert kernel("gabor", (1, 5)).sum() == pytest.approx(0, abs=1e-12)


def test_fixed_kernels_act_on_each_channel_alone_and_learn_nothing() -> None:
    found = report("fixed_conv2d", {"kernel": "blur", "padding": 1}, (3, 8, 8))
    assert (found.output, found.parameters, found.multiply_adds) == ((3, 8, 8), 0, 3 * 64 * 9)


# What is complained about, and what mends it.


@pytest.mark.parametrize(
    ("key", "params", "shape", "message", "repairs"),
    [
        (
            "conv1d",
            {"kernel_size": 5, "stride": 2},
            (3, 28, 28),
            "Conv 1D works on a sequence (channels × length), but input gives a picture 3×28×28.",
            ["Use Conv 2D instead"],
        ),
        (
            "conv2d",
            {"kernel_size": (3, 5)},
            (2, 16, 16, 16),
            "Conv 2D works on a picture (channels × height × width), but input gives a volume 2×16×16×16.",
            ["Use Conv 3D instead"],
        ),
        (
            "conv1d",
            {"kernel_size": 9, "padding": 1},
            (1, 5),
            "The window of 9 is larger than the sequence: input gives 5 numbers with its padding 7.",
            ["Set kernel to 7"],
        ),
        (
            "conv3d",
            {"dilation": (1, 4, 1)},
            (1, 5, 5, 5),
            "The 3×3×3 window (spread by dilation to 3×9×3) is larger than the volume: input gives 5×5×5 pixels.",
            ["Set kernel to 3×2×3"],
        ),
        (
            "depthwise_conv2d",
            {"kernel_size": 7},
            (4, 5, 9),
            "The 7×7 window is larger than the picture: input gives 5×9 pixels.",
            ["Set kernel to 5×7"],
        ),
        (
            "conv_transpose1d",
            {"groups": 4},
            (6, 5),
            "4 groups do not divide 6 input channels and 6 filters evenly.",
            ["Set groups to 3"],
        ),
        (
            "conv_transpose2d",
            {"output_padding": (2, 1)},
            (4, 7, 7),
            "Output padding must be smaller than the stride or the dilation: at most 1×1 with stride 2×2 and dilation "
            "1×1, not 2×1.",
            ["Set output padding to 1×1"],
        ),
        (
            "conv_transpose2d",
            {"padding": (4, 9)},
            (4, 3, 7),
            "Padding 4×9 cuts everything away: 8×16 is painted, and twice the padding taken off.",
            ["Set padding to 3×7"],
        ),
        (
            "ws_conv2d",
            {"kernel_size": 1, "groups": 3, "out_channels": 3},
            (3, 7, 7),
            "Each filter has a single weight here, and standardising turns that into 0: nothing would come through.",
            ["Use Conv 2D instead"],
        ),
        (
            "fixed_conv2d",
            {"kernel": "sobel_x", "kernel_size": 5},
            (1, 7, 7),
            "The kernel sobel x is 3×3, not 5×5.",
            ["Set window to 3×3"],
        ),
        (
            "fixed_conv2d",
            {"kernel": "gabor", "kernel_size": (5, 2)},
            (1, 7, 7),
            "A Gabor kernel needs a window at least 3 pixels wide for its stripes; this one is 5×2.",
            ["Set window to 5×3"],
        ),
        (
            "fixed_conv2d",
            {"kernel": "own", "kernel_size": 3, "values": (1, 2, 3, 4)},
            (1, 7, 7),
            "A 3×3 kernel has 9 numbers, but 4 are given.",
            ["Set window to 2×2", "Fill up with zeros to 9"],
        ),
        (
            "fixed_conv2d",
            {"kernel": "own", "kernel_size": 1, "values": (1, 2)},
            (1, 7, 7),
            "A 1×1 kernel has 1 number, but 2 are given.",
            ["Keep the first 1"],
        ),
    ],
)
def test_what_does_not_fit_is_explained_and_mended(
    key: str, params: Settings, shape: Shape, message: str, repairs: list[str]
) -> None:
    graph = network(key, params, shape)
    found = problem(graph)
    assert found is not None
    assert found.message == message
    assert [repair.label for repair in found.repairs][: len(repairs)] == repairs
    for repair in found.repairs:
        assert problem(repair.apply(graph)) is None, repair.label


def test_another_convolution_keeps_the_settings_that_it_can_take() -> None:
    graph = network("conv2d", {"kernel_size": (5, 5), "stride": (1, 2), "padding": "same", "out_channels": 9}, (2, 40))
    found = problem(graph)
    assert found is not None
    changed = found.repairs[0].apply(graph).node("layer")
    assert changed.type == "conv1d"
    assert changed.params == {"kernel_size": 5, "padding": "same", "out_channels": 9}
