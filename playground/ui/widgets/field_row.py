"""One line of a form: the label on the left, the control on the right, as in the inspector."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from playground.ui.stylesheet import FIELD_HEIGHT
from playground.ui.widgets.headings import ElidedLabel

FIELD_WIDTH = 96
ROW_HEIGHT = FIELD_HEIGHT + 8


class FieldRow(QWidget):
    """A label and its control. `help_text` is the tooltip of both; `code_name` (PyTorch's) stands under it in there.

    A click on the label puts the keyboard into the control. `wide` lets the control take the room that is left.
    """

    def __init__(
        self,
        label: str,
        control: QWidget,
        help_text: str = "",
        code_name: str = "",
        *,
        wide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.label = ElidedLabel(label)
        self.label.setBuddy(control)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.label, 0 if wide else 1)
        row.addWidget(control, 1 if wide else 0, Qt.AlignmentFlag.AlignVCenter)
        if not wide:
            _align(control)
        self.setFixedHeight(ROW_HEIGHT)
        if not control.accessibleName():
            control.setAccessibleName(label)
        self.set_help(help_text, code_name)

    def set_help(self, help_text: str, code_name: str = "") -> None:
        """What the tooltip says; screen readers read it as the control's description."""
        lines = [line for line in (help_text, f"In PyTorch: {code_name}" if code_name else "") if line]
        for widget in (self.label, self.control):
            widget.setToolTip("\n".join(lines))
        self.control.setAccessibleDescription(" ".join(lines))

    def set_problem(self, message: str) -> None:
        """Outline the control in red with `message` as its tooltip; an empty message takes that away."""
        if not message and not self.control.property("invalid"):
            return
        self.control.setProperty("invalid", bool(message))
        self.control.setToolTip(message or self.label.toolTip())
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)


def _align(control: QWidget) -> None:
    """Give fields one width, more only where their longest content needs it; buttons and boxes keep their own."""
    if isinstance(control, QLineEdit):
        control.setFixedWidth(FIELD_WIDTH)
    elif isinstance(control, QAbstractSpinBox | QComboBox):
        control.setMinimumWidth(FIELD_WIDTH)
        control.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    else:
        if isinstance(control, QCheckBox) and not control.text():
            control.setProperty("bare", True)
        control.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
