"""The lectures' experiments in the window: the gallery, what one click starts, and the card that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import DataSettings, Experiment
from playground.ui.session import Progress
from playground.ui.train.coach.experiment_card import ExperimentCard
from playground.ui.train.coach.experiments_window import ExperimentsWindow
from playground.ui.train.waiting_hint import WaitingHint
from playground.zoo.lecture_experiments import Contender, LectureExperiment, all_lecture_experiments
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

TWO_RATES = LectureExperiment(
    key="two-rates",
    title="Two rates",
    question="Which one learns?",
    look_at="the losses.",
    measured="0.1 against 0.2.",
    source="a test",
    contenders=(
        Contender("slow", lambda: points().graph, points(learning_rate=0.0001).training),
        Contender("fast", lambda: points().graph, points(learning_rate=0.03).training),
    ),
    data=DataSettings("circle"),
    seconds=1,
)


@pytest.fixture
def gallery(qtbot: QtBot) -> ExperimentsWindow:
    window = ExperimentsWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def opener(trainer: Trainer) -> Callable[[Experiment], bool]:
    def open_first(experiment: Experiment) -> bool:
        trainer.session.replace_document(experiment, None, {}, Progress())
        return True

    return open_first


# ---- the gallery


def test_the_gallery_tells_of_every_experiment(gallery: ExperimentsWindow) -> None:
    for experiment in all_lecture_experiments():
        gallery.choose(experiment.key)
        assert gallery.current is experiment
        assert gallery.title.text() == experiment.title
        assert all(contender.title in gallery.networks.text() for contender in experiment.contenders)
        assert experiment.duration in gallery.time.text()


def test_a_word_finds_an_experiment_and_enter_starts_it(gallery: ExperimentsWindow, qtbot: QtBot) -> None:
    QTest.keyClicks(gallery.search, "vgg")
    assert gallery.title.text() == "Three 3×3 against one 7×7"
    with qtbot.waitSignal(gallery.chosen) as sent:
        QTest.keyClick(gallery.search, Qt.Key.Key_Return)
    assert sent.args is not None
    assert sent.args[0].key == "stacked-3x3"
    assert gallery.isHidden()


def test_words_that_nothing_has_leave_nothing_to_start(gallery: ExperimentsWindow) -> None:
    QTest.keyClicks(gallery.search, "zebra")
    assert gallery.title.text() == "No experiment has these words"
    assert not gallery.start.isEnabled()
    gallery.search.clear()
    assert gallery.start.isEnabled()


def test_one_click_starts_what_is_read_about(gallery: ExperimentsWindow, qtbot: QtBot) -> None:
    gallery.choose("degradation")
    assert gallery.start.text() == "Open and train all"
    with qtbot.waitSignal(gallery.chosen) as sent:
        QTest.mouseClick(gallery.start, Qt.MouseButton.LeftButton)
    assert sent.args is not None
    assert sent.args[0].key == "degradation"


# ---- what it starts


def test_the_first_becomes_the_document_and_the_others_train_beside(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points())
    lecture, controller = trainer.controller.lecture, trainer.controller
    card = ExperimentCard(trainer.session, controller)
    trainer.bot.addWidget(card)
    assert card.isHidden()
    assert lecture.begin(TWO_RATES, opener(trainer))
    controller.play()
    assert trainer.session.experiment == TWO_RATES.experiments()[0][1]
    (other,) = controller.side_runs.runs
    assert (other.title, other.experiment) == TWO_RATES.experiments()[1]
    card.show()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: other.is_over)
    slow, fast = controller.history, other.history
    assert fast.batch_column("loss")[0] == slow.batch_column("loss")[0], "the same start"
    assert fast.epoch_column("train_loss")[-1] < slow.epoch_column("train_loss")[-1]
    trainer.wait_for(lambda: card.numbers()[1][0] == "3")
    assert card.numbers()[0][1] == f"{slow.epoch_column('train_loss')[-1]:.3f}"
    assert card.numbers()[1][4].endswith("%"), "the test set's verdict"
    assert "Which one learns?" in card.question.text()
    QTest.mouseClick(card.close_button, Qt.MouseButton.LeftButton)
    assert card.isHidden()
    assert controller.side_runs.runs == (other,), "its curves stay"


def test_who_keeps_the_open_document_starts_nothing(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points())
    assert not trainer.controller.lecture.begin(TWO_RATES, lambda _experiment: False)
    assert trainer.controller.lecture.experiment is None
    assert not trainer.controller.side_runs.runs


def test_another_document_ends_the_experiment(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points())
    lecture, runs = trainer.controller.lecture, trainer.controller.side_runs
    endless = replace(TWO_RATES.contenders[1], training=points(epochs=1_000_000).training)
    lecture.begin(replace(TWO_RATES, contenders=(TWO_RATES.contenders[0], endless)), opener(trainer))
    trainer.wait_for(lambda: runs.runs[0].history.epochs > 0)
    trainer.session.replace_document(points(), None, {}, Progress())
    assert lecture.experiment is None
    trainer.wait_for(lambda: all(run.is_over for run in runs.runs))
    assert not any(run.is_shown for run in runs.runs)


def test_the_empty_chart_offers_the_gallery(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points())
    hint = WaitingHint(trainer.controller)
    trainer.bot.addWidget(hint)
    hint.show()
    with trainer.bot.waitSignal(trainer.controller.lecture.gallery_requested):
        QTest.mouseClick(hint.experiments, Qt.MouseButton.LeftButton)
