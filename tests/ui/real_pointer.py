"""Run in a process of its own on a real X server: build a small network with a real pointer, and print what came of it.

The whole of it is moved by xdotool: chips are dragged from the palette onto the canvas, a layer is dropped onto a wire,
a wire is drawn from port to port, and the last edit is taken back by the keyboard.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QPointF, QTimer
from PySide6.QtWidgets import QScrollArea

from playground.ui.app import make_application
from playground.ui.build.chip import Chip
from playground.ui.main_window import MainWindow
from playground.ui.session import Session


def main() -> None:
    """Drive the window and print the graph's layers and wires after each act, as JSON."""
    app = make_application(sys.argv)
    session = Session()
    window = MainWindow(session)
    window.move(0, 0)
    window.resize(1280, 860)
    window.show()
    window.new_document()
    wait_until(lambda: window.isActiveWindow() or window.isVisible())
    pause(600)
    view, scene = window.build.view, window.build.scene
    story: list[list[list[str]]] = []

    def chip(key: str) -> QPoint:
        found = next(chip for chip in window.findChildren(Chip) if chip.key == key)
        area = next(area for area in window.findChildren(QScrollArea) if area.isAncestorOf(found))
        area.ensureWidgetVisible(found)
        pause(100)
        return found.mapToGlobal(found.rect().center())

    def canvas(x: int, y: int) -> QPoint:
        return view.viewport().mapToGlobal(QPoint(x, y))

    def on_canvas(point: QPointF) -> QPoint:
        return view.viewport().mapToGlobal(view.mapFromScene(point))

    def act(start: QPoint, end: QPoint) -> None:
        before = session.graph
        drag(start, end)
        wait_until(lambda: session.graph is not before)
        story.append([[node.type for node in session.graph], [f"{e.source}>{e.target}" for e in session.graph.edges]])

    act(chip("input"), canvas(160, 120))
    act(chip("flatten"), on_canvas(scene.cards["input"].output_point() + QPointF(140, 0)))
    act(chip("dense"), canvas(520, 330))
    act(on_canvas(scene.cards["flatten"].output_point()), on_canvas(scene.cards["fc1"].input_point(0)))
    middle = (scene.cards["input"].output_point() + scene.cards["flatten"].input_point(0)) / 2
    act(chip("relu"), on_canvas(middle))
    before = session.graph
    subprocess.run(["xdotool", "key", "ctrl+z"], check=True)
    wait_until(lambda: session.graph is not before)
    story.append([[node.type for node in session.graph], [f"{e.source}>{e.target}" for e in session.graph.edges]])
    session.document.mark_saved()
    window.close()
    app.processEvents()
    sys.stdout.write(json.dumps(story) + "\n")


def drag(start: QPoint, end: QPoint) -> None:
    """Press at one place of the screen, move in steps, release at another."""
    steps = ["xdotool", "mousemove", str(start.x()), str(start.y()), "sleep", "0.1", "mousedown", "1", "sleep", "0.1"]
    for share in (0.1, 0.3, 0.6, 0.9, 1.0):
        place = start + (end - start) * share
        steps += ["mousemove", str(place.x()), str(place.y()), "sleep", "0.08"]
    subprocess.Popen([*steps, "mousemove_relative", "1", "0", "sleep", "0.1", "mouseup", "1"])


def wait_until(condition: Callable[[], bool], milliseconds: int = 15_000) -> None:
    """Run the event loop until the condition holds; fails when it does not come to hold."""
    deadline = QDeadlineTimer(milliseconds)
    while not condition():
        if deadline.hasExpired():
            raise TimeoutError("what the pointer did had no effect")
        pause(30)
    pause(150)


def pause(milliseconds: int) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
