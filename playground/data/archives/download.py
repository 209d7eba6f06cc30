"""Fetching the files of an archive: in pieces, so that it can be watched, cancelled, and gone on with later."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.data._spec import DataError
from playground.data.archives._spec import Archive, RemoteFile

_PIECE = 256 * 1024
_TIMEOUT_S = 20.0
"""A server that says nothing for so long is given up."""


class DownloadError(DataError):
    """A file that did not come, or not whole. What has come of it is kept where going on with it makes sense."""


@dataclass(frozen=True)
class Loaded:
    """How far it is: bytes of all files together, and the file that is being fetched."""

    done: int
    total: int
    file: str


def fetch(archive: Archive, folder: Path, timeout: float = _TIMEOUT_S) -> Iterator[Loaded]:
    """Fetch what is not there yet, and check it. A generator: ending it early keeps what has come.

    Raises:
        DownloadError: no connection, a server that hangs or refuses, a damaged file, or no room on the disk.
    """
    done = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in archive.files:
            if _is_whole(folder / file.name, file):
                done += file.size
                yield Loaded(done, archive.size, file.name)
                continue
            for come in _fetch_file(file, folder, timeout):
                yield Loaded(done + come, archive.size, file.name)
            done += file.size
    except OSError as error:
        raise DownloadError(
            f"The download could not be written to {folder} ({error.strerror or error}). "
            "Make room on the disk and try again: it goes on where it stopped."
        ) from error


def _fetch_file(file: RemoteFile, folder: Path, timeout: float) -> Iterator[int]:
    part = folder / f"{file.name}.part"
    have = part.stat().st_size if part.exists() else 0
    if have > file.size:
        part.unlink()
        have = 0
    if have < file.size:
        yield from _receive(file, part, have, timeout)
    if part.stat().st_size < file.size:
        raise DownloadError(
            f"The server ended {file.name} too early. What has come is kept: try again and it goes on from there."
        )
    if _md5(part) != file.md5:
        part.unlink()
        raise DownloadError(
            f"{file.name} came damaged: its checksum is not the published one. It was thrown away; download it again. "
            "If that happens twice, the network in between may be changing files."
        )
    part.replace(folder / file.name)
    yield file.size


def _receive(file: RemoteFile, part: Path, have: int, timeout: float) -> Iterator[int]:
    """Append what is missing to the part that is there; begin anew where the server cannot go on."""
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            goes_on = have > 0 and answer.status == http.HTTPStatus.PARTIAL_CONTENT
            have = have if goes_on else 0
            with part.open("ab" if goes_on else "wb") as out:
                while piece := answer.read(min(_PIECE, file.size - have + 1)):
                    out.write(piece)
                    have += len(piece)
                    if have > file.size:
                        raise DownloadError(f"The server sent more than {file.name} has. Try again later.")
                    yield have
    except urllib.error.HTTPError as error:
        raise DownloadError(
            f"The server does not hand out {file.name} (answer {error.code}). Try again later, or fetch the file from "
            f"{file.url} with a browser and open it from disk."
        ) from error
    except TimeoutError as error:
        raise DownloadError(_silent(file)) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise DownloadError(_silent(file)) from error
        raise DownloadError(
            f"No connection to the server of {file.name} ({error.reason}). Check the network and try again: what has "
            "come is kept."
        ) from error
    except (http.client.HTTPException, ConnectionError) as error:
        raise DownloadError(
            f"The connection broke off during {file.name}. What has come is kept: try again and it goes on from there."
        ) from error


def _silent(file: RemoteFile) -> str:
    return f"The server of {file.name} does not answer. What has come is kept: try again later and it goes on."


def _is_whole(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size and _md5(path) == file.md5


def _md5(path: Path) -> str:
    """The published sums are MD5: they tell damage, not malice."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
