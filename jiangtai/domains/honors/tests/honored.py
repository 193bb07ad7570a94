"""People who were named, in as few lines as a test can spare: titles, holders, awards, certificates."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jiangtai import credentials, ledger, people
from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.honors import actions
from jiangtai.domains.honors.facts import AwardDue, HonorGranted
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.kernel import clock, new_id
from jiangtai.ledger import Cause, FactId, PersonId, UnitId
from jiangtai.people.tests import invented
from tests.office import Office

TODAY = date(2026, 11, 20)


@dataclass
class Honored:
    """A district with titles, and hands that name people."""

    office: Office
    titles: dict[str, HonorTitle] = field(default_factory=dict)

    def title(
        self, name: str = "测试区工匠", kind: str = "craftsman", tier: str = "district", **more: Any
    ) -> HonorTitle:
        """A title of the catalogue."""
        if name not in self.titles:
            values = {"issuer": "区委、区政府", "basis": "评选办法", "years": 5, "benefits": ["公园免票"], **more}
            self.titles[name] = HonorTitle.objects.create(name=name, kind=kind, tier=tier, **values)
        return self.titles[name]

    def worker(self, name: str = "程远", at: str = "甲厂", **details: Any) -> Any:
        """Somebody who works at a firm."""
        with acting_as_job("测试"):
            return invented.worker(self.office.units[at], name, occupation="焊工", **details)

    def name(
        self,
        person: Any,
        title: HonorTitle | None = None,
        *,
        at: str = "甲厂",
        on: date | None = None,
        until: date | None = date(2031, 11, 19),
        award: int = 0,
    ) -> FactId:
        """A title is given, with its certificate, and an award where there is one."""
        title, unit, day = title or self.title(), self.office.units[at], on or clock.today()
        granted = HonorGranted(
            person=PersonId(person.pk), title=str(title.pk), name=title.name, tier=title.tier_of,
            document="测试委发〔2026〕8号", unit=UnitId(unit.pk), until=until, on=day,
        )  # fmt: skip
        with acting_as_job("测试"):
            fact = ledger.append(granted, cause=Cause.imported(new_id()))
            credentials.issue(
                actions.HONOR, subject=person.pk, holder=people.names_in_case([person.pk])[person.pk],
                title=title.name, issuer=title.issuer, issued_on=day, valid_until=until,
                claims={"benefits": title.benefits}, unit=unit, cause=fact,
            )  # fmt: skip
            if award:
                due = AwardDue(
                    person=PersonId(person.pk), honor=fact, amount=Decimal(award), unit=UnitId(unit.pk), on=day
                )
                ledger.append(due, cause=Cause.act("测试", fact))
        return fact

    def named(self, name: str = "程远", at: str = "甲厂", **how: Any) -> tuple[Any, FactId]:
        """Somebody new is named."""
        person = self.worker(name, at)
        return person, self.name(person, at=at, **how)

    def clerk(self, unit: str = "区") -> Any:
        """Act as the union's officer."""
        return acting_as(self.office.person("union_officer", unit))
