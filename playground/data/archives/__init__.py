"""Data sets too large to ship: fetched from their official archives when asked for, or opened from files on disk.

Fetching (`download`) and unpacking (`install`) are imported where they are wanted: they bring the network's modules.
"""

from __future__ import annotations

from playground.data.archives._spec import Archive, RemoteFile, downloads_folder
from playground.data.archives.catalogue import ARCHIVES, archive_of, is_here

__all__ = [
    "ARCHIVES",
    "Archive",
    "RemoteFile",
    "archive_of",
    "downloads_folder",
    "is_here",
]
