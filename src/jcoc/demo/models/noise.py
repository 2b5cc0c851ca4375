"""Randomness that can be asked again: the same seed and time give the same number, in any process.

Seeds and times may be arrays of any shapes that broadcast with each other. Pure.
"""

from __future__ import annotations

import hashlib

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def seed_of(*names: str | int) -> np.uint64:
    """The seed that belongs to names."""
    text = "\x1f".join(str(name) for name in names).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big"))


def mix(*keys: np.ndarray | np.uint64 | int) -> np.ndarray:
    """A uint64 hash of whole numbers (the finaliser of splitmix64, applied to each key in turn)."""
    mixed = np.asarray(_GOLDEN)
    with np.errstate(over="ignore"):
        for key in keys:
            mixed = (mixed ^ np.asarray(key).astype(np.uint64)) + _GOLDEN
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
            mixed = mixed ^ (mixed >> np.uint64(31))
    return mixed


def uniform(*keys: np.ndarray | np.uint64 | int) -> np.ndarray:
    """A number in [0, 1) for each combination of keys."""
    return (mix(*keys) >> np.uint64(11)) * 2.0**-53


def normal(*keys: np.ndarray | np.uint64 | int) -> np.ndarray:
    """A standard normal number for each combination of keys, cut at ±4 (Box and Muller)."""
    first, second = uniform(*keys, 1), uniform(*keys, 2)
    return np.clip(np.sqrt(-2.0 * np.log1p(-first)) * np.cos(2.0 * np.pi * second), -4.0, 4.0)


def smooth(seed: np.ndarray | np.uint64, t: np.ndarray, period: float) -> np.ndarray:
    """A continuous course in [−1, 1] that takes about `period` (in the unit of t) from one turn to the next."""
    place = np.asarray(t, dtype=float) / period
    left = np.floor(place)
    step = place - left
    eased = step * step * (3.0 - 2.0 * step)
    index = left.astype(np.int64)
    before, after = uniform(seed, index), uniform(seed, index + 1)
    return 2.0 * (before + (after - before) * eased) - 1.0
