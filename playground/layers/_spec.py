"""What a layer type is, and the one registry of them all.

A layer type states everything the product needs to know of it in one place: palette, inspector form, file format,
shape inference, explanations and tests all read it from here. To add one, write a class in the file of its family
and decorate it with `@register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers._param import Param, ParamError
from playground.layers._span import EVERYTHING, SAME_PLACE, Span

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]
"""The shape of one example, without the batch: (channels, height, width), or (features,), or () for a loss."""

Params = Mapping[str, ParamValue]
"""A layer's hyperparameters, complete and checked (see `LayerType.complete`)."""


class Category(StrEnum):
    """The groups of the palette, in its order. The value is the theme's colour role."""

    DATA = "data"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    DENSE = "dense"
    ACTIVATION = "activation"
    NORMALISE = "normalise"
    REGULARISE = "regularise"
    MERGE = "merge"
    GATES = "gates"
    LOSS = "loss"

    @property
    def heading(self) -> str:
        """The words over the group."""
        titles = {Category.DATA: "Data & output", Category.MERGE: "Merge & shape"}
        return titles.get(self, self.value.capitalize())


class DataSpec(Protocol):
    """What a layer may ask of the data set: any object with these, such as `playground.data.DataSet`."""

    @property
    def title(self) -> str: ...
    @property
    def sample_shape(self) -> Shape: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def target_shape(self) -> Shape: ...
    def fits(self, shape: Shape) -> bool: ...


@dataclass(frozen=True)
class Repair:
    """A one-click way out of a complaint: what it does, in the imperative, and the edit that does it."""

    label: str
    apply: Callable[[Graph], Graph]


@dataclass(frozen=True)
class Complaint:
    """Why a layer cannot work where it stands, in plain words with both sizes.

    `port` is the input at fault (its wire turns red); None blames the layer itself. A warning does not stop
    the network from running.
    """

    message: str
    repairs: tuple[Repair, ...] = ()
    port: int | None = 0
    is_warning: bool = False


@dataclass(frozen=True)
class Site:
    """All that a layer may look at when it judges its place: itself, its input shapes, and what lies around."""

    graph: Graph
    node: Node
    params: Params
    inputs: tuple[Shape, ...]
    data: DataSpec | None = None

    def source(self, port: int = 0) -> Node:
        """The node that feeds an input port."""
        return self.graph.node(self.edge(port).source)

    def edge(self, port: int = 0) -> Edge:
        """The wire that ends at an input port."""
        return next(edge for edge in self.graph.incoming(self.node.id) if edge.target_port == port)


@dataclass(frozen=True)
class Surrogate:
    """What a layer pretends to be while gradients flow back, because its own slope is 0 and would stop all learning.

    `build(params, inputs)` gives an ordinary torch module with the same parameter names and shapes as the layer's own
    module: the gradients that the layer hands back, to its inputs and to its parameters, are exactly those of this
    module at the same inputs and the same parameters. Forward it is never used. The universal test holds the layer to
    this statement, where any other layer is held to finite differences. `formula` is the gradient handed back, in
    LaTeX; `explanation` tells a learner why there is a stand-in at all.
    """

    build: Callable[[Params, tuple[Shape, ...]], nn.Module]
    formula: str
    explanation: str


@dataclass(frozen=True)
class Preset:
    """Settings of a layer type that go by a name of their own, such as the 1×1 convolution; the palette offers it."""

    key: str
    title: str
    params: Params
    explanation: str


class LayerType(ABC):
    """One kind of layer. Subclasses fill in the class variables and override what differs."""

    key: ClassVar[str]
    title: ClassVar[str]
    """The name on the palette: "Conv 2D"."""
    stem: ClassVar[str]
    """The ids of new nodes begin so: "conv" makes conv1, conv2, …"""
    category: ClassVar[Category]
    params: ClassVar[tuple[Param, ...]] = ()
    presets: ClassVar[tuple[Preset, ...]] = ()
    min_inputs: ClassVar[int] = 1
    max_inputs: ClassVar[int] = 1
    has_output: ClassVar[bool] = True
    keeps_shape: ClassVar[bool] = False
    """Elementwise: the output has the input's shape, so nothing needs to be run to know it."""
    capability: ClassVar[str] = "tensor"
    """Which arithmetic explains its numbers and which microscope shows them (`engine.arithmetic`)."""
    formula: ClassVar[str]
    """What it computes, in LaTeX."""
    shape_formula: ClassVar[str] = ""
    """How large its output is, in LaTeX; empty where the shape is kept."""
    parameter_formula: ClassVar[str] = ""
    """How many numbers it learns, in LaTeX: C channels come in, M maps (units) go out; empty where it learns none."""
    multiply_add_formula: ClassVar[str] = ""
    """How many multiplications with weights it takes, in LaTeX; empty where there are none."""
    explanation: ClassVar[str]
    """A few plain sentences for someone who meets it for the first time."""
    source: ClassVar[str] = ""
    """Paper or lecture that the definition follows."""
    has_target: ClassVar[bool] = False
    """A loss that compares with what should have come out: the data set's target, or its second input."""
    takes_scores: ClassVar[bool] = False
    """A loss before which scores stand, not answers: softmax (of a single score, the logistic function) makes
    probabilities of them."""
    threshold: ClassVar[float] = 0.5
    """With a loss of this type, a network with a single output means the second of two classes by more than this."""
    draws_chance: ClassVar[bool] = False
    """While training it draws random numbers (dropout)."""
    looks_at_the_batch: ClassVar[bool] = False
    """While training an example's output depends on the others of its batch (batch norm); one alone may not do."""
    surrogate: ClassVar[Surrogate | None] = None
    """What stands in for the layer backwards, if it does not hand back its true gradient (thresholds)."""

    @abstractmethod
    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        """A fresh torch module for these input shapes; never in-place."""

    def describe(self, params: Params) -> str:
        """One sentence on what the layer does with these settings."""
        del params
        return self.explanation.split(". ")[0].rstrip(".") + "."

    def caption(self, params: Params) -> str:
        """The settings in short, for the card: "5×5 · 6 · pad 2"."""
        del params
        return ""

    def complain(self, site: Site) -> Complaint | None:
        """What is wrong with this place, before torch is asked; None when nothing is."""
        del site
        return None

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        """The output shape worked out in numbers, a line each: "(28 − 5 + 2·2) / 1 + 1 = 28"."""
        del params, inputs, output
        return ()

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        """The parameter count worked out in numbers: "5·5·1·6 + 6 = 156"; empty without parameters."""
        del params, inputs
        return ""

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        """Multiplications (each with its addition) for one example; as in the papers, only those with weights count."""
        del params, inputs, output
        return 0

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        """The multiply-adds worked out in numbers: "28·28·6·5·5·1 = 117,600"; empty where there are none."""
        del params, inputs, output
        return ""

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        """Which places of an input one number of the output depends on; by default the same place."""
        del params, inputs, output, port
        return SAME_PLACE if self.has_output else EVERYTHING

    def param(self, key: str) -> Param:
        """The hyperparameter of that name.

        Raises:
            ParamError: the layer has none.
        """
        for param in self.params:
            if param.key == key:
                return param
        raise ParamError(f"{self.title} has no setting “{key}”.")

    def complete(self, params: Params) -> dict[str, ParamValue]:
        """All hyperparameters: those given, checked, and the defaults of the others.

        Raises:
            ParamError: an unknown name, or a value out of range.
        """
        for key in params:
            self.param(key)
        return {param.key: param.check(params.get(param.key, param.default)) for param in self.params}


_registry: dict[str, LayerType] = {}
_T = TypeVar("_T", bound=LayerType)


class UnknownLayerType(KeyError):
    """A key that no layer type has; the message says which come close."""

    def __init__(self, key: str) -> None:
        close = get_close_matches(key, _registry, n=1)
        hint = f" Did you mean “{close[0]}”?" if close else ""
        self.message = f"There is no layer type “{key}” in this version.{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


def register(cls: type[_T]) -> type[_T]:
    """Class decorator: make the layer type known under its key.

    Raises:
        ValueError: the key is taken.
    """
    if cls.key in _registry:
        raise ValueError(f"The layer type key “{cls.key}” is used twice.")
    _registry[cls.key] = cls()
    return cls


def layer_type(key: str) -> LayerType:
    """The layer type of that key.

    Raises:
        UnknownLayerType: there is none.
    """
    try:
        return _registry[key]
    except KeyError:
        raise UnknownLayerType(key) from None


def all_layer_types() -> tuple[LayerType, ...]:
    """Every layer type, in the palette's order."""
    order = list(Category)
    return tuple(sorted(_registry.values(), key=lambda kind: order.index(kind.category)))
