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
