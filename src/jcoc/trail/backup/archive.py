"""The backup's archive: a ZIP whose last member, ``manifest.json``, says what every other one must be.

It knows neither Django nor a database: an archive can be checked and unpacked on any machine with Python. Nothing in
an archive is believed before it is checked: names, sizes and SHA-256 of every member, and that there are no others.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

FORM = "jcoc backup 1"
MANIFEST = "manifest.json"
SEAL = "manifest.hmac"
#: What a manifest of ten million files would take; no more is read into memory.
LARGEST_MANIFEST = 2 * 1024**3
_PIECE = 1024 * 1024
#: Names of what jcoc keeps in its data folder: no leading dot or slash in any step.
_NAME = re.compile(r"(?:[\w@+,=-][\w.@+,=-]*/)*[\w@+,=-][\w.@+,=-]*", re.ASCII)
_TIME = (1980, 1, 1, 0, 0, 0)

Check = Callable[[float, str], None]


class Damaged(ValueError):
    """An archive that cannot be used; the text is a sentence that says where and why."""


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. Counts are of the moment that the backup shows."""

    version: str
    city: str
    made: str
    database: str
    tables: dict[str, int] = field(default_factory=dict)
    audit: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    held_ms: float = 0
    members: tuple[Member, ...] = ()
    form: str = FORM

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def read_manifest(data: bytes) -> Manifest:
    """:class:`Damaged` where it is no manifest of ours."""
    try:
        values = json.loads(data)
        members = tuple(
            Member(str(m["name"]), int(m["size"]), str(m["sha256"])) for m in values.pop("members")
        )
        manifest = Manifest(**values, members=members)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged(f"{MANIFEST} in the archive cannot be read as one of jcoc's.") from None
    if manifest.form != FORM:
        raise Damaged(f"The archive is of the form {manifest.form!r}; this version of jcoc reads {FORM!r}.")
    return manifest


def hashed(file: BinaryIO, write: Callable[[bytes], object], tick: Callable[[int], None]) -> tuple[int, str]:
    """Pass a file's bytes on; its size and SHA-256. `tick` hears how many came, and may end it by raising."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        write(piece)
        size += len(piece)
        tick(len(piece))
    return size, digest.hexdigest()


class Writer:
    """Writes an archive beside its place and puts it there when it is complete and on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.part")
        handle = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", allowZip64=True)
        self.members: list[Member] = []

    def add(self, name: str, source: Path, tick: Callable[[int], None], *, deflate: bool = False) -> None:
        """Take a file in; what the engine has compressed already is stored as it is."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} lies in the data folder, and a restore would not take such a name.")
        with source.open("rb") as file, self._zip.open(_info(name, deflate), "w", force_zip64=True) as member:
            size, digest = hashed(file, member.write, tick)
        self.members.append(Member(name, size, digest))

    def finish(self, manifest: Manifest, key: bytes) -> None:
        data = manifest.as_json()
        self._zip.writestr(_info(MANIFEST, True), data)
        self._zip.writestr(_info(SEAL, False), seal(data, key))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._beside.replace(self.path)
        sync_folder(self.path.parent)

    def discard(self) -> None:
        """Leave nothing behind of an archive that was not finished."""
        self._zip.fp = None  # or it would still write its directory when it is collected
        self._file.close()
        self._beside.unlink(missing_ok=True)


def _info(name: str, deflate: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    # The fastest level: hashes and sealed bytes hardly shrink. Python 3.13 gave the attribute its name.
    setattr(info, "compress_level" if hasattr(info, "compress_level") else "_compresslevel", 1)
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


def seal(manifest: bytes, key: bytes) -> str:
    """HMAC-SHA-256 of the manifest under the installation's key, hexadecimal: that it made this archive."""
    return hmac.new(key, manifest, hashlib.sha256).hexdigest()


def sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """An archive that was opened and whose frame is sound: the members are those of its manifest, and no others."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, raw: bytes, mark: str) -> None:
        self._zip, self.manifest, self._raw, self._mark = archive, manifest, raw, mark

    @property
    def size(self) -> int:
        return sum(member.size for member in self.manifest.members)

    def is_sealed_by(self, key: bytes) -> bool:
        """Whether the installation with this key made it, and nobody has changed it since."""
        return hmac.compare_digest(seal(self._raw, key), self._mark)

    def check(self, progress: Check) -> None:
        """Read every member to its end and compare, write nothing. :class:`Damaged` names the first that differs."""
        self._read_all(lambda _member: (lambda _piece: None, lambda: None), progress)

    def unpack(self, folder: Path, progress: Check) -> None:
        """Write every member below a folder that is ours alone, compared once more, and synced."""

        def place(member: Member) -> tuple[Callable[[bytes], object], Callable[[], None]]:
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

            def close() -> None:
                file.flush()
                os.fsync(file.fileno())
                file.close()

            return file.write, close

        self._read_all(place, progress)

    def _read_all(
        self,
        place: Callable[[Member], tuple[Callable[[bytes], object], Callable[[], None]]],
        progress: Check,
    ) -> None:
        done, whole = 0, max(self.size, 1)
        for member in self.manifest.members:
            write, close = place(member)

            def tick(size: int, name: str = member.name) -> None:
                nonlocal done
                done += size
                progress(min(done / whole, 1.0), name)

            try:
                with _faults(member.name), self._zip.open(member.name) as file:
                    found = hashed(_limited(file, member), write, tick)
            finally:
                close()
            if found != (member.size, member.sha256):
                raise Damaged(f"{member.name} is not what the manifest says: its content was changed or cut.")


class _Limited:
    """Reads no further than the manifest allows: a member may claim a size and unpack to a thousand times that."""

    def __init__(self, file: Any, member: Member) -> None:
        self._file, self._left, self._name = file, member.size, member.name

    def read(self, size: int) -> bytes:
        piece: bytes = self._file.read(min(size, self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise Damaged(f"{self._name} unpacks to more than the manifest says.")
        return piece


def _limited(file: Any, member: Member) -> Any:
    return _Limited(file, member)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive and check its frame. :class:`Damaged` with a sentence where it cannot be used."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Damaged(f"{path} cannot be opened: {os.strerror(error.errno or 0)}.") from None
    with file:
        with _faults(path.name):
            archive = zipfile.ZipFile(file)
        with archive:
            members = archive.infolist()
            for member in members:
                _check_member(member)
            names = {member.filename for member in members}
            if len(names) < len(members):
                [(twice, _count)] = Counter(member.filename for member in members).most_common(1)
                raise Damaged(f"The archive holds {twice} twice.")
            for needed in (MANIFEST, SEAL):
                if needed not in names:
                    raise Damaged(f"{needed} is missing in the archive: it is no backup of jcoc, or was cut.")
            if (
                archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST
                or archive.getinfo(SEAL).file_size > 1024
            ):
                raise Damaged(f"{MANIFEST} in the archive is too large to be true.")
            with _faults(MANIFEST):
                raw, mark = archive.read(MANIFEST), archive.read(SEAL).decode("ascii", "replace")
            manifest = read_manifest(raw)
            _compare(manifest, archive)
            yield Archive(archive, manifest, raw, mark)


def _check_member(member: zipfile.ZipInfo) -> None:
    # zipfile turns backslashes and cuts at a zero byte: the name as it stands in the file counts.
    for name in (member.orig_filename, member.filename):
        shown = re.sub(r"[^\x20-\x7e]", "?", name)[:80]
        if not _NAME.fullmatch(name):
            raise Damaged(f"The archive holds a member with the name “{shown}”, which a backup never has.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Damaged(f"The archive holds {member.filename} as a link or another thing that is no file.")
    if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Damaged(
            f"{member.filename} in the archive is locked or packed in a way that a backup never is."
        )


def _compare(manifest: Manifest, archive: zipfile.ZipFile) -> None:
    said = {member.name: member for member in manifest.members}
    there = {info.filename: info for info in archive.infolist() if info.filename not in (MANIFEST, SEAL)}
    if len(said) != len(manifest.members) or said.keys() & {MANIFEST, SEAL}:
        raise Damaged(f"{MANIFEST} names a member twice.")
    if missing := sorted(said.keys() - there.keys()):
        raise Damaged(f"{missing[0]} is missing in the archive.")
    if extra := sorted(there.keys() - said.keys()):
        raise Damaged(f"The archive holds {extra[0]}, which its manifest does not name.")
    for name, info in there.items():
        if info.file_size != said[name].size:
            raise Damaged(
                f"{name} has {info.file_size} bytes in the archive; its manifest says {said[name].size}."
            )


@contextmanager
def _faults(what: str) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise Damaged(f"{what} cannot be read: {error}. The archive was cut or changed.") from None
    except OSError as error:
        raise Damaged(f"{what} cannot be read: {error.strerror or error}.") from None
