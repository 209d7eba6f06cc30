"""Getting a data set: what is offered, how a refusal reads, and files that are there already."""

from __future__ import annotations

import gzip
import socket
import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.data import load
from playground.data.archives import ARCHIVES, Archive, RemoteFile
from playground.ui import background
from playground.ui.data.download_dialog import DownloadDialog


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def _idx(array: np.ndarray) -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes())


def test_it_says_where_from_and_how_much(qtbot: QtBot) -> None:
    dialog = DownloadDialog(ARCHIVES["cifar10"])
    qtbot.addWidget(dialog)
    dialog.show()
    assert "www.cs.toronto.edu (170 MB)" in dialog.words.text()


def test_a_server_that_is_not_there_is_said_and_can_be_tried_again(qtbot: QtBot) -> None:
    nowhere = RemoteFile("a.gz", "http://127.0.0.1:9/a.gz", 10, "0")
    dialog = DownloadDialog(Archive("mnist_full", "Mine", "idx", (nowhere,)))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.mouseClick(dialog.download, Qt.MouseButton.LeftButton)
    assert not dialog.download.isEnabled()
    qtbot.waitUntil(lambda: "No connection" in dialog.words.text())
    assert dialog.download.text() == "Try again"
    assert dialog.download.isEnabled()


def test_cancelling_leaves_a_server_that_hangs_to_itself(qtbot: QtBot) -> None:
    """Nobody answers at this address, but the connection is taken: the dialog goes at once all the same."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        file = RemoteFile("a.gz", f"http://127.0.0.1:{silent.getsockname()[1]}/a.gz", 10, "0")
        dialog = DownloadDialog(Archive("mnist_full", "Mine", "idx", (file,)))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.mouseClick(dialog.download, Qt.MouseButton.LeftButton)
        connection, _ = silent.accept()
        qtbot.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)
        assert not dialog.isVisible()
        left = background._left[-1]
        assert left.isRunning(), "the thread still waits for an answer"
        connection.close()
        qtbot.waitUntil(left.isFinished)


def test_files_from_disk_make_the_data_set(qtbot: QtBot, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {
        "train-images-idx3-ubyte.gz": rng.integers(0, 256, (20, 28, 28)),
        "train-labels-idx1-ubyte.gz": np.arange(20) % 10,
        "t10k-images-idx3-ubyte.gz": rng.integers(0, 256, (10, 28, 28)),
        "t10k-labels-idx1-ubyte.gz": np.arange(10),
    }
    for name, array in arrays.items():
        (tmp_path / name).write_bytes(_idx(array))
    dialog = DownloadDialog(ARCHIVES["mnist_full"])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.take_files([tmp_path / "train-images-idx3-ubyte.gz"])
    qtbot.waitUntil(lambda: "Choose all 4 files together" in dialog.words.text())
    with qtbot.waitSignal(dialog.ready) as ready:
        dialog.take_files([tmp_path / name for name in arrays])
    assert ready.args == ["mnist_full"]
    assert not dialog.isVisible()
    assert load("mnist_full").x_train.shape == (20, 1, 28, 28)
