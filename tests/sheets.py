"""One address of every page about an object, in the running demo: `manage shell` runs `tell`, the browser goes there.

What the demo lacks is added: a worker's own case, a notice for one firm, an earlier template, a young talent.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiangtai import documents, ledger, messages, people
from jiangtai.access import Account, Unit, accounts, acting_as, acting_as_job
from jiangtai.credentials import Credential
from jiangtai.documents.versions import content_of
from jiangtai.domains.honors.facts import HonorGranted, JudgingRightGranted, PlaqueGranted, RegisterEntered
from jiangtai.domains.honors.flow import GrantHonor
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.domains.reform import models as reform
from jiangtai.domains.reform.actions import pilot_lists, pilots, plans, supplying
from jiangtai.domains.reform.models import Action, Amount, Measure, Milestone, Part, Plan, Supply, Task
from jiangtai.domains.reform.queries.sheets import workbook
from jiangtai.domains.reform.rules import pilots as pilot_rules
from jiangtai.domains.register.flow import JoinUnion
from jiangtai.flows import Attachment, Case, Objection, PublicNotice, Round, Seat, Shown, engine
from jiangtai.indicators import Claim, Export, Target
from jiangtai.kernel import clock, keep_file
from jiangtai.messages import Message
from jiangtai.people import keeping
from jiangtai.people.models import Responsible, SavedGroup
from jiangtai.people.sources import Batch, Doubt
from jiangtai.people.sources.tests import lists

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
OFFICE, PAY, FIRM, CLERK = "zhoumin", "feiliyan", "xielan", "hejing"
WORKER = "worker"
Place = tuple[str, dict[str, Any]]

# Pages that answer with a file, so that there is nothing to look at; and such as nothing in the demo leads to.
FILES = {"addressees.file", "addressees.letter", "assessments.exhibit.file", "cases.letter",
         "cases.mine.paper", "cases.paper", "documents.template", "documents.trial", "documents.version",
         "entries.file", "firms.file", "inspections.photo",
         "library.file", "sources.template", "tasks.evidence"}  # fmt: skip
NOWHERE: set[str] = set()


def tell() -> None:
    """Print who looks at which address, as JSON; the worker by phone."""
    with acting_as_job("测试"):
        person = _honored()
        phone = keeping.value_of(person.pk, "phone")
        worker = accounts.worker_of_phone(phone)
        people.link_account(worker, person)
        _add(person, worker)
        found = {name: _told(name, place()) for name, place in sheets(person, worker).items()}
    print("SHEETS", json.dumps({"phone": phone, "sheets": found}))


def _told(name: str, place: Place) -> tuple[str, str]:
    query = place[1].pop("?", "")
    return place[0], reverse(name, kwargs=place[1]) + query


def _honored() -> Any:
    """Who holds an honour with its certificate, has a phone, and stands behind no account."""
    held = ledger.every(HonorGranted).current().filter(pk__in=Credential.unscoped.values("cause"))
    rows = people.Person.unscoped.filter(pk__in=held.values("subject"), account__isnull=True)
    return next(one for one in rows.order_by("made_at") if keeping.value_of(one.pk, "phone"))


def _add(person: Any, worker: Account) -> None:
    unit, today = people.unit_of(person.pk), clock.today()
    scan = keep_file(SimpleUploadedFile("材料.pdf", PDF), allowed={"pdf"}, max_bytes=2**20, by=worker.pk)
    case = Case.unscoped.create(
        number=f"{today.year}-990001", flow=GrantHonor.key, since=GrantHonor.since, subject=person.pk, unit=unit,
        round=_running(), opened_by=worker, step="nominate", due=today,
    )  # fmt: skip
    Seat.objects.create(case=case, turn=0, step="nominate", account=worker)
    Attachment.objects.create(case=case, step="nominate", material="其他材料", file=scan, by=worker.pk)
    clerk = Account.objects.get(username=FIRM)
    SavedGroup.unscoped.create(name="技能竞赛", unit=clerk.unit, owner=clerk).members.create(person=person)
    other = Case.unscoped.filter(state="open").exclude(pk=case.pk).order_by("made_at")[0]
    Attachment.objects.create(case=other, step=other.step, material="其他材料", file=scan)
    notice = PublicNotice.objects.create(
        number="公示（测试）1号", flow=GrantHonor.key, step="firm_notice", place="unit", unit=unit, first=today,
        last=today + timedelta(days=9), telephone="028-0000000",
    )  # fmt: skip
    Shown.objects.create(notice=notice, case=other)
    for account in (worker, Account.objects.get(username=OFFICE)):
        messages.send(account, next(iter(messages.KINDS.values())), "有一件办件轮到您办理", sms=False)
    with acting_as(Account.objects.get(username=OFFICE)) as who:
        assert who.unit
        kind = list(documents.KINDS.values())[-1]
        documents.keep(kind, who.unit, SimpleUploadedFile("版头.docx", content_of(kind, None)), "换版头")
    _young(person)
    _listed_in(clerk.unit, person)
    _asked_of_the_register(person, worker)


def _asked_of_the_register(person: Any, worker: Account) -> None:
    """A firm's word that waits, a firm looked into, and a file to be deleted."""
    clerk, listed = Account.objects.get(username=FIRM), _listed()
    why, today = people.ListingReason.MAJOR_VIOLATION, clock.today()
    people.investigate(listed, why=why, decision="立案〔2026〕1号", caused=today)
    Responsible.unscoped.create(unit=clerk.unit, person=person, role="direct", since=today, proposed_by=clerk)
    people.ErasureRequest.objects.create(person=person, reason="own_wish", asked_by=worker)


def _listed_in(firm: Unit, person: Any) -> None:
    """Lists of a firm whose columns are to be confirmed and whose lines are to be taken over; files to be compared."""
    today, wrong = clock.today(), {"name": "王二", "id_number": "1"}
    rows = lists.rows_of("employer_roster", wrong, {"name": "李一", "phone": "19900010009"})
    lists.handed_in("employer_roster", firm, lists.sheet(rows), today)
    lists.handed_in(
        "employer_roster", firm, lists.sheet([["职工", "公民身份号码", "手机号码"], ["李一", "1", "2"]]), today
    )
    other, third = people.workers_of(firm).exclude(pk=person.pk).order_by("made_at")[:2]
    Doubt.objects.create(one=person, other=other, odds=0.8)
    people.Merge.objects.create(kept=person, gone=third, by=Account.objects.get(username="jiangwei"))
    told = {"name": "李三", "birth": "1988-08-08", "phone": "19900010019", "union": "示例工会"}
    for _ in range(2):
        lists.loaded("union_members", firm, told, day=today)
        told["employer"] = firm.name
    (mixed,) = people.find(phone="19900010019")
    first = people.contents_of(mixed).lines[0].id
    people.Split.objects.create(person=mixed, lines=[first], reason="同名", by=Account.objects.get(username="jiangwei"))
    with acting_as(Account.objects.get(username=OFFICE)):
        people.propose_merge(*(people.register(name="李双", unit=firm, sex="男") for _ in range(2)))


def _listed() -> Unit:
    return next(one for one in Unit.unscoped.filter(kind="enterprise") if people.listing_of(one.pk))


def _running() -> Round:
    return Round.unscoped.get(name="第二届锦川工匠")


def _young(person: Any) -> None:
    from jiangtai.domains.honors import actions

    title = HonorTitle.objects.filter(kind=HonorTitle.Kind.YOUNG_TALENT)[0]
    with acting_as(Account.objects.get(username="jiangwei")):
        actions.record_honor(person.pk, title, "演示文件〔2026〕99号", clock.today())


def sheets(person: Any = None, worker: Any = None) -> dict[str, Callable[[], Place]]:
    """Where each page about an object is seen, and by whom."""
    return {
        **_cases(),
        **_rounds(),
        **_own(worker),
        **_people(),
        **_lists(),
        **_papers(),
        **_honors(person),
        **_plans(),
        **_following(),
        **_schemes(),
        **_library(),
        **_pilots(),
        **_dockets(),
        **_tasks(),
    }


def _cases() -> dict[str, Callable[[], Place]]:
    def case(*steps: str) -> Case:
        rows = Case.unscoped.filter(flow=GrantHonor.key, state="open", round__isnull=False)
        return (rows.filter(step__in=steps) if steps else rows).order_by("-made_at")[0]

    def dropped() -> Place:
        row = Attachment.objects.filter(removed_at__isnull=True, case__round__isnull=False).order_by("-made_at")[0]
        return OFFICE, {"id": row.case_id, "file": row.pk}

    def objected() -> Place:
        row = Objection.objects.select_related("shown").order_by("made_at")[0]
        return OFFICE, {"id": row.shown.case_id, "objection": row.pk}

    def published() -> Place:
        seat = Seat.objects.filter(state="open", step="firm_notice").order_by("-made_at")[0]
        rows = Account.objects.filter(grants__unit=seat.unit, grants__role=seat.role, grants__revoked_at__isnull=True)
        return rows[0].username, {"id": seat.case_id}

    def opened() -> Place:
        return "chenguifang", {"flow": GrantHonor.key, "?": f"?round={_running().pk}"}

    acts = ("show", "transfer", "urge", "withdraw", "appeal")
    return {
        **{f"cases.{one}": lambda: (OFFICE, {"id": case().pk}) for one in acts},
        "cases.record": lambda: (OFFICE, {"id": case("joint", "examine", "verify").pk}),
        "cases.objection": objected,
        "cases.objection.read": objected,
        "cases.drop_paper": dropped,
        "cases.publish": published,
        "cases.open": opened,
    }


def _rounds() -> dict[str, Callable[[], Place]]:
    def shown(place: str) -> Shown:
        rows = Shown.objects.filter(notice__place=place, notice__closed_at__isnull=True)
        return rows.filter(notice__last__gte=clock.today(), case__state="open").order_by("-made_at")[0]

    def line(who: str, place: str) -> Place:
        row = shown(place)
        return who, {"id": row.notice_id, "shown": row.pk}

    acts = ("show", "edit", "start", "close", "consulted", "judges", "shares", "rank", "publish")
    return {
        **{f"rounds.{one}": lambda: (OFFICE, {"id": _running().pk}) for one in acts},
        "rounds.paper": lambda: (OFFICE, {"id": _running().pk, "place": 0}),
        "notices.public": lambda: ("", {"id": shown("square").notice_id}),
        "notices.object": lambda: line("", "square"),
        "notices.show": lambda: (OFFICE, {"id": shown("square").notice_id}),
        "notices.object_here": lambda: line(OFFICE, "square"),
        "notices.paper": lambda: (OFFICE, {"id": shown("square").notice_id, "form": "docx"}),
        "notices.mine": lambda: (WORKER, {"id": shown("unit").notice_id}),
        "notices.object_mine": lambda: line(WORKER, "unit"),
    }


def _own(worker: Any) -> dict[str, Callable[[], Place]]:
    def case() -> Case:
        return Case.unscoped.get(opened_by=worker)

    def credential() -> Credential:
        person = people.person_of(worker)
        assert person
        return Credential.unscoped.filter(subject=person.pk)[0]

    def photo() -> Place:
        return WORKER, {"id": case().pk, "file": case().attachments.get().pk}

    return {
        **{f"cases.mine.{one}": lambda: (WORKER, {"id": case().pk}) for one in ("show", "withdraw", "appeal", "urge")},
        "cases.mine.fill": lambda: (WORKER, {"id": case().pk, "place": 1}),
        "cases.mine.drop_paper": photo,
        "credentials.own": lambda: (WORKER, {"id": credential().pk}),
        "credentials.own.paper": lambda: (WORKER, {"id": credential().pk, "paper": "certificate"}),
        "cases.begin": lambda: (WORKER, {"flow": JoinUnion.key}),
        "messages.pocket": lambda: (WORKER, {"id": Message.objects.filter(to=worker)[0].pk}),
    }


def _people() -> dict[str, Callable[[], Place]]:
    def firm() -> Unit:
        return Account.objects.get(username=FIRM).unit

    def work() -> Any:
        rows = people.Employment.unscoped.filter(unit=firm(), until__isnull=True, person__memberships__isnull=False)
        return rows.order_by("made_at")[0]

    def proposed() -> Any:
        return Responsible.unscoped.filter(state="proposed")[0]

    def request() -> Any:
        return people.ErasureRequest.objects.filter(state="open")[0]

    changes = ("edit", "join_union")
    sees = ("show", "print", "id_number", "phone", "union_card")
    return {
        **{f"people.{one}": lambda: (FIRM, {"id": work().person_id}) for one in (*changes, *sees)},
        **{f"people.{one}": lambda: (FIRM, {"id": work().pk}) for one in ("move", "leave")},
        "people.leave_union": lambda: (FIRM, {"id": work().person.memberships.order_by("-made_at")[0].pk}),
        **{f"employers.{one}": lambda: (OFFICE, {"id": firm().pk}) for one in ("show", "edit", "appoint")},
        "employers.dismiss": lambda: (OFFICE, {"id": Responsible.unscoped.filter(until__isnull=True)[0].pk}),
        **{
            f"blacklist.{one}": lambda: (OFFICE, {"id": people.listing_of(_listed().pk).pk})
            for one in ("show", "delist")
        },
        "tags.end": lambda: (OFFICE, {"id": people.tagging_of(firm().pk, people.EmployerTag.HIGH_TECH).pk}),
        **{f"saved.{one}": lambda: (FIRM, {"id": SavedGroup.unscoped.get().pk}) for one in ("show", "delete")},
        "own.contest": lambda: (WORKER, {"what": "name"}),
        "investigations.close": lambda: (OFFICE, {"id": people.investigation_of(_listed().pk).pk}),
        "responsibles.confirm": lambda: (OFFICE, {"id": proposed().pk}),
        "erasures.decide": lambda: (OFFICE, {"id": request().pk}),
        "people.erase": lambda: (OFFICE, {"id": work().person_id}),
        **{f"people.{one}": lambda: (OFFICE, {"id": work().person_id}) for one in ("died", "alive")},
        "people.merge": lambda: (OFFICE, {"id": work().person_id}),
        "people.merge_pair": lambda: (OFFICE, _pair()),
        "people.split": lambda: (OFFICE, {"id": people.Split.objects.get().person_id}),
        "splits.confirm": lambda: (OFFICE, {"id": people.Split.objects.get().pk}),
        "checks.ask": lambda: (OFFICE, {"id": work().person_id}),
    }


def _pair() -> dict[str, Any]:
    doubt = Doubt.objects.order_by("-pk")[0]
    return {"id": doubt.one_id, "other": doubt.other_id}


def _lists() -> dict[str, Callable[[], Place]]:
    def batch(state: str) -> Place:
        return FIRM, {"id": Batch.unscoped.get(state=state, by=None, unit=Account.objects.get(username=FIRM).unit).pk}

    return {
        **{f"batches.{one}": lambda: batch("checked") for one in ("show", "take", "drop", "returned", "failed")},
        "batches.columns": lambda: batch("mapping"),
        "doubts.show": lambda: (OFFICE, {"id": Doubt.objects.order_by("-pk")[0].pk}),
        **{
            f"merges.{one}": lambda state=state: (OFFICE, {"id": people.Merge.objects.filter(state=state)[0].pk})
            for one, state in (("confirm", "proposed"), ("undo", "done"))
        },
        "quality.list": lambda: (OFFICE, {"lack": "phone"}),
        "figures.publish": lambda: (OFFICE, {"key": "register.workers", "?": "?by=nested"}),
        "exports.show": lambda: (OFFICE, {"id": Export.objects.filter(by__username=OFFICE)[0].pk}),
        "figures.show": lambda: (OFFICE, {"key": "register.union_coverage", "?": "?by=sex"}),
        **{
            f"claims.{one}": lambda: (OFFICE, {"id": Claim.unscoped.filter(ended_at=None)[0].pk})
            for one in ("show", "withdraw")
        },
        "targets.take_back": lambda: (OFFICE, {"id": Target.unscoped.filter(ended_at=None)[0].pk}),
    }


def _papers() -> dict[str, Callable[[], Place]]:
    def credential() -> Credential:
        return Credential.unscoped.order_by("made_at")[0]

    def version() -> Any:
        return documents.TemplateVersion.unscoped.filter(file__isnull=False)[0]

    kind = {"kind": list(documents.KINDS)[-1]}
    return {
        **{f"credentials.{one}": lambda: (OFFICE, {"id": credential().pk}) for one in ("show", "revoke")},
        "credentials.paper": lambda: (OFFICE, {"id": credential().pk, "paper": "card"}),
        "credentials.check": lambda: ("", {"number": credential().number}),
        **{f"documents.{one}": lambda: (OFFICE, dict(kind)) for one in ("show", "upload", "reset")},
        "documents.restore": lambda: (OFFICE, {**kind, "id": version().pk}),
        "messages.show": lambda: (OFFICE, {"id": Message.objects.filter(to__username=OFFICE)[0].pk}),
    }


def _honors(person: Any) -> dict[str, Callable[[], Place]]:
    def fact(kind: type) -> Place:
        return OFFICE, {"id": ledger.every(kind).current().order_by("id")[0].pk}

    def talent() -> Place:
        young = [str(one.pk) for one in HonorTitle.objects.filter(kind=HonorTitle.Kind.YOUNG_TALENT)]
        rows = ledger.every(HonorGranted).of(person.pk).filter(payload__title__in=young)
        return OFFICE, {"id": rows.order_by("id")[0].pk}

    def title() -> Place:
        return OFFICE, {"id": HonorTitle.objects.order_by("pk")[0].pk}

    return {
        **{f"honors.{one}": lambda: fact(HonorGranted) for one in ("show", "revoke")},
        "facts.proof": lambda: fact(HonorGranted),
        "facts.own": lambda: (WORKER, {"id": people.own_life(person)[0].pk}),
        **{f"honors.titles.{one}": title for one in ("show", "edit", "retire", "restore")},
        **{f"honors.talents.{one}": talent for one in ("show", "mentor", "follow")},
        "honors.plaques.withdraw": lambda: fact(PlaqueGranted),
        "honors.rights.withdraw": lambda: fact(JudgingRightGranted),
        "honors.registers.leave": lambda: fact(RegisterEntered),
        "honors.craftsman": lambda: ("", {"id": person.pk}),
    }


def _following() -> dict[str, Callable[[], Place]]:
    """What follows the demo's plan: instruments, answers, meetings, the assessment."""
    leader, committee = "zhaoqiming", "zhuqinghua"

    def sent(kind: str, state: str = "waiting") -> Any:
        rows = reform.Addressee.unscoped.filter(instrument__kind=kind, state=state)
        return rows.order_by("made_at")[0]

    def draft(kind: str) -> Any:
        host = Account.objects.get(username=OFFICE).unit
        found = reform.Instrument.unscoped.filter(kind=kind, state="draft").first()
        return found or _drafted(host, kind)

    def meeting(state: str) -> Any:
        return reform.Meeting.unscoped.filter(state=state).order_by("made_at")[0]

    def settled() -> Place:
        one = meeting("draft")
        row = one.resolutions.first() or one.resolutions.create(
            place=1, text="议定", unit=one.unit, due=one.on, measure=reform.Measure.objects.order_by("pk")[0]
        )
        return OFFICE, {"id": one.pk, "resolution": row.pk}

    def point() -> dict[str, Any]:
        row = reform.Exhibit.objects.order_by("made_at")[0].point
        return {"id": row.assessment_id, "point": row.pk}

    def exhibit() -> Place:
        row = reform.Exhibit.objects.order_by("made_at")[0]
        return OFFICE, {"id": row.point.assessment_id, "point": row.point_id, "exhibit": row.pk}

    def item() -> Place:
        row = meeting("draft").items.order_by("place")[0]
        return OFFICE, {"id": row.meeting_id, "item": row.pk}

    return {
        "assessments.paper": lambda: (OFFICE, {"id": point()["id"], "which": "catalogue", "form": "docx"}),
        "instruments.paper": lambda: (OFFICE, {"id": sent("bulletin").instrument_id, "form": "docx"}),
        "addressees.paper": lambda: (OFFICE, {"id": sent("prompt").pk, "form": "pdf"}),
        "meetings.paper": lambda: (OFFICE, {"id": meeting("held").pk, "which": "minutes", "form": "docx"}),
        "instruments.show": lambda: (OFFICE, {"id": sent("bulletin").instrument_id}),
        "instruments.for_task": lambda: (
            OFFICE,
            {"id": reform.Task.unscoped.filter(state="open", due__lt=clock.today()).order_by("pk")[0].pk},
        ),
        **{f"instruments.{one}": lambda: (OFFICE, {"id": draft("prompt").pk})
           for one in ("edit", "discard", "issue_prompt")},
        "instruments.issue_bulletin": lambda: (leader, {"id": draft("bulletin").pk}),
        "instruments.issue_supervision": lambda: (committee, {"id": draft("supervision").pk}),
        **{f"addressees.{one}": lambda: (OFFICE, {"id": sent("prompt").pk}) for one in ("show", "record", "close")},
        "addressees.answer": lambda: (
            "hejing",
            {"id": reform.Addressee.unscoped.filter(state="waiting", unit__short_name="区人社局")[0].pk},
        ),
        "addressees.return": lambda: (OFFICE, {"id": sent("prompt", "answered").pk}),
        "meetings.show": lambda: (OFFICE, {"id": meeting("held").pk}),
        **{f"meetings.{one}": lambda: (OFFICE, {"id": meeting("draft").pk})
           for one in ("edit", "drop", "call", "call_off", "propose", "item", "resolution", "hold")},
        **{f"meetings.item.{one}": item for one in ("drop", "said")},
        "meetings.resolution.drop": settled,
        **{f"assessments.{one}": lambda: (OFFICE, {"id": point()["id"]}) for one in ("show", "ask", "hand_in", "drop")},
        **{f"assessments.{one}": lambda: (OFFICE, point()) for one in ("point", "change", "find", "score", "exhibit")},
        "assessments.attach": lambda: (OFFICE, {**point(), "kind": "indicator", "key": "register.workers"}),
        "assessments.exhibit.drop": exhibit,
    }  # fmt: skip


def _dockets() -> dict[str, Callable[[], Place]]:
    """The demo's lists and programmes: in use, in draft, with firms and what was done for them."""

    def held(**narrow: Any) -> Place:
        return OFFICE, {"id": reform.DocketSet.unscoped.filter(**narrow).order_by("made_at")[0].pk}

    def docket(who: str = OFFICE) -> Place:
        return who, {"id": reform.Docket.unscoped.get(set__title="三张清单", title="思想清单").pk}

    def column() -> Place:
        one = docket()[1]["id"]
        return OFFICE, {"id": one, "column": reform.DocketColumn.objects.filter(docket=one)[0].pk}

    def entry(is_done: bool) -> Place:
        rows = reform.DocketEntry.unscoped.filter(docket=docket()[1]["id"], done_on__isnull=not is_done)
        return CLERK, {"id": rows.get(unit__short_name="区人社局").pk}

    def programme(title: str = "四同培育") -> Place:
        return OFFICE, {"id": reform.Programme.unscoped.get(title=title).pk}

    def draft() -> Place:
        unit = Account.objects.get(username=OFFICE).unit
        return OFFICE, {"id": reform.Programme.unscoped.get_or_create(unit=unit, title="正在拟定")[0].pk}

    def item() -> Place:
        return OFFICE, {"id": reform.ProgrammeItem.objects.get(title="评价").pk}

    def hanging() -> Place:
        row = reform.Hanging.objects.exclude(indicator="").order_by("pk")[0]
        return OFFICE, {"id": row.item_id, "hanging": row.pk}

    def firm() -> Place:
        return OFFICE, {"id": reform.Assistance.objects.filter(firm__left_on=None).order_by("pk")[0].firm_id}

    def helped() -> Place:
        row = reform.Assistance.objects.filter(firm__left_on=None).order_by("pk")[0]
        return OFFICE, {"id": row.firm_id, "assistance": row.pk}

    def cohort() -> Place:
        return OFFICE, {"id": reform.Cohort.objects.order_by("pk")[0].pk}

    def drafted() -> Place:
        who = Account.objects.get(username=OFFICE)
        made = reform.DocketSet.unscoped.filter(state="draft").first()
        return OFFICE, {"id": (made or reform.DocketSet.unscoped.create(unit=who.unit, title="草拟清单")).pk}

    return {
        **{f"dockets.{one}": lambda: held(state="in_use") for one in ("set", "edit", "add", "end")},
        **{f"dockets.{one}": drafted for one in ("begin", "drop")},
        **{f"dockets.{one}": docket for one in ("show", "design", "set_up", "column", "keepers", "keepers.set",
                                                "export", "import", "paper")},
        **{f"dockets.{one}": lambda: docket(CLERK) for one in ("fill", "confirm")},
        **{f"dockets.column.{one}": column for one in ("edit", "end")},
        **{f"entries.{one}": lambda: entry(False) for one in ("show", "edit", "finish", "remove", "prove")},
        "entries.reopen": lambda: entry(True),
        **{f"programmes.{one}": programme for one in ("show", "edit", "end", "publish", "hide")},
        "programmes.matrix": lambda: programme("四个体系"),
        **{f"programmes.{one}": draft for one in ("begin", "drop")},
        **{f"items.{one}": item for one in ("show", "tasks", "measures", "indicator")},
        "items.unhang": hanging,
        "cohorts.new": programme,
        **{f"cohorts.{one}": cohort for one in ("show", "join")},
        **{f"firms.{one}": firm for one in ("show", "assist", "leave", "pair")},
        "firms.prove": helped,
        "public_programmes.show": lambda: ("", programme()[1]),
    }  # fmt: skip


def _pilots() -> dict[str, Callable[[], Place]]:
    """What the demo has of pilots: both batches, one being prepared, lists at work and waiting, a report."""
    new = reform.PilotBatch.unscoped

    def batch(**which: Any) -> Any:
        return new.filter(**which).order_by("made_at")[0]

    def prepared() -> Any:
        with acting_as(Account.objects.get(username=OFFICE)):
            kind = pilot_rules.Kind("全面试点", 3, ["enterprise"], False)
            today = clock.today()
            call = pilots.Call("第三批试点", today.year, today, today + timedelta(days=20), None)
            found = new.filter(state="preparing").first()
            return found or pilots.prepare(call, [kind])

    def opened() -> Any:
        with acting_as(Account.objects.get(username=OFFICE)):
            kind = pilot_rules.Kind("全面试点", 3, ["enterprise"], False)
            today = clock.today()
            call = pilots.Call("第四批试点", today.year, today, today + timedelta(days=20), None)
            return new.filter(state="open").first() or pilots.open_batch(pilots.prepare(call, [kind]))

    def pilot() -> Any:
        return reform.Pilot.unscoped.get(unit=Account.objects.get(username=FIRM).unit)

    def yearly() -> Any:
        return reform.YearlyList.unscoped.filter(pilot=pilot()).order_by("year")[0]

    def begun(whose: Any) -> Any:
        year = clock.today().year + 1
        with acting_as(Account.objects.get(username=OFFICE)):
            one, measures = pilot_lists.begin(whose, year), reform.Measure.objects.filter(plan__state="in_force")
            if not one.items.exists():
                pilot_lists.put(one, "评聘第二批首席技师", measures.order_by("place")[0], date(year, 6, 30))
        return one

    def written() -> dict[str, Any]:
        one = begun(pilot())
        return {"id": one.pk, "item": one.items.first().pk}

    def sent() -> Any:
        if waiting := reform.YearlyList.unscoped.filter(state="sent").order_by("pk").first():
            return waiting
        other = reform.Pilot.unscoped.filter(state="active").exclude(pk=pilot().pk).order_by("-until", "pk")[0]
        with acting_as(Account.objects.get(username=OFFICE)):
            return pilot_lists.send_list(begun(other))

    report = reform.PilotReport.unscoped.order_by
    return {
        **{f"pilots.batches.{one}": lambda: (OFFICE, {"id": batch(is_listed=False, state="named").pk})
           for one in ("show", "candidates", "hide", "call")},
        **{f"pilots.batches.{one}": lambda: (OFFICE, {"id": batch(is_listed=True).pk})
           for one in ("lines", "show_public")},
        **{f"pilots.batches.{one}": lambda: (OFFICE, {"id": prepared().pk}) for one in ("edit", "drop", "open")},
        "pilots.batches.publish": lambda: (OFFICE, {"id": opened().pk}),
        "pilots.batches.confirm": lambda: ("zhaoqiming", {"id": opened().pk}),
        "pilots.types.new": lambda: (OFFICE, {"id": prepared().pk}),
        **{f"pilots.types.{one}": lambda: (OFFICE, {"id": prepared().types.get().pk}) for one in ("edit", "drop")},
        "pilots.types.apply": lambda: (FIRM, {"id": opened().types.get().pk}),
        **{f"pilots.{one}": lambda: (OFFICE, {"id": pilot().pk}) for one in ("show", "end")},
        "pilots.begin_list": lambda: (FIRM, {"id": pilot().pk}),
        "yearly_lists.show": lambda: (OFFICE, {"id": yearly().pk}),
        **{f"yearly_lists.{one}": lambda: (FIRM, {"id": written()["id"]}) for one in ("item", "send")},
        **{f"yearly_lists.item.{one}": lambda: (FIRM, written()) for one in ("edit", "drop")},
        **{f"yearly_lists.{one}": lambda: (OFFICE, {"id": sent().pk}) for one in ("confirm", "send_back")},
        "pilot_reports.show": lambda: (OFFICE, {"id": report("pk")[0].pk}),
        "pilot_reports.paper": lambda: (OFFICE, {"id": report("pk")[0].pk, "form": "pdf"}),
    }  # fmt: skip


def _library() -> dict[str, Callable[[], Place]]:
    """The demo's papers and its inspection."""

    def paper(**fields: Any) -> Place:
        return OFFICE, {"id": reform.PolicyPaper.unscoped.filter(**fields).order_by("made_at")[0].pk}

    def tie() -> Place:
        row = reform.PaperTie.objects.order_by("made_at")[0]
        return OFFICE, {"id": row.paper_id, "tie": row.pk}

    def visit(**fields: Any) -> Place:
        return OFFICE, {"id": reform.Visit.objects.filter(**fields).order_by("place")[0].pk}

    def reviewed() -> Any:
        return reform.PaperReview.objects.filter(done_on__isnull=False).order_by("pk")[0]

    def planned() -> Place:
        one = reform.Inspection.unscoped.filter(state="draft").first()
        if one is None:
            host, today = Account.objects.get(username=OFFICE).unit, clock.today()
            one = reform.Inspection.unscoped.create(unit=host, title="筹备的检查", since=today, until=today)
            one.points.create(place=1, text="要点", clause="第一条")
        return OFFICE, {"id": one.pk}

    running = {"inspection__state": "running", "visited_on": None}
    return {
        **{f"library.{one}": lambda: paper(title="职工夜校管理办法")
           for one in ("show", "edit", "publish", "tie", "end", "link", "ask")},
        "library.hide": lambda: paper(is_public=True),
        "library.restore": lambda: paper(ended_on__isnull=False),
        "library.untie": tie,
        "public_papers.show": lambda: ("", paper(is_public=True)[1]),
        "inspections.show": lambda: (OFFICE, {"id": reform.Inspection.unscoped.filter(state="running")[0].pk}),
        "inspections.close": lambda: (OFFICE, {"id": reform.Inspection.unscoped.filter(state="running")[0].pk}),
        **{f"inspections.{one}": planned for one in ("edit", "draw", "issue", "drop")},
        "inspections.visit": lambda: visit(findings__isnull=False),
        "inspections.rectification": lambda: (OFFICE, visit(findings__isnull=False)[1] | {"form": "docx"}),
        "inspections.paper": lambda: (
            OFFICE,
            {"id": reform.Inspection.unscoped.filter(state="running")[0].pk, "which": "notice", "form": "docx"},
        ),
        "library.review": lambda: (OFFICE, {"id": reviewed().pk, "form": "docx"}),
        "inspections.send": lambda: visit(findings__case=None, findings__isnull=False),
        **{f"inspections.{one}": lambda: visit(**running) for one in ("record", "confirm")},
    }  # fmt: skip


def _schemes() -> dict[str, Callable[[], Place]]:
    """Last year's assessment of the demo's units, and this year's scheme, still drawn up."""

    def scheme(state: str) -> dict[str, Any]:
        return {"id": reform.Scheme.unscoped.filter(state=state).order_by("made_at")[0].pk}

    def result() -> Any:
        unit = Account.objects.get(username=CLERK).unit
        return reform.Result.unscoped.filter(unit=unit).order_by("confirmed_on")[0]

    def criterion() -> Place:
        held = scheme("draft")
        return OFFICE, {**held, "criterion": reform.Criterion.objects.filter(scheme=held["id"])[0].pk}

    return {
        "schemes.show": lambda: (OFFICE, scheme("open")),
        **{f"schemes.{one}": lambda: (OFFICE, scheme("draft")) for one in ("edit", "drop", "open", "criterion")},
        **{f"schemes.criterion.{one}": criterion for one in ("edit", "drop")},
        **{f"schemes.{one}": lambda: (OFFICE, scheme("open")) for one in ("urge", "pass_over", "results", "close")},
        "schemes.bulletin": lambda: (OFFICE, {"id": result().scheme_id}),
        "schemes.confirm": lambda: ("zhaoqiming", scheme("open")),
        "schemes.unit": lambda: (OFFICE, {"id": result().scheme_id, "case": result().case}),
        "results.show": lambda: (CLERK, {"id": result().pk}),
    }


def _drafted(host: Unit | None, kind: str) -> Any:
    made = reform.Instrument.unscoped.create(unit=host, kind=kind, title="关于推进任务的文书", body="请抓紧推进。",
                                             due=clock.today() + timedelta(days=9))  # fmt: skip
    reform.Addressee.unscoped.create(instrument=made, unit=host, due=made.due)
    return made


def _tasks() -> dict[str, Callable[[], Place]]:
    def task(state: str = "open") -> Any:
        clerk = Account.objects.get(username=CLERK)
        return Task.unscoped.filter(unit=clerk.unit, state=state, parent=None).order_by("pk")[0]

    def point() -> dict[str, Any]:
        row = Milestone.unscoped.filter(reached_on=None, task__state="open").order_by("pk")[0]
        return {"id": row.task_id, "point": row.pk}

    def waiting() -> Any:
        return Seat.objects.filter(state="open", step="report").order_by("pk")[0]

    def held() -> Place:
        return OFFICE, {"id": waiting().case.round_id}

    def link() -> Place:
        with acting_as(Account.objects.get(username=OFFICE)):
            return "", {"token": engine.link_for(waiting().pk)}

    at_work = ("amend", "hand_on", "prove", "finish", "point")
    return {
        **{f"tasks.{one}": lambda: (CLERK, {"id": task().pk}) for one in at_work},
        **{f"tasks.{one}": lambda: (OFFICE, {"id": task().pk}) for one in ("show", "cancel")},
        "tasks.reopen": lambda: (OFFICE, {"id": Task.unscoped.filter(state="done").order_by("pk")[0].pk}),
        **{f"tasks.point.{one}": lambda: (OFFICE, point()) for one in ("edit", "reach", "drop")},
        **{f"reporting.{one}": held for one in ("show", "links", "links.anew", "urge")},
        "cases.link": lambda: (OFFICE, {"id": waiting().case_id}),
        "cases.by_link": link,
    }


def _plans() -> dict[str, Callable[[], Place]]:
    def running() -> dict[str, Any]:
        return {"id": Plan.objects.filter(state="in_force").order_by("made_at")[0].pk}

    def filed() -> dict[str, Any]:
        plan = Plan.objects.get(**running())
        with acting_as(Account.objects.get(username=OFFICE)) as who:
            upload = SimpleUploadedFile("方案.txt", plan.text.encode())
            plan.file = keep_file(upload, allowed={"txt"}, max_bytes=2**20, by=who.person)
            plan.save(update_fields=("file",))
        return {"id": plan.pk}

    def waiting() -> Plan:
        return Plan.objects.filter(state="draft", replaces=None).order_by("made_at")[0]

    def measure(plan: Any) -> dict[str, Any]:
        return {"id": Measure.objects.filter(plan=plan, deadline=None).order_by("place")[0].pk}

    def supply() -> dict[str, Any]:
        one = Measure.objects.filter(plan=running()["id"]).order_by("place")[0]
        made, _ = Supply.objects.get_or_create(measure=one, kind="figure", state="waiting", indicator="reform.reports",
                                               defaults={"year": clock.today().year, "value": 9})  # fmt: skip
        return {"id": made.pk}

    def lacking() -> Place:
        with acting_as(Account.objects.get(username=OFFICE)):
            return "", {"token": supplying.links_for_lacking()[0][2]}

    def doubtful() -> dict[str, Any]:
        return {"id": Part.objects.filter(measure__plan=waiting(), unit=None, is_collective=False)[0].pk}

    def action() -> dict[str, Any]:
        return {"id": Action.objects.filter(measure__plan=waiting()).order_by("measure__place", "place")[0].pk}

    def table() -> dict[str, Any]:
        with acting_as(Account.objects.get(username=OFFICE)) as who:
            plan = waiting()
            with workbook(plan) as book:
                upload = SimpleUploadedFile("责任分解表.xlsx", book.read())
            file = keep_file(upload, allowed={"xlsx"}, max_bytes=2**20, by=who.person)
            plan.measures.filter(place=1).update(title="服务站点进片区")
        return {"id": plan.pk, "file": file.pk}

    def version() -> dict[str, Any]:
        with acting_as(Account.objects.get(username=OFFICE)):
            plan = Plan.objects.get(**running())
            text = plan.text.replace("不少于60场", "不少于80场").replace("区司法局、", "", 1)
            return {"id": plans.draft(text, since=plan.since, replaces=plan).pk}

    def ended() -> dict[str, Any]:
        with acting_as(Account.objects.get(username=OFFICE)):
            words = "一、行动\n1.办好夜校。按季开课。（牵头单位：区总工会）\n"
            plan = plans.confirm(plans.draft(f"职工夜校行动方案\n\n{words}", since=clock.today()))
            plans.end(plan, "执行期满", cancels=True)
        return {"id": plan.pk}

    plain, of_draft = ("show", "read", "export", "publish", "version", "beside", "end"), ("describe", "drop", "import")
    return {
        **{f"plans.{one}": lambda: (OFFICE, running()) for one in plain},
        **{f"plans.{one}": lambda: (OFFICE, {"id": waiting().pk}) for one in of_draft},
        "measures.new": lambda: (OFFICE, {"id": waiting().pk}),
        "plans.hide": lambda: (OFFICE, running()),
        "plans.file": lambda: (OFFICE, filed()),
        "plans.hand_out": lambda: (OFFICE, {**running(), "year": clock.today().year + 1}),
        "plans.accept": lambda: (OFFICE, table()),
        "plans.compare": lambda: (OFFICE, version()),
        "plans.resume": lambda: (OFFICE, ended()),
        "plans.confirm": lambda: (OFFICE, {"id": Plan.objects.filter(state="draft").order_by("-made_at")[0].pk}),
        "parts.settle": lambda: (OFFICE, doubtful()),
        **{
            f"measures.{one}": lambda: (OFFICE, measure(running()["id"]))
            for one in ("show", "supply", "link", "expect", "tie", "go_without", "designate")
        },
        "amounts.tie": lambda: (OFFICE, {"id": Amount.objects.filter(measure__plan=running()["id"])[0].pk}),
        **{f"supplies.{one}": lambda: (OFFICE, supply()) for one in ("show", "adopt", "decline")},
        "supplies.by_link": lacking,
        **{f"measures.{one}": lambda: (OFFICE, measure(waiting())) for one in ("edit", "remove", "add")},
        **{f"actions.{one}": lambda: (OFFICE, action()) for one in ("edit", "join", "remove")},
        "public_plans.show": lambda: ("", running()),
    }
