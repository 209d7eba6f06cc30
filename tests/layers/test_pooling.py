"""Pooling and its way back, cutting and padding: against torch where it has the layer, else worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.engine.arithmetic import explain_grad_input, explain_output, switches
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.engine.trace import Frame, record
from playground.graph.edits import add, append, connect, set_params
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import LayerType, Params, Shape, all_layer_types, layer_type

FILES = ("pooling", "pooling1d", "pooling_adaptive", "pooling_global", "upsampling", "resize")
KINDS = [kind for kind in all_layer_types() if type(kind).__module__.rpartition(".")[2] in FILES]
MAXIMA = [kind for kind in KINDS if "max_pool" in kind.key or kind.key == "channel_pool"]


def network(kind: LayerType, params: Params, *shapes: Shape) -> Graph:
    """The layer between an input and a loss. A second input is a pooled copy of the first, or another branch."""
    graph = add(Graph(), Node("x", "input", {"shape": shapes[0]}))
    graph = append(graph, Node("layer", kind.key, dict(params)), "x")
    last = "layer"
    if kind.max_inputs == 2:
        graph = connect(append(graph, Node("other", "relu"), "x"), Edge("other", "layer", 0, 1))
    return append(append(graph, Node("flat", "flatten"), last), Node("loss", "squared_error"), "flat")


def output_of(key: str, shape: Shape, **params: ParamValue) -> Shape:
    analysis = analyse(network(layer_type(key), params, shape))
    assert not analysis.errors, analysis.errors
    return analysis.layers["layer"].output


def built(key: str, *shapes: Shape, **params: ParamValue) -> nn.Module:
    kind = layer_type(key)
    return kind.build(kind.complete(params), shapes)


# Sizes as in the papers.


@pytest.mark.parametrize(
    ("shape", "params", "size"),
    [
        # AlexNet's overlapping pooling.
        ((96, 55, 55), {"kernel_size": (3, 3), "stride": (2, 2)}, 27),
        ((256, 27, 27), {"kernel_size": (3, 3), "stride": (2, 2)}, 13),
        # GoogLeNet and SqueezeNet round up.
        ((64, 112, 112), {"kernel_size": (3, 3), "stride": (2, 2), "ceil_mode": True}, 56),
        ((64, 112, 112), {"kernel_size": (3, 3), "stride": (2, 2)}, 55),
        ((96, 109, 109), {"kernel_size": (3, 3), "stride": (2, 2), "ceil_mode": True}, 54),
        ((480, 28, 28), {"kernel_size": (3, 3), "stride": (2, 2), "ceil_mode": True}, 14),
        # A last window that would begin behind the edge is left out, even when rounding up.
        ((1, 3, 3), {"kernel_size": (1, 1), "stride": (3, 3), "ceil_mode": True}, 1),
        ((1, 7, 7), {"kernel_size": (2, 2), "stride": (1, 1), "dilation": (3, 3)}, 4),
    ],
)
def test_sizes_after_max_pooling(shape: Shape, params: dict[str, ParamValue], size: int) -> None:
    assert output_of("max_pool2d", shape, **params) == (shape[0], size, size)


@pytest.mark.parametrize(
    ("key", "params", "shape", "wanted"),
    [
        ("adaptive_avg_pool2d", {"output_size": (7, 7)}, (512, 13, 10), (512, 7, 7)),
        ("global_max_pool1d", {}, (6, 40), (6,)),
        ("channel_pool", {"mode": "max"}, (6, 5, 4), (1, 5, 4)),
        ("upsample2d", {"scale_factor": (2, 3)}, (6, 5, 4), (6, 10, 12)),
        ("pixel_shuffle", {"upscale_factor": 3}, (18, 5, 4), (2, 15, 12)),
        ("pad", {"padding": (1.0, 2.0, 3.0, 4.0)}, (2, 5, 4), (2, 12, 7)),
        ("crop2d", {"top": 1, "left": 2, "height": 3, "width": 2}, (2, 5, 4), (2, 3, 2)),
        ("center_crop2d", {"size": (56, 56)}, (512, 64, 64), (512, 56, 56)),
    ],
)
def test_sizes_after_other_layers(key: str, params: dict[str, ParamValue], shape: Shape, wanted: Shape) -> None:
    assert output_of(key, shape, **params) == wanted


# Against torch.


@pytest.mark.parametrize(
    ("shape", "window", "padding"),
    [((3, 8, 6), (2, 2), (0, 0)), ((2, 7, 9), (3, 2), (1, 1)), ((1, 5, 5), (2, 3), (0, 0))],
)
def test_unpooling_is_torchs_with_the_indices_of_the_pooling(
    shape: Shape, window: tuple[int, int], padding: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    before = torch.randn(2, *shape)
    values, indices = functional.max_pool2d(before, window, padding=padding, return_indices=True)
    wanted = nn.MaxUnpool2d(window, padding=padding)(values.square(), indices, output_size=before.shape)
    params = {"kernel_size": window, "stride": window, "padding": padding}
    layer = built("max_unpool2d", tuple(values.shape[1:]), shape, **params)
    torch.testing.assert_close(layer(values.square(), before), wanted, rtol=0, atol=0)


def test_unpooling_adds_values_that_meet() -> None:
    before = torch.tensor([[[[0.0, 9.0, 0.0]]]])
    layer = built("max_unpool2d", (1, 1, 2), (1, 1, 3), kernel_size=(1, 2), stride=(1, 1))
    values = torch.tensor([[[[2.0, 3.0]]]], requires_grad=True)
    assert layer(values, before).tolist() == [[[[0.0, 5.0, 0.0]]]]
    layer(values, before).backward(torch.tensor([[[[1.0, 7.0, 2.0]]]]))
    assert values.grad is not None
    assert values.grad.tolist() == [[[[7.0, 7.0]]]]


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("power", [1.0, 2.0, 3.0])
def test_lp_pooling_is_torchs_where_that_is_defined(power: float, ceil_mode: bool) -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 3, 6, 8, dtype=torch.float64)
    layer = built("lp_pool2d", (3, 6, 8), norm_type=power, kernel_size=(3, 2), stride=(3, 2), ceil_mode=ceil_mode)
    torch.testing.assert_close(layer(x), nn.LPPool2d(power, (3, 2), stride=(3, 2), ceil_mode=ceil_mode)(x))


def test_lp_pooling_takes_the_size_of_negative_numbers_and_survives_zeros() -> None:
    x = torch.tensor([[[[-3.0, 4.0, 0.0, 0.0]]]], requires_grad=True)
    y = built("lp_pool2d", (1, 1, 4), kernel_size=(1, 2), stride=(1, 2))(x)
    assert y.tolist() == [[[[5.0, 0.0]]]]
    y.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, torch.tensor([[[[-0.6, 0.8, 0.0, 0.0]]]]))


def test_sum_pooling_is_the_mean_without_the_division() -> None:
    x = torch.randn(2, 3, 7, 7)
    layer = built("sum_pool2d", (3, 7, 7), kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    torch.testing.assert_close(layer(x), 9 * functional.avg_pool2d(x, 3, 2, 1))


@pytest.mark.parametrize(
    ("mode", "torchs"), [("zeros", "constant"), ("reflect", "reflect"), ("replicate", "replicate")]
)
def test_padding_is_torchs(mode: str, torchs: str) -> None:
    x = torch.randn(2, 3, 4, 5)
    padded = built("pad", (3, 4, 5), padding=(3.0, 0.0, 2.0, 1.0), mode=mode)(x)
    torch.testing.assert_close(padded, functional.pad(x, (3, 0, 2, 1), mode=torchs), rtol=0, atol=0)


def test_crops_cut_where_they_say() -> None:
    x = torch.arange(30.0).reshape(1, 1, 5, 6)
    assert built("crop2d", (1, 5, 6), top=1, left=2, height=2, width=3)(x).tolist() == [[[[8, 9, 10], [14, 15, 16]]]]
    assert built("center_crop2d", (1, 5, 6), size=(2, 3))(x).tolist() == [[[[7, 8, 9], [13, 14, 15]]]]


# Explanations where the generated cases are too tame: equal numbers, and windows over the edge.


def frame_of(kind: LayerType, params: Params, x: np.ndarray) -> Frame:
    analysis = analyse(network(kind, params, x.shape[1:]))
    assert analysis.output_shape is not None
    target = np.arange(len(x) * analysis.output_shape[0], dtype=np.float64).reshape(len(x), -1)
    return record(compile_network(analysis, 0, dtype=torch.float64), x, target).frames["layer"]


def everywhere(frame: Frame) -> None:
    """Every number, forward and backward."""
    for index in np.ndindex(frame.output.shape):
        assert explain_output(frame, index).total() == pytest.approx(frame.output[index], rel=1e-9, abs=1e-9)
    for index in np.ndindex(frame.inputs[0].shape):
        explained = explain_grad_input(frame, 0, index)
        assert explained.total() == pytest.approx(frame.grad_inputs[0][index], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", MAXIMA, ids=lambda kind: kind.key)
def test_of_equal_numbers_the_one_that_torch_takes_is_named(kind: LayerType) -> None:
    rng = np.random.default_rng(0)
    shape = (2, 4, 9) if kind.key.endswith("1d") else (2, 4, 5, 5)
    params: dict[str, ParamValue] = {"mode": "max"} if kind.key == "channel_pool" else {}
    everywhere(frame_of(kind, params, rng.integers(2, size=shape).astype(np.float64)))


@pytest.mark.parametrize(
    ("key", "params"),
    [
        ("pixel_shuffle", {"upscale_factor": 3}),
        ("upsample2d", {"scale_factor": (3, 2), "mode": "bilinear"}),
        ("upsample2d", {"scale_factor": (3, 2), "mode": "nearest"}),
        ("pad", {"padding": (3.0, 2.0, 0.0, 1.0), "mode": "reflect"}),
        ("pad", {"padding": (6.0, 2.0, 0.0, 1.0), "mode": "replicate"}),
        ("center_crop2d", {"size": (2, 3)}),
        ("crop2d", {"top": 1, "left": 2, "height": 2, "width": 2}),
        ("adaptive_avg_pool2d", {"output_size": (7, 3)}),
        ("adaptive_max_pool2d", {"output_size": (3, 7)}),
        ("lp_pool2d", {"norm_type": 3.0, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    ],
)
def test_every_single_number_is_explained(key: str, params: dict[str, ParamValue]) -> None:
    everywhere(frame_of(layer_type(key), params, np.random.default_rng(3).normal(size=(1, 9, 4, 5))))


@pytest.mark.parametrize("include", [True, False])
@pytest.mark.parametrize(("window", "stride", "padding"), [((3, 2), (2, 3), (1, 1)), ((2, 2), (3, 2), (0, 1))])
def test_means_over_the_edge_are_divided_as_torch_does(
    window: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int], include: bool
) -> None:
    params: dict[str, ParamValue] = {"kernel_size": window, "stride": stride, "padding": padding, "ceil_mode": True}
    x = np.random.default_rng(1).normal(size=(1, 2, 6, 6))
    everywhere(frame_of(layer_type("avg_pool2d"), {**params, "count_include_pad": include}, x))


def test_switches_lie_inside_the_picture_when_the_size_is_rounded_up() -> None:
    params: dict[str, ParamValue] = {"kernel_size": (3, 3), "stride": (2, 2), "ceil_mode": True}
    x = np.random.default_rng(2).normal(size=(1, 1, 6, 6)) - 5
    frame = frame_of(layer_type("max_pool2d"), params, x)
    winners = switches(frame, 0, 0)
    assert winners.shape == (3, 3, 2)
    picked = frame.inputs[0][0, 0][winners[..., 0], winners[..., 1]]
    np.testing.assert_array_equal(picked, frame.output[0, 0])


# What cannot be done is explained, and mended with a click.


def complaints(analysis: Analysis) -> list[str]:
    return [problem.message for problem in analysis.problems if problem.node == "layer"]


@pytest.mark.parametrize(
    ("key", "shape", "params", "says", "repair", "result"),
    [
        ("max_pool2d", (1, 3, 3), {"kernel_size": (5, 5)}, "larger than the picture", "Set kernel to 3×3", (1, 1, 1)),
        ("max_pool1d", (1, 3), {"kernel_size": 5}, "larger than the sequence", "Set kernel to 3", (1, 1)),
        ("avg_pool2d", (1, 9, 9), {"padding": (2, 2)}, "at most half the window", "Set padding to 1×1", (1, 5, 5)),
        (
            "max_pool2d",
            (1, 2, 2),
            {"kernel_size": (3, 3), "padding": (1, 1), "dilation": (3, 3)},
            "(spread by dilation to 7×7) is larger than the picture",
            "Set kernel to 2×2 and dilation to 1×1",
            (1, 2, 2),
        ),
        (
            "max_pool2d",
            (1, 2, 2),
            {"kernel_size": (2, 2), "padding": (1, 1), "dilation": (3, 3)},
            "cover no pixel",
            "Set dilation to 1×1",
            (1, 2, 2),
        ),
        ("pad", (1, 3, 3), {"padding": (1.5, 0.0, 0.0, 0.0)}, "1.5 is not a whole", "Set it to 2, 0, 0, 0", (1, 3, 5)),
        (
            "pad",
            (1, 3, 3),
            {"padding": (3.0, 0.0, 0.0, 0.0), "mode": "reflect"},
            "at most as wide",
            "Repeat the edge pixels instead",
            (1, 3, 6),
        ),
        ("crop2d", (1, 3, 3), {"top": 2, "height": 2}, "reaches beyond", "Take 2×3 at row 1, column 0", (1, 2, 3)),
        ("center_crop2d", (1, 3, 9), {}, "smaller picture: x gives 3×9", "Set size to 3×4", (1, 3, 4)),
        ("pixel_shuffle", (6, 3, 3), {}, "6 channels of x", "Set factor to 1", (6, 3, 3)),
        (
            "pixel_shuffle",
            (6, 3, 3),
            {},
            "cannot be divided by 4",
            "Put a 1×1 convolution to 8 channels in between",
            (2, 6, 6),
        ),
    ],
)
def test_a_setting_that_does_not_fit_is_mended_with_a_click(
    key: str, shape: Shape, params: dict[str, ParamValue], says: str, repair: str, result: Shape
) -> None:
    analysis = analyse(network(layer_type(key), params, shape))
    problem = next(problem for problem in analysis.problems if problem.node == "layer")
    assert says in problem.message
    chosen = next(offer for offer in problem.repairs if offer.label == repair)
    mended = analyse(chosen.apply(analysis.graph))
    assert mended.problems == ()
    assert mended.layers["layer"].output == result


def unpooling(values: Shape, before: Shape, pool: dict[str, ParamValue] | None = None) -> Graph:
    """before → (a pooling) → unpool with its defaults; the values come from a convolution of that size."""
    graph = add(Graph(), Node("x", "input", {"shape": before}))
    graph = append(graph, Node("pool", "max_pool2d" if pool else "adaptive_max_pool2d", pool or {}), "x")
    if not pool:
        graph = set_params(graph, "pool", {"output_size": values[1:]})
    graph = append(graph, Node("conv", "conv2d", {"out_channels": values[0], "kernel_size": (1, 1)}), "pool")
    graph = connect(append(graph, Node("layer", "max_unpool2d"), "conv"), Edge("x", "layer", 0, 1))
    return append(append(graph, Node("flat", "flatten"), "layer"), Node("loss", "squared_error"), "flat")


@pytest.mark.parametrize(
    ("graph", "label"),
    [
        (unpooling((4, 3, 3), (4, 8, 8), {"kernel_size": (3, 3)}), "Take the window of pool"),
        (unpooling((4, 3, 2), (4, 9, 8)), "Set window and stride to 3×4"),
        (unpooling((5, 4, 4), (4, 8, 8)), "Set filters of conv to 4"),
        (unpooling((5, 7, 7), (4, 8, 8)), "Bring conv to 4×4×4"),
        (unpooling((5, 7, 7), (4, 1, 1)), "Bring conv to 4×1×1"),
    ],
)
def test_unpooling_that_does_not_match_the_pooling_is_mended(graph: Graph, label: str) -> None:
    problem = next(problem for problem in analyse(graph).problems if problem.node == "layer")
    assert "The first wire should bring what became of the second by max pooling" in problem.message
    chosen = next(offer for offer in problem.repairs if offer.label == label)
    mended = analyse(chosen.apply(graph))
    assert mended.problems == ()
    assert mended.layers["layer"].output == mended.layers["x"].output


def test_swapped_wires_of_unpooling_are_swapped_back() -> None:
    graph = unpooling((4, 4, 4), (4, 8, 8))
    assert not analyse(graph).problems
    swapped = replace(
        graph,
        edges=tuple(replace(e, target_port=1 - e.target_port) if e.target == "layer" else e for e in graph.edges),
    )
    problem = next(problem for problem in analyse(swapped).problems if problem.node == "layer")
    repair = next(offer for offer in problem.repairs if offer.label == "Swap the two wires")
    assert not analyse(repair.apply(swapped)).problems


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_whatever_is_set_it_runs_or_is_mended_by_clicks(kind: LayerType) -> None:
    """Never an exception, never a message of torch's; and what is accepted gives finite numbers."""
    rng = np.random.default_rng(list(kind.key.encode()))
    for _ in range(60):
        shape = tuple(int(extent) for extent in rng.integers(1, 8, rng.integers(1, 5)))
        params = {param.key: wild(param.key, param.kind, param.choices, rng) for param in kind.params}
        graph = network(kind, params, shape)
        for _ in range(5):
            analysis = analyse(graph)
            problems = [problem for problem in analysis.problems if problem.node == "layer"]
            if not problems:
                break
            assert "cannot be built" not in problems[0].message, (params, shape, problems[0].message)
            assert problems[0].repairs, (params, shape, problems[0].message)
            graph = problems[0].repairs[-1].apply(graph)
        assert not complaints(analyse(graph)), (params, shape)
        report = analyse(graph).layers["layer"]
        x = [torch.randn(2, *inputs) for inputs in report.inputs]
        assert kind.build(report.params, report.inputs)(*x).isfinite().all(), (report.params, shape)


def wild(key: str, kind: str, choices: tuple[str, ...], rng: np.random.Generator) -> ParamValue:
    """Any value of the setting, likely and unlikely ones."""
    low = 0 if key in ("padding", "top", "left") else 1

    def size() -> int:
        return int(rng.integers(low, 6)) if rng.random() < 0.9 else int(rng.integers(6, 40))

    match kind:
        case "bool":
            return bool(rng.random() < 0.5)
        case "choice":
            return str(rng.choice(choices))
        case "float":
            return float(rng.uniform(1, 8))
        case "pair":
            return size(), size()
        case "numbers":
            return tuple(float(size()) + (0.5 if rng.random() < 0.05 else 0) for _ in range(4))
        case _:
            return size()
