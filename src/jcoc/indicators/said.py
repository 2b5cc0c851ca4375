"""What the engine says of a value, kept as a code with its numbers and told in the reader's language.

A person's own words stand in the same columns, and are given back as they are.
"""

from __future__ import annotations

import json

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

_MARK = '{"say":'
SENTENCES = {
    "no-readings": _("No reading of the period could enter."),
    "no-denominator": _("There is nothing to divide by."),
    "too-large": _("The number is too large to be kept."),
    "settled": _("The time for late records is over: the value is final."),
    "confirmed": _("The agency handed in the same value again."),
    "late": _("Records came late or changed: %(found)s rows instead of %(kept)s."),
    "late-same-count": _("Records were replaced: as many rows as before, %(found)s, but not the same."),
    "asked-otherwise": _("What is asked of the rows was changed: %(found)s rows enter instead of %(kept)s."),
    "source-words": _("The source or the note is told in other words; the value is the same."),
    "shipped-words": _(
        "What comes with jcoc tells the source or the note in other words; the value is the same."
    ),
    "answered": _("A later revision answered it."),
    "rows": _("%(count)s rows, SHA-256 %(sha256)s…"),
    "none": _("no value"),
}


def say(code: str, **facts: int | str) -> str:
    """What to keep; ``KeyError`` for a sentence that there is not."""
    str(SENTENCES[code])
    return json.dumps({"say": code, **facts}, separators=(",", ":"))


def in_own_words(text: str) -> str:
    """What a person wrote, so that it is never taken for a sentence of the machine."""
    return f" {text.strip()}" if text.strip().startswith(_MARK) else text.strip()


def told(kept: str) -> str:
    """The sentence, in the reader's language; a person's words as they are."""
    if not kept.startswith(_MARK):
        return kept
    try:
        facts = json.loads(kept)
        sentence: str = str(SENTENCES[facts.pop("say")]) % facts
        if "found" in facts and "kept" in facts and facts["found"] != facts["kept"]:
            sentence += " " + _difference(facts["found"] - facts["kept"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return kept
    return sentence


def _difference(more: int) -> str:
    if more > 0:
        return str(ngettext("That is %(n)s row more.", "That is %(n)s rows more.", more) % {"n": more})
    return str(ngettext("That is %(n)s row less.", "That is %(n)s rows less.", -more) % {"n": -more})
