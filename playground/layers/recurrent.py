"""Layers that read a sequence place by place and remember: RNN, LSTM and GRU."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from playground.layers._checks import needs_sequence
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn


class _Recurrent(LayerType):
    """What they share: the settings, the counts, and the way a sequence is read."""

    category = Category.DENSE
    capability = "recurrent"
    gates: ClassVar[int]
    """How many weighted sums each unit works out at each place."""
    parameter_formula = r"\sum_{\mathrm{layers}} G \left(C\,H + H^{2} + 2H\right)"
    multiply_add_formula = r"n \sum_{\mathrm{layers}} G \left(C\,H + H^{2}\right)"
    params = (
        Param(
            "hidden_size",
            "Units",
            "int",
            32,
            "How many numbers the layer remembers from place to place.",
            maximum=65_536,
        ),
        Param(
            "num_layers",
            "Layers",
            "int",
            1,
            "How many such layers stand on each other; each reads what the one below remembers.",
            maximum=16,
        ),
        Param(
            "bidirectional",
            "Both ways",
            "bool",
            False,
            "Whether a second set of units reads the sequence from its end; the output becomes twice as wide.",
        ),
        Param(
            "return_sequence",
            "Return the sequence",
            "bool",
            False,
            "Whether what is remembered at every place comes out, or only what is remembered at the end.",
        ),
    )

    def describe(self, params: Params) -> str:
        units, layers = params["hidden_size"], params["num_layers"]
        text = f"Reads the sequence place by place and remembers {units} number{'s' if units != 1 else ''}"
        if layers != 1:
            text += f", in {layers} layers on each other"
        if params["bidirectional"]:
            text += ", once forwards and once backwards"
        given = "at every place" if params["return_sequence"] else "at the end"
        return f"{text}; gives what is remembered {given}."

    def caption(self, params: Params) -> str:
        parts = [str(params["hidden_size"])]
        if params["num_layers"] != 1:
            parts.append(f"{params['num_layers']} layers")
        if params["bidirectional"]:
            parts.append("both ways")
        if params["return_sequence"]:
            parts.append("sequence")
        return " · ".join(parts)

    def complain(self, site: Site) -> Complaint | None:
        return needs_sequence(site)

    def _widths(self, params: Params, inputs: tuple[Shape, ...]) -> list[tuple[int, int]]:
        """What each layer reads at a place, and how many sets of units read it."""
        ways = 2 if params["bidirectional"] else 1
        units, layers = params["hidden_size"], params["num_layers"]
        assert isinstance(units, int)
        assert isinstance(layers, int)
        return [(inputs[0][0] if layer == 0 else ways * units, ways) for layer in range(layers)]

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        units = params["hidden_size"]
        assert isinstance(units, int)
        parts: list[str] = []
        total = 0
        for width, ways in self._widths(params, inputs):
            each = self.gates if ways == 1 else f"{ways}·{self.gates}"
            parts.append(f"{each}·({width}·{units} + {units}·{units} + 2·{units})")
            total += ways * self.gates * (width * units + units * units + 2 * units)
        return f"{' + '.join(parts)} = {total:,}"

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        units = params["hidden_size"]
        assert isinstance(units, int)
        at_a_place = sum(ways * self.gates * units * (width + units) for width, ways in self._widths(params, inputs))
        return at_a_place * inputs[0][1]

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        units, places = params["hidden_size"], inputs[0][1]
        parts: list[str] = []
        for width, ways in self._widths(params, inputs):
            each = self.gates if ways == 1 else f"{ways}·{self.gates}"
            parts.append(f"{each}·({width}·{units} + {units}·{units})")
        return f"{places}·({' + '.join(parts)}) = {self.multiply_adds(params, inputs, output):,}"

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING


@register
class RNN(_Recurrent):
    """torch.nn.RNN with tanh."""

    key = "rnn"
    title = "RNN"
    stem = "rnn"
    gates = 1
    formula = r"h_{t} = \tanh\left(W x_{t} + b + U h_{t-1} + c\right)"
    explanation = (
        "Reads a sequence place by place. What it remembers, h, is worked out from what it reads there and from what "
        "it remembered before. Going back through many places the gradient is multiplied by the same weights again "
        "and again, so it fades or explodes: a plain RNN forgets what was long ago."
    )
    source = "Elman 1990; PyTorch RNN"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.recurrent_modules import SimpleRecurrent

        return SimpleRecurrent(inputs[0][0], **params)  # type: ignore[arg-type]


@register
class LSTM(_Recurrent):
    """torch.nn.LSTM."""

    key = "lstm"
    title = "LSTM"
    stem = "lstm"
    gates = 4
    formula = r"c_{t} = f_{t}\, c_{t-1} + i_{t}\, g_{t}, \quad h_{t} = o_{t} \tanh(c_{t})"
    explanation = (
        "Reads a sequence place by place and keeps notes, c. Three gates between 0 and 1 decide: f how much of the old "
        "notes is kept, i how much of the new g is written down, o how much of the notes is shown as h. Keeping is a "
        "plain product with f, so gradients reach far back."
    )
    source = "Hochreiter & Schmidhuber 1997; Gers et al. 2000; PyTorch LSTM"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.recurrent_modules import LongShortTermMemory

        return LongShortTermMemory(inputs[0][0], **params)  # type: ignore[arg-type]


@register
class GRU(_Recurrent):
    """torch.nn.GRU."""

    key = "gru"
    title = "GRU"
    stem = "gru"
    gates = 3
    formula = r"h_{t} = (1 - z_{t})\, n_{t} + z_{t}\, h_{t-1}"
    explanation = (
        "Reads a sequence place by place with two gates between 0 and 1: z decides how much of what was remembered "
        "stays, and r how much of it is looked at when something new, n, is made up. Simpler than an LSTM, and often "
        "as good."
    )
    source = "Cho et al. 2014; PyTorch GRU"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.recurrent_modules import GatedRecurrent

        return GatedRecurrent(inputs[0][0], **params)  # type: ignore[arg-type]
