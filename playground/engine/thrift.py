"""What the lectures compare a convolution with: other ways to the same output that take fewer (or more) weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from playground.engine.analysis import LayerReport
from playground.layers import LayerType, Shape, window

MOST = 4
"""So many comparisons are shown at once."""


@dataclass(frozen=True)
class Side:
    """One way: what it is called, its calculation, and what it comes to."""

    name: str
    calculation: str
    value: int


@dataclass(frozen=True)
class Saving:
    """Two ways to an output of the same size, the layer's own among them, and what is to be learnt from it."""

    title: str
    sides: tuple[Side, Side]
    words: str
    source: str


def savings(kind: LayerType, report: LayerReport, places: int) -> tuple[Saving, ...]:
    """The comparisons that apply to this layer, with its own numbers.

    Args:
        kind: the layer's type; only convolutions over pictures are compared.
        report: its settings and sizes.
        places: 1 to compare weights (biases left out), or the places of the output, to compare multiply-adds.
    """
    if kind.key not in ("conv2d", "depthwise_conv2d", "ws_conv2d"):
        return ()
    found = window(report.params, report.inputs[0])
    channels, maps = report.inputs[0][0], report.output[0]
    groups = channels if kind.key == "depthwise_conv2d" else report.params["groups"]
    assert isinstance(groups, int)
    if set(found.dilation) != {1}:
        return ()
    layer = _Layer(found.kernel, channels, maps, places, set(found.stride) == {1})
    if groups > 1:
        return tuple(_grouped(layer, groups))
    extra = _dense(report, layer) if places == 1 else ()
    return (*_small_windows(layer), *_bottleneck(layer), *_separable(layer), *_one_sided(layer), *extra)[:MOST]


@dataclass(frozen=True)
class _Layer:
    kernel: Shape
    channels: int
    maps: int
    places: int
    is_dense: bool
    """It moves by single pixels."""

    @property
    def name(self) -> str:
        return f"{self.kernel[0]}×{self.kernel[1]}"

    @property
    def factors(self) -> Shape:
        return (*self.kernel, self.channels, self.maps)

    def side(self, name: str, *convolutions: Sequence[int]) -> Side:
        """A way made of convolutions, each given by its factors: "3·3·64·64 + 1·1·64·128 = 45,056"."""
        text = " + ".join("·".join(map(str, factors)) for factors in convolutions)
        if self.places > 1:
            text = f"{self.places:,}·({text})" if len(convolutions) > 1 else f"{self.places:,}·{text}"
        total = self.places * sum(prod(factors) for factors in convolutions)
        return Side(name, f"{text} = {total:,}", total)


def _small_windows(layer: _Layer) -> Iterator[Saving]:
    """Simonyan & Zisserman 2014, section 2.3: 3 (3² C²) = 27 C² against 7² C² = 49 C²."""
    (height, width), channels, maps = layer.kernel, layer.channels, layer.maps
    source = "Simonyan & Zisserman 2014, Very deep convolutional networks, section 2.3"
    if height != width or not layer.is_dense:
        return
    if height == 3 and channels == maps:
        three = (3, 3, channels, channels)
        yield Saving(
            "Three of these or one 7×7",
            (layer.side("three 3×3", three, three, three), layer.side("one 7×7", (7, 7, channels, maps))),
            "Three 3×3 windows on each other see 7×7 pixels too, with 27C² weights where one 7×7 has 49C² (81 % more), "
            "and with three non-linearities in between.",
            source,
        )
    elif height >= 5 and height % 2:
        number = (height - 1) // 2
        rest = [(3, 3, maps, maps)] * (number - 1)
        stack = layer.side(f"{_WORDS.get(number, number)} 3×3", (3, 3, channels, maps), *rest)
        own = layer.side(f"this {layer.name}", layer.factors)
        if stack.value < own.value:
            words = f"{number} windows of 3×3 on each other see {layer.name} pixels too, for fewer weights, and with a "
            words += "non-linearity after each."
            yield Saving(f"One {layer.name} or {_WORDS.get(number, number)} 3×3", (own, stack), words, source)


_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


def _bottleneck(layer: _Layer) -> Iterator[Saving]:
    """3·3·256·192 = 442,368 against 1·1·256·64 + 3·3·64·192 = 126,976."""
    narrow = layer.channels // 4
    if prod(layer.kernel) == 1 or layer.channels % 4 or layer.channels < 16 or not layer.is_dense:
        return
    own = layer.side(f"this {layer.name}", layer.factors)
    other = layer.side(f"1×1 to {narrow} first", (1, 1, layer.channels, narrow), (*layer.kernel, narrow, layer.maps))
    if other.value < own.value:
        yield Saving(
            "A 1×1 bottleneck first",
            (own, other),
            f"A 1×1 convolution squeezes {layer.channels} channels to a quarter before the large window is paid for, "
            "as in GoogLeNet and in ResNet's bottlenecks.",
            "Lin et al. 2013, Network in network; Szegedy et al. 2014; lecture: 442,368 against 126,976",
        )


def _separable(layer: _Layer) -> Iterator[Saving]:
    """k² C M against k² C + C M."""
    if prod(layer.kernel) == 1 or layer.channels == 1 or not layer.is_dense:
        return
    own = layer.side(f"this {layer.name}", layer.factors)
    other = layer.side(
        f"depthwise {layer.name}, then 1×1", (*layer.kernel, layer.channels), (1, 1, layer.channels, layer.maps)
    )
    if other.value < own.value:
        yield Saving("Depthwise separable", (own, other), _SEPARABLE, _SEPARABLE_SOURCE)


_SEPARABLE = (
    "Each channel gets a window of its own, and a 1×1 convolution mixes the channels afterwards: k²·C + C·M weights in "
    "place of k²·C·M."
)
_SEPARABLE_SOURCE = "Howard et al. 2017, MobileNets, section 3.1; Chollet 2016, Xception"


def _one_sided(layer: _Layer) -> Iterator[Saving]:
    """k² C M against k C M + k M²."""
    (height, width), channels, maps = layer.kernel, layer.channels, layer.maps
    if height != width or height < 3 or not layer.is_dense:
        return
    own = layer.side(f"this {layer.name}", layer.factors)
    other = layer.side(f"1×{width}, then {height}×1", (1, width, channels, maps), (height, 1, maps, maps))
    if other.value < own.value:
        yield Saving(
            f"1×{width} and {height}×1",
            (own, other),
            "One window for the rows and one for the columns, one after the other: spatially separable, as in "
            f"Inception v3. Here that is {100 - round(100 * other.value / own.value)} % less.",
            "Szegedy et al. 2015, Rethinking the Inception architecture, section 3.2",
        )


def _grouped(layer: _Layer, groups: int) -> Iterator[Saving]:
    """The same without groups; a depthwise convolution with the 1×1 that mixes behind it."""
    full = layer.side("a full convolution", layer.factors)
    if groups == layer.channels and prod(layer.kernel) > 1:
        own = layer.side("this, then 1×1", (*layer.kernel, layer.maps), (1, 1, layer.maps, layer.maps))
        yield Saving("Depthwise separable", (own, full), _SEPARABLE, _SEPARABLE_SOURCE)
    else:
        own = layer.side(f"{groups} groups", (*layer.kernel, layer.channels // groups, layer.maps))
        yield Saving(
            "In groups or in one",
            (own, full),
            f"Each filter sees only the channels of its group, so there are {groups} times fewer weights.",
            "Krizhevsky et al. 2012; Xie et al. 2016, ResNeXt",
        )


def _dense(report: LayerReport, layer: _Layer) -> tuple[Saving, ...]:
    """Were every number of the output joined to every number of the input."""
    inputs, outputs = prod(report.inputs[0]), prod(report.output)
    own = layer.side("this convolution", layer.factors)
    dense = Side("a dense layer", f"{inputs:,}·{outputs:,} = {inputs * outputs:,}", inputs * outputs)
    words = "A dense layer would join every number that comes in to every one that goes out. A convolution looks only "
    words += "at a window, and uses the same weights at every place."
    return (Saving("Convolution or dense layer", (own, dense), words, "LeCun et al. 1998, section II.A"),)
