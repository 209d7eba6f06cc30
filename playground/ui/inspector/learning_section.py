"""In the inspector: whether a layer, a block or several layers learn, and how fast."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from playground.graph.freezing import FASTEST, SLOWEST, frozen_in_words, is_frozen
from playground.ui.canvas import learning_commands
from playground.ui.session import Session
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import SectionHeading, TextLabel

_FROZEN = (
    "Training leaves its weights as they are. Frozen layers are used, not trained: a frozen batch norm keeps its "
    "running averages and normalises with them, and dropout between frozen layers is off."
)
_RATE = (
    "With how many times the learning rate it learns: 0.1 makes steps of a tenth, as suits layers that have learnt "
    "something already."
)


class LearningSection(QWidget):
    """Hidden where there is nothing that could learn; `refresh` it once it has its place, else it would be a window."""

    def __init__(self, session: Session, items: Sequence[str]) -> None:
        super().__init__()
        self._session, self._items = session, list(items)
        self.frozen = QCheckBox()
        self.frozen.clicked.connect(self._on_clicked)
        self.rate = DecimalField(SLOWEST, FASTEST, 1.0)
        self.rate.valueChanged.connect(lambda value: learning_commands.set_rate(session, self._items, value))
        self._rate_row = FieldRow("Times the learning rate", self.rate, _RATE, "a parameter group’s own lr")
        self._mixed = TextLabel("", tone="muted", wrap=True)
        self.before = IconButton("frozen", "Freeze everything before", "All layers on which this one depends")
        self.before.clicked.connect(lambda: learning_commands.freeze_before(session, self._items))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(SectionHeading("Learning"))
        column.addWidget(FieldRow("Frozen", self.frozen, _FROZEN, "requires_grad = False"))
        column.addWidget(self._rate_row)
        column.addWidget(self._mixed)
        column.addWidget(self.before)

    def refresh(self) -> None:
        """Bring the section up to date with the session."""
        session, analysis = self._session, self._session.analysis
        items = [item for item in self._items if session.graph.is_taken(item)]
        layers = learning_commands.learning_layers(session, items)
        self.setVisible(bool(layers))
        if not layers or analysis is None:
            return
        nodes = [session.graph.node(key) for key in layers]
        held = [is_frozen(node, analysis.freezable(node.id)) for node in nodes]
        partly = any(node.frozen or node.held for node in nodes) and not all(held)
        self.frozen.blockSignals(True)
        self.frozen.setTristate(partly)
        checked, unchecked = Qt.CheckState.Checked, Qt.CheckState.Unchecked
        state = Qt.CheckState.PartiallyChecked if partly else checked if all(held) else unchecked
        self.frozen.setCheckState(state)
        self.frozen.blockSignals(False)
        self._rate_row.setVisible(not all(held))
        rates = {node.rate for node, is_held in zip(nodes, held, strict=True) if not is_held}
        self.rate.blockSignals(True)
        self.rate.setValue(max(rates, default=1.0))
        self.rate.blockSignals(False)
        self._mixed.setText(self._words(held, partly, len(rates)))
        self._mixed.setVisible(bool(self._mixed.text()))
        earlier = learning_commands.before(session, items)
        self.before.setVisible(bool(earlier) and not learning_commands.are_frozen(session, earlier))

    def _words(self, held: list[bool], partly: bool, rates: int) -> str:
        """What the two fields cannot say."""
        parts: list[str] = []
        if partly and len(held) > 1:
            parts.append(f"{sum(held)} of {len(held)} layers with weights are frozen.")
        elif partly:
            node = self._session.graph.node(learning_commands.learning_layers(self._session, self._items)[0])
            parts.append(f"Frozen: {frozen_in_words(node)}.")
        if rates > 1:
            parts.append("Those that learn have different rates.")
        return " ".join(parts)

    def _on_clicked(self) -> None:
        """A click freezes all, unless all are frozen."""
        on = not learning_commands.are_frozen(self._session, self._items)
        learning_commands.set_frozen(self._session, self._items, on)
        self.refresh()
