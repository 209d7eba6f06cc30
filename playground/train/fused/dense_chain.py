"""The fast path of small dense networks: forward, loss, backward and update derived by hand, as few numpy calls.

torch spends 5 µs on each operation of a tiny network, whatever its size; a network of a few dozen neurons is bound by
that. Here a batch is one list of calls that is worked off: weights and bias of a layer lie in one matrix (W | b), so
that a layer takes one product forwards (its input has a 1 behind it) and one for its gradient; all such matrices lie in
one array, so that the optimizer steps on all at once; and the losses of many batches are worked out together.

The arrays are those of the torch network's own parameters, their gradients and the optimizer's memory: whoever looks
at these sees what was learnt. The results are torch's but for rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

from playground.engine.compile import Network
from playground.engine.dense_chain import DenseChain, find_dense_chain
from playground.graph.model import ParamValue
from playground.layers import Params
from playground.train.evaluation import Answers, Estimates, Evaluation
from playground.train.fused.dense_arithmetic import CURVES, LOSSES, Array, Call, number_of
from playground.train.fused.flat_optimizers import FlatOptimizer, can_step

if TYPE_CHECKING:
    from playground.train.bench import Examples

MOST_NUMBERS = 20_000
"""Weights and biases up to which numpy beats torch."""
MOST_ROWS, MOST_BATCHES = 4096, 64
"""Examples and batches learnt in one go, at most (of one batch, as many examples as it has)."""


class _Layer:
    """One stage: views into the array of all weights, and into that of all gradients."""

    def __init__(self, module: nn.Linear, curve: str, params: Params) -> None:
        self.inputs, self.outputs = module.in_features, module.out_features
        self.has_bias = "bias" in dict(module.named_parameters())
        self.columns = self.inputs + self.has_bias
        self.size = self.outputs * self.columns
        self.curve, self.params, self.is_linear = CURVES[curve], params, curve == "identity"
        self.weights = self.gradient = np.empty((self.outputs, self.columns), np.float32)

    def cut(self, flat: Array) -> list[Array]:
        """This layer's part of an array of all numbers, as weight (outputs, inputs) and, if there is one, bias."""
        block = flat.reshape(self.outputs, self.columns)
        return [block[:, : self.inputs], block[:, self.inputs]] if self.has_bias else [block]


class FusedChain:
    """Learns and evaluates in place of torch. Make one with `fused_chain`."""

    def __init__(
        self,
        network: Network,
        layers: list[_Layer],
        parameters: list[nn.Parameter],
        loss: str,
        judge: Answers | Estimates | None,
    ) -> None:
        self._network, self._layers, self._parameters = network, layers, parameters
        self._names = [f"{node}.{name}" for node, child in network.children.items() for name in child.state_dict()]
        report, node = network.analysis.layers[loss], network.analysis.graph.node(loss)
        self._loss, self._params = LOSSES[node.type], report.params
        self._factor = number_of(report.params, "weight")
        self._judge = judge
        total = sum(layer.size for layer in layers)
        self._weights, self._gradients = np.zeros(total, np.float32), np.zeros(total, np.float32)
        start = 0
        for layer in layers:
            shape = (layer.outputs, layer.columns)
            layer.weights = self._weights[start : start + layer.size].reshape(shape)
            layer.gradient = self._gradients[start : start + layer.size].reshape(shape)
            start += layer.size
        self._optimizer: FlatOptimizer | None = None
        self._programs: dict[tuple[int, int], list[Call]] = {}
        self._forwards: dict[int, tuple[Array, Array, list[Call]]] = {}
        self._laid_out: dict[int, tuple[object, Array, Array, NDArray[np.int64] | None]] = {}
        self._room = 0

    # ---- whose arrays they are

    @property
    def is_bound(self) -> bool:
        """Whether the network's parameters are views of the arrays here."""
        return self._optimizer is not None

    def bind(self, optimizer: Optimizer) -> bool:
        """Make parameters, gradients and the optimizer's memory views of the arrays here; False if that cannot be."""
        if self._optimizer is not None and self._optimizer.optimizer is optimizer:
            return can_step(optimizer)
        self.release()
        if not can_step(optimizer):
            return False
        flat = FlatOptimizer(optimizer, self._parameters, self._weights, self._gradients)
        if not flat.adopt(self._views):
            return False
        pairs = zip(self._parameters, self._views(self._weights), self._views(self._gradients), strict=True)
        for parameter, view, gradient in pairs:
            view[...] = parameter.detach().numpy()
            parameter.data, parameter.grad = torch.from_numpy(view), torch.from_numpy(gradient)
        self._optimizer = flat
        return True

    def release(self) -> None:
        """Give the parameters arrays of their own again, for torch to learn with."""
        if self._optimizer is None:
            return
        memory = self._optimizer.optimizer.state
        for parameter in self._parameters:
            parameter.data, parameter.grad = parameter.data.clone(memory_format=torch.contiguous_format), None
            for slot, tensor in memory.get(parameter, {}).items():
                if isinstance(tensor, Tensor):
                    memory[parameter][slot] = tensor.clone(memory_format=torch.contiguous_format)
        self._optimizer = None

    def _views(self, flat: Array) -> list[Array]:
        """An array of all numbers cut into the parameters' shapes."""
        ends = np.cumsum([layer.size for layer in self._layers])
        parts = np.split(flat, ends[:-1])
        return [view for layer, part in zip(self._layers, parts, strict=True) for view in layer.cut(part)]

    def state(self) -> dict[str, np.ndarray]:
        """A copy of all tensors, as `Network.state` makes it."""
        return {name: np.array(view) for name, view in zip(self._names, self._views(self._weights), strict=True)}

    # ---- learning

    def at_once(self, batch_size: int) -> int:
        """How many batches of that size `learn` takes at most."""
        return max(1, min(MOST_BATCHES, MOST_ROWS // batch_size))

    def learn(self, examples: Examples, batches: Sequence[Tensor]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """An update from each of the batches (indices of examples) in order: their mean losses before it, and tallies.

        All batches but the last are of one size. Bind an optimizer before.
        """
        assert self._optimizer is not None
        sizes = [index.numel() for index in batches]
        self._make_room(max(sizes[0] * len(sizes), 1))
        order = (batches[0] if len(batches) == 1 else torch.cat(list(batches))).numpy()
        rows, (x, t, named) = len(order), self._lay_out(examples)
        x.take(order, 0, self._x[:rows], "clip")
        t.take(order, 0, self._t[:rows], "clip")
        step = self._optimizer.step
        self._optimizer.begin(self._views)
        with np.errstate(all="ignore"):  # a loss that runs away is told by the loop
            for number, size in enumerate(sizes):
                for call, arguments in self._program(number * sizes[0], size):
                    call(*arguments)
                step()
            each = self._loss.of_each(self._params, self._o[:rows], self._t[:rows]) * self._factor
            tallies = self._tally(self._o[:rows], self._t[:rows], None if named is None else named[order])
        self._optimizer.settle()
        starts, lengths = np.cumsum([0, *sizes[:-1]]), np.array(sizes)
        losses = np.add.reduceat(each, starts, dtype=np.float64) / lengths
        return losses, np.add.reduceat(tallies, starts, dtype=np.float64)

    def _make_room(self, rows: int) -> None:
        """For the examples of all batches that are learnt together, in their order; and what comes out for them."""
        if rows > self._room:
            self._room = rows
            last = self._layers[-1]
            self._x = np.ones((rows, self._layers[0].columns), np.float32)
            self._t = np.empty((rows, last.outputs), np.float32)
            self._o = np.empty((rows, last.outputs), np.float32)
            self._programs.clear()

    def _program(self, first: int, size: int) -> list[Call]:
        """The calls that learn from the examples `first` … `first + size`, but for the update."""
        program = self._programs.get((first, size))
        if program is None:
            part = slice(first, first + size)
            program = self._programs[first, size] = self._write(self._x[part], self._t[part], self._o[part])
        return program

    def _write(self, x: Array, t: Array, o: Array) -> list[Call]:
        forward, inputs, sums, answers = self._write_forward(x, o)
        blame, spare = np.empty_like(o), np.empty_like(o)
        backward = self._loss.blame(self._params, o, t, blame, spare)
        if self._factor != 1:
            backward.append((np.multiply, (blame, self._factor, blame)))
        for number in range(len(self._layers) - 1, -1, -1):
            layer = self._layers[number]
            backward += layer.curve.backward(layer.params, sums[number], answers[number], blame, spare)
            backward.append((blame.T.dot, (inputs[number], layer.gradient)))
            if number:
                before = np.empty((len(x), layer.inputs), np.float32)
                backward.append((blame.dot, (layer.weights[:, : layer.inputs], before)))
                blame, spare = before, np.empty_like(before)
        return forward + backward

    def _write_forward(self, x: Array, o: Array) -> tuple[list[Call], list[Array], list[Array], list[Array]]:
        """The calls, and for each layer what goes in (with a 1 behind it if there are biases), its sums and answers."""
        calls: list[Call] = []
        inputs, sums, answers = [x], list[Array](), list[Array]()
        for number, layer in enumerate(self._layers):
            is_last = number == len(self._layers) - 1
            follower = None if is_last else self._layers[number + 1]
            full = o if follower is None else np.ones((len(x), follower.columns), np.float32)
            answer = full[:, : layer.outputs]
            total = o if is_last and layer.is_linear else np.empty((len(x), layer.outputs), np.float32)
            calls.append((inputs[-1].dot, (layer.weights.T, total)))
            if total is not o:
                calls += layer.curve.forward(layer.params, total, answer)
            inputs.append(full)
            sums.append(total)
            answers.append(answer)
        return calls, inputs, sums, answers

    # ---- looking

    def evaluate(self, examples: Examples, keep_predictions: bool) -> Evaluation | None:
        """How the network does on the examples, as `evaluation.evaluate` says it; None if there are none."""
        if not len(examples):
            return None
        x, t, named = self._lay_out(examples)
        found = self._forwards.get(id(x))
        if found is None:
            o = np.empty((len(x), self._layers[-1].outputs), np.float32)
            found = self._forwards[id(x)] = (x, o, self._write_forward(x, o)[0])
        o = found[1]
        with np.errstate(all="ignore"):
            for call, arguments in found[2]:
                call(*arguments)
            loss = float(np.float32((self._loss.of_each(self._params, o, t) * self._factor).mean(dtype=np.float64)))
            mean = float(np.float32(self._tally(o, t, named).mean(dtype=np.float64)))
        return Evaluation(
            loss,
            mean if isinstance(self._judge, Answers) else None,
            mean if isinstance(self._judge, Estimates) else None,
            torch.from_numpy(o.copy()) if keep_predictions else None,
        )

    def _tally(self, o: Array, t: Array, named: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """For each example: whether its class was named, or by how much the answer is off in the unit; else 0."""
        if isinstance(self._judge, Estimates):
            return np.abs(o - t).mean(1) * np.float32(self._judge.scale.spread)
        if self._judge is None or named is None:
            return np.zeros(len(o), np.float32)
        if o.shape[1] == 1:
            limit = 0.0 if self._judge.are_scores else self._judge.threshold
            return ((o[:, 0] > np.float32(limit)) == named).astype(np.float32)
        return (o.argmax(1) == named).astype(np.float32)

    def _lay_out(self, examples: Examples) -> tuple[Array, Array, NDArray[np.int64] | None]:
        """The examples as the first layer takes them, their targets as the loss does, and their classes; kept."""
        found = self._laid_out.get(id(examples))
        if found is None:
            first, chain = self._layers[0], find_dense_chain(self._network.analysis.graph)
            x, features = examples.x, chain.features if chain is not None else ""
            if features:
                with torch.no_grad():
                    x = self._network.children[features](x)
            laid = np.ones((len(x), first.columns), np.float32)
            laid[:, : first.inputs] = x.numpy()
            target = examples.target.numpy()
            t = np.ascontiguousarray(self._loss.targets(self._params, target, self._layers[-1].outputs))
            named = None if examples.target.is_floating_point() else target
            found = self._laid_out[id(examples)] = (examples, laid, t, named)
        return found[1:]


def fused_chain(network: Network, learnable: int, judge: Answers | Estimates | None) -> FusedChain | None:
    """The fast path for this network, None where there is none: another kind of network, frozen weights, too large.

    `learnable` is how many of its parameters may change.
    """
    chain = find_dense_chain(network.analysis.graph)
    parameters = [parameter for _, parameter in network.named_parameters()]
    numbers = sum(parameter.numel() for parameter in parameters)
    if chain is None or learnable != len(parameters) or network.held or numbers > MOST_NUMBERS:
        return None
    if len(network.analysis.input_shape or ()) != 1 or network.dtype != torch.float32:
        return None
    if any(parameter.device.type != "cpu" for parameter in parameters):
        return None
    layers = _layers(network, chain)
    loss, criterion = network.analysis.graph.node(chain.loss), network.children[chain.loss]
    if layers is None or loss.type not in LOSSES or getattr(criterion, "class_weights", None) is not None:
        return None
    return FusedChain(network, layers, parameters, chain.loss, judge)


def _layers(network: Network, chain: DenseChain) -> list[_Layer] | None:
    """The stages, None if one of them is more than a sum and a curve that is known here."""
    found: list[_Layer] = []
    for stage in chain.stages:
        module = network.children[stage.dense]
        kinds = [network.analysis.graph.node(node_id).type for node_id in stage.after]
        if len(kinds) > 1 or (kinds and kinds[0] not in CURVES) or not isinstance(module, nn.Linear):
            return None
        if kinds:
            found.append(_Layer(module, kinds[0], network.analysis.layers[stage.after[0]].params))
        else:
            found.append(_Layer(module, "identity", dict[str, ParamValue]()))
    return found
