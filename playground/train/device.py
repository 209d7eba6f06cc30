"""Where the arithmetic is done: choosing a device, describing it, and telling when its memory is full."""

from __future__ import annotations

import os

import torch

from playground.train.errors import TrainError

NAMES = {"auto": "Automatic", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)", "cpu": "CPU"}
"""The devices by their keys in `TrainingSettings.device`, with their titles."""

_FULL = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


def available_devices() -> tuple[str, ...]:
    """The keys of the devices that this machine has, the one that "auto" takes first."""
    found = ["cpu"]
    if torch.backends.mps.is_available():
        found.insert(0, "mps")
    if torch.cuda.is_available():
        found.insert(0, "cuda")
    return tuple(found)


def choose_device(key: str) -> torch.device:
    """The device of that key: CUDA, else Apple's MPS, else the CPU for "auto".

    On the CPU this also sets the number of threads of the whole process, to one less than there are cores (and at
    least one), unless OMP_NUM_THREADS says otherwise: a thread on every core competes with the rest of the program,
    and makes small networks several times slower.

    Raises:
        TrainError: the key is unknown, or the machine has no such device.
    """
    found = available_devices()
    if key not in NAMES:
        raise TrainError(f"There is no device “{key}”. Choose one of: auto, {', '.join(found)}.")
    if key != "auto" and key not in found:
        raise TrainError(
            f"This machine has no {NAMES[key]} that torch can use. Choose “Automatic”; it takes {NAMES[found[0]]}."
        )
    device = torch.device(found[0] if key == "auto" else key)
    if device.type == "cpu" and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    return device


def describe_device(device: torch.device) -> str:
    """The device in words: "CPU · 2 threads", "NVIDIA GeForce RTX 4090"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU · {threads} thread{'s' if threads != 1 else ''}"


def is_mixed(precision: str, device: torch.device) -> bool:
    """Whether a network computes in mixed precision.

    Sums and weights stay float32; products of matrices and convolutions are taken in bfloat16, which has the range of
    float32, so that no gradient need be scaled to be seen (Kalamkar and others, 2019).

    Raises:
        TrainError: the device has no bfloat16.
    """
    if precision != "mixed":
        return False
    if device.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise TrainError(f"{torch.cuda.get_device_name(device)} has no bfloat16. Set the precision to full.")
    if device.type == "mps":
        raise TrainError(
            "Mixed precision is for CUDA and the CPU. Set the precision to full, or choose another device."
        )
    return True


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that memory ran out, of the machine or of its GPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _FULL)
