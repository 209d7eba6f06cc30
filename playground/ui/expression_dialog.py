"""File ▸ New from an expression: type a formula, give its numbers values, see its gates, open it as a network."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from playground.graph.circuit import circuit_experiment, learnt_by_default, value_of
from playground.graph.experiment import Experiment
from playground.graph.expression import LARGEST, Expression, ExpressionError, read
from playground.graph.model import Graph
from playground.ui.canvas.miniature import Miniature
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField, DecimalField
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count, short

EXAMPLES = (
    ("(x + y)*z", "x = -2; y = 5; z = -4\nq = x + y\nf = q*z"),
    ("a neuron", "w = [2, -3, -3]; x = [-1, -2]\ndot = w[0]*x[0] + w[1]*x[1] + w[2]\nf = 1/(1 + exp(-dot))"),
    ("max", "max(x*y, z)"),
    ("log", "log(x**2 + 1)"),
)
"""(what the button says, what it types)"""

_FIRST_VALUES = (2.0, 3.0, 0.5, -1.0, 1.5, -2.0)
_ROLES = ("given", "learnt")


class ExpressionDialog(QDialog):
    """`chosen` sends the experiment, a graph of gates, when it is opened."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New from an expression")
        self.setMinimumSize(640, 640)
        self._typed: dict[str, float] = {}
        self._roles: dict[str, str] = {}
        self._expression: Expression | None = None
        self._experiment: Experiment | None = None
        self.text = QPlainTextEdit()
        self.text.setFont(font("mono"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(74)
        self.text.setPlaceholderText("1/(1 + exp(-(w0*x0 + w1*x1 + w2)))")
        self.text.setAccessibleName("Expression")
        self.text.textChanged.connect(self._read)
        self.message = TextLabel("", wrap=True)
        self.message.setMinimumHeight(36)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.values = _Values()
        self.values.changed.connect(self._on_value)
        self.drawing = Miniature(height=150)
        self.open_button = QPushButton("Open")
        self.open_button.setProperty("primary", True)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._open)
        self._lay_out()
        self.text.setFocus()
        appearance.changed.connect(self._read)
        self._read()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(8)
        column.addWidget(
            TextLabel(
                "A formula becomes a network in which every operation is a gate. + − * / ** join numbers; "
                "exp, log, sqrt, max, min, abs, sigmoid, tanh, relu, softplus, sin and square are known, and e and pi.",
                tone="muted",
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.addWidget(TextLabel("For example:", "small", "muted"))
        for label, text in EXAMPLES:
            button = QPushButton(label)
            button.setProperty("quiet", True)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, wanted=text: self.text.setPlainText(wanted))
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        column.addWidget(self.text)
        column.addWidget(self.message)
        column.addWidget(SectionHeading("Its numbers"))
        column.addWidget(self.values)
        column.addWidget(SectionHeading("Its gates"))
        well = QFrame()
        well.setProperty("well", True)
        inside = QVBoxLayout(well)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.addWidget(self.drawing)
        column.addWidget(well, 1)
        buttons = QHBoxLayout()
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons.addWidget(TextLabel("Ctrl+Enter opens it, in Step", "small", "muted"))
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.open_button)
        column.addLayout(buttons)

    @property
    def experiment(self) -> Experiment | None:
        """What Open would open; None while the text cannot be read."""
        return self._experiment

    # ---- reading

    def _read(self) -> None:
        """The text has changed."""
        try:
            self._expression = read(self.text.toPlainText())
        except ExpressionError as error:
            self._expression = None
            self._refuse(error)
            return
        names, given = self._expression.names, self._expression.given
        usual = learnt_by_default(names)
        for place, name in enumerate(names):
            self._typed.setdefault(name, _FIRST_VALUES[place % len(_FIRST_VALUES)])
        values = {name: given.get(name, self._typed[name]) for name in names}
        roles = {name: self._roles.get(name, _ROLES[name in usual]) for name in names}
        self.values.show_values(values, roles, frozenset(given))
        self._make()

    def _on_value(self, name: str, value: float, role: str) -> None:
        if role != self.values.roles[name]:
            self._roles[name] = role
        self._typed[name] = value
        self.values.roles[name] = role
        self._make()

    def _make(self) -> None:
        """Work the network out of what was read and of the values."""
        expression = self._expression
        if expression is None:
            return
        values = self.values.values
        learnt = [name for name, role in self.values.roles.items() if role == "learnt"]
        try:
            result = value_of(expression, values)
            self._experiment = circuit_experiment(expression, values, learnt)
        except ExpressionError as error:
            self._refuse(error)
            return
        self._mark(None)
        gates = len(expression.terms) - len(expression.names)
        self.message.set_tone("text")
        self.message.setText(f"Its value is {short(result, 6)}. {count(gates)} gate{'s' if gates != 1 else ''}.")
        self.drawing.show_graph(self._experiment.graph)
        self.open_button.setEnabled(True)

    def _refuse(self, error: ExpressionError) -> None:
        text = self.text.toPlainText()
        self._experiment = None
        self.open_button.setEnabled(False)
        self.message.set_tone("danger" if text.strip() else "muted")
        self.message.setText(str(error))
        self._mark(error.at if text.strip() else None)
        if not text.strip():
            self.values.show_values({}, {}, frozenset())
            self.drawing.show_graph(Graph())

    def _mark(self, at: int | None) -> None:
        """Underline the place of the fault; at the end of the text the last character stands for it."""
        marks: list[QTextEdit.ExtraSelection] = []
        length = len(self.text.toPlainText())
        if at is not None and length:
            look, cursor = QTextCharFormat(), QTextCursor(self.text.document())
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            look.setUnderlineColor(QColor(appearance.theme.danger))
            look.setBackground(QColor(appearance.theme.danger_ground))
            cursor.setPosition(min(at, length - 1))
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, look  # type: ignore[attr-defined]
            marks.append(mark)
        self.text.setExtraSelections(marks)

    def _open(self) -> None:
        if self._experiment is not None:
            self.chosen.emit(self._experiment)
            self.accept()


class _Values(QScrollArea):
    """A field for each number, and whether it is given or learnt."""

    changed = Signal(str, float, str)

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, float] = {}
        self.roles: dict[str, str] = {}
        self._fields: dict[str, tuple[DecimalField, ChoiceField]] = {}
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(3, 24)
        self._grid.setColumnStretch(7, 1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumHeight(104)

    def sizeHint(self) -> QSize:
        return QSize(560, 104)

    @property
    def fields(self) -> Mapping[str, tuple[DecimalField, ChoiceField]]:
        """The value and the role of each name."""
        return self._fields

    def show_values(self, values: Mapping[str, float], roles: Mapping[str, str], held: frozenset[str]) -> None:
        """Show these names in this order; `held` are those whose values stand in the text."""
        if list(values) != list(self._fields):
            self._rebuild(tuple(values))
        self.values, self.roles = dict(values), dict(roles)
        for name, (field, role) in self._fields.items():
            for widget in (field, role):
                widget.blockSignals(True)
            field.setValue(values[name])
            field.setEnabled(name not in held)
            field.setToolTip("It is set in the text." if name in held else f"The value of {name}")
            role.setCurrentText(roles[name])
            for widget in (field, role):
                widget.blockSignals(False)

    def _rebuild(self, names: tuple[str, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._fields = {}
        for place, name in enumerate(names):
            row, column = place // 2, 4 * (place % 2)
            field, role = DecimalField(-LARGEST, LARGEST), ChoiceField(_ROLES)
            field.setFixedWidth(96)
            field.setAccessibleName(f"Value of {name}")
            role.setFixedWidth(88)
            role.setAccessibleName(f"What {name} is")
            role.setToolTip("given: it comes in with the example · learnt: training moves it")
            field.valueChanged.connect(lambda _value, which=name: self._send(which))
            role.activated.connect(lambda _index, which=name: self._send(which))
            self._grid.addWidget(TextLabel(name, "mono"), row, column)
            self._grid.addWidget(field, row, column + 1)
            self._grid.addWidget(role, row, column + 2)
            self._fields[name] = (field, role)
        self._grid.setRowStretch(max(0, (len(names) + 1) // 2), 1)

    def _send(self, name: str) -> None:
        field, role = self._fields[name]
        self.values[name] = field.value()
        self.changed.emit(name, field.value(), role.currentText())
