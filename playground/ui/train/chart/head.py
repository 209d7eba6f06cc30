"""The row above the chart: what the curves show, how smooth, on which axes; and the way to take them away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.ui.train.chart.curves import Metric
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.segmented import SegmentedSwitch

RATE = 2
"""The segment of the learning rate."""
MOST_SMOOTHING = 0.99
_ZOOM = "Drag over the curves to zoom in, or turn the wheel with Ctrl; a double click shows everything again"


class ChartHead(QWidget):
    """Wraps where the room is narrow; `add` puts more at its end."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Metric = "accuracy"
        self.metric_switch = SegmentedSwitch(("Loss", "Accuracy", "Learning rate"), "What the curves show")
        self.smoothing = DecimalField(0.0, MOST_SMOOTHING, 0.0, decimals=2)
        self.smoothing.setFixedWidth(58)
        self.smoothing.setAccessibleName("Smoothing")
        self.logarithmic = Pill("log y", checkable=True)
        self.logarithmic_epochs = Pill("log x", checkable=True)
        self.whole = Pill("show all", role="link", clickable=True)
        self.whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes away when clicked, and the keyboard must not go on
        self.whole.hide()
        self.export = icon_tool_button("export", "Copy or save the curves: picture, drawing or exact numbers", 15)
        self.export.setPopupMode(self.export.ToolButtonPopupMode.InstantPopup)
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._explain()
        self._row = FlowLayout(self, 14, 8)
        self._row.addWidget(self.metric_switch)
        self._row.addWidget(_side_by_side(TextLabel("smoothing", "small", "muted"), self.smoothing))
        self._row.addWidget(_side_by_side(self.logarithmic_epochs, self.logarithmic, self.export, self.whole))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.metric_switch.currentChanged.connect(self._on_metric)
        self.smoothing.valueChanged.connect(self.changed)
        self.logarithmic.toggled.connect(self.changed)
        self.logarithmic_epochs.toggled.connect(self.changed)

    def _explain(self) -> None:
        self.smoothing.setToolTip(
            "Draws moving averages, so that the trend is seen behind the noise: 0 shows the curves as they are,\n"
            "0.9 averages over about 10 epochs. The curves as they are stay faintly visible."
        )
        self.logarithmic.setToolTip(
            "Draws the logarithm, so that small changes late in training can be seen: each step upwards is ten times "
            "as much"
        )
        self.whole.setToolTip("Show the whole run again (or double-click the curves)")
        self.logarithmic_epochs.setToolTip(
            "Gives the first epochs, in which most happens, as much room as the many later ones"
        )

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end of the row; where there is no room, on the next one."""
        self._row.addWidget(widget)

    def name_values(self, metric: Metric) -> None:
        """Whether answers are right or wrong ("accuracy") or off by so much ("error")."""
        self._values = metric
        items = ("Loss", "Accuracy" if metric == "accuracy" else "Mean error", "Learning rate")
        if items != self.metric_switch.items:
            self.metric_switch.set_items(items)
            self._on_metric()
        self.metric_switch.set_item_enabled(0, True, _ZOOM)
        self.metric_switch.set_item_enabled(RATE, True, "The learning rate that each batch was learnt with")

    @property
    def metric(self) -> Metric:
        """What the curves are to show."""
        chosen: tuple[Metric, ...] = ("loss", self._values, "rate")
        return chosen[max(0, self.metric_switch.current)]

    def _on_metric(self) -> None:
        self.logarithmic.setVisible(self.metric != "accuracy")
        self.changed.emit()


def _side_by_side(*widgets: QWidget) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 3, 0, 3)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return group
