"""Real packages with a fault each: the command line names file, field and mend, and the others run on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contract.packages import Package, beside
from support import jcoc

LEAKY = """
from django.conf import settings
from django.db import models


class Basket(models.Model):
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="baskets")
    lid = models.ForeignKey("Lid", models.CASCADE)


raise RuntimeError("half-way")
"""


def _torn(code: str, file: str, old: str = "", new: str | None = None) -> Package:
    """The whole programme with one text of a file replaced, or with the whole file: None leaves it out."""
    return Package(code, changes=((file, old, new or ""),)) if old else Package(code, {file: new})


BOTH = "@allow(ADMINISTRATOR, OPERATOR)\n@require_safe\ndef stalls"
EXAMPLE = 'example="fault_example.demonstration:a_stall",'
NO_CONFIG = "from django.apps import AppConfig\nclass C(AppConfig):\n    name = 'x'\n"
OFFLINE = (
    "from jcoc.trail.receipts.offline import offline\n"
    "@allow(ADMINISTRATOR, OPERATOR)\n@offline(page='fault_offline:stalls')\n@require_safe\ndef stalls"
)
NAMED = 'name = "fault_ready"'
#: Packages with one fault each, and what is said of it.
FAULTY: list[tuple[Package, str]] = [
    (
        _torn("fault_programme", "programme.py", new="1 / 0\n"),
        "programme.py: Line 1 cannot be run: ZeroDivision",
    ),
    (_torn("fault_apps", "apps.py", new="import nowhere\n"), "apps.py: Line 1 cannot be run: ModuleNotFound"),
    (_torn("fault_no_apps", "apps.py"), "apps.py: It cannot be imported: ModuleNotFoundError"),
    (_torn("fault_plain", "apps.py", new=NO_CONFIG), "apps.py: It does not hold one ProgrammeConfig"),
    (
        _torn("fault_models", "models.py", new=LEAKY),
        "models.py: Line 11 cannot be run: RuntimeError: half-way.",
    ),
    (
        _torn("fault_migration", "migrations/0002_more.py", new="1 / 0\n"),
        "migrations/0002_more.py: Line 1 cannot",
    ),
    (
        Package("fault_tags", {"templatetags/__init__.py": "", "templatetags/tags.py": "1 / 0\n"}),
        "templatetags/tags.py: Line 1 cannot be run",
    ),
    (_torn("fault_background", "background.py", new="1 / 0\n"), "background.py: Line 1 cannot be run"),
    (
        _torn("fault_ready", "apps.py", NAMED, f"{NAMED}\n\n    def ready(self):\n        1 / 0"),
        "apps.py: Line 9 cannot be run: ZeroDivisionError",
    ),
    (_torn("fault_urls", "urls.py", new="import nowhere\n"), "urls.py: Line 1 cannot be run: ModuleNotFound"),
    (_torn("fault_views", "views.py", new="\n1 / 0\n"), "views.py: Line 2 cannot be run"),
    (
        _torn("fault_kind", "programme.py", "streams=(Stream(code=", "streams=(dict(code="),
        "py: A field holds",
    ),
    (
        _torn("fault_owner", "programme.py", "owner=OPERATOR", 'owner=""'),
        "alerts[loud].owner: Nobody must answer.",
    ),
    (
        _torn("fault_procedure", "procedures/loud.en.md"),
        "procedures/loud.en.md: The procedure cannot be read: there is no such file.",
    ),
    (
        _torn("fault_steps", "procedures/loud.id.md", new="# A\n"),
        "procedures/loud.id.md: The procedure has no step",
    ),
    (
        _torn("fault_attempt", "programme.py", "demonstration:no_name", "demonstration:no_names"),
        "bad_input[no-name].attempt: There is nothing to run: fault_attempt.demonstration has no no_names.",
    ),
    (
        _torn("fault_step", "procedures/loud.id.md", "(operator) ", "(mayor) "),
        "procedures/loud.id.md, 2: “mayor” is unknown. Use one of operator,",
    ),
    (
        _torn("fault_path", "programme.py", "fault_path.rows:visits", "fault_path.rows.visits"),
        "rows[fault-path-visits].fetch: There is nothing to run: “fault_path.rows.visits” is not of the form",
    ),
    (
        _torn("fault_rows", "programme.py", "rows:visits", "rows:visitors"),
        "rows[fault-rows-visits].fetch: There is nothing to run: fault_rows.rows has no visitors.",
    ),
    (
        _torn("fault_purpose", "personal_data.py", 'Purpose("fault_purpose"', 'Purpose("fault_other"'),
        "personal_data[fault_purpose].purpose: “fault_purpose” is unknown. Declare it in personal_data.py",
    ),
    (
        _torn("fault_retention", "personal_data.py", 'Retention("fault_retention"', 'Retention("fault_kept"'),
        "personal_data[fault_retention].retention: “fault_retention” is unknown.",
    ),
    (
        _torn("fault_column", "programme.py", "Stall.keeper", "Stall.owner"),
        "personal_data[fault_column].columns: “Stall.owner” is unknown. Use one of Stall.id, Stall.name, ",
    ),
    (
        _torn("fault_page", "urls.py", 'name="stalls"', 'name="booths"'),
        "pages[stalls]: urls.py has no URL of that name. Use one of booths, stall.",
    ),
    (
        _torn("fault_roles", "views.py", BOTH, BOTH.replace(", OPERATOR", "")),
        "pages[stalls].roles: It names administrator, operator, but @allow of the view administrator.",
    ),
    (
        _torn("fault_open", "views.py", BOTH, BOTH.partition("\n")[2]),
        "views.py, stalls: The view does not say who may open it. Put @allow(…) above it",
    ),
    (
        _torn("fault_address", "urls.py", '"stalls/", ', '"", '),
        "urls.py, stalls: Its address is that of the programme",
    ),
    (
        _torn("fault_icon", "programme.py", 'icon="economy"', 'icon="unicorn"'),
        "pages[stalls].icon: A page in the menu",
    ),
    (_torn("fault_example", "programme.py", EXAMPLE, ""), "pages[stall].example: An example goes with a URL"),
    (_torn("fault_offline", "views.py", BOTH, OFFLINE), "offline_forms[stalls]: Only one of the declaration"),
    (
        _torn("fault_catalogue", "locale/id/LC_MESSAGES/django.mo", new="nonsense"),
        "locale/id/LC_MESSAGES/django.mo: The catalogue cannot be read: OSError: [Errno 0] Bad magic number",
    ),
    (
        _torn("backup", "programme.py", 'name="backup"', 'name="safe"'),
        "code: A part of the centre is called so.",
    ),
]
SAID = {package.code: said for package, said in FAULTY}


def run(site: Path, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return jcoc(data, *arguments, settings=beside(site), timeout=120)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What `jcoc programme list` says of all of them beside a whole one."""
    site = tmp_path_factory.mktemp("site")
    for package, _said in FAULTY:
        package.write(site)
    Package("market").write(site)
    return run(site, tmp_path_factory.mktemp("data"), "programme", "list")


def test_the_whole_one_runs_beside_them(listed: subprocess.CompletedProcess[str]) -> None:
    assert listed.returncode == 1
    others = [line for line in listed.stdout.splitlines() if "(jcoc " not in line]
    assert others == ["market                   People's market (city-market 1.2)"]


@pytest.mark.parametrize("code", SAID)
def test_each_is_kept_out_with_its_reason(listed: subprocess.CompletedProcess[str], code: str) -> None:
    said = [line for line in listed.stderr.splitlines() if line.startswith(f"{code}: ")]
    assert said, listed.stderr
    assert SAID[code] in said[0]


TASKS = """
from jcoc.trail.local import local_command
from jcoc.trail.tasks.api import background, daily


@daily(at="02:00")
@background("{code}.sweep")
def sweep(job):
    open("{code}.ran", "w").close()


@local_command("{code}.close")
def close(arguments, progress):
    open("{code}.ran", "w").close()
    return {{}}
"""
REGISTERED = """
from jcoc.indicators.rows import sources
from jcoc.people.privacy.purposes import purposes
from jcoc.trail import local
from jcoc.trail.tasks import registry
for told in (registry._by_name, registry.schedules(), local._commands, sources):
    print("HERE", *sorted(name for name in told if name.startswith(("task_", "task-"))))
print("HERE", *sorted(each.code for each in purposes() if each.code.startswith(("task_", "task-"))))
"""


def test_nothing_of_one_that_is_kept_out_runs_by_the_clock_or_is_called(tmp_path: Path) -> None:
    """Whether its declaration, its code or the last line of the module itself is at fault."""
    for code, package in (
        ("task_whole", Package("task_whole")),
        ("task_declared", _torn("task_declared", "programme.py", "owner=OPERATOR", 'owner=""')),
        ("task_linked", _torn("task_linked", "procedures/loud.en.md")),
        ("task_torn", Package("task_torn")),
    ):
        end = "1 / 0\n" if code == "task_torn" else ""
        package.files["background.py"] = TASKS.format(code=code) + end
        package.write(tmp_path)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    done = run(tmp_path, data, "manage", "shell", "-c", REGISTERED)
    assert done.returncode == 0, done.stderr
    told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("HERE")]
    assert told == [
        ["task_whole.sweep"],
        ["task_whole.sweep"],
        ["task_whole.close"],
        ["task-whole-visits"],
        ["task_linked", "task_torn", "task_whole"],
    ]
    offered = run(tmp_path, data, "--help").stdout
    assert "task-whole" in offered
    assert "task-declared" not in offered


def test_one_is_checked_by_its_folder_whether_it_is_installed_or_not(tmp_path: Path) -> None:
    site, data = tmp_path / "site", tmp_path / "data"
    data.mkdir(mode=0o700)
    for package in (Package("market"), _torn("fault_models", "models.py", new=LEAKY)):
        (site / package.code).mkdir(parents=True)
        package.write(site / package.code)
    whole = run(tmp_path, data, "programme", "check", str(site / "market" / "market"))
    assert (whole.returncode, whole.stdout) == (0, "No fault was found.\n"), whole.stderr
    faulty = run(tmp_path, data, "programme", "check", str(site / "fault_models" / "fault_models"))
    assert faulty.returncode == 1
    assert "models.py: Line 11" in faulty.stderr
    nothing = run(tmp_path, data, "programme", "check", "nothing")
    assert nothing.returncode == 2
    assert "There is no programme nothing" in nothing.stderr


@pytest.mark.parametrize("name", ["indicators", "serve", "programme"])
def test_a_folder_whose_command_is_named_like_one_of_the_centre_has_a_fault(
    tmp_path: Path, name: str
) -> None:
    site, data = tmp_path / "site", tmp_path / "data"
    site.mkdir()
    data.mkdir(mode=0o700)
    Package("shop", changes=(("programme.py", 'name="shop"', f'name="{name}"'),)).write(site)
    done = run(tmp_path, data, "programme", "check", str(site / "shop"))
    assert done.returncode == 1, done.stdout
    assert (
        f"shop: programme.py, commands[{name}].name: jcoc {name} is a command of the centre." in done.stderr
    )


def test_its_commands_stand_beside_those_of_the_centre(tmp_path: Path) -> None:
    site, data = tmp_path / "site", tmp_path / "data"
    site.mkdir()
    data.mkdir(mode=0o700)
    Package("market").write(site)
    Package("people_too", changes=(("programme.py", 'name="people-too"', 'name="people"'),)).write(site)
    Package("torn", {"commands.py": "1 / 0\n"}).write(site)
    assert run(site, data, "market", "count").stdout == "none\n"
    helped = run(site, data, "people", "--help")
    assert "Markets." not in helped.stdout
    faulty = run(site, data, "programme", "check")
    assert faulty.returncode == 1
    assert (
        "people_too: programme.py, commands[people].name: jcoc people is a command of the centre. "
        "Give the command another name."
    ) in faulty.stderr
    assert "torn: jcoc torn cannot be run: division by zero" in helped.stderr
