"""Dropout and batch normalisation with numbers small enough for paper."""

from __future__ import annotations

from dataclasses import replace

from playground.graph.circuit import DESCENT, given_data, given_examples
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked
from playground.zoo.worked_convolutions import LECTURE

# ---- dropout: two ways to make up for what is missing

UNITS = 10
DROPPED = 0.3


def dropout() -> Graph:
    """Ten units of output 1: dropped at random and enlarged; and made smaller, as the first paper does at test time."""
    net = Sketch((UNITS,))
    kept = net.add("dropout", "inverted", p=DROPPED)
    at_test = net.add("scale", "at_test_time", after="input", factor=1 - DROPPED)
    net.add("concat", "concat", after=(kept, at_test))
    net.add("output_loss", "loss")
    return net.graph()


_SEVENTY = (
    "At test time all units are there, not 70 % of them as in training, so each has to give 1 − 0.3 = 70 % of its "
    "value. The lecture prints 30 %, the share that was dropped: a slip."
)

DROPOUT = register_worked(
    ZooNetwork(
        key="dropout-scaling",
        title="Dropout, scaled two ways",
        year=2014,
        idea="Ten units that all say 1, of which dropout silences about three. Inverted dropout makes up for them "
        "while training, dividing by 0.7; the first paper did it at test time, multiplying by 0.7.",
        source=f"Srivastava and others 2014, Dropout; printed in the {LECTURE}",
        published="Divided by (1 − 0.3) while training; “decreased to 30 %” at test time, which has to be 70 %.",
        build=dropout,
        data_settings=given_data([1.0] * UNITS),
        training=DESCENT,
        seed=1,  # which happens to drop three of the ten in the first round
        publication=Publication(
            source=LECTURE,
            numbers=(
                Published("in training: divided by", "0.7", "inverted", "divisor"),
                Published("at test time: % of it", "30", "at_test_time", "factor", note=_SEVENTY, unit=0.01),
            ),
            remark="The lecture gives the shares only; the ten ones are our own. Which of them are dropped is drawn "
            "anew for every round.",
        ),
    )
)

# ---- batch normalisation, algorithm 1

BATCH = ((3.0, 1.0), (9.0, 1.0), (11.0, 3.0), (17.0, 3.0))
"""Deviations −7, −1, 1, 7 have the mean square 25, and −1, −1, 1, 1 have 1: the roots come out even."""

SCALE, SHIFT = (2.0, 0.5), (1.0, -1.0)
NORMALISED = (("-1.400", "-1.000"), ("-0.200", "-1.000"), ("0.200", "1.000"), ("1.400", "1.000"))
ANSWERS = (("-1.800", "-1.500"), ("0.600", "-1.500"), ("1.400", "-0.500"), ("3.800", "-0.500"))


def batch_norm() -> Graph:
    """Two numbers per example, normalised over the batch, and compared with 0."""
    net = Sketch((2,))
    net.add("batch_norm1d", "norm1", initial={"weight": SCALE, "bias": SHIFT})
    net.add("squared_error", "loss", reduction="half_sum")
    return net.graph()


def _steps(feature: int) -> tuple[Published, ...]:
    """The four lines of the algorithm for one of the two numbers."""
    mean, variance = (("10", "2"), ("25", "1"))
    at = (feature,)
    name = f"x{feature + 1}"
    return (
        Published(f"μ of {name}", mean[feature], "norm1", "batch_mean", at),
        Published(f"σ² of {name}", variance[feature], "norm1", "batch_variance", at),
        *(
            Published(f"x̂{feature + 1}, example {k + 1}", NORMALISED[k][feature], "norm1", "normalised", at, example=k)
            for k in range(len(BATCH))
        ),
        *(
            Published(f"y{feature + 1}, example {k + 1}", ANSWERS[k][feature], "norm1", "output", at, example=k)
            for k in range(len(BATCH))
        ),
    )


BATCH_NORM = register_worked(
    ZooNetwork(
        key="batch-norm-by-hand",
        title="Batch norm, algorithm 1",
        year=2015,
        idea="Four examples of two numbers each: mean, variance, normalise, scale and shift. The numbers are chosen so "
        "that all roots come out even.",
        source=f"Ioffe and Szegedy 2015, Batch normalization (algorithm 1); printed in the {LECTURE}",
        published="The lecture prints the four lines of the algorithm and no numbers; the batch is our own.",
        build=batch_norm,
        data_settings=given_examples(BATCH, [(0.0, 0.0)] * len(BATCH)),
        training=replace(DESCENT, batch_size=len(BATCH)),
        counted_parameters=4,
        together=len(BATCH),
        publication=Publication(
            source=LECTURE,
            numbers=(*_steps(0), *_steps(1)),
            heading="On paper beside live",
            theirs="on paper",
            remark="The lecture prints the algorithm without numbers. These were worked out on paper with ε = 0, for "
            "γ = (2, 0.5) and β = (1, −1); the layer adds ε = 0.00001 to σ², which does not show in three places.",
        ),
    )
)
