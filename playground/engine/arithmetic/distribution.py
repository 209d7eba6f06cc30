"""Where the numbers of softmax and of the losses come from: shares of powers, surprise, and squared distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import losses
from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    output_factor,
    upstream,
    worked_out,
)
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    Index,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import MOST_TERMS, blame, of_example, plain, sum_of_symbols
from playground.engine.arithmetic.surprise import SHIFTED, powers_of

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """Softmax: index is (example, class). A loss: index is ()."""
    if frame.type == "softmax":
        return _softmax(frame, index, names)
    return losses.explain_output(frame, index, names)


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂z of one score or prediction; index is (example, class or value)."""
    if frame.type == "softmax":
        return _softmax_backward(frame, port, index, names)
    return losses.explain_grad_input(frame, port, index, names)


def explain_class_share(frame: Frame, index: Index) -> Explanation:
    """What softmax would make of one of the scores that a layer gives out; index is (example, class).

    Raises:
        ExplanationError: there is no such score.
    """
    example, chosen = index
    value_at(frame, Place(frame.node, "output", index))
    scores = [output_factor(frame, (example, k), unnamed, "z") for k in range(frame.output.shape[1])]
    terms, shifted = powers_of(scores)
    below = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else r"\sum_{k} e^{z_{k}}"
    return worked_out(
        f"{frame.node} · share of number {chosen + 1} of {len(terms)}",
        indexed("p", frame.output, index),
        rf"\frac{{e^{{{scores[chosen].symbol}}}}}{{{below}}}",
        terms,
        "The network gives scores. Softmax makes shares of them that come to 1 together: e to the power of each score, "
        "over the sum of all such powers." + (SHIFTED if shifted else ""),
        combine="share",
        chosen=chosen,
    )


def _softmax(frame: Frame, index: Index, names: Namer) -> Explanation:
    """p_j = e^{z_j} / Σ_k e^{z_k}."""
    place = Place(frame.node, "output", index)
    share = value_at(frame, place)
    example, chosen = index
    scores = [input_factor(frame, 0, (example, k), names, "z") for k in range(frame.inputs[0].shape[1])]
    terms, shifted = powers_of(scores)
    best = int(np.argmax(frame.output[example]))
    words = (
        f"e to the power of this score is {plain(100 * share, 3)} % of the sum of all such powers. "
        f"The largest share, {plain(100 * float(frame.output[example, best]), 3)} %, has number {best + 1}."
    )
    below = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else r"\sum_{k} e^{z_{k}}"
    return compose(
        frame,
        place,
        title=f"{frame.node} · number {chosen + 1} of {len(terms)}{of_example(len(frame.output), example)}",
        symbol=names(place) or indexed("p", frame.output, index),
        formula=rf"\frac{{e^{{{scores[chosen].symbol}}}}}{{{below}}}",
        terms=terms,
        combine="share",
        chosen=chosen,
        words=words + (SHIFTED if shifted else ""),
    )


def _softmax_backward(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂z_i = p_i (∂E/∂p_i − Σ_j p_j ∂E/∂p_j): from ∂p_j/∂z_i = p_j (1[i = j] − p_i)."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, score = index
    arriving = [upstream(frame, (example, j), names, "p") for j in range(frame.output.shape[1])]
    shares = [output_factor(frame, (example, j), names, "p") for j in range(frame.output.shape[1])]
    terms = [
        Term((arriving[score],)),
        *(Term((share, gradient), negative=True) for share, gradient in zip(shares, arriving, strict=True)),
    ]
    mean = rf"\sum_{{j}} p_{{j}} \cdot {blame('p_{j}')}"
    return compose(
        frame,
        place,
        title=f"Blame of score {score + 1} before {frame.node}{of_example(len(frame.output), example)}",
        symbol=gradient_symbol(frame, place, names, "z"),
        formula=rf"{shares[score].symbol} \cdot {enclosed(f'{arriving[score].symbol} - {mean}')}",
        terms=terms,
        scale=shares[score],
        words=(
            "Raising one score raises its own share and lowers all others, since together they stay 1. So what counts "
            "is how its own blame differs from the average blame of all, weighted by their shares."
        ),
    )


def explain_weighted_blame(frame: Frame, index: Index) -> Explanation:
    """p · ∂E/∂p of one class: its part of the average blame that softmax compares with; index is (example, class)."""
    share, arriving = output_factor(frame, index, unnamed, "p"), upstream(frame, index, unnamed, "p")
    terms = [Term((share, arriving))]
    words = "All of these together are the average blame, in which a class counts as much as its share."
    return worked_out("Blame times share", r"\bar{g}_{k}", sum_of_symbols(terms), terms, words)


CAPABILITY = Capability(explain_output, explain_grad_input)
