"""Above the drawing of a small network: its activation, its hidden layers, and what is shown. Edits can be undone."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.engine import chain_edits
from playground.engine.dense_chain import DenseChain, find_dense_chain
from playground.layers import layer_type
from playground.layers.plane import FEATURES
from playground.ui.session import Session
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.pill import Pill

CURVES = ("tanh", "relu", "sigmoid", "identity", "leaky_relu", "elu", "softplus", "gelu", "silu", "sine", "square")
"""What the hidden layers can be given in one go, as layer types."""


class PlaneControls(QWidget):
    """Edits the chain of the session's network as a whole."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._titles = tuple(layer_type(key).title for key in CURVES)
        self.activation = ChoiceField(self._titles, prose=True)
        self.activation.setAccessibleName("Activation of all hidden layers")
        self.activation.setToolTip("What bends the numbers of every hidden layer; “Linear” leaves them straight")
        self.fewer, self.more = _step_button("−"), _step_button("+")
        self.fewer.setToolTip("Take the last hidden layer away")
        self.more.setToolTip("Add a hidden layer before the output, like the last one")
        for button in (self.fewer, self.more):
            button.setAccessibleName(button.toolTip())
        self.count = TextLabel("", "mono")
        self.count.setMinimumWidth(18)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.test_points = Pill("test points", checkable=True)
        self.test_points.setToolTip("Show the points that training never sees, as small squares")
        self.discrete = Pill("discretise", checkable=True)
        self.discrete.setToolTip("Show only on which side each place lies, not how surely")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(TextLabel("Activation", "small", "muted"))
        row.addWidget(self.activation)
        row.addSpacing(10)
        row.addWidget(TextLabel("Hidden layers", "small", "muted"))
        row.addWidget(self.fewer)
        row.addWidget(self.count)
        row.addWidget(self.more)
        row.addStretch(1)
        row.addWidget(self.test_points)
        row.addWidget(self.discrete)
        self.activation.activated.connect(self._on_activation)
        self.fewer.clicked.connect(self._on_fewer)
        self.more.clicked.connect(self._on_more)

    def follow(self, chain: DenseChain) -> None:
        """Show what the network has."""
        key, hidden = chain_edits.activation_of(self._session.graph, chain), len(chain.hidden)
        with QSignalBlocker(self.activation):
            if key in CURVES:
                self.activation.setCurrentIndex(CURVES.index(key))
            else:
                self.activation.show_text(layer_type(key).title if key else "several" if hidden else "none")
        self.activation.setEnabled(hidden > 0)
        self.count.setText(str(hidden))
        self.fewer.setEnabled(hidden > 0)
        self.more.setEnabled(hidden < chain_edits.MOST_HIDDEN)

    # ---- edits

    @property
    def _chain(self) -> DenseChain | None:
        return find_dense_chain(self._session.graph)

    def _on_activation(self, index: int) -> None:
        chain = self._chain
        if chain is not None and chain_edits.activation_of(self._session.graph, chain) != CURVES[index]:
            graph = chain_edits.set_activation(self._session.graph, chain, CURVES[index])
            self._session.edit(f"Bend all hidden layers by {self._titles[index]}", graph)

    def _on_more(self) -> None:
        chain = self._chain
        if chain is not None and len(chain.hidden) < chain_edits.MOST_HIDDEN:
            self._session.edit("Add a hidden layer", chain_edits.add_hidden(self._session.graph, chain))

    def _on_fewer(self) -> None:
        chain = self._chain
        if chain is not None and chain.hidden:
            self._session.edit("Take a hidden layer away", chain_edits.remove_hidden(self._session.graph, chain))

    def set_units(self, stage: int, units: int) -> None:
        """Another number of units in a hidden layer, counted from 0."""
        chain = self._chain
        if chain is None or not 0 <= stage < len(chain.hidden) or not 1 <= units <= chain_edits.MOST_UNITS:
            return
        dense = chain.hidden[stage].dense
        title = self._session.graph.node(dense).title
        label = f"Give {title} {units} unit{'s' if units != 1 else ''}"
        self._session.edit(label, chain_edits.set_units(self._session.graph, dense, units), merge=("units", dense))

    def toggle_feature(self, key: str) -> None:
        """Give the network a feature, or take it away; the last one stays."""
        chain = self._chain
        if chain is None:
            return
        used = set(chain_edits.features_of(self._session.graph, chain))
        wanted, name = used ^ {key}, FEATURES[key][0]
        if not wanted:
            self._session.message.emit("info", "A network needs at least one feature. Switch another one on first.")
            return
        label = f"Give the network {name}" if key in wanted else f"Take {name} from the network"
        self._session.edit(label, chain_edits.choose_features(self._session.graph, chain, wanted))


def _step_button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setFixedSize(22, 22)
    return button
