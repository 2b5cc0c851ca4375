from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jcoc.city.models import Level
from jcoc.indicators.checking import CODE
from jcoc.indicators.models import Indicator
from jcoc.indicators.numbers import Form
from jcoc.indicators.spreadsheet.columns import Role
from jcoc.indicators.spreadsheet.mapping import Choices
from jcoc.indicators.spreadsheet.models import indicators_for
from jcoc.indicators.spreadsheet.previewing import Preview
from jcoc.indicators.spreadsheet.reading import USUAL
from jcoc.indicators.spreadsheet.sheet import letters
from jcoc.trail.uploads.fields import UploadField


class IndicatorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def clean(self, value: Any) -> Any:
        # A code that cannot be one is not asked the database for, which might not take it.
        for each in value if isinstance(value, (list, tuple)) else ():
            if not CODE.fullmatch(str(each)):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(each)[:80]},
                )
        return super().clean(value)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.unit_symbol})" if obj.unit_symbol else str(obj.name)


def _indicators() -> IndicatorsField:
    return IndicatorsField(
        label=gettext_lazy("Indicators in the file"),
        queryset=Indicator.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one indicator.")},
    )


class TemplateForm(forms.Form):
    indicators = _indicators()
    level = forms.ChoiceField(label=gettext_lazy("Places of the template"), required=False)

    def __init__(self, *args: Any, principal: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = indicators_for(principal)
        told = {level for levels in offered.values_list("levels", flat=True) for level in levels}
        self.fields["indicators"].queryset = offered  # type: ignore[attr-defined]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", _("as the indicators are told")),
            *((level.value, level.label) for level in Level if level in told),
        ]

    def clean_indicators(self) -> list[Indicator]:
        chosen = list(self.cleaned_data["indicators"])
        if len({each.period_type for each in chosen}) > 1:
            raise forms.ValidationError(
                _("These are told by different periods: take a file for each of them.")
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        level = values.get("level") or ""
        other = [each.name for each in values.get("indicators", ()) if level and level not in each.levels]
        if other:
            facts = {"names": ", ".join(other), "level": Level(level).label}
            self.add_error("level", _("%(names)s: it is not told by %(level)s.") % facts)
        return values


class SendForm(TemplateForm):
    file = UploadField(label=gettext_lazy("Spreadsheet of the agency"), kinds=("table",), most=USUAL.file)

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data  # the places are those of the template alone


ROLE_WORDS = {
    Role.IGNORED: gettext_lazy("left out"),
    Role.PLACE: gettext_lazy("place"),
    Role.CODE: gettext_lazy("code of the place"),
    Role.KECAMATAN: gettext_lazy("kecamatan that it lies in"),
    Role.PERIOD: gettext_lazy("period"),
    Role.YEAR: gettext_lazy("year"),
    Role.PART: gettext_lazy("month, quarter or semester"),
    Role.INDICATOR: gettext_lazy("indicator"),
    Role.VALUE: gettext_lazy("values"),
    Role.NUMERATOR: gettext_lazy("numerator"),
    Role.DENOMINATOR: gettext_lazy("denominator"),
    Role.SOURCE: gettext_lazy("source"),
}


class ChoicesForm(forms.Form):
    """How the sheet was understood, and how to say otherwise."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    first = forms.IntegerField(label=gettext_lazy("First row of the headings"), min_value=1, max_value=200)
    last = forms.IntegerField(label=gettext_lazy("Last row of the headings"), min_value=1, max_value=200)
    period = forms.CharField(
        label=gettext_lazy("Period of the whole sheet"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Only where neither headings nor rows say it, such as 2024 or January 2024."),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Numbers written as text"),
        required=False,
        choices=[
            ("", gettext_lazy("as the sheet shows")),
            (Form.INDONESIAN, "1.234,5"),
            (Form.ENGLISH, "1,234.5"),
        ],
    )
    hidden = forms.BooleanField(label=gettext_lazy("Hidden rows and columns count too"), required=False)

    totals = forms.BooleanField(label=gettext_lazy("The total row is the city’s value"), required=False)

    def __init__(self, data: Any, *, found: Preview, choices: Choices) -> None:
        mapped = found.mapped
        rows = mapped.headings
        initial = {
            "sheet": mapped.sheet.name,
            "first": rows.start,
            "last": max(rows.stop - 1, rows.start),
            "period": choices.period,
            "form": choices.form or "",
            "hidden": choices.hidden,
            "totals": choices.totals,
        }
        super().__init__(data, initial=initial)
        self.found, self.choices = found, choices
        self.fields["sheet"].choices = [(name, name) for name in found.sheets]  # type: ignore[attr-defined]
        if not choices.totals and not any(each.rule == "total_offered" for each in mapped.findings):
            del self.fields["totals"]
        for column in mapped.columns:
            label = f"{letters(column.number)} · {column.heading or '–'}"
            self.fields[f"role_{column.number}"] = forms.ChoiceField(
                label=label, choices=list(ROLE_WORDS.items()), initial=column.role, required=False
            )

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("role_")]

    @property
    def roles(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("role_")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and not first <= last <= first + 9:
            self.add_error(
                "last", _("The headings end below their first row, at most nine rows further down.")
            )
        return values

    def chosen(self) -> Choices:
        """What was said otherwise than it was found; of another sheet or other rows the columns are found anew."""
        values, mapped = self.cleaned_data, self.found.mapped
        anew = values["sheet"] != mapped.sheet.name
        headings = (values["first"], values["last"])
        same_rows = headings == (mapped.headings.start, mapped.headings.stop - 1)
        roles = {
            column.number: Role(said)
            for column in mapped.columns
            if (said := values.get(f"role_{column.number}"))
            and (said != column.role or column.number in self.choices.roles)
        }
        return Choices(
            sheet=values["sheet"],
            headings=None if anew else self.choices.headings if same_rows else headings,
            roles=roles if not anew and same_rows else {},
            period=values["period"],
            form=Form(values["form"]) if values["form"] else None,
            hidden=values["hidden"],
            totals=values.get("totals", False),
        )


class KeepForm(forms.Form):
    seal = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why standing values are changed"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands with each changed value for good."),
        error_messages={"required": gettext_lazy("Values that stand are changed: say why.")},
    )

    def __init__(self, *args: Any, needs_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = needs_reason
