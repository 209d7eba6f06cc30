"""Several processes that train one network together, each on its part of every batch (data parallelism).

PyTorch's launcher starts them (`torchrun --nproc-per-node 2 -m playground train …`), its `DistributedDataParallel` adds
up their gradients: over gloo between CPUs, over NCCL between GPUs. All processes hold all examples, draw the same
batches and come to the same weights; those of one process at the same batch size, within rounding.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from playground.train.errors import TrainError

_SIZE, _RANK, _LOCAL_RANK = "WORLD_SIZE", "RANK", "LOCAL_RANK"
"""What torchrun sets for each process."""


class Company:
    """One process and how it stands to the others; by itself, it is alone and everything here changes nothing.

    `rank` counts the processes from 0; the first one speaks for all.
    """

    def __init__(self, size: int = 1, rank: int = 0) -> None:
        self.size, self.rank = size, rank

    @property
    def is_alone(self) -> bool:
        """Whether there is no other process."""
        return self.size == 1

    def wrap(self, module: nn.Module, device: torch.device) -> nn.Module:
        """The module, whose gradients are from now on the means over all processes.

        Its batch norms look at this process's part of a batch, as PyTorch's do.
        """
        if self.is_alone:
            return module
        if device.type == "cuda":
            return DistributedDataParallel(module, device_ids=[device.index or torch.cuda.current_device()])
        return DistributedDataParallel(module)

    @property
    def name(self) -> str:
        """What sets this process's chance apart: dropout draws another mask for each part of a batch."""
        return "" if self.is_alone else f" of process {self.rank}"

    def part(self, count: int) -> slice:
        """Which of `count` examples of a batch are this process's; it may be none."""
        low, high = (count * edge // self.size for edge in (self.rank, self.rank + 1))
        return slice(low, high)

    def add_up(self, values: Tensor) -> Tensor:
        """The sums over all processes, in place."""
        if not self.is_alone:
            distributed.all_reduce(values)
        return values

    def any(self, wish: bool, device: torch.device) -> bool:
        """Whether any of the processes wishes it; all get the same answer."""
        if self.is_alone:
            return wish
        return bool(self.add_up(torch.tensor([float(wish)], device=device)).item())


@contextmanager
def company_of_launcher(device: str) -> Generator[Company]:
    """The processes that PyTorch's launcher has started together; without a launcher, one that is alone.

    Args:
        device: as in the settings; on CUDA each process takes a GPU of its own.

    Raises:
        TrainError: the others cannot be reached, or there are fewer GPUs than processes.
    """
    size = int(os.environ.get(_SIZE, "1"))
    if size == 1:
        yield Company()
        return
    rank, local = int(os.environ[_RANK]), int(os.environ.get(_LOCAL_RANK, "0"))
    on_gpu = device in ("auto", "cuda") and torch.cuda.is_available()
    if on_gpu:
        if local >= torch.cuda.device_count():
            raise TrainError(
                f"There are {torch.cuda.device_count()} GPUs for process {local + 1}. "
                "Start as many processes as there are GPUs, or train on the CPU: --device cpu"
            )
        torch.cuda.set_device(local)
    try:
        cast(Any, distributed).init_process_group("nccl" if on_gpu else "gloo")
    except (RuntimeError, ValueError) as error:
        raise TrainError(
            f"The {size} processes do not find each other: {error}. Start them with torchrun, all at once."
        ) from error
    try:
        yield Company(size, rank)
    finally:
        cast(Any, distributed).destroy_process_group()
