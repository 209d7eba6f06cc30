"""The settings of a window layer that can be tried out in the microscope, the size they give, and its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from playground.graph.edits import set_params
from playground.graph.model import Graph, Node, ParamValue
from playground.layers import ParamError, layer_type
from playground.layers.fixed import KERNELS, kernel_numbers
from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.sizes_field import SizesSpin
from playground.ui.session import Session
from playground.ui.step.pace import SPEEDS, Pace
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Frame

_FIELD = 66
_SYMBOLS = "size = ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1"
_PLAIN = "size = ⌊(n + 2p − k) / s⌋ + 1"


class WindowSettings(QWidget):
    """Edits the layer in the document: each change is one undo step, and the step is recorded anew.

    A value that the network cannot take is refused in words, and the document stays as it is.
    """

    keys = (("kernel_size", "Kernel"), ("stride", "Stride"), ("padding", "Padding"), ("dilation", "Dilation"))
    """The settings that are offered, where a layer has them."""
    noun = "window"
    speed_words = "How fast the window slides while Play is on."

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._pace = session, pace
        self._node, self._type = "", ""
        self._low = False
        self._shown: list[str] = []
        self._lines: tuple[str, ...] = ()
        self._values: dict[str, ParamValue] = {}
        self.fields = {key: SizesSpin() for key, _ in self.keys}
        self._labels = {key: TextLabel(label) for key, label in self.keys}
        self.kernel = ChoiceField(tuple(name.replace("_", " ") for name in KERNELS), prose=True, parent=self)
        self.kernel.hide()
        self.kernel.activated.connect(lambda place: self._try("kernel", KERNELS[place]))
        self.kernel.setAccessibleName("Which of the classical kernels")
        self.speed = ChoiceField(tuple(speed.label(self.noun) for speed in SPEEDS))
        self.speed.setCurrentIndex(pace.index)
        self.speed.currentIndexChanged.connect(pace.choose)
        self.speed.setToolTip(self.speed_words)
        self.speed.setAccessibleName("Speed")
        pace.changed.connect(self.speed.setCurrentIndex)
        self._speed_label = TextLabel("Speed")
        self.symbols = TextLabel("", "small", "muted")
        self.numbers = TextLabel("", "mono", wrap=True)
        self.problem = TextLabel("", "small", "danger", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for key, field in self.fields.items():
            field.setFixedWidth(_FIELD)
            self._labels[key].setBuddy(field)
            field.setAccessibleName(self._labels[key].text())
            field.changed.connect(lambda value, name=key: self._try(name, value))
            field.refused.connect(self._refuse)
        self._arrange(list(self.fields))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self.problem.hide()

    def _arrange(self, shown: list[str]) -> None:
        """The settings in pairs, the speed beside the last of them or below, then how the size follows."""
        grid, last = self._grid, (len(self.keys) + 1) // 2
        for number, key in enumerate(shown):
            row, column = divmod(number, 2)
            grid.addWidget(self._labels[key], row, 2 * column)
            grid.addWidget(self.fields[key], row, 2 * column + 1, Qt.AlignmentFlag.AlignRight)
        row, odd = divmod(len(shown), 2)
        if odd and "kernel" in self._values:  # one of the classical kernels stands there
            grid.addWidget(self.kernel, row, 2, 1, 2)
            row, odd = row + 1, 0
        grid.addWidget(self._speed_label, row, 2 * odd)
        grid.addWidget(self.speed, row, 2 * odd + 1, 1, 3 - 2 * odd)
        for number, line in enumerate((self.symbols, self.numbers, self.problem), last + 1):
            grid.addWidget(line, number, 0, 1, 4)
        grid.setRowStretch(last + 4, 1)

    def show_layer(self, frame: Frame) -> None:
        """Take the values of a layer; what it does not have is hidden."""
        kind = layer_type(frame.type)
        self._node, self._type = frame.node, frame.type
        self._values = {key: frame.params[key] for key in (*self.fields, "kernel") if key in frame.params}
        params = {param.key: param for param in kind.params}
        for key, field in self.fields.items():
            self._labels[key].setVisible(key in self._values)
            field.setVisible(key in self._values)
            if key in self._values:
                field.show_value(self._values[key], int(params[key].minimum))
                for widget in (field, self._labels[key]):
                    widget.setToolTip(f"{params[key].help}\nIn PyTorch: {key}")
        self._show_kernel(frame)
        if (shown := [key for key in self.fields if key in self._values]) != self._shown:
            self._shown = shown
            self._arrange(shown)
        inputs, output = tuple(x.shape[1:] for x in frame.inputs), frame.output.shape[1:]
        self.symbols.setText(self.formula(frame))
        self._lines = kind.shape_arithmetic(frame.params, inputs, output)
        self._say("")

    def formula(self, frame: Frame) -> str:
        """How the size that comes out follows from the settings, in symbols."""
        if frame.params.get("padding") == "same":
            return "size = ⌈n / s⌉, as padding is “same”"
        return _SYMBOLS if "dilation" in self._values else _PLAIN if self._values else ""

    def _show_kernel(self, frame: Frame) -> None:
        """Which of the classical kernels a layer has, where it has a given one."""
        given = frame.params.get("kernel")
        self.kernel.setVisible(given is not None)
        if given is not None:
            self.kernel.setCurrentIndex(KERNELS.index(str(given)))
            self.kernel.setToolTip(layer_type(frame.type).describe(frame.params))

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
        settings = self.together(graph.node(node), {key: checked})
        changed, data = set_params(graph, node, settings), session.data_set

        def work() -> Analysis:
            from playground.engine.shapes import analyse

            return analyse(changed, data)

        def done(analysis: Analysis) -> None:
            if session.graph is graph:
                self._take(key, changed, analysis)

        session.background.run("window settings", work, while_alive(self, done))

    def together(self, node: Node, settings: dict[str, ParamValue]) -> dict[str, ParamValue]:
        """A changed setting of a layer with what has to change with it."""
        if settings == {"kernel": "own"}:  # it begins with the numbers that are there
            return {**settings, "values": kernel_numbers(node)}
        return settings

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
        self.symbols.setVisible(not problem and bool(self.symbols.text()) and not self._low)
        shown = self._lines[:1] if self._low else self._lines  # the others are in the tooltip
        self.numbers.setText("\n".join(shown) + (" …" if len(shown) < len(self._lines) else ""))
        self.numbers.setToolTip("\n".join([self.symbols.text(), *self._lines]).strip())
        self.numbers.setVisible(not problem)

    def _show_values(self) -> None:
        params = {param.key: param for param in layer_type(self._type).params}
        for key in self._shown:
            self.fields[key].show_value(self._values[key], int(params[key].minimum))
        if "kernel" in self._values:
            self.kernel.setCurrentIndex(KERNELS.index(str(self._values["kernel"])))
