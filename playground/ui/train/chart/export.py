"""Taking the curves away: as a picture, as a drawing that can be enlarged, as exact numbers, or on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsView, QMenu, QWidget

from playground.train.curve_table import as_csv
from playground.train.history import History
from playground.ui.session import Session
from playground.ui.train.chart.chart import LearningChart

_SCALE = 2
"""Pictures have so many times the pixels of the screen, for print."""


def picture_of(chart: LearningChart) -> QImage:
    """The chart as it is seen, in twice its size."""
    view = _view(chart)
    image = QImage(view.size() * _SCALE, QImage.Format.Format_ARGB32)
    for set_dots in (image.setDotsPerMeterX, image.setDotsPerMeterY):
        set_dots(round(view.logicalDpiX() / 0.0254))
    image.fill(view.backgroundBrush().color())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.render(painter, QRectF(image.rect()), view.viewport().rect(), Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    return image


def drawing_of(chart: LearningChart) -> bytes:
    """The chart as it is seen, as SVG."""
    view = _view(chart)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(view.logicalDpiX())  # else the axes, which are kept as QPicture, shrink
    generator.setSize(QSize(view.width(), view.height()))
    generator.setViewBox(view.rect())
    generator.setTitle("Learning curves")
    painter = QPainter(generator)
    painter.fillRect(view.rect(), view.backgroundBrush())
    view.render(painter, QRectF(view.rect()), view.viewport().rect(), Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    return bytes(buffer.data().data())


class ChartExport(QMenu):
    """The menu of the export button."""

    def __init__(self, session: Session, chart: Callable[[], LearningChart | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._chart = session, chart
        self.copy = self.addAction("Copy picture", self.copy_picture)
        self.addSeparator()
        self.as_png = self.addAction("Save as picture (PNG)…", lambda: self.ask_and_save("png", "Picture"))
        self.as_svg = self.addAction("Save as drawing (SVG)…", lambda: self.ask_and_save("svg", "Drawing"))
        self.as_csv = self.addAction("Save numbers (CSV)…", lambda: self.ask_and_save("csv", "Table"))
        self.setToolTipsVisible(True)
        self.as_csv.setToolTip("The exact numbers of each epoch and batch of all runs in the chart, as a table")
        self.aboutToShow.connect(self._look)

    def _look(self) -> None:
        chart = self._chart()
        is_there = chart is not None and bool(len(chart.history) or chart.others.runs)
        for action in (self.copy, self.as_png, self.as_svg, self.as_csv):
            action.setEnabled(is_there)

    def copy_picture(self) -> None:
        """Put the chart on the clipboard."""
        chart = self._chart()
        if chart is not None:
            QGuiApplication.clipboard().setImage(picture_of(chart))
            self._session.message.emit("info", "The picture of the curves is on the clipboard.")

    def ask_and_save(self, suffix: str, kind: str) -> None:
        """Ask where to, and save there."""
        path = self._session.path
        stem = path.stem if path is not None else "network"
        folder = path.parent if path is not None else Path.home()
        suggestion = str(folder / f"{stem} curves.{suffix}")
        name, _ = QFileDialog.getSaveFileName(
            self.parentWidget(), "Save the curves", suggestion, f"{kind} (*.{suffix})"
        )
        if name:
            self.save(Path(name) if Path(name).suffix.lower() == f".{suffix}" else Path(f"{name}.{suffix}"))

    def save(self, path: Path) -> None:
        """Save as what the ending says: .png, .svg or .csv."""
        chart = self._chart()
        if chart is None:
            return
        if path.suffix.lower() == ".csv":
            # A copy of each: the runs may go on while the table is written.
            runs = [("this run", History.from_arrays(chart.history.to_arrays()))] if len(chart.history) else []
            runs += [(run.name, History.from_arrays(run.history.to_arrays())) for run in chart.others.runs]
            self._write(path, lambda: as_csv(runs).encode())
        elif path.suffix.lower() == ".svg":
            drawing = drawing_of(chart)
            self._write(path, lambda: drawing)
        else:
            image = picture_of(chart)
            self._write(path, lambda: _png(image))

    def _write(self, path: Path, contents: Callable[[], bytes]) -> None:
        def done(_: object) -> None:
            self._session.message.emit("info", f"The curves are saved as {path.name}.")

        def failed(error: Exception) -> None:
            if not isinstance(error, OSError):
                raise error
            reason = error.strerror or str(error)
            self._session.message.emit("error", f"{path.name} could not be written: {reason}. Choose another place.")

        self._session.background.run("export curves", lambda: path.write_bytes(contents()), done, failed)


def _view(chart: LearningChart) -> QGraphicsView:
    view = chart.canvas
    assert isinstance(view, QGraphicsView)
    return view


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
