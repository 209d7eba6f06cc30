"""What changed between two outlines; the canvas redraws just that, for edits, undo and opening alike."""

from __future__ import annotations

from dataclasses import dataclass

from playground.graph.outline import Outline, Thread


@dataclass(frozen=True)
class OutlineDiff:
    """`changed` holds cards and frames that both outlines show and that differ in themselves."""

    cards_added: tuple[str, ...]
    cards_removed: tuple[str, ...]
    frames_added: tuple[str, ...]
    frames_removed: tuple[str, ...]
    changed: tuple[str, ...]
    wires_added: tuple[Thread, ...]
    wires_removed: tuple[Thread, ...]

    def __bool__(self) -> bool:
        return bool(self.changed) or self.is_of_parts

    @property
    def is_of_parts(self) -> bool:
        """Whether there are other cards, frames or wires than before."""
        cards, frames = (self.cards_added, self.cards_removed), (self.frames_added, self.frames_removed)
        return any((*cards, *frames, self.wires_added, self.wires_removed))


def diff(before: Outline, after: Outline) -> OutlineDiff:
    """The difference of two outlines. Cards are the same when their ids are."""
    old, new = dict.fromkeys(before.cards), dict.fromkeys(after.cards)
    old_frames, new_frames = dict.fromkeys(before.frames), dict.fromkeys(after.frames)
    old_wires, new_wires = dict.fromkeys(before.threads), dict.fromkeys(after.threads)
    stayed = [key for key in new if key in old] + [key for key in new_frames if key in old_frames]
    return OutlineDiff(
        cards_added=tuple(key for key in new if key not in old),
        cards_removed=tuple(key for key in old if key not in new),
        frames_added=tuple(key for key in new_frames if key not in old_frames),
        frames_removed=tuple(key for key in old_frames if key not in new_frames),
        changed=tuple(key for key in stayed if _differs(before, after, key)),
        wires_added=tuple(wire for wire in new_wires if wire not in old_wires),
        wires_removed=tuple(wire for wire in old_wires if wire not in new_wires),
    )


def _differs(before: Outline, after: Outline, key: str) -> bool:
    """The node or block differs, or a closed block's contents do."""
    old, new = before.item(key), after.item(key)
    if old is not new and old != new:
        return True
    if key not in after.inputs:
        return False
    if before.inputs.get(key) != after.inputs[key] or before.outputs.get(key) != after.outputs[key]:
        return True
    contents = before.graph.members[key], after.graph.members[key]
    return contents[0] != contents[1] or any(
        before.graph.by_id[node] is not after.graph.by_id[node] for node in contents[1]
    )
