from base64 import b64encode

from django.contrib.auth.hashers import Argon2PasswordHasher
from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id


class TunedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with parameters of OWASP's cheat sheet (12 MiB, three passes), computed by libsodium.

    Django's default (100 MiB, eight lanes) takes several times that, and hundreds log in at once; argon2-cffi's
    wheel lacks the vector instructions that libsodium uses. What is kept has the usual form, which both read.
    """

    time_cost = 3
    memory_cost = 12 * 1024
    parallelism = 1
    #: Bits: libsodium takes salts of 16 bytes, which Django fills with letters and digits (RFC 9106 asks for 64 bits).
    salt_entropy = 95

    def encode(self, password: str, salt: str) -> str:
        # The same code as in verify, so that an unknown name takes as long as a wrong password.
        key = argon2id.kdf(32, password.encode(), salt.encode(), self.time_cost, self.memory_cost * 1024)
        kept = "$".join(b64encode(part).decode("ascii").rstrip("=") for part in (salt.encode(), key))
        return f"{self.algorithm}$argon2id$v=19$m={self.memory_cost},t={self.time_cost},p=1${kept}"

    def verify(self, password: str, encoded: str) -> bool:
        form = encoded.removeprefix(str(self.algorithm)).encode("ascii")
        try:
            return argon2id.verify(form, password.encode())
        except InvalidkeyError:
            return False
