"""Every test of the window runs in the product's own look: dark, unless the test asks for another."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.app import make_application
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.number_style import number_style


@pytest.fixture(autouse=True, scope="session")
def _collector_off() -> Iterator[None]:
    """As in the window: unreachable Qt objects die on this thread only."""
    importlib.import_module("torch")
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collect_here() -> Iterator[None]:
    """What is left after a test is there to stay; later ones need not look through it."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _dressed(qapp: QApplication) -> Iterator[None]:
    make_application([])
    appearance.set_choice("dark")
    yield
    typesetter().stop()


@pytest.fixture(autouse=True)
def _dark_again(_dressed: None) -> Iterator[None]:
    yield
    appearance.set_sign_palette("blue-orange")
    appearance.set_choice("dark")
    number_style.set_digits(0, remember=False)


@pytest.fixture
def open_session(qtbot: QtBot) -> Iterator[Callable[[Experiment], Session]]:
    """Opens sessions, with the analysis and the example's activations there, and closes them after the test."""
    opened: list[Session] = []

    def open_(experiment: Experiment) -> Session:
        session = Session(experiment)
        opened.append(session)
        qtbot.waitUntil(lambda: session.analysis is not None and session.samples is not None, timeout=30_000)
        settle(session, qtbot)
        return session

    yield open_
    for session in opened:
        session.close()


def settle(session: Session, qtbot: QtBot) -> None:
    """Wait until everything that follows from the last edit has arrived."""
    done: list[bool] = []
    session.background.run("settle", lambda: None, lambda _: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    again: list[bool] = []
    session.background.run("settle", lambda: None, lambda _: again.append(True))
    qtbot.waitUntil(lambda: bool(again), timeout=30_000)
