"""The canvas: frames while panning and zooming over 1,000 cards, and an edit of a 20-layer network until it is seen."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEventLoop, QPoint, QTimer

from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.app import make_application
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.garbage import GuiThreadCollector
from playground.ui.session import Session

FRAME_MS = 1000 / 60
_WARM_S = 3.0
"""After torch has come, what other networks need is warmed up on a thread of its own; it shares the interpreter."""


def thousand_cards() -> Graph:
    """A long chain of 1,000 activations in rows of 25."""
    nodes = [Node("input", "input", {"shape": (8,)})]
    nodes += [Node(f"relu{i}", "relu", position=(i % 25 * 200.0, i // 25 * 220.0)) for i in range(1, 1000)]
    edges = [Edge(a.id, b.id) for a, b in pairwise(nodes)]
    return Graph(tuple(nodes), tuple(edges))


def twenty_layers() -> Graph:
    """A convolutional network of 20 layers on MNIST."""
    graph, last = edits.add(Graph(), Node("input", "input")), "input"
    kinds = [("conv", "conv2d"), ("norm", "batch_norm2d"), ("relu", "relu")] * 5
    kinds += [("pool", "max_pool2d"), ("flatten", "flatten"), ("fc", "dense"), ("loss", "cross_entropy")]
    for number, (stem, key) in enumerate(kinds):
        node = Node(f"{stem}{number}", key, {"padding": (1, 1)} if key == "conv2d" else {}, (number * 200.0, 0.0))
        graph, last = edits.append(graph, node, last), node.id
    return graph


def main() -> None:
    """Print medians and 99th percentiles, against the 16.7 ms of a frame at 60 Hz and the 50 ms of an edit."""
    make_application(sys.argv)
    collector = GuiThreadCollector()
    session = Session(Experiment(thousand_cards()))
    session.warmed_up.connect(collector.settle)
    scene = GraphScene(session)
    view = GraphView(scene)
    view.resize(1200, 800)
    view.show()
    wait(lambda: session.analysis is not None)
    wait_warm(session)
    for name, zoom in (("all 1,000 cards visible", None), ("zoom 0.5", 0.5), ("zoom 1", 1.0)):
        view.fit()
        if zoom is not None:
            view.set_zoom(zoom)
        report(f"panning, {name}", [frame(view, partial(view._pan, step(i))) for i in range(120)], FRAME_MS)
    view.fit()
    zooms = [frame(view, lambda f=factor: view.set_zoom(view.zoom * f)) for factor in [1.06] * 60 + [1 / 1.06] * 60]
    report("zooming in and out", zooms, FRAME_MS)
    session.close()
    _measure_edits()


def _measure_edits() -> None:
    session = Session(Experiment(twenty_layers()))
    scene = GraphScene(session)
    view = GraphView(scene)
    view.resize(1200, 800)
    view.show()
    wait(lambda: session.analysis is not None)
    wait_warm(session)
    times: list[float] = []
    for filters in range(7, 37):
        before = time.perf_counter()
        session.edit("edit", edits.set_params(session.graph, "conv0", {"out_channels": filters}))
        wait(lambda wanted=str(filters): scene.cards["relu14"].look.left.startswith("6×") and _first(scene) == wanted)
        view.viewport().repaint()
        times.append((time.perf_counter() - before) * 1000)
        wait_idle(session)
    report("one edit of a 20-layer network, on screen", times, 50.0)
    session.close()


def _first(scene: GraphScene) -> str:
    return scene.cards["norm1"].look.left.split("×")[0]


def frame(view: GraphView, change: Callable[[], None]) -> float:
    """Milliseconds that a change and the repaint after it take."""
    before = time.perf_counter()
    change()
    view.viewport().repaint()
    return (time.perf_counter() - before) * 1000


def step(number: int) -> QPoint:
    """There and back again, a few pixels at a time."""
    return QPoint(6 if number < 60 else -6, 4 if number % 40 < 20 else -4)


def report(name: str, times: list[float], limit: float) -> None:
    """Print median and 99th percentile, and the latter over its limit."""
    ordered = sorted(times)
    high = ordered[int(len(ordered) * 0.99)]
    print(f"{name:45} median {statistics.median(times):6.1f} ms   p99 {high:6.1f} ms   p99/limit {high / limit:5.2f}")


def wait_idle(session: Session) -> None:
    """Until the worker has nothing left to do."""
    done: list[bool] = []
    for _ in range(2):
        done.clear()
        session.background.run("idle", lambda: None, lambda _: done.append(True))
        wait(lambda: bool(done))


def wait_warm(session: Session) -> None:
    """Until the warm-up has ended too, which begins a moment after the first network is there."""
    begin = time.perf_counter()
    wait(lambda: time.perf_counter() > begin + _WARM_S)
    wait_idle(session)


def wait(condition: Callable[[], bool]) -> None:
    """Run the event loop until the condition holds."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start(0)
    if not condition():
        loop.exec()
    timer.stop()


if __name__ == "__main__":
    main()
