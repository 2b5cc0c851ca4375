from __future__ import annotations

from typing import Any

from telemetry.small_city import City

T = "2026-01-31T08:00:00+07:00"


def reading(datastream: Any = "level", time: str = T, result: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"datastream": datastream, "phenomenonTime": time, "result": result} | more


def test_a_reading_is_kept(city: City) -> None:
    answer = city.post(reading())
    assert (answer.status, answer.json) == (201, {"stored": 1, "repeated": 0, "corrected": 0, "refused": 0})
    (row,) = city.store.rows.values()
    assert row["datastream"] == city.level.pk
    assert row["phenomenon_time"].isoformat() == "2026-01-31T01:00:00+00:00"
    assert (row["result"], row["result_json"], row["quality"]) == (1.5, None, 0)
