"""Every block of the palette: it fits whatever it is put behind, and it can be found."""

from __future__ import annotations

import re

import pytest

from playground.engine.shapes import analyse
from playground.graph.outline import outline
from playground.zoo import Template, UnknownTemplate, all_templates, template
from playground.zoo._template import register_template

each_template = pytest.mark.parametrize("block", all_templates(), ids=lambda block: block.key)


@each_template
@pytest.mark.parametrize("channels", [1, 3, 16, 100])
def test_it_fits_any_number_of_channels(block: Template, channels: int) -> None:
    analysis = analyse(block.graph((channels, *block.shape[1:])))
    assert [problem.message for problem in analysis.problems if not problem.is_unfinished] == []
    assert analysis.output_shape is not None


@each_template
def test_it_is_one_closed_card_behind_its_input(block: Template) -> None:
    graph = block.graph()
    assert outline(graph).cards == ("input", block.key)
    assert graph.block(block.key).kind == block.key
    assert graph.block(block.key).title == block.title
    assert {thread.target for thread in outline(graph).threads} == {block.key}
    assert {edge.source for edge in graph.edges if edge.source not in graph.members[block.key]} == {"input"}


@each_template
def test_its_fragment_is_the_block_alone(block: Template) -> None:
    fragment, graph = block.fragment(), block.graph()
    assert {node.id for node in graph} - {node.id for node in fragment} == {"input"}
    assert all("input" not in (edge.source, edge.target) for edge in fragment.edges)
    assert fragment.blocks == graph.blocks


@each_template
def test_it_says_what_it_is_for(block: Template) -> None:
    assert block.family
    assert re.search(r"\b(19|20)\d\d\b", block.source)
    assert 1 <= len(re.findall(r"[.?](?= |$)", block.idea)) <= 3
    assert block.idea.endswith(".")
    assert template(block.key) is block


def test_a_misspelt_key_gets_a_suggestion() -> None:
    with pytest.raises(UnknownTemplate, match=r"no block “botleneck”.* Did you mean “bottleneck”"):
        template("botleneck")


def test_a_key_cannot_be_used_twice() -> None:
    with pytest.raises(ValueError, match="Two blocks are called “bottleneck”"):
        register_template(template("bottleneck"))
