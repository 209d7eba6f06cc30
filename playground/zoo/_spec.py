"""What an entry of the zoo is, and the registry of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._published import Publication
from playground.zoo._shelf import Shelf

FILES = (
    *("lenet", "dense", "fashion", "inception", "mazur", "gates", "conv_demo"),
    *("worked_convolutions", "worked_pooling", "worked_counts", "worked_layers", "worked_logic", "photograph", "toys"),
    *("neurons", "alexnet", "zfnet", "vgg", "network_in_network"),
    *("resnet", "residual", "preresnet", "stochastic_depth", "wide_resnet", "resnext", "bit"),
    *("densenet", "senet", "attention", "mobilenet", "efficientnet", "efficientnet_lite"),
    *("googlenet", "bn_inception", "inception_v3", "inception_v4", "inception_resnet"),
    *("xception", "squeezenet", "fractalnet"),
    *("autoencoder", "checkerboard", "dcgan", "unet", "signals", "tables", "series"),
)
"""The files that register networks, in the order of the list. Each is imported when it is first needed."""


class UnknownNetwork(KeyError):
    """A name that no network of the zoo bears; the message says which come close."""

    def __init__(self, name: str) -> None:
        spellings = {_plain(text): entry.key for entry in all_zoo_networks() for text in (entry.key, entry.title)}
        close = get_close_matches(_plain(name), spellings, n=1, cutoff=0.5)
        hint = f" Did you mean “{spellings[close[0]]}”?" if close else ""
        names = ", ".join(entry.key for entry in all_zoo_networks())
        self.message = f"The zoo has no network “{name}”.{hint} It has: {names}."
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Record:
    """What was published about a network, as numbers to compare it by.

    Attributes:
        parameters: as printed ("25.6 M" → 25.6e6); None: not given.
        multiply_adds: for one example, as printed, in the paper's own definition.
        top1_error, top5_error: in percent.
        measured_on: data set and protocol of the errors: "ImageNet validation, single crop".
        definition: where two definitions exist, which one `counted_…` follows and which the paper.
        correction: a number that a lecture or the paper gets wrong, and the true one.
    """

    parameters: float | None = None
    multiply_adds: float | None = None
    top1_error: float | None = None
    top5_error: float | None = None
    measured_on: str = ""
    definition: str = ""
    correction: str = ""


@dataclass(frozen=True)
class ZooNetwork:
    """One network that ships.

    `idea` says in one or two sentences what it is there to show; `source` names the paper or lecture, and `published`
    what was published about it and how this one differs. `example` is the key of a worked example, if it is one.

    Attributes:
        family: the heading it stands under: "ResNet".
        record: the published numbers.
        counted_parameters, counted_multiply_adds: of the graph that `build` gives; tests compare them with the engine.
        is_small: a variant that trains on data which ships, in minutes on two cores.
        weights: a file of `assets/weights` with pretrained weights, empty for none.
        publication: the numbers printed about it, if it is a worked example.
        together: how many examples Step sends through together.
        seed: of starting weights and of chance.
    """

    key: str
    title: str
    year: int
    idea: str
    source: str
    published: str
    build: Callable[[], Graph]
    data_settings: DataSettings
    training: TrainingSettings = field(default_factory=TrainingSettings)
    example: str = ""
    family: str = "Basics"
    record: Record = Record()
    counted_parameters: int = 0
    counted_multiply_adds: int = 0
    is_small: bool = False
    weights: str = ""
    publication: Publication | None = None
    together: int = 1
    seed: int = 0

    @property
    def data(self) -> str:
        """The key of the data set that it is meant for."""
        return self.data_settings.name


_shelf: Shelf[ZooNetwork] = Shelf("playground.zoo", FILES)


def register(network: ZooNetwork) -> ZooNetwork:
    """Add a network to the zoo, and return it.

    Raises:
        ValueError: another one bears the same name, capitals, spaces and dashes aside.
    """
    try:
        _shelf.put(_plain(network.key), network)
    except KeyError:
        raise ValueError(f"Two networks of the zoo are called “{network.key}”.") from None
    return network


def register_worked(network: ZooNetwork) -> ZooNetwork:
    """Add a worked example: its printed numbers are found by its key, and it stands with the others of its kind.

    Raises:
        ValueError: as in `register`.
    """
    return register(replace(network, example=network.key, family="Worked examples", is_small=True))


def all_zoo_networks() -> tuple[ZooNetwork, ...]:
    """Every network, in the order in which a list should show them."""
    return _shelf.everything()


def zoo_network(name: str) -> ZooNetwork:
    """The network of that key or title; capitals, spaces, dashes and dots do not matter ("LeNet-5", "lenet 5").

    Raises:
        UnknownNetwork: there is none.
    """
    plain = _plain(name)
    if (found := _shelf.find(plain)) is not None:
        return found
    for network in all_zoo_networks():
        if _plain(network.title) == plain:
            return network
    raise UnknownNetwork(name)


def zoo_experiment(name: str) -> Experiment:
    """The network of that name as an experiment: with its data set, its training settings and its seed.

    Raises:
        UnknownNetwork: there is none.
    """
    network = zoo_network(name)
    return Experiment(
        network.build(),
        network.data_settings,
        network.training,
        network.seed,
        example=network.example,
        step_batch=network.together,
    )


def publication(example: str) -> Publication | None:
    """What was printed about the worked example of that key; None for other networks and for "".

    A key that is not known, as in a file of a later version, is no worked example either.
    """
    network = _shelf.find(_plain(example)) if example else None
    return None if network is None else network.publication


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
