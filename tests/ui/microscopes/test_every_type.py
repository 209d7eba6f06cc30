"""Every layer type there is can be looked at in Step mode, forward and backward, each of its units and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.graph.experiment import Experiment, TrainingSettings
from playground.layers import LayerType, all_layer_types
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.loss import LossMicroscope
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.microscopes.update import UpdateMicroscope
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.layers.cases import LAYER, batch_for, case, traced
from tests.ui.microscopes.recordings import record as recorded

CAPABILITIES = sorted({kind.capability for kind in all_layer_types()})


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_layers_of_every_capability_can_be_looked_at(
    capability: str, open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())
    for kind in all_layer_types():
        if kind.capability == capability:
            for scene in scenes(kind):
                scope, is_new = gallery.get(gallery.key_for(scene))
                if is_new:
                    qtbot.addWidget(scope)
                    scope.resize(1100, 560)
                    scope.show()
                look(scope, scene)


def scenes(kind: LayerType) -> Iterator[Scene]:
    """The layer in a small network, forward and backward, on inputs of two different shapes."""
    for seed in (1, 2):
        graph, trace = case(kind, seed).analysis.graph, traced(kind, seed, True)
        for number, moment in enumerate(trace.moments):
            if moment.node == LAYER:
                yield Scene(trace, case(kind, seed).analysis, Experiment(graph), number, LAYER)


def look(scope: Microscope, scene: Scene) -> None:
    """From the first unit to the last, from the first step to the last."""
    scope.show_scene(scene)
    assert scope.title.text()
    scope.select_unit(0)
    scope.select_unit(scope.unit_count - 1)
    scope.begin()
    scope.finish()
    scope.grab()


@pytest.mark.parametrize("capability", [capability for capability in CAPABILITIES if capability != "loss"])
def test_a_number_clicked_is_the_number_explained(
    capability: str, open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    """The first click brings a number into focus, the second asks where it comes from."""
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())
    asked: list[Callable[[], Explanation]] = []
    for kind in all_layer_types():
        for scene in scenes(kind) if kind.capability == capability else ():
            scope, is_new = gallery.get(gallery.key_for(scene))
            if is_new:
                qtbot.addWidget(scope)
                scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
            scope.show_scene(scene)
            if not isinstance(scope, PairMicroscope) or isinstance(scope, LossMicroscope):
                continue
            assert scope.after.values is not None
            last = (scope.after.values.shape[0] - 1, 0)
            for cell in {(0, 0), last}:
                asked.clear()
                scope.after.clicked.emit(*cell, QPoint())
                if not asked:  # it was not in focus yet
                    scope.after.clicked.emit(*cell, QPoint())
                assert scope.after.chosen == cell
                assert asked[0]().value == scope.after.values[cell]


@pytest.mark.parametrize("kind", all_layer_types(), ids=lambda kind: kind.key)
def test_its_update_shows_the_weights_that_were_recorded(
    kind: LayerType, open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    found = case(kind, 1)
    if not found.report.tensors:
        return
    graph = found.analysis.graph
    experiment = Experiment(graph, training=TrainingSettings("sgd", 0.1, momentum=0.0))
    trace = recorded(experiment, found.analysis, *batch_for(found, np.random.default_rng(1)))
    scene = Scene(trace, found.analysis, experiment, len(trace.moments) - 1, LAYER)
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())
    scope, _ = gallery.get(gallery.key_for(scene))
    qtbot.addWidget(scope)
    scope.show_scene(scene)
    scope.grab()
    if isinstance(scope, ChainMicroscope):
        return
    assert isinstance(scope, UpdateMicroscope)
    scope.select_unit(scope.unit_count - 1)
    pictures = (scope.before, scope.step_map, scope.after)
    before, step, after = (picture.values for picture in pictures)
    assert before is not None
    assert step is not None
    assert after is not None
    np.testing.assert_allclose(before - step, after, atol=1e-12)
    weights = np.concatenate([array.reshape(-1) for array in scene.frame.weights.values()])
    updated = np.concatenate([array.reshape(-1) for array in scene.frame.updated.values()])
    assert np.isin(before, [*weights, 0.0]).all()
    assert np.isin(after, [*updated, 0.0]).all()
