"""People and vehicles: streets, counters, schools, visitors, workers. Pure. No person is behind any number."""

from __future__ import annotations

import numpy as np

from jcoc.demo.models import noise
from jcoc.demo.models.sampling import HOUR, MINUTE, Sampling, bump, open_between, share_of_day
from jcoc.demo.models.weather import rain_intensity


def _counted(s: Sampling, expected: np.ndarray) -> np.ndarray:
    """A count around what is expected, its spread the root of it."""
    return np.maximum(np.rint(expected + np.sqrt(np.maximum(expected, 0.0)) * s.jitter(0.6)), 0.0)


def _traffic(s: Sampling) -> np.ndarray:
    """How full the streets are, about 0 to 1."""
    work = 0.75 * bump(s.hour, 7.2, 0.9) + 0.45 * bump(s.hour, 12.5, 1.8) + 0.85 * bump(s.hour, 17.2, 1.4)
    free = 0.35 * bump(s.hour, 10.5, 2.2) + 0.75 * bump(s.hour, 19.3, 2.2)
    evening = 0.30 * bump(s.hour, 20.0, 1.8)
    rhythm = np.where(s.workday, work + evening, free)
    wet = 1.0 - 0.3 * np.tanh(rain_intensity(s) / 25.0)
    return np.clip((0.05 + rhythm) * wet * (1.0 + 0.14 * s.wander(8 * MINUTE, 7)), 0.02, 1.25)


def vehicles(s: Sampling) -> np.ndarray:
    """Vehicles a minute over a junction. size: at its fullest hour."""
    return _counted(s, s.size * _traffic(s))


def speed(s: Sampling) -> np.ndarray:
    """Mean speed at a junction, km/h."""
    free = 38.0 + 9.0 * s.trait(8)
    return np.clip(free * (1.0 - 0.52 * _traffic(s)) + s.jitter(1.3), 3.0, 70.0)


def calls_waiting(s: Sampling) -> np.ndarray:
    """Callers who wait at 112."""
    rhythm = 0.6 + 1.1 * bump(s.hour, 10.0, 3.5) + 1.4 * bump(s.hour, 19.0, 2.5)
    return _counted(s, rhythm * (1.0 + rain_intensity(s) / 30.0) * (1.0 + 0.6 * s.wander(6 * MINUTE)))


def calls_today(s: Sampling) -> np.ndarray:
    """Calls taken since midnight. size: of a usual day."""
    total = s.size * (0.85 + 0.3 * noise.uniform(s.thing, s.day))
    return np.floor(total * share_of_day(s.hour, 0.0, 24.0))


def answer_time(s: Sampling) -> np.ndarray:
    """Mean time until a call is taken, s."""
    return np.maximum(7.0 + 3.5 * calls_waiting(s) + 2.0 * s.wander(10 * MINUTE, 1) + s.jitter(0.5), 2.0)


def _counter(s: Sampling) -> np.ndarray:
    """How busy a public counter is, 0 to about 1: Monday to Friday, 8 to 15.30."""
    busy = open_between(s.hour, 7.8, 15.5, 0.7) * (
        0.55 + 0.6 * bump(s.hour, 9.8, 1.3) + 0.25 * bump(s.hour, 13.6, 0.8)
    )
    monday = np.where(s.weekday == 0, 1.25, 1.0)
    return np.where(s.workday, busy * monday, 0.0) * (1.0 + 0.3 * s.wander(14 * MINUTE))


def queue(s: Sampling) -> np.ndarray:
    """People who wait at a counter. size: in its fullest hour."""
    return _counted(s, s.size * _counter(s))


def waiting_time(s: Sampling) -> np.ndarray:
    """Minutes from the ticket to the counter."""
    return np.maximum(_counter(s) * (9.0 + 16.0 * s.trait(2)) * (1.0 + 0.05 * s.jitter(1.0)), 0.0)


def response_time(s: Sampling) -> np.ndarray:
    """Until an application of the city answers, ms. size: when nobody else asks."""
    load = 0.25 + bump(s.hour, 10.0, 2.5) + 0.6 * bump(s.hour, 20.0, 2.0)
    return s.size * (1.0 + 0.7 * load + 0.25 * s.wander(5 * MINUTE)) * np.exp(s.jitter(0.07))


def _leisure(s: Sampling) -> np.ndarray:
    """How full a destination is, 0 to about 1."""
    work = 0.18 * bump(s.hour, 10.0, 2.0) + 0.55 * bump(s.hour, 17.3, 1.5) + 0.4 * bump(s.hour, 20.0, 1.3)
    free = 0.55 * bump(s.hour, 9.0, 1.8) + 0.95 * bump(s.hour, 17.0, 2.0) + 0.6 * bump(s.hour, 20.0, 1.5)
    dry = np.exp(-rain_intensity(s) / 9.0)
    return np.where(s.weekday >= 5, free, work) * (0.15 + 0.85 * dry) * (1.0 + 0.2 * s.wander(20 * MINUTE))


def visitors(s: Sampling) -> np.ndarray:
    """Visitors inside now. size: at the fullest hour of a weekend."""
    return _counted(s, s.size * _leisure(s))


def visitors_today(s: Sampling) -> np.ndarray:
    """Visitors since midnight. size: as in visitors()."""
    day = np.where(s.weekday >= 5, 6.2, 2.4) * s.size * (0.8 + 0.4 * noise.uniform(s.thing, s.day))
    return np.floor(day * share_of_day(s.hour, 6.0, 22.0))


def boats(s: Sampling) -> np.ndarray:
    """Passengers of a jetty in the last hour."""
    return _counted(s, s.size * _leisure(s))


def market(s: Sampling) -> np.ndarray:
    """Buyers in a market now: it begins before dawn. size: at its fullest."""
    rhythm = bump(s.hour, 6.3, 1.7) + 0.45 * bump(s.hour, 9.5, 2.5) + 0.2 * bump(s.hour, 16.0, 1.5)
    return _counted(s, s.size * np.clip(rhythm, 0.0, 1.2) * (1.0 + 0.15 * s.wander(12 * MINUTE)))


def workers(s: Sampling) -> np.ndarray:
    """Workers at a point of Pakar Kasih, Monday to Saturday. size: registered there."""
    come = s.size * (0.86 + 0.12 * noise.uniform(s.thing, s.day))
    there = open_between(s.hour, 7.0, 16.2, 0.6) * (1.0 - 0.12 * bump(s.hour, 12.4, 0.4))
    stays = 1.0 - 0.5 * np.tanh(rain_intensity(s) / 20.0)
    return np.rint(np.where(s.weekday < 6, come * there * stays, 0.0))


def waste_weighed(s: Sampling) -> np.ndarray:
    """Waste out of the river since morning, kg. size: workers registered."""
    day = np.where(s.weekday < 6, s.size * (13.0 + 10.0 * noise.uniform(s.thing, s.day, 1)), 0.0)
    return np.floor(day * share_of_day(s.hour, 7.5, 16.0) / 5.0) * 5.0


def pupils(s: Sampling) -> np.ndarray:
    """Pupils in a school now by its gate's counter. size: enrolled."""
    come = s.size * (0.93 + 0.05 * noise.uniform(s.thing, s.day))
    there = open_between(s.hour, 6.6, 14.3, 0.6)
    return np.where(s.workday, np.rint(come * there), 0.0)


def readers(s: Sampling) -> np.ndarray:
    """People in a library now. size: at its fullest."""
    rhythm = open_between(s.hour, 8.0, 20.5, 0.8) * (
        0.35 + 0.5 * bump(s.hour, 15.5, 2.2) + 0.3 * bump(s.hour, 10.0, 1.5)
    )
    return _counted(s, s.size * rhythm * (1.0 + 0.2 * s.wander(25 * MINUTE)))


def online(s: Sampling) -> np.ndarray:
    """People who use a service of the city over the network now. size: at the fullest hour; never nobody."""
    rhythm = 0.12 + 0.5 * bump(s.hour, 12.5, 3.0) + 0.75 * bump(s.hour, 20.0, 2.5)
    return _counted(s, s.size * rhythm * (1.0 + 0.15 * s.wander(11 * MINUTE)))


def learning_load(s: Sampling) -> np.ndarray:
    """Electric power of a school, kW. size: pupils enrolled."""
    lessons = np.where(s.workday, open_between(s.hour, 6.7, 15.0, 0.8), 0.0)
    cooling = 0.7 + 0.5 * bump(s.hour, 13.0, 2.5)
    return np.maximum(
        1.1 + s.size * 0.021 * lessons * cooling * (1.0 + 0.1 * s.wander(0.4 * HOUR)) + s.jitter(0.06), 0.2
    )
