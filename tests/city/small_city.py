"""A made-up city of four square kelurahan in two kecamatan, 0.01 degrees a side, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from jcoc.city.facts import PlaceFact

WEST, SOUTH, SIDE = 103.60, -1.62, 0.01
AREA = 1.231  # km² of one square, near the equator
DAY = date(2026, 11, 24)


def place(
    code: str, name: str, level: str, parent: str, cell: tuple[float, float], **other: Any
) -> PlaceFact:
    values: dict[str, Any] = {
        "code": code,
        "name": name,
        "level": level,
        "parent": parent,
        "valid_from": None,
        "valid_to": None,
        "validity_note": "",
        "lon": round(WEST + (cell[0] + 0.5) * SIDE, 6),
        "lat": round(SOUTH + (cell[1] + 0.5) * SIDE, 6),
        "area_km2": AREA if level == "kelurahan" else None,
        "source": "made up",
    }
    return PlaceFact(**(values | other))


PLACES = (
    place("99.01", "Kota Uji", "kota", "", (0.5, 0.5)),
    place("99.01.01", "Barat", "kecamatan", "99.01", (0, 0.5)),
    place("99.01.02", "Timur", "kecamatan", "99.01", (1, 0.5)),
    place("99.01.01.1001", "Satu", "kelurahan", "99.01.01", (0, 0)),
    place("99.01.01.1002", "Dua", "kelurahan", "99.01.01", (0, 1)),
    place("99.01.02.1001", "Tiga", "kelurahan", "99.01.02", (1, 0)),
    place("99.01.02.1002", "Empat", "kelurahan", "99.01.02", (1, 1)),
    place(
        "99.01.02.1003", "Lama", "kelurahan", "99.01.02", (1, 1), valid_to=date(2022, 12, 31), area_km2=None
    ),
)
SQUARES = {
    "99.01.01.1001": (0, 0),
    "99.01.01.1002": (0, 1),
    "99.01.02.1001": (1, 0),
    "99.01.02.1002": (1, 1),
}


def ring(column: float, row: float, width: float = 1, height: float = 1) -> list[list[float]]:
    """A closed rectangle of the grid, in degrees."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + width * SIDE, south + height * SIDE
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[round(lon, 9), round(lat, 9)] for lon, lat in corners]


def feature(code: str, outline: list[list[float]], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kode": code, **properties},
        "geometry": {"type": "Polygon", "coordinates": [outline]},
    }


def squares() -> list[dict[str, Any]]:
    """The four kelurahan, without a fault."""
    return [feature(code, ring(*cell)) for code, cell in SQUARES.items()]


def collection(features: Iterable[Any], **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def write_folder(folder: Path) -> Path:
    """The made-up city as a folder that `jcoc city load` reads."""
    folder.mkdir(exist_ok=True)
    (folder / "city.toml").write_text('code = "99.01"\nname = "Kota Uji"\n')
    header = "code,name,level,parent,valid_from,valid_to,validity_note,lon,lat,area_km2,source"
    rows = [
        f"{p.code},{p.name},{p.level},{p.parent},{p.valid_from or ''},{p.valid_to or ''},,"
        f"{p.lon},{p.lat},{p.area_km2 or ''},{p.source}"
        for p in PLACES
    ]
    (folder / "places.csv").write_text("\n".join([header, *rows]) + "\n")
    (folder / "succession.csv").write_text(
        "successor,predecessor,date,source,note\n99.01.02.1002,,2023-01-01,made up,\n"
    )
    (folder / "rivers.csv").write_text(
        "code,name,also_called,catchment_km2,source\nkali,Kali Uji,Kali Lama,,made up\n"
    )
    (folder / "sites.csv").write_text(
        "code,name,kind,place,lon,lat,approximate,address,source,note\n"
        "S1,Sekolah Satu,school,99.01.01.1001,103.605,-1.615,no,,made up,\n"
    )
    (folder / "calendar.csv").write_text("date,day_off,name,source\n2026-05-28,yes,Hari Kota Uji,made up\n")
    return folder
