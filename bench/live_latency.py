"""From a reading to the frame: 1,000 live clients while 2,000 readings a second come in.

The server is a real `jcoc serve`; the clients and the sender are a second process on the same machine, which also
takes the time: from just before a request is written until the frame that holds its reading was received, once for
every client.
"""

from __future__ import annotations

import sys

from _server import PREPARE_SESSION, json_option, live_load, report, serving

CLIENTS, RATE, STREAMS, SECONDS = 1000, 2000, 600, 20


def main() -> int:
    path = json_option(__doc__)
    with serving(STREAMS, PREPARE_SESSION) as server:
        measured = live_load(server, clients=CLIENTS, rate=RATE, streams=STREAMS, seconds=SECONDS)
        memory = server.memory_mb()
    rows = [
        {
            "what": f"reading in → frame at {CLIENTS:,} live clients, {RATE:,} readings/s: 99th percentile",
            "measured": f"{measured['p99_ms']:.0f}",
            "unit": "ms",
            "to_reach": "300",
        },
        {
            "what": "the same, median",
            "measured": f"{measured['p50_ms']:.0f}",
            "unit": "ms",
            "to_reach": "–",
        },
        {
            "what": "frames a second to each client",
            "measured": f"{measured['frames_per_second']:.1f}",
            "unit": "frames/s",
            "to_reach": "at most 10",
        },
        {
            "what": "readings a second that were sent and acknowledged",
            "measured": f"{measured['readings_per_second']:,.0f}",
            "unit": "readings/s",
            "to_reach": f"{RATE:,}",
        },
        {
            "what": "clients dropped",
            "measured": f"{measured['dropped']}",
            "unit": "clients",
            "to_reach": "0",
        },
        {
            "what": "largest resident size of the server",
            "measured": f"{memory:,.0f}",
            "unit": "MB",
            "to_reach": "2,000",
        },
    ]
    report(
        {
            "title": "From a reading to the frame of a live stream",
            "rows": rows,
            "notes": [
                "Clients and sender ran on the same cores as the server, and their own delays are included."
            ],
        },
        path,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
