"""Makes docs/screenshots from a fresh demonstration city: `make screenshots`.

Needs Chromium. What the pictures show is simulated and says so.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
#: name, path, width, height, account
SHOTS = [
    ("wall", "/wall/", 1920, 1080, "operator"),
    ("wall-phone", "/wall/", 360, 740, "operator"),
    ("sensor", "/sensors/{river}/", 1366, 900, "operator"),
    ("leader", "/leader/", 1920, 1080, "pimpinan"),
    ("indicator", "/indicators/air-pm25-mean/", 1366, 900, ""),
    ("home-phone", "/", 360, 740, ""),
]
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-gpu", "--enable-unsafe-swiftshader",
]  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def log_in(page: Page, base: str, username: str, password: str) -> None:
    page.goto(f"{base}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def computed(page: Page, base: str) -> None:
    """Wait until the demonstration's indicators have their values."""
    for _ in range(120):
        answer = page.request.get(f"{base}/indicators/air-pm25-mean.json")
        if answer.ok and len(answer.json()["values"]) > 100:
            return
        page.wait_for_timeout(1000)
    raise TimeoutError("The demonstration computed no indicator within two minutes.")


def main() -> int:
    chromium = which("chromium") or which("google-chrome")
    if not chromium:
        print("Chromium is not installed: sudo apt-get install chromium", file=sys.stderr)
        return 1
    OUT.mkdir(exist_ok=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="jcoc-shots-") as data:
        demo = subprocess.Popen(
            [Path(sys.executable).with_name("jcoc"), "demo", "run", "--port", str(port)],
            env=os.environ | {"JCOC_DATA": data, "JCOC_TOTP_ROLES": "none"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert demo.stdout
            for line in demo.stdout:
                if "╰" in line:
                    break
            passwords = json.loads(Path(data, "demo.json").read_text())["passwords"]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                for name, path, width, height, account in SHOTS:
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, locale="id-ID", reduced_motion="reduce"
                    )
                    page = context.new_page()
                    if account:
                        log_in(page, base, account, passwords[account])
                    if name in ("leader", "indicator"):
                        computed(page, base)
                    page.goto(base + path.format(river=river(page, base) if "{" in path else ""))
                    page.wait_for_load_state("networkidle" if path == "/" else "load")
                    if path == "/wall/":
                        page.wait_for_selector("[data-map-ready]", timeout=60_000)
                    if "canvas" in page.content() or "sensors" in path:
                        page.wait_for_selector("canvas", timeout=30_000)
                    page.screenshot(path=OUT / f"{name}.png")
                    print(f"docs/screenshots/{name}.png")
                    context.close()
                browser.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)
    return 0


def river(page: Page, base: str) -> str:
    """The code of a river gauge of the demonstration."""
    state = page.evaluate("base => fetch(base + '/wall/state.json').then(answer => answer.json())", base)
    sensors = state["sensors"]
    return next(
        code
        for code, what in zip(sensors["code"], sensors["property"], strict=True)
        if what.startswith("Tinggi muka air")
    )


if __name__ == "__main__":
    sys.exit(main())
