"""One training step recorded: every activation, every gradient and every update, as frozen frames of numpy arrays.

The same compiled module that trains is walked by `torch.fx.Interpreter`, so what is shown is what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, fx, nn

from playground.engine.chance import chance_from
from playground.engine.compile import CompileError, Network, to_tensor
from playground.engine.update_rule import UpdateRule, memory_of, rule_of
from playground.graph.model import Graph, Held, ParamValue
from playground.layers import layer_type
from playground.layers.elementwise_modules import StochasticDepth

Phase = Literal["forward", "backward", "update"]

MASKING = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, StochasticDepth)
"""Layers that multiply by random zeros and ones while training."""


@dataclass(frozen=True)
class Moment:
    """One station of the timeline: a layer computing forward, or receiving its gradient, or the update of all."""

    phase: Phase
    node: str | None


@dataclass(frozen=True)
class Frame:
    """Everything about one layer in one step. Arrays lead with the batch; gradients are of the batch's loss.

    `grad_inputs[port]` is what this layer alone hands back along that wire; `grad_output` is the sum of what all
    layers after it handed back. `weights` are the parameters before the update and `updated` after it; `buffers`
    are those before the step (batch norm's running averages). `target` is set for a loss only: the data's, or the
    loss's second input; `mask` (0 or 1 for each number) for a dropout layer in training only. `memory` is what the
    optimizer remembered of each parameter before the step (see `update_rule.memory_of`). The step is made with `rate`
    times the learning rate, and leaves alone what is `frozen` whole and the single numbers that are `held`.
    """

    node: str
    type: str
    params: Mapping[str, ParamValue]
    inputs: tuple[np.ndarray, ...]
    output: np.ndarray
    weights: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    buffers: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    grad_inputs: tuple[np.ndarray, ...] = ()
    grad_output: np.ndarray | None = None
    grad_weights: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    updated: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    frozen: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    rate: float = 1.0
    target: np.ndarray | None = None
    mask: np.ndarray | None = None
    memory: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict[str, Mapping[str, np.ndarray]])
    training: bool = True

    def holds(self, name: str, index: tuple[int, ...]) -> bool:
        """Whether training leaves this number of a parameter alone, by itself or with all of the parameter."""
        return name in self.frozen or (name, index) in self.held


@dataclass(frozen=True)
class Trace:
    """A recorded step. `frames` are in the order of computation, the input first.

    `loss` is the batch's: the sum of all losses, where some are auxiliary.
    `rule` says how the optimizer took its step; None without one, or when its kind cannot be explained.
    """

    frames: Mapping[str, Frame]
    loss: float | None
    x: np.ndarray
    target: np.ndarray | None
    graph: Graph = field(default_factory=Graph)
    rule: UpdateRule | None = None

    def rule_at(self, node_id: str) -> UpdateRule | None:
        """The rule by which that layer's weights made their step."""
        return None if self.rule is None else self.rule.at_rate(self.frames[node_id].rate)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The timeline: forward through every layer, back through every layer but the input, update."""
        forward = [Moment("forward", key) for key in self.frames]
        if self.loss is None:
            return tuple(forward)
        backward = [Moment("backward", key) for key in reversed(list(self.frames)[1:])]
        return (*forward, *backward, Moment("update", None))


class _Recorder(fx.Interpreter):
    """Runs the module and keeps, by node name, every input and every output, and on the way back their gradients.

    Each input is a view of its own, so that the gradients of the wires stay apart. Gradients are kept as autograd made
    them: `retain_grad` would copy each, which took as long as the pass itself on large networks.
    """

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.inputs: dict[str, tuple[Tensor, ...]] = {}
        self.outputs: dict[str, Tensor] = {}
        self.masks: dict[str, Tensor] = {}
        self._gradients: dict[int, Tensor] = {}

    def gradient(self, tensor: Tensor) -> np.ndarray:
        """The gradient of a tensor that was kept, or zeros where the loss does not depend on it."""
        found = self._gradients.get(id(tensor))
        return np.zeros_like(_array(tensor)) if found is None else _array(found)

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one layer and remember what went in and came out."""
        views = tuple(arg.view_as(arg) if arg.is_floating_point() else arg for arg in args)
        layer = self.fetch_attr(target)
        if isinstance(layer, MASKING) and layer.training:
            self.masks[target] = _mask(layer, views[0])
        output: Tensor = super().call_module(target, views, kwargs)
        if any(output.data_ptr() == held.data_ptr() for held in layer.parameters(recurse=False)):
            output = output.clone()  # a learnt number sent out as it is: the update would change what was recorded
        if isinstance(drawn := getattr(layer, "mask", None), Tensor):
            self.masks[target] = drawn
        if torch.is_grad_enabled() and not output.requires_grad and output.is_floating_point():
            output = output.detach().requires_grad_()  # a constant is to blame as well, though it never changes
        for tensor in (*views, output):
            if tensor.requires_grad:
                tensor.register_hook(partial(self._gradients.__setitem__, id(tensor)))  # type: ignore[no-untyped-call]
        self.inputs[target], self.outputs[target] = views, output
        return output


def _mask(layer: torch.nn.Module, x: Tensor) -> Tensor:
    """Which numbers dropout is about to keep (1) and drop (0); the random state stays, so that it draws the same."""
    state = torch.get_rng_state()
    mask = (layer(torch.ones_like(x)) != 0).to(x.dtype)
    torch.set_rng_state(state)
    return mask


def record(
    network: Network,
    x: np.ndarray,
    target: np.ndarray | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    training: bool = True,
    seed: int = 0,
) -> Trace:
    """Send a batch through, back, and through the update, and keep it all.

    Args:
        network: the compiled network; with an `optimizer` it is one step further afterwards, without it is unchanged.
        x: (batch, *input shape).
        target: (batch,) class indices or (batch, values); without it only the forward pass is made.
        optimizer: over the network's parameters; without it nothing is updated.
        training: whether dropout and batch norm behave as in training.
        seed: of the dropout masks.

    Raises:
        CompileError: a target without a loss, or a batch that a layer cannot take.
    """
    network.train(training)
    for _, parameter in network.named_parameters():
        parameter.grad = None
    start = to_tensor(x, network.dtype).requires_grad_(target is not None)
    before = {key: _Before.of(layer, optimizer) for key, layer in network.children.items()}
    recorder = _Recorder(_module(network, target is not None))
    loss = _run(recorder, start, None if target is None else to_tensor(target, network.dtype), seed)
    grads: dict[str, dict[str, np.ndarray]] = {}
    if loss is not None:
        loss.backward()  # type: ignore[no-untyped-call]
        grads = {key: _gradients(layer) for key, layer in network.children.items()}
        if optimizer is not None:
            optimizer.step()
    if optimizer is None:
        _restore_buffers(network, before)
    frames = {network.analysis.input or "": _input_frame(network, start)}
    for key, layer in network.children.items():
        if network.names[key] in recorder.outputs:
            after = _weights(layer) if optimizer is not None else before[key].weights
            frames[key] = _frame(network, key, recorder, before[key], grads.get(key, {}), after, target, training)
    rule = None if optimizer is None or loss is None else rule_of(optimizer)
    return Trace(frames, None if loss is None else loss.item(), _array(start), target, network.analysis.graph, rule)


def _run(recorder: _Recorder, start: Tensor, target: Tensor | None, seed: int) -> Tensor | None:
    """Send the batch through; the loss, if there is a target. The state of torch's random numbers stays."""
    with chance_from(seed), torch.set_grad_enabled(target is not None):
        try:
            if target is None:
                recorder.run(start)
                return None
            return recorder.run(start, target)[1]
        except (RuntimeError, ValueError, IndexError) as error:
            reason = str(error).splitlines()[0]
            if "Expected more than 1 value per channel" in reason:
                reason = (
                    "batch norm cannot take the spread of a single number; "
                    "on lists and on 1 × 1 maps it needs at least two examples."
                )
            raise CompileError(f"This batch cannot be sent through: {reason}") from error


@dataclass(frozen=True)
class _Before:
    """What a layer and its optimizer hold before the step."""

    weights: Mapping[str, np.ndarray]
    buffers: Mapping[str, np.ndarray]
    memory: Mapping[str, Mapping[str, np.ndarray]]

    @classmethod
    def of(cls, layer: torch.nn.Module, optimizer: torch.optim.Optimizer | None) -> _Before:
        memory: dict[str, Mapping[str, np.ndarray]] = {}
        if optimizer is not None:
            memory = {name: memory_of(optimizer, parameter) for name, parameter in layer.named_parameters()}
        return cls(_weights(layer), _buffers(layer), memory)


def _restore_buffers(network: Network, before: Mapping[str, _Before]) -> None:
    """A pass that only looks leaves batch norm's running averages as they were."""
    network.load({f"{key}.{name}": array for key, held in before.items() for name, array in held.buffers.items()})


def _module(network: Network, with_loss: bool) -> fx.GraphModule:
    if not with_loss:
        return network.predictor
    if network.module is None:
        raise CompileError("There is no loss yet, so there is nothing to learn from. Add one at the end.")
    return network.module


def _frame(
    network: Network,
    key: str,
    recorder: _Recorder,
    before: _Before,
    grads: Mapping[str, np.ndarray],
    updated: Mapping[str, np.ndarray],
    target: np.ndarray | None,
    training: bool,
) -> Frame:
    node, report, name = network.analysis.graph.node(key), network.analysis.layers[key], network.names[key]
    inputs = recorder.inputs[name][: len(report.inputs)]
    output = recorder.outputs[name]
    return Frame(
        node=key,
        type=node.type,
        params=report.params,
        inputs=tuple(_array(tensor) for tensor in inputs),
        output=_array(output),
        weights=before.weights,
        buffers=before.buffers,
        grad_inputs=() if target is None else tuple(recorder.gradient(tensor) for tensor in inputs),
        grad_output=None if target is None else recorder.gradient(output),
        grad_weights=grads,
        updated=updated,
        frozen=node.frozen,
        held=node.held,
        rate=node.rate,
        target=_wanted(network, key, recorder, target),
        mask=_array(recorder.masks[name]) if name in recorder.masks else None,
        memory=before.memory,
        training=training and key not in network.at_rest,
    )


def _wanted(network: Network, key: str, recorder: _Recorder, target: np.ndarray | None) -> np.ndarray | None:
    """What a loss compares with: its second input, else the data set's target; None for other layers."""
    kind = layer_type(network.analysis.graph.node(key).type)
    if target is None or not kind.has_target:
        return None
    if len(network.analysis.layers[key].inputs) > 1:
        return _array(recorder.inputs[network.names[key]][1])
    return target


def _input_frame(network: Network, start: Tensor) -> Frame:
    key = network.analysis.input
    assert key is not None
    gradient = _gradient(start) if start.requires_grad else None
    return Frame(key, "input", network.analysis.layers[key].params, (), _array(start), grad_output=gradient)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def _gradient(tensor: Tensor) -> np.ndarray:
    """The gradient, or zeros where the loss does not depend on the tensor."""
    return np.zeros_like(_array(tensor)) if tensor.grad is None else _array(tensor.grad)


def _weights(layer: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: _array(parameter).copy() for name, parameter in layer.named_parameters()}


def _buffers(layer: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: _array(buffer).copy() for name, buffer in layer.named_buffers()}


def _gradients(layer: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: _gradient(parameter).copy() for name, parameter in layer.named_parameters()}
