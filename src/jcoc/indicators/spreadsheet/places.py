"""Find the place that a cell means: by its Kemendagri code, or by its name as agencies write it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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
        return (self.valid_from or period.end) <= period.end <= (self.valid_to or period.end)


def plain(name: str) -> str:
    """A name without what differs between two writers of it: capitals, accents, points, hyphens, numerals."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join(_NUMERALS.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", bare).split())


def split_prefix(name: str) -> tuple[str, str]:
    """("kelurahan", "legok") of “KEL. LEGOK”; no level where none is said."""
    words = plain(name).split()
    # Numbering before the name: “1. Legok”.
    if len(words) > 1 and words[0].isdigit():
        words = words[1:]
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
            for name in {plain(place.name), split_prefix(place.name)[1]}:
                found.setdefault(name, []).append(place)
                if (closed := name.replace(" ", "")) != name:
                    found.setdefault(closed, []).append(place)
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

    def named(
        self, name: str, *, level: str = "", within: str = "", levels: Collection[str] = ()
    ) -> list[KnownPlace]:
        """All that a name may mean. A said level, or a kecamatan that it lies within (by name), leaves fewer; so do
        the levels that a figure is told by, where any is left then."""
        said, bare = split_prefix(name)
        found = list(self._by_name.get(plain(name), [])) or list(
            self._by_name.get(bare, []) or self._by_name.get(bare.replace(" ", ""), [])
        )
        found = list({place.code: place for place in found}.values())
        if (wanted := said or level) and (fits := [each for each in found if each.level == wanted]):
            found = fits
        elif said:
            found = []
        if within:
            parents = {place.code for place in self.named(within, level="kecamatan")} if within else set()
            found = [each for each in found if each.parent in parents] or found
        if len(found) > 1:
            found = [each for each in found if each.level in levels] or found
        return found

    def like(self, name: str) -> list[str]:
        """Names that look like this one, to ask whether one of them was meant."""
        import difflib

        bare = split_prefix(name)[1]
        names = {plain(place.name): place.name for place in self.places}
        return [names[each] for each in difflib.get_close_matches(bare, names, n=2, cutoff=0.75)]


def existing(places: Iterable[KnownPlace], period: Period) -> list[KnownPlace]:
    return [place for place in places if place.existed(period)]
