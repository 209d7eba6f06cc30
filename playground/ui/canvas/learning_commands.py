"""What the canvas and the inspector do with how layers learn: each is one labelled, undoable edit of the session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground.graph import blocks, freezing
from playground.graph.model import GraphError
from playground.ui.canvas.commands import named
from playground.ui.canvas.dress import all_frozen
from playground.ui.session import Session


def learning_layers(session: Session, items: Iterable[str]) -> tuple[str, ...]:
    """Of some layers and blocks the layers that have anything to learn."""
    analysis = session.analysis
    if analysis is None:
        return ()
    return tuple(key for key in blocks.nodes_of(session.graph, items) if analysis.freezable(key))


def are_frozen(session: Session, items: Iterable[str]) -> bool:
    """Whether all of these that could learn are frozen."""
    analysis = session.analysis
    return analysis is not None and all_frozen(analysis, session.graph, blocks.nodes_of(session.graph, items))


def set_frozen(session: Session, items: Sequence[str], on: bool) -> None:
    """Freeze layers and all that blocks hold, or let them learn again."""
    layers = learning_layers(session, items)
    if not layers or session.analysis is None:
        session.message.emit("info", "There is nothing in it that could learn, so nothing to freeze.")
        return
    if on:
        graph = freezing.freeze(session.graph, {key: session.analysis.freezable(key) for key in layers})
    else:
        graph = freezing.thaw(session.graph, layers)
    session.edit(f"{'Freeze' if on else 'Unfreeze'} {named(session.graph, items)}", graph)


def before(session: Session, items: Sequence[str]) -> tuple[str, ...]:
    """The layers that could learn and on which these depend, those of the items themselves left out."""
    graph, own = session.graph, blocks.nodes_of(session.graph, items)
    earlier, todo = set[str](), list(own)
    while todo:  # once over the wires, however many layers are asked about
        fresh = [source for source in graph.sources(todo.pop()) if source not in earlier]
        earlier.update(fresh)
        todo += fresh
    earlier.difference_update(own)
    return learning_layers(session, [node.id for node in graph if node.id in earlier])


def freeze_before(session: Session, items: Sequence[str]) -> None:
    """Freeze everything on which these layers and blocks depend."""
    earlier = before(session, items)
    if not earlier or session.analysis is None:
        session.message.emit("info", "Nothing before it could learn, so there is nothing to freeze.")
        return
    graph = freezing.freeze(session.graph, {key: session.analysis.freezable(key) for key in earlier})
    session.edit(f"Freeze everything before {named(session.graph, items)}", graph)


def set_rate(session: Session, items: Sequence[str], rate: float) -> None:
    """Let layers learn with so many times the learning rate."""
    try:
        graph = freezing.set_rate(session.graph, learning_layers(session, items), rate)
    except GraphError as error:
        session.message.emit("warning", str(error))
        return
    session.edit(f"Change the rate of {named(session.graph, items)}", graph, merge=("rate", *items))
