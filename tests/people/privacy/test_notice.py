from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jcoc.people.privacy.notice import MISSING, BreachFacts, draft

WIB = ZoneInfo("Asia/Jakarta")


def _facts(**changes: object) -> BreachFacts:
    known: dict[str, object] = {
        "city": "Kota Uji",
        "discovered": datetime(2026, 11, 24, 1, 5, tzinfo=UTC),
        "happened_from": datetime(2026, 11, 22, 18, 0, tzinfo=UTC),
        "happened_until": None,
        "kinds": ["nomor telepon", "alamat"],
        "affected": 1250,
        "how": "Sebuah ponsel petugas hilang.",
        "consequences": "",
        "remedy": "Ponsel itu dicabut haknya.",
        "advice": "",
        "contact": "Petugas pelindungan data, 0741-000000",
    }
    return BreachFacts(**(known | changes))  # type: ignore[arg-type]


def _text(facts: BreachFacts) -> str:
    return "\n".join(f"{heading}: {paragraph}" for heading, paragraph in draft(facts, WIB, "WIB"))


def test_the_notice_says_what_when_how_and_what_is_done() -> None:
    text = _text(_facts())
    assert "pasal 46 Undang-Undang Nomor 27 Tahun 2022" in text
    assert "nomor telepon, alamat" in text
    assert "1.250" in text
    assert "pada 23 November 2026 pukul 01.00 WIB" in text  # the day in Jambi, not in UTC
    assert "diketahui pada 24 November 2026 pukul 08.05 WIB" in text
    assert "Sebuah ponsel petugas hilang." in text
    assert "Ponsel itu dicabut haknya." in text
    assert MISSING not in text


def test_what_is_not_known_yet_says_so() -> None:
    text = _text(_facts(happened_from=None, kinds=[], affected=None, how="", remedy=""))
    assert text.count(MISSING) == 4
    assert "Jumlah orang" not in text


def test_a_span_of_time_names_both_ends() -> None:
    text = _text(_facts(happened_until=datetime(2026, 11, 23, 2, 0, tzinfo=UTC)))
    assert "antara 23 November 2026 pukul 01.00 WIB dan 23 November 2026 pukul 09.00 WIB" in text
