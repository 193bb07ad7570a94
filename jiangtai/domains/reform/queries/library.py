"""The policy library as pages ask for it: within reach or kept above, each paper with how it stands on a day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import IO, Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from jiangtai import indicators
from jiangtai.access import Acting, Unit, current, parameters, root, units
from jiangtai.flows import Case as FlowCase
from jiangtai.flows import subjects
from jiangtai.kernel import clock, new_workbook, row_with

from ..models import Measure, PaperTie, PolicyPaper, Task
from ..rules import library as rules
from ..rules.footnotes import Footnotes
from ..rules.library import Standing
from ..rules.lights import Tone
from . import tasks

FLOW = "reform.ReviewPolicyPaper"


def seen(who: Acting) -> QuerySet[PolicyPaper]:
    """The papers kept within reach, and those that a unit above keeps for all below it; each with its standing."""
    rows = PolicyPaper.unscoped.select_related("unit", "owner", "ended_by")
    if not who.reach.is_everything:
        over = [one.pk for one in units.above(who.unit)] if who.unit else []
        top = root()
        rows = rows.filter(Q(unit__path__within=who.reach) | Q(unit__in=[*over, *([top.pk] if top else [])]))
    return standing(rows)


def public() -> QuerySet[PolicyPaper]:
    """What citizens may read."""
    return standing(PolicyPaper.unscoped.filter(is_public=True).select_related("unit"))


def standing(rows: QuerySet[Any], day: date | None = None) -> QuerySet[Any]:
    """These papers with how they stand on a day."""
    day = day or clock.today()
    amended = PaperTie.objects.filter(other=OuterRef("pk"), kind=PaperTie.Kind.AMENDS, paper__since__lte=day)
    return rows.annotate(
        standing=Case(
            When(ended_on__lte=day, ended_how=PolicyPaper.Ending.SUPERSEDED, then=Value(Standing.SUPERSEDED.value)),
            When(ended_on__lte=day, then=Value(Standing.REPEALED.value)),
            When(until__lt=day, then=Value(Standing.EXPIRED.value)),
            When(since__gt=day, then=Value(Standing.COMING.value)),
            When(Exists(amended), then=Value(Standing.AMENDED.value)),
            default=Value(Standing.IN_FORCE.value),
        )
    )


def due(rows: QuerySet[Any], day: date | None = None, ahead: int | None = None) -> QuerySet[Any]:
    """Those in force whose review day has come or comes soon."""
    day = day or clock.today()
    days = notice_days() if ahead is None else ahead
    return rows.filter(review_on__lte=day + timedelta(days=days), standing__in=rules.VALID)


def notice_days() -> int:
    """How many days before a review day its owner is told."""
    return int(parameters.value("reform.review_notice_days"))


def under_review(rows: Iterable[PolicyPaper]) -> dict[Any, FlowCase]:
    """The open review of each of these papers."""
    found = FlowCase.unscoped.filter(flow=FLOW, state="open", subject__in=[one.pk for one in rows])
    return {case.subject: case for case in found}


def may_ask(paper: PolicyPaper, who: Acting) -> bool:
    """Whether somebody may begin a review: the office of what it keeps, the owner of what is its own."""
    if not who.may("library.ask"):
        return False
    owns = who.unit is not None and paper.owner_id in (who.unit.pk, who.unit.serves_id)
    return (paper.owner_id is not None and owns) or (who.may("library.change") and who.reach.holds(paper.unit.path))


def warnings(paper: Any) -> list[str]:
    """What whoever relies on a paper has to know."""
    ids = [tie.other_id for tie in paper.ties.all() if tie.kind == PaperTie.Kind.BASIS]
    asked = [*ids, *([paper.ended_by_id] if paper.ended_by_id else [])]
    found: dict[Any, Any] = {}
    if asked:
        rows: Any = standing(PolicyPaper.unscoped.filter(pk__in=asked))
        found = {one.pk: rules.Other(one.title, Standing(one.standing), one.since) for one in rows}
    return rules.warnings(
        Standing(paper.standing), paper.ended_on, found.get(paper.ended_by_id), [found[pk] for pk in ids], clock.today()
    )


def years(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """The years in which papers were issued, the latest first."""
    found = rows.order_by("-issued_on__year").values_list("issued_on__year", flat=True).distinct()
    return [(str(year), f"{year} 年") for year in found]


def issuers(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """Who issued any."""
    return [(one, one) for one in rows.order_by("issuer").values_list("issuer", flat=True).distinct()]


def known(unit: Unit, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these issuers and numbers a library has."""
    asked = set(pairs)
    rows = PolicyPaper.unscoped.filter(unit=unit, number__in=[number for _, number in asked if number])
    return set(rows.values_list("issuer", "number")) & asked


def measures() -> QuerySet[Measure]:
    """The measures that a paper may carry out: those of plans in force."""
    return Measure.objects.filter(plan__state="in_force").select_related("plan").order_by("plan__made_at", "place")


def papers_of(measures: Iterable[Measure]) -> dict[Any, int]:
    """How many valid papers carry out each of these measures."""
    rows: Any = standing(PolicyPaper.unscoped.filter(measures__in=list(measures))).filter(standing__in=rules.VALID)
    found: dict[Any, int] = {}
    for pk in rows.values_list("measures", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


# uptake


def uptake(paper: PolicyPaper) -> tuple[list[dict[str, str]], list[str]]:
    """How a paper is taken up: its figures before it and now, and its measures' lights; each with how it is counted."""
    notes, lines = Footnotes(), []
    for label, before, after, method in _figures(paper):
        lines.append({"label": label, "before": notes.mark(before, method), "after": notes.mark(after, method)})
    counts = tasks.counts(Task.unscoped.filter(measure__in=paper.measures.all(), parent__isnull=True))
    if sum(counts.values()):
        day = clock.today()
        method = f"举措任务：截至 {day} 这份文件落实的举措下由方案分派的任务，按当天的灯逐项计。"
        said = "，".join(
            f"{tone.label} {notes.mark(f'{counts[tone]} 项', method)}" for tone in Tone if counts.get(tone)
        )
        lines.append({"label": "落实的举措的任务", "before": "—", "after": said})
    return lines, notes.methods


def _figures(paper: PolicyPaper) -> Iterable[tuple[str, str, str, str]]:
    from jiangtai import lake

    known_ones = {one.key: one for one in indicators.indicators()}
    found = [known_ones[key] for key in paper.indicators if key in known_ones]
    if not found:
        return
    today = clock.today()
    now = indicators.Period.month_of(today)
    eve = indicators.Period.month_of(min(paper.since, today) - timedelta(days=1))
    try:
        at = lake.opened()
    except lake.NoLake:
        at = None
    for one in found:
        method = f"{one.label}：{one.method}（发布前为 {eve.label}，目前为 {now.label}截至 {today}）"
        if at is None:
            yield one.label, "还没有数据", "还没有数据", method
            continue
        first, last = indicators.trend(at, one, paper.unit.number, [eve, now], today)
        yield one.label, _said(first.value, one), _said(last.value, one), method


def _said(value: float | None, one: Any) -> str:
    if value is None:
        return "没有数"
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number}%" if one.unit is indicators.Unit.PERCENT else f"{number} {one.unit.label}"


# sheets


def template() -> IO[bytes]:
    """The sheet on which papers are listed: an example row, lists to choose from, days and numbers as text."""
    with new_workbook() as (book, file):
        sheet = book.add_worksheet("政策文件")
        head = book.add_format({"bold": True, "bg_color": "#F4F1E9", "border": 1})
        text, example = book.add_format({"num_format": "@"}), book.add_format({"font_color": "#888888"})
        names = list(rules.COLUMNS)
        for at, name in enumerate(names):
            sheet.set_column(at, at, 36 if name in ("title", "gives", "how") else 16, text)
            sheet.write_string(0, at, rules.COLUMNS[name] + ("*" if name in rules.NEEDED else ""), head)
        given = {
            "title": "例：锦川区职工技能提升补贴办法", "number": "锦人社发〔2026〕3号",
            "issuer": "锦川区人力资源和社会保障局", "kind": "办法", "level": "区县级", "issued_on": "2026-03-01",
            "since": "2026-04-01", "until": "2029-03-31", "for_whom": "在区内企业工作、考取技能证书的职工",
            "gives": "每本证书补贴一次", "how": "拿证后一年内，在手机上申请或到街道便民服务中心办理",
        }  # fmt: skip
        for at, name in enumerate(names):
            sheet.write_string(1, at, given[name], example)
        for name, labels in (("kind", PolicyPaper.Kind.labels), ("level", PolicyPaper.Level.labels)):
            at = names.index(name)
            sheet.data_validation(1, at, 500, at, {"validate": "list", "source": [str(one) for one in labels]})
        sheet.freeze_panes(1, 1)
    return file


def paper_named(text: str) -> PolicyPaper | None:
    """The one paper that an id, a number or a title names, as far as whoever asks may see it."""
    rows = seen(current())
    try:
        return rows.filter(pk=UUID(text)).first()
    except ValueError:
        plain = text.strip().strip("《》")
        found = list(rows.filter(Q(title=plain) | Q(number=rules.tidy_number(plain)))[:2])
    if len(found) > 1:
        raise ValueError(f"有几份文件叫“{plain}”，请从下拉结果中选，或填发文字号") from None
    return found[0] if found else None


def name_of_paper(text: str) -> str:
    """The title of the paper with this id; empty for what is no id."""
    found = row_with(seen(current()), text)
    return found.title if found else ""


def titles(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What reviews are about."""
    return {pk: f"《{title}》" for pk, title in PolicyPaper.unscoped.filter(pk__in=ids).values_list("pk", "title")}


subjects.names_subjects("policy_paper", titles)
