"""Reading PNG pictures with numpy alone: eight bits a channel, grey or colour, with or without alpha, in one pass."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""By the colour type in the header: grey, RGB, grey with alpha, RGB with alpha."""
_MOST_PIXELS = 1 << 26


class PngError(ValueError):
    """A file that is no picture of this kind; the message says why."""


def read_png(path: Path) -> Bytes:
    """The picture as (height, width, channels), 0 to 255: one channel for grey, three for colour, one more for alpha.

    Raises:
        PngError: it is no PNG, is damaged, or is of a kind that is not read here.
        OSError: the file cannot be opened.
    """
    try:
        return _decode(path.read_bytes())
    except (struct.error, zlib.error, IndexError) as error:
        raise PngError(f"{path.name} is damaged: its bytes are not those of a sound PNG picture.") from error
    except PngError as error:
        raise PngError(f"{path.name} {error}") from None


def _decode(content: bytes) -> Bytes:
    if not content.startswith(_SIGNATURE):
        raise PngError("is not a PNG picture.")
    chunks = _chunks(content)
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth != 8 or colour not in _CHANNELS or interlace:
        raise PngError("is of a kind that is not read here: save it with eight bits a channel, not interlaced.")
    if not 0 < width * height <= _MOST_PIXELS:
        raise PngError(f"has {width:,}×{height:,} pixels; at most {_MOST_PIXELS:,} are read.")
    channels = _CHANNELS[colour]
    size = height * (1 + width * channels)
    unpacker = zlib.decompressobj()
    rows = np.frombuffer(unpacker.decompress(chunks[b"IDAT"], size), np.uint8)
    if rows.size != size:
        raise PngError("is damaged: some of its rows are missing.")
    rows = rows.reshape(height, 1 + width * channels)
    return _unfiltered(rows[:, 0], rows[:, 1:].reshape(height, width, channels))


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The contents of the chunks by kind, those of the same kind joined."""
    found: dict[bytes, bytes] = {b"IHDR": b"", b"IDAT": b""}
    place = len(_SIGNATURE)
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        found[kind] = found.get(kind, b"") + content[place + 8 : place + 8 + length]
        place += 12 + length
    return found


def _unfiltered(filters: Bytes, rows: Bytes) -> Bytes:
    """The pixels, from what PNG keeps: their differences to neighbours, by a filter chosen for each row."""
    picture = np.zeros((rows.shape[0] + 1, rows.shape[1] + 1, rows.shape[2]), np.int64)
    for number, (kind, row) in enumerate(zip(filters, rows, strict=True), start=1):
        above, here = picture[number - 1], picture[number]
        match int(kind):
            case 0:
                here[1:] = row
            case 1:
                here[1:] = np.cumsum(row, axis=0, dtype=np.int64) & 255
            case 2:
                here[1:] = (row + above[1:]) & 255
            case 3 | 4:
                _from_left(int(kind) == 4, row.tolist(), above.tolist(), here)
            case _:
                raise PngError("is damaged: a row has a filter that does not exist.")
    return picture[1:, 1:].astype(np.uint8)


def _from_left(is_paeth: bool, row: list[list[int]], above: list[list[int]], here: NDArray[np.int64]) -> None:
    """Filters that need the pixel to the left as it was: its mean with the one above, or the likeliest of three."""
    left = [0] * len(above[0])
    for place, differences in enumerate(row, start=1):
        up, corner = above[place], above[place - 1]
        if is_paeth:
            guesses = [_likeliest(a, b, c) for a, b, c in zip(left, up, corner, strict=True)]
        else:
            guesses = [(a + b) // 2 for a, b in zip(left, up, strict=True)]
        left = [(difference + guess) & 255 for difference, guess in zip(differences, guesses, strict=True)]
        here[place] = left


def _likeliest(left: int, up: int, corner: int) -> int:
    """Paeth's predictor: of the three neighbours the one nearest to left + up − corner."""
    guess = left + up - corner
    to_left, to_up, to_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner
