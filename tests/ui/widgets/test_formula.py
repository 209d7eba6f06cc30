from __future__ import annotations

import logging

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.formula_typesetting import typesetter

BOTH: tuple[Choice, ...] = ("dark", "light")

SUM = r"z = \sum_i x_i \cdot w_i + b"


def shown(formula: Formula) -> QImage:
    """The formula on the theme's canvas, as it stands on the screen."""
    formula.resize(formula.sizeHint())
    image = QImage(formula.size(), QImage.Format.Format_RGB32)
    image.fill(appearance.theme.canvas)
    formula.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image


def pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def ink(image: QImage) -> np.ndarray:
    """Where something was drawn: how far each pixel is from the ground of the corner."""
    values = pixels(image)
    return np.abs(values - values[0, 0]).max(axis=-1)


def typeset_in(qtbot: QtBot, latex: str, **how: object) -> Formula:
    formula = Formula(latex, **how)  # pyright: ignore[reportArgumentType]
    qtbot.addWidget(formula)
    qtbot.waitUntil(lambda: typesetter().is_ready(latex), timeout=20_000)
    return formula


def test_a_formula_is_drawn_in_the_text_colour_of_both_themes(qtbot: QtBot) -> None:
    formula = typeset_in(qtbot, SUM)
    assert formula.is_typeset
    for choice in BOTH:
        appearance.set_choice(choice)
        image = shown(formula)
        strongest = np.unravel_index(ink(image).argmax(), ink(image).shape)
        text = QImage(1, 1, QImage.Format.Format_RGB32)
        text.fill(appearance.theme.text)
        wanted = pixels(text)[0, 0]
        assert (ink(image) > 60).mean() > 0.02, "a good part of the widget is ink"
        assert np.abs(pixels(image)[strongest] - wanted).max() < 12


@pytest.mark.parametrize(
    "latex",
    [SUM, r"\hat{x} = \frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}", r"\left\lfloor\frac{H+2p-k}{s}\right\rfloor + 1"],
)
def test_nothing_is_cut_off(qtbot: QtBot, latex: str) -> None:
    """The outermost pixels are empty: ziamath's own frame is too small for accents and roots."""
    drawn = ink(shown(typeset_in(qtbot, latex, size=40.0)))
    assert drawn.max() > 100
    edges = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    assert edges.max() < 40


def test_a_larger_size_gives_a_larger_formula(qtbot: QtBot) -> None:
    small, large = (typeset_in(qtbot, SUM, size=size).sizeHint() for size in (15.0, 30.0))
    assert large.width() == pytest.approx(2 * small.width(), abs=4)
    assert large.height() == pytest.approx(2 * small.height(), abs=4)


def test_a_formula_too_wide_for_its_place_shrinks_into_it(qtbot: QtBot) -> None:
    formula = typeset_in(qtbot, SUM, size=30.0)
    hint = formula.sizeHint()
    formula.resize(int(hint.width() * 0.7), hint.height())
    image = QImage(formula.size(), QImage.Format.Format_RGB32)
    image.fill(appearance.theme.canvas)
    formula.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    assert ink(image).max() > 100
    assert ink(image)[:, -1].max() < 40


def test_alignment(qtbot: QtBot) -> None:
    places: list[float] = []
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight):
        formula = typeset_in(qtbot, "x", alignment=side)
        formula.resize(300, 30)
        image = QImage(formula.size(), QImage.Format.Format_RGB32)
        image.fill(appearance.theme.canvas)
        formula.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        columns = np.flatnonzero(ink(image).max(axis=0) > 60)
        places.append(float(columns.mean()))
    assert places[0] < 20
    assert abs(places[1] - 150) < 5
    assert places[2] > 280


@pytest.mark.parametrize("latex", [r"\frac{a}{", r"a_b_c", r"\left( a"])
def test_wrong_latex_is_shown_as_written_and_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture, latex: str) -> None:
    typesetter()._done.pop(latex, None)
    with caplog.at_level(logging.WARNING):
        formula = typeset_in(qtbot, latex)
    assert not formula.is_typeset
    assert repr(latex) in caplog.text
    assert ink(shown(formula)).max() > 100, "the text itself is shown"


def test_its_name_is_the_latex_and_an_empty_one_draws_nothing(qtbot: QtBot) -> None:
    formula = Formula("")
    qtbot.addWidget(formula)
    assert ink(shown(formula)).max() == 0
    formula.set_latex("a+b")
    assert formula.accessibleName() == formula.latex == "a+b"


def test_a_formula_is_typeset_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    typeset_in(qtbot, "q^2")
    asked: list[str] = []
    monkeypatch.setattr(typesetter(), "_work", asked.append)
    typeset_in(qtbot, "q^2", size=50.0, role="muted")
    assert asked == []


def test_stopping_gives_up_what_waits_and_starting_again_works(qtbot: QtBot) -> None:
    for number in range(5):
        Formula(f"x_{{{number}}}").deleteLater()
    typesetter().stop()
    assert typeset_in(qtbot, "x_{77}").is_typeset
