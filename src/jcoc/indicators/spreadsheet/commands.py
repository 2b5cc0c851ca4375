"""`jcoc indicators import …`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jcoc.indicators.commands import indicators
from jcoc.trail import cli


def register(_app: typer.Typer) -> None:
    indicators.command("import")(import_file)


def import_file(  # noqa: PLR0917 (typer passes them by name)
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    indicator: Annotated[list[str], typer.Option(help="Code of an indicator in the file; may be repeated.")],
    check: Annotated[bool, typer.Option("--check", help="Report, and keep nothing.")] = False,
    reason: Annotated[str, typer.Option(help="Why values that stand are changed.")] = "",
    sheet: Annotated[str, typer.Option(help="The sheet; without it, the one whose headings say most.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Keep the values of a spreadsheet (.xlsx, .csv), all or none. Ends with 2 where a cell stands against it."""
    arguments = {
        "file": str(file.resolve()),
        "indicators": indicator,
        "check": check,
        "reason": reason,
        "sheet": sheet,
    }
    done = cli.call("indicators.import", arguments, "Reading the spreadsheet")
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False, indent=2))
    elif done["findings"]:
        from rich.console import Console
        from rich.table import Table

        table = Table("Cell", "Kind", "What stands there", "Why", "What to do")
        for each in done["findings"]:
            table.add_row(each["cell"] or "—", each["severity"], each["found"], each["why"], each["mend"])
        Console().print(table)
    if done["faults"]:
        raise cli.stop(f"{file.name}: {done['faults']} faults; nothing was kept.", 2)
    if not as_json:
        said = "nothing was kept (--check)" if check else f"{done['kept']} values kept"
        typer.echo(
            f"{file.name}: {done['new']} new, {done['changes']} changed, "
            f"{done['settles'] + done['confirms']} confirmed, {done['unchanged']} unchanged; {said}."
        )
