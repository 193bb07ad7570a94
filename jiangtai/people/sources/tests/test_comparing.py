"""Whom somebody's list means: by number, by phone and name, by a name where the firm has only one; never by a guess."""

import pytest

from jiangtai.access import acting_as, acting_as_job
from jiangtai.kernel import FileRefused
from jiangtai.people.sources import recognise
from jiangtai.people.tests import invented

from . import lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(office):
    """At one firm two of one name and a third; at the other one of that name."""
    numbers = {who: invented.id_number() for who in ("甲一", "甲二", "甲三", "乙一")}
    firm, other = office.units["甲厂"], office.units["乙厂"]
    with acting_as_job("测试"):
        return {
            who: invented.worker(at, name, id_number=numbers[who])
            for who, at, name in (
                ("甲一", firm, "诸葛靓"), ("甲二", firm, "诸葛靓"), ("甲三", firm, "欧阳修"), ("乙一", other, "诸葛靓"),
            )
        }, numbers  # fmt: skip


def told(office, rows, who=("group_office",), firm=None, name="名单.xlsx"):
    with acting_as(office.person(*who)):
        return recognise((lists.text if name.endswith("csv") else lists.sheet)(rows, name), firm)


def test_each_line_is_somebody_or_says_why_not(office, known):
    people, numbers = known
    firm, other = office.units["甲厂"].name, office.units["乙厂"].name
    rows = [
        ["序号", "姓名", "身份证号码", "工作单位"],
        [1, "诸葛靓", numbers["甲一"], firm],  # by number
        [2, "诸葛靓", "", other],  # the only one of that firm
        [3, "诸葛靓", "", firm],  # two there
        [4, "诸葛靓", "", ""],  # a name alone
        [5, "司马光", numbers["甲二"], firm],  # another's number
        [6, "欧阳修", "", firm],
        [7, "欧阳修", numbers["甲三"], ""],  # the same once more
        [8, "上官云", "", firm],  # nobody
        [9, "欧阳修", "", "没有这家公司"],
    ]
    for name in ("名单.xlsx", "名单.csv"):
        found = told(office, [[str(cell) for cell in row] for row in rows], name=name)
        assert found.lines == 9
        assert found.found == {2: people["甲一"].pk, 3: people["乙一"].pk, 7: people["甲三"].pk}
        assert found.doubts == {4: "namesakes", 5: "no_firm", 6: "other_name", 8: "twice", 9: "stranger", 10: "no_firm"}


def test_a_list_of_one_firm_needs_no_column_of_firms(office, known):
    people, _ = known
    found = told(office, [["姓名"], ["诸葛靓"], ["欧阳修"]], firm=office.units["甲厂"])
    assert (found.found, found.doubts) == ({3: people["甲三"].pk}, {2: "namesakes"})


def test_whoever_is_out_of_reach_is_a_stranger(office, known):
    _, numbers = known
    rows = [["姓名", "身份证号"], ["诸葛靓", numbers["乙一"]]]
    assert told(office, rows, ("unit_admin", "甲街")).doubts == {2: "stranger"}


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lists.sheet([["部门", "人数"], ["一车间", "3"]]), "没有找到表头"),
        (lists.text([["姓名", "手机号"]]), "没有一行人"),
        (lists.SimpleUploadedFile("名单.xlsx", b"MZ" + bytes(99)), "可执行程序"),
        (lists.SimpleUploadedFile("名单.csv", b"\x7fELF" + bytes(99)), "可执行程序"),
    ],
    ids=["no names", "no lines", "no workbook", "no text"],
)
def test_what_is_no_list_is_refused(office, upload, words):
    with acting_as(office.person("group_office")), pytest.raises(FileRefused, match=words):
        recognise(upload)


def test_a_vast_one_is_refused_before_it_is_opened(office):
    import io

    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "姓名")
        sheet.write(1_000_000, 16_000, "x")
    with acting_as(office.person("group_office")), pytest.raises(FileRefused, match="大多是空的"):
        recognise(lists.SimpleUploadedFile("名单.xlsx", file.getvalue()))
