"""The look of the window: which colour plays which role, in the dark and in the light theme.

The rest of the code asks for roles (``appearance.theme.muted``), never for colours. ``appearance`` is the one object
that knows the theme in force; widgets that paint themselves connect to ``appearance.changed`` and update.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from playground.ui.fonts import font, load_fonts
from playground.ui.stylesheet import style_sheet

Choice = Literal["system", "dark", "light"]
SignPalette = Literal["blue-orange", "green-purple"]


@dataclass(frozen=True)
class Theme:
    """The colours of one theme by role, each as ``#rrggbb``; a pair of grounds and texts is readable (≥ 4.5 : 1)."""

    name: Literal["dark", "light"]
    window: str  # behind everything: the header, the timeline
    canvas: str  # the large working area
    canvas_dot: str  # its dotted grid
    panel: str  # side panels, dialogs, menus
    raised: str  # cards, chips and boxes standing on a panel or on the canvas
    field: str  # where something is typed or measured: fields, tracks, formula boxes
    button: str  # buttons and pills
    button_hover: str
    border: str  # hairlines between areas, outlines of fields and cards
    border_strong: str  # outlines that must be seen: unchecked boxes, handles
    text: str
    muted: str  # secondary text, still readable
    disabled: str  # text of what cannot be used now
    accent: str  # the one call to action, progress, what is on
    accent_hover: str
    accent_text: str  # text on accent
    focus: str  # the ring around what the keyboard speaks to, the outline of what is selected
    link: str  # the accent as a text colour
    selection: str  # ground of the selected segment, row, pill or text
    positive: str  # full strength of a positive number
    negative: str  # full strength of a negative number
    zero: str  # a number that is 0
    positive_text: str  # a positive number written as text
    negative_text: str
    not_a_number: str  # NaN
    highlight: str  # gold: the number that is being looked at, as a line
    highlight_text: str  # the same as text
    highlight_ground: str
    highlight_border: str
    success: str
    success_ground: str
    success_border: str
    warning: str
    warning_ground: str
    warning_border: str
    danger: str
    danger_ground: str
    danger_border: str
    wire: str  # wires between cards
    shadow: str
    factor_input: str  # kinds of factors in an explanation, as text and as outlines: what came in
    factor_weight: str  # what the layer has learnt or keeps
    factor_blame: str  # the gradient that arrives from behind
    factor_slope: str  # a local slope
    factor_target: str  # what should have come out
    factor_other: str  # what is fixed or was worked out on the way
    run_1: str  # lines and names of runs beside the present one
    run_2: str
    run_3: str
    run_4: str
    run_5: str
    run_6: str
    category: Mapping[str, str]  # stripe of a layer's card, by the layer's category

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


DARK = Theme(
    name="dark",
    window="#1a1d24",
    canvas="#121419",
    canvas_dot="#222731",
    panel="#1a1d24",
    raised="#222732",
    field="#121419",
    button="#2a3040",
    button_hover="#343c50",
    border="#303644",
    border_strong="#556179",
    text="#e8ebf1",
    muted="#949db0",
    disabled="#626b7c",
    accent="#3b6fe0",
    accent_hover="#2f62d4",
    accent_text="#ffffff",
    focus="#5a8cee",
    link="#82aaf8",
    selection="#303a52",
    positive="#4e8ef6",
    negative="#f08c3a",
    zero="#141414",
    positive_text="#84aefa",
    negative_text="#f0a05e",
    not_a_number="#ff4fe1",
    highlight="#fed065",
    highlight_text="#fed065",
    highlight_ground="#2a2415",
    highlight_border="#6b5924",
    success="#6fcb75",
    success_ground="#1d2b20",
    success_border="#3c6b42",
    warning="#f5bd4a",
    warning_ground="#2d2514",
    warning_border="#73591c",
    danger="#f58576",
    danger_ground="#3a1f22",
    danger_border="#ee6959",
    wire="#556179",
    shadow="#07080b",
    factor_input="#a3cdff",
    factor_weight="#45e8b2",
    factor_blame="#f08a5e",
    factor_slope="#c6c233",
    factor_target="#f55ae4",
    factor_other="#a2abbd",
    run_1="#3fd0b6",
    run_2="#f286c6",
    run_3="#bfd24a",
    run_4="#b79bf7",
    run_5="#ff9f90",
    run_6="#c3cad8",
    category=MappingProxyType(
        {
            "data": "#cad1dc",
            "convolution": "#5a8cee",
            "pooling": "#2ab2a2",
            "dense": "#9b7bea",
            "activation": "#f0b429",
            "normalise": "#5cba62",
            "regularise": "#e269a4",
            "merge": "#8795a8",
            "gates": "#b5c24e",
            "loss": "#ee6959",
        }
    ),
)

LIGHT = Theme(
    name="light",
    window="#fafbfc",
    canvas="#eff1f5",
    canvas_dot="#d3d8e1",
    panel="#fafbfc",
    raised="#ffffff",
    field="#ffffff",
    button="#e6e9f0",
    button_hover="#d9dee8",
    border="#d5dae3",
    border_strong="#98a2b4",
    text="#1a1e27",
    muted="#566072",
    disabled="#98a1b1",
    accent="#2f62d4",
    accent_hover="#2755be",
    accent_text="#ffffff",
    focus="#3b6fe0",
    link="#2353bd",
    selection="#d3dffa",
    positive="#2b6be6",
    negative="#e2741a",
    zero="#f5f5f3",
    positive_text="#2157c4",
    negative_text="#a34b06",
    not_a_number="#d612b8",
    highlight="#b97d00",
    highlight_text="#7f5600",
    highlight_ground="#fdf4dc",
    highlight_border="#e3c67a",
    success="#1b6e34",
    success_ground="#e5f4e8",
    success_border="#93cc9f",
    warning="#7f5600",
    warning_ground="#fdf3d9",
    warning_border="#e0c06c",
    danger="#b3291f",
    danger_ground="#fdebe9",
    danger_border="#e2867d",
    wire="#8893a7",
    shadow="#9aa3b5",
    factor_input="#1558c8",
    factor_weight="#0f7550",
    factor_blame="#6b2205",
    factor_slope="#736300",
    factor_target="#6f0b5b",
    factor_other="#566072",
    run_1="#0a7466",
    run_2="#b01f79",
    run_3="#5a6a00",
    run_4="#6b40c4",
    run_5="#a8352a",
    run_6="#4a5263",
    category=MappingProxyType(
        {
            "data": "#4a5263",
            "convolution": "#3a72e0",
            "pooling": "#12897b",
            "dense": "#7c57d8",
            "activation": "#b57f00",
            "normalise": "#2f8f3a",
            "regularise": "#c93f85",
            "merge": "#738197",
            "gates": "#6f8412",
            "loss": "#d9422f",
        }
    ),
)

# Both pairs differ in blue as well as in red and green, so that they stay apart for every common colour blindness;
# the second pair is the purple-green of ColorBrewer's PRGn, tuned to our grounds.
_SIGNS: dict[tuple[str, SignPalette], dict[str, str]] = {
    ("dark", "blue-orange"): {},
    ("light", "blue-orange"): {},
    ("dark", "green-purple"): {
        "positive": "#3fc380",
        "negative": "#b784f0",
        "positive_text": "#62d39a",
        "negative_text": "#c9a1f5",
    },
    ("light", "green-purple"): {
        "positive": "#17924f",
        "negative": "#8a4fd0",
        "positive_text": "#0f6b39",
        "negative_text": "#7438bd",
    },
}


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way (0 … 1) from `first` to `second`, as ``#rrggbb``."""
    a, b = QColor(first), QColor(second)
    channels = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in channels)


def translucent(colour: str, opacity: float) -> QColor:
    """`colour` with an opacity from 0 (invisible) to 1."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


class Appearance(QObject):
    """The theme in force and the user's choices about it; `changed` is sent after either changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self._sign_palette: SignPalette = "blue-orange"
        self._theme = DARK
        self._app: QApplication | None = None

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def sign_palette(self) -> SignPalette:
        return self._sign_palette

    def set_choice(self, choice: Choice) -> None:
        """Dark, light, or what the system says. The caller remembers the choice. Raises ValueError for others."""
        if choice not in get_args(Choice):
            raise ValueError(f"There is no theme {choice!r}. Choose one of {', '.join(get_args(Choice))}.")
        self._choice = choice
        if self._app is not None:
            hints = QGuiApplication.styleHints()
            if choice == "system":
                hints.unsetColorScheme()
            else:  # so that the frame that the desktop draws around the window fits too, where it can
                hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        self._refresh()

    def set_sign_palette(self, palette: SignPalette) -> None:
        """The colours of positive and negative numbers, positive first. Raises ValueError for an unknown pair."""
        if palette not in get_args(SignPalette):
            raise ValueError(f"There is no sign palette {palette!r}. Choose one of {', '.join(get_args(SignPalette))}.")
        self._sign_palette = palette
        self._refresh()

    def attach(self, app: QApplication) -> None:
        """Dress `app` and follow the desktop's colour scheme from now on."""
        if self._app is None:
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme)
        self._app = app
        self._theme = self._wanted_theme()
        self._dress()
        self.changed.emit()

    def _on_system_scheme(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == "system":
            self._refresh()

    def _wanted_theme(self) -> Theme:
        light = self._choice == "light"
        if self._choice == "system" and self._app is not None:
            light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        theme = LIGHT if light else DARK
        return replace(theme, **_SIGNS[theme.name, self._sign_palette])

    def _refresh(self) -> None:
        theme = self._wanted_theme()
        if theme == self._theme:
            return
        self._theme = theme
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        if self._app is not None:
            self._app.setPalette(qt_palette(self._theme))
            self._app.setStyleSheet(style_sheet(self._theme))


appearance = Appearance()


def install(app: QApplication, choice: Choice = "system", sign_palette: SignPalette = "blue-orange") -> None:
    """Give `app` the product's look: fonts, Fusion, palette and style sheet, following the desktop unless chosen."""
    load_fonts()
    app.setStyle("Fusion")
    app.setFont(font("body"))
    appearance.attach(app)
    appearance.set_sign_palette(sign_palette)
    appearance.set_choice(choice)


def qt_palette(theme: Theme) -> QPalette:
    """Every role of Qt's palette from `theme`, for active, inactive and disabled widgets."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: mix(theme.field, theme.raised, 0.5),
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.Light: mix(theme.button, "#ffffff", 0.12),
        role.Midlight: mix(theme.button, "#ffffff", 0.06),
        role.Mid: theme.border,
        role.Dark: mix(theme.border, "#000000", 0.3),
        role.Shadow: theme.shadow,
    }
    palette = QPalette()
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for key, value in colours.items():
            palette.setColor(group, key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.ToolTipText, role.Link):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Base, QColor(theme.panel))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Accent, QColor(theme.border_strong))
    return palette
