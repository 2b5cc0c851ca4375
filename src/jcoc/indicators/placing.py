"""The places of a period, and which of them a point or a row lies in: always those of the period's last day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cached_property

from jcoc.city.lookup import locator
from jcoc.city.models import Boundary, Level, Place


class Places:
    """All places, read once; `at(day)` gives those in force."""

    def __init__(self) -> None:
        self.by_code = {place.code: place for place in Place.objects.all()}
        self._by_pk = {place.pk: place for place in self.by_code.values()}
        spans = [(place.valid_from, place.valid_to) for place in self.by_code.values()]
        spans += list(Boundary.objects.values_list("valid_from", "valid_to").distinct())
        turns = {start for start, _ in spans if start} | {end + timedelta(1) for _, end in spans if end}
        self._turns = sorted(turns)
        self._at: dict[int, PlacesOfDay] = {}

    def at(self, day: date) -> PlacesOfDay:
        """Days between which nothing changed share one."""
        turn = bisect_right(self._turns, day)
        if turn not in self._at:
            self._at[turn] = PlacesOfDay(self, day)
        return self._at[turn]

    def above(self, code: str) -> list[Place]:
        """The place itself and what it is part of; empty for an unknown code."""
        place = self.by_code.get(code)
        found = []
        while place is not None:
            found.append(place)
            place = self._by_pk.get(place.parent_id) if place.parent_id else None
        return found


class PlacesOfDay:
    def __init__(self, places: Places, day: date) -> None:
        self._places, self._day = places, day
        self.valid = {code: place for code, place in places.by_code.items() if place.valid_on(day)}
        self._holding: dict[str, list[str]] = {}

    @cached_property
    def city(self) -> list[str]:
        return [code for code, place in self.valid.items() if place.level == Level.KOTA]

    def of_levels(self, levels: list[str]) -> list[str]:
        return [code for code, place in self.valid.items() if place.level in levels]

    def holding(self, code: str) -> list[str]:
        """The places in force that a place lies in, itself among them."""
        if code not in self._holding:
            self._holding[code] = [each.code for each in self._places.above(code) if each.code in self.valid]
        return self._holding[code]

    def locate(self, points: list[tuple[float, float]]) -> list[str]:
        """The kelurahan of each point, empty where it lies in none."""
        if not points:
            return []
        import numpy as np

        found = locator(self._day).code(np.array([x for x, _ in points]), np.array([y for _, y in points]))
        return [code or "" for code in found]
