"""The four phases of a training step: their names, and the colours that stand for them everywhere in Step mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from playground.ui.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from playground.engine.trace import Moment, Trace

PhaseName = Literal["forward", "loss", "backward", "update"]
PHASES: tuple[PhaseName, ...] = ("forward", "loss", "backward", "update")


def phase_name(trace: Trace, moment: Moment) -> PhaseName:
    """What a learner calls the moment: computing the loss is a phase of its own."""
    if moment.phase == "forward" and moment.node is not None and trace.frames[moment.node].target is not None:
        return "loss"
    return moment.phase


def phase_colour(theme: Theme, phase: PhaseName) -> str:
    """Forward is blue, backward orange, the update green: in every sign palette, since these are not signs."""
    base = DARK if theme.is_dark else LIGHT
    colours: dict[PhaseName, str] = {
        "forward": theme.focus,
        "loss": theme.focus,
        "backward": base.negative,
        "update": theme.success,
    }
    return colours[phase]


def phase_text_colour(theme: Theme, phase: PhaseName) -> str:
    """The phase's colour as readable text."""
    base = DARK if theme.is_dark else LIGHT
    colours: dict[PhaseName, str] = {
        "forward": theme.link,
        "loss": theme.category["loss"],
        "backward": base.negative_text,
        "update": theme.success,
    }
    return colours[phase]
