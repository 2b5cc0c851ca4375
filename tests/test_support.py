"""What is absent is skipped at a desk and fails in CI."""

import pytest

from support import missing_program, shared_data


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_in_ci_nothing_may_be_absent(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"nothing/of/that\.name"):
        shared_data("nothing", "of", "that.name")
    with pytest.raises(outcome, match="apt-get install perpetuum"):
        missing_program("perpetuum")
