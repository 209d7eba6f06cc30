"""The card that asks for the next number before it is shown: large enough to be read from the last row."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from playground.ui.fonts import FontRole, font
from playground.ui.step.question import Question
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.headings import ElidedLabel, SectionHeading, TextLabel, Tone
from playground.ui.widgets.numbers import exact, short

_LARGE, _VERDICT = 23, 18
"""Pixels of the letters that are read from afar."""
_WIDEST, _EDGE = 920, 20


class QuestionPanel(QFrame):
    """Lies over the foot of `ground`. It only asks: `guessed`, `reveal_wanted`, `skip_wanted` and `go_on` tell."""

    guessed = Signal(str)
    reveal_wanted = Signal()
    skip_wanted = Signal()
    go_on = Signal()
    stop_wanted = Signal()

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self._is_answered = False
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Predict the next number")
        self.title = ElidedLabel("", "title")
        self.tally = TextLabel("", "title", "muted")
        self.symbols = Formula("", 17)
        self.numbers = _large_label("mono", _LARGE, wrap=True)
        self.note = TextLabel("", "small", "muted", wrap=True)
        self.prompt = _large_label("body", _VERDICT)
        self.field = GuessField()
        self.check = QPushButton("Check")
        self.check.setProperty("primary", True)
        self.check.setToolTip("Compare the guess with the number (Enter)")
        self.reveal = QPushButton("Reveal")
        self.reveal.setToolTip("Show the number (R)")
        self.skip = QPushButton("Skip")
        self.skip.setToolTip("Go on without this one (Escape)")
        self.verdict = _large_label("body", _VERDICT, wrap=True)
        self._lay_out()
        self.field.returnPressed.connect(self._on_enter)
        self.field.reveal_wanted.connect(self.reveal_wanted)
        self.field.skip_wanted.connect(self.skip_wanted)
        self.field.stop_wanted.connect(self.stop_wanted)
        self.check.clicked.connect(self._on_enter)
        self.reveal.clicked.connect(self.reveal_wanted)
        self.skip.clicked.connect(self.skip_wanted)
        typesetter().ready.connect(self._on_typeset)
        ground.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 16)
        column.setSpacing(9)
        column.addWidget(SectionHeading("What will the next number be?"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.tally)
        column.addLayout(head)
        column.addWidget(self.symbols)
        column.addWidget(self.numbers)
        column.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.prompt, 1)
        row.addWidget(self.field)
        for button in (self.check, self.reveal, self.skip):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setFixedHeight(36)
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.verdict)

    # ---- what is shown

    def ask(self, question: Question, tally: str) -> None:
        """Show a question, with an empty field that has the keyboard."""
        self._is_answered = False
        self.title.setText(question.title)
        self.tally.setText(tally)
        self.symbols.set_latex(question.symbols)
        self.symbols.setVisible(bool(question.symbols))
        self.numbers.setText(f"{_rich(question.numbers)} = <b>?</b>")
        self.numbers.show()
        self.note.setText(question.note)
        self.note.setVisible(bool(question.note))
        self.prompt.setText(question.prompt)
        self.verdict.hide()
        self.field.clear()
        self.field.setReadOnly(False)
        self.field.show()
        self.check.setText("Check")
        self.reveal.show()
        self.skip.show()
        self._appear()

    def say(self, words: str, tone: Tone) -> None:
        """What became of the guess; another try is open."""
        self.verdict.setText(words)
        self.verdict.set_tone(tone)
        self.verdict.show()
        self.field.selectAll()
        self._appear()

    def show_answer(self, question: Question, words: str, tone: Tone, tally: str) -> None:
        """The number worked out; Enter goes on."""
        self._is_answered = True
        self.tally.setText(tally)
        self.numbers.setText(f"{_rich(question.numbers)} = <b>{html.escape(short(question.value, 6))}</b>")
        self.numbers.setToolTip(exact(question.value))
        self.verdict.setText(words)
        self.verdict.set_tone(tone)
        self.verdict.setVisible(bool(words))
        self.field.setReadOnly(True)
        self.check.setText("Go on")
        self.reveal.hide()
        self.skip.hide()
        self._appear()

    def show_note(self, title: str, words: str) -> None:
        """Nothing to ask for: why."""
        self._is_answered = True
        self.title.setText(title)
        self.tally.setText("")
        for widget in (self.symbols, self.numbers, self.note, self.field, self.reveal, self.skip):
            widget.hide()
        self.prompt.setText("")
        self.verdict.setText(words)
        self.verdict.set_tone("muted")
        self.verdict.show()
        self.check.setText("Go on")
        self._appear()

    @property
    def is_answered(self) -> bool:
        """Whether the number is shown already."""
        return self._is_answered

    def _on_enter(self) -> None:
        if self._is_answered:
            self.go_on.emit()
        else:
            self.guessed.emit(self.field.text())

    # ---- where it lies

    def _appear(self) -> None:
        width = min(_WIDEST, self._ground.width() - 2 * _EDGE)
        inner = width - 48
        for label in (self.numbers, self.verdict, self.note):
            label.setFixedWidth(inner)
            label.setFixedHeight(max(0, label.heightForWidth(inner)))
        self.setFixedWidth(width)
        self.layout().activate()  # type: ignore[union-attr]
        self.adjustSize()
        self.move((self._ground.width() - width) // 2, max(0, self._ground.height() - self.height() - 12))
        if not self.isVisible():
            self.show()
        self.raise_()
        (self.field if self.field.isVisible() else self.check).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typeset(self, latex: str) -> None:
        if self.isVisible() and latex == self.symbols.latex:
            self._appear()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._ground and event.type() == QEvent.Type.Resize and self.isVisible():
            self._appear()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_on.emit() if self._is_answered else self.skip_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        else:
            super().keyPressEvent(event)


class GuessField(QLineEdit):
    """Where the guess is typed. R reveals, Escape skips, Q ends the guessing: none of these is part of a number."""

    reveal_wanted = Signal()
    skip_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(_sized("mono", _LARGE))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedSize(190, 40)
        self.setMaxLength(30)
        self.setAccessibleName("Your guess")
        self.setPlaceholderText("your guess")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_R:
            self.reveal_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.skip_wanted.emit()
        elif event.key() == Qt.Key.Key_Q:
            self.stop_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returnPressed.emit()
        else:
            super().keyPressEvent(event)


def _sized(role: FontRole, size: int) -> QFont:
    face = font(role)
    face.setPixelSize(size)
    return face


def _large_label(role: FontRole, size: int, *, wrap: bool = False) -> TextLabel:
    label = TextLabel("", wrap=wrap)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setFont(_sized(role, size))
    return label


def _rich(numbers: str) -> str:
    """Numbers as written, powers of e raised."""
    text = html.escape(numbers)
    out, rest = "", text
    while "e^" in rest:
        before, rest = rest.split("e^", 1)
        end = _end_of_power(rest)
        out += f"{before}e<sup>{rest[:end].strip('()')}</sup>"
        rest = rest[end:]
    return out + rest


def _end_of_power(text: str) -> int:
    if text.startswith("("):
        return text.index(")") + 1 if ")" in text else len(text)
    return next((place for place, letter in enumerate(text) if letter in " )+/" and place), len(text))
