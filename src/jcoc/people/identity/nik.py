"""What a NIK (nomor induk kependudukan, the national identity number) says. Pure.

Sixteen digits: province, regency and kecamatan where the person was first registered (two digits each, Kemendagri
codes), day, month and year of birth (two each; 40 is added to a woman's day), a serial number of four. The place stays
for life, so it is never held against today's address. Source: Permendagri on civil registration, as the design's
facts have it.

The year has two digits: the latest century is taken that does not lie in the future. Whoever is a hundred years old
or more is therefore read as a child; a birth date that is known from elsewhere decides (:func:`agrees`).

Spaces, dots and hyphens between digits are allowed, because cards and forms group them. Whether a code names a place
that exists is not checked: codes are split and given up over a lifetime, and an old NIK keeps its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jcoc.trail.marking import gettext_noop

DIGITS = 16
WOMAN = 40
CENTURY = "the latest that is not in the future"


FAULTS = {
    "empty": gettext_noop("A NIK has 16 digits; this is empty."),
    "character": gettext_noop("A NIK has digits only; character %(position)d is %(character)s."),
    "length": gettext_noop("A NIK has 16 digits; this has %(count)d."),
    "province": gettext_noop("There is no province %(code)s (digits 1 and 2); their codes begin at 11."),
    "regency": gettext_noop("There is no regency 00 (digits 3 and 4)."),
    "kecamatan": gettext_noop("There is no kecamatan 00 (digits 5 and 6)."),
    "day": gettext_noop(
        "There is no day %(day)s (digits 7 and 8): 01 to 31 for a man, 41 to 71 for a woman."
    ),
    "month": gettext_noop("There is no month %(month)s (digits 9 and 10)."),
    "date": gettext_noop("There is no %(date)s (digits 7 to 12)."),
    "serial": gettext_noop("The serial number (the last four digits) begins at 0001."),
}


class NikFault(ValueError):
    """A text is not a NIK; `str()` is an English sentence, `template` and `values` make one in another language."""

    def __init__(self, fault: str, **values: object) -> None:
        self.fault, self.template, self.values = fault, FAULTS[fault], values
        super().__init__(self.template % values)


@dataclass(frozen=True)
class Nik:
    """The parts of a NIK; codes and serial as text with their zeros."""

    number: str
    province: str
    regency: str
    kecamatan: str
    sex: str  # "male" or "female"
    birth_date: date
    serial: str

    @property
    def place(self) -> str:
        """The kecamatan of first registration in Kemendagri's form, such as ``15.71.01``."""
        return f"{self.province}.{self.regency}.{self.kecamatan}"

    def as_json(self) -> dict[str, str]:
        """What it says, without the number itself."""
        return {
            "province": self.province,
            "regency": self.regency,
            "kecamatan": self.kecamatan,
            "place": self.place,
            "sex": self.sex,
            "birth_date": self.birth_date.isoformat(),
            "century": CENTURY,
            "serial": self.serial,
        }


def parse(text: str, on: date) -> Nik:
    """Read a NIK as of a day; :class:`NikFault` with a sentence says what is wrong.

    `on` decides the century only, see the module.
    """
    number = _digits(text)
    province, regency, kecamatan = number[:2], number[2:4], number[4:6]
    if province < "11":
        raise NikFault("province", code=province)
    if regency == "00":
        raise NikFault("regency")
    if kecamatan == "00":
        raise NikFault("kecamatan")
    birth_date, woman = _birth(number[6:8], number[8:10], number[10:12], on)
    if number[12:] == "0000":
        raise NikFault("serial")
    sex = "female" if woman else "male"
    return Nik(number, province, regency, kecamatan, sex, birth_date, number[12:])


def _digits(text: str) -> str:
    if not text.strip():
        raise NikFault("empty")
    for position, character in enumerate(text, 1):
        # str.isdigit() would let digits of other scripts in.
        if character not in "0123456789 .-\u00a0\t\r\n":
            raise NikFault("character", position=position, character=repr(character))
    number = re.sub(r"[^0-9]", "", text)
    if len(number) != DIGITS:
        raise NikFault("length", count=len(number))
    return number


def _birth(day_text: str, month_text: str, year_text: str, on: date) -> tuple[date, bool]:
    day, month, year = int(day_text), int(month_text), int(year_text)
    woman = day > WOMAN
    if woman:
        day -= WOMAN
    if not 1 <= day <= 31:
        raise NikFault("day", day=day_text)
    if not 1 <= month <= 12:
        raise NikFault("month", month=month_text)
    full = on.year - (on.year - year) % 100
    if (full, month, day) > (on.year, on.month, on.day):
        full -= 100
    try:
        return date(full, month, day), woman
    except ValueError:
        raise NikFault("date", date=f"{full:04d}-{month:02d}-{day:02d}") from None


def agrees(nik: Nik, birth_date: date) -> bool:
    """Whether a birth date known from elsewhere is that of the NIK; its century is not in the NIK."""
    written = nik.birth_date
    return (birth_date.day, birth_date.month, birth_date.year % 100) == (
        written.day,
        written.month,
        written.year % 100,
    )
