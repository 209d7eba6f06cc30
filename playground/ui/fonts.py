"""The two families of the window, one for text and one for numbers, and the named sizes.

Playground Sans is Inter with TrueType outlines: Qt draws Inter's own OpenType outlines far too bold on Linux (it
darkens the stems of that kind of font, and cannot be told not to).
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from playground.assets import MissingAsset, asset

log = logging.getLogger(__name__)

TEXT_FAMILIES = ["Playground Sans", "Inter", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans"]
MONO_FAMILIES = ["JetBrains Mono", "Consolas", "Menlo", "DejaVu Sans Mono"]

FontRole = Literal[
    "display", "title", "reading", "control", "body", "small", "label", "tiny", "heading", "mono", "mono_small"
]

_Weight = QFont.Weight
# role: (size in device-independent pixels, weight, is it the family for numbers)
_ROLES: dict[FontRole, tuple[int, QFont.Weight, bool]] = {
    "display": (21, _Weight.DemiBold, False),  # the title of a lesson step, of an empty state
    "title": (16, _Weight.DemiBold, False),  # the name of what a panel shows
    "reading": (15, _Weight.Normal, False),  # lesson text
    "control": (14, _Weight.Medium, False),  # mode switch, large buttons
    "body": (13, _Weight.Normal, False),
    "small": (12, _Weight.Normal, False),  # captions
    "label": (11, _Weight.Normal, False),  # pills
    "tiny": (10, _Weight.Normal, False),  # labels of the timeline
    "heading": (11, _Weight.DemiBold, False),  # SMALL CAPITALS above a section
    "mono": (12, _Weight.Normal, True),  # numbers, shapes, fields
    "mono_small": (11, _Weight.Normal, True),
}


def font(role: FontRole, weight: QFont.Weight | None = None) -> QFont:
    """A new font for `role`; `weight` replaces the role's own."""
    return QFont(_made(role, weight))


@cache
def _made(role: FontRole, weight: QFont.Weight | None) -> QFont:
    """Made once, for it takes longer than the text takes to paint."""
    size, own_weight, mono = _ROLES[role]
    result = QFont()
    result.setFamilies(MONO_FAMILIES if mono else TEXT_FAMILIES)
    result.setPixelSize(size)
    result.setWeight(own_weight if weight is None else weight)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if mono:
        result.setStyleHint(QFont.StyleHint.Monospace)
        result.setFeature(QFont.Tag("calt"), 0)  # no ligatures: "->" in a shape stays two characters
    else:
        result.setStyleHint(QFont.StyleHint.SansSerif)
    if role == "heading":
        result.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.9)
    return result


def size(role: FontRole) -> int:
    """The size of `role` in device-independent pixels."""
    return _ROLES[role][0]


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; missing ones are logged, and the system's own take their place."""
    try:
        files = sorted(path for path in asset("fonts").iterdir() if path.suffix.lower() in (".otf", ".ttf"))
    except MissingAsset as missing:
        log.warning("%s", missing)
        return
    for path in files:
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            log.warning("The font file %s cannot be read; a font of the system takes its place.", path)
