"""The city's works: the landfill and its gas, street lights, batteries of stations. Pure."""

from __future__ import annotations

import numpy as np

from jcoc.demo.models import noise
from jcoc.demo.models.sampling import DAY, HOUR, MINUTE, Sampling, bump, share_of_day
from jcoc.demo.models.weather import rain_depth


def methane(s: Sampling) -> np.ndarray:
    """Methane in a well's gas, % by volume: it falls when air pressure rises, and slowly with water in the line."""
    pressure = 1.1 * np.cos(4 * np.pi * (s.hour - 10.0) / 24.0)
    return 46.0 + 7.0 * (s.trait(1) - 0.5) - pressure + 2.2 * s.wander(1.6 * DAY) + s.jitter(0.12)


def gas_pressure(s: Sampling) -> np.ndarray:
    """Pressure in the pipe, mbar: it sinks when the homes cook, and when rain has put water into the line."""
    cooking = bump(s.hour, 5.6, 0.9) + 0.8 * bump(s.hour, 11.3, 1.0) + bump(s.hour, 17.4, 1.2)
    wet = np.tanh(rain_depth(s, 12.0) / 60.0)
    return np.maximum(
        19.0 + 4.0 * s.trait(1) - 5.5 * cooking - 3.5 * wet + 0.8 * s.wander(30 * MINUTE) + s.jitter(0.1), 1.0
    )


def gas_flow(s: Sampling) -> np.ndarray:
    """Gas that flows, m³/h. size: at most."""
    cooking = bump(s.hour, 5.6, 0.9) + 0.8 * bump(s.hour, 11.3, 1.0) + bump(s.hour, 17.4, 1.2)
    return np.maximum(s.size * (0.32 + 0.55 * cooking + 0.06 * s.wander(20 * MINUTE)) + s.jitter(0.15), 0.0)


def leak(s: Sampling) -> np.ndarray:
    """What a gas detector shows, % of the lower explosive limit: near nothing, seldom a whiff."""
    whiff = np.maximum(noise.smooth(noise.mix(s.thing, 3), s.t, 50 * MINUTE) - 0.86, 0.0) * 30.0
    return np.maximum(0.5 + 0.3 * s.trait(1) + whiff + s.jitter(0.06), 0.0)


def landfill_intake(s: Sampling) -> np.ndarray:
    """Waste weighed at the landfill since midnight, t. size: of a usual day."""
    sunday = np.where(s.weekday == 6, 0.88, 1.0)
    return s.size * (0.96 + 0.08 * noise.uniform(s.thing, s.day)) * sunday * share_of_day(s.hour, 4.0, 22.0)


def trucks(s: Sampling) -> np.ndarray:
    """Trucks over the weighbridge since midnight; 4.3 t each."""
    return np.floor(landfill_intake(s) / 4.3)


def recycled(s: Sampling) -> np.ndarray:
    """What a waste bank has weighed since morning, kg. size: of a usual day."""
    day = s.size * (0.6 + 0.8 * noise.uniform(s.thing, s.day)) * np.where(s.weekday == 6, 0.3, 1.0)
    return np.floor(day * share_of_day(s.hour, 8.0, 16.0))


def lights_power(s: Sampling) -> np.ndarray:
    """Power of a street lights' panel, kW: on from dusk to dawn. size: when all lamps burn."""
    dark = np.clip((s.hour - 17.75) / 0.25, 0.0, 1.0) + np.clip((6.1 - s.hour) / 0.25, 0.0, 1.0)
    burning = s.size * (0.9 + 0.08 * noise.uniform(s.thing, s.day))
    return np.maximum(
        0.12 + burning * np.minimum(dark, 1.0) * (1.0 + 0.01 * s.wander(6 * MINUTE)) + s.jitter(0.015), 0.0
    )


def voltage(s: Sampling) -> np.ndarray:
    """Mains voltage, V: it sags in the evening."""
    return 224.0 - 6.5 * bump(s.hour, 19.0, 2.2) + 2.0 * s.wander(9 * MINUTE) + s.jitter(0.35)


def solar_power(s: Sampling) -> np.ndarray:
    """Power of solar panels, kW. size: at their peak."""
    sun = np.maximum(np.sin(np.pi * (s.hour - 6.0) / 12.0), 0.0) * ((s.hour > 6.0) & (s.hour < 18.0))
    cloud = 0.72 + 0.24 * s.wander(12 * MINUTE)
    wet = np.exp(-rain_depth(s, 1.5) / 6.0)
    return np.maximum(s.size * sun * cloud * wet * (1.0 + s.jitter(0.01)), 0.0)


def battery(s: Sampling) -> np.ndarray:
    """Battery of a station with a solar panel, V."""
    charge = 0.55 * bump(s.hour, 13.0, 3.5) - 0.35 * bump(s.hour, 4.5, 3.5)
    return 12.7 + charge + 0.1 * s.wander(3 * HOUR) + s.jitter(0.008)
