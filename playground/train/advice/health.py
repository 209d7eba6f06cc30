"""How the layers of a network in training are: what is dead or saturated, vanishes, explodes, or moves too much.

The rules of thumb: updates of about a thousandth of the weights are healthy (cs231n, neural networks part 3); gradients
should be of one order of magnitude from the last layer to the first (Glorot and Bengio 2010, section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from playground.train.events import ActivationPicture, LayerPicture, Pictures

Kind = Literal["not a number", "vanishing", "exploding", "no gradient", "dead", "saturated", "restless", "still"]

LOOKS = 5
"""So many of the newest pictures are judged together (by their median), so that no single batch decides."""
FAR = 1000.0
"""Gradients so many times smaller than those of the last layer vanish, so many times larger ones explode."""
_HUGE = 1e3
_RESTLESS, _STILL = 0.1, 1e-5
"""Updates larger or smaller than this share of the weights are called so."""
MUCH = 0.4
"""From this share of a layer's units on, dead or saturated ones are a warning."""
_ENOUGH = 16
"""Fewer examples than this do not prove a unit dead."""
_ORDER: tuple[Kind, ...] = (
    "not a number",
    "exploding",
    "vanishing",
    "no gradient",
    "dead",
    "saturated",
    "restless",
    "still",
)


@dataclass(frozen=True)
class Finding:
    """What is the matter with a layer, in a sentence with numbers. A warning keeps the network from learning well."""

    kind: Kind
    node: str
    sentence: str
    is_warning: bool = True


def examine(pictures: Sequence[Pictures], titles: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the newest of these pictures show, warnings and the gravest first. `titles` name the layers by id."""
    if not pictures:
        return ()
    newest = pictures[-LOOKS:]
    named = _Named(titles)
    by_node = [{layer.node: layer for layer in seen.layers} for seen in newest]
    layers = [_median_layer([seen.get(layer.node) for seen in by_node]) for layer in newest[-1].layers]
    found = [
        *_broken(newest[-1].layers, named),
        *_flow(layers, named),
        *_pace(layers, named, judged=len(newest) >= min(3, LOOKS)),
    ]
    activations = next((seen.activations for seen in reversed(newest) if seen.activations), ())
    found += _mute(activations, named)
    return tuple(sorted(found, key=lambda finding: (not finding.is_warning, _ORDER.index(finding.kind))))


@dataclass(frozen=True)
class _Named:
    titles: Mapping[str, str]

    def __getitem__(self, node: str) -> str:
        return self.titles.get(node, node)


@dataclass(frozen=True)
class _Layer:
    node: str
    gradient: float
    ratio: float


def _median_layer(pictures: Sequence[LayerPicture | None]) -> _Layer:
    there = [layer for layer in pictures if layer is not None]
    gradients = [layer.gradient_size for layer in there if not math.isnan(layer.gradient_size)]
    ratios = [layer.update_ratio for layer in there if layer.update_ratio is not None]
    return _Layer(there[-1].node, _median(gradients), _median(ratios))


def _median(values: Sequence[float]) -> float:
    return median(values) if values else math.nan


def _broken(layers: Sequence[LayerPicture], named: _Named) -> list[Finding]:
    """Weights that are no numbers any more."""
    bad = [layer.node for layer in layers if not math.isfinite(layer.weight_size)]
    if not bad:
        return []
    return [Finding("not a number", bad[0], f"The weights of {_list([named[node] for node in bad])} left all bounds.")]


def _flow(layers: Sequence[_Layer], named: _Named) -> list[Finding]:
    """The size of the gradients on their way from the last layer to the first."""
    learning = [layer for layer in layers if math.isfinite(layer.gradient)]
    if len(learning) < 2:
        return []
    last = next((layer for layer in reversed(learning) if layer.gradient > 0), learning[-1])
    found: list[Finding] = []
    without = [layer for layer in learning if layer.gradient == 0]
    if without:
        names, their = _list([named[layer.node] for layer in without]), "its" if len(without) == 1 else "their"
        found.append(
            Finding(
                "no gradient",
                without[0].node,
                f"No gradient reaches {names}: {their} weights cannot change. A layer nearer to the loss lets "
                "nothing through.",
            )
        )
    others = [layer for layer in learning if layer.gradient > 0 and layer is not last]
    if not others:
        return found
    least, most = min(others, key=lambda layer: layer.gradient), max(others, key=lambda layer: layer.gradient)
    if last.gradient / least.gradient >= FAR:
        times = _times(last.gradient / least.gradient)
        found.append(
            Finding(
                "vanishing",
                least.node,
                f"Vanishing gradient: that of {named[least.node]} is {times} times smaller than that of "
                f"{named[last.node]} ({least.gradient:.1e} against {last.gradient:.1e}), so that layer hardly learns. "
                "Batch norm, skip connections or He initialisation help, and ReLU in place of sigmoid or tanh.",
            )
        )
    if most.gradient / last.gradient >= FAR or most.gradient > _HUGE:
        times = _times(most.gradient / last.gradient)
        found.append(
            Finding(
                "exploding",
                most.node,
                f"Exploding gradient: that of {named[most.node]} is {times} times larger than that of "
                f"{named[last.node]} ({most.gradient:.1e} against {last.gradient:.1e}). "
                "Smaller starting weights, batch norm or gradient clipping help.",
            )
        )
    return found


def _pace(layers: Sequence[_Layer], named: _Named, judged: bool) -> list[Finding]:
    """The size of the updates beside that of the weights."""
    moving = [layer for layer in layers if math.isfinite(layer.ratio)]
    if not moving or not judged:
        return []
    found: list[Finding] = []
    most, least = max(moving, key=lambda layer: layer.ratio), min(moving, key=lambda layer: layer.ratio)
    if most.ratio > _RESTLESS:
        found.append(
            Finding(
                "restless",
                most.node,
                f"Too large steps: each update changes the weights of {named[most.node]} by {most.ratio:.0%}; "
                "about 0.1 % is healthy. A smaller learning rate helps.",
            )
        )
    if least.ratio < _STILL:
        found.append(
            Finding(
                "still",
                least.node,
                f"Tiny steps: each update changes the weights of {named[least.node]} by {100 * least.ratio:.1g} %; "
                "about 0.1 % is healthy, until the end is near.",
                is_warning=False,
            )
        )
    return found


def _mute(activations: Sequence[ActivationPicture], named: _Named) -> list[Finding]:
    """Units that answer nothing, or always the same."""
    judged = [seen for seen in activations if seen.examples >= _ENOUGH]
    found: list[Finding] = []
    dead = [(seen, seen.dead) for seen in judged if seen.dead]
    if dead:
        examples = dead[0][0].examples
        words = f"answer 0 to every one of {examples} examples, so they learn nothing"
        found.append(_counted("dead", dead, named, words, "A smaller learning rate or leaky ReLU keeps units alive."))
    # The last answer may be as sure as it likes: it lies at the end of its curve where it is right.
    saturated = [(seen, seen.saturated) for seen in judged if seen.saturated and seen is not activations[-1]]
    if saturated:
        words = "lie at the flat ends of their curve nearly always, where hardly any gradient comes through"
        found.append(_counted("saturated", saturated, named, words, "Smaller starting weights or batch norm help."))
    return found


def _counted(
    kind: Kind, counts: Sequence[tuple[ActivationPicture, int]], named: _Named, words: str, advice: str
) -> Finding:
    """The layer with the largest share of such units, and where else there are some."""
    worst, count = max(counts, key=lambda pair: pair[1] / pair[0].units)
    others = [f"{named[seen.node]} ({number:,} of {seen.units:,})" for seen, number in counts if seen is not worst]
    also = f"; also in {_list(others)}" if others else ""
    sentence = f"{kind.capitalize()} units: {count:,} of {worst.units:,} in {named[worst.node]} {words}{also}. {advice}"
    return Finding(kind, worst.node, sentence, is_warning=count >= MUCH * worst.units)


def _times(ratio: float) -> str:
    """3,000 and not 2,987.4: the size is what matters."""
    if ratio >= 1e7:
        return f"{ratio:.0e}".replace("e+0", "e").replace("e+", "e")
    digits = max(0, math.floor(math.log10(max(ratio, 1))))
    return f"{round(ratio, -digits):,.0f}"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
