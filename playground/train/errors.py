"""The one exception of training that is meant for the user."""

from __future__ import annotations


class TrainError(Exception):
    """Training cannot begin or go on. The message says what is wrong, where, and what to do."""
