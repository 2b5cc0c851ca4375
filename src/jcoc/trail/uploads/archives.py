"""ZIP archives: nothing that would land elsewhere, be more than it says, or hide another. Pure.

Each member is unpacked once, into nothing, so that sizes and checksums are true and not what the directory claims.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from jcoc.trail.uploads.faults import Fault

MEGABYTE = 1024 * 1024


class Limits(NamedTuple):
    members: int = 1000
    unpacked: int = 100 * MEGABYTE
    #: Times of its packed size that a member may have, once it is over a megabyte: text reaches 20, zeros 1,000.
    ratio: int = 100


USUAL = Limits()
_PIECE = 256 * 1024
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|^$|(?:^|/)\.\.(?:/|$)")
_PACKED = re.compile(
    rb"PK[\x03\x05\x07]|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]|\xfd7zXZ\x00|\x28\xb5\x2f\xfd"
)
_END = b"PK\x05\x06"


def check(data: bytes, limits: Limits = USUAL, see: Callable[[str, bytes], None] | None = None) -> list[str]:
    """The names of an archive's files; :class:`Fault` where it cannot be taken. `see` gets each file whole."""
    with _faults(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        _check_frame(data, members, limits)
        names = [_checked_name(member) for member in members]
        for name in _repeated(names):
            raise Fault("zip_twice", name=_shown(name))
        total = 0
        for member in members:
            if member.is_dir():
                continue
            content = bytearray()
            for piece in _pieces(archive, member):
                content += piece
                total += len(piece)
                if total > limits.unpacked or _too_dense(len(content), member.compress_size, limits):
                    raise Fault("zip_expands", most=limits.unpacked // MEGABYTE)
            if _PACKED.match(content):
                raise Fault("zip_nested", name=_shown(member.filename))
            if see is not None:
                see(member.filename, bytes(content))
        return [member.filename for member in members if not member.is_dir()]


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        UnicodeError,
        NotImplementedError,
    ) as error:
        raise Fault("zip_broken", reason=str(error)[:100] or type(error).__name__) from None


def _check_frame(data: bytes, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    end = data.rfind(_END)
    comment = int.from_bytes(data[end + 20 : end + 22], "little")
    first = min((member.header_offset for member in members), default=0)
    if first != 0 or not data.startswith(b"PK") or end + 22 + comment != len(data) or comment:
        raise Fault("zip_prefix")
    if not members:
        raise Fault("empty")
    if len(members) > limits.members:
        raise Fault("zip_many", count=len(members), most=limits.members)
    # Members that share their bytes make a small file unpack to a huge one.
    if sum(member.compress_size for member in members) > len(data):
        raise Fault("zip_expands", most=limits.unpacked // MEGABYTE)


def _checked_name(member: zipfile.ZipInfo) -> str:
    # zipfile has turned backslashes and cut at a zero byte already: the name as it stands in the file counts.
    for name in (member.orig_filename, member.filename):
        if _BAD_NAME.search(name):
            raise Fault("zip_path", name=_shown(name))
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Fault("zip_link", name=_shown(member.filename))
    if member.flag_bits & 0x1:
        raise Fault("zip_locked")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Fault("zip_method", name=_shown(member.filename))
    return member.filename


def _repeated(names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        folded = name.rstrip("/").casefold()
        if folded in seen:
            yield name
        seen.add(folded)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            yield piece


def _too_dense(unpacked: int, packed: int, limits: Limits) -> bool:
    return unpacked > MEGABYTE and unpacked > limits.ratio * max(packed, 1)


def _shown(name: str) -> str:
    """A name for a sentence: no control characters, not long."""
    return re.sub(r"[\x00-\x1f\x7f]", "�", name)[:80]
