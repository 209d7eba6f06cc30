"""Beside the input: what should come out, which can be changed by hand, and what the network makes of it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.inspector.answer import ClassBars, likeliest, short_name
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.hand_field import HandField
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.session import Session
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.trace import Frame

MOST_VALUES = 6
"""Of targets that are lists no more are offered to be changed here."""


class TargetRow(QWidget):
    """The class in a list, or a field for each value; "as it was" takes a change back."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._places: tuple[Place, ...] = ()
        self.classes = ChoiceField(prose=True)
        self.classes.setAccessibleName("What should come out")
        self.classes.setToolTip("The class that should come out for this example. The loss and all blame follow.")
        self.classes.activated.connect(self._on_class)
        self.fields = [HandField(session) for _ in range(MOST_VALUES)]
        self.problem = TextLabel("", "small", "danger", wrap=True)
        self.back = QPushButton("as it was")
        self.back.setProperty("quiet", True)
        self.back.clicked.connect(lambda: session.by_hand.take_back(self._places))
        values = QGridLayout()
        values.setSpacing(6)
        for number, field in enumerate(self.fields):
            field.setAccessibleName(f"Target value {number + 1}")
            field.refused.connect(self.problem.setText)
            values.addWidget(field, number // 3, number % 3)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.classes, 1)
        line.addLayout(values, 1)
        line.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.problem)

    def show_scene(self, scene: Scene) -> bool:
        """Whether the target of the scene's loss can be changed; if so, it is shown."""
        from playground.engine.arithmetic import Place

        loss = scene.analysis.loss
        frame = None if loss is None else scene.trace.frames.get(loss)
        if loss is None or frame is None or frame.target is None:
            return False
        size = int(np.prod(frame.target.shape[1:]))
        if size > MOST_VALUES:
            return False
        shape = frame.target.shape[1:]
        self._places = tuple(Place(loss, "target", (0, *map(int, index))) for index in np.ndindex(shape))
        if not all(map(self._session.by_hand.can_change, self._places)):
            return False
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show the target as it is now."""
        by_hand = self._session.by_hand
        if not self._places or not all(map(by_hand.can_change, self._places)):
            return
        is_class = by_hand.what(self._places[0]) == "class"
        self.classes.setVisible(is_class)
        if is_class:
            names = by_hand.classes()
            if [self.classes.itemText(i) for i in range(self.classes.count())] != [short_name(n) for n in names]:
                self.classes.clear()
                self.classes.addItems([short_name(name) for name in names])
            self.classes.setCurrentIndex(int(by_hand.value(self._places[0])))
        for number, field in enumerate(self.fields):
            shown = not is_class and number < len(self._places)
            field.setVisible(shown)
            if shown:
                field.show_place(self._places[number], f"target {number + 1}")
        self.problem.setVisible(bool(self.problem.text()))
        self.back.setVisible(any(map(by_hand.is_changed, self._places)))

    def _on_class(self, index: int) -> None:
        self._session.by_hand.change({self._places[0]: float(index)})


class LiveAnswer(QWidget):
    """Bars for the likeliest classes, or the values that come out, and the loss: as in the recorded step."""

    share_asked = Signal(str, int, QPoint)
    """(layer, class, place on the screen): where does its share come from?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, tuple[int, ...]] = ("", ())
        self.bars = ClassBars()
        self.bars.clicked.connect(self._on_bar)
        self.bars.setCursor(Qt.CursorShape.PointingHandCursor)
        self.bars.setToolTip("Click: where does it come from?")
        self.words = WordsLabel("", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bars)
        column.addWidget(self.words)

    def show_scene(self, scene: Scene) -> bool:
        """Whether anything comes out that can be shown; if so, it is."""
        prediction = scene.analysis.prediction
        frame = None if prediction is None else scene.trace.frames.get(prediction)
        if frame is None:
            return False
        scores = example(frame.output)
        has_classes = len(scene.classes) > 1 and scores.shape == (len(scene.classes),)
        has_classes = has_classes and bool(np.isfinite(scores).all())
        self.bars.setVisible(has_classes)
        words: list[str] = []
        if has_classes:
            target = scene.trace.target
            wanted = -1 if target is None or np.ndim(target[0]) else int(target[0])
            found = likeliest(scores, frame.type == "softmax", 3)
            self._shown = frame.node, tuple(index for index, _ in found)
            self.bars.show_rows([(short_name(scene.classes[index]), share, index == wanted) for index, share in found])
        elif scores.size <= MOST_VALUES:
            words.append(f"It gives {', '.join(short(value, 5) for value in np.ravel(scores))}.")
        if scene.trace.loss is not None:
            of = f", the mean of {scene.batch} examples" if scene.batch > 1 else ""
            words.append(f"Loss <b>{short(scene.trace.loss, 5)}</b>{of}")
        self.words.setText(" &nbsp; ".join(words))
        self.words.setVisible(bool(words))
        return has_classes or bool(words)

    def _on_bar(self, row: int, position: QPoint) -> None:
        node, classes = self._shown
        self.share_asked.emit(node, classes[row], position)


def explain_share(frame: Frame, unit: int) -> Explanation:
    """Where the share of a class comes from: softmax gave it, or would make it of the scores."""
    from playground.engine.arithmetic import explain_class_share, explain_output

    index = (SHOWN, unit)
    return explain_output(frame, index) if frame.type == "softmax" else explain_class_share(frame, index)
