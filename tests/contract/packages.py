"""Programmes written into a folder as `pip install` leaves them: a package and its dist-info with the entry point."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from support import ROOT


def beside(site: Path) -> dict[str, str]:
    """The setting by which a process of jcoc finds the packages of that folder, too."""
    return {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(site)))}


PROGRAMME = """
from datetime import timedelta

from jcoc.contract.programme import *
from jcoc.indicators.declaration import Direction, Indicator, Tally
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.rows import Column
from jcoc.indicators.words import Words
from jcoc.trail.access import ADMINISTRATOR, AGENCY_OFFICER, OPERATOR

PROGRAMME = Programme(
    code="{code}",
    name=Words("Pasar rakyat", "People's market"),
    summary=Words("Kebersihan pasar.", "How clean the markets are."),
    dimension="economy",
    sub_dimension="transactions",
    owner="Dinas Perdagangan",
    indicators=(
        Indicator(
            code="{dashed}-visits",
            name=Words("Kunjungan", "Visits"),
            method=Words("Jumlah kunjungan.", "How many visits."),
            unit="{{event}}",
            direction=Direction.HIGHER,
            period=PeriodType.MONTH,
            dimension="economy",
            sub_dimension="transactions",
            owner="Dinas Perdagangan",
            source=Tally("{dashed}-visits"),
        ),
    ),
    rows=(
        Rows(
            code="{dashed}-visits",
            name=Words("Kunjungan", "Visits"),
            columns=(Column("hour", Words("Jam", "Hour"), "h"),),
            fetch="{code}.rows:visits",
        ),
    ),
    streams=(Stream(code="noise", name=Words("Bising", "Noise"), observed_property="Noise", unit="dB"),),
    alerts=(
        AlertRule(
            code="loud",
            name=Words("Terlalu bising", "Too loud"),
            watches=WhenStream(stream="noise", comparison=Comparison.ABOVE, value=85.0),
            severity=Severity.WASPADA,
            owner=OPERATOR,
            procedure="loud",
            acknowledge_within=timedelta(minutes=15),
            act_within=timedelta(hours=2),
        ),
        AlertRule(
            code="silent",
            name=Words("Tidak ada data", "No data"),
            watches=WhenSilent(stream="noise", after=timedelta(hours=3)),
            severity=Severity.WASPADA,
            owner=OPERATOR,
            procedure="loud",
            acknowledge_within=timedelta(hours=1),
            act_within=timedelta(hours=8),
        ),
    ),
    procedures=(Procedure(code="loud", title=Words("Bila bising", "When it is loud")),),
    stage_duties=(
        StageDuty(
            stage=Stage.AWAS,
            owner=AGENCY_OFFICER,
            duty=Words("Tutup pasar.", "Close the markets."),
            within=timedelta(hours=1),
        ),
    ),
    pages=(
        Page(view="stalls", title=Words("Lapak", "Stalls"), roles=(ADMINISTRATOR, OPERATOR), icon="economy"),
        Page(
            view="stall",
            title=Words("Satu lapak", "One stall"),
            roles=(ADMINISTRATOR, OPERATOR),
            example="{code}.demonstration:a_stall",
        ),
    ),
    evidence=(
        EvidenceOffer(
            dimension="economy",
            sub_dimension="transactions",
            indicator="{dashed}-visits",
            shows=Words("Pasar dikunjungi.", "The markets are visited."),
        ),
    ),
    personal_data=(
        PersonalData(
            what=Words("Pedagang", "Traders"),
            purpose="{code}",
            retention="{code}",
            columns=("Stall.keeper",),
        ),
    ),
    commands=(Command(name="{dashed}", help=Words("Pasar", "Markets"), app="{code}.commands:app"),),
    bad_input=(
        BadInput(
            code="no-name",
            what=Words("Lapak tanpa nama", "A stall without a name"),
            attempt="{code}.demonstration:no_name",
            role=OPERATOR,
        ),
    ),
    demonstration="{code}.demonstration:fill",
)
"""

FILES = {
    "__init__.py": "",
    "programme.py": PROGRAMME,
    "apps.py": '''
from jcoc.contract.programme_app import ProgrammeConfig


class Config(ProgrammeConfig):
    name = "{code}"
''',
    "models.py": '''
from django.conf import settings
from django.db import models

from jcoc.trail.visibility import SeenByAdministrators


class Stall(models.Model):
    name = models.CharField(max_length=100)
    opened = models.DateField()
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="{code}_stalls")
    simulated = models.BooleanField(default=False)

    objects = SeenByAdministrators.as_manager()

    class Meta:
        ordering = ["name"]
''',
    "migrations/__init__.py": "",
    "migrations/0001_stalls.py": '''
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Stall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("opened", models.DateField()),
                (
                    "keeper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="{code}_stalls",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("simulated", models.BooleanField(default=False)),
            ],
            options={{"ordering": ["name"]}},
        ),
    ]
''',
    "audit_words.py": '''
from django.utils.translation import gettext_lazy as _

ACTIONS = {{"{code}.stalls_add": _("Stalls added")}}
KINDS = {{"{code}.stall": _("stall")}}
''',
    "personal_data.py": '''
from datetime import timedelta

from jcoc.people.privacy.kinds import DataKind
from jcoc.people.privacy.purposes import Basis, Holding, Purpose, Retention, declare

declare(
    Purpose("{code}", "Traders", Basis.PUBLIC_TASK, (DataKind.NAME,), "one year"),
    Retention("{code}", "Traders", timedelta(days=365), "one season", lambda before: 0, lambda before: 0),
    Holding("{code}", "Traders", ("{code}",), lambda subject: [], lambda subject: 0),
)
''',
    "rows.py": '''
from jcoc.city.models import Place
from jcoc.indicators.rows import Row

from {code}.models import Stall


def visits(first, last):
    city = Place.objects.get(level="kota").code
    for stall in Stall.objects.filter(opened__range=(first, last)):
        yield Row(f"stall-{{stall.pk}}", stall.opened, city, (8,), stall.simulated)
''',
    "demonstration.py": '''
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from jcoc.trail.audit.recording import writing

from {code}.models import Stall


def fill(scale):
    begin = date(2026, 1, 1)
    with writing("{code}.stalls_add"):
        for n in range(scale):
            opened = begin + timedelta(days=n % 300)
            Stall.objects.create(name=f"Lapak simulasi {{n}}", opened=opened, simulated=True)


def a_stall():
    return {{"pk": Stall.objects.order_by("pk").values_list("pk", flat=True)[0]}}


def no_name(client):
    stall = Stall(name="", opened=date(2026, 1, 1))
    stall.full_clean()
''',
    "views.py": '''
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jcoc.trail.access import ADMINISTRATOR, OPERATOR, allow

from {code}.models import Stall


@allow(ADMINISTRATOR, OPERATOR)
@require_safe
def stalls(request):
    page = Paginator(Stall.objects.all(), 25).get_page(request.GET.get("page"))
    return render(request, "{code}/stalls.html", {{"page_obj": page}})


@allow(ADMINISTRATOR, OPERATOR)
@require_safe
def stall(request, pk):
    return render(request, "{code}/stalls.html", {{"page_obj": [get_object_or_404(Stall, pk=pk)]}})
''',
    "urls.py": '''
from django.urls import path

from {code} import views

app_name = "{code}"
urlpatterns = [
    path("stalls/", views.stalls, name="stalls"),
    path("stalls/<int:pk>/", views.stall, name="stall"),
]
''',
    "commands.py": '''
import typer

app = typer.Typer(help="Markets.", no_args_is_help=True)


@app.command("count")
def count() -> None:
    """Say how many there are."""
    typer.echo("none")


@app.command("close")
def close() -> None:
    """Close them."""
''',
    "templates/{code}/stalls.html": '''{{% extends "web/base_desk.html" %}}{{% load i18n %}}
{{% block title %}}{{% translate "Stalls" %}}{{% endblock %}}
{{% block content %}}{{% get_current_language as language %}}
<div class="page-head"><h1>{{% if language == "id" %}}Lapak{{% else %}}Stalls{{% endif %}}</h1></div>
<ul>{{% for stall in page_obj %}}<li>{{{{ stall.name }}}}</li>{{% endfor %}}</ul>{{% endblock %}}
''',
    "bench.py": '''
from time import perf_counter

from {code}.models import Stall


def measure():
    begin = perf_counter()
    list(Stall.objects.all())
    return {{"list": perf_counter() - begin}}
''',
    "procedures/loud.id.md": """# Bila bising

- [ ] (operator, 10 min) Periksa sensor
- [ ] (operator) Hubungi pasar
""",
    "procedures/loud.en.md": """# When it is loud

- [ ] (operator, 10 min) Look at the sensor
- [ ] (operator) Call the market
""",
    "README.md": (
        "# People's market\n\n`{dashed}-visits` counts visits; alerts `loud` and `silent` follow the procedure `loud`; "
        "pages `stalls` and `stall`; command `{dashed}`; stream `noise`; bad input `no-name`.\n"
    ),
}  # fmt: skip


@dataclass
class Package:
    """One programme; `files` replaces some (None: leaves it out), `entry` is the entry point's line."""

    code: str
    files: dict[str, str | None] = field(default_factory=dict)
    changes: tuple[tuple[str, str, str], ...] = ()  # file, text, its replacement
    entry: str = ""
    distribution: str = ""

    def write(self, folder: Path) -> Package:
        words = {"code": self.code, "dashed": self.code.replace("_", "-")}
        for name, content in (FILES | self.files).items():
            if content is None:
                continue
            text = content.format(**words) if name not in self.files else content
            for file, old, new in self.changes:
                if file == name:
                    assert old in text, f"{name} has no {old!r}"
                    text = text.replace(old, new)
            path = folder / self.code / name.format(**words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        name = self.distribution or f"city-{words['dashed']}"
        info = folder / f"{name.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        entry = self.entry or f"{self.code} = {self.code}.programme:PROGRAMME"
        (info / "entry_points.txt").write_text(f"[jcoc.programmes]\n{entry}\n")
        return self
