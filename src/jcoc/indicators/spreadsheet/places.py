"""Find the place that a cell means: by its Kemendagri code, or by its name as agencies write it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jcoc.city.facts import in_force
from jcoc.indicators.periods import Period

_PREFIXES = {
    "kelurahan": "kelurahan",
    "kel": "kelurahan",
    "desa": "kelurahan",
    "kecamatan": "kecamatan",
    "kec": "kecamatan",
    "kota": "kota",
}
#: “Simpang III Sipin” is written with 3, III or Tiga.
_NUMERALS = {"dua": "2", "ii": "2", "tiga": "3", "iii": "3", "empat": "4", "iv": "4", "lima": "5", "v": "5"}
#: Unknown names that a likely one is looked for: it takes a millisecond each, and a sheet may have thousands.
MOST_ASKED = 200
#: Characters of a name that are looked at for it.
LONGEST = 60
_CODE = re.compile(r"\d{2}\.?\d{2}(?:\.?\d{2}(?:\.?\d{4})?)?")


@dataclass(frozen=True)
class KnownPlace:
    code: str
    name: str
    level: str
    parent: str  # code; "" for the city
    valid_from: date | None = None
    valid_to: date | None = None

    def existed(self, period: Period) -> bool:
        """Whether a figure of that period is told for it: the places of a period are those of its last day."""
        return in_force(self.valid_from, self.valid_to, period.end)


def plain(name: str) -> str:
    """A name without what differs between two writers of it: capitals, accents, points, hyphens, numerals."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join(_NUMERALS.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", bare).split())


def unnumbered(name: str) -> str:
    """A plain name without the numbering that stands before it: “1. Legok”."""
    words = plain(name).split()
    return " ".join(words[1:] if len(words) > 1 and words[0].isdigit() else words)


def split_prefix(name: str) -> tuple[str, str]:
    """("kelurahan", "legok") of “KEL. LEGOK”; no level where none is said."""
    words = unnumbered(name).split()
    if len(words) > 1 and (level := _PREFIXES.get(words[0])):
        return level, " ".join(words[1:])
    return "", " ".join(words)


@dataclass(frozen=True)
class Gazetteer:
    places: tuple[KnownPlace, ...]

    @cached_property
    def by_code(self) -> Mapping[str, KnownPlace]:
        return {place.code: place for place in self.places}

    @cached_property
    def _by_digits(self) -> Mapping[str, KnownPlace]:
        return {place.code.replace(".", ""): place for place in self.places}

    @cached_property
    def _by_name(self) -> Mapping[str, list[KnownPlace]]:
        found: dict[str, list[KnownPlace]] = {}
        for place in self.places:
            said, bare = split_prefix(place.name)
            # Kota Jambi is called Jambi too; the kecamatan Kota Baru is not called Baru.
            names = {plain(place.name), bare if said == place.level else plain(place.name)}
            # “Kotabaru”, “PaalLima”: written without their spaces.
            names |= {name.replace(" ", "") for name in names} | {plain(place.name.replace(" ", ""))}
            for name in names:
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def city(self) -> KnownPlace | None:
        cities = [place for place in self.places if place.level == "kota"]
        return cities[0] if len(cities) == 1 else None

    def coded(self, content: object) -> KnownPlace | None:
        """By code, with its points or without them, also where a spreadsheet made a number of it."""
        if isinstance(content, float) and content.is_integer():
            content = int(content)
        text = str(content).strip()
        if not _CODE.fullmatch(text):
            return None
        return self.by_code.get(text) or self._by_digits.get(text.replace(".", ""))

    def named(self, name: str, *, level: str = "", within: str = "") -> list[KnownPlace]:
        """All that a name may mean. A said level, or a kecamatan that it lies within (by name), leaves fewer."""
        said, bare = split_prefix(name)
        # “Kota Baru” is a name, and no city called Baru.
        if found := self._by_name.get(unnumbered(name), []):
            said = said if any(split_prefix(each.name)[0] == each.level == said for each in found) else ""
        else:
            found = self._by_name.get(bare, []) or self._by_name.get(bare.replace(" ", ""), [])
        found = list({place.code: place for place in found}.values())
        if (wanted := said or level) and (fits := [each for each in found if each.level == wanted]):
            found = fits
        elif said:
            found = []
        if within:
            parents = {place.code for place in self.named(within, level="kecamatan")}
            found = [each for each in found if each.parent in parents] or found
        return found

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        return {plain(place.name): place.name for place in self.places}

    @cached_property
    def _likenesses(self) -> dict[str, list[str]]:
        return {}

    def like(self, name: str) -> list[str]:
        """Names that look like this one, to ask whether one of them was meant; none after MOST_ASKED other names."""
        import difflib

        whole, bare = unnumbered(name)[:LONGEST], split_prefix(name)[1][:LONGEST]
        known = self._likenesses
        if bare not in known:
            if len(known) >= MOST_ASKED:
                return []
            near = [
                each
                for written in dict.fromkeys((whole, bare))
                for each in difflib.get_close_matches(written, self._spellings, n=2, cutoff=0.75)
            ]
            known[bare] = [self._spellings[each] for each in dict.fromkeys(near)][:2]
        return known[bare]


def existing(places: Iterable[KnownPlace], period: Period) -> list[KnownPlace]:
    return [place for place in places if place.existed(period)]
