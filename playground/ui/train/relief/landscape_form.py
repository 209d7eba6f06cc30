"""What landscape is wanted: along which directions, how far, on which examples, how finely."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.train.relief.grids import Part
from playground.train.relief.planes import Arrays, Kind, WeightPlace
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import shape_text

_KINDS: Mapping[Kind, tuple[str, str]] = {
    "random": (
        "two random directions",
        "Two directions through all weights at once, drawn by chance; in each, every filter is as long as the filter "
        "of the network, so that networks can be compared (Li and others, 2018). At 1 every filter has moved as far "
        "as it is long.",
    ),
    "weights": ("two weights", "Only two weights change, all others stay as they are. The axes are their values."),
    "path": (
        "the way of the run",
        "The two directions in which the weights went furthest in this run (its principal components). No other plane "
        "shows more of the way.",
    ),
}
_SIZES = {"coarse": 25, "medium": 41, "fine": 73}
_PARTS: Mapping[Part, str] = {"training": "training", "validation": "validation"}
_FIELD = 128


class WeightChoice(QWidget):
    """One weight: a parameter of a layer, and its place in it. `changed` when the user chose another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._is_showing = False
        self.parameter = ChoiceField(prose=True)
        self.parameter.setAccessibleName("Parameter")
        self.numbers = [IntegerField(0, 0) for _ in range(4)]
        row = QHBoxLayout()
        row.setSpacing(4)
        for axis, number in enumerate(self.numbers):
            number.setAccessibleName(f"Place along axis {axis}")
            number.setToolTip("Which of them, counted from 0: first the unit or filter, then what it multiplies")
            number.valueChanged.connect(self._on_number)
            row.addWidget(number, 1)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.parameter)
        column.addLayout(row)
        self.parameter.activated.connect(self._on_parameter)

    def offer(self, centre: Arrays) -> None:
        """These are the parameters to choose from."""
        shapes = {name: values.shape for name, values in centre.items()}
        if shapes != self._shapes:
            self._shapes = shapes
            self.parameter.clear()
            self.parameter.addItems([f"{name} ({shape_text(shape)})" for name, shape in shapes.items()])

    def show_place(self, place: WeightPlace) -> None:
        """Show this one as chosen."""
        self._is_showing = True
        names = list(self._shapes)
        if place.name in names:
            self.parameter.setCurrentIndex(names.index(place.name))
            self._fit(place.index)
        self._is_showing = False

    @property
    def place(self) -> WeightPlace | None:
        """What is chosen; None before there is anything to choose from."""
        index = self.parameter.currentIndex()
        if not 0 <= index < len(self._shapes):
            return None
        name = list(self._shapes)[index]
        return WeightPlace(name, tuple(number.value() for number in self.numbers[: len(self._shapes[name])]))

    def _fit(self, index: tuple[int, ...]) -> None:
        place = self.place
        shape = () if place is None else self._shapes[place.name]
        for axis, number in enumerate(self.numbers):
            number.setVisible(axis < len(shape))
            if axis < len(shape):
                number.setRange(0, shape[axis] - 1)
                number.setValue(index[axis] if axis < len(index) else 0)

    def _on_parameter(self) -> None:
        self._is_showing = True
        self._fit(())
        self._is_showing = False
        self.changed.emit()

    def _on_number(self) -> None:
        if not self._is_showing:
            self.changed.emit()


class LandscapeForm(QWidget):
    """`changed` is sent when another landscape is wanted."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seed = 0
        self._picked = False
        self.kind_field = ChoiceField(tuple(title for title, _ in _KINDS.values()), prose=True)
        self.kind_field.setAccessibleName("Directions")
        self.explained = TextLabel("", "small", "muted", wrap=True)
        self.again = icon_tool_button("dice", "Draw two other directions")
        self.again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reach = DecimalField(0.001, 1000.0, 1.0)
        self.weight_reach = DecimalField(0.001, 1000.0, 3.0)
        self.one, self.other = WeightChoice(), WeightChoice()
        self.moved_most = QPushButton("The two that moved most")
        self.moved_most.setAutoDefault(False)
        self.moved_most.setToolTip("The two weights that went furthest in this run; before any run, the two largest")
        self.fits_way = QCheckBox("as far as the run went")
        self.fits_way.setToolTip("Look just as far as is needed to see the whole way of the run")
        self.part_field = ChoiceField(tuple(_PARTS.values()))
        self.examples = IntegerField(1, 5000, 256)
        self.examples.setGroupSeparatorShown(True)
        self.size_field = ChoiceField(tuple(_SIZES))
        self.size_field.setCurrentIndex(1)
        self._lay_out()
        self._connect()
        self._show_kind()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.kind_field, 1)
        top.addWidget(self.again)
        self.reach_row = FieldRow("How far", self.reach, "How far to look to all sides, in lengths of the filters.")
        self.weight_reach_row = FieldRow(
            "How far", self.weight_reach, "How far to look to all sides from the present values."
        )
        self._weights = QWidget()
        inside = QVBoxLayout(self._weights)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        for text, choice in (("across", self.one), ("upwards", self.other)):
            inside.addWidget(TextLabel(text, "small", "muted"))
            inside.addWidget(choice)
        inside.addWidget(self.moved_most)
        part_row = FieldRow("Loss on", self.part_field, "Which examples the loss is measured on.")
        examples_row = FieldRow("Examples", self.examples, "On how many of them: more are slower and more exact.")
        size_row = FieldRow("Points", self.size_field, "How many points are measured: 25 × 25, 41 × 41 or 73 × 73.")
        for field in (self.reach, self.weight_reach, self.part_field, self.examples, self.size_field):
            field.setFixedWidth(_FIELD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(SectionHeading("Along"))
        column.addLayout(top)
        column.addWidget(self.explained)
        column.addSpacing(4)
        column.addWidget(self._weights)
        for row in (self.reach_row, self.weight_reach_row, self.fits_way):
            column.addWidget(row)
        column.addSpacing(12)
        column.addWidget(SectionHeading("Measured"))
        for row in (part_row, examples_row, size_row):
            column.addWidget(row)

    def _connect(self) -> None:
        self.kind_field.activated.connect(self._on_kind)
        self.again.clicked.connect(self._draw_others)
        self.moved_most.clicked.connect(self._take_most_moved)
        for choice in (self.one, self.other):
            choice.changed.connect(self._on_place)
        for field in (self.reach, self.weight_reach, self.examples):
            field.valueChanged.connect(self.changed)
        self.fits_way.toggled.connect(self._on_fit)
        for field in (self.part_field, self.size_field):
            field.activated.connect(self.changed)

    # ---- what is wanted

    @property
    def kind(self) -> Kind:
        """Along which directions."""
        return list(_KINDS)[max(0, self.kind_field.currentIndex())]

    @property
    def places(self) -> tuple[WeightPlace, WeightPlace] | None:
        """The two weights that the user chose; None for those that moved most."""
        one, other = self.one.place, self.other.place
        return (one, other) if self._picked and one is not None and other is not None else None

    @property
    def how_far(self) -> float:
        """How far to look in the chosen kind of plane."""
        return self.weight_reach.value() if self.kind == "weights" else self.reach.value()

    @property
    def part(self) -> Part:
        """Which examples the loss is measured on."""
        return list(_PARTS)[max(0, self.part_field.currentIndex())]

    @property
    def size(self) -> int:
        """How many points in either direction."""
        return list(_SIZES.values())[max(0, self.size_field.currentIndex())]

    def choose(self, kind: Kind) -> None:
        """Take another kind of plane."""
        self.kind_field.setCurrentIndex(list(_KINDS).index(kind))
        self._on_kind()

    # ---- what became of it

    def show_centre(self, centre: Arrays, places: tuple[WeightPlace, WeightPlace] | None) -> None:
        """These weights can be chosen from, and these two are."""
        for number, choice in enumerate((self.one, self.other)):
            choice.offer(centre)
            if places is not None:
                choice.show_place(places[number])

    def let_follow(self, has_way: bool) -> None:
        """Whether there is a run to follow."""
        why = "" if has_way else "Train for a while with this document open; then the way is known."
        self.fits_way.setEnabled(has_way)
        self.fits_way.setToolTip(why or "Look just as far as is needed to see the whole way of the run")

    def _on_kind(self) -> None:
        self._show_kind()
        self.changed.emit()

    def _show_kind(self) -> None:
        kind = self.kind
        self.explained.setText(_KINDS[kind][1])
        self.again.setVisible(kind == "random")
        self._weights.setVisible(kind == "weights")
        self.reach_row.setVisible(kind == "random")
        self.weight_reach_row.setVisible(kind == "weights")
        self.fits_way.setVisible(kind != "path")
        self._allow_reach()

    def _on_fit(self) -> None:
        self._allow_reach()
        self.changed.emit()

    def _allow_reach(self) -> None:
        for row in (self.reach_row, self.weight_reach_row):
            row.setEnabled(not self.fits_way.isChecked())

    def _draw_others(self) -> None:
        self.seed += 1
        self.changed.emit()

    def _take_most_moved(self) -> None:
        self._picked = False
        self.changed.emit()

    def _on_place(self) -> None:
        self._picked = True
        self.changed.emit()
