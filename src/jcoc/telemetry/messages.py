"""The sentences that the script of a sensor's page says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jcoc.web.messages import Messages, common_messages


def sensor_messages() -> Messages:
    return common_messages() | {
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
        "span_rolling": _("24 hours until {time}"),
        "none_in_span": _("No readings in this span of time"),
        "failed": _("The readings could not be fetched. {reason}"),
        "summary": _("{count} readings, lowest {min}, average {avg}, highest {max}"),
        "rows_more": _("The table shows the last {n} of {all} rows; the download has all."),
    }
