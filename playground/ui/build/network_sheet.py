"""The sheet of one network of the zoo: what it is, what was published of it, and what is counted here."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.graph.model import Graph
from playground.ui.canvas.miniature import Miniature
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel, TitleLabel
from playground.ui.widgets.numbers import count, million
from playground.ui.widgets.pill import Pill
from playground.zoo import ZooNetwork

_WIDTH, _DRAWING = 400, 130


def facts(network: ZooNetwork) -> list[tuple[str, str, str]]:
    """Rows of (what, published, counted here); what is not known is a dash."""
    record = network.record
    published = "—" if record.parameters is None else printed(round(record.parameters))
    steps = "—" if record.multiply_adds is None else printed(round(record.multiply_adds))
    rows = [
        ("parameters", published, count(network.counted_parameters) if network.counted_parameters else "—"),
        ("multiply-adds", steps, million(network.counted_multiply_adds) if network.counted_multiply_adds else "—"),
    ]
    for name, error in ((_first_error(network), record.top1_error), ("top-5 error", record.top5_error)):
        if error is not None:
            rows.append((name, f"{error:g} %", ""))
    return rows


def headline(network: ZooNetwork) -> str:
    """The line that tells networks of a list apart: "25.6 M parameters · 23.9 % top-1 error"."""
    parts: list[str] = []
    if network.counted_parameters:
        noun = "parameter" if network.counted_parameters == 1 else "parameters"
        number = network.counted_parameters
        parts.append(f"{count(number) if number < 1_000_000 else million(number)} {noun}")
    record = network.record
    if record.top1_error is not None:
        parts.append(f"{record.top1_error:g} % {_first_error(network)}")
    elif record.top5_error is not None:
        parts.append(f"{record.top5_error:g} % top-5 error")
    return " · ".join(parts)


def printed(number: int) -> str:
    """A count as a paper prints it, with no digit more: 25.6 M, 3.8 G, 60,000; all digits where it gives them."""
    if number < 1_000_000 or number % 1000:
        return count(number)
    factor, letter = (10**9, "G") if number >= 10**9 else (10**6, "M")
    return f"{number / factor:.7g} {letter}"


def _first_error(network: ZooNetwork) -> str:
    """With a thousand classes one says how many guesses count; with ten there is only one error."""
    return "top-1 error" if "ImageNet" in network.record.measured_on else "error"


class NetworkSheet(QFrame):
    """A popup beside the list. The drawing is made in the background, since a large network takes a moment."""

    open_chosen = Signal(str)
    """Open this network."""
    compare_chosen = Signal(str)
    """Put it beside others."""
    base_chosen = Signal(str)
    """Let the open document begin with what it has learnt."""
    scaling_chosen = Signal()
    """Show what makes the members of its family differ."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._session = session
        self._network: ZooNetwork | None = None
        self.setProperty("card", True)
        self.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 16, 18, 16)
        self._page: QWidget | None = None
        self._drawing: Miniature | None = None

    def show_network(self, network: ZooNetwork, place: QPoint) -> None:
        """Fill the sheet and show it at a global point, moved so that it stays on the screen."""
        self._network = network
        if self._page is not None:
            self._column.removeWidget(self._page)
            self._page.deleteLater()
        self._page = self._make_page(network)
        self._column.addWidget(self._page)
        self.setFixedHeight(self._column.totalHeightForWidth(_WIDTH))
        screen = self.screen().availableGeometry()
        top = max(screen.top() + 8, min(place.y(), screen.bottom() - self.height() - 8))
        self.move(place.x(), top)
        self.show()
        self._session.background.run("zoo drawing", lambda: (network.key, network.build()), self._on_drawing)

    def _on_drawing(self, drawn: tuple[str, Graph]) -> None:
        key, graph = drawn
        if self._network is not None and self._network.key == key and self._drawing is not None:
            self._drawing.show_graph(graph)

    def _make_page(self, network: ZooNetwork) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(9)
        top = QHBoxLayout()
        top.addWidget(TitleLabel(network.title), 1)
        top.addWidget(Pill(str(network.year), role="text"))
        column.addLayout(top)
        self._drawing = Miniature(height=_DRAWING)
        column.addWidget(self._drawing)
        column.addWidget(TextLabel(network.idea, wrap=True))
        column.addLayout(_table(network))
        for text in (network.record.measured_on, network.published, network.record.definition):
            if text:
                column.addWidget(TextLabel(text, "small", "muted", wrap=True))
        if network.record.correction:
            column.addWidget(TextLabel(network.record.correction, "small", "warning", wrap=True))
        column.addWidget(TextLabel(network.source, "small", "muted", wrap=True))
        buttons = QHBoxLayout()
        compare, open_ = QPushButton("Compare"), QPushButton("Open")
        compare.clicked.connect(lambda: self._choose(self.compare_chosen))
        open_.setProperty("primary", True)
        open_.clicked.connect(lambda: self._choose(self.open_chosen))
        if network.family == "EfficientNet":
            scale = QPushButton("Scale…")
            scale.setToolTip("Set α, β, γ and φ yourself")
            scale.clicked.connect(self._scale)
            buttons.addWidget(scale)
        if network.weights:
            base = QPushButton("Use as base…")
            base.setToolTip("Teach it something new: its layers stay, its head is replaced")
            base.clicked.connect(lambda: self._choose(self.base_chosen))
            buttons.addWidget(base)
        buttons.addStretch()
        buttons.addWidget(compare)
        buttons.addWidget(open_)
        column.addLayout(buttons)
        open_.setFocus()
        return page

    def _scale(self) -> None:
        self.hide()
        self.scaling_chosen.emit()

    def _choose(self, signal: object) -> None:
        assert self._network is not None
        self.hide()
        signal.emit(self._network.key)  # type: ignore[attr-defined]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.open_chosen)
        else:
            super().keyPressEvent(event)


def _table(network: ZooNetwork) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(3)
    for column, heading in enumerate(("", "published", "counted here")):
        grid.addWidget(TextLabel(heading, "small", "muted"), 0, column)
    for row, cells in enumerate(facts(network), start=1):
        for column, text in enumerate(cells):
            grid.addWidget(TextLabel(text, "mono" if column else "body"), row, column)
    grid.setColumnStretch(2, 1)
    return grid
