"""What ends a command early."""

from __future__ import annotations


class Failure(Exception):
    """A command that cannot be carried out; the message is the one line that the user sees."""


def one_line(message: object) -> str:
    """A message without line breaks."""
    return " ".join(str(message).split())
