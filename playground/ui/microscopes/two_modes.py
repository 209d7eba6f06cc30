"""A microscope of layers that do one thing while training and another in use, with a switch between the two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from playground.engine.arithmetic import Place
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.segmented import SegmentedSwitch

TRAINING, USE = 0, 1


class TwoModesMicroscope(PairMicroscope):
    """`modes` shows the layer in the other mode, on the same inputs and the same blame; nothing else is changed by it.

    Subclasses put `modes` somewhere.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._given: Scene | None = None
        self._swapped: Scene | None = None
        self._is_other = False
        self.modes = SegmentedSwitch(("training", "in use"), "Training or in use")
        self.modes.currentChanged.connect(self._on_mode)
        super().__init__(session, parent)

    @property
    def is_other_mode(self) -> bool:
        """Whether the layer is shown in the mode in which it was not recorded."""
        return self._is_other

    @property
    def other_seed(self) -> int:
        """Of a mask that has to be drawn for the other mode."""
        return self.scene.experiment.mask_seed(self.scene.training_round)

    def _present(self, scene: Scene) -> None:
        from playground.engine.arithmetic.other_mode import can_be_in_other_mode, has_other_mode, in_other_mode

        if scene is self._swapped and self._given is not None:
            scene = self._given  # told to draw itself again
        if self._given is None or scene.node != self._given.node:
            self._is_other = False
        self._given = self._scene = scene
        there_are_two, can_switch = has_other_mode(scene.frame), can_be_in_other_mode(scene.frame)
        self.modes.setVisible(there_are_two)
        recorded = TRAINING if scene.frame.training else USE
        with QSignalBlocker(self.modes):
            self.modes.set_item_enabled(TRAINING, True)
            self.modes.set_item_enabled(USE, True)
            why = "" if can_switch else "A single number has no spread to measure."
            self.modes.set_item_enabled(1 - recorded, can_switch, why)
            self._is_other = self._is_other and can_switch
            self.modes.set_current(1 - recorded if self._is_other else recorded)
        other = in_other_mode(scene.frame, self.other_seed) if self._is_other else None
        if other is not None:
            trace = replace(scene.trace, frames={**scene.trace.frames, scene.node: other})
            self._scene = self._swapped = scene = replace(scene, trace=trace)
        super()._present(scene)

    def _on_mode(self, mode: int) -> None:
        if self._given is None:
            return
        self._is_other = mode != (TRAINING if self._given.frame.training else USE)
        self._present(self._given)

    def focus_place(self) -> Place | None:
        return None if self._is_other else super().focus_place()
