"""What sealing costs: values a second, a list page of masks beside plain columns, audited openings, rotation.

python bench/sealing.py --json out.json
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from _store import arguments, folder, report, row

ROWS = 1_000
NIK, NAME = "bench.row.nik", "bench.row.name"


def rate(work: Callable[[], Any], count: int, times: int = 5) -> int:
    """How many a second, the median of some runs."""
    took = []
    for _run in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return int(count / statistics.median(took))


def median_ms(work: Callable[[], Any], times: int = 15) -> float:
    work()
    took = []
    for _run in range(times):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(took), 2)


def main() -> None:
    given = arguments(__doc__ or "", keys=(100_000, "how many persons' keys are rotated"))
    with folder(given.folder) as made:
        os.environ["JCOC_DATA"] = str(made)
        os.environ["DJANGO_SETTINGS_MODULE"] = "jcoc.settings"
        import django

        django.setup()
        from jcoc.trail.database import migrate

        migrate()
        rows = [*values(), *pages(), *rotation(given.keys)]
    report(
        "Sealing: AES-256-GCM, a key a person",
        rows,
        given.json,
        "Keys of persons are not cached across requests: a page fetches those of its rows with two queries for 1,000, "
        "so that a destroyed key is gone in every process at once. What that costs is in the first page's figure.",
    )


def values() -> list[dict[str, Any]]:
    """The primitive with its envelope, with the key at hand and not."""
    from jcoc.trail.sealing import envelope, seals

    key, subject = envelope.new_key(), seals.new_subject()
    bound = envelope.bound_to(subject, NIK)
    blob = envelope.seal(key, b"1571010101900001", bound)
    sealed = seals.seal(subject, NIK, "1571010101900001")

    def held(work: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            with seals.holding([subject]):
                for _one in range(5_000):
                    work()

        return run

    def alone() -> None:
        for _one in range(500):
            seals.masked(subject, NIK, sealed, "number")

    def pure(work: Callable[[], Any]) -> Callable[[], None]:
        return lambda: [work() for _one in range(20_000)] and None

    return [
        row(
            "envelope alone: seals",
            rate(pure(lambda: envelope.seal(key, b"1571010101900001", bound)), 20_000),
            "values/s",
        ),
        row("envelope alone: opens", rate(pure(lambda: envelope.unseal(key, blob, bound)), 20_000), "values/s"),
        row("one person's key held: seals", rate(held(lambda: seals.seal(subject, NIK, "1571010101900001")), 5_000),
            "values/s"),
        row("one person's key held: masks", rate(held(lambda: seals.masked(subject, NIK, sealed, "number")), 5_000),
            "values/s"),
        row("key fetched for each value: masks", rate(alone, 500), "values/s"),
    ]  # fmt: skip


def pages() -> list[dict[str, Any]]:
    """1,000 rows with two sealed columns, beside the same rows read without opening and the same text unsealed."""
    from django.db import connection

    from jcoc.people.identity.models import Person
    from jcoc.trail.audit.guard import unguarded
    from jcoc.trail.sealing import seals

    subjects = seals.new_subjects(ROWS)
    with seals.holding(subjects), unguarded():
        made = [
            Person(id=subject, name=f"Orang Rekaan {n}", nik=f"157101010190{n:04}")
            for n, subject in enumerate(subjects, 1)
        ]
        Person.objects.bulk_create(made, batch_size=200)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_plain (id text PRIMARY KEY, name text, nik text)")
        cursor.executemany(
            "INSERT INTO bench_plain VALUES (%s, %s, %s)",
            [(s.hex, f"Orang Rekaan {n}", f"157101010190{n:04}") for n, s in enumerate(subjects, 1)],
        )

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, name, nik FROM bench_plain LIMIT 1000")
            assert len(cursor.fetchall()) == ROWS

    def unopened() -> None:
        assert len(list(Person.objects.all()[:ROWS])) == ROWS

    def masked() -> None:
        people = list(Person.objects.all()[:ROWS])
        with seals.holding(person.pk for person in people):
            assert all(str(person.nik).startswith("•") and str(person.name) for person in people)

    def opened() -> None:
        people = list(Person.objects.all()[:ROWS])
        assert len(seals.open_many([person.nik.item() for person in people], reason="inspection")) == ROWS

    bare, rows, masks = median_ms(plain), median_ms(unopened), median_ms(masked)
    return [
        row("list page, 1,000 rows: bare SQL of unsealed columns", bare, "ms"),
        row("the same rows as objects, nothing opened", rows, "ms"),
        row("the same with the masks of name and NIK", masks, "ms"),
        row("masks beside objects with nothing opened", round(masks / rows, 1), "times"),
        row("a mask adds", round((masks - rows) * 1000 / (2 * ROWS), 1), "µs a value"),
        row("1,000 NIK opened, an audit entry a person, on disk", median_ms(opened, 5), "ms"),
    ]


def rotation(count: int) -> list[dict[str, Any]]:
    """A new master key for so many persons."""
    from jcoc.trail.sealing import seals, services
    from jcoc.trail.sealing.models import SubjectKey

    start = time.perf_counter()
    for _part in range(count // 10_000):
        seals.new_subjects(10_000)
    making = time.perf_counter() - start
    start, longest, last = time.perf_counter(), 0.0, time.perf_counter()

    def progress(fraction: float, text: str) -> None:
        nonlocal longest, last
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    _key, rows = services.rotate(progress)
    took = time.perf_counter() - start
    assert rows == SubjectKey.objects.count()
    return [
        row("new persons' keys, 10,000 a transaction", int(count / making), "keys/s"),
        row(f"rotation of {rows:,} keys", round(took, 1), "s"),
        row("longest batch of 500, during which others wait to write", round(longest * 1000), "ms"),
    ]


if __name__ == "__main__":
    main()
