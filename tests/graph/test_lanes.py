"""Lanes for wires that pass cards."""

from __future__ import annotations

import itertools

import pytest

from playground.graph.lanes import TURN, lanes
from playground.graph.layout import arrange
from playground.graph.model import Graph
from playground.graph.outline import outline
from tests.graph.drawings import Rectangle, chain, inception, rectangles, residual, u_net

CARDS: list[Rectangle] = [(200.0 * n, 0.0, 150.0, 130.0) for n in range(5)]
PORT = 38.0


def wire(source: int, target: int, port: int = 0) -> tuple[tuple[float, float], tuple[float, float]]:
    """Between two of the cards in a row."""
    return (200.0 * source + 150, PORT), (200.0 * target, PORT + 16 * port)


def test_neighbours_need_no_lane() -> None:
    assert lanes([wire(0, 1), wire(3, 4)], CARDS) == [None, None]


def test_a_skip_runs_just_above_the_cards() -> None:
    assert lanes([wire(0, 3)], CARDS) == [-14.0]


def test_it_runs_below_where_that_is_nearer() -> None:
    tall = [(200.0 * n, -200.0, 150.0, 250.0) for n in range(5)]
    assert lanes([wire(0, 3)], tall) == [64.0]


def test_skips_from_different_cards_keep_apart_and_those_from_one_share_a_lane() -> None:
    apart = lanes([wire(0, 3), wire(1, 4)], CARDS)
    assert apart[0] is not None
    assert apart[1] is not None
    assert abs(apart[0] - apart[1]) >= 10
    assert len(set(lanes([wire(0, 2), wire(0, 3), wire(0, 4)], CARDS))) == 1


def test_a_wire_back_to_the_next_row_runs_between_the_rows() -> None:
    below = [(x, y + 220.0, w, h) for x, y, w, h in CARDS]
    (height,) = lanes([((950.0, PORT), (0.0, 220.0 + PORT))], [*CARDS, *below])
    assert height is not None
    assert 130 + 14 <= height <= 220 - 14


def test_a_wire_back_in_its_own_row_runs_round_the_cards() -> None:
    (height,) = lanes([((950.0, PORT), (0.0, PORT))], CARDS)
    assert height is not None
    assert height <= -14 or height >= 144


def test_a_wire_keeps_out_of_the_frame_of_a_block_that_it_has_no_end_in() -> None:
    (height,) = lanes([wire(0, 4)], CARDS, [(170.0, -60.0, 610.0, 250.0)])
    assert height is not None
    assert height <= -74 or height >= 204


def threads(graph: Graph) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    boxes = rectangles(graph)
    found: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for thread in outline(graph).threads:
        (x, y, w, _), (u, v, _, _) = boxes[thread.source], boxes[thread.target]
        found.append(((x + w, y + PORT), (u, v + PORT + 16 * thread.target_port)))
    return found


@pytest.mark.parametrize("graph", [chain(40), residual(5), residual(9, is_open=False), inception(), u_net(4)])
def test_in_a_drawing_as_arranged_no_wire_runs_under_a_card(graph: Graph) -> None:
    drawn = arrange(graph)
    cards = [box for key, box in rectangles(drawn).items() if key in outline(drawn).cards]
    wires = threads(drawn)
    for (start, end), height in zip(wires, lanes(wires, cards), strict=True):
        left, right = sorted((start[0] + TURN, end[0] - TURN))
        low, high = (height, height) if height is not None else sorted((start[1], end[1]))
        if height is None:
            left, right = start[0], end[0]
        between = [box for box in cards if left < box[0] + box[2] and box[0] < right]
        assert not [box for box in between if box[1] <= high and low <= box[1] + box[3]]


def test_the_lanes_of_a_drawing_do_not_lie_on_each_other() -> None:
    """But for wires that start at one port."""
    drawn = arrange(residual(5))
    cards = [box for key, box in rectangles(drawn).items() if key in outline(drawn).cards]
    wires = threads(drawn)
    runs = [
        (height, *sorted((start[0], end[0])), start)
        for (start, end), height in zip(wires, lanes(wires, cards), strict=True)
        if height is not None
    ]
    for (y, left, right, start), (other_y, other_left, other_right, other_start) in itertools.combinations(runs, 2):
        assert start == other_start or abs(y - other_y) >= 10 or right <= other_left or other_right <= left


def test_a_long_wire_between_nearly_level_ports_runs_level_and_turns_at_its_end() -> None:
    assert lanes([((150.0, 38.0), (900.0, 54.0))], []) == [38.0]
    assert lanes([((150.0, 38.0), (900.0, 238.0))], []) == [None], "a great step down is one curve"
    assert lanes([((150.0, 38.0), (300.0, 54.0))], []) == [None], "a short one, too"
