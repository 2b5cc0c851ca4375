"""E-mail by SMTP, with Django's own message and backend."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from jcoc.trail.channels.adapters.contract import End, Outcome, Parcel
from jcoc.trail.channels.bounces import ID_HEADER
from jcoc.trail.channels.mailserver import MailServer

#: RFC 3463: a bad destination address, or a mailbox that is closed.
_DEAD = re.compile(r"5\.(1\.\d|2\.1)\b")


def send(server: MailServer, parcel: Parcel) -> Outcome:
    """Hand one e-mail to the server. The server's 250 counts as sent; a bounce may still come."""
    mail = compose(server, parcel)
    backend = EmailBackend(
        host=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls == "starttls",
        use_ssl=server.tls == "whole",
        timeout=server.timeout_s,
    )
    try:
        return _send(backend, mail)
    finally:
        # A goodbye that fails changes nothing: what became of the e-mail is known by now.
        with suppress(smtplib.SMTPException, OSError):
            backend.close()


def compose(server: MailServer, parcel: Parcel) -> EmailMultiAlternatives:
    """The e-mail: text in UTF-8, our id in its headers and its return path, RFC 8058 where one can stop it."""
    domain = server.return_path.rpartition("@")[2]
    headers = {
        "From": formataddr(parseaddr(server.sender), "utf-8"),
        # The same for each try: a server or reader that got it twice can tell.
        "Message-ID": f"<{parcel.id}@{domain}>",
        ID_HEADER: parcel.id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answer, please
    }
    if parcel.stop_url:
        headers["List-Unsubscribe"] = f"<{parcel.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    heading = " ".join(parcel.heading.split())
    mail = EmailMultiAlternatives(
        heading, parcel.text, server.envelope_sender(parcel.id), [parcel.to], headers=headers
    )
    if parcel.html:
        mail.attach_alternative(parcel.html, "text/html")
    return mail


def _send(backend: EmailBackend, mail: EmailMultiAlternatives) -> Outcome:
    try:
        backend.open()
        backend.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = _first(refused.recipients)
        return _answered(code, words)
    except smtplib.SMTPSenderRefused as refused:
        # Our own address is at fault, not the reader's: a person must mend that, meanwhile it is tried again.
        return Outcome(End.LATER, "smtp-sender", _words(refused.smtp_code, refused.smtp_error))
    except smtplib.SMTPAuthenticationError as refused:
        return Outcome(End.LATER, "smtp-login", _words(refused.smtp_code, refused.smtp_error))
    except smtplib.SMTPResponseException as refused:
        return _answered(refused.smtp_code, refused.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(End.LATER, "smtp-tls", str(error))
    except (smtplib.SMTPException, OSError) as error:
        late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        return Outcome(End.LATER, "smtp-timeout" if late else "smtp-away", str(error))
    except ValueError as error:  # an address or a heading that cannot stand in a header
        return Outcome(End.NEVER, "mail-form", str(error))
    return Outcome(End.SENT, "smtp-accepted")


def _answered(code: int, error: bytes | str) -> Outcome:
    words = _words(code, error)
    if 500 <= code <= 599:
        return Outcome(End.NEVER, "smtp-refused", words, dead=bool(_DEAD.search(words)))
    return Outcome(End.LATER, "smtp-later", words)


def _first(recipients: Mapping[str, tuple[int, bytes]]) -> tuple[int, bytes]:
    return next(iter(recipients.values()))


def _words(code: int, error: bytes | str) -> str:
    text = error.decode("utf-8", "replace") if isinstance(error, bytes) else error
    return f"{code} {' '.join(text.split())}"[:500]
