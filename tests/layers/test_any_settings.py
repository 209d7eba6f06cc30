"""Whatever is typed into a layer's form and wired into it: it works, or it is explained; nothing ever raises."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.shapes import Problem, analyse
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import PADDING_WORDS, LayerType, Param, Shape, all_layer_types

DRAWS = 40
_EXTENTS = (1, 2, 3, 5, 8, 16, 28, 64)


def wild(param: Param, rng: np.random.Generator) -> ParamValue:
    """Any value that the form lets through, the ends of the range often among them."""
    low, high = param.minimum, param.maximum
    first, last = int(np.ceil(low)), int(high)

    def whole() -> int:
        near = int(rng.integers(first, min(last, first + 5) + 1))
        return int(rng.choice([first, last, near, near, near, int(rng.integers(first, last + 1))]))

    match param.kind:
        case "bool":
            return bool(rng.random() < 0.5)
        case "choice":
            return str(rng.choice(param.choices))
        case "float":
            return float(rng.choice([low, high, rng.uniform(low, high)]))
        case "int":
            return whole()
        case "pair" | "triple":
            return tuple(whole() for _ in range(2 if param.kind == "pair" else 3))
        case "padding":
            numbers = [whole() for _ in range((param.lengths or (2,))[0])]
            return str(rng.choice(PADDING_WORDS)) if rng.random() < 0.3 else param.check(numbers)
        case "numbers":
            count = int(rng.choice(param.lengths or (1, 2, 4, 9, 25)))
            return tuple(float(rng.choice([low, high, 0.0, 1.0, -1.5])) for _ in range(count))
        case "shape":
            return tuple(whole() for _ in range(int(rng.choice(param.lengths or (1, 2, 3, 4)))))


def drawn_network(kind: LayerType, rng: np.random.Generator) -> Graph:
    """The layer behind as many inputs as it may have, of any number of dimensions; most settings are wild."""
    params: dict[str, ParamValue] = {}
    for param in kind.params:
        if rng.random() < 0.6:
            value = wild(param, rng)
            params[param.key] = value if param.kind in ("bool", "choice") else _allowed(param, value)
    graph = Graph((Node("layer", kind.key, params),))
    fewest, most = max(kind.min_inputs, 0), min(kind.max_inputs, 3)
    rank = int(rng.integers(1, 5))
    for port in range(int(rng.integers(min(fewest, most), most + 1))):
        if rng.random() < 0.1:
            rank = int(rng.integers(1, 5))
        shape: Shape = tuple(int(extent) for extent in rng.choice(_EXTENTS, rank))
        source = Node(f"in{port}", "input", {"shape": shape})
        graph = Graph((*graph.nodes, source), (*graph.edges, Edge(source.id, "layer", 0, port)))
    return graph


def _allowed(param: Param, value: ParamValue) -> ParamValue:
    """The value in its canonical form, if the parameter's own range has a gap there, its default."""
    try:
        return param.check(value)
    except ValueError:
        return param.default


def problems(graph: Graph) -> list[Problem]:
    return [found for found in analyse(graph).problems if found.node == "layer" and not found.is_warning]


@pytest.mark.parametrize("kind", all_layer_types(), ids=lambda kind: kind.key)
def test_every_problem_is_explained(kind: LayerType) -> None:
    rng = np.random.default_rng(len(kind.key))
    for _ in range(DRAWS):
        graph = drawn_network(kind, rng)
        found = problems(graph)
        for problem in found:
            assert "cannot be built" not in problem.message, graph
            assert problem.message.endswith("."), problem.message
            for repair in problem.repairs:
                problems(repair.apply(graph))
        report = analyse(graph).layers.get("layer")
        if report is None:
            assert found, f"nothing is computed, and nobody says why: {graph}"
        else:
            kind.caption(report.params)
            kind.describe(report.params)
            if not found:
                kind.shape_arithmetic(report.params, report.inputs, report.output)
                kind.parameter_arithmetic(report.params, report.inputs)
