"""The key file; scrypt's own vectors are cryptography's matter, that we use it as documented is checked here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jcoc.trail.backup import keysfile

FILES = {"secrets.json": b'{"a": "b"}', "keys/sealing.json": bytes(range(256))}
PASSPHRASE = "sandi kunci uji"


def test_what_was_locked_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    keysfile.write(path, FILES, PASSPHRASE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keysfile.read(path, PASSPHRASE) == FILES
    assert b"secrets" not in path.read_bytes()
    with pytest.raises(keysfile.Unusable, match="stands already"):
        keysfile.write(path, FILES, PASSPHRASE)


def test_the_standard_library_opens_it_too() -> None:
    head, _, sealed = keysfile.lock(FILES, PASSPHRASE).partition(b"\n")
    said = json.loads(head)
    key = hashlib.scrypt(
        PASSPHRASE.encode(), salt=bytes.fromhex(said["salt"]), n=2**17, r=8, p=1, maxmem=2**28, dklen=32
    )
    plain = json.loads(AESGCM(key).decrypt(bytes.fromhex(said["nonce"]), sealed, head))
    assert plain["secrets.json"] == "eyJhIjogImIifQ=="


def test_a_wrong_passphrase_and_a_changed_file() -> None:
    data = keysfile.lock(FILES, PASSPHRASE)
    with pytest.raises(keysfile.Unusable, match="passphrase does not open"):
        keysfile.unlock(data, "sandi kunci lain")
    changed = bytearray(data)
    changed[-1] ^= 1
    with pytest.raises(keysfile.Unusable, match="or the file was changed"):
        keysfile.unlock(bytes(changed), PASSPHRASE)
    with pytest.raises(keysfile.Unusable, match="not a key file"):
        keysfile.unlock(b"PK\x03\x04", PASSPHRASE)
    # Costs that somebody set are not run: they could take all memory.
    with pytest.raises(keysfile.Unusable, match="not a key file"):
        keysfile.unlock(data.replace(b'"n": 131072', b'"n": 1073741824'), PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(keysfile.Unusable, match="at least 12 characters"):
        keysfile.lock(FILES, "sebelas-huru"[:11])
