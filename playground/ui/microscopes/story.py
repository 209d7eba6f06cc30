"""A panel that tells where a number comes from, block by block: headings, prose, formula, numbers, result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.fonts import FontRole
from playground.ui.microscopes.base import Explain
from playground.ui.microscopes.story_label import StoryLabel
from playground.ui.theme import appearance
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import SectionHeading

_WIDE = 400
"""In panels narrower than this numbers are written smaller."""


@dataclass(frozen=True)
class Heading:
    """Above a section."""

    text: str


@dataclass(frozen=True)
class Prose:
    """Rich text."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class FormulaBox:
    """A formula in a sunken box."""

    latex: str
    size: float = 20.0


@dataclass(frozen=True)
class Line:
    """A line of numbers: label in the colour of a role, what it is made of, value; `explain` if it can be asked."""

    label: str = ""
    body: str = ""
    value: str = ""
    role: str = "text"
    explain: Explain | None = None


@dataclass(frozen=True)
class Lines:
    """Lines of numbers in columns."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Result:
    """The line everything leads to, in a gold box: rich text. A click asks `explain`, if there is one."""

    text: str
    explain: Explain | None = None


@dataclass(frozen=True)
class Own:
    """A widget of the microscope's own, kept by it."""

    widget: QWidget


Block = Heading | Prose | FormulaBox | Lines | Result | Own


class StoryPanel(QScrollArea):
    """Tells a sequence of blocks. Where a new story has the same kinds of blocks as the last, widgets are reused."""

    explain_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: tuple[Block, ...] = ()
        self._widgets: list[QWidget] = []
        self._spare: dict[type[QWidget], list[QWidget]] = {}
        self._inside = QWidget()
        self._inside.setProperty("ground", "panel")
        self._inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(20, 16, 20, 18)
        self._column.setSpacing(9)
        self._column.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(280)
        appearance.changed.connect(self._retell)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What is being told."""
        return self._blocks

    def hold(self, *widgets: QWidget) -> None:
        """Widgets that blocks will show (`Own`), hidden until then: they end with the panel."""
        for widget in widgets:
            widget.setParent(self._inside)
            widget.hide()

    def tell(self, blocks: Sequence[Block]) -> None:
        """Show other blocks."""
        kinds = [self._kind(block) for block in self._blocks]
        self._blocks = tuple(blocks)
        if kinds != [self._kind(block) for block in blocks]:
            self._rebuild()
        for block, widget in zip(self._blocks, self._widgets, strict=True):
            self._fill(block, widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._retell()

    def _retell(self) -> None:
        for block, widget in zip(self._blocks, self._widgets, strict=True):
            self._fill(block, widget)

    @staticmethod
    def _kind(block: Block) -> object:
        return block.widget if isinstance(block, Own) else type(block)

    def _rebuild(self) -> None:
        """Other kinds of blocks: widgets of the kinds that there were are taken again, and the rest laid aside."""
        self._inside.setUpdatesEnabled(False)
        for widget in self._widgets:
            self._column.removeWidget(widget)
            if isinstance(widget, _LinesLabel | _ResultBox):
                widget.forget()
            if not widget.property("own"):
                self._spare.setdefault(type(widget), []).append(widget)
        before = self._widgets
        self._widgets = [self._taken(block) for block in self._blocks]
        for widget in before:
            if widget not in self._widgets:
                widget.hide()
        for place, (block, widget) in enumerate(zip(self._blocks, self._widgets, strict=True)):
            self._column.insertWidget(place, widget)
            widget.show()
            if isinstance(block, Heading):
                widget.setContentsMargins(0, 9 if place else 0, 0, 0)
        self._inside.setUpdatesEnabled(True)

    def _taken(self, block: Block) -> QWidget:
        """A widget for the block, one laid aside if there is any."""
        spare = self._spare.get(_WIDGETS.get(type(block), QWidget))
        return spare.pop(0) if spare else self._make(block)

    def _make(self, block: Block) -> QWidget:
        match block:
            case Heading():
                return SectionHeading()
            case Prose():
                return StoryLabel("body")
            case FormulaBox():
                return _FormulaFrame()
            case Lines():
                lines = _LinesLabel()
                lines.explain_requested.connect(self.explain_requested)
                return lines
            case Result():
                box = _ResultBox()
                box.explain_requested.connect(self.explain_requested)
                return box
            case Own():
                block.widget.setProperty("own", True)
                return block.widget

    def _fill(self, block: Block, widget: Any) -> None:
        size: FontRole = "mono" if self.width() >= _WIDE else "mono_small"
        match block:
            case Heading():
                widget.setText(block.text)
            case Prose():
                widget.setText(block.text)
                widget.set_tone("muted" if block.quiet else "text")
            case FormulaBox():
                widget.show_formula(block)
            case Lines():
                widget.set_role(size)
                widget.show_lines(block.lines)
            case Result():
                widget.show_text(block.text, size)
                widget.set_explain(block.explain)
            case Own():
                pass


class _FormulaFrame(QFrame):
    """A formula in a sunken box of even height, so that nothing jumps while it is being set."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("well", True)
        self.setMinimumHeight(76)
        self._formula = Formula("", 20, alignment=Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._formula)

    def show_formula(self, block: FormulaBox) -> None:
        self._formula.set_latex(block.latex)


class _LinesLabel(StoryLabel):
    """Lines of numbers in columns; labels whose origin can be asked for are links."""

    explain_requested = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__("mono")
        self._asked: dict[str, Explain] = {}
        self.linkActivated.connect(self._on_link)

    def show_lines(self, lines: Sequence[Line]) -> None:
        theme = appearance.theme
        self._asked = {}
        rows: list[str] = []
        for number, line in enumerate(lines):
            colour = getattr(theme, line.role) if hasattr(theme, line.role) else theme.category[line.role]
            label, value = line.label, f"<b>{line.value}</b>" if line.value else ""
            if line.explain is not None:
                self._asked[str(number)] = line.explain
                label = f'<a href="{number}" style="color:{colour}; text-decoration:none">{label}</a>'
                value = f'<a href="{number}" style="color:{theme.text}; text-decoration:none">{value}</a>'
            middle = f"= {line.body} = {value}" if line.body and value else f"= {value}" if value else line.body
            rows.append(
                f'<tr><td style="color:{colour}; padding:3px 10px 3px 0; white-space:pre">{label}</td>'
                f'<td style="padding:3px 0">{middle}</td></tr>'
            )
        self.setText(f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>')

    def forget(self) -> None:
        """What could be asked is let go: it holds what was recorded."""
        self._asked = {}

    def _on_link(self, key: str) -> None:
        self.explain_requested.emit(self._asked[key], QCursor.pos())


class _ResultBox(QFrame):
    """The gold box."""

    explain_requested = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._explain: Explain | None = None
        self._label = StoryLabel("mono")
        self.setObjectName("result")
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 9, 9, 9)
        row.addWidget(self._label)

    def set_explain(self, explain: Explain | None) -> None:
        """What a click on the box asks."""
        self._explain = explain
        self.setCursor(Qt.CursorShape.ArrowCursor if explain is None else Qt.CursorShape.PointingHandCursor)
        self.setToolTip("" if explain is None else "Click: where does it come from?")
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, explain is not None)

    def forget(self) -> None:
        """What could be asked is let go: it holds what was recorded."""
        self._explain = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._explain is not None and event.button() == Qt.MouseButton.LeftButton:
            self.explain_requested.emit(self._explain, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)

    def show_text(self, text: str, size: FontRole) -> None:
        theme = appearance.theme
        self._label.set_role(size)
        look = (
            f"#result {{ background: {theme.highlight_ground}; border: 1px solid {theme.highlight_border};"
            " border-radius: 7px; }"
        )
        if look != self.styleSheet():
            self.setStyleSheet(look)
        self._label.setText(text.replace("<b>", f'<b style="color:{theme.highlight_text}">'))


_WIDGETS: dict[type[object], type[QWidget]] = {
    Heading: SectionHeading,
    Prose: StoryLabel,
    FormulaBox: _FormulaFrame,
    Lines: _LinesLabel,
    Result: _ResultBox,
}
"""What shows each kind of block, but for widgets of a microscope's own."""
