"""Choosing a device, and telling when its memory is full."""

from __future__ import annotations

import pytest
import torch

from playground.train import TrainError
from playground.train.device import available_devices, choose_device, describe_device, is_out_of_memory


def test_automatic_takes_the_first_that_is_there() -> None:
    assert choose_device("auto").type == available_devices()[0]


def test_the_cpu_is_always_there_and_says_its_threads() -> None:
    assert describe_device(choose_device("cpu")) == "CPU · 1 thread"  # the tests run with one


@pytest.mark.parametrize("key", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused_with_what_to_choose(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(TrainError, match=r"This machine has no .* Choose “Automatic”; it takes CPU"):
        choose_device(key)


def test_a_gpu_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17 GB)"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes"),
    ],
)
def test_full_memory_is_recognised(error: Exception) -> None:
    assert is_out_of_memory(error)


def test_other_errors_are_not_taken_for_full_memory() -> None:
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("out of memory"))
