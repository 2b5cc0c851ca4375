"""The keys of an installation in a file of their own, under a passphrase: scrypt, then AES-256-GCM.

The file is one line of JSON (form, salt, nonce and scrypt's costs, which the encryption covers too) and the encrypted
bytes. It lies apart from the backups: together they open everything, each alone nothing.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORM = "jcoc keys 1"
#: 128 MB and about half a second: a passphrase is the weakest part.
COSTS = {"n": 2**17, "r": 8, "p": 1}
SHORTEST = 12
LARGEST = 64 * 1024**2


class Unusable(ValueError):
    """A key file or passphrase that does not fit; the text is a sentence."""


def _key(passphrase: str, salt: bytes, costs: Mapping[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **costs).derive(passphrase.encode())


def lock(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """The content of a key file. :class:`Unusable` where the passphrase is too short."""
    if len(passphrase) < SHORTEST:
        raise Unusable(f"The passphrase of the key file needs at least {SHORTEST} characters.")
    salt, nonce = os.urandom(16), os.urandom(12)
    head = json.dumps({"form": FORM, "salt": salt.hex(), "nonce": nonce.hex(), **COSTS}).encode()
    plain = json.dumps({name: base64.b64encode(data).decode() for name, data in files.items()}).encode()
    return head + b"\n" + AESGCM(_key(passphrase, salt, COSTS)).encrypt(nonce, plain, head)


def unlock(data: bytes, passphrase: str) -> dict[str, bytes]:
    """The files of a key file. :class:`Unusable` says what is wrong with it."""
    head, _line, sealed = data.partition(b"\n")
    try:
        said = json.loads(head)
        salt, nonce = bytes.fromhex(said["salt"]), bytes.fromhex(said["nonce"])
        costs = {name: int(said[name]) for name in COSTS}
        if said["form"] != FORM or costs != COSTS:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Unusable("This is not a key file of jcoc.") from None
    try:
        plain = AESGCM(_key(passphrase, salt, costs)).decrypt(nonce, sealed, head)
    except (InvalidTag, ValueError):
        raise Unusable("The passphrase does not open the key file, or the file was changed.") from None
    return {name: base64.b64decode(text) for name, text in json.loads(plain).items()}


def write(path: Path, files: Mapping[str, bytes], passphrase: str) -> None:
    """Write a new key file, mode 0600, on the disk when this returns. :class:`Unusable` where one stands there."""
    data = lock(files, passphrase)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Unusable(f"{path} stands already; key files are never overwritten.") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {os.strerror(error.errno or 0)}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, passphrase: str) -> dict[str, bytes]:
    """The files of the key file at a path. :class:`Unusable` says what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unusable("This is not a key file of jcoc.")
        return unlock(path.read_bytes(), passphrase)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {os.strerror(error.errno or 0)}.") from None
