"""Hands for the tests of pilots: a batch opened, units that apply, streets that recommend, an office that assesses."""

from datetime import date
from typing import Any

from jiangtai.access import acting_as
from jiangtai.domains.reform.actions import pilots as actions
from jiangtai.domains.reform.models import Pilot, PilotBatch, PilotType
from jiangtai.domains.reform.rules.pilots import Kind
from jiangtai.flows import Case, engine, rankings

from .following import second
from .working import MONDAY, Work

TOLD = {"ground": "有基础", "scheme": "分步推进", "promise": "书记牵头", "project": "", "measure": ""}
WHOLE = Kind("全面试点", 1, ["enterprise"], False)
PROJECT = Kind("项目试点", 1, [], True)


class Piloting:
    """What each one does, in the words of the test."""

    def __init__(self, work: Work) -> None:
        self.work, self.office = work, work.office
        self.clerk = self.office.person("group_office")
        self.leader = self.office.person("leader")

    def at(self, who: Any, act: Any) -> Any:
        with acting_as(who):
            return act()

    def opened(self, *kinds: Kind, title: str = "首批试点") -> PilotBatch:
        call = actions.Call(title, 2026, MONDAY, date(2026, 3, 31), date(2027, 12, 31))
        return self.at(self.clerk, lambda: actions.open_batch(actions.prepare(call, kinds or (WHOLE, PROJECT))))

    def kind(self, batch: PilotBatch, name: str = "全面试点") -> PilotType:
        return PilotType.objects.select_related("round", "batch").get(batch=batch, name=name)

    def applies(self, kind: PilotType, unit: str, role: str = "enterprise_hr", **told: str) -> Case:
        who = self.office.person(role, unit)

        def act() -> Case:
            case = actions.apply(kind)
            way = next(iter(engine.offered(case, engine.step_of(case))))
            engine.decide(self.seat(case), way, data={**TOLD, **told})
            return case

        return self.at(who, act)

    def recommends(self, case: Case, unit: str, way: str = "assess", role: str = "union_officer") -> None:
        who = self.office.person(role, unit)
        said = {"data": {"said": "同意推荐"}} if way in ("assess", "recommend") else {"opinion": "材料不全"}
        self.at(who, lambda: engine.decide(self.seat(case), way, **said))

    def assesses(self, case: Case, *marks: int) -> None:
        data = {**dict(zip(("ground", "scheme", "example"), marks, strict=True)), "said": "可行"}
        self.at(self.clerk, lambda: engine.decide(self.seat(case), "countersign", data=data))
        self.at(second(self.office), lambda: engine.decide(self.seat(case), "rank"))

    def ranks(self, kind: PilotType) -> tuple[int, int]:
        return self.at(self.clerk, lambda: rankings.settle(kind.round))

    def confirms(self, batch: PilotBatch) -> int:
        return self.at(self.leader, lambda: actions.confirm_all(batch, "同意"))

    def named(self, unit: str = "甲厂", title: str = "首批试点") -> Pilot:
        """A pilot, all the way."""
        self.office.person("union_officer", "甲街")
        batch = self.opened(title=title)
        kind = self.kind(batch)
        case = self.applies(kind, unit)
        self.recommends(case, "甲街")
        self.assesses(case, 25, 35, 25)
        self.ranks(kind)
        self.confirms(batch)
        return Pilot.unscoped.select_related("batch", "type", "unit").get(unit=self.office.units[unit])

    def seat(self, case: Case) -> Any:
        return case.seats.get(state="open").pk

    def step(self, case: Case) -> str:
        return Case.unscoped.get(pk=case.pk).step
