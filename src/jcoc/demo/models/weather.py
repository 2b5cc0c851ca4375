"""Rain over the city as single events, and what it does to air. Pure.

Jambi has no dry season without rain; it is wettest from November to April and most rain falls after noon.
The size of all numbers here is plausible, none is measured: this is a simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcoc.demo.models import noise
from jcoc.demo.models.sampling import DAY, HOUR, MINUTE, WIB, Sampling, bump

#: One event at most begins in each slot. With start, length and delay an event ends within the next slot.
SLOT = 3 * HOUR
LONGEST = 150 * MINUTE
DELAY = 15 * MINUTE
HARDEST = 110.0  # mm/h
SALT_RAIN = 101


@dataclass(frozen=True)
class Events:
    """Rain events along a last axis, one for each slot looked at: shape sin², so depth is half of peak × length."""

    age: np.ndarray  # s since it began at the thing; negative before
    length: np.ndarray  # s
    peak: np.ndarray  # mm/h at the thing; 0 where no event began in this slot

    @property
    def depth(self) -> np.ndarray:
        """mm in all."""
        return self.peak * self.length / HOUR / 2.0

    @property
    def intensity(self) -> np.ndarray:
        """mm/h now."""
        part = np.clip(self.age / self.length, 0.0, 1.0)
        return self.peak * np.sin(np.pi * part) ** 2

    def fallen(self, age: np.ndarray) -> np.ndarray:
        """mm fallen until it was that old: the integral of the intensity."""
        part = np.clip(age / self.length, 0.0, 1.0)
        return 2.0 * self.depth * (part / 2.0 - np.sin(2.0 * np.pi * part) / (4.0 * np.pi))


def wetness(year: np.ndarray) -> np.ndarray:
    """How likely rain is in a slot of mean time of day, by the phase of the year: 0.05 to 0.2."""
    return 0.115 + 0.055 * np.cos(2 * np.pi * (year - 0.98)) + 0.03 * np.cos(4 * np.pi * (year - 0.27))


def events(s: Sampling, hours: float) -> Events:
    """Each slot's event that may have rained within the last `hours`, or rains now."""
    t, thing = s.t[..., None], s.thing[..., None]
    slot = np.floor(t / SLOT).astype(np.int64) - np.arange(int(np.ceil(hours * HOUR / SLOT)) + 2)
    begins = slot * SLOT
    local = begins + WIB
    likely = wetness(local / (365.2425 * DAY) % 1.0) * (
        0.45 + 1.6 * bump((local % DAY) / HOUR + 1.5, 15.5, 3.5)
    )
    # The slots of a tick's readings are nearly all the same: what only depends on the slot is drawn once.
    which, back = np.unique(slot, return_inverse=True)

    def drawn(salt: int) -> np.ndarray:
        return noise.uniform(s.city, SALT_RAIN + salt, which)[back].reshape(slot.shape)

    start = begins + drawn(1) * SLOT
    length = 20 * MINUTE + drawn(2) * (LONGEST - 20 * MINUTE)
    hardness = -np.log1p(-drawn(3))
    # A cell does not hit every place alike, nor at the same minute.
    hit = 0.4 + 0.9 * noise.uniform(thing, SALT_RAIN + 4, slot)
    delay = noise.uniform(thing, SALT_RAIN + 5, slot) * DELAY
    peak = np.where(drawn(0) < likely, np.minimum((2.5 + 8.5 * hardness) * hit, HARDEST), 0.0)
    return Events(t - start - delay, length, peak)


def rain_intensity(s: Sampling) -> np.ndarray:
    """mm/h."""
    return events(s, 0.0).intensity.sum(axis=-1)


def rain_depth(s: Sampling, hours: float) -> np.ndarray:
    """mm within the last `hours`."""
    rain = events(s, hours)
    return (rain.fallen(rain.age) - rain.fallen(rain.age - hours * HOUR)).sum(axis=-1)


def runoff(s: Sampling, lag: float) -> np.ndarray:
    """mm of recent rain as a stream feels it: each event comes `lag` seconds after it began and ebbs away."""
    rain = events(s, 8.0 * lag / HOUR)
    age = np.maximum(rain.age, 0.0) / lag
    return (rain.depth * age * np.exp(1.0 - age)).sum(axis=-1)


def rain_gauge(s: Sampling) -> np.ndarray:
    """Rain intensity, mm/h, as a tipping bucket tells it."""
    rain = rain_intensity(s)
    return np.where(rain > 0.2, np.maximum(rain * (1 + s.jitter(0.06)), 0.2), 0.0)


def rain_day(s: Sampling) -> np.ndarray:
    """Rain of the last 24 hours, mm."""
    return rain_depth(s, 24.0)


def temperature(s: Sampling) -> np.ndarray:
    """Air temperature, °C."""
    sun = bump(s.hour, 14.0, 4.2)
    cooled = 4.0 * np.tanh(rain_depth(s, 2.0) / 12.0)
    return 23.6 + 8.6 * sun - cooled + 0.8 * s.wander(4 * HOUR) + s.jitter(0.04)


def humidity(s: Sampling) -> np.ndarray:
    """Relative humidity, %."""
    sun = bump(s.hour, 14.0, 4.2)
    wet = 14.0 * np.tanh(rain_depth(s, 2.0) / 8.0)
    return np.clip(92.0 - 31.0 * sun + wet + 3.0 * s.wander(3 * HOUR, 1) + s.jitter(0.15), 35.0, 100.0)


def fine_dust(s: Sampling) -> np.ndarray:
    """PM2.5, µg/m³: traffic hours, calm nights, the dry season's haze; rain washes it out."""
    haze = 14.0 * np.maximum(np.cos(2 * np.pi * (s.year - 0.69)), 0.0) ** 2
    street = 11.0 * bump(s.hour, 7.3, 1.3) + 13.0 * bump(s.hour, 18.6, 2.0) + 6.0 * bump(s.hour, 23.5, 2.5)
    base = 15.0 + haze + street * (0.7 + 0.6 * s.trait(1)) + 5.0 * s.wander(7 * HOUR, 2)
    washed = base * np.exp(-rain_depth(s, 4.0) / 30.0)
    return np.maximum(washed + 1.4 * s.wander(9 * MINUTE, 3) + s.jitter(0.5), 2.0)
