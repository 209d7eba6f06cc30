"""Symbols of formulas (LaTeX) as plain text, for places where nothing can be typeset: w_{2,1} becomes w₂,₁."""

from __future__ import annotations

import re

_SMALL = str.maketrans("0123456789+-()=", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎₌")
_HIGH = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LETTERS = {
    r"\gamma": "γ",
    r"\beta": "β",
    r"\alpha": "α",
    r"\mu": "μ",
    r"\sigma": "σ",
    r"\epsilon": "ε",
    r"\delta": "δ",
    r"\partial": "∂",
    r"\cdot": "·",
    r"\pi": "π",
    r"\quad": " ",
    r"\,": "",
    r"\;": " ",
    r"\dots": "…",
    r"\left": "",
    r"\right": "",
}
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_MARKED = re.compile(r"\\(?:hat|bar|tilde|overline|mathrm)\{([^{}]*)\}")
_BELOW = re.compile(r"_(?:\{([^{}]*)\}|(\w))")
_ABOVE = re.compile(r"\^(?:\{([^{}]*)\}|(\w))")


def plain_symbol(latex: str) -> str:
    """The symbol without its LaTeX; what cannot be written small stays as it is."""
    text = latex
    for written, letter in _LETTERS.items():
        text = re.sub(re.escape(written) + r"(?![A-Za-z])", letter, text)
    text = _BELOW.sub(lambda found: _small(found[1] or found[2]), text)
    text = _ABOVE.sub(lambda found: (found[1] or found[2]).translate(_HIGH), text)
    for _ in range(3):
        text = _FRACTION.sub(r"\1/\2", _MARKED.sub(r"\1", text))
    return text.replace("{", "").replace("}", "").replace("\\", "").replace("-", "−").strip()


def _small(index: str) -> str:
    """An index; one with letters that have no small form is set apart by a space."""
    if not re.fullmatch(r"[\d,;()+\-\s]*", index):
        return " " + index
    return index.replace(" ", "").translate(_SMALL)
