from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.story_label import StoryLabel, longest_run
from playground.ui.widgets.headings import TextLabel

_WORDS = "Unit 3 adds up <b>400 products</b> of input and weight. 0.5 push it up, 0.3 pull it down."


@pytest.mark.parametrize("width", [240, 300, 420])
def test_it_is_as_high_as_any_label_with_the_same_text_also_after_another_text(qtbot: QtBot, width: int) -> None:
    label, plain = StoryLabel("body"), TextLabel("", "body", wrap=True)
    plain.setTextFormat(Qt.TextFormat.RichText)
    for one in (label, plain):
        qtbot.addWidget(one)
    for text in (_WORDS, _WORDS * 3, _WORDS):
        label.setText(text)
        plain.setText(text)
        assert label.heightForWidth(width) == plain.heightForWidth(width)


def test_only_what_surely_fits_gives_way_and_the_rest_asks_for_its_room(qtbot: QtBot) -> None:
    label = StoryLabel("mono")
    qtbot.addWidget(label)
    label.setText("short words")
    assert label.minimumSizeHint().width() <= 1
    label.setText("w" * 60)
    assert label.minimumSizeHint().width() > 230


def test_the_longest_run_is_a_word_or_a_row_of_a_table() -> None:
    assert longest_run("one <b>three</b> of") == 5
    assert (
        longest_run('<table><tr><td style="white-space:pre">a b c</td><td>= 12345 · 1</td></tr></table>') == 5 + 5 + 4
    )
    assert longest_run('<img src="picture">') == -1
