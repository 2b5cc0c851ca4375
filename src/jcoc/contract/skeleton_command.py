"""``jcoc programme new``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jcoc.trail.cli import stop, with_django


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores: waste_bank.")],
    *,
    folder: Annotated[Path, typer.Option(help="Where the package's folder NAME is made.")] = Path(),
    title_id: Annotated[str, typer.Option(help="What it is called in Indonesian.")] = "",
    title_en: Annotated[str, typer.Option(help="What it is called in English.")] = "",
    dimension: Annotated[
        str, typer.Option(help="governance, branding, economy, living, society or environment.")
    ] = "governance",
    sub_dimension: Annotated[
        str, typer.Option(help="Of that dimension; without it, the dimension's first.")
    ] = "",
    owner: Annotated[str, typer.Option(help="The agency that answers for it.")] = "Pemerintah kota",
) -> None:
    """Write the package of a new programme that runs, is tested, and shows where everything goes."""
    with_django()
    from django.apps import apps

    from jcoc.contract import registry
    from jcoc.contract.skeleton import making

    called = name.replace("_", " ").capitalize()
    wanted = making.Wanted(
        name=name,
        title_id=title_id or called,
        title_en=title_en or called,
        dimension=dimension,
        sub_dimension=sub_dimension or making.first_sub_dimension(dimension),
        owner=owner,
    )
    commands = getattr(context.find_root().command, "commands", {})
    try:
        wanted.check({*apps.app_configs, *registry.installed_codes(), *commands})
        made = making.make(wanted, folder)
    except making.Refused as refused:
        raise stop(str(refused), 2) from None
    typer.echo(
        f"{made} is written. Next:\n"
        f"  pip install --no-deps --no-build-isolation --editable {made}\n"
        f"  jcoc programme check {name}\n"
        f"  cd {made} && pytest    measures its grade, too, and keeps it in grade.json\n"
        f"{made / name / 'README.md'} says how it goes on."
    )
