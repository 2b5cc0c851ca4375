"""Photos, drawn anew: what comes out holds points and nothing else of what came in. Pure; runs in a compute worker.

EXIF with its place and time, XMP, comments, thumbnails, colour profiles, and whatever was appended stay behind,
because only the decoded points are written. The EXIF orientation is applied to them first.
"""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps

from jcoc.trail.uploads.faults import Fault

MOST_PIXELS = 50_000_000
#: The longer side of what is kept: a number plate in a street scene stays readable.
LONGEST_SIDE = 4096
JPEG_QUALITY = 88

_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}


class Photo(NamedTuple):
    data: bytes
    form: str  # jpeg or png
    width: int
    height: int


def redraw(data: bytes, form: str) -> Photo:
    """Decode a photo of this form and write it anew; :class:`Fault` where it is damaged, too large, or moves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Only the one decoder: Pillow knows dozens, some for formats that nobody sends as a photo.
            with Image.open(io.BytesIO(data), formats=[_FORMATS[form]]) as image:
                return _redraw(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        width, height = _declared_size(data, form)
        raise Fault("photo_pixels", width=width, height=height, most=MOST_PIXELS // 1_000_000) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, MemoryError):
        # What Pillow's decoders raise for damaged files.
        raise Fault("photo_broken") from None


def _redraw(image: Image.Image) -> Photo:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Fault("photo_pixels", width=width, height=height, most=MOST_PIXELS // 1_000_000)
    # Phones put a second view or a brightness map behind the first picture (MPO): only the first is kept.
    if image.format != "MPO" and (frames := getattr(image, "n_frames", 1)) > 1:
        raise Fault("photo_moves", frames=frames)
    if image.format in ("JPEG", "MPO"):
        image.draft(
            "RGB", (LONGEST_SIDE, LONGEST_SIDE)
        )  # decodes to a fraction of the memory where it is larger
    turned = ImageOps.exif_transpose(image)
    translucent = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
    as_png = image.format == "PNG" or translucent
    grey = turned.mode in ("1", "L", "LA") and not translucent
    plain = turned.convert("RGBA" if translucent else "L" if grey else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    drawn = Image.new(plain.mode, plain.size)  # has no info for an encoder to pick up
    drawn.paste(plain)
    written = io.BytesIO()
    if as_png:
        drawn.save(written, "PNG", compress_level=6)
    else:
        drawn.save(written, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return Photo(written.getvalue(), "png" if as_png else "jpeg", *drawn.size)


def _declared_size(data: bytes, form: str) -> tuple[int, int]:
    """What the file says of its size, past Pillow's own limit; nothing is decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            with Image.open(io.BytesIO(data), formats=[_FORMATS[form]]) as image:
                return image.size
        except (OSError, ValueError, SyntaxError):
            return 0, 0
        finally:
            Image.MAX_IMAGE_PIXELS = limit
