"""Programmes: outlines, what hangs on items, firms in cohorts, what was done for each and what came of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.domains.honors.facts import PlaqueGranted, Tier
from jiangtai.domains.reform.actions import programmes as actions
from jiangtai.domains.reform.facts import FirmAssisted, FirmJoinedProgramme, FirmLeftProgramme
from jiangtai.domains.reform.models import CohortFirm, Hanging, Programme, ProgrammeItem
from jiangtai.domains.reform.queries import programmes as queries
from jiangtai.domains.reform.rules import programmes as rules
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, UnitId

from .following import TODAY, Following, refused, scan, send, show

TEXT = "技能形成体系\n  培训\n  评价\n权益保障体系"


@pytest.fixture
def programme(following: Following) -> Programme:
    """四个体系 in use."""
    with acting_as(following.office.person("group_office")):
        return actions.begin(actions.define("四个体系", "", rules.outline(TEXT)))


def item(programme: Programme, title: str = "培训") -> ProgrammeItem:
    return programme.items.select_related("programme__unit").get(title=title)


@pytest.fixture
def firm(programme: Programme, following: Following) -> CohortFirm:
    """甲厂 in a cohort, with the bureau at its side."""
    office = following.office
    with acting_as(office.person("group_office")):
        lines = rules.firm_lines("甲厂有限公司\t培训\t区人社局")
        cohort = actions.gather(programme, "2026年度", 2026, ["register.workers"], TODAY - timedelta(days=60),
                                actions.resolve(programme, lines))  # fmt: skip
    return CohortFirm.unscoped.select_related("cohort__programme__unit", "unit", "helper").get(cohort=cohort)


# rules


def test_an_outline_is_read_by_how_far_in_its_lines_are():
    found = rules.outline("一、技能形成体系\n　　1.培训\n\t（2）评价\n\n二、权益保障体系\n  服务\n    驿站")
    assert [(one.level, one.title, one.above) for one in found] == [
        (1, "技能形成体系", None), (2, "培训", 0), (2, "评价", 0), (1, "权益保障体系", None), (2, "服务", 3),
        (3, "驿站", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请至少写一个条目"),
        ("甲\n 乙\n  丙\n   丁", "第 4 行“丁”：最多分 3 级"),
        ("甲\n乙\n甲", "第 3 行：“甲”写了两次"),
        ("长" * 61, "1 到 60 个字，现有 61 个"),
    ],
)
def test_an_outline_that_cannot_be_read_says_where(text, words):
    with pytest.raises(rules.OutlineRefused, match=words):
        rules.outline(text)


def test_a_pasted_list_is_parted_as_sheets_and_people_part_it():
    found = rules.firm_lines("企业名称\t条目\n甲厂\t培训\t区人社局\n乙厂，评价\n丙厂  培训\n\n")
    assert [(one.number, one.firm, one.item, one.helper) for one in found] == [
        (2, "甲厂", "培训", "区人社局"), (3, "乙厂", "评价", ""), (4, "丙厂", "培训", ""),
    ]  # fmt: skip
    with pytest.raises(rules.OutlineRefused, match="每行最多三栏"):
        rules.firm_lines("甲,乙,丙,丁")


def test_what_came_is_said_plainly():
    assert rules.change_said(10, 12, "人", is_share=False) == "增加 2 人"
    assert rules.change_said(20.5, 18, "%", is_share=True) == "减少 2.5 个百分点"
    assert rules.change_said(None, 3, "人", is_share=False) == "没有可比的数"


# items


def test_items_keep_what_hangs_on_them_when_the_outline_changes(programme, following):
    with acting_as(following.office.person("group_office")):
        actions.hang(item(programme), [following.late])
        with pytest.raises(ValidationError, match="“培训”上挂着任务"):
            actions.change(programme, "四个体系", "", rules.outline("技能形成体系\n  评价"))
        actions.change(programme, "四个体系", "", rules.outline("评价\n技能形成体系\n  培训\n  新设"))
        with pytest.raises(ValidationError, match="名称不能再改"):
            actions.change(programme, "五个体系", "", rules.outline(TEXT))
    assert [(one.title, one.level) for one in programme.items.order_by("place")] == [
        ("评价", 1), ("技能形成体系", 1), ("培训", 2), ("新设", 2),
    ]  # fmt: skip
    assert item(programme).hangings.get().task == following.late


def test_a_thing_hangs_once_and_is_one_thing(programme, following):
    at = item(programme)
    with acting_as(following.office.person("group_office")):
        assert actions.hang(at, [following.late, following.near]) == 2
        assert actions.hang(at, [following.late]) == 0
        actions.hang(at, [following.measure])
        actions.hang_indicator(at, "register.workers")
        with pytest.raises(ValidationError, match="已经挂在"):
            actions.hang_indicator(at, "register.workers")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hanging.objects.create(item=at, task=following.late)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hanging.objects.create(item=at, task=following.fine, indicator="register.workers")


def test_tasks_are_found_by_the_item_above(programme, following, signed_in):
    with acting_as(following.office.person("group_office")):
        actions.hang(item(programme), [following.late])
        actions.hang(item(programme, "权益保障体系"), [following.street])
    top = item(programme, "技能形成体系")
    desk = signed_in("group_office")
    found = show(desk, "tasks.list", item=str(top.pk))
    assert "出台技能人才津贴办法" in found and "建立职工服务站" not in found
    assert "出台技能人才津贴办法" in show(desk, "tasks.board", item=str(top.pk))
    assert "没有符合条件" in show(desk, "tasks.list", item="x")
    assert "技能形成体系 · 培训" in show(desk, "tasks.show", following.late.pk)
    page = show(desk, "programmes.show", programme.pk)
    assert f"item={item(programme).pk}&amp;light=red" in page
    assert "区人社局" in show(desk, "programmes.matrix", programme.pk)
    street = signed_in("liaison", "乙街")
    assert "出台技能人才津贴办法" not in show(street, "items.show", item(programme).pk)


def test_tasks_are_hung_from_their_list(programme, following, signed_in):
    at, desk = item(programme), signed_in("group_office")
    url = reverse("items.tasks", args=[at.pk])
    answer = desk.post(url, {"do": "hang", "pick": [str(following.late.pk)], "confirmed": "1"})
    assert answer.status_code == 302
    assert at.hangings.get().task == following.late
    assert "出台技能人才津贴办法" not in show(desk, "items.tasks", at.pk)
    send(desk, "items.unhang", at.pk, at.hangings.get().pk)
    assert not at.hangings.exists()


# firms


def test_a_pasted_list_is_resolved_or_every_line_is_told(programme, following, signed_in):
    office, desk = following.office, signed_in("group_office")
    form = {"title": "2026年度", "year": "2026", "on": str(TODAY), "item": "", "helper": ""}
    pasted = (
        "甲厂有限公司\t培训\n没有的厂\t培训\n乙厂有限公司\n甲厂有限公司\t培训\n甲街道办事处\t培训\n乙厂有限公司\t跳舞"
    )
    told = refused(desk, "cohorts.new", programme.pk, firms=pasted, **form)
    for words in (
        "第 2 行“没有的厂”：没有找到这家企业",
        "第 3 行“乙厂有限公司”：没有写条目",
        "第 4 行“甲厂有限公司”：名单里写了两次",
        "第 5 行“甲街道办事处”：没有找到这家企业",
        "第 6 行“乙厂有限公司”：没有“跳舞”这个条目",
    ):
        assert words in told
    code = office.units["乙厂"].code
    good = f"甲厂有限公司\t培训\t区人社局\n{code}\t评价"
    page = send(desk, "cohorts.new", programme.pk, firms=good, **form | {"indicators": ["register.workers"]})
    assert "已列入 2 家企业" in page
    assert set(ledger.every(FirmJoinedProgramme).values_list("subject", flat=True)) == {
        office.units["甲厂"].pk, office.units["乙厂"].pk,
    }  # fmt: skip


def test_a_firm_is_helped_by_the_unit_at_its_side_and_by_nobody_else(firm, following, signed_in):
    office = following.office
    with acting_as(office.person("liaison", "乙街")), pytest.raises(Refused, match="由结对单位、企业或主办单位记录"):
        actions.assist(firm, "送教上门", TODAY)
    helper = signed_in("liaison", "局")
    assert "2026-09-21" in refused(helper, "firms.assist", firm.pk, title="太早", on="2026-01-02", people="3")
    page = send(helper, "firms.assist", firm.pk, title="送教上门", on=str(TODAY), people="30")
    assert "惠及 30 人" in page
    done = firm.assistance.get()
    page = send(helper, "firms.prove", firm.pk, done.pk, kind="file", label="签到表", file=scan("签到表.pdf"))
    assert "签到表" in page
    answer = helper.get(reverse("firms.file", args=[firm.pk, done.proofs.get().file_id]))
    assert b"".join(answer)[:4] == b"%PDF"
    (fact,) = ledger.every(FirmAssisted).of(firm.unit_id)
    assert fact.payload["people"] == 30
    assert signed_in("liaison", "乙街").get(reverse("firms.show", args=[firm.pk])).status_code == 404
    desk = signed_in("group_office")
    assert "甲厂有限公司" in show(desk, "firms.list", helped="yes")
    assert "甲厂有限公司" not in show(desk, "firms.list", helped="no")


def test_another_is_put_at_a_firms_side_but_not_the_firm_itself(firm, following):
    with acting_as(following.office.person("group_office")):
        assert actions.pair(firm, following.office.units["甲街"]).helper == following.office.units["甲街"]
        with pytest.raises(ValidationError, match="不能与自己结对"):
            actions.pair(firm, firm.unit)
    assert CohortFirm.unscoped.get(pk=firm.pk).helper == following.office.units["甲街"]


def test_a_firm_leaves_once_and_nothing_is_recorded_afterwards(firm, following):
    with acting_as(following.office.person("group_office")):
        with pytest.raises(ValidationError, match="还有 1 家企业在培育中"):
            actions.end(firm.cohort.programme)
        actions.leave(firm, TODAY, "期满", graduated=True)
        with pytest.raises(Refused, match="出师"):
            actions.leave(firm, TODAY, "再来", graduated=False)
        with pytest.raises(Refused, match="出师"):
            actions.assist(firm, "送教上门", TODAY)
        with pytest.raises(Refused, match="出师"):
            actions.pair(firm, following.office.units["甲街"])
        actions.end(firm.cohort.programme)
    assert ledger.every(FirmLeftProgramme).of(firm.unit_id).count() == 1
    assert not ledger.every(FirmJoinedProgramme).of(firm.unit_id).current().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortFirm.unscoped.filter(pk=firm.pk).update(left_on=None)


def test_a_cohort_shows_the_plaques_that_the_ledger_knows(firm, signed_in):
    with acting_as_job("测试"):
        ledger.append(
            PlaqueGranted(
                employer=EmployerId(firm.unit_id), title="t", name="产改标杆企业", tier=Tier.DISTRICT, document="1号",
                unit=UnitId(firm.unit_id), on=TODAY,
            ),
            cause=Cause.act("授牌"),
        )  # fmt: skip
    assert "产改标杆企业" in show(signed_in("group_office"), "cohorts.show", firm.cohort_id)
    assert queries.plaques([firm.unit_id]) == {firm.unit_id: ["产改标杆企业"]}


def test_a_stale_page_asks_for_what_it_says(programme, following):
    office = following.office.client(following.office.person("group_office"))
    for _ in range(2):
        assert "“四个体系”已公开" in send(office, "programmes.publish", programme.pk)
        assert Programme.unscoped.get(pk=programme.pk).is_public
    for _ in range(2):
        assert "“四个体系”不再公开" in send(office, "programmes.hide", programme.pk)
        assert not Programme.unscoped.get(pk=programme.pk).is_public


def test_citizens_see_what_is_public_and_nothing_of_tasks(firm, following, client: Any):
    one = firm.cohort.programme
    with acting_as(following.office.person("group_office")):
        actions.hang(item(one), [following.late])
    address = reverse("public_programmes.show", args=[one.pk])
    assert client.get(address).status_code == 404
    with acting_as(following.office.person("group_office")):
        actions.publish(one, True)
    page = client.get(address).content.decode()
    assert "甲厂有限公司" in page and "出台技能人才津贴办法" not in page
    assert f"{clock.chinese_day(TODAY)}起" in page
    assert "四个体系" in client.get(reverse("public_programmes.list")).content.decode()


def test_a_draft_is_seen_by_its_office_only(following, signed_in):
    with acting_as(following.office.person("group_office")):
        one = actions.define("一匠三创", "", rules.outline("甲"))
        with pytest.raises(Refused, match="请先启用"):
            actions.hang(one.items.select_related("programme__unit").get(), [following.late])
    assert signed_in("liaison", "甲街").get(reverse("programmes.show", args=[one.pk])).status_code == 404
    assert "一匠三创" in show(signed_in("group_office"), "programmes.show", one.pk)
