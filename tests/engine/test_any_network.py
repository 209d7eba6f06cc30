"""Whatever is put together out of layers and settings: the analysis answers in words, and its repairs do something."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.shapes import Analysis, Problem, analyse
from playground.graph.model import Graph
from playground.layers import LayerType, all_layer_types, layer_type
from tests.engine.networks import DIGITS
from tests.engine.wild import any_network, layer_on_any_inputs

CHAINS = 8
"""Blocks of fifty random networks."""
FROM_TORCH = ("Expected", "RuntimeError", "ensor", "dimension (", "stack(", "Error", "torch", "cannot be built", "None")
"""What a message begins to say when it was not written for a user."""


def check_words(analysis: Analysis) -> None:
    """Each problem is a sentence; what cannot be computed has one; what can has its texts."""
    grave = {problem.node for problem in analysis.problems if not problem.is_warning}
    for problem in analysis.problems:
        assert problem.message.endswith("."), problem.message
        assert not any(words in problem.message for words in FROM_TORCH), problem.message
    for node in analysis.graph:
        report, kind = analysis.layers.get(node.id), layer_type(node.type)
        if report is None:
            waits = any(edge.source not in analysis.layers for edge in analysis.graph.incoming(node.id))
            assert waits or node.id in grave, f"nobody says why {node.id} is not computed"
            continue
        assert all(extent > 0 for extent in report.output)
        assert kind.describe(report.params)
        kind.caption(report.params)
        if node.id not in grave:
            kind.shape_arithmetic(report.params, report.inputs, report.output)
            kind.parameter_arithmetic(report.params, report.inputs)


def check_repairs(analysis: Analysis) -> None:
    """Each repair changes the network, and the same is not said again at the same place."""
    for problem in analysis.problems:
        for repair in problem.repairs:
            mended = repair.apply(analysis.graph)
            assert mended != analysis.graph, repair.label
            assert not _is_still_there(problem, analyse(mended, DIGITS)), f"{problem.message} → {repair.label}"


def _is_still_there(problem: Problem, analysis: Analysis) -> bool:
    return any((other.node, other.message) == (problem.node, problem.message) for other in analysis.problems)


def check(graph: Graph) -> None:
    try:
        analysis = analyse(graph, DIGITS)
        check_words(analysis)
        check_repairs(analysis)
    except Exception as error:
        raise AssertionError(str(graph)) from error


@pytest.mark.parametrize("seed", range(CHAINS))
def test_any_network_is_analysed_or_explained(seed: int) -> None:
    dice = np.random.default_rng(seed)
    for _ in range(50):
        check(any_network(dice))


@pytest.mark.parametrize("kind", all_layer_types(), ids=lambda kind: kind.key)
def test_any_layer_on_any_inputs_is_analysed_or_explained(kind: LayerType) -> None:
    dice = np.random.default_rng(sum(kind.key.encode()))
    for _ in range(4):
        check(layer_on_any_inputs(kind, dice))
