"""The sentences that the wall's script says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jcoc.web.messages import Messages, common_messages


def wall_messages() -> Messages:
    return common_messages() | {
        "data_age": _("Data {age} ago"),
        "data_now": _("Data just now"),
        "data_stale": _("No new data for {age}"),
        "data_none": _("No data yet"),
        "connecting": _("Connecting"),
        "logged_out": _("This session has ended. Log in again."),
        "sensors": _("{n} sensors"),
        "sensor": _("{n} sensor"),
        "no_sensors": _("No sensors yet"),
        "no_data": _("No data yet"),
        "calm": _("All sensors report within their limits"),
        "nothing_yet": _("Nothing has been received yet"),
        "more": _("{n} more"),
        "no_reading": _("no data comes"),
        "search_none": _("No sensor is called that"),
        "search_found": _("{n} found"),
        "search_more": _("{n} more; type further to narrow it down"),
        "open_page": _("Open its page"),
        "close": _("Close"),
        "map_failed": _(
            "The map needs WebGL, which this browser does not offer. All readings stand in the lists."
        ),
        "map_empty": _("The city's boundaries have not been imported yet"),
        "announce_check": _("To check: {names}"),
        "announce_silent": _("Silent: {names}"),
        "announce_normal": _("Normal again: {names}"),
        "announce_more": _("{names} and {n} more"),
        "of_n": _("of {n}"),
        "all_report": _("every sensor is within its time"),
        "map_title": _("City map; the arrow keys move it, plus and minus zoom it"),
        "gesture_touch": _("Move the map with two fingers"),
        "gesture_mac": _("Use ⌘ + scroll to zoom the map"),
        "gesture_windows": _("Use Ctrl + scroll to zoom the map"),
        "simulated_data": _("Simulated data"),
        "stand_in_data": _("Stand-in data"),
        "simulated_and_stand_in": _("Simulated and stand-in data"),
    }
