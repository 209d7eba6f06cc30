"""The bubbles on the canvas: one for each problem that stands somewhere and is more than unfinished work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.ui.canvas.bubble import Bubble

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis, Problem
    from playground.ui.canvas.scene import GraphScene

MOST_BUBBLES = 6


class ProblemBubbles:
    """Puts bubbles into the scene and takes them out again."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self.shown: list[Bubble] = []

    def show(self, analysis: Analysis) -> None:
        """Show the problems as they are now; bubbles that say the same stay where they are."""
        scene = self._scene
        problems = [
            problem
            for problem in analysis.problems
            if problem.node in scene.seen.stands_for and not problem.is_warning and not problem.is_unfinished
        ][:MOST_BUBBLES]
        if [bubble.problem.message for bubble in self.shown] == [problem.message for problem in problems]:
            for bubble, problem in zip(self.shown, problems, strict=True):
                bubble.problem = problem
            return
        self.clear()
        taken = [card.box.translated(card.pos()) for card in scene.cards.values()] if problems else []
        for problem in problems:
            bubble = Bubble(problem)
            bubble.setPos(self._place_for(problem, bubble, taken))
            taken.append(bubble.boundingRect().translated(bubble.pos()))
            bubble.repair_chosen.connect(self._repair)
            self.shown.append(bubble)
            scene.addItem(bubble)

    def clear(self) -> None:
        """Take all away."""
        for bubble in self.shown:
            self._scene.removeItem(bubble)
        self.shown.clear()

    def drop_orphans(self) -> None:
        """Take those away whose card is not on show any more."""
        scene = self._scene
        orphans = [b for b in self.shown if scene.seen.stands_for.get(b.problem.node or "") not in scene.cards]
        for bubble in orphans:
            scene.removeItem(bubble)
            self.shown.remove(bubble)

    def _place_for(self, problem: Problem, bubble: Bubble, taken: Sequence[QRectF]) -> QPointF:
        """Below the card it concerns, its right end under the card's, clear of what is there."""
        scene = self._scene
        card = scene.cards[scene.seen.stands_for[problem.node or ""]]
        width, height = bubble.size
        box = QRectF(card.pos() + QPointF(card.look.size[0] - width, card.look.size[1] + 14), QSizeF(width, height))
        while (hit := next((other for other in taken if other.intersects(box)), None)) is not None:
            box.moveTop(hit.bottom() + 14)
        return box.topLeft()

    def _repair(self, problem: Problem, index: int) -> None:
        repair, session = problem.repairs[index], self._scene.session
        session.edit(repair.label, repair.apply(session.graph))
