"""The policy library: papers are taken in, published, tied to one another, ended, restored, and sent to review."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Account, Grant, Refused, Unit, acting_as_job, audit, current, parameters, root
from jiangtai.flows import Case, engine, records
from jiangtai.kernel import StoredFile, clock, jobs
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId, Why
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import (
    Assessed,
    PolicyPaperInForce,
    PolicyPaperIssued,
    PolicyPaperRepealed,
    PolicyPaperReviewDue,
    PolicyPaperReviewed,
    PolicyPaperSuperseded,
)
from ..models import Measure, PaperReview, PaperTie, PolicyPaper
from ..queries import library as queries
from ..rules import library as rules
from . import plans, tasks

DUE = message_kind(
    MessageKind("reform.review_due", "政策评估到期", "{title}应于 {on} 前评估，请准备；领导小组办公室将发起评估。")
)
MOST_SIGNS = 500_000
_MANY = 500

audit.actions(
    library__entered="录入政策文件",
    library__changed="修改政策文件",
    library__published="公开或不再公开政策文件",
    library__tied="登记政策文件的关系",
    library__ended="登记政策文件被替代或废止",
    library__restored="撤销替代或废止的登记",
    library__linked="政策文件对应举措、指标",
    library__imported="导入政策文件清单",
    library__asked="发起政策评估",
    library__opened_file="下载政策文件",
)


def text_of(upload: UploadedFile) -> tuple[str, StoredFile]:
    """What stands in an uploaded paper, and the file as it is kept."""
    text, file = plans.text_of(upload)
    return text.replace("\r\n", "\n").strip(), file


def enter(values: Mapping[str, Any], *, text: str = "", file: StoredFile | None = None) -> PolicyPaper:
    """Take a paper into the library of the unit that acts; its number is taken once of an issuer."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位办理")
    with transaction.atomic():
        made = _create(values, who.unit, text or str(values.get("text") or ""), file)
        audit.record("library.entered", target=made)
    return made


def _create(values: Mapping[str, Any], unit: Unit, text: str, file: StoredFile | None) -> PolicyPaper:
    told = _checked(values, text)
    made = PolicyPaper(unit=unit, file=file, by=current().actor, by_name=current().name[:60], **told)
    made.review_on = made.review_on or rules.next_review(made.since, _months(unit), clock.today())
    _save(made)
    made.issued = ledger.append(
        PolicyPaperIssued(
            paper=SubjectId(made.pk), number=made.number, kind=made.kind, level=made.level, unit=UnitId(unit.pk),
            on=made.issued_on,
        ),
        cause=Cause.act("录入政策文件", made.pk),
    )  # fmt: skip
    _hold(made)
    _await(made)
    made.save()
    return made


def change(
    paper: PolicyPaper, values: Mapping[str, Any], *, text: str | None = None, file: StoredFile | None = None
) -> PolicyPaper:
    """Put a paper right; where number or days were wrong, the ledger is corrected too."""
    with transaction.atomic():
        held = _locked(paper)
        told = _checked(values, held.text if text is None else text)
        fixed = ("number", "kind", "level", "issued_on", "since", "until")
        is_other = any(getattr(held, name) != told[name] for name in fixed)
        if is_other and held.ended_on:
            raise Refused("这份文件已登记被替代或废止，先撤销登记，再改文号、日期、文种、级别")
        for name, value in told.items():
            setattr(held, name, value)
        held.file = file or held.file
        held.review_on = held.review_on or rules.next_review(held.since, _months(held.unit), clock.today())
        _save(held)
        if is_other:
            _correct(held)
        _await(held)
        held.save()
        audit.record("library.changed", target=held)
    return held


def publish(paper: PolicyPaper, is_public: bool) -> PolicyPaper:
    """Let citizens read a paper, or no longer; its plain summary must be there first."""
    with transaction.atomic():
        held = _locked(paper)
        if is_public and not (held.for_whom and held.gives and held.how):
            raise Refused("公开前请先写好摘要：为谁、给什么、怎么办")
        held.is_public = is_public
        held.save(update_fields=("is_public",))
        audit.record("library.published", target=held, details={"public": is_public})
    return held


def tie(paper: PolicyPaper, other: PolicyPaper, kind: str, words: str = "") -> PaperTie:
    """Say that a paper rests on another, or changes a part of it; what is changed in part stays in force."""
    if paper.pk == other.pk:
        raise ValidationError({"other": "不能与自己登记关系"})
    if kind == PaperTie.Kind.AMENDS and not words.strip():
        raise ValidationError({"words": "请写明修改了哪些条款"})
    with transaction.atomic():
        held, _ = _locked_both(other, paper)
        if kind == PaperTie.Kind.AMENDS:
            _require_running(held, paper.since)
        if PaperTie.objects.filter(paper=paper, other=held, kind=kind).exists():
            raise ValidationError(f"已经登记过“{PaperTie.Kind(kind).label}{held}”")
        made = PaperTie.objects.create(paper=paper, other=held, kind=kind, words=words.strip())
        if kind == PaperTie.Kind.AMENDS:
            made.fact = ledger.append(
                PolicyPaperSuperseded(
                    paper=SubjectId(held.pk), by=paper.pk, whole=False, unit=UnitId(held.unit_id), on=paper.since
                ),
                cause=Cause.act("登记修改", made.pk),
            )
            made.save(update_fields=("fact",))
        audit.record("library.tied", target=paper, details={"kind": kind, "other": str(held.pk)})
    return made


def untie(one: PaperTie) -> None:
    """Take back what was said of two papers."""
    with transaction.atomic():
        held = PaperTie.objects.select_for_update().filter(pk=one.pk).first()
        if held is None:
            return
        if held.fact:
            ledger.reverse(FactId(held.fact), Why.NOT_SO)
        audit.record("library.tied", target=held.paper, details={"kind": held.kind, "back": True})
        held.delete()


def end(
    paper: PolicyPaper, how: str, *, by: PolicyPaper | None = None, on: date | None = None, why: str = ""
) -> PolicyPaper:
    """A paper gives way to another as a whole, or is repealed; once."""
    with transaction.atomic():
        held, by = _locked_both(paper, by)
        if by is not None and by.pk == held.pk:
            raise ValidationError({"by": "文件不能替代或废止自己"})
        if how == PolicyPaper.Ending.SUPERSEDED and by is None:
            raise ValidationError({"by": "请选替代它的文件；还没有录入的，先录入新文件"})
        day = on or (by.since if by else clock.today())
        if by is not None and how == PolicyPaper.Ending.SUPERSEDED and day < by.since:
            raise ValidationError({"on": f"新文件 {by.since} 起施行，不能早于这一天"})
        if how == PolicyPaper.Ending.REPEALED and by is None and not why.strip():
            raise ValidationError({"why": "没有废止文件的，请写明依据，如清理决定"})
        _require_running(held, day)
        if by is not None and by.ended_by_id == held.pk:
            raise ValidationError({"by": f"{by}已登记由本文件终止，不能互相终止"})
        held.ended_on, held.ended_how, held.ended_by, held.ended_why = day, how, by, why.strip()
        held.ending = ledger.append(_ending(held, how, by, day), cause=Cause.act("登记终止", held.pk))
        _await(held)
        held.save()
        audit.record("library.ended", target=held, details={"how": how, "by": str(by.pk) if by else ""})
    return held


def _ending(held: PolicyPaper, how: str, by: PolicyPaper | None, day: date) -> Any:
    about = {"paper": SubjectId(held.pk), "held": FactId(held.held), "unit": UnitId(held.unit_id), "on": day}  # type: ignore[arg-type]
    if how == PolicyPaper.Ending.SUPERSEDED and by is not None:
        return PolicyPaperSuperseded(by=by.pk, whole=True, **about)  # type: ignore[arg-type]
    return PolicyPaperRepealed(by=by.pk if by else None, **about)  # type: ignore[arg-type]


def restore(paper: PolicyPaper, reason: str) -> PolicyPaper:
    """What was noted as ended was not: it holds again."""
    with transaction.atomic():
        held = _locked(paper)
        if held.ended_on is None:
            raise Refused("这份文件没有登记被替代或废止")
        ledger.reverse(FactId(held.ending), Why.NOT_SO)  # type: ignore[arg-type]
        held.ended_on, held.ended_how, held.ended_by, held.ended_why, held.ending = None, "", None, "", None
        _await(held)
        held.save()
        audit.record("library.restored", target=held, reason=reason)
    return held


def link(paper: PolicyPaper, measures: Iterable[Measure], figures: Sequence[str]) -> PolicyPaper:
    """Say which measures a paper carries out, and by which figures its uptake is told."""
    with transaction.atomic():
        held = _locked(paper)
        held.measures.set(list(measures))
        held.indicators = list(dict.fromkeys(figures))
        held.save(update_fields=("indicators",))
        audit.record("library.linked", target=held)
    return held


def take_in(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Take a whole list in; how many came in, and how many were there already."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位办理")
    with transaction.atomic():
        there = queries.known(who.unit, [(row["issuer"], row["number"]) for row in rows])
        fresh = [row for row in rows if (row["issuer"], row["number"]) not in there]
        for row in fresh:
            _create({name: row[name] for name in rules.COLUMNS}, who.unit, "", None)
        audit.record("library.imported", details={"rows": len(fresh), "known": len(rows) - len(fresh)})
    return len(fresh), len(rows) - len(fresh)


# reviews


def ask_reviews(papers: Iterable[PolicyPaper]) -> tuple[int, list[str]]:
    """Ask the owners of these papers to review them; how many, and why others were not asked."""
    count, left = 0, []
    chosen = list(papers)
    waiting = queries.under_review(chosen)
    for paper in chosen:
        if paper.owner is None:
            left.append(f"{paper}还没有责任单位")
        elif paper.pk in waiting:
            left.append(f"{paper}正在评估")
        else:
            ask_review(paper)
            count += 1
    return count, left


def ask_review(paper: PolicyPaper) -> Case:
    """Ask a paper's owner to review it, or begin a review of one's own; it is the owner's to-do from now on."""
    if not queries.may_ask(paper, current()):
        raise Refused("政策评估由领导小组办公室或文件的责任单位发起")
    if paper.owner is None:
        raise Refused("还没有责任单位，请先在“修改”里指定")
    if paper.ended_on and paper.ended_on <= clock.today():
        raise Refused("这份文件已经终止，不再评估")
    with transaction.atomic():
        case = engine.open_case(queries.FLOW, paper.pk, paper.owner)
        engine.decide(case.seats.get().pk, "assess")
        words = {"title": str(paper), "on": paper.review_on or clock.today()}
        for account in _owners(paper.owner) if current().may("library.change") else ():
            send(account, ASKED, values=words, link=reverse("cases.show", args=[case.pk]), cause=case.pk)
        audit.record("library.asked", target=paper, details={"case": case.number})
    return case


ASKED = message_kind(
    MessageKind("reform.review_asked", "请评估政策文件", "请评估{title}（评估日期 {on}），落实数据已由系统算好。")
)


def reviewed(case: Case, outcome: str) -> list[PolicyPaperReviewed]:
    """What is now asserted of a paper, by what its owner wrote and the office checked."""
    paper = PolicyPaper.unscoped.get(pk=case.subject)
    is_due = paper.review_on is not None and paper.review_on <= clock.today()
    return [
        PolicyPaperReviewed(
            paper=SubjectId(paper.pk), outcome=Assessed(outcome), unit=UnitId(case.unit_id), on=clock.today(),
            in_time=paper.review_on is None or clock.today() <= paper.review_on,
            due=FactId(paper.awaited) if paper.awaited and is_due else None,
        )
    ]  # fmt: skip


def settle(case: Case, outcome: str) -> None:
    """Keep what the review came to with the figures of this day, and set the next review."""
    paper = _locked(PolicyPaper.unscoped.get(pk=case.subject))
    told, last = engine.filled_at(case, "assess"), case.decisions.filter(step="check").order_by("-made_at").first()
    lines, methods = queries.uptake(paper)
    PaperReview.objects.create(
        paper=paper, case=case.pk, owner=case.unit, outcome=outcome, effect=told.get("effect", ""),
        problem=told.get("problem") or "", advice=told.get("advice") or "", due=paper.review_on,
        uptake={"lines": lines, "methods": methods}, done_on=clock.today(),
        opinion=records.words(records.read(case, last.secret), "opinion")[:400] if last else "",
    )  # fmt: skip
    is_due = paper.review_on is not None and paper.review_on <= clock.today()
    if paper.awaited and is_due:  # the review itself has ended it
        paper.awaited, paper.awaited_on = None, None
    paper.review_on = rules.later(clock.today(), _months(paper.unit)) if outcome == "kept" else None
    _await(paper)
    paper.save()


def remind(day: date | None = None) -> int:
    """Tell owners and the office of every review that comes due, once for each day that was set; how many papers."""
    day, count = day or clock.today(), 0
    rows: Any = queries.due(queries.standing(PolicyPaper.unscoped.all()), day).select_related("owner")
    for paper in rows.order_by("pk")[:_MANY]:
        if paper.told_on == paper.review_on:
            continue
        with transaction.atomic():
            cause = uuid5(paper.pk, f"review{paper.review_on}")
            values = {"title": str(paper), "on": paper.review_on}
            for account in {one.pk: one for one in [*_owners(paper.owner), *_office()]}.values():
                send(account, DUE, values=values, link=reverse("library.show", args=[paper.pk]), cause=cause)
            PolicyPaper.unscoped.filter(pk=paper.pk).update(told_on=paper.review_on)
            count += 1
    return count


@jobs.job(name="reform.review_due", label="提醒政策评估到期", cron="10 1 * * *", lock="reform.review_due")
def remind_of_reviews() -> None:
    """Nine in the morning here: whose review comes due is told."""
    with acting_as_job("提醒政策评估"):
        remind()


def _owners(unit: Unit | None) -> list[Account]:
    return tasks.people_of(unit) if unit else []


def _office() -> list[Account]:
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, unit=root(), role="group_office")
    return [one.account for one in held.select_related("account")]


# the ledger


def _hold(paper: PolicyPaper) -> None:
    paper.held = ledger.append(
        PolicyPaperInForce(
            paper=SubjectId(paper.pk), number=paper.number, kind=paper.kind, level=paper.level,
            unit=UnitId(paper.unit_id), until=paper.until, on=paper.since,
        ),
        cause=Cause.act("录入政策文件", paper.pk),
    )  # fmt: skip


def _correct(paper: PolicyPaper) -> None:
    """What the ledger held of number and days was wrong from the beginning."""
    for fact in (paper.issued, paper.held):
        if fact:
            ledger.reverse(FactId(fact), Why.WRONG_VALUE)
    paper.issued = ledger.append(
        PolicyPaperIssued(
            paper=SubjectId(paper.pk), number=paper.number, kind=paper.kind, level=paper.level,
            unit=UnitId(paper.unit_id), on=paper.issued_on,
        ),
        cause=Cause.act("修改政策文件", paper.pk),
    )  # fmt: skip
    _hold(paper)


def _await(paper: PolicyPaper) -> None:
    """The ledger says from which day on a review is owed; whoever has ended, or has another day, owes none then."""
    is_over = paper.ended_on is not None or (paper.until and paper.review_on and paper.until < paper.review_on)
    wanted = None if is_over else paper.review_on
    if wanted == paper.awaited_on:
        return
    if paper.awaited:
        ledger.reverse(FactId(paper.awaited), Why.NOT_SO)
    paper.awaited, paper.awaited_on = None, wanted
    if wanted is not None:
        paper.awaited = ledger.append(
            PolicyPaperReviewDue(paper=SubjectId(paper.pk), unit=UnitId(paper.owner_id or paper.unit_id), on=wanted),
            cause=Cause.act("定评估日期", paper.pk),
        )


# what is checked


def _checked(values: Mapping[str, Any], text: str) -> dict[str, Any]:
    names = ("title", "number", "issuer", "kind", "level", "issued_on", "since", "until", "for_whom", "gives", "how")
    told: dict[str, Any] = {name: values.get(name) for name in names}
    told |= {name: (told[name] or "").strip() for name in ("title", "for_whom", "gives", "how")}
    told["number"], told["issuer"] = rules.tidy_number(told["number"] or ""), rules.tidy_issuer(told["issuer"])
    told["title"], told["since"] = told["title"].strip("《》"), told["since"] or told["issued_on"]
    if told["since"] < told["issued_on"]:
        raise ValidationError({"since": f"施行日期 {told['since']} 早于印发日期 {told['issued_on']}"})
    if told["until"] and told["until"] < told["since"]:
        raise ValidationError({"until": f"有效期至 {told['until']} 早于施行日期 {told['since']}"})
    if wrong := rules.number_wrong(told["number"], told["issued_on"]):
        raise ValidationError({"number": wrong})
    if len(text) > MOST_SIGNS:
        raise ValidationError({"text": f"全文有 {len(text):,} 字，超过 {MOST_SIGNS:,} 字，请核对"})
    told |= {name: values[name] for name in ("owner", "review_on") if name in values}
    return {**told, "text": text.replace("\x00", "")}


def _save(paper: PolicyPaper) -> None:
    try:
        with transaction.atomic():
            paper.save()
    except IntegrityError as error:
        if "paper_number_once_of_an_issuer" in str(error):
            raise ValidationError(
                {"number": f"{paper.issuer}的 {paper.number} 已经在库里，请核对，或到那份文件里修改"}
            ) from error
        if "paper_public_with_a_plain_summary" in str(error):
            raise ValidationError({"for_whom": "已向社会公开，为谁、给什么、怎么办三项都不能空"}) from error
        raise


def _require_running(held: PolicyPaper, day: date) -> None:
    if held.ended_on:
        raise Refused(f"{held}已登记自 {held.ended_on} {held.get_ended_how_display()}，不重复登记")
    if day < held.since:
        raise ValidationError({"on": f"不能早于{held}的施行日期 {held.since}"})
    if held.until and held.until < day - timedelta(days=1):
        raise Refused(f"{held}有效期到 {held.until} 为止，不用再登记")


def _locked(paper: PolicyPaper) -> PolicyPaper:
    return _locked_both(paper, None)[0]


def _locked_both(paper: PolicyPaper, other: PolicyPaper | None) -> tuple[PolicyPaper, PolicyPaper | None]:
    """A paper, and another where there is one, as they stand, held in one order: of two who say that each of them ends
    the other, the second waits and is told."""
    wanted = {one.pk for one in (paper, other) if one is not None}
    rows = PolicyPaper.unscoped.select_for_update(of=("self",)).select_related("unit", "owner")
    found = {one.pk: one for one in rows.filter(pk__in=wanted).order_by("pk")}
    if wanted - set(found):
        raise Refused("这份文件已经不在库里")
    return found[paper.pk], found[other.pk] if other is not None else None


def _months(unit: Unit) -> int:
    return int(parameters.value("reform.review_months", unit=unit))
