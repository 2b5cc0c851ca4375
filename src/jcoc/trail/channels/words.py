"""What the codes of attempts mean, in words for people; the codes themselves are what is kept."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    # how it began, and what people did
    "made": _("Written into the outbox."),
    "not-set-up": _("The channel is not set up, so it would be sent."),
    "demonstration": _("This is a demonstration, which sends nothing: it would be sent."),
    "again": _("Somebody had it sent again."),
    "called-off": _("Somebody called it off."),
    "printed": _("Put into a batch of letters to print."),
    "taken": _("Taken by a worker."),
    "lost": _("The worker that had it went away; it is sent again and may arrive twice."),
    "expired": _("It was no longer of use when its turn came."),
    "erased": _("The person's data was erased; there is nothing left to send."),
    "unexpected": _("An unexpected error; the server's log says more."),
    # whom not to write to
    "opted-out": _("The reader wants no such messages."),
    "no-basis": _("The person has not agreed to such messages, or the data is restricted."),
    "dead": _("The address does not exist: an earlier message came back."),
    # addresses
    "number-empty": _("There is no telephone number."),
    "number-signs": _("The telephone number holds letters or other signs."),
    "number-length": _("The telephone number is too short or too long."),
    "number-landline": _("The telephone number is not a mobile number."),
    "mail-empty": _("There is no e-mail address."),
    "mail-form": _("The e-mail address is not one."),
    "letter-empty": _("There is no postal address."),
    "letter-long": _("The postal address has more than six lines, or lines of more than sixty characters."),
    # e-mail
    "smtp-accepted": _("The mail server took it."),
    "smtp-refused": _("The mail server refused it for good."),
    "smtp-later": _("The mail server asks to try again later."),
    "smtp-sender": _("The mail server refuses our own address."),
    "smtp-login": _("The mail server refuses our log-in."),
    "smtp-tls": _("The mail server offers no encryption or log-in, so nothing was sent to it."),
    "smtp-timeout": _("The mail server did not answer in time."),
    "smtp-away": _("The mail server cannot be reached."),
    # gateway
    "gateway-accepted": _("The gateway took it."),
    "gateway-garbled": _("The gateway took it, but its answer cannot be read."),
    "gateway-refused": _("The gateway refused it for good."),
    "gateway-busy": _("The gateway takes no more at the moment."),
    "gateway-later": _("The gateway has a fault; it is tried again."),
    "gateway-timeout": _("The gateway did not answer in time."),
    "gateway-away": _("The gateway cannot be reached."),
    # what came back
    "report-delivered": _("The gateway reports that it arrived."),
    "report-failed": _("The gateway reports that it did not arrive."),
    "bounce-delivered": _("The reader's mail server reports that it arrived."),
    "bounce-hard": _("It came back: the address does not exist."),
    "bounce-soft": _("It came back: the reader's mail server could not deliver it."),
}


def in_words(code: str) -> str:
    return str(WORDS.get(code, code))
