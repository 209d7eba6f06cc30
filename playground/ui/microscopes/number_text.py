"""Explanations written as plain text: the numbers of a sum, the way one would copy them out by hand. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.widgets.numbers import chosen_digits, fixed, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Term

MOST = 8


def written(value: float) -> str:
    """At most six decimals, none for nothing: 0.4, 0.751365, 1; tiny ones, and if chosen all, in significant digits."""
    if chosen_digits() or (value and (abs(value) < 1e-4 or abs(value) >= 1e5)):
        return short(value, 4)
    text = fixed(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text else text


def term_text(term: Term) -> str:
    """The numbers of one term, without its sign: "0.15 · 0.05", "½(0.01 − 0.751365)²"."""
    numbers = [written(factor.value) for factor in term.factors]
    first = numbers[0]
    match term.function:
        case "":
            return " · ".join(
                f"({number})" if place and number.startswith("−") else number for place, number in enumerate(numbers)
            )
        case "half_square":
            return f"½({first} − {numbers[1]})²"
        case "squared_difference":
            return f"({first} − {numbers[1]})²"
        case "square":
            return f"{first}²"
        case "exp":
            return f"e^({' + '.join(numbers)})" if len(numbers) > 1 else f"e^{first}"
        case "logistic":
            return f"1 / (1 + e^{written(-term.factors[0].value)})"
        case "surprise":
            return f"log Σ e^z − {first}" if not first.startswith("−") else f"log Σ e^z + {first[1:]}"
        case other:
            return f"{other}({', '.join(numbers)})"


def in_brackets(text: str) -> str:
    """A number as it stands behind an operator: a negative one in brackets."""
    return f"({text})" if text.startswith("−") else text


def sum_text(explanation: Explanation) -> str:
    """All numbers of a short explanation in one line: "0.751365 − 0.01"."""
    parts: list[str] = []
    if explanation.combine == "max":
        return f"max({', '.join(term_text(term) for term in explanation.terms[:MOST])})"
    for place, term in enumerate(explanation.terms[:MOST]):
        text = term_text(term)
        if place == 0:
            parts.append(f"−{in_brackets(text)}" if term.negative else text)
        elif term.negative:
            parts.append(f" − {in_brackets(text)}")
        elif text.startswith("−"):
            parts.append(f" − {text[1:]}")
        else:
            parts.append(f" + {text}")
    if len(explanation.terms) > MOST:
        parts.append(" + …")
    body = "".join(parts)
    if explanation.offset is not None:
        offset = written(explanation.offset.value)
        body += f" − {offset[1:]}" if offset.startswith("−") else f" + {offset}"
    if explanation.scale is not None:
        body = f"{written(explanation.scale.value)} · ({body})"
    return body
