"""`.playground` files: everything comes back, nothing is lost, and every fault has its sentence."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import random
import resource
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as write_tensors

from playground.graph import files
from playground.graph.archive import write_archive
from playground.graph.experiment import Experiment, TrainingSettings
from playground.graph.files import EXPERIMENT, HISTORY, OPTIMIZER, WEIGHTS, FileError, Saved, load, save
from playground.graph.model import Edge, Graph, Node
from playground.graph.schema import VERSION

GRAPH = Graph(
    (
        Node("input", "input", {"shape": (1, 28, 28)}),
        Node("conv1", "conv2d", {"kernel_size": (5, 5), "out_channels": 6}, (200.0, 0.0)),
        Node("norm1", "batch_norm2d", {"eps": 1e-5}, (400.0, 0.0)),
    ),
    (Edge("input", "conv1"), Edge("conv1", "norm1")),
)
SAVED = Saved(
    Experiment(GRAPH, training=TrainingSettings(learning_rate=0.1 + 0.2), seed=5),
    weights={
        "conv1.weight": np.random.default_rng(0).standard_normal((6, 1, 5, 5)).astype(np.float32),
        "conv1.bias": np.array([np.nan, np.inf, -0.0, 1e-45, 1, 2], dtype=np.float32),
        "norm1.num_batches_tracked": np.array(12, dtype=np.int64),
    },
    optimizer={"rng": np.arange(256, dtype=np.uint8), "step": np.array([7, 8]), "done": np.array([True, False])},
    history={"epochs": np.linspace(0, 1, 12).reshape(4, 3), "none": np.empty((0, 6))},
    sample=17,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "net.playground"
    save(path, SAVED)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def assert_equal(one: Saved, other: Saved) -> None:
    assert one.experiment == other.experiment
    assert one.sample == other.sample
    for group in ("weights", "optimizer", "history"):
        arrays, others = getattr(one, group), getattr(other, group)
        assert arrays.keys() == others.keys()
        for key, array in arrays.items():
            assert (array.dtype, array.shape) == (others[key].dtype, others[key].shape)
            assert array.tobytes() == others[key].tobytes(), key


def refused(path: Path) -> str:
    """The message for a file that cannot be opened; it names the file and is one sentence or two, not a dump."""
    with pytest.raises(FileError) as error:
        load(path)
    message = str(error.value)
    assert f"“{path.name}”" in message
    assert len(message) < 400
    assert "\n" not in message
    return message


def repack(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Change parts of a good file, check sums included."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    file = io.BytesIO()
    write_archive(file, members)
    path.write_bytes(file.getvalue())


# ---- there and back


def test_everything_comes_back_exactly(path: Path) -> None:
    assert_equal(load(path), SAVED)


def test_a_network_without_weights_comes_back(tmp_path: Path) -> None:
    save(tmp_path / "new.playground", Saved(Experiment()))
    assert_equal(load(tmp_path / "new.playground"), Saved(Experiment()))


def test_arrays_of_any_layout_are_saved_as_they_read(tmp_path: Path) -> None:
    transposed, swapped = np.arange(6.0).reshape(2, 3).T, np.arange(3, dtype=">f4")
    save(tmp_path / "a.playground", Saved(Experiment(), weights={"t": transposed, "s": swapped[::-1]}))
    weights = load(tmp_path / "a.playground").weights
    np.testing.assert_array_equal(weights["t"], transposed)
    np.testing.assert_array_equal(weights["s"], [2, 1, 0])


def test_loaded_arrays_can_be_written_to(path: Path) -> None:
    array = load(path).weights["conv1.weight"]
    array += 1  # torch warns about arrays that are read-only


def test_saving_again_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    save(tmp_path / "again.playground", load(path))
    assert (tmp_path / "again.playground").read_bytes() == path.read_bytes()


def test_the_file_is_a_zip_that_other_tools_read(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [EXPERIMENT, WEIGHTS, OPTIMIZER, HISTORY]
        assert json.loads(archive.read(EXPERIMENT))["graph"]["nodes"][1]["id"] == "conv1"


def test_saving_from_other_threads_never_leaves_half_a_file(path: Path) -> None:
    """Autosave, save and open at once: the file is always one of those that were saved."""
    variants = [Saved(Experiment(seed=seed), weights={"w": np.full(20_000, seed)}) for seed in range(4)]
    threads = [threading.Thread(target=lambda v=v: [save(path, v) for _ in range(5)]) for v in variants]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        found = load(path)
        assert found.experiment.graph or (found.weights["w"] == found.experiment.seed).all()
    for thread in threads:
        thread.join()
    assert names_in(path.parent) == [path.name]


# ---- saving that fails


def failing(error: int) -> Callable[[int], None]:
    def fsync(handle: int) -> None:
        raise OSError(error, os.strerror(error))

    return fsync


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EDQUOT, "your share of the disk is full"),
        (errno.EROFS, "the disk can only be read"),
        (errno.EACCES, "you may not use this file or folder"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_disk_that_fails_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: int, words: str
) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", failing(error))
    with pytest.raises(FileError, match=words):
        save(path, Saved(Experiment(seed=1)))
    assert path.read_bytes() == before
    assert names_in(path.parent) == [path.name]


def test_a_file_that_the_system_cuts_off_leaves_the_old_one(path: Path) -> None:
    """A real limit, not a pretended one: the kernel refuses to write beyond 64 kB."""
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, limits[1]))
    try:
        with pytest.raises(FileError, match=r"“net.playground” could not be saved: it would be larger than"):
            save(path, Saved(Experiment(), weights={"w": np.zeros(100_000)}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert names_in(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("missing/net.playground", "the folder .*missing does not exist"),
        ("net.playground/inside.playground", "is a file, not a folder|does not exist"),
        ("folder", "this is a folder"),
        ("x" * 300, "its name is too long"),
        ("nul\0.playground", "its name cannot be used"),
    ],
)
def test_places_where_nothing_can_be_saved(path: Path, place: str, words: str) -> None:
    (path.parent / "folder").mkdir()
    with pytest.raises(FileError, match=words):
        save(path.parent / place, SAVED)
    assert names_in(path.parent) == ["folder", "net.playground"]


def test_what_could_not_be_opened_again_is_not_saved(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(FileError, match="What was there before is unchanged"):
        save(path, Saved(Experiment(Graph((Node("a", "relu", position=(float("nan"), 0.0)),)))))
    with pytest.raises(FileError, match="cannot be used"):
        save(path, Saved(Experiment(), history={"notes": np.array(["a"])}))
    assert path.read_bytes() == before


def test_parts_that_are_too_large_are_not_saved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LIMITS", {**files.LIMITS, WEIGHTS: 1000})
    with pytest.raises(FileError, match=r"weights.safetensors would be .* bytes large; 1,000 are allowed"):
        save(path, Saved(Experiment(), weights={"w": np.zeros(1000)}))
    assert_equal(Saved(load(path).experiment), Saved(SAVED.experiment))


# ---- opening that fails


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "no such file in" in refused(tmp_path / "none.playground")
    assert "the folder" in refused(tmp_path / "none" / "net.playground")
    assert "this is a folder" in refused(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.playground")
    assert "not a file" in refused(tmp_path / "pipe.playground")


def test_other_files(tmp_path: Path) -> None:
    other = tmp_path / "other.playground"
    other.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert "it is not a playground file" in refused(other)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<xml/>")
    assert "an archive of something else: it holds no experiment.json" in refused(other)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    """torch.save writes such archives; whoever unpickles one from a stranger runs the stranger's program."""

    class Evil:
        def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
            return Path.touch, (tmp_path / "pwned",)

    other = tmp_path / "other.playground"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil()))
    refused(other)
    other.write_bytes(pickle.dumps(Evil()))
    refused(other)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("part", [WEIGHTS, OPTIMIZER, HISTORY])
def test_a_missing_part_is_named(path: Path, part: str) -> None:
    repack(path, lambda members: members.pop(part))
    assert f"its part {part} is missing" in refused(path)


def test_a_damaged_document_is_named_with_its_place(path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members[EXPERIMENT] = members[EXPERIMENT].replace(b'"conv2d"', b"2")

    repack(path, change)
    assert "experiment.json is not sound at $.graph.nodes[1].type: Expected `str`, got `int`." in refused(path)


def test_a_file_of_a_later_version_says_so(path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members[EXPERIMENT] = members[EXPERIMENT].replace(b'"version": %d,' % VERSION, b'"version": 12,')

    repack(path, change)
    message = refused(path)
    assert "newer version of the program" in message
    assert "Install the newest version" in message
    assert "damaged" not in message


def test_tensors_that_are_none_are_refused(path: Path) -> None:
    repack(path, lambda members: members.update({WEIGHTS: b"\x93NUMPY" + bytes(100)}))
    assert "weights.safetensors is damaged" in refused(path)


def test_numbers_of_a_kind_that_cannot_be_used_are_refused(path: Path) -> None:
    complex_numbers = write_tensors({"conv1.weight": np.zeros(3, dtype=np.complex64)})
    repack(path, lambda members: members.update({WEIGHTS: complex_numbers}))
    assert "weights.safetensors holds complex64 numbers under “conv1.weight”" in refused(path)


def test_a_tensor_that_claims_to_be_huge_is_refused(path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}).encode()
    repack(path, lambda members: members.update({WEIGHTS: len(header).to_bytes(8, "little") + header}))
    assert "weights.safetensors is damaged" in refused(path)


# ---- whatever the bytes


def open_or_refuse(path: Path) -> Saved | None:
    """What is in the file; None if it was refused, as it should be. Any other exception fails the test."""
    try:
        return load(path)
    except FileError:
        return None


def test_a_file_cut_off_anywhere_is_refused(path: Path) -> None:
    content = path.read_bytes()
    for end in range(0, len(content) - 1, 7):
        path.write_bytes(content[:end])
        refused(path)


def test_any_changed_byte_is_refused_or_harmless(path: Path) -> None:
    content = path.read_bytes()
    places = [*range(0, len(content), 11), *range(len(content) - 330, len(content))]
    for place in places:
        for change in (0xFF, 0x01):
            damaged = bytearray(content)
            damaged[place] ^= change
            path.write_bytes(damaged)
            if (found := open_or_refuse(path)) is not None:
                assert_equal(found, SAVED)


def test_random_damage_within_sound_archives_never_raises_anything_else(path: Path) -> None:
    """Check sums put right again, as by someone who means harm."""
    good, chance = path.read_bytes(), random.Random(1)
    pieces = (b'"', b"[", b"]", b"{", b"null", b"-1", b"1e999", b"9" * 400, b"\\", b"\xff", b"\x00", b"", b'"input"')

    def change(members: dict[str, bytes]) -> None:
        name = chance.choice([EXPERIMENT, EXPERIMENT, WEIGHTS, OPTIMIZER, HISTORY])
        content = members[name]
        start = chance.randrange(min(len(content), 1500))
        members[name] = content[:start] + chance.choice(pieces) + content[start + chance.randrange(20) :]

    opened = 0
    for _ in range(400):
        path.write_bytes(good)
        repack(path, change)
        opened += open_or_refuse(path) is not None
    assert opened < 200
