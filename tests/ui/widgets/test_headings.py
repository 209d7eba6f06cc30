from __future__ import annotations

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.headings import ElidedLabel, Paragraph, SectionHeading, Separator, TextLabel, TitleLabel

BOTH: tuple[Choice, ...] = ("dark", "light")


def test_a_section_heading_is_written_in_capitals_and_read_in_words(qtbot: QtBot) -> None:
    heading = SectionHeading("Shape")
    qtbot.addWidget(heading)
    assert heading.text() == "Shape"
    assert heading.font().capitalization() == QFont.Capitalization.AllUppercase
    assert heading.font().letterSpacing() > 0


def test_a_title_is_larger_than_text(qtbot: QtBot) -> None:
    title, text = TitleLabel("conv1"), TextLabel("conv1")
    for label in (title, text):
        qtbot.addWidget(label)
    assert title.sizeHint().height() > text.sizeHint().height()


def test_a_tone_can_change_while_the_label_is_shown(qtbot: QtBot) -> None:
    label = TextLabel("\N{FULL BLOCK}\N{FULL BLOCK}", tone="muted")
    qtbot.addWidget(label)
    label.show()
    place = (4, label.sizeHint().height() // 2)
    assert label.grab().toImage().pixelColor(*place).name() == appearance.theme.muted
    label.set_tone("success")
    assert label.grab().toImage().pixelColor(*place).name() == appearance.theme.success


@pytest.mark.parametrize(("width", "elided"), [(400, False), (60, True)])
def test_what_does_not_fit_is_elided(qtbot: QtBot, width: int, elided: bool) -> None:
    label = ElidedLabel("fashion-overfit.playground")
    qtbot.addWidget(label)
    label.resize(width, 20)
    assert label.is_elided is elided
    assert label.text() == "fashion-overfit.playground"


def test_what_vanishes_leaves_no_lone_dots(qtbot: QtBot) -> None:
    for vanishes in (False, True):
        label = ElidedLabel("round 1 of training", vanishes=vanishes)
        qtbot.addWidget(label)
        label.resize(14, 20)
        empty = label.grab().toImage()
        label.setText("")
        assert (label.grab().toImage() == empty) is vanishes


def test_an_elided_label_does_not_widen_its_panel(qtbot: QtBot) -> None:
    label = ElidedLabel("w" * 500)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 60


def test_a_paragraph_has_more_air_than_a_label_and_shows_markup_as_text(qtbot: QtBot) -> None:
    text = "Slides 6 small filters over the picture. Each filter answers how much this patch looks like it."
    paragraph, label = Paragraph(text), TextLabel(text, wrap=True)
    for each in (paragraph, label):
        qtbot.addWidget(each)
    assert paragraph.heightForWidth(200) > label.heightForWidth(200) * 1.1
    plain, rich = Paragraph("a < b & <b>c</b>"), Paragraph("a <b>c</b>", rich=True)
    for each in (plain, rich):
        qtbot.addWidget(each)
    assert "&lt;b&gt;c&lt;/b&gt;" in plain.text()
    assert "<b>c</b>" in rich.text()
    assert rich.accessibleName() == "a c"


def test_an_empty_line_starts_a_new_paragraph(qtbot: QtBot) -> None:
    paragraph = Paragraph("one\n\ntwo")
    qtbot.addWidget(paragraph)
    assert paragraph.text().count("<p ") == 2


def test_a_separator_is_a_line_in_the_colour_of_borders(qtbot: QtBot) -> None:
    panel = QWidget()
    line = Separator()
    QVBoxLayout(panel).addWidget(line)
    qtbot.addWidget(panel)
    panel.resize(100, 40)
    panel.show()
    assert line.height() == 1
    for choice in BOTH:
        appearance.set_choice(choice)
        assert line.grab().toImage().pixelColor(10, 0).name() == appearance.theme.border
