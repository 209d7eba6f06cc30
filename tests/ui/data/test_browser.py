"""The data browser: what it shows is what training would use, and what is changed in it is changed in the document."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import DataSettings, Experiment
from playground.train import split_for
from playground.ui.data.browser import DataBrowser
from playground.ui.data.division_map import blocks_of
from playground.ui.data.door import browse_data, take_data
from playground.ui.data.looked import Looked, look
from playground.ui.inspector.data_form import DataForm
from playground.ui.session import Session
from playground.zoo import zoo_experiment

Open = Callable[[Experiment], tuple[Session, DataBrowser]]


@pytest.fixture
def open_browser(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Iterator[Open]:
    windows: list[QWidget] = []

    def open_(experiment: Experiment) -> tuple[Session, DataBrowser]:
        session, window = open_session(experiment), QWidget()
        windows.append(window)
        window.show()
        browser = browse_data(session, window)
        qtbot.waitUntil(lambda: browser.looked is not None, timeout=20_000)
        return session, browser

    yield open_
    for window in windows:
        window.close()
        window.deleteLater()


def digits(**settings: object) -> Experiment:
    experiment = zoo_experiment("lenet-5")
    return replace(experiment, data=replace(DataSettings("digits8x8"), **settings))  # pyright: ignore[reportArgumentType]


def look_at(browser: DataBrowser, key: str, qtbot: QtBot) -> Looked:
    browser.choose(key)
    qtbot.waitUntil(lambda: browser.looked is not None and browser.looked.data.key == key, timeout=20_000)
    assert browser.looked is not None
    return browser.looked


def go_to(browser: DataBrowser, page: str) -> None:
    browser.switch.set_current(browser.switch.items.index(page))


def test_the_parts_are_those_that_training_uses(open_browser: Open) -> None:
    session, browser = open_browser(digits(train_size=300, label_noise=0.2, permuted=5))
    looked, split = browser.looked, split_for(session.experiment)
    assert looked is not None
    shown = looked.parts["training"]
    order = np.lexsort(split.x_train.reshape(300, -1).T)
    mine = shown.x[shown.positions]
    again = np.lexsort(mine.reshape(300, -1).T)
    np.testing.assert_array_equal(mine[again], split.x_train[order])
    np.testing.assert_array_equal(shown.labels[again], split.y_train[order])
    assert shown.is_wrong.sum() == 60
    assert browser.examples.parts.items == ("Training 300", "Validation 144", "Left out 993", "Test 360")


def test_examples_can_be_filtered_and_one_shown_in_step(open_browser: Open, qtbot: QtBot) -> None:
    session, browser = open_browser(digits(label_noise=0.5))
    page, looked = browser.examples, browser.looked
    assert looked is not None
    page.only_wrong.setChecked(True)
    assert page.words.text() == f"{looked.parts['training'].is_wrong.sum()} examples"
    assert page.card.wrong.text().startswith("The network is told “")
    page.parts.set_current(2)
    page.classes.setCurrentIndex(4)
    page.classes.activated.emit(4)
    third = int(np.flatnonzero(looked.samples.y_test == 3)[2])
    page.grid.choose(0)
    QTest.keyClick(page.grid, Qt.Key.Key_Right)
    QTest.keyClick(page.grid, Qt.Key.Key_Right)
    assert page.card.title.text() == "3"
    page.show_it.click()
    assert session.example_index == third


def test_division_is_changed_by_undoable_edits(open_browser: Open, qtbot: QtBot) -> None:
    session, browser = open_browser(digits())
    go_to(browser, "Division")
    page = browser.division
    page.train_size_slider.setValue(0)
    qtbot.waitUntil(lambda: session.experiment.data.train_size == 10, timeout=5000)
    page.folds.setValue(5)
    page.fold.setValue(2)
    page.noise_slider.setValue(40)
    qtbot.waitUntil(lambda: session.experiment.data.label_noise == 0.4, timeout=5000)
    page.shuffle.click()
    data = session.experiment.data
    assert (data.train_size, data.folds, data.fold, data.label_noise, data.permuted) == (10, 5, 2, 0.4, 1)
    qtbot.waitUntil(lambda: browser.looked is not None and browser.looked.settings == data, timeout=20_000)
    assert page.preview.isVisibleTo(page)
    assert page.legend.wrong.text() == "wrong labels 4"
    assert "Fold 2 of 5" in page.words.text()
    for _ in range(5):
        session.document.undo()
    assert session.experiment.data == digits().data, "one undo for each of them, however far a slider was dragged"


def test_what_cannot_be_divided_is_said_and_can_be_mended(open_browser: Open, qtbot: QtBot) -> None:
    session, browser = open_browser(replace(zoo_experiment("lenet-5"), data=DataSettings("mazur", folds=5)))
    go_to(browser, "Division")
    assert "Fold 1 of 5 cannot be made of 1 samples" in browser.division.problem.text()
    browser.division.folds.setValue(0)
    qtbot.waitUntil(lambda: not browser.division.problem.text(), timeout=5000)
    assert session.experiment.data.folds == 0


def test_every_kind_of_set_can_be_looked_at_on_every_page(open_browser: Open, qtbot: QtBot) -> None:
    session, browser = open_browser(digits())
    browser.resize(1000, 640)
    for key in ("iris", "diabetes", "sunspots", "hills", "random_numbers", "mazur"):
        looked = look_at(browser, key, qtbot)
        assert browser.use.isEnabled()
        for page in browser.switch.items:
            if not looked.data.is_gallery or page not in ("Classes", "Division"):
                go_to(browser, page)
                browser.grab()
        assert sum(len(block.numbers) for block in blocks_of(looked) if not block.is_test) in (
            0,
            len(looked.samples.y_train),
        )
    assert session.experiment.data.name == "digits8x8", "looking changes nothing"
    assert not browser.division.folds.isEnabled()


def test_a_set_is_taken_or_offered_for_download(
    open_browser: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, browser = open_browser(digits())
    look_at(browser, "iris", qtbot)
    browser.use.click()
    assert session.experiment.data.name == "iris"
    assert (browser.use.text(), browser.use.isEnabled()) == ("In use", False)
    monkeypatch.setattr("playground.ui.data.browser.is_here", lambda key: key != "cifar10")
    browser.choose("cifar10")
    assert browser.use.text() == "Download…"
    assert "not on this machine yet" in browser.waiting.text()


def test_numbers_are_worked_through_when_they_are_wanted(open_browser: Open, qtbot: QtBot) -> None:
    _session, browser = open_browser(digits())
    go_to(browser, "Numbers")
    qtbot.waitUntil(lambda: "numbers from 0 to 1" in browser.numbers.words.text(), timeout=20_000)
    looked = browser.looked
    assert looked is not None
    mean = f"mean {looked.samples.x_train.mean():.3f}"
    assert mean[:9] in browser.numbers.words.text()
    assert len(browser.numbers.means) == 10


def test_a_cell_of_the_map_leads_to_its_example(open_browser: Open) -> None:
    _session, browser = open_browser(digits())
    browser.show()
    go_to(browser, "Division")
    chart = browser.division.map
    chart.resize(500, 400)
    block, place = chart.blocks[3], 0
    at = next(
        QPoint(x, y)
        for y in range(0, 400, 2)
        for x in range(104, 500, 2)
        if chart.place_at(QPoint(x, y)) == (block, place)
    )
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at)
    assert browser.switch.items[browser.switch.current] == "Examples"
    assert browser.examples.card.title.text() == "3"
    assert f"Number {block.numbers[0] + 1} of" in browser.examples.card.words.text()


def test_points_by_hand_are_reached_from_the_lists_of_data_sets(open_browser: Open) -> None:
    session, browser = open_browser(digits())
    take_data(session, "own:points", browser)
    assert browser.switch.items[browser.switch.current] == "Points"
    assert session.experiment.data.name == "digits8x8", "nothing is chosen before the first point"


def test_the_input_card_and_its_form_lead_to_the_browser(open_session: Callable[[Experiment], Session]) -> None:
    session, window = open_session(digits()), QWidget()
    node = next(node for node in session.graph if node.type == "input")
    form = DataForm(session, node)
    form.setParent(window)
    button = next(each for each in form.findChildren(QToolButton) if each.accessibleName() == "Look through the data")
    button.click()
    browser = window.findChild(DataBrowser)
    assert browser is not None
    assert browser.isVisible()
    assert browse_data(session, form) is browser, "there is one for a window"
    session.close()
    assert not browser.isVisible(), "it closes with the window"
    window.deleteLater()


def test_a_set_that_takes_long_is_given_up_for_another(
    open_browser: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _session, browser = open_browser(digits())
    wanted, goes_on = threading.Event(), threading.Event()

    def slow(settings: DataSettings, seed: int) -> Looked:
        if settings.name == "wine":
            wanted.set()
            goes_on.wait(20)
        return look(settings, seed)

    monkeypatch.setattr("playground.ui.data.browser.look", slow)
    browser.choose("wine")
    qtbot.waitUntil(wanted.is_set, timeout=10_000)
    assert "Reading the examples" in browser.waiting.text()
    looked = look_at(browser, "iris", qtbot)
    goes_on.set()
    assert looked.data.key == "iris"
    assert browser.examples.parts.items[0] == "Training 108"
