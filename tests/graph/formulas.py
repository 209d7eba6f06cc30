"""Random formulas in x, y and w that have a value everywhere between −2 and 2."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "max": max,
    "min": min,
    "abs": abs,
    "tanh": math.tanh,
    "sin": math.sin,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
}

_SAFE = ("tanh({})", "sin({})", "sigmoid({})", "exp(-abs({}))", "log(({})**2 + 1)", "sqrt(abs({}) + 0.5)", "-({})")
_TWO = ("({}) + ({})", "({}) - ({})", "({})*({})", "({})/(1 + ({})**2)", "max({}, {})", "min({}, {})")
_POWERS = ("({})**2", "({})**3", "2*({})", "({})/3", "1 - ({})", "({}) - 0.25", "(({})**2 + 1)**-1.5", "1.5**tanh({})")


def formulas() -> st.SearchStrategy[str]:
    """Of up to a dozen operations or so."""
    grown = st.recursive(
        st.sampled_from(["x", "y", "w", "max(x, 0.5)"]),
        lambda inner: st.one_of(
            st.builds(str.format, st.sampled_from(_SAFE), inner),
            st.builds(str.format, st.sampled_from(_TWO), inner, inner),
            st.builds(str.format, st.sampled_from(_POWERS), st.builds("tanh({})".format, inner)),
        ),
        max_leaves=5,
    )
    return grown.filter(lambda text: any(name in text.replace("max", "").replace("exp", "") for name in "xyw"))
