"""The gallery of the lectures' experiments: choose on the left, read on the right, start with one click."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from playground.data import data_set
from playground.ui.fonts import font
from playground.ui.widgets.headings import Paragraph, SectionHeading, Separator, TextLabel, TitleLabel
from playground.zoo.lecture_experiments import LectureExperiment, all_lecture_experiments

_KEY = Qt.ItemDataRole.UserRole
_HEADING, _ROW = 34, 28
"""Heights of the lines in the list."""
_GROUPS = (("preset", "Wrong on purpose"), ("comparison", "Questions of the lectures"))


class ExperimentsWindow(QDialog):
    """`chosen` sends the experiment that is to begin."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Experiments of the lectures")
        self.resize(980, 640)
        self.search = QLineEdit()
        self.search.setProperty("prose", True)
        self.search.setPlaceholderText("Find an experiment…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(2)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(10)
        self.tree.setAccessibleName("Experiments of the lectures")
        self.title = TitleLabel()
        self.title.setWordWrap(True)
        self.question = Paragraph("", "reading")
        self.networks = Paragraph(rich=True)
        self.look_at, self.measured, self.source = Paragraph(), Paragraph(), Paragraph("", "small", "muted")
        self.time = TextLabel("", "small", "muted", wrap=True)
        self.start = QPushButton("Open and train")
        self.start.setProperty("primary", True)
        self.start.setDefault(True)
        self.start.clicked.connect(self._begin)
        self._lay_out()
        self._fill()
        self.tree.currentItemChanged.connect(lambda item, _before: self._show(item))
        self.tree.itemDoubleClicked.connect(lambda item: item.data(0, _KEY) and self._begin())
        self.choose(all_lecture_experiments()[0].key)
        self.tree.setFocus()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(340)
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 14, 10, 14)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        text = QWidget()
        text.setProperty("ground", "panel")
        reading = QVBoxLayout(text)
        reading.setContentsMargins(22, 18, 22, 14)
        reading.setSpacing(7)
        reading.addWidget(self.title)
        reading.addWidget(self.question)
        for heading, words in (
            ("The networks", self.networks),
            ("What to look at", self.look_at),
            ("Measured", self.measured),
            ("Source", self.source),
        ):
            reading.addSpacing(8)
            reading.addWidget(SectionHeading(heading))
            reading.addWidget(words)
        reading.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(text)
        area.setProperty("ground", "panel")
        foot = QHBoxLayout()
        foot.setContentsMargins(22, 10, 18, 14)
        foot.setSpacing(12)
        foot.addWidget(self.time, 1)
        foot.addWidget(self.start)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(area, 1)
        right.addWidget(Separator())
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(left)
        whole.addWidget(Separator(Qt.Orientation.Vertical))
        whole.addLayout(right, 1)

    def _fill(self) -> None:
        self._groups: list[QTreeWidgetItem] = []
        self._items: list[QTreeWidgetItem] = []
        for kind, heading in _GROUPS:
            group = QTreeWidgetItem(self.tree, [heading])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFont(0, font("heading"))
            group.setSizeHint(0, QSize(0, _HEADING))
            group.setFirstColumnSpanned(True)
            self._groups.append(group)
            for experiment in all_lecture_experiments():
                if experiment.kind == kind:
                    item = QTreeWidgetItem(group, [experiment.title, experiment.duration.removeprefix("about ")])
                    item.setSizeHint(0, QSize(0, _ROW))
                    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    item.setFont(1, font("small"))
                    item.setData(0, _KEY, experiment.key)
                    item.setToolTip(0, experiment.question)
                    self._items.append(item)
        self.tree.expandAll()

    @property
    def current(self) -> LectureExperiment | None:
        """The experiment that is being read about."""
        item = self.tree.currentItem()
        key = None if item is None or item.isHidden() else item.data(0, _KEY)
        return next((each for each in all_lecture_experiments() if each.key == key), None)

    def choose(self, key: str) -> None:
        """Read about this experiment."""
        for item in self._items:
            if item.data(0, _KEY) == key:
                self.tree.setCurrentItem(item)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        known = {each.key: each for each in all_lecture_experiments()}
        for item in self._items:
            each = known[item.data(0, _KEY)]
            said = " ".join((each.title, each.question, each.source, *each.words)).casefold()
            item.setHidden(not all(word in said for word in words))
        for group in self._groups:
            group.setHidden(all(item.isHidden() for item in self._items if item.parent() is group))
        found = [item for item in self._items if not item.isHidden()]
        if found and self.current is None:
            self.tree.setCurrentItem(found[0])
        self._show(self.tree.currentItem() if found else None)

    def _show(self, item: QTreeWidgetItem | None) -> None:
        experiment = self.current if item is not None else None
        self.start.setEnabled(experiment is not None)
        if experiment is None:
            self.title.setText("No experiment has these words")
            for label in (self.question, self.networks, self.look_at, self.measured, self.source):
                label.set_paragraphs("")
            self.time.setText("")
            return
        self.title.setText(experiment.title)
        self.question.set_paragraphs(experiment.question)
        self.networks.set_paragraphs(_networks(experiment), rich=True)
        self.look_at.set_paragraphs(_sentence(experiment.look_at))
        self.measured.set_paragraphs(_sentence(experiment.measured))
        self.source.set_paragraphs(experiment.source)
        many = len(experiment.contenders) > 1
        self.start.setText("Open and train all" if many else "Open and train")
        self.time.setText(
            f"Takes {experiment.duration} on two processor cores."
            + (" The first network becomes the document, the others train beside it." if many else "")
        )

    def _begin(self) -> None:
        if (experiment := self.current) is not None:
            self.accept()
            self.chosen.emit(experiment)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.tree.setFocus()
        else:
            super().keyPressEvent(event)


def _sentence(text: str) -> str:
    """With a capital: elsewhere it stands behind a colon."""
    return text[:1].upper() + text[1:]


def _networks(experiment: LectureExperiment) -> str:
    first, *others = experiment.contenders
    names = "<br>".join(f"· {contender.title}" for contender in (first, *others))
    data = experiment.data
    size = f"{data.train_size:,} examples of " if data.train_size else ""
    together = "all from the same data and the same seed" if others else ""
    parts = (f"{size}“{data_set(data.name).title}”", f"{first.training.epochs} epochs", together)
    return f"{names}<br>{', '.join(part for part in parts if part)}"
