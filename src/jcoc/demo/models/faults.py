"""What goes wrong with instruments now and then: silence, a stuck value, a loose contact. Pure.

Time is cut into windows, for each stream at its own place. In a window at most one fault of one sort happens,
drawn from the stream's seed, so that the same stream fails at the same minute in every run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcoc.demo.models import noise
from jcoc.demo.models.sampling import HOUR, MINUTE

WINDOW = 4 * HOUR
#: Chance of each fault in a window; with these about one stream in a hundred is silent at any time.
SILENCE, STUCK, SPIKE = 0.13, 0.12, 0.30
SILENT_FOR = (8 * MINUTE, 50 * MINUTE)
STUCK_FOR = (10 * MINUTE, 40 * MINUTE)
SPIKE_FOR = (20.0, 90.0)
SALT = 301


@dataclass(frozen=True)
class Faults:
    silent: np.ndarray  # bool: nothing is sent
    seen: np.ndarray  # the time whose value is sent: a stuck instrument repeats the value at which it stuck
    spike: np.ndarray  # 0, or +1 / −1: far above or below what is plausible


def faults(stream: np.ndarray, t: np.ndarray) -> Faults:
    """The faults of streams (seeds, uint64) at times t (s); the arrays broadcast."""
    offset = noise.uniform(stream, SALT) * WINDOW
    window = np.floor((t + offset) / WINDOW)
    begins = window * WINDOW - offset
    index = window.astype(np.int64)
    drawn = noise.uniform(stream, SALT + 1, index)
    silent = drawn < SILENCE
    stuck = (drawn >= SILENCE) & (drawn < SILENCE + STUCK)
    spike = (drawn >= SILENCE + STUCK) & (drawn < SILENCE + STUCK + SPIKE)
    shortest = np.select([silent, stuck], [SILENT_FOR[0], STUCK_FOR[0]], SPIKE_FOR[0])
    longest = np.select([silent, stuck], [SILENT_FOR[1], STUCK_FOR[1]], SPIKE_FOR[1])
    length = shortest + (longest - shortest) * noise.uniform(stream, SALT + 2, index)
    start = begins + noise.uniform(stream, SALT + 3, index) * (WINDOW - length)
    on = (t >= start) & (t < start + length)
    sign = np.where(noise.uniform(stream, SALT + 4, index) < 0.5, 1.0, -1.0)
    return Faults(on & silent, np.where(on & stuck, start, t), np.where(on & spike, sign, 0.0))
