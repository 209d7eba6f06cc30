"""Layers on the clipboard: as JSON text, so that they travel between windows, documents and e-mails."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from playground.graph.model import Graph
from playground.graph.schema import DocumentError, graph_from_text, graph_to_text

_MIME = "application/x-neural-network-playground-graph"


class ClipboardError(ValueError):
    """What is on the clipboard are no layers; the message is fit for the user."""


def put(piece: Graph) -> None:
    """Replace what is on the clipboard by these layers."""
    data = QMimeData()
    text = graph_to_text(piece)
    data.setData(_MIME, text)
    data.setText(text.decode())
    QGuiApplication.clipboard().setMimeData(data)


def has_anything() -> bool:
    """Whether there could be layers on the clipboard."""
    data = QGuiApplication.clipboard().mimeData()
    return data is not None and (data.hasFormat(_MIME) or data.hasText())


def take() -> Graph:
    """The layers on the clipboard.

    Raises:
        ClipboardError: there are none, or they are damaged.
    """
    data = QGuiApplication.clipboard().mimeData()
    text = b"" if data is None else bytes(data.data(_MIME).data()) or data.text().encode("utf-8", "replace")
    if not text.strip():
        raise ClipboardError("There is nothing to paste: copy some layers first.")
    try:
        return graph_from_text(text)
    except DocumentError as error:
        if not text.lstrip().startswith(b"{"):
            start = " ".join(text.decode("utf-8", "replace").split())
            shown = f"{start[:40]}…" if len(start) > 40 else start
            raise ClipboardError(f"The clipboard holds no layers, but the text “{shown}”.") from error
        raise ClipboardError(f"What is on the clipboard cannot be pasted: {error}.") from error
