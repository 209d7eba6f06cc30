"""Numbers changed by hand: any weight, any number of the shown example, and what should come out for it.

Every change is one undoable edit of the document; what follows from it is worked out as after any other edit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from playground.engine.by_hand import set_of, with_changes
from playground.graph import by_hand, edits, freezing
from playground.graph.by_hand import Key, Part
from playground.layers.fixed import kernel_number, with_kernel_number
from playground.ui.widgets.numbers import MINUS, count, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Frame, Trace
    from playground.graph.experiment import Experiment, WeightByHand
    from playground.ui.session import Session

What = Literal["weight", "kernel", "input", "value", "class", ""]
"""What a number that can be changed is: a weight, a given kernel's number, an input, a target value or its class."""

LARGEST = 1_000_000.0
"""Beyond this a number only makes all others infinite."""


class ByHandError(ValueError):
    """Why a number cannot be changed, or not to this; the message is fit for the user."""


class ByHand:
    """The session's changes by hand. Places are those of the recorded step that Step shows (see `look_at`)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trace: Trace | None = None
        self._recorded: Experiment | None = None
        self.round = 1
        """The round of training on screen: a weight changed in a later one is changed from there on."""
        self._last: tuple[tuple[object, ...], Experiment, tuple[np.ndarray, np.ndarray]] | None = None
        self.is_training = False
        """While training runs, weights move too fast to be changed by hand."""

    def look_at(self, trace: Trace, experiment: Experiment, number: int) -> None:
        """Step shows this recorded round of this experiment."""
        self._trace, self._recorded, self.round = trace, experiment, number

    def forget(self) -> None:
        """Another document: nothing of it has been recorded yet."""
        self._trace, self._recorded, self.round = None, None, 1

    # ---- what can be changed, and what it is now

    def what(self, place: Place) -> What:
        """What the number at a place is to the one who changes it; empty if it cannot be changed."""
        place = self.settled(place)
        graph, example = self._session.graph, self._session.example
        if place.node not in graph:
            return ""
        if place.kind == "weight":
            return "weight" if self._tensor(place) is not None else ""
        if place.kind == "buffer" and graph.node(place.node).type == "fixed_conv2d":
            return "kernel"
        if example is None or not place.index or place.index[0] != 0:
            return ""
        if place.kind == "output" and graph.node(place.node).type == "input":
            return "input" if _lies_within(place.index[1:], example.x.shape) else ""
        if place.kind == "target" and len(graph.sources(place.node)) == 1 and not self._session.data_set.is_gallery:
            if not self._session.data_set.classes:
                return "value" if _lies_within(place.index[1:], example.target.shape) else ""
            return "class" if example.target.ndim == 0 else ""
        return ""

    def can_change(self, place: Place) -> bool:
        """Whether the number at a place is a weight, a bias, or a number of the shown example or its target."""
        return bool(self.what(place))

    def settled(self, place: Place) -> Place:
        """Where a number is at home: what enters a layer is what the layer before gave; a learnt number's is its own.

        An output of a layer that is nothing but its parameter is that parameter, and a part of the input is the input.
        """
        graph = self._session.graph
        if place.node not in graph:
            return place
        sources = graph.sources(place.node)
        if place.kind == "input" and place.port < len(sources):
            place = replace(place, node=sources[place.port], kind="output", port=0)
        if place.kind == "output" and graph.node(place.node).type == "slice" and len(place.index) > 1:
            source, start = sources[0] if sources else "", graph.node(place.node).params.get("start", 0)
            if source and graph.node(source).type == "input" and isinstance(start, int):
                return replace(place, node=source, index=(place.index[0], place.index[1] + start, *place.index[2:]))
        if place.kind == "output" and graph.node(place.node).type == "parameter" and self._trace is not None:
            frame = self._trace.frames.get(place.node)
            names = list(frame.weights) if frame is not None else []
            if frame is not None and len(names) == 1 and frame.weights[names[0]].ndim == len(place.index) - 1:
                return replace(place, kind="weight", index=place.index[1:], name=names[0])
        return place

    def value(self, place: Place) -> float:
        """The number as the document has it now, even while the step that follows from it is still being recorded."""
        place, what = self.settled(place), self.what(place)
        if what == "weight":
            base = self._base(place)
            entry = self._entry(place, base)
            return base if entry is None else entry.value
        if what == "kernel":
            return kernel_number(self._session.graph.node(place.node), place.index)
        example = self._session.example
        if example is None or not what:
            raise ByHandError("This number is worked out from others: change one of those.")
        return float(example.x[place.index[1:]] if what == "input" else example.target[place.index[1:]])

    def original(self, place: Place) -> float:
        """What the number would be without any change by hand."""
        place, what = self.settled(place), self.what(place)
        if what in ("weight", "kernel"):
            return self._base(place) if what == "weight" else self.value(place)
        return float(self._given("x" if what == "input" else "target")[place.index[1:]])

    def is_changed(self, place: Place) -> bool:
        """Whether the number is what it is by hand."""
        return self.can_change(place) and self.value(place) != self.original(place)

    def classes(self) -> tuple[str, ...]:
        """The names of the classes among which the target chooses."""
        return self._session.data_set.classes

    def read(self, place: Place, text: str) -> float:
        """The number that was typed for a place: 0.5, 0,5, 1e-3 or 1/2.

        Raises:
            ByHandError: it is none, or none that can stand there.
        """
        plain = text.strip().replace(MINUS, "-").replace(",", ".")
        if not plain:
            raise ByHandError("Type a number, such as 0.5.")
        try:
            above, slash, below = plain.partition("/")
            value = float(above) / float(below) if slash else float(plain)
        except ZeroDivisionError:
            raise ByHandError("Nothing can be divided by 0.") from None
        except ValueError:
            raise ByHandError(f"“{text.strip()}” is not a number. Type one such as 0.5, {MINUS}2 or 1/3.") from None
        self._check(place, value)
        return value

    def _check(self, place: Place, value: float) -> None:
        if not math.isfinite(value):
            raise ByHandError("It has to be a finite number: everything after it would be infinite too, or no number.")
        if abs(value) > LARGEST:
            limits = f"{MINUS}{LARGEST:,.0f} and {LARGEST:,.0f}"
            raise ByHandError(f"That is too large to be of use: take one between {limits}.")
        what = self.what(place)
        if not what:
            raise ByHandError("This number is worked out from others: change one of those.")
        if what == "class" and not (value == int(value) and 0 <= value < len(self.classes())):
            last = len(self.classes()) - 1
            raise ByHandError(f"There is no class {short(value)}: they have the numbers from 0 to {last}.")
        if what == "weight" and self.is_training:
            raise ByHandError("Training is running and moves the weights: pause it first.")

    # ---- changing

    def change(self, changes: Mapping[Place, float], label: str = "", merge: Hashable | None = None) -> None:
        """Give numbers other values, as one undoable edit; edits in a row with an equal `merge` become one.

        Raises:
            ByHandError: one of them cannot be changed, or not to this.
        """
        for place, value in changes.items():
            self._check(place, value)
        label = label or self._label(changes)
        experiment, weights = self._session.experiment, dict[Key, tuple[float, float]]()
        inputs, targets = dict[tuple[int, ...], float](), dict[tuple[int, ...], float]()
        for place, value in changes.items():
            place, what = self.settled(place), self.what(place)
            if what == "weight":
                for twin in self._twins(place):
                    weights[twin.node, twin.name, twin.index] = (self._base(twin), value)
            elif what == "kernel":
                layer = with_kernel_number(experiment.graph.node(place.node), place.index, value)
                experiment = replace(experiment, graph=edits.update(experiment.graph, layer))
            else:
                (inputs if what == "input" else targets)[place.index[1:]] = value
        if weights:
            experiment = by_hand.change_weights(experiment, weights)
        if inputs:
            experiment = self._with_example(experiment, "x", inputs)
        if targets:
            experiment = self._with_example(experiment, "target", targets)
        self._session.apply(label, experiment, merge)

    def change_input(self, x: np.ndarray, label: str, merge: Hashable | None = None) -> None:
        """Put other numbers in the place of the whole shown example, as `change` does."""
        given, wanted = np.ravel(self._given("x")), np.ravel(x).astype(np.float32)
        places = np.flatnonzero(given.astype(np.float32) != wanted)
        values = _in_decimals(wanted[places])
        experiment, index = self._session.experiment, self._session.example_index
        shape, numbers = tuple(map(int, x.shape)), tuple(places.tolist())
        changed = by_hand.put_example(experiment, self._set(), index, "x", shape, numbers, tuple(values))
        self._session.apply(label, changed, merge)

    def take_back(self, places: Collection[Place]) -> None:
        """Give numbers back what they were without changes by hand: as learnt, or as the data set has them."""
        changed = [place for place in places if self.is_changed(place)]
        if changed:
            what = self._name(changed[0]) if len(changed) == 1 else f"{count(len(changed))} numbers"
            self.change({place: self.original(place) for place in changed}, f"Take back the change of {what}")

    def take_back_layer(self, node: str) -> None:
        """Take back everything that was changed by hand of a layer; of the input, in the shown example."""
        experiment, title = self._session.experiment, self._session.graph.node(node).title
        gone = [entry for entry in experiment.weights_by_hand if entry.node == node]
        after = by_hand.drop_weights(experiment, gone)
        for part in self._parts(node):
            entry = by_hand.entry_of(after, self._set(), self._session.example_index, part)
            after = replace(after, examples_by_hand=tuple(e for e in after.examples_by_hand if e is not entry))
        self._session.apply(f"Take back the changes by hand of {title}", after)

    def take_back_all(self) -> None:
        """Take back every change by hand, of all layers and of the shown example."""
        experiment, shown = self._session.experiment, (self._set(), self._session.example_index)
        others = tuple(e for e in experiment.examples_by_hand if (e.data, e.example) != shown)
        after = replace(experiment, weights_by_hand=(), examples_by_hand=others)
        self._session.apply("Take back all changes by hand", after)

    def marks(self) -> dict[str, int]:
        """How many numbers of each layer are changed by hand; of input and loss, in the shown example."""
        experiment, graph = self._session.experiment, self._session.graph
        found: dict[str, int] = {}
        for entry in experiment.weights_by_hand:
            if entry.node in graph:
                found[entry.node] = found.get(entry.node, 0) + 1
        if experiment.examples_by_hand:
            for node in (node.id for node in graph):
                for part in self._parts(node):
                    entry = by_hand.entry_of(experiment, self._set(), self._session.example_index, part)
                    if entry is not None:
                        found[node] = found.get(node, 0) + len(entry.places)
        return found

    # ---- freezing

    def can_freeze(self, place: Place) -> bool:
        """Whether the number belongs to a parameter that training moves or would move."""
        place = self.settled(place)
        return place.kind in ("weight", "grad_weight", "updated") and self._tensor(place) is not None

    def numbers_of(self, place: Place) -> int:
        """How many numbers the parameter has that a number belongs to."""
        array = self._tensor(self.settled(place))
        return 0 if array is None else int(array.size)

    def is_frozen(self, place: Place) -> bool:
        """Whether training leaves this number as it is, by itself or with all of its parameter."""
        place = self.settled(place)
        held = () if place.node not in self._session.graph else self._session.graph.node(place.node).held
        return (place.name, place.index) in held or self.is_frozen_whole(place)

    def is_frozen_whole(self, place: Place) -> bool:
        """Whether training leaves the parameter of this number as it is, all of it."""
        place = self.settled(place)
        return place.node in self._session.graph and place.name in self._session.graph.node(place.node).frozen

    def freeze(self, node: str, name: str, on: bool) -> None:
        """Freeze a parameter, or let all of it learn again, as one undoable edit."""
        graph, title = self._session.graph, self._session.graph.node(node).title
        after = freezing.freeze(graph, {node: (name,)}) if on else freezing.let_learn(graph, node, name)
        if after is not graph:
            self._session.edit(f"Freeze {name} of {title}" if on else f"Let {name} of {title} learn", after)

    def freeze_number(self, place: Place, on: bool, name: str = "") -> None:
        """Freeze a single number of a parameter, or let it learn again; `name` is what the Edit menu calls it."""
        place = self.settled(place)
        graph = freezing.hold(self._session.graph, place.node, (place.name, place.index), on=on)
        if graph is not self._session.graph:
            called = name or self._name(place)
            self._session.edit(f"Freeze {called}" if on else f"Let {called} learn", graph)

    # ---- examples

    def changed_example(self, index: int, x: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A test example as it is shown: with what was changed by hand."""
        experiment = self._session.experiment
        if not experiment.examples_by_hand:
            return x, target
        key = (id(experiment), id(self._session.samples), index, x.shape)
        if self._last is None or self._last[0] != key or self._last[1] is not experiment:
            changed = (with_changes(experiment, index, "x", x), with_changes(experiment, index, "target", target))
            self._last = (key, experiment, changed)
        return self._last[2]

    def _given(self, part: Part) -> np.ndarray:
        """The shown example as the data set has it."""
        given = self._session.given_example()
        if given is None:
            raise ByHandError("The example is still being loaded.")
        return given[0] if part == "x" else given[1]

    def _with_example(self, experiment: Experiment, part: Part, numbers: Mapping[tuple[int, ...], float]) -> Experiment:
        given = self._given(part)
        places = {int(np.ravel_multi_index(index, given.shape)) if index else 0: v for index, v in numbers.items()}
        flat = np.ravel(given)
        originals = {place: float(flat[place]) for place in places}
        index = self._session.example_index
        return by_hand.change_example(experiment, self._set(), index, part, given.shape, places, originals)

    def _set(self) -> str:
        experiment = self._session.experiment
        return set_of(experiment.data, experiment.seed)

    def _parts(self, node: str) -> tuple[Part, ...]:
        """Which part of an example stands at a layer."""
        graph = self._session.graph
        if graph.node(node).type == "input":
            return ("x",)
        analysis = self._session.analysis
        is_loss = analysis is not None and node == analysis.loss and len(graph.sources(node)) == 1
        return ("target",) if is_loss else ()

    # ---- weights

    def _frame(self, place: Place) -> Frame | None:
        return None if self._trace is None else self._trace.frames.get(place.node)

    def _tensor(self, place: Place) -> np.ndarray | None:
        frame = self._frame(place)
        array = None if frame is None else frame.weights.get(place.name)
        return array if array is not None and _lies_within(place.index, array.shape) else None

    def _twins(self, place: Place) -> tuple[Place, ...]:
        """The place, and those that are one number with it in the drawing of a small network: frozen biases."""
        from playground.ui.microscopes.chain_model import chain_of

        array = self._tensor(place)
        if array is None or place.name != "bias" or not self.is_frozen_whole(place) or self._trace is None:
            return (place,)
        if bool(np.any(array != array[0])) or chain_of(self._trace) is None:
            return (place,)
        return tuple(replace(place, index=(unit,)) for unit in range(len(array)))

    def _base(self, place: Place) -> float:
        """The weight without changes by hand, at the beginning of the recorded round."""
        array = self._tensor(place)
        if array is None or self._recorded is None:
            raise ByHandError("This weight has not been recorded yet.")
        present = float(array[place.index])
        entries = self._recorded.weights_by_hand
        entry = by_hand.entry_at_work(entries, (place.node, place.name, place.index), present)
        return present if entry is None else entry.was

    def _entry(self, place: Place, base: float) -> WeightByHand | None:
        key, was = (place.node, place.name, place.index), by_hand.to_float32(base)
        entries = self._session.experiment.weights_by_hand
        return next((e for e in entries if e.was == was and by_hand.key_of(e) == key), None)

    # ---- words

    def _label(self, changes: Mapping[Place, float]) -> str:
        place, value = next(iter(changes.items()))
        if len(changes) > 1:
            title = self._session.graph.node(self.settled(place).node).title
            return f"Change {count(len(changes))} numbers of {title}"
        if self.what(place) == "class":
            return f"Change the target to {self.classes()[int(value)]}"
        return f"Change {self._name(place)} to {short(value)}"

    def _name(self, place: Place) -> str:
        """What the number is called in a menu: "weight 3, 1 of fc1"."""
        place, what = self.settled(place), self.what(place)
        title = self._session.graph.node(place.node).title
        match what:
            case "weight" | "kernel":
                return f"{place.name} {', '.join(str(n + 1) for n in place.index)} of {title}".replace("  ", " ")
            case "input":
                return f"number {', '.join(str(n + 1) for n in place.index[1:])} of {title}"
            case _:
                numbers = ", ".join(str(n + 1) for n in place.index[1:])
                return f"target {numbers}".strip()


def _in_decimals(numbers: np.ndarray) -> list[float]:
    """float32 numbers as they are written: 0.3, not 0.300000012."""
    short_ones = np.round(numbers.astype(np.float64), 6)
    for place in np.flatnonzero(short_ones.astype(np.float32) != numbers):
        short_ones[place] = float(str(numbers[place]))
    found: list[float] = short_ones.tolist()
    return found


def _lies_within(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(0 <= place < size for place, size in zip(index, shape, strict=True))
