"""The microscope of softmax and of the losses: scores, powers, shares, the target, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.bars_view import BarColumn, BarsView
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.number_text import sum_text
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

MOST_ROWS = 20
"""Of more classes only those with the largest shares are listed, and the true one."""


class DistributionMicroscope(ToldMicroscope):
    """Units are the classes or outputs. The panel beside the bars tells about the one in focus, or about the loss."""

    unit_noun = "class"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.bars = BarsView()
        self.bars.clicked.connect(self._on_clicked)
        self._places: list[list[Place | None]] = []
        self._rows: list[int] = []
        self.lay_out(self.bars)

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.inputs[0].shape[1]) if self.has_scene else 1

    @property
    def _is_loss(self) -> bool:
        return self.scene.frame.target is not None

    @property
    def _has_classes(self) -> bool:
        return self.scene.frame.type in ("cross_entropy", "softmax")

    def _true(self) -> int:
        """The true class, −1 where the target is something else or does not belong to this layer."""
        target = self.scene.frame.target
        if target is None or not np.issubdtype(target.dtype, np.integer):
            return -1
        return int(target[SHOWN])

    def _present(self, scene: Scene) -> None:
        self.unit_noun = "class" if self._has_classes else "output"
        shares = self._shares()
        self._rows = self._visible(shares)
        if scene.phase == "forward" and self._unit == 0 and self._true() > 0:
            self._unit = self._true()
        self._show()

    def _shares(self) -> np.ndarray:
        frame = self.scene.frame
        if frame.type == "softmax":
            return example(frame.output).astype(np.float64)
        if frame.type == "cross_entropy":
            scores = example(frame.inputs[0]).astype(np.float64)
            powers = np.exp(scores - scores.max())
            return powers / powers.sum()
        return np.abs(example(frame.inputs[0])).astype(np.float64)

    def _visible(self, shares: np.ndarray) -> list[int]:
        if len(shares) <= MOST_ROWS:
            return list(range(len(shares)))
        rows = set(np.argsort(-shares)[: MOST_ROWS - 1].tolist())
        if self._true() >= 0:
            rows.add(self._true())
        return sorted(rows)

    def _show(self) -> None:
        scene = self.scene
        self._show_bars()
        backward = " · backward" if scene.phase == "backward" else ""
        self.title.setText(f"{scene.title()}{backward}")
        kind = {
            "cross_entropy": "cross-entropy: how surprising is the true class?",
            "softmax": "scores become shares of one",
        }
        self.subtitle.setText(kind.get(scene.frame.type, "squared error: how far off is each output?"))
        self.story.tell(self._story())
        self.status_changed.emit()

    def _name(self, unit: int) -> str:
        names = self.scene.classes
        if len(names) == self.unit_count:
            return names[unit]
        return f"class {unit + 1}" if self._has_classes else f"output {unit + 1}"

    # ---- the bars

    def _show_bars(self) -> None:
        from playground.engine.arithmetic import Place

        scene, frame = self.scene, self.scene.frame
        node, rows = scene.node, self._rows
        inputs = example(frame.inputs[0]).astype(np.float64)
        columns: list[tuple[BarColumn, str]] = []
        if self._has_classes:
            columns.append((BarColumn("score z", inputs[rows].tolist(), signed=True), "input"))
            if scene.phase == "forward":
                powers = np.exp(np.clip(inputs[rows], -300, 300))
                columns.append((BarColumn("power eᶻ", powers.tolist(), role="link"), "power"))
            columns.append((BarColumn("share p", self._shares()[rows].tolist(), percent=True), "share"))
        else:
            columns.append((BarColumn("output o", inputs[rows].tolist(), signed=True), "input"))
        if self._is_loss:
            wanted = self._wanted()
            columns.append((BarColumn("target", wanted[rows].tolist(), role="success", digits=3), "target"))
        if scene.phase == "backward":
            if frame.type == "softmax" and frame.grad_output is not None:
                arriving = example(frame.grad_output)[rows].tolist()
                columns.append((BarColumn("blame of p", arriving, signed=True), "grad_output"))
            handed = example(frame.grad_inputs[0])[rows].tolist()
            title = {"cross_entropy": "blame p − y", "squared_error": "blame o − t"}.get(frame.type, "blame of z")
            columns.append((BarColumn(title, handed, signed=True), "grad_input"))
        elif frame.type == "squared_error":
            half = 0.5 if frame.params.get("reduction") == "half_sum" else 1.0 / len(inputs)
            cost = half * (self._wanted() - inputs) ** 2
            columns.append(
                (BarColumn("½(t − o)²" if half == 0.5 else "(t − o)² / n", cost[rows].tolist(), role="danger"), "cost")
            )
        names = [self._name(unit) for unit in rows]
        marked = rows.index(self._true()) if self._true() in rows else -1
        chosen = rows.index(self._unit) if self._unit in rows else -1
        self.bars.show_bars(names, [column for column, _ in columns], marked, chosen)
        self._places = [
            [
                Place(node, kind, (SHOWN, unit)) if kind in ("input", "grad_input", "grad_output") else None
                for _, kind in columns
            ]  # type: ignore[arg-type]
            for unit in rows
        ]
        if frame.type == "softmax":
            for line, unit in zip(self._places, rows, strict=True):
                for place, (_, kind) in enumerate(columns):
                    if kind == "share":
                        line[place] = Place(node, "output", (SHOWN, unit))

    def _wanted(self) -> np.ndarray:
        """The target as one number for each output; with label smoothing, what is left of it."""
        frame = self.scene.frame
        assert frame.target is not None
        if np.issubdtype(frame.target.dtype, np.integer):
            wanted = np.zeros(self.unit_count)
            wanted[int(frame.target[SHOWN])] = 1.0
        else:
            wanted = np.asarray(frame.target[SHOWN], dtype=np.float64).reshape(-1)
        smoothing = frame.params.get("label_smoothing", 0.0)
        assert isinstance(smoothing, int | float)
        return wanted * (1 - smoothing) + smoothing / len(wanted)

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        unit = self._rows[row]
        if unit != self._unit:
            self.select_unit(unit)
            return
        place = self._places[row][column] if column >= 0 else None
        if place is not None:
            trace = self.scene.trace
            self.ask(lambda: origin_of(trace, place), position)

    def _present_unit(self) -> None:
        self._show()

    # ---- the panel

    def _story(self) -> list[Block]:
        from playground.engine.arithmetic import explain_grad_input, explain_output

        frame, unit = self.scene.frame, self._unit
        if self.scene.phase == "backward":
            return self._blame_story(explain_grad_input(frame, 0, (SHOWN, unit)))
        if not self._is_loss:
            return self._share_story(explain_output(frame, (SHOWN, unit)))
        found = explain_output(frame, ())
        blocks: list[Block] = [
            Heading("What are we after?"),
            Prose(f"One number for how wrong the network is. {found.words}"),
            FormulaBox(found.symbols, 17),
        ]
        true = self._true()
        if frame.type == "cross_entropy" and true >= 0:
            share = float(self._shares()[true])
            blocks.append(
                Lines(
                    (
                        Line(f"share of {self._name(true)}", "", short(share, 6), "link"),
                        Line("−log of it", "", short(-float(np.log(max(share, 1e-300))), 6), "loss"),
                    )
                )
            )
        batch = f" (mean over {self.scene.batch} examples)" if self.scene.batch > 1 else ""
        blocks.append(Result(f"E{batch} = <b>{short(found.value, 9)}</b>"))
        if frame.type == "cross_entropy":
            classes = self.unit_count
            blocks += [
                Heading("To compare"),
                Prose(
                    f"Guessing blindly among {classes} classes costs log {classes} = {short(np.log(classes), 4)}.",
                    quiet=True,
                ),
            ]
        return blocks

    def _share_story(self, found: Explanation) -> list[Block]:
        top = sorted(enumerate(found.terms), key=lambda pair: -pair[1].value)[:5]
        lines = tuple(Line(f"e^z of {self._name(unit)}", "", short(term.value, 5), "link") for unit, term in top)
        return [
            Heading("What are we after?"),
            Prose(f"The share of {self._name(self._unit)}. {found.words}"),
            FormulaBox(found.symbols, 17),
            Lines(lines),
            Result(f"p = <b>{short(100 * found.value, 6)} %</b>"),
        ]

    def _blame_story(self, found: Explanation) -> list[Block]:
        name, value = self._name(self._unit), found.value
        way = "must sink" if value > 0 else "must rise" if value < 0 else "is right as it is"
        return [
            Heading("What are we after?"),
            Prose(f"If the score of {name} grew a little, how much would the error change? {found.words}"),
            FormulaBox(found.symbols, 17),
            Result(
                f"{sum_text(found)} = <b>{short(value, 6)}</b>"
                if len(found.terms) <= 3
                else f"<b>{short(value, 6)}</b>"
            ),
            Heading("So"),
            Prose(f"The score of {name} {way} for the error to become smaller.", quiet=True),
        ]

    def status(self) -> str:
        return f"{self.scene.title()}: {self.unit_noun} {self._unit + 1} of {self.unit_count}"
