"""Refuses the combinations of Python and PySide6 on which the window would crash, before it opens.

PySide6 6.12.0 on Python 3.10 and 3.11 gives back one reference to ``None`` too many on every call of a Qt method that
returns nothing, until the interpreter dies with ``none_dealloc``. 6.10 and 6.11 are sound there; 6.12 is from Python
3.12 on.
"""

from __future__ import annotations

import sys
from importlib import import_module

_OLDEST = (6, 10)
_FIRST_BROKEN = (6, 12)
_FIRST_SOUND_PYTHON = (3, 12)


def check_qt(qt_version: str | None = None, python_version: tuple[int, int] | None = None) -> None:
    """Return if the window can run here; else raise SystemExit with what is wrong and the command that mends it.

    Both versions are looked up if they are not given.
    """
    python = sys.version_info[:2] if python_version is None else python_version
    wanted = "PySide6-Essentials>=6.10,<6.12" if python < _FIRST_SOUND_PYTHON else "PySide6-Essentials>=6.10,<6.13"
    remedy = f'Install another version with: python -m pip install "{wanted}"'
    version = _installed_version() if qt_version is None else qt_version
    if version is None:
        raise SystemExit(f"The window needs Qt (PySide6), which is not installed here. {remedy}")
    number = tuple(int(part) for part in version.split(".")[:2])
    if number < _OLDEST:
        raise SystemExit(f"Qt (PySide6) {version} is too old for this program, which needs 6.10 or newer. {remedy}")
    if number >= _FIRST_BROKEN and python < _FIRST_SOUND_PYTHON:
        raise SystemExit(
            f"Qt (PySide6) {version} crashes on Python {python[0]}.{python[1]} after a few seconds. {remedy} "
            "or use Python 3.12 or newer."
        )


def _installed_version() -> str | None:
    try:
        import PySide6

        import_module("PySide6.QtWidgets")  # the package alone may be there, without the libraries it needs
    except ImportError:
        return None
    return PySide6.__version__
