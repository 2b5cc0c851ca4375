"""What somebody said of a sheet, as JSON and back."""

from __future__ import annotations

from typing import Any

from jcoc.indicators.numbers import Form
from jcoc.indicators.spreadsheet.columns import Role
from jcoc.indicators.spreadsheet.mapping import Choices


def as_json(choices: Choices) -> dict[str, Any]:
    return {
        "sheet": choices.sheet,
        "headings": list(choices.headings) if choices.headings else None,
        "roles": {str(number): str(role) for number, role in choices.roles.items()},
        "period": choices.period,
        "form": str(choices.form) if choices.form else "",
        "hidden": choices.hidden,
        "totals": choices.totals,
    }


def from_json(kept: dict[str, Any]) -> Choices:
    headings = kept.get("headings")
    return Choices(
        sheet=kept.get("sheet", ""),
        headings=(headings[0], headings[1]) if headings else None,
        roles={int(number): Role(role) for number, role in kept.get("roles", {}).items()},
        period=kept.get("period", ""),
        form=Form(kept["form"]) if kept.get("form") else None,
        hidden=bool(kept.get("hidden")),
        totals=bool(kept.get("totals")),
    )
