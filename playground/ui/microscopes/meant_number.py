"""Which number of the recorded step a number is that stands written in a sentence or a caption. No Qt.

Texts are written for reading, without places. So a written number is looked for among what it was made from: the number
in focus, its terms and factors and what those were made from in turn; the layer's settings; and the recorded arrays.
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from playground.ui.microscopes.factor_roles import factors_of

if TYPE_CHECKING:
    import numpy as np

    from playground.engine.arithmetic import Explanation, Factor, Kind, Place, Term
    from playground.engine.trace import Frame
    from playground.ui.microscopes.base import Explain, Scene

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[−+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"(?:e(?P<power>[−-]?\d+)| ?· ?10(?P<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?P<percent>\s?%)?(?![\w²³×])"
)
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_COUNTED = re.compile(r"[=+·→≈←]\s*$")
"""A whole number is taken for one that was worked out only where it stands behind one of these."""
_MOST_EXPLAINED, _MOST_TERMS, _MOST_FACTORS = 60, 4_096, 24
_NEAREST, _FEW_TERMS = 4, 64
"""Further away only short sums are looked through: among many numbers some would look like it by chance."""
_LARGEST_ARRAY, _LARGEST_MEAN = 4_000_000, 65_536
_FEWEST_DIGITS = 3
"""With so many significant digits at least numbers are written."""
_TELLING_DIGITS = 4
"""A number with fewer digits could be any of a large array: it is taken for the largest and the smallest only."""


@dataclass(frozen=True)
class Written:
    """A number as it is written: its value, and by how much it may be off because of the digits that were left away."""

    text: str
    value: float
    slack: float

    def is_it(self, value: float) -> bool:
        """Whether a number would have been written like that."""
        return abs(value - self.value) <= self.slack

    def is_its_size(self, value: float) -> bool:
        """The same, of a number whose sign the words tell ("down by 0.05")."""
        return abs(abs(value) - abs(self.value)) <= self.slack


def numbers_in(text: str) -> Iterator[tuple[int, int, Written]]:
    """The worked out numbers of a text, each with where it begins and ends; names, counts and sizes are left out."""
    for found in _NUMBER.finditer(text):
        is_whole = found["decimals"] is None and found["power"] is None and found["percent"] is None
        if is_whole and not found["sign"] and _COUNTED.search(text[: found.start()]) is None:
            continue
        yield found.start(), found.end(), _read(found)


def _read(found: re.Match[str]) -> Written:
    decimals = found["decimals"] or ""
    raised = (found["power"] or "").replace("−", "-") or (found["raised"] or "").translate(_RAISED) or "0"
    unit = 10.0 ** int(raised) * (0.01 if found["percent"] else 1.0)
    value = float(f"{found['whole'].replace(',', '')}{decimals}") * unit
    last_digit = 10.0 ** -max(0, len(decimals) - 1) * unit
    if value:  # zeros at the end are not written: 0.5 is 0.500
        last_digit = min(last_digit, 10.0 ** (math.floor(math.log10(value)) - _FEWEST_DIGITS + 1))
    sign = -1.0 if found["sign"] in ("−", "-") else 1.0
    return Written(found[0], sign * value, (0.5000001 * last_digit + 1e-12 * value) if value else 0.0)


Origin = Callable[["Place"], "Explanation"]


def meant(
    scene: Scene, written: Written, focus: Place | None, origin: Origin, told_of: Sequence[Explain] = ()
) -> Explanation | None:
    """Where the written number comes from; None if it is none of the recorded step. May take tenths of a second.

    `focus` is what the text around it speaks of, or else `told_of`, each of which works out an explanation; `origin`
    tells where the number at a place comes from.
    """
    told = list(islice(_explained(scene, focus, origin, told_of), _MOST_EXPLAINED))
    for fits in (written.is_it, written.is_its_size):
        for away, explanation in enumerate(told):
            found = _within(explanation, written, fits, origin, _MOST_TERMS if away < _NEAREST else _FEW_TERMS)
            if found is not None:
                return found
    chosen = _setting(scene, written)
    if chosen is not None:
        return chosen
    for fits in (written.is_it, written.is_its_size):
        found = _in_arrays(scene, written, fits, origin)
        if found is not None:
            return found
    return None


def meant_or_why_not(
    scene: Scene, written: Written, focus: Place | None, origin: Origin, told_of: Sequence[Explain] = ()
) -> Explanation:
    """The same.

    Raises:
        ExplanationError: it is none of the recorded step.
    """
    from playground.engine.arithmetic import ExplanationError

    found = meant(scene, written, focus, origin, told_of)
    if found is None:
        raise ExplanationError(
            f"{written.text} is not among the numbers that this step worked out: it is a size, a count, a usual value, "
            "or belongs to another example or round."
        )
    return found


# ---- what the number in focus was made from


def _explained(scene: Scene, focus: Place | None, origin: Origin, told_of: Sequence[Explain]) -> Iterator[Explanation]:
    """The number in focus, then what it was made from, nearest first; at last the loss."""
    from playground.engine.arithmetic import ExplanationError

    waiting: deque[Explain] = deque(partial(origin, place) for place in _told_of(scene, focus))
    waiting += told_of
    waiting += [partial(origin, place) for place in _losses(scene)]
    seen: set[object] = set()
    while waiting:
        try:
            explanation = waiting.popleft()()
        except ExplanationError:
            continue
        key = explanation.place or (explanation.title, explanation.symbol, explanation.value)
        if key in seen:
            continue
        seen.add(key)
        yield explanation
        for factor in islice(factors_of(explanation), _MOST_FACTORS):
            if factor.because is not None:
                waiting.append(factor.because)
            elif factor.place is not None and factor.place.kind not in ("weight", "buffer", "target"):
                waiting.append(partial(origin, factor.place))


def _told_of(scene: Scene, focus: Place | None) -> Iterable[Place]:
    """The number in focus, and those that a text about it names as well."""
    if focus is None:
        return ()
    others: dict[Kind, tuple[Kind, ...]] = {
        "output": ("grad_output", "grad_input"),
        "input": ("grad_input",),
        "grad_output": ("output",),
        "grad_input": ("input", "output", "grad_output"),
        "weight": ("grad_weight", "updated"),
        "grad_weight": ("weight", "updated"),
        "updated": ("grad_weight", "weight"),
    }
    return (focus, *(replace(focus, kind=kind) for kind in others.get(focus.kind, ())))


def _losses(scene: Scene) -> Iterable[Place]:
    from playground.engine.arithmetic import Place

    return (Place(node, "output", ()) for node, frame in scene.trace.frames.items() if frame.output.shape == ())


def _within(
    explanation: Explanation, written: Written, fits: Callable[[float], bool], origin: Origin, most: int
) -> Explanation | None:
    """The number itself, one of its factors, one of its terms, or what the terms of one sign come to."""
    if fits(explanation.value):
        return explanation
    for factor in islice(factors_of(explanation), most):
        if fits(factor.value):
            return _of_factor(factor, explanation, origin)
    terms = explanation.terms[:most]
    for term in terms:
        if fits(term.value):
            return _together(explanation, (term,), "One of the terms of it.")
    if explanation.combine == "share":
        return None
    total = math.fsum(term.value for term in terms)
    for number, term in enumerate(terms if written.text.endswith("%") and total and len(terms) > 1 else ()):
        if fits(term.value / total):
            return _share(explanation, terms, number)
    if explanation.value > 0 and fits(math.sqrt(explanation.value)):
        return _root(explanation)
    for name, chosen in (
        ("that push it up", tuple(term for term in terms if term.value > 0)),
        ("that pull it down", tuple(term for term in terms if term.value < 0)),
        ("that belong to the example on screen", tuple(term for term in terms if _is_of_the_first(term))),
        ("", terms),
    ):
        if len(chosen) > 1 and fits(math.fsum(term.value for term in chosen)):
            return _together(explanation, chosen, f"The {len(chosen):,} terms of it {name}".rstrip() + ", added up.")
    return None


def _is_of_the_first(term: Term) -> bool:
    """Whether a term is made from numbers of the example that is shown: the first of the batch."""
    places = [factor.place for factor in term.factors if factor.place is not None]
    kinds = ("input", "output", "grad_input", "grad_output")
    return any(place.kind in kinds and place.index[:1] == (0,) for place in places)


def _of_factor(factor: Factor, explanation: Explanation, origin: Origin) -> Explanation:
    """Where a factor comes from; one that is fixed is seen in the formula that it is part of."""
    if factor.because is not None:
        return factor.because()
    return origin(factor.place) if factor.place is not None else explanation


def _root(explanation: Explanation) -> Explanation:
    """A standard deviation, of which only the square, the variance, is worked out on the way."""
    from playground.engine.arithmetic import Factor, Term, worked_out

    under = Factor(explanation.symbol, explanation.value, explanation.place, lambda: explanation)
    terms = (Term((under, Factor(r"\frac{1}{2}", 0.5, written=r"\frac{1}{2}")), "power"),)
    symbol = rf"\sqrt{{{explanation.symbol}}}"
    return worked_out(f"{explanation.title} · square root", symbol, symbol, terms, "Its square was worked out.")


def _share(explanation: Explanation, terms: tuple[Term, ...], chosen: int) -> Explanation:
    """How much one of the terms is of all of them together."""
    from playground.engine.arithmetic import term_symbol, worked_out

    symbol, title = r"\frac{t}{\sum t}", f"{explanation.title} · share of one of its {len(terms):,} terms"
    words = f"The number adds up {len(terms):,} terms. This says how much one of them is of all together."
    formula = rf"\frac{{{term_symbol(terms[chosen])}}}{{\sum}}"
    return worked_out(title, symbol, formula, terms, words, combine="share", chosen=chosen)


def _together(explanation: Explanation, terms: tuple[Term, ...], words: str) -> Explanation:
    """Some of the terms of a number, added up."""
    from playground.engine.arithmetic import Explanation, put_in, term_symbol

    value = math.fsum(term.value for term in terms)
    first = next(iter(terms))
    symbol = r"\textstyle\sum" if len(terms) > 1 else term_symbol(first)
    formula = term_symbol(first) if len(terms) == 1 else r"\;+\;".join(term_symbol(term) for term in terms[:3])
    if len(terms) > 3:
        formula += r" + \dots"
    numbers = put_in(symbol, terms, value, "sum", None, None, None)
    title = f"{explanation.title} · part of it"
    return Explanation(title, symbol, f"{symbol} = {formula}", numbers, terms, value, words)


# ---- what else was recorded


def _in_arrays(scene: Scene, written: Written, fits: Callable[[float], bool], origin: Origin) -> Explanation | None:
    """The extremes and the means of the layer's arrays, or the one number of them that is written like that."""
    from playground.engine.arithmetic import Place

    frame = scene.frame
    for kind, port, name, array in _arrays(frame):
        if not 0 < array.size <= _LARGEST_ARRAY or array.dtype.kind != "f":
            continue
        sizes = abs(array)
        for extreme in (int(array.argmax()), int(array.argmin()), int(sizes.argmax())):
            if fits(float(array.flat[extreme])):
                return origin(Place(frame.node, kind, _index(array, extreme), port, name))
        for words, numbers in (("mean", array), ("mean size", sizes)):
            if array.size <= _LARGEST_MEAN and fits(float(numbers.mean())):
                return _mean(scene, Place(frame.node, kind, (), port, name), array, words)
        if len(re.sub(r"\D", "", written.text).lstrip("0")) >= _TELLING_DIGITS:
            like_it = (abs(array - written.value) <= written.slack).ravel().nonzero()[0]
            if len(like_it) == 1:
                return origin(Place(frame.node, kind, _index(array, int(like_it[0])), port, name))
    return None


def _arrays(frame: Frame) -> Iterator[tuple[Kind, int, str, np.ndarray]]:
    yield "output", 0, "", frame.output
    for port, array in enumerate(frame.inputs):
        yield "input", port, "", array
    if frame.grad_output is not None:
        yield "grad_output", 0, "", frame.grad_output
    for port, array in enumerate(frame.grad_inputs):
        yield "grad_input", port, "", array
    learnt: tuple[tuple[Kind, Mapping[str, np.ndarray]], ...] = (
        ("weight", frame.weights),
        ("grad_weight", frame.grad_weights),
        ("updated", frame.updated),
        ("buffer", frame.buffers),
    )
    for kind, arrays in learnt:
        for name, array in arrays.items():
            yield kind, 0, name, array


def _index(array: np.ndarray, position: int) -> tuple[int, ...]:
    import numpy as np

    return tuple(int(place) for place in np.unravel_index(position, array.shape))


_NOUN: dict[Kind, str] = {
    "output": "numbers that went out",
    "input": "numbers that came in",
    "grad_output": "gradients that arrived",
    "grad_input": "gradients that were handed back",
    "weight": "weights",
    "grad_weight": "gradients of the weights",
    "updated": "weights after the step",
    "buffer": "running averages",
}


def _mean(scene: Scene, of: Place, array: np.ndarray, what: str) -> Explanation:
    """The mean of a whole array, or of the sizes of its numbers."""
    from playground.engine.arithmetic import Explanation, Factor, Term, put_in

    letter = "w" if of.kind in ("weight", "updated") else "g" if of.kind.startswith("grad") else "x"
    share = Factor(r"\frac{1}{n}", 1.0 / array.size, written=rf"\frac{{1}}{{{array.size}}}")
    terms = tuple(
        Term(
            (Factor(f"{letter}_{{{number + 1}}}", float(value), replace(of, index=_index(array, number))),),
            negative=what == "mean size" and value < 0,
        )
        for number, value in enumerate(array.flat)
    )
    inner = rf"\left|{letter}_{{i}}\right|" if what == "mean size" else f"{letter}_{{i}}"
    symbol = rf"\bar{{{letter}}}"
    value = share.value * math.fsum(term.value for term in terms)
    count, noun = f"{array.size:,}", _NOUN[of.kind]
    return Explanation(
        f"{scene.title()} · the {what} of {count} {noun}",
        symbol,
        rf"{symbol} = \frac{{1}}{{n}} \sum_{{i=1}}^{{n}} {inner}",
        put_in(symbol, terms, value, "sum", share, None, None),
        terms,
        value,
        f"All {count} {noun} of {scene.title()}"
        + (", each without its sign," if what == "mean size" else "")
        + " are added up and divided by how many they are.",
        scale=share,
    )


def _setting(scene: Scene, written: Written) -> Explanation | None:
    """A number that was chosen: a setting of the layer, or of the training."""
    from dataclasses import fields

    from playground.engine.arithmetic import Explanation
    from playground.layers import layer_type

    kind, training = layer_type(scene.frame.type), scene.experiment.training
    chosen = [(scene.title(), param.title, scene.frame.params.get(param.key)) for param in kind.params]
    chosen += [("Training", one.name.replace("_", " "), getattr(training, one.name)) for one in fields(training)]
    for owner, name, value in chosen:
        if isinstance(value, float) and value and abs(value - written.value) <= min(written.slack, 0.001 * abs(value)):
            symbol = rf"\mathrm{{{name.replace(' ', '~')}}}"
            words = (
                f"A setting of {owner}: it was chosen, not worked out."
                if owner != "Training"
                else ("A setting of the training: it was chosen, not worked out.")
            )
            return Explanation(f"{owner} · {name}", symbol, symbol, "", (), value, words)
    return None
