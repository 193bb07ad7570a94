"""Pilots: levels recommend in turn, the quota holds, named once, lists become tasks, an earlier list is understood."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from stdnum.cn import uscc

from jiangtai import ledger
from jiangtai.access import Refused, Unit, acting_as, acting_as_job, units
from jiangtai.domains.reform.actions import pilot_lists as lists
from jiangtai.domains.reform.actions import pilots as actions
from jiangtai.domains.reform.actions import tasks
from jiangtai.domains.reform.facts import PilotEnd, PilotEnded, PilotNamed, PilotReported, PilotTaskTaken
from jiangtai.domains.reform.models import Pilot, PilotBatch, PilotReport, Task, YearlyList
from jiangtai.domains.reform.queries import pilots as queries
from jiangtai.domains.reform.reading.pilots import read_listing
from jiangtai.domains.reform.reading.scoring import rows_of_text
from jiangtai.domains.reform.rules import pilots as rules
from jiangtai.domains.reform.rules.pilots import Kind
from jiangtai.flows import Case, Unmet, engine
from jiangtai.messages import Message
from tests.live import credit_code

from .following import read_paper, second
from .piloting import PROJECT, TOLD, WHOLE, Piloting
from .working import MONDAY, Work

BODY = "91519901MA0000003"
CODE = BODY + uscc.calc_check_digit(BODY)


@pytest.fixture
def hands(work: Work) -> Piloting:
    return Piloting(work)


# applying and recommending


def test_a_firm_is_recommended_by_its_street_and_then_assessed(hands: Piloting) -> None:
    hands.office.person("union_officer", "甲街")
    case = hands.applies(hands.kind(hands.opened()), "甲厂")
    assert hands.step(case) == "recommend"
    assert case.seats.get(state="open").unit == hands.office.units["甲街"]
    hands.recommends(case, "甲街")
    assert hands.step(case) == "assess"


def test_every_level_that_has_somebody_recommends_in_turn(hands: Piloting) -> None:
    with acting_as_job("测试"):
        hands.office.units["园"] = units.found(kind=Unit.Kind.PARK, name="园区", parent=hands.office.units["甲街"])
        hands.office.units["丙厂"] = units.found(
            kind=Unit.Kind.ENTERPRISE, name="丙厂有限公司", parent=hands.office.units["园"], code=CODE
        )
    for unit in ("园", "甲街"):
        hands.office.person("union_officer", unit)
    case = hands.applies(hands.kind(hands.opened()), "丙厂")
    assert set(engine.offered(*_at(case))) == {"recommend", "apply", "declined"}
    with pytest.raises(Refused):
        hands.recommends(case, "园", "assess")  # no level is passed over
    hands.recommends(case, "园", "recommend")
    assert case.seats.get(state="open").unit == hands.office.units["甲街"]
    hands.recommends(case, "甲街", "apply")
    assert hands.step(case) == "apply"
    way = {"data": TOLD}
    who = hands.office.person("enterprise_hr", "丙厂")
    hands.at(who, lambda: engine.decide(hands.seat(case), "recommend", **way))
    assert case.seats.get(state="open").unit == hands.office.units["园"], "sent back, it begins below again"
    hands.recommends(case, "园", "recommend")
    hands.recommends(case, "甲街")
    assert hands.step(case) == "assess"


def _at(case: Case) -> tuple[Case, Any]:
    case = Case.unscoped.select_related("unit", "round").get(pk=case.pk)
    return case, engine.step_of(case)


def test_a_department_applies_straight_to_the_office(hands: Piloting) -> None:
    kind = hands.kind(hands.opened(Kind("部门试点", 1, ["department"], False)), "部门试点")
    assert hands.step(hands.applies(kind, "局", "liaison")) == "assess"


def test_a_firms_union_applies_for_the_firm_and_gets_it_back(hands: Piloting) -> None:
    hands.office.person("union_officer", "甲街")
    case = hands.applies(hands.kind(hands.opened()), "甲厂工会", "enterprise_union")
    assert case.unit == hands.office.units["甲厂"]
    hands.recommends(case, "甲街", "apply")
    assert case.seats.get(state="open").unit == hands.office.units["甲厂工会"]


def test_who_is_above_does_not_apply_for_a_unit_below(hands: Piloting) -> None:
    kind = hands.kind(hands.opened())
    street = hands.office.person("union_officer", "甲街")
    with acting_as(street), pytest.raises(Refused, match="由单位自己发起"):
        engine.open_case(queries.FLOW, hands.office.units["甲厂"].pk, hands.office.units["甲厂"], round=kind.round)


def test_what_does_not_fit_is_refused_in_words(hands: Piloting) -> None:
    batch = hands.opened()
    with pytest.raises(Unmet, match="由企业申报"):
        hands.applies(hands.kind(batch), "局", "liaison")
    with pytest.raises(ValidationError) as refused:
        hands.applies(hands.kind(batch, "项目试点"), "甲厂")
    assert set(refused.value.message_dict) == {"project", "measure"}


def test_one_unit_applies_for_one_type_of_a_batch(hands: Piloting) -> None:
    hands.office.person("union_officer", "甲街")
    batch = hands.opened()
    hands.applies(hands.kind(batch), "甲厂")
    measure = str(queries.measures()[0].pk)
    with pytest.raises(Unmet, match="已申报“首批试点·全面试点”"):
        hands.applies(hands.kind(batch, "项目试点"), "甲厂", project="通道", measure=measure)


def test_applying_twice_goes_on_with_the_same(hands: Piloting) -> None:
    kind = hands.kind(hands.opened())
    who = hands.office.person("enterprise_hr", "甲厂")
    assert hands.at(who, lambda: actions.apply(kind)) == hands.at(who, lambda: actions.apply(kind))


@pytest.mark.parametrize("gone", [{"closes": None}, {"opens": None}, {"closes": date(2026, 1, 1)}])
def test_a_batch_that_is_called_for_has_a_first_and_a_last_day(hands: Piloting, gone: dict[str, Any]) -> None:
    batch = hands.opened()
    rows = PilotBatch.unscoped.filter(pk=batch.pk)
    with pytest.raises(IntegrityError, match="pilot_batch_closes_after_it_opens"), transaction.atomic():
        rows.update(**gone)
    rows.update(is_listed=True, **gone)


# assessing, ranking, quota, naming


def test_marks_count_once_a_colleague_has_looked_at_them(hands: Piloting) -> None:
    hands.office.person("union_officer", "甲街")
    kind = hands.kind(hands.opened())
    case = hands.applies(kind, "甲厂")
    hands.recommends(case, "甲街")
    marks = {"ground": 25, "scheme": 35, "example": 25, "said": "底子好"}
    hands.at(hands.clerk, lambda: engine.decide(hands.seat(case), "countersign", data=marks))
    assert hands.step(case) == "countersign"
    with acting_as(hands.clerk), pytest.raises(Refused, match="您办理过本件的“综合评定”"):
        engine.decide(hands.seat(case), "rank")
    with acting_as(hands.clerk), pytest.raises(ValidationError):
        hands.ranks(kind)
    other = second(hands.office)
    page = hands.office.client(other).get(reverse("cases.show", args=[case.pk])).content.decode()
    assert "底子好" in page
    assert "方案" in page
    hands.at(other, lambda: engine.decide(hands.seat(case), "assess", opinion="方案分偏高"))
    hands.at(hands.clerk, lambda: engine.decide(hands.seat(case), "countersign", data={**marks, "scheme": 30}))
    hands.at(other, lambda: engine.decide(hands.seat(case), "rank"))
    assert hands.step(case) == "rank"
    assert queries.candidates(kind)[0]["marks"]["score"] == 80


def test_the_quota_cuts_by_marks_and_the_leader_confirms(hands: Piloting) -> None:
    for street in ("甲街", "乙街"):
        hands.office.person("union_officer", street)
    batch = hands.opened()
    kind = hands.kind(batch)
    one, other = hands.applies(kind, "甲厂"), hands.applies(kind, "乙厂")
    hands.recommends(one, "甲街")
    hands.recommends(other, "乙街")
    hands.assesses(one, 20, 30, 20)
    hands.assesses(other, 25, 35, 25)
    assert hands.ranks(kind) == (1, 1)
    assert [hands.step(case) for case in (one, other)] == ["passed_over", "confirm"]
    assert hands.confirms(batch) == 1
    pilot = Pilot.unscoped.get()
    assert (pilot.pk, pilot.unit, pilot.place) == (other.pk, hands.office.units["乙厂"], 1)
    fact = ledger.every(PilotNamed).of(pilot.pk).get().fact
    assert (fact.until, fact.has_project) == (date(2027, 12, 31), False)
    with pytest.raises(ValidationError, match="没有等待审定"):
        hands.confirms(batch)


def test_equal_marks_are_put_in_order_by_the_scheme() -> None:
    rows = [{"score": 80, "scheme": 30, "example": 25}, {"score": 80, "scheme": 35, "example": 20}]
    assert sorted(rows, key=rules.order)[0]["scheme"] == 35
    assert rules.total({"ground": 1, "scheme": 2, "example": ""}) is None


def test_no_more_than_the_quota_are_ever_named(hands: Piloting) -> None:
    pilot = hands.named()
    with acting_as_job("测试"), pytest.raises(ValidationError, match="名额是 1 个，已经有 1 个"):
        actions._keep(pilot.type, hands.office.units["乙厂"], "", pk=hands.office.units["乙厂"].pk)


def test_a_pilot_does_not_apply_again_while_it_goes_on(hands: Piloting) -> None:
    hands.named()
    with pytest.raises(Unmet, match="已经是试点"):
        hands.applies(hands.kind(hands.opened(title="第二批")), "甲厂")


def test_a_list_is_published_once_all_is_settled(hands: Piloting) -> None:
    pilot = hands.named()
    day = pilot.named_on
    other = hands.applies(hands.kind(pilot.batch, "项目试点"), "局", "liaison", project="通道",
                          measure=str(queries.measures()[0].pk))  # fmt: skip
    publish = lambda: actions.publish(pilot.batch, "文〔2026〕1号", day, is_public=True)  # noqa: E731
    with pytest.raises(ValidationError, match="还有 1 件申报没有办结"):
        hands.at(hands.clerk, publish)
    hands.at(hands.clerk, lambda: engine.decide(hands.seat(other), "declined", opinion="方案不实"))
    hands.at(hands.clerk, publish)
    assert Message.objects.filter(cause=pilot.pk).exists()
    assert [one.pk for one in queries.published()] == [pilot.batch_id]
    with acting_as(hands.clerk), pytest.raises(Refused, match="名单已公布"):
        publish()


# an earlier list


LISTED = "一、全面试点（2个）\n甲厂有限公司、区人社局\n二、项目试点\n乙厂有限公司\t技能通道\n"


def resolved(hands: Piloting, text: str) -> Any:
    return hands.at(hands.clerk, lambda: queries.resolve(read_listing(rows_of_text(text)).rows))


def take(hands: Piloting, text: str = LISTED, title: str = "早先批次") -> Any:
    lines, errors = resolved(hands, text)
    assert not errors, errors
    call = actions.Call(title, 2025, None, None, date(2027, 12, 31))
    return hands.at(hands.clerk, lambda: actions.take_listing(call, "文〔2025〕3号", date(2025, 6, 1), lines))


def test_an_earlier_list_is_read_as_offices_write_it(hands: Piloting) -> None:
    batch = take(hands)
    found = {(one.type.name, one.unit.name): one.project for one in Pilot.unscoped.select_related("type", "unit")}
    assert found == {
        ("全面试点", "甲厂有限公司"): "",
        ("全面试点", "区人力资源和社会保障局"): "",
        ("项目试点", "乙厂有限公司"): "技能通道",
    }
    assert {one.name: one.quota for one in batch.types.all()} == {"全面试点": 2, "项目试点": 1}
    assert ledger.every(PilotNamed).count() == 3


def test_a_province_of_forty_six_pilots_and_then_a_hundred_and_nineteen(hands: Piloting) -> None:
    with acting_as_job("测试"):
        firms = [
            units.found(kind=Unit.Kind.ENTERPRISE, name=f"第{at}机械厂有限公司", parent=hands.office.units["甲街"],
                        code=credit_code(1000 + at)).name
            for at in range(1, 46 + 119 + 1)
        ]  # fmt: skip
    kinds = (("全面试点", 20), ("项目试点", 20), ("部门试点", 6))
    at, lines = 0, []
    for name, number in kinds:
        lines += [f"{name}（{number}个）", "、".join(firms[at : at + number])]
        at += number
    first = take(hands, "\n".join(lines), "首批")
    take(hands, "\n".join(["第二批试点", *firms[46:]]), "第二批")
    assert {one.name: one.quota for one in first.types.all()} == dict(kinds)
    rows = {one.title: one for one in queries.counted(PilotBatch.unscoped.all())}
    assert [(rows[one].quota, rows[one].named, rows[one].going) for one in ("首批", "第二批")] == [
        (46, 46, 46), (119, 119, 119),
    ]  # fmt: skip
    assert ledger.every(PilotNamed).current().count() == 165


def test_a_table_with_headings_is_read_too() -> None:
    table = "名单\n试点类型\t试点单位\t试点项目\n全面试点\t甲厂\t\n\t乙厂\t\n项目试点\t丙厂\t通道\n"
    rows = read_listing(rows_of_text(table)).rows
    assert [(one.line, one.type, one.unit, one.project) for one in rows] == [
        (3, "全面试点", "甲厂", ""), (4, "全面试点", "乙厂", ""), (6 - 1, "项目试点", "丙厂", "通道"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲厂", "第 1 行“甲厂”：没有写试点类型"),
        ("全面试点\n甲厂\n甲厂", "第 3 行“甲厂”：与第 2 行重复"),
        ("", "没有读到试点单位"),
        ("全面试点\n" + "\n".join(f"厂{n}" for n in range(2001)), "超过 2,000 行"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_by_its_line(text: str, said: str) -> None:
    assert said in "".join(read_listing(rows_of_text(text)).errors)


def test_an_unknown_unit_is_told_with_what_it_may_be(hands: Piloting) -> None:
    _, errors = resolved(hands, "全面试点\n区人社\n丁厂有限公司")
    assert "是不是“区人社局”" in errors[0]
    assert "第 3 行“丁厂有限公司”：没有找到这个单位" in errors[1]


def test_more_lines_keep_to_the_quota(hands: Piloting) -> None:
    batch = take(hands, "全面试点\n甲厂有限公司")
    more, _ = resolved(hands, "全面试点\n甲厂有限公司\n乙厂有限公司")
    with acting_as(hands.clerk), pytest.raises(ValidationError, match="名额"):
        actions.add_lines(batch, more)
    kind = batch.types.get()
    hands.at(hands.clerk, lambda: actions.change_type(kind, Kind("全面试点", 2, [], False)))
    assert hands.at(hands.clerk, lambda: actions.add_lines(batch, more)) == 1


def test_who_is_a_pilot_elsewhere_is_not_listed_again(hands: Piloting) -> None:
    take(hands, "全面试点\n甲厂有限公司")
    with pytest.raises(ValidationError, match="甲厂有限公司已是“早先批次”试点"):
        take(hands, "全面试点\n甲厂有限公司", "又一批")


def test_what_has_run_out_makes_room(hands: Piloting) -> None:
    lines, _ = resolved(hands, "全面试点\n甲厂有限公司")
    over = actions.Call("旧批次", 2024, None, None, date(2025, 12, 31))
    hands.at(hands.clerk, lambda: actions.take_listing(over, "文", date(2024, 6, 1), lines))
    assert Pilot.unscoped.get().state == "expired"
    take(hands, "全面试点\n甲厂有限公司")
    assert queries.going_on(Pilot.unscoped.all()).count() == 1


# lists and reports


def test_a_confirmed_list_becomes_tasks_like_any_other(hands: Piloting) -> None:
    pilot, who = hands.named(), hands.office.person("enterprise_hr", "甲厂")
    one = write(hands, pilot)
    hands.at(hands.clerk, lambda: lists.send_back(one, "写清成果"))
    assert YearlyList.unscoped.get().said == "写清成果"
    hands.at(who, lambda: lists.send_list(one))
    with acting_as(who), pytest.raises(Refused, match="待确认，不能再改"):
        lists.put(one, "又一项", queries.measures()[0], date(2026, 9, 1))
    hands.at(hands.clerk, lambda: lists.confirm_list(one))
    task = Task.unscoped.get(list_item__list=one)
    assert (task.unit, task.measure, task.due) == (pilot.unit, queries.measures()[0], date(2026, 6, 30))
    assert ledger.every(PilotTaskTaken).of(task.pk).get().fact.pilot == pilot.pk
    hands.at(who, lambda: tasks.prove(task, "paper", "办法", reference="存档"))
    hands.at(who, lambda: tasks.finish(task))
    assert queries.with_tasks(Pilot.unscoped.all()).get().done == 1  # type: ignore[attr-defined]
    with acting_as(hands.clerk), pytest.raises(Refused, match="已确认"):
        lists.confirm_list(one)


def write(hands: Piloting, pilot: Pilot, *, send: bool = True) -> YearlyList:
    who = hands.office.person("enterprise_hr", "甲厂")

    def act() -> YearlyList:
        one = lists.begin(pilot, 2026)
        lists.put(one, "出台评聘办法", queries.measures()[0], date(2026, 6, 30), "办法")
        return lists.send_list(one) if send else one

    return hands.at(who, act)


def test_a_list_holds_only_the_year_and_the_units_own_hand(hands: Piloting) -> None:
    pilot = hands.named()
    one = write(hands, pilot, send=False)
    with acting_as(hands.office.person("enterprise_hr", "甲厂")), pytest.raises(ValidationError, match="2026 年内"):
        lists.put(one, "跨年", queries.measures()[0], date(2027, 1, 1))
    with acting_as(hands.office.person("enterprise_hr", "乙厂")), pytest.raises(Refused, match="由试点单位编制"):
        lists.begin(pilot, 2026)
    with acting_as(hands.office.person("enterprise_hr", "甲厂")), pytest.raises(Refused, match="办公室确认"):
        lists.confirm_list(one)


def test_a_report_arrives_filled_and_is_kept_with_how_tasks_stood(hands: Piloting) -> None:
    pilot = hands.named()
    hands.at(hands.clerk, lambda: lists.confirm_list(write(hands, pilot)))
    held = hands.at(hands.clerk, lambda: lists.call(pilot.batch, 2026))
    case = Case.unscoped.get(round=held)
    who = hands.office.person("enterprise_hr", "甲厂")
    case, step = _at(case)
    known = step.form.known(case)["summary"]
    assert known.value == "2026 年度任务清单共 1 项，已完成 0 项，未完成 1 项。"
    told = {"summary": known.value, "results": "见附件", "problem": "", "coming": ""}
    hands.at(who, lambda: engine.decide(hands.seat(case), "check", data=told))
    hands.at(hands.clerk, lambda: engine.decide(hands.seat(case), "accepted"))
    row = PilotReport.unscoped.select_related("pilot__unit").get()
    assert [one["title"] for one in row.tasks] == ["出台评聘办法"]
    fact = ledger.every(PilotReported).of(pilot.pk).get().fact
    assert (fact.tasks, fact.done, fact.in_time) == (1, 0, True)
    for form, head in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert hands.at(hands.clerk, lambda form=form: lists.paper(row, form)).startswith(head)
    with acting_as(hands.clerk), pytest.raises(ValidationError, match="已有名为"):
        lists.call(pilot.batch, 2026)


def test_a_revoked_pilot_is_asked_for_nothing_more(hands: Piloting) -> None:
    pilot = hands.named()
    hands.at(hands.clerk, lambda: lists.confirm_list(write(hands, pilot)))
    hands.at(hands.clerk, lambda: actions.end(pilot, PilotEnd.REVOKED, "一年没有进展"))
    assert Task.unscoped.get(list_item__list__pilot=pilot).state == "cancelled"
    assert not ledger.every(PilotNamed).of(pilot.pk).current().exists()
    assert ledger.every(PilotEnded).of(pilot.pk).get().fact.why is PilotEnd.REVOKED
    with acting_as(hands.clerk), pytest.raises(Refused, match="已经结束"):
        actions.end(pilot, PilotEnd.REVOKED, "再来")


def test_a_year_is_summed_in_one_sentence() -> None:
    late = rules.TaskStanding("甲", "2026-01-01", "红灯", "已超期", is_late=True)
    done = rules.TaskStanding("乙", "", "已完成", "", is_done=True)
    assert rules.summed(2026, [late, done], MONDAY).endswith("共 2 项，已完成 1 项，未完成 1 项，其中红灯 1 项。")
    assert "没有已确认" in rules.summed(2026, [], MONDAY)


def test_a_reports_figures_are_counted_anew_and_each_says_how(hands: Piloting) -> None:
    pilot = hands.named()
    hands.at(hands.clerk, lambda: lists.confirm_list(write(hands, pilot)))
    held = hands.at(hands.clerk, lambda: lists.call(pilot.batch, 2026))
    case, _ = _at(Case.unscoped.get(round=held))
    told = {"summary": "2026 年度任务清单共 9 项，已完成 9 项，未完成 0 项。", "results": "见附件"}
    told["summary"] += "评聘办法正在征求意见。"
    who = hands.office.person("enterprise_hr", "甲厂")
    hands.at(who, lambda: engine.decide(hands.seat(case), "check", data=told))
    hands.at(hands.clerk, lambda: engine.decide(hands.seat(case), "accepted"))
    said = read_paper(hands.at(hands.clerk, lambda: lists.paper(PilotReport.unscoped.get(), "docx")))
    assert "2026 年度任务清单共 1 项①，已完成 0 项②，未完成 1 项③。评聘办法正在征求意见。" in said
    assert "9 项" not in said
    for note in ("①年度任务清单：", "②已完成：清单上截至2026年3月2日", "③未完成："):
        assert note in said.replace(" ", ""), said


def test_of_two_types_and_quotas_nothing_is_mixed_up(hands: Piloting) -> None:
    batch = hands.opened(WHOLE, PROJECT)
    found = {one.name: (one.quota, one.round.quota) for one in queries.types(batch)}
    assert found == {"全面试点": (1, 1), "项目试点": (1, 1)}
