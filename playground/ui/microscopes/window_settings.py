"""The settings of a window layer that can be tried out in the microscope, the size they give, and its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from playground.graph.edits import set_params
from playground.graph.model import Graph, ParamValue
from playground.layers import ParamError, layer_type
from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.sizes_field import SizesSpin
from playground.ui.session import Session
from playground.ui.step.pace import SPEEDS, Pace
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Frame

KEYS = (("kernel_size", "Kernel"), ("stride", "Stride"), ("padding", "Padding"), ("dilation", "Dilation"))
_FIELD = 66
_SYMBOLS = "size = ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1"
_PLAIN = "size = ⌊(n + 2p − k) / s⌋ + 1"


class WindowSettings(QWidget):
    """Edits the layer in the document: each change is one undo step, and the step is recorded anew.

    A value that the network cannot take is refused in words, and the document stays as it is.
    """

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._pace = session, pace
        self._node, self._type = "", ""
        self._low = False
        self._lines: tuple[str, ...] = ()
        self._values: dict[str, ParamValue] = {}
        self.fields = {key: SizesSpin() for key, _ in KEYS}
        self._labels = {key: TextLabel(label) for key, label in KEYS}
        self.speed = ChoiceField(tuple(speed.label("window") for speed in SPEEDS))
        self.speed.setCurrentIndex(pace.index)
        self.speed.currentIndexChanged.connect(pace.choose)
        self.speed.setToolTip("How fast the window slides while Play is on.")
        self.speed.setAccessibleName("Speed")
        pace.changed.connect(self.speed.setCurrentIndex)
        self.symbols = TextLabel("", "small", "muted")
        self.numbers = TextLabel("", "mono", wrap=True)
        self.problem = TextLabel("", "small", "danger", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for number, (key, _) in enumerate(KEYS):
            row, column = divmod(number, 2)
            field, label = self.fields[key], self._labels[key]
            field.setFixedWidth(_FIELD)
            label.setBuddy(field)
            field.setAccessibleName(label.text())
            field.changed.connect(lambda value, name=key: self._try(name, value))
            field.refused.connect(self._refuse)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
        grid.addWidget(TextLabel("Speed"), 2, 0)
        grid.addWidget(self.speed, 2, 1, 1, 3)
        grid.addWidget(self.symbols, 3, 0, 1, 4)
        grid.addWidget(self.numbers, 4, 0, 1, 4)
        grid.addWidget(self.problem, 5, 0, 1, 4)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(6, 1)
        self.problem.hide()

    def show_layer(self, frame: Frame) -> None:
        """Take the values of a layer; what it does not have is hidden."""
        kind = layer_type(frame.type)
        self._node, self._type = frame.node, frame.type
        self._values = {key: frame.params[key] for key, _ in KEYS if key in frame.params}
        params = {param.key: param for param in kind.params}
        for key, field in self.fields.items():
            self._labels[key].setVisible(key in self._values)
            field.setVisible(key in self._values)
            if key in self._values:
                field.show_value(self._values[key], int(params[key].minimum))
                for widget in (field, self._labels[key]):
                    widget.setToolTip(f"{params[key].help}\nIn PyTorch: {key}")
        shapes = frame.inputs[0].shape[1:], frame.output.shape[1:]
        lines = kind.shape_arithmetic(frame.params, (shapes[0],), shapes[1])
        self.symbols.setVisible(bool(self._values))
        self.symbols.setText(_SYMBOLS if "dilation" in self._values else _PLAIN)
        if frame.params.get("padding") == "same":
            self.symbols.setText("size = ⌈n / s⌉, as padding is “same”")
        self._lines = lines
        self._say("")

    def set_low(self, low: bool) -> None:
        """In a low window the formula in symbols is only in the tooltip of that in numbers."""
        self._low = low
        self._say(self.problem.text())

    # ---- changing

    def _try(self, key: str, value: ParamValue) -> None:
        """Look whether the network can take a value, on the worker thread; then it is an edit, or it is refused."""
        session, node = self._session, self._node
        graph = session.graph
        if node not in graph:
            return
        try:
            checked = layer_type(self._type).param(key).check(value)
        except ParamError as error:
            self._refuse(str(error))
            return
        if checked == self._values.get(key):
            self._show_values()
            return
        changed, data = set_params(graph, node, {key: checked}), session.data_set

        def work() -> Analysis:
            from playground.engine.shapes import analyse

            return analyse(changed, data)

        def done(analysis: Analysis) -> None:
            if session.graph is graph:
                self._take(key, changed, analysis)

        session.background.run("window settings", work, while_alive(self, done))

    def _take(self, key: str, changed: Graph, analysis: Analysis) -> None:
        if analysis.errors:
            self._refuse(analysis.errors[0].message)
            return
        self._say("")
        title = changed.node(self._node).title
        self._session.edit(f"Change {key} of {title}", changed, merge=("step", self._node, key))

    def _refuse(self, why: str) -> None:
        """Say why, and show again what is in force."""
        self._show_values()
        self._say(why)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setToolTip(problem)
        self.problem.setVisible(bool(problem))
        self.symbols.setVisible(not problem and bool(self._values) and not self._low)
        shown = self._lines[:1] if self._low else self._lines  # the others are in the tooltip
        self.numbers.setText("\n".join(shown) + (" …" if len(shown) < len(self._lines) else ""))
        self.numbers.setToolTip("\n".join([self.symbols.text(), *self._lines]))
        self.numbers.setVisible(not problem)

    def _show_values(self) -> None:
        params = {param.key: param for param in layer_type(self._type).params}
        for key, value in self._values.items():
            self.fields[key].show_value(value, int(params[key].minimum))
