import pytest

from jcoc.people.authentication.devices import device_in_words

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
AGENTS = [
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/130.0.0.0", "Edge · Windows"),
    (f"Mozilla/5.0 (Linux; Android 14; SM-A055F) {CHROME} Mobile Safari/537.36", "Chrome · Android"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.0 Mobile/15E148 Safari/604.1",
        "Safari · iPhone",
    ),
    (
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 "
        "Chrome/122.0.0.0 Mobile Safari/537.36",
        "Samsung Internet · Android",
    ),
    ("curl/8.5.0", ""),
    ("", ""),
]


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words
