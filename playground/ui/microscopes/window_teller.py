"""The words beside a sliding window: they follow it, worked out on the worker thread, but not at every step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.window_words import (
    backward_lines,
    backward_words,
    explanation_at,
    forward_words,
    three_ways,
)
from playground.ui.microscopes.words_card import WordsCard

if TYPE_CHECKING:
    from playground.ui.microscopes.window import WindowMicroscope

_EVERY = 120  # milliseconds between two updates while the window slides


class WindowTeller(QObject):
    """Fills the card of a window microscope."""

    def __init__(self, scope: WindowMicroscope, card: WordsCard) -> None:
        super().__init__(scope)
        self._scope, self._card = scope, card
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.tell)

    def tell_soon(self) -> None:
        """The window has moved."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._timer.stop()

    def tell(self) -> None:
        """Say what is to be said of the window as it stands."""
        self._timer.stop()
        scope = self._scope
        if not scope.has_scene:
            return
        model, place = scope.model, scope.local
        scope.view.setAccessibleDescription(f"{scope.subtitle.text()}: {scope.view.result_text()}")
        if scope.way in ("weights", "handed"):
            self._card.set_words(backward_words(model))
            self._card.set_lines(*backward_lines(model, scope.scene.batch))
            scope.place_children()
            return
        self._card.set_lines(*three_ways(model, place))
        scope.work_out("words", partial(_words_at, model, place), self._on_words)

    def _on_words(self, found: tuple[SlideModel, int, str]) -> None:
        model, place, words = found
        if model is self._scope.model and place == self._scope.local:
            self._card.set_words(words)
            self._scope.place_children()


def _words_at(model: SlideModel, place: int) -> tuple[SlideModel, int, str]:
    return model, place, forward_words(model, explanation_at(model, place))
