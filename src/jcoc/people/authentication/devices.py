"""What a browser says of itself, in words that its owner recognises. Pure."""

from __future__ import annotations

#: The first that is found names it: browsers carry the names of those before them.
_BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("UCBrowser/", "UC Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_in_words(user_agent: str) -> str:
    """A User-Agent header as ``Firefox · Android``; empty where it names nothing known."""
    found = [
        next((word for mark, word in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found))
