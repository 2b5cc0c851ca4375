"""Migrations of programmes that fail while they run: the centre starts, and its page says which, and why."""

from __future__ import annotations

import html
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.packages import Package, beside
from contract.test_kept_out import run
from support import Centre, log_in, set_up

HEAD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [({code!r}, {before!r})]
"""
PRICE = (
    HEAD
    + """
    operations = [migrations.AddField("stall", "price", models.IntegerField(default=3))]
"""
)
RAISES = (
    """
def halve(apps, schema_editor):
    raise LookupError("no half stall")

"""
    + HEAD
    + """
    operations = [
        migrations.AddField("stall", "width", models.IntegerField(default=1)),
        migrations.RunPython(halve),
    ]
"""
)
REFUSED = (
    HEAD
    + """
    operations = [migrations.RunSQL("INSERT INTO no_such_table VALUES (1)")]
"""
)
DANGLING = (
    """
def orphan(apps, schema_editor):
    apps.get_model("mig_dangling", "Stall").objects.create(name="a", opened="2026-01-01", keeper_id=999)

"""
    + HEAD
    + """
    operations = [migrations.RunPython(orphan)]
"""
)
LEAVES = (
    """
def leave(apps, schema_editor):
    raise SystemExit(3)

"""
    + HEAD
    + """
    operations = [migrations.RunPython(leave)]
"""
)
FIRST = "0001_stalls"
FORKED = PRICE.format(code="mig_forked", before=FIRST)


def _upgraded(code: str, migration: str, before: str = FIRST) -> Package:
    price = {"migrations/0002_price.py": PRICE.format(code=code, before=FIRST)}
    more = {"migrations/0003_more.py": migration.format(code=code, before=before)}
    return Package(code, price | more if before == "0002_price" else more)


#: Each with the beginning of what is said of it.
FAILING = [
    (
        _upgraded("mig_raises", RAISES, "0002_price"),
        "migrations/0003_more.py: Line 3 cannot be run: LookupError: no half stall.",
    ),
    (_upgraded("mig_refused", REFUSED), "migrations/0003_more.py: It is not applied to the database: OperationalError"),
    (_upgraded("mig_dangling", DANGLING), "migrations/0003_more.py: It is not applied to the database: IntegrityError"),
    (_upgraded("mig_leaves", LEAVES), "migrations/0003_more.py: Line 3 cannot be run: SystemExit: 3."),
    (_upgraded("mig_lost", PRICE, "0002_nowhere"), "migrations: It is not applied to the database: NodeNotFoundError"),
    (
        Package("mig_forked", dict.fromkeys(("migrations/0002_a.py", "migrations/0002_b.py"), FORKED)),
        "migrations: It is not applied to the database: CommandError: Conflicting migrations",
    ),
]  # fmt: skip
COLUMNS = """
from django.db import connection
from jcoc.people.models import User
from jcoc.trail.audit.rowcheck import check_rows
from jcoc.trail.database import leave_unmigrated
leave_unmigrated()  # as `jcoc worker` does
with connection.cursor() as cursor:
    for table in ("market_stall", "mig_raises_stall"):
        print(table, *sorted(each.name for each in connection.introspection.get_table_description(cursor, table)))
User.objects.create(username="gone").delete()
print("faults", *check_rows().faults)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for package, _said in FAILING:
        package.write(folder)
    Package("market").write(folder)
    return folder


@pytest.fixture(scope="module")
def running(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with Centre(set_up(tmp_path_factory.mktemp("centre")), environment=beside(site)).started() as centre:
        centre.add_account("kepala", "administrator")
        yield centre


def _get(centre: Centre, path: str, language: str = "en") -> tuple[int, str]:
    headers = {"Cookie": f"{log_in(centre.url, 'kepala')}; django_language={language}"}
    try:
        request = urllib.request.Request(centre.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_centre_starts_and_the_page_names_each_with_the_reason(running: Centre) -> None:
    status, page = _get(running, "/programmes/")
    assert status == 200
    page = html.unescape(page)
    for package, said in FAILING:
        file, _colon, reason = said.partition(": ")
        assert f"<strong>{package.code}</strong>" in page
        assert file in page
        sentence, kind, *_message = reason.split(": ")
        assert f"{sentence}: {kind}." in page
    assert "no half stall" not in page
    assert "Baris 3 tidak bisa dijalankan: LookupError." in html.unescape(
        _get(running, "/programmes/", "id")[1]
    )
    log = "".join(running.output)
    assert all(f"Kept out: {package.code}: {said}" in log for package, said in FAILING), log


def test_the_others_run_and_nothing_of_those_kept_out_does(running: Centre) -> None:
    assert _get(running, "/programmes/market/stalls/")[0] == 200
    for package, _said in FAILING:
        for path in ("", "stalls/"):
            assert _get(running, f"/programmes/{package.code}/{path}")[0] == 404


def test_what_failed_is_taken_back_whole_and_the_trail_knows_the_rest(running: Centre) -> None:
    done = running.jcoc("manage", "shell", "-c", COLUMNS)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert "mig_raises_stall id keeper_id name opened price simulated" in said
    assert "faults" in said, done.stdout


def test_the_command_line_knows_which_do_not_run(running: Centre) -> None:
    done = running.jcoc("programme", "list")
    assert done.returncode == 1
    assert "market " in done.stdout
    assert "mig_" not in done.stdout
    for package, _said in FAILING:
        assert f"{package.code}: migrations" in done.stderr


def test_a_mended_one_runs_with_its_rows(site: Path, tmp_path: Path) -> None:
    package = _upgraded("mended", REFUSED)
    package.write(tmp_path)
    data = set_up(tmp_path / "data")
    assert run(tmp_path, data, "setup").returncode == 0
    assert "mended" not in run(tmp_path, data, "programme", "list").stdout
    migration = tmp_path / "mended" / "migrations" / "0003_more.py"
    migration.write_text(PRICE.format(code="mended", before=FIRST))
    assert run(tmp_path, data, "setup").returncode == 0
    listed = run(tmp_path, data, "programme", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "mended " in listed.stdout
