"""The microscope of losses that compare numbers: the answer on the left, what it should have been on the right."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint

from playground.layers import layer_type
from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import short


class LossMicroscope(PairMicroscope):
    """Of lists, sequences and pictures. The card tells where the loss comes from; backward, the blame in focus."""

    @property
    def focused(self) -> np.ndarray:
        return self.scene.frame.inputs[0]

    @property
    def _is_wired(self) -> bool:
        return len(self.scene.frame.inputs) > 1

    @property
    def _has_classes(self) -> bool:
        target = self.scene.frame.target
        return target is not None and not self._is_wired and np.issubdtype(target.dtype, np.integer)

    def numbers_after(self) -> np.ndarray:
        """The target in the shape of the answer; where there is none, the answer itself."""
        frame = self.scene.frame
        answer = example(frame.inputs[0])
        if frame.target is None:
            return answer
        if not self._has_classes:
            return example(frame.target).reshape(answer.shape)
        label = int(frame.target[SHOWN])
        return np.array([float(label)]) if len(answer) == 1 else np.eye(len(answer))[label]

    def side_titles(self) -> tuple[str, str]:
        scene = self.scene
        before, _ = super().side_titles()
        if scene.frame.target is None:
            return before, "the answer itself is the loss"
        return before, f"target: {scene.title(scene.source(1))}" if self._is_wired else "target: what should come out"

    def _write_titles(self) -> None:
        super()._write_titles()
        self._strip_headings[0].setText("Blame handed back" if self.backward else "Answer")
        self._strip_headings[1].setText("Target" if self.scene.frame.target is not None else "Answer")

    def _ask_origin(self, side: str, position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        scene = self.scene
        if side == "before":
            super()._ask_origin(side, position)
        elif self._is_wired:
            place = Place(scene.node, "input", self._index(), 1)
            self.ask(lambda: origin_of(scene.trace, place), position)

    def show_element(self) -> None:
        from playground.engine.arithmetic import Place

        scene, frame, index = self.scene, self.scene.frame, self._index()
        kind = layer_type(frame.type)
        self.subtitle.setText(f"{kind.title}: one number for how wrong the answer is")
        wanted = self.numbers_after()[index[1:]]
        lines = [f"answer  {short(float(frame.inputs[0][index]), 6)}"]
        if frame.target is not None:
            lines.append(f"target  {short(float(wanted), 6)}")
        if self.backward:
            lines.append(f"blame   {short(float(frame.grad_inputs[0][index]), 6)}")
        lines.append(f"loss E  {short(float(frame.output), 6)}")
        self.set_card(kind.explanation, "The numbers", lines)
        place = Place(scene.node, "grad_input", index) if self.backward else Place(scene.node, "output", ())
        self.tell_origin(place)
