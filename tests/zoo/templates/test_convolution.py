"""Small blocks of convolutions beside the same written in PyTorch."""

from __future__ import annotations

import pytest
from torch import nn

from playground.engine.shapes import analyse
from playground.zoo import all_templates, template
from tests.zoo.by_hand import assert_same, conv_norm


def test_convolution_norm_relu() -> None:
    assert_same(template("conv_norm_relu").graph((5, 9, 9)), nn.Sequential(conv_norm(5, 5, 3), nn.ReLU()))


def test_a_vgg_stage_sees_twice_and_halves() -> None:
    two = [nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()]
    assert_same(template("vgg_stage").graph((4, 8, 8)), nn.Sequential(*two, nn.MaxPool2d(2)))


def test_a_row_and_a_column_of_weights() -> None:
    row, column = nn.Conv2d(3, 3, (1, 3), padding=(0, 1)), nn.Conv2d(3, 3, (3, 1), padding=(1, 0))
    assert_same(template("spatially_separable").graph((3, 7, 7)), nn.Sequential(row, column, nn.ReLU()))


@pytest.mark.parametrize("each", all_templates(), ids=lambda each: each.key)
def test_every_block_of_the_palette_can_be_put_behind_a_picture_of_its_shape(each: object) -> None:
    found = next(one for one in all_templates() if one is each)
    graph = found.graph()
    analysis = analyse(graph)
    assert not [problem for problem in analysis.problems if not problem.is_unfinished]
    assert [block.kind for block in graph.blocks if not block.parent] == [found.key]
    assert graph.block(found.key).title == found.title
    assert found.idea.endswith(".")
