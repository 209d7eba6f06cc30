"""Formulas that are too wide for one line, broken before an operator, as one does by hand. No Qt."""

from __future__ import annotations

import re

from playground.ui.widgets.formula_ink import closing

_INDENT = r"\quad {}"
"""Before the operator of a further line: it then has the room around it that it has between two numbers."""
_OPERATORS = (" = ", " + ", " - ")
_COMMA = r",\; "
"""Between the numbers of which the largest is taken; the comma stays on its line."""
_WIDTHS = {r"\cdot": 1.6, r"\times": 2.4, r"\dots": 2.0, r"\quad": 2.0, r"\sum": 2.2, r"\prod": 2.2, r"\partial": 1.1}
_SIZELESS = (r"\left", r"\right", r"\textstyle", r"\mathrm", r"\text", r"\hat", r"\bar", r"\;", r"\,")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_SMALL = 0.7
"""Letters below and above the line beside the others."""


def broken(latex: str, most: float) -> tuple[str, ...]:
    """The formula in lines that are each about `most` digits wide; what cannot be broken stays in one piece."""
    if width(latex) <= most:
        return (latex,)
    lines: list[str] = []
    for piece in _pieces(latex, most):
        if lines and width(lines[-1] + piece) <= most:
            lines[-1] += piece
        else:
            lines.append(f"{_INDENT}{piece}" if lines else piece)
    return tuple(lines)


def _pieces(latex: str, most: float) -> list[str]:
    """The formula cut before its operators; those within brackets count only in what is too wide by itself."""
    found: list[str] = []
    for piece in _cut(latex):
        if width(piece) > most and r"\left(" in piece:
            found += _cut(piece.replace(r"\left(", "(").replace(r"\right)", ")"))
        else:
            found.append(piece)
    return found


def _cut(latex: str) -> list[str]:
    """Before every operator and behind every comma that stands neither in braces nor in brackets that grow."""
    starts, depth, place = [0], 0, 0
    while place < len(latex):
        if latex[place] == "{":
            place = closing(latex, place)
        elif latex.startswith(r"\left", place):
            depth += 1
        elif latex.startswith(r"\right", place) and not latex.startswith(r"\rightarrow", place):
            depth -= 1
        elif depth == 0 and place and latex[place : place + 3] in _OPERATORS:
            starts.append(place)
        elif depth == 0 and latex.startswith(_COMMA, place):
            starts.append(place + 1)
        place += 1
    return [latex[begin:end] for begin, end in zip(starts, [*starts[1:], len(latex)], strict=True)]


def width(latex: str) -> float:
    """How wide a formula is, roughly, in digits."""
    total, place = 0.0, 0
    while place < len(latex):
        if latex.startswith(r"\textcolor", place):
            place = closing(latex, place) + 1  # the colour; what is coloured follows in braces
            continue
        if latex.startswith(r"\frac", place):
            above = closing(latex, place)
            below = closing(latex, above + 1)
            total += max(width(latex[place + 5 : above + 1]), width(latex[above + 1 : below + 1])) + 0.5
            place = below + 1
            continue
        command = _COMMAND.match(latex, place)
        if command is not None:
            total += 0.0 if command[0] in _SIZELESS else _WIDTHS.get(command[0], 1.0)
            place = command.end()
            continue
        if latex[place] in "_^":
            end = closing(latex, place) if latex[place + 1 : place + 2] == "{" else place + 1
            total += _SMALL * width(latex[place + 1 : end + 1])
            place = end + 1
            continue
        total += {"=": 2.6, "+": 2.4, "-": 2.0, " ": 0.0, "{": 0.0, "}": 0.0}.get(latex[place], 1.0)
        place += 1
    return total
