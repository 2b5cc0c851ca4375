"""One reading a request, acknowledged = on disk: what a device that posts each reading by itself gets.

The server is a real `jcoc serve` with everything on; the load generator is a second process on the same machine.
"""

from __future__ import annotations

import sys

from _server import json_option, load, report, serving

STREAMS, SECONDS = 10_240, 10


def main() -> int:
    path = json_option(__doc__)
    rows = []
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
