"""Opens the number in focus into its gates, over the microscope, and closes them again; follows where the step goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtWidgets import QToolTip

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import UNHURRIED, Explain
from playground.ui.microscopes.circuit import CircuitMicroscope
from playground.ui.microscopes.opened import TERMS, OpenedGates
from playground.ui.session import Session

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.opened import Opened
    from playground.ui.microscopes.worded_numbers import Pointing
    from playground.ui.step.stage import Stage

_SETTLED = "This network is drawn as gates already."


class OpenedDoor(QObject):
    """Between the stage and the gates. Call `follow` when another number may be in focus."""

    explain_requested = Signal(object, QPoint)
    refused = Signal(str)
    """Why the gates cannot be opened, in plain words."""
    closed = Signal()

    def __init__(self, session: Session, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._stage = session, stage
        self._asked: Place | None = None
        self._most = TERMS[0]
        self.gates = OpenedGates(stage)
        self.gates.hide()
        self.gates.closed.connect(self.close)
        self.gates.terms_wanted.connect(self._on_terms)
        self.gates.explain_requested.connect(self.explain_requested)
        self.gates.written_pointed.connect(self._on_written)
        stage.installEventFilter(self)
        stage.gates_requested.connect(self.open)
        stage.focus_changed.connect(self.follow)

    @property
    def is_open(self) -> bool:
        return self._asked is not None

    def why_not(self) -> str:
        """Why the number in focus cannot be opened; empty if it can."""
        microscope = self._stage.microscope
        if microscope is None or not microscope.has_scene:
            return "Nothing is on screen yet."
        if isinstance(microscope, CircuitMicroscope):
            return _SETTLED
        from playground.engine.opened import why_not

        return why_not(microscope.scene.trace, microscope.focus_place())

    def _on_written(self, explain: Explain, found: Pointing) -> None:
        """Find out which number it is that the pointer rests on."""

        def failed(error: Exception) -> None:
            from playground.engine.arithmetic import ExplanationError

            if not isinstance(error, ExplanationError):
                raise error

        def done(explanation: Explanation) -> None:
            found(explanation.value)

        self._session.background.run("written in the gates", explain, while_alive(self, done), failed, delay=UNHURRIED)

    def toggle(self) -> None:
        """Open the number in focus, or close the gates."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def open(self) -> None:
        """Draw the gates of the number in focus; or say why they cannot be."""
        if reason := self.why_not():
            self._refuse(reason)
            return
        self._open()

    def close(self) -> None:
        """Back to the layer."""
        if self._asked is None:
            return
        self._asked = None
        self.gates.hide()
        microscope = self._stage.microscope
        if microscope is not None:
            microscope.setFocus()
        self.closed.emit()

    def follow(self) -> None:
        """Another number, another station, or another recording: the gates follow within a layer, else they close."""
        microscope = self._stage.microscope
        if microscope is None:
            self.close()
            return
        reason = self.why_not()
        microscope.gates_button.allow(reason)
        if self._asked is None:
            return
        if reason or microscope.scene.node != self._asked.node:
            self.close()
        else:
            self._open()

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers at these places, in these roles, if they are drawn."""
        self.gates.light(places)

    # ---- opening

    def _open(self) -> None:
        from playground.engine.opened import open_into_gates

        microscope = self._stage.microscope
        assert microscope is not None
        place, scene, most = microscope.focus_place(), microscope.scene, self._most
        if place is None:
            return
        was_open = self._asked is not None
        self._asked = place

        def done(opened: Opened) -> None:
            if self._asked is None or opened.asked != self._asked or self._stage.microscope is not microscope:
                return
            if microscope.scene.trace is not scene.trace:
                return
            self.gates.show_opened(opened, microscope.scene, most)
            self._cover()
            self.gates.show()
            self.gates.raise_()
            if not was_open:
                self.gates.view.setFocus()

        self._session.background.run(
            "open into gates",
            lambda: open_into_gates(scene.trace, place, most, microscope.names),
            while_alive(self, done),
            self._on_failed,
        )

    def _on_failed(self, error: Exception) -> None:
        from playground.engine.arithmetic import ExplanationError

        if not isinstance(error, ExplanationError):
            raise error
        self.close()
        self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        """Say why at the button, where it was pressed or would be."""
        microscope = self._stage.microscope
        if microscope is not None:
            button = microscope.gates_button
            button.allow(reason)
            QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), reason, button)
        self.refused.emit(reason)

    def _on_terms(self, most: int) -> None:
        self._most = most
        if self.is_open:
            self._open()

    # ---- where it lies

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stage and event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def _cover(self) -> None:
        self.gates.setGeometry(self._stage.rect())
