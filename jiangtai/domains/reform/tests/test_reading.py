"""What offices write besides: names, tags, notes, numbers, days, and what each is read as."""

import random
from datetime import date

import pytest

from jiangtai.domains.reform.reading import Measure, PlanRefused, as_read, read_plan
from jiangtai.domains.reform.reading.days import deadline, time_limit
from jiangtai.domains.reform.reading.names import is_unit, names_in
from jiangtai.domains.reform.reading.sentences import force

HEAD = "某区产业工人队伍建设改革2026年实施方案\n\n"


def measures(*lines: str) -> list[Measure]:
    return read_plan(HEAD + "\n".join(lines)).measures


def roles(*lines: str) -> list[tuple[list[str], list[str]]]:
    return [(one.lead, one.support) for one in measures(*lines)]


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ("区国资和金融局、区人社局", ["区国资和金融局", "区人社局"]),
        ("区委组织部和区人社局", ["区委组织部", "区人社局"]),
        ("市财政局及市税务局", ["市财政局", "市税务局"]),
        ("区应急管理局和消防救援大队", ["区应急管理局", "消防救援大队"]),
        ("市人力资源和社会保障局，市工业和信息化局", ["市人力资源和社会保障局", "市工业和信息化局"]),
        ("区经信科技局（区国资金融局、区数据局）、区财政局", ["区经信科技局（区国资金融局、区数据局）", "区财政局"]),
        ("县委党校/县行政学院、县总工会", ["县委党校/县行政学院", "县总工会"]),
        ("区委宣传部（以下简称宣传部）、区总工会", ["区委宣传部", "区总工会"]),
        ("各县（市、区）、各镇（街道）", ["各县（市、区）", "各镇（街道）"]),
        (" 区 教育局； 区司法局 ", ["区教育局", "区司法局"]),
        ("县总工会 县教育局", ["县总工会", "县教育局"]),
        ("区人社局等部门按职责分工负责", ["区人社局"]),
        ("区人社局、区财政局，2026年12月底前完成", ["区人社局", "区财政局"]),
        ("市总工会、各区、县（市）人民政府，各镇、街道", ["市总工会", "各区、县（市）人民政府", "各镇、街道"]),
        ("区总工会、各镇、各园区", ["区总工会", "各镇", "各园区"]),
        ("区总工会和和睦街道办、和平街道办事处", ["区总工会", "和睦街道办", "和平街道办事处"]),
        ("和县教育局、联合街道办事处，和县总工会", ["和县教育局", "联合街道办事处", "和县总工会"]),
        ("区总工会、区科协，以及区妇联、和区教育局", ["区总工会", "区科协", "区妇联", "区教育局"]),
        ("区总工会（联系人：方远，电话：80001234）、区人社局（许明负责）", ["区总工会", "区人社局"]),
        ("区财政局等部门及各镇", ["区财政局", "各镇"]),
        ("区总工会等有关部门和单位", ["区总工会"]),
        ("区平等就业局、高等院校", ["区平等就业局", "高等院校"]),
        ("人社、财政和教育等部门", ["人社", "财政", "教育"]),
        ("区总工会、发改、住建部门", ["区总工会", "发改", "住建"]),
        ("区总工会、各部门", ["区总工会", "各部门"]),
        ("区政协、区人大、记协、计生协、工会", ["区政协", "区人大", "记协", "计生协", "工会"]),
        ("区税务、区总工会", ["区税务", "区总工会"]),
        ("区总工会 方远、区人社局：许明", ["区总工会", "区人社局"]),
        ("县发展 改革局", ["县发展改革局"]),
    ],
)
def test_a_list_is_parted_without_cutting_a_name(value: str, units: list[str]) -> None:
    assert names_in(value).units == units


def test_a_clause_is_no_name_and_free_trade_is() -> None:
    assert is_unit("自由贸易试验区管委会")
    assert is_unit("12351服务中心") and not is_unit("2026年底前区人社局")
    assert not is_unit("为便于各单位对照")


@pytest.mark.parametrize(
    ("value", "is_open"),
    [
        ("区人社局、区财政局", False),
        ("区人社局、区财政局等", True),
        ("区人社局等3个部门", True),
        ("区人社局、有关行业协会", True),
        ("各行业主管部门", True),
        ("区级各部门", True),
        ("领导小组各成员单位", True),
        ("区教育局、链主企业", True),
        ("区财政局等市直部门", True),
        ("区财政局等8部门", True),
        ("区财政局等相关职能部门", True),
        ("区财政局等行业部门", True),
        ("人社、财政等部门", True),
        ("人社、财政部门", False),
    ],
)
def test_more_than_is_named(value: str, is_open: bool) -> None:
    assert names_in(value).is_open is is_open


def test_a_slash_parts_what_stands_alone_elsewhere() -> None:
    found = roles(
        "1.一。做好。（牵头单位：区人社局/区总工会）",
        "2.二。做好。（牵头单位：区人社局）",
        "3.三。做好。（区总工会负责）",
    )
    assert found[0] == (["区人社局", "区总工会"], [])


@pytest.mark.parametrize(
    ("tag", "lead", "support"),
    [
        ("（牵头单位:甲局；责任单位：乙局、丙局)", ["甲局"], ["乙局", "丙局"]),
        ("(甲局、乙局负责）", ["甲局", "乙局"], []),
        ("（甲局牵头，乙局、丙局配合）", ["甲局"], ["乙局", "丙局"]),
        ("（由甲局牵头，乙局等部门按职责分工负责）", ["甲局"], ["乙局"]),
        ("【牵头部门：甲局】【配合部门：乙局】", ["甲局"], ["乙局"]),
        ("【牵头单位】甲局【责任单位】乙局、丙局", ["甲局"], ["乙局", "丙局"]),
        ("〔责任单位：甲局、乙局〕", ["甲局", "乙局"], []),
        ("（责任单位：甲局；配合单位：乙局）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局（牵头）、乙局）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局、乙局（牵头））", ["乙局"], ["甲局"]),
        ("（责任单位：甲局牵头，乙局、丙局配合）", ["甲局"], ["乙局", "丙局"]),
        ("（甲局会同乙局、丙局负责）", ["甲局"], ["乙局", "丙局"]),
        ("（甲局主办，乙局协办）", ["甲局"], ["乙局"]),
        ("（牵头领导：王大年；牵头单位：甲局；责任领导：李小满；责任单位：乙局）", ["甲局"], ["乙局"]),
        ("（甲局、乙局；丙局）", ["甲局", "乙局", "丙局"], []),
        ("（甲局、乙局；2026年8月）", ["甲局", "乙局"], []),
        ("牵头单位：甲局；配合单位：乙局。完成时限：2026年11月底。", ["甲局"], ["乙局"]),
        ("由甲局牵头，乙局、丙局配合。", ["甲局"], ["乙局", "丙局"]),
        ("\n牵头单位：甲局\n责任单位：乙局、\n丙局", ["甲局"], ["乙局", "丙局"]),
        ("\n    责任部门：甲局、乙局", ["甲局", "乙局"], []),
        ("（责任单位：甲局、乙局，列第一位者为牵头单位）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局、乙局、丙局，前两位为牵头单位）", ["甲局", "乙局"], ["丙局"]),
        ("（牵头及配合单位：甲局、乙局）", ["甲局"], ["乙局"]),
        ("（甲局、乙局；完成时限：2026年6月）", ["甲局", "乙局"], []),
        ("（甲局；配合单位：乙局）", ["甲局"], ["乙局"]),
        ("牵头单位为甲局，配合单位为乙局、丙局。", ["甲局"], ["乙局", "丙局"]),
        ("（责任单位是甲局）", ["甲局"], []),
        ("本项工作由甲局负责，乙局、丙局协助。", ["甲局"], ["乙局", "丙局"]),
        ("此项任务由甲局牵头，乙局等单位参与，于2026年11月底前完成。", ["甲局"], ["乙局"]),
        ("具体由甲局负责。", ["甲局"], []),
        ("（甲局、乙局，列第一位者为牵头单位，下同）", ["甲局"], ["乙局"]),
        ("【甲局、乙局，列第一位者为牵头单位，下同】", ["甲局"], ["乙局"]),
        ("（甲局、乙局等负责，列第一位者为牵头单位，下同）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局，乙局配合，丙局参与）", ["甲局"], ["乙局", "丙局"]),
        ("甲局负责，常态化推进。", ["甲局"], []),
        ("（责任部门：甲局牵头，乙局、丙局协同；完成时限：三季度末。）", ["甲局"], ["乙局", "丙局"]),
        ("由甲局牵头，乙局等相关部门按职责分工落实，年底前完成。", ["甲局"], ["乙局"]),
        ("（责任单位：甲局、乙局，排名第一的责任主体为牵头单位）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局、乙局，丙局配合，2026年年底前完成）", ["甲局", "乙局"], ["丙局"]),
        ("责任领导：王大年牵头单位：甲局、乙局\n配合单位：丙局", ["甲局", "乙局"], ["丙局"]),
        ("（牵头单位：甲局（联系人：方远）；配合单位：乙局（联系人：许明，联系电话：80001234））", ["甲局"], ["乙局"]),
        ("（牵头单位：甲局【联系人：方远】；配合单位：乙局）", ["甲局"], ["乙局"]),
        ("（甲局（责任人：方远）牵头，乙局（负责人：许明）配合）", ["甲局"], ["乙局"]),
        ("责任单位：甲局（联系人：方远 80001234）、乙局", ["甲局", "乙局"], []),
        ("（责任单位：甲局（总牵头）、乙局、丙局（协助））", ["甲局"], ["乙局", "丙局"]),
        ("（责任单位：甲局（主牵头）、乙局）", ["甲局"], ["乙局"]),
        ("（责任单位：甲局（第一牵头）、乙局）", ["甲局"], ["乙局"]),
        ("（甲局统筹，乙局配合）", ["甲局"], ["乙局"]),
        ("由甲局统筹推进，乙局、丙局配合落实。", ["甲局"], ["乙局", "丙局"]),
        ("（责任单位：甲局抓总，乙局配合）", ["甲局"], ["乙局"]),
        ("（甲局牵头，乙局负责技能评价，丙局负责学历提升）", ["甲局"], ["乙局", "丙局"]),
        ("（甲局牵头；乙局负责技能评价；丙局保障经费）", ["甲局"], ["乙局", "丙局"]),
        ("（甲局负责组织发动，乙局负责技能评价）", ["甲局", "乙局"], []),
        ("（责任单位：★甲局、乙局）", ["甲局"], ["乙局"]),
        ("（乙局、甲局*，标*为牵头单位）", ["甲局"], ["乙局"]),
        ("（甲局、乙局双牵头，丙局配合）", ["甲局", "乙局"], ["丙局"]),
        ("（甲局；乙局、丙局配合）", ["甲局"], ["乙局", "丙局"]),
        ("［牵头单位：甲局；配合单位：乙局；完成日期：9月底］", ["甲局"], ["乙局"]),
        ("甲局负责，乙局、丙局参加。（12月底前完成）", ["甲局"], ["乙局", "丙局"]),
        ("（甲局负责）\n\n请各牵头单位于每季度末报送进展情况。", ["甲局"], []),
    ],
)
def test_who_answers(tag: str, lead: list[str], support: list[str]) -> None:
    own = {"甲局": "区人社局", "乙局": "区教育局", "丙局": "区财政局"}
    for short, name in own.items():
        tag = tag.replace(short, name)
    found = measures(f"1.推进培训。组织职工培训。{tag}")
    wanted = ([own[one] for one in lead], [own[one] for one in support])
    assert [(one.lead, one.support) for one in found] == [wanted]
    assert [action.text for action in found[0].actions] == ["组织职工培训。"]


def test_a_sentence_may_begin_with_who_leads_and_go_on_with_what_is_to_be_done() -> None:
    first, second, third = measures(
        "1.推进实训。由区总工会牵头，区科协、区教育局配合，建设实训平台。定期开放。",
        "2.区人社局牵头，出台补贴办法。",
        "3.推进培训。由区总工会牵头，组织练兵。（责任单位：区财政局）",
    )
    assert (first.lead, first.support) == (["区总工会"], ["区科协", "区教育局"])
    assert [one.text for one in first.actions] == ["建设实训平台。", "定期开放。"]
    assert (second.lead, [one.text for one in second.actions]) == (["区人社局"], ["出台补贴办法。"])
    assert third.lead == ["区财政局"]  # other words say who answers


def test_a_sentence_may_end_with_who_leads() -> None:
    found = measures(
        "1.夜校。举办夜校12期，由区总工会牵头，区人社局配合。做好总结。",
        "2.竞赛。举办竞赛，由区总工会牵头，人社、财政等部门配合，6月底前完成。",
        "3.评选。评选工匠，责任单位为区科协。",
        "4.培训。组织培训，由区人社局负责。",
    )
    assert [(one.lead, one.support, one.deadline) for one in found] == [
        (["区总工会"], ["区人社局"], None),
        (["区总工会"], ["人社", "财政"], date(2026, 6, 30)),
        (["区科协"], [], None),
        (["区人社局"], [], None),
    ]
    assert [action.text for one in found for action in one.actions] == [
        *("举办夜校12期", "做好总结。", "举办竞赛", "评选工匠", "组织培训")
    ]  # fmt: skip


def test_who_leads_and_then_each_with_a_duty_of_its_own() -> None:
    (found,) = measures("1.培训。组织培训。由区总工会牵头，区人社局负责技能评价，区教育局负责学历提升。")
    assert (found.lead, found.support) == (["区总工会"], ["区人社局", "区教育局"])
    assert [action.text for action in found.actions] == ["组织培训。", "区人社局负责技能评价，区教育局负责学历提升。"]


@pytest.mark.parametrize("words", ["企业负责提供岗位，院校负责理论教学", "领导小组统筹推进，各成员单位每季度报送进展"])
def test_duties_of_the_many_and_a_body_in_chief_are_no_tags(words: str) -> None:
    assert roles(f"1.一。健全机制（{words}）。（区教育局牵头）") == [(["区教育局"], [])]
    with pytest.raises(PlanRefused):
        measures(f"1.一。{words}。")


@pytest.mark.parametrize("bullet", "●◆■▲※•★☆◇○▶-")
def test_a_bullet_before_a_role_word(bullet: str) -> None:
    told = (f"{bullet}组织培训。", f"{bullet}牵头单位：区总工会", f"{bullet}配合单位：区人社局、区教育局")
    (found,) = measures("1.推进培训", *told)
    assert (found.lead, found.support) == (["区总工会"], ["区人社局", "区教育局"])
    assert [action.text.lstrip("-") for action in found.actions] == ["组织培训。"]


def test_what_says_who_answers_may_be_numbered_itself() -> None:
    (found,) = measures(
        *("任务一：匠心工程", "（1）工作目标：打造品牌2个。", "（2）主责单位：区总工会"),
        *("（3）协同单位：区教育局", "（4）办结时间：2026年9月"),
    )
    assert (found.number, found.title, found.lead, found.support) == (1, "匠心工程", ["区总工会"], ["区教育局"])
    assert ([action.text for action in found.actions], found.deadline) == (["打造品牌2个。"], date(2026, 9, 30))


def test_a_number_before_a_year_or_a_month_is_no_part_of_it() -> None:
    found = measures(
        "1.宣讲。组织宣讲。（区总工会）", "2.2026年9月前建成展馆。（区人社局）", "3.6月底前开馆。（区人社局）"
    )
    assert [(one.number, one.title) for one in found] == [
        (1, "宣讲"), (2, "2026年9月前建成展馆"), (3, "6月底前开馆")
    ]  # fmt: skip


def test_a_first_sentence_that_ends_with_a_figure_is_no_mere_title() -> None:
    (found,) = measures("1.建立服务站4个。鼓励企业配备辅导员。（区总工会）")
    assert [action.text for action in found.actions] == ["建立服务站4个。", "鼓励企业配备辅导员。"]


BELOW = ("1.宣讲。组织宣讲。", "2.竞赛。举办竞赛。（配合单位：区科协）")


def test_what_stands_below_a_units_name_is_its_own() -> None:
    found = measures("（一）区总工会", *BELOW, "（二）区人社局、区教育局", "1.培训。组织培训。")
    assert [(one.number, one.section, one.lead, one.support) for one in found] == [
        (1, "（一）区总工会", ["区总工会"], []),
        (2, "（一）区总工会", ["区总工会"], ["区科协"]),
        (1, "（二）区人社局、区教育局", ["区人社局", "区教育局"], []),
    ]


def test_below_a_units_name_what_it_leads_may_be_parted_from_what_it_supports() -> None:
    told = ("（一）牵头事项", "1.宣讲。组织宣讲。", "2.竞赛。举办竞赛。", "（二）配合事项", "1.配合做好评价。")
    plan = read_plan(HEAD + "\n".join(("一、区总工会", *told, "二、区人社局", *told[:3])))
    assert [(one.number, one.lead, one.support) for one in plan.measures] == [
        *((1, ["区总工会"], []), (2, ["区总工会"], []), (1, [], ["区总工会"])),
        *((1, ["区人社局"], []), (2, ["区人社局"], [])),
    ]  # fmt: skip
    assert plan.warnings == ["第1项“配合做好评价”没有写牵头单位，请确定由谁牵头"]


def test_a_line_that_begins_with_a_unit_and_a_colon_is_its_own() -> None:
    lines = ("区总工会：负责组织宣讲30场。举办竞赛。", "区人社局：负责组织培训。")
    for told in (lines, [f"{at}.{line}" for at, line in enumerate(lines, 1)]):
        found = measures(*told)
        assert [(one.number, one.lead, len(one.actions)) for one in found] == [
            (1, ["区总工会"], 2), (2, ["区人社局"], 1)
        ]  # fmt: skip


def test_a_units_name_is_only_a_heading_where_others_are_said_to_answer() -> None:
    assert [one.lead for one in measures("1.宣讲。组织宣讲。（区科协负责）", "二、区总工会", "（一）做好统筹。")] == [
        ["区科协"]
    ]


def test_a_units_other_name_is_no_list() -> None:
    assert roles("1.一。做好。责任单位：区文化和旅游局（区文物局、区体育局）") == [
        (["区文化和旅游局（区文物局、区体育局）"], [])
    ]


def test_the_first_leads_from_the_note_on() -> None:
    found = roles(
        "1.一。做好。（责任单位：区人社局、区教育局）",
        "2.二。做好。（责任单位：区总工会、区教育局，排在首位的为牵头单位，下同）",
        "3.三。做好。（责任单位：区财政局、区教育局）",
    )
    assert found == [
        (["区人社局", "区教育局"], []),
        (["区总工会"], ["区教育局"]),
        (["区财政局"], ["区教育局"]),
    ]


def test_a_note_before_all_measures_or_at_the_end_holds_for_all() -> None:
    task = "1.一。做好。（责任单位：区人社局、区教育局）"
    assert roles("（责任单位中列第一位的为牵头单位）", "", task) == [(["区人社局"], ["区教育局"])]
    assert roles(task, "注：列首位的单位为牵头单位。") == [(["区人社局"], ["区教育局"])]
    assert roles(task, "以上任务均由区总工会牵头，区科协、区财政局等部门配合。") == [
        (["区总工会"], ["区人社局", "区教育局", "区科协", "区财政局"])
    ]
    assert roles("注：标★的为牵头单位。", "1.一。做好。（区人社局、★区教育局）") == [(["区教育局"], ["区人社局"])]
    assert roles(task, "注：以上任务均需各镇（街道）配合，不再单列。") == [(["区人社局", "区教育局"], ["各镇（街道）"])]


def test_a_note_that_lets_some_be_excepted() -> None:
    found = roles(
        "注：以下任务除另有注明外，均由区总工会牵头。",
        "1.一。做好。（区教育局、区司法局）",
        "2.二。做好。（牵头单位：区人社局；配合单位：区总工会）",
    )
    assert found == [(["区总工会"], ["区教育局", "区司法局"]), (["区人社局"], ["区总工会"])]


def test_a_semicolon_parts_who_leads_only_where_a_note_says_so() -> None:
    note, told = (
        "注：括号内分号前为牵头单位，分号后为配合单位。",
        "1.一。做好。（区总工会、区人社局；区教育局；年底前完成）",
    )
    assert roles(note, told) == [(["区总工会", "区人社局"], ["区教育局"])]
    assert roles(told) == [(["区总工会", "区人社局", "区教育局"], [])]


def test_the_same_lead_below() -> None:
    found = roles("1.一。做好。（牵头单位：区总工会，下同；责任单位：区人社局）", "2.二。做好。（责任单位：区教育局）")
    assert found == [(["区总工会"], ["区人社局"]), (["区总工会"], ["区教育局"])]


def test_a_sub_item_takes_over_the_lead_above_it() -> None:
    found = roles(
        "（一）引领行动（牵头单位：区委宣传部）",
        "1.一。做好。（责任单位：区教育局）",
        "2.二。做好。（责任单位：区总工会）",
    )
    assert found == [(["区委宣传部"], ["区教育局"]), (["区委宣传部"], ["区总工会"])]


def test_a_tag_behind_the_last_sub_item_is_the_whole_measures() -> None:
    found = measures(
        "1.引领。", "（1）开展宣讲。", "（2）选树典型。", "（责任单位：区总工会）", "2.培训。做好。（区人社局负责）"
    )
    assert [(one.number, one.lead) for one in found] == [(1, ["区总工会"]), (2, ["区人社局"])]
    assert [action.text for action in found[0].actions] == ["开展宣讲。", "选树典型。"]


@pytest.mark.parametrize(
    "label", ["7.", "7、", "７．", "（七）", "七、", "（7）", "⑦", "第七条　", "任务七：", "（一）7．"]
)
def test_the_printed_number(label: str) -> None:
    found = measures(f"{label}推进培训。组织培训。（区人社局负责）")
    assert [(one.number, one.title) for one in found] == [(7, "推进培训")]


@pytest.mark.parametrize(
    "head",
    [
        "推进培训：",
        "【推进培训】",
        "推进培训——",
        "推进培训 ",
        "推进培训　",
        "**推进培训**：",
        "推进培训。",
        "推进培训\n",
    ],
)
def test_a_title_is_parted_from_what_stands_behind_it(head: str) -> None:
    (found,) = measures(f"1.{head}组织职工培训30场。建好基地。（区人社局负责）")
    assert found.title.strip("*") == "推进培训"
    assert [action.text for action in found.actions] == ["组织职工培训30场。", "建好基地。"]


def test_each_sentence_with_units_of_its_own_is_an_action() -> None:
    first, second = measures(
        "1.组织宣讲30场。（区总工会牵头）举办展览。（区教育局牵头）",
        "2.培训职工100人（区人社局）；组织竞赛10场（区总工会）。",
    )
    assert [action.text for action in first.actions] == ["组织宣讲30场。", "举办展览。"]
    assert [action.text for action in second.actions] == ["培训职工100人", "组织竞赛10场"]
    assert [one.lead for one in (first, second)] == [["区总工会", "区教育局"], ["区人社局", "区总工会"]]


@pytest.mark.parametrize(
    "told",
    [
        "①建好队伍；②搭好平台。",
        "（1）建好队伍；（2）搭好平台。",
        "1.建好队伍；\n2.搭好平台。",
        "①建好队伍；\n②搭好平台。",
        "一是建好队伍；二是搭好平台。",
        "（１）建好队伍；（２）搭好平台。",
    ],
)
def test_what_is_numbered_within_a_measure_is_an_action_each_without_its_number(told: str) -> None:
    (found,) = measures(f"（一）提升技能。{told}（区人社局）")
    assert [action.text for action in found.actions] == ["建好队伍；", "搭好平台。"]


def test_a_heading_that_names_who_leads_is_the_section() -> None:
    first, second = measures(
        "一、区总工会牵头", "1.宣讲。组织宣讲。（配合单位：区教育局）", "2.竞赛。组织竞赛。（配合单位：区人社局）"
    )
    assert (first.section, first.lead, second.lead) == ("一、区总工会牵头", ["区总工会"], ["区总工会"])


def test_signs_that_nobody_sees_part_nothing() -> None:
    (found,) = measures("\u200b1.培训。组织培训。\u200b（牵头单位：区人社局；配合单位：区教育\u200b局、区企联/企协）")
    assert (found.number, found.lead, found.support) == (1, ["区人社局"], ["区教育局", "区企联/企协"])


def test_the_numbers_of_pages_are_no_text() -> None:
    found = measures(
        *("1.宣讲。组织宣讲，覆盖", "— 2 —", "职工2万人。（区总工会）", "第 3 页 共 5 页"),
        *("2.培训。组织培训。（区人社局）", "- 4 -", ""),
    )
    assert [action.text for one in found for action in one.actions] == [
        "组织宣讲，覆盖职工2万人。",
        "组织培训。",
    ]


def test_work_that_is_everybodys_names_nobody() -> None:
    found = measures("1.培训。责任单位是落实的关键。各司其职、各负其责。（区人社局）")
    assert (found[0].lead, found[0].support, len(found[0].actions)) == (["区人社局"], [], 2)


def test_measures_without_numbers_are_counted() -> None:
    found = measures("建立调研制度。（区总工会负责）", "推动技能评价。（区人社局负责）")
    assert [(one.number, one.lead[0], one.title) for one in found] == [
        (1, "区总工会", "建立调研制度"), (2, "区人社局", "推动技能评价")
    ]  # fmt: skip


CLOSINGS = (
    ("", "　　　　某区总工会", "　　　　2026年3月2日"),
    ("中共某区委办公室　某区人民政府办公室", "二〇二六年三月二日"),
    ("某区产改领导小组办公室2026年3月2日",),
    ("附件：1.成员名单", "　　　2.进度安排", "", "某区总工会", "2026年3月2日", "", "抄送：区人大常委会办公室。"),
    ("（此件公开发布）", "联系人：某某"),
)


@pytest.mark.parametrize("lines", CLOSINGS)
def test_who_signed_and_when_is_no_part_of_the_last_measure(lines: tuple[str, ...]) -> None:
    (found,) = measures("1.推进培训。组织培训。（区人社局负责）", "2月底前完成首批培训。", *lines)
    assert [action.text for action in found.actions] == ["组织培训。", "2月底前完成首批培训。"]
    assert found.deadline == date(2026, 2, 28)


def test_a_plan_behind_the_letter_that_sends_it() -> None:
    letter = "关于印发《某区产改2026年工作要点》的通知\n\n区级各部门：\n现印发给你们。\n\n某区总工会\n2026年3月2日\n\n"
    plan = read_plan(
        f"{letter}某区产改2026年工作要点\n一、引领\n1.宣讲。组织宣讲。（区总工会负责）\n2.培训。组织培训。（区人社局负责）"
    )
    assert plan.title == "某区产改2026年工作要点"
    assert [(one.number, one.section, one.lead) for one in plan.measures] == [
        (1, "一、引领", ["区总工会"]), (2, "一、引领", ["区人社局"])
    ]  # fmt: skip
    assert plan.warnings == []


def test_a_note_below_a_heading_holds_below_it_and_where_nobody_else_leads() -> None:
    found = roles(
        "一、工会的任务",
        "以下各项均由区总工会牵头，不再列出。",
        "（一）一。做好。（责任单位：区教育局）",
        "（二）二。做好。（牵头单位：区人社局；责任单位：区教育局）",
        "二、部门的任务",
        "（三）三。做好。（责任单位：区司法局）",
    )
    assert found == [(["区总工会"], ["区教育局"]), (["区人社局"], ["区教育局"]), (["区司法局"], [])]


def test_a_list_that_says_the_measures_again_adds_their_times_only() -> None:
    found = measures(
        *(
            "1.培训。组织培训。做好总结。（区人社局牵头）",
            "2.宣讲。组织宣讲。做好总结。（区总工会牵头）",
            "2026年3月2日",
        ),
        *("附件：分工表", "1.培训（区人社局牵头，6月底前完成）", "2.评选。做好总结。（区总工会牵头）"),
    )
    assert [(one.number, one.title, one.deadline) for one in found] == [
        (1, "培训", date(2026, 6, 30)), (2, "宣讲", None), (2, "评选", None)
    ]  # fmt: skip


def test_a_time_for_all_holds_where_nothing_else_is_said() -> None:
    found = measures(
        "除长期任务外，完成时限均为2026年11月底。",
        "1.一。做好。（区教育局负责）",
        "2.二。做好。（区司法局负责，6月底前完成）",
        "3.三。做好。（区人社局负责，长期坚持）",
        "4.四。做好。",
        "责任分工：区总工会牵头，区教育局配合。长期推进。",
    )
    assert [one.deadline for one in found[:3]] == [date(2026, 11, 30), date(2026, 6, 30), None]
    assert [action.text for action in found[3].actions] == ["做好。"]


def test_lines_broken_at_a_fixed_width_are_mended() -> None:
    text = (
        "第一条 加强技能培训。落实企业培训主体责任，每年培训职工不低\n"
        "于2000人次，并按照有关规定发放补贴，对弄虚作假的单位和个人\n"
        "依法依规严肃处理。（牵头单位：区人社局、区总工会；责任单位：区财\n"
        "政局、区教育局、区国资局、区工商联、区发展改革局、区经济信息化\n"
        "局，各镇（街道））\n第二条 维护合法权益。健全劳动关系协调机制，依法查处违法行为，\n"
        "切实维护职工权益，营造良好环境氛围。（牵头单位：区人社局；责任\n单位：区总工会、区司法局）"
    )
    plan = read_plan(HEAD + text)
    first, second = plan.measures
    for one in [*first.actions, *second.actions, *first.figures]:
        assert plan.text[slice(*one.span)] == one.text
    assert as_read(HEAD + text) == plan.text
    assert plan.text.count("\n") == 3
    assert first.support[0] == "区财政局" and first.support[-2:] == ["区经济信息化局", "各镇（街道）"]
    assert first.actions[0].text.startswith("落实企业培训主体责任，每年培训职工不低于2000人次，")
    assert [(one.text, one.comparator) for one in first.figures] == [("不低于2000人次", ">=")]
    assert second.support == ["区总工会", "区司法局"]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2027年底前完成", date(2027, 12, 31)),
        ("2026年6月底前建成", date(2026, 6, 30)),
        ("2026年2月前", date(2026, 2, 28)),
        ("2026年12月20日前", date(2026, 12, 20)),
        ("到2027年，覆盖率达到90%", date(2027, 12, 31)),
        ("2026年上半年完成", date(2026, 6, 30)),
        ("2026年第三季度末完成", date(2026, 9, 30)),
        ("“十五五”末", date(2030, 12, 31)),
        ("6月底前", date(2026, 6, 30)),
        ("年底前", date(2026, 12, 31)),
        ("2026年5月上旬前", date(2026, 5, 10)),
        ("2026年6月底前开工，2027年6月底前建成", date(2027, 6, 30)),
        ("自2026年1月1日起施行", None),
        ("落实《某某办法》（2025年12月底前有效）", date(2025, 12, 31)),
        ("落实《2025年底前工作方案》", None),
        ("每年开展10次", None),
        ("２０２６年６月底前建成", date(2026, 6, 30)),
        ("明年6月底前建成", date(2027, 6, 30)),
        ("明年年底前建成", date(2027, 12, 31)),
        ("每年12月底前报送", None),
        ("每年年底前报送", None),
        ("三年内建成", None),
        ("未来五年内培训3000人", None),
        ("半年内建成", None),
        ("每年内开展2次", None),
        ("年内建成", date(2026, 12, 31)),
        ("2026年上半年，新建工作室12家", date(2026, 6, 30)),
        ("2026年3季度选树12名", date(2026, 9, 30)),
        ("2025—2027年，累计培训6万人次", date(2027, 12, 31)),
        ("2025年，全区已培训6万人次", None),
        ("三季度末建制率达到九成", date(2026, 9, 30)),
        ("“十五五”期间，建设基地8个", date(2030, 12, 31)),
        ("“十五五”期间，已建成基地8个", None),
        ("二〇二六年底前建成", date(2026, 12, 31)),
        ("十一月底前建成", date(2026, 11, 30)),
    ],
)
def test_the_day_by_which(words: str, day: date | None) -> None:
    assert deadline(words, 2026) == day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年6月", date(2026, 6, 30)),
        ("2025—2027年", date(2027, 12, 31)),
        ("2025年12月—2026年6月", date(2026, 6, 30)),
        ("2026.11.30", date(2026, 11, 30)),
        ("三季度", date(2026, 9, 30)),
        ("全年", date(2026, 12, 31)),
        ("长期坚持", None),
        ("2026年第一、二季度", date(2026, 6, 30)),
        ("2026年春节前", None),
        ("2026年秋季学期开学前（8月底）", date(2026, 8, 31)),
        ("2026.8", date(2026, 8, 31)),
        ("2026年1—6月", date(2026, 6, 30)),
        ("2026年3月至5月", date(2026, 5, 31)),
        ("2026年9月1日—10日", date(2026, 9, 10)),
        ("二〇二六年底", date(2026, 12, 31)),
        ("二○二七年六月", date(2027, 6, 30)),
        ("二〇二六年十二月三十一日", date(2026, 12, 31)),
    ],
)
def test_a_time_alone(words: str, day: date | None) -> None:
    assert time_limit(words, 2026) == day


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("各单位要严格落实。", "required"),
        ("工资涨幅应不低于平均水平。", "required"),
        ("引导督促企业编报年度计划。", "required"),
        ("加大对基层站点的支持力度。", "required"),
        ("支持企业建立首席技师制度。", "encouraged"),
        ("引导和支持企业自主评价。", "encouraged"),
        ("探索建立积分制度。", "explored"),
        ("选择两个园区开展集体协商试点。", "explored"),
        ("覆盖率达到90%以上。", None),
        ("培训合格率不低于95%，参训人数突破2万人。", None),
        ("确保培训合格率不低于95%。", "required"),
        ("工资正常增长机制更加健全。", None),
        ("工资增长与劳动生产率提高基本同步。", None),
        ("努力实现占比增长3%。", "required"),
        ("2026年底前上线服务平台。", "required"),
        ("推出工匠公寓600套，租金不高于市价的六成。", "required"),
        ("职工可以自选课程。", None),
        ("研究制定意外伤害互助办法。", "explored"),
        ("及时研究解决重大问题。", "required"),
        ("2026年年底前新建服务站点20至30个。", "required"),
        ("倡议企业设立工匠日。", "encouraged"),
        ("为困难职工提供法律援助不少于150件。", "required"),
        ("志愿服务队伍达到50支，志愿者超过3000名。", None),
        ("贯通项目不少于6个，在校生规模突破5000人。", None),
        ("发动企业不少于300家、班组突破2200个参赛。", "required"),
        ("有条件的分厂可设立爱心母婴室。", None),
        ("代表的比例逐届提高，其中党代表占比不少于12%。", None),
        ("到2028年，兼职副主席中产业工人全覆盖。", None),
        ("全年新增高技能人才600人以上。", "required"),
        ("两年培训产业工人8000人次。", "required"),
    ],
)
def test_the_first_word_says_the_force(sentence: str, said: str | None) -> None:
    assert force(sentence) == said


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("不少于20名", ">="), ("不低于60%", ">="), ("超过300家", ">="), ("达到95%", "="), ("30人左右", "≈"),
        ("约50名", "≈"), ("不超过10名", "<="), ("不得超过15个工作日", "<="), ("5万元以内", "<="), ("1500人", "="),
        ("不高于市场价的六成", "<="), ("至少召开3次", ">="), ("最多安排3次", "<="), ("7个工作日内", "<="),
        ("按不高于学费50%的标准", "<="), ("补贴最高5000元", "<="),
    ],
)  # fmt: skip
def test_how_the_real_number_is_to_stand(words: str, comparator: str) -> None:
    (found,) = measures(f"1.推进。安排职工{words}。（区人社局负责）")[0].figures
    assert found.comparator == comparator


def test_a_bound_holds_for_the_figure_beside_it() -> None:
    (found,) = measures("1.推进。党代表、人大代表中工人占比分别不低于8%和10%。（区委组织部负责）")
    assert [one.comparator for one in found.figures] == [">=", ">="]


def test_a_bracket_below_the_title_about_units_or_a_day_is_no_part_of_it() -> None:
    told = "1.推进。做好。（区人社局负责）"
    for below in ("（责任单位中列第一位的为主要责任单位）", "（2026年2月18日）"):
        assert read_plan(f"某县2026年重点任务分解表\n{below}\n{told}").title == "某县2026年重点任务分解表"


def test_what_can_be_read_is_read_and_the_rest_is_told() -> None:
    plan = read_plan(
        HEAD
        + "1.一。做好。（牵头单位：区人社局；责任单位：张建国；完成时限：2025年12月）\n"
        + "1.二。做好。（牵头单位：区总工会；实施时间：2026年9月至2026年6月）\n3.三。做好。\n"
        + "4.四。做好。（配合单位：区教育局）"
    )
    told = "\n".join(plan.warnings)
    for words in (
        *("“张建国”不像单位名称", "序号都是1", "早于开始时间", "早于方案的起始年份"),
        *("第3项“三”没有写责任单位", "没有写牵头单位"),
    ):  # fmt: skip
        assert words in told
    assert [one.number for one in plan.measures] == [1, 1, 4]


def test_nothing_that_says_who_answers_is_lost_in_silence() -> None:
    plan = read_plan(HEAD + "1.一。做好。（区人社局负责）\n二、保障\n区总工会要主动牵头，区教育局积极配合。")
    assert [words for words in plan.warnings if "像是写了由谁负责" in words] == [
        "“区总工会要主动牵头，区教育局积极配合”像是写了由谁负责，但没有读成牵头或配合单位，请核对原文"
    ]


def test_the_first_year_is_that_of_the_signature_where_the_title_names_none() -> None:
    lines = ("某区产改工作要点", "1.一。做好。（区人社局负责；完成时限：2025年12月）", "", "某区总工会", "2026年3月2日")
    assert any("早于方案的起始年份（2026年）" in words for words in read_plan("\n".join(lines)).warnings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "没有文字"),
        (" \n", "没有文字"),
        (HEAD + "1.一。做好。", "没有找到责任单位"),
        (HEAD + "1.一。做好。（区人社局负责）\n" * 130_000, "超过 2,000,000 字"),
    ],
    ids=["empty", "blank", "nobody", "vast"],
)
def test_a_text_that_is_no_plan_is_refused(text: str, told: str) -> None:
    with pytest.raises(PlanRefused, match=told):
        read_plan(text)


@pytest.mark.parametrize("day", ["（2026年3月）", "(2026年3月18日)", "（2026年度）", "　　二〇二六年三月十八日"])
def test_a_line_that_is_only_a_day_says_the_year(day: str) -> None:
    told = "1.一。9月底前做好。（区人社局负责）"
    lines = (day, told) if "（" in day or "(" in day else (told, "", "某区总工会", day)
    (found,) = read_plan("\n".join(("某区产改任务清单", *lines))).measures
    assert found.deadline == date(2026, 9, 30)


def test_prose_about_who_leads_is_no_tag() -> None:
    found = measures(
        "1.一。做好。（区人社局负责）",
        "二、保障",
        "（一）加强领导。领导小组由区委、区政府领导牵头负责，各部门配合，办公室设在区总工会。",
    )
    assert [one.number for one in found] == [1]


@pytest.mark.parametrize(
    ("lines", "lead", "support"),
    [
        (("1.一。做好。", "  责任单位：区人社局（牵头单位），区教育局"), ["区人社局"], ["区教育局"]),
        (("1.一。做好。区人社局、区教育局按职责分工负责，2026年6月底前完成。",), ["区人社局", "区教育局"], []),
        (("1 促进成才", "做好。", "(牵头:区人社局;参与:区教育局)"), ["区人社局"], ["区教育局"]),
        (
            ("【任务1】一", "【工作内容】做好。", "【牵头单位】区人社局", "【配合单位】区教育局"),
            *(["区人社局"], ["区教育局"]),
        ),
        (("1.一", "牵头单位：区人社局；配合单位：区教育局", "任务内容：做好。"), ["区人社局"], ["区教育局"]),
        (
            ("一、一", "责任单位：区人社局（列第一的为牵头单位，下同）、区教育局", "（1）做好。"),
            *(["区人社局"], ["区教育局"]),
        ),
        (("1.一【牵头单位 区人社局；配合单位 区教育局】", "做好。"), ["区人社局"], ["区教育局"]),
    ],
)
def test_further_ways_to_say_it(lines: tuple[str, ...], lead: list[str], support: list[str]) -> None:
    (found,) = measures(*lines)
    assert (found.number, found.lead, found.support) == (1, lead, support)
    assert [action.text for action in found.actions] == ["做好。"]


def test_whatever_stands_in_a_text_it_is_read_or_refused() -> None:
    chance = random.Random(5)
    text = HEAD + "\n".join(
        (
            "一、引领（牵头单位：区委宣传部）",
            "1.一。做好30场以上。（责任单位：区教育局、各镇（街道），下同）",
            "序号\t任务\t责任单位",
            "1\t做好2件。\t区人社局（牵头）、区教育局",
            "注：列第一位者为牵头单位。2026年底前完成。",
        )
    )
    for _ in range(300):
        signs = list(text)
        for _ in range(chance.randint(1, 20)):
            signs[chance.randrange(len(signs))] = chance.choice("（）()【】、，。；：\n\t|年1一①和等/—" + text)
        changed = "".join(signs)
        try:
            plan = read_plan(changed)
        except PlanRefused:
            continue
        for one in (one for measure in plan.measures for one in [*measure.actions, *measure.figures]):
            assert plan.text[slice(*one.span)] == one.text


@pytest.mark.parametrize(
    "words",
    [
        "鼓励龙头企业牵头组建职教集团。",
        "鼓励龙头企业牵头组建职教集团",
        "推动产业园区牵头，企业参与。",
        "大力支持行业协会牵头，企业配合。",
        "区属国企牵头组建职教集团。",
        "龙头企业牵头共同建设实训学院。",
    ],
)
def test_who_is_urged_to_lead_a_deed_is_no_unit_that_answers(words: str) -> None:
    found = measures(f"1.深化产教融合。每月办班。{words}（牵头单位：区教育局；责任单位：区人社局）")
    assert [(one.lead, one.support) for one in found] == [(["区教育局"], ["区人社局"])]
    assert words.rstrip("。") in "".join(action.text for action in found[0].actions)


@pytest.mark.parametrize(
    ("words", "lead", "support"),
    [
        ("（区人社局牵头，区教育局配合）", ["区人社局"], ["区教育局"]),
        ("（由区人社局牵头组织实施，区教育局参与）", ["区人社局"], ["区教育局"]),
        ("（组织部牵头，区教育局配合）", ["组织部"], ["区教育局"]),
        ("（支援合作局牵头，区教育局配合）", ["支援合作局"], ["区教育局"]),
    ],
)
def test_a_list_with_its_verb_still_answers(words: str, lead: list[str], support: list[str]) -> None:
    assert roles(f"1.深化产教融合。每月办班。{words}") == [(lead, support)]
