"""Entry points are read; what cannot be is a fault that names file, line and mend."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

from contract.packages import Package
from jcoc.contract.discovery import GROUP, discover, installed


def _entry(code: str, value: str = "") -> EntryPoint:
    return EntryPoint(code, value or f"{code}.programme:PROGRAMME", GROUP)


def test_an_installed_package_is_found_with_its_distribution(site: Path) -> None:
    Package("market_d").write(site)
    [found] = [each for each in discover(installed())[0] if each.code == "market_d"]
    assert (found.package, found.folder, found.distribution, found.version) == (
        "market_d",
        site / "market_d",
        "city-market-d",
        "1.2",
    )


def test_a_declaration_that_cannot_be_run_is_named_with_its_line(site: Path) -> None:
    Package("broken_a", {"programme.py": "x = 1\nraise RuntimeError('no tea')\n"}).write(site)
    Package("broken_b", {"programme.py": "x = (\n"}).write(site)
    Package("broken_c", {"programme.py": "from broken_c import sums\n", "sums.py": "\n\n1 / 0\n"}).write(site)
    Package("broken_e", {"programme.py": "raise SystemExit\n"}).write(site)
    found, faults = discover(map(_entry, ("broken_a", "broken_b", "broken_c", "broken_e", "not_there")))
    assert found == []
    said = [str(fault) for fault in faults]
    assert said[0].startswith("broken_a: programme.py: Line 2 cannot be run: RuntimeError: no tea.")
    assert said[1].startswith("broken_b: programme.py: Line 1 cannot be run: SyntaxError")
    assert said[2].startswith("broken_c: sums.py: Line 3 cannot be run: ZeroDivisionError")
    assert said[3].startswith("broken_e: programme.py: Line 1 cannot be run: SystemExit")
    assert "not_there: programme.py: It cannot be imported: ModuleNotFoundError" in said[4]
    assert all(each.endswith("start the centre again.") for each in said)


def test_what_is_no_programme_and_a_code_that_is_not_the_name_are_faults(site: Path) -> None:
    Package("other_a", {"programme.py": "PROGRAMME = 3\n"}).write(site)
    Package("other_b", changes=(("programme.py", 'code="other_b"', 'code="market"'),)).write(site)
    Package("other_c", changes=(("programme.py", 'code="other_c"', 'code="Other C"'),)).write(site)
    Package("other_d").write(site)
    entries = [*map(_entry, ("other_a", "other_b", "other_c")), _entry("fair", "other_d.programme:PROGRAMME")]
    _found, faults = discover(entries)
    assert [fault.field for fault in faults] == ["PROGRAMME", "code", "code", "code"]
    assert "It is a int, not a Programme." in str(faults[0])
    assert "The code is market, the entry point other_b and the package other_b." in str(faults[1])
    assert "“Other C” cannot be a code." in str(faults[2])
    assert "the entry point fair" in str(faults[3])


def test_of_two_programmes_with_one_code_the_first_runs(site: Path) -> None:
    Package("twice_a").write(site)
    found, faults = discover([_entry("twice_a"), _entry("twice_a")])
    assert [each.code for each in found] == ["twice_a"]
    assert "brings a programme of this code already" in str(faults[0])
