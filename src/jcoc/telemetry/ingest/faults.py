"""What is wrong with a reading, in Indonesian or English. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from jcoc.telemetry.problems import Language

#: code: (English, Indonesian), filled in with str.format.
REASONS: dict[str, tuple[str, str]] = {
    "not_an_object": ("A reading must be a JSON object.", "Pembacaan harus berupa objek JSON."),
    "unknown_field": (
        "There is no field “{name}” in a reading. Known are: {known}.",
        "Tidak ada kolom “{name}” dalam pembacaan. Yang dikenal: {known}.",
    ),
    "missing": ("The field is missing.", "Kolom ini tidak ada."),
    "datastream_form": (
        "A datastream is named by its code or its whole number.",
        "Datastream disebut dengan kode atau bilangan bulatnya.",
    ),
    "datastream_unknown": (
        "There is no datastream “{name}”.",
        "Tidak ada datastream “{name}”.",
    ),
    "datastream_foreign": (
        "This token may not send readings of datastream “{name}”.",
        "Token ini tidak boleh mengirim pembacaan datastream “{name}”.",
    ),
    "time_form": (
        "“{value}” is not an ISO 8601 time, such as 2026-01-31T08:00:00+07:00.",
        "“{value}” bukan waktu ISO 8601, misalnya 2026-01-31T08:00:00+07:00.",
    ),
    "time_zone": (
        "“{value}” does not say its offset from UTC, such as Z or +07:00.",
        "“{value}” tidak menyebut selisihnya dari UTC, misalnya Z atau +07:00.",
    ),
    "time_future": (
        "“{value}” lies more than {minutes} minutes in the future.",
        "“{value}” lebih dari {minutes} menit di masa depan.",
    ),
    "time_past": ("“{value}” lies before {earliest}.", "“{value}” sebelum {earliest}."),
    "interval_order": (
        "The interval “{value}” ends before it begins.",
        "Selang “{value}” berakhir sebelum mulai.",
    ),
    "number": (
        "This datastream takes numbers, not {value}.",
        "Datastream ini menerima angka, bukan {value}.",
    ),
    "not_finite": (
        "{value} is not a number that can be kept: NaN, Infinity and numbers beyond 1.8e308 are refused.",
        "{value} bukan angka yang dapat disimpan: NaN, Infinity dan angka di atas 1.8e308 ditolak.",
    ),
    "object": ("The field must be a JSON object.", "Kolom ini harus berupa objek JSON."),
    "feature_unknown": (
        "There is no feature of interest “{name}”.",
        "Tidak ada feature of interest “{name}”.",
    ),
    "components": (
        "The components must be known names, phenomenonTime and result among them. Known: {known}.",
        "Components harus nama yang dikenal, termasuk phenomenonTime dan result. Yang dikenal: {known}.",
    ),
    "row_length": (
        "The row has {found} values, but there are {expected} components.",
        "Baris ini memuat {found} nilai, padahal ada {expected} components.",
    ),
    "topic_unknown": (
        "No datastream listens to this topic.",
        "Tidak ada datastream yang mendengarkan topik ini.",
    ),
    "message_large": (
        "The message is larger than {most} KB.",
        "Pesan ini lebih besar dari {most} KB.",
    ),
    "message_form": (
        "“{value}” is neither a number nor a JSON object.",
        "“{value}” bukan angka dan bukan objek JSON.",
    ),
    "retained": (
        "A retained message without phenomenonTime does not say when it was true.",
        "Pesan tersimpan tanpa phenomenonTime tidak menyebut kapan hal itu berlaku.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One reading that is refused: its index in the request, the field, and why."""

    index: int
    field: str
    code: str
    values: tuple[tuple[str, Any], ...] = ()

    def reason(self, language: Language) -> str:
        english, indonesian = REASONS[self.code]
        return (english if language == "en" else indonesian).format(**dict(self.values))

    def said(self, language: Language) -> str:
        """In one sentence, with the field where one is at fault."""
        reason = self.reason(language)
        return f"{self.field}: {reason}" if self.field else reason

    def told(self, language: Language) -> dict[str, Any]:
        return {"index": self.index, "field": self.field, "reason": self.reason(language)}


def shown(value: Any) -> str:
    """A value as it may stand in a sentence: JSON, at most 40 characters."""
    try:
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError, UnicodeEncodeError):
        text = repr(value)
    # Lone surrogates can come out of a JSON escape, but cannot be sent.
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= 40 else text[:39] + "…"
