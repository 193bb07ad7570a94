"""Which unit a plan means by a name."""

from uuid import UUID

import pytest

from jiangtai.domains.reform.rules.naming import Called, is_body, names_of, plain
from jiangtai.domains.reform.rules.plans import Mark, Said, hindrances, pieces, places

PLACES = ("甲市乙区", "乙区")
UNITS = {
    "区人力资源和社会保障局": "区人社局", "乙区卫生健康局": "", "区发展和改革局": "", "中共乙区委宣传部": "",
    "共青团乙区委员会": "", "区住房建设和交通运输局": "", "锦河街道办事处": "锦河街道", "区残疾人联合会": "",
    "区国有资产监督管理委员会": "", "区教育体育局": "", "乙区人民法院": "", "区人民检察院": "",
    "锦河经济开发区管理委员会": "",
}  # fmt: skip


def known() -> tuple[object, dict[str, UUID]]:
    ids = {name: UUID(int=at) for at, name in enumerate(UNITS, start=1)}
    return names_of([Called(ids[name], name, short) for name, short in UNITS.items()], PLACES), ids


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("区人社局", "区人力资源和社会保障局"),
        ("乙区人社局", "区人力资源和社会保障局"),
        ("甲市乙区人力资源社会保障局", "区人力资源和社会保障局"),
        ("人社局", "区人力资源和社会保障局"),
        ("区卫健局", "乙区卫生健康局"),
        ("区发改局", "区发展和改革局"),
        ("区委宣传部", "中共乙区委宣传部"),
        ("团区委", "共青团乙区委员会"),
        ("锦河街道", "锦河街道办事处"),
        ("区残联", "区残疾人联合会"),
        (" 区 残联 ", "区残疾人联合会"),
        ("区国资委", "区国有资产监督管理委员会"),
        ("区教体局", "区教育体育局"),
        ("区教育和体育局", "区教育体育局"),
        ("区法院", "乙区人民法院"),
        ("区检察院", "区人民检察院"),
        ("锦河经济开发区管委会", "锦河经济开发区管理委员会"),
    ],
)
def test_a_unit_is_known_by_what_offices_call_it(name: str, unit: str) -> None:
    names, ids = known()
    assert names.meant(name).unit == ids[unit]  # type: ignore[attr-defined]


def test_what_only_resembles_is_offered_and_not_taken() -> None:
    names, ids = known()
    told = names.meant("区住建交局")  # type: ignore[attr-defined]
    assert told.unit is None and told.candidates[0] == ids["区住房建设和交通运输局"]
    told = names.meant("区航天局")  # type: ignore[attr-defined]
    assert told.unit is None


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("赛事服务专班", True), ("区产改工作领导小组办公室", True), ("区重大项目建设指挥部", True), ("区人社局", False),
     ("区委政法委员会", False), ("区政府办公室", False)],
)  # fmt: skip
def test_a_body_of_several_units_is_told_from_a_unit(name: str, is_one: bool) -> None:
    assert is_body(name) is is_one


def test_a_namesake_is_asked_unless_one_weighs_more() -> None:
    one, other = UUID(int=1), UUID(int=2)
    twins = [Called(one, "区总工会"), Called(other, "乙区总工会", "区总工会")]
    assert set(names_of(twins, PLACES).meant("区总工会").candidates) == {one, other}
    twins[0] = Called(one, "区总工会", weight=3)
    assert names_of(twins, PLACES).meant("区总工会").unit == one


def test_the_plain_form() -> None:
    assert plain("甲市乙区人力资源和社会保障局", PLACES) == plain("区人社局", PLACES) == "人社局"
    assert plain("区委", PLACES) == "区委"


def test_text_is_cut_at_its_marks_and_nothing_is_lost() -> None:
    words = "一二三四五六七八九十"
    marks = [Mark(1, 6, "action", "a"), Mark(2, 4, "amount", "n"), Mark(7, 9, "unit", "u")]
    found = pieces(words, 0, 10, marks)
    assert "".join(piece.text for piece in found) == words
    assert [(piece.text, piece.kind, piece.is_first) for piece in found if piece.kind] == [
        ("二", "action", True), ("三四", "amount", True), ("五六", "action", False), ("八九", "unit", True)
    ]  # fmt: skip


def test_a_longer_name_is_not_cut_for_a_shorter_one() -> None:
    words = "（牵头：区总工会办公室；责任：区总工会）"
    found = {
        mark.key: words[mark.first : mark.last]
        for mark in places(words, 0, len(words), [("s", "区总工会"), ("l", "区总工会办公室")])
    }
    assert found == {"s": "区总工会", "l": "区总工会办公室"}


def test_numbers_that_begin_anew_in_every_section_are_meant() -> None:
    from datetime import date

    rows = [Said(n, f"{s}{n}", s, ("甲",)) for s in "上下" for n in (1, 2)]
    assert hindrances(rows, date(2026, 1, 1)) == []
    assert hindrances([rows[0], rows[0]], date(2026, 1, 1)) != []
    assert "没有牵头单位" in hindrances([Said(1, "甲")], date(2026, 1, 1))[0]
    late = Said(1, "甲", leads=("区总工会",), deadline=date(2027, 1, 1))
    assert hindrances([late], date(2026, 1, 1), date(2027, 1, 1)) == []
    assert "晚于方案执行到的日期 2026-12-31" in hindrances([late], date(2026, 1, 1), date(2026, 12, 31))[0]
    assert hindrances([], None)
