"""The demo's policy papers, reviews and an inspection, by the very calls of the pages."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import Account, Unit, acting_as, acting_by_link, links
from jiangtai.flows import Case, engine, materials
from jiangtai.kernel import clock

from ..actions import inspecting, library
from ..models import Inspection, Measure, Plan, PolicyPaper, Visit
from ..rules import inspecting as rules

OFFICE, COLLEAGUE, CLERK = "zhoumin", "luhaiyan", "hejing"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
PAPERS = Path(__file__).with_name("papers.tsv")
"""One a line: `ago` is how many days before today it came into force."""
TEXT = """为落实产业工人队伍建设改革部署，结合本区实际，制定本文件。
第一条 本文件所称职工，是指在本区行政区域内用人单位工作的劳动者。
第二条 {gives}。
第三条 {how}。
第四条 有关部门应当公开办理条件、材料和时限，不得要求职工重复提交已经掌握的材料。
第五条 责任单位负责本文件的落实和评估，评估结果向社会公开。"""
BASES = (
    ("detail", "skills"), ("skills", "opinions"), ("apprentice", "law_edu"), ("craftsman", "opinions"),
    ("ladder", "training_old"), ("house", "opinions"), ("dispute", "law_union"), ("voucher", "city_money"),
    ("self_rating", "city_ladder"), ("skill_pay", "ladder"), ("arrears", "law_wage"), ("negotiation", "law_union"),
    ("intern", "law_edu"), ("teacher", "law_edu"), ("funds", "opinions"), ("opinions", "city_opinions"),
    ("city_opinions", "prov_opinions"), ("checkup", "law_safety"), ("exam", "law_vocational"),
)  # fmt: skip
WORDS = (
    ("skills", "技能"), ("club", "夜校"), ("craftsman", "工匠"), ("dispute", "争议"), ("school", "实训"),
    ("settle", "落户"), ("worker_house", "驿站"), ("apprentice", "学徒"), ("voucher", "培训券"), ("contest", "大赛"),
    ("studio", "工作室"), ("self_rating", "等级认定"), ("skill_pay", "津贴"), ("micro", "小微企业"), ("press", "宣讲"),
    ("negotiation", "集体协商"), ("arrears", "拖欠"), ("teacher", "兼职教师"), ("suggestion", "合理化建议"),
    ("party", "党员"),
)  # fmt: skip
REVIEWS = {"skills": -6, "club": 12, "detail": 0, "arrears": -20, "contest": 3, "house": 25, "legal_aid": 40}
"""Papers whose review falls due so many days from today, or was; of the others far ahead, and of no law at all."""
UNTIL = {"pilot": -70, "city_score": -15, "exam": 50, "intern": 21}
"""Papers that run out so many days from today, or have."""
ENDS = (
    ("settle_old", "settle"), ("help_old", "help"), ("skills", "skills_new"), ("voucher_old", "voucher"),
    ("contest_old", "contest"),
)  # fmt: skip
POINTS = """是否按规定足额提取职工教育经费｜职业教育促进条例
是否与学徒签订培养协议并建立台账｜企业新型学徒制实施办法
是否公开职工培训计划｜职业教育促进条例
是否建立劳动争议调解组织｜劳动争议多元化解办法"""
FAULTS = (
    "上年度职工教育经费提取比例低于工资总额的规定比例。",
    "学徒台账没有记录带徒师傅和课时。",
    "培训计划没有公开。",
)
INSPECTORS = [("周敏", "区委办公室"), ("何静", "区人社局"), ("陈桂芳", "区总工会"), ("文静", "区教育局")]


def fill(plan: Plan, *, say: Callable[[str], None]) -> None:
    """Sixty-five papers, one review done, one under way, one due; an inspection with findings in every state."""
    office, clerk = (Account.objects.get(username=name) for name in (OFFICE, CLERK))
    with acting_as(office):
        with PAPERS.open(encoding="utf-8", newline="") as file:
            papers = {row["key"]: _enter(row) for row in csv.DictReader(file, delimiter="\t")}
        _tied(papers)
        _linked(papers, plan)
    _reviews(papers, office, clerk)
    with acting_as(office):
        one = _inspection(papers)
    states = _findings(one, office)
    say(f"政策文件 {len(papers)} 份（{sum(1 for one in papers.values() if one.for_whom)} 份公开），"
        f"评估 1 份办结、1 份在办；监督检查 1 次，问题 {states} 个")  # fmt: skip


def _owner(name: str) -> Unit | None:
    return (
        Unit.unscoped.filter(short_name=name, tree=Unit.Tree.ADMINISTRATIVE).first()
        or Unit.unscoped.filter(short_name=name).first()
    )


def _enter(row: dict[str, str]) -> PolicyPaper:
    key, ago, today = row["key"], int(row["ago"]), clock.today()
    since = today - timedelta(days=ago)
    issued = min(since, today - timedelta(days=1)) if ago < 0 else since
    is_ours = row["level"] == "district"
    review = REVIEWS.get(key, 200 + ago % 300 if is_ours else None)
    made = library.enter(
        {
            **{name: row[name] for name in ("title", "issuer", "kind", "level", "for_whom", "gives", "how")},
            "number": row["number"].format(issued.year),
            "issued_on": issued,
            "since": since,
            "until": today + timedelta(days=UNTIL[key]) if key in UNTIL else None,
            "owner": _owner(row["owner"]),
            "review_on": None if review is None else today + timedelta(days=review),
        },
        text=TEXT.format(gives=row["gives"] or "各部门按职责抓好落实", how=row["how"] or "具体办法由有关部门另行制定"),
    )  # fmt: skip
    if row["for_whom"]:
        library.publish(made, True)
    return made


def _tied(papers: dict[str, PolicyPaper]) -> None:
    """What rests on what, what changed in part, what gave way, what was repealed."""
    for paper, other in BASES:
        library.tie(papers[paper], papers[other], "basis")
    library.tie(papers["platform"], papers["dispute"], "amends", "第二条")
    library.tie(papers["self_rating"], papers["exam"], "amends", "第九条")
    for paper, by in ENDS:
        library.end(papers[paper], "superseded", by=papers[by])
    for paper, ago in (("training_old", 90), ("dormitory", 30)):
        on = clock.today() - timedelta(days=ago)
        library.end(papers[paper], "repealed", on=on, why="区政府规范性文件清理结果")


def _linked(papers: dict[str, PolicyPaper], plan: Plan) -> None:
    found: dict[str, Measure] = {}
    for measure in plan.measures.order_by("place"):
        for key, word in WORDS:
            words = f"{measure.title}{measure.section}{''.join(one.text for one in measure.actions.all())}"
            if word in words:
                found.setdefault(key, measure)
    for key, measure in found.items():
        figures = ["register.college_share", "register.workers"] if key == "skills" else []
        library.link(papers[key], [measure], figures)
    if "skills" in found:
        library.link(papers["detail"], [found["skills"]], ["register.workers"])


def _reviews(papers: dict[str, PolicyPaper], office: Account, clerk: Account) -> None:
    """One was checked, one waits for its owner, the night school's comes due."""
    with acting_as(office):
        case = library.ask_review(PolicyPaper.unscoped.get(pk=papers["detail"].pk))
        library.ask_review(PolicyPaper.unscoped.get(pk=papers["skills"].pk))
    with acting_as(clerk):
        told = {
            "effect": "补贴按期发放，申领材料由五样减为两样，职工参加培训的积极性提高。",
            "problem": "小微企业职工知晓率还不高。", "advice": "在夜校和驿站设申领点。", "proposes": "kept",
        }  # fmt: skip
        engine.decide(case.seats.get(state="open").pk, "check", data=told)
    with acting_as(office):
        engine.decide(case.seats.get(state="open").pk, "kept", opinion="情况属实，同意继续执行。")


def _inspection(papers: dict[str, PolicyPaper]) -> Inspection:
    today = clock.today()
    call = inspecting.Call("职业教育和职工权益法规落实情况检查", today - timedelta(days=25), today + timedelta(days=20))
    by = [papers[key] for key in ("law_edu", "apprentice", "dispute")]
    with clock.at(today - timedelta(days=26)):
        one = inspecting.prepare(call, by, rules.checklist(POINTS))
        kind = Unit.Kind.ENTERPRISE
        number = min(6, Unit.objects.filter(kind=kind, state="active").count())
        inspecting.draw(one, kind, number, INSPECTORS, 3, "20260718")
        return inspecting.issue(one)


def _findings(one: Inspection, office: Account) -> int:
    """Five units were seen; what was found waits, is late, waits for a second look, is closed, was returned."""
    today, visits = clock.today(), list(one.visits.select_related("unit"))
    for at, visit in enumerate(visits[:-1] if len(visits) > 1 else visits):
        ago = 22 - at * 3
        with clock.at(today - timedelta(days=ago)), acting_as(office):
            _visited(one, visit, at, today - timedelta(days=2) if at == 1 else today + timedelta(days=12))
            if at and visit.findings.exists():
                inspecting.send_out(visit)
    for at, visit in enumerate(visits[:-1]):
        for finding in visit.findings.exclude(case=None):
            case = Case.unscoped.select_related("unit").get(pk=str(finding.case))
            if at in (2, 3, 4):
                _put_right(case, office, today - timedelta(days=4))
            if at in (3, 4):
                with clock.at(today - timedelta(days=2)), acting_as(office):
                    seat = case.seats.get(state="open", role="group_office").pk
                    engine.decide(
                        seat, "close" if at == 3 else "rectify", opinion="已复查。" if at == 3 else "台账仍不完整。"
                    )
            if at == 3:
                with clock.at(today - timedelta(days=1)), acting_as(Account.objects.get(username=COLLEAGUE)):
                    engine.decide(case.seats.get(state="open").pk, "closed", opinion="同意销号。")
    return sum(visit.findings.count() for visit in visits)


def _visited(one: Inspection, visit: Visit, at: int, due: date) -> None:
    points: list[Any] = list(one.points.all())
    told: dict[Any, tuple[str, str]] = {row.pk: ("meets", "") for row in points}
    told[points[at % 3].pk] = ("fails", FAULTS[at % 3])
    told[points[3].pk] = ("none", "在职职工少于 25 人") if at % 2 else ("meets", "")
    inspecting.mark(visit, told)
    inspecting.confirm(visit, clock.today(), list(one.inspectors.all())[:2], due)


def _put_right(case: Case, office: Account, day: date) -> None:
    """A firm without an account answers by a link."""
    with clock.at(day):
        seat = case.seats.get(state="open").pk
        with acting_as(office):
            token = engine.link_for(seat)
        link = links.look("seat", token)
        with acting_by_link(case.unit, f"{case.unit}（链接）", link.target):
            materials.attach(case.pk, "整改佐证", SimpleUploadedFile("整改情况.pdf", PDF, "application/pdf"))
            engine.decide(link.target, "recheck", data={"done": "已按要求整改，制度和台账附后。"}, link=link)
