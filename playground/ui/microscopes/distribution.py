"""The microscope of softmax and of the losses that compare lists: scores, powers, shares, the target, the blame."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.bars_view import BarColumn, BarsView
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.distribution_columns import Column, columns_of, part_text, visible_rows
from playground.ui.microscopes.loss_columns import columns_of_loss, question_of
from playground.ui.microscopes.loss_plot import LossPlot
from playground.ui.microscopes.number_text import sum_text, written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Own, Prose, Result
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

MOST_ROWS = 20
"""Of more classes only those with the largest shares are listed, and the true one."""


class DistributionMicroscope(ToldMicroscope):
    """Units are the classes or outputs. The panel beside the bars tells about the one in focus, or about the loss."""

    unit_noun = "class"
    takes_turns = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.bars = BarsView()
        self.bars.clicked.connect(self._on_clicked)
        self.plot = LossPlot()
        self.story.hold(self.plot)
        self._columns: tuple[Column, ...] = ()
        self._rows: list[int] = []
        self.lay_out(self.bars)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setMinimumHeight(140 if self.height() < 560 else 180)

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.inputs[0].shape[1]) if self.has_scene else 1

    @property
    def _is_loss(self) -> bool:
        return self.scene.frame.target is not None

    @property
    def _has_classes(self) -> bool:
        """Whether the numbers are scores of classes of which one is true, not outputs on their own."""
        return self._compares_scores or (self.scene.frame.type == "hinge" and self._true() >= 0)

    @property
    def _compares_scores(self) -> bool:
        return self.scene.frame.type in ("cross_entropy", "softmax")

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the bars show, from left to right."""
        return self._columns

    def _true(self) -> int:
        """The true class, −1 where the target is something else or does not belong to this layer."""
        target = self.scene.frame.target
        if target is None or self.unit_count == 1 or not np.issubdtype(target.dtype, np.integer):
            return -1
        return int(target[SHOWN])

    def _present(self, scene: Scene) -> None:
        self.unit_noun = "class" if self._has_classes else "output"
        if scene.phase == "forward" and self._unit == 0 and self._true() > 0:
            self._unit = self._true()
        self._show()

    def _shares(self) -> np.ndarray:
        """What makes a class or an output worth a row: its share, else its charge."""
        from playground.engine.arithmetic.loss_curve import charges
        from playground.engine.arithmetic.surprise import shares

        frame = self.scene.frame
        if frame.type == "softmax":
            return example(frame.output).astype(np.float64)
        if frame.type == "cross_entropy":
            return shares(example(frame.inputs[0]).astype(np.float64))
        return charges(frame)[SHOWN]

    def _show(self) -> None:
        scene = self.scene
        self._rows = visible_rows(self._shares().tolist(), MOST_ROWS, (self._true(), self._unit))
        self._show_bars()
        backward = " · backward" if scene.phase == "backward" else ""
        self.title.setText(f"{scene.title()}{backward}")
        self.subtitle.setText(question_of(scene.frame.type))
        self.story.tell(self._story())
        self.status_changed.emit()

    def _name(self, unit: int) -> str:
        names = self.scene.classes
        if len(names) == self.unit_count:
            return names[unit]
        return f"class {unit + 1}" if self._has_classes else f"output {unit + 1}"

    # ---- the bars

    def _show_bars(self) -> None:
        self._columns = columns_of(self.scene) if self._compares_scores else columns_of_loss(self.scene)
        rows = self._rows
        shown = [
            BarColumn(
                column.title,
                column.numbers[rows].tolist(),
                signed=column.signed,
                role=column.role,
                percent=column.percent,
                sum=_sum(column.numbers) if column.has_sum and self.unit_count > 1 else None,
                tip=column.tip,
            )
            for column in self._columns
        ]
        marked = rows.index(self._true()) if self._true() in rows else -1
        chosen = rows.index(self._unit) if self._unit in rows else -1
        together = "together Σ" if len(rows) == self.unit_count else f"all {count(self.unit_count)} Σ"
        self.bars.show_bars([self._name(unit) for unit in rows], shown, marked, chosen, together)

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        """A number was clicked: its class comes into focus, and it is asked where it comes from."""
        if row >= len(self._rows):
            self._ask_about_sum(column, position)
            return
        unit = self._rows[row]
        self.select_unit(unit)
        explain = self._columns[column].explain if column >= 0 else None
        if explain is not None:
            self.ask(lambda: explain(unit), position)

    def _ask_about_sum(self, column: int, position: QPoint) -> None:
        """A sum below a column was clicked: it is the sum of the numbers above it."""
        if column < 0 or not self._columns[column].has_sum:
            return
        held = self._columns[column]
        trace, node = self.scene.trace, self.scene.node
        self.ask(lambda: sum_of_column(held, trace.graph.node(node).title), position)

    def _present_unit(self) -> None:
        self._show()

    # ---- the number in focus

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        scene, at = self.scene, (SHOWN, self._unit)
        if scene.phase == "backward":
            return Place(scene.node, "grad_input", at)
        return Place(scene.node, "output", () if self._is_loss else at)

    def light(self, places: Mapping[Place, str]) -> None:
        cells: dict[tuple[int, int], str] = {}
        for number, column in enumerate(self._columns):
            if column.place is None:
                continue
            for row, unit in enumerate(self._rows):
                role = places.get(column.place(unit))
                is_whole = self._true() < 0 or unit == self._true()  # a class number stands for one row only
                if role is not None and (is_whole or column.place(unit).kind != "target"):
                    cells[row, number] = role
        self.bars.light(cells)

    # ---- the panel

    def _story(self) -> list[Block]:
        from playground.engine.arithmetic import explain_grad_input, explain_output

        frame, unit = self.scene.frame, self._unit
        if self.scene.phase == "backward":
            return self._blame_story(explain_grad_input(frame, 0, (SHOWN, unit)))
        if not self._is_loss:
            return self._share_story(explain_output(frame, (SHOWN, unit)))
        return self._loss_story(explain_output(frame, ()))

    def _loss_story(self, found: Explanation) -> list[Block]:
        from playground.engine.arithmetic.loss_curve import charges, explain_charge, loss_scale

        frame, trace, place = self.scene.frame, self.scene.trace, self.focus_place()
        assert place is not None
        blocks: list[Block] = [
            Heading("What are we after?"),
            Prose(f"One number for how wrong the network is. {found.words}"),
            FormulaBox(found.symbols, 17),
        ]
        true = self._true()
        if frame.type == "cross_entropy" and true >= 0 and not frame.params.get("label_smoothing"):
            share = float(self._shares()[true])
            cost = -float(np.log(max(share, 1e-300)))
            explain = self._columns[2].explain
            asked = None if explain is None else (lambda: explain(true))
            lines = [Line(f"share of {self._name(true)}", "", short(share, 6), "link", asked)]
            lines += [Line("−log of it", "", short(cost, 6), "loss", lambda: explain_charge(frame, (SHOWN, true)))]
        else:
            paid = charges(frame)[SHOWN]
            lines = [
                Line(
                    f"{self._name(int(unit))} is charged",
                    "",
                    short(float(paid[unit]), 6),
                    "loss",
                    lambda unit=int(unit): explain_charge(frame, (SHOWN, unit)),
                )
                for unit in np.argsort(-paid)[:4]
            ]
        blocks.append(Lines(tuple(lines)))
        scale = loss_scale(frame)
        if scale is not None:
            own = short(float(charges(frame)[SHOWN].sum()), 6)
            whose = "of all examples are added up" if self.scene.batch > 1 else "are added up"
            text = f"This example is charged {own}. The charges {whose} and counted × {part_text(scale.value)}."
            blocks.append(Prose(text, quiet=True))
        batch = f" (mean over {self.scene.batch} examples)" if self.scene.batch > 1 else ""
        blocks.append(Result(f"E{batch} = <b>{short(found.value, 9)}</b>", lambda: origin_of(trace, place)))
        blocks += [*self._plot_blocks(), *self._to_compare()]
        return blocks

    def _plot_blocks(self) -> list[Block]:
        """How the loss goes with the number in focus."""
        from playground.engine.arithmetic.loss_curve import loss_curve

        self.plot.show_curve(loss_curve(self.scene.frame, (SHOWN, self._unit)))
        return [Heading(f"If only {self._what()} moved"), Own(self.plot)]

    def _what(self) -> str:
        """The number in focus, as it stands in a sentence."""
        name = self._name(self._unit)
        if self._has_classes or self.scene.frame.type == "binary_cross_entropy":
            return f"the score of {name}"
        return name if name.startswith("output ") else f"the output for {name}"

    def _to_compare(self) -> list[Block]:
        if self.scene.frame.type != "cross_entropy":
            return []
        classes = self.unit_count
        text = f"Guessing blindly among {classes} classes costs log {classes} = {short(np.log(classes), 4)}."
        return [Heading("To compare"), Prose(text, quiet=True)]

    def _share_story(self, found: Explanation) -> list[Block]:
        from playground.engine.arithmetic.surprise import explain_power

        frame = self.scene.frame
        top = sorted(enumerate(found.terms), key=lambda pair: -pair[1].value)[:5]
        lines = tuple(
            Line(
                f"eᶻ of {self._name(unit)}",
                "",
                short(term.value, 5),
                "link",
                lambda unit=unit: explain_power(frame, (SHOWN, unit)),
            )
            for unit, term in top
        )
        return [
            Heading("What are we after?"),
            Prose(f"The share of {self._name(self._unit)}. {found.words}"),
            FormulaBox(found.symbols, 17),
            Lines(lines),
            Result(f"p = <b>{short(100 * found.value, 6)} %</b>"),
        ]

    def _blame_story(self, found: Explanation) -> list[Block]:
        value, trace, place = found.value, self.scene.trace, self.focus_place()
        assert place is not None
        way = "must sink" if value > 0 else "must rise" if value < 0 else "is right as it is"
        noun = self._what()
        lines, made_of = ((), sum_text(found)) if self._is_loss else self._against_average()
        shown = made_of if not self._is_loss or len(found.terms) <= 3 else ""
        blocks: list[Block] = [
            Heading("What are we after?"),
            Prose(f"If {noun} grew a little, how much would the error change? {found.words}"),
            FormulaBox(found.symbols, 17),
            *([Lines(lines)] if lines else []),
            Result(f"{f'{shown} = ' if shown else ''}<b>{short(value, 6)}</b>", lambda: origin_of(trace, place)),
        ]
        if self._is_loss:
            blocks += self._plot_blocks()
        so = f"{noun[0].upper()}{noun[1:]} {way} for the error to become smaller."
        return [*blocks, Heading("So"), Prose(so, quiet=True)]

    def _against_average(self) -> tuple[tuple[Line, ...], str]:
        """Softmax on the way back: the share, its own blame, the average blame, and the product of the two."""
        columns = {column.title: column for column in self._columns}
        share, own, average = columns["share p"], columns["blame of p"], columns["p · blame"]
        title = self.scene.trace.graph.node(self.scene.node).title

        def line(label: str, column: Column, role: str) -> Line:
            explain, unit = column.explain, self._unit
            asked = None if explain is None else (lambda: explain(unit))
            return Line(label, "", short(float(column.numbers[unit]), 6), role, asked)

        mean = float(average.numbers.sum())
        lines = (
            line(f"share of {self._name(self._unit)}", share, "link"),
            line("its own blame", own, "loss"),
            Line("average blame", "", short(mean, 6), "muted", lambda: sum_of_column(average, title)),
        )
        shown, blamed = (written(float(column.numbers[self._unit])) for column in (share, own))
        taken = f"− {written(mean)}" if mean >= 0 else f"+ {written(-mean)}"
        return lines, f"{shown} · ({blamed} {taken})"

    def status(self) -> str:
        return f"{self.scene.title()}: {self.unit_noun} {self._unit + 1} of {self.unit_count}"


def _sum(numbers: np.ndarray) -> float:
    """The sum, which is 0 where only rounding is left of it."""
    total = float(numbers.sum())
    return 0.0 if abs(total) < 1e-12 * float(np.abs(numbers).max(initial=0.0)) else total


def sum_of_column(column: Column, title: str) -> Explanation:
    """Where the sum below a column comes from: the numbers above it."""
    from playground.engine.arithmetic import Factor, Term, worked_out

    explain, place = column.explain, column.place
    terms = [
        Term(
            (
                Factor(
                    f"a_{{{unit + 1}}}",
                    float(number),
                    None if place is None or place(unit).kind == "target" else place(unit),
                    None if explain is None else partial(explain, unit),
                ),
            )
        )
        for unit, number in enumerate(column.numbers)
    ]
    return worked_out(f"{column.title} of {title}, added up", r"\Sigma", r"\sum_{k} a_{k}", terms)
