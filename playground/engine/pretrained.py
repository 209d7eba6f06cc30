"""Weights that ship with the program, learnt elsewhere on data too large to ship."""

from __future__ import annotations

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from playground.assets import asset
from playground.engine.compile import State

FOLDER = "weights"
"""Where they lie in the assets: `weights/squeezenet-1-1.safetensors`."""


class PretrainedError(ValueError):
    """A file of weights that cannot be read. The message says which, and what to do."""


def pretrained_state(file_name: str) -> State:
    """The tensors of a file of `assets/weights`, as float32, by "node id.torch name" of the zoo's network.

    Nothing is read before this is called, and nothing is kept. Hand the result to `compile_network` or to a
    `WeightStore`.

    >>> from playground.zoo import zoo_network
    >>> pretrained_state(zoo_network("squeezenet-1-1").weights)["stem_conv1.weight"].shape
    (64, 3, 3, 3)

    Args:
        file_name: as in `ZooNetwork.weights`.

    Raises:
        MissingAsset: there is no such file.
        PretrainedError: it is damaged, or cannot be read.
    """
    path = asset(f"{FOLDER}/{file_name}")
    try:
        tensors = load(path.read_bytes())
    except (SafetensorError, OSError, ValueError) as error:
        raise PretrainedError(
            f"The weights in {path} cannot be read: {error}. Install the program again, or copy "
            f"assets/{FOLDER}/{file_name} from its repository over this file."
        ) from error
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
