"""How batch norm's running averages move: a little of the batch's mean and variance is mixed in at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import read, worked_out
from playground.engine.arithmetic._spec import Explanation, ExplanationError, Factor, Index, Place, Term, unnamed
from playground.engine.arithmetic._text import plain
from playground.engine.arithmetic._together import BATCH_NORMS, Together, region

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_mean(frame: Frame, index: Index) -> Explanation:
    """μ of the numbers that are normalised together with the one at `index`.

    Raises:
        ExplanationError: it is a running average, which is read and not worked out.
    """
    return _because(Together(frame, index).mean())


def explain_variance(frame: Frame, index: Index) -> Explanation:
    """σ² of them.

    Raises:
        ExplanationError: it is a running average, which is read and not worked out.
    """
    return _because(Together(frame, index).variance())


def explain_normalised(frame: Frame, index: Index) -> Explanation:
    """x̂ of the number at `index`."""
    return _because(Together(frame, index).normalised(index))


def _because(factor: Factor) -> Explanation:
    if factor.because is None:
        raise ExplanationError("This is a running average: it was read, not worked out from this batch.")
    return factor.because()


def running_after(frame: Frame, name: str, channel: int) -> Explanation:
    """`running_mean` or `running_var` of a channel after the step: (1 − m) · before + m · this batch's.

    The batch's variance is taken with N − 1 below, as an estimate of that of all data.

    Raises:
        ExplanationError: the layer keeps no running averages.
    """
    if frame.type not in BATCH_NORMS or name not in frame.buffers:
        raise ExplanationError(f"{frame.node} keeps no running averages.")
    index = (0, channel)
    size = frame.inputs[0][region(frame, index)].size
    is_mean, momentum = name == "running_mean", float(str(frame.params["momentum"]))
    letter = r"\mu" if is_mean else r"\sigma^{2}"
    symbol = r"\mu_{\mathrm{run}}" if is_mean else r"\sigma_{\mathrm{run}}^{2}"
    after = r"\mu_{\mathrm{run}}^{+}" if is_mean else r"\sigma_{\mathrm{run}}^{2\,+}"
    before = read(frame, Place(frame.node, "buffer", (channel,), name=name), symbol, unnamed)
    if not frame.training:
        words = "In use the running averages stand still."
        return worked_out(_title(is_mean, channel), after, before.symbol, [Term((before,))], words)
    together = Together(frame, index)
    batch = together.mean() if is_mean else together.variance()
    old = Factor(r"\left(1 - m\right)", 1 - momentum)
    new = Factor("m", momentum)
    factors, formula = (new, batch), rf"{old.symbol} \cdot {before.symbol} + m \cdot {letter}"
    words = f"{plain(100 * momentum, 3)} % of what this batch measured is mixed in at every step; the rest stays."
    if not is_mean:
        corrected = Factor(r"\frac{N}{N - 1}", size / (size - 1), written=rf"\frac{{{size}}}{{{size - 1}}}")
        factors = (new, corrected, batch)
        formula = rf"{old.symbol} \cdot {before.symbol} + m \cdot {corrected.symbol} \cdot {letter}"
        words += f" The variance of {size:,} numbers is taken a little larger, since their own mean lies close to them."
    return worked_out(_title(is_mean, channel), after, formula, [Term((old, before)), Term(factors)], words)


def _title(is_mean: bool, channel: int) -> str:
    return f"Running {'mean' if is_mean else 'variance'} of channel {channel + 1} after this step"
