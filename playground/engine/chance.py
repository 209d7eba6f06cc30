"""Chance on loan: torch's random numbers from a seed of one's own, for a while."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Generator
from contextlib import contextmanager

import torch

_lock = threading.RLock()
"""Layers and dropout draw from the one generator that the whole process shares, so one thread at a time may seed it."""


@contextmanager
def chance_from(seed: int) -> Generator[None]:
    """What is drawn inside depends on `seed` alone; afterwards torch's generators are as they were before."""
    with _lock, torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def named_seed(seed: int, name: str) -> int:
    """A seed of its own for each purpose: a node's starting values, an epoch's order, a step's masks."""
    return zlib.crc32(f"{seed}:{name}".encode())
