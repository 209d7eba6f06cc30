"""The files that ship with the program: data sets, fonts, icons, licences. `assets/SOURCES.md` lists them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_assets", _PACKAGE.parent / "assets")
"""Where the files are: inside the package when it was installed from a wheel, else beside it in the repository."""


class MissingAsset(FileNotFoundError):
    """A file that ships with the program is not there. The message says which, where it was looked for, what to do."""


def asset(relative: str) -> Path:
    """The path of a shipped file or folder, named with forward slashes: `asset("data/mnist.npz")`.

    Raises MissingAsset if it is not there, ValueError if the name leads out of the assets folder.
    """
    name = PurePosixPath(relative)
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise ValueError(f"“{relative}” does not name a file inside the assets folder.")
    places = [root.joinpath(*name.parts) for root in _ROOTS]
    for place in places:
        if place.exists():
            return place
    raise MissingAsset(
        f"The file “{relative}”, which belongs to Neural Network Playground, is missing. "
        f"It was looked for at {' and at '.join(str(place) for place in places)}. "
        f"Install the program again, or copy assets/{name} from its repository to one of these places."
    )
