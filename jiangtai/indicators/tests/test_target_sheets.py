"""The targets of a year go out as a sheet and come back: nothing is lost, and only what was changed is written."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jiangtai import indicators
from jiangtai.access import AuditEntry, acting_as
from jiangtai.indicators import Target, target_sheets
from jiangtai.kernel import FileRefused, clock

PATH, KEY, SHARE = "/office/targets/sheet/", "register.registered", "register.union_coverage"


@pytest.fixture
def year():
    return clock.today().year


@pytest.fixture
def settled(office, year):
    """A target of the district for the street, and one of the street's own."""
    with acting_as(office.person("group_office")):
        points = indicators.points_of("6月底 80\n12月底 120", year)
        indicators.set_target(KEY, office.units["甲街"], year, 120, points=points, document="文1号")
    return office


def out(client, year):
    answer = client.post(PATH, {"do": "out", "year": year})
    assert answer.status_code == 200
    return b"".join(answer)


def sent_in(client, content, status=200, **more):
    answer = client.post(PATH, {"do": "in", "file": SimpleUploadedFile("目标表.xlsx", content), **more})
    assert answer.status_code == status, answer.content.decode()
    return answer


def changed(content, change):
    """The sheet with something changed in its rows, written by another program."""
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("目标表").to_python(skip_empty_area=False)
    )
    change(rows)
    made = io.BytesIO()
    with Workbook(made, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(at, place, value)
    return made.getvalue()


def cell(rows, unit, key, value):
    row = next(row for row in rows if row[0] == unit.name)
    row[rows[1].index(key)] = value


def confirmed(client, answer, year):
    html = answer.context["sent"]
    return client.post(PATH, {"do": "save", "year": year, "document": "", "changed": html})


def test_out_and_in_again_nothing_differs(settled, year):
    client = settled.client(settled.person("group_office"))
    content = out(client, year)
    for again in (content, changed(content, lambda rows: None)):
        answer = sent_in(client, again)
        assert answer.context["read"].changed == [] and answer.context["read"].same == 1
        assert "没有不同" in answer.content.decode()


def test_only_what_was_changed_is_shown_written_and_audited(settled, year):
    client, street, other = settled.client(settled.person("group_office")), *map(settled.units.get, ("甲街", "乙街"))

    def change(rows):
        cell(rows, street, KEY, "1,150")
        cell(rows, other, SHARE, "85%")

    answer = sent_in(client, changed(out(client, year), change))
    assert Target.unscoped.filter(ended_at=None, year=year).count() == 1, "nothing is written before it is confirmed"
    assert "要改 2 个目标" in answer.content.decode()
    assert confirmed(client, answer, year).status_code == 302
    with acting_as(settled.person("group_office")):
        rows = {(one.unit_id, one.indicator): one for one in indicators.targets_in_force().filter(year=year)}
    kept = rows[street.pk, KEY]
    assert (kept.value, kept.document, kept.points[-1][1]) == (Decimal(1150), "文1号", "1150.00")
    assert rows[other.pk, SHARE].value == 85 and len(rows) == 2
    with acting_as(settled.person("audit_admin")):
        assert AuditEntry.objects.filter(action="target.set").count() == 3
    assert confirmed(client, answer, year).status_code == 422, "the same confirmed twice changes nothing"


def test_what_is_wrong_is_told_row_by_row_and_nothing_is_written(settled, year):
    client, street = settled.client(settled.person("group_office")), settled.units["甲街"]

    def change(rows):
        cell(rows, street, KEY, "很多")
        cell(rows, street, SHARE, 0.85)
        rows.append(["没有这家", "", "", *[""] * (len(rows[0]) - 3)])
        rows.append([street.name, "", "", *[""] * (len(rows[0]) - 3)])

    answer = sent_in(client, changed(out(client, year), change), 422)
    html = answer.content.decode()
    for words in (
        "填的是“很多”，应是一个数",
        "请填 85",
        "没有找到单位“没有这家”",
        "已经有了，请只留一行",
        "有 4 处要改",
    ):
        assert words in html, words
    assert Target.unscoped.filter(ended_at=None).count() == 1


def test_a_street_changes_neither_what_was_set_above_nor_its_neighbour(settled, year):
    client = settled.client(settled.person("unit_admin", "甲街"))
    content = out(client, year)
    assert settled.units["乙街"].name.encode() not in content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("目标表").to_python()
    assert settled.units["乙街"].name not in [row[0] for row in rows]

    def change(rows):
        cell(rows, settled.units["甲街"], KEY, 5)
        rows.append([settled.units["乙街"].name, "", str(settled.units["乙街"].pk), *[9] * (len(rows[0]) - 3)])

    html = sent_in(client, changed(content, change), 422).content.decode()
    assert "测试区下达的" in html and f"没有找到单位“{settled.units['乙街'].name}”" in html
    forged = f'[["{settled.units["乙街"].pk}", "{KEY}", "", "9"]]'
    assert client.post(PATH, {"do": "save", "year": year, "changed": forged}).status_code == 422
    for nonsense in ("", "[1]", '[["x","y","","1"]]', f'[["{settled.units["甲街"].pk}","no.such","","1"]]', "{}"):
        answer = client.post(PATH, {"do": "save", "year": year, "changed": nonsense})
        assert answer.status_code in (404, 422), nonsense


def test_who_changed_meanwhile_is_not_overwritten(settled, year):
    client, street = settled.client(settled.person("group_office")), settled.units["甲街"]
    answer = sent_in(client, changed(out(client, year), lambda rows: cell(rows, street, KEY, 130)))
    with acting_as(settled.person("group_office")):
        indicators.set_target(KEY, street, year, 125)
    told = confirmed(client, answer, year)
    assert told.status_code == 422 and "核对期间改过" in told.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("目标表.xlsx", b"MZ" + bytes(200), "wrong-words"), ("目标表.csv", b"a,b", "换成 .xlsx")],
)
def test_what_is_no_sheet_is_refused_beside_its_field(settled, name, content, words):
    client = settled.client(settled.person("group_office"))
    answer = client.post(PATH, {"do": "in", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_another_workbook_and_a_vast_one_are_refused(settled):
    client, made, vast = settled.client(settled.person("group_office")), io.BytesIO(), io.BytesIO()
    with Workbook(made) as book:
        book.add_worksheet().write(0, 0, "别的表")
    assert "这不是下载的目标表" in sent_in(client, made.getvalue(), 422).content.decode()
    with Workbook(vast) as book:
        book.add_worksheet("目标表").write(1_000_000, 16_000, "x")
    assert "大多是空的" in sent_in(client, vast.getvalue(), 422).content.decode()


@pytest.mark.parametrize("told", ["9" * 5_000, "", "二〇二六", "2026.5"])
def test_a_year_that_is_none_is_told_and_breaks_nothing(told):
    with pytest.raises(FileRefused, match="目标表的年度"):
        target_sheets._year([[], [told], []])


def test_the_years_are_those_for_which_targets_may_be_set(settled, year):
    assert target_sheets.years()[0] == year - 1
    client = settled.client(settled.person("group_office"))
    assert client.post(PATH, {"do": "out", "year": "1999"}).status_code == 404
