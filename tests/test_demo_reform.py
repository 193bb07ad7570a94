"""The demo's district has what the reform is shown by; what other walks add to it meanwhile changes none of it."""

import json
from typing import Any

import pytest

from tests.live import Live

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
            "programmes": sorted(reform.Programme.unscoped.values_list("title", flat=True)),
            "firms": reform.CohortFirm.unscoped.filter(cohort__programme__title="四同培育").count(),
            "beside": list(
                reform.Measure.objects.filter(answers__plan=plan).order_by("number").values_list("number", flat=True)
            ),
            "reviews": reform.PaperReview.objects.count(),
            "findings": [
                reform.InspectionFinding.objects.filter(closed_on__isnull=is_open).count() for is_open in (True, False)
            ],
        }  # fmt: skip
    print("DEMO", json.dumps(found))


@pytest.fixture(scope="module")
def demo(live: Live) -> dict[str, Any]:
    done = live.run("manage", "shell", "-c", SNIPPET)
    line = next((one for one in done.stdout.splitlines() if one.startswith("DEMO ")), "")
    assert line, done.stderr
    found: dict[str, Any] = json.loads(line.removeprefix("DEMO "))
    return found


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
    assert {"四个体系", "一匠三创", "三助推六提升", "四同培育"} <= set(demo["programmes"])
    assert demo["firms"] == 16 and demo["reviews"] and all(demo["findings"])


def test_two_plans_run_side_by_side_and_answer_one_another(demo: dict[str, Any]) -> None:
    assert demo["beside"] == [1, 2]
