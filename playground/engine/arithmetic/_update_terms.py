"""The step of each optimization method as terms that are added to the weight.

g is the gradient after L1 and limits; L2 (`weight_decay`) adds λ w to it, except in AdamW, which shrinks the weight.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import of, worked_out
from playground.engine.arithmetic._functions import enclosed, power_base
from playground.engine.arithmetic._spec import Explanation, Factor, Term
from playground.engine.arithmetic._text import number
from playground.engine.arithmetic._update_memory import Memory, treated_gradient

if TYPE_CHECKING:
    from playground.engine.update_rule import UpdateRule


def step_terms(weight: Factor, blamed: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """What is added to the weight."""
    gradient = treated(weight, blamed, rule)
    if rule.optimizer == "sgd":
        return _sgd(weight, gradient, rule, memory)
    if rule.optimizer == "adamw":
        decay = Term((_rate(rule), Factor(r"\lambda", rule.weight_decay), weight), negative=True)
        return [*([decay] if rule.weight_decay else []), *_adam(gradient, rule, memory)]
    gradient = with_decay(weight, gradient, rule)
    match rule.optimizer:
        case "adam":
            return _adam(gradient, rule, memory)
        case "rmsprop":
            return _rmsprop(gradient, rule, memory)
        case "adagrad":
            return _adagrad(gradient, rule, memory)
        case "adadelta":
            return _adadelta(gradient, rule, memory)


def _rate(rule: UpdateRule) -> Factor:
    return Factor(r"\eta", rule.learning_rate)


# ---- the gradient


def treated(weight: Factor, blamed: Factor, rule: UpdateRule) -> Factor:
    """The gradient with L1 added, scaled and cut to its limits; itself, where nothing of that happens."""
    if not rule.l1 and rule.clip_scale == 1 and not _is_cut(weight, blamed, rule):
        return blamed
    if _is_cut(weight, blamed, rule):
        cut = Factor("c", treated_gradient(blamed.value, weight.value, rule))
        words = f"The gradient was larger, and is cut to ± {number(rule.clip_grad_value)}."
        return of(lambda: worked_out("Gradient, cut to its limit", "g", "c", [Term((cut,))], words), "g")
    return of(lambda: _penalised(weight, blamed, rule), "g")


def _is_cut(weight: Factor, blamed: Factor, rule: UpdateRule) -> bool:
    uncut = rule.clip_scale * (blamed.value + rule.l1 * _sign(weight.value))
    return 0 < rule.clip_grad_value < abs(uncut)


def _penalised(weight: Factor, blamed: Factor, rule: UpdateRule) -> Explanation:
    terms = [Term((blamed,))]
    symbols = blamed.symbol
    words = ""
    if rule.l1:
        sign = Factor(rf"\mathrm{{sign}}({weight.symbol})", _sign(weight.value))
        terms.append(Term((Factor(r"\lambda_{1}", rule.l1), sign)))
        symbols += rf" + \lambda_{{1}} \cdot \mathrm{{sign}}({weight.symbol})"
        words = "L1 pushes every weight towards 0 with the same force, however small it is."
    if rule.clip_scale == 1:
        return worked_out("Gradient with L1", "g", symbols, terms, words)
    scale = Factor("c", rule.clip_scale)
    inner = enclosed(symbols) if rule.l1 else symbols
    words = f"{words} The gradient of all weights together was too long; every part of it is shortened alike.".strip()
    return worked_out("Shortened gradient", "g", rf"c \cdot {inner}", terms, words, scale=scale)


def _sign(value: float) -> float:
    return math.copysign(1.0, value) if value else 0.0


def with_decay(weight: Factor, gradient: Factor, rule: UpdateRule) -> Factor:
    """g + λ w."""
    if not rule.weight_decay:
        return gradient
    decay = Factor(r"\lambda", rule.weight_decay)
    symbol = r"\tilde{g}" if gradient.symbol == "g" else "g"
    return of(
        lambda: worked_out(
            "Gradient with weight decay",
            symbol,
            rf"{gradient.symbol} + \lambda \cdot {weight.symbol}",
            [Term((gradient,)), Term((decay, weight))],
        ),
        symbol,
    )


# ---- SGD


def _sgd(weight: Factor, gradient: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η v⁺ with v⁺ = μ v + (1 − τ)(g + λ w), which in the first step is g + λ w alone.

    Nesterov's form takes g + λ w + μ v⁺ in place of v⁺ (Sutskever et al. 2013, as torch writes it).
    """
    rate, first = _rate(rule), memory.velocity is None
    share: tuple[Factor, ...] = ()
    if rule.momentum and rule.nesterov:
        share = (Factor(r"\left(1 + \mu\right)", 1 + rule.momentum),)
    elif rule.momentum and rule.dampening and not first:
        share = (Factor(r"\left(1 - \tau\right)", 1 - rule.dampening),)
    terms = [Term((rate, *share, gradient), negative=True)]
    if rule.momentum and memory.velocity is not None:
        keep = Factor(r"\mu", rule.momentum)
        keeps = (keep, keep) if rule.nesterov else (keep,)
        terms.append(Term((rate, *keeps, Factor("v", memory.velocity)), negative=True))
    if rule.weight_decay:
        terms.append(Term((rate, *share, Factor(r"\lambda", rule.weight_decay), weight), negative=True))
    return terms


# ---- methods that divide by the gradient's usual size


def _adam(gradient: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η m̂ / (√v̂ + ε) (Kingma & Ba 2015, algorithm 1)."""
    mean = of(lambda: _average(gradient, rule.betas[0], memory.mean, memory.steps, squared=False), r"\hat{m}")
    square = of(lambda: _average(gradient, rule.betas[1], memory.square, memory.steps, squared=True), r"\hat{v}")
    if rule.amsgrad:
        latest = square
        square = of(lambda: _largest(latest, rule, memory), r"\hat{v}_{\max}")
    return [Term((_rate(rule), mean, shrink(square, rule.eps)), negative=True)]


def shrink(square: Factor, eps: float, inside: bool = False) -> Factor:
    """1 / (√square + ε), or with ε inside the root; how `square` came about is told when asked."""
    root = math.sqrt(square.value + eps) if inside else math.sqrt(square.value) + eps
    symbol = rf"\sqrt{{{square.symbol} + \epsilon}}" if inside else rf"\sqrt{{{square.symbol}}} + \epsilon"
    value = number(square.value)
    written = rf"\sqrt{{{value} + {number(eps)}}}" if inside else rf"\sqrt{{{value}}} + {number(eps)}"
    return Factor(rf"\frac{{1}}{{{symbol}}}", 1 / root, None, square.because, written=rf"\frac{{1}}{{{written}}}")


def _average(gradient: Factor, beta: float, past: float, steps: int, *, squared: bool) -> Explanation:
    """(β m + (1 − β) g) / (1 − β^t), or the same of g²; t counts this step too."""
    which, letter = ("2", "v") if squared else ("1", "m")
    correction = Factor(
        rf"\frac{{1}}{{1 - \beta_{{{which}}}^{{{steps + 1}}}}}",
        1 / (1 - beta ** (steps + 1)),
        written=rf"\frac{{1}}{{1 - {number(beta)}^{{{steps + 1}}}}}",
    )
    return running(
        gradient,
        Factor(rf"\beta_{{{which}}}", beta),
        Factor(letter, past),
        rf"\hat{{{letter}}}",
        squared=squared,
        scale=correction,
    )


def running(
    gradient: Factor, keep: Factor, past: Factor, symbol: str, *, squared: bool, scale: Factor | None = None
) -> Explanation:
    """β past + (1 − β) g, or of g²."""
    new = Factor(rf"\left(1 - {keep.symbol}\right)", 1 - keep.value)
    blamed = f"{power_base(gradient.symbol)}^{{2}}" if squared else gradient.symbol
    factors = (new, gradient, gradient) if squared else (new, gradient)
    sum_ = rf"{keep.symbol} \cdot {past.symbol} + {new.symbol} \cdot {blamed}"
    began = "Since the average began at zero, it is divided by the weight that the gradients have had in it so far."
    return worked_out(
        f"Running average of the {'square of the gradient' if squared else 'gradient'}",
        symbol,
        sum_ if scale is None else f"{scale.symbol} {enclosed(sum_)}",
        [Term((keep, past)), Term(factors)],
        "" if scale is None else began,
        scale=scale,
    )


def _largest(latest: Factor, rule: UpdateRule, memory: Memory) -> Explanation:
    """AMSGrad: the largest average of squares so far, corrected as the latest is (Reddi et al. 2018)."""
    correction = 1 / (1 - rule.betas[1] ** (memory.steps + 1))
    past = Factor(r"\frac{v_{\max}}{1 - \beta_{2}^{t}}", memory.largest * correction)
    return worked_out(
        "Largest average of the gradient’s square",
        r"\hat{v}_{\max}",
        rf"\max\left({past.symbol},\; \hat{{v}}\right)",
        [Term((past,)), Term((latest,))],
        "The larger of the largest so far and the latest.",
        combine="max",
        chosen=0 if past.value >= latest.value else 1,
    )


def _rmsprop(gradient: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η (g / (√s⁺ + ε) + μ v), s⁺ = α s + (1 − α) g² (Hinton 2012; centred: Graves 2013)."""
    terms = [Term((_rate(rule), gradient, shrink(size_of_late(gradient, rule, memory), rule.eps)), negative=True)]
    if rule.momentum and memory.velocity is not None:
        kept = (_rate(rule), Factor(r"\mu", rule.momentum), Factor("v", memory.velocity))
        terms.append(Term(kept, negative=True))
    return terms


def size_of_late(gradient: Factor, rule: UpdateRule, memory: Memory) -> Factor:
    """What RMSprop divides by the root of: s⁺, or if centred s⁺ − (m⁺)²."""
    keep = Factor(r"\alpha", rule.alpha)
    square = of(lambda: running(gradient, keep, Factor("s", memory.square), "s^{+}", squared=True), "s^{+}")
    if not rule.centered:
        return square
    mean = of(lambda: running(gradient, keep, Factor("m", memory.mean), "m^{+}", squared=False), "m^{+}")
    return of(
        lambda: worked_out(
            "Spread of the gradient",
            r"\sigma^{2}",
            r"s^{+} - \left(m^{+}\right)^{2}",
            [Term((square,)), Term((mean, mean), negative=True)],
        ),
        r"\sigma^{2}",
    )


def _adagrad(gradient: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η g / (√s⁺ + ε), s⁺ = s + g² (Duchi et al. 2011); the rate is divided by 1 + steps · lr_decay."""
    rate = _rate(rule)
    if rule.lr_decay:
        slower = 1 + memory.steps * rule.lr_decay
        written = rf"\frac{{{number(rule.learning_rate)}}}{{{number(slower)}}}"
        rate = Factor(r"\frac{\eta}{1 + (t - 1)\,\delta}", rule.learning_rate / slower, written=written)
    square = of(lambda: sum_of_squares(gradient, memory), "s^{+}")
    return [Term((rate, gradient, shrink(square, rule.eps)), negative=True)]


def sum_of_squares(gradient: Factor, memory: Memory) -> Explanation:
    """What Adagrad divides by the root of: s⁺ = s + g²."""
    return worked_out(
        "Sum of the gradient’s squares",
        "s^{+}",
        f"s + {power_base(gradient.symbol)}^{{2}}",
        [Term((Factor("s", memory.square),)), Term((gradient, gradient))],
        "It only grows, so the steps become smaller and smaller.",
    )


def _adadelta(gradient: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η √(u + ε) / √(s⁺ + ε) · g, u the running average of the squared steps (Zeiler 2012)."""
    reach, less = adadelta_sizes(gradient, rule, memory)
    return [Term((_rate(rule), reach, less, gradient), negative=True)]


def adadelta_sizes(gradient: Factor, rule: UpdateRule, memory: Memory) -> tuple[Factor, Factor]:
    """√(u + ε), and 1 / √(s⁺ + ε)."""
    keep = Factor(r"\rho", rule.rho)
    square = of(lambda: running(gradient, keep, Factor("s", memory.square), "s^{+}", squared=True), "s^{+}")
    reach = Factor(
        r"\sqrt{u + \epsilon}",
        math.sqrt(memory.moved + rule.eps),
        written=rf"\sqrt{{{number(memory.moved)} + {number(rule.eps)}}}",
    )
    return reach, shrink(square, rule.eps, inside=True)
