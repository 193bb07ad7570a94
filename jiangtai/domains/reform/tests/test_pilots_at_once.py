"""Of two who take the last place of a quota at the same moment one has it, and what is confirmed twice is so once."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai.access import Unit, acting_as, acting_as_job
from jiangtai.domains.reform.actions import pilots as actions
from jiangtai.domains.reform.models import Pilot
from jiangtai.domains.reform.rules.pilots import Kind
from jiangtai.kernel import new_id
from tests.office import Office, at_once

CALL = actions.Call("两家一个名额", 2026, date(2026, 1, 1), date(2026, 12, 31), None)


def test_the_last_place_is_taken_once(twin: Office) -> None:
    with acting_as(twin.person("group_office")):
        kind = actions.prepare(CALL, [Kind("全面试点", 1, [], False)]).types.get()

    def takes(unit: Unit) -> Any:
        with acting_as_job("测试"), transaction.atomic():
            return actions._keep(kind, unit, "", pk=new_id())

    found = at_once(*(lambda unit=twin.units[one]: takes(unit) for one in ("甲厂", "乙厂")))
    assert sum(isinstance(one, Pilot) for one in found) == 1, found
    assert sum(isinstance(one, ValidationError) for one in found) == 1, found


def test_one_unit_is_a_pilot_once(twin: Office) -> None:
    with acting_as(twin.person("group_office")):
        call = actions.Call("两类各一个", 2026, date(2026, 1, 1), date(2026, 12, 31), None)
        kinds = list(actions.prepare(call, [Kind(name, 1, [], False) for name in ("甲类", "乙类")]).types.all())

    def takes(kind: Any) -> Any:
        with acting_as_job("测试"), transaction.atomic():
            return actions._keep(kind, twin.units["乙街"], "", pk=new_id())

    found = at_once(*(lambda kind=kind: takes(kind) for kind in kinds))
    assert sum(isinstance(one, Pilot) for one in found) == 1, found
    assert sum(isinstance(one, ValidationError) for one in found) == 1, found
