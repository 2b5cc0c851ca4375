"""Every kind of damage to an archive: said in a sentence, and nothing left behind."""

from __future__ import annotations

import json
import random
import stat
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from jcoc.trail.backup.archive import Archive, Damaged, Manifest, Member, Writer, opened, seal
from jcoc.trail.backup.restoring import NotRestored, restore

KEY = b"kunci uji"
CONTENT = {"observations.duckdb": b"d" * 3_000_000, "files/uploads/ab/abc": b"isi berkas", "files/x": b""}


def make(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    path = folder / "backup.zip"
    writer = Writer(path)
    for name, data in content.items():
        (source := folder / "source").write_bytes(data)
        writer.add(name, source, lambda _size: None, deflate=name.startswith("obs"))
        source.unlink()
    manifest = Manifest(
        "0.1", "Kota Uji", "2026-03-01T00:00:00+00:00", "sqlite", members=tuple(writer.members)
    )
    writer.finish(manifest, KEY)
    return path


def check(archive: Archive) -> None:
    archive.check(lambda _part, _name: None)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    path, into = make(tmp_path), tmp_path / "into"
    parts: list[float] = []
    with opened(path) as archive:
        check(archive)
        assert archive.is_sealed_by(KEY)
        assert not archive.is_sealed_by(b"another")
        archive.unpack(into, lambda part, _name: parts.append(part))
    assert {p.relative_to(into).as_posix(): p.read_bytes() for p in into.rglob("*") if p.is_file()} == CONTENT
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size < 100_000  # the database is packed


def test_the_systems_own_unzip_reads_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(make(tmp_path)) as file:
        assert file.testzip() is None


def test_an_archive_that_was_not_finished_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "backup.zip")
    (tmp_path / "source").write_bytes(b"x")
    writer.add("files/x", tmp_path / "source", lambda _size: None)
    writer.discard()
    assert [p.name for p in tmp_path.iterdir()] == ["source"]


def test_a_name_that_no_restore_would_take_is_refused_at_once(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "backup.zip")
    (tmp_path / "source").write_bytes(b"x")
    with pytest.raises(ValueError, match="would not take such a name"):
        writer.add("files/a b", tmp_path / "source", lambda _size: None)
    writer.discard()


def rewrite(path: Path, change: Callable[[zipfile.ZipFile, Manifest, dict[str, bytes]], None]) -> None:
    """Write the archive anew, with what `change` makes of it and a manifest sealed by whoever did that."""
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    values = json.loads(content.pop("manifest.json"))
    content.pop("manifest.hmac")
    manifest = Manifest(**values | {"members": tuple(Member(**each) for each in values["members"])})
    with zipfile.ZipFile(path, "w") as new:
        change(new, manifest, content)


def put(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        new.writestr(name, data)
    raw = json.dumps(asdict(manifest)).encode()
    new.writestr("manifest.json", raw)
    new.writestr("manifest.hmac", seal(raw, KEY))


def named(manifest: Manifest, name: str, data: bytes) -> Manifest:
    """A manifest that also names this member, truly."""
    import hashlib

    member = Member(name, len(data), hashlib.sha256(data).hexdigest())
    return replace(manifest, members=(*manifest.members, member))


def missing(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    del content["files/x"]
    put(new, manifest, content)


def extra(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    put(new, manifest, content | {"files/smuggled": b"!"})


def swapped(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    put(new, manifest, content | {"files/uploads/ab/abc": b"isi barkas"})


def longer(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    put(new, manifest, content | {"files/uploads/ab/abc": b"isi berkas dan lagi"})


def no_manifest(new: zipfile.ZipFile, _manifest: Manifest, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        new.writestr(name, data)


def foreign_form(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    put(new, replace(manifest, form="jcoc backup 9"), content)


def broken_manifest(new: zipfile.ZipFile, _manifest: Manifest, content: dict[str, bytes]) -> None:
    new.writestr("manifest.json", "[" * 100)
    new.writestr("manifest.hmac", "")


def escaping(name: str) -> Callable[[zipfile.ZipFile, Manifest, dict[str, bytes]], None]:
    def change(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
        put(new, named(manifest, name, b"!"), content | {name: b"!"})

    return change


def link(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    info = zipfile.ZipInfo("files/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    new.writestr(info, b"/etc")
    put(new, named(manifest, "files/link", b"/etc"), content)


def twice(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        new.writestr("files/x", b"first")
        put(new, manifest, content)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (missing, "files/x is missing in the archive."),
        (extra, "holds files/smuggled, which its manifest does not name"),
        (swapped, "files/uploads/ab/abc is not what the manifest says"),
        (longer, "has 19 bytes in the archive; its manifest says 10"),
        (no_manifest, "manifest.json is missing"),
        (foreign_form, "form 'jcoc backup 9'"),
        (broken_manifest, "manifest.json in the archive cannot be read"),
        (escaping("../outside"), "“../outside”, which a backup never has"),
        (escaping("files/../../outside"), "never has"),
        (escaping("/etc/cron.d/x"), "never has"),
        (escaping("C:/x"), "never has"),
        (escaping("files\\..\\x"), "never has"),
        (escaping("files/.ssh/x"), "never has"),
        (escaping("files//x"), "never has"),
        (link, "files/link as a link"),
        (twice, "holds files/x twice"),
    ],
)
def test_an_archive_that_was_changed(tmp_path: Path, change: Callable[..., None], sentence: str) -> None:
    path, place = make(tmp_path), tmp_path / "place"
    rewrite(path, change)
    with pytest.raises(NotRestored, match=sentence.replace("(", r"\(").replace("\\", r"\\")):
        restore(path, place)
    assert {p.name for p in tmp_path.iterdir()} == {"backup.zip"}


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, 0.99, -1])
def test_an_archive_that_was_cut(tmp_path: Path, keep: float) -> None:
    path = make(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep) if 0 < keep < 1 else int(keep)])
    with pytest.raises(NotRestored):
        restore(path, tmp_path / "place")
    assert {p.name for p in tmp_path.iterdir()} == {"backup.zip"}


def content_of(data: bytes, info: zipfile.ZipInfo) -> range:
    """Where a member's own bytes lie: behind a header of 30 bytes, its name and its extra data."""
    name, more = (
        int.from_bytes(data[info.header_offset + at : info.header_offset + at + 2], "little")
        for at in (26, 28)
    )
    begin = info.header_offset + 30 + name + more
    return range(begin, begin + info.compress_size)


def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """Deflate has a few bits that only fill up a byte."""
    content = CONTENT | {"observations.duckdb": random.Random(1).randbytes(100_000)}
    path = make(tmp_path, content)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as file:
        places = [content_of(data, info) for info in file.infolist()]
    tried = [place for each in places for place in each[:: max(len(each) // 12, 1)]]
    found = 0
    for number, place in enumerate(tried):
        changed = bytearray(data)
        changed[place] ^= 0x10
        path.write_bytes(changed)
        into = tmp_path / str(number)
        try:
            with opened(path) as archive:
                archive.unpack(into, lambda _part, _name: None)
        except Damaged:
            found += 1
        else:
            assert {name: (into / name).read_bytes() for name in content} == content
    assert found >= len(tried) - 2 > 40


def test_a_member_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    path = make(tmp_path, {"observations.duckdb": b"\0" * 50_000_000})

    def claim(new: zipfile.ZipFile, manifest: Manifest, content: dict[str, bytes]) -> None:
        new.compression = zipfile.ZIP_DEFLATED
        small = replace(manifest, members=tuple(replace(each, size=10) for each in manifest.members))
        put(new, small, content)

    rewrite(path, claim)
    data = path.read_bytes()
    # The directory claims ten bytes as well; the packed data holds fifty million.
    changed = data.replace((50_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert changed != data
    path.write_bytes(changed)
    read = []
    with opened(path) as archive, pytest.raises(Damaged, match=r"observations\.duckdb"):
        archive.check(lambda part, _name: read.append(part))
    assert not read or max(read) <= 1


def test_a_place_that_is_not_empty(tmp_path: Path) -> None:
    path, place = make(tmp_path), tmp_path / "place"
    place.mkdir()
    (place / "mine").touch()
    with pytest.raises(NotRestored, match="is not empty"):
        restore(path, place)
    assert [p.name for p in place.iterdir()] == ["mine"]
    with pytest.raises(NotRestored, match="make it first"):
        restore(path, tmp_path / "far" / "away")


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotRestored, match="No such file"):
        restore(tmp_path / "none.zip", tmp_path / "place")
    (tmp_path / "text.zip").write_text("teks")
    with pytest.raises(NotRestored, match="not a zip file"):
        restore(tmp_path / "text.zip", tmp_path / "place")


def test_the_key_file_of_another_installation(tmp_path: Path) -> None:
    keys = {"secrets.json": b'{"backup": "other"}'}
    with pytest.raises(NotRestored, match="was not made by the installation of this key file"):
        restore(make(tmp_path), tmp_path / "place", keys=keys)
    with pytest.raises(NotRestored, match="does not hold the secrets"):
        restore(tmp_path / "backup.zip", tmp_path / "place", keys={})
    assert not (tmp_path / "place").exists()
