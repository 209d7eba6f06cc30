"""A microscope with the story of what is in focus beside it: what most of them look like."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope
from playground.ui.microscopes.story import StoryPanel
from playground.ui.session import Session
from playground.ui.widgets.headings import Separator

_SHARE, _NARROWEST, _WIDEST = 0.32, 330, 470
"""Of the microscope's width that the story takes, within these limits in pixels."""


class ToldMicroscope(Microscope):
    """Views on the left below the header, `story` on the right. Subclasses call `lay_out` when their views are made."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.explain_requested)

    def lay_out(self, *views: QWidget) -> None:
        """Put the views below each other; the first takes the room that is left."""
        left = QVBoxLayout()
        left.setContentsMargins(24, 14, 20, 14)
        left.setSpacing(12)
        left.addLayout(self.header())
        for place, view in enumerate(views):
            left.addWidget(view, 0 if place else 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(_NARROWEST, min(_WIDEST, int(event.size().width() * _SHARE))))
