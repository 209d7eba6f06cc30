"""Pill, legend and flow layout."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.legend import SignLegend
from playground.ui.widgets.pill import Pill

BOTH: tuple[Choice, ...] = ("dark", "light")


def test_a_pill_that_only_informs_takes_no_click_and_no_focus(qtbot: QtBot) -> None:
    pill = Pill("CPU · 2 threads", role="success", dot="success")
    qtbot.addWidget(pill)
    with qtbot.assertNotEmitted(pill.clicked):
        qtbot.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert pill.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_clickable_pill_is_clicked_by_mouse_space_and_enter(qtbot: QtBot) -> None:
    pill = Pill("Lessons", clickable=True)
    qtbot.addWidget(pill)
    for click in (
        lambda: qtbot.mouseClick(pill, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(pill, Qt.Key.Key_Space),
        lambda: qtbot.keyClick(pill, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(pill.clicked):
            click()


def test_a_pill_shows_its_dot_its_state_and_its_theme(qtbot: QtBot) -> None:
    pill = Pill("GPU", dot="success", checkable=True)
    qtbot.addWidget(pill)
    pill.resize(pill.sizeHint())
    middle = pill.height() // 2
    for choice in BOTH:
        appearance.set_choice(choice)
        theme = appearance.theme
        pill.setChecked(False)
        image = pill.grab().toImage()
        assert image.pixelColor(11, middle).name() == theme.success
        assert image.pixelColor(5, middle).name() == theme.button
        pill.setChecked(True)
        assert pill.grab().toImage().pixelColor(5, middle).name() == theme.selection


def test_a_pill_grows_with_its_text(qtbot: QtBot) -> None:
    pill = Pill("CPU")
    qtbot.addWidget(pill)
    before = pill.sizeHint().width()
    pill.set_look("CUDA · NVIDIA", role="success", dot="success")
    assert pill.sizeHint().width() > before


def test_the_legend_names_the_colours_that_are_used(qtbot: QtBot) -> None:
    legend = SignLegend(width_is_magnitude=True)
    qtbot.addWidget(legend)
    assert "Positive numbers are blue, negative ones orange" in legend.toolTip()
    appearance.set_sign_palette("green-purple")
    assert "Positive numbers are green, negative ones purple" in legend.accessibleName()
    assert legend.sizeHint().width() > SignLegend().sizeHint().width()


def test_the_legend_shows_negative_on_the_left_and_positive_on_the_right(qtbot: QtBot) -> None:
    legend = SignLegend()
    qtbot.addWidget(legend)
    legend.resize(legend.sizeHint())
    image = legend.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
    reddest = max(range(len(row)), key=lambda x: row[x].red() - row[x].blue())
    bluest = max(range(len(row)), key=lambda x: row[x].blue() - row[x].red())
    assert reddest < image.width() / 2 < bluest


@pytest.fixture
def flow(qtbot: QtBot) -> tuple[QWidget, list[QPushButton]]:
    panel = QWidget()
    layout = FlowLayout(panel, gap=6)
    buttons = [QPushButton(text) for text in ("Conv 2D", "Max pool", "Flatten", "Dense", "ReLU")]
    for button in buttons:
        layout.addWidget(button)
    qtbot.addWidget(panel)
    return panel, buttons


def test_a_flow_wraps_without_overlaps_and_within_its_width(flow: tuple[QWidget, list[QPushButton]]) -> None:
    panel, buttons = flow
    panel.resize(200, 400)
    panel.show()
    places = [button.geometry() for button in buttons]
    assert len({place.top() for place in places}) > 1
    assert all(place.right() < 200 for place in places)
    for i, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[i + 1 :])
    assert max(place.bottom() for place in places) + 1 == panel.heightForWidth(200)


def test_a_wide_flow_is_one_line_and_hidden_items_leave_no_gap(flow: tuple[QWidget, list[QPushButton]]) -> None:
    panel, buttons = flow
    panel.resize(2000, 100)
    panel.show()
    assert len({button.y() for button in buttons}) == 1
    assert panel.heightForWidth(2000) == buttons[0].height()
    place = buttons[1].x()
    buttons[1].hide()
    layout = panel.layout()
    assert layout is not None
    layout.activate()
    assert buttons[2].x() == place
