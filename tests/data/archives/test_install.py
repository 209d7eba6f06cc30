"""From an archive's files to a data set."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest

from playground.data import DataError, data_set
from playground.data.archives import archive_of, is_here
from playground.data.archives.catalogue import path_of
from playground.data.archives.install import install

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def _idx(folder: Path, name: str, array: np.ndarray) -> Path:
    file = folder / name
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    file.write_bytes(gzip.compress(head + array.astype(np.uint8).tobytes()))
    return file


def _mnist(folder: Path) -> dict[str, Path]:
    pictures = RNG.integers(0, 256, (30, 28, 28))
    parts = {
        "train-images-idx3-ubyte.gz": pictures[:20],
        "train-labels-idx1-ubyte.gz": np.arange(20) % 10,
        "t10k-images-idx3-ubyte.gz": pictures[20:],
        "t10k-labels-idx1-ubyte.gz": np.arange(10),
    }
    return {name: _idx(folder, name, array) for name, array in parts.items()}


def _archive(key: str):  # type: ignore[no-untyped-def]
    archive = archive_of(key)
    assert archive is not None
    return archive


def test_mnist_is_read_from_its_four_files(tmp_path: Path) -> None:
    assert not is_here("mnist_full")
    files = _mnist(tmp_path)
    install(_archive("mnist_full"), files)
    assert is_here("mnist_full")
    samples = data_set("mnist_full").loader(noise=0, samples=0, seed=0)
    assert samples.x_train.shape == (20, 1, 28, 28)
    assert samples.y_test.tolist() == list(range(10))
    with gzip.open(files["train-images-idx3-ubyte.gz"]) as packed:
        first = np.frombuffer(packed.read()[16 : 16 + 784], np.uint8) / 255
    np.testing.assert_allclose(samples.x_train[0].ravel(), first, atol=1e-6)


def test_cifar_is_read_from_its_archive_and_colours_stay_colours(tmp_path: Path) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    red = np.zeros((4, 3, 32, 32), np.uint8)
    red[:, 0] = 255
    records = np.concatenate([np.arange(4, dtype=np.uint8)[:, None], red.reshape(4, -1)], axis=1).tobytes()
    with tarfile.open(path, "w:gz") as packed:
        for name in [*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin", "../evil.bin"]:
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = len(records)
            packed.addfile(entry, io.BytesIO(records))
    install(_archive("cifar10"), {path.name: path})
    samples = data_set("cifar10").loader(noise=0, samples=0, seed=0)
    assert samples.x_train.shape == (20, 3, 32, 32)
    assert samples.x_train[:, 0].min() == 1.0
    assert samples.x_train[:, 1:].max() == 0.0
    assert not list(tmp_path.rglob("evil.bin"))


def test_what_is_not_here_yet_says_what_to_do() -> None:
    with pytest.raises(DataError, match="not on this machine yet"):
        data_set("cifar10").loader(noise=0, samples=0, seed=0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    files = _mnist(tmp_path)
    del files["t10k-labels-idx1-ubyte.gz"]
    with pytest.raises(DataError, match=r"needs t10k-labels.*all 4 files"):
        install(_archive("mnist_full"), files)


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"\0\0\x08\x03"), gzip.compress(b"x" * 99)],
    ids=["empty", "no gzip", "half a header", "no header"],
)
def test_damaged_files_leave_nothing_behind(tmp_path: Path, content: bytes) -> None:
    files = _mnist(tmp_path)
    files["train-images-idx3-ubyte.gz"].write_bytes(content)
    with pytest.raises(DataError, match="damaged or another one"):
        install(_archive("mnist_full"), files)
    assert not is_here("mnist_full")


def test_another_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    with tarfile.open(path, "w:gz"):
        pass
    with pytest.raises(DataError, match="lacks data_batch_1"):
        install(_archive("cifar10"), {path.name: path})


def test_a_file_that_was_damaged_later_is_put_aside_and_offered_again(tmp_path: Path) -> None:
    """As a power cut or a full disk leaves it."""
    path = install(_archive("mnist_full"), _mnist(tmp_path))
    path.write_bytes(path.read_bytes()[:2000])
    assert is_here("mnist_full")
    with pytest.raises(DataError, match=r"MNIST in full.*damaged; it was put aside.*downloaded again"):
        data_set("mnist_full").loader(noise=0, samples=0, seed=0)
    assert not is_here("mnist_full"), "so that choosing it offers the download"
    install(_archive("mnist_full"), _mnist(tmp_path))
    assert len(data_set("mnist_full").loader(noise=0, samples=0, seed=0).x_train) == 20


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_disk_that_is_full_leaves_no_half_file(tmp_path: Path) -> None:
    target = path_of("mnist_full")
    target.parent.mkdir(parents=True)
    target.with_suffix(".new").symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"cannot be written.*Make room and try again"):
        install(_archive("mnist_full"), _mnist(tmp_path))
    assert not is_here("mnist_full")
    assert not target.with_suffix(".new").is_symlink()
