"""The page of the activations: rows for the layers, the moment that is looked at, and what is the matter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from playground.train.events import ActivationPicture, Histogram, LayerPicture, Pictures
from playground.ui.theme import appearance
from playground.ui.train.network.activations_page import ActivationsPage
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer


def spread(reach: float) -> Histogram:
    return Histogram(np.arange(31, dtype=np.int64), -reach, reach)


def seen(position: float, dead: int = 0, gradient: float = 0.1) -> Pictures:
    layers = tuple(
        LayerPicture(node, spread(0.5), spread(0.1), 1e-3, 0.3, size)
        for node, size in (("fc1", gradient), ("fc2", 0.1))
    )
    answers = (ActivationPicture("tanh1", spread(1.0), 0.25, 0.5, 8, dead, 0, 32),)
    return Pictures(int(100 * position), position, layers, activations=answers)


@pytest.fixture
def page(make_trainer: Callable[..., Trainer]) -> tuple[ActivationsPage, Trainer]:
    trainer = make_trainer(points(epochs=1_000_000))
    result = ActivationsPage(trainer.session, trainer.controller.looking)
    trainer.bot.addWidget(result)
    result.resize(690, 600)
    result.show()
    return result, trainer


Page = tuple[ActivationsPage, Trainer]


def test_before_a_run_it_says_when_there_is_something_to_see(page: Page) -> None:
    shown, _ = page
    assert shown.words.text() == "Shown while the network learns."
    assert shown.strips.isHidden()
    assert shown.findings.isHidden()


def test_while_the_network_learns_each_layer_has_a_row(page: Page) -> None:
    shown, trainer = page
    trainer.train_until(2.0)
    shown.refresh()
    assert [row.title for row in shown.strips.rows] == ["tanh1", "fc2"]
    first = shown.strips.rows[0]
    assert first.words[0].startswith("mean ")
    assert first.now.counts.sum() == 32 * 8
    strip = shown.strips.strip("tanh1")
    assert strip is not None
    assert strip.reach <= 1.0
    for number, kind in enumerate(("activations", "weights", "gradients")):
        shown.switch.set_current(number)
        assert shown.what == kind
        assert not shown.grab().isNull()
    assert [row.title for row in shown.strips.rows] == ["fc1", "fc2"]
    assert shown.strips.rows[0].words[1].startswith("update/weight")


def test_the_place_under_the_pointer_says_when_and_where_the_values_were(page: Page) -> None:
    shown, trainer = page
    for position in (1.0, 2.0, 3.0):
        trainer.controller.over_time.add(seen(position))
    shown.refresh()
    room = shown.strips._strip(0)
    words = shown.strips.words_at(QPoint(round(room.left() + 0.75 * room.width()), round(room.center().y())))
    assert words.startswith("tanh1 at epoch 2: half of the values lie between 0.0")
    assert shown.strips.words_at(QPoint(10, 10)) == "tanh1\nmean 0.25 ± 0.5"
    assert shown.strips.words_at(QPoint(10, 500)) == ""


def test_what_is_the_matter_is_said_and_the_gravest_is_left_to_the_line_above(page: Page) -> None:
    shown, trainer = page
    for position in (1.0, 2.0, 3.0):
        trainer.controller.over_time.add(seen(position, dead=6, gradient=1e-6))
    trainer.controller.history._position = 3.0
    shown.refresh()
    assert "Dead units: 6 of 8 in tanh1" in shown.findings.text()
    assert "Vanishing" not in shown.findings.text()
    assert shown.strips.rows[0].warns
    assert shown.strips.rows[0].words[0] == "6 of 8 dead"
    dark = shown.grab().toImage()
    appearance.set_choice("light")
    assert shown.grab().toImage() != dark
