"""The line under the timeline: what is said, and what is left out where there is no room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from playground.ui.step.phases import phase_text_colour
from playground.ui.step.status_line import StatusLine
from playground.ui.theme import appearance


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(900, 24)
    line.show_status("backward", "conv1: 784 / 784 windows")
    line.show()
    return line


def has_colour(line: StatusLine, colour: str) -> bool:
    """Whether letters of about this colour are on screen."""
    picture = line.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(-1, 4)[:, :3].astype(int)
    wanted = QColor(colour)
    return bool((np.abs(pixels - [wanted.blue(), wanted.green(), wanted.red()]).sum(1) < 60).any())


def test_the_present_phase_is_lit_and_the_rest_is_told_on_hover(line: StatusLine) -> None:
    assert line.shows_all_phases
    assert has_colour(line, phase_text_colour(appearance.theme, "backward"))
    assert not has_colour(line, phase_text_colour(appearance.theme, "update"))
    assert line.toolTip() == "conv1: 784 / 784 windows"
    assert line.accessibleName() == "backward: conv1: 784 / 784 windows"


def test_where_there_is_no_room_the_present_phase_stays(line: StatusLine) -> None:
    line.resize(240, 24)
    assert not line.shows_all_phases
    assert has_colour(line, phase_text_colour(appearance.theme, "backward"))


def test_another_text_does_not_ask_for_another_layout(line: StatusLine) -> None:
    before = line.sizeHint()
    line.show_status("update", "a much longer status, " * 20)
    assert line.sizeHint() == before
    assert line.text().startswith("a much longer status")
