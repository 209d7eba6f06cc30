"""The page of the data browser on which points are placed by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from playground.data import DataError
from playground.data.points import COLOURS, FAMILY, FEWEST_CLASSES, MOST_CLASSES, MOST_POINTS, HandPoints, as_points
from playground.data.points import hand_points as points_of
from playground.ui.data.class_colours import class_colour
from playground.ui.data.hand_canvas import HandCanvas
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import IntegerField
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.data import Samples

_SIDE = 236
_NEEDS_TWO = " It is given two numbers then: a network for the plane, such as Circle, is made for that."
_KEYS = (
    "Click: place a point\nShift + click: one of the next class\nDrag: move it\nRight click or Ctrl + click: take it "
    "away\n1–9: choose the class\nArrows, Space, Delete: the same by keyboard\nCtrl+Z: undo"
)


class PointsPage(QWidget):
    """Every click is an undoable edit of the document; the first one makes these points the data of the network."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._showing = False
        self._plane: tuple[Samples, int] | None = None
        self.canvas = HandCanvas()
        self.classes = IntegerField(FEWEST_CLASSES, MOST_CLASSES)
        self.classes.valueChanged.connect(self._set_classes)
        self.purpose = SegmentedSwitch(("for training", "for testing"), "What new points are for")
        self.purpose.currentChanged.connect(self._set_purpose)
        self.buttons: list[QToolButton] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self.words = TextLabel("", wrap=True)
        self.go_on = QPushButton("Begin with the points of this set")
        self.go_on.setToolTip("Takes the points of the set in the plane that the network learns from now.")
        self.clear = QPushButton("Take all away")
        for button in (self.go_on, self.clear):
            button.setAutoDefault(False)
        self._lay_out()
        self.canvas.edited.connect(self._apply)
        self.canvas.colour_chosen.connect(self._choose)
        self.canvas.full.connect(self._say_full)
        self.go_on.clicked.connect(self._take_plane)
        self.clear.clicked.connect(lambda: self._apply("Take all points away", HandPoints((), self.held.classes), None))
        appearance.changed.connect(self._dress)
        session.experiment_changed.connect(self.refresh)
        self.refresh()
        self._choose(0)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(SectionHeading("New points"))
        column.addWidget(self.purpose)
        for number in range(MOST_CLASSES):
            button = QToolButton()
            button.setText(f" {number + 1}   {COLOURS[number]}")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"Place points of this class (key {number + 1})")
            self._group.addButton(button, number)
            self.buttons.append(button)
            column.addWidget(button)
        column.addWidget(FieldRow("Classes", self.classes, "How many there are; the network has an output for each."))
        column.addSpacing(8)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addWidget(TextLabel(_KEYS, "small", "muted", wrap=True))
        column.addSpacing(4)
        column.addWidget(self.go_on)
        column.addWidget(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.canvas, 1)
        row.addWidget(side)

    # ---- showing

    @property
    def held(self) -> HandPoints:
        """The points of the document; none while it has another data set."""
        try:
            return points_of(self._session.experiment.data.name)
        except DataError:
            return HandPoints()

    @property
    def _is_in_use(self) -> bool:
        return self._session.experiment.data.name.startswith(f"{FAMILY}:")

    def refresh(self) -> None:
        """Show the document's points."""
        held = self.held
        self._showing = True
        self.canvas.show_held(held)
        used = max((point.colour for point in held.points), default=-1) + 1
        self.classes.setMinimum(max(FEWEST_CLASSES, used))
        self.classes.setValue(held.classes)
        for number, button in enumerate(self.buttons):
            button.setVisible(number < held.classes)
        self._showing = False
        if self.canvas.colour >= held.classes:
            self._choose(0)
        self.clear.setEnabled(bool(held.points))
        data = self._session.data_set
        can_go_on = data.sample_shape == (2,) and bool(data.classes) and not self._is_in_use
        self.go_on.setVisible(can_go_on)
        self._say(held)
        self._dress()

    def _say(self, held: HandPoints) -> None:
        test = sum(point.is_test for point in held.points)
        learnt = len(held.points) - test
        self.words.set_tone("text")
        if not held.points and not self._is_in_use:
            described = self._session.data_set
            fits = "" if described.sample_shape == (2,) else _NEEDS_TWO
            self.words.setText(
                f"The first click makes these points the data of the network, in place of “{described.title}”.{fits}"
            )
        elif not held.points:
            self.words.setText("There are no points yet.")
        elif not learnt:
            self.words.set_tone("warning")
            self.words.setText("All points are for testing: place some for training too.")
        else:
            tested = f"{count(test)} to test (hollow)" if test else "the same serve as test"
            self.words.setText(f"{count(learnt)} to learn from, {tested}.")

    def _say_full(self) -> None:
        self.words.set_tone("warning")
        self.words.setText(f"There are {count(MOST_POINTS)} points: no more can be placed. Take some away first.")

    def _dress(self) -> None:
        for number, button in enumerate(self.buttons):
            button.setIcon(_dot(number))

    # ---- what the user does

    def _choose(self, colour: int) -> None:
        """Place points of this class from now on; a class beyond those that there are is added with its first point."""
        self.canvas.colour = colour
        for number, button in enumerate(self.buttons):
            button.setVisible(number < max(self.held.classes, colour + 1))
            button.setChecked(number == colour)
        self.canvas.update()

    def _set_purpose(self, index: int) -> None:
        self.canvas.for_test = index == 1

    def _set_classes(self, classes: int) -> None:
        if not self._showing:
            self._apply("Change the number of classes", replace(self.held, classes=classes), "classes of points")

    def _apply(self, label: str, held: HandPoints, merge: object) -> None:
        self._session.choose_data(held.key, label, merge)

    def _take_plane(self) -> None:
        samples = self._session.samples
        if samples is None:
            return
        try:
            self._apply(
                "Go on with these points by hand", as_points(samples, len(self._session.data_set.classes)), None
            )
        except DataError as error:
            self.words.set_tone("warning")
            self.words.setText(str(error))


def _dot(number: int) -> QIcon:
    pixmap = QPixmap(28, 28)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(class_colour(number))
    painter.drawEllipse(1, 1, 12, 12)
    painter.end()
    return QIcon(pixmap)
