"""Reading PNG: every filter, grey and colour, and files that are no sound pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from playground.data.png import PngError, read_png

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def neighbours(picture: np.ndarray, row: int, column: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left, above, above left; 0 beyond the edge. As int64."""
    padded = np.pad(picture.astype(np.int64), ((1, 0), (1, 0), (0, 0)))
    return padded[row + 1, column], padded[row, column + 1], padded[row, column]


def predicted(kind: int, left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Section 9.2 of the PNG specification."""
    if kind < 4:
        return (np.zeros_like(left), left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    distances = np.stack([abs(guess - left), abs(guess - up), abs(guess - corner)])
    return np.choose(distances.argmin(axis=0), [left, up, corner])


def encoded(picture: np.ndarray, filters: list[int], depth: int = 8, interlace: int = 0) -> bytes:
    height, width, channels = picture.shape
    rows = bytearray()
    for row, kind in zip(range(height), filters, strict=True):
        rows.append(kind)
        for column in range(width):
            difference = picture[row, column] - predicted(kind, *neighbours(picture, row, column))
            rows += bytes((difference & 255).tolist())
    header = struct.pack(">IIBBBBB", width, height, depth, COLOUR_TYPES[channels], 0, 0, interlace)
    packed = zlib.compress(bytes(rows))
    data = chunk(b"IDAT", packed[:10]) + chunk(b"IDAT", packed[10:])
    return SIGNATURE + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def random_picture(channels: int, height: int = 10, width: int = 7) -> np.ndarray:
    return np.random.default_rng(channels).integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_all_filters_are_undone(channels: int, tmp_path: Path) -> None:
    picture = random_picture(channels)
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(picture.astype(np.int64), [0, 1, 2, 3, 4, 4, 3, 2, 1, 0]))
    assert np.array_equal(read_png(path), picture)


def test_the_first_row_may_have_any_filter(tmp_path: Path) -> None:
    for kind in range(5):
        picture = random_picture(3, height=2)
        path = tmp_path / f"{kind}.png"
        path.write_bytes(encoded(picture.astype(np.int64), [kind, kind]))
        assert np.array_equal(read_png(path), picture)


SOUND = encoded(random_picture(3).astype(np.int64), [4] * 10)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a PNG picture"),
        (b"GIF89a", "is not a PNG picture"),
        (SIGNATURE, "is damaged"),
        (SOUND[:20], "is damaged"),
        (SOUND[:80], "is damaged"),
        (SOUND[:60] + b"\0\0\0\0" + SOUND[64:], "is damaged"),
        (encoded(random_picture(3).astype(np.int64), [0] * 10, interlace=1), "of a kind that is not read here"),
        (encoded(random_picture(3).astype(np.int64), [0] * 10, depth=16), "of a kind that is not read here"),
        (SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 1 << 20, 1 << 20, 8, 2, 0, 0, 0)), "at most"),
        (SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 3, 8, 2, 0, 0, 0)), "has 0×3 pixels"),
    ],
)
def test_what_is_no_sound_picture_is_refused_by_name(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "holiday.png"
    path.write_bytes(content)
    with pytest.raises(PngError, match=words) as caught:
        read_png(path)
    assert str(caught.value).startswith("holiday.png ")


def test_a_filter_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    rows = zlib.compress(bytes([9, 1, 2, 3]))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    path = tmp_path / "odd.png"
    path.write_bytes(SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", rows))
    with pytest.raises(PngError, match="a row has a filter that does not exist"):
        read_png(path)
