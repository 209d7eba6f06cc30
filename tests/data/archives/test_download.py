"""Fetching files, against a server of our own that can break off, hang, lie and refuse."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from playground.data.archives import Archive, RemoteFile
from playground.data.archives.download import DownloadError, fetch

CONTENT = np.random.default_rng(0).integers(0, 256, 700_000, dtype=np.uint8).tobytes()


class _Server(ThreadingHTTPServer):
    """What it does wrong is set before each request; `asked` are the ranges that it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stop_after = len(CONTENT)
        self.knows_ranges = True
        self.status = 200
        self.content = CONTENT
        self.hangs = threading.Event()
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    @property
    def _server(self) -> _Server:
        assert isinstance(self.server, _Server)
        return self.server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self._server.asked.append(wanted)
        if self._server.hangs.is_set():
            self._server.hangs.wait(0.2)
            threading.Event().wait(1.0)
            return
        if self._server.status != 200:
            self.send_error(self._server.status)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self._server.knows_ranges else 0
        body = self._server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: max(0, self._server.stop_after - start)])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name it has there)
        """Tests do not talk."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """A server on a port of its own."""
    made = _Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def _archive(server: _Server, md5: str = "") -> Archive:
    url = f"http://127.0.0.1:{server.server_port}/file.bin"
    checksum = md5 or hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    return Archive("mine", "Mine", "idx", (RemoteFile("file.bin", url, len(CONTENT), checksum),))


def test_a_file_comes_in_pieces_and_is_whole(server: _Server, tmp_path: Path) -> None:
    steps = list(fetch(_archive(server), tmp_path))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert len(steps) > 2
    assert (steps[-1].done, steps[-1].total) == (len(CONTENT), len(CONTENT))
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert not list(tmp_path.glob("*.part"))


def test_what_is_there_already_is_not_fetched_again(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin").write_bytes(CONTENT)
    assert [step.done for step in fetch(_archive(server), tmp_path)] == [len(CONTENT)]
    assert server.asked == []


def test_a_connection_that_broke_off_goes_on_where_it_stopped(server: _Server, tmp_path: Path) -> None:
    server.stop_after = 300_000
    with pytest.raises(DownloadError, match="goes on from there"):
        list(fetch(_archive(server), tmp_path))
    assert (tmp_path / "file.bin.part").stat().st_size == 300_000
    server.stop_after = len(CONTENT)
    list(fetch(_archive(server), tmp_path))
    assert server.asked == ["", "bytes=300000-"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_cancelling_keeps_what_has_come(server: _Server, tmp_path: Path) -> None:
    loading = fetch(_archive(server), tmp_path)
    next(loading)
    assert isinstance(loading, Generator)
    loading.close()
    have = (tmp_path / "file.bin.part").stat().st_size
    assert 0 < have < len(CONTENT)
    list(fetch(_archive(server), tmp_path))
    assert server.asked[1] == f"bytes={have}-"


def test_a_server_that_cannot_go_on_begins_anew(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1000])
    server.knows_ranges = False
    list(fetch(_archive(server), tmp_path))
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_damaged_file_is_thrown_away(server: _Server, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DownloadError, match="checksum"):
        list(fetch(_archive(server), tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_file_has_is_refused(server: _Server, tmp_path: Path) -> None:
    server.content = CONTENT * 2
    server.stop_after = len(server.content)
    with pytest.raises(DownloadError, match="more than"):
        list(fetch(_archive(server), tmp_path))


def test_a_server_that_hangs_is_given_up(server: _Server, tmp_path: Path) -> None:
    server.hangs.set()
    with pytest.raises(DownloadError, match="does not answer"):
        list(fetch(_archive(server), tmp_path, timeout=0.3))


def test_a_server_that_refuses_is_quoted_with_the_address(server: _Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DownloadError, match=r"answer 404.*http://127"):
        list(fetch(_archive(server), tmp_path))


def test_no_server_at_all(server: _Server, tmp_path: Path) -> None:
    archive = _archive(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(DownloadError, match="No connection"):
        list(fetch(archive, tmp_path))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_disk_that_fills_up(server: _Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").symlink_to("/dev/full")
    with pytest.raises(DownloadError, match=r"could not be written.*Make room on the disk and try again"):
        list(fetch(_archive(server), tmp_path))
    assert not (tmp_path / "file.bin").exists()
