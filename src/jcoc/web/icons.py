"""One family of stroke icons (24 × 24, round ends) and the shapes of a sensor's state (16 × 16, filled)."""

import json
from pathlib import Path

ICONS = {
    "audit": "M6 3h12v18H6zM9 8h6M9 12h6M9 16h4",
    "governance": "M3 9l9-5 9 5M5 10v8M10 10v8M14 10v8M19 10v8M3 20h18",
    "branding": "M12 3l2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6L3.3 9.3l6.1-.7z",
    "economy": "M4 19V9M10 19V5M16 19v-7M21 19H3",
    "living": "M3 11l9-7 9 7M6 9.5V20h12V9.5M10 20v-5h4v5",
    "society": "M3 8l9-4 9 4-9 4zM7 10.5V16c2 2 8 2 10 0v-5.5M21 8v6",
    "environment": "M5 19c0-9 5-14 15-15 0 10-5 15-13 14M5 21c1-5 4-8 8-10",
    "sensor": (
        "M12 13a1.5 1.5 0 100-3 1.5 1.5 0 000 3M12 13v8M8 15.5a5.5 5.5 0 010-8M16 7.5a5.5 5.5 0 010 8"
        "M5.2 18.3a9.5 9.5 0 010-13.6M18.8 4.7a9.5 9.5 0 010 13.6"
    ),
    "overview": "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
    "trend": "M3 17l6-6 4 4 8-8M15 7h6v6",
    "wall": "M3 5h18v11H3zM9 20h6M12 16v4",
    "map": "M9 4L3 6.5v13L9 17l6 3 6-2.5v-13L15 7zM9 4v13M15 7v13",
    "device": "M6 6h12v12H6zM9 9h6v6H9zM9 3v3M15 3v3M9 18v3M15 18v3M3 9h3M3 15h3M18 9h3M18 15h3",
    "feed": "M3 12h11M10 8l4 4-4 4M14 4h6v16h-6",
    "account": "M4 20c2-6 4-6 8-6s6 0 8 6M12 11a4 4 0 100-8 4 4 0 000 8",
    "residents": (
        "M3 20c1.5-5.5 3-5.5 6-5.5s4.5 0 6 5.5M9 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7M16 4.8a3.3 3.3 0 010 6.4"
        "M17.5 14.6c2 .3 2.8 1.6 3.7 5.4"
    ),
    "logout": "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
    "search": "M11 18a7 7 0 100-14 7 7 0 000 14M16 16l5 5",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "download": "M12 4v11M7 11l5 5 5-5M4 20h16",
    "link": "M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1",
    "plus": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6L6 18",
    "tasks": "M9 6h11M9 12h11M9 18h11M3.5 6l1 1 2-2M3.5 12l1 1 2-2M4 18h1.5",
    "check": "M5 13l4 4L19 7",
    "warning": "M12 4l9 16H3zM12 10v4M12 17v.3",
    "info": "M12 21a9 9 0 100-18 9 9 0 000 18M12 11v5M12 8v.3",
    "outbox": "M4 14v6h16v-6M12 15V4M8 8l4-4 4 4",
    "phone": "M7 3h10v18H7zM11 18h2",
    "camera": "M4 8h4l2-3h4l2 3h4v12H4zM12 17a3.5 3.5 0 100-7 3.5 3.5 0 000 7",
    "clock": "M12 21a9 9 0 100-18 9 9 0 000 18M12 7v5l3 2",
    "broken": "M4 4l16 16M8.5 8.6A6 6 0 006 13M15.6 15.4A6 6 0 0018 13c0-1.6-.6-3-1.6-4M12 18v.3",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "school": "M4 20V9l8-4 8 4v11M4 20h16M10 20v-5h4v5",
    "landfill": "M3 19h18M5 19l4-9 4 5 2-3 4 7M12 6c1-2 3-2 3-4",
    "flood_point": (
        "M3 12c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 17c2-2 4-2 6 0s4 2 6 0 4-2 6 0M12 3v5M9.5 5.5L12 8l2.5-2.5"
    ),
    "operation_centre": "M4 20V8h16v12M2 20h20M8 12h3v3H8zM13 12h3v3h-3zM12 8V3l4 1.5-4 1.5",
    "fullscreen": "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "down": "M6 9l6 6 6-6",
    "shield": "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2.2 2.2L15.5 10",
    "message": "M3 6h18v12H3zM3 7l9 7 9-7",
    "programme": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13v7M13 16.5h7",
    "key": "M8 16a4 4 0 100-8 4 4 0 000 8M12 12h9M18 12v4M15 12v3",
}

#: State of a sensor → the shape that says it without colour; the scripts read the same file.
SHAPES: dict[str, str] = json.loads(
    (Path(__file__).parent / "frontend" / "src" / "core" / "shapes.json").read_text()
)
