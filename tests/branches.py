"""Two branches of the office, ours and the neighbours', each with one object of every kind that a page is about.

Rows go straight into the tables where a flow would take many steps: every role of a street is asked there, also those
that no step names, for a door is tried by whoever might stand before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from jiangtai import documents, messages, people
from jiangtai.access import (
    PERMISSIONS,
    ROLES,
    Account,
    AuditEntry,
    Unit,
    accounts,
    acting_as,
    acting_as_job,
    groups,
    inquiries,
    jobs,
)
from jiangtai.credentials import Credential
from jiangtai.documents.versions import content_of
from jiangtai.domains.honors import actions as honors
from jiangtai.domains.honors.facts import Part
from jiangtai.domains.honors.flow import GrantHonor
from jiangtai.domains.honors.tests.honored import Honored
from jiangtai.domains.reform import models as reform
from jiangtai.domains.reform.actions import plans
from jiangtai.domains.reform.flow import AssessUnit, NamePilot, ReportProgress, ReviewPolicyPaper
from jiangtai.domains.reform.models import Plan, Task
from jiangtai.domains.reform.queries.sheets import workbook
from jiangtai.domains.reform.queries.supplying import asked_units
from jiangtai.flows import Attachment, Case, Decision, Objection, PublicNotice, Round, Seat, Shown, records
from jiangtai.flows.tests.sample import ClaimSample, NameSample
from jiangtai.indicators import Claim, Export, Target
from jiangtai.kernel import clock, keep_file, new_id
from jiangtai.people.sources import Batch, Doubt
from jiangtai.people.sources.tests import lists
from jiangtai.people.tests import invented
from tests.office import Office

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
PHONES = {"甲": "19900000007", "乙": "19900000008"}
LIAISON = {"name": "张毅", "position": "科员", "phone": "19900010001"}
NINE_DAYS = timedelta(days=9)
OWN_LIST = ("columns", "take", "drop", "returned", "failed")  # open to the unit that handed the list in
OF_BATCH = ("show", "edit", "drop", "open", "candidates", "confirm", "publish", "lines", "show_public", "hide", "call")
_numbers = count(900_001)

Found = dict[str, Any]


class Branch(SimpleNamespace):
    """One street with its firm, the firm's account, the worker's, and one object of every kind, each by its name."""

    def arguments(self, name: str) -> Found:
        """What an address needs for a page about one of them."""
        found = self._where().get(name) or self._where()[name.partition(".")[0]]
        with acting_as_job("测试"):
            value = found()
        return value if isinstance(value, dict) else {"id": value}

    def _where(self) -> dict[str, Callable[[], Any]]:
        return {
            **self._offices(),
            **self._people(),
            **self._cases(),
            **self._papers(),
            **self._honors(),
            **self._following(),
            **self._schemes(),
            **self._pilots(),
            **self._tasks(),
        }

    def _schemes(self) -> dict[str, Callable[[], Any]]:
        ours, opened = {"id": self.scheme.pk}, {"id": self.opened_scheme.pk}
        criterion = {**ours, "criterion": self.scheme.criteria.get().pk}
        return {
            **{f"schemes.criterion.{one}": lambda: criterion for one in ("edit", "drop")},
            **{
                f"schemes.{one}": lambda: opened
                for one in ("urge", "pass_over", "confirm", "results", "close", "bulletin")
            },
            "schemes.unit": lambda: {**opened, "case": self.result.case},
            "schemes": lambda: ours,
            "results": lambda: self.result.pk,
            **self._dockets(),
        }

    def _dockets(self) -> dict[str, Callable[[], Any]]:
        row, one, firm = {"id": self.docket.pk}, {"id": self.programme.pk}, {"id": self.cohort_firm.pk}
        of_list = (
            "show",
            "design",
            "set_up",
            "column",
            "keepers",
            "keepers.set",
            "confirm",
            "export",
            "import",
            "paper",
        )
        return {
            **{f"dockets.{name}": lambda: row for name in (*of_list, "fill")},
            **{f"dockets.column.{name}": lambda: {**row, "column": self.docket_column.pk} for name in ("edit", "end")},
            "dockets": lambda: self.docket.set_id,
            "entries.file": lambda: {"id": self.docket_entry.pk, "file": self.docket_entry.proofs.get().file_id},
            "entries": lambda: self.docket_entry.pk,
            "cohorts.new": lambda: one,
            "cohorts": lambda: self.cohort_firm.cohort_id,
            "items.unhang": lambda: {"id": self.hanging.item_id, "hanging": self.hanging.pk},
            "items": lambda: self.hanging.item_id,
            "firms.prove": lambda: {**firm, "assistance": self.assistance.pk},
            "firms.file": lambda: {**firm, "file": self.assistance.proofs.get().file_id},
            "firms": lambda: firm,
            "programmes": lambda: one,
        }

    def _tasks(self) -> dict[str, Callable[[], Any]]:
        at = {"id": self.task.pk}
        return {
            "tasks.evidence": lambda: {**at, "evidence": self.proof.pk},
            "tasks.reopen": lambda: self.finished.pk,
            "tasks.cancel": lambda: self.given.pk,
            **{f"tasks.point.{one}": lambda: {**at, "point": self.point.pk} for one in ("edit", "reach", "drop")},
            "tasks": lambda: at,
        }

    def _pilots(self) -> dict[str, Callable[[], Any]]:
        at = {"id": self.yearly_list.pk}
        item = {**at, "item": self.list_item.pk}
        return {
            "pilots": lambda: self.pilot.pk,
            "yearly_lists.item.edit": lambda: item,
            "yearly_lists.item.drop": lambda: item,
            "yearly_lists": lambda: at,
            "pilot_reports.paper": lambda: {"id": self.pilot_report.pk, "form": "docx"},
            "pilot_reports": lambda: self.pilot_report.pk,
            "supplies": lambda: self.supply.pk,
        }

    def _offices(self) -> dict[str, Callable[[], Any]]:
        return {
            "liaisons.reveal": lambda: self.answered.liaison_set.get().pk,
            "groups.leave": lambda: self.member.pk,
            "groups.show": lambda: self.member.group_id,
            "groups.join": lambda: self.member.group_id,
            "inquiries.letter": lambda: self.answered.pk,
            "inquiries.answer": lambda: self.own.pk,
            "grants.revoke": lambda: self.account.grants.get().pk,
            "grants.new": lambda: self.account.pk,
            "units": lambda: self.firm.pk,
            "accounts": lambda: self.account.pk,
            "inquiries": lambda: self.open.pk,
        }

    def _people(self) -> dict[str, Callable[[], Any]]:
        return {
            "people.merge_pair": lambda: {"id": self.person.pk, "other": Doubt.objects.get(one=self.person).other_id},
            "checks.ask": lambda: self.person.pk,
            "people.move": lambda: self.person.employments.get().pk,
            "people.leave": lambda: self.person.employments.get().pk,
            "people.leave_union": lambda: self.person.memberships.get().pk,
            "people": lambda: self.person.pk,
            "employers.dismiss": lambda: self.person.responsibilities.get(role="legal_representative").pk,
            "responsibles.confirm": lambda: self.person.responsibilities.get(state="proposed").pk,
            "investigations.close": lambda: people.investigation_of(self.firm.pk).pk,
            "employers": lambda: self.firm.pk,
            "blacklist": lambda: people.listing_of(self.firm.pk).pk,
            "saved": lambda: self.person.saved_in.get().group_id,
            "tags": lambda: people.tagging_of(self.firm.pk, people.EmployerTag.HIGH_TECH).pk,
            "erasures": lambda: self.person.erasure_requests.get().pk,
            "doubts": lambda: Doubt.objects.get(one=self.person).pk,
            "merges.undo": lambda: people.Merge.objects.get(kept=self.person, state="done").pk,
            "merges": lambda: people.Merge.objects.get(kept=self.person, state="proposed").pk,
            "splits": lambda: people.Split.objects.get(person=self.person).pk,
            **{f"batches.{one}": lambda: Batch.unscoped.get(unit=self.street).pk for one in OWN_LIST},
            "batches": lambda: Batch.unscoped.get(unit=self.firm).pk,
            "claims": lambda: Claim.unscoped.get(unit=self.firm, ended_at=None).pk,
            "exports": lambda: Export.objects.get(at_unit=self.firm).pk,
            "targets": lambda: Target.unscoped.get(unit=self.firm, ended_at=None).pk,
        }

    def _cases(self) -> dict[str, Callable[[], Any]]:
        at, mine = {"id": self.case.pk}, {"id": self.claim.pk}
        return {
            "cases.objection.read": lambda: {**at, "objection": self.objection.pk},
            "cases.objection": lambda: {**at, "objection": self.objection.pk},
            "cases.paper": lambda: {**at, "file": self.attachment.pk},
            "cases.drop_paper": lambda: {**at, "file": self.attachment.pk},
            "cases.letter": lambda: {**at, "decision": self.decision.pk},
            "cases.link": lambda: self.asked.pk,
            "cases.mine.fill": lambda: {**mine, "place": 1},
            "cases.mine.paper": lambda: {**mine, "file": self.photo.pk},
            "cases.mine.drop_paper": lambda: {**mine, "file": self.photo.pk},
            **{f"cases.mine.{one}": lambda: mine for one in ("show", "withdraw", "appeal", "urge")},
            "cases": lambda: at,
            "rounds.show": lambda: self.draft.pk,
            "rounds.paper": lambda: {"id": self.selection.pk, "place": 0},
            "rounds": lambda: self.running.pk,
            # a neighbour's is shown in its firm only, and so is not there for the public
            "notices.public": lambda: self.square.pk,
            "notices.object": lambda: self._line(self.square),
            "notices.paper": lambda: {"id": self.square.pk, "form": "docx"},
            "notices.show": lambda: self.notice_here.pk,
            "notices.object_here": lambda: self._line(self.notice_here),
            "notices.mine": lambda: self.notice_firm.pk,
            "notices.object_mine": lambda: self._line(self.notice_firm),
        }

    def _line(self, notice: PublicNotice) -> Found:
        return {"id": notice.pk, "shown": notice.shown.get().pk}

    def _papers(self) -> dict[str, Callable[[], Any]]:
        return {
            "credentials.paper": lambda: {"id": self.credential.pk, "paper": "certificate"},
            "credentials.own.paper": lambda: {"id": self.credential.pk, "paper": "certificate"},
            "credentials": lambda: self.credential.pk,
            "documents": lambda: {"kind": "letter", "id": self.version.pk},
            "messages.show": lambda: self.message.pk,
            "messages.pocket": lambda: self.text.pk,
        }

    def _honors(self) -> dict[str, Callable[[], Any]]:
        return {
            "honors.plaques.withdraw": lambda: self.plaque,
            "honors.rights.withdraw": lambda: self.right,
            "honors.registers.leave": lambda: self.entry,
            **{f"honors.talents.{one}": lambda: self.talent for one in ("show", "mentor", "follow")},
            "honors": lambda: self.honor,
            "facts": lambda: self.honor,
        }

    def _point(self) -> Found:
        return {"id": self.assessment.pk, "point": self.assessment.points.get().pk}

    def _exhibit(self) -> Any:
        return self.assessment.points.get().exhibits.get().pk

    def _following(self) -> dict[str, Callable[[], Any]]:
        return {
            **{f"instruments.{one}": lambda: self.draft_prompt for one in ("edit", "discard", "issue_prompt")},
            **{f"instruments.issue_{one}": lambda one=one: self.drafts[one] for one in ("bulletin", "supervision")},
            "instruments.for_task": lambda: self.late_task.pk,
            "instruments.paper": lambda: {"id": self.sent.instrument_id, "form": "docx"},
            "instruments": lambda: self.sent.instrument_id,
            "addressees.paper": lambda: {"id": self.sent.pk, "form": "docx"},
            "addressees.letter": lambda: {"id": self.answered_one.pk, "reply": self.answered_one.replies.get().pk},
            "addressees.file": lambda: {
                "id": self.answered_one.pk,
                "file": reform.ReplyFile.objects.get(reply__addressee=self.answered_one).pk,
            },
            "addressees.return": lambda: self.answered_one.pk,
            "addressees": lambda: self.sent.pk,
            **{
                f"meetings.item.{one}": lambda: {"id": self.meeting.pk, "item": self.meeting.items.get().pk}
                for one in ("drop", "said")
            },
            "meetings.resolution.drop": lambda: {
                "id": self.meeting.pk,
                "resolution": self.meeting.resolutions.get().pk,
            },
            "meetings.paper": lambda: {"id": self.meeting.pk, "which": "notice", "form": "docx"},
            "meetings": lambda: self.meeting.pk,
            "assessments.paper": lambda: {"id": self.assessment.pk, "which": "catalogue", "form": "docx"},
            "assessments.attach": lambda: {**self._point(), "kind": "indicator", "key": "register.workers"},
            **{
                f"assessments.exhibit.{one}": lambda: {**self._point(), "exhibit": self._exhibit()}
                for one in ("file", "drop")
            },
            **{f"assessments.{one}": self._point for one in ("point", "change", "find", "score", "exhibit")},
            "assessments": lambda: self.assessment.pk,
            "library.review": lambda: {"id": self.review.pk, "form": "docx"},
            "library.untie": lambda: {"id": self.paper.pk, "tie": self.tie.pk},
            "library.restore": lambda: self.ended_paper.pk,
            "library.hide": lambda: self.public_paper.pk,
            "library": lambda: self.paper.pk,
            **{f"inspections.{one}": lambda: self.visit.pk for one in ("visit", "record", "confirm")},
            "inspections.send": lambda: self.seen_visit.pk,
            "inspections.rectification": lambda: {"id": self.seen_visit.pk, "form": "docx"},
            "inspections.photo": lambda: {"id": self.visit.pk, "photo": self.spot.pk},
            "inspections.paper": lambda: {"id": self.inspection.pk, "which": "notice", "form": "docx"},
            **{f"inspections.{one}": lambda: self.planned.pk for one in ("edit", "draw", "issue", "drop")},
            "inspections": lambda: self.inspection.pk,
        }


@dataclass
class Town:
    """The office, ours, the neighbours', and what belongs to nobody's branch."""

    office: Office
    ours: Branch
    theirs: Branch
    of_nobody: dict[str, Callable[[], Found]]

    def arguments(self, name: str, theirs: bool = False) -> Found:
        """What the address of a page needs for one of our objects, or of the neighbours'."""
        if name in self.of_nobody:
            return self.of_nobody[name]()
        return (self.theirs if theirs else self.ours).arguments(name)

    def address(self, one: Any, theirs: bool = False) -> str:
        """A page's address."""
        if one.url is not None:
            return str(one.url)
        query = f"?round={self.ours.running.pk}" if one.name == "cases.open" else ""
        return f"{reverse(one.name, kwargs=self.arguments(one.name, theirs))}{query}"

    def crossed(self, one: Any) -> str:
        """The address of our object with the second id of the neighbours'; empty where one id is all."""
        if one.url is not None or one.name in self.of_nobody:
            return ""
        ours, theirs = self.arguments(one.name), self.arguments(one.name, theirs=True)
        second = {name: theirs[name] for name in ours if name != "id" and ours[name] != theirs[name]}
        return reverse(one.name, kwargs={**ours, **second}) if second else ""

    def tell(self, account: Account) -> None:
        """A message to whoever comes, and their name in the inspection, so that there is something of their own."""
        with acting_as_job("测试"):
            self.ours.inspection.inspectors.filter(place=1).update(account=account.pk)
            setattr(self.ours, "text" if account.is_worker else "message", _message(account))


def build(office: Office) -> Town:
    """Both branches."""
    titles = Honored(office)
    for role in ROLES:
        office.person(role, "甲街")
    ours, theirs = _branch(office, "甲", titles), _branch(office, "乙", titles)
    return Town(office, ours, theirs, _of_nobody(office, ours, titles))


def _of_nobody(office: Office, ours: Branch, titles: Honored) -> dict[str, Callable[[], Found]]:
    with acting_as_job("测试"):
        number = jobs.seal_audit.defer(timestamp=0)
        with connection.cursor() as cursor:
            for state in ("doing", "failed"):
                cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number])
        entry = AuditEntry.objects.first()
        _, token = accounts.open_account(username="newcomer", name="马超", unit=office.units["甲厂"])
    title, link = {"id": titles.title().pk}, office.link("inquiry", ours.open.pk)
    seat = office.link("seat", ours.asked.seats.get().pk)
    called = Round.unscoped.create(
        name="调度", flow=ReportProgress.key, host=ours.street, opens=clock.today(), closes=clock.today(), quota=1
    )
    shown = reform.Programme.unscoped.create(
        unit=office.units["区"], title="公开的体系", state="in_use", begun_on=clock.today(), is_public=True
    )
    return {
        "web.pick": lambda: {"source": "单位"},
        "web.gallery.trouble": lambda: {"kind": "404"},
        "web.session.end": lambda: {"id": 1},
        **{f"parameters.{one}": lambda: {"key": "access.inquiry_days"} for one in ("show", "set")},
        **{f"audit.{one}": lambda: {"id": entry.pk} for one in ("show", "proof")},
        "jobs.retry": lambda: {"id": number},
        "accounts.activate": lambda: {"token": token},
        "inquiries.by_link": lambda: {"token": link},
        "groups.show": lambda: ours.arguments("groups.show"),
        "groups.join": lambda: ours.arguments("groups.join"),
        "credentials.check": lambda: {"number": ours.credential.number},
        **{f"documents.{one}": lambda: {"kind": "letter"} for one in ("show", "upload", "template", "reset")},
        "documents.trial": lambda: {"kind": "letter", "form": "docx"},
        "cases.open": lambda: {"flow": NameSample.key},
        "cases.begin": lambda: {"flow": ClaimSample.key},
        "quality.list": lambda: {"lack": "phone"},
        "sources.template": lambda: {"source": "employer_roster"},
        "own.contest": lambda: {"what": "name"},
        **{f"figures.{one}": lambda: {"key": "register.workers"} for one in ("show", "publish")},
        **{f"honors.titles.{one}": lambda: title for one in ("show", "edit", "retire", "restore")},
        "honors.craftsman": lambda: {"id": ours.person.pk},
        **_plans(office),
        **{f"pilots.batches.{one}": lambda: {"id": ours.pilot_batch.pk} for one in OF_BATCH},
        "pilots.types.new": lambda: {"id": ours.pilot_batch.pk},
        **{f"pilots.types.{one}": lambda: {"id": ours.pilot_type.pk} for one in ("edit", "drop")},
        "pilots.types.apply": lambda: {"id": ours.open_type.pk},
        "public_programmes.show": lambda: {"id": shown.pk},
        "public_papers.show": lambda: {"id": ours.public_paper.pk},
        "cases.by_link": lambda: {"token": seat},
        **{f"reporting.{one}": lambda: {"id": called.pk} for one in ("show", "links", "links.anew", "urge")},
    }


PLAN = (
    "测试区改革实施方案\n一、引领\n1.办好夜校。每年开课12次。鼓励企业设点。（牵头单位：甲街道、区人社局；责任单位：乙街道）\n"
    "2.建好站点。每年建5个。（牵头单位：区人社局；责任单位：各街道）\n"
)


def _plans(office: Office) -> dict[str, Callable[[], Found]]:
    """A plan in force that replaced another and is public, one that is over, and a draft with a name nobody knows."""
    since = clock.today()
    with acting_as(office.person("group_office", "甲街")) as who:
        upload = SimpleUploadedFile("方案.txt", PLAN.encode())
        file = plans.text_of(upload)[1]
        old = plans.confirm(plans.draft(PLAN, since=since))
        plan = plans.confirm(plans.draft(PLAN, since=since, file=file, replaces=old))
        plans.publish(plan, True)
        over = plans.confirm(plans.draft(PLAN, since=since))
        plans.end(over, "执行期满", cancels=True)
        draft = plans.draft(PLAN.replace("乙街道", "区服务局"), since=since)
        with workbook(draft) as book:
            table = SimpleUploadedFile("表.xlsx", book.read())
        table_file = keep_file(table, allowed={"xlsx"}, max_bytes=2**20, by=who.person)
    measure, drafted = plan.measures.all()[0], draft.measures.all()[0]
    doubtful = drafted.parts.get(unit=None, is_collective=False)
    of_draft = ("describe", "drop", "confirm", "import")
    of_plan = ("show", "read", "file", "export", "publish", "hide", "version", "end", "compare", "beside")
    lacking = office.link("supply", next(iter(asked_units(plan))).pk)
    return {
        **{f"plans.{one}": lambda: {"id": plan.pk} for one in of_plan},
        "plans.resume": lambda: {"id": over.pk},
        "supplies.by_link": lambda: {"token": lacking},
        "plans.hand_out": lambda: {"id": plan.pk, "year": since.year + 1},
        **{f"plans.{one}": lambda: {"id": draft.pk} for one in of_draft},
        "measures.new": lambda: {"id": draft.pk},
        "plans.accept": lambda: {"id": draft.pk, "file": table_file.pk},
        "parts.settle": lambda: {"id": doubtful.pk},
        **{
            f"measures.{one}": lambda: {"id": measure.pk}
            for one in ("show", "supply", "link", "expect", "tie", "go_without", "designate")
        },
        "amounts.tie": lambda: {"id": measure.amounts.all()[0].pk},
        **{f"measures.{one}": lambda: {"id": drafted.pk} for one in ("edit", "remove", "add")},
        **{f"actions.{one}": lambda: {"id": drafted.actions.all()[0].pk} for one in ("edit", "join", "remove")},
        "public_plans.show": lambda: {"id": plan.pk},
    }


def _branch(office: Office, letter: str, titles: Honored) -> Branch:
    street, firm = office.units[f"{letter}街"], office.units[f"{letter}厂"]
    account, phone = office.person("liaison", f"{letter}厂"), PHONES[letter]
    with acting_as(office.person("group_office")):
        asked = inquiries.ask(firm, "liaison", due=clock.today() + NINE_DAYS)
        inquiries.answer(asked, LIAISON, letter=inquiries.Letter(_scan(), f"{letter}函〔2026〕1号", clock.today()))
        again, own = (inquiries.ask(unit, "liaison", due=clock.today() + NINE_DAYS) for unit in (firm, street))
        member = groups.join(groups.make(f"{letter}产业生态圈", ""), firm, clock.today())
    with acting_as_job("测试"):
        worker, person = accounts.worker_of_phone(phone), invented.worker(firm, f"李{letter}", phone=phone)
        people.join_union(person, office.units["甲厂工会" if letter == "甲" else "工会"])
        people.appoint(firm, person, "legal_representative")
        people.link_account(worker, person)
    branch = Branch(street=street, firm=firm, account=account, worker=worker, person=person, open=again, own=own,
                    answered=asked, member=member)  # fmt: skip
    put = vars(branch).update
    put(_honors(branch, letter, titles) | _kept(branch))
    with acting_as_job("测试"):  # the firm is barred only now, for it could not have been given a plaque
        until = clock.today() + NINE_DAYS
        people.enlist(firm, why=people.ListingReason.WAGE_ARREARS, decision="一", until=until)
        people.tag(firm, people.EmployerTag.HIGH_TECH, document="三")
        why = people.ListingReason.MAJOR_VIOLATION
        people.investigate(firm, why=why, decision="二", caused=clock.today())
        _list_of("employer_roster", firm)
        _list_of("union_members", street)
        twins = [invented.worker(firm, f"李{letter}", id_number="", sex="男") for _ in range(3)]
        Doubt.objects.create(one=person, other=twins[0], odds=0.8)
        for twin, state in zip(twins[1:], ("proposed", "done"), strict=True):
            people.Merge.objects.create(kept=person, gone=twin, by=branch.account, state=state)
        people.Split.objects.create(person=person, reason="同名", by=branch.account)
        saved = people.SavedGroup.unscoped.create(name="名单", unit=street, owner=branch.account)
        saved.members.create(person=branch.person)
        people.ErasureRequest.objects.create(person=branch.person, reason="own_wish", asked_by=worker)
        people.Responsible.unscoped.create(
            unit=firm, person=branch.person, role="direct", since=clock.today(), proposed_by=branch.account
        )
        put(_rounds(branch, letter))
        put(_case(branch, letter) | _claim(branch))
        put(_tasks(branch))
        put(_instruments(branch))
        put(_schemes(branch, letter))
        put(_library(branch))
        put(_pilots_of(branch))
        put(_dockets(branch))
        put({"message": _message(account), "text": _message(worker)})
        Target.unscoped.create(
            indicator="honors.holders", unit=firm, year=clock.today().year, value=9, set_at=firm, by=branch.account
        )
        Export.objects.create(
            by=branch.account, at_unit=firm, indicator="honors.holders", unit=1, period="2026", as_of=clock.today(),
            today=clock.today(),
        )  # fmt: skip
        Claim.unscoped.create(
            indicator="honors.holders", unit=firm, period="2026", who="街道", value=9, at_unit=firm, by=branch.account
        )
    return branch


def _tasks(branch: Branch) -> Found:
    """A task with a point and a file behind it, one that is done, and a case in which its unit is asked how it goes."""
    plan = Plan.objects.create(
        unit=branch.street, title="往年方案", text="一句", state="ended", confirmed_at=clock.now()
    )
    measure = plan.measures.create(place=1, number=1, title="举措", first=0, last=2)
    fields = {"measure": measure, "unit": branch.street, "year": clock.today().year, "since": clock.today()}
    task = Task.unscoped.create(title="一项任务", **fields)
    given = Task.unscoped.create(title="分解的任务", parent=task, **fields)
    finished = Task.unscoped.create(title="办结的任务", parent=task, state="done", done_on=clock.today(), **fields)
    point = task.milestones.create(title="节点", due=clock.today() + NINE_DAYS)
    proof = task.evidence.create(kind="file", label="证明", file=_scan())
    asked = Case.unscoped.create(
        number=_number(), flow=ReportProgress.key, since=ReportProgress.since, subject=branch.street.pk,
        unit=branch.street, opened_by=branch.account, step="report", turn=1,
    )  # fmt: skip
    Seat.objects.create(case=asked, turn=1, step="report", role="liaison", unit=branch.street)
    supply = measure.supplies.create(
        kind="figure", indicator="reform.reports", year=clock.today().year, value=9, unit=branch.street
    )
    return {"task": task, "given": given, "finished": finished, "point": point, "proof": proof, "asked": asked,
            "supply": supply}  # fmt: skip


def _list_of(source: str, unit: Unit) -> None:
    """A list that a unit handed in: looked at, one line wrong, not yet taken over."""
    rows = lists.rows_of(source, {"name": "李一"}, {"name": "王二", "id_number": invented.id_number()})
    lists.handed_in(source, unit, lists.sheet(rows), clock.today())


def _honors(branch: Branch, letter: str, titles: Honored) -> Found:
    """What the person and the firm were given: three titles, a plaque, a right, a place in a register."""
    at, today = f"{letter}厂", clock.today()
    honor = titles.name(branch.person, at=at, award=10_000)
    titles.name(branch.person, titles.title("测试区劳动模范", "model_worker"), at=at)
    talent = titles.name(branch.person, titles.title("青年技能之星", "young_talent"), at=at)
    with titles.clerk():
        plaque = honors.give_plaque(branch.firm, titles.title("示范单位", "plaque"), "文〔2026〕1号", today)
        right = honors.give_right(branch.firm, branch.member.group, "文〔2026〕2号", today)
        entry = honors.enter_register(branch.person.pk, Part.STUDIO, f"李{letter}工作室", today)
    credential = Credential.unscoped.get(cause=honor)
    return {"honor": honor, "talent": talent, "plaque": plaque, "right": right, "entry": entry,
            "credential": credential}  # fmt: skip


def _pilots_of(branch: Branch) -> Found:
    """A pilot with a list that is written and a report, and a batch that is open to units of every kind."""
    today, year = clock.today(), clock.today().year
    batch = reform.PilotBatch.unscoped.create(
        unit=branch.street, title="名单", year=year, is_listed=True, state="named", named_on=today, is_public=True
    )
    kind = batch.types.create(place=1, name="全面试点", quota=9)
    pilot = reform.Pilot.unscoped.create(batch=batch, type=kind, unit=branch.street, place=1, named_on=today)
    yearly_list = reform.YearlyList.unscoped.create(pilot=pilot, year=year)
    item = yearly_list.items.create(place=1, text="事项", measure=branch.task.measure, due=today + NINE_DAYS)
    report = reform.PilotReport.unscoped.create(
        pilot=pilot, case=new_id(), year=year, summary="好", results="多", reported_on=today, accepted_on=today
    )
    called = reform.PilotBatch.unscoped.create(
        unit=branch.street, title="申报", year=year, opens=today, closes=today, state="open"
    )
    window = Round.unscoped.create(
        name=f"申报{branch.street.pk}", flow=NamePilot.key, host=branch.street, opens=today, closes=today, quota=1,
        state="open",
    )  # fmt: skip
    open_type = called.types.create(place=1, name="全面试点", quota=1, round=window)
    return {
        "pilot": pilot, "yearly_list": yearly_list, "list_item": item, "pilot_report": report, "pilot_batch": batch,
        "pilot_type": kind, "open_type": open_type,
    }  # fmt: skip


def _instruments(branch: Branch) -> Found:
    """A late task, a draft of each kind, one that waits for an answer, and one that was answered by letter."""
    today = clock.today()
    plan = reform.Plan.objects.create(unit=branch.street, title="方案", text="一、举措", state="in_force",
                                      confirmed_at=clock.now())  # fmt: skip
    measure = plan.measures.create(place=0, number=1, title="举措", first=0, last=1)
    task = reform.Task.unscoped.create(measure=measure, unit=branch.street, title="任务", year=today.year,
                                       since=today - NINE_DAYS, due=today - timedelta(days=1))  # fmt: skip
    drafts = {kind: _instrument(branch, kind, None)[0].pk for kind in ("prompt", "bulletin", "supervision")}
    _, sent = _instrument(branch, "prompt", 1)
    _, answered = _instrument(branch, "prompt", 2)
    reform.Addressee.unscoped.filter(pk=answered.pk).update(state="answered")
    reply = answered.replies.create(text="答复", through="letter", letter=_scan(), answered_on=today)
    reply.files.create(file=_scan())
    meeting = reform.Meeting.unscoped.create(unit=branch.street, title="会议", on=today, hour="9:30", place="会议室",
                                             chair="张毅", state="called", called_at=clock.now())  # fmt: skip
    meeting.units.add(branch.street)
    meeting.items.create(place=1, title="议题")
    meeting.resolutions.create(place=1, text="议定", unit=branch.street, due=today + NINE_DAYS, measure=measure)
    assessment = reform.Assessment.unscoped.create(unit=branch.street, title="考核", by_whom="市", year=today.year,
                                                   due=today + NINE_DAYS)  # fmt: skip
    point = assessment.points.create(place=1, text="开会", score=5)
    point.units.add(branch.street)
    point.exhibits.create(kind="file", label="照片", file=_scan())
    return {
        "meeting": meeting,
        "assessment": assessment,
        "late_task": task,
        "drafts": drafts,
        "draft_prompt": drafts["prompt"],
        "sent": sent,
        "answered_one": answered,
    }


def _dockets(branch: Branch) -> Found:
    """A list in use with an entry and its file; a programme with what hangs on it, and a firm that was helped."""
    today = clock.today()
    group = reform.DocketSet.unscoped.create(unit=branch.street, title="三张清单", state="in_use", begun_on=today)
    docket = group.dockets.create(place=1, title="思想清单")
    column = docket.columns.create(place=1, title="形式")
    docket.keepers.create(unit=branch.street, since=today)
    entry = reform.DocketEntry.unscoped.create(docket=docket, unit=branch.street, title="一件事")
    entry.proofs.create(kind="file", label="照片", file=_scan())
    programme = reform.Programme.unscoped.create(unit=branch.street, title="体系", state="in_use", begun_on=today)
    item = programme.items.create(place=1, title="条目")
    hanging = item.hangings.create(indicator="register.workers")
    cohort = programme.cohorts.create(title="一期", year=today.year)
    firm = cohort.firms.create(item=item, unit=branch.firm, helper=branch.street, joined_on=today, joined=new_id())
    helped = firm.assistance.create(on=today, title="送教", unit=branch.street)
    helped.proofs.create(kind="file", label="照片", file=_scan())
    return {"docket": docket, "docket_column": column, "docket_entry": entry, "programme": programme,
            "hanging": hanging, "cohort_firm": firm, "assistance": helped}  # fmt: skip


def _library(branch: Branch) -> Found:
    """A paper with its file, tie and review, one that ended, one that is public; inspections planned and running."""
    today = clock.today()

    def paper(number: int, **fields: Any) -> Any:
        return reform.PolicyPaper.unscoped.create(
            unit=branch.street, title=f"文件{number}", issuer="街道", kind="notice", level="unit", issued_on=today,
            since=today, held=new_id(), owner=branch.street, file=_scan(), **fields,
        )  # fmt: skip

    def inspection(title: str, **fields: Any) -> Any:
        made = reform.Inspection.unscoped.create(unit=branch.street, title=title, since=today, until=today, **fields)
        made.points.create(place=1, text="要点")
        for place, name in enumerate(("张毅", "王二"), start=1):
            made.inspectors.create(place=place, name=name, account=branch.account.pk if place == 1 else None)
        return made

    one, other = paper(1), paper(2)
    ended = paper(3, ended_on=today, ended_how="repealed", ended_why="清理", ending=new_id())
    public = paper(4, is_public=True, for_whom="职工", gives="补贴", how="申请")
    case = Case.unscoped.create(
        number=_number(), flow=ReviewPolicyPaper.key, since=ReviewPolicyPaper.since, subject=one.pk, state="ended",
        unit=branch.street, opened_by=branch.account, step="kept", turn=3,
    )  # fmt: skip
    review = one.reviews.create(case=case.pk, owner=branch.street, outcome="kept", effect="好", done_on=today)
    planned = inspection("筹备的检查")
    planned.visits.create(unit=branch.street, place=1)
    running = inspection("检查", state="running", issued_on=today)
    visit = running.visits.create(unit=branch.street, place=1)
    mark = visit.marks.create(point=running.points.get(), result="meets")
    seen = running.visits.create(unit=branch.firm, place=2, visited_on=today)
    seen.findings.create(point=running.points.get(), text="问题", due=today + NINE_DAYS, found_on=today)
    return {
        "paper": one, "tie": one.ties.create(other=other, kind="basis"), "review": review, "ended_paper": ended,
        "public_paper": public, "planned": planned, "inspection": running, "visit": visit, "seen_visit": seen,
        "spot": mark.photos.create(file=_scan()),
    }  # fmt: skip


def _schemes(branch: Branch, letter: str) -> Found:
    """A scheme that is drawn up, and one by which the street was assessed."""
    today, grades = clock.today(), {"excellent": 90, "good": 80, "passing": 60}
    of = {"unit": branch.street, "year": today.year, **grades}
    draft = reform.Scheme.unscoped.create(title="拟定中的办法", **of)
    called = Round.unscoped.create(name=f"{letter}街考核", flow=AssessUnit.key, host=branch.street, opens=today,
                                   closes=today, quota=1, state="open")  # fmt: skip
    opened = reform.Scheme.unscoped.create(title="发起的办法", state="open", round=called, **of)
    for one in (draft, opened):
        one.criteria.create(place=1, text="开会", score=5)
    case = Case.unscoped.create(
        number=_number(), flow=AssessUnit.key, since=AssessUnit.since, subject=branch.street.pk, unit=branch.street,
        round=called, opened_by=branch.account, step="assessed", state="ended", ended_at=clock.now(),
    )  # fmt: skip
    result = reform.Result.unscoped.create(scheme=opened, unit=branch.street, case=case.pk, full=5, checked=5, marks=5,
                                           percent=100, grade="excellent", confirmed_on=today)  # fmt: skip
    return {"scheme": draft, "opened_scheme": opened, "result": result}


def _instrument(branch: Branch, kind: str, serial: int | None) -> tuple[Any, Any]:
    today = clock.today()
    issued = {"state": "issued", "year": today.year, "serial": serial, "issued_on": today} if serial else {}
    made = reform.Instrument.unscoped.create(unit=branch.street, kind=kind, title="提示", body="请抓紧。",
                                             due=today + NINE_DAYS, **issued)  # fmt: skip
    state, fact = ("waiting", new_id()) if serial else ("draft", None)
    return made, reform.Addressee.unscoped.create(instrument=made, unit=branch.street, due=made.due, state=state,
                                                  issued=fact)  # fmt: skip


def _kept(branch: Branch) -> Found:
    kind = documents.KINDS["letter"]
    with acting_as_job("测试"):
        upload = SimpleUploadedFile("版头.docx", content_of(kind, None))
        return {"version": documents.keep(kind, branch.street, upload, "换版头")}


def _rounds(branch: Branch, letter: str) -> Found:
    """One in preparation, one that takes cases, and one of a flow that brings forth papers."""
    today = clock.today()
    fields = {"host": branch.street, "opens": today, "closes": today + NINE_DAYS, "quota": 3,
              "approval": "文〔2026〕3号", "telephone": "028-0000000"}  # fmt: skip
    made = (("draft", NameSample, "draft"), ("running", NameSample, "open"), ("selection", GrantHonor, "open"))
    return {name: Round.unscoped.create(name=f"{letter}{name}", flow=flow.key, state=state, **fields)
            for name, flow, state in made}  # fmt: skip


def _case(branch: Branch, letter: str) -> Found:
    """A case that was objected to and waits for its notice again; every role of the street was and is asked."""
    case = Case.unscoped.create(
        number=_number(), flow=NameSample.key, since=NameSample.since, subject=branch.person.pk, unit=branch.firm,
        round=branch.running, opened_by=branch.account, opened_unit=branch.firm, step="notice", turn=1,
    )  # fmt: skip
    for role in PERMISSIONS["cases.view"][1]:
        for turn, step, state in ((0, "inquire", Seat.State.DONE), (1, "notice", Seat.State.OPEN)):
            seat = Seat.objects.create(case=case, turn=turn, step=step, role=role, unit=branch.street, state=state)
    decision = Decision.objects.create(
        seat=seat, case=case, turn=0, step="inquire", outcome="notice", by_name="测试", unit=branch.street,
        letter=_scan(),
    )  # fmt: skip
    here, firm = _notice(case, branch.street, "unit"), _notice(case, branch.firm, "unit")
    objection = Objection(shown=here.shown.get())
    said = {"name": "王五", "phone": "19900010002", "text": "事迹不实"}
    objection.secret = records.seal(case.subject, branch.firm.path, objection.pk, said)
    objection.save()
    attachment = Attachment.objects.create(case=case, step="notice", material="其他材料", file=_scan())
    square = _notice(case, branch.street, "square") if letter == "甲" else here
    return {"case": case, "decision": decision, "objection": objection, "attachment": attachment,
            "notice_here": here, "notice_firm": firm, "square": square}  # fmt: skip


def _claim(branch: Branch) -> Found:
    """What the worker asks for on the phone."""
    claim = Case.unscoped.create(
        number=_number(), flow=ClaimSample.key, since=ClaimSample.since, subject=branch.person.pk, unit=branch.firm,
        opened_by=branch.worker, step="claim",
    )  # fmt: skip
    Seat.objects.create(case=claim, turn=0, step="claim", account=branch.worker)
    photo = Attachment.objects.create(case=claim, step="claim", material="其他材料", file=_scan(), by=branch.worker.pk)
    return {"claim": claim, "photo": photo}


def _notice(case: Case, unit: Unit, place: str) -> PublicNotice:
    today = clock.today()
    made = PublicNotice.objects.create(
        number=f"公示〔{today.year}〕{next(_numbers)}号", flow=case.flow, step="notice", place=place, unit=unit,
        first=today, last=today + NINE_DAYS, telephone="028-0000000",
    )  # fmt: skip
    Shown.objects.create(notice=made, case=case)
    return made


def _message(account: Account) -> Any:
    return messages.send(account, next(iter(messages.KINDS.values())), "有一件办件轮到您办理", sms=False)


def _number() -> str:
    return f"{clock.today().year}-{next(_numbers)}"


def _scan() -> Any:
    return keep_file(SimpleUploadedFile("来函.pdf", PDF), allowed={"pdf"}, max_bytes=2**20, by=None)
