"""The sliding window on a photograph, under the classical kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.graph.experiment import Experiment
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.step.stage import go, open_step

KERNELS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "blur": [[1 / 9] * 3] * 3,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
}
"""As textbooks print them."""


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_the_classical_kernels_go_over_a_photograph(
    open_session: Callable[[Experiment], Session], qtbot: QtBot, colour: bool
) -> None:
    key = "photograph-kernels-colour" if colour else "photograph-kernels"
    mode = open_step(open_session(zoo_experiment(key)), qtbot)
    map_ = 2 if colour else 0
    assert mode.round is not None
    photograph = mode.round.trace.frames["input"].output[0, map_]
    assert photograph.std() > 0.1, "a picture, not an even area"
    patch = photograph[39:42, 69:72]  # around row 40, column 70
    for kernel, window in KERNELS.items():
        go(mode, kernel)
        scope = mode.microscope
        assert isinstance(scope, WindowMicroscope)
        scope.select_unit(map_)
        scope.finish()
        at = scope.view.spot_center(Spot("output", 40, 70)).toPoint()
        qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=at)
        assert scope.scene.frame.output[0, map_, 40, 70] == pytest.approx(float(np.sum(patch * window)), abs=1e-4)
        row, column = divmod(scope.step, 128)
        assert abs(row - 40) <= 1, kernel
        assert abs(column - 70) <= 1, kernel
        products = scope.view.number_at(Spot("products", 1, 1))
        assert products == pytest.approx(float(photograph[row, column] * window[1][1]), abs=1e-5)


def test_a_kernel_is_edited_and_exchanged_on_the_photograph(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("photograph-kernels"))
    mode = open_step(session, qtbot)
    go(mode, "sobel_x")
    scope = mode.microscope
    assert isinstance(scope, WindowMicroscope)
    place = Place("sobel_x", "buffer", (1, 2), name="kernel")
    assert scope.origin(place).symbol == "w_{2,3}"
    session.by_hand.change({place: 7.0})
    qtbot.waitUntil(lambda: scope.scene.frame.buffers["kernel"][1, 2] == 7, timeout=30_000)
    params = session.graph.node("sobel_x").params
    assert (params["kernel"], params["values"]) == ("own", (-1.0, 0.0, 1.0, -2.0, 0.0, 7.0, -1.0, 0.0, 1.0))
    assert scope.view.picture is not None
    assert not scope.view.picture.numbers.makes_picture
    scope.settings.kernel.activated.emit(scope.settings.kernel.findText("sharpen"))
    qtbot.waitUntil(lambda: scope.scene.frame.params["kernel"] == "sharpen", timeout=30_000)
    assert scope.view.picture.numbers.makes_picture, "it keeps the brightness"
    scope.settings.kernel.activated.emit(scope.settings.kernel.findText("own"))
    qtbot.waitUntil(lambda: scope.scene.frame.params["kernel"] == "own", timeout=30_000)
    np.testing.assert_array_equal(scope.scene.frame.buffers["kernel"], KERNELS["sharpen"])
    for _ in range(3):
        session.document.undo()
    assert session.graph.node("sobel_x").params["kernel"] == "sobel_x"
