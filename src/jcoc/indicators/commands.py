"""`jcoc indicators …`"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from jcoc.trail import cli

DATA = Path(__file__).parent / "data"
FILE = typer.Argument(exists=True, dir_okay=False, readable=True)

indicators = typer.Typer(help="What the city measures.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(indicators, name="indicators")


@indicators.command("register")
def register_file(file: Annotated[Path, FILE]) -> None:
    """Let the indicators of a TOML file be those of its register; one that it no longer names is retired."""
    cli.with_django()
    done = _call("indicators.register", file)
    typer.echo(
        f"{done['declared']} indicators: {done['new']} new, {done['changed']} changed, {done['retired']} retired."
    )


@indicators.command()
def publish(file: Annotated[Path, FILE]) -> None:
    """Keep the published values of a CSV file, each with its source; all or none."""
    cli.with_django()
    _publish(file, shipped=False)


@indicators.command()
def load() -> None:
    """Declare the indicators of what was published of Kota Jambi, and keep those values with their sources.

    A figure that stands is never replaced: what was left is said, with the reason.
    """
    register_file(DATA / "published-15.71.toml")
    _publish(DATA / "published-15.71.csv", shipped=True)


@indicators.command()
def recompute(
    code: Annotated[
        list[str] | None, typer.Option(help="An indicator; without it all that are in use.")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Compute values from their rows. Other rows than before make a revision, another number a flag.

    Exit status 1 where an indicator could not be computed; the others are.
    """
    if _run(code, first, last, verify=False)["problems"]:
        raise typer.Exit(1)


@indicators.command()
def verify(
    code: Annotated[
        list[str] | None, typer.Option(help="An indicator; without it all that are in use.")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Compute all final values again and compare; no value is changed.

    Exit status 1 where a flag is opened or an indicator could not be computed.
    """
    done = _run(code, first, last, verify=True)
    if done["flags"] or done["problems"]:
        raise typer.Exit(1)


@indicators.command("list")
def list_() -> None:
    """Say which indicators there are, who declares them, and how many values each has."""
    cli.with_django()
    from django.db.models import Count, Q

    from jcoc.indicators.models import Indicator

    counted = dict(
        Indicator.objects.annotate(n=Count("values", filter=Q(values__current=True))).values_list("pk", "n")
    )
    for each in Indicator.objects.all():
        retired = f", retired {each.retired}" if each.retired else ""
        number = counted.get(each.pk, 0)
        typer.echo(f"{each.code:<40} {each.name_en} ({each.declared_by}; {number} values{retired})")


def _publish(file: Path, *, shipped: bool) -> None:
    done = _call("indicators.publish", file, shipped=shipped)
    told = f"{done['kept']} values kept, {done['stood']} stood already"
    typer.echo(f"{told}, {len(done['left'])} left." if done["left"] else f"{told}.")
    for sentence in done["left"]:
        typer.echo(sentence)


def _call(name: str, file: Path, **more: Any) -> dict[str, Any]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise cli.stop(f"{file.name} is no UTF-8 text.", 2) from None
    return cli.call(name, {"text": text, "file": file.name, **more})


def _run(
    codes: list[str] | None, first: datetime | None, last: datetime | None, *, verify: bool
) -> dict[str, Any]:
    if first and last and first > last:
        raise cli.stop(f"--from {first.date()} is after --to {last.date()}.", 2)
    done = cli.call(
        "indicators.recompute",
        {
            "codes": codes or [],
            "first": first.date().isoformat() if first else "",
            "last": last.date().isoformat() if last else "",
            "verify": verify,
        },
    )
    if entered := done.get("entered"):
        raise cli.stop(
            f"Nothing is computed for {', '.join(entered)}: its values are handed in or published.", 2
        )
    typer.echo(
        f"{done['new']} new, {done['late']} revised for other rows, {done['settled']} became final, "
        f"{done['unchanged']} unchanged, {done['flags']} flags opened."
    )
    for code, problem in done["problems"].items():
        typer.echo(f"{code}: {problem}", err=True)
    return done
