"""Made-up people: names put together from lists, and numbers that cannot be anybody's. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jcoc.demo.models import noise

_WOMEN = (
    "Siti", "Dewi", "Rina", "Nur", "Fitri", "Yuli", "Ratna", "Mega", "Wulan", "Lestari", "Indah", "Ayu",
)  # fmt: skip
_MEN = (
    "Budi", "Agus", "Hendra", "Rizki", "Dedi", "Joko", "Fajar", "Arif", "Bayu", "Eko", "Yusuf", "Ilham",
)  # fmt: skip
_LAST = (
    "Pratama", "Saputra", "Wijaya", "Hidayat", "Kurniawan", "Maulana", "Ramadhan", "Firmansyah", "Nugraha",
    "Setiawan", "Permana", "Harahap", "Siregar", "Lubis", "Gunawan", "Santoso",
)  # fmt: skip
_LAST_OF_WOMEN = (
    "Rahayu", "Puspita", "Anggraini", "Handayani", "Permata", "Safitri", "Maharani", "Oktavia", "Utami", "Sari",
    "Wulandari", "Kartika",
)  # fmt: skip
#: There is no province 99, so this is nobody's NIK (Kemendagri codes end at 96).
NOWHERE = "999999"


@dataclass(frozen=True)
class MadeUp:
    name: str
    woman: bool
    born: date
    number: int

    @property
    def nik(self) -> str:
        day = self.born.day + (40 if self.woman else 0)
        return f"{NOWHERE}{day:02d}{self.born:%m%y}{self.number:04d}"

    @property
    def phone(self) -> str:
        """From the range that the forms' own examples use; a demonstration sends nothing in any case."""
        return f"+628120000{self.number:04d}"

    @property
    def email(self) -> str:
        """The top-level domain is kept free for examples (RFC 2606)."""
        return f"{'.'.join(self.name.lower().split())}@warga.example"


def made_up(count: int) -> Iterator[MadeUp]:
    """Adults, the same in every demonstration; no two have the same name."""
    seen: set[str] = set()
    number = 0
    while len(seen) < count:
        number += 1
        woman = number % 2 == 1
        first = _pick(_WOMEN if woman else _MEN, number, 1)
        name = f"{first} {_pick(_LAST_OF_WOMEN if woman else _LAST, number, 2)}"
        if name in seen:
            continue
        seen.add(name)
        born = date(
            1955 + _below(48, number, 3),
            1 + _below(12, number, 4),
            1 + _below(28, number, 5),
        )
        yield MadeUp(name, woman, born, number)


def _below(limit: int, *what: int) -> int:
    return int(noise.seed_of("kota-jambi", "residents", *what)) % limit


def _pick(names: tuple[str, ...], *what: int) -> str:
    return names[_below(len(names), *what)]
