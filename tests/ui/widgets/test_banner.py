from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.banner import Banner, Severity

BOTH: tuple[Choice, ...] = ("dark", "light")


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    widget = Banner()
    qtbot.addWidget(widget)
    widget.resize(500, 40)
    return widget


def test_it_is_hidden_until_it_has_something_to_say(banner: Banner) -> None:
    assert banner.isHidden()
    banner.show_message("Saved.")
    assert banner.isVisible()
    assert banner.label.text() == "Saved."
    assert banner.accessibleName() == "Info: Saved."
    assert banner.action_button.isHidden()


def test_the_action_is_done_and_the_banner_goes(banner: Banner, qtbot: QtBot) -> None:
    done: list[str] = []
    banner.show_message("12 outputs, but 10 classes.", "error", "Fix it", lambda: done.append("fixed"))
    assert banner.action_button.text() == "Fix it"
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner.action_button, Qt.MouseButton.LeftButton)
    assert done == ["fixed"]
    assert banner.isHidden()


def test_an_action_may_show_the_next_message(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message("First", "info", "Go on", lambda: banner.show_message("Second"))
    qtbot.mouseClick(banner.action_button, Qt.MouseButton.LeftButton)
    assert banner.isVisible()
    assert banner.label.text() == "Second"


def test_it_is_closed_by_its_button_and_by_escape(banner: Banner, qtbot: QtBot) -> None:
    for close in (
        lambda: qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(banner, Qt.Key.Key_Escape),
    ):
        banner.show_message("Look.", "warning")
        with qtbot.waitSignal(banner.closed):
            close()
        assert banner.isHidden()


@pytest.mark.parametrize(
    ("severity", "ground"),
    [("info", "raised"), ("success", "success_ground"), ("warning", "warning_ground"), ("error", "danger_ground")],
)
def test_each_severity_has_its_ground_in_both_themes(banner: Banner, severity: Severity, ground: str) -> None:
    banner.show_message("Look.", severity)
    for choice in BOTH:
        appearance.set_choice(choice)
        colour = banner.grab().toImage().pixelColor(250, 4).name()
        assert colour == getattr(appearance.theme, ground)


def test_text_is_text_and_not_markup(banner: Banner) -> None:
    banner.show_message("conv<1> & co")
    assert banner.label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_message_is_never_cut_off_in_a_crowded_window(qtbot: QtBot) -> None:
    window, banner, crowd = QWidget(), Banner(), QWidget()
    column = QVBoxLayout(window)
    column.addWidget(banner)
    column.addWidget(crowd)
    crowd.setMinimumHeight(300)
    qtbot.addWidget(window)
    banner.show_message("12 outputs, but MNIST digits has 10 classes. Set units to 10, or choose other data. " * 3)
    window.resize(280, 100)
    window.show()
    text = banner.label
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()) > 100)
    banner.show_message("Saved.")
    qtbot.waitUntil(lambda: banner.height() < 60)
