"""The shipped files: found where they should be, listed with their sources, and unchanged."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from playground import assets
from playground.assets import MissingAsset, asset

SOURCES = asset("SOURCES.md").read_text(encoding="utf-8")
CHECKSUM_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<size>[\d,]+) \| (?P<sha256>[0-9a-f]{64}) \|$", re.MULTILINE)
CHECKSUMS = {row["file"]: (int(row["size"].replace(",", "")), row["sha256"]) for row in CHECKSUM_ROW.finditer(SOURCES)}


def shipped() -> list[str]:
    root = asset("SOURCES.md").parent
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())


def installed_copy(folder: Path) -> ModuleType:
    """`playground/assets.py` as it lies in `folder`, where nothing else of the repository is."""
    package = folder / "playground"
    package.mkdir()
    shutil.copy(str(assets.__file__), package / "assets.py")
    spec = importlib.util.spec_from_file_location("installed_assets", package / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_and_folders_are_found() -> None:
    assert asset("data/mnist.npz").is_file()
    assert asset("fonts").is_dir()


def test_an_installed_package_finds_the_files_inside_itself(tmp_path: Path) -> None:
    installed = installed_copy(tmp_path)
    inside = tmp_path / "playground" / "_assets" / "data"
    inside.mkdir(parents=True)
    (inside / "mnist.npz").write_bytes(b"digits")
    assert installed.asset("data/mnist.npz").read_bytes() == b"digits"


def test_a_missing_file_is_named_with_the_places_and_what_to_do(tmp_path: Path) -> None:
    installed = installed_copy(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        installed.asset("data/mnist.npz")
    message = str(caught.value)
    assert "“data/mnist.npz”" in message
    assert str(tmp_path / "playground" / "_assets" / "data" / "mnist.npz") in message
    assert str(tmp_path / "assets" / "data" / "mnist.npz") in message
    assert "Install the program again" in message


def test_missing_asset_is_a_file_not_found_error() -> None:
    with pytest.raises(MissingAsset):
        asset("data/no_such_set.npz")
    assert issubclass(MissingAsset, FileNotFoundError)


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/hostname", "data/../../main.py", "", "."])
def test_names_that_lead_out_of_the_folder_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="inside the assets folder"):
        asset(name)


@pytest.mark.parametrize("name", sorted(CHECKSUMS))
def test_files_are_those_of_the_checksum_list(name: str) -> None:
    content = asset(name).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == CHECKSUMS[name]


def test_every_data_file_font_photograph_and_weight_file_has_a_checksum() -> None:
    expected = {name for name in shipped() if name.startswith(("data/", "fonts/", "photos/", "weights/"))}
    assert len(expected) >= 9
    assert expected == set(CHECKSUMS)


def test_sources_name_everything_that_ships_and_nothing_else() -> None:
    named = set(re.findall(r"`([a-z]+/[^`]*)`", SOURCES))
    files = set(shipped()) - {"SOURCES.md"}

    def covers(pattern: str, file: str) -> bool:
        return file.startswith(pattern) if pattern.endswith("/") else PurePosixPath(file).match(pattern)

    folders = {"data", "fonts", "icons", "licenses", "photos", "weights"}
    patterns = {name for name in named if name.split("/")[0] in folders}
    unlisted = {
        file for file in files if not any(covers(pattern, file) for pattern in patterns if pattern != "licenses/")
    }
    assert not unlisted
    empty = {pattern for pattern in patterns if not any(covers(pattern, file) for file in files)}
    assert not empty


def test_cifar_10_which_has_no_licence_is_not_shipped() -> None:
    assert not [name for name in shipped() if "cifar" in name.lower()]


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("CC-BY-SA-3.0_MNIST.txt", ["Attribution-ShareAlike 3.0 Unported", "LeCun", "8. Miscellaneous"]),
        ("MIT_Fashion-MNIST.txt", ["Copyright (c) 2017 Zalando SE", "WITHOUT WARRANTY OF ANY KIND"]),
        ("BSD-3-Clause_mlxtend.txt", ["Sebastian Raschka", "Redistributions in binary form", "EVEN IF ADVISED"]),
        ("BSD-2-Clause_SqueezeNet.txt", ["Redistributions in binary form", "EVEN IF ADVISED OF THE POSSIBILITY"]),
        ("MIT_ndf.txt", ["Primoz Godec", "WITHOUT WARRANTY OF ANY KIND"]),
        ("MIT_Windows-Machine-Learning.txt", ["Microsoft Corporation", "WITHOUT WARRANTY OF ANY KIND"]),
        ("OFL-1.1_Inter.txt", ["The Inter Project Authors", "SIL OPEN FONT LICENSE Version 1.1", "DISCLAIMER"]),
        ("OFL-1.1_JetBrains-Mono.txt", ["The JetBrains Mono Project Authors", "SIL OPEN FONT LICENSE Version 1.1"]),
    ],
)
def test_licence_texts_travel_with_the_files(licence: str, words: list[str]) -> None:
    text = asset(f"licenses/{licence}").read_text(encoding="utf-8")
    for word in words:
        assert word in text
