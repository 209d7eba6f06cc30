"""What can be done on the canvas about how the selected cards learn, for keys and menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.canvas import learning_commands

if TYPE_CHECKING:
    from playground.ui.canvas.scene import GraphScene


class LearningActions:
    """Acts on the selected cards and blocks of a scene."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene, self._session = scene, scene.session

    @property
    def can_freeze(self) -> bool:
        """Whether something in what is selected could learn."""
        return bool(learning_commands.learning_layers(self._session, self._items))

    @property
    def can_freeze_before(self) -> bool:
        """Whether something before what is selected could learn."""
        return bool(self._items) and bool(learning_commands.before(self._session, self._items))

    @property
    def is_frozen(self) -> bool:
        """Whether all of it that could learn is frozen."""
        return learning_commands.are_frozen(self._session, self._items)

    def freeze(self) -> None:
        """Freeze what is selected, or let it learn again."""
        if self._items:
            learning_commands.set_frozen(self._session, self._items, not self.is_frozen)

    def freeze_before(self) -> None:
        """Freeze everything on which the selected cards depend."""
        if self._items:
            learning_commands.freeze_before(self._session, self._items)

    @property
    def _items(self) -> list[str]:
        return [key for key in self._scene.selected_ids if key not in self._scene.notes]
