from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from jcoc.city.models import Place
from jcoc.trail import compute
from jcoc.trail.channels.adapters.letter import Letter, compile_letters
from jcoc.trail.channels.letters import sender


def letter(**changes: Any) -> Letter:
    made: dict[str, Any] = {
        "language": "id",
        "address": ["Warga Contoh", "Jl. Contoh No. 1", "Kota Jambi"],
        "date": "24 November 2026",
        "heading": "Kode masuk Anda",
        "paragraphs": ["Surat ini membawa kode Anda."],
        "code_label": "Kode Anda",
        "code": "4821 7730",
        "link": "https://jcoc.example.go.id/enter/",
        "link_label": "Atau pindai kode ini:",
        "steps_label": "Cara memakai",
        "steps": ["Buka alamat.", "Ketik kode."],
        "reference": "5f0c2f3e",
    }
    return made | changes  # type: ignore[return-value]


def pages(pdf: bytes) -> list[Any]:
    return list(PdfReader(io.BytesIO(pdf)).pages)


def test_a_batch_is_one_file_with_a_sheet_a_letter() -> None:
    batch = [letter(address=[f"Warga {n}"], code=f"{n:04} 0000") for n in range(3)]
    made = pages(compile_letters(batch, "Pusat Operasi Kota"))
    texts = [page.extract_text() for page in made]
    assert len(texts) == 3
    for n, text in enumerate(texts):
        assert f"Warga {n}" in text
        assert f"{n:04} 0000" in text
        assert "Cara memakai" in text


def test_the_address_stands_in_the_window() -> None:
    """DIN 5008 form B: the window lies 20 to 105 mm from the left, 45 to 90 mm from the top of the sheet."""
    (page,) = pages(compile_letters([letter()], "Pusat Operasi Kota"))
    found: dict[str, tuple[float, float]] = {}

    def note(text: str, matrix: list[float], text_matrix: list[float], *_rest: object) -> None:
        x = matrix[0] * text_matrix[4] + matrix[4]
        y = matrix[3] * text_matrix[5] + matrix[5]
        for row in letter()["address"]:
            if row in text:
                found[row] = (x / 72 * 25.4, 297 - y / 72 * 25.4)

    page.extract_text(visitor_text=note)
    assert set(found) == set(letter()["address"])
    assert all(20 <= left <= 105 and 45 <= top <= 90 for left, top in found.values()), found


def test_a_value_is_text_and_never_source() -> None:
    hostile = '#panic("x") *b* _i_ #read("/etc/passwd") $ \\ " ]'
    (page,) = pages(
        compile_letters([letter(heading=hostile, paragraphs=[hostile], steps=[hostile])], hostile)
    )
    assert '#read("/etc/passwd")' in page.extract_text()


@pytest.mark.parametrize(
    "changes", [{"code": "", "link": ""}, {"steps": []}, {"link": ""}, {"paragraphs": ["x" * 5000]}]
)
def test_what_is_not_there_is_left_out(changes: dict[str, Any]) -> None:
    assert pages(compile_letters([letter(**changes)], "Pusat Operasi Kota"))


def test_an_example_is_marked() -> None:
    (page,) = pages(compile_letters([letter()], "Pusat Operasi Kota", "CONTOH PERAGAAN"))
    assert "CONTOH PERAGAAN" in page.extract_text()


def test_it_is_set_in_a_compute_worker() -> None:
    made = compute.run(compile_letters, [letter()], "Pusat Operasi Kota").result(60)
    assert made.startswith(b"%PDF-")


@pytest.mark.usefixtures("db", "laying_out")
def test_the_citys_government_signs_unless_another_is_named(settings: Any) -> None:
    assert sender() == "JCOC"
    Place.objects.create(code="99.01", name="Kota Uji", level="kota", lon=103.6, lat=-1.6)
    assert sender() == "Pemerintah Kota Uji"
    settings.LETTER_SENDER = "Kelurahan Uji"
    assert sender() == "Kelurahan Uji"
