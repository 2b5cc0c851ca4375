"""How long the page takes on the demonstrated city."""

from __future__ import annotations

import time

from django.test import Client
from django.urls import reverse

TIMES = 5


def measure() -> dict[str, float]:
    """Seconds by name: the page of 31 days, the median of some."""
    client, taken = Client(), []
    for _time in range(TIMES):
        began = time.perf_counter()
        answer = client.get(reverse("air_quality:now"), {"days": "31"})
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"The page answered {answer.status_code}.")
    return {"now, 31 days": sorted(taken)[TIMES // 2]}
