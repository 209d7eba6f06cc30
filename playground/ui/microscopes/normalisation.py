"""The microscope of the normalisations: which numbers are taken together, and what is done to them step by step."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.asking_card import Section
from playground.ui.microscopes.norm_cube import NormCube
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.statistics_table import Statistics, StatisticsTable
from playground.ui.microscopes.steps_view import AlgorithmStep, Bar, Histogram, StepsView
from playground.ui.microscopes.two_modes import TwoModesMicroscope
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.engine.arithmetic import Place
    from playground.engine.trace import Frame

_MOST = 20_000
"""Of more numbers only so many are counted for a histogram, evenly chosen."""
_LOW = 560


class NormalisationMicroscope(TwoModesMicroscope):
    """Forward the four steps of Ioffe & Szegedy's algorithm 1; backward the three ways on which blame comes back."""

    def header(self) -> QHBoxLayout:
        row = super().header()
        row.insertWidget(2, self.modes)
        return row

    def make_middle(self) -> QWidget:
        self.cube = NormCube()
        self.scope = TextLabel("", "small", "muted", wrap=True)
        self.scope.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.steps = StepsView()
        self.steps.asked.connect(self.explain_requested)
        beside = QVBoxLayout()
        beside.setSpacing(6)
        self.statistics = StatisticsTable()
        self.statistics.explain_requested.connect(self.explain_requested)
        beside.addWidget(self.statistics)
        beside.addWidget(self.scope, 1)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.cube)
        top.addLayout(beside, 1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.steps)
        return middle

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < _LOW
        self.steps.set_row(43 if low else 62)
        self.cube.set_low(low)

    def light(self, places: Mapping[Place, str]) -> None:
        super().light(places)
        self.steps.light(places)

    def show_element(self) -> None:
        from playground.engine.arithmetic import region

        frame, index = self.scene.frame, self._index()
        together = region(frame, index)
        self.subtitle.setText(self._together_words(frame, together))
        sizes = (len(frame.output), int(frame.output.shape[1]), int(np.prod(frame.output.shape[2:], dtype=np.int64)))
        self.cube.show_block(sizes, *((part.start, part.stop) for part in together))
        self.statistics.show_rows(self._batch_and_running())
        self.scope.setText(self._scope_words(frame))
        self.scope.setVisible(bool(self.scope.text()))
        self.steps.show_steps(self._ways_back() if self.backward else self._algorithm())
        self.card.set_sections(self._blame_sections() if self.backward else self._sections())
        self.explain_focus()

    def _together_words(self, frame: Frame, together: tuple[slice, slice]) -> str:
        """Which numbers share a mean and a variance."""
        if not frame.training and "running_mean" in frame.buffers:
            return "in use: running averages take the batch’s place"
        examples, channels = (part.stop - part.start for part in together)
        places = frame.output[0, 0].size
        parts = [f"{examples} example{'s' if examples != 1 else ''}"]
        parts += [f"{channels} channel{'s' if channels != 1 else ''}"]
        parts += [f"{count(places)} places"] if places > 1 else []
        return f"taken together: {' × '.join(parts)} = {count(frame.output[together].size)} numbers"

    def _scope_words(self, frame: Frame) -> str:
        """What there is to know about training and use."""
        from playground.engine.arithmetic.other_mode import has_other_mode

        if not has_other_mode(frame):
            return "Every example for itself: the same in training and in use."
        if self.is_other_mode:
            return "The rest of the pass stays as it was recorded."
        return "" if frame.training else "They stand still in use: the answer does not depend on other examples."

    # ---- forward

    def _algorithm(self) -> list[AlgorithmStep]:
        from playground.engine.arithmetic import Place, region, statistics
        from playground.engine.arithmetic.running import explain_normalised

        frame, index, node, trace = self.scene.frame, self._index(), self.scene.node, self.scene.trace
        numbers = frame.inputs[0][region(frame, index)].astype(np.float64)
        mean, variance = statistics(frame, index)
        x, epsilon = float(frame.inputs[0][index]), float(str(frame.params["eps"]))
        deviation = math.sqrt(variance + epsilon)
        normalised = (x - mean) / deviation
        drawn = _thinned(numbers)
        after = _thinned(frame.output[region(frame, index)].astype(np.float64))
        before_reach = _reach(drawn)
        scaled = (drawn - mean) / deviation
        reach = max(_reach(scaled), _reach(after))
        given = Histogram.of(drawn, before_reach)
        measured = Histogram(given.amounts, before_reach, mean, math.sqrt(variance), x)
        out = Place(node, "output", index)
        steps = [
            *self._measured(measured, numbers, mean, variance),
            AlgorithmStep(
                "3 normalise",
                "x̂ = (x − μ) / √(σ² + ε)",
                f"({short(x, 3)} {_minus(mean)}) / {short(deviation, 3)}",
                normalised,
                lambda: explain_normalised(frame, index),
                Histogram.of(scaled, reach, normalised),
                "mean",
            ),
        ]
        gain, shift = self._learnt(frame, index)
        written = f"{short(gain[1], 3)} · {_enclosed(normalised)} {_plus(shift[1])}" if gain and shift else ""
        steps.append(
            AlgorithmStep(
                "4 scale and shift" if gain else "4 nothing is learnt",
                "y = γ x̂ + β" if gain else "y = x̂",
                written,
                float(frame.output[index]),
                lambda: origin_of(trace, out),
                Histogram.of(after, reach, float(frame.output[index])),
                "mean",
                (out, *(found[0] for found in (gain, shift) if found)),
            )
        )
        return steps

    def _measured(
        self, shown: Histogram, numbers: np.ndarray[Any, Any], mean: float, variance: float
    ) -> list[AlgorithmStep]:
        """Mean and variance: worked out from these numbers, or read from the running averages."""
        from playground.engine.arithmetic.other_mode import has_other_mode
        from playground.engine.arithmetic.running import explain_mean, explain_variance

        frame, index = self.scene.frame, self._index()
        if has_other_mode(frame) and not frame.training:
            return self._remembered(shown, mean, variance)
        size = count(numbers.size)
        total, squares = float(numbers.sum()), float(((numbers - mean) ** 2).sum())
        return [
            AlgorithmStep(
                "1 mean",
                "μ = Σ x / m",
                f"{short(total)} / {size}",
                mean,
                lambda: explain_mean(frame, index),
                shown,
                "mean",
            ),
            AlgorithmStep(
                "2 variance",
                "σ² = Σ (x − μ)² / m",
                f"{short(squares)} / {size}",
                variance,
                lambda: explain_variance(frame, index),
                shown,
                "deviation",
            ),
        ]

    def _remembered(self, shown: Histogram, mean: float, variance: float) -> list[AlgorithmStep]:
        """Mean and variance as the running averages have them."""
        from playground.engine.arithmetic import Place

        trace, node, channel = self.scene.trace, self.scene.node, self._index()[1]

        def step(title: str, text: str, value: float, name: str, marks: str) -> AlgorithmStep:
            place = Place(node, "buffer", (channel,), name=name)
            return AlgorithmStep(title, text, "", value, lambda: origin_of(trace, place), shown, marks, (place,))

        return [
            step("1 mean", "μ = the running mean", mean, "running_mean", "mean"),
            step("2 variance", "σ² = the running variance", variance, "running_var", "deviation"),
        ]

    def _learnt(
        self, frame: Frame, index: tuple[int, ...]
    ) -> tuple[tuple[Place, float] | None, tuple[Place, float] | None]:
        """γ and β of the number in focus, where they stand and what they are."""
        from playground.engine.arithmetic import Place

        found: list[tuple[Place, float] | None] = []
        for name in ("weight", "bias"):
            if name not in frame.weights:
                found.append(None)
                continue
            at = index[1:] if frame.weights[name].ndim > 1 else index[1:2]
            found.append((Place(self.scene.node, "weight", at, name=name), float(frame.weights[name][at])))
        return found[0], found[1]

    def _sections(self) -> list[Section]:
        from playground.engine.arithmetic import Place

        frame, index = self.scene.frame, self._index()
        gain, shift = self._learnt(frame, index)
        node = self.scene.node
        lines = [self.say("x, what comes in", float(frame.inputs[0][index]), Place(node, "input", index))]
        if gain and shift:
            lines += [self.say("scale γ, learnt", gain[1], gain[0]), self.say("shift β, learnt", shift[1], shift[0])]
        return [("The numbers", lines)]

    def _batch_and_running(self) -> list[Statistics]:
        """What this batch measures, and what the running averages are and, in training, become."""
        from playground.engine.arithmetic import Place, region
        from playground.engine.arithmetic.other_mode import can_be_in_other_mode
        from playground.engine.arithmetic.running import explain_mean, explain_variance, running_after

        frame, index, trace, node = self.scene.frame, self._index(), self.scene.trace, self.scene.node
        if "running_mean" not in frame.buffers:
            return []
        channel, numbers = index[1], frame.inputs[0][region(frame, index)].astype(np.float64)
        share = float(str(frame.params["momentum"]))
        rows: list[Statistics] = []
        if frame.training or can_be_in_other_mode(frame):
            asked = (lambda: explain_mean(self._measuring(), index), lambda: explain_variance(self._measuring(), index))
            rows.append(Statistics("this batch", float(numbers.mean()), float(numbers.var()), *asked, frame.training))
        names = ("running_mean", "running_var")
        mean, variance = (Place(node, "buffer", (channel,), name=name) for name in names)
        label = "running, before" if frame.training else "running"
        before = Statistics(
            label,
            float(frame.buffers[mean.name][channel]),
            float(frame.buffers[variance.name][channel]),
            lambda: origin_of(trace, mean),
            lambda: origin_of(trace, variance),
            not frame.training,
        )
        rows.append(before)
        if frame.training:
            new = [running_after(frame, name, channel) for name in names]
            label = f"+ {short(100 * share, 3)} % new"
            rows.append(Statistics(label, new[0].value, new[1].value, lambda: new[0], lambda: new[1]))
        return rows

    def _measuring(self) -> Frame:
        """The layer as it measures its batch, in training, whether it is shown so or not."""
        from playground.engine.arithmetic.other_mode import in_other_mode

        frame = self.scene.frame
        return frame if frame.training else in_other_mode(frame, self.other_seed) or frame

    # ---- backward

    def _ways_back(self) -> list[AlgorithmStep]:
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.norm_paths import explain_path, paths

        scene, frame, index = self.scene, self.scene.frame, self._index()
        parts = paths(frame, index)
        total = float(frame.grad_inputs[0][index])
        sums = np.cumsum([0.0, *parts])
        reach = float(np.abs(sums).max(initial=1e-300)) * 1.05
        letter = "g" if frame.weights.get("weight", np.zeros(1)).ndim == 1 and frame.type != "group_norm" else "h"
        above = "γ" if "weight" in frame.weights and letter == "g" else "1"
        front = f"{above}/√(σ² + ε)"
        names = ("straight through", "through the mean μ", "through the variance σ²")
        formulas = (f"{front} · {letter}", f"− {front} · mean of {letter}", f"− {front} · x̂ · mean of {letter}·x̂")
        steps = [
            AlgorithmStep(
                names[way],
                formulas[way],
                "",
                part,
                lambda way=way: explain_path(frame, index, way),
                Bar(part, reach, float(sums[way])),
            )
            for way, part in enumerate(parts)
        ]
        place = Place(scene.node, "grad_input", index)
        said = "their sum: ∂E/∂x" if len(parts) > 1 else "∂E/∂x: mean and variance stand still"
        asked = partial(origin_of, scene.trace, place)
        last = AlgorithmStep("handed back", said, "", total, asked, Bar(total, reach), places=(place,))
        return [*steps, last]

    def _blame_sections(self) -> list[Section]:
        from playground.engine.arithmetic import Place

        frame, index, node = self.scene.frame, self._index(), self.scene.node
        assert frame.grad_output is not None
        gain, shift = self._learnt(frame, index)
        letter = "g = ∂E/∂y" if frame.type not in ("group_norm", "layer_norm") else "∂E/∂y (h = γ · ∂E/∂y)"
        lines = [self.say(f"arrives: {letter}", float(frame.grad_output[index]), Place(node, "grad_output", index))]
        for name, found in (("γ", gain), ("β", shift)):
            if found is not None and found[0].name in frame.grad_weights:
                place = Place(node, "grad_weight", found[0].index, name=found[0].name)
                lines.append(self.say(f"blame of {name}", float(frame.grad_weights[place.name][place.index]), place))
        return [("The numbers", lines)]


def _thinned(numbers: np.ndarray) -> np.ndarray[Any, Any]:
    flat = np.ravel(numbers)
    return flat[:: max(1, flat.size // _MOST)]


def _reach(numbers: np.ndarray) -> float:
    return float(np.abs(numbers[np.isfinite(numbers)]).max(initial=1e-9)) * 1.02


def _minus(value: float) -> str:
    """Taken off: − 0.1, or + 0.1 of a negative number."""
    return f"− {short(value, 3)}" if value >= 0 else f"+ {short(-value, 3)}"


def _plus(value: float) -> str:
    return _minus(-value) if value else "+ 0"


def _enclosed(value: float) -> str:
    """A negative number within brackets."""
    text = short(value, 3)
    return f"({text})" if text.startswith("−") else text
