"""The written notice of a breach, drafted from what the register holds (law 27/2022, article 46, paragraph 2).

Pure: facts in, paragraphs out. The notice says at least which personal data, when and how it was disclosed, and what
the controller does about it. It is written in Indonesian, the language of the law; the officer edits it before it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

MISSING = "[belum diisi]"
#: What stands around the paragraphs on the printed letter.
FRAME = {
    "government": "Pemerintah",
    "number": "Nomor:",
    "to": "Kepada Yth.",
    "signer": "Petugas pelindungan data pribadi",
}


@dataclass(frozen=True)
class BreachFacts:
    """What is known; empty where it is not yet. Instants are aware."""

    city: str
    discovered: datetime
    happened_from: datetime | None
    happened_until: datetime | None
    kinds: Sequence[str]
    affected: int | None
    how: str
    consequences: str
    remedy: str
    advice: str
    contact: str


def in_words(at: datetime, zone: tzinfo, zone_name: str) -> str:
    """An instant as "24 November 2026 pukul 08.05 WIB"."""
    there = at.astimezone(zone)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year} pukul {there:%H.%M} {zone_name}"


def draft(facts: BreachFacts, zone: tzinfo, zone_name: str) -> list[tuple[str, str]]:
    """Headings and paragraphs of the notice; what is not known yet says so in brackets."""

    def moment(at: datetime) -> str:
        return in_words(at, zone, zone_name)

    if facts.happened_from and facts.happened_until and facts.happened_from != facts.happened_until:
        when = f"antara {moment(facts.happened_from)} dan {moment(facts.happened_until)}"
    elif facts.happened_from:
        when = f"pada {moment(facts.happened_from)}"
    else:
        when = MISSING
    people = f" Jumlah orang yang terdampak: {_number(facts.affected)}." if facts.affected is not None else ""
    sections = [
        (
            "Pemberitahuan kegagalan pelindungan data pribadi",
            f"Pemerintah {facts.city} memberitahukan kepada Anda, sesuai dengan pasal 46 Undang-Undang Nomor 27 "
            "Tahun 2022 tentang Pelindungan Data Pribadi, bahwa data pribadi Anda mengalami kegagalan pelindungan.",
        ),
        ("Data yang terungkap", f"{', '.join(facts.kinds) or MISSING}.{people}"),
        (
            "Kapan dan bagaimana",
            f"Peristiwa terjadi {when} dan diketahui pada {moment(facts.discovered)}. {facts.how or MISSING}",
        ),
    ]
    if facts.consequences:
        sections.append(("Akibat yang mungkin timbul", facts.consequences))
    sections.append(("Upaya penanganan dan pemulihan", facts.remedy or MISSING))
    if facts.advice:
        sections.append(("Yang dapat Anda lakukan", facts.advice))
    sections.append(("Pertanyaan", facts.contact or MISSING))
    return sections


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
