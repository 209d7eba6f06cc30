from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Factor, Place, Term
from playground.ui.microscopes.term_rows import TermRows
from playground.ui.microscopes.terms_list import FEW, ROW, TermsList


def explanation(terms: int) -> Explanation:
    made = tuple(
        Term(
            (
                Factor(f"w_{{1,{n + 1}}}", 0.5 + n, Place("a", "weight", (0, n), name="weight")),
                Factor(f"x_{{{n + 1}}}", -1.0, Place("a", "input", (0, n))),
            )
        )
        for n in range(terms)
    )
    return Explanation("t", "z", "z = …", "…", made, sum(term.value for term in made), "")


@pytest.fixture
def terms(qtbot: QtBot) -> TermsList:
    shown = TermsList()
    qtbot.addWidget(shown)
    shown.resize(480, 200)
    shown.show()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


def test_of_a_long_sum_the_largest_terms_are_shown_and_the_rest_on_request(terms: TermsList) -> None:
    terms.show_rows(TermRows(explanation(30_000)))
    assert terms.shown == FEW
    assert terms.hidden == 30_000 - FEW
    assert terms.height() == (FEW + 1) * ROW + 2
    QTest.mouseClick(terms.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, FEW * ROW + 12))
    assert terms.shown == 30_000
    assert terms.hidden == 0
    terms.verticalScrollBar().setValue(terms.verticalScrollBar().maximum())
    last = terms.piece_at((29_999, 0))
    assert last is not None
    assert last.symbol == "w[1,1]", "the smallest stands last"
    assert not terms.grab().isNull()


def test_a_list_that_is_hardly_longer_is_shown_whole(terms: TermsList) -> None:
    terms.show_rows(TermRows(explanation(FEW + 1)))
    assert terms.hidden == 0


def test_the_keys_walk_through_the_factors_and_into_the_rest(terms: TermsList, qtbot: QtBot) -> None:
    terms.show_rows(TermRows(explanation(20)))
    pointed: list[str] = []
    terms.pointed.connect(lambda factor: pointed.append("" if factor is None else factor.symbol))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_End):
        QTest.keyClick(terms, key)
    assert pointed == ["x_{20}", "w_{1,19}", "x_{20}", "x_{19}", ""], "the last is the line that offers more"
    QTest.keyClick(terms, Qt.Key.Key_Return)
    assert terms.shown == 20
    QTest.keyClick(terms, Qt.Key.Key_Home)
    with qtbot.waitSignal(terms.chosen) as chosen:
        QTest.keyClick(terms, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert chosen.args[0].symbol == "w_{1,20}"
    QTest.keyClick(terms, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "19.5"


def test_pointing_and_clicking(terms: TermsList, qtbot: QtBot) -> None:
    terms.show_rows(TermRows(explanation(3)))
    second = next(x for x in range(480) if terms._at(QPointF(x, ROW / 2)) == (0, 1))
    where = QPoint(second + 6, ROW // 2)
    with qtbot.waitSignal(terms.pointed) as pointed:
        QTest.mouseMove(terms.viewport(), where)
    assert pointed.args is not None
    assert pointed.args[0].symbol == "x_{3}"
    assert "what came in" in terms.viewport().toolTip()
    with qtbot.waitSignal(terms.chosen) as chosen:
        QTest.mouseClick(terms.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert chosen.args is not None
    assert chosen.args[0].place == Place("a", "input", (0, 2))


def test_a_number_that_leads_nowhere_is_not_followed(terms: TermsList) -> None:
    constant = Term((Factor("2", 2.0), Factor("c", 3.0)))
    terms.show_rows(TermRows(Explanation("t", "z", "z = 2c", "…", (constant, constant), 12.0, "")))
    chosen: list[object] = []
    terms.chosen.connect(chosen.append)
    QTest.keyClick(terms, Qt.Key.Key_Return)
    assert chosen == []
