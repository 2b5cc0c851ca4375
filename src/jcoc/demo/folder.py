"""The data folder of a demonstration: what marks it as one, what is kept of it, and how it is begun anew."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jcoc.trail.datafolder import DataFolder

MARK = "demo.json"
LOCK = "jcoc.lock"
SEED = "kota-jambi"
#: Without the letters and digits that are read for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class NotADemonstration(RuntimeError):
    """The folder holds something else, which must not be touched; the text is a sentence."""


@dataclass
class Demonstration:
    """What demo.json keeps, mode 0600: passwords and token are the folder's own and stay between runs."""

    seed: str = SEED
    passwords: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def password(self, username: str) -> str:
        return self.passwords.setdefault(username, new_password())


def new_password() -> str:
    """79 random bits in four groups that can be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def is_demonstration(folder: DataFolder) -> bool:
    return (folder.path / MARK).is_file()


def _is_unused(path: Path) -> bool:
    """Whether a folder holds nothing but what settings make in any new data folder."""
    if not path.exists():
        return True
    if not path.is_dir():
        return False
    made = {"secrets.json", "secrets.lock", LOCK}
    return all(
        entry.name in made or (entry.name == "files" and entry.is_dir() and not any(entry.iterdir()))
        for entry in path.iterdir()
    )


def refuse_other_use(folder: DataFolder) -> None:
    """:class:`NotADemonstration` where the folder holds anything but a demonstration or nothing."""
    if not is_demonstration(folder) and not _is_unused(folder.path):
        raise NotADemonstration(
            f"{folder.path} holds something that is not a demonstration; nothing was changed there. "
            "Set JCOC_DATA to a new folder."
        )


def read(folder: DataFolder) -> Demonstration:
    """What is kept of the folder's demonstration; a new one where the folder is unused."""
    refuse_other_use(folder)
    path = folder.path / MARK
    if not path.is_file():
        return Demonstration()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Demonstration(str(kept["seed"]), dict(kept["passwords"]), str(kept["token"]))
    except (ValueError, KeyError, TypeError) as error:
        raise NotADemonstration(
            f"{path} cannot be read ({error}). If the folder is a demonstration, begin it anew with --reset."
        ) from None


def keep(folder: DataFolder, demonstration: Demonstration) -> None:
    """Write demo.json, whole or not at all."""
    beside = folder.path / f"{MARK}.new"
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(demonstration), file, indent=2, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder.path / MARK)


def reset(folder: DataFolder) -> None:
    """Empty the folder of a demonstration. Call it before settings have read the folder's secrets.

    :class:`NotADemonstration` where it is none, DataFolderBusy where one is running.
    """
    refuse_other_use(folder)
    if not is_demonstration(folder):
        return
    with folder.locked():
        # The mark goes last: a reset that was broken off can be done again.
        entries = sorted(folder.path.iterdir(), key=lambda entry: entry.name == MARK)
        for entry in entries:
            if entry.name == LOCK:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
