"""An OpenID Connect provider on a free port, for the tests of log-in by the city's identity."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from support import free_port, until


@contextmanager
def identity_provider() -> Iterator[str]:
    """The issuer's address while the provider runs; whomever it is told to be, it agrees to be.

    A process of its own: libraries it uses warn of what is about to change, and here warnings are errors.
    """
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, "the identity provider did not start"
        try:
            with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5):
                return True
        except OSError:
            return False

    try:
        until(answers, seconds=60, what="the start of the identity provider")
        yield issuer
    finally:
        process.terminate()
        process.wait(10)
