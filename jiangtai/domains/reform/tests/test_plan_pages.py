"""The office reads a plan: hands it in, settles names, puts right what was read, confirms it, and tasks go out."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import AuditEntry, acting_as, acting_as_job
from jiangtai.domains.reform.actions import plans, wording
from jiangtai.domains.reform.facts import PlanConfirmed
from jiangtai.domains.reform.models import Action, Amount, Measure, Part, Plan, Task, UnitName
from jiangtai.domains.reform.queries import plans as queries
from tests.office import Office

from . import district

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(office: Office) -> Office:
    """The district with its departments."""
    return district.settle(office)


def text(answer: Any) -> str:
    return answer.content.decode()


def upload(client: Any, content: bytes, name: str = "方案.txt", **fields: Any) -> Any:
    told = {"file": SimpleUploadedFile(name, content), "since": "2026-01-01", **fields}
    return client.post(reverse("plans.new"), told)


def asking(plan: Plan, name: str) -> str:
    return reverse("parts.settle", args=[next(one.pk for one in queries.doubtful(plan) if one.name == name)])


def test_a_plan_is_read_whole_with_every_word_in_its_place(place, signed_in):
    client = signed_in("group_office")
    answer = upload(client, district.TEXT.encode())
    plan = Plan.objects.get()
    assert answer["Location"] == reverse("plans.read", args=[plan.pk])
    assert (plan.title, plan.state, plan.measures.count()) == ("测试区产业工人队伍建设改革实施方案", "draft", 3)
    for row in [*Action.objects.all(), *Amount.objects.all()]:
        assert plan.text[row.first : row.last] == row.text
    page = text(client.get(answer["Location"]))
    assert 'id="w-1-a1"' in page and 'href="#u-1-a1"' in page  # from the words to what was understood
    assert 'id="u-1-a1"' in page and 'href="#w-1-a1"' in page  # and back
    assert 'id="w-1-l1"' in page and 'href="#w-1-l1"' in page  # a unit, too
    assert "2 个单位名称待确认" in page and "三、组织保障" in page
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="plan.drafted").exists()


def test_units_are_known_by_what_offices_call_them(place):
    plan = district.draft(place)
    found = {part.name: part for part in Part.objects.filter(measure__plan=plan)}
    for name, unit in {"区人社局": "局", "区发改局": "区发展和改革局", "区总工会": "区总工会",
                       "区国资和金融局": "区国有资产监督管理和金融工作局"}.items():  # fmt: skip
        assert found[name].unit == place.units[unit], name
    assert found["各街道"].is_collective and found["各街道"].unit is None
    assert queries.doubtful_names(plan) == ["区服务局", "测试区团委"]


def test_a_doubtful_name_is_asked_once_and_remembered(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    page = asking(plan, "测试区团委")
    shown = text(client.get(page))
    assert "“测试区团委”是哪家单位" in shown and "出现在第 3 项" in shown
    unit = place.units["共青团测试区委员会"]
    assert client.post(page, {"means": "other", "unit": str(unit.pk)}).status_code == 302
    assert Part.objects.get(name="测试区团委").unit == unit
    assert UnitName.objects.get().name == "测试区团委"
    again = district.draft(place)
    assert queries.doubtful_names(again) == ["区服务局"]


def test_a_class_of_units_and_what_is_none_are_remembered_too(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    client.post(asking(plan, "区服务局"), {"means": "strike"})
    client.post(asking(plan, "测试区团委"), {"means": "collective"})
    assert queries.doubtful_names(plan) == []
    assert not Part.objects.filter(name="区服务局").exists()
    assert Part.objects.get(name="测试区团委").is_collective
    again = district.draft(place)
    assert queries.doubtful_names(again) == []
    assert Part.objects.get(measure__plan=again, name="测试区团委").is_collective
    assert not Part.objects.filter(measure__plan=again, name="区服务局").exists()
    assert "“区服务局”此前已确认不是单位，没有列入第 3 项的分工" in text(
        client.get(reverse("plans.read", args=[again.pk]))
    )


def test_a_wrong_answer_is_put_right_while_a_plan_is_a_draft(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    with acting_as(place.person("group_office")):
        plans.settle(plan, "测试区团委", place.units["区财政局"])
        plans.strike(plan, "区服务局")
    part = Part.objects.get(name="测试区团委")
    page = reverse("parts.settle", args=[part.pk])
    read = reverse("plans.read", args=[plan.pk])
    assert page in text(client.get(read))
    shown = text(client.get(page))
    assert str(place.units["区财政局"].pk) in shown  # it arrives with what was answered
    client.post(page, {"means": "other", "unit": str(place.units["共青团测试区委员会"].pk)})
    part.refresh_from_db()
    assert part.unit == place.units["共青团测试区委员会"]
    client.post(page, {"means": "collective"})
    part.refresh_from_db()
    assert part.unit is None and part.is_collective and page in text(client.get(read))
    # a name that was taken out is written into its measure again, and asked anew
    third = plan.measures.get(number=3)
    with acting_as(place.person("group_office")):
        wording.change_measure(third, {}, None, ["区服务局", "测试区团委"])
    client.post(asking(plan, "区服务局"), {"means": "other", "unit": str(place.units["区教育局"].pk)})
    again = district.draft(place)
    told = {part.name: part for part in Part.objects.filter(measure__plan=again)}
    assert told["区服务局"].unit == place.units["区教育局"] and told["测试区团委"].is_collective


def test_a_body_of_several_units_is_answered_with_the_unit_where_its_office_is(place, signed_in):
    client, office = signed_in("group_office"), place.units["区教育局"]
    words = (
        "竞赛行动方案\n\n一、行动\n1.办好竞赛。按季组织技能竞赛。（牵头单位：技能竞赛服务专班；责任单位：区财政局）\n"
    )

    def drafted() -> Plan:
        with acting_as(place.person("group_office")):
            return plans.draft(words, since=date(2026, 1, 1))

    plan = drafted()
    page = asking(plan, "技能竞赛服务专班")
    shown = text(client.get(page))
    assert "请选它的办公室设在哪家单位" in shown and "由办公室所在单位承办" in shown and "办公室设在" in shown
    assert client.post(page, {"means": "other", "unit": str(office.pk)}).status_code == 302
    with acting_as(place.person("group_office")):
        plans.confirm(plan)
    assert list(Task.unscoped.filter(measure__plan=plan).values_list("unit", flat=True)) == [office.pk]
    assert queries.doubtful_names(drafted()) == []


def test_names_are_put_right_in_drafts_alone(place, signed_in):
    plan, client = district.settled(place), signed_in("group_office")
    page = reverse("parts.settle", args=[Part.objects.get(name="测试区团委").pk])
    client.post(reverse("plans.confirm", args=[plan.pk]), {})
    assert client.get(page).status_code == 404
    assert page not in text(client.get(reverse("plans.read", args=[plan.pk])))


def test_a_name_that_fits_two_is_doubtful_and_both_are_offered(place):
    from jiangtai.access import Unit, units

    with acting_as_job("测试"):
        units.found(kind=Unit.Kind.DEPARTMENT, name="区人力资源社会保障局", parent=place.units["区"])
    told = queries.meant(["区人社局", "区人保局"])
    assert told["区人社局"].unit == place.units["局"].pk  # by its short name, which only one has
    assert told["区人保局"].unit is None and len(told["区人保局"].candidates) == 2


def test_nothing_is_confirmed_while_a_name_is_open_a_number_twice_or_a_day_too_early(place, signed_in):
    client = signed_in("group_office")
    wrong = district.TEXT.replace("3.加强", "2.加强").replace("探索跨厂带徒。", "2025年6月底前建成跨厂带徒点。")
    plan = district.draft(place, wrong)
    page = reverse("plans.confirm", args=[plan.pk])
    shown = text(client.get(page))
    for words in ("2 个单位名称没有对上", "“区服务局”", "序号 2 用了两次", "2025-06-30 早于方案开始执行的日期"):
        assert words in shown, words
    assert "确认执行</button>" not in shown
    answer = client.post(page, {})
    assert answer.status_code == 422 and "序号 2 用了两次" in text(answer)
    plan.refresh_from_db()
    assert plan.state == "draft" and not Task.unscoped.exists()


def test_confirmed_it_runs_and_every_sentence_is_a_task_of_the_first_lead(place, signed_in):
    plan, client = district.settled(place), signed_in("group_office")
    assert client.post(reverse("plans.confirm", args=[plan.pk]), {}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "in_force" and plan.confirmed_at
    tasks = list(Task.unscoped.order_by("measure__place", "action__place"))
    assert len(tasks) == Action.objects.filter(measure__plan=plan).count() == 6
    assert {task.unit for task in tasks[:3]} == {place.units["区委宣传部"]}
    assert tasks[3].unit == place.units["局"]
    with acting_as_job("测试"):
        assert [row.fact.plan for row in ledger.every(PlanConfirmed).current()] == [plan.pk]
        assert AuditEntry.objects.filter(action="plan.confirmed").count() == 1
    assert client.get(reverse("plans.confirm", args=[plan.pk])).status_code == 404


def test_whom_the_leading_group_designates_is_asked_instead(place, signed_in):
    plan, client = district.settled(place), signed_in("group_office")
    first = plan.measures.get(number=1)
    told = {
        "number": "1", "title": first.title, "section": first.section, "deadline": "", "lead": "区委宣传部、区总工会",
        "support": "区教育局、各街道", "designated": str(place.units["区委组织部"].pk),
    }  # fmt: skip
    answer = client.post(reverse("measures.edit", args=[first.pk]), told)
    assert answer.status_code == 302, text(answer)
    client.post(reverse("plans.confirm", args=[plan.pk]), {})
    assert {task.unit for task in Task.unscoped.filter(measure=first)} == {place.units["区委组织部"]}


def test_what_was_understood_is_put_right_before_it_counts(place, signed_in):
    plan, client = district.settled(place), signed_in("group_office")
    first = plan.measures.get(number=1)
    one, two, three = first.actions.all()
    assert (one.force, three.force) == ("required", "encouraged")
    answer = client.post(reverse("actions.edit", args=[two.pk]), {
        "text": "每年办夜校不少于12期\n2026年底前公布课表", "force": "required"})  # fmt: skip
    assert answer.status_code == 302
    texts = list(first.actions.values_list("text", flat=True))
    assert texts == [one.text, "每年办夜校不少于12期", "2026年底前公布课表", three.text]
    for row in first.actions.all():
        assert plan.text[row.first : row.last].startswith(row.text)
    client.post(reverse("actions.join", args=[first.actions.all()[1].pk]), {})
    assert first.actions.count() == 3
    client.post(reverse("actions.remove", args=[one.pk]), {})
    assert one.text not in list(first.actions.values_list("text", flat=True))
    client.post(reverse("measures.add", args=[first.pk]), {"text": "补写的一条", "force": ""})
    assert "原文中没有，人工补写" in text(client.get(reverse("plans.read", args=[plan.pk])))
    told = {"number": "7", "title": "讲好故事", "section": "引领", "deadline": "2026-11-30", "earlier": "",
            "lead": "区总工会", "support": "区委宣传部（精神文明办）、区教育局", "designated": ""}  # fmt: skip
    assert client.post(reverse("measures.edit", args=[first.pk]), told).status_code == 302
    first.refresh_from_db()
    assert (first.number, first.title, first.deadline) == (7, "讲好故事", date(2026, 11, 30))
    assert [(part.role, part.name, bool(part.unit)) for part in first.parts.all()] == [
        ("lead", "区总工会", True),
        ("support", "区委宣传部（精神文明办）", False),
        ("support", "区教育局", True),
    ]


MISSED = "3.建设活动阵地。依托园区建好工人驿站。支持企业开放读书角。\n"
"""A numbered neighbour that names no unit."""


def test_a_measure_that_was_not_found_is_added_from_its_warning(place, signed_in):
    words = district.TEXT.replace("3.加强", f"{MISSED}4.加强")
    plan, client = district.draft(place, words), signed_in("group_office")
    page = f"{reverse('measures.new', args=[plan.pk])}?{urlencode({'warning': plan.warnings[0]})}"
    read = reverse("plans.read", args=[plan.pk])
    assert "没有写责任单位，未列入，请补上" in text(client.get(read)) and page in text(client.get(read))
    shown = text(client.get(page))
    for told in ('value="3"', 'value="建设活动阵地"', "依托园区建好工人驿站。\n支持企业开放读书角。"):
        assert told in shown, told
    told = {"number": "3", "title": "建设活动阵地", "section": "引领", "deadline": "2026-11-30", "lead": "区总工会",
            "support": "区教育局、区发改局", "text": "依托园区建好工人驿站。\n支持企业开放读书角。"}  # fmt: skip
    assert "单位名称" in text(client.post(page, {**told, "lead": "很长" * 50}))
    assert plan.measures.count() == 3
    assert client.post(page, told).status_code == 302
    made = plan.measures.get(number=3)
    assert [row.number for row in plan.measures.order_by("place")] == [1, 2, 3, 4]
    assert plan.text[made.first : made.last] == MISSED[2:].strip()
    assert [(row.text, row.force) for row in made.actions.all()] == [
        ("依托园区建好工人驿站。", "required"), ("支持企业开放读书角。", "encouraged")
    ]  # fmt: skip
    assert all(plan.text[row.first : row.last] == row.text for row in made.actions.all())
    assert [(part.role, part.name, bool(part.unit)) for part in made.parts.all()] == [
        ("lead", "区总工会", True), ("support", "区教育局", True), ("support", "区发改局", True)
    ]  # fmt: skip
    shown = text(client.get(read))
    assert "未列入，请补上" not in shown and "人工补写" not in shown
    assert shown.count("依托园区建好工人驿站。") == 2  # its words, and what was understood of them


def test_a_measure_that_the_text_does_not_have_stands_at_its_end(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    told = {"number": "9", "title": "另行补充的一项", "lead": "区总工会", "text": "办一件实事"}
    assert client.post(reverse("measures.new", args=[plan.pk]), told).status_code == 302
    made = plan.measures.order_by("place").last()
    assert (made.number, made.place, made.first) == (9, 4, made.last)
    assert "原文中没有，人工补写" in text(client.get(reverse("plans.read", args=[plan.pk])))
    running = district.in_force(place)
    assert client.get(reverse("measures.new", args=[running.pk])).status_code == 404


def test_what_is_lacking_is_counted_and_filtered_and_never_made_up(place, signed_in):
    plan, client = district.draft(place), signed_in("group_office")
    page = reverse("plans.read", args=[plan.pk])
    shown = text(client.get(page))
    assert "单位未对上 <b>1</b>" in shown and "无期限 <b>2</b>" in shown and "无指标 <b>2</b>" in shown
    only = text(client.get(page, {"lack": "name"}))
    assert "加强园区服务" in only and "办好技能课堂" not in only
    assert Measure.objects.get(number=2).deadline is None
    table = text(client.get(reverse("plans.show", args=[plan.pk]), {"lack": "figure"}))
    assert "办好技能课堂" in table and "讲好工人故事" not in table


def test_a_unit_that_leads_adds_the_day_once_and_its_tasks_follow(place, signed_in):
    plan = district.in_force(place)
    measure = plan.measures.get(number=2)
    lead, other = signed_in("liaison", "局"), signed_in("liaison", "区教育局")
    page = reverse("measures.supply", args=[measure.pk])
    assert other.get(page).status_code == 404
    assert lead.post(page, {"deadline": "2025-01-01"}).status_code == 422
    assert lead.post(page, {"deadline": "2030-06-30"}).status_code == 302
    assert {task.due for task in Task.unscoped.filter(measure=measure)} == {date(2030, 6, 30)}
    assert lead.post(page, {"deadline": "2031-06-30"}).status_code == 422


def test_departments_see_plans_in_force_and_no_draft(place, signed_in):
    running, waiting = district.in_force(place), district.draft(place)
    client = signed_in("liaison", "局")
    shown = text(client.get(reverse("plans.list")))
    assert reverse("plans.show", args=[running.pk]) in shown and str(waiting.pk) not in shown
    assert client.get(reverse("plans.show", args=[running.pk])).status_code == 200
    for name in ("plans.show", "plans.read"):
        assert client.get(reverse(name, args=[waiting.pk])).status_code == 404
    assert client.get(reverse("measures.show", args=[waiting.measures.first().pk])).status_code == 404
    shown = text(client.get(reverse("measures.show", args=[running.measures.first().pk])))
    assert "讲好工人故事" in shown and "方案原文" in shown and "words action" in shown


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "empty.txt", "空"),
        (b"MZ\x90\x00", "plan.docx", "可执行程序"),
        (b"<html><script>x</script></html>", "plan.txt", "网页代码"),
        ("1.一。做好。\n2.二。做好。".encode(), "plan.txt", "没有找到责任单位"),
        (typst.compile(b"#rect(width: 5cm, height: 3cm, fill: gray)", format="pdf"), "scan.pdf", "应当是扫描件或图片"),
        (district.TEXT.encode(), "plan.xlsx", "格式不在允许之列"),
    ],
)
def test_what_cannot_be_read_is_answered_and_nothing_half_made_stays(place, signed_in, content, name, told):
    client = signed_in("group_office")
    answer = upload(client, content, name)
    assert answer.status_code == 422 and told in text(answer), text(answer)
    assert not Plan.objects.exists() and not Measure.objects.exists()


def test_nothing_stays_of_a_plan_that_breaks_off_halfway(place, monkeypatch):
    def broken(*_: Any) -> None:
        raise ValueError("aus")

    monkeypatch.setattr(plans, "amount_of", broken)
    with pytest.raises(ValueError, match="aus"):
        district.draft(place)
    assert not Plan.objects.exists() and not Part.objects.exists()


def test_pasted_text_is_read_and_a_draft_is_given_up(place, signed_in):
    client = signed_in("group_office")
    answer = client.post(reverse("plans.new"), {"text": district.TEXT, "since": "2026-01-01", "title": "粘贴的方案"})
    plan = Plan.objects.get()
    assert answer.status_code == 302 and plan.title == "粘贴的方案"
    both = {"text": district.TEXT, "file": SimpleUploadedFile("a.txt", b"x"), "since": "2026-01-01"}
    assert "只要一样" in text(client.post(reverse("plans.new"), both))
    assert client.post(reverse("plans.drop", args=[plan.pk]), {}).status_code == 302
    assert not Plan.objects.exists() and not Action.objects.exists()


def test_a_plan_in_force_is_changed_by_nobody(place, signed_in):
    plan, client = district.in_force(place), signed_in("group_office")
    measure = plan.measures.first()
    for name in ("measures.edit", "measures.remove", "measures.add"):
        assert client.get(reverse(name, args=[measure.pk])).status_code == 404
    with acting_as(place.person("group_office")), pytest.raises(Exception, match="已经确认"):
        wording.remove_measure(measure)
