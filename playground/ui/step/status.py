"""What the transport says about the station on screen, the examples sent through, and the example shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.step.phases import PhaseName, phase_name
from playground.ui.widgets.numbers import bytes_

if TYPE_CHECKING:
    from playground.ui.microscopes.base import Microscope
    from playground.ui.session import Session
    from playground.ui.step.recording import Round


WORTH_SAYING = 100_000_000
"""A round that takes more memory than this says so."""


_NO_WAY_BACK = "there is no loss, so nothing goes back: add one in Build"


def status_line(recorded: Round, index: int, microscope: Microscope) -> tuple[PhaseName, str]:
    """The phase, and what is being shown of it."""
    trace = recorded.trace
    parts = [microscope.status()]
    if others := len(trace.x) - 1:
        parts.append(_together(others, asked_for=recorded.request.experiment.step_batch > 1))
    if not recorded.request.experiment.step_training:
        parts.append("as in use: no dropout, kept averages")
    if trace.loss is None and index == len(trace.moments) - 1:
        parts.append(_NO_WAY_BACK)
    if recorded.bytes >= WORTH_SAYING:
        parts.append(f"this round takes {bytes_(recorded.bytes)} of memory")
    return phase_name(trace, trace.moments[index]), "  ·  ".join(parts)


def _together(others: int, *, asked_for: bool) -> str:
    noun = "other" if others == 1 else "others"
    if asked_for:
        return f"this example and {others} {noun}: the loss is their mean"
    return f"this example and {others} {noun}, for batch norm"


def example_line(session: Session) -> tuple[str, str, bool]:
    """The example shown in short, in a sentence, and whether there are others."""
    example, count = session.example, session.example_count
    if example is None:
        return "no example yet", "", False
    name = f"“{example.label}”" if session.data_set.classes else example.label
    tip = f"{session.data_set.title}: test example {example.index + 1:,} of {count:,}, which is {name}"
    text = f"example {example.index + 1:,}: {name}" if session.data_set.classes else f"example {example.index + 1:,}"
    return text, tip, count > 1
