"""Tables in plans: which columns say who answers, and what a table says again, adds or stands for."""

from datetime import date

import pytest

from jiangtai.domains.reform.reading import read_plan

from .test_reading import HEAD, measures

ANNEX = ("附件", "任务分解表", "序号\t任务名称\t牵头单位\t配合单位\t完成时限")


def test_a_table_that_says_the_measures_again_adds_their_times_only() -> None:
    plan = read_plan(
        HEAD
        + "\n".join(
            (
                "1.推进培训。组织培训。（区人社局牵头，区教育局配合）",
                "2.推进宣讲。组织宣讲。（区总工会牵头；2026年3月底前完成）",
                *("2026年3月2日", *ANNEX),
                "1\t推进培训\t区人社局\t区教育局\t2026年6月",
                "2\t“推进宣讲”\t区总工会\t区教育局\t2026年9月",
                "3\t推进评选\t区总工会\t区教育局\t2026年9月",
            )
        )
    )
    assert [(one.number, one.title, one.support, one.deadline) for one in plan.measures] == [
        (1, "推进培训", ["区教育局"], date(2026, 6, 30)),
        (2, "推进宣讲", [], date(2026, 3, 31)),
        (3, "推进评选", ["区教育局"], date(2026, 9, 30)),
    ]
    assert plan.measures[2].section == "任务分解表"
    assert [words for words in plan.warnings if "不一致" in words] == [
        "第2项“推进宣讲”在附表中的责任单位与正文不一致，已按正文列出，请核对原文"
    ]


TABLES = (
    (
        "序号\t任务\t责任分工\t\t时限\n〃\t〃\t牵头单位\t配合单位\t〃",
        "1\t组织宣讲。\t区总工会\t区教育局\t6月",
        ("", "区总工会", "区教育局"),
    ),
    ("序号\t任务\t牵头/配合单位\t时限", "1\t组织宣讲。\t区总工会/区教育局\t6月", ("", "区总工会", "区教育局")),
    (
        "序号\t任务\t牵头单位\t配合单位\t时限\n（一）\t思想引领\t\t\t",
        "1\t组织宣讲。\t区总工会\t区教育局\t6月",
        ("（一）思想引领", "区总工会", "区教育局"),
    ),
    (
        "|序号|任务|牵头单位|配合单位|时限|\n|---|---|---|---|---|",
        "|1|组织宣讲。|区总工会|区教育局|6月|",
        ("", "区总工会", "区教育局"),
    ),
)


@pytest.mark.parametrize(("heads", "row", "told"), TABLES, ids=["two rows", "both", "named", "pipes"])
def test_heads_of_tables(heads: str, row: str, told: tuple[str, str, str]) -> None:
    plan = read_plan(f"{HEAD}{heads}\n{row}")
    (one,) = plan.measures
    assert ((one.section, *one.lead, *one.support), one.deadline) == (told, date(2026, 6, 30))
    assert ([action.text for action in one.actions], plan.warnings) == (["组织宣讲。"], [])


def test_a_table_of_two_columns_is_a_card_for_each_measure() -> None:
    heads = ("任务名称", "主要内容", "牵头单位", "配合单位", "完成时限")
    first = ("1.宣讲", "组织宣讲30场。", "区总工会", "区教育局、各镇", "2026年6月")
    second = ("2.培训", "组织培训。", "区人社局", "", "长期")
    cards = ["\n".join(f"{head}\t{said}" for head, said in zip(heads, card, strict=True)) for card in (first, second)]
    for between in ("\n\n", "\n"):
        found = measures(between.join(cards))
        assert [(one.number, one.title, one.lead, one.support, one.deadline) for one in found] == [
            (1, "宣讲", ["区总工会"], ["区教育局", "各镇"], date(2026, 6, 30)), (2, "培训", ["区人社局"], [], None)
        ]  # fmt: skip
        assert [action.text for one in found for action in one.actions] == ["组织宣讲30场。", "组织培训。"]


def test_rows_under_one_number_are_one_measure() -> None:
    plan = read_plan(
        f"{HEAD}序号\t任务\t具体措施\t牵头单位\t配合单位\t时限\n1\t宣讲\t组织宣讲30场。\t区总工会\t区教育局\t6月\n"
        "〃\t〃\t编印教材。\t〃\t区财政局\t9月\n2\t培训\t组织培训。\t区人社局\t\t长期"
    )
    first, second = plan.measures
    assert (first.lead, first.support, first.deadline) == (["区总工会"], ["区教育局", "区财政局"], date(2026, 9, 30))
    assert [action.text for action in first.actions] == ["组织宣讲30场。", "编印教材。"]
    assert plan.text[slice(*first.span)].endswith("9月")
    assert (second.number, second.lead, plan.warnings) == (2, ["区人社局"], [])


def test_a_tables_first_column_of_work_is_the_title_where_a_second_says_what_it_is() -> None:
    (found,) = measures("序号\t工作任务\t主要内容\t牵头单位", "1\t推进培训\t组织培训30场。\t区人社局")
    assert (found.title, [action.text for action in found.actions]) == ("推进培训", ["组织培训30场。"])


def test_tables_of_text() -> None:
    found = measures(
        "序号\t主要任务\t责任单位（列首位的为牵头单位）\t完成时限",
        "一、引领\t\t\t",
        "1\t开展宣讲。\t区总工会、区教育局\t2026年6月",
    )
    one = found[0]
    assert (one.number, one.section, one.lead, one.support) == (1, "一、引领", ["区总工会"], ["区教育局"])
    assert one.deadline == date(2026, 6, 30)


def test_a_table_that_a_line_cuts_in_two() -> None:
    found = measures(
        "序号\t任务\t牵头单位\t配合单位",
        "1\t宣讲。\t区总工会\t区教育局",
        *("", "二、技能提升", "2\t培训。\t区人社局\t区财政局", "", "三、指标", "4\t覆盖率\t90%\t按季度统计"),
    )
    assert [(one.number, one.section, one.lead, one.support) for one in found] == [
        (1, "", ["区总工会"], ["区教育局"]), (2, "二、技能提升", ["区人社局"], ["区财政局"])
    ]  # fmt: skip


def test_heads_that_a_line_cuts_from_their_rows() -> None:
    (found,) = measures("序号\t改革事项\t主要举措\t牵头单位", "一、引领", "1\t讲好故事\t制作节目10期。\t区委宣传部")
    assert (found.section, found.title, found.lead) == ("一、引领", "讲好故事", ["区委宣传部"])
    assert [action.text for action in found.actions] == ["制作节目10期。"]


def test_units_and_their_people_in_one_column() -> None:
    found = measures(
        "序号\t任务\t责任单位及责任人\t时限",
        "1\t宣讲。\t区总工会 方远\t6月",
        "2\t培训。\t区人社局 许明 区教育局 高原\t6月",
    )
    assert [(one.lead, one.deadline) for one in found] == [
        (["区总工会"], date(2026, 6, 30)), (["区人社局", "区教育局"], date(2026, 6, 30))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heads", "first", "second"), [("序号\t任务\t", "1\t宣讲\t", "2\t培训\t"), ("序号\t", "1\t", "2\t")]
)
def test_a_table_may_only_say_who_answers_for_the_text(heads: str, first: str, second: str) -> None:
    plan = read_plan(
        HEAD
        + "\n".join(
            (
                *("一、任务", "1.宣讲。组织宣讲30场。", "2.培训。6月底前培训300人。", "附件", "分工表"),
                f"{heads}牵头单位\t配合单位\t时限",
                f"{first}区总工会\t区教育局\t2026年9月",
                f"{second}区人社局\t区财政局\t",
            )
        )
    )
    assert [(one.title, one.section, one.lead, one.support, one.deadline) for one in plan.measures] == [
        ("宣讲", "一、任务", ["区总工会"], ["区教育局"], date(2026, 9, 30)),
        ("培训", "一、任务", ["区人社局"], ["区财政局"], date(2026, 6, 30)),
    ]
    assert [action.text for one in plan.measures for action in one.actions] == ["组织宣讲30场。", "6月底前培训300人。"]
    assert [figure.value for one in plan.measures for figure in one.figures] == [30, 300]
    assert plan.warnings == []
