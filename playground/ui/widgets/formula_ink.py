r"""Parts of a formula in colours of their own, and found again where they are drawn. No Qt.

A part is written `\textcolor{#1rpppp}{…}`: r is the place of its colour in the formula's list of theme roles, p its
own number + 1 (0: it has none). The colours themselves are put in when the formula is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MOST_PARTS = 0xFFFE
"""So many parts can be told apart; further ones are coloured only."""
INK = re.compile(r"#1([0-9a-f])([0-9a-f]{4})")
_WRAPPED = re.compile(r"\\textcolor\{#1[0-9a-f]{5}\}")


def tinted(latex: str, role: int, part: int = -1) -> str:
    """The LaTeX in the colour of a role (its place in the list of roles), as part number `part`."""
    number = part + 1 if 0 <= part < MOST_PARTS else 0
    return rf"\textcolor{{#1{role:x}{number:04x}}}{{{latex}}}"


def part_of(ink: str) -> int:
    """The number of the part that is drawn in an ink; −1 if it is none."""
    found = INK.fullmatch(ink)
    return int(found[2], 16) - 1 if found else -1


def dyed(svg: str, colour: Callable[[int], str]) -> str:
    """The picture with its inks replaced by colours, asked for by the place of the role."""
    return INK.sub(lambda found: colour(int(found[1], 16)), svg)


def untinted(latex: str) -> str:
    """The LaTeX without its colours."""
    while (found := _WRAPPED.search(latex)) is not None:
        end = closing(latex, found.end())
        latex = latex[: found.start()] + latex[found.end() + 1 : end] + latex[end + 1 :]
    return latex


def closing(latex: str, opening: int) -> int:
    """Where the brace that opens at `opening` is closed; the end if it is not."""
    depth = 0
    for place in range(opening, len(latex)):
        if latex[place] == "{" and latex[place - 1 : place] != "\\":
            depth += 1
        elif latex[place] == "}" and latex[place - 1 : place] != "\\":
            depth -= 1
            if depth == 0:
                return place
    return len(latex) - 1
