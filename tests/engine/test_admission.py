"""Files from elsewhere that are sound, but name layers or sizes that this program must not take on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from playground.engine.admission import complaint_about, open_saved
from playground.graph.edits import set_params, update
from playground.graph.experiment import Experiment
from playground.graph.files import FileError, Saved, save
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.zoo import ZooNetwork, all_zoo_networks, zoo_experiment

LENET = zoo_experiment("lenet-5").graph


def refused(tmp_path: Path, graph: Graph) -> str:
    path = tmp_path / "net.playground"
    save(path, Saved(Experiment(graph)))
    with pytest.raises(FileError, match=r"“net\.playground” cannot be opened") as error:
        open_saved(path)
    return str(error.value)


@pytest.mark.parametrize("network", all_zoo_networks(), ids=lambda network: network.key)
def test_every_network_of_the_zoo_is_admitted(network: ZooNetwork, tmp_path: Path) -> None:
    experiment = zoo_experiment(network.key)
    save(tmp_path / "net.playground", Saved(experiment))
    assert open_saved(tmp_path / "net.playground").experiment == experiment


def test_unknown_layer_types_are_named(tmp_path: Path) -> None:
    graph = update(LENET, Node("conv2", "conv2dd", name="Second"))
    message = refused(tmp_path, graph)
    assert "the layer “Second” is of a type that is not known here" in message
    assert "Did you mean “conv2d”?" in message


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"kernel_size": "large"}, "Kernel takes 2 whole numbers"),
        ({"out_channels": 0}, "Filters lies between 1 and"),
        ({"colour": 1}, "has no setting “colour”"),
    ],
)
def test_settings_that_a_layer_cannot_have_are_named(
    tmp_path: Path, params: Mapping[str, ParamValue], reason: str
) -> None:
    message = refused(tmp_path, set_params(LENET, "conv1", params))
    assert "the layer “conv1” has a setting that it cannot have" in message
    assert reason in message


def test_a_layer_that_would_need_ten_terabytes_is_refused(tmp_path: Path) -> None:
    nodes = (
        Node("input", "input", {"shape": (4, 1000, 1000)}),
        Node("flatten", "flatten"),
        Node("fc1", "dense", {"out_features": 625_000}),
    )
    message = refused(tmp_path, Graph(nodes, (Edge("input", "flatten"), Edge("flatten", "fc1"))))
    assert "fc1 would need 10 TB of memory for its weights" in message
    assert "Make the layer or its input smaller" in message


def test_a_picture_that_would_need_terabytes_is_refused(tmp_path: Path) -> None:
    nodes = (Node("input", "input", {"shape": (10_000, 10_000, 10_000)}),)
    assert "input would need 4 TB of memory for its output" in refused(tmp_path, Graph(nodes))


@pytest.mark.parametrize(
    "graph",
    [
        Graph(),
        Graph((Node("relu1", "relu"),)),
        Graph((Node("loss1", "cross_entropy"), Node("loss2", "cross_entropy"))),
        set_params(LENET, "fc3", {"out_features": 12}),
        set_params(LENET, "conv2", {"kernel_size": (99, 99)}),
    ],
    ids=["empty", "dangling", "two losses", "wrong width", "kernel too large"],
)
def test_unfinished_and_faulty_networks_are_documents_like_any_other(graph: Graph) -> None:
    """Their problems stand on the canvas, where they can be mended."""
    assert complaint_about(Experiment(graph)) is None
