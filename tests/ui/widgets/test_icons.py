from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.buttons import IconButton, icon_tool_button
from playground.ui.widgets.icons import application_icon, icon, icon_names

BOTH: tuple[Choice, ...] = ("dark", "light")

TRANSPORT = {"play", "pause", "stop", "step", "step-back", "to-start", "to-end", "reset"}
DOCUMENT = {"undo", "redo", "new", "open", "save", "copy", "cut", "paste", "delete", "search"}


def strongest(image: QImage) -> str:
    """The colour of the pixel that is covered most."""
    alpha = [(image.pixelColor(x, y).alpha(), x, y) for x in range(image.width()) for y in range(image.height())]
    _, x, y = max(alpha)
    return image.pixelColor(x, y).name()


def test_the_names_that_the_window_needs_are_there() -> None:
    assert icon_names() >= TRANSPORT | DOCUMENT


@pytest.mark.parametrize("name", sorted(icon_names()))
def test_every_drawing_can_be_seen_and_stays_inside(name: str, qapp: object) -> None:
    image = icon(name).pixmap(QSize(64, 64)).toImage()
    alpha = np.array([[image.pixelColor(x, y).alpha() for x in range(64)] for y in range(64)])
    assert (alpha > 128).mean() > 0.01
    edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert edge.max() < 128


def test_all_drawings_differ(qapp: object) -> None:
    images = {name: icon(name).pixmap(QSize(24, 24)).toImage() for name in icon_names()}
    names = sorted(images)
    twins = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if images[a] == images[b]]
    assert twins == []


def test_an_icon_follows_the_theme_and_its_state() -> None:
    play = icon("play", "text", on_role="accent")
    for choice in BOTH:
        appearance.set_choice(choice)
        theme, size = appearance.theme, QSize(32, 32)
        assert strongest(play.pixmap(size).toImage()) == QColor(theme.text).name()
        assert strongest(play.pixmap(size, QIcon.Mode.Disabled).toImage()) == theme.disabled
        assert strongest(play.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage()) == theme.accent


def test_an_icon_is_sharp_on_a_dense_screen() -> None:
    pixmap = icon("play").pixmap(QSize(16, 16), 2.0)
    assert pixmap.size() == QSize(32, 32)
    assert pixmap.deviceIndependentSize().toSize() == QSize(16, 16)


def test_a_button_on_the_screen_is_recoloured(qtbot: QtBot) -> None:
    button = QToolButton()
    button.setIcon(icon("stop"))
    button.setIconSize(QSize(32, 32))
    qtbot.addWidget(button)
    for choice in BOTH:
        appearance.set_choice(choice)
        image = button.grab().toImage()
        assert image.pixelColor(image.width() // 2, image.height() // 2).name() == appearance.theme.text


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no icon 'plya'.*play"):
        icon("plya")


@pytest.mark.parametrize("side", [16, 32, 64, 256])
def test_the_program_has_an_icon_in_blue_and_orange_at_every_size(side: int) -> None:
    image = application_icon().pixmap(QSize(side, side)).toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert any(c.blue() > 200 and c.red() < 130 for c in colours)
    assert any(c.red() > 200 and c.blue() < 100 for c in colours)
    assert image.pixelColor(0, 0).alpha() < 40, "rounded corners"


def test_buttons_speak_their_text_or_their_tip(qtbot: QtBot) -> None:
    play = IconButton("play", "Play", "Start or pause (Space)", "primary")
    end = IconButton("to-end", tip="To the end")
    close = icon_tool_button("close", "Close")
    for button in (play, end, close):
        qtbot.addWidget(button)
    assert [button.accessibleName() for button in (play, end, close)] == ["Play", "To the end", "Close"]
    assert play.toolTip() == "Start or pause (Space)"
    play.set_look("pause", "Pause")
    assert play.accessibleName() == "Pause"
    assert play.property("primary") is True
