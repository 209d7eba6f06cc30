"""Explanations on the stage of Step mode: the popup beside the number, its factors lit up, and checks of gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.base import Explain, Microscope
from playground.ui.microscopes.disagreement_dialog import DisagreementDialog
from playground.ui.microscopes.origin import station_of, with_twins
from playground.ui.microscopes.origin_popup import OriginPopup
from playground.ui.step.stage import Stage
from playground.ui.step.walker import Walker

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Trace


class Explaining(QObject):
    """Connects the popup with the microscope on the stage; `go_to` shows a station."""

    lit = Signal(object)
    """{Place: role}: what is marked on the microscope, each place under all of its names."""

    def __init__(
        self, popup: OriginPopup, stage: Stage, walker: Walker, go_to: Callable[[int], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._popup, self._stage, self._walker, self._go_to = popup, stage, walker, go_to
        self._window = parent
        self._asked_at: tuple[str, str | None, str] | None = None
        self._disagreements: DisagreementDialog | None = None
        stage.explain_requested.connect(self.explain)
        popup.lit.connect(self._light)
        popup.layer_wanted.connect(self._show_layer_of)
        popup.disagreements_wanted.connect(self.show_disagreements)

    @property
    def disagreements(self) -> DisagreementDialog | None:
        """The list of the largest disagreements, once it was asked for."""
        return self._disagreements

    def forget(self, kept: Sequence[Trace]) -> None:
        """What is closed lets go of what was recorded, but for these."""
        self._popup.forget()
        if self._disagreements is not None:
            self._disagreements.forget(kept)

    def explain(self, explain: Explain, position: QPoint) -> None:
        """A number was asked where it comes from."""
        microscope = self._stage.microscope
        if self._walker.round is not None and microscope is not None:
            self._asked_at = self._station()
            self._popup.open_at(position, explain, microscope.origin, microscope.scene)

    def explain_focus(self) -> None:
        """The number in focus is asked by key; the popup opens in the middle of the picture."""
        microscope = self._stage.microscope
        place = microscope.focus_place() if microscope is not None and microscope.has_scene else None
        if microscope is not None and place is not None:
            middle = self._stage.mapToGlobal(QPoint(self._stage.width() // 2, self._stage.height() // 3))
            self.explain(lambda: microscope.origin(place), middle)

    def follow_step(self, microscope: Microscope) -> None:
        """An explanation stays open while its numbers change, and closes when another station is shown."""
        if self._popup.isVisible() and self._asked_at == self._station():
            self._popup.renew(microscope.origin, microscope.scene)
        else:
            self._popup.hide()

    def _station(self) -> tuple[str, str | None, str]:
        """Phase, layer, and the layer chosen in the update."""
        assert self._walker.round is not None
        moment = self._walker.round.trace.moments[self._walker.index]
        return moment.phase, moment.node, self._walker.node

    def _light(self, places: Mapping[Place, str]) -> None:
        """Mark on the microscope what the open explanation speaks of."""
        microscope = self._stage.microscope
        if microscope is not None and microscope.has_scene:
            twins = with_twins(microscope.scene.trace, places)
            microscope.light(twins)
            self.lit.emit(twins)

    def _show_layer_of(self, place: Place) -> None:
        """Go to the station where a number is made."""
        if self._walker.round is not None:
            self._go_to(station_of(self._walker.round.trace, place, self._walker.index))

    # ---- largest disagreement

    def show_disagreements(self) -> None:
        """Check the gradients of the network on screen, and list the worst."""
        microscope = self._stage.microscope
        if microscope is None or not microscope.has_scene or microscope.scene.trace.target is None:
            return
        self._popup.hide()
        if self._disagreements is None:
            self._disagreements = DisagreementDialog(self._window)
            self._disagreements.asked.connect(self._explain_gradient)
        self._disagreements.show_for(microscope.scene, microscope.names)

    def _explain_gradient(self, place: Place) -> None:
        """One of the list was chosen: show its layer on the way back, and where the gradient comes from."""
        assert self._disagreements is not None
        self._disagreements.hide()
        self._show_layer_of(place)
        microscope = self._stage.microscope
        if microscope is not None:
            if microscope.unit_noun in ("neuron", "filter") and microscope.unit_count > place.index[0]:
                microscope.select_unit(place.index[0])
            middle = self._stage.mapToGlobal(QPoint(self._stage.width() // 3, self._stage.height() // 4))
            self.explain(lambda: microscope.origin(place), middle)
