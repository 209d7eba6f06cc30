"""Whether settings of training make sense, said before it begins."""

from __future__ import annotations

from playground.engine.choice import Choice
from playground.engine.initialisers import INITIALISERS
from playground.graph.experiment import TrainingSettings
from playground.graph.model import ParamValue
from playground.layers import ParamError
from playground.train.augmentation_kinds import AUGMENTATION
from playground.train.errors import TrainError
from playground.train.methods import METHODS
from playground.train.schedule_kinds import SCHEDULES

BATCH_MODES = ("mini-batch", "whole set")
CLASS_WEIGHTS = ("none", "balanced")
PRECISIONS = ("full", "mixed")


def check_settings(settings: TrainingSettings) -> None:
    """Raises TrainError for settings that no optimizer could work with."""
    params = _checked("optimizer", settings.optimizer, METHODS, settings.optimizer_params)
    _checked("schedule", settings.schedule, SCHEDULES, settings.schedule_params)
    start = _checked("initialiser", settings.initialiser, INITIALISERS, settings.initialiser_params)
    _check_augmentation(settings)
    _check_numbers(settings)
    if params.get("nesterov") and (settings.momentum == 0 or params.get("dampening")):
        raise TrainError(
            "Nesterov looks ahead along the momentum, so it needs a momentum above 0 and a dampening of 0. "
            "Change those, or switch Nesterov off."
        )
    low, high = start.get("a", 0.0), start.get("b", 0.0)
    if isinstance(low, float) and isinstance(high, float) and low > high:
        raise TrainError(f"Starting weights cannot lie between {low:g} and {high:g}. Swap the limits.")
    for value, name, known in (
        (settings.batch_mode, "batch mode", BATCH_MODES),
        (settings.class_weights, "class weights", CLASS_WEIGHTS),
        (settings.precision, "precision", PRECISIONS),
    ):
        if value not in known:
            raise TrainError(f"There is no {name} “{value}”. Choose one of: {', '.join(known)}.")


def _check_augmentation(settings: TrainingSettings) -> None:
    try:
        AUGMENTATION.complete(settings.augmentation)
    except ParamError as error:
        raise TrainError(str(error)) from error


def _checked(noun: str, key: str, known: dict[str, Choice], given: object) -> dict[str, ParamValue]:
    if key not in known:
        raise TrainError(f"There is no {noun} “{key}”. Choose one of: {', '.join(known)}.")
    try:
        return known[key].complete(given)  # type: ignore[arg-type]
    except ParamError as error:
        raise TrainError(str(error)) from error


def _check_numbers(settings: TrainingSettings) -> None:
    infinite = float("inf")
    for value, name, below in (
        (settings.learning_rate, "learning rate", infinite),
        (settings.weight_decay, "weight decay", infinite),
        (settings.momentum, "momentum", 1.0),
        (settings.l1, "L1 penalty", infinite),
        (settings.clip_grad_norm, "limit of the gradient’s length", infinite),
        (settings.clip_grad_value, "limit of the gradient", infinite),
        (settings.min_delta, "least improvement", infinite),
        (settings.patience, "patience", infinite),
        (settings.warmup_epochs, "number of warm-up epochs", infinite),
        (settings.checkpoint_every, "number of epochs between checkpoints", infinite),
    ):
        if not 0 <= value < below:
            most = " and below 1" if below == 1.0 else ""
            raise TrainError(f"The {name} is {value}. Choose a number from 0{most}.")
    if settings.batch_size < 1:
        raise TrainError(f"The batch size is {settings.batch_size}. A batch holds at least 1 example.")
    if settings.epochs < 1:
        raise TrainError(f"The number of epochs is {settings.epochs}. Choose at least 1.")
