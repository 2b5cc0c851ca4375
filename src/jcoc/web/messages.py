"""The sentences that the browser's scripts say on more than one page. Each page's own stand beside its view.

{n}, {age}, {time} and the like are filled in by the script.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Messages = dict[str, str]


def common_messages() -> Messages:
    return {
        "normal": _("normal"),
        "check": _("check"),
        "silent": _("silent"),
        "empty": _("no data yet"),
        "measured": _("measured"),
        "simulated": _("simulated"),
        "stand-in": _("stand-in"),
        "seconds": pgettext("span of time", "{n} s"),
        "minutes": pgettext("span of time", "{n} min"),
        "hours": pgettext("span of time", "{n} h"),
        "days": pgettext("span of time", "{n} d"),
        "years": pgettext("span of time", "{n} yr"),
        "ago": _("{age} ago"),
        "since": _("since {time}"),
        "lost": _("Connection lost at {time}, trying again"),
        "flag_range": _("outside {low} to {high}"),
        "flag_above": _("above {high}"),
        "flag_below": _("below {low}"),
        "flag_rate": _("changes too fast"),
        "flag_flat": _("does not change"),
    }


def offline_messages() -> Messages:
    """What the outbox of the device says, on every page of staff."""
    return {
        "yes": _("yes"),
        "no": _("no"),
        "kept": _("Kept on this device. It is sent as soon as there is a connection."),
        "kept_log_in": _("Kept on this device. Log in again, and it is sent."),
        "needs_log_in": _("Waits until you have logged in again."),
        "tried": _("Tried {n} times, again at {time}."),
        "files": _("{n} file(s), {size}"),
        "too_large": _("The attached files are too large: {size} can be sent at once."),
        "device_full": _(
            "The storage of this device is full: nothing was kept. Make room, or leave out the photo, and try again."
        ),
        "not_kept": _("This could not be kept on the device. Leave the page open and try again."),
        "refused_unsaid": _("The server did not accept this."),
        "wiped": _("This phone was revoked. What lay on it was removed; ask your administrator."),
        "log_in_first": _("Log in once while there is a connection. Then this form also works without."),
        "no_connection": _("The server was not reached. Try again when there is a connection."),
        "new_version": _("A new version is here."),
        "reload": _("Reload"),
        "discard_title": _("Discard this entry?"),
        "discard_text": _(
            "“{title}” of {time} is removed from this device and cannot be brought back. "
            "If the server has received it already, it stays there."
        ),
        "discard_yes": _("Discard"),
        "log_out_title": _("Log out and lose what is not sent?"),
        "log_out_text": _(
            "{n} entries on this device have not been sent. Logging out removes them for good. "
            "Send them first if you still need them."
        ),
        "log_out": _("Log out and remove entries"),
        "log_out_away": _("Everything that jcoc keeps on this device is removed."),
        "logged_out_away": _(
            "Nothing of yours lies on this device any more. "
            "Your session ends as soon as this device reaches the server again."
        ),
        "log_out_yes": _("Log out and remove them"),
    }
