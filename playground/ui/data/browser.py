"""The data browser: every data set with its examples, classes, numbers and division, and points placed by hand."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.data import DataError, data_set
from playground.data.archives import is_here
from playground.data.own import POINTS
from playground.data.points import FAMILY
from playground.graph.experiment import DataSettings, Experiment
from playground.ui.background import Background
from playground.ui.data.balance_page import BalancePage
from playground.ui.data.division_page import DivisionPage
from playground.ui.data.examples_page import ExamplesPage
from playground.ui.data.looked import Looked, look
from playground.ui.data.numbers_page import NumbersPage, Summary, summarise
from playground.ui.data.points_page import PointsPage
from playground.ui.data.set_list import SetList
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.widgets.headings import Paragraph, Separator, TextLabel, TitleLabel
from playground.ui.widgets.segmented import SegmentedSwitch

_PAGES = ("Examples", "Classes", "Numbers", "Division")
_SOON_MS = 60
_BAR = 320
_TO_LOOK_AT = "These examples are there to be looked at: nothing is learnt from them."


class DataBrowser(QDialog):
    """Stands beside the window; what is changed here is changed in the document. Sets are read on its own thread."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Data")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 680)
        self._session = session
        self._background: Background | None = None
        self._key = ""
        self.looked: Looked | None = None
        self._summary: tuple[object, Summary] | None = None
        self.list = SetList(session)
        self.title = TitleLabel()
        self.use = QPushButton("Use for this network")
        self.words = TextLabel("", wrap=True)
        self.source = TextLabel("", "small", "muted", wrap=True, selectable=True)
        self.switch = SegmentedSwitch(_PAGES, "What is shown of the data set")
        self.examples, self.balance, self.numbers = ExamplesPage(), BalancePage(), NumbersPage()
        self.division = DivisionPage(session)
        self.points = PointsPage(session)
        self.waiting = Paragraph("", tone="muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(_BAR)
        self._pages = QStackedWidget()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.choose(POINTS if self._chosen_key.startswith(f"{FAMILY}:") else self._chosen_key)

    def _lay_out(self) -> None:
        self.use.setProperty("primary", True)
        self.use.setAutoDefault(False)
        for page in (
            self.examples,
            self.balance,
            self.numbers,
            self.division,
            self.points,
            _centred(self.waiting, self.bar),
        ):
            self._pages.addWidget(page)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 1)
        head.addWidget(self.use)
        right = QVBoxLayout()
        right.setContentsMargins(20, 16, 20, 16)
        right.setSpacing(8)
        right.addLayout(head)
        right.addWidget(self.words)
        right.addWidget(self.source)
        right.addSpacing(2)
        right.addWidget(self.switch)
        right.addSpacing(4)
        right.addWidget(self._pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Separator(Qt.Orientation.Vertical))
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.list.key_changed.connect(self._on_key)
        self.use.clicked.connect(self._take)
        self.switch.currentChanged.connect(lambda _index: self._show_page())
        self.examples.example_wanted.connect(self._show_example)
        self.division.example_chosen.connect(self._show_in_grid)
        self._session.experiment_changed.connect(self._on_experiment)
        self._session.closed.connect(self.close)
        for keys, act in (
            ("Ctrl+Z", lambda: self._session.document.undo()),
            ("Ctrl+Shift+Z", lambda: self._session.document.redo()),
            ("Ctrl+Y", lambda: self._session.document.redo()),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # ---- the list

    @property
    def _chosen_key(self) -> str:
        """The data set that the network learns from."""
        return self._session.experiment.data.name

    def _on_key(self, key: str) -> None:
        self._key = key
        self._show_key()

    def choose(self, key: str) -> None:
        """Look at a data set; its entry in the list is chosen."""
        self.list.choose(key)

    # ---- what is looked at

    @property
    def _is_chosen(self) -> bool:
        if self._key == POINTS:
            return self._chosen_key.startswith(f"{FAMILY}:")
        return self._key == self._chosen_key

    @property
    def _settings(self) -> DataSettings:
        """Those of the document, for the set that is looked at; another one is seen with its pixels in their places."""
        settings = self._session.experiment.data
        return settings if self._is_chosen else replace(settings, name=self._key, permuted=0)

    def _show_key(self) -> None:
        """Another set is looked at: what is known of it at once, and the rest when it has been read."""
        if self.looked is None:
            self._give_up()
        self.looked = None
        self._show_head()
        self._look()

    def _show_head(self) -> None:
        """Title, words and what can be done."""
        if self._key == POINTS and not self._is_chosen:
            self.title.setText("Points by hand")
            self.words.setText("Place points in the plane with the mouse, and see what the network makes of them.")
            self.source.setText("")
            self.source.hide()
        else:
            described = data_set(self._chosen_key if self._key == POINTS else self._key)
            self.title.setText(described.title)
            self.words.setText(described.summary)
            self.source.setText(f"Source and licence: {described.source}")
            self.source.show()
        pages = ("Points", *_PAGES) if self._key == POINTS else _PAGES
        if self.switch.items != pages:
            self.switch.set_items(pages)
            self._show_page()
        here = self._key == POINTS or is_here(self._key)
        self.use.setText("In use" if self._is_chosen else "Use for this network" if here else "Download…")
        self.use.setEnabled(not self._is_chosen)
        self.use.setVisible(self._key != POINTS)
        why = "There are no points yet." if self._key == POINTS and not self._is_chosen else ""
        is_gallery = self._key != POINTS and data_set(self._key).is_gallery
        for number, name in enumerate(self.switch.items):
            if name != "Points":
                no_learning = _TO_LOOK_AT if is_gallery and name in ("Classes", "Division") else ""
                self.switch.set_item_enabled(number, not (why or no_learning), why or no_learning)
        if is_gallery and self._page_name in ("Classes", "Division"):
            self.switch.set_current(0)

    def _look(self) -> None:
        """Read and divide the set, on the worker thread; what was read before is kept by `load`."""
        if not self.isVisible():
            return
        self._show_page()
        if self._key == POINTS and not self._is_chosen:
            return
        if not is_here(self._key):
            self._show_waiting("This set is not on this machine yet. It can be downloaded, or opened from files.")
            return
        settings, seed = self._settings, self._session.experiment.seed
        if self.looked is None:
            self._show_waiting(
                "Reading the examples … Choose another set, or close the window, to give it up.", busy=True
            )
        self._worker.run(
            "look",
            lambda: look(settings, seed),
            while_alive(self, self._on_looked),
            while_alive(self, self._on_failed),
        )

    def _on_looked(self, looked: Looked) -> None:
        if (looked.settings, looked.seed) != (self._settings, self._session.experiment.seed):
            return
        self.looked = looked
        self.examples.show_looked(looked, is_chosen=self._is_chosen)
        self.balance.show_looked(looked)
        self.division.show_looked(looked, is_chosen=self._is_chosen)
        self._show_page()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError | OSError):
            raise error
        self.looked = None
        self._show_waiting(str(error))

    def _show_waiting(self, words: str, *, busy: bool = False) -> None:
        self.waiting.set_paragraphs(words)
        self.bar.setVisible(busy)
        if self._page_name != "Points":
            self._pages.setCurrentIndex(self._pages.count() - 1)

    @property
    def _page_name(self) -> str:
        current = self.switch.current
        return self.switch.items[current] if 0 <= current < len(self.switch.items) else ""

    def _show_page(self) -> None:
        name = self._page_name
        if name == "Points":
            self._pages.setCurrentWidget(self.points)
        elif self.looked is not None:
            page = {"Examples": self.examples, "Classes": self.balance, "Division": self.division}.get(name)
            self._pages.setCurrentWidget(page or self.numbers)
            if page is None:
                self._summarise(self.looked)

    def _summarise(self, looked: Looked) -> None:
        """The numbers page is filled only when it is wanted."""
        if self._summary is not None and self._summary[0] is looked.samples:
            self.numbers.show_summary(looked, self._summary[1])
            return
        self.numbers.show_waiting()
        self._worker.run("numbers", lambda: (looked, summarise(looked)), while_alive(self, self._on_summary))

    def _on_summary(self, found: tuple[Looked, Summary]) -> None:
        looked, summary = found
        if self.looked is not None and looked.samples is self.looked.samples:
            self._summary = (looked.samples, summary)
            self.numbers.show_summary(self.looked, summary)

    @property
    def _worker(self) -> Background:
        """The thread on which sets are read; there is one while the browser can be seen."""
        if self._background is None:
            self._background = Background(self)
        return self._background

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self._give_up()
        super().hideEvent(event)

    def _give_up(self) -> None:
        """What is being read is not waited for."""
        if self._background is not None:
            self._background.leave()
            self._background = None

    # ---- what the user does

    def _take(self) -> None:
        from playground.ui.data.door import take_data

        take_data(self._session, self._key, self)

    def _show_example(self, number: int) -> None:
        """Let Build and Step show a test example of the set that is looked at."""
        self._session.show_example(number)

    def _show_in_grid(self, is_test: bool, number: int) -> None:
        """A cell of the map: show that example among the others."""
        self.switch.set_current(self.switch.items.index("Examples"))
        self.examples.show_number(is_test=is_test, number=number)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        """The document has changed, here or elsewhere: look again, if that concerns the data."""
        if (before.data, before.seed) == (after.data, after.seed):
            return
        if before.data.name != after.data.name:
            self._show_head()
        self._soon.start()


def _centred(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setSpacing(12)
    column.addStretch(1)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(2)
    return holder
