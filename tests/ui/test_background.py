"""The worker thread: the newest of a kind runs, results come back, and leaving it waits for nothing."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from playground.ui import background
from playground.ui.background import Background


def test_of_waiting_jobs_of_one_kind_the_newest_runs(qtbot: QtBot) -> None:
    worker = Background()
    begin, ran, got = threading.Event(), [], []
    worker.run("first", lambda: begin.wait(10), got.append)
    for number in range(3):
        worker.run("same", lambda n=number: ran.append(n) or n, got.append)
    begin.set()
    qtbot.waitUntil(lambda: len(got) == 2)
    assert ran == [2]
    assert got == [True, 2]
    worker.close()


def test_what_can_wait_comes_after_what_cannot(qtbot: QtBot) -> None:
    worker, got = Background(), list[object]()
    worker.run("words", lambda: "words", got.append, delay=0.1)
    assert worker.is_idle, "nothing is to be done now"
    worker.run("number", lambda: "number", got.append)
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got == ["number", "words"]
    worker.close()


def test_what_nobody_wants_to_know_any_more_is_not_worked_out(qtbot: QtBot) -> None:
    worker, got = Background(), list[object]()
    worker.run("microscope 1 words", lambda: 1, got.append, delay=0.05)
    worker.run("microscope 2 words", lambda: 2, got.append, delay=0.05)
    worker.drop("microscope 1")
    qtbot.waitUntil(lambda: got == [2])
    qtbot.wait(100)
    assert got == [2]
    worker.close()


def test_leaving_does_not_wait_for_a_job_that_hangs_and_drops_its_result(qtbot: QtBot) -> None:
    worker = Background()
    hangs, begun, got = threading.Event(), threading.Event(), []

    def work() -> str:
        begun.set()
        hangs.wait(10)
        return "too late"

    worker.run("slow", work, got.append)
    assert begun.wait(10)
    worker.leave()
    left = background._left[-1]
    assert left.isRunning()
    del worker
    hangs.set()
    qtbot.waitUntil(left.isFinished)
    assert not got


def test_a_view_that_was_closed_meanwhile_is_not_told(qtbot: QtBot) -> None:
    class View(QObject):
        def take(self, result: object) -> None:
            told.append(result)

    worker, told, later = Background(), list[object](), list[object]()
    view = View()
    worker.run("for the view", lambda: 1, view.take)
    shiboken6.delete(view)
    worker.run("for all", lambda: 2, later.append)
    qtbot.waitUntil(lambda: later == [2])
    assert not told
    worker.close()


def test_leaving_an_idle_thread_ends_it(qtbot: QtBot) -> None:
    worker, got = Background(), []
    worker.run("quick", lambda: 1, got.append)
    qtbot.waitUntil(lambda: got == [1])
    loop = worker._loop
    worker.leave()
    qtbot.waitUntil(loop.isFinished)
