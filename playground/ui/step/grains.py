"""How far a step goes: by layer, by unit, by place of the inner animation, or by term of one sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playground.ui.microscopes.base import Microscope

Granularity = Literal["layer", "unit", "step", "term"]
GRANULARITIES: tuple[Granularity, ...] = ("layer", "unit", "step", "term")
"""From coarse to fine. "step" is a place of the microscope's inner animation: a window."""

Nouns = dict[Granularity, str]

_INSTEAD: dict[Granularity, tuple[Granularity, ...]] = {
    "layer": (),
    "unit": ("layer",),
    "step": ("term", "unit", "layer"),
    "term": ("step", "unit", "layer"),
}
"""What a step does where a microscope has nothing of the grain that was chosen."""


def nouns_of(microscope: Microscope) -> Nouns:
    """What the grains are called where this microscope is on screen; empty for those that there are not."""
    has_steps = microscope.step_count > 1
    noun = microscope.step_noun or "step"
    has_terms = microscope.focus_place() is not None and not (has_steps and noun == "term")
    return {
        "layer": "layer",
        "unit": microscope.unit_noun if microscope.unit_count > 1 else "",
        "step": noun if has_steps else "",
        "term": "term" if has_terms else "",
    }


def grain_here(wanted: Granularity, nouns: Nouns) -> Granularity:
    """The grain that is wanted, or what comes closest where there is none of that kind."""
    for grain in (wanted, *_INSTEAD[wanted]):
        if nouns[grain]:
            return grain
    return "layer"
