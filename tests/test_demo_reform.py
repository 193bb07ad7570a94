"""The demo's district has what the reform is shown by; what other walks add to it meanwhile changes none of it."""

import json
from types import ModuleType
from typing import Any

import pytest

from tests.live import Live

BATCH = "首批产业工人队伍建设改革试点"
PLAN = "锦川区产业工人队伍建设改革实施方案（2026—2028年）"
SNIPPET = "from tests.test_demo_reform import tell; tell()"


def tell() -> None:
    """Print what the demo has, as JSON; `manage shell` runs it in the demo's home."""
    from jiangtai.access import acting_as_job
    from jiangtai.domains.reform import models as reform
    from jiangtai.domains.reform.queries import tasks
    from jiangtai.kernel import clock

    with acting_as_job("测试"):
        plan = reform.Plan.objects.filter(title=PLAN).earliest("made_at")  # another walk replaces it
        rows = tasks.lit(reform.Task.unscoped.filter(measure__plan=plan))
        prompted = reform.Concern.objects.filter(instrument__kind="prompt").exclude(instrument__state="draft")
        meetings = reform.Meeting.unscoped.filter(state="held")
        found: dict[str, Any] = {
            "state": plan.state, "measures": plan.measures.count(), "public": plan.is_public,
            "lights": sorted(set(rows.values_list("tone", flat=True))),
            "prompted": sorted(one.why for one in prompted.filter(task__due__lt=clock.today())),
            "reported": reform.Report.unscoped.count(),
            "held": meetings.count(), "resolved": reform.Resolution.objects.filter(task__isnull=False).count(),
            "carried on": reform.AgendaItem.objects.filter(kind="earlier", meeting__earlier__in=meetings).count(),
            "assessments": list(reform.Assessment.unscoped.filter(state="open").values_list("title", flat=True)),
            "lists": sorted(reform.Docket.unscoped.values_list("title", flat=True)),
            "programmes": {
                one.title: (one.state, reform.Hanging.objects.filter(item__programme=one).count())
                for one in reform.Programme.unscoped.all()
            },
            "raised": sorted(set(
                reform.Hanging.objects.filter(item__programme__title="三助推六提升")
                .values_list("item__title", "task__measure__number")
            )),
            "firms": reform.CohortFirm.unscoped.filter(cohort__programme__title="四同培育").count(),
            "beside": list(
                reform.Measure.objects.filter(answers__plan=plan).order_by("number").values_list("number", flat=True)
            ),
            "reviews": reform.PaperReview.objects.count(),
            "papers": reform.PolicyPaper.unscoped.count(),
            "ended": sorted(set(reform.PolicyPaper.unscoped.exclude(ended_how="").values_list("ended_how", flat=True))),
            "carried out": reform.Measure.objects.filter(papers__isnull=False).distinct().count(),
            "pilots": [
                reform.Pilot.unscoped.filter(type=one, batch__year=clock.today().year - 1).count()
                for one in reform.PilotType.objects.filter(batch__title=BATCH).order_by("place")
            ],
            "pilot reports": reform.PilotReport.unscoped.filter(pilot__batch__title=BATCH).count(),
            "findings": [
                reform.InspectionFinding.objects.filter(closed_on__isnull=is_open).count() for is_open in (True, False)
            ],
        }  # fmt: skip
    print("DEMO", json.dumps(found))


def tell_papers() -> None:
    """Print every kind of paper that the domain has, and the figures without a note in those that the demo gives."""
    from jiangtai import documents
    from jiangtai.access import Account, acting_as
    from jiangtai.documents import DocumentKind
    from jiangtai.domains.reform import actions, models
    from jiangtai.domains.reform.queries import dockets

    rooms = [vars(one) for one in vars(actions).values() if isinstance(one, ModuleType)]
    kinds = {one.key for room in rooms for one in room.values() if isinstance(one, DocumentKind)}
    made: dict[str, list[str]] = {}
    written = [
        words
        for rows in (
            models.Task.unscoped.values_list("title"), models.Point.objects.values_list("text"),
            models.DocketEntry.unscoped.values_list("title"), models.PilotReport.unscoped.values_list("results"),
        )
        for [words] in rows
    ]  # fmt: skip

    def look(kind: DocumentKind, values: Any) -> bytes:
        """What a paper says without its notes, and without what plans and people wrote, whose numbers are theirs."""
        told = [value for name, value in kind.checked(values).items() if name != "notes"]
        cells = [cell for value in told if not isinstance(value, str) for row in value for cell in row.values()]
        said = "\n".join([*(one for one in told if isinstance(one, str)), *cells])
        for words in sorted(written, key=len, reverse=True):
            said = said.replace(words, "")
        made.setdefault(kind.key, []).extend(documents.unmarked(said))
        return b""

    documents.notice_pdf = look  # type: ignore[assignment]
    with acting_as(Account.objects.get(username="zhoumin")):
        for instrument in models.Instrument.unscoped.all():
            actions.papers.instrument_pdf(instrument)
        for meeting in models.Meeting.unscoped.all():
            for which in ("notice", "minutes") if meeting.held_at else ("notice",):
                actions.papers.meeting_paper(meeting, which, "pdf")
        for assessment in models.Assessment.unscoped.all():
            for which in ("report", "catalogue"):
                actions.papers.assessment_paper(assessment, which, "pdf")
        for review in models.PaperReview.objects.all():
            actions.library_papers.review_paper(review, "pdf")
        for inspection in models.Inspection.unscoped.all():
            for which in ("notice", "report"):
                actions.inspecting_papers.inspection_paper(inspection, which, "pdf")
        for visit in models.Visit.objects.filter(findings__isnull=False).distinct():
            actions.inspecting_papers.rectification(visit, "pdf")
        for docket in models.Docket.unscoped.all():
            actions.docket_papers.paper(docket, list(dockets.lit(docket.entries.select_related("unit"))), "pdf")
        for report in models.PilotReport.unscoped.all():
            actions.pilot_lists.paper(report, "pdf")
    print("PAPERS", json.dumps({"kinds": sorted(kinds), "made": made}))


def told_by(live: Live, snippet: str, head: str) -> dict[str, Any]:
    done = live.run("manage", "shell", "-c", snippet)
    line = next((one for one in done.stdout.splitlines() if one.startswith(f"{head} ")), "")
    assert line, done.stderr
    found: dict[str, Any] = json.loads(line.removeprefix(f"{head} "))
    return found


@pytest.fixture(scope="module")
def demo(live: Live) -> dict[str, Any]:
    return told_by(live, SNIPPET, "DEMO")


def test_the_plan_is_half_a_year_under_way(demo: dict[str, Any]) -> None:
    assert (demo["state"], demo["measures"], demo["public"]) == ("in_force", 24, True)
    assert {"green", "amber", "red", "done"} <= set(demo["lights"])
    assert demo["reported"] > 20
    assert any("已过期限" in one for one in demo["prompted"]), demo["prompted"]


def test_a_meeting_was_held_and_the_next_begins_with_what_became_of_it(demo: dict[str, Any]) -> None:
    assert demo["held"] and demo["resolved"] >= 2 and demo["carried on"] >= 2
    assert any("年度产业工人队伍建设改革考核" in one for one in demo["assessments"])


def test_lists_in_both_meanings_programmes_papers_and_an_inspection(demo: dict[str, Any]) -> None:
    assert {"思想清单", "竞赛清单", "权益清单", "区级部门清单", "重点街道园区清单", "企业清单"} <= set(demo["lists"])
    for title, hung in {"四个体系": 10, "一匠三创": 1, "三助推六提升": 1, "四同培育": 0}.items():
        state, count = demo["programmes"][title]
        assert state == "in_use" and count >= hung, title
    assert demo["raised"] == [["提升技能等级", 6]]
    assert demo["firms"] == 16 and demo["reviews"] and all(demo["findings"])


def test_two_plans_run_side_by_side_and_answer_one_another(demo: dict[str, Any]) -> None:
    assert demo["beside"] == [1, 2]


def test_the_library_and_the_pilots_are_as_many_as_a_district_has(demo: dict[str, Any]) -> None:
    assert demo["papers"] >= 65 and demo["ended"] == ["repealed", "superseded"] and demo["carried out"] >= 10
    assert demo["pilots"] == [20, 20, 6] and 0 < demo["pilot reports"] < 46


def test_no_paper_says_a_number_without_a_note(live: Live) -> None:
    papers = told_by(live, SNIPPET.replace("tell", "tell_papers"), "PAPERS")
    unmade = {"supervision", "assessment-bulletin"}  # worded as a prompt is; and held by test_scheme_rules
    assert set(papers["made"]) | unmade == set(papers["kinds"])
    assert {kind: found for kind, found in papers["made"].items() if found} == {}
