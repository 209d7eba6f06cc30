"""Overlap counts: which settings leave a checkerboard, which sizes become one, and that trying them edits nothing."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from torch.nn import functional

from playground.ui.microscopes.overlap_model import Overlap, convolved_line, sizes_words, transposed_line, verdict
from playground.ui.microscopes.scatter import ScatterMicroscope
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step

EXAMPLES = [
    Overlap(size, kernel, stride, padding, extra)
    for size, kernel, stride, padding, extra in product((2, 5), (1, 3, 4, 5), (1, 2, 3), (0, 1), (0, 1))
    if Overlap(size, kernel, stride, padding, extra) == Overlap(size, kernel, stride, padding, extra).fitted()
]


@pytest.mark.parametrize("found", EXAMPLES, ids=str)
def test_sizes_counts_and_the_way_back_are_torchs(found: Overlap) -> None:
    painted = functional.conv_transpose2d(
        torch.ones(1, 1, found.size, found.size),
        torch.ones(1, 1, found.kernel, found.kernel),
        stride=found.stride,
        padding=found.padding,
        output_padding=found.extra,
    )
    assert painted.shape[-1] == found.result
    geometry = found.geometry
    assert geometry.counts[geometry.inside].tolist() == painted[0, 0].int().tolist()
    kernel = torch.ones(1, 1, found.kernel, found.kernel)
    for size in (*found.same, found.result):
        back = functional.conv2d(torch.ones(1, 1, size, size), kernel, stride=found.stride, padding=found.padding)
        assert back.shape[-1] == found.convolved(size) == found.size
    assert len(found.same) <= found.stride
    assert found.result in found.same
    assert transposed_line(found).endswith(f"= {found.result}")
    assert convolved_line(found, found.result).endswith(f"= {found.size}")


def test_kernel_three_at_stride_two_leaves_a_checkerboard_and_four_does_not() -> None:
    assert Overlap(kernel=3).pattern == (2, 1)
    assert "painted 1, 2 or 4 times" in verdict(Overlap(kernel=3))
    assert "Kernel 2 or 4 has none" in verdict(Overlap(kernel=3))
    assert Overlap(kernel=4).is_even
    assert "painted 4 times (2 along each side). No checkerboard." in verdict(Overlap(kernel=4))
    assert "smaller than the stride" in verdict(Overlap(kernel=1))
    assert "painted once" in verdict(Overlap(kernel=2))


def test_output_padding_says_which_of_the_sizes_is_meant() -> None:
    found = Overlap(size=4, kernel=3, stride=2, padding=1, extra=1)
    assert found.same == (7, 8)
    assert "sizes 7 and 8 both to 4" in sizes_words(found)
    assert "1 says 8" in sizes_words(found)
    assert "nothing to decide" in sizes_words(Overlap(stride=1))


def test_what_cannot_be_together_is_brought_into_line() -> None:
    assert Overlap(stride=2, extra=3).fitted().extra == 1
    assert Overlap(size=2, kernel=1, stride=1, padding=3).fitted().padding == 0
    assert Overlap(kernel=99).fitted().kernel == 7


def test_the_left_over_numbers_are_those_of_output_padding_that_no_window_reaches() -> None:
    assert Overlap(size=4, kernel=2, stride=2, padding=0, extra=1).left_over == 1
    assert Overlap(size=4, kernel=3, stride=2, padding=1, extra=1).left_over == 0


# ---- on screen


@pytest.fixture
def mode(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("checkerboard")), qtbot)


def opened(mode: StepMode, node: str) -> ScatterMicroscope:
    go(mode, node)
    assert isinstance(mode.microscope, ScatterMicroscope)
    mode.microscope.switch.set_current(1)
    mode.microscope.grab()
    return mode.microscope


def test_it_begins_with_the_settings_of_the_layer(mode: StepMode) -> None:
    assert opened(mode, "kernel3").overlap.overlap == Overlap(4, 3, 2, 1, 1)
    assert opened(mode, "kernel4").overlap.overlap == Overlap(4, 4, 2, 1, 0)


def test_trying_settings_leaves_the_network_alone_until_it_is_asked(mode: StepMode, qtbot: QtBot) -> None:
    page = opened(mode, "kernel3").overlap
    document = mode._session.document  # pyright: ignore[reportPrivateUsage]
    before = document.experiment
    assert not page.use.isEnabled()
    page.sliders["kernel"].setFocus()
    qtbot.keyClick(page.sliders["kernel"], Qt.Key.Key_Right)
    qtbot.keyClick(page.sliders["extra"], Qt.Key.Key_Left)
    assert page.overlap == Overlap(4, 4, 2, 1, 0)
    assert "No checkerboard" in page.card.words
    assert document.experiment is before
    qtbot.mouseClick(page.restore, Qt.MouseButton.LeftButton)
    assert page.overlap == Overlap(4, 3, 2, 1, 1)
    page.sliders["kernel"].setFocus()
    qtbot.keyClick(page.sliders["kernel"], Qt.Key.Key_Right)
    qtbot.keyClick(page.sliders["extra"], Qt.Key.Key_Left)
    qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    params = document.experiment.graph.node("kernel3").params
    assert (params["kernel_size"], params["output_padding"]) == ((4, 4), (0, 0))
    assert document.undo_label == "Change the settings of kernel3"
    document.undo()
    assert document.experiment == before


def test_a_cell_under_the_pointer_names_the_stamps_that_meet_there(mode: StepMode, qtbot: QtBot) -> None:
    view = opened(mode, "kernel3").overlap.view
    qtbot.mouseMove(view, view.cell_center(2, 2).toPoint())
    assert view.caption() == "row 1, column 1: the stamps of (0, 0), (0, 1), (1, 0), (1, 1)"
    qtbot.mouseMove(view, view.cell_center(0, 0).toPoint())
    assert view.caption() == "cut off by padding"


def test_the_switch_is_worked_by_keyboard_and_gives_it_back_after_a_click(mode: StepMode, qtbot: QtBot) -> None:
    go(mode, "kernel3")
    scope = mode.microscope
    assert isinstance(scope, ScatterMicroscope)
    stamps, counts = scope.switch.findChildren(QAbstractButton)
    stamps.setFocus()
    before = mode.index
    qtbot.keyClick(stamps, Qt.Key.Key_Right)
    assert scope.pages.currentWidget() is scope.overlap
    assert mode.index == before
    qtbot.mouseClick(stamps, Qt.MouseButton.LeftButton)
    assert scope.pages.currentWidget() is not scope.overlap
    qtbot.mouseClick(counts, Qt.MouseButton.LeftButton)
    assert mode.hasFocus()
