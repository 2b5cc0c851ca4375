"""The form field says what it takes, and its page shows what was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation

from jcoc.trail.uploads.fields import UploadField
from support import Centre
from trail.uploads.bad_files import jpeg


class Example(forms.Form):
    photo = UploadField(label="Foto", most=2 * 1024 * 1024)
    paper = UploadField(label="Surat", kinds=("pdf", "table"), required=False)


def test_the_field_says_what_it_takes_in_the_readers_language() -> None:
    with translation.override("id"):
        html = Template("{% load web %}{% field form.photo %}{% field form.paper %}").render(
            Context({"form": Example()})
        )
    assert "foto (JPEG, PNG atau WebP), paling besar 2 MB" in html
    assert "PDF, tabel (CSV atau XLSX), paling besar 10 MB" in html
    assert 'data-most="2097152"' in html
    assert 'aria-describedby="id_photo_help"' in html
    assert 'accept=".jpg,.jpeg,.jfif,.png,.webp,image/jpeg,image/png,image/webp"' in html


def test_what_is_too_large_is_refused_by_a_sentence() -> None:
    large = SimpleUploadedFile("foto.jpg", bytes(2 * 1024 * 1024 + 1), "image/jpeg")
    with translation.override("id"):
        form = Example(files={"photo": large})
        assert form.errors["photo"] == ["Berkas berukuran 3 MB; paling besar 2 MB yang dapat dikirim."]
    assert Example(files={"photo": SimpleUploadedFile("foto.jpg", jpeg(), "image/jpeg")}).is_valid()


@pytest.mark.browser
class TestInTheBrowser:
    @pytest.fixture
    def page(self, centre: Centre, chromium: Any) -> Any:
        context = chromium.new_context(locale="id-ID")
        page = context.new_page()
        page.goto(f"{centre.url}/design/")
        yield page
        context.close()

    @pytest.mark.parametrize("width", [360, 1920])
    def test_the_field_speaks_the_pages_language_and_takes_clicks_and_keys(
        self, page: Any, width: int
    ) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        box = page.locator("[data-upload]").first
        assert box.get_by_text("Pilih berkas").is_visible()
        assert box.locator("input").evaluate("input => getComputedStyle(input).opacity") == "0"
        with page.expect_file_chooser():
            box.get_by_text("Pilih berkas").click(force=True)
        box.locator("input").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        outline = "box => getComputedStyle(box).outlineStyle"
        assert box.locator(".upload-pick").evaluate(outline) == "solid"

    def test_without_scripts_it_is_the_browsers_own_field(self, centre: Centre, chromium: Any) -> None:
        context = chromium.new_context(locale="id-ID", java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{centre.url}/design/")
        box = page.locator("[data-upload]").first
        assert not box.get_by_text("Pilih berkas").is_visible()
        assert box.locator("input").bounding_box()["height"] > 30
        context.close()

    def test_a_photo_is_shown_before_it_is_sent_and_can_be_taken_back(self, page: Any) -> None:
        box = page.locator("[data-upload]").first
        file = {"name": "sungai.jpg", "mimeType": "image/jpeg", "buffer": jpeg((800, 600))}
        box.locator("input").set_input_files(file)
        picture = box.locator(".upload-picture")
        picture.wait_for(state="visible")
        assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [800, 600]
        assert box.locator(".upload-name").text_content() == "sungai.jpg"
        assert box.locator(".upload-size").text_content().endswith("kB")
        box.locator("[data-upload-clear]").click()
        assert not picture.is_visible()
        assert box.locator("input").evaluate("input => input.files.length") == 0

    def test_what_is_too_large_is_said_at_once(self, page: Any) -> None:
        box = page.locator("[data-upload]").first
        box.locator("input").evaluate("input => { input.dataset.most = 1024; }")
        box.locator("input").set_input_files(
            {"name": "besar.jpg", "mimeType": "image/jpeg", "buffer": bytes(2048)}
        )
        fault = box.locator("[data-upload-fault]")
        assert fault.is_visible()
        assert "Berkas berukuran 2 kB; paling besar 1 kB yang dapat dikirim." in fault.text_content()
        assert box.locator("input").evaluate("input => input.files.length") == 0

    @pytest.mark.parametrize("status", [422, 302])
    def test_the_sending_is_shown_and_the_answer_taken(self, page: Any, centre: Centre, status: int) -> None:
        asked: list[str] = []

        def answer(route: Any) -> None:
            asked.append(route.request.headers["content-type"])
            if status == 302:
                route.fulfill(status=302, headers={"Location": f"{centre.url}/login/"})
            else:
                form = '<form id="try" data-upload-form><input aria-invalid="true" name="again"></form>'
                route.fulfill(status=422, content_type="text/html", body=form)

        page.route("**/try/", answer)
        page.evaluate(
            """() => {
              const form = Object.assign(document.createElement("form"), {id: "try", method: "post", action: "/try/"});
              form.enctype = "multipart/form-data";
              form.dataset.uploadForm = "";
              const button = Object.assign(document.createElement("button"), {textContent: "Kirim"});
              form.append(document.querySelector("[data-upload]"), button);
              document.querySelector("main").prepend(form);
            }"""
        )
        file = {"name": "sungai.jpg", "mimeType": "image/jpeg", "buffer": jpeg((800, 600))}
        page.locator("#try input").set_input_files(file)
        page.locator("#try button:has-text('Kirim')").click()
        if status == 302:
            page.wait_for_url("**/login/")
        else:
            page.wait_for_selector("#try input[name=again]")
            assert page.evaluate("document.activeElement.name") == "again"
        assert asked[0].startswith("multipart/form-data; boundary=")


def test_the_script_is_part_of_every_page() -> None:
    from jcoc.web.assets import DIST, manifest

    assert "data-upload-clear" in (Path(DIST) / manifest()["site.js"]).read_text()
