"""What all views share: the open document and everything that follows from it, kept up to date in the background.

Data flows one way. A view asks for an edit here; the document changes; analysis, network and activations of the
shown example follow, each on the worker thread; the views redraw on the signals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.data import DataError, DataSet, Samples, data_set, fitted, load
from playground.engine.by_hand import put_in, put_in_state
from playground.graph import edits
from playground.graph.document import Document
from playground.graph.experiment import Base, Experiment
from playground.graph.model import Graph
from playground.ui.background import Background
from playground.ui.bases import Bases
from playground.ui.by_hand import ByHand
from playground.ui.warming import warm_up, warm_up_rarer_layers

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.engine.weights import WeightStore

THUMBNAIL_LIMIT = 500_000_000
"""Multiply-adds up to which every edit sends the shown example through the network."""

_FIRST_PAINT_MS = 30
"""Importing torch holds the interpreter for seconds, so the window is given this long to paint itself first."""

_RARER_MS = 700
"""After torch has come, the open network goes first; what other networks will need is warmed up this much later."""

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Progress:
    """What training has left behind beside the weights, as plain arrays: the optimizer's state, and the curves."""

    optimizer: Arrays = field(default_factory=dict[str, np.ndarray])
    history: Arrays = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True)
class Example:
    """One example of the data set: `x` has the shape of one example, `target` is a class index or values."""

    index: int
    x: np.ndarray
    target: np.ndarray
    label: str


@dataclass(frozen=True)
class _Computed:
    """What the worker sends back after a forward pass."""

    outputs: Arrays
    state: Arrays


class Session(QObject):
    """The document, its consequences, and the signals that say which of them are new."""

    experiment_changed = Signal(object, object)
    """(before, after): any edit, undo, redo or opening."""
    analysis_changed = Signal(object)
    """Analysis: shapes and problems of the present graph are known."""
    example_changed = Signal()
    """Another example is shown, or the data set has been loaded."""
    activations_changed = Signal()
    """`activations` and `state` are those of the present network and example."""
    weights_changed = Signal()
    """Tensors changed without an edit: training, reset, a file."""
    starting = Signal()
    """The window has been painted; when the slots have run, torch comes and holds the interpreter for a while."""
    warmed_up = Signal()
    """torch is loaded and its slow first operations are done."""
    document_opened = Signal()
    """Another document took the place of the old one."""
    file_changed = Signal()
    """Path or saved state changed."""
    closed = Signal()
    """The window is closing: windows that stand beside it close too."""
    message = Signal(str, str)
    """(level, text): "info", "warning" or "error", to be shown to the user."""

    def __init__(self, experiment: Experiment | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.background = Background(self)
        self.by_hand = ByHand(self)
        self.bases = Bases(self)
        self._warmer: Background | None = None
        self.document = Document(experiment)
        self.document.subscribe(self._on_document)
        self.path: Path | None = None
        self.progress = Progress()
        self.analysis: Analysis | None = None
        self.activations: Arrays = {}
        self.state: Arrays = {}
        self.samples: Samples | None = None
        self.example_index = 0
        self._store: WeightStore | None = None
        self._given: tuple[tuple[object, ...], tuple[np.ndarray, np.ndarray]] | None = None
        self._opened_state: Arrays = {}
        self._is_unsaved = False
        self._is_closed = False
        QTimer.singleShot(_FIRST_PAINT_MS, self._start)

    def _start(self) -> None:
        if self._is_closed:
            return
        self.starting.emit()
        self._load_data()
        self.background.run("warm", warm_up, self._on_warm)

    # ---- what views read

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self.document.experiment

    @property
    def graph(self) -> Graph:
        """The network as it is now."""
        return self.document.graph

    @property
    def data_set(self) -> DataSet:
        """The description of the chosen data set."""
        return data_set(self.experiment.data.name)

    @property
    def example_count(self) -> int:
        """How many examples can be looked through: the test examples, which training never sees."""
        return 0 if self.samples is None else len(self.samples.x_test)

    @property
    def example(self) -> Example | None:
        """The example that thumbnails and Step show; None until the data is loaded."""
        given = self.given_example()
        if given is None or self.samples is None:
            return None
        index, data = self.example_index, self.data_set
        x, target = self.by_hand.changed_example(index, *given)
        in_unit = target if data.classes else self.samples.scale.in_unit(target)
        return Example(index, x, target, data.label(index, in_unit))

    def given_example(self) -> tuple[np.ndarray, np.ndarray] | None:
        """That example and its target as the data set has them, without changes by hand."""
        if self.samples is None:
            return None
        shape = None if self.analysis is None else self.analysis.input_shape
        asked = (self.samples, self.example_index, shape)
        if self._given is None or any(new is not old for new, old in zip(asked, self._given[0], strict=True)):
            x, target = self.samples.x_test[self.example_index], self.samples.y_test[self.example_index]
            if shape is not None and shape != x.shape and self.data_set.fits(shape):
                x = fitted(x, shape)
            self._given = (asked, (x, np.asarray(target)))
        return self._given[1]

    # ---- what views ask for

    def edit(self, label: str, graph: Graph, merge: object = None) -> None:
        """One undoable edit of the network, called `label` in the Edit menu."""
        self.document.edit(label, graph, merge)

    def apply(self, label: str, experiment: Experiment, merge: object = None) -> None:
        """One undoable edit of anything in the experiment."""
        self.document.apply(label, experiment, merge)

    def choose_data(self, name: str, label: str = "", merge: object = None) -> None:
        """Take another data set and give the input its shape, as one edit."""
        wanted, graph = data_set(name), self.graph
        for node in graph:
            shape = node.params.get("shape")
            if node.type == "input" and not (isinstance(shape, tuple) and wanted.fits(tuple(map(int, shape)))):
                graph = edits.set_params(graph, node.id, {"shape": wanted.sample_shape})
        data = replace(self.experiment.data, name=name, permuted=0)
        self.apply(label or f"Choose {wanted.title}", replace(self.experiment, graph=graph, data=data), merge)

    def show_example(self, index: int) -> None:
        """Show another example; the index wraps around."""
        if self.example_count and index % self.example_count != self.example_index:
            self.example_index = index % self.example_count
            self.example_changed.emit()
            self._compute()

    def take_weights(
        self, analysis: Analysis, state: Arrays, progress: Progress | None = None, base: Base | None = None
    ) -> None:
        """Training has got on: these are the tensors now, of the network as it was analysed when training began.

        `base` is that from which it began.
        """
        if self._store is not None:
            self._store.remember(analysis, state, "" if base is None else base.digest)
        if progress is not None:
            self.progress = progress
        self._is_unsaved = True
        self.weights_changed.emit()
        self.file_changed.emit()
        self._compute()

    def reset_weights(self) -> None:
        """Back to the starting values: those that the seed gives, and those of the base."""
        if self._store is not None:
            self._store.forget()
        self.progress = Progress()
        self.weights_changed.emit()
        self._compute()

    def starting_state(self) -> Arrays:
        """The tensors learnt so far for the present network; layers that were never trained are absent.

        With a base its layers are there from the beginning.
        """
        if self._store is None or self.analysis is None:
            return {}
        return {**self.bases.fitting(self.analysis), **self._store.recall(self.analysis, self.bases.name)}

    def replace_document(
        self,
        experiment: Experiment,
        path: Path | None,
        state: Arrays,
        progress: Progress,
        example: int = 0,
        base: Arrays | None = None,
    ) -> None:
        """Open another document in place of this one; `base` are the tensors of its base, if it has one."""
        before = self.experiment
        self.document = Document(experiment)
        self.document.subscribe(self._on_document)
        self.by_hand.forget()
        self.path, self.progress, self.example_index = path, progress, example
        self._opened_state, self._is_unsaved = dict(state), False
        self.bases.open(experiment, base or {})
        self.activations, self.state = {}, {}
        if self._store is not None:
            self._store.forget()
        self._on_document(before, experiment)
        self.document_opened.emit()
        self.file_changed.emit()

    def close(self) -> None:
        """End the worker threads."""
        self._is_closed = True
        self.closed.emit()
        self._end_warmer()
        self.background.close()

    @property
    def is_modified(self) -> bool:
        """Whether there is anything that is not in the file: edits, or weights learnt since."""
        return self.document.is_modified or self._is_unsaved

    def mark_unsaved(self) -> None:
        """No file holds this."""
        self._is_unsaved = True
        self.file_changed.emit()

    def mark_saved(self, experiment: Experiment) -> None:
        """The file holds this experiment and the weights of now."""
        self.document.mark_saved(experiment)
        self._is_unsaved = False
        self.file_changed.emit()

    # ---- what follows from an edit

    def _on_document(self, before: Experiment, after: Experiment) -> None:
        if (before.data, before.seed) != (after.data, after.seed):  # the toy sets are drawn from the seed
            self._load_data()
        self.experiment_changed.emit(before, after)
        self.file_changed.emit()
        if before.graph is not after.graph or before.data.name != after.data.name:
            self._analyse()
        elif _computes_other_numbers(before, after):
            self._compute()

    @Slot()
    def _on_warm(self, store: WeightStore) -> None:
        self._store = store
        self.warmed_up.emit()
        self._analyse()
        QTimer.singleShot(_RARER_MS, self._warm_up_rarer_layers)

    def _warm_up_rarer_layers(self) -> None:
        """On a thread of its own: it takes more than a second, for which no edit should have to wait."""
        if not self._is_closed:
            self._warmer = Background(self)
            self._warmer.failed.connect(self.background.failed)
            self._warmer.run("warm rarer layers", warm_up_rarer_layers, lambda _: self._end_warmer())

    def _end_warmer(self) -> None:
        if self._warmer is not None:
            self._warmer.close()
            self._warmer = None

    def _load_data(self) -> None:
        data, seed = self.experiment.data, self.experiment.seed
        self.samples = None
        self.background.run(
            "data",
            lambda: (data, load(data.name, noise=data.noise, samples=data.samples, seed=seed, permuted=data.permuted)),
            self._on_data,
            self._on_data_failed,
        )

    def _on_data(self, loaded: tuple[object, Samples]) -> None:
        data, samples = loaded
        if data == self.experiment.data:
            self.samples = samples
            self.example_index %= max(1, self.example_count)
            self.example_changed.emit()
            self._compute()

    def _on_data_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError | OSError):
            raise error
        self.example_changed.emit()
        self.message.emit("error", str(error))

    def _analyse(self) -> None:
        if self._store is None:
            return
        graph, data = self.graph, self.data_set

        def work() -> Analysis:
            from playground.engine.shapes import analyse

            return analyse(graph, data)

        self.background.run("analysis", work, self._on_analysis)

    def _on_analysis(self, analysis: Analysis) -> None:
        if analysis.graph is not self.graph:
            return
        self.analysis = analysis
        if self._opened_state and self._store is not None:
            self._store.remember(analysis, self._opened_state, self.bases.name)
            self._opened_state = {}
        self.analysis_changed.emit(analysis)
        self._compute()

    def _compute(self) -> None:
        """Send the shown example through the network."""
        analysis, example = self.analysis, self.example
        if analysis is None or analysis.graph is not self.graph:
            return
        shape = analysis.input_shape
        if example is None or shape != example.x.shape or analysis.multiply_adds > THUMBNAIL_LIMIT:
            self.activations = {}
            self.state = put_in_state(self.starting_state(), self.experiment.weights_by_hand)
            self.activations_changed.emit()
            return
        known, experiment = self.starting_state(), self.experiment
        self.background.run(
            "activations",
            lambda: (analysis, example.index, _forward(analysis, experiment, known, example.x)),
            self._on_computed,
        )

    def _on_computed(self, result: tuple[Analysis, int, _Computed]) -> None:
        analysis, index, computed = result
        if analysis is self.analysis and index == self.example_index:
            self.activations, self.state = computed.outputs, computed.state
            self.activations_changed.emit()


def _computes_other_numbers(before: Experiment, after: Experiment) -> bool:
    """Whether the shown example gives other numbers in the same network."""
    if before.seed != after.seed or before.training.starting_values != after.training.starting_values:
        return True
    if before.base != after.base:
        return True
    return (before.weights_by_hand, before.examples_by_hand) != (after.weights_by_hand, after.examples_by_hand)


def _forward(analysis: Analysis, experiment: Experiment, state: Arrays, x: np.ndarray) -> _Computed:
    """Outputs of every layer for one example, in use (not training) mode, without the batch."""
    from playground.engine.compile import compile_network
    from playground.engine.trace import record

    network = compile_network(analysis, experiment.seed, state, initialiser=experiment.training.starting_values)
    put_in(network, experiment.weights_by_hand)
    trace = record(network, x[np.newaxis], training=False)
    return _Computed({key: frame.output[0] for key, frame in trace.frames.items()}, network.state())
