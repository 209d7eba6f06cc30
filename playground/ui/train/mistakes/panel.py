"""The right panel: what the network confuses on the validation examples, and where it is surest and wrong.

Where values are to be predicted there is nothing to confuse; then it shows the predicted values against the true ones.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from playground.train.events import Mistakes, Predictions
from playground.ui.session import Session
from playground.ui.train.mistakes.cell_pictures import CellPictures
from playground.ui.train.mistakes.class_report import ClassReport
from playground.ui.train.mistakes.confusion import ConfusionMatrix
from playground.ui.train.mistakes.predicted_true import PredictedAgainstTrue
from playground.ui.train.mistakes.residuals import Residuals
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.tensor_grid import TensorGrid

_TILE = 86


class MistakesPanel(QWidget):
    """Confusion matrix and worst mistakes, or predicted against true values, as they were after the last epoch."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._mistakes: Mistakes | None = None
        self._shown: tuple[object, ...] = ()
        self._when = ""
        self.heading = SectionHeading("Confusion, validation set")
        self.confusion = ConfusionMatrix()
        self.confusion.cell_clicked.connect(self.show_cell)
        self.report: ClassReport | None = None
        self.report_button = QPushButton("Class by class…")
        self.report_button.setProperty("quiet", True)
        self.report_button.setAutoDefault(False)
        self.report_button.setToolTip("Precision, recall, F1 and the receiver curve of each class")
        self.report_button.clicked.connect(self.open_report)
        self.values = PredictedAgainstTrue()
        self.residuals_heading = SectionHeading("Residuals, validation set")
        self.residuals = Residuals()
        self.residual_words = TextLabel("", "small", "muted", wrap=True)
        self.summary = TextLabel("", "small", "muted", wrap=True)
        self.note = TextLabel("", "small", "highlight", wrap=True)
        self.worst_heading = SectionHeading("Most confidently wrong")
        self.worst = TensorGrid(_TILE, 8)
        self.worst.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.none_wrong = TextLabel("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.confusion)
        column.addWidget(self.values)
        column.addWidget(self.note)
        column.addWidget(self.summary)
        column.addSpacing(6)
        column.addWidget(self.residuals_heading)
        column.addWidget(self.residuals)
        column.addWidget(self.residual_words)
        column.addWidget(self.report_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        column.addWidget(self.worst_heading)
        column.addWidget(self.worst)
        column.addWidget(self.none_wrong)
        column.addStretch(1)
        self.show_mistakes(None)

    def show_mistakes(self, mistakes: Mistakes | Predictions | None, when: str = "", note: str = "") -> None:
        """Show these; None: nothing was seen yet. `when` they were made is said by themselves if it is not given.

        `note` says what is still to come.
        """
        classes = self._session.data_set.classes
        self.note.setText(note)
        self.note.setVisible(bool(note))
        shown = (mistakes, when, classes)
        if mistakes is not None and shown == self._shown:
            return
        self._shown = shown
        self._when = when or ("" if mistakes is None else f"after epoch {mistakes.epoch:,}")
        self.heading.setText("Confusion, validation set" if classes else "Predicted against true, validation set")
        self._mistakes = mistakes if isinstance(mistakes, Mistakes) else None
        self.confusion.setVisible(self._mistakes is not None)
        self.report_button.setVisible(self._mistakes is not None)
        if self.report is not None:
            self.report.show_mistakes(self._mistakes, classes)
        for widget in (self.values, self.residuals_heading, self.residuals, self.residual_words):
            widget.setVisible(isinstance(mistakes, Predictions))
        if isinstance(mistakes, Predictions):
            self._show_values(mistakes)
            return
        if mistakes is None:
            self._show_absence()
            return
        if len(classes) != len(mistakes.confusion):
            return
        self.confusion.set_counts(mistakes.confusion, classes)
        total, right = int(mistakes.confusion.sum()), int(mistakes.confusion.trace())
        self.summary.setText(
            f"{right:,} of {total:,} right {self._when}. A row for each true class, a column for "
            "each class that the network named."
        )
        self._show_worst(mistakes, classes)

    def open_report(self) -> None:
        """Show the window that judges class by class; it follows the training."""
        if self.report is None:
            self.report = ClassReport(self.window())
        self.report.show_mistakes(self._mistakes, self._session.data_set.classes)
        self.report.show()
        self.report.raise_()

    def show_cell(self, true: int, named: int) -> None:
        """Show the examples of one cell of the matrix."""
        if self._mistakes is not None and len(self._mistakes.true):
            CellPictures(self._session, self._mistakes, true, named, self._when, self.window()).show()

    def _show_values(self, seen: Predictions) -> None:
        unit = self._session.data_set.unit
        known = (float(seen.true.min()), float(seen.true.max()))
        self.values.set_values(seen.true, seen.predicted, unit, *known)
        self.residuals.set_values(seen.true, seen.predicted, unit)
        self.residual_words.setText(self.residuals.words)
        after = f" {unit}" if unit else ""
        part = "" if len(seen.true) == seen.examples else f" {len(seen.true):,} of {seen.examples:,} are drawn."
        self.summary.setText(
            f"Off by {short(seen.error, 3)}{after} on average {self._when}; always answering the mean of "
            f"the training examples would be off by {short(seen.blind_error, 3)}{after}. On the dashed line the answer "
            f"is right, above it too high, below it too low.{part}"
        )
        for widget in (self.worst_heading, self.worst, self.none_wrong):
            widget.hide()

    def _show_absence(self) -> None:
        has_classes = bool(self._session.data_set.classes)
        analysis = self._session.analysis
        names_none = analysis is not None and analysis.can_train and not analysis.names_classes
        has_validation = self._session.experiment.data.validation_fraction > 0
        if not has_classes:
            text = "What the network predicts, beside what is true: shown after the first epoch with validation."
        elif names_none:
            text = "The loss does not compare with classes here, so there is nothing to confuse."
        elif not has_validation:
            text = "Without validation examples there is nothing to count. Set Validation to 10 %."
        else:
            text = "Which classes the network takes for which: shown after the first epoch."
        self.summary.setText(text)
        for widget in (self.worst_heading, self.worst, self.none_wrong):
            widget.hide()

    def _show_worst(self, mistakes: Mistakes, classes: tuple[str, ...]) -> None:
        examples = mistakes.worst_examples
        are_pictures = examples.ndim == 4 and examples.shape[1] in (1, 3)
        self.worst_heading.setVisible(are_pictures)
        self.worst.setVisible(are_pictures and len(examples) > 0)
        self.none_wrong.setVisible(are_pictures and len(examples) == 0)
        self.none_wrong.setText("Nothing is wrong on the validation examples.")
        if not are_pictures or not len(examples):
            return
        pairs = zip(mistakes.worst_named.tolist(), mistakes.worst_true.tolist(), strict=True)
        captions = [_caption(classes[named], classes[true]) for named, true in pairs]
        kind = "colour" if examples.shape[1] == 3 else "grey"
        self.worst.set_maps(examples if kind == "colour" else examples[:, 0], kind, 1.0, captions)
        sure = ", ".join(f"{value:.0%}" for value in mistakes.worst_confidence)
        self.worst.setToolTip(f"What the network said, and what it is. It was sure to: {sure}.")


def _caption(named: str, true: str) -> str:
    """What the network said, and what it is; long names need the room for themselves."""
    return f"said {named}, is {true}" if len(named) + len(true) < 8 else f"{named}, is {true}"
