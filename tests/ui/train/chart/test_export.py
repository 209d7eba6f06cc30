"""Taking the curves away as picture, drawing and table, and what happens where that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from playground.train.curve_table import as_csv
from playground.ui.background import Background
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.chart.chart import LearningChart
from playground.ui.train.chart.curves import Other
from playground.ui.train.chart.export import ChartExport, drawing_of, picture_of
from tests.ui.train.chart.test_chart import history


class Desk(QObject):
    """What of a session the menu uses."""

    message = Signal(str, str)
    path: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.background = Background()


@pytest.fixture
def export(qtbot: QtBot) -> Iterator[tuple[ChartExport, LearningChart, list[str]]]:
    desk, chart, said = Desk(), LearningChart(), list[str]()
    qtbot.addWidget(chart)
    chart.resize(600, 300)
    chart.show()
    chart.set_history(history(8))
    desk.message.connect(lambda level, text: said.append(f"{level}: {text}"))
    yield ChartExport(cast(Session, desk), lambda: chart, chart), chart, said
    desk.background.close()


Export = tuple[ChartExport, LearningChart, list[str]]


def line_of(image: QImage) -> float:
    """Which part of the picture's width the validation line spans."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    colour = QColor(appearance.theme.negative)
    far = np.abs(pixels - (colour.red(), colour.green(), colour.blue())).sum(2)
    columns = np.flatnonzero((far < 30).any(0))
    return float(columns[-1] - columns[0]) / image.width() if len(columns) else 0.0


def test_picture_and_drawing_show_what_the_screen_shows(export: Export) -> None:
    _, chart, _ = export
    screen = chart.canvas.grab().toImage()
    picture, drawing = picture_of(chart), drawing_of(chart)
    assert picture.width() == 2 * screen.width()
    drawn = QImage(screen.size(), QImage.Format.Format_ARGB32)
    drawn.fill(0)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(drawing)).render(painter)
    painter.end()
    wide = line_of(screen)
    assert wide > 0.6
    assert line_of(picture) == pytest.approx(wide, abs=0.03)
    assert line_of(drawn) == pytest.approx(wide, abs=0.03)
    assert b"best validation" in drawing, "words stay words"


def test_each_format_is_written_and_said(export: Export, tmp_path: Path, qtbot: QtBot) -> None:
    menu, chart, said = export
    chart.set_others([Other("twin", history(5), "success")])
    for number, suffix in enumerate(("png", "svg", "csv"), start=1):
        menu.save(tmp_path / f"curves.{suffix}")
        qtbot.waitUntil(lambda number=number: len(said) == number)
    assert said[-1] == "info: The curves are saved as curves.csv."
    assert not QImage(str(tmp_path / "curves.png")).isNull()
    assert QSvgRenderer(str(tmp_path / "curves.svg")).isValid()
    expected = as_csv([("this run", chart.history), ("twin", chart.others.runs[0].history)])
    assert (tmp_path / "curves.csv").read_text() == expected


def test_a_place_that_cannot_be_written_is_said_in_plain_words(export: Export, tmp_path: Path, qtbot: QtBot) -> None:
    menu, _, said = export
    menu.save(tmp_path / "missing" / "curves.csv")
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith(
        "error: curves.csv could not be written: No such file or directory. Choose another place."
    )


def test_the_ending_is_added_and_cancelling_writes_nothing(
    export: Export, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu, _, said = export
    answers = iter(["", str(tmp_path / "mine")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(answers), ""))
    menu.as_csv.trigger()
    assert not list(tmp_path.iterdir())
    menu.as_csv.trigger()
    qtbot.waitUntil(lambda: bool(said))
    assert (tmp_path / "mine.csv").exists()


def test_the_picture_is_copied_and_without_curves_there_is_nothing_to_take(export: Export) -> None:
    menu, chart, said = export
    menu.aboutToShow.emit()
    assert menu.copy.isEnabled()
    menu.copy.trigger()
    assert QGuiApplication.clipboard().image().width() == 2 * chart.canvas.width()
    assert said == ["info: The picture of the curves is on the clipboard."]
    chart.set_history(type(chart.history)())
    menu.aboutToShow.emit()
    assert not any(action.isEnabled() for action in (menu.copy, menu.as_png, menu.as_svg, menu.as_csv))
