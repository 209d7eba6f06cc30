"""Where the numbers of an RNN, LSTM or GRU come from: forward through its gates, backward through time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, upstream, where, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._memory import At, Memory, known
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import MOST_TERMS, blame, number, plain, sum_of_symbols, times
from playground.engine.arithmetic.unrolled import SQUASHED_BY_TANH

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_PARAMETER = re.compile(r"(weight|bias)_(ih|hh)_l(\d+)(_reverse)?\Z")


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """What a unit of the top layer remembers; index is (example, unit), or (example, unit, place) of a sequence."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    memory = Memory(frame, names)
    terms, words = memory.state_terms(unit_of(memory, index))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("h", frame.output, index),
        formula=sum_of_symbols(terms),
        terms=terms,
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x: every weighted sum that reads the number sends its blame back. Index is (example, channel, place)."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    backward = Backward(frame, names)
    example, channel, position = index
    terms = backward.into(0, example, position, channel)
    formula = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else rf"\sum_{{j}} w_{{j}} \cdot {blame('s_{j}')}"
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.inputs[port], index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=formula,
        terms=terms,
        words=(
            f"This number is read by {times(len(terms), 'weighted sum')}. Each sends its own blame back through its "
            "weight; that blame also holds what the places read later have to say."
        ),
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w: what came in through the weight × the blame of its sum, over all places and examples."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    kind, of_memory, layer, way = parameter_of(frame, name)
    backward = Backward(frame, names)
    run = backward.memory.layers[layer][way]
    gate, unit = divmod(index[0], run.units)
    terms: list[Term] = []
    for example in range(len(frame.output)):
        for position in run.steps:
            at = At(layer, way, example, position, unit)
            delta = backward.delta(at, gate, of_memory=of_memory)
            if kind == "bias":
                terms.append(Term((delta,)))
            else:
                came_in = backward.state_before(at, index[1]) if of_memory else backward.memory.read_at(at, index[1])
                terms.append(Term((came_in, delta)))
    what = "bias" if kind == "bias" else "weight"
    words = f"The {what} serves at every place of the sequence, so the blame of all {times(len(terms), 'use')} adds up."
    long = r"\sum_{n,t} " + (blame("s_{t}") if kind == "bias" else rf"x_{{t}} \cdot {blame('s_{t}')}")
    return compose(
        frame,
        place,
        title=f"Blame of {name.replace('_', ' ')} of {frame.node}, row {index[0] + 1}",
        symbol=gradient_symbol(frame, place, names, "b" if kind == "bias" else "w"),
        formula=sum_of_symbols(terms) if len(terms) <= MOST_TERMS else long,
        terms=terms,
        words=words,
    )


def parameter_of(frame: Frame, name: str) -> tuple[str, bool, int, int]:
    """Of a parameter: "weight" or "bias", whether it is one of what is remembered, its layer, and its way (1: back).

    Raises:
        ExplanationError: the layer has no parameter of that name.
    """
    found = _PARAMETER.match(name)
    if found is None:
        raise ExplanationError(f"{frame.node} has no parameter “{name}”.")
    kind, side, layer, reverse = found.groups()
    return kind, side == "hh", int(layer), 1 if reverse else 0


def unit_of(memory: Memory, index: Index) -> At:
    """Which unit of the top layer an output is, and at which place."""
    top = memory.layers[-1]
    way, unit = divmod(index[1], top[0].units)
    return At(len(memory.layers) - 1, way, index[0], index[2] if len(index) > 2 else top[way].last, unit)


class Backward:
    """The blame of every number inside the layer, told when asked, on through the places read later."""

    def __init__(self, frame: Frame, names: Namer) -> None:
        self.frame, self.names = frame, names
        self.memory = Memory(frame, names)

    def into(self, layer: int, example: int, place: int, feature: int) -> list[Term]:
        """What all weighted sums of a layer send back to one number that it reads."""
        terms: list[Term] = []
        for way, run in enumerate(self.memory.layers[layer]):
            for gate in range(len(self.memory.gate_names)):
                for unit in range(run.units):
                    at = At(layer, way, example, place, unit)
                    weight = self.memory.weight("weight_ih", at, (gate * run.units + unit, feature))
                    terms.append(Term((weight, self.delta(at, gate))))
        return terms

    def state_before(self, at: At, unit: int) -> Factor:
        """h of another unit of the run, before the place."""
        return self.memory.before(At(at.layer, at.way, at.example, at.place, unit))

    # ---- blame of the weighted sums

    def delta(self, at: At, gate: int, of_memory: bool = False) -> Factor:
        """∂E/∂s of a gate's weighted sum; `of_memory`: of the part that comes from what was remembered."""
        run, name = self.memory.run(at), self.memory.gate_names[gate]
        part = run.d_memory if of_memory else run.d_input
        value = float(part[at.example, at.place, gate, at.unit])
        differs = of_memory and name == "n"
        sum_symbol = self.memory.symbol("m", at) if differs else self.memory.gate_sum(at, gate).symbol
        symbol = blame(sum_symbol)

        def explain() -> Explanation:
            if differs:
                factors = (self.delta(at, gate), self.memory.gate(at, 0))
                words = "What is remembered counts here only as far as the gate r lets it through."
            else:
                factors, words = self._through_gate(at, name), "The slope of the gate times the blame of what it does."
            terms = [Term(factors)]
            title = f"Blame of the sum of gate {name} of {self.memory.title(at)}"
            return worked_out(title, symbol, sum_of_symbols(terms), terms, words)

        return known(symbol, value, explain)

    def _through_gate(self, at: At, name: str) -> tuple[Factor, ...]:
        """The slope of a gate, and what its value is multiplied by before the error sees it."""
        memory, slope = self.memory, self._slope(at, name)
        match name:
            case "a":
                return slope, self.of_state(at)
            case "o":
                return slope, self.of_state(at), memory.shown(at)
            case "i":
                return slope, self.of_notes(at), memory.gate(at, 2)
            case "f":
                return slope, self.of_notes(at), memory.notes_before(at)
            case "g":
                return slope, self.of_notes(at), memory.gate(at, 0)
            case "n":
                return slope, self.of_state(at), memory.rest(memory.gate(at, 1))
            case "z":
                old, new = memory.before(at), memory.gate(at, 2)
                written = enclosed(f"{number(old.value)} - {number(new.value)}".replace("- -", "+ "))
                gain = Factor(enclosed(f"{old.symbol} - {new.symbol}"), old.value - new.value, written=written)
                return slope, self.of_state(at), gain
            case _:
                return slope, self.delta(at, 2), memory.from_memory(at, 2)

    def _slope(self, at: At, name: str) -> Factor:
        """1 − y² of tanh, y (1 − y) of the sigmoid."""
        gate = self.memory.gate(at, self.memory.gate_names.index(name))
        if name in SQUASHED_BY_TANH:
            symbol, terms = (
                rf"1 - {enclosed(gate.symbol)}^{{2}}",
                [
                    Term((Factor("1", 1.0),)),
                    Term((gate,), "square", negative=True),
                ],
            )
        else:
            rest = self.memory.rest(gate)
            symbol, terms = f"{gate.symbol} {rest.symbol}", [Term((gate, rest))]
        value = sum(term.value for term in terms)
        title = f"Slope of gate {name} of {self.memory.title(at)}"
        words = f"The gate moves {plain(value)} times as far as its sum."
        return known(enclosed(symbol), value, lambda: worked_out(title, enclosed(symbol), symbol, terms, words))

    # ---- blame of what is remembered

    def of_state(self, at: At) -> Factor:
        """∂E/∂h: from outside, from the layer above, and from the place read next."""
        value = float(self.memory.run(at).d_h[at.example, at.place, at.unit])
        symbol = blame(self.memory.symbol("h", at))

        def explain() -> Explanation:
            terms = [*self._from_above(at), *self._from_later(at)] or [Term((Factor("0", 0.0),))]
            formula = sum_of_symbols(terms)
            if len(terms) > MOST_TERMS:
                formula = rf"\sum_{{j}} w_{{j}} \cdot {blame('s_{j}')}"
            words = "What it does to the error directly, and by way of the place that is read next."
            if self.memory.run(at).following(at.place) is None:
                words = "This is the last place read, so its blame comes from what stands after the layer alone."
            return worked_out(f"Blame of what {self.memory.title(at)} remembers", symbol, formula, terms, words)

        return known(symbol, value, explain)

    def _from_above(self, at: At) -> list[Term]:
        """What comes from outside, or from the layer above that reads this state."""
        if at.layer < len(self.memory.layers) - 1:
            units = self.memory.run(at).units
            return self.into(at.layer + 1, at.example, at.place, at.way * units + at.unit)
        output = at.way * self.memory.run(at).units + at.unit
        if self.frame.params["return_sequence"]:
            return [Term((upstream(self.frame, (at.example, output, at.place), self.names, "h"),))]
        if at.place == self.memory.run(at).last:
            return [Term((upstream(self.frame, (at.example, output), self.names, "h"),))]
        return []

    def _from_later(self, at: At) -> list[Term]:
        """What comes back from the place read next, whose sums read this state."""
        run = self.memory.run(at)
        later = run.following(at.place)
        if later is None:
            return []
        terms: list[Term] = []
        for gate in range(len(self.memory.gate_names)):
            for unit in range(run.units):
                other = At(at.layer, at.way, at.example, later, unit)
                weight = self.memory.weight("weight_hh", at, (gate * run.units + unit, at.unit))
                terms.append(Term((weight, self.delta(other, gate, of_memory=True))))
        if self.frame.type == "gru":
            same = At(at.layer, at.way, at.example, later, at.unit)
            terms.append(Term((self.memory.gate(same, 1), self.of_state(same))))
        return terms

    def of_notes(self, at: At) -> Factor:
        """∂E/∂c of an LSTM: by way of what is shown here, and of what is kept at the next place."""
        value = float(self.memory.run(at).d_c[at.example, at.place, at.unit])
        symbol = blame(self.memory.symbol("c", at))
        return known(symbol, value, lambda: self._explain_notes(at, symbol))

    def _explain_notes(self, at: At, symbol: str) -> Explanation:
        run, shown = self.memory.run(at), self.memory.shown(at)
        slope = Factor(
            enclosed(f"1 - {shown.symbol}^{{2}}"),
            1 - shown.value**2,
            written=enclosed(rf"1 - {enclosed(number(shown.value))}^{{2}}"),
        )
        terms = [Term((self.of_state(at), self.memory.gate(at, 3), slope))]
        later = run.following(at.place)
        words = "What the notes do to what is shown here."
        if later is not None:
            kept = At(at.layer, at.way, at.example, later, at.unit)
            terms.append(Term((self.of_notes(kept), self.memory.gate(kept, 1))))
            words = "What the notes do to what is shown here, and to the notes kept at the place read next."
        title = f"Blame of the notes of {self.memory.title(at)}"
        return worked_out(title, symbol, sum_of_symbols(terms), terms, words)


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
