"""Blocks that the user saved for later: one file each in the folder for the application's data."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from playground.graph.model import Graph, GraphError
from playground.graph.schema import DocumentError, graph_from_text, graph_to_text

_SUFFIX = ".block.json"


class _Shelf(QObject):
    changed = Signal()
    """A block was saved or deleted."""


shelf = _Shelf()


def folder() -> Path:
    """Where they are kept."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "blocks"


def own_templates() -> tuple[str, ...]:
    """The names of all saved blocks that can be read."""
    return tuple(sorted(filter(_is_sound, (path.name.removesuffix(_SUFFIX) for path in folder().glob(f"*{_SUFFIX}")))))


def _is_sound(name: str) -> bool:
    try:
        own_template(name)
    except GraphError:
        return False
    return True


def own_template(name: str) -> Graph:
    """The saved block of that name, as a graph with one outermost block.

    Raises:
        GraphError: there is none, or its file is damaged.
    """
    try:
        graph = graph_from_text((folder() / f"{name}{_SUFFIX}").read_bytes())
    except OSError as error:
        raise GraphError(f"The saved block “{name}” cannot be read: {error.strerror}.") from error
    except DocumentError as error:
        raise GraphError(f"The saved block “{name}” is damaged: {error}.") from error
    if sum(not block.parent for block in graph.blocks) != 1:
        raise GraphError(f"The saved block “{name}” is damaged: it does not hold one block.")
    return graph


def save_template(name: str, graph: Graph) -> str:
    """Keep a block under that name, in place of an older one of the same; returns the name as it was kept.

    Raises:
        GraphError: the name is empty, or the file cannot be written.
    """
    plain = " ".join(re.sub(r"[^\w \-+×.()]", " ", name).split()).strip(".")[:60]
    if not plain:
        raise GraphError("Give the block a name with at least one letter or digit.")
    try:
        folder().mkdir(parents=True, exist_ok=True)
        path = folder() / f"{plain}{_SUFFIX}"
        partial = path.with_suffix(".part")
        partial.write_bytes(graph_to_text(graph))
        partial.replace(path)
    except OSError as error:
        raise GraphError(f"The block cannot be saved in {folder()}: {error.strerror}.") from error
    shelf.changed.emit()
    return plain


def delete_template(name: str) -> None:
    """Forget a saved block."""
    (folder() / f"{name}{_SUFFIX}").unlink(missing_ok=True)
    shelf.changed.emit()
