"""Water levels of the Batanghari, the city's rivers and its drains, and how muddy they are. Pure.

The Batanghari rises and falls with a catchment far larger than the city, so its course here is a year's wave,
slow weather of other places and a little tide; the small rivers answer the rain over the city within hours.
"""

from __future__ import annotations

import numpy as np

from jcoc.demo.models import noise
from jcoc.demo.models.sampling import DAY, HOUR, MINUTE, Sampling
from jcoc.demo.models.weather import runoff

#: The principal lunar tide.
TIDE = 12.4206 * HOUR
SALT_BATANGHARI = 201


def batanghari(s: Sampling) -> np.ndarray:
    """Level of the Batanghari, m above the gauge's zero, 7 to 14.5. One river: all gauges share its course."""
    season = 1.35 * np.cos(2 * np.pi * (s.year - 0.99)) + 0.45 * np.cos(4 * np.pi * (s.year - 0.30))
    upstream = noise.smooth(noise.mix(s.city, SALT_BATANGHARI), s.t, 11 * DAY)
    shorter = noise.smooth(noise.mix(s.city, SALT_BATANGHARI + 1), s.t, 3 * DAY)
    tide = 0.09 * np.cos(2 * np.pi * s.t / TIDE) + 0.03 * np.cos(2 * np.pi * s.t / (23.9345 * HOUR))
    here = 0.25 * (s.trait(1) - 0.5) + 0.03 * s.wander(40 * MINUTE)
    return 10.6 + season + 1.0 * upstream + 0.4 * shorter + tide + here + s.jitter(0.003)


def small_river(s: Sampling) -> np.ndarray:
    """Level of a small river, m. size: its catchment in km²; the larger, the later it answers."""
    lag = 1.1 * HOUR
    answer = 0.020 + 0.010 * s.trait(1)
    # The larger catchments answer later: half of the rain comes with twice the lag and more.
    late = np.clip(s.size / 80.0, 0.1, 0.9)
    felt = (1.0 - late) * runoff(s, lag) + late * runoff(s, 2.6 * lag)
    backwater = 0.12 * np.maximum(batanghari(_still(s)) - 11.5, 0.0)
    bed = 0.75 + 0.5 * s.trait(2)
    return bed + np.minimum(felt * answer, 3.2) + backwater + 0.015 * s.wander(25 * MINUTE) + s.jitter(0.002)


def _still(s: Sampling) -> Sampling:
    """The same without a place of its own, so that the Batanghari is one river for all that asks."""
    zero = np.zeros(1, dtype=np.uint64)
    return Sampling(s.city, zero, zero, s.size, s.t)


def drain(s: Sampling) -> np.ndarray:
    """Water in the drain of a flood point, cm above its bed. size: the depth at which it spills over."""
    felt = runoff(s, 35 * MINUTE)
    return np.clip(
        0.16 * s.size + felt * (1.4 + 1.2 * s.trait(1)) + 1.2 * s.wander(15 * MINUTE) + s.jitter(0.2),
        0.0,
        240.0,
    )


def turbidity(s: Sampling) -> np.ndarray:
    """NTU: rain brings soil."""
    quiet = 38.0 + 25.0 * s.trait(1) + 9.0 * s.wander(5 * HOUR)
    return quiet + np.minimum(9.0 * runoff(s, 3 * HOUR), 650.0) + s.jitter(1.2)


def acidity(s: Sampling) -> np.ndarray:
    """pH: peat makes it a little sour."""
    return (
        6.5
        - 0.35 * s.trait(1)
        + 0.18 * s.wander(9 * HOUR)
        - 0.25 * np.tanh(runoff(s, 4 * HOUR) / 40)
        + s.jitter(0.01)
    )


def oxygen(s: Sampling) -> np.ndarray:
    """Dissolved oxygen, mg/l: best in the afternoon."""
    sun = 0.7 * np.cos(2 * np.pi * (s.hour - 15.0) / 24.0)
    return 4.6 + 0.8 * s.trait(2) + sun + 0.5 * s.wander(8 * HOUR, 1) + s.jitter(0.03)
