"""What axe finds on a page in the browser, and whether the page fits its screen."""

from __future__ import annotations

from typing import Any

from support import ROOT

AXE = ROOT / "src/jcoc/web/frontend/node_modules/axe-core/axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: What fades in or out is brought to its end first: halfway it has no contrast that anybody would read by.
#: axe tells of every element that it looked at, too, which takes longer to bring over than to find.
VIOLATIONS = """async rules => {
  for (const each of document.getAnimations()) if (isFinite(each.effect.getComputedTiming().endTime)) each.finish();
  return (await axe.run(document, rules)).violations;
}"""


def faults(page: Any) -> list[str]:
    """Sentences; none for a page that is as it should be."""
    page.evaluate(AXE.read_text())
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in page.evaluate(VIOLATIONS, RULES)
        for node in violation["nodes"]
    ] + too_wide(page)


def too_wide(page: Any) -> list[str]:
    width, size = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size["width"]
    return [f"{page.url}: {width} px wide on a screen of {size} px"] if width > size else []
