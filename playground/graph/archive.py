"""Zip archives from strangers, read with bounds and never unpacked to disk; archives written all or not at all."""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

MOST_MEMBERS = 100
"""Members of an archive."""

_CHUNK = 1 << 20
_SWELLING = 16
_FREE = 1 << 26
"""An archive may unpack to 64 MB, and beyond that to 16 times its size on disk. Weights hardly compress at all."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, RuntimeError, KeyError)
"""What zipfile raises for bytes that are not a sound archive, besides EINVAL for a place before the file's beginning.

RuntimeError includes NotImplementedError."""

_ENCRYPTED = 0x1
_DATE = (1980, 1, 1, 0, 0, 0)
"""Equal contents make equal files."""


class ArchiveError(ValueError):
    """Why an archive cannot be read; the message is fit for the user."""


def read_archive(file: BinaryIO, limits: Mapping[str, int]) -> dict[str, bytes]:
    """The members named in `limits` that the archive has, each of at most so many bytes.

    Raises:
        ArchiveError: it is no sound archive, or one made to do harm.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        if not zipfile.is_zipfile(file):
            raise ArchiveError(_not_an_archive(file, size))
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_hostile(members, size)
            return {m.filename: _read(archive, m, limits[m.filename]) for m in members if m.filename in limits}
    except ArchiveError:
        raise
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise ArchiveError("it is damaged: its bytes are not those of a sound archive") from error


def _not_an_archive(file: BinaryIO, size: int) -> str:
    if not size:
        return "it is empty"
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04"
    return "its end is missing, as after a broken download" if begins else "it is not a playground file"


def _refuse_hostile(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raises ArchiveError for what no honest program writes, though nothing is ever unpacked to disk."""
    if len(members) > MOST_MEMBERS:
        raise ArchiveError(f"it holds {len(members):,} files, where a playground file has at most {MOST_MEMBERS}")
    names: set[str] = set()
    for member in members:
        name = member.filename
        if member.flag_bits & _ENCRYPTED:
            raise ArchiveError(f"its part “{name[:80]}” is encrypted")
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            raise ArchiveError(f"it holds a part with the name “{name[:80]}”, which leads out of the file")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ArchiveError(f"its part “{name[:80]}” is a link to another file")
        if name in names:
            raise ArchiveError(f"it holds “{name[:80]}” twice")
        names.add(name)
    total = sum(member.file_size for member in members)
    if total > max(_FREE, _SWELLING * size):
        raise ArchiveError(f"its {size:,} bytes would unpack to {total:,}, which no playground file does")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """One member, counted while it is unpacked: what an archive declares need not be true."""
    if member.file_size > limit:
        raise ArchiveError(f"its part “{member.filename}” is {member.file_size:,} bytes large; {limit:,} are allowed")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(f"its part “{member.filename}” is packed in a way that playground files are not")
    parts: list[bytes] = []
    left = member.file_size
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ArchiveError(f"its part “{member.filename}” is larger than the archive says")
            parts.append(chunk)
    if left:
        raise ArchiveError(f"its part “{member.filename}” is shorter than the archive says")
    return b"".join(parts)


def write_archive(file: BinaryIO, members: Mapping[str, bytes]) -> None:
    """An archive of these members. Text is compressed; tensors are not, since they hardly get smaller."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(info, content)


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """The file as `write` fills it, or the file as it was: never half of it, whatever happens meanwhile.

    Raises:
        OSError: it could not be written; the file at `path` is untouched.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    temporary = target.with_name(f".playground-{token_hex(8)}.tmp")
    with _removed_on_failure(temporary):
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    _sync_folder(target.parent)


@contextmanager
def _removed_on_failure(temporary: Path) -> Generator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Makes the new name last through a power cut, where the system can do that."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
