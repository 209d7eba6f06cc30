"""The palette's pages of chips: folding, searching, and the width of a narrow window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.build.chip import Chip
from playground.ui.build.chip_page import ChipPage, FoldHeading
from playground.ui.build.network_list import NetworkList
from playground.ui.build.network_sheet import headline, printed
from playground.ui.session import Session
from playground.zoo import zoo_network

OpenSession = Callable[[Experiment], Session]

NARROWEST = 202
"""The palette's smallest width, in pixels."""


def page(qtbot: QtBot) -> ChipPage:
    made = ChipPage("layer")
    made.add_group("Activation", [Chip("silu", "SiLU (swish)", "", "activation"), Chip("relu", "ReLU", "", "dense")])
    made.add_group("Convolution", [Chip("conv2d", "Conv 2D", "", "convolution", "filter of a very long name")])
    qtbot.addWidget(made)
    made.resize(NARROWEST, 400)
    made.show()
    return made


def shown(of: ChipPage) -> set[str]:
    return {chip.key for chip in of.findChildren(Chip) if chip.isVisibleTo(of)}


@pytest.fixture(autouse=True)
def _nothing_folded() -> Iterator[None]:
    QSettings().remove("palette")
    yield
    QSettings().remove("palette")


def test_a_heading_folds_its_chips_and_that_is_remembered(qtbot: QtBot) -> None:
    first = page(qtbot)
    heading = next(each for each in first.findChildren(FoldHeading) if each.text() == "Activation")
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert shown(first) == {"conv2d"}
    again = page(qtbot)
    assert shown(again) == {"conv2d"}
    QTest.keyClick(again.findChildren(FoldHeading)[0], Qt.Key.Key_Return)
    assert shown(again) == {"silu", "relu", "conv2d"}
    assert shown(page(qtbot)) == {"silu", "relu", "conv2d"}


def test_a_search_looks_into_folded_groups(qtbot: QtBot) -> None:
    made = page(qtbot)
    made.findChildren(FoldHeading)[0].click()
    made.search.setText("swish")
    assert shown(made) == {"silu"}
    made.search.setText("")
    assert shown(made) == {"conv2d"}


def test_enter_takes_what_begins_like_that_before_what_only_contains_it(qtbot: QtBot) -> None:
    made = page(qtbot)
    made.add_group("More", [Chip("relu6", "ReLU6", "", "dense", "a silu of sorts"), Chip("s", "Swish", "", "dense")])
    made.search.setText("sw")
    with qtbot.waitSignal(made.chosen) as chosen:
        QTest.keyClick(made.search, Qt.Key.Key_Return)
    assert chosen.args == ["s"]


def test_no_chip_reaches_beyond_a_narrow_palette(qtbot: QtBot) -> None:
    made = ChipPage("block")
    chip = Chip("long", "A block of the user with a name that goes on and on", "", "dense", is_block=True)
    made.add_group("My blocks", [chip])
    qtbot.addWidget(made)
    made.resize(NARROWEST, 300)
    made.show()
    assert chip.mapTo(made, chip.rect().topRight()).x() < NARROWEST


def test_a_folded_family_of_networks_is_found_all_the_same(open_session: OpenSession, qtbot: QtBot) -> None:
    networks = NetworkList(open_session(Experiment()))
    qtbot.addWidget(networks)
    networks.show()
    heading = next(each for each in networks.findChildren(FoldHeading) if each.text() == "LeNet")
    heading.click()
    seen = {card.network.key for card in networks.cards if card.isVisibleTo(networks)}
    assert "lenet-5" not in seen
    assert "mlp" in seen
    networks.search.setText("lenet-5")
    assert "lenet-5" in {card.network.key for card in networks.cards if card.isVisibleTo(networks)}


def test_published_counts_have_no_digit_more_than_the_paper() -> None:
    assert [printed(number) for number in (25_600_000, 3_800_000_000, 60_000, 1_248_424)] == [
        "25.6 M",
        "3.8 G",
        "60,000",
        "1,248,424",
    ]


def test_only_imagenets_errors_are_said_to_be_of_the_first_guess() -> None:
    assert headline(zoo_network("lenet-5")).endswith("0.95 % error")
    assert headline(zoo_network("resnet-50")).endswith("24.7 % top-1 error")
