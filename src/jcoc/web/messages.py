"""The sentences that the browser's scripts say, translated here and handed over with the page.

{n}, {age}, {time} and the like are filled in by the script. A pair is (one, several).
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Messages = dict[str, str]


def _common() -> Messages:
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
        "flag_range": _("outside {low} to {high}"),
        "flag_above": _("above {high}"),
        "flag_below": _("below {low}"),
        "flag_rate": _("changes too fast"),
        "flag_flat": _("does not change"),
    }


def wall_messages() -> Messages:
    return _common() | {
        "data_age": _("Data {age} ago"),
        "data_now": _("Data just now"),
        "data_stale": _("No new data for {age}"),
        "data_none": _("No data yet"),
        "connecting": _("Connecting"),
        "lost": _("Connection lost at {time}, trying again"),
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
        "today": _("{n} today"),
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


def sensor_messages() -> Messages:
    return _common() | {
        "average": _("average"),
        "lowest": _("lowest"),
        "highest": _("highest"),
        "readings": _("readings"),
        "reading": _("reading"),
        "flagged": _("flagged"),
        "time": _("Time (WIB)"),
        "limit_low": _("lower limit"),
        "limit_high": _("upper limit"),
        "bucket_raw": _("Every reading as it came in"),
        "bucket_minute": _("Average a minute, band from lowest to highest"),
        "bucket_hour": _("Average an hour, band from lowest to highest"),
        "bucket_day": _("Average a day, band from lowest to highest"),
        "none_in_span": _("No readings in this span of time"),
        "failed": _("The readings could not be fetched. {reason}"),
        "summary": _("{count} readings, lowest {min}, average {avg}, highest {max}"),
        "rows_more": _("The table shows the last {n} of {all} rows; the download has all."),
    }
