"""Archives that would land elsewhere, be more than they say, or hide another."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from jcoc.trail.uploads.archives import Limits, check
from jcoc.trail.uploads.faults import Fault
from trail.uploads.bad_files import archive, archive_with_member, jpeg


def overlapping() -> bytes:
    """Two members of the directory that share one local file, as in a zip bomb without nesting."""
    data = archive({"a": bytes(range(256)) * 200})
    end = data.rfind(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    record = data[start:end]
    other = record.replace(b"a", b"b", 1)[:-1] + b"b" if record.endswith(b"a") else record
    directory = record + other
    tail = bytearray(data[end:])
    tail[8:12] = (2).to_bytes(2, "little") * 2
    tail[12:16] = len(directory).to_bytes(4, "little")
    return data[:start] + directory + bytes(tail)


def lying() -> bytes:
    """A member whose directory says ten bytes, but which unpacks to ten megabytes."""
    data = bytearray(archive({"a": bytes(10_000_000)}))
    directory = data.rfind(b"PK\x01\x02")
    for at in (22, directory + 24):
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def locked() -> bytes:
    data = bytearray(archive({"a": b"text"}))
    directory = data.rfind(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    return bytes(data)


def of_method(method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as made:
        made.writestr("a.txt", b"text" * 100)
    return written.getvalue()


def twice() -> bytes:
    written = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(written, "w") as made:
        made.writestr("a", b"1")
        made.writestr("a", b"2")
    return written.getvalue()


BAD = {
    "path upwards": (archive_with_member("../../etc/cron.d/x"), "zip_path"),
    "path upwards within": (archive_with_member("a/../../x"), "zip_path"),
    "absolute": (archive_with_member("/etc/passwd"), "zip_path"),
    "a drive": (archive_with_member("C:/windows/x"), "zip_path"),
    "backslashes": (archive_with_member("..\\..\\x"), "zip_path"),
    "a line break": (archive_with_member("a\nb"), "zip_path"),
    "a link": (archive_with_member("a", stat.S_IFLNK | 0o777, b"/etc/passwd"), "zip_link"),
    "a device": (archive_with_member("a", stat.S_IFBLK | 0o600), "zip_link"),
    "zeros": (archive({"a": bytes(30_000_000)}), "zip_expands"),
    "many files": (archive({f"{n}.txt": b"" for n in range(1001)}), "zip_many"),
    "many bytes": (archive({f"{n}": bytes(900_000) for n in range(120)}), "zip_expands"),
    "shared bytes": (overlapping(), "zip_expands"),
    "a size that lies": (lying(), "zip_broken"),
    "an archive inside": (archive({"a.docx": archive({"b": b"c"})}), "zip_nested"),
    "gzip inside": (archive({"a.gz": b"\x1f\x8b\x08\x00rest"}), "zip_nested"),
    "a photo in front": (jpeg() + archive({"a": b"b"}), "zip_prefix"),
    "a script behind": (archive({"a": b"b"}) + b"<script>", "zip_prefix"),
    "a password": (locked(), "zip_locked"),
    "LZMA": (of_method(zipfile.ZIP_LZMA), "zip_method"),
    "nothing": (archive({}), "empty"),
    "half": (archive({"a": b"text" * 1000})[:60], "zip_broken"),
    "the same twice": (archive({"Data.csv": b"1", "data.CSV": b"2"}), "zip_twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_is_refused(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(Fault) as refused:
        check(data)
    assert refused.value.code == code
    assert str(refused.value)


def test_one_name_twice_is_refused() -> None:
    with pytest.raises(Fault) as refused:
        check(twice())
    assert refused.value.code == "zip_twice"


def test_a_member_whose_checksum_differs_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a", b"text")
    with pytest.raises(Fault) as refused:
        check(written.getvalue().replace(b"text", b"tixt"))
    assert refused.value.code == "zip_broken"


def test_a_good_archive_gives_its_files() -> None:
    seen: dict[str, bytes] = {}
    files = {"a.txt": b"text", "folder/b.txt": bytes(2_000), "folder/": b""}
    assert check(archive(files), see=seen.__setitem__) == ["a.txt", "folder/b.txt"]
    assert seen == {"a.txt": b"text", "folder/b.txt": bytes(2_000)}


def test_a_bomb_is_given_up_early() -> None:
    # 300 MB of zeros in 300 kB: the file is given up before it is whole, so nobody sees it.
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made, made.open("a", "w") as member:
        for _ in range(300):
            member.write(bytes(1024 * 1024))
    unpacked: list[int] = []
    with pytest.raises(Fault):
        check(
            written.getvalue(), Limits(unpacked=50 * 1024 * 1024), see=lambda _n, c: unpacked.append(len(c))
        )
    assert not unpacked
