"""What ends a request at one of telemetry's doors, said as RFC 9457 problem details. Pure.

Both languages of a sentence stand beside each other: programs read them, and no catalogue is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

Language = Literal["id", "en"]

#: Details that one answer lists; the rest is counted.
LISTED = 100

#: code: (status, English title, Indonesian title, English detail, Indonesian detail).
PROBLEMS: dict[str, tuple[int, str, str, str, str]] = {
    "json": (
        400,
        "The body is not JSON",
        "Isi permintaan bukan JSON",
        "The body cannot be read as JSON: {reason}.",
        "Isi permintaan tidak dapat dibaca sebagai JSON: {reason}.",
    ),
    "utf8": (
        400,
        "The body is not UTF-8",
        "Isi permintaan bukan UTF-8",
        "JSON is sent in UTF-8; the body holds bytes that are not.",
        "JSON dikirim dalam UTF-8; isi permintaan memuat byte yang bukan UTF-8.",
    ),
    "empty": (
        400,
        "There are no readings",
        "Tidak ada pembacaan",
        "The body holds no reading.",
        "Isi permintaan tidak memuat pembacaan.",
    ),
    "gzip": (
        400,
        "The body is not gzip",
        "Isi permintaan bukan gzip",
        "Content-Encoding says gzip, but the body cannot be expanded.",
        "Content-Encoding menyebut gzip, tetapi isi permintaan tidak dapat dibuka.",
    ),
    "token": (
        401,
        "No valid token",
        "Tidak ada token yang berlaku",
        "Send a valid device token as “Authorization: Bearer …”. It is missing, unknown, expired or revoked.",
        "Kirim token perangkat yang berlaku sebagai “Authorization: Bearer …”. "
        "Token tidak ada, tidak dikenal, kedaluwarsa atau dicabut.",
    ),
    "principal": (
        401,
        "Log in first",
        "Masuk dahulu",
        "The whole live stream is for people who are logged in and for kiosk links. "
        "Without a log-in name public datastreams: ?datastreams=1,2,3.",
        "Aliran langsung seluruhnya hanya untuk yang sudah masuk dan untuk tautan kios. "
        "Tanpa masuk, sebutkan datastream publik: ?datastreams=1,2,3.",
    ),
    "foreign": (
        403,
        "Not your datastream",
        "Bukan datastream Anda",
        "The token does not cover every datastream of the request; see errors.",
        "Token tidak mencakup semua datastream dalam permintaan; lihat errors.",
    ),
    "method": (
        405,
        "Wrong method",
        "Metode salah",
        "Only {allowed} is answered here.",
        "Di sini hanya {allowed} yang dijawab.",
    ),
    "slow": (
        408,
        "The request came too slowly",
        "Permintaan datang terlalu lambat",
        "The body was not there within {seconds} s. Send it in smaller parts.",
        "Isi permintaan tidak lengkap dalam {seconds} detik. Kirim dalam bagian yang lebih kecil.",
    ),
    "too_large": (
        413,
        "The request is too large",
        "Permintaan terlalu besar",
        "A request may hold {megabytes} MB (also once expanded) and {rows} readings. Send it in parts.",
        "Satu permintaan boleh memuat {megabytes} MB (juga setelah dibuka) dan {rows} pembacaan. "
        "Kirim bertahap.",
    ),
    "media_type": (
        415,
        "Wrong content type",
        "Jenis isi salah",
        "Readings are sent as application/json in UTF-8, not as {found}.",
        "Pembacaan dikirim sebagai application/json dalam UTF-8, bukan {found}.",
    ),
    "content_encoding": (
        415,
        "Unknown content encoding",
        "Content-Encoding tidak dikenal",
        "A body may be sent plain or with Content-Encoding gzip, not {found}.",
        "Isi permintaan boleh polos atau dengan Content-Encoding gzip, bukan {found}.",
    ),
    "readings": (
        422,
        "Readings were refused",
        "Pembacaan ditolak",
        "{refused} of {count} readings are faulty; nothing was kept. See errors.",
        "{refused} dari {count} pembacaan keliru; tidak ada yang disimpan. Lihat errors.",
    ),
    "filter": (
        400,
        "Wrong filter",
        "Saringan salah",
        "The parameter datastreams must be whole numbers with commas between, such as 1,2,3.",
        "Parameter datastreams harus berupa bilangan bulat dipisah koma, misalnya 1,2,3.",
    ),
    "rate": (
        429,
        "Too many readings",
        "Terlalu banyak pembacaan",
        "This token may send {rate} readings a second. Try again in {seconds} s.",
        "Token ini boleh mengirim {rate} pembacaan per detik. Coba lagi dalam {seconds} detik.",
    ),
    "store": (
        500,
        "The readings could not be kept",
        "Pembacaan tidak dapat disimpan",
        "The store of observations failed; nothing of this request was kept. Send it again later.",
        "Penyimpanan pembacaan gagal; tidak ada bagian permintaan ini yang disimpan. Kirim lagi nanti.",
    ),
    "busy": (
        503,
        "Too much at once",
        "Terlalu banyak sekaligus",
        "The server has more to do than it can keep up with. Try again in {seconds} s.",
        "Beban server melebihi kemampuannya. Coba lagi dalam {seconds} detik.",
    ),
    "full": (
        507,
        "The disk is full",
        "Disk penuh",
        "The disk of the server is full; nothing of this request was kept. Send it again when there is room.",
        "Disk server penuh; tidak ada bagian permintaan ini yang disimpan. Kirim lagi setelah ada ruang.",
    ),
}


class Detail(Protocol):
    """One of the things that are wrong with a request."""

    def told(self, language: Language) -> dict[str, Any]:
        """As a member of `errors`."""


class Problem(Exception):
    """What ends a request. `code` is a key of PROBLEMS."""

    def __init__(
        self,
        code: str,
        *,
        faults: Sequence[Detail] = (),
        retry_after: int | None = None,
        **values: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = PROBLEMS[code][0]
        self.faults = faults
        self.retry_after = retry_after
        self.values = values

    def body(self, language: Language) -> bytes:
        _status, title_en, title_id, detail_en, detail_id = PROBLEMS[self.code]
        details: dict[str, Any] = {
            "type": f"urn:jcoc:problem:{self.code}",
            "title": title_en if language == "en" else title_id,
            "status": self.status,
            "detail": (detail_en if language == "en" else detail_id).format(**self.values),
        }
        if self.faults:
            details["errors"] = listed(self.faults, language)
        return msgspec.json.encode(details)


def listed(faults: Sequence[Detail], language: Language) -> list[dict[str, Any]]:
    """The first LISTED of them."""
    return [fault.told(language) for fault in faults[:LISTED]]


def language_of(accept_language: str) -> Language:
    """The language to answer in by an Accept-Language header; Indonesian where neither is asked for."""
    best: Language = "id"
    weight_of_best = 0.0
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name not in ("id", "in", "en"):
            continue
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if weight > weight_of_best:
            best, weight_of_best = "en" if name == "en" else "id", weight
    return best
