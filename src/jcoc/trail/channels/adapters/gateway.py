"""SMS or WhatsApp through a provider's HTTP interface, as the gateway's file describes it."""

from __future__ import annotations

import json
import threading
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any

import requests
import urllib3

from jcoc.trail.channels.adapters.contract import End, Outcome, Parcel
from jcoc.trail.channels.gatewayfile import Gateway, at

LARGEST_ANSWER = 64 * 1024


class Pace:
    """Hands out moments, so many a second, in the order of asking. One process's: several share no pace."""

    def __init__(self, rate: float) -> None:
        self._apart, self._free, self._lock = 1 / rate, 0.0, threading.Lock()

    def wait(self, now: float | None = None) -> float:
        """Take the next moment; how many seconds away it is, 0 when it is now."""
        now = monotonic() if now is None else now
        with self._lock:
            moment = max(now, self._free)
            self._free = moment + self._apart
            return moment - now


def send(gateway: Gateway, parcel: Parcel) -> Outcome:
    """Post one message. Redirects are not followed: they would carry number and text elsewhere.

    The parcel's id goes along where the file has a place for it, so that a provider which knows it sends no second
    copy when an answer was lost.
    """
    body = gateway.filled(to=parcel.to, text=parcel.text, id=parcel.id)
    headers = dict(gateway.headers)
    data: Any = body
    if not gateway.form:
        headers.setdefault("Content-Type", "application/json")
        data = json.dumps(body, ensure_ascii=False).encode()
    try:
        with requests.Session() as session:
            session.trust_env = False  # a .netrc or a proxy of the account must not see the messages
            with session.request(
                gateway.method,
                gateway.url,
                data=data,
                headers=headers,
                timeout=gateway.timeout_s,
                allow_redirects=False,
                stream=True,
            ) as response:
                return _outcome(gateway, response)
    except requests.Timeout:
        return Outcome(End.LATER, "gateway-timeout")
    except requests.RequestException as error:
        return Outcome(End.LATER, "gateway-away", type(error).__name__)


def _outcome(gateway: Gateway, response: requests.Response) -> Outcome:
    status = response.status_code
    words = f"HTTP {status}"
    if status not in gateway.accepted:
        if status in gateway.permanent:
            return Outcome(End.NEVER, "gateway-refused", f"{words} {_text(_body(gateway, response))[:400]}")
        if status == 429:
            return Outcome(
                End.LATER, "gateway-busy", words, after_s=retry_after(response.headers.get("Retry-After"))
            )
        after = retry_after(response.headers.get("Retry-After"))
        return Outcome(End.LATER, "gateway-later", words, after_s=after)
    # It was accepted, whatever its answer reads like: trying again would send a second copy.
    provider_id = ""
    if gateway.answer_id:
        try:
            provider_id = at(json.loads(_body(gateway, response)), gateway.answer_id)[:200]
        except (ValueError, RecursionError):
            return Outcome(End.SENT, "gateway-garbled", words)
        if not provider_id:
            return Outcome(End.SENT, "gateway-garbled", words)
    return Outcome(End.SENT, "gateway-accepted", words, provider_id)


def _body(gateway: Gateway, response: requests.Response) -> bytes:
    """At most so much of the answer, and not longer than the gateway's time: a drip must not hold a thread."""
    end, parts, size = monotonic() + gateway.timeout_s, [], 0
    try:
        # Not iter_content(): it waits for a whole piece, however slowly its bytes come.
        while part := response.raw.read1(8192, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER or monotonic() > end:
                break
    except urllib3.exceptions.HTTPError:
        pass  # what has come of it is judged as it is
    return b"".join(parts)


def _text(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds from a Retry-After header in either of its forms (RFC 9110, 10.2.3); None where it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - (time() if now is None else now))
    except ValueError:
        return None
