"""What can stand against a cell of a spreadsheet, why, and how it is mended. Pure: who shows it translates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from jcoc.indicators.spreadsheet.sheet import Spot, address
from jcoc.trail.marking import gettext_noop


class Severity(IntEnum):
    NOTE = 0  # how it was understood
    WARNING = 1  # to be looked at; it can be kept
    FAULT = 2  # nothing of the file is kept


_F, _W, _N = Severity.FAULT, Severity.WARNING, Severity.NOTE

#: Code → how grave, why, and the mend.
RULES: dict[str, tuple[Severity, str, str]] = {
    # the sheet as a whole
    "no_headings": (_F, gettext_noop("No row of the sheet looks like headings."),
        gettext_noop("Say below in which row the headings stand, or choose another sheet.")),
    "no_place_column": (_F, gettext_noop("No column says which place a value is of."),
        gettext_noop("Say below which column holds the places: names or Kemendagri codes.")),
    "no_value_column": (_F, gettext_noop("No column holds values."),
        gettext_noop("Write a period, “Nilai” or the indicator’s name above them, or say below where they are.")),
    "nothing_found": (_F, gettext_noop("Below the headings stands no value."),
        gettext_noop("Check that the right sheet and the right rows of headings are chosen.")),
    # a cell of a value
    "formula": (_F, gettext_noop("It is a formula, whose result another file or a later change can turn."),
        gettext_noop("Copy the cells and insert them as values, then save the file.")),
    "error": (_F, gettext_noop("It is an error of the spreadsheet itself."),
        gettext_noop("Mend the formula that it comes from, or empty the cell.")),
    "merged": (_F, gettext_noop("The cells %(area)s are merged: to which of them the value belongs cannot be told."),
        gettext_noop("Undo the merging and write a value into each cell.")),
    "not_a_number": (_F, gettext_noop("It is text where a number belongs."),
        gettext_noop("Write the number alone, without a unit; for no value leave it empty or write “-”.")),
    "number_too_large": (_F, gettext_noop("The number, or what comes of it, is larger than any figure of the city."),
        gettext_noop("Check the digits and the unit.")),
    "ambiguous_number": (_F, gettext_noop(
        "It can be read in two ways: in the Indonesian form %(id)s, in the English form %(en)s."),
        gettext_noop("Say below in which form the numbers are written, or make the cell a number.")),
    "percent_of_other": (_F, gettext_noop("It is a per cent, but the indicator is told in %(unit)s."),
        gettext_noop("Write the figure itself, or choose the indicator that is a per cent.")),
    "zero_division": (_F, gettext_noop("The denominator is 0: no value can come of it."),
        gettext_noop("Write “-” for the value and leave numerator and denominator empty, or mend the denominator.")),
    "half_ratio": (_F, gettext_noop("Of numerator and denominator only one is given."),
        gettext_noop("Give both, or neither.")),
    # where it belongs
    "no_place": (_F, gettext_noop("The row has values but no place."),
        gettext_noop("Write the place into its column: cells above do not count unless they are merged.")),
    "unknown_place": (_F, gettext_noop("No place of the city is called so, nor has this code."),
        gettext_noop("Write its name as the city does, or its Kemendagri code.")),
    "unknown_place_like": (_F, gettext_noop("No place of the city is called so, nor has this code."),
        gettext_noop("Is %(like)s meant? Write it as the city does, or its Kemendagri code.")),
    "ambiguous_place": (_F, gettext_noop("Several places are called so: %(places)s."),
        gettext_noop("Write “Kel.” or “Kec.” before the name, add a column “Kecamatan”, or write the code.")),
    "code_and_name": (_F, gettext_noop("The code is that of %(place)s, but another name stands beside it."),
        gettext_noop("Mend the code or the name.")),
    "place_not_then": (_F, gettext_noop("%(place)s did not exist at the end of %(period)s (%(validity)s)."),
        gettext_noop("Tell the figure on the places of that time, or on the kecamatan; empty this cell.")),
    "wrong_level": (_F, gettext_noop("%(place)s is a %(level)s; the indicator is told by %(levels)s."),
        gettext_noop("Empty the row’s values, or leave the row out.")),
    "no_period": (_F, gettext_noop("Nothing says which period it is of: neither heading, row nor title."),
        gettext_noop("Write the period above the column, such as %(form)s, or say it below for the whole sheet.")),
    "no_year": (_F, gettext_noop("“%(said)s” names no year, and no title or heading does."),
        gettext_noop("Write the year with it, such as %(form)s, or say it below for the whole sheet.")),
    "unreadable_period": (_F, gettext_noop("It cannot be read as a period."),
        gettext_noop("Write it such as %(form)s.")),
    "other_period": (_F, gettext_noop("It is a %(type)s (%(period)s); the indicator is told by %(wanted)s."),
        gettext_noop("Write a period such as %(form)s, or choose the indicator that is told so.")),
    "period_ahead": (_F, gettext_noop("The period %(period)s has not begun yet."),
        gettext_noop("Mend the period, or empty the cell.")),
    "no_indicator": (_F, gettext_noop("Several indicators are chosen, and nothing says which of them it is."),
        gettext_noop("Write the indicator’s name or code above the column or into a column “Indikator”.")),
    "unknown_indicator": (_F, gettext_noop("It names none of the chosen indicators."),
        gettext_noop("Write one of these: %(codes)s.")),
    "duplicate": (_F, gettext_noop("It is the same indicator, place and period as cell %(other)s."),
        gettext_noop("Leave one of the two.")),
    # to be looked at
    "doubtful_number": (_W, gettext_noop("Read in the form that the sheet’s other numbers show, as %(value)s."),
        gettext_noop("Check that this is what is meant.")),
    "percent_range": (_W, gettext_noop("It lies outside of 0 to 100 per cent."), gettext_noop("Check it.")),
    "share_not_percent": (_W, gettext_noop("All values lie between 0 and 1: are they shares and not per cents?"),
        gettext_noop("If so, multiply them by 100, or let the spreadsheet show them as per cents.")),
    "negative": (_W, gettext_noop("It is below nothing, which %(unit)s cannot be."), gettext_noop("Check it.")),
    "not_whole": (_W, gettext_noop("What is counted in %(unit)s is a whole number."), gettext_noop("Check it.")),
    "far_off": (_W, gettext_noop("It is more than ten times the largest value that stands (%(largest)s)."),
        gettext_noop("Check thousands and decimals.")),
    "far_from_standing": (_W, gettext_noop("%(standing)s stands there now: one is ten times the other, or more."),
        gettext_noop("Check thousands and decimals.")),
    "far_from_usual": (_W, gettext_noop(
        "In its other periods this place has about %(usual)s: one is ten times the other, or more."),
        gettext_noop("Check thousands and decimals.")),
    "ratio_differs": (_W, gettext_noop("Numerator by denominator gives %(ratio)s."),
        gettext_noop("Check the three figures.")),
    "total_differs": (_W, gettext_noop("The rows that it adds up come to %(sum)s."),
        gettext_noop("Check whether a row is missing, or the total is old.")),
    "city_differs": (_W, gettext_noop(
        "For %(period)s the city’s figure stands at %(total)s; its parts come to %(sum)s."),
        gettext_noop("Check the parts, or hand in the city’s figure with them.")),
    "not_over": (_W, gettext_noop("The period %(period)s is not over yet: its values are kept as provisional."),
        gettext_noop("Hand them in again when it is over.")),
    "column_left_out": (_W, gettext_noop("This heading is not understood; the column is left out."),
        gettext_noop("Say below what the column is, if it belongs to the values.")),
    # how it was understood
    "hidden_left_out": (_N, gettext_noop("Hidden rows or columns were left out: %(which)s."),
        gettext_noop("Say below that they count too, if they do.")),
    "total_row": (_N, gettext_noop("A sum or mean of other rows: it was left out."), ""),
    "total_offered": (_N, gettext_noop("The sum of the other rows: it was left out."),
        gettext_noop("Say below that it is the city’s value, if it is.")),
    "total_taken": (_N, gettext_noop("The sum of the other rows: it is taken for the city’s value."), ""),
    "total_column": (_N, gettext_noop("A sum or mean of other columns: it was left out."), ""),
    "city_assumed": (_N, gettext_noop("No column holds places: the values are taken for the whole city."), ""),
    "title_period": (_N, gettext_noop("The period %(period)s was taken from the title."), ""),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    rule: str
    spot: Spot | None = None  # none: of the sheet as a whole
    found: str = ""  # what stands there
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return RULES[self.rule][0]

    @property
    def address(self) -> str:
        return address(*self.spot) if self.spot else ""

    def why(self, translate: Callable[[str], str] = str) -> str:
        return translate(RULES[self.rule][1]) % self.values

    def mend(self, translate: Callable[[str], str] = str) -> str:
        text = RULES[self.rule][2]
        return translate(text) % self.values if text else ""
