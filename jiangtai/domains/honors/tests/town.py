"""A town in which a selection can be held: its desks, its judges, its workers, and hands for every step."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai import people
from jiangtai.access import Account, acting_as, acting_as_job
from jiangtai.domains.honors.flow import GrantHonor
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.flows import Case, Round, engine, inbox, notices, rankings, rounds
from jiangtai.kernel import clock
from tests.office import Office

FILLED = {
    "trade": "焊工", "years_in_trade": "12", "deed": "攻克薄板焊接变形难题。", "met_on": "2026-03-01",
    "expected": "60", "attended": "50", "agreed": "48",
}  # fmt: skip
NAMED = {"document": "测试委发〔2026〕8号", "named_on": "2026-03-02"}
MONDAY = date(2026, 3, 2)
NAMES = ("程远", "䶮", "买买提·艾合买提江", "欧阳青山", "单", "查理华")


@dataclass
class Town:
    """The desks of a selection."""

    office: Office
    round: Round
    judges: list[Account]
    workers: list[Any] = field(default_factory=list)

    def act(self, who: str, seat: Any, outcome: str, **given: Any) -> Any:
        """Decide at a seat as the holder of a desk."""
        with acting_as(self.desk(who)):
            return engine.decide(seat.pk, outcome, **given)

    def desk(self, who: str) -> Account:
        """The account behind a desk: `role@unit`, or a judge by number."""
        if who.startswith("judge"):
            return self.judges[int(who[5:])]
        role, _, unit = who.partition("@")
        return self.office.person(role, unit or "区")

    def seat(self, case: Case, who: str = "") -> Any:
        """The seat that waits, for this desk where several do."""
        rows = case.seats.filter(state="open")
        if who:
            with acting_as(self.desk(who)) as acting:
                return inbox.waiting(acting).get(case=case)
        return rows.get()

    def nominate(self, worker: Any, unit: str = "甲厂", round: Round | None = None, **filled: Any) -> Case:
        """Open a case and submit it."""
        with acting_as(self.desk(f"enterprise_union@{unit}")):
            case = engine.open_case(GrantHonor.key, worker.pk, self.office.units[unit], round=round or self.round)
            engine.decide(case.seats.get().pk, "firm_notice", data={**FILLED, **filled})
        return self.fresh(case)

    def to(self, case: Case, step: str, marks: tuple[int, ...] = (90, 91, 92, 93, 94)) -> Case:
        """Let a case go its straight way until it is at a step."""
        while (case := self.fresh(case)).step != step:
            assert case.state == Case.State.OPEN, f"ended at {case.step}"
            STRAIGHT[case.step](self, case, marks)
        return case

    def fresh(self, case: Case) -> Case:
        """The case as it stands."""
        return Case.unscoped.select_related("unit", "round").get(pk=case.pk)


def _firm_notice(town: Town, case: Case, marks: Any) -> None:
    _show(town, f"enterprise_union@{_firm(town, case)}", case)


def _verify(town: Town, case: Case, marks: Any) -> None:
    town.act(f"union_officer@{_street(town, case)}", town.seat(case), "examine")


def _examine(town: Town, case: Case, marks: Any) -> None:
    town.act("union_officer@区", town.seat(case), "joint")


def _joint(town: Town, case: Case, marks: Any) -> None:
    for seat in case.seats.filter(state="open"):
        town.act("liaison@局", seat, "review")


def _review(town: Town, case: Case, marks: Any) -> None:
    for number, mark in enumerate(marks):
        town.act(f"judge{number}", town.seat(case, f"judge{number}"), "marked", mark=mark)


def _rank(town: Town, case: Case, marks: Any) -> None:
    with acting_as(town.desk("union_officer@区")):
        rankings.settle(case.round)


def _notice(town: Town, case: Case, marks: Any) -> None:
    _show(town, "union_officer@区", case)


def _decide(town: Town, case: Case, marks: Any) -> None:
    town.act("committee@区", town.seat(case), "granted", data={**NAMED, "named_on": str(clock.today())})


def _show(town: Town, who: str, case: Case) -> None:
    if case.seats.filter(state="open").exists():
        with acting_as(town.desk(who)):
            notices.publish([case.pk], telephone="028-0000000")
    last = town.fresh(case).due
    with clock.at(last + timedelta(days=1)):
        notices.end_due()


STRAIGHT = {
    "firm_notice": _firm_notice, "verify": _verify, "examine": _examine, "joint": _joint, "review": _review,
    "rank": _rank, "notice": _notice, "decide": _decide,
}  # fmt: skip


def _firm(town: Town, case: Case) -> str:
    return next(key for key, unit in town.office.units.items() if unit.pk == case.unit_id)


def _street(town: Town, case: Case) -> str:
    return {"甲厂": "甲街", "乙厂": "乙街"}[_firm(town, case)]


def build(office: Office, quota: int = 3, judges: int = 5, **title: Any) -> Town:
    """The town with an open round."""
    with acting_as_job("测试"):
        workers = [worker(office, number) for number in range(6)]
        made = HonorTitle.objects.create(
            **{
                "name": "诸匠", "kind": "craftsman", "tier": "district", "issuer": "测试区委、区政府", "years": 5,
                "award": Decimal(10_000), "years_in_trade": 5, "basis": "003#8.1", **title,
            }
        )  # fmt: skip
    panel = [office.person("expert", "局" if number else "区", f"评委{number}") for number in range(1)]
    panel += [judge(office, number) for number in range(1, judges)]
    for role, unit in (
        ("enterprise_union", "甲厂"), ("enterprise_union", "乙厂"),
        ("union_officer", "甲街"), ("union_officer", "乙街"),
        ("union_officer", "区"), ("liaison", "局"), ("committee", "区"), ("group_office", "区"), ("finance", "区"),
    ):  # fmt: skip
        office.person(role, unit)
    return Town(office, open_round(office, made, quota, panel), panel, workers)


def judge(office: Office, number: int) -> Account:
    """One more judge: an account of the district's department."""
    if f"judge{number}" in office.people:
        return office.people[f"judge{number}"]
    office.people.pop("expert@局", None)
    found = office.person("expert", "局", f"评委{number}")
    office.people[f"judge{number}"] = office.people.pop("expert@局")
    return found


def open_round(office: Office, title: HonorTitle, quota: int, panel: list[Account], **values: Any) -> Round:
    """A round that takes cases."""
    with acting_as(office.person("union_officer", "区")):
        made = rounds.make(
            GrantHonor.key,
            **{
                "name": f"{title.name}第一批", "host": office.units["区"], "opens": clock.today(),
                "closes": clock.today() + timedelta(days=60), "quota": quota, "approval": "国评〔2026〕1号",
                "telephone": "028-0000000", "terms": {"title": str(title.pk)}, **values,
            },
        )  # fmt: skip
        rounds.add_consulted(made, office.units["局"])
        for one in panel:
            rounds.add_judge(made, one)
        return rounds.start(made)


def worker(office: Office, number: int, unit: str = "甲厂", **details: Any) -> Any:
    """A production worker of a firm and member of its union."""
    from stdnum.iso7064 import mod_11_2

    body = f"519901{1980 + number}0101{900 + number}"
    number_of = body + mod_11_2.calc_check_digit(body)
    at = office.units[unit]
    try:
        details.setdefault("phone", f"1990000007{number}")
        person = people.register(name=NAMES[number], unit=at, id_number=number_of, on=date(2020, 1, 1), **details)
    except people.AlreadyRegistered as known:  # in the database whose rows stay
        return known.person
    people.hire(person, at, on=date(2020, 1, 1), occupation="焊工", is_production=number != 5)
    people.join_union(person, office.units["甲厂工会"], on=date(2020, 2, 1))
    return person


def pdf(name: str = "推荐表.pdf") -> SimpleUploadedFile:
    """A small real PDF."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
    return SimpleUploadedFile(name, body)
