"""Receptive fields against what gradients say: an input matters to an output exactly where its gradient is not 0."""

from __future__ import annotations

from math import ceil, floor

import pytest
import torch

from playground.engine.compile import compile_network
from playground.engine.receptive_field import Field, Stretch, receptive_fields
from playground.engine.shapes import Analysis, analyse
from playground.graph.edits import connect
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import LayerType, Params, Shape, all_layer_types
from playground.zoo import zoo_experiment
from tests.engine.networks import chain, node
from tests.layers.cases import SEEDS, Case, case

EXAMPLES = 48
"""Of a maximum only the winner matters; over so many random examples every pixel wins somewhere."""
WIDE = {2: (41,), 3: (41, 39), 4: (17, 16, 15)}

OF_LISTS = ("dense", "perceptron", "adaline", "rbf", "softmax", "plane_features")
"""Types that take lists only, in which there is nowhere to look."""
LOOKING = [kind for kind in all_layer_types() if kind.has_output and kind.max_inputs > 0 and kind.key not in OF_LISTS]


# One layer, of every type that takes pictures, sequences or volumes.


@pytest.mark.parametrize("kind", LOOKING, ids=lambda kind: kind.key)
def test_a_layer_looks_where_it_says(kind: LayerType) -> None:
    cases = [found for found in (case(kind, seed) for seed in SEEDS) if len(found.inputs[0]) > 1]
    assert cases, "no case with a picture, a sequence or a volume"
    for found in cases:
        check_where_it_looks(kind, found)


def check_where_it_looks(kind: LayerType, found: Case) -> None:
    params, inputs = found.report.params, found.inputs
    run = run_wide(kind, params, inputs)
    is_wide = run is not None
    leaves, output = run or run_layer(kind, params, inputs)
    matters = gradient_at_the_middle(output, leaves[0])
    if not matters.any():
        return  # a threshold that hands nothing back
    shapes = tuple(tuple(leaf.shape[1:]) for leaf in leaves)
    span = kind.span(params, shapes, tuple(output.shape[1:]))
    extents = bounds(matters)
    if span.kind == "everything":
        # Read one way, a place knows what came before it only; and not every pixel of a large picture wins somewhere.
        if kind.capability != "recurrent" and "max" not in kind.key:
            assert extents == [(0, extent - 1) for extent in shapes[0][1:]]
        assert all(
            last - first > 0.5 * (extent - 2) for (first, last), extent in zip(extents, shapes[0][1:], strict=True)
        )
        return
    if span.kind == "scattered":
        (single,) = torch.autograd.grad(output.flatten(1)[:, output[0].numel() // 2].sum(), leaves[0])
        assert int((single[0] != 0).sum()) == 1
        return
    middle = [extent // 2 for extent in output.shape[2:]]
    gaps = max(whole_numbers(params.get("dilation", 1)))
    for axis, (first, last) in enumerate(extents):
        reach = span.reaches[axis] if span.reaches else None
        low, high = (middle[axis],) * 2
        if reach is not None:
            low, high = ceil(reach.stride * middle[axis] + reach.first), floor(reach.stride * middle[axis] + reach.last)
        if is_wide and gaps == 1 and "adaptive" not in kind.key:
            assert (first, last) == (low, high)
        else:
            assert low <= first <= last <= high


def run_wide(
    kind: LayerType, params: Params, inputs: tuple[Shape, ...]
) -> tuple[list[torch.Tensor], torch.Tensor] | None:
    """The layer on inputs so large that the middle of its output sees no edge; None where it takes no such input."""
    if len(set(inputs)) > 1 or len(inputs[0]) == 1:
        return None
    shape = (inputs[0][0], *WIDE[len(inputs[0])])
    try:
        return run_layer(kind, params, (shape,) * len(inputs))
    except (RuntimeError, ValueError):
        return None


def run_layer(kind: LayerType, params: Params, inputs: tuple[Shape, ...]) -> tuple[list[torch.Tensor], torch.Tensor]:
    torch.manual_seed(1)
    module = kind.build(params, inputs).double().eval()
    with torch.no_grad():
        for tensor in module.parameters():
            tensor.copy_(torch.rand_like(tensor) * 0.2 + 0.01)
    leaves = [torch.rand(EXAMPLES, *shape, dtype=torch.float64).add(0.1).requires_grad_() for shape in inputs]
    return leaves, module(*leaves)


def gradient_at_the_middle(output: torch.Tensor, leaf: torch.Tensor, step: int = 0) -> torch.Tensor:
    """Where the input matters to the middle of the output (or `step` places on), over all channels and examples."""
    at = (slice(None), slice(None), *(extent // 2 + step for extent in output.shape[2:]))
    (gradient,) = torch.autograd.grad(output[at].square().sum(), leaf, retain_graph=True)
    return (gradient != 0).any(0).any(0)


def bounds(matters: torch.Tensor) -> list[tuple[int, int]]:
    """The first and the last place that matters, along each dimension."""
    places = matters.nonzero()
    return list(zip(places.amin(0).tolist(), places.amax(0).tolist(), strict=True))


def whole_numbers(value: ParamValue) -> tuple[int, ...]:
    return tuple(int(number) for number in value) if isinstance(value, tuple) else (int(value),)


# Networks.


def pictures(*nodes: Node, extent: int = 96) -> Graph:
    return chain(node("input", "input", shape=(2, extent, extent)), *nodes)


def conv(node_id: str, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Node:
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return node(node_id, "conv2d", out_channels=2, **settings)


def pool(node_id: str, kernel: int = 2, stride: int = 2) -> Node:
    return node(node_id, "max_pool2d", kernel_size=kernel, stride=stride)


def residual_block() -> Graph:
    """A strided block whose shortcut is a 1×1 convolution, after a stem."""
    graph = pictures(
        conv("stem", 7, 2, 3), conv("first", 3, 2, 1), node("relu", "relu"), conv("second", 3, 1, 1), node("sum", "add")
    )
    graph = Graph((*graph.nodes, conv("shortcut", 1, 2)), graph.edges)
    return connect(connect(graph, Edge("stem", "shortcut")), Edge("shortcut", "sum", 0, 1))


def off_centre() -> Graph:
    """Two branches that look at different sides of the same place: together they see more than either."""
    graph = pictures(conv("left", 3), node("cut", "crop2d", top=0, left=0, height=80, width=80), node("both", "concat"))
    right = node("right", "crop2d", top=9, left=9, height=80, width=80)
    graph = Graph((*graph.nodes, right), graph.edges)
    return connect(connect(graph, Edge("input", "right")), Edge("right", "both", 0, 1))


NETWORKS: dict[str, tuple[Graph, int]] = {
    "LeNet-5": (pictures(conv("c1", 5, 1, 2), pool("p1"), conv("c2", 5), node("relu", "relu"), pool("p2")), 16),
    "three 3×3 of VGG": (pictures(conv("a", 3, 1, 1), conv("b", 3, 1, 1), conv("c", 3, 1, 1)), 7),
    "a stage of VGG": (pictures(conv("a", 3, 1, 1), conv("b", 3, 1, 1), pool("p"), conv("c", 3, 1, 1)), 10),
    "AlexNet to conv3": (pictures(conv("a", 11, 4), pool("p", 3), conv("b", 5, 1, 2), pool("q", 3), extent=200), 67),
    "a residual block": (residual_block(), 19),
    "dilated": (pictures(conv("a", 3), conv("b", 3, 1, 2, 2), conv("c", 3, 1, 4, 4)), 15),
    "transposed": (pictures(conv("a", 3, 2, 1), node("up", "conv_transpose2d", out_channels=2), conv("b", 3)), 7),
    "nearest": (pictures(conv("a", 3, 2, 1), node("up", "upsample2d"), conv("b", 3)), 5),
    "woven": (
        pictures(node("wide", "conv2d", out_channels=8, stride=2), node("up", "pixel_shuffle"), conv("b", 3)),
        5,
    ),
    "off centre": (off_centre(), 10),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_sees_what_its_gradient_says(name: str) -> None:
    graph, known = NETWORKS[name]
    analysis = analyse(graph)
    field = receptive_fields(analysis)[str(analysis.prediction)]
    assert field.sizes == (known, known)
    network = compile_network(analysis, 0, dtype=torch.float64)
    with torch.no_grad():
        for module in network.children.values():
            for tensor in module.parameters():
                tensor.abs_().add_(0.01)
    leaf = torch.rand(EXAMPLES // 2, *(analysis.input_shape or ()), dtype=torch.float64).requires_grad_()
    output = network.predictor(leaf)
    sizes: list[int] = []
    for step in (0, 1):
        for (first, last), stretch, extent in zip(
            bounds(gradient_at_the_middle(output, leaf, step)), field.stretches, output.shape[2:], strict=True
        ):
            place = extent // 2 + step
            assert (first, last) == (stretch.first(place), stretch.last(place))
            sizes.append(last - first + 1)
    assert max(sizes) == known


# Published numbers.


@pytest.mark.parametrize(
    ("key", "layer_type", "known"),
    [
        # Araujo, Norris & Sim 2019, table 1; VGG-16 to its last pooling, the others to their last convolution or sum.
        ("alexnet", "max_pool2d", 195),
        ("vgg-d", "max_pool2d", 212),
        ("resnet-50", "relu", 483),
        ("resnet-152", "relu", 1507),
        ("mobilenet-v1", "relu", 315),
        ("inception-v3", "concat", 1311),
    ],
)
def test_published_receptive_fields(key: str, layer_type: str, known: int) -> None:
    analysis = analyse(zoo_experiment(key).graph)
    fields = receptive_fields(analysis)
    last = max(
        fields[node_id].sizes
        for node_id in analysis.layers
        if analysis.graph.node(node_id).type == layer_type and not fields[node_id].is_everything
    )
    assert last == (known, known)


def test_alexnets_fifth_convolution_sees_163_pixels() -> None:
    fields = receptive_fields(analyse(zoo_experiment("alexnet").graph))
    assert fields["conv5"].sizes == (163, 163)


# What is shown.


def fields_of(graph: Graph) -> dict[str, str]:
    analysis: Analysis = analyse(graph)
    extents = (analysis.input_shape or ())[1:]
    return {key: field.text(extents) for key, field in receptive_fields(analysis).items()}


def test_what_is_shown_goes_from_one_pixel_to_all() -> None:
    shown = fields_of(zoo_experiment("lenet-5").graph)
    assert shown["input"] == "1×1"
    assert shown["conv1"] == shown["relu1"] == "5×5"
    assert shown["pool1"] == "6×6"
    assert shown["conv2"] == "14×14"
    assert shown["pool2"] == shown["flatten"] == "16×16"
    assert shown["fc1"] == shown["loss"] == "all"


def test_no_more_than_the_input_is_shown() -> None:
    shown = fields_of(pictures(conv("a", 7, 1, 3), conv("b", 7, 1, 3), extent=9))
    assert shown == {"input": "1×1", "a": "7×7", "b": "9×9"}


def test_lists_and_what_needs_no_input_have_no_places() -> None:
    graph = chain(node("input", "input", shape=(4,)), node("relu", "relu"), node("fc", "dense"), node("add", "add"))
    graph = Graph((*graph.nodes, node("own", "parameter", shape=(10,))), graph.edges)
    shown = fields_of(connect(graph, Edge("own", "add", 0, 1)))
    assert shown == {"input": "—", "relu": "—", "own": "—", "fc": "all", "add": "all"}


def test_numbers_of_its_own_see_nothing_of_a_picture() -> None:
    graph = pictures(conv("c", 3), node("gate", "multiply"))
    graph = Graph((*graph.nodes, node("own", "parameter", shape=(2, 1, 1))), graph.edges)
    shown = fields_of(connect(graph, Edge("own", "gate", 0, 1)))
    assert (shown["own"], shown["c"], shown["gate"]) == ("—", "3×3", "3×3")


def test_a_window_over_shuffled_pixels_may_reach_any_pixel() -> None:
    shown = fields_of(pictures(node("mixed", "pixel_permutation"), node("relu", "relu"), conv("c", 3)))
    assert (shown["mixed"], shown["relu"], shown["c"]) == ("1×1", "1×1", "all")


def test_a_gate_made_of_the_whole_picture_makes_all_see_everything() -> None:
    graph = pictures(conv("c", 3), node("squeeze", "global_avg_pool2d"), node("gate", "multiply"))
    shown = fields_of(connect(graph, Edge("c", "gate", 0, 1)))
    assert (shown["c"], shown["gate"]) == ("3×3", "all")


def test_sizes_count_whole_places() -> None:
    assert Stretch().size == 1
    assert Field((Stretch(2, (-3,), (3,)), Stretch())).sizes == (7, 1)
    assert Field((Stretch(2, (-3,), (3,)),)).clipped((5,)) == (5,)
