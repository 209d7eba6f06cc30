"""Weights and biases of a small network, by their place in its drawing: what they are called, and changing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.engine.dense_chain import DenseChain
from playground.graph import by_hand
from playground.ui.session import Session
from playground.ui.train.plane.layout import Unit, Wire
from playground.ui.widgets.numbers import short


@dataclass(frozen=True)
class Number:
    """One weight or bias: its node, torch's name and index, and what it is called ("from x₁")."""

    node: str
    name: str
    index: tuple[int, ...]
    title: str

    @property
    def key(self) -> str:
        """Its tensor in a state."""
        return f"{self.node}.{self.name}"


def numbers_of(
    chosen: Unit | Wire, chain: DenseChain, features: Sequence[str], session: Session
) -> tuple[str, tuple[Number, ...]]:
    """A heading, and the numbers that belong to what was clicked: one weight, or all that enter a unit and its bias."""
    stage = chosen.column - 1 if isinstance(chosen, Unit) else chosen.stage
    dense = chain.stages[stage].dense
    array = session.state.get(f"{dense}.weight")
    if array is None:
        return "", ()
    title = session.graph.node(dense).title
    if isinstance(chosen, Wire):
        source = _source(chosen.source, stage, chain, features, session)
        target = "output" if len(array) == 1 else f"{title}, unit {chosen.target + 1}"
        return f"{source} → {target}", (Number(dense, "weight", (chosen.target, chosen.source), "weight"),)
    weights = [
        Number(dense, "weight", (chosen.number, i), f"× {_source(i, stage, chain, features, session)}")
        for i in range(array.shape[1])
    ]
    bias = [Number(dense, "bias", (chosen.number,), "bias")] if f"{dense}.bias" in session.state else []
    return f"{title}, unit {chosen.number + 1}", (*weights, *bias)


def _source(number: int, stage: int, chain: DenseChain, features: Sequence[str], session: Session) -> str:
    """What a weight is multiplied by."""
    if stage == 0:
        return features[number] if number < len(features) else f"input {number + 1}"
    return f"{session.graph.node(chain.stages[stage - 1].dense).title}, unit {number + 1}"


def change(session: Session, number: Number, value: float) -> None:
    """Give a weight another value, as one undoable edit; nothing where it is gone."""
    learnt = session.starting_state().get(number.key)  # what training left last, even if nobody has looked at it yet
    array = session.state.get(number.key) if learnt is None else learnt
    if array is None or any(i >= size for i, size in zip(number.index, array.shape, strict=True)):
        return
    place = (number.node, number.name, number.index)
    present = float(array[number.index])
    entry = by_hand.entry_at_work(session.experiment.weights_by_hand, place, present)
    base = present if entry is None else entry.was
    changed = by_hand.change_weights(session.experiment, {place: (base, value)})
    if changed != session.experiment:
        title = session.graph.node(number.node).title
        where = ", ".join(str(i + 1) for i in number.index)
        session.apply(f"Change {number.name} {where} of {title} to {short(value)}", changed, merge=("plane", place))
