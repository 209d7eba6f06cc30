"""The panel that answers "Where does this number come from?", and leads on from number to number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import UNHURRIED
from playground.ui.microscopes.change_row import ChangeRow
from playground.ui.microscopes.coloured_well import ColouredWell
from playground.ui.microscopes.factor_roles import roles_of
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.meant_number import Written, meant, meant_or_why_not
from playground.ui.microscopes.origin_foot import OriginFoot, RoleLegend
from playground.ui.microscopes.origin_found import Found, found_of
from playground.ui.microscopes.origin_trail import Crumb, Trail
from playground.ui.microscopes.term_rows import TermRows
from playground.ui.microscopes.terms_list import ROW, TermsList
from playground.ui.microscopes.worded_numbers import Pointing, WordsLabel
from playground.ui.session import Session
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.headings import SectionHeading, Separator, TextLabel
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.numbers import count, exact, short
from playground.ui.widgets.popup_panel import PopupPanel
from playground.ui.widgets.symbol_text import symbol_html

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place
    from playground.ui.microscopes.base import Explain, Scene

_WIDTH = 510
_DIGITS = 9
_PATIENCE = 250
"""Milliseconds after which it is said that a number is being worked out."""
_LEARNT = ("weight", "grad_weight", "updated")

Origin = Callable[["Place"], "Explanation"]
"""Explains the number at a place of what is on screen."""


class OriginPopup(PopupPanel):
    """Opened at a number: symbols, numbers put in, value, words, and all terms, whose factors can be asked in turn."""

    lit = Signal(object)
    """{Place: role of the theme}: what is to be marked on the microscope; empty ends it."""
    layer_wanted = Signal(object)
    """The Place of a number whose layer is to be shown."""
    disagreements_wanted = Signal()
    """The gradients of the whole network are to be checked."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH)
        self._session = session
        self._origin: Origin | None = None
        self._scene: Scene | None = None
        self._crumbs: tuple[Crumb, ...] = ()
        self._pending: tuple[Crumb, ...] = ()
        self._found: Found | None = None
        self.trail, self.foot, self.terms = Trail(), OriginFoot(), TermsList()
        self.change, self.check = ChangeRow(session), GradientCheckRow(session)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._title = TextLabel("", "small", "muted", wrap=True)
        self._value = TextLabel("", "title", "highlight", selectable=True)
        self._well = ColouredWell()
        self._legend = RoleLegend()
        self._words = WordsLabel("", wrap=True)
        self._terms_heading, self._check_heading = SectionHeading(""), SectionHeading("Check it yourself")
        for label in (self._title, self._value, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 9)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self._title, 1)
        line.addWidget(self._value, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.trail)
        column.addLayout(line)
        column.addWidget(self.change)
        for widget in (self._well, self._legend, self._words, self._terms_heading, self.terms):
            column.addWidget(widget)
        for widget in (self._check_heading, self.check, Separator(), self.foot):
            column.addWidget(widget)

    def _connect(self) -> None:
        typesetter().ready.connect(self._on_typeset)
        number_style.changed.connect(self._write_again)
        self.trail.gone_back.connect(self._go_back_to)
        self.terms.pointed.connect(self._point_at)
        self.terms.chosen.connect(self.follow)
        self.terms.resized.connect(self._on_resized)
        self.change.resized.connect(self._on_resized)
        self._well.part_hovered.connect(self._on_part)
        self._well.part_clicked.connect(self._follow_part)
        self._patience.timeout.connect(self._say_that_it_takes_time)
        self.foot.layer_wanted.connect(self._want_layer)
        self.foot.check_wanted.connect(self._show_check)
        self.foot.disagreements_wanted.connect(self.disagreements_wanted)

    @property
    def explanation(self) -> Explanation | None:
        """The explanation on screen."""
        return None if self._found is None else self._found.explanation

    @property
    def has_answered(self) -> bool:
        """Whether it is on screen and says where the number comes from, not only that it is being worked out."""
        return self.isVisible() and self._found is not None

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors of its formula, as they are numbered there."""
        return () if self._found is None else self._found.coloured.factors

    # ---- opening

    def open_at(
        self, position: QPoint, explain: Explain, origin: Origin | None = None, scene: Scene | None = None
    ) -> None:
        """Work the origin out on the worker thread, then show it beside a point of the screen.

        `origin` explains the number at any place, so that factors can be followed; `scene` is what is on screen.
        """
        self._origin, self._scene = origin, scene
        self._position, self._is_moved = position, False
        self._ask((Crumb(explain),))

    def renew(self, origin: Origin, scene: Scene) -> None:
        """The same number at another moment: what it was made of has changed. A number without a place is let go."""
        places = [crumb.place for crumb in self._crumbs]
        if not self.isVisible():
            return
        if not places or None in places:
            self.hide()
            return
        self._origin, self._scene = origin, scene
        self._ask(tuple(replace(crumb, explain=self._explain_at(crumb.place)) for crumb in self._crumbs if crumb.place))
        self._patience.stop()  # what is being typed there stays as it is

    def _explain_at(self, place: Place) -> Explain:
        origin = self._origin
        assert origin is not None
        return lambda: origin(place)

    def _ask(self, crumbs: tuple[Crumb, ...]) -> None:
        self._pending = crumbs
        self._patience.start()
        done = while_alive(self, partial(self._show, crumbs))
        work = partial(found_of, crumbs[-1].explain)
        self._session.background.run("origin", work, done, while_alive(self, partial(self._failed, crumbs)))

    def _failed(self, crumbs: tuple[Crumb, ...], error: Exception) -> None:
        from playground.engine.arithmetic import ExplanationError

        if not isinstance(error, ExplanationError):
            raise error
        if crumbs is self._pending:
            self._show_words(crumbs, str(error))

    def _say_that_it_takes_time(self) -> None:
        """A sum of ten thousands of terms is not there at once."""
        if self._pending:
            self._show_words(self._pending, "Working it out …")

    def _show_words(self, crumbs: tuple[Crumb, ...], words: str) -> None:
        """Nothing but words."""
        self._patience.stop()
        self._crumbs, self._found = crumbs, None
        self.trail.show_crumbs(crumbs)
        self._title.setText("")
        self._value.setText("")
        self._words.setText(words)
        self.change.show_place(None)
        for widget in (self._well, self._legend, self._terms_heading, self.terms, self._check_heading, self.check):
            widget.hide()
        self.foot.hide()
        self._words.show()
        self._appear()
        self.lit.emit({})

    def _show(self, crumbs: tuple[Crumb, ...], found: Found) -> None:
        if crumbs is not self._pending:
            return
        self._patience.stop()
        self._found, explanation = found, found.explanation
        self._crumbs = (*crumbs[:-1], Crumb(crumbs[-1].explain, explanation.symbol, explanation.place))
        self.trail.show_crumbs(self._crumbs)
        self._title.setText(explanation.title)
        self._value.setText(short(explanation.value, _DIGITS))
        self._value.setToolTip(exact(explanation.value))
        self._well.show_formulas(found.coloured)
        self._legend.show_roles(found.roles)
        self._legend.setVisible(bool(explanation.terms))
        self._words.setText(explanation.words)
        self._words.setVisible(bool(explanation.words))
        self._show_terms(found.rows)
        self._check_heading.hide()
        self.check.hide()
        self.foot.show()
        self.foot.show_offers(explanation, self._other_layer(), can_check=self._can_check())
        self.change.show_place(explanation.place, explanation.symbol)
        was_open = self.isVisible()
        self._appear()
        if not was_open or (self.holds_keyboard and not self.change.isVisible()):
            (self.terms if self.terms.isVisible() else self).setFocus(Qt.FocusReason.PopupFocusReason)
        self._point_at(None)

    def _show_terms(self, rows: TermRows) -> None:
        shown = len(rows) > 1 or rows.can_be_asked
        heading = f"{count(rows.terms)} terms, the largest first" if rows.terms > 6 else "The numbers in it"
        self._terms_heading.setText(heading)
        self._terms_heading.setVisible(shown)
        self.terms.setVisible(shown)
        self.terms.show_rows(rows)

    def _write_again(self) -> None:
        """Numbers have more or fewer digits now."""
        if self._found is not None and self.isVisible():
            self._ask(self._crumbs)

    def _on_typeset(self, latex: str) -> None:
        """A formula has got its size."""
        if self.isVisible() and self._well.holds(latex):
            self._appear()

    def _on_resized(self) -> None:
        if self.isVisible():
            self._appear()

    def _appear(self) -> None:
        self._well.fit()
        host = self.parentWidget()
        assert host is not None
        self.appear()
        over = self.height() - (host.height() - 16)
        if over > 0 and self.terms.isVisible():
            self.terms.blockSignals(True)
            self.terms.set_room((self.terms.height() - over) // ROW)
            self.terms.blockSignals(False)
            self.appear()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pending = ()
        self.lit.emit({})

    def forget(self) -> None:
        """While it is closed nothing is held of what was recorded."""
        if self.isHidden():
            self._origin = self._scene = self._found = None
            self._crumbs = ()
            self.trail.show_crumbs(())
            self.check.forget()

    # ---- pointing at factors

    def _on_part(self, part: int) -> None:
        factors = self.factors
        self._point_at(factors[part] if 0 <= part < len(factors) else None)

    def _point_at(self, factor: Factor | None) -> None:
        """Light one factor alone, here and on the microscope; all of them, if none is pointed at."""
        if self._found is None:
            return
        if factor is None:
            self._well.mark(-1, "")
            self.lit.emit(self._found.lit)
            return
        part = next((number for number, other in enumerate(self.factors) if other is factor), -1)
        self._well.mark(part, f"{symbol_html(factor.symbol)} = {exact(factor.value)}")
        self.lit.emit(roles_of([factor]))

    # ---- going on and back

    def follow(self, factor: Factor) -> None:
        """Go on to where a factor comes from: it says so itself, or it stands at a recorded place."""
        explain = factor.because
        if explain is None and factor.place is not None and self._origin is not None:
            explain = self._explain_at(factor.place)
        if explain is not None:
            self._ask((*self._crumbs, Crumb(explain, factor.symbol, factor.place)))

    def _follow_part(self, part: int) -> None:
        if 0 <= part < len(self.factors):
            self.follow(self.factors[part])

    def ask_written(self, written: Written, position: QPoint) -> None:
        """A number within the words was clicked: go on to it."""
        del position
        scene, origin, found = self._scene, self._origin, self._found
        if scene is not None and origin is not None and found is not None:
            explain = partial(meant_or_why_not, scene, written, None, origin, (lambda: found.explanation,))
            self._ask((*self._crumbs, Crumb(explain)))

    def point_at_written(self, written: Written, found: Pointing) -> None:
        """The pointer rests on such a number."""
        scene, origin, shown = self._scene, self._origin, self._found
        if scene is None or origin is None or shown is None:
            return

        def done(explanation: Explanation | None) -> None:
            found(None if explanation is None else explanation.value)

        work = partial(meant, scene, written, None, origin, (lambda: shown.explanation,))
        self._session.background.run("written in the origin", work, while_alive(self, done), delay=UNHURRIED)

    def go_back(self) -> None:
        """Return to the number before."""
        self._go_back_to(len(self._crumbs) - 2)

    def _go_back_to(self, place: int) -> None:
        if 0 <= place < len(self._crumbs) - 1:
            self._ask(self._crumbs[: place + 1])

    # ---- what else is offered

    def _other_layer(self) -> str:
        """The title of the layer of the number, if another one is on screen."""
        place = None if self.explanation is None else self.explanation.place
        if place is None or self._scene is None or place.node == self._scene.node:
            return ""
        return self._scene.title(place.node)

    def _want_layer(self) -> None:
        if self.explanation is not None and self.explanation.place is not None:
            place = self.explanation.place
            self.hide()
            self.layer_wanted.emit(place)

    def _can_check(self) -> bool:
        """Whether the number is a learnt one or its gradient, in a step that went back."""
        place = None if self.explanation is None else self.explanation.place
        if place is None or self._scene is None or place.kind not in _LEARNT:
            return False
        return place.name in self._scene.trace.frames[place.node].grad_weights

    def _show_check(self) -> None:
        assert self.explanation is not None
        place = self.explanation.place
        assert place is not None
        assert self._scene is not None
        self._check_heading.show()
        self.check.show()
        self.foot.check.hide()
        self.check.check(self._scene, replace(place, kind="grad_weight"), "it")
        self._appear()

    # ---- the keyboard

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here are not the mode's while the panel has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            return True
        is_global = event.key() >= Qt.Key.Key_F1 and event.key() <= Qt.Key.Key_F35
        is_focus = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return not is_global and not is_focus and not event.modifiers() & Qt.KeyboardModifier.ControlModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_back = event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier
        if is_back or event.key() == Qt.Key.Key_Backspace:
            self.go_back()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.foot.copy_value()
        elif event.text() and (event.text().isdigit() or event.text() in "-−.") and self._can_type():
            self.change.focus_field()
            self.change.field.setText(event.text())
        else:
            super().keyPressEvent(event)
            event.accept()  # nothing that is typed here may move the step behind

    def _can_type(self) -> bool:
        return self.change.isVisible() and isinstance(self.change.field, QLineEdit) and self.change.field.isVisible()
