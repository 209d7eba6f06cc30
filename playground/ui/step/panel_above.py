"""A panel that opens above a button of the transport; a click elsewhere or on the button, or Escape, closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from playground.ui.widgets.popup_panel import PopupPanel

_EDGE, _GAP = 8, 6


class PanelAbove(PopupPanel):
    """Subclasses fill it. The anchor opens and closes it; lists that drop down from its fields belong to it."""

    def __init__(self, host: QWidget, anchor: QAbstractButton, width: int) -> None:
        super().__init__(host, width)
        self._anchor = anchor
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        anchor.clicked.connect(self.toggle)

    def toggle(self) -> None:
        """Open the panel, or close it."""
        if self.isVisible():
            self.hide()
            self._anchor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.refresh()
            self.appear()
            self.focus_first()

    def refresh(self) -> None:
        """Show what is now; called before the panel opens."""

    def focus_first(self) -> None:
        """Give the keyboard to what one comes here for."""
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def appear(self) -> None:
        """Beside the right end of the anchor, above the bar in which it stands."""
        super().appear()
        host, bar = self.parentWidget(), self._anchor.parentWidget()
        assert host is not None
        assert bar is not None
        right = self._anchor.mapTo(host, QPoint(self._anchor.width(), 0)).x()
        bottom = bar.mapTo(host, QPoint(0, 0)).y()
        left = min(max(_EDGE, right - self.width()), host.width() - self.width() - _EDGE)
        self.move(left, max(_EDGE, bottom - self.height() - _GAP))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The anchor and the lists of the panel's own fields do not count as elsewhere."""
        if event.type() == QEvent.Type.MouseButtonPress and (watched is self._anchor or self._belongs(watched)):
            return False
        return super().eventFilter(watched, event)

    def _belongs(self, watched: QObject | None) -> bool:
        while watched is not None and watched is not self:
            watched = watched.parent()
        return watched is self
