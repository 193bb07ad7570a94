"""Two who act on one plan at the same moment."""

from typing import Any

from jiangtai import ledger
from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.reform.actions import plans
from jiangtai.domains.reform.facts import PlanConfirmed
from jiangtai.domains.reform.models import Plan, Task
from tests.office import at_once

from . import district


def test_two_who_confirm_at_once_confirm_it_once(twin):
    if "区总工会" not in twin.units:
        district.settle(twin)
    plan = district.settled(twin)

    def act() -> Any:
        with acting_as(twin.person("group_office")):
            return plans.confirm(plan)

    told = at_once(act, act)
    assert sum(isinstance(one, Plan) for one in told) == 1, told
    assert Task.unscoped.filter(measure__plan=plan).count() == 6
    with acting_as_job("测试"):
        facts = [row for row in ledger.every(PlanConfirmed).current() if row.fact.plan == plan.pk]
    assert len(facts) == 1
