"""The same layer in its other mode: batch norm and dropout do one thing while training and another in use.

What a layer would have made of the recorded inputs, and handed back of the recorded blame, had it been in the other
mode. Only this layer is asked: what comes before and behind it stays as it was recorded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._together import BATCH_NORMS

if TYPE_CHECKING:
    from playground.engine.trace import Frame

DROPPING = ("dropout", "dropout2d", "stochastic_depth")
"""They draw a mask while training and let everything through in use."""


def has_other_mode(frame: Frame) -> bool:
    """Whether the layer does something else in use than while training."""
    return frame.type in BATCH_NORMS or frame.type in DROPPING


def can_be_in_other_mode(frame: Frame) -> bool:
    """Whether `in_other_mode` has something to give, without working it out."""
    if frame.type in BATCH_NORMS:
        return frame.training or _numbers_of_a_channel(frame) > 1
    return frame.type in DROPPING


def in_other_mode(frame: Frame, seed: int = 0) -> Frame | None:
    """The frame as it would be in the other mode; a mask that has to be drawn is drawn from `seed`.

    None where there is no other mode, or where batch norm would have to measure the spread of a single number.
    """
    if not can_be_in_other_mode(frame):
        return None
    return _batch_norm(frame) if frame.type in BATCH_NORMS else _dropping(frame, seed)


def _numbers_of_a_channel(frame: Frame) -> int:
    """How many numbers batch norm takes together."""
    return frame.inputs[0].size // frame.inputs[0].shape[1]


def _batch_norm(frame: Frame) -> Frame:
    training = not frame.training
    x = frame.inputs[0].astype(np.float64)
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    wide = (1, -1, *(1,) * (x.ndim - 2))
    mean, variance = frame.buffers["running_mean"], frame.buffers["running_var"]
    if training:
        mean, variance = x.mean(axes), x.var(axes)
    epsilon = float(str(frame.params["eps"]))
    rest = (1 / np.sqrt(variance.astype(np.float64) + epsilon)).reshape(wide)
    normalised = (x - mean.reshape(wide)) * rest
    gain, shift = (frame.weights.get(name) for name in ("weight", "bias"))
    output = normalised if gain is None or shift is None else normalised * gain.reshape(wide) + shift.reshape(wide)
    found = replace(frame, training=training, output=output)
    if frame.grad_output is None:
        return found
    arriving = frame.grad_output.astype(np.float64)
    weighted = arriving if gain is None else arriving * gain.reshape(wide)
    handed = weighted
    if training:
        along = (weighted * normalised).mean(axes, keepdims=True)
        handed = weighted - weighted.mean(axes, keepdims=True) - normalised * along
    grads = {"weight": (arriving * normalised).sum(axes), "bias": arriving.sum(axes)}
    return replace(
        found,
        grad_inputs=(handed * rest,),
        grad_weights={name: grad for name, grad in grads.items() if name in frame.grad_weights},
    )


def _dropping(frame: Frame, seed: int) -> Frame:
    x, arriving = frame.inputs[0], frame.grad_output
    if frame.mask is not None:
        return replace(frame, training=False, mask=None, output=x, grad_inputs=() if arriving is None else (arriving,))
    part = float(str(frame.params["p"]))
    drawn = np.random.default_rng(seed).random(_drawn_shape(frame)) >= part
    mask = np.broadcast_to(drawn, x.shape).astype(x.dtype)
    factor = mask / (1 - part)
    return replace(
        frame,
        training=True,
        mask=mask,
        output=x * factor,
        grad_inputs=() if arriving is None else (arriving * factor,),
    )


def _drawn_shape(frame: Frame) -> tuple[int, ...]:
    """One draw for each number, each channel, or each example."""
    shape = frame.inputs[0].shape
    own = {"dropout": len(shape), "dropout2d": 2, "stochastic_depth": 1}[frame.type]
    return (*shape[:own], *(1,) * (len(shape) - own))
