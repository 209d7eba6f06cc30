"""How what the layers answer, their weights and their gradients were spread over the run, and what is the matter."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.train.advice.health import MUCH, Finding, examine
from playground.train.events import ActivationPicture, LayerPicture, Pictures
from playground.train.showing.over_time import MOST, What, histogram_in
from playground.ui.session import Session
from playground.ui.train.looking import Looking
from playground.ui.train.network.layer_strips import LayerRow, LayerStrips
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.segmented import SegmentedSwitch

_WHAT: tuple[What, ...] = ("activations", "weights", "gradients")
_HELP = {
    "activations": "What each layer answers to a few training examples, the same ones all the time.",
    "weights": "The weights of each layer.",
    "gradients": "The gradients of the weights of each layer, for one batch.",
}
_HOW = "On the left as it is now, on the right over the whole run: the more values, the stronger the colour."
_MOST_FINDINGS = 4


class ActivationsPage(QWidget):
    """A row for each layer. Draws when it is in sight."""

    def __init__(self, session: Session, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._looking = session, looking
        self.switch = SegmentedSwitch([what.capitalize() for what in _WHAT], "What is shown of each layer")
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.words.setToolTip(
            f"At most {MOST} moments of the run are kept; when there are more, every second one is let go, so that "
            "they stay spread over the whole run."
        )
        self.findings = TextLabel("", "small", wrap=True)
        self.strips = LayerStrips()
        head = QHBoxLayout()
        head.addWidget(self.switch)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.findings)
        column.addWidget(self.strips)
        self.switch.currentChanged.connect(self.refresh)
        self.refresh()

    @property
    def what(self) -> What:
        """What is shown of each layer."""
        return _WHAT[max(0, self.switch.current)]

    @Slot()
    def refresh(self) -> None:
        """Show everything as it is at the moment that is looked at."""
        over_time, looking = self._looking.over_time, self._looking
        seen = over_time.until(looking.position)
        titles = {node.id: node.title for node in self._session.graph}
        found = examine(seen, titles)
        more = [finding for finding in found if finding is not found[0] or not finding.is_warning]  # that is said above
        self.findings.setText("\n".join(finding.sentence for finding in more[:_MOST_FINDINGS]))
        self.findings.setVisible(bool(more))
        self.findings.set_tone("warning" if any(finding.is_warning for finding in more) else "text")
        rows = self._rows(titles, found)
        self.strips.setVisible(bool(rows))
        self.words.setText(f"{_HELP[self.what]} {_HOW}" if rows else "Shown while the network learns.")
        end = over_time.until(math.inf)
        past = looking.position if looking.moment is not None else None
        self.strips.set_rows(rows, partial(over_time.strip, self.what), end[-1].position if end else 1.0, past)

    def _rows(self, titles: dict[str, str], found: tuple[Finding, ...]) -> list[LayerRow]:
        over_time, what = self._looking.over_time, self.what
        until = list(over_time.until(self._looking.position)) or list(over_time.until(math.inf))[:1]
        warned = {finding.node for finding in found if finding.is_warning}
        rows: list[LayerRow] = []
        for node in over_time.layers(what):
            last = next((seen for seen in reversed(until) if _picture(seen, what, node)), None)
            if last is not None:
                now = histogram_in(last, what, node)
                assert now is not None
                words, warns = _words(_picture(last, what, node), what)
                rows.append(LayerRow(node, titles.get(node, node), words, warns or node in warned, now))
        return rows


def _picture(seen: Pictures, what: What, node: str) -> ActivationPicture | LayerPicture | None:
    layers = seen.activations if what == "activations" else seen.layers
    return next((layer for layer in layers if layer.node == node), None)


def _words(picture: ActivationPicture | LayerPicture | None, what: What) -> tuple[tuple[str, ...], bool]:
    """What to say of a layer in a line or two, and whether it is a warning."""
    if isinstance(picture, ActivationPicture):
        spread = f"mean {short(picture.mean, 2)} ± {short(picture.spread, 2)}"
        for count, word in ((picture.dead, "dead"), (picture.saturated, "saturated")):
            if count:
                return (f"{count:,} of {picture.units:,} {word}", spread), count >= MUCH * picture.units
        return (spread,), False
    if picture is None:
        return (), False
    size = picture.weight_size if what == "weights" else picture.gradient_size
    lines = [f"size {short(size, 2)}"]
    if picture.update_ratio is not None:
        lines.append(f"update/weight {short(picture.update_ratio, 2)}")
    return tuple(lines), False
