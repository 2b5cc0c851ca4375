"""What a photo loses when it is drawn anew, and what it may not be."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from jcoc.trail.uploads.faults import Fault
from jcoc.trail.uploads.photos import LONGEST_SIDE, MOST_PIXELS, redraw
from trail.uploads.bad_files import HTML, archive, jpeg, png_that_declares, points, saved

SECRETS = (b"RAHASIA", b"Exif", b"GPS", b"http", b"ICC_PROFILE", b"<script", b"PK\x03\x04")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_place_time_and_comments_stay_behind() -> None:
    sent = jpeg(place=True)
    assert all(secret in sent for secret in (b"RAHASIA-XMP", b"RAHASIA-KOMENTAR", b"KAMERA-RAHASIA", b"Exif"))
    photo = redraw(sent, "jpeg")
    assert not [secret for secret in SECRETS if secret in photo.data]
    kept = opened(photo.data)
    assert not kept.getexif()
    assert set(kept.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    assert (photo.form, photo.width, photo.height) == ("jpeg", 64, 48)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (64, 48), (0, 0)),
        (2, (64, 48), (1, 0)),
        (3, (64, 48), (1, 1)),
        (4, (64, 48), (0, 1)),
        (5, (48, 64), (0, 0)),
        (6, (48, 64), (1, 0)),
        (7, (48, 64), (1, 1)),
        (8, (48, 64), (0, 1)),
    ],
)
def test_the_turn_of_the_camera_is_done_before_its_note_is_lost(
    orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    # Where the red corner must come to lie is the table of EXIF 2.32, 4.6.4 A, tag 274.
    kept = opened(redraw(jpeg(orientation=orientation), "jpeg").data)
    assert kept.size == size
    corner = (red[0] * (size[0] - 8) + 4, red[1] * (size[1] - 8) + 4)
    r, _, b = kept.getpixel(corner)  # type: ignore[misc]
    assert r > 200
    assert b < 60


@pytest.mark.parametrize(
    "behind", [HTML, archive({"a.txt": b"evil"}), b"GIF89a<script>", b"<?php phpinfo();"]
)
def test_what_is_appended_stays_behind(behind: bytes) -> None:
    photo = redraw(jpeg() + behind, "jpeg")
    assert behind not in photo.data
    assert photo.data.endswith(b"\xff\xd9")


def test_a_script_in_a_comment_of_a_picture_stays_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Comment", "<script>alert(1)</script>")
    photo = redraw(saved(points(), "PNG", pnginfo=note), "png")
    assert (photo.form, b"<script" in photo.data) == ("png", False)
    assert not opened(photo.data).info


def test_a_colour_profile_stays_behind() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP"):
        sent = saved(points(), form, icc_profile=profile)
        assert "icc_profile" not in opened(redraw(sent, form.lower()).data).info


def test_a_photo_with_a_second_view_keeps_the_first() -> None:
    sent = saved(points(), "MPO", save_all=True, append_images=[points().rotate(90)])
    assert opened(sent).format == "MPO"
    kept = opened(redraw(sent, "jpeg").data)
    assert (kept.format, kept.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(form: str) -> None:
    sent = saved(points(), form, save_all=True, append_images=[points().rotate(90)], duration=100)
    with pytest.raises(Fault) as refused:
        redraw(sent, form.lower())
    assert (refused.value.code, refused.value.values["frames"]) == ("photo_moves", 2)


@pytest.mark.parametrize(("width", "height"), [(10_000, 6_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(
    width: int, height: int
) -> None:
    with pytest.raises(Fault) as refused:
        redraw(png_that_declares(width, height), "png")
    assert refused.value.code == "photo_pixels"
    assert (refused.value.values["width"], refused.value.values["height"]) == (width, height)
    assert width * height > MOST_PIXELS


@pytest.mark.parametrize("cut", [3, 20, 300, 700])
def test_a_damaged_photo_is_refused(cut: int) -> None:
    with pytest.raises(Fault) as refused:
        redraw(jpeg()[:cut], "jpeg")
    assert refused.value.code == "photo_broken"


def test_a_small_body_behind_a_true_head_is_refused() -> None:
    with pytest.raises(Fault) as refused:
        redraw(png_that_declares(4000, 3000), "png")
    assert refused.value.code == "photo_broken"


def test_no_other_decoder_is_asked() -> None:
    with pytest.raises(Fault):
        redraw(saved(points(), "BMP"), "jpeg")


def test_a_large_photo_is_kept_smaller() -> None:
    photo = redraw(saved(points((6000, 3000)), "JPEG"), "jpeg")
    assert (photo.width, photo.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize(
    ("mode", "form", "kept_form", "kept_mode"),
    [
        ("CMYK", "JPEG", "jpeg", "RGB"),
        ("L", "JPEG", "jpeg", "L"),
        ("RGBA", "PNG", "png", "RGBA"),
        ("P", "PNG", "png", "RGB"),
        ("I;16", "PNG", "png", "RGB"),
        ("1", "PNG", "png", "L"),
        ("RGBA", "WEBP", "png", "RGBA"),
        ("RGB", "WEBP", "jpeg", "RGB"),
    ],
)
def test_each_kind_of_points_comes_through(mode: str, form: str, kept_form: str, kept_mode: str) -> None:
    picture = Image.new("I;16", (64, 48), 30_000) if mode == "I;16" else points().convert(mode)
    if mode == "RGBA":
        picture.putalpha(100)
    photo = redraw(saved(picture, form), form.lower())
    assert (photo.form, opened(photo.data).mode) == (kept_form, kept_mode)
