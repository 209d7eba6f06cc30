"""The main window: the top bar, the start page, and the modes, of which each is built when it is first shown."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from playground.data import data_set
from playground.graph.experiment import Experiment
from playground.graph.model import Graph
from playground.ui.data.door import open_own_data
from playground.ui.data.files import is_own_data
from playground.ui.documents import SUFFIX, Documents
from playground.ui.mode import Mode
from playground.ui.recovery import Recovery
from playground.ui.session import Session
from playground.ui.start_page import StartPage
from playground.ui.top_bar import TopBar
from playground.ui.widgets.banner import Banner
from playground.ui.widgets.headings import Separator
from playground.ui.window_menus import WindowMenus
from playground.zoo import zoo_network

if TYPE_CHECKING:
    from playground.train.runs.store import KeptRun
    from playground.ui.build.build_mode import BuildMode
    from playground.ui.train.controller import TrainingController
    from playground.zoo.lecture_experiments import LectureExperiment

_SIZE = QSize(1440, 900)
"""Of the first window, where the screen has room for it."""
_INFO_MS = 5000
"""So long a mere notice stays; warnings and errors stay until they are closed."""
MODES = ("Build", "Step", "Train")


class MainWindow(QMainWindow):
    """One window, one network. Menus and keys call the session, the documents and the shown mode."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.documents = Documents(session, self, lambda: self.training.settle())
        self.recovery = Recovery(session, self.documents, self)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 600)
        self.top = TopBar(MODES)
        self.banner = Banner()
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(self.banner.close_message)
        self.start_page = StartPage()
        self._modes: dict[str, Mode] = {}
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top, Separator(), self.banner):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(holder)
        self._menus = WindowMenus(self, MODES)
        for menu in self._menus.all:
            self.top.add_menu(menu)
        self._connect()
        self._restore()
        self.show_start_page()
        self._show_file()
        self._offer_recovery()

    # ---- pages

    @property
    def mode(self) -> str:
        """The mode that is shown, "" on the start page."""
        current = self._pages.currentWidget()
        return next((name for name, mode in self._modes.items() if mode is current), "")

    def show_mode(self, name: str) -> None:
        """Show a mode, building it if this is the first time."""
        if name == self.mode:
            return
        if self.mode:
            self._modes[self.mode].deactivate()
        self._pages.setCurrentWidget(self._mode_called(name))
        self.top.switch.setVisible(True)
        self.top.switch.blockSignals(True)
        self.top.switch.set_current(MODES.index(name))
        self.top.switch.blockSignals(False)
        self._modes[name].activate()
        self._menus.update()

    def _make_rest(self) -> None:
        """What the start page can do without, so that it is there the sooner."""
        self._mode_called("Build")
        self.training  # noqa: B018 - made by being asked for

    @cached_property
    def training(self) -> TrainingController:
        """Everything that trains, made when the start page has been painted."""
        from playground.train.runs.store import RunStore
        from playground.ui.train.controller import TrainingController

        own = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
        training = TrainingController(self.session, checkpoints=own / "checkpoints", store=RunStore(own / "runs"))
        training.engine_changed.connect(self._show_engine)
        training.kept_runs.open_requested.connect(self._open_run)
        training.lecture.gallery_requested.connect(self.open_experiments)
        return training

    @cached_property
    def build(self) -> BuildMode:
        """Build mode, made when the start page has been painted."""
        from playground.ui.build.build_mode import BuildMode

        build = BuildMode(self.session)
        build.network_chosen.connect(self.open_network)
        build.graph_chosen.connect(self._open_graph)
        build.palette_panel.base_chosen.connect(self.use_as_base)
        build.scene.selected_nodes_changed.connect(self._menus.update)
        return build

    def _mode_called(self, name: str) -> Mode:
        if name not in self._modes:
            self._modes[name] = self._new_mode(name)
            self._pages.addWidget(self._modes[name])
        return self._modes[name]

    def _new_mode(self, name: str) -> Mode:
        if name == "Build":
            return self.build
        if name == "Step":
            from playground.ui.step.step_mode import StepMode

            mode = StepMode(self.session)
        else:
            from playground.ui.train.train_mode import TrainMode

            mode = TrainMode(self.session, self.training)
        mode.build_requested.connect(lambda: self.show_mode("Build"))
        return mode

    def show_start_page(self) -> None:
        """Show what to begin with."""
        if self.mode:
            self._modes[self.mode].deactivate()
        self.start_page.show_recent(self.documents.recent)
        self._pages.setCurrentWidget(self.start_page)
        self.top.switch.setVisible(False)
        self._menus.update()

    def open_network(self, key: str, mode: str = "") -> None:
        """Begin a new document with a network of the zoo, in the mode that says most about it if none is named.

        That is Build, or for points in the plane Train, where every unit is drawn as a map of it.
        """
        if not mode:
            group = data_set(zoo_network(key).data_settings.name).group
            mode = "Train" if group == "Points in the plane" else "Build"

        def show() -> None:
            self.show_mode(mode)
            self.build.view.fit()

        self.documents.start_network(key, show)

    def _open_graph(self, graph: Graph, title: str) -> None:
        """Begin a new document with a network that was made to order."""
        base = zoo_network("efficientnet-b0")
        if self.documents.start(Experiment(graph, base.data_settings, base.training)):
            self.show_mode("Build")
            self.build.view.fit()
            self.show_message("info", f"This is {title}.")

    def open_file(self, path: Path) -> None:
        """Open a document from disk; of a table, a folder or arrays make a data set."""
        if is_own_data(path):
            open_own_data(self.session, path, self).chosen.connect(lambda _key: self.show_opened())
        else:
            self.documents.open(path, self.show_opened)

    def _open_run(self, run: KeptRun) -> None:
        """Make a run that is kept the open document, in Train; it stays kept as it is."""
        self.training.settle()
        self.documents.open_copy(run.path, lambda: self.show_mode("Train"))

    def _offer_recovery(self) -> None:
        """What a crash left behind can be had back."""
        left = self.recovery.leftovers()
        if left:
            self.banner.show_message(
                "Work of the last time that was not saved is still here.",
                "info",
                "Bring it back",
                lambda: self.documents.recover(left[0], self.show_opened),
            )

    def new_document(self) -> None:
        """Begin with an empty canvas."""
        if self.documents.start(Experiment()):
            self.show_mode("Build")

    def new_from_expression(self) -> None:
        """Ask for a formula, and begin a new document with the graph of its gates."""
        from playground.ui.expression_dialog import ExpressionDialog

        dialog = ExpressionDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._open_expression)
        dialog.open()

    def use_as_base(self, key: str = "") -> None:
        """Ask which trained network the open document should begin with, and do it in one undoable step."""
        from playground.ui.build.transfer_dialog import TransferDialog

        dialog = TransferDialog(self.session, self, key)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.used.connect(self._show_based)
        dialog.open()

    def _show_based(self) -> None:
        if not self.mode:
            self.show_mode("Build")
        self.build.view.fit()

    def _open_expression(self, experiment: Experiment) -> None:
        if self.documents.start(experiment):
            self.show_mode("Step")
            self.build.view.fit()

    def open_experiments(self) -> None:
        """The gallery of the lectures' experiments."""
        from playground.ui.train.coach.experiments_window import ExperimentsWindow

        dialog = ExperimentsWindow(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.begin_experiment)
        dialog.open()

    def begin_experiment(self, experiment: LectureExperiment) -> None:
        """Open the first network of an experiment and train it, with the others beside it."""
        if self.training.lecture.begin(experiment, self.documents.start):
            self.show_mode("Train")
            self.build.view.fit()
            self.training.play()

    def show_opened(self) -> None:
        if not self.mode:
            self.show_mode("Build")
        self.build.view.fit()

    # ---- signals

    def _connect(self) -> None:
        session = self.session
        session.message.connect(self.show_message)
        session.file_changed.connect(self._show_file)
        session.experiment_changed.connect(self._on_experiment)
        session.background.failed.connect(self._on_background_failure)
        session.starting.connect(self._make_rest)
        session.warmed_up.connect(self._find_device)
        self.top.mode_chosen.connect(lambda index: self.show_mode(MODES[index]))
        self.start_page.network_chosen.connect(self.open_network)
        self.start_page.file_chosen.connect(lambda name: self.open_file(Path(name)))
        self.start_page.empty_chosen.connect(self.new_document)
        self.start_page.expression_chosen.connect(self.new_from_expression)
        self.start_page.open_chosen.connect(lambda: self.documents.choose_and_open(self.show_opened))
        self.documents.recent_changed.connect(self._menus.fill_recent)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        self._menus.update()
        if before.training.device != after.training.device:
            self._find_device()

    def show_message(self, level: str, text: str) -> None:
        """Say something without stopping the user."""
        self.banner.show_message(text, level)  # pyright: ignore[reportArgumentType]
        self._fade.stop()
        if level == "info":
            self._fade.start(_INFO_MS)

    def _on_background_failure(self, kind: str, error: Exception) -> None:
        from playground.ui.widgets.error_dialog import show_unexpected_error

        show_unexpected_error(self, type(error), error, error.__traceback__)

    def _show_file(self) -> None:
        self.top.show_file(self.documents.name, self.session.is_modified)
        self.setWindowModified(self.session.is_modified)
        self.setWindowTitle(f"{self.documents.name}[*] — Playground")

    def _show_engine(self) -> None:
        """What the engine says it runs on counts; until it is warm, what this process would choose."""
        if self.training.device:
            self.top.show_device(self.training.device)

    def _find_device(self) -> None:
        wanted = self.session.experiment.training.device
        self.session.background.run("device", lambda: _device_text(wanted), self.top.show_device)

    # ---- the window itself

    def _restore(self) -> None:
        geometry = QSettings().value("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Edits are asked about. What was merely learnt is kept for the next start, and the window closes at once."""
        only_trained = self.session.is_modified and not self.session.document.is_modified
        keep = only_trained and self.recovery.keep_now()
        if not keep and not self.documents.may_leave():
            event.ignore()
            return
        QSettings().setValue("geometry", self.saveGeometry())
        if self.mode:
            self._modes[self.mode].deactivate()
        self.training.close()
        self.session.close()
        self.recovery.close(keep)
        event.accept()


def _device_text(wanted: str) -> str:
    """Where a network that wants this device runs, in words."""
    from playground.train.device import choose_device, describe_device
    from playground.train.errors import TrainError

    try:
        return describe_device(choose_device(wanted))
    except TrainError as error:
        return str(error)


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one document, table, folder or file of arrays that is being dropped, if it is one."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix == SUFFIX or is_own_data(path) else None
