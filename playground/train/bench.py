"""The workbench of a run: network, optimizer and examples, laid out on the device so that a batch costs little.

The examples are tensors on the device before the first batch, a batch is one `index_select`, the optimizer is torch's
fused one, and on the CPU pictures and kernels lie channels last, which its convolutions and poolings prefer. Small
dense networks learn without torch (see `dense_chain`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, fx, nn
from torch.optim import Optimizer

from playground.data import Scale, Split, data_set
from playground.engine.by_hand import put_in
from playground.engine.chance import chance_from, named_seed
from playground.engine.compile import CompileError, Network, State, compile_network
from playground.engine.pool_first import pool_first
from playground.engine.shapes import Analysis, analyse
from playground.graph.experiment import Experiment
from playground.graph.freezing import holds_averages
from playground.graph.model import ParamValue
from playground.layers import layer_type
from playground.train.augmentation import Augmenter, Mixture
from playground.train.class_weights import part_of_mean, weigh_classes
from playground.train.company import Company
from playground.train.device import choose_device, is_mixed
from playground.train.errors import TrainError
from playground.train.evaluation import Answers, Estimates, Evaluation, evaluate
from playground.train.examples import Examples, put_channels_last
from playground.train.fused.dense_chain import fused_chain
from playground.train.kept_front import KeptFront, kept_front
from playground.train.optimizers import make_optimizer
from playground.train.validity import check_settings


class Bench:
    """Everything that a batch needs. `learn` makes one update, `evaluate` none.

    Raises:
        TrainError: the network cannot be trained, a setting is out of range, or the device is not there.
    """

    def __init__(self, experiment: Experiment, split: Split, state: State, company: Company | None = None) -> None:
        check_settings(experiment.training)
        self._company = company or Company()
        self.device = choose_device(experiment.training.device)
        self._is_mixed = is_mixed(experiment.training.precision, self.device)
        self._experiment, self._seed, self._state = experiment, experiment.seed, state
        self.network = _network(experiment, state)
        self._module = pool_first(cast(fx.GraphModule, self.network.module))
        analysis = self.network.analysis
        _check_data(analysis, split)
        self.augmenter = Augmenter(experiment.training.augmentation, analysis.input_shape or ())
        self._channels_last = self.device.type == "cpu" and len(analysis.input_shape or ()) == 3
        for layer in self.network.children.values():
            layer.to(self.device)
            for kernel in layer.parameters():
                if self._channels_last and kernel.ndim == 4:
                    kernel.data = put_channels_last(kernel.data)
        self.training = self._examples(split.x_train, split.y_train)
        self.validation = self._examples(split.x_validation, split.y_validation)
        self.test = self._examples(split.x_test, split.y_test)
        self.parameters = dict(self.network.named_parameters(frozen=False))
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(name in self.parameters)
        self.optimizer = self._make_optimizer()
        nodes = [analysis.graph.node(node_id) for node_id in self.network.children]
        self._draws_masks = any(layer_type(node.type).draws_chance for node in nodes)
        self._needs_company = any(layer_type(n.type).looks_at_the_batch and not holds_averages(n) for n in nodes)
        self.answers = answers_of(analysis, self.training.target)
        self.estimates = estimates_of(analysis, self.training.target, split.scale)
        self._class_weights = weigh_classes(self.network, experiment.training.class_weights, self.training.target)
        self._learner = self._company.wrap(self._module, self.device)
        is_plain = self._company.is_alone and not self._is_mixed
        judge = self.answers or self.estimates
        self._fused = fused_chain(self.network, len(self.parameters), judge) if is_plain else None
        self._front = self._find_front()

    def _find_front(self) -> KeptFront | None:
        """The frozen part of the network, which need not be computed again for an example that it has seen."""
        if not self._company.is_alone:
            return None
        return kept_front(self.network, len(self.training) + len(self.validation) + len(self.test))

    @property
    def _used_front(self) -> KeptFront | None:
        """None while examples are changed each time they are seen."""
        return None if self.augmenter.is_on else self._front

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

    def begin_epoch(self) -> None:
        """Learning comes next."""
        if not self._is_fused:
            self.network.train()

    @property
    def _is_fused(self) -> bool:
        """Whether the next batches are learnt without torch."""
        return self._fused is not None and not self.augmenter.is_on and self._fused.bind(self.optimizer)

    def at_once(self, batch_size: int) -> int:
        """How many batches `learn_in_a_row` had best be given."""
        return self._fused.at_once(batch_size) if self._fused is not None and self._is_fused else 1

    def learn_in_a_row(self, batches: Sequence[Tensor], step: int) -> tuple[np.ndarray, np.ndarray]:
        """`learn` from each of these batches, the first of which is number `step`: their losses, and their tallies."""
        if self._fused is not None and self._is_fused:
            return self._fused.learn(self.training, batches)
        found = [self.learn(index, step + number) for number, index in enumerate(batches)]
        return np.array([loss for loss, _ in found]), np.array([tally for _, tally in found])

    def state(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer of the network."""
        is_here = self._fused is not None and self._fused.is_bound
        return self._fused.state() if self._fused is not None and is_here else self.network.state()

    def learn(self, index: Tensor, step: int) -> tuple[float, float]:
        """One update from the examples of these indices: the mean loss before it, and the tally of the answers.

        That is how many were right, or for values by how much they were off altogether, in the target's unit.

        The loss is what is lowered: the sum of the main and the auxiliary losses.

        The network must be in training mode. Dropout's masks depend on seed and `step` alone, and so does how the
        examples are changed. With copies of the examples, number n stands for copy n // (examples) of n % (examples).
        """
        if self._fused is not None:
            self._fused.release()
        x, target, mixture = self._seen(index, step)
        for parameter in self.parameters.values():
            parameter.grad = None
        prediction, loss = self._own_part(x, target, step)
        if mixture is not None:
            _, other = self._own_part(x, target.index_select(0, mixture.partner), step)
            loss = mixture.share * loss + (1 - mixture.share) * other
        loss.backward()
        self.optimizer.step()
        judge = self.answers or self.estimates
        if judge is None and self._company.is_alone:
            return loss.item(), 0.0
        with torch.no_grad():
            own = self._company.part(len(index))
            tally = judge.tally(prediction[: own.stop - own.start], target[own]) if judge else torch.zeros_like(loss)
            both = torch.stack((loss.detach() / self._company.size, tally))
        both = self._company.add_up(both).cpu().numpy()  # one wait for the device instead of two
        return float(both[0]), float(both[1])

    def _own_part(self, x: Tensor, target: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Prediction and loss for this process's part of a batch: all of it, if there is no other.

        The loss is what the part adds to the mean over the batch, times the number of processes: what they share of
        their gradients is the mean. A process for which there is no example takes one that counts nothing.
        """
        if self._company.is_alone:
            front = self._used_front
            return self._forward(self._module if front is None else front.rest, x, target, step)
        own = self._company.part(len(x))
        taken = own if own.stop > own.start else slice(0, 1)
        prediction, loss = self._forward(self._learner, x[taken], target[taken], step)
        share = part_of_mean(target, own, self._class_weights)
        return prediction, loss * (share * self._company.size)

    def change_augmentation(self, given: Mapping[str, ParamValue]) -> None:
        """From the next batch on; the number of copies stays as it was when the run began."""
        kept = {**given, "times": str(self.augmenter.copies)}
        self.augmenter = Augmenter(kept, tuple(self.training.x.shape[1:]))

    def _seen(self, index: Tensor, step: int) -> tuple[Tensor, Tensor, Mixture | None]:
        """What the network sees of the examples of these indices; with a front, what the rest of it sees."""
        if (front := self._used_front) is not None:
            return *front.take(self.training, index), None
        if not self.augmenter.is_on:
            return *self.training.take(index), None
        count = len(self.training)
        x, target = self.training.take(index % count)
        with chance_from(named_seed(self._seed, f"augmentation {step}")):
            x, mixture = self.augmenter.mix(self.augmenter.apply(x, index // count))
        return put_channels_last(x) if self._channels_last else x, target, mixture

    def measure(self, index: Tensor, step: int) -> float:
        """The mean loss of the examples of these indices as `learn` would see it, without learning."""
        wanted = index % len(self.training)
        module, (x, target) = self._module, self.training.take(wanted)
        if self._front is not None:
            module, (x, target) = self._front.rest, self._front.take(self.training, wanted)
        with torch.no_grad():
            return float(self._forward(module, x, target, step)[1])

    def _forward(self, module: nn.Module, x: Tensor, target: Tensor, step: int) -> tuple[Tensor, Tensor]:
        if self._is_mixed:
            with torch.autocast(self.device.type, torch.bfloat16):
                return self._drawn(module, x, target, step)
        return self._drawn(module, x, target, step)

    def _drawn(self, module: nn.Module, x: Tensor, target: Tensor, step: int) -> tuple[Tensor, Tensor]:
        if not self._draws_masks:
            return module(x, target)
        with chance_from(named_seed(self._seed, f"step {step}{self._company.name}")):
            return module(x, target)

    def evaluate(self, examples: Examples, batch_size: int, keep_predictions: bool = False) -> Evaluation | None:
        """How the network does on examples, in use mode; None if there are none."""
        if self._fused is not None and self._is_fused:
            return self._fused.evaluate(examples, keep_predictions)
        self.network.train(False)
        module, seen = self._module, examples
        if self._front is not None:
            module, seen = self._front.rest, self._front.whole(examples)
        return evaluate(module, seen.x, seen.target, batch_size, self.answers or self.estimates, keep_predictions)

    def back_to(self, state: State | None) -> None:
        """Take these tensors, or (None) those of the beginning; the optimizer forgets its past."""
        if state is None:
            state = _compiled(self._experiment, self.network.analysis, self._state).state()
        self.network.load(state)
        if self._front is not None:
            self._front.forget()
        self.optimizer = self._make_optimizer()

    def _make_optimizer(self) -> Optimizer:
        network = self.network
        return make_optimizer(self._experiment.training, self.parameters, network.rates, network.held)

    def _examples(self, inputs: np.ndarray, targets: np.ndarray) -> Examples:
        x = torch.tensor(inputs, dtype=torch.float32, device=self.device)
        if self._channels_last:
            x = put_channels_last(x)
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


def answers_of(analysis: Analysis, target: Tensor) -> Answers | None:
    """How the network's answers name classes; None where they are values or pictures."""
    if target.is_floating_point() or not analysis.names_classes:
        return None
    kind = layer_type(analysis.graph.node(analysis.loss or "").type)
    return Answers(kind.takes_scores, kind.threshold)


def estimates_of(analysis: Analysis, target: Tensor, scale: Scale) -> Estimates | None:
    """How the network's answers stand for the data's values; None where they are classes, scores or pictures."""
    if not target.is_floating_point() or not analysis.names_classes:
        return None
    return None if layer_type(analysis.graph.node(analysis.loss or "").type).takes_scores else Estimates(scale)


def _check_data(analysis: Analysis, split: Split) -> None:
    """Raises TrainError for examples that this network cannot take."""
    if not len(split.x_train):
        raise TrainError("There are no training examples. Make the validation part smaller.")
    shape = split.x_train.shape[1:]
    if shape != analysis.input_shape:
        raise TrainError(f"The network expects examples of shape {analysis.input_shape}, but those given are {shape}.")
