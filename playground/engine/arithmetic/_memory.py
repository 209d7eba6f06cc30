"""What a recurrent layer remembers, told from its gates: the forward half of its explanations.

Each number says, when asked, where it comes from, back through the places to the first. Places count from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import input_factor, read, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Place, Term
from playground.engine.arithmetic._text import MOST_TERMS, joined, number, plain, subscript, sum_of_symbols
from playground.engine.arithmetic.unrolled import GATES, SQUASHED_BY_TANH, Run, unroll

if TYPE_CHECKING:
    from playground.engine.trace import Frame

MEANINGS = {
    "a": "what is remembered next",
    "i": "how much of the new is written down",
    "f": "how much of the old notes is kept",
    "g": "the new that could be written down",
    "o": "how much of the notes is shown",
    "r": "how much of the old is looked at",
    "z": "how much of the old stays",
    "n": "what could be remembered instead",
}


@dataclass(frozen=True)
class At:
    """One unit of one run, at one place of one example."""

    layer: int
    way: int
    example: int
    place: int
    unit: int


def known(symbol: str, value: float, explain: Callable[[], Explanation], written: str = "") -> Factor:
    """A factor whose value is known already, and whose origin is only worked out when it is asked for."""
    return Factor(symbol, value, None, explain, written)


class Memory:
    """A recorded recurrent layer, unrolled, with the explanation of every number inside it."""

    def __init__(self, frame: Frame, names: Namer) -> None:
        self.frame, self.names = frame, names
        self.layers = unroll(frame)
        self.gate_names = GATES[frame.type]

    def run(self, at: At) -> Run:
        """The run that the unit belongs to."""
        return self.layers[at.layer][at.way]

    def symbol(self, letter: str, at: At, gate: str = "") -> str:
        """h_{2,5}: unit 2 at place 5; with a bar for those that read backwards, and the layer if there are several."""
        letter = rf"\bar{{{letter}}}" if at.way else letter
        marks = [str(at.layer + 1)] if len(self.layers) > 1 else []
        marks += [f"({at.example + 1})"] if len(self.frame.output) > 1 else []
        inner = subscript(letter, f"{gate};{at.unit + 1}" if gate else at.unit + 1, at.place)
        return f"{inner}^{{{','.join(marks)}}}" if marks else inner

    def title(self, at: At) -> str:
        """Which unit this is, in words."""
        layer = f" of layer {at.layer + 1}" if len(self.layers) > 1 else ""
        way = ", reading backwards" if at.way else ""
        return f"unit {at.unit + 1}{layer} of {self.frame.node} at place {at.place}{way}"

    # ---- what is remembered

    def state(self, at: At) -> Factor:
        """h after the place."""
        value = float(self.run(at).h[at.example, at.place, at.unit])

        def explain() -> Explanation:
            terms, words = self.state_terms(at)
            symbol = self.symbol("h", at)
            return worked_out(f"What {self.title(at)} remembers", symbol, sum_of_symbols(terms), terms, words)

        return known(self.symbol("h", at), value, explain)

    def state_terms(self, at: At) -> tuple[list[Term], str]:
        """What is remembered after the place, from the gates there."""
        if self.frame.type == "rnn":
            total = self.gate_sum(at, 0)
            value = float(self.run(at).h[at.example, at.place, at.unit])
            return [Term((total,), "tanh")], f"Tanh squashes the sum {plain(total.value)} to {plain(value)}."
        if self.frame.type == "lstm":
            shown, notes = self.gate(at, 3), self.shown(at)
            words = f"The notes say {plain(notes.value)} after tanh; the gate o shows {plain(100 * shown.value, 3)} %."
            return [Term((shown, notes))], words
        stays, other = self.gate(at, 1), self.gate(at, 2)
        words = f"{plain(100 * stays.value, 3)} % of what was remembered stays; the rest is replaced by something new."
        return [Term((self.rest(stays), other)), Term((stays, self.before(at)))], words

    def before(self, at: At) -> Factor:
        """h before the place; 0 before the first."""
        previous = self.run(at).previous(at.place)
        if previous is None:
            return Factor(r"h_{\mathrm{start}}", 0.0)
        return self.state(At(at.layer, at.way, at.example, previous, at.unit))

    def rest(self, factor: Factor) -> Factor:
        """1 − a gate."""
        written = enclosed(f"1 - {number(factor.value)}")
        return Factor(enclosed(f"1 - {factor.symbol}"), 1 - factor.value, written=written)

    # ---- an LSTM's notes

    def notes(self, at: At) -> Factor:
        """c after the place."""
        value = float(self.run(at).c[at.example, at.place, at.unit])

        def explain() -> Explanation:
            terms = [
                Term((self.gate(at, 1), self.notes_before(at))),
                Term((self.gate(at, 0), self.gate(at, 2))),
            ]
            words = "What is kept of the old notes, and what is written down anew."
            title = f"The notes of {self.title(at)}"
            return worked_out(title, self.symbol("c", at), sum_of_symbols(terms), terms, words)

        return known(self.symbol("c", at), value, explain)

    def notes_before(self, at: At) -> Factor:
        """c before the place; 0 before the first."""
        previous = self.run(at).previous(at.place)
        if previous is None:
            return Factor(r"c_{\mathrm{start}}", 0.0)
        return self.notes(At(at.layer, at.way, at.example, previous, at.unit))

    def shown(self, at: At) -> Factor:
        """tanh c."""
        notes = self.notes(at)
        term = Term((notes,), "tanh")
        symbol = rf"\tanh\left({notes.symbol}\right)"
        title = f"The notes of {self.title(at)}, squashed"
        return known(symbol, term.value, lambda: worked_out(title, symbol, sum_of_symbols([term]), [term]))

    # ---- gates and their sums

    def gate(self, at: At, gate: int) -> Factor:
        """A gate after its sigmoid (or tanh)."""
        name = self.gate_names[gate]
        value = float(self.run(at).gates[at.example, at.place, gate, at.unit])
        symbol = self.symbol(name, at)

        def explain() -> Explanation:
            function = "tanh" if name in SQUASHED_BY_TANH else "logistic"
            terms = [Term((self.gate_sum(at, gate),), function)]
            title = f"Gate {name} of {self.title(at)}"
            return worked_out(title, symbol, sum_of_symbols(terms), terms, f"This says {MEANINGS[name]}.")

        return known(symbol, value, explain)

    def gate_sum(self, at: At, gate: int) -> Factor:
        """The weighted sum before a gate's sigmoid or tanh."""
        run, where = self.run(at), (at.example, at.place, gate, at.unit)
        symbol = self.symbol("s", at, self.gate_names[gate] if len(self.gate_names) > 1 else "")
        if self.frame.type == "gru" and gate == 2:
            value = float(run.from_input[where] + run.gates[at.example, at.place, 0, at.unit] * run.from_memory[where])
        else:
            value = float(run.from_input[where] + run.from_memory[where])
        return known(symbol, value, lambda: self._explain_sum(at, gate, symbol))

    def _explain_sum(self, at: At, gate: int, symbol: str) -> Explanation:
        terms, parts = self._from_input(at, gate)
        if self.frame.type == "gru" and gate == 2:
            looked_at = Term((self.gate(at, 0), self.from_memory(at, gate)))
            terms, parts = [*terms, looked_at], [*parts, sum_of_symbols([looked_at])]
            words = "What is read here, and what is remembered as far as the gate r lets it through."
        else:
            more, other = self._from_memory(at, gate)
            terms, parts = [*terms, *more], [*parts, *other]
            words = "What is read here and what was remembered before, each with its weights, and two biases."
        which = f" for gate {self.gate_names[gate]}" if len(self.gate_names) > 1 else ""
        return worked_out(f"The sum{which} of {self.title(at)}", symbol, joined(parts), terms, words)

    def from_memory(self, at: At, gate: int) -> Factor:
        """U h + c of one unit."""
        value = float(self.run(at).from_memory[at.example, at.place, gate, at.unit])
        symbol = self.symbol("m", at)

        def explain() -> Explanation:
            terms, parts = self._from_memory(at, gate)
            title = f"What {self.title(at)} makes of what was remembered"
            words = "Each remembered number with its weight, and a bias."
            return worked_out(title, symbol, joined(parts), terms, words)

        return known(symbol, value, explain)

    def _from_input(self, at: At, gate: int) -> tuple[list[Term], list[str]]:
        run, row = self.run(at), gate * self.run(at).units + at.unit
        terms = [Term((self.weight("weight_ih", at, (row, i)), self.read_at(at, i))) for i in range(run.x.shape[2])]
        bias = Term((self.weight("bias_ih", at, (row,)),))
        return [*terms, bias], [self._written(terms, r"\sum_{i} w_{i} \cdot x_{i}"), sum_of_symbols([bias])]

    def _from_memory(self, at: At, gate: int) -> tuple[list[Term], list[str]]:
        run, row = self.run(at), gate * self.run(at).units + at.unit
        terms = [
            Term((self.weight("weight_hh", at, (row, k)), self.before(At(at.layer, at.way, at.example, at.place, k))))
            for k in range(run.units)
        ]
        bias = Term((self.weight("bias_hh", at, (row,)),))
        return [*terms, bias], [self._written(terms, r"\sum_{k} u_{k} \cdot h_{k}"), sum_of_symbols([bias])]

    @staticmethod
    def _written(terms: list[Term], long: str) -> str:
        return sum_of_symbols(terms) if len(terms) <= MOST_TERMS else long

    # ---- what is recorded

    def weight(self, name: str, at: At, index: Index) -> Factor:
        """A parameter of the unit's run."""
        letter = {"weight_ih": "w", "weight_hh": "u", "bias_ih": "b", "bias_hh": "c"}[name]
        place = Place(self.frame.node, "weight", index, name=name + self.run(at).suffix)
        return read(self.frame, place, subscript(letter, *(i + 1 for i in index)), self.names)

    def read_at(self, at: At, feature: int) -> Factor:
        """What is read at the place: the layer's input, or what the layer below remembers there."""
        if at.layer == 0:
            return input_factor(self.frame, 0, (at.example, feature, at.place), self.names)
        units = self.layers[at.layer - 1][0].units
        return self.state(At(at.layer - 1, feature // units, at.example, at.place, feature % units))
