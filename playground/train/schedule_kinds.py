"""How the learning rate can change by itself while a network learns, for forms and messages. No torch in here."""

from __future__ import annotations

from playground.engine.choice import Choice
from playground.layers import Param

SCHEDULES = {
    "constant": Choice("constant", "The learning rate stays as it is."),
    "step": Choice(
        "in steps",
        "After every few epochs the learning rate is multiplied by a factor: first find the region, then the place.",
        (
            Param(
                "step_size",
                "Every … epochs",
                "int",
                10,
                "After so many epochs, and again after as many, the learning rate becomes smaller.",
                maximum=1_000_000,
            ),
            Param(
                "gamma",
                "Factor",
                "float",
                0.1,
                "What the learning rate is multiplied by.",
                minimum=0.0001,
                maximum=1.0,
            ),
        ),
    ),
    "cosine": Choice(
        "cosine",
        "The learning rate falls along half a cosine wave: slowly, then fast, then slowly (Loshchilov and Hutter, "
        "2016).",
        (
            Param(
                "T_max",
                "Epochs to fall",
                "int",
                0,
                "After so many epochs the lowest value is reached; 0: at the end of the run.",
                minimum=0,
                maximum=1_000_000,
            ),
            Param("eta_min", "Lowest", "float", 0.0, "Where the learning rate ends.", minimum=0.0, maximum=1000.0),
        ),
    ),
    "one_cycle": Choice(
        "one cycle",
        "The learning rate grows to its value, then falls to almost nothing, once in the whole run (Smith and Topin, "
        "2017). It changes with every batch and has a warm-up of its own.",
        (
            Param(
                "pct_start",
                "Growing part",
                "float",
                0.3,
                "The part of the run, 0 to 1, in which the learning rate grows.",
                minimum=0.01,
                maximum=0.99,
            ),
            Param(
                "div_factor",
                "Begin at 1 ÷",
                "float",
                25.0,
                "The run begins with the learning rate divided by this.",
                minimum=1.0,
                maximum=1e6,
            ),
            Param(
                "final_div_factor",
                "End at 1 ÷",
                "float",
                1e4,
                "The run ends with the first learning rate divided by this.",
                minimum=1.0,
                maximum=1e9,
            ),
            Param(
                "anneal_strategy",
                "Shape",
                "choice",
                "cos",
                "Whether it grows and falls along a cosine wave or along straight lines.",
                choices=("cos", "linear"),
            ),
        ),
    ),
    "plateau": Choice(
        "on plateau",
        "When the validation loss has not fallen for a while, the learning rate becomes smaller. Without validation "
        "examples the training loss is watched.",
        (
            Param(
                "factor",
                "Factor",
                "float",
                0.1,
                "What the learning rate is multiplied by.",
                minimum=0.0001,
                maximum=0.9999,
            ),
            Param(
                "patience",
                "Patience",
                "int",
                10,
                "For so many epochs without improvement it waits.",
                minimum=0,
                maximum=1_000_000,
            ),
            Param(
                "threshold",
                "Threshold",
                "float",
                1e-4,
                "Only a loss lower by more than this part of it counts as improvement.",
                minimum=0.0,
                maximum=1.0,
            ),
            Param(
                "cooldown",
                "Rest",
                "int",
                0,
                "For so many epochs after a reduction it does not count.",
                minimum=0,
                maximum=1_000_000,
            ),
            Param(
                "min_lr", "Lowest", "float", 0.0, "The learning rate never falls below.", minimum=0.0, maximum=1000.0
            ),
        ),
    ),
}
"""By the keys that `TrainingSettings.schedule` takes."""

HAS_OWN_WARMUP = frozenset({"one_cycle"})
"""Schedules beside which `warmup_epochs` plays no part."""
