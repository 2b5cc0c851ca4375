"""What a CSV file's columns mean, as a TOML map declares it; and its readings. Pure: text in, readings out.

See docs/walkthrough/*.toml for maps with every part explained.
"""

from __future__ import annotations

import csv
import math
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np

from jcoc.telemetry.registration import DatastreamForm, FormError, ThingForm, check

ISO = "iso8601"
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


class MapError(ValueError):
    """The map or the file as a whole cannot be used; the text is a sentence."""


class FileForm(msgspec.Struct, forbid_unknown_fields=True):
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    missing: list[str] = []  # marks of a missing value besides the empty cell; numbers compare as numbers


class TimeForm(msgspec.Struct, forbid_unknown_fields=True):
    columns: list[str]  # joined by one space
    format: str = ISO  # or as of strptime
    zone: str = (
        ""  # a fixed offset such as +01:00, or a name such as Asia/Jakarta; empty: it stands in the text
    )


class ColumnForm(DatastreamForm, kw_only=True):
    column: str


class CsvMap(msgspec.Struct, forbid_unknown_fields=True):
    time: TimeForm
    thing: ThingForm
    datastream: list[ColumnForm]
    file: FileForm = msgspec.field(default_factory=FileForm)


class Reading(NamedTuple):
    line: int
    column: str
    datastream: str
    time: datetime  # in UTC
    value: float


class Superseded(NamedTuple):
    """A reading whose instant a later line of the file gives again; that one holds."""

    line: int
    column: str


@dataclass(frozen=True)
class Fault:
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


def read_map(path: Path) -> CsvMap:
    """The map of a TOML file, checked."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=CsvMap)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MapError(f"{path.name} is not a map: {error}") from None
    form = found.file
    if len(form.delimiter) != 1 or form.decimal not in (".", ",") or form.delimiter == form.decimal:
        raise MapError(
            f"{path.name}: the delimiter must be one character and the decimal mark “.” or “,”, "
            "and they must differ."
        )
    if not found.time.columns:
        raise MapError(f"{path.name}: [time] columns must name at least one column.")
    if not found.time.zone and found.time.format != ISO and "%z" not in found.time.format:
        raise MapError(
            f"{path.name}: [time] zone is missing. Say it, such as “+01:00” (fixed) or “Asia/Jakarta”."
        )
    try:
        check(found.thing, found.datastream, path.name)
    except FormError as error:
        raise MapError(str(error)) from None
    _zone(found.time.zone)
    return found


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    if fixed := _OFFSET.fullmatch(text):
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        if offset >= timedelta(days=1):
            raise MapError(f"[time] zone “{text}” is more than a day.")
        return timezone(-offset if fixed[1] == "-" else offset)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise MapError(
            f"[time] zone “{text}” is neither an offset such as +01:00 nor a known name such as Asia/Jakarta."
        ) from None


def readings(path: Path, csv_map: CsvMap) -> Iterator[Reading | Superseded | Fault]:
    """The readings of a file in its order; what cannot be read comes as a fault. Missing values are left out.

    The file is read twice: were both readings of an instant sent, playing the file again would correct forth and
    back.
    """
    lines: dict[tuple[str, datetime], int] = {}
    if repeated := _repeated_times(path, csv_map):
        for item in _read(path, csv_map):
            if isinstance(item, Reading) and item.time in repeated:
                lines[item.datastream, item.time] = item.line
    for item in _read(path, csv_map):
        if isinstance(item, Reading) and lines.get((item.datastream, item.time), item.line) != item.line:
            yield Superseded(item.line, item.column)
        else:
            yield item


def _repeated_times(path: Path, csv_map: CsvMap) -> set[datetime]:
    """Times that stand in more than one line. Eight bytes a line are kept meanwhile."""
    seconds, line = array("d"), 0
    for item in _read(path, csv_map):
        if isinstance(item, Reading) and item.line != line:
            line = item.line
            seconds.append(item.time.timestamp())
    times, count = np.unique(np.frombuffer(seconds), return_counts=True)
    return {datetime.fromtimestamp(float(time), UTC) for time in times[count > 1]}


def _read(path: Path, csv_map: CsvMap) -> Iterator[Reading | Fault]:
    try:
        with path.open(encoding=csv_map.file.encoding, newline="") as file:
            yield from _rows(csv.reader(file, delimiter=csv_map.file.delimiter, strict=True), path, csv_map)
    except LookupError:
        raise MapError(f"[file] encoding “{csv_map.file.encoding}” is not known.") from None
    except UnicodeDecodeError as error:
        raise MapError(
            f"{path.name} is not {csv_map.file.encoding}: byte {error.object[error.start]:#04x} does not fit. "
            "Say the right one in [file] encoding, such as latin-1 or cp1252."
        ) from None


def _rows(table: Any, path: Path, csv_map: CsvMap) -> Iterator[Reading | Fault]:
    try:
        header = [name.strip().removeprefix("\ufeff") for name in next(table, [])]
        time_at = [_column(header, name, path) for name in csv_map.time.columns]
        value_at = [(_column(header, form.column, path), form) for form in csv_map.datastream]
        read_time, read_value = _Times(csv_map.time), _Values(csv_map.file)
        time_column = " + ".join(csv_map.time.columns)
        for row in table:
            line = table.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                yield Fault(line, "–", f"the line has {len(row)} cells, the header {len(header)}.")
                continue
            try:
                time = read_time(" ".join(row[at].strip() for at in time_at))
            except ValueError as error:
                yield Fault(line, time_column, str(error))
                continue
            for at, form in value_at:
                try:
                    value = read_value(row[at].strip())
                except ValueError as error:
                    yield Fault(line, form.column, str(error))
                    continue
                if value is not None:
                    yield Reading(line, form.column, form.code, time, value)
    except csv.Error as error:
        raise MapError(f"{path.name}, line {table.line_num}: {error}.") from None


def _column(header: list[str], name: str, path: Path) -> int:
    if header.count(name) == 1:
        return header.index(name)
    found = ", ".join(f"“{column}”" for column in header) or "none"
    how = "has several columns" if name in header else "has no column"
    raise MapError(f"{path.name} {how} “{name}”. Its columns are {found}.")


class _Times:
    def __init__(self, form: TimeForm) -> None:
        self._format = form.format
        self._zone = _zone(form.zone)

    def _read(self, text: str) -> datetime:
        if self._format == ISO:
            return datetime.fromisoformat(text)
        return datetime.strptime(text, self._format)  # noqa: DTZ007 (the zone follows)

    def __call__(self, text: str) -> datetime:
        try:
            moment = self._read(text)
        except ValueError:
            raise ValueError(f"“{text}” is not a time of the form {self._format}.") from None
        if moment.tzinfo is None:
            if self._zone is None:
                raise ValueError(f"“{text}” does not say its offset from UTC, and the map names no zone.")
            moment = self._local(moment, text)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"“{text}” lies outside the years 1 to 9999.") from None

    def _local(self, moment: datetime, text: str) -> datetime:
        local = moment.replace(tzinfo=self._zone)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            # Skipped or passed twice when clocks change: whichever is taken would be a guess.
            raise ValueError(
                f"“{text}” is no single moment in {self._zone}, where the clocks change then. "
                "If the file keeps winter time all year, give a fixed offset."
            )
        return local


class _Values:
    def __init__(self, form: FileForm) -> None:
        self._decimal = form.decimal
        self._texts = {"", *form.missing}
        self._numbers = {number for mark in form.missing if (number := self._number(mark)) is not None}

    def __call__(self, text: str) -> float | None:
        if text in self._texts:
            return None
        number = self._number(text)
        if number is None or not math.isfinite(number):
            raise ValueError(f"“{text}” is not a number (decimal mark “{self._decimal}”).")
        return None if number in self._numbers else number

    def _number(self, text: str) -> float | None:
        if self._decimal == ",":
            if "." in text:
                return None
            text = text.replace(",", ".")
        # Python would read 1_000 as a thousand.
        if "_" in text:
            return None
        try:
            return float(text)
        except ValueError:
            return None
