"""How fast small networks on points in the plane train inside the window that draws them live, over vectorised numpy.

The two networks are the default of TensorFlow Playground and about the largest that it draws; 250 points to learn from
in batches of 10, at a rate of 0.03, and as many to check with. An epoch of the reference (see `plane_reference`) trains
on all batches and works out both losses and every unit's 100 × 100 map. The application draws maps as often as a screen
can show them, so a second ratio says what it would be with all maps in every epoch, worked out by the same code.

Both take turns, so that whatever else the machine does hits both alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from tests.benchmarks.window_in_training import WindowInTraining  # isort: skip  (before Qt)

from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Graph
from playground.ui.train.plane.view import PlaneView
from playground.ui.train.train_mode import TrainMode
from playground.zoo._sketch import Sketch
from tests.benchmarks.plane_reference import BATCH, EXAMPLES, NETWORKS, RATE

ROUNDS = 5
SECONDS = 2.0
LIMIT = 0.5


class Reference:
    """The numpy loop, in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.plane_reference"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def epoch_seconds(self, network: str) -> float:
        """Train for a while; the caller waits."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{network}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


def graph(hidden: tuple[int, ...]) -> Graph:
    """Tanh behind every layer, the last one too, and ½(o − t)²."""
    net = Sketch((2,))
    for number, units in enumerate((*hidden, 1), start=1):
        net.add("dense", f"fc{number}", out_features=units)
        net.add("tanh", f"tanh{number}")
    net.add("squared_error", "loss")
    return net.graph()


def experiment(hidden: tuple[int, ...]) -> Experiment:
    """As the reference: half of the training points are for validation."""
    settings = TrainingSettings("sgd", RATE, 0.0, batch_size=BATCH, epochs=10_000_000)
    return Experiment(graph(hidden), DataSettings("circle", samples=4 * EXAMPLES, validation_fraction=0.5), settings)


class Application:
    """The window, training one of the networks and drawing it."""

    def __init__(self, window: WindowInTraining) -> None:
        self._window = window
        self.frames = 0

    @property
    def plane(self) -> PlaneView:
        """What draws the maps."""
        mode = self._window.window.findChild(TrainMode)
        assert mode is not None
        return mode.view.plane

    def open(self, network: str) -> None:
        """Begin anew with this network, and let it run for a moment."""
        window = self._window
        window.session.mark_saved(window.session.experiment)
        window.window.documents.start(experiment(NETWORKS[network]))
        window.window.show_mode("Train")
        plane = self.plane
        window.until(lambda: plane.applies and plane.frame is not None)

    def epoch_seconds(self) -> float:
        """Train for a while with everything drawn, and pause."""
        window, training = self._window, self._window.training
        training.play()
        window.until(lambda: training.state == "running" and training.history.position > 0)
        pause = time.perf_counter() + 0.3
        window.until(lambda: time.perf_counter() > pause)
        plane, frames, seen = self.plane, 0, self.plane.frame
        began, start = time.perf_counter(), training.history.position
        while time.perf_counter() - began < SECONDS:
            window.until(lambda seen=seen: plane.frame is not seen or time.perf_counter() - began > SECONDS)
            frames, seen = frames + (plane.frame is not seen), plane.frame
        seconds, epochs = time.perf_counter() - began, training.history.position - start
        self.frames = round(frames / seconds)
        training.pause()
        window.until(lambda: training.state == "paused")
        return seconds / max(epochs, 1e-9)

    def maps_seconds(self) -> float:
        """All maps once, with their pixels, by the code that draws them; without the window."""
        from playground.ui.theme import appearance
        from playground.ui.train.plane.colours import inks_of

        plane, state = self.plane, self._window.session.state
        painter = plane.painter
        assert painter is not None
        inks, times = inks_of(appearance.theme, painter.classes), list[float]()
        for _ in range(30):
            began = time.perf_counter()
            painter.paint(state, inks, False)
            times.append(time.perf_counter() - began)
        return statistics.median(times)


def main() -> int:
    """Print the ratios; the exit code is 1 if the application is too slow."""
    worst = 1e9
    with WindowInTraining(experiment(NETWORKS["2-4-2-1"])) as window:
        reference, application = Reference(), Application(window)
        print(f"Small networks, {EXAMPLES} points to learn from, batch {BATCH}, window at 1440 × 900 drawing live:")
        for network in NETWORKS:
            application.open(network)
            times: dict[str, list[float]] = {"reference": [], "window": [], "maps": []}
            for _ in range(ROUNDS + 1):
                times["reference"].append(reference.epoch_seconds(network))
                times["window"].append(application.epoch_seconds())
                times["maps"].append(application.maps_seconds())
            ours, theirs, maps = (statistics.median(times[key][1:]) for key in ("window", "reference", "maps"))
            worst = min(worst, theirs / (ours + maps))
            print(f"  {network}: milliseconds an epoch: window {1000 * ours:.2f}, ", end="")
            print(f"reference {1000 * theirs:.2f}; all maps once {1000 * maps:.2f}, ", end="")
            print(f"{application.frames} pictures a second")
            print(f"    over the reference:                        {theirs / ours:.2f}")
            print(f"    over the reference, all maps every epoch:  {theirs / (ours + maps):.2f}  (at least {LIMIT})")
        reference.end()
    return 0 if worst >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
