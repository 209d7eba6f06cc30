"""Large architectures on the canvas: opening each network of the zoo, editing and panning ResNet-152, 3,000 layers."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

from playground.engine.memory import readable
from playground.graph import edits
from playground.graph.model import Edge, Graph, Node
from playground.ui.app import make_application
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.garbage import GuiThreadCollector
from playground.ui.session import Progress, Session
from playground.zoo import all_zoo_networks, zoo_experiment
from tests.benchmarks.canvas import FRAME_MS, frame, report, step, wait, wait_idle, wait_warm

OPEN_MS, EDIT_MS = 1000.0, 100.0
LAYERS = 3000


def main() -> None:
    """Print what each takes, against 1 s for opening, 100 ms for an edit and the 16.7 ms of a frame at 60 Hz."""
    make_application(sys.argv)
    collector = GuiThreadCollector()
    session = Session(zoo_experiment("lenet-5"))
    session.warmed_up.connect(collector.settle)
    view = GraphView(GraphScene(session))
    view.resize(1200, 800)
    view.show()
    wait(lambda: session.analysis is not None)
    wait_warm(session)
    _measure_opening(session, view)
    _measure_memory(session)
    _measure_edits(session, view, "resnet-152")
    for name, opens in (("closed", False), ("all open", True)):
        _open(session, "resnet-152")
        view.editing.set_all_open(opens)
        _measure_frames(view, f"ResNet-152 {name}")
    _show(session, thousands())
    _measure_frames(view, f"{LAYERS:,} layers")
    session.close()


def thousands() -> Graph:
    """A chain of 3,000 layers in rows."""
    graph = Graph((Node("input", "input", {"shape": (8,)}),))
    nodes = tuple(Node(f"relu{i}", "relu", position=(i % 60 * 200.0, i // 60 * 220.0)) for i in range(1, LAYERS))
    ids = ["input", *(node.id for node in nodes)]
    wires = tuple(Edge(a, b) for a, b in pairwise(ids))
    return Graph((*graph.nodes, *nodes), wires)


def _show(session: Session, graph: Graph) -> None:
    base = zoo_experiment("lenet-5")
    session.replace_document(type(base)(graph, base.data, base.training), None, {}, Progress())
    wait(lambda: session.analysis is not None and session.analysis.graph is session.graph)


def _open(session: Session, key: str) -> float:
    """Milliseconds from asking for a network until it is drawn with all shapes."""
    before = time.perf_counter()
    session.replace_document(zoo_experiment(key), None, {}, Progress())
    wait(lambda: session.analysis is not None and session.analysis.graph is session.graph)
    return (time.perf_counter() - before) * 1000


def _measure_opening(session: Session, view: GraphView) -> None:
    times: dict[str, float] = {}
    for network in all_zoo_networks():
        wait_idle(session)
        times[network.key] = _open(session, network.key)
        view.viewport().repaint()
    report(f"opening each of {len(times)} networks", list(times.values()), OPEN_MS)
    slowest = sorted(times, key=lambda key: -times[key])[:5]
    print("  the slowest: " + ", ".join(f"{key} {times[key]:.0f} ms" for key in slowest))


def _measure_memory(session: Session) -> None:
    for key in ("vgg-19", "efficientnet-b7"):
        wait_idle(session)
        before = _resident()
        _open(session, key)
        wait_idle(session)
        weights = 4 * session.analysis.parameters if session.analysis is not None else 0
        print(f"  opening {key}: {readable(max(0, _resident() - before))} more; its weights: {readable(weights)}")


def _resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _measure_edits(session: Session, view: GraphView, key: str) -> None:
    """From the edit of a parameter until all shapes that follow are known and drawn."""
    _open(session, key)
    times: list[float] = []
    for filters in range(65, 85):
        before = time.perf_counter()
        session.edit("edit", edits.set_params(session.graph, "conv1", {"out_channels": filters}))
        wait(lambda: session.analysis is not None and session.analysis.graph is session.graph)
        view.viewport().repaint()
        times.append((time.perf_counter() - before) * 1000)
        wait_idle(session)
    report(f"one edit of {key}, on screen", times, EDIT_MS)


def _measure_frames(view: GraphView, name: str) -> None:
    view.fit()
    for zoom in (view.zoom, 1.0):
        view.set_zoom(zoom)
        for number in range(10):
            frame(view, partial(view._pan, step(number)))
        times = [frame(view, partial(view._pan, step(number))) for number in range(120)]
        report(f"panning, {name}, zoom {zoom:.2f}", times, FRAME_MS)


if __name__ == "__main__":
    main()
