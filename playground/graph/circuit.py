"""From an expression to a network of gates that ends in its own value as the loss, and to that value itself."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.expression import LARGEST, Expression, ExpressionError, Fixed, Gate, Leaf, Term
from playground.graph.layout import arrange
from playground.graph.model import Edge, Graph, Node, ParamValue

_AMOUNT = {"scale": "factor", "shift": "amount"}
_WEIGHTS = ("w", "b", "theta")

RATE = 0.1
"""The learning rate that a graph of gates begins with."""


def learnt_by_default(names: Sequence[str]) -> frozenset[str]:
    """The names that sound like weights: w0, b. The others are inputs; where none would be left, all are."""
    learnt = frozenset(name for name in names if name.lower().startswith(_WEIGHTS))
    return frozenset() if len(learnt) == len(names) else learnt


def circuit(expression: Expression, values: Mapping[str, float], learnt: Collection[str]) -> Graph:
    """A card for each gate, laid out.

    The inputs are slices of one Input (of a single input, the Input itself), in the order of `names`; what is learnt
    is a Parameter with its value given by hand; the end is an Output as loss.

    Raises:
        ExpressionError: no name is an input, or a value is out of range.
    """
    inputs = inputs_of(expression, learnt)
    for name in expression.names:
        if not abs(values[name]) <= LARGEST:
            raise ExpressionError(f"{name} has to lie between −{LARGEST:,.0f} and {LARGEST:,.0f}.")
    return arrange(_Writer(expression, values, learnt, inputs).graph())


def circuit_experiment(expression: Expression, values: Mapping[str, float], learnt: Collection[str]) -> Experiment:
    """The same as an experiment: plain gradient descent on the one example that the inputs make.

    Raises:
        ExpressionError: as above.
    """
    graph = circuit(expression, values, learnt)
    data = given_data([values[name] for name in inputs_of(expression, learnt)])
    return Experiment(graph, data, DESCENT)


DESCENT = TrainingSettings(
    optimizer="sgd", learning_rate=RATE, momentum=0.0, weight_decay=0.0, batch_size=1, epochs=100
)


def given_data(numbers: Sequence[float], shape: tuple[int, ...] = ()) -> DataSettings:
    """The data set of one example, made of these numbers: a list, or row after row of that shape."""
    size = "x".join(map(str, shape)) + ":" if shape else ""
    return DataSettings(f"given:{size}{_listed(numbers)}", validation_fraction=0.0)


def given_examples(examples: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]) -> DataSettings:
    """The data set of these lists of numbers, and what should come out for each."""
    written, wanted = (";".join(_listed(numbers) for numbers in lists) for lists in (examples, targets))
    return DataSettings(f"given:{written}={wanted}", validation_fraction=0.0)


def _listed(numbers: Sequence[float]) -> str:
    return ",".join(repr(float(number)).removesuffix(".0") for number in numbers)


def inputs_of(expression: Expression, learnt: Collection[str]) -> tuple[str, ...]:
    """The names that are not learnt.

    Raises:
        ExpressionError: there are none.
    """
    inputs = tuple(name for name in expression.names if name not in learnt)
    if not inputs:
        raise ExpressionError("At least one number has to be an input: it is the example that goes through.")
    return inputs


class _Writer:
    """Writes the terms down as cards."""

    def __init__(
        self, expression: Expression, values: Mapping[str, float], learnt: Collection[str], inputs: tuple[str, ...]
    ) -> None:
        self._expression, self._values, self._learnt, self._inputs = expression, values, learnt, inputs
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._taken = set(expression.names)
        self._ids: dict[int, str] = {}

    def graph(self) -> Graph:
        count = len(self._inputs)
        source = self._inputs[0] if count == 1 else self._free("input", bare=True)
        self._nodes.append(Node(source, "input", {"shape": (count,)}))
        for term in self._expression.terms:
            self._ids[id(term)] = self._write(term, source)
        self._wire(self._add(self._free("loss", bare=True), "output_loss"), [self._expression.result])
        return Graph(tuple(self._nodes), tuple(self._edges))

    def _write(self, term: Term, source: str) -> str:
        """The card of a term; its id."""
        match term:
            case Leaf(name=name) if name in self._learnt:
                start: Mapping[str, tuple[float, ...]] = {"weight": (float(self._values[name]),)}
                self._nodes.append(Node(name, "parameter", {"shape": (1,)}, initial=start))
                return name
            case Leaf(name=name):
                if len(self._inputs) > 1:
                    self._add(name, "slice", {"start": self._inputs.index(name), "length": 1})
                    self._edges.append(Edge(source, name))
                return name
            case Fixed(value=value):
                return self._add(self._free("constant"), "constant", {"value": (value,), "shape": (1,)})
            case Gate(type=kind, amount=amount, name=name):
                params = {} if amount is None else {_AMOUNT[kind]: amount}
                node_id = self._free(name, bare=True) if name else self._free(kind)
                return self._wire(self._add(node_id, kind, params), term.inputs)

    def _add(self, node_id: str, kind: str, params: Mapping[str, ParamValue] | None = None) -> str:
        self._nodes.append(Node(node_id, kind, params or {}))
        return node_id

    def _wire(self, node_id: str, sources: Sequence[Term]) -> str:
        self._edges += [Edge(self._ids[id(term)], node_id, 0, port) for port, term in enumerate(sources)]
        return node_id

    def _free(self, stem: str, *, bare: bool = False) -> str:
        """stem1, stem2, … or, `bare`, the stem itself if nothing has it yet."""
        number = 1
        found = stem if bare else f"{stem}1"
        while found in self._taken:
            number += 1
            found = f"{stem}{number}" if not stem[-1].isdigit() else f"{stem}_{number}"
        self._taken.add(found)
        return found


# ---- the value


def _apply(kind: str, numbers: Sequence[float], amount: float) -> float:
    """One operation. Raises what Python's own arithmetic raises."""
    a = numbers[0]
    match kind:
        case "scale":
            return amount * a
        case "shift":
            return amount + a
        case "add":
            return sum(numbers)
        case "multiply":
            return math.prod(numbers)
        case "maximum":
            return max(numbers)
        case "negate":
            return -a
        case "reciprocal":
            return 1 / a
        case "square":
            return a * a
        case "sigmoid":
            return 0.5 * (1 + math.tanh(0.5 * a))
        case "relu":
            return max(a, 0.0)
        case "softplus":
            return max(a, 0.0) + math.log1p(math.exp(-abs(a)))
        case _:
            return {"exp": math.exp, "log": math.log, "tanh": math.tanh, "sine": math.sin}[kind](a)


def value_of(expression: Expression, values: Mapping[str, float]) -> float:
    """What the expression comes to.

    Raises:
        ExpressionError: it comes to no number, such as one divided by zero; `at` is the place of the gate.
    """
    known: dict[int, float] = {}
    for term in expression.terms:
        known[id(term)] = _compute(term, values, [known[id(source)] for source in _sources(term)])
    return known[id(expression.result)]


def _sources(term: Term) -> tuple[Term, ...]:
    return term.inputs if isinstance(term, Gate) else ()


def _compute(term: Term, values: Mapping[str, float], came_in: Sequence[float]) -> float:
    match term:
        case Leaf(name=name):
            return values[name]
        case Fixed(value=value):
            return value
        case Gate(type=kind, amount=amount):
            try:
                found = _apply(kind, came_in, amount or 0.0)
            except (ValueError, ZeroDivisionError, OverflowError):
                raise ExpressionError(_no_value(kind, came_in[0]), term.at) from None
            if not math.isfinite(found):
                raise ExpressionError("The numbers grow beyond all bounds here.", term.at)
            return found


def _no_value(kind: str, number: float) -> str:
    if kind == "reciprocal":
        return "With these values something is divided by 0."
    if kind == "log":
        return f"With these values the logarithm of {number:g} is asked for, which does not exist."
    return "With these values the numbers grow beyond all bounds here."
