"""What can be the base of another network: those that ship with weights, the open one, a file. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from playground.graph.experiment import Experiment
from playground.zoo import all_zoo_networks, zoo_experiment, zoo_network

if TYPE_CHECKING:
    from playground.engine.transfer import Source

FILE, OPEN = "file", "open"


@dataclass(frozen=True)
class Offer:
    """A base to choose: `key` is that of a network of the zoo, OPEN, or FILE with a colon and the path behind it."""

    key: str
    title: str


@dataclass(frozen=True, eq=False)
class OpenNetwork:
    """The open document, as it was when the dialog opened, with what it has learnt."""

    title: str
    experiment: Experiment
    state: Mapping[str, np.ndarray]


def shipped() -> tuple[Offer, ...]:
    """The networks that ship with weights, the most accurate first."""
    found = [network for network in all_zoo_networks() if network.weights]
    found.sort(key=lambda network: network.record.top1_error or 100.0)
    return tuple(Offer(network.key, f"{network.title}, trained on ImageNet") for network in found)


def of_file(path: Path) -> Offer:
    """A file of the user's own."""
    return Offer(f"{FILE}:{path}", path.name)


def read(offer: Offer, opened: OpenNetwork) -> Source:
    """The network and what it has learnt. For the worker thread.

    Raises:
        TransferError: it has learnt nothing yet.
        FileError, PretrainedError, MissingAsset: it cannot be read.
    """
    from playground.engine.admission import open_saved
    from playground.engine.pretrained import pretrained_state
    from playground.engine.transfer import Source, TransferError

    kind, _, place = offer.key.partition(":")
    if kind == OPEN:
        source = Source(opened.title, opened.experiment, opened.state)
    elif kind == FILE:
        saved = open_saved(Path(place))
        source = Source(Path(place).stem, saved.experiment, saved.weights)
    else:
        network = zoo_network(offer.key)
        source = Source(network.title, zoo_experiment(offer.key), pretrained_state(network.weights))
    if not source.state:
        raise TransferError(f"{source.title} has learnt nothing yet. Train it and save it, or choose another base.")
    return source
