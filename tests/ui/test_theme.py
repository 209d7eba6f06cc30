from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.layers import all_layer_types
from playground.ui.fonts import font
from playground.ui.microscopes.factor_roles import ROLES
from playground.ui.theme import DARK, LIGHT, Choice, SignPalette, Theme, appearance, install, mix, qt_palette

BOTH_THEMES: tuple[tuple[Choice, Theme], ...] = (("dark", DARK), ("light", LIGHT))
THEMES = [pytest.param(DARK, id="dark"), pytest.param(LIGHT, id="light")]
GROUNDS = ("window", "canvas", "panel", "raised", "field")


@pytest.fixture(autouse=True)
def _windows_of_other_tests_are_gone(qapp: QApplication) -> None:
    """A change of theme dresses all widgets there are: a window of an earlier test would make it ten times as long."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The ratio of WCAG 2.2: 1 for equal colours, 21 for black on white."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", [*GROUNDS, "button", "selection"])
def test_text_can_be_read_on_every_ground(theme: Theme, ground: str) -> None:
    assert contrast(theme.text, getattr(theme, ground)) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", [*GROUNDS, "button"])
@pytest.mark.parametrize(
    "role", ["muted", "link", "positive_text", "negative_text", "highlight_text", "success", "warning", "danger"]
)
def test_secondary_and_coloured_text_can_be_read(theme: Theme, ground: str, role: str) -> None:
    assert contrast(getattr(theme, role), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("accent_text", "accent"),
        ("accent_text", "accent_hover"),
        ("text", "button_hover"),
        ("highlight_text", "highlight_ground"),
        ("success", "success_ground"),
        ("warning", "warning_ground"),
        ("danger", "danger_ground"),
        ("text", "success_ground"),
        ("text", "warning_ground"),
        ("text", "danger_ground"),
    ],
)
def test_text_can_be_read_on_its_own_ground(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_colours_of_factors_can_be_read_as_text(theme: Theme, ground: str) -> None:
    for role in ROLES:
        assert contrast(getattr(theme, role), getattr(theme, ground)) >= 4.5, role


@pytest.mark.parametrize("theme", THEMES)
def test_signs_and_stripes_can_be_seen(theme: Theme) -> None:
    """3 : 1 is what WCAG asks of things that are not text."""
    for role in ("positive", "negative", "not_a_number"):
        assert contrast(getattr(theme, role), theme.zero) >= 2.7, role
    for category, colour in theme.category.items():
        assert contrast(colour, theme.raised) >= 3, category
    for ground in GROUNDS:
        assert contrast(theme.focus, getattr(theme, ground)) >= 3, ground


@pytest.mark.parametrize("theme", THEMES)
def test_every_role_is_a_colour_that_qt_understands(theme: Theme) -> None:
    colours = [getattr(theme, field.name) for field in fields(theme) if field.name not in ("name", "category")]
    for colour in [*colours, *theme.category.values()]:
        assert len(colour) == 7
        assert QColor(colour).isValid()


def test_every_layer_has_a_colour_in_both_themes() -> None:
    categories = {layer.category for layer in all_layer_types()}
    assert categories
    assert categories <= set(DARK.category)
    assert categories <= set(LIGHT.category)


def test_the_dark_theme_has_the_colours_of_the_mockups() -> None:
    measured = {"panel": "#1a1d24", "canvas": "#121419", "raised": "#222732", "accent": "#3b6fe0", "text": "#e8ebf1"}
    measured |= {"positive": "#4e8ef6", "negative": "#f08c3a", "zero": "#141414", "highlight": "#fed065"}
    assert {role: getattr(DARK, role) for role in measured} == measured


def grabbed_colour(widget: QWidget, x: int, y: int) -> str:
    return widget.grab().toImage().pixelColor(x, y).name()


def test_changing_the_theme_recolours_what_is_on_the_screen(qtbot: QtBot) -> None:
    window = QWidget()
    window.setProperty("ground", "canvas")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(window)
    button, field = QPushButton("Play"), QLineEdit()
    button.setProperty("primary", True)
    column.addWidget(button)
    column.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    for choice, theme in (*BOTH_THEMES, BOTH_THEMES[0]):
        appearance.set_choice(choice)
        assert grabbed_colour(window, 2, 2) == theme.canvas
        assert grabbed_colour(button, 6, button.height() // 2) == theme.accent
        assert grabbed_colour(field, field.width() - 6, field.height() // 2) == theme.field


def test_a_label_of_a_tone_is_written_in_the_tones_colour(qtbot: QtBot) -> None:
    label = QLabel("\N{FULL BLOCK}\N{FULL BLOCK}")
    label.setProperty("tone", "danger")
    qtbot.addWidget(label)
    for choice, theme in BOTH_THEMES:
        appearance.set_choice(choice)
        assert grabbed_colour(label, 4, label.sizeHint().height() // 2) == theme.danger


def test_a_change_is_told_once_and_only_if_there_is_one(qtbot: QtBot) -> None:
    with qtbot.waitSignal(appearance.changed, timeout=1000):
        appearance.set_choice("light")
    assert appearance.theme == LIGHT
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.set_choice("light")
    told: list[str] = []

    def note() -> None:
        told.append(appearance.theme.name)

    appearance.changed.connect(note)
    appearance.set_choice("dark")
    appearance.changed.disconnect(note)
    assert told == ["dark"]


def test_what_the_desktop_says_counts_until_the_user_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Qt.ColorScheme.Unknown

    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return said

        def unsetColorScheme(self) -> None: ...

        def setColorScheme(self, scheme: Qt.ColorScheme) -> None: ...

    monkeypatch.setattr(QGuiApplication, "styleHints", Hints)
    appearance.set_choice("system")
    assert appearance.theme == DARK, "a desktop that says nothing gets the dark theme"
    said = Qt.ColorScheme.Light
    appearance._on_system_scheme(said)
    assert appearance.theme == LIGHT
    appearance.set_choice("dark")
    appearance._on_system_scheme(said)
    assert appearance.theme == DARK, "the desktop no longer counts"


def test_the_second_sign_palette_changes_the_signs_and_nothing_else() -> None:
    for choice, theme in BOTH_THEMES:
        appearance.set_choice(choice)
        appearance.set_sign_palette("green-purple")
        changed = {f.name for f in fields(theme) if getattr(appearance.theme, f.name) != getattr(theme, f.name)}
        assert changed == {"positive", "negative", "positive_text", "negative_text"}
        for role in ("positive_text", "negative_text"):
            for ground in GROUNDS:
                assert contrast(getattr(appearance.theme, role), getattr(theme, ground)) >= 4.5
        appearance.set_sign_palette("blue-orange")
        assert appearance.theme == theme


# Machado, Oliveira, Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# severity 1.0; rows give red, green and blue as a colour-blind person sees them, in linear light.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def seen(colour: str, blindness: str) -> tuple[float, float, float]:
    """CIE Lab of `colour` as seen with `blindness`."""
    srgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    r, g, b = (min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in BLINDNESS[blindness])
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize("palette", ["blue-orange", "green-purple"])
@pytest.mark.parametrize("blindness", ["protanopia", "deuteranopia"])
def test_signs_stay_apart_for_colour_blind_eyes(choice: Choice, palette: SignPalette, blindness: str) -> None:
    """A difference of 40 in CIE Lab is unmistakable; 2.3 is the smallest that is seen at all."""
    appearance.set_choice(choice)
    appearance.set_sign_palette(palette)
    one, other = (seen(colour, blindness) for colour in (appearance.theme.positive, appearance.theme.negative))
    assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 40


def test_a_wrong_choice_is_refused_with_the_right_ones() -> None:
    with pytest.raises(ValueError, match="system, dark, light"):
        appearance.set_choice("sepia")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="blue-orange, green-purple"):
        appearance.set_sign_palette("red-green")  # pyright: ignore[reportArgumentType]
    assert appearance.theme == DARK


@pytest.mark.parametrize("theme", THEMES)
def test_the_palette_has_every_role_and_dims_what_is_disabled(theme: Theme) -> None:
    palette = qt_palette(theme)
    active, disabled = QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled
    role = QPalette.ColorRole
    assert palette.color(active, role.Text).name() == theme.text
    assert palette.color(disabled, role.Text).name() == theme.disabled
    assert palette.color(active, role.ToolTipText).name() == theme.text
    for each in role:
        if each not in (role.NColorRoles, role.NoRole):
            assert palette.isBrushSet(active, each), each


def test_the_shipped_fonts_are_used_for_text_and_numbers() -> None:
    from PySide6.QtGui import QFontInfo

    assert QFontInfo(font("body")).family() == "Playground Sans"
    assert QFontInfo(font("title")).weight() == 600
    assert QFontInfo(font("mono")).family() == "JetBrains Mono"


def test_a_field_that_cannot_be_used_looks_so(qtbot: QtBot) -> None:
    box = QComboBox()
    box.addItem("\N{FULL BLOCK}\N{FULL BLOCK}")
    qtbot.addWidget(box)
    usable = box.grab().toImage()
    box.setEnabled(False)
    assert box.grab().toImage() != usable


def test_installing_twice_is_harmless(qapp: QApplication) -> None:
    install(qapp, "light")
    install(qapp, "dark")
    assert appearance.theme == DARK


@pytest.mark.parametrize(("share", "expected"), [(0.0, "#000000"), (0.5, "#804020"), (1.0, "#ff8040")])
def test_mixing_goes_from_the_first_colour_to_the_second(share: float, expected: str) -> None:
    assert mix("#000000", "#ff8040", share) == expected
