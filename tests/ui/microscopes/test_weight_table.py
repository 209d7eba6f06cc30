from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.graph.experiment import Experiment
from playground.ui.microscopes.dense_marks import Spot
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.weight_map import squeeze
from playground.ui.microscopes.weight_table import CELL, ROW, WeightTable
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import go, open_step

OpenSession = Callable[[Experiment], Session]


@pytest.mark.parametrize("shape", [(3, 4), (400, 7), (7, 3_000), (1_000, 2_500)])
def test_a_squeezed_matrix_keeps_its_strongest_number(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = squeeze(matrix)
    assert found.values.shape[0] <= 360
    assert found.values.shape[1] <= 1200
    assert found.scale == np.abs(matrix).max()
    assert found.values.max() == matrix.max()
    assert found.values.min() == matrix.min()


def test_a_small_matrix_stays_as_it_is() -> None:
    matrix = np.arange(12.0).reshape(3, 4) - 5
    assert np.array_equal(squeeze(matrix).values, matrix)


@pytest.fixture
def fc1(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "fc1")
    return mode


def scope(mode: StepMode) -> DenseMicroscope:
    assert isinstance(mode.microscope, DenseMicroscope)
    return mode.microscope


def table(mode: StepMode) -> WeightTable:
    return scope(mode).matrix.table


def center(shown: WeightTable, spot: Spot) -> QPoint:
    """Where a number lies in the viewport, found by looking."""
    size = shown.viewport().size()
    for y in range(4, size.height(), ROW // 2):
        for x in range(4, size.width(), CELL // 3):
            found = shown.spot_at(QPointF(x, y))
            if found is not None and (found.zone, found.unit, found.feature) == (spot.zone, spot.unit, spot.feature):
                return QPoint(x, y)
    raise AssertionError(f"{spot} is not in sight")


def asked(mode: StepMode) -> Place | None:
    found = mode.popup.explanation
    return found.place if mode.popup.isVisible() and found is not None else None


@pytest.mark.parametrize(
    ("phase", "zone", "place"),
    [
        ("forward", "body", Place("fc1", "weight", (2, 5), name="weight")),
        ("forward", "side", Place("fc1", "output", (0, 2))),
        ("forward", "head", Place("flatten", "output", (0, 5))),
        ("backward", "body", Place("fc1", "grad_weight", (2, 5), name="weight")),
        ("backward", "side", Place("fc1", "grad_output", (0, 2))),
        ("backward", "foot", Place("fc1", "grad_input", (0, 5))),
    ],
)
def test_every_number_of_the_table_can_be_asked(
    fc1: StepMode, qtbot: QtBot, phase: str, zone: str, place: Place
) -> None:
    go(fc1, "fc1", phase)
    shown = table(fc1)
    scope(fc1).select_unit(2)
    shown.reveal(2, 5)
    feature = scope(fc1).feature if zone == "side" else 5
    where = center(shown, Spot(zone, 2, feature, 0.0))  # type: ignore[arg-type]
    found = shown.spot_at(QPointF(where))
    assert found is not None
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: asked(fc1) == place, timeout=10_000)
    assert fc1.popup.explanation is not None
    assert fc1.popup.explanation.value == pytest.approx(found.value)
    fc1.popup.hide()


def test_a_product_explains_itself_too(fc1: StepMode, qtbot: QtBot) -> None:
    shown = table(fc1)
    shown.reveal(0, 30)
    where = center(shown, Spot("foot", 0, 30, 0.0))
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: fc1.popup.has_answered, timeout=10_000)
    frame = scope(fc1).scene.frame
    assert fc1.popup.explanation is not None
    wanted = float(frame.inputs[0][0, 30]) * float(frame.weights["weight"][0, 30])
    assert fc1.popup.explanation.value == pytest.approx(wanted)
    fc1.popup.hide()


def test_the_strongest_inputs_can_be_put_first(fc1: StepMode) -> None:
    go(fc1, "fc1", "backward")
    scope(fc1).matrix.by_strength.setChecked(True)
    shown = table(fc1)
    gradients = np.abs(scope(fc1).scene.frame.grad_weights["weight"][0])
    first = next(iter(shown._columns()))[0]
    assert gradients[first] == gradients.max()
    scope(fc1).matrix.by_strength.setChecked(False)
    assert next(iter(shown._columns()))[0] == shown.horizontalScrollBar().value() // CELL


def test_pressing_the_picture_of_the_whole_brings_that_part_into_sight(fc1: StepMode) -> None:
    view = scope(fc1).matrix
    rect = view.map.picture_rect()
    corner = QPoint(int(rect.right()) - 2, int(rect.bottom()) - 2)
    QTest.mouseClick(view.map, Qt.MouseButton.LeftButton, pos=corner)
    assert [unit for unit, _ in view.table._rows()][-1] == 119
    assert [feature for feature, _ in view.table._columns()][-1] == 399


def test_factors_light_up_in_the_table(fc1: StepMode, qtbot: QtBot) -> None:
    place = Place("fc1", "output", (0, 2))
    microscope = scope(fc1)
    microscope.ask(lambda: microscope.origin(place), fc1.mapToGlobal(QPoint(900, 300)))
    qtbot.waitUntil(lambda: asked(fc1) == place, timeout=10_000)
    lit = table(fc1).lit
    assert set(lit.weights) == {(2, feature) for feature in lit.features}
    assert len(lit.features) >= 299
    assert set(lit.features.values()) == {"factor_input"}
    assert set(lit.weights.values()) == {"factor_weight"}
    fc1.popup.hide()
    assert not table(fc1).lit.weights


def test_the_number_in_focus_is_that_of_the_chosen_row(fc1: StepMode) -> None:
    scope(fc1).select_unit(7)
    assert scope(fc1).focus_place() == Place("fc1", "output", (0, 7))
    go(fc1, "fc1", "backward")
    place = scope(fc1).focus_place()
    assert place is not None
    assert place.kind == "grad_weight"
    assert place.index == (7, scope(fc1).feature)
