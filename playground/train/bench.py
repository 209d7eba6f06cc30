"""The workbench of a run: network, optimizer and examples, laid out on the device so that a batch costs little.

The examples are tensors on the device before the first batch, a batch is one `index_select`, the optimizer is torch's
fused one, and on the CPU pictures and kernels lie channels last, which its convolutions and poolings prefer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import torch
from torch import Tensor, fx

from playground.data import Scale, Split, data_set
from playground.engine.by_hand import put_in
from playground.engine.chance import chance_from, named_seed
from playground.engine.compile import CompileError, Network, State, compile_network
from playground.engine.shapes import Analysis, analyse
from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.layers import layer_type
from playground.train.augmentation import Augmenter, Mixture
from playground.train.class_weights import weigh_classes
from playground.train.device import choose_device
from playground.train.errors import TrainError
from playground.train.evaluation import Answers, Estimates, Evaluation, evaluate
from playground.train.optimizers import make_optimizer
from playground.train.validity import check_settings


@dataclass(frozen=True, eq=False)
class Examples:
    """`x` (examples, *input shape) and `target` (examples,) or (examples, values), on the device."""

    x: Tensor
    target: Tensor
    channels_last: bool

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def _rows(self) -> Tensor:
        """The same numbers in the order in which they lie in memory."""
        return self.x.permute(0, 2, 3, 1) if self.channels_last else self.x

    def take(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """The examples of these indices, laid out as `x` is (index_select by itself would turn them round)."""
        rows = self._rows.index_select(0, index)
        x = rows.permute(0, 3, 1, 2) if self.channels_last else rows
        return x, self.target.index_select(0, index)


class Bench:
    """Everything that a batch needs. `learn` makes one update, `evaluate` none.

    Raises:
        TrainError: the network cannot be trained, a setting is out of range, or the device is not there.
    """

    def __init__(self, experiment: Experiment, split: Split, state: State) -> None:
        check_settings(experiment.training)
        self.device = choose_device(experiment.training.device)
        self._experiment, self._seed, self._state = experiment, experiment.seed, state
        self.network = _network(experiment, state)
        self._module = cast(fx.GraphModule, self.network.module)
        analysis = self.network.analysis
        _check_data(analysis, split)
        self.augmenter = Augmenter(experiment.training.augmentation, analysis.input_shape or ())
        self._channels_last = self.device.type == "cpu" and len(analysis.input_shape or ()) == 3
        for layer in self.network.children.values():
            layer.to(self.device)
            for kernel in layer.parameters():
                if self._channels_last and kernel.ndim == 4:
                    kernel.data = _put_channels_last(kernel.data)
        self.training = self._examples(split.x_train, split.y_train)
        self.validation = self._examples(split.x_validation, split.y_validation)
        self.test = self._examples(split.x_test, split.y_test)
        self.parameters = dict(self.network.named_parameters(frozen=False))
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(name in self.parameters)
        self.optimizer = make_optimizer(experiment.training, self.parameters)
        kinds = [layer_type(analysis.graph.node(node_id).type) for node_id in self.network.children]
        self._draws_masks = any(kind.draws_chance for kind in kinds)
        self._needs_company = any(kind.looks_at_the_batch for kind in kinds)
        self.answers = _answers(analysis, self.training.target)
        self.estimates = _estimates(analysis, self.training.target, split.scale)
        weigh_classes(self.network, experiment.training.class_weights, self.training.target)

    @property
    def examples_per_epoch(self) -> int:
        """How many examples an epoch shows, copies counted."""
        return len(self.training) * self.augmenter.copies

    def batches(self, epoch: int, batch_size: int) -> tuple[Tensor, ...]:
        """The indices of an epoch's batches, in the order that seed and epoch give.

        Batch norm cannot take the variance of a single number; where one example would be left over for the last
        batch, the epoch goes without it (another one each time).
        """
        generator = torch.Generator().manual_seed(named_seed(self._seed, f"epoch {epoch}"))
        order = torch.randperm(self.examples_per_epoch, generator=generator).to(self.device)
        batches = torch.split(order, batch_size)
        if self._needs_company and len(batches) > 1 and len(batches[-1]) == 1:
            return batches[:-1]
        return batches

    def learn(self, index: Tensor, step: int) -> tuple[float, float]:
        """One update from the examples of these indices: the mean loss before it, and the tally of the answers.

        That is how many were right, or for values by how much they were off altogether, in the target's unit.

        The loss is what is lowered: the sum of the main and the auxiliary losses.

        The network must be in training mode. Dropout's masks depend on seed and `step` alone, and so does how the
        examples are changed. With copies of the examples, number n stands for copy n // (examples) of n % (examples).
        """
        x, target, mixture = self._seen(index, step)
        for parameter in self.parameters.values():
            parameter.grad = None
        prediction, loss = self._forward(x, target, step)
        if mixture is not None:
            _, other = self._forward(x, target.index_select(0, mixture.partner), step)
            loss = mixture.share * loss + (1 - mixture.share) * other
        loss.backward()
        self.optimizer.step()
        judge = self.answers or self.estimates
        if judge is None:
            return loss.item(), 0.0
        with torch.no_grad():
            tally = judge.tally(prediction, target)
        both = torch.stack((loss.detach(), tally)).cpu().numpy()  # one wait for the device instead of two
        return float(both[0]), float(both[1])

    def change_augmentation(self, given: Mapping[str, ParamValue]) -> None:
        """From the next batch on; the number of copies stays as it was when the run began."""
        kept = {**given, "times": str(self.augmenter.copies)}
        self.augmenter = Augmenter(kept, tuple(self.training.x.shape[1:]))

    def _seen(self, index: Tensor, step: int) -> tuple[Tensor, Tensor, Mixture | None]:
        """What the network sees of the examples of these indices."""
        if not self.augmenter.is_on:
            return *self.training.take(index), None
        count = len(self.training)
        x, target = self.training.take(index % count)
        with chance_from(named_seed(self._seed, f"augmentation {step}")):
            x, mixture = self.augmenter.mix(self.augmenter.apply(x, index // count))
        return _put_channels_last(x) if self._channels_last else x, target, mixture

    def measure(self, index: Tensor, step: int) -> float:
        """The mean loss of the examples of these indices as `learn` would see it, without learning."""
        with torch.no_grad():
            return float(self._forward(*self.training.take(index % len(self.training)), step)[1])

    def _forward(self, x: Tensor, target: Tensor, step: int) -> tuple[Tensor, Tensor]:
        if not self._draws_masks:
            return self._module(x, target)
        with chance_from(named_seed(self._seed, f"step {step}")):
            return self._module(x, target)

    def evaluate(self, examples: Examples, batch_size: int, keep_predictions: bool = False) -> Evaluation | None:
        """How the network does on examples, in use mode; None if there are none."""
        self.network.train(False)
        return evaluate(
            self._module, examples.x, examples.target, batch_size, self.answers or self.estimates, keep_predictions
        )

    def back_to(self, state: State | None) -> None:
        """Take these tensors, or (None) those of the beginning; the optimizer forgets its past."""
        if state is None:
            state = _compiled(self._experiment, self.network.analysis, self._state).state()
        self.network.load(state)
        self.optimizer = make_optimizer(self._experiment.training, self.parameters)

    def _examples(self, inputs: np.ndarray, targets: np.ndarray) -> Examples:
        x = torch.tensor(inputs, dtype=torch.float32, device=self.device)
        if self._channels_last:
            x = _put_channels_last(x)
        return Examples(x, torch.tensor(targets, device=self.device), self._channels_last)


def _network(experiment: Experiment, state: State) -> Network:
    """The compiled network; raises TrainError if it cannot be trained."""
    analysis = analyse(experiment.graph, data_set(experiment.data.name))
    if analysis.errors:
        raise TrainError(f"The network cannot be trained yet: {analysis.errors[0].message}")
    if not analysis.can_train:
        missing = "it has no loss" if analysis.can_compute else "there is nothing between its input and its loss"
        raise TrainError(f"The network cannot be trained yet: {missing}. Go to Build and add what is missing.")
    try:
        return _compiled(experiment, analysis, state)
    except CompileError as error:
        raise TrainError(f"The network cannot be trained yet: {error}") from error


def _compiled(experiment: Experiment, analysis: Analysis, state: State) -> Network:
    """The network as a run begins: weights changed by hand have the values that they were given."""
    network = compile_network(analysis, experiment.seed, state, initialiser=experiment.training.starting_values)
    put_in(network, experiment.weights_by_hand)
    return network


def _answers(analysis: Analysis, target: Tensor) -> Answers | None:
    """How the network's answers name classes; None where they are values or pictures."""
    if target.is_floating_point() or not analysis.names_classes:
        return None
    kind = layer_type(analysis.graph.node(analysis.loss or "").type)
    return Answers(kind.takes_scores, kind.threshold)


def _estimates(analysis: Analysis, target: Tensor, scale: Scale) -> Estimates | None:
    """How the network's answers stand for the data's values; None where they are classes, scores or pictures."""
    if not target.is_floating_point() or not analysis.names_classes:
        return None
    return None if layer_type(analysis.graph.node(analysis.loss or "").type).takes_scores else Estimates(scale)


def _put_channels_last(tensor: Tensor) -> Tensor:
    """(count, channels, height, width) with the channels of a pixel side by side in memory.

    Copied by hand, since torch's own conversion leaves a tensor of one channel as it is, with the strides by which the
    convolution then chooses the slower layout for its output.
    """
    return tensor.permute(0, 2, 3, 1).clone(memory_format=torch.contiguous_format).permute(0, 3, 1, 2)


def _check_data(analysis: Analysis, split: Split) -> None:
    """Raises TrainError for examples that this network cannot take."""
    if not len(split.x_train):
        raise TrainError("There are no training examples. Make the validation part smaller.")
    shape = split.x_train.shape[1:]
    if shape != analysis.input_shape:
        raise TrainError(f"The network expects examples of shape {analysis.input_shape}, but those given are {shape}.")
