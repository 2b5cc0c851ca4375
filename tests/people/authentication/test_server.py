"""Log-in against a running server: many at once, streams that end, the provider in a browser, the commands."""

from __future__ import annotations

import http.client
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from identity_provider import identity_provider
from support import Centre, free_port, log_in, set_up, until

WRONG = "bukan kata sandinya"


@pytest.fixture(scope="module")
def accounts(centre: Centre) -> Centre:
    centre.add_account("login-admin", "administrator")
    centre.add_account("login-operator", "operator")
    return centre


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _post(url: str, path: str, form: dict[str, str], cookie: str = "") -> tuple[int, str]:
    """Send a form with a token of this test's own making, and do not follow."""
    token = "a" * 64
    headers = {"Cookie": f"csrftoken={token}; {cookie}", "Referer": url}
    data = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": token}).encode()
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(urllib.request.Request(f"{url}{path}", data, headers), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _get(url: str, path: str, cookie: str) -> int:
    request = urllib.request.Request(f"{url}{path}", headers={"Cookie": cookie, "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_fifty_bad_log_ins_at_once_are_refused_and_none_breaks(accounts: Centre) -> None:
    met: list[int] = []

    def send(number: int) -> None:
        form = {"username": f"nama-{number % 25}", "password": WRONG}
        met.append(_post(accounts.url, "/login/", form)[0])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(met) == 50
    assert set(met) <= {422, 429}
    assert met.count(422) >= 40
    done = accounts.jcoc("people", "unlock", "--address", "127.0.0.1")
    assert done.returncode == 0, done.stderr
    assert log_in(accounts.url, "login-operator")


def test_an_ended_session_is_refused_and_its_live_stream_ends(accounts: Centre) -> None:
    here, there = (log_in(accounts.url, "login-operator") for _number in range(2))
    stream = http.client.HTTPConnection("127.0.0.1", accounts.port, timeout=20)
    stream.request("GET", "/live", headers={"Cookie": there})
    answer = stream.getresponse()
    assert answer.status == 200
    answer.readline()
    status, _text = _post(accounts.url, "/sessions/", {"action": "others"}, here)
    assert status == 302
    until(lambda: not answer.readline(), what="the end of the stream")
    stream.close()
    assert _get(accounts.url, "/security/", there) == 401
    assert _get(accounts.url, "/security/", here) == 200


def test_a_code_from_the_command_line_lets_in_once(accounts: Centre) -> None:
    done = accounts.jcoc("people", "code", "login-operator")
    assert done.returncode == 0, done.stderr
    code = re.search(r"Code: (\d{8})\n", done.stdout)
    link = re.search(r"Link: \S+(/enter/\S+)\n", done.stdout)
    assert code
    assert link
    form = {"username": "login-operator", "code": code[1]}
    assert _post(accounts.url, "/enter/", form)[0] == 302
    assert _post(accounts.url, "/enter/", form)[0] == 422
    assert _post(accounts.url, link[1], {})[0] == 410
    for arguments in (("code", "siapa"), ("unlock", "siapa"), ("unlock", "--address", "rumah")):
        assert accounts.jcoc("people", *arguments).returncode == 1
    assert accounts.jcoc("people", "unlock").returncode == 2


def test_of_many_who_send_one_link_at_once_one_gets_in(accounts: Centre) -> None:
    done = accounts.jcoc("people", "code", "login-operator")
    path = re.search(r"Link: \S+(/enter/\S+)\n", done.stdout)
    assert path
    met: list[int] = []

    def send() -> None:
        met.append(_post(accounts.url, path[1], {})[0])

    threads = [threading.Thread(target=send) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(met) == [302] + [410] * 11


@pytest.fixture(scope="module")
def with_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A server that knows an identity provider; its client secret comes from a file."""
    folder: Path = tmp_path_factory.mktemp("oidc")
    secret = folder / "secret"
    secret.write_text("rahasia\n")
    port = free_port()
    with identity_provider() as issuer:
        environment = {
            "JCOC_PUBLIC_URL": f"http://127.0.0.1:{port}", "JCOC_OIDC_ISSUER": issuer, "JCOC_OIDC_NAME": "Jambi ID",
            "JCOC_OIDC_CLIENT_ID": "jcoc", "JCOC_OIDC_CLIENT_SECRET_FILE": str(secret),
        }  # fmt: skip
        with Centre(set_up(folder / "data"), ("--port", str(port)), environment).started() as running:
            yield running


@pytest.mark.browser
def test_log_in_by_the_citys_identity_in_a_browser(with_provider: Centre, chromium: Any) -> None:
    centre = with_provider
    centre.add_account("login-admin", "administrator")
    centre.add_account("login-operator", "operator")
    admin = log_in(centre.url, "login-admin")
    context = chromium.new_context(locale="id-ID")
    page = context.new_page()
    violations: list[str] = []
    page.on(
        "console",
        lambda message: violations.append(message.text) if "Content Security" in message.text else None,
    )

    def enter() -> None:
        page.goto(f"{centre.url}/login/?next=/security/")
        page.get_by_role("button", name="Masuk dengan Jambi ID").click()
        page.wait_for_url("**/oauth2/authorize**")
        page.locator("input[name=sub]").fill("pegawai-17")
        page.locator("button, input[type=submit]").filter(
            has_text=re.compile("authorize|allow", re.I)
        ).first.click()
        page.wait_for_url(f"{centre.url}/**")

    enter()
    page.get_by_role("heading", name="Belum ada akun untuk Anda di sini").wait_for()
    assert page.locator("code").inner_text() == "pegawai-17"
    number = 2  # the second account of this data folder
    form = {"action": "identity", "uid": "pegawai-17"}
    assert _post(centre.url, f"/accounts/{number}/security/", form, admin)[0] == 302
    enter()
    page.wait_for_url("**/security/")
    assert page.get_by_text("login-operator").count()
    assert violations == []
    context.close()


def test_a_provider_over_plain_http_is_refused(tmp_path: Path) -> None:
    centre = Centre(tmp_path, environment={"JCOC_OIDC_ISSUER": "http://id.example.go.id"})
    with pytest.raises(AssertionError, match="JCOC_OIDC_ISSUER must begin with https://"):
        centre.start()
    centre.kill_group()


def test_a_provider_without_its_secret_is_refused(tmp_path: Path) -> None:
    centre = Centre(tmp_path, environment={"JCOC_OIDC_ISSUER": "https://id.example.go.id"})
    with pytest.raises(AssertionError, match="Set JCOC_OIDC_CLIENT_ID"):
        centre.start()
    centre.kill_group()
