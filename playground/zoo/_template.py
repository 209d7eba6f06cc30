"""Blocks made of layers, offered in the palette: what one is, and the registry of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from playground.graph.model import Graph
from playground.zoo._shelf import Shelf
from playground.zoo._sketch import Sketch

FILES = (
    *("residual", "densely", "attention", "mobile"),
    *("inception", "bn_inception", "inception_v3", "inception_v4", "inception_resnet"),
    *("separable", "fire", "fractal", "convolution"),
)
"""The files of `templates` that register blocks, in the order of the palette. Each is imported when first needed."""


class UnknownTemplate(KeyError):
    """A key that no template bears."""

    def __init__(self, key: str) -> None:
        close = get_close_matches(key, [known.key for known in all_templates()], n=1)
        hint = f" Did you mean “{close[0]}”?" if close else ""
        self.message = f"There is no block “{key}” in this version.{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Template:
    """A block of layers that can be put on the canvas as one card.

    Attributes:
        key: what `Block.kind` says of blocks made from it.
        title: the name on the palette: "Bottleneck".
        family: the heading it stands under: "Residual".
        idea: one or two sentences on what it is for.
        source: the paper.
        draw: adds the layers to a sketch whose `last` layer gives the shape in the second argument; what it leaves as
            `last` is the block's output. It must work for every shape of the rank of `shape` with any channel count.
        shape: of an example input.
    """

    key: str
    title: str
    family: str
    idea: str
    source: str
    draw: Callable[[Sketch, tuple[int, ...]], object]
    shape: tuple[int, ...] = (64, 32, 32)

    def graph(self, shape: tuple[int, ...] | None = None) -> Graph:
        """The block behind an Input of that shape: one closed block whose `kind` is this template's key."""
        wanted = shape or self.shape
        sketch = Sketch(wanted)
        with sketch.block(self.key, self.title, kind=self.key):
            self.draw(sketch, wanted)
        return sketch.graph()

    def fragment(self, shape: tuple[int, ...] | None = None) -> Graph:
        """The same without the Input: the block alone, with the wires within it."""
        graph = self.graph(shape)
        return replace(
            graph,
            nodes=tuple(node for node in graph.nodes if node.id != "input"),
            edges=tuple(edge for edge in graph.edges if edge.source != "input"),
        )


_shelf: Shelf[Template] = Shelf("playground.zoo.templates", FILES)


def register_template(template: Template) -> Template:
    """Offer a block in the palette, and return it.

    Raises:
        ValueError: the key is taken.
    """
    try:
        _shelf.put(template.key, template)
    except KeyError:
        raise ValueError(f"Two blocks are called “{template.key}”.") from None
    return template


def all_templates() -> tuple[Template, ...]:
    """Every block, in the order in which a list should show them."""
    return _shelf.everything()


def template(key: str) -> Template:
    """The block of that key.

    Raises:
        UnknownTemplate: there is none.
    """
    if (found := _shelf.find(key)) is None:
        raise UnknownTemplate(key)
    return found
