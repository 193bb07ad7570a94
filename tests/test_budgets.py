"""Query budgets: a list asks the database as often for fifty rows as for five, and never more than is written here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from jiangtai import documents, ledger, messages, people
from jiangtai.access import (
    Account,
    Unit,
    accounts,
    acting_as,
    acting_as_job,
    audit,
    grants,
    groups,
    inquiries,
    links,
    units,
)
from jiangtai.documents.models import TemplateVersion
from jiangtai.domains.honors import actions as honors
from jiangtai.domains.honors.facts import AwardDue, Part
from jiangtai.domains.honors.tests.honored import Honored
from jiangtai.domains.reform import models as reform
from jiangtai.domains.reform.actions import plans
from jiangtai.domains.reform.flow import ReportProgress
from jiangtai.domains.reform.models import Plan, Task
from jiangtai.flows import Case, PublicNotice, Round, Seat, Shown
from jiangtai.flows.tests.sample import ClaimSample, NameSample
from jiangtai.indicators import Claim, Target
from jiangtai.kernel import clock, new_id
from jiangtai.people.sources import Batch, Check, Doubt, Record
from jiangtai.people.sources.models import Dispute
from jiangtai.people.sources.tests import lists
from jiangtai.people.tests import invented
from jiangtai.web import ListPage, TreePage, every_page
from tests.live import credit_code
from tests.office import Office

FEW, MANY = 5, 50

# page: (who opens it, at most so many queries)
BUDGETS = {
    "units.list": ("unit_admin", 16),
    "units.tree": ("unit_admin", 24),
    "accounts.list": ("unit_admin", 17),
    "inquiries.list": ("group_office", 17),
    "inquiries.mine": ("unit_admin", 17),
    "groups.list": ("group_office", 16),
    "audit.list": ("audit_admin", 14),
    "web.office": ("group_office", 35),
    "web.gallery.tree": ("leader", 10),
    "people.list": ("unit_admin", 19),
    "saved.list": ("unit_admin", 14),
    "employers.list": ("unit_admin", 16),
    "blacklist.list": ("group_office", 16),
    "tags.list": ("group_office", 16),
    "investigations.list": ("group_office", 16),
    "responsibles.list": ("group_office", 16),
    "erasures.list": ("union_officer", 20),
    "batches.list": ("unit_admin", 16),
    "doubts.list": ("group_office", 20),
    "checks.list": ("group_office", 20),
    "quality.disputes": ("group_office", 31),
    "quality.incomplete": ("group_office", 22),
    "quality.left_out": ("group_office", 22),
    "merges.list": ("group_office", 20),
    "splits.list": ("group_office", 20),
    "targets.list": ("group_office", 17),
    "claims.list": ("group_office", 17),
    "credentials.list": ("union_officer", 20),
    "documents.list": ("unit_admin", 22),
    "messages.list": ("union_officer", 18),
    "messages.sms": ("system_admin", 12),
    "cases.waiting": ("group_office", 25),
    "cases.done": ("group_office", 23),
    "cases.over": ("group_office", 23),
    "cases.begun": ("group_office", 23),
    "cases.all": ("group_office", 22),
    "cases.new": ("enterprise_union", 13),
    "rounds.list": ("group_office", 16),
    "notices.list": ("group_office", 20),
    "notices.square": ("", 6),
    "honors.list": ("union_officer", 21),
    "honors.titles": ("union_officer", 20),
    "honors.awards": ("finance", 18),
    "honors.awards.paid": ("finance", 19),
    "honors.awards.pay": ("finance", 11),
    "honors.plaques": ("union_officer", 20),
    "honors.rights": ("union_officer", 21),
    "honors.book": ("union_officer", 22),
    "honors.cards": ("union_officer", 20),
    "honors.association": ("union_officer", 18),
    "honors.studios": ("union_officer", 18),
    "honors.speakers": ("union_officer", 18),
    "honors.talents": ("union_officer", 23),
    "honors.hall": ("", 13),
    "plans.list": ("group_office", 19),
    "supplies.list": ("group_office", 18),
    "supplies.own": ("liaison", 26),
    "meetings.list": ("group_office", 18),
    "assessments.list": ("group_office", 18),
    "schemes.list": ("group_office", 18),
    "results.list": ("liaison", 18),
    "library.list": ("group_office", 22),
    "public_papers.list": ("", 12),
    "inspections.list": ("group_office", 18),
    "inspections.findings": ("group_office", 20),
    "pilots.list": ("group_office", 20),
    "pilots.batches": ("group_office", 18),
    "public_pilots.list": ("", 6),
    "dockets.list": ("group_office", 18),
    "dockets.own": ("liaison", 18),
    "programmes.list": ("group_office", 18),
    "firms.list": ("group_office", 20),
    "tasks.list": ("group_office", 22),
    "tasks.own": ("liaison", 22),
    "tasks.board": ("group_office", 29),
    "tasks.timeline": ("group_office", 27),
    "reporting.list": ("group_office", 16),
    "reform.matrix": ("group_office", 22),
    "parts.list": ("group_office", 20),
    "reform.sheet": ("group_office", 40),
    "instruments.list": ("group_office", 20),
    "instruments.urgent": ("group_office", 22),
    "addressees.list": ("group_office", 22),
    "web.square": ("", 15),
    "cases.mine": ("worker", 9),
    "credentials.mine": ("worker", 8),
    "honors.mine": ("worker", 13),
    "web.pocket": ("worker", 33),
    "web.errands": ("worker", 19),
    "web.growth": ("worker", 20),  # one's own words and certificates are each opened by the keeper
    "web.messages": ("worker", 10),
}
# Pages that show a part of what there is, or as many rows whatever there is.
NOT_FIFTY = {"units.tree", "web.gallery.tree", "documents.list"}
PHONE = "19900000007"


@dataclass
class Maker:
    """Makes the rows of a page, each with a unit, a person or a round of its own, so that none is fetched for all."""

    office: Office
    honored: Honored

    def unit(self, number: int, parent: str = "区") -> Unit:
        return units.found(kind=Unit.Kind.DEPARTMENT, name=f"第{number}局", parent=self.office.units[parent])

    def firm(self, number: int) -> Unit:
        return units.found(kind=Unit.Kind.ENTERPRISE, name=f"第{number}厂", parent=self.office.units["甲街"],
                           code=credit_code(100 + number))  # fmt: skip

    def person(self, number: int, **details: Any) -> Any:
        return invented.worker(self.office.units["甲厂"], f"李{chr(0x4E00 + number)}", **details)

    def clerk(self) -> Account:
        return self.office.person("group_office")

    def account(self, number: int) -> None:
        opened, _ = accounts.open_account(username=f"many{number}", name=f"王{number}", unit=self.office.units["甲厂"])
        for role, place in (("liaison", "甲厂"), ("unit_admin", "乙街")):
            grants.grant(opened, role, self.office.units[place], "测试")

    def inquiry(self, number: int) -> None:
        asked = self.unit(number)
        with acting_as(self.clerk()):
            one = inquiries.ask(asked, "liaison", due=clock.today() + timedelta(days=9))
            token = inquiries.link_for(one)
        if number % 2:
            values = {"name": "张毅", "position": "", "phone": f"199{number:08d}"}
            inquiries.answer(one, values, link=links.look("inquiry", token))

    def asked_here(self, number: int) -> None:
        with acting_as(self.clerk()):
            inquiries.cancel(inquiries.ask(self.office.units["区"], "liaison", due=clock.today() + timedelta(days=9)))

    def group(self, number: int) -> Any:
        made = groups.make(f"生态圈{number}", "")
        for name in ("甲厂", "乙厂"):
            groups.join(made, self.office.units[name], clock.today())
        return made

    def entry(self, number: int) -> None:
        audit.record("unit.changed", target=self.office.units["甲厂"], reason=f"第 {number} 次")
        if number % 2:
            audit.seal()

    # people

    def employer(self, number: int) -> Unit:
        firm = self.firm(number)
        people.describe(firm, size="large")
        people.tag(firm, people.EmployerTag.ABOVE_SCALE, document="一")
        boss = invented.person(firm, f"赵{chr(0x4E00 + number)}")
        people.appoint(firm, boss, "legal_representative")
        return firm

    def listing(self, number: int) -> None:
        why, until = people.ListingReason.WAGE_ARREARS, clock.today() + timedelta(days=9)
        people.enlist(self.employer(number), why=why, decision="一", until=until)

    def saved(self, number: int) -> None:
        made = people.SavedGroup.unscoped.create(name=f"名单{number}", unit=self.office.units["区"], owner=self.clerk())
        made.members.create(person=self.person(number))

    def tagging(self, number: int) -> None:
        people.tag(self.firm(number), people.EmployerTag.HIGH_TECH, document="一")

    def batch(self, number: int) -> None:
        rows = lists.rows_of("employer_roster", {"name": f"李{number}", "id_number": invented.id_number()})
        lists.handed_in("employer_roster", self.firm(number), lists.sheet(rows), clock.today())

    def doubt(self, number: int) -> None:
        Doubt.objects.create(one=self.person(number), other=self.person(number), odds=0.8)

    def dispute(self, number: int) -> None:
        Dispute.objects.create(person=self.person(number), source="taxes", unit=self.firm(number), field="phone")

    def listed(self, number: int) -> None:
        told = {"name": f"李{chr(0x4E00 + number)}", "id_number": invented.id_number()}
        lists.loaded("taxes", self.office.units["局"], told, day=clock.today())

    def left_out(self, number: int) -> None:
        told = {"name": f"李{chr(0x4E00 + number)}", "id_number": invented.id_number(), "employer": "甲厂有限公司"}
        with clock.at(clock.today() - timedelta(days=9)):
            batch = lists.loaded("social_insurance", self.office.units["局"], told, day=clock.today())
        Batch.unscoped.filter(pk=batch.pk).update(made_at=clock.now())
        Record.objects.filter(batch=batch).update(until=clock.today(), left_out_by=batch)

    def check(self, number: int) -> None:
        person, at = self.person(number), {"month": clock.today().replace(day=1), "mark": b"1"}
        Check.objects.create(question="insured", person=person, unit=self.office.units["甲厂"], by=self.clerk(), **at)

    def merge(self, number: int) -> None:
        kept, gone, by = self.person(number), self.person(number), self.office.person("group_office")
        people.Merge.objects.create(kept=kept, gone=gone, by=by)

    def split(self, number: int) -> None:
        by, second = self.office.person("group_office"), self.office.person("union_officer", "区")
        told = {"other": self.person(number), "state": "done", "confirmed_by": second}
        people.Split.objects.create(person=self.person(number), by=by, reason="两个人", **told)

    def target(self, number: int) -> None:
        at = {"unit": self.firm(number), "set_at": self.office.units["区"], "by": self.clerk()}
        Target.unscoped.create(indicator="honors.holders", year=clock.today().year, value=number + 1, **at)

    def claim(self, number: int) -> None:
        at = {"unit": self.firm(number), "at_unit": self.office.units["区"], "by": self.clerk()}
        Claim.unscoped.create(indicator="honors.holders", period="2026", who="统计局", value=number, lines=1, **at)

    def investigation(self, number: int) -> None:
        why, today = people.ListingReason.WAGE_ARREARS, clock.today()
        people.investigate(self.firm(number), why=why, decision="一", caused=today)

    def proposal(self, number: int) -> None:
        firm = self.firm(number)
        boss = invented.person(firm, f"赵{chr(0x4E00 + number)}")
        people.Responsible.unscoped.create(
            unit=firm, person=boss, role="direct", since=clock.today(), proposed_by=self.office.people["worker"]
        )

    def erasure(self, number: int) -> None:
        people.ErasureRequest.objects.create(person=self.person(number), reason="own_wish", asked_by=self.clerk())

    # flows

    def round(self, number: int) -> Round:
        today = clock.today()
        return Round.unscoped.create(
            flow=NameSample.key, name=f"第{number}批", host=self.unit(number), opens=today,
            closes=today + timedelta(days=9), quota=3, approval="一", state="open",
        )  # fmt: skip

    def case(self, number: int, **fields: Any) -> Case:
        """Begun, asked for once and waiting again."""
        clerk, held = self.clerk(), self.round(number)
        case = Case.unscoped.create(
            **{"number": f"{clock.today().year}-{number + 900_000}", "flow": NameSample.key, "round": held,
               "since": NameSample.since, "subject": self.person(number).pk, "unit": held.host, "step": "rank",
               "opened_by": clerk, "opened_unit": self.office.units["区"], "turn": 1, "due": clock.today(), **fields}
        )  # fmt: skip
        at = {"case": case, "role": "group_office", "unit": self.office.units["区"]}
        Seat.objects.create(turn=0, step="inquire", state="done", done_by=clerk, done_at=clock.now(), **at)
        if case.state == Case.State.OPEN:
            Seat.objects.create(turn=1, step=case.step, due=clock.today(), **at)
        return case

    def ended(self, number: int) -> Case:
        return self.case(number, step="granted", state=Case.State.ENDED, ended_at=clock.now())

    def notice(self, number: int) -> None:
        case, today = self.case(number, step="notice"), clock.today()
        made = PublicNotice.objects.create(
            number=f"公示{number}号", flow=case.flow, step="notice", round=case.round, unit=case.unit, first=today,
            last=today + timedelta(days=9), telephone="028-0000000",
        )  # fmt: skip
        Shown.objects.create(notice=made, case=case)

    # what was given

    def title(self, number: int) -> Any:
        return self.honored.title(f"称号{number}")

    def honor(self, number: int, kind: str = "craftsman", **how: Any) -> Any:
        return self.named(self.person(number), number, kind, **how)

    def named(self, person: Any, number: int, kind: str = "craftsman", **how: Any) -> Any:
        return self.honored.name(person, self.honored.title(f"称号{number}", kind), **how)

    def award(self, number: int) -> None:
        self.honor(number, award=1000)

    def paid(self, number: int) -> None:
        self.award(number)
        with acting_as(self.office.person("finance")):
            honors.pay(
                list(ledger.every(AwardDue).current().values_list("pk", flat=True)), f"付{number}", clock.today()
            )

    def plaque(self, number: int) -> None:
        with self.honored.clerk():
            title = self.honored.title(f"牌匾{number}", "plaque")
            honors.give_plaque(self.firm(number), title, f"文{number}", clock.today())

    def right(self, number: int) -> None:
        with self.honored.clerk():
            honors.give_right(self.firm(number), self.group(number), f"文{number}", clock.today())

    def model_worker(self, number: int) -> Any:
        return self.honor(number, "model_worker")

    def enters(self, part: Part) -> Callable[[int], None]:
        def enter(number: int) -> None:
            person = self.person(number)
            self.named(person, number, "model_worker")
            with self.honored.clerk():
                honors.enter_register(person.pk, part, f"第{number}", clock.today())

        return enter

    def talent(self, number: int) -> None:
        fact = self.honor(number, "young_talent")
        mentor = invented.worker(self.office.units["乙厂"], f"王{chr(0x4E00 + number)}")
        with self.honored.clerk():
            honors.assign_mentor(fact, mentor.pk, clock.today() + timedelta(days=9))
            honors.follow_up(fact, 1, 5)

    # what follows a plan

    def late_task(self, number: int) -> None:
        plan = reform.Plan.objects.create(unit=self.office.units["区"], title="方案", text="一", state="in_force",
                                          confirmed_at=clock.now())  # fmt: skip
        measure = plan.measures.create(place=0, number=1, title=f"举措{number}", first=0, last=1)
        day = clock.today()
        reform.Task.unscoped.create(measure=measure, unit=self.unit(number), title=f"任务{number}", year=day.year,
                                    since=day - timedelta(days=9), due=day - timedelta(days=1))  # fmt: skip

    def meeting(self, number: int) -> None:
        made = reform.Meeting.unscoped.create(unit=self.unit(number), title=f"第{number}次会议", on=clock.today(),
                                              hour="9:30", place="会议室", chair="张毅")  # fmt: skip
        made.items.create(place=1, title="议题", unit=made.unit)

    def pilot(self, number: int) -> None:
        day = clock.today()
        batch = reform.PilotBatch.unscoped.create(
            unit=self.office.units["区"], title=f"第{number}批", year=day.year, is_listed=True, state="named",
            named_on=day, is_public=True,
        )  # fmt: skip
        kind = batch.types.create(place=1, name=f"第{number}类", quota=1)
        ended = {"state": "expired", "ended_on": day}
        reform.Pilot.unscoped.create(batch=batch, type=kind, unit=self.unit(number), place=1, named_on=day, **ended)

    def assessment(self, number: int) -> None:
        made = reform.Assessment.unscoped.create(unit=self.unit(number), title=f"第{number}次考核", by_whom="市",
                                                 year=2026, due=clock.today())  # fmt: skip
        made.points.create(place=1, text="开会", score=5).units.add(made.unit)

    def docket_set(self, number: int) -> None:
        made = reform.DocketSet.unscoped.create(unit=self.unit(number), title=f"清单{number}")
        made.dockets.create(place=1, title="思想清单")

    def docket(self, number: int) -> None:
        made = reform.DocketSet.unscoped.create(
            unit=self.unit(number), title=f"清单{number}", state="in_use", begun_on=clock.today()
        )
        one = made.dockets.create(place=1, title="思想清单")
        one.keepers.create(unit=self.office.units["区"], since=clock.today())
        reform.DocketEntry.unscoped.create(docket=one, unit=self.office.units["区"], title="一件事")

    def programme(self, number: int) -> None:
        made = reform.Programme.unscoped.create(unit=self.unit(number), title=f"体系{number}")
        made.items.create(place=1, title="条目")

    def cohort_firm(self, number: int) -> None:
        made = reform.Programme.unscoped.create(unit=self.unit(number), title=f"体系{number}")
        item, cohort = made.items.create(place=1, title="条目"), made.cohorts.create(title="一期", year=2026)
        row = cohort.firms.create(item=item, unit=self.firm(number), joined_on=clock.today(), joined=new_id())
        row.assistance.create(on=clock.today(), title="送教", unit=made.unit)

    def scheme(self, number: int) -> reform.Scheme:
        made = reform.Scheme.unscoped.create(unit=self.unit(number), title=f"第{number}个办法", year=2026, excellent=90,
                                             good=80, passing=60)  # fmt: skip
        made.criteria.create(place=1, text="开会", score=5)
        return made

    def result(self, number: int) -> None:
        reform.Result.unscoped.create(
            scheme=self.scheme(number), unit=self.office.units["区"], case=new_id(), full=5, checked=5, marks=5,
            percent=100, grade="excellent", confirmed_on=clock.today(),
        )  # fmt: skip

    def addressee(self, number: int) -> None:
        made = reform.Instrument.unscoped.create(
            unit=self.office.units["区"], kind="prompt", title=f"提示{number}", body="请抓紧。", due=clock.today(),
            state="issued", year=clock.today().year, serial=number + 1, issued_on=clock.today(),
        )  # fmt: skip
        reform.Addressee.unscoped.create(instrument=made, unit=self.unit(number), state="waiting", due=made.due)

    def paper(self, number: int) -> None:
        reform.PolicyPaper.unscoped.create(
            unit=self.office.units["区"], title=f"第{number}号文件", number=f"测府发〔2026〕{number + 1}号",
            issuer="测试区",
            kind="notice", level="district", issued_on=clock.today(), since=clock.today(), owner=self.unit(number),
            is_public=True, for_whom="职工", gives="补贴", how="申请", review_on=clock.today(),
        )  # fmt: skip

    def inspection(self, number: int) -> Any:
        made = reform.Inspection.unscoped.create(unit=self.office.units["区"], title=f"第{number}次检查",
                                                 since=clock.today(), until=clock.today())  # fmt: skip
        point = made.points.create(place=1, text="要点")
        visit = made.visits.create(unit=self.unit(number), place=1)
        return visit.findings.create(point=point, text="问题", due=clock.today(), found_on=clock.today())

    # papers and words

    def version(self, number: int) -> None:
        for kind in documents.KINDS:
            TemplateVersion.unscoped.create(
                kind=kind, unit=self.office.units["区"], note=f"第{number}版", by_name="测试"
            )

    def message(self, number: int) -> None:
        self.told(self.office.person("union_officer"), number)

    def sms(self, number: int) -> None:
        self.told(self.office.person("union_officer"), number, sms=True)

    def told(self, account: Account, number: int, sms: bool = False) -> None:
        kinds = list(messages.KINDS.values())
        messages.send(account, kinds[number % len(kinds)], f"第 {number} 条", sms=sms)

    def plan(self, number: int) -> None:
        with acting_as(self.office.person("group_office")):
            plans.draft(f"方案{number}\n1.办课。按月开课。（牵头单位：区人社局）", since=clock.today())

    def task(self, number: int) -> None:
        plan, _ = Plan.objects.get_or_create(
            title="执行中的方案",
            defaults={
                "unit": self.office.units["区"],
                "text": "一句",
                "state": "in_force",
                "confirmed_at": clock.now(),
            },
        )
        measure = plan.measures.create(place=number, number=number, title=f"举措{number}", first=0, last=2)
        unit, year = self.office.units["区"], clock.today().year
        measure.parts.create(role="lead", place=1, name="区", unit=unit)
        task = Task.unscoped.create(measure=measure, unit=unit, title=f"任务{number}", year=year, since=clock.today(),
                                    due=clock.today() + timedelta(days=20 * number))  # fmt: skip
        task.milestones.create(title="节点", due=clock.today() + timedelta(days=5))

    def supply(self, number: int) -> None:
        self.task(number)
        measure = reform.Measure.objects.get(title=f"举措{number}")
        measure.supplies.create(kind="none", said="以办法印发为准", unit=self.office.units["区"])

    def reporting(self, number: int) -> None:
        Round.unscoped.create(name=f"第{number}次调度", flow=ReportProgress.key, host=self.office.units["区"],
                              opens=clock.today(), closes=clock.today(), quota=1)  # fmt: skip

    # what a worker holds in the pocket

    def worker(self) -> Account:
        """The account of somebody who works at our firm."""
        if "worker" not in self.office.people:
            account = accounts.worker_of_phone(PHONE)
            people.link_account(account, invented.worker(self.office.units["甲厂"], "李志强", phone=PHONE))
            self.office.people["worker"] = account
        return self.office.people["worker"]

    def mine(self, number: int) -> None:
        """Of everything one."""
        account = self.worker()
        person = people.person_of(account)
        ended = {"state": "ended", "step": "paid", "ended_at": clock.now()} if number % 2 else {"step": "claim"}
        case = Case.unscoped.create(
            number=f"{clock.today().year}-{number + 900_000}", flow=ClaimSample.key, since=ClaimSample.since,
            subject=person.pk, unit=self.unit(number), opened_by=account, turn=0, due=clock.today(), **ended,
        )  # fmt: skip
        Seat.objects.create(case=case, turn=0, step="claim", account=account)
        self.named(person, number, award=1000)
        self.told(account, number)


@pytest.fixture
def grow(office: Office) -> Callable[[str, int, int], None]:
    """`grow(page, first, last)`: rows for a page, numbered from `first` up to `last`."""
    maker = Maker(office, Honored(office))
    makers = {
        "units.list": maker.unit, "units.tree": maker.unit, "accounts.list": maker.account,
        "inquiries.list": maker.inquiry, "inquiries.mine": maker.asked_here, "groups.list": maker.group,
        "audit.list": maker.entry, "web.office": maker.inquiry, "people.list": maker.person,
        "employers.list": maker.employer, "blacklist.list": maker.listing, "tags.list": maker.tagging,
        "batches.list": maker.batch, "doubts.list": maker.doubt, "checks.list": maker.check,
        "quality.disputes": maker.dispute,
        "quality.incomplete": maker.listed, "quality.left_out": maker.left_out,
        "merges.list": maker.merge,
        "splits.list": maker.split,
        "targets.list": maker.target,
        "claims.list": maker.claim,
        "saved.list": maker.saved,
        "investigations.list": maker.investigation, "responsibles.list": maker.proposal, "erasures.list": maker.erasure,
        "credentials.list": maker.honor,
        "documents.list": maker.version, "messages.list": maker.message, "messages.sms": maker.sms,
        **{f"cases.{one}": maker.case for one in ("waiting", "done", "begun", "all")}, "cases.over": maker.ended,
        "cases.new": maker.round, "rounds.list": maker.round, "notices.list": maker.notice,
        "notices.square": maker.notice, "honors.list": maker.honor, "honors.titles": maker.title,
        "honors.awards": maker.award, "honors.awards.paid": maker.paid, "honors.awards.pay": maker.award,
        "honors.plaques": maker.plaque, "honors.rights": maker.right, "honors.book": maker.model_worker,
        "honors.cards": maker.model_worker, "honors.association": maker.enters(Part.ASSOCIATION),
        "honors.studios": maker.enters(Part.STUDIO), "honors.speakers": maker.enters(Part.SPEAKERS),
        "dockets.list": maker.docket_set, "dockets.own": maker.docket, "programmes.list": maker.programme,
        "firms.list": maker.cohort_firm,
        "meetings.list": maker.meeting, "assessments.list": maker.assessment,
        "schemes.list": maker.scheme, "results.list": maker.result,
        "library.list": maker.paper, "public_papers.list": maker.paper, "inspections.list": maker.inspection,
        "inspections.findings": maker.inspection,
        **dict.fromkeys(("pilots.list", "pilots.batches", "public_pilots.list"), maker.pilot),
        **{f"tasks.{one}": maker.task for one in ("list", "own", "board", "timeline")},
        **{f"reform.{one}": maker.task for one in ("matrix", "sheet")}, "reporting.list": maker.reporting,
        "supplies.list": maker.supply, "supplies.own": maker.task, "parts.list": maker.task,
        "plans.list": maker.plan, "public_plans.list": maker.plan,
        "instruments.list": maker.addressee, "addressees.list": maker.addressee, "instruments.urgent": maker.late_task,
        "honors.talents": maker.talent, "honors.hall": maker.honor, "web.square": maker.honor,
        **{name: maker.mine for name, (who, _) in BUDGETS.items() if who == "worker"},
    }  # fmt: skip
    with acting_as_job("测试"):
        maker.worker()
        maker.office.person("unit_admin")

    def make(name: str, first: int, last: int) -> None:
        with acting_as_job("测试"):
            for number in range(first, last):
                makers.get(name, lambda number: None)(number)

    return make


@pytest.fixture
def come(office: Office, grow: Any) -> Callable[[str], Client]:
    """A browser of whoever opens a page."""

    def sit(who: str) -> Client:
        if not who:
            return Client()
        return office.client(office.people["worker"] if who == "worker" else office.person(who))

    return sit


def queries(client: Client, path: str) -> tuple[list[str], Any]:
    """What the database was asked for a page, savepoints apart; and the page."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code == 200, path
    return [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]], response


@pytest.mark.parametrize("name", BUDGETS)
def test_fifty_rows_cost_no_more_questions_than_five(name, come, grow):
    who, most = BUDGETS[name]
    client, path = come(who), reverse(name)
    grow(name, 0, FEW)
    client.get(path)  # what is asked once a minute, or once a session, is asked now
    few, _ = queries(client, path)
    grow(name, FEW, MANY)
    many, response = queries(client, path)
    assert len(many) == len(few), "\n".join(sql[:300] for sql in many[-8:])
    assert len(many) <= most, "\n".join(sql[:200] for sql in many)
    if name in listed() - NOT_FIFTY:
        assert len(response.context["rows"]) == min(MANY, response.resolver_match.func.view_class.page_size)


# page about one thing that shows many: (who opens it, at most so many queries)
SHOWING_MANY = {
    "notices.public": ("", 12),
    "notices.object": ("", 12),
    "notices.show": ("union_officer", 25),
    "notices.mine": ("worker", 18),
    "rounds.rank": ("union_officer", 25),
    "rounds.publish": ("union_officer", 20),
}


@pytest.fixture
def selection(office: Office) -> Any:
    """A round whose cases wait for the ranking or are shown by a notice; `selection(12)` brings each to 12."""
    from jiangtai.domains.honors.flow import GrantHonor

    maker, today, made = Maker(office, Honored(office)), clock.today(), {}
    title = maker.honored.title()

    def bring(count: int) -> dict[str, dict[str, Any]]:
        with acting_as_job("测试"):
            if not made:
                made["round"] = Round.unscoped.create(
                    flow=GrantHonor.key, name="一批", host=office.units["区"], opens=today, quota=3, state="open",
                    closes=today + timedelta(days=9), approval="一", telephone="1", terms={"title": str(title.pk)},
                )  # fmt: skip
                made["notice"] = PublicNotice.objects.create(
                    number="公示1号", flow=GrantHonor.key, step="notice", round=made["round"], unit=office.units["区"],
                    first=today, last=today + timedelta(days=9), telephone="1",
                )  # fmt: skip
            for number in range(made["round"].cases.count(), 3 * count):
                _selected(maker, made, number, ("rank", "notice", "notice")[number % 3], number % 3 == 1)
        held, shown = made["round"].pk, made["notice"].shown.first().pk
        notice = {"id": made["notice"].pk}
        lines = {"notices.object": {**notice, "shown": shown}}
        return {name: lines.get(name) or ({"id": held} if name.startswith("rounds") else notice)
                for name in SHOWING_MANY}  # fmt: skip

    return bring


def _selected(maker: Maker, made: dict[str, Any], number: int, step: str, is_shown: bool) -> None:
    """A case of the selection with what was filled in and marked, waiting for its ranking, its notice or shown."""
    from decimal import Decimal

    from jiangtai.domains.honors.flow import GrantHonor
    from jiangtai.flows import Decision, records

    clerk, office = maker.clerk(), maker.office
    case = Case.unscoped.create(
        number=f"{clock.today().year}-{number + 900_000}", flow=GrantHonor.key, round=made["round"],
        since=GrantHonor.since, subject=maker.person(number).pk, unit=office.units["甲厂"], step=step, turn=2,
        opened_by=clerk, score=Decimal(90) - number,
    )  # fmt: skip
    filled = {"values": {"deed": f"事迹{number}", "years_in_trade": 9}}
    for turn, (at, outcome, mark) in enumerate((("nominate", "verify", None), ("review", "marked", 90 - number))):
        seat = Seat.objects.create(case=case, turn=turn, step=at, state="done", account=clerk, done_by=clerk)
        Decision.objects.create(
            seat=seat, case=case, turn=turn, step=at, outcome=outcome, by=clerk, mark=mark,
            secret=records.keep(case, filled) if mark is None else None,
        )  # fmt: skip
    if is_shown:
        Shown.objects.create(notice=made["notice"], case=case)
    else:
        Seat.objects.create(case=case, turn=2, step=step, role="union_officer", unit=office.units["区"])


@pytest.mark.parametrize("name", SHOWING_MANY)
def test_a_page_that_shows_many_costs_no_more_questions_than_one_that_shows_few(name, come, grow, selection):
    who, most = SHOWING_MANY[name]
    client = come(who)
    arguments = selection(FEW)[name]
    if name == "notices.mine":
        PublicNotice.objects.update(place="unit", unit=Unit.unscoped.get(name="甲厂有限公司"))
    path = reverse(name, kwargs=arguments)
    client.get(path)
    few, _ = queries(client, path)
    selection(MANY)
    many, response = queries(client, path)
    text = response.content.decode()
    assert len(many) == len(few), "\n".join(sql[:300] for sql in many[-8:])
    assert len(many) <= most, "\n".join(sql[:200] for sql in many)
    if name in ("notices.public", "notices.show", "notices.mine"):
        assert text.count("事迹") > MANY
    elif name.startswith("rounds"):
        assert text.count("李") >= MANY


def listed() -> set[str]:
    """The lists and trees of the house; one of an object's rows is counted where the object is made."""
    assert get_resolver().url_patterns
    return {one.name for one in every_page() if issubclass(one.kind, ListPage | TreePage) and one.url is not None}


def test_every_list_and_tree_has_a_budget():
    assert listed() <= set(BUDGETS)
