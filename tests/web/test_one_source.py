"""What Python and the scripts both know stands in one place, or is held equal here."""

import re

from django.utils import translation

from jcoc.indicators.dimensions import DIMENSIONS
from jcoc.telemetry.quality import Flag
from jcoc.telemetry.states import ASKS_FOR_A_LOOK, State
from jcoc.web import dimensions
from jcoc.web.icons import ICONS, SHAPES
from support import ROOT

STATES = (ROOT / "src/jcoc/web/frontend/src/core/states.ts").read_text()


def test_each_state_has_a_shape_of_its_own() -> None:
    assert SHAPES.keys() == set(State)
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_the_scripts_read_flags_by_the_same_numbers() -> None:
    flags = re.search(r"export const Flag = {(.*?)}", STATES)
    assert flags
    assert {n: int(v) for n, v in re.findall(r"(\w+): (\d+)", flags[1])} == {f.name: f.value for f in Flag}
    look = re.search(r"export const LOOK = (.*);", STATES)
    assert look
    assert sum(Flag[name] for name in re.findall(r"Flag\.(\w+)", look[1])) == ASKS_FOR_A_LOOK


def test_a_dimension_has_its_name_and_its_icon() -> None:
    for language, name in (("id", "name_id"), ("en", "name_en")):
        with translation.override(language):
            assert [dimensions.word(d.code) for d in DIMENSIONS] == [getattr(d, name) for d in DIMENSIONS]
    assert list(dimensions.names) == [d.code for d in DIMENSIONS]
    assert dimensions.names.keys() <= ICONS.keys()
    assert dimensions.word("luck") == "luck"
