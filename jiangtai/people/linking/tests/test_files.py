"""Files as offices send them: whatever a column is called, wherever the list stands, and what cannot be read."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from jiangtai.people.linking import LinkingError, link

from .lists import linked, number, written

ONE, TWO = number(901), number(903)


@pytest.mark.parametrize(
    "header",
    [
        "会员姓名,公民身份证号码,手机,出生年月,缴费单位",
        "full_name,id_card_no,mobile_no,date_of_birth,company",
        "Name,ID No,Mobile,Birthday,Employer Name",
        "worker_name,id_no,tel,birth_date,organization",
        "纳税人姓名,身份证件号码,联系手机,出生日期（年月日）,扣缴义务人",
    ],
)
def test_a_column_is_found_by_what_offices_call_it(tmp_path: Path, header: str) -> None:
    """All five fields of it."""
    path = written(tmp_path / "1.csv", f"李明,{ONE},13900000001,1985-03-15,甲厂", header=header)
    said: list[str] = []
    link({"甲": path}, tmp_path / "out.parquet", (), said.append)
    told = next(one for one in said if "姓名" in one)
    assert re.findall("(姓名|身份证号|手机号|出生日期|单位)＝", told) == [
        "姓名",
        "身份证号",
        "手机号",
        "出生日期",
        "单位",
    ]
    assert "未用" not in told


def test_what_is_not_used_is_told(tmp_path: Path) -> None:
    """On the way, file by file."""
    path = written(tmp_path / "1.csv", f"1,李明,{ONE},男", header="序号,姓 名,身份证号码（必填）*,性别")
    said: list[str] = []
    link({"甲": path}, tmp_path / "out.parquet", (), said.append)
    assert "甲：姓名＝姓 名，身份证号＝身份证号码（必填）*；未用：序号、性别" in said


@pytest.mark.parametrize("ending", ["csv", "gbk.csv", "xlsx", "parquet"])
def test_of_two_columns_the_first_that_says_something_counts(tmp_path: Path, ending: str) -> None:
    """A mobile number here, another telephone there, row by row."""
    head = ["姓名", "手机号", "联系电话"]
    rows = [["单于明", "", "13900000001"], ["单于明", "13900000001", "057188888888"], ["单于明", " ", "13900000001"]]
    path = tmp_path / f"1.{ending}"
    if ending == "parquet":
        pq.write_table(pa.table(dict(zip(head, map(list, zip(*rows, strict=True)), strict=True))), path)
    elif ending == "xlsx":
        _book(path, {"名单": [head, *rows]})
    else:
        path.write_bytes("\n".join(map(",".join, [head, *rows])).encode("gbk" if "gbk" in ending else "utf-8"))
    persons, _ = linked(tmp_path / "out.parquet", {"甲": path})
    assert len(set(persons.values())) == 1


def _book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return path


def test_the_list_is_read_not_the_guide_before_it(tmp_path: Path) -> None:
    """The guide names a field in passing."""
    guide = [["填表说明"], ["姓名", "请按身份证填写"], ["其他", "无"]]
    rows = [["姓名", "身份证号", "单位"], ["李明", ONE, "甲厂"], ["王芳", TWO, "乙厂"]]
    path = _book(tmp_path / "1.xlsx", {"说明": guide, "名单": rows})
    persons, _ = linked(tmp_path / "out.parquet", {"甲": path, "乙": written(tmp_path / "2.csv", f"王芳,{TWO},,,")})
    assert set(persons) == {("甲", 0), ("甲", 1), ("乙", 0)}
    assert persons["甲", 1] == persons["乙", 0]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_second_line_of_headings_is_no_person(tmp_path: Path, ending: str) -> None:
    """A merged heading above, its parts below."""
    rows = [
        ["某某区职工花名册", "", "", "", ""],
        ["序号", "姓名", "身份信息", "", "单位"],
        ["", "", "身份证号", "手机号", ""],
        ["1", "李明", ONE, "13900000001", "甲厂"],
        ["2", "王芳", TWO, "13900000002", "乙厂"],
    ]
    path = tmp_path / f"1.{ending}"
    if ending == "xlsx":
        _book(path, {"名单": rows})
    else:
        path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    persons, _ = linked(tmp_path / "out.parquet", {"甲": path, "乙": written(tmp_path / "2.csv", f"王芳,{TWO},,,")})
    assert set(persons) == {("甲", 0), ("甲", 1), ("乙", 0)}
    assert persons["甲", 1] == persons["乙", 0]


def test_a_heading_of_two_lines_is_one_heading(tmp_path: Path) -> None:
    """A line break inside a quoted heading does not shift the rows."""
    path = tmp_path / "1.csv"
    path.write_text(f'姓名,"身份证号\n（必填）"\n李明,{ONE}\n王芳,{TWO}\n', encoding="utf-8")
    persons, _ = linked(tmp_path / "out.parquet", {"甲": path, "乙": written(tmp_path / "2.csv", f"王芳,{TWO},,,")})
    assert set(persons) == {("甲", 0), ("甲", 1), ("乙", 0)}
    assert persons["甲", 1] == persons["乙", 0]


def test_a_cell_in_the_far_corner_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """It would take the memory of all that lies between."""
    path = _book(tmp_path / "1.xlsx", {"名单": [["姓名", "身份证号"], ["李明", ONE]]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    with pytest.raises(LinkingError, match=r"1\.xlsx.*1,048,576 行"):
        link({"甲": path}, tmp_path / "out.parquet")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_list_of_nobody_is_nobody(tmp_path: Path, ending: str) -> None:
    """Headings alone, alone and beside another list."""
    path = tmp_path / f"1.{ending}"
    if ending == "csv":
        written(path)
    elif ending == "xlsx":
        _book(path, {"名单": [["姓名", "身份证号"]]})
    else:
        pq.write_table(pa.table({"姓名": pa.array([], pa.string())}), path)
    persons, report = linked(tmp_path / "out.parquet", {"甲": path})
    assert (persons, report.rows, report.persons, report.review) == ({}, 0, 0, 0)
    other = written(tmp_path / "2.csv", f"王芳,{TWO},,,")
    persons, report = linked(tmp_path / "out2.parquet", {"甲": path, "乙": other}, tmp_path / "out.parquet")
    assert (set(persons), report.rows) == ({("乙", 0)}, 1)


def test_a_cell_without_end_is_told(tmp_path: Path) -> None:
    """A quotation mark that nobody closed swallows the file."""
    path = tmp_path / "1.csv"
    rows = "".join(f"李明,{ONE}\n" for _ in range(12_000))
    path.write_bytes(f'姓名,身份证号\n王芳,"{TWO}\n{rows}'.encode("gbk"))
    with pytest.raises(LinkingError, match=r"1\.csv"):
        link({"甲": path}, tmp_path / "out.parquet")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("closed", ["", '丙厂"', '"丙厂"'])
def test_a_quote_that_is_not_closed_swallows_nobody(tmp_path: Path, encoding: str, closed: str) -> None:
    """Neither where nothing closes it, nor where a quote does that stands on a line far below."""
    lines = [f"王{chr(0x4E00 + at)},{number(at)},,,甲厂" for at in range(1, 90)]
    lines[5] = f'李明,{number(95)},,,"5号车间'
    lines[80] = f"赵强,{number(96)},,,{closed}"
    path = written(tmp_path / "a.csv", *lines)
    path.write_bytes(path.read_bytes().decode().encode(encoding))
    with pytest.raises(LinkingError, match="从第 7 行起读不下去，多半是那里的引号没有成对"):
        link({"甲": path}, tmp_path / "out.parquet")


def test_a_cell_of_two_lines_is_one_cell(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f'王芳,{number(1)},,,"甲厂\n二车间"', f"李明,{number(2)},,,乙厂")
    assert linked(tmp_path / "out.parquet", {"甲": path})[1].rows == 2


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_itself_whatever_signs_its_name_has(tmp_path: Path, ending: str) -> None:
    """What a browser calls the second download is to the engine a pattern that means the first."""
    one, two = written(tmp_path / "名单1.csv", "王芳,,,,", "李明,,,,"), written(tmp_path / "名单[1].csv", "赵强,,,,")
    if ending == "parquet":
        for path in (one, two):
            pq.write_table(pa.table({"姓名": path.read_text().split()[1:]}), path.with_suffix(".parquet"))
    assert linked(tmp_path / "out.parquet", {"甲": two.with_suffix(f".{ending}")})[1].rows == 1


def test_a_torn_parquet_file_is_told(tmp_path: Path) -> None:
    """Its margin is whole, its rows are not; nothing is left lying about."""
    path = tmp_path / "1.parquet"
    pq.write_table(pa.table({"姓名": [f"李{at}" for at in range(5_000)], "身份证号": [ONE] * 5_000}), path)
    torn = bytearray(path.read_bytes())
    torn[4:20_000] = b"\xff" * (20_000 - 4)
    path.write_bytes(torn)
    with pytest.raises(LinkingError, match=r"没有算完"):
        link({"甲": path}, tmp_path / "out.parquet")
    assert [one.name for one in tmp_path.iterdir()] == ["1.parquet"]


@pytest.mark.parametrize("heads", [["姓名", "姓名"], ["Name", "name"]])
def test_two_parquet_columns_of_one_name_are_two(tmp_path: Path, heads: list[str]) -> None:
    """The engine calls the second something else; of text without its mark as text it knows only signs."""
    names = [pa.array([b"", "李明".encode()], pa.binary()), pa.array(["王芳".encode(), None], pa.binary())]
    path = tmp_path / "1.parquet"
    pq.write_table(pa.Table.from_arrays([*names, pa.array(["", "13900000001"])], names=[*heads, "手机号"]), path)
    other = written(tmp_path / "2.csv", "王芳,,13900000002,1985-03-15,甲厂", "李明,,13900000001,,")
    persons, _ = linked(tmp_path / "out.parquet", {"甲": path, "乙": other})
    assert persons["甲", 1] == persons["乙", 1] != persons["甲", 0]


def test_a_column_that_hides_the_row_is_told(tmp_path: Path) -> None:
    """By its name, not as a full disk."""
    path = tmp_path / "1.parquet"
    pq.write_table(pa.table({"姓名": ["李明"], "file_row_number": [7]}), path)
    with pytest.raises(LinkingError, match="file_row_number"):
        link({"甲": path}, tmp_path / "out.parquet")


def test_headings_at_the_very_end_are_headings(tmp_path: Path) -> None:
    """A title, headings, nobody, and no line's end."""
    path = tmp_path / "1.csv"
    path.write_text("某某区职工花名册\n姓名,身份证号", encoding="utf-8")
    assert linked(tmp_path / "out.parquet", {"甲": path})[0] == {}


def test_lines_may_end_as_old_spreadsheets_end_them(tmp_path: Path) -> None:
    """With a carriage return alone."""
    path = tmp_path / "1.csv"
    path.write_bytes(f"姓名,身份证号\r李明,{ONE}\r王芳,{TWO}\r".encode())
    assert set(linked(tmp_path / "out.parquet", {"甲": path})[0]) == {("甲", 0), ("甲", 1)}


def test_a_result_takes_the_place_of_nothing_it_is_made_from(tmp_path: Path) -> None:
    """Neither of a list nor of an earlier result, under whatever path; and a folder is no file."""
    path, prior = written(tmp_path / "1.csv", f"李明,{ONE},,,"), tmp_path / "prior.parquet"
    link({"甲": path}, prior)
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    (tmp_path / "folder").mkdir()
    for out in (path, tmp_path / "folder" / ".." / "1.csv", prior, tmp_path / "folder"):
        with pytest.raises(LinkingError, match="结果"):
            link({"甲": path}, out, (prior,))
    assert {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before


def test_what_the_engine_cannot_do_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so while the next question is spelled, and is heard before anything is written."""
    from jiangtai.people.linking import evidence

    mixed = evidence.mixed
    monkeypatch.setattr(evidence, "mixed", lambda known: mixed(known).mutate(who=ibis.literal("无").cast("int64")))
    with pytest.raises(LinkingError, match="没有算完"):
        link({"甲": written(tmp_path / "1.csv", f"李明,{ONE},,,", f"王芳,{ONE},,,")}, tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["1.csv"]


def test_a_device_is_no_place_for_a_result(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "out")
    with pytest.raises(LinkingError, match="是目录或设备"):
        link({"甲": written(tmp_path / "a.csv", "王芳,,,,")}, tmp_path / "out")
    assert (tmp_path / "out").is_fifo()


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine says becomes one sentence, and half a result is taken away."""
    from jiangtai.people.linking import kept

    def fail(*_: Any) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(kept, "written", fail)
    with pytest.raises(LinkingError, match="No space left"):
        link({"甲": written(tmp_path / "1.csv", f"李明,{ONE},,,")}, tmp_path / "out.parquet")
    assert not list(tmp_path.glob(".*"))


def _command(*words: Any) -> Any:
    command = [sys.executable, "-m", "config.cli", "register", "link", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_several_lists_after_one_flag(tmp_path: Path) -> None:
    """As with --known; what was read as what stands on standard error alone."""
    one, other = written(tmp_path / "1.csv", f"李明,{ONE},,,"), written(tmp_path / "2.csv", f"王芳,{TWO},,,")
    out = tmp_path / "out.parquet"
    done = _command("--source", f"甲={one}", f"乙={other}", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert {row["source"] for row in pq.read_table(out).to_pylist()} == {"甲", "乙"}
    assert done.stdout.count("\n") == 1
    assert "甲：姓名＝姓名" in done.stderr
