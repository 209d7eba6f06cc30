"""Data sets too large to ship: fetched from their official archives when asked for, or opened from files on disk."""

from __future__ import annotations

from playground.data.archives._spec import Archive, RemoteFile, downloads_folder
from playground.data.archives.catalogue import ARCHIVES, archive_of, is_here
from playground.data.archives.download import DownloadError, Loaded, fetch
from playground.data.archives.install import install

__all__ = [
    "ARCHIVES",
    "Archive",
    "DownloadError",
    "Loaded",
    "RemoteFile",
    "archive_of",
    "downloads_folder",
    "fetch",
    "install",
    "is_here",
]
