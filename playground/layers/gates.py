"""Gates: the simplest operations, of which larger functions are put together, as in graphs of scalars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._param import Param
from playground.layers._spec import Category, LayerType, Params, Shape, register

if TYPE_CHECKING:
    from torch import nn

SMALLEST = 1e-30
"""The logarithm of anything less, such as 0, is taken of this."""
_LARGEST = 1e6
_SOURCE = "Stanford cs231n: backpropagation, intuitions"


class _Gate(LayerType):
    """What the gates share: one operation on every number."""

    category = Category.GATES
    capability = "gate"
    keeps_shape = True
    source = _SOURCE


@register
class Scale(_Gate):
    """Times a fixed factor."""

    key = "scale"
    title = "Scale"
    stem = "scale"
    formula = r"y = a\,x"
    explanation = (
        "Multiplies every number by the same fixed factor, which is not learnt. Backwards the gradient is multiplied "
        "by the factor too."
    )
    params = (Param("factor", "Factor", "float", 2.0, "What every number is multiplied by.", -_LARGEST, _LARGEST),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Scale as ScaleModule

        return ScaleModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"× {_signed(params['factor'])}"


@register
class Shift(_Gate):
    """Plus a fixed amount."""

    key = "shift"
    title = "Shift"
    stem = "shift"
    formula = r"y = x + c"
    explanation = (
        "Adds the same fixed amount to every number. Its slope is 1, so the gradient passes backwards unchanged."
    )
    params = (Param("amount", "Amount", "float", 1.0, "What is added to every number.", -_LARGEST, _LARGEST),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Shift as ShiftModule

        return ShiftModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        amount = params["amount"]
        assert isinstance(amount, float)
        return f"{'−' if amount < 0 else '+'} {abs(amount):g}"


@register
class Negate(_Gate):
    """The other sign."""

    key = "negate"
    title = "Negate"
    stem = "negate"
    formula = r"y = -x"
    explanation = "Turns the sign of every number round. Backwards the sign of the gradient is turned round too."

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Negate as NegateModule

        return NegateModule()


@register
class Exp(_Gate):
    """e to the power."""

    key = "exp"
    title = "Exp"
    stem = "exp"
    formula = r"y = e^{x}"
    explanation = (
        "Raises e ≈ 2.718 to the power of every number, so that the result is positive and grows fast. The slope is "
        "the result itself: backwards the gradient is multiplied by it."
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Exp as ExpModule

        return ExpModule()


@register
class Log(_Gate):
    """The natural logarithm, of numbers below 10⁻³⁰ that of 10⁻³⁰."""

    key = "log"
    title = "Log"
    stem = "log"
    formula = r"y = \ln x"
    explanation = (
        "The natural logarithm: the power that e has to be raised to for the number. The slope is 1 / x, so small "
        "numbers get large gradients. Zero and negative numbers have no logarithm: 10⁻³⁰ is taken in their place, and "
        "no gradient comes back."
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Log as LogModule

        return LogModule(SMALLEST)


@register
class Reciprocal(_Gate):
    """One divided by the number."""

    key = "reciprocal"
    title = "Reciprocal"
    stem = "reciprocal"
    formula = r"y = \frac{1}{x}"
    explanation = (
        "Divides one by every number. The slope is −1 / x²: the nearer to zero, the steeper. Zero itself has no "
        "reciprocal; it gives infinity."
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Reciprocal as ReciprocalModule

        return ReciprocalModule()


def _signed(value: object) -> str:
    """A number with a real minus sign."""
    return f"{value:g}".replace("-", "−")
