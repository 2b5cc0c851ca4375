"""How long to wait before a message is tried again.

The wait grows by a factor from try to try up to a highest, and half of it is left to chance, so that messages which
failed together do not come back together ("equal jitter": AWS Architecture Blog, Exponential Backoff And Jitter).
"""

from __future__ import annotations

import random

FIRST_S = 60.0
FACTOR = 4.0
HIGHEST_S = 6 * 3600.0
#: Tries before a message is given up: with the waits between them some eleven hours at most.
TRIES = 7


def longest_wait(tries: int) -> float:
    """Seconds after that many failed tries (1 and more), before chance shortens them."""
    return min(HIGHEST_S, FIRST_S * FACTOR ** (tries - 1))


def wait(tries: int, asked: float | None = None, chance: random.Random | None = None) -> float:
    """Seconds until the next try, between half of the longest wait and all of it.

    `asked` is what the other side wishes (``Retry-After``): it is never gone below, and never above a day.
    """
    longest = longest_wait(tries)
    drawn = longest / 2 + (chance or random.SystemRandom()).uniform(0, longest / 2)
    return max(drawn, min(asked or 0.0, 86_400.0))
