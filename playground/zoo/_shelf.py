"""Things by key, from files that are imported when one of their things is first asked for."""

from __future__ import annotations

from importlib import import_module
from inspect import currentframe
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Each of `files`, modules of `package`, puts its things here through a function that calls `put`."""

    def __init__(self, package: str, files: tuple[str, ...]) -> None:
        self._modules = [f"{package}.{file}" for file in files]
        self._imported = 0
        self._things: dict[str, tuple[str, T]] = {}

    def put(self, key: str, thing: T) -> None:
        """Keep a thing of the file that calls the caller's file.

        Raises:
            KeyError: the key is taken.
        """
        if key in self._things:
            raise KeyError(key)
        self._things[key] = (_calling_file(), thing)

    def find(self, key: str) -> T | None:
        """The thing of that key, or None; files are imported until it is found."""
        while key not in self._things and self._imported < len(self._modules):
            import_module(self._modules[self._imported])
            self._imported += 1
        return self._things[key][1] if key in self._things else None

    def everything(self) -> tuple[T, ...]:
        """All things in the order of the files, whichever of them was imported first."""
        for module in self._modules[self._imported :]:
            import_module(module)
        self._imported = len(self._modules)
        place = {module: number for number, module in enumerate(self._modules)}
        # What another file adds, as a test does, comes last.
        found = sorted(self._things.values(), key=lambda entry: place.get(entry[0], len(place)))
        return tuple(thing for _, thing in found)


def _calling_file() -> str:
    """The module behind the one that calls `put`."""
    here = currentframe()
    frame = here.f_back.f_back if here and here.f_back else None
    between = frame.f_globals["__name__"] if frame else ""
    while frame and frame.f_globals["__name__"] == between:
        frame = frame.f_back
    return str(frame.f_globals["__name__"]) if frame else ""
