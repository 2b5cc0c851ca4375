"""One reading a request, acknowledged = on disk: what a device that posts each reading by itself gets.

The server is a real `jcoc serve` with everything on; the load generator is a second process on the same machine. In
the same run the same generator meets a bare callable that keeps nothing: the most that HTTP allows here.
"""

from __future__ import annotations

import sys

from _server import bare, json_option, load, report, serving

STREAMS, SECONDS = 10_240, 10


def main() -> int:
    path = json_option(__doc__)
    rows = []
    most: dict[int, float] = {}
    with bare() as server:
        for connections in (32, 256):
            answered = load(server, connections=connections, streams=STREAMS, seconds=5)
            most[connections] = answered["requests_per_second"]
    with serving(STREAMS) as server:
        for day, (connections, to_reach) in enumerate(((32, "4,000"), (256, "10,000"))):
            served = load(server, connections=connections, streams=STREAMS, seconds=SECONDS, day=day)
            rows += [
                {
                    "what": f"POST /ingest, one reading a request, {connections} connections",
                    "measured": f"{served['requests_per_second']:,.0f}",
                    "unit": "requests/s",
                    "to_reach": to_reach,
                },
                {
                    "what": f"a request over {connections} connections, median / 99th percentile",
                    "measured": f"{served['p50_ms']:.1f} / {served['p99_ms']:.1f}",
                    "unit": "ms",
                    "to_reach": "–",
                },
                {
                    "what": f"a bare callable that keeps nothing, {connections} connections",
                    "measured": f"{most[connections]:,.0f}",
                    "unit": "requests/s",
                    "to_reach": "–",
                },
                {
                    "what": f"share of the bare callable, {connections} connections",
                    "measured": f"{100 * served['requests_per_second'] / most[connections]:.0f}",
                    "unit": "%",
                    "to_reach": "–",
                },
            ]
    report(
        {
            "title": "One reading a request over HTTP, acknowledged = on disk",
            "rows": rows,
            "notes": ["The load generator ran on the same cores as the server."],
        },
        path,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
