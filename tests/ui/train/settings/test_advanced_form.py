"""The folded settings: what is shown for which method and schedule, and that every change is an edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QWidget

from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.train.methods import METHODS
from playground.train.schedule_kinds import SCHEDULES
from playground.ui.inspector.number_fields import NumbersField
from playground.ui.train.settings.form import SettingsForm
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer


@pytest.fixture
def show(make_trainer: Callable[..., Trainer]) -> Callable[..., tuple[SettingsForm, Trainer]]:
    def show_(experiment: Experiment) -> tuple[SettingsForm, Trainer]:
        trainer = make_trainer(experiment)
        form = SettingsForm(trainer.session, trainer.controller)
        trainer.bot.addWidget(form)
        form.show()
        return form, trainer

    return show_


Show = Callable[..., tuple[SettingsForm, Trainer]]


def choose(field: ChoiceField, text: str) -> None:
    """As the user does, by clicking an entry."""
    field.setCurrentText(text)
    field.activated.emit(field.currentIndex())
    field.textActivated.emit(text)


def is_seen(widget: QWidget, form: SettingsForm) -> bool:
    return widget.isVisibleTo(form)


def test_a_beginner_sees_none_of_it(show: Show) -> None:
    form, _ = show(points())
    assert not is_seen(form.advanced, form)
    assert form.fold.text() == "Advanced"
    QTest.mouseClick(form.fold, Qt.MouseButton.LeftButton)
    assert is_seen(form.advanced, form)
    QTest.mouseClick(form.fold, Qt.MouseButton.LeftButton)
    assert not is_seen(form.advanced, form)


def test_the_fold_says_that_something_in_it_was_changed(show: Show) -> None:
    form, trainer = show(points(l1=0.1))
    assert form.fold.text() == "Advanced · changed"
    trainer.session.apply("x", points(optimizer="sgd", learning_rate=0.3))
    assert form.fold.text() == "Advanced"


@pytest.mark.parametrize("key", list(METHODS))
def test_each_method_shows_its_own_parameters(show: Show, key: str) -> None:
    form, trainer = show(points(optimizer="adam" if key != "adam" else "sgd"))
    form.toggle_fold()
    choose(form.method, METHODS[key].title)
    assert trainer.session.experiment.training.optimizer == key
    inner = form.advanced.method.inner
    assert inner is not None
    assert list(inner.rows) == [param.key for param in METHODS[key].params]
    assert is_seen(form.momentum_row, form) == (key == "sgd")


def test_every_kind_of_field_makes_an_edit_that_can_be_undone(show: Show) -> None:
    form, trainer = show(points())
    form.toggle_fold()
    inner = form.advanced.method.inner
    assert inner is not None
    betas, eps, amsgrad = (inner.rows[name].control for name in ("betas", "eps", "amsgrad"))
    assert isinstance(betas, NumbersField)
    assert isinstance(eps, DecimalField)
    assert isinstance(amsgrad, QCheckBox)
    betas.setText("0.8, 0.9")
    betas.editingFinished.emit()
    eps.setValue(0.001)
    amsgrad.setChecked(True)
    patience = form.advanced.stopping.rows["patience"].control
    assert isinstance(patience, IntegerField)
    patience.setValue(4)
    training = trainer.session.experiment.training
    assert training.optimizer_params == {"betas": (0.8, 0.9), "eps": 0.001, "amsgrad": True}
    assert training.patience == 4
    for _ in range(4):
        trainer.session.document.undo()
    assert trainer.session.experiment.training == points().training
    assert eps.value() == 1e-8


def test_what_the_next_method_does_not_have_is_left_behind(show: Show) -> None:
    form, trainer = show(points(optimizer_params={"eps": 1e-3, "amsgrad": True}))
    choose(form.method, "RMSprop")
    assert trainer.session.experiment.training.optimizer_params == {"eps": 1e-3}


def test_a_value_out_of_range_is_refused_at_its_field(show: Show) -> None:
    form, trainer = show(points())
    form.toggle_fold()
    inner = form.advanced.method.inner
    assert inner is not None
    betas = inner.rows["betas"].control
    assert isinstance(betas, NumbersField)
    betas.setText("0.8, 7")
    betas.editingFinished.emit()
    assert "lies between" in betas.toolTip()
    assert trainer.session.experiment.training.optimizer_params == {}


def test_schedules_show_their_parameters_and_warm_up_only_where_it_counts(show: Show) -> None:
    form, trainer = show(points())
    form.toggle_fold()
    advanced = form.advanced
    for key, schedule in SCHEDULES.items():
        choose(advanced.schedule, schedule.title)
        assert trainer.session.experiment.training.schedule == key
        assert advanced.schedule_rows.inner is not None
        assert list(advanced.schedule_rows.inner.rows) == [param.key for param in schedule.params]
        assert is_seen(advanced.warmup, form) == (key != "one_cycle")


def test_only_what_applies_is_shown(show: Show) -> None:
    form, trainer = show(points())
    form.toggle_fold()
    assert not is_seen(form.advanced.stopping.rows["restore_best"], form)
    trainer.session.apply("x", points(patience=2, batch_mode="whole set"))
    assert is_seen(form.advanced.stopping.rows["restore_best"], form)
    assert not is_seen(form.batch_row, form)
    assert is_seen(form.advanced.class_weights, form)
    graph = edits.remove(points().graph, ["loss"])
    trainer.session.edit("x", edits.append(graph, edits.Node("loss", "hinge"), "fc2"))
    assert not is_seen(form.advanced.class_weights, form)


def test_other_starting_weights_begin_anew_and_are_those_that_all_modes_show(show: Show) -> None:
    form, trainer = show(points(epochs=1))
    trainer.wait_for(lambda: bool(trainer.session.state))
    trainer.controller.play()
    trainer.wait_state("finished")
    form.toggle_fold()
    choose(form.advanced.initialiser, "all zero")
    assert len(trainer.controller.history) == 0
    trainer.wait_for(lambda: not trainer.session.state["fc1.weight"].any())
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert not trainer.session.starting_state()["fc1.weight"].any(), "with zeros no blame comes back to the first layer"
    assert trainer.session.starting_state()["fc2.bias"].any()


def test_a_penalty_takes_effect_while_it_runs_and_a_method_at_a_new_start(show: Show) -> None:
    form, trainer = show(points(epochs=1_000_000))
    form.toggle_fold()
    trainer.train_until(1)
    field = form.advanced.limits.rows["l1"].control
    assert isinstance(field, DecimalField)
    field.setValue(0.01)
    assert trainer.controller.state == "paused"
    trainer.controller.play()
    trainer.wait_for(lambda: len(trainer.controller.history.changes) == 1)
    assert trainer.controller.history.changes[0][1] == "L1 0.01"
    steps = trainer.controller.history.position
    choose(form.method, "Adagrad")
    trainer.wait_for(lambda: trainer.states[-2:] == ["preparing", "running"])
    begun = trainer.controller.history.position
    assert begun >= steps, "the curves go on"
    trainer.wait_for(lambda: trainer.controller.history.position > begun + 1)


def test_wrong_labels_and_folds_are_settings_of_the_data(show: Show) -> None:
    form, trainer = show(points())
    form.toggle_fold()
    rows = form.advanced.split.rows
    assert not rows["fold"].isVisibleTo(form)
    wrong, folds, fold = (rows[name].control for name in ("label_noise", "folds", "fold"))
    assert isinstance(wrong, DecimalField)
    assert isinstance(folds, IntegerField)
    assert isinstance(fold, IntegerField)
    wrong.setValue(0.25)
    folds.setValue(5)
    assert rows["fold"].isVisibleTo(form)
    fold.setValue(4)
    data = trainer.session.experiment.data
    assert (data.label_noise, data.folds, data.fold) == (0.25, 5, 4)
    assert "changed" in form.fold.text()
    folds.setValue(3)
    assert trainer.session.experiment.data.fold == 3, "there is no fourth of three"
