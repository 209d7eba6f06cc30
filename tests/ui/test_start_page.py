"""The first page offers the worked examples of the literature."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.ui.start_page import WORKED, StartPage, _Example, _Offer
from playground.zoo import all_zoo_networks, zoo_network


@pytest.fixture
def page(qtbot: QtBot) -> StartPage:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(1100, 654)
    page.show()
    return page


def test_every_worked_example_is_offered(page: StartPage) -> None:
    offered = {key for key, _ in WORKED} | {offer._key for offer in page.findChildren(_Offer)}
    assert {network.key for network in all_zoo_networks() if network.publication is not None} <= offered


def test_a_click_or_a_key_opens_it_in_step(page: StartPage, qtbot: QtBot) -> None:
    examples = page.findChildren(_Example)
    assert [example.accessibleName() for example in examples] == [
        f"Worked example: {zoo_network(key).title}, {about}" for key, about in WORKED
    ]
    with qtbot.waitSignal(page.network_chosen) as clicked:
        qtbot.mouseClick(examples[0], Qt.MouseButton.LeftButton)
    assert clicked.args == [WORKED[0][0], "Step"]
    with qtbot.waitSignal(page.network_chosen) as pressed:
        qtbot.keyClick(examples[-1], Qt.Key.Key_Return)
    assert pressed.args == [WORKED[-1][0], "Step"]


def test_nothing_is_cut_off_in_a_small_window(page: StartPage) -> None:
    assert page.horizontalScrollBar().maximum() == 0
