"""How heights are drawn: their scale, their contour lines, the map's places, and the surface."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.theme import appearance
from playground.ui.train.relief.colours import picture
from playground.ui.train.relief.contour_view import ContourView
from playground.ui.train.relief.panel import ReliefPanel
from playground.ui.train.relief.relief import LEVELS, Relief, Trail, thinned, ticks
from playground.ui.train.relief.surface_view import SurfaceView


def cone(size: int = 41, **more: object) -> Relief:
    """The distance from the middle of a plane from −2 to 2."""
    xs = np.linspace(-2, 2, size)
    return Relief(xs, xs, np.hypot(*np.meshgrid(xs, xs)), **more)  # type: ignore[arg-type]


def test_contour_lines_of_a_cone_are_circles() -> None:
    relief = cone(logarithmic=False)
    assert len(relief.contours) == LEVELS
    for number, pieces in enumerate(relief.contours):
        radius = relief.value_of((number + 0.5) / LEVELS)
        ends = pieces.reshape(-1, 2)
        np.testing.assert_allclose(np.hypot(*ends.T), radius, atol=0.02)
        if 0.4 < radius < 1.9:  # a whole circle: its pieces together are as long as it
            length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
            assert length == pytest.approx(2 * np.pi * radius, rel=0.02)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_heights_grow_with_the_values_and_lead_back_to_them(logarithmic: bool) -> None:
    relief = cone(logarithmic=logarithmic)
    values = np.linspace(relief.low, relief.high, 50)
    heights = relief.scaled(values)
    assert (heights[0], heights[-1]) == pytest.approx((0, 1))
    assert (np.diff(heights) > 0).all()
    assert [relief.value_of(float(height)) for height in heights] == pytest.approx(values, abs=1e-9)


def test_what_is_infinite_or_not_known_is_drawn_all_the_same() -> None:
    xs = np.linspace(0, 1, 9)
    values = np.full((9, 9), np.nan)
    values[0, 0], values[8, 8], values[8, 0], values[0, 8] = 1.0, np.inf, 3.0, 2.0
    relief = Relief(xs, xs, values)
    assert np.isfinite(relief.heights).all()
    assert (relief.low, relief.high) == (1.0, 3.0)
    assert relief.heights[8, 8] == 1.0
    flat = Relief(xs, xs, np.full((9, 9), 0.5))
    assert (flat.heights == 0).all()


def test_the_picture_has_the_top_row_on_top() -> None:
    image = picture(appearance.theme, np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert image.pixelColor(0, 0) != image.pixelColor(0, 1)
    assert image.pixelColor(1, 0) == image.pixelColor(1, 1) == image.pixelColor(0, 1)


def test_round_numbers_on_the_axes() -> None:
    assert ticks(-1.0, 1.0, 4) == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert ticks(0.012, 0.031, 4) == [0.015, 0.02, 0.025, 0.03]
    assert ticks(5.0, 5.0, 4) == []


def test_a_thinned_track_keeps_its_ends() -> None:
    points = np.arange(5000.0)[:, np.newaxis].repeat(2, 1)
    few = thinned(points, 100)
    assert len(few) == 100
    assert (few[0, 0], few[-1, 0]) == (0, 4999)


def test_a_click_on_the_map_is_the_point_under_it(qtbot: QtBot) -> None:
    view = ContourView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show_relief(cone())
    view.show()
    chosen: list[tuple[float, float]] = []
    view.chosen.connect(lambda x, y: chosen.append((x, y)))
    place = view.place_of(1.0, -0.5).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [], "nothing can be chosen here"
    view.let_choose(True)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert chosen[0] == pytest.approx((1.0, -0.5), abs=0.02)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert len(chosen) == 1, "outside of the map"
    assert view.point_at(QPointF(view.place_of(-2.0, 2.0))) == pytest.approx((-2, 2))


def test_the_pointer_reads_the_height(qtbot: QtBot) -> None:
    panel = ReliefPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 500)
    panel.show()
    panel.show_relief(cone(word="height"), is_new=True)
    QTest.mouseMove(panel.contour, panel.contour.place_of(1.2, 1.6).toPoint())
    qtbot.waitUntil(lambda: "height" in panel.reading.text())
    assert float(panel.reading.text().split("height ")[1]) == pytest.approx(2.0, abs=0.03)


def test_both_views_draw_tracks_in_both_themes(qtbot: QtBot) -> None:
    panel = ReliefPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 420)
    panel.show()
    points = np.array([[-1.5, -1.5], [0.0, -0.5], [0.1, 0.0]])
    for index in (0, 1):
        panel.switch.set_current(index)
        for choice in ("dark", "light"):
            appearance.set_choice(choice)
            panel.show_relief(cone(), is_new=True)
            panel.show_trails((), None)
            empty = panel.grab().toImage()
            panel.show_trails((Trail("Adam", points, np.hypot(*points.T), "loss"),), (-1.5, -1.5))
            assert panel.grab().toImage() != empty
    panel.show_relief(None)
    panel.grab()


def test_the_surface_turns_by_mouse_and_keys_and_can_be_put_back(qtbot: QtBot) -> None:
    view = SurfaceView()
    qtbot.addWidget(view)
    view.resize(400, 320)
    view.show_relief(cone())
    view.show()
    first = (view.turn, view.tilt)
    before = view.grab().toImage()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 160))
    QTest.mouseMove(view, QPoint(260, 180))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(260, 180))
    view.look_from(view.turn - 30, view.tilt + 10)
    assert view.grab().toImage() != before
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom > 1
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.tilt == 90
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 160))
    assert (view.turn % 360, view.tilt, view.zoom) == (first[0] % 360, first[1], 1.0)


def test_what_lies_behind_a_ridge_is_hidden(qtbot: QtBot) -> None:
    view = SurfaceView()
    qtbot.addWidget(view)
    xs = np.linspace(-1, 1, 41)
    ridge = np.exp(-((np.meshgrid(xs, xs)[0] / 0.15) ** 2))  # a wall across, at x = 0
    relief = Relief(xs, xs, ridge, logarithmic=False)
    view.look_from(0.0, 20.0)  # from the right
    spots = np.array([[-0.5, 0.0, 0.0], [0.7, 0.0, 0.0], [-0.5, 0.0, 2.0]])
    assert view._is_hidden(relief, spots).tolist() == [True, False, False]
    view.look_from(0.0, 90.0)
    assert not view._is_hidden(relief, spots).any()
