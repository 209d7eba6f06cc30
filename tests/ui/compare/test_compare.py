"""Architectures side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.build.network_sheet import NetworkSheet, facts, headline
from playground.ui.compare.bubble_chart import BubbleChart, bubbles_of
from playground.ui.compare.dialog import CompareDialog
from playground.ui.compare.table import CompareTable, cells
from playground.ui.session import Session
from playground.zoo import all_zoo_networks, zoo_network
from tests.ui.conftest import settle


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    yield parent
    parent.close()


@pytest.fixture
def dialog(open_session: Callable[[Experiment], Session], window: QWidget) -> CompareDialog:
    found = CompareDialog(open_session(Experiment()), window)
    found.show()
    return found


def test_bubbles_stand_where_the_numbers_say(qtbot: QtBot) -> None:
    chart = BubbleChart()
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.show_networks([zoo_network("resnet-18"), zoo_network("resnet-152"), zoo_network("mobilenet-v2")])
    place = {bubble.key: chart.centre_of(bubble) for bubble in bubbles_of(all_zoo_networks())}
    assert place["mobilenet-v2"].x() < place["resnet-18"].x() < place["resnet-152"].x()
    assert place["resnet-152"].y() < place["resnet-18"].y(), "more accurate is higher"
    ratio = zoo_network("resnet-152").counted_multiply_adds / zoo_network("resnet-18").counted_multiply_adds
    other = zoo_network("resnet-18").counted_multiply_adds / zoo_network("mobilenet-v2").counted_multiply_adds
    gaps = place["resnet-152"].x() - place["resnet-18"].x(), place["resnet-18"].x() - place["mobilenet-v2"].x()
    assert gaps[0] / gaps[1] == pytest.approx(math.log(ratio) / math.log(other), rel=1e-6)


def test_only_what_was_measured_on_imagenet_is_in_the_chart() -> None:
    keys = {bubble.key for bubble in bubbles_of(all_zoo_networks())}
    assert "resnet-50" in keys
    assert "lenet-5" not in keys


def test_a_click_on_a_bubble_chooses_it(qtbot: QtBot) -> None:
    chart = BubbleChart()
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.show_networks([zoo_network("resnet-18"), zoo_network("mobilenet-v2")])
    bubble = next(bubble for bubble in bubbles_of([zoo_network("mobilenet-v2")]))
    with qtbot.waitSignal(chart.chosen) as chosen:
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.centre_of(bubble).toPoint())
    assert chosen.args == ["mobilenet-v2"]


def test_the_table_sorts_by_size_and_puts_the_unknown_last(qtbot: QtBot) -> None:
    table = CompareTable()
    qtbot.addWidget(table)
    table.show_networks([zoo_network("resnet-50"), zoo_network("mazur"), zoo_network("resnet-18")])
    table.sortByColumn(6, Qt.SortOrder.AscendingOrder)
    titles = [table.model().index(row, 0).data() for row in range(3)]
    assert titles == ["ResNet-50", "ResNet-18", "Mazur 2-2-2"]


def test_a_row_has_what_was_published_beside_what_is_counted() -> None:
    texts = [text for text, _ in cells(zoo_network("resnet-50"))]
    assert texts[2] == "25,557,032"
    assert texts[3] == "25.6 M"


def test_the_window_compares_what_is_checked(dialog: CompareDialog, qtbot: QtBot) -> None:
    assert "resnet-50" in dialog.chosen
    dialog.choose([])
    assert dialog.table.model().rowCount() == 0
    dialog.add("resnet-18")
    dialog.add("vgg-16" if any(n.key == "vgg-16" for n in all_zoo_networks()) else "resnet-34")
    assert len(dialog.chosen) == dialog.table.model().rowCount() == 2
    settle(dialog._session, qtbot)
    assert all(drawing._seen.cards for drawing in dialog._drawings.values())


def test_the_list_can_be_searched(dialog: CompareDialog) -> None:
    search = dialog.findChild(QLineEdit)
    assert search is not None
    search.setText("densenet 2016")
    shown = [item.text(0) for item in dialog._items() if not item.isHidden()]
    assert shown
    assert all("DenseNet" in title for title in shown)


def test_the_sheet_tells_what_was_published_and_what_is_counted(
    open_session: Callable[[Experiment], Session], window: QWidget, qtbot: QtBot
) -> None:
    sheet = NetworkSheet(open_session(Experiment()), window)
    network = zoo_network("resnet-50")
    sheet.show_network(network, QPoint(0, 0))
    said = "\n".join(label.text() for label in sheet.findChildren(QLabel))
    for text in (network.title, network.idea, "25.6 M", "25,557,032", network.source):
        assert text in said
    button = next(button for button in sheet.findChildren(QPushButton) if button.text() == "Open")
    with qtbot.waitSignal(sheet.open_chosen) as chosen:
        button.click()
    assert chosen.args == ["resnet-50"]
    assert sheet.isHidden()


def test_no_text_of_any_sheet_is_cut_off(open_session: Callable[[Experiment], Session], window: QWidget) -> None:
    sheet = NetworkSheet(open_session(Experiment()), window)
    for network in all_zoo_networks():
        sheet.show_network(network, QPoint(0, 0))
        for label in sheet.findChildren(QLabel):
            if label.wordWrap() and label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()) - 1, (network.key, label.text())


@pytest.mark.parametrize("network", all_zoo_networks(), ids=lambda network: network.key)
def test_every_network_has_a_line_that_tells_it_apart(network: object) -> None:
    assert headline(network) or not network.counted_parameters  # type: ignore[arg-type, attr-defined]
    assert [row[0] for row in facts(network)][:2] == ["parameters", "multiply-adds"]  # type: ignore[arg-type]
