"""What the notes on printed numbers say, worked out again with the lectures' own roundings and nothing else."""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from playground.zoo import all_zoo_networks
from playground.zoo.mazur import PUBLISHED
from playground.zoo.worked_convolutions import ANSWER, BIAS, EDGE, PICTURE, SIGNAL, WINDOW
from playground.zoo.worked_layers import ANSWERS, BATCH, NORMALISED, SCALE, SHIFT
from playground.zoo.worked_logic import CORNERS, TRUTH
from playground.zoo.worked_pooling import SMALL_TABLE, TABLE

NINTH = Decimal("1e-9")


def test_mazurs_blame_from_o2_was_rounded_twice() -> None:
    out, slope = Decimal("0.772928465"), Decimal("0.175510053")
    assert slope == (out * (1 - out)).quantize(NINTH, ROUND_HALF_UP)
    delta = ((out - Decimal("0.99")) * slope).quantize(NINTH, ROUND_HALF_UP)
    assert delta == Decimal("-0.038098237")
    assert (delta * Decimal("0.50")).quantize(NINTH, ROUND_HALF_UP) == Decimal("-0.019049119")
    assert ((out - Decimal("0.99")) * out * (1 - out) / 2).quantize(NINTH, ROUND_HALF_UP) == Decimal("-0.019049118")


def test_mazurs_last_error_is_not_that_of_the_outputs_printed_with_it() -> None:
    error = ((Decimal("0.01") - Decimal("0.015912196")) ** 2 + (Decimal("0.99") - Decimal("0.984065734")) ** 2) / 2
    assert error.quantize(NINTH, ROUND_HALF_UP) == Decimal("0.000035085")
    assert error.quantize(NINTH / 10, ROUND_HALF_UP) != Decimal("0.0000351085")
    longest = max(len(number.printed.partition(".")[2]) for number in PUBLISHED if number.kind != "loss_after")
    assert longest == 9


def test_only_minus_nine_gives_the_printed_seven_and_a_half() -> None:
    patch, window = np.array(SIGNAL)[:3, :3], np.array(WINDOW)
    assert (patch * window).sum() + BIAS == 7.5
    window[0, 2] = 4
    assert (patch * window).sum() + BIAS == -5.5


def test_the_edge_detector_by_hand() -> None:
    picture, edge = np.array(PICTURE), np.array(EDGE)
    windows = [[(picture[r : r + 3, c : c + 3] * edge).sum() for c in range(4)] for r in range(4)]
    assert windows == [list(row) for row in ANSWER]


def window_of_the_table(row: int, column: int) -> list[Decimal]:
    return [Decimal(str(TABLE[3 * row + i][3 * column + j])) for i in range(3) for j in range(3)]


def mean(numbers: list[Decimal], places: str) -> Decimal:
    return (sum(numbers, Decimal()) / 9).quantize(Decimal(places), ROUND_HALF_UP)


def test_the_first_mean_belongs_to_the_table() -> None:
    assert mean(window_of_the_table(0, 0), "0.01") == Decimal("2.33")


def test_the_upper_right_mean_lacks_a_two() -> None:
    numbers = window_of_the_table(0, 1)
    assert sum(numbers) == 14
    numbers.remove(Decimal("2.0"))
    assert mean(numbers, "0.1") == Decimal("1.3")


def test_the_lower_means_belong_to_a_table_whose_odd_number_stands_in_the_left_window() -> None:
    left, right = window_of_the_table(1, 0), window_of_the_table(1, 1)
    assert (sum(left), sum(right)) == (32, Decimal("22.1"))
    assert (mean(left, "0.01"), mean(right, "0.01")) == (Decimal("3.56"), Decimal("2.46"))
    odd = Decimal("1.2")
    right[right.index(odd)] = Decimal(0)
    left[left.index(Decimal("5.0"))] = odd
    assert (mean(left, "0.01"), mean(right, "0.01")) == (Decimal("3.13"), Decimal("2.32"))


def test_whole_numbers_cannot_have_the_lower_left_mean() -> None:
    assert Decimal("3.13") not in {(Decimal(total) / 9).quantize(Decimal("0.01")) for total in range(100)}


def test_the_lower_row_of_the_small_table_is_a_row_of_its_upper_left_window() -> None:
    table = np.array(SMALL_TABLE)
    windows = table.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    np.testing.assert_array_equal(windows.max(axis=2), [[0.5, 1.6], [0.4, 1.7]])
    assert not {0.0, 0.5} & set(windows[1].ravel())
    side_by_side = [(r, c) for r in range(4) for c in range(3) if tuple(table[r, c : c + 2]) == (0.0, 0.5)]
    assert side_by_side == [(1, 0)]


def test_dropped_units_are_made_up_for_by_seventy_percent() -> None:
    """The mean over all masks, each with its chance, of what the next layer gets from one unit of output 1."""
    chances = {0: 0.3, 1: 0.7}
    in_training = sum(chance * kept for kept, chance in chances.items())
    assert in_training == pytest.approx(0.7)
    assert in_training != pytest.approx(0.3)


def test_the_batch_on_paper() -> None:
    batch = np.array(BATCH)
    deviations = batch - batch.mean(axis=0)
    normalised = deviations / np.sqrt((deviations**2).mean(axis=0))
    np.testing.assert_allclose(normalised, np.array(NORMALISED, dtype=float))
    np.testing.assert_allclose(normalised * SCALE + SHIFT, np.array(ANSWERS, dtype=float))


def test_no_weights_of_one_unit_give_xor() -> None:
    """On a grid that holds AND and OR many times over."""
    steps = np.linspace(-2, 2, 17)
    found = {
        tuple(int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in CORNERS) for w1, w2, b in itertools.product(steps, repeat=3)
    }
    assert {TRUTH["AND"], TRUTH["OR"]} <= found
    assert TRUTH["XOR"] not in found


def test_two_gradients_of_the_figure_follow_from_unrounded_numbers_only() -> None:
    assert f"{np.exp(-1) * -0.53:.2f}" == "-0.19"
    assert f"{np.exp(-1) * -1 / (1 + np.exp(-1)) ** 2:.2f}" == "-0.20"
    assert f"{-3 * 0.20:.2f}" == "-0.60"
    slope = 1 / (1 + np.exp(-1)) * (1 - 1 / (1 + np.exp(-1)))
    assert f"{-3 * slope:.2f}" == "-0.59"


def test_every_worked_example_names_its_source() -> None:
    worked = [network for network in all_zoo_networks() if network.publication is not None]
    assert len(worked) >= 17
    for network in worked:
        assert network.publication is not None
        assert network.example == network.key
        assert network.publication.source
        assert network.publication.numbers
        assert len(set(network.publication.numbers)) == len(network.publication.numbers)
        assert network.family == "Worked examples" or network.key == "mazur"
