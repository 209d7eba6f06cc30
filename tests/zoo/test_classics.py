"""The classic networks: parameters and map sizes as published, and the same outputs as the networks written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from playground.engine.shapes import Analysis, analyse
from playground.graph.model import Graph
from playground.zoo import zoo_network
from playground.zoo._digit_bitmaps import BITMAPS
from playground.zoo.lenet import C3_SOURCES
from tests.zoo.by_hand import assert_same

COUNTS = {
    "alexnet": 62_378_344,
    "alexnet-2012": 60_965_224,
    "alexnet-2014": 61_100_840,
    "zfnet": 62_357_608,
    "vgg-a": 132_863_336,
    "vgg-a-lrn": 132_863_336,
    "vgg-b": 133_047_848,
    "vgg-c": 133_638_952,
    "vgg-d": 138_357_544,
    "vgg-e": 143_667_240,
    "nin": 966_986,
    "autoencoder": 2_837_314,
    "u-net": 31_030_658,
}
"""Parameters, as they are known from the papers, their authors' releases and other implementations."""


def analysis_of(key: str) -> Analysis:
    return analyse(zoo_network(key).build())


def outputs(key: str, kinds: tuple[str, ...]) -> list[tuple[int, ...]]:
    """What the layers of these types give, in the order of computation."""
    analysis = analysis_of(key)
    return [report.output for node_id, report in analysis.layers.items() if analysis.graph.node(node_id).type in kinds]


@pytest.mark.parametrize("key", COUNTS)
def test_parameters_are_those_of_the_literature(key: str) -> None:
    assert zoo_network(key).counted_parameters == COUNTS[key]


def library_alexnet(first: int, second: int, fourth: int) -> nn.Sequential:
    """The convolutions and dense layers of an undivided AlexNet."""
    widths = ((3, first, 11), (first, second, 5), (second, 384, 3), (384, fourth, 3), (fourth, 256, 3))
    convolutions = [nn.Conv2d(*each) for each in widths]
    return nn.Sequential(*convolutions, nn.Linear(256 * 36, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000))


@pytest.mark.parametrize(("key", "widths"), [("alexnet", (96, 256, 384)), ("alexnet-2014", (64, 192, 256))])
def test_an_undivided_alexnet_has_as_many_parameters_as_in_pytorch(key: str, widths: tuple[int, int, int]) -> None:
    with torch.device("meta"):
        module = library_alexnet(*widths)
    assert sum(parameter.numel() for parameter in module.parameters()) == zoo_network(key).counted_parameters


@pytest.mark.parametrize("key", ["alexnet", "alexnet-2012"])
def test_maps_of_alexnet_have_the_sizes_of_the_paper(key: str) -> None:
    convolutions = [(96, 55, 55), (256, 27, 27), (384, 13, 13), (384, 13, 13), (256, 13, 13)]
    assert outputs(key, ("conv2d",)) == convolutions
    assert outputs(key, ("max_pool2d",)) == [(96, 27, 27), (256, 13, 13), (256, 6, 6)]


def test_response_normalisation_stands_behind_the_relu_and_before_the_pool() -> None:
    graph = zoo_network("alexnet-2012").build()
    for number in (1, 2):
        assert graph.sources(f"norm{number}") == (f"relu{number}",)
        assert graph.sources(f"pool{number}") == (f"norm{number}",)


def test_maps_of_zfnet_have_the_sizes_of_figure_3() -> None:
    assert outputs("zfnet", ("conv2d",))[:2] == [(96, 110, 110), (256, 26, 26)]
    assert outputs("zfnet", ("max_pool2d",)) == [(96, 55, 55), (256, 13, 13), (256, 6, 6)]


@pytest.mark.parametrize(("key", "layers"), [("a", 11), ("a-lrn", 11), ("b", 13), ("c", 16), ("d", 16), ("e", 19)])
def test_vgg_has_as_many_weight_layers_as_its_column_says(key: str, layers: int) -> None:
    graph = zoo_network(f"vgg-{key}").build()
    assert sum(node.type in ("conv2d", "dense") for node in graph) == layers
    assert outputs(f"vgg-{key}", ("max_pool2d",))[-1] == (512, 7, 7)
    kernels = {node.params["kernel_size"] for node in graph if node.type == "conv2d"}
    assert kernels == ({(3, 3), (1, 1)} if key == "c" else {(3, 3)})


def test_maps_of_the_u_net_have_the_sizes_of_figure_1() -> None:
    down = [570, 568, 282, 280, 138, 136, 66, 64, 30, 28]
    up = [54, 52, 102, 100, 198, 196, 390, 388, 388]
    assert [shape[1] for shape in outputs("u-net", ("conv2d",))] == down + up
    assert outputs("u-net", ("concat",)) == [(1024, 56, 56), (512, 104, 104), (256, 200, 200), (128, 392, 392)]
    assert analysis_of("u-net").output_shape == (2, 388, 388)


def test_the_generator_doubles_its_picture_four_times() -> None:
    sizes = [(512, 8, 8), (256, 16, 16), (128, 32, 32), (3, 64, 64)]
    assert outputs("dcgan-generator", ("conv_transpose2d",)) == sizes


# ---- LeNet-5 of 1998


def test_lenet_learns_sixty_thousand_numbers_layer_by_layer_as_in_the_paper() -> None:
    analysis = analysis_of("lenet-5-1998")
    layers: dict[str, int] = {}
    for node_id, report in analysis.layers.items():
        layer = node_id.split("_")[0]
        layers[layer] = layers.get(layer, 0) + report.parameters
    assert layers.pop("distances") == 84 * 10
    assert {name: count for name, count in layers.items() if count} == {
        "c1": 156,
        "s2": 12,
        "c3": 1516,
        "s4": 32,
        "c5": 48_120,
        "f6": 10_164,
    }
    assert sum(layers.values()) == 60_000


def test_lenet_has_as_many_connections_as_the_paper_says() -> None:
    """Weights and biases of a map count once for every place of it; a pool's unit has four inputs and a bias."""
    shapes = {key: report.output for key, report in analysis_of("lenet-5-1998").layers.items()}
    places = {key: shapes[key][1] * shapes[key][2] for key in ("c1", "s2_sum", "c3_join", "s4_sum")}
    pools = 5 * (6 * places["s2_sum"] + 16 * places["s4_sum"])
    convolutions = 156 * places["c1"] + 1516 * places["c3_join"] + 48_120
    assert convolutions + pools + 10_164 + 840 == 340_908


def test_every_map_of_s2_feeds_ten_maps_of_c3_and_no_two_of_those_look_at_the_same() -> None:
    assert [sum(number in sources for sources in C3_SOURCES) for number in range(6)] == [10] * 6
    assert sorted(map(len, C3_SOURCES)) == [3] * 6 + [4] * 9 + [6]
    assert len(set(C3_SOURCES)) == 16


def test_the_digits_are_drawn_on_seven_by_twelve_points_and_differ() -> None:
    drawings = torch.tensor(BITMAPS)
    assert drawings.shape == (10, 84)
    assert set(drawings.unique().tolist()) == {-1.0, 1.0}
    distances = torch.cdist(drawings, drawings) ** 2 + 1000 * torch.eye(10)
    assert distances.min() >= 4 * 3, "three points at least tell any two digits apart"


class ScaledTanh(nn.Module):
    """1.7159 · tanh(⅔ x)."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return 1.7159 * torch.tanh(x * 2 / 3)


class Subsampling(nn.Module):
    """Sum over 2×2, times a factor, plus a shift."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width), halved."""
        summed = 4 * nn.functional.avg_pool2d(x, 2)
        return summed * self.weight[:, None, None] + self.bias[:, None, None]


class SparseConvolution(nn.Module):
    """C3."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.ModuleList(nn.Conv2d(len(sources), 1, 5) for sources in C3_SOURCES)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 6, 14, 14) → (batch, 16, 10, 10)."""
        return torch.cat([conv(x[:, sources]) for conv, sources in zip(self.maps, C3_SOURCES, strict=True)], dim=1)


class NegatedDistances(nn.Module):
    """Minus the squared distances from ten prototypes."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(10, 84))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 84) → (batch, 10)."""
        return -(torch.cdist(x, self.weight, compute_mode="donot_use_mm_for_euclid_dist") ** 2)


def lenet_1998() -> nn.Module:
    tanh = ScaledTanh()
    return nn.Sequential(
        *(nn.ZeroPad2d(2), nn.Conv2d(1, 6, 5), tanh, Subsampling(6), tanh, SparseConvolution(), tanh),
        *(Subsampling(16), tanh, nn.Conv2d(16, 120, 5), tanh, nn.Flatten(), nn.Linear(120, 84), tanh),
        NegatedDistances(),
    )


# ---- written by hand


def vgg_mini() -> nn.Module:
    layers: list[nn.Module] = []
    for channels, out in ((1, 16), (16, 32)):
        layers += [nn.Conv2d(channels, out, 3, padding=1), nn.ReLU(), nn.Conv2d(out, out, 3, padding=1), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10))


def alexnet_mini() -> nn.Module:
    def conv(channels: int, out: int, kernel: int) -> tuple[nn.Module, nn.Module]:
        return nn.Conv2d(channels, out, kernel, padding=kernel // 2), nn.ReLU()

    def norm() -> nn.Module:
        return nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)

    return nn.Sequential(
        *(*conv(1, 24, 5), norm(), nn.MaxPool2d(3, 2), *conv(24, 48, 5), norm(), nn.MaxPool2d(3, 2)),
        *(*conv(48, 64, 3), *conv(64, 64, 3), *conv(64, 48, 3), nn.MaxPool2d(3, 2), nn.Flatten()),
        *(nn.Linear(192, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)),
    )


def network_in_network() -> nn.Module:
    def block(*widths: tuple[int, int, int]) -> nn.Sequential:
        return nn.Sequential(*(nn.Sequential(nn.Conv2d(a, b, k, padding=k // 2), nn.ReLU()) for a, b, k in widths))

    return nn.Sequential(
        *(block((3, 192, 5), (192, 160, 1), (160, 96, 1)), nn.MaxPool2d(3, 2, ceil_mode=True)),
        *(block((96, 192, 5), (192, 192, 1), (192, 192, 1)), nn.AvgPool2d(3, 2, ceil_mode=True)),
        *(block((192, 192, 3), (192, 192, 1), (192, 10, 1)), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    )


def autoencoder_mini() -> nn.Module:
    encoder = (nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 16))
    return nn.Sequential(*encoder, nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 784))


class Deconvnet(nn.Module):
    """Two convolutions with pools that remember where, and back."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.deconv2 = nn.ConvTranspose2d(16, 8, 3, padding=1, bias=False)
        self.deconv1 = nn.ConvTranspose2d(8, 1, 3, padding=1, bias=False)
        self.pool, self.unpool = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 1, 28, 28), as it came in."""
        x, where1 = self.pool(self.conv1(x).relu())
        x, where2 = self.pool(self.conv2(x).relu())
        x = self.deconv2(self.unpool(x, where2).relu())
        return self.deconv1(self.unpool(x, where1).relu())


class SmallUNet(nn.Module):
    """Two steps down, two up."""

    def __init__(self) -> None:
        super().__init__()

        def double(channels: int, out: int) -> nn.Sequential:
            first, second = nn.Conv2d(channels, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
            return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())

        self.down1, self.down2, self.bottom = double(1, 8), double(8, 16), double(16, 32)
        self.deconv2, self.up2 = nn.ConvTranspose2d(32, 16, 2, 2), double(32, 16)
        self.deconv1, self.up1 = nn.ConvTranspose2d(16, 8, 2, 2), double(16, 8)
        self.last = nn.Conv2d(8, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 1, 28, 28), as it came in."""
        pool = nn.functional.max_pool2d
        one = self.down1(x)
        two = self.down2(pool(one, 2))
        x = self.up2(torch.cat([two, self.deconv2(self.bottom(pool(two, 2)))], dim=1))
        return self.last(self.up1(torch.cat([one, self.deconv1(x)], dim=1)))


def heartbeat_cnn() -> nn.Module:
    layers: list[nn.Module] = []
    for channels, out, kernel in ((1, 16, 7), (16, 32, 5), (32, 64, 5)):
        layers += [nn.Conv1d(channels, out, kernel, padding=kernel // 2), nn.BatchNorm1d(out), nn.ReLU()]
        layers.append(nn.MaxPool1d(4))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(256, 5))


def spoken_wave_cnn() -> nn.Module:
    layers: list[nn.Module] = []
    for channels, out, kernel, stride, padding in ((1, 16, 64, 8, 28), (16, 32, 7, 1, 3), (32, 64, 5, 1, 2)):
        layers += [nn.Conv1d(channels, out, kernel, stride, padding), nn.BatchNorm1d(out), nn.ReLU(), nn.MaxPool1d(4)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 10))


class SpokenDigits(nn.Module):
    """Two convolutions, and an LSTM over the moments."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16))
        self.second = nn.Sequential(nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32))
        self.lstm = nn.LSTM(256, 64, batch_first=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 1, 32, 64) → (batch, 10)."""
        x = nn.functional.max_pool2d(self.first(x).relu(), 2)
        x = nn.functional.max_pool2d(self.second(x).relu(), (2, 1))
        moments = x.flatten(1, 2).transpose(1, 2)
        return self.fc(self.lstm(moments)[1][0][-1])


BY_HAND: dict[str, Callable[[], nn.Module]] = {
    "lenet-5-1998": lenet_1998,
    "alexnet-mini": alexnet_mini,
    "vgg-mini": vgg_mini,
    "nin": network_in_network,
    "autoencoder-mini": autoencoder_mini,
    "deconvnet-mini": Deconvnet,
    "u-net-mini": SmallUNet,
    "heartbeat-cnn": heartbeat_cnn,
    "spoken-digit-crnn": SpokenDigits,
    "spoken-wave-cnn": spoken_wave_cnn,
}


@pytest.mark.parametrize("key", BY_HAND)
def test_it_computes_what_the_same_network_written_by_hand_does(key: str) -> None:
    graph: Graph = zoo_network(key).build()
    assert_same(graph, BY_HAND[key]())


def test_a_network_that_restores_its_input_is_compared_with_it() -> None:
    for key in ("autoencoder-mini", "deconvnet-mini", "u-net-mini"):
        graph = zoo_network(key).build()
        target = graph.sources("loss")[1]
        assert target in ("input", "flatten")
