from __future__ import annotations

from typing import Any

import pytest

from jcoc.city.models import Place


@pytest.fixture
def places(db: None, laying_out: None) -> dict[str, Place]:
    """A small city: two kelurahan in one kecamatan, one in another."""

    def place(code: str, name: str, level: str, parent: Place | None = None) -> Place:
        return Place.objects.create(
            code=code, name=name, level=level, parent=parent, lon=103.6, lat=-1.6, source="test"
        )

    city = place("15.71", "Kota Jambi", "kota")
    east, west = (place(f"15.71.0{n}", f"Kecamatan {n}", "kecamatan", city) for n in (1, 2))
    made = {"city": city, "east": east, "west": west}
    for number, parent in ((1, east), (2, east), (3, west)):
        code = f"{parent.code}.100{number}"
        made[f"kelurahan-{number}"] = place(code, f"Kelurahan {number}", "kelurahan", parent)
    return made


@pytest.fixture
def given() -> dict[str, Any]:
    """A made-up person, whole."""
    return {
        "name": "Siti Contoh Rekaan",
        "nik": "1571014101900001",
        "phone": "0812 0000 1234",
        "email": "Siti@contoh.example",
        "address": "Jl. Rekaan 1, RT 04",
        "bank_account": "Bank Contoh 000111222333",
    }
