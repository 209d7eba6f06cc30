"""What the network says of the example."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.inspector.answer import Answer, likeliest, short_name
from playground.ui.session import Session
from playground.zoo import zoo_experiment


def test_scores_become_probabilities_as_torch_does_it() -> None:
    scores = np.random.default_rng(0).normal(size=20).astype(np.float32)
    wanted = torch.softmax(torch.tensor(scores).double(), 0)
    for index, share in likeliest(scores, is_probability=False):
        assert share == pytest.approx(wanted[index].item(), rel=1e-12)
    assert [index for index, _ in likeliest(scores, is_probability=False)] == torch.topk(wanted, 5).indices.tolist()


def test_probabilities_stay_as_they_are() -> None:
    assert likeliest(np.array([0.2, 0.7, 0.1], np.float32), is_probability=True, most=1)[0] == (1, pytest.approx(0.7))


def test_a_class_is_named_without_its_synonyms() -> None:
    assert short_name("tabby, tabby cat") == "tabby"


def test_it_is_shown_only_where_there_are_classes(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> None:
    for key, is_there in (("lenet-5", True), ("mazur", False)):
        answer = Answer(open_session(zoo_experiment(key)))
        qtbot.addWidget(answer)
        assert answer.isHidden() != is_there
        assert len(answer._bars._rows) == (5 if is_there else 0)
