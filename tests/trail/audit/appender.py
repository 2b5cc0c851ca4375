"""A process that writes rows with their entries until it is killed, and says each that is on disk."""

import sys

import django

django.setup()

from jcoc.people.models import KioskLink  # noqa: E402
from jcoc.trail.audit.recording import create_many, writing  # noqa: E402

print("ready", flush=True)
number = 0
while True:
    number += 1
    with writing("test.crash", note="sebab"):
        create_many(KioskLink, [KioskLink(name="x", digest=f"{sys.argv[1]}-{number}-{i}") for i in range(3)])
    print(number, flush=True)
