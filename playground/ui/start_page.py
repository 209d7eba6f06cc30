"""The first page: networks to begin with, files opened before, or an empty canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.ui.canvas.miniature import Miniature
from playground.ui.fonts import font
from playground.ui.widgets.headings import ElidedLabel, SectionHeading, TextLabel
from playground.zoo import ZooNetwork, zoo_network

_OFFERS = (
    ("lenet-5", "Recognise digits", "Build"),
    ("mazur", "Backpropagation by hand", "Step"),
    ("cs231n-neuron", "The chain rule by gates", "Step"),
    ("circle", "A line that bends", "Train"),
)
"""(zoo key, what it is about, the mode it opens in)."""

WORKED = (
    ("cs231n-simple", "the smallest chain rule"),
    ("cs231n-patterns", "distributor, switcher, router"),
    ("perceptron-and", "one threshold unit"),
    ("perceptron-or", "AND with another bias"),
    ("perceptron-xor", "why one line is not enough"),
    ("xor-two-layers", "two lines and a vote"),
    ("convolution-6x6", "one patch, one window: 7.5"),
    ("vertical-edge", "left minus right, 16 times"),
    ("cs231n-convolution", "7×7×3, stride 2, two filters"),
    ("stride-7x7", "7×7 becomes 5×5 or 3×3"),
    ("padding-32x32", "32 stays 32 or becomes 28"),
    ("pooling-6x6", "three printed means are slips"),
    ("max-pooling-4x4", "a row that was written down twice"),
    ("dropout-scaling", "70 %, not the printed 30 %"),
    ("batch-norm-by-hand", "its four steps on paper"),
    ("bottleneck-counts", "409,600 weights or 118,784"),
    ("photograph-kernels", "edges, blur, sharpen, emboss"),
    ("photograph-kernels-colour", "the same, channel by channel"),
)
"""(zoo key, what it is about) of the worked examples that are listed in short; all of them open in Step."""

_COLUMNS = 4


def worked_examples() -> tuple[ZooNetwork, ...]:
    """All that open in Step, those of the large cards first."""
    keys = [key for key, _, mode in _OFFERS if mode == "Step"] + [key for key, _ in WORKED]
    return tuple(map(zoo_network, keys))


class _Choice(QFrame):
    """A card that opens a network in a mode: by a click, Enter or Space."""

    chosen = Signal(str, str)

    def __init__(self, key: str, mode: str, name: str) -> None:
        super().__init__()
        self._key, self._mode = key, mode
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._key, self._mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._key, self._mode)
        else:
            super().keyPressEvent(event)


class _Example(_Choice):
    """A worked example in two lines: its title, and what it is about."""

    def __init__(self, key: str, about: str) -> None:
        network = zoo_network(key)
        super().__init__(key, "Step", f"Worked example: {network.title}, {about}")
        self.setToolTip(f"{network.idea}\n{network.source}")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 12, 9)
        column.setSpacing(2)
        column.addWidget(ElidedLabel(network.title))
        column.addWidget(ElidedLabel(about, "small", "muted"))


class _Offer(_Choice):
    """One network to begin with."""

    def __init__(self, key: str, heading: str, mode: str) -> None:
        network = zoo_network(key)
        super().__init__(key, mode, f"{heading}: {network.title}")
        title = TextLabel(heading, wrap=True)
        title.setFont(font("title"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(6)
        column.addWidget(Miniature(network.build()))
        column.addSpacing(4)
        column.addWidget(SectionHeading(network.title))
        column.addWidget(title)
        idea = TextLabel(network.idea, tone="muted", wrap=True)
        idea.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(idea, 1)
        column.addWidget(TextLabel(f"Opens in {mode}", "small", "link"))


class StartPage(QScrollArea):
    """Shown at the start and by File ▸ Start page."""

    network_chosen = Signal(str, str)
    """(zoo key, mode)"""
    file_chosen = Signal(str)
    empty_chosen = Signal()
    expression_chosen = Signal()
    open_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setProperty("ground", "canvas")
        inside = QWidget()
        inside.setProperty("ground", "canvas")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QWidget()
        middle.setMaximumWidth(1180)
        column = QVBoxLayout(middle)
        column.setContentsMargins(28, 28, 28, 28)
        column.setSpacing(18)
        column.addWidget(TextLabel("One network, always live", "display"))
        column.addWidget(
            TextLabel(
                "Build it, step through its arithmetic forward and backward, and train it on real data. "
                "Whatever you do, everything on screen is the same network.",
                "reading",
                "muted",
                wrap=True,
            )
        )
        grid = QGridLayout()
        grid.setSpacing(14)
        for place, (key, heading, mode) in enumerate(_OFFERS):
            offer = _Offer(key, heading, mode)
            offer.chosen.connect(self.network_chosen)
            grid.addWidget(offer, 0, place)
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        column.addLayout(self._buttons())
        column.addLayout(self._examples())
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        column.addLayout(self._recent)
        column.addStretch()
        row = QHBoxLayout(inside)
        row.addStretch(1)
        row.addWidget(middle, 40)
        row.addStretch(1)
        self.setWidget(inside)

    def _examples(self) -> QVBoxLayout:
        """The worked examples of the literature, in short."""
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(SectionHeading("Worked examples, printed numbers beside live ones"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, (key, about) in enumerate(WORKED):
            example = _Example(key, about)
            example.chosen.connect(self.network_chosen)
            grid.addWidget(example, place // _COLUMNS, place % _COLUMNS)
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        empty, opened = QPushButton("Empty canvas"), QPushButton("Open a file…")
        typed = QPushButton("From an expression…")
        typed.setToolTip("Type a formula: each operation in it becomes a gate")
        typed.clicked.connect(self.expression_chosen)
        empty.setProperty("primary", True)
        empty.clicked.connect(self.empty_chosen)
        opened.clicked.connect(self.open_chosen)
        row.addWidget(empty)
        row.addWidget(typed)
        row.addWidget(opened)
        row.addWidget(TextLabel("or drop a document, a table or a folder of pictures on this window", tone="muted"))
        row.addStretch()
        return row

    def show_recent(self, files: list[Path]) -> None:
        """List files opened before."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if files:
            self._recent.addWidget(SectionHeading("Opened before"))
        for file in files:
            button = QPushButton(file.name)
            button.setProperty("quiet", True)
            button.setStyleSheet("text-align: left;")
            button.setToolTip(str(file))
            button.clicked.connect(lambda _checked=False, path=str(file): self.file_chosen.emit(path))
            row = QHBoxLayout()
            row.addWidget(button)
            row.addWidget(ElidedLabel(str(file.parent), "small", "muted"), 1)
            holder = QWidget()
            holder.setLayout(row)
            row.setContentsMargins(0, 0, 0, 0)
            self._recent.addWidget(holder)
