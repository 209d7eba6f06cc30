"""The chart by itself: other runs, axes, smoothing, the values of all runs under the pointer."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.train import BatchDone, EpochDone, History
from playground.ui.train.chart.chart import LearningChart
from playground.ui.train.chart.curves import Other
from playground.ui.train.chart.values import values_at


def history(epochs: int, floor: float = 0.0, validation: bool = True) -> History:
    result = History()
    for number in range(1, epochs + 1):
        for batch in range(5):
            step = 5 * (number - 1) + batch + 1
            result.add(BatchDone(step, number - 1, step / 5, floor + 2 / step, 0.5, 0.1))
        outside = floor + 2 / number if validation else None
        result.add(EpochDone(number, floor + 1 / number, 0.6, outside, 0.7, 0.1, 1.0, 1.0, validation))
    return result


def drawn(line: pg.PlotCurveItem) -> np.ndarray:
    """The values of a line."""
    return np.array([] if line.yData is None else line.yData)


@pytest.fixture
def chart(qtbot: QtBot) -> LearningChart:
    result = LearningChart()
    qtbot.addWidget(result)
    result.resize(700, 340)
    result.show()
    result.set_history(history(8))
    return result


def test_other_runs_are_drawn_whole_and_named_at_their_ends(chart: LearningChart) -> None:
    chart.set_others([Other("dropout 0.5", history(20, 0.5), "success"), Other("no end", History(), "warning")])
    assert chart.shown[1] >= 20
    solid, dashed = chart.others._items[0]
    np.testing.assert_allclose(drawn(solid), 0.5 + 2 / np.arange(1, 21))
    np.testing.assert_allclose(drawn(dashed), 0.5 + 1 / np.arange(1, 21))
    assert "dropout 0.5 0.6" in chart.labels
    assert not any("no end" in label for label in chart.labels)
    chart.set_others([])
    assert chart.shown[1] < 20
    assert not any("dropout" in label for label in chart.labels)


def test_a_run_that_grows_is_drawn_as_it_is_now(chart: LearningChart) -> None:
    growing = history(3)
    chart.set_others([Other("twin", growing, "success")])
    growing.add(EpochDone(4, 0.25, 0.6, 0.125, 0.7, 0.1, 1.0, 1.0, True))
    chart.redraw()
    assert chart.others.curves[0].validation[-1] == 0.125
    assert "twin 0.125" in chart.labels


def test_without_validation_the_training_of_another_run_is_the_line(chart: LearningChart) -> None:
    chart.set_others([Other("blind", history(6, validation=False), "success")])
    solid, dashed = chart.others._items[0]
    np.testing.assert_allclose(drawn(solid), 1 / np.arange(1, 7))
    assert len(drawn(dashed)) == 0


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other(chart: LearningChart) -> None:
    chart.set_others([Other(f"run {number}", history(8, 0.001 * number), "success") for number in range(5)])
    boxes = [item.mapRectToScene(item.boundingRect()) for item in chart._labels._items if item.isVisible()]
    assert len(boxes) == 7
    inset = [box.adjusted(0, 3.5, 0, -3.5) for box in boxes]
    assert not any(one.intersects(two) for index, one in enumerate(inset) for two in inset[:index])


def test_the_values_of_all_runs_at_an_epoch_are_told(chart: LearningChart) -> None:
    others = [Other("twin", history(5, 0.5), "success"), Other("blind", history(8, validation=False), "warning")]
    found = values_at(chart.history, others, "loss", 4.2)
    assert found is not None
    at, lines = found
    told = {name: value for name, value, _ in lines}
    assert at == 4
    assert told["validation"] == "0.5"
    assert told["twin: training"] == "0.75"
    assert told["twin: validation"] == "1"
    assert told["blind: training"] == "0.25"
    found = values_at(chart.history, others, "loss", 7.9)
    assert found is not None
    assert not any("twin" in name for name, _, _ in found[1]), "it has not come so far"
    rate = values_at(chart.history, others[:1], "rate", 2.0)
    assert rate is not None
    assert {name: value for name, value, _ in rate[1]}["learning rate"] == "0.1"


def test_axes_of_logarithms_show_the_same_epochs(chart: LearningChart) -> None:
    chart.set_logarithmic_epochs(True)
    chart.set_metric("loss", logarithmic=True)
    left, right = chart.shown
    assert 0.05 <= left <= 0.2
    assert 8 <= right <= 11
    axis = chart._item.getAxis("bottom")
    assert axis.tickStrings([-1.0, 0.0, np.log10(2), -6.0, np.log10(2e-6)], 1, 1) == ["0.1", "1", "2", "10⁻⁶", "2·10⁻⁶"]
    ticks = [value for _, values in axis.tickValues(-1, 1, 500) for value in values]
    np.testing.assert_allclose(sorted(10 ** np.array(ticks)), [0.1, 0.2, 0.5, 1, 2, 5, 10])
    chart.set_moment(2.0)
    assert chart._marks._moment.value() == pytest.approx(np.log10(2))
    chart.set_moment(None)
    assert not chart._marks._moment.isVisible()


def test_the_wheel_zooms_with_ctrl_only(chart: LearningChart, qtbot: QtBot) -> None:
    viewport, (left, right) = chart.canvas.viewport(), chart.shown  # type: ignore[attr-defined]
    place = viewport.rect().center()

    def turn(modifier: Qt.KeyboardModifier) -> QWheelEvent:
        parts = QPointF(place), QPointF(viewport.mapToGlobal(place)), QPoint(), QPoint(0, 120)
        return QWheelEvent(*parts, Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False)

    event = turn(Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)
    assert not event.isAccepted(), "the page scrolls"
    assert chart.shown == (left, right)
    QApplication.sendEvent(viewport, turn(Qt.KeyboardModifier.ControlModifier))
    assert chart.is_zoomed
    assert chart.shown[1] - chart.shown[0] < right - left


def test_the_span_of_the_axis_is_where_the_epochs_are(chart: LearningChart) -> None:
    begin, end = chart.span
    assert 40 < begin < 80
    assert 600 < end <= 700
    seen: list[None] = []
    chart.view_changed.connect(lambda: seen.append(None))
    chart.set_history(history(40))
    assert seen
