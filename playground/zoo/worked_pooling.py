"""Pooling as two lectures print it: two tables, and the results, of which some do not belong to them."""

from __future__ import annotations

from playground.graph.circuit import DESCENT, given_data
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked
from playground.zoo.worked_convolutions import LECTURE

TABLE = (
    (1.0, 2.0, 6.0, 0.0, 0.0, 2.0),
    (2.0, 0.0, 3.0, 2.0, 1.0, 0.0),
    (0.0, 4.0, 3.0, 3.0, 5.0, 1.0),
    (1.0, 2.0, 3.0, 0.0, 1.2, 2.0),
    (5.0, 6.0, 4.0, 1.0, 0.0, 4.1),
    (9.0, 2.0, 0.0, 2.0, 7.8, 4.0),
)


def build() -> Graph:
    """Windows of 3 × 3 side by side: of each the largest number, and beside it the mean."""
    net = Sketch((1, 6, 6))
    largest = net.add("max_pool2d", "max_pooling", kernel_size=3, stride=3)
    mean = net.add("avg_pool2d", "mean_pooling", after="input", kernel_size=3, stride=3)
    net.add("concat", "concat", after=(largest, mean))
    net.add("output_loss", "loss")
    return net.graph()


def _mean(row: int, column: int, printed: str, note: str = "") -> Published:
    where = f"{('upper', 'lower')[row]} {('left', 'right')[column]}"
    return Published(f"mean, {where}", printed, "mean_pooling", "output", (0, row, column), note=note)


UPPER_RIGHT = (
    "The nine numbers add up to 14, and 14 / 9 = 1.56. The printed 1.3 belongs to a sum of 12 (12 / 9 = 1.33): a 2 is "
    "missing."
)
LOWER_LEFT = (
    "The nine numbers add up to 32, and 32 / 9 = 3.56. The printed 3.13 is 28.2 / 9, and whole numbers cannot add up "
    "to 28.2: with the 1.2 that stands in the window to the right in the place of the 5 they do."
)
LOWER_RIGHT = (
    "The nine numbers add up to 22.1, and 22.1 / 9 = 2.46. The printed 2.32 is 20.9 / 9: the sum without the 1.2. So "
    "both lower means were worked out from a table in which the 1.2 stood in the left window."
)

NUMBERS = (
    *(
        Published(f"table, row {r + 1}", " ".join(f"{number:g}" for number in row), "input", "output", (0, r))
        for r, row in enumerate(TABLE)
    ),
    Published("max, upper row", "6 5", "max_pooling", "output", (0, 0)),
    Published("max, lower row", "9 7.8", "max_pooling", "output", (0, 1)),
    _mean(0, 0, "2.33"),
    _mean(0, 1, "1.3", UPPER_RIGHT),
    _mean(1, 0, "3.13", LOWER_LEFT),
    _mean(1, 1, "2.32", LOWER_RIGHT),
)

POOLING = register_worked(
    ZooNetwork(
        key="pooling-6x6",
        title="Max- and mean-pooling",
        year=1994,
        idea="A table of 6 × 6 in windows of 3 × 3: of each window the largest number, and beside it the mean. "
        "Backwards the blame goes to the winner alone, or in ninths to all.",
        source=f"{LECTURE[0].upper()}{LECTURE[1:]}, after Y. LeCun 1994",
        published="Largest 6, 5, 9, 7.8; means 2.33, 1.3, 3.13, 2.32, of which only the first belongs to the table.",
        build=build,
        data_settings=given_data([number for row in TABLE for number in row], (1, 6, 6)),
        training=DESCENT,
        publication=Publication(source=LECTURE, numbers=NUMBERS),
    )
)

# ---- the smaller table of another lecture

SMALL_TABLE = (
    (0.1, 0.0, 1.0, 0.4),
    (0.0, 0.5, 0.4, 1.6),
    (0.3, 0.2, 1.7, 1.1),
    (0.2, 0.4, 1.1, 1.7),
)
_SMALL_PRINTED = ("0.1 0 1.0 0.4", "0 0.5 0.4 1.6", "0.3 0.2 1.7 1.1", "0.2 0.4 1.1 1.7")

LOWER_ROW = (
    "The largest of 0.3, 0.2, 0.2 and 0.4 is 0.4, and of 1.7, 1.1, 1.1 and 1.7 it is 1.7. The printed 0 and 0.5 are in "
    "neither window: they are the second row of the table's upper left window, written down once more."
)


def small() -> Graph:
    """Windows of 2 × 2 in steps of 2: of each the largest number."""
    net = Sketch((1, 4, 4))
    net.add("max_pool2d", "max_pooling", kernel_size=2, stride=2)
    net.add("output_loss", "loss")
    return net.graph()


MAX_POOLING = register_worked(
    ZooNetwork(
        key="max-pooling-4x4",
        title="Max-pooling, 2 × 2 filter",
        year=2023,
        idea="A table of 4 × 4 in windows of 2 × 2, in steps of 2: of every four numbers the largest is kept. "
        "Backwards it alone gets the blame.",
        source="Z. Keita, An introduction to convolutional neural networks (DataCamp), 2023; printed in the lecture on "
        "neural networks",
        published="0.5 and 1.6 in the upper row; 0 and 0.5 in the lower one, which has to be 0.4 and 1.7.",
        build=small,
        data_settings=given_data([number for row in SMALL_TABLE for number in row], (1, 4, 4)),
        training=DESCENT,
        publication=Publication(
            source="lecture “Neural network” (chapter 5)",
            numbers=(
                *(
                    Published(f"row {r + 1}", printed, "input", "output", (0, r))
                    for r, printed in enumerate(_SMALL_PRINTED)
                ),
                Published("max, upper", "0.5 1.6", "max_pooling", "output", (0, 0)),
                Published("max, lower", "0 0.5", "max_pooling", "output", (0, 1), note=LOWER_ROW),
            ),
        ),
    )
)
