"""The rows of the summary, their order, and what is copied of them."""

from __future__ import annotations

import csv
import io

import pytest

from playground.engine.shapes import analyse
from playground.engine.summary import COLUMNS, Summary, csv_text, markdown, summarise
from playground.graph.blocks import ungroup
from playground.zoo import zoo_experiment


@pytest.fixture(scope="module")
def lenet() -> Summary:
    return summarise(analyse(zoo_experiment("lenet-5").graph))


@pytest.fixture(scope="module")
def resnet() -> Summary:
    return summarise(analyse(zoo_experiment("resnet-18").graph))


def test_a_row_says_all_of_its_layer(lenet: Summary) -> None:
    row = lenet.rows[1]
    assert (row.id, row.title, row.type, row.output) == ("conv1", "conv1", "Conv 2D", (6, 28, 28))
    assert (row.parameters, row.multiply_adds, row.activation) == (156, 117_600, 6 * 28 * 28 * 4)
    assert row.field.text(lenet.extents) == "5×5"


def test_the_sums_are_those_of_the_layers(resnet: Summary) -> None:
    analysis = analyse(zoo_experiment("resnet-18").graph)
    assert len(resnet.layers) == len(analysis.layers)
    assert resnet.parameters == sum(row.parameters for row in resnet.layers) == analysis.parameters
    assert resnet.multiply_adds == sum(row.multiply_adds for row in resnet.layers) == analysis.multiply_adds
    assert resnet.activation == sum(row.activation for row in resnet.layers)


def test_a_block_stands_before_its_layers_with_their_sums(resnet: Summary) -> None:
    blocks = [row for row in resnet.rows if row.is_block]
    assert blocks
    for number, row in enumerate(resnet.rows):
        if not row.is_block:
            continue
        inside = [other for other in resnet.layers if row.id in other.outer]
        assert row.parameters == sum(other.parameters for other in inside)
        assert row.multiply_adds == sum(other.multiply_adds for other in inside)
        assert row.activation == sum(other.activation for other in inside)
        assert row.layers == len(inside)
        held = [other for other in resnet.rows if row.id in other.outer]
        assert list(resnet.rows[number + 1 : number + 1 + len(held)]) == held
        # What leaves the block is what its last layer gives.
        assert (row.output, row.field) == (inside[-1].output, inside[-1].field)


def test_folding_hides_what_is_inside(resnet: Summary) -> None:
    outer = next(row for row in resnet.rows if row.is_block)
    shown = resnet.unfolded({outer.id})
    assert outer in shown
    assert not any(outer.id in row.outer for row in shown)
    assert len(shown) < len(resnet.rows)
    everything = {row.id for row in resnet.rows if row.is_block}
    assert [row for row in resnet.unfolded(everything) if row.outer] == []
    assert resnet.unfolded(()) == resnet.rows


@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_layers_are_ordered_by_any_column_as_numbers(lenet: Summary, column: int) -> None:
    up, down = lenet.ordered(column), lenet.ordered(column, descending=True)
    assert sorted(row.id for row in up) == sorted(row.id for row in lenet.rows)
    if column == 3:
        assert [row.parameters for row in down] == sorted((row.parameters for row in lenet.rows), reverse=True)
    if column == 6:
        assert up[0].id == "input"
        assert down[0].field.is_everything
    if column == 2:
        assert (up[0].id, down[0].id) == ("loss", "conv1")


def test_without_blocks_the_rows_are_the_layers() -> None:
    graph = zoo_experiment("resnet-18").graph
    for block in [block.id for block in graph.blocks]:
        graph = ungroup(graph, block)
    assert not any(row.is_block or row.outer for row in summarise(analyse(graph)).rows)


def test_markdown_is_a_table_with_the_sums_below(lenet: Summary) -> None:
    lines = markdown(lenet.rows, lenet).splitlines()
    assert len(lines) == 2 + len(lenet.rows) + 1
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 1}
    assert lines[3] == "| conv1 | Conv 2D | 6×28×28 | 156 | 117,600 | 18,816 B | 5×5 |"
    assert "61,706" in lines[-1]


def test_markdown_survives_a_name_with_a_bar(lenet: Summary) -> None:
    from dataclasses import replace

    row = replace(lenet.rows[1], title="a|b")
    assert markdown([row], lenet).splitlines()[2].count("|") == len(COLUMNS) + 1


def test_markdown_indents_what_is_in_a_block(resnet: Summary) -> None:
    lines = markdown(resnet.rows, resnet).splitlines()
    depths = [line.count("&emsp;") for line in lines[2:-1]]
    assert depths == [len(row.outer) for row in resnet.rows]
    assert max(depths) == 2


def test_csv_can_be_read_and_added_up(resnet: Summary) -> None:
    read = list(csv.DictReader(io.StringIO(csv_text(resnet.rows, resnet))))
    assert len(read) == len(resnet.layers)
    assert sum(int(line["parameters"]) for line in read) == resnet.parameters
    assert sum(int(line["multiply-adds"]) for line in read) == resnet.multiply_adds
    assert sum(int(line["activation memory (bytes)"]) for line in read) == resnet.activation
    inner = next(line for line in read if line["layer"] == "conv2_block1_conv1")
    assert inner["block"] == "conv2_x · 2 blocks / Basic block 1"
    assert inner["receptive field"] == "19×19"
