"""Write a new programme's package from the files beside this module, whole or not at all.

In a file `$name` stands for what :meth:`Wanted.words` says. A text of the person who asks reaches Python and TOML only
as a quoted literal, and Markdown with its marks escaped; a name is letters, digits and underscores.
"""

from __future__ import annotations

import json
import keyword
import re
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from string import Template

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from jcoc.contract.discovery import LONGEST_CODE
from jcoc.indicators.dimensions import DIMENSIONS

FILES = Path(__file__).parent / "files"
LONGEST_TEXT = 100
_SUFFIX = ".template"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|])")
#: Folders of the package beside the programme's own.
_BESIDE = frozenset({"tests"})
_DIMENSIONS = {each.code: each.sub_dimensions for each in DIMENSIONS}


class Refused(ValueError):
    """It cannot be made; the text is a sentence."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A programme that somebody wants to begin."""

    name: str
    title_id: str
    title_en: str
    dimension: str
    sub_dimension: str
    owner: str

    def check(self, taken: Collection[str] = ()) -> None:
        """:class:`Refused` says what cannot be used; `taken` are names of apps, programmes and commands."""
        if not _NAME.fullmatch(self.name):
            raise Refused(
                f"{self.name!r} cannot be a programme's name: use lower-case letters, digits and single underscores, "
                "and begin with a letter."
            )
        if len(self.name) > LONGEST_CODE:
            raise Refused(f"The name has {len(self.name)} characters; {LONGEST_CODE} are the most.")
        if keyword.iskeyword(self.name) or keyword.issoftkeyword(self.name):
            raise Refused(f"“{self.name}” is a word of Python itself; choose another name.")
        if self.name in _BESIDE or {self.name, self._dashed} & set(taken) or find_spec(self.name):
            raise Refused(
                f"“{self.name}” is taken by a module, a programme or a command; choose another name."
            )
        for option in ("title_id", "title_en", "owner"):
            text = getattr(self, option)
            if not (text.strip() and text.isprintable() and len(text) <= LONGEST_TEXT):
                raise Refused(
                    f"--{option.replace('_', '-')} is one line of 1 to {LONGEST_TEXT} characters, without control "
                    "characters."
                )
        if self.dimension not in _DIMENSIONS:
            raise Refused(f"--dimension is one of {', '.join(_DIMENSIONS)}, not {self.dimension!r}.")
        if self.sub_dimension not in _DIMENSIONS[self.dimension]:
            known = ", ".join(_DIMENSIONS[self.dimension])
            raise Refused(
                f"--sub-dimension of {self.dimension} is one of {known}, not {self.sub_dimension!r}."
            )

    @property
    def _dashed(self) -> str:
        return self.name.replace("_", "-")

    def words(self) -> dict[str, str]:
        """What stands for what in the files."""
        plain = {"title_id": self.title_id, "title_en": self.title_en, "owner": self.owner}
        return {
            "name": self.name,
            "dashed": self._dashed,
            "camel": "".join(part.title() for part in self.name.split("_")),
            "dimension": self.dimension,
            "sub_dimension": self.sub_dimension,
            # What JSON writes for printable text is a literal of the same value in Python and in TOML.
            **{f"{key}_quoted": json.dumps(text, ensure_ascii=False) for key, text in plain.items()},
            **{f"{key}_escaped": _MARKDOWN.sub(r"\\\1", text) for key, text in plain.items()},
        }


def first_sub_dimension(dimension: str) -> str:
    return _DIMENSIONS.get(dimension, ("",))[0]


def make(wanted: Wanted, folder: Path) -> Path:
    """Write the package to `folder`/NAME, which must not exist, and return that path."""
    target = folder / wanted.name
    if target.exists() or target.is_symlink():
        raise Refused(f"{target} exists already; nothing was written.")
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder.")
    try:
        half = Path(tempfile.mkdtemp(prefix=f".{wanted.name}-", dir=folder))
        try:
            _write(wanted, half)
            half.chmod(0o755)
            half.rename(target)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise
    except OSError as error:
        raise Refused(f"{target} could not be written ({error.strerror}); nothing was.") from None
    return target


def _write(wanted: Wanted, folder: Path) -> None:
    words = wanted.words()
    for source in sorted(FILES.rglob(f"*{_SUFFIX}")):
        parts = source.relative_to(FILES).with_suffix("").parts
        names = [{"package": wanted.name, "gitignore": ".gitignore"}.get(part, part) for part in parts]
        path = folder.joinpath(*names)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8", newline="\n"
        )
    for catalogue in folder.rglob("*.po"):
        with catalogue.open("rb") as po, catalogue.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, locale="id"))
