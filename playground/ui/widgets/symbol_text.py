"""Formulas without a typesetter: LaTeX as a line of plain or rich text, for lists, crumbs and the clipboard. No Qt."""

from __future__ import annotations

import html
import re

from playground.ui.widgets.formula_ink import closing, untinted

_SIGNS = {
    "partial": "∂",
    "cdot": " · ",
    "times": " × ",
    "sum": "Σ",
    "prod": "Π",
    "dots": "…",
    "quad": "   ",
    "qquad": "   ",
    "ldots": "…",
    "infty": "∞",
    "leq": " ≤ ",
    "geq": " ≥ ",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "odot": " ⊙ ",
    "star": " ⋆ ",
    "pm": " ± ",
    "to": " → ",
    "in": " ∈ ",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "eta": "η",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "Phi": "Φ",
    "theta": "θ",
    "Delta": "Δ",
}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
_PLAIN = {"mathrm", "text", "mathbf", "mathit", "operatorname", "textstyle", "displaystyle", "left", "right"}
_LOWERED, _RAISED = (
    str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
    str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾"),
)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)")


def symbol_text(latex: str) -> str:
    r"""One line of plain text: \frac{\partial E}{\partial w_{5}} is ∂E/∂w₅."""
    return _tidy(_Writer(rich=False).write(untinted(latex)))


def symbol_html(latex: str) -> str:
    """The same as rich text, with small letters below and above the line."""
    return _tidy(_Writer(rich=True).write(untinted(latex)))


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Writer:
    """Walks through LaTeX from left to right; what it does not know is written as it stands."""

    def __init__(self, *, rich: bool) -> None:
        self._rich = rich

    def write(self, latex: str) -> str:
        pieces: list[str] = []
        place = 0
        while place < len(latex):
            letter = latex[place]
            if letter == "\\":
                text, place = self._command(latex, place)
            elif letter in "_^":
                inner, place = _argument(latex, place + 1)
                text = self._script(letter, self.write(inner))
            elif letter == "{":
                end = closing(latex, place)
                text, place = self.write(latex[place + 1 : end]), end + 1
            else:
                text, place = self._letter(letter), place + 1
            pieces.append(text)
        return "".join(pieces)

    def _letter(self, letter: str) -> str:
        if letter in "}~":
            return "" if letter == "}" else " "
        return html.escape(letter.replace("-", "−")) if self._rich else letter.replace("-", "−")

    def _command(self, latex: str, place: int) -> tuple[str, int]:
        found = _COMMAND.match(latex, place)
        if found is None:
            return "", place + 1
        name, after = found[1], found.end()
        if name == "frac":
            above, after = _argument(latex, after)
            below, after = _argument(latex, after)
            return f"{_grouped(self.write(above))}/{_grouped(self.write(below))}", after
        if name == "sqrt":
            inner, after = _argument(latex, after)
            return f"√{_grouped(self.write(inner))}", after
        if name in _ACCENTS:
            inner, after = _argument(latex, after)
            return self.write(inner) + _ACCENTS[name], after
        if name in ("left", "right"):
            return ("", after + 1) if latex[after : after + 1] == "." else ("", after)
        if name in _PLAIN:
            return "", after
        if name in _SIGNS:
            return _SIGNS[name], after if name.endswith("dots") else _past_space(latex, after)
        if len(name) == 1 and not name.isalpha():
            return (" " if name in ",;:! " else name), after
        following = _past_space(latex, after)
        return f"{name} " if latex[following : following + 1].isalnum() else name, following

    def _script(self, sign: str, inner: str) -> str:
        if self._rich:
            tag = "sub" if sign == "_" else "sup"
            return f"<{tag}>{inner}</{tag}>"
        table = _LOWERED if sign == "_" else _RAISED
        if inner and all(ord(letter) in table for letter in inner):
            return inner.translate(table)
        if sign == "_":
            return f"_{inner}" if inner.isalnum() else f"[{inner}]"
        return f"^{_grouped(inner)}"


def _argument(latex: str, place: int) -> tuple[str, int]:
    """What a command, a subscript or a superscript is applied to, and where it ends."""
    place = _past_space(latex, place)
    if latex[place : place + 1] == "{":
        end = closing(latex, place)
        return latex[place + 1 : end], end + 1
    if latex[place : place + 1] == "\\":
        found = _COMMAND.match(latex, place)
        end = found.end() if found else place + 1
        return latex[place:end], end
    return latex[place : place + 1], place + 1


def _past_space(latex: str, place: int) -> int:
    while latex[place : place + 1] == " ":
        place += 1
    return place


def _grouped(text: str) -> str:
    """In brackets, if something with it would be read otherwise."""
    bare = re.sub(r"<[^>]*>", "", text).strip()
    return f"({text.strip()})" if re.search(r"[ +·×/]|(?<!^)−", bare) and "∂" not in bare else text.strip()
