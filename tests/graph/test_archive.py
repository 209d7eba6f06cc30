"""Reading zip archives from strangers; writing files all or not at all."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import pytest

from playground.graph.archive import ArchiveError, read_archive, write_archive, write_atomically

LIMITS = {"a.json": 10_000, "b.bin": 200_000_000}


def packed(members: Mapping[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_STORED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def refused(file: BinaryIO) -> str:
    with pytest.raises(ArchiveError) as error:
        read_archive(file, LIMITS)
    return str(error.value)


def test_members_come_back_as_they_went_in() -> None:
    members = {"a.json": b'{"a": 1}' * 100, "b.bin": bytes(range(256)) * 4}
    file = io.BytesIO()
    write_archive(file, members)
    assert read_archive(file, LIMITS) == members


def test_equal_contents_make_equal_files() -> None:
    files = io.BytesIO(), io.BytesIO()
    for file in files:
        write_archive(file, {"a.json": b"{}"})
    assert files[0].getvalue() == files[1].getvalue()


def test_an_archive_packed_again_by_hand_is_read() -> None:
    """Whoever edits the JSON with an archive tool gets compressed members and perhaps some more."""
    file = packed(
        {"a.json": b"{}", "b.bin": b"0" * 5000, "notes.txt": b"mine", "__MACOSX/x": b""}, zipfile.ZIP_DEFLATED
    )
    assert read_archive(file, LIMITS) == {"a.json": b"{}", "b.bin": b"0" * 5000}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"GIF89a" + bytes(100), "it is not a playground file"),
        (packed({"a.json": b"{}" * 50}).getvalue()[:60], "its end is missing"),
    ],
)
def test_what_is_no_archive_is_told_apart(content: bytes, reason: str) -> None:
    assert reason in refused(io.BytesIO(content))


def test_a_changed_byte_is_noticed() -> None:
    content = bytearray(packed({"a.json": b'{"layers": 12345}'}).getvalue())
    content[content.index(b"12345")] = ord("9")
    assert "damaged" in refused(io.BytesIO(content))


@pytest.mark.parametrize("name", ["../a.json", "x/../../a.json", "/etc/passwd", "..\\a.json", "C:/a.json"])
def test_names_that_lead_out_of_the_file_are_refused(name: str) -> None:
    assert "leads out of the file" in refused(packed({"a.json": b"{}", name: b"x"}))


def test_links_are_refused() -> None:
    link = zipfile.ZipInfo("b.bin")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "is a link" in refused(packed({"a.json": b"{}", link: b"/etc/passwd"}))


def test_encrypted_members_are_refused() -> None:
    content = bytearray(packed({"a.json": b"{}"}).getvalue())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(io.BytesIO(content))


def test_a_name_twice_is_refused() -> None:
    file = packed({"a.json": b"1", "b.json": b"2"})
    assert "“a.json” twice" in refused(io.BytesIO(file.getvalue().replace(b"b.json", b"a.json")))


def test_other_compressions_are_refused() -> None:
    assert "packed in a way" in refused(packed({"a.json": b"{}"}, zipfile.ZIP_BZIP2))


def test_a_bomb_is_not_unpacked() -> None:
    """100 MB of zeros in 100 kB."""
    assert "would unpack to 100,000,000" in refused(packed({"b.bin": bytes(100_000_000)}, zipfile.ZIP_DEFLATED))


def test_a_member_over_its_limit_is_refused() -> None:
    assert "10,001 bytes large; 10,000 are allowed" in refused(packed({"a.json": bytes(10_001)}))


@pytest.mark.parametrize(("declared", "reason"), [(100, "larger than the archive says"), (9000, "shorter")])
def test_a_false_size_is_noticed_while_unpacking(declared: int, reason: str) -> None:
    content = bytearray(packed({"a.json": b"0" * 5000}, zipfile.ZIP_DEFLATED).getvalue())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + place
        content[at : at + 4] = declared.to_bytes(4, "little")
    message = refused(io.BytesIO(content))
    assert reason in message or "damaged" in message


def test_thousands_of_members_are_refused() -> None:
    assert "holds 2,000 files" in refused(packed({f"{number}": b"" for number in range(2000)}))


# ---- writing


def writer(content: bytes) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        file.write(content)

    return write


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half of the n")
        raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_write_replaces_the_file_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, writer(b"new"))
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_link_goes_on_leading_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, writer(b"new"))
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path, writer(b"new"))
