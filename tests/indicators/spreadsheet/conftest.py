from __future__ import annotations

import pytest
from django.utils import timezone

from indicators.spreadsheet.handing_in import entered
from jcoc.city.facts import KOTA_JAMBI, read_city
from jcoc.city.services import load_city
from jcoc.indicators.models import Indicator as Kept
from jcoc.indicators.services.declaring import declare


@pytest.fixture
def waste(db: None) -> Kept:
    load_city(read_city(KOTA_JAMBI))
    declare("pengangkutan", [entered("sampah")], today=timezone.localdate())
    declare("lain", [entered("lain")], today=timezone.localdate())
    return Kept.objects.get(code="sampah")
