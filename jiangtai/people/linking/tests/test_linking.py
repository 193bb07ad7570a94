"""Files in, persons out: what office sheets do to a name and a number, and who is still who."""

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from bench import sheets
from jiangtai.kernel import codes
from jiangtai.people.linking import LinkingError, evidence, link

from .lists import linked, number, scores, written

FIELDS = ("name", "id_number", "phone", "birth", "employer")
CHINESE = ("姓名", "身份证号", "手机号", "出生日期", "单位")
NUMBER = "990001198503157735"
Row = tuple[str | None, ...]


def _number(area: int = 990_001, born: str = "19850315", order: int = 773) -> str:
    body = f"{area}{born}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _parquet(path: Path, *rows: Row) -> Path:
    columns = zip(*rows, strict=True)
    pq.write_table(
        pa.table({name: pa.array(one, pa.string()) for name, one in zip(FIELDS, columns, strict=True)}), path
    )
    return path


def _persons(folder: Path, sources: dict[str, Path], *known: Path) -> dict[tuple[str, int], str]:
    out = folder / "out.parquet"
    link(sources, out, known)
    return {(row["source"], row["row"]): row["person"] for row in pq.read_table(out).to_pylist()}


def _same(folder: Path, one: Row, *others: Row, beside: tuple[Row, ...] = ()) -> list[bool]:
    """Of the rows of so many other lists, whether each is the same person as the first row of the first."""
    paths = {"0": _parquet(folder / "0.parquet", one, *beside)}
    paths |= {str(at): _parquet(folder / f"{at}.parquet", row) for at, row in enumerate(others, 1)}
    persons = _persons(folder, paths)
    return [persons[str(at), 0] == persons["0", 0] for at in range(1, len(others) + 1)]


def test_a_number_is_read_however_it_is_written(tmp_path: Path) -> None:
    """Wide digits, spaces, a small x, an apostrophe, fifteen digits of before 1999: the same number."""
    number = next(one for order in range(900) if (one := _number(order=order)).endswith("X"))
    wide = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９ｘ"))
    old = number[:6] + number[8:17]
    assert codes.parse_identity(old).number == number
    ways = [number.lower(), wide, f"{number[:6]} {number[6:14]} {number[14:]}", f"'{number}", old]
    others = [("李明", way, None, None, None) for way in ways]
    assert _same(tmp_path, ("李明", number, None, None, None), *others) == [True] * len(ways)


def test_one_slip_is_repaired_by_the_last_sign(tmp_path: Path) -> None:
    """One wrong digit, or two in each other's place; the name says the same."""
    number = _number()
    wrong = [
        number[:place] + ("7" if number[place] != "7" else "3") + number[place + 1 :] for place in (0, 5, 9, 13, 16, 17)
    ]
    swapped = number[:8] + number[9] + number[8] + number[10:]
    others = [("欧阳修远", one, None, None, None) for one in (*wrong, swapped)]
    assert _same(tmp_path, ("欧阳修远", number, None, None, None), *others) == [True] * 7


def test_one_sign_left_out_is_put_back(tmp_path: Path) -> None:
    """Any of the eighteen; whoever bears another name is another."""
    number = _number()
    short = [number[:place] + number[place + 1 :] for place in range(18)]
    others = [("欧阳修远", one, None, None, None) for one in short]
    known = ("欧阳修远", number, None, None, None)
    assert _same(tmp_path, known, *others) == [True] * 18
    assert _same(tmp_path, known, ("王芳", short[4], None, None, None)) == [False]


def test_two_rows_of_one_list_are_one_by_all_that_they_say(tmp_path: Path) -> None:
    """Nobody has a number, and the list has somebody twice: the same name, birthday and phone, at two firms."""
    told: Row = ("周晓梅", None, "13900000001", "1985-03-15", "甲厂")
    other: Row = ("周晓梅", None, "13900000001", "1985-03-15", "乙厂")
    namesake: Row = ("周晓梅", None, "13900000002", "1971-01-09", "乙厂")
    persons = _persons(tmp_path, {"0": _parquet(tmp_path / "0.parquet", told, other, namesake)})
    assert persons["0", 0] == persons["0", 1] != persons["0", 2]


def test_name_and_birthday_find_whoever_has_no_number(tmp_path: Path) -> None:
    """Birthdays are read in every way that offices write them."""
    days = ("1985-03-15", "1985/3/15", "19850315", "1985年3月15日", "1985.03.15", "1985-03-15 00:00:00", "31121")
    others = [("单于明", None, None, day, None) for day in days]
    assert _same(tmp_path, ("单于明", _number(), None, None, None), *others) == [True] * len(days)


def test_a_misspelt_name_is_met_by_phone_and_birthday(tmp_path: Path) -> None:
    """One sign wrong does not make another person."""
    known = ("周晓梅", _number(), "13900000001", "1985-03-15", "甲厂")
    assert _same(tmp_path, known, ("周小梅", None, "139 0000 0001", "1985-03-15", "乙厂")) == [True]


def test_a_phone_that_went_through_a_spreadsheet_is_the_same(tmp_path: Path) -> None:
    """A column of numbers with holes comes back with a point and a zero."""
    known = ("周晓梅", _number(), "13900000001", None, None)
    assert _same(tmp_path, known, ("周晓梅", None, "13900000001.0", None, None)) == [True]


def test_the_same_name_alone_is_not_the_same_person(tmp_path: Path) -> None:
    """Another birthday and another phone are another person; so is one of many of that name."""
    known = ("李伟", _number(), "13900000001", "1985-03-15", "甲厂")
    many = tuple(("李伟", _number(order=order), None, f"19{order}-01-01", None) for order in range(50, 90))
    others = [("李伟", None, "13900000002", "1991-07-02", "乙厂"), ("李伟", None, None, None, None)]
    assert _same(tmp_path, known, *others, beside=many) == [False, False]


def test_somebody_else_under_the_same_number_is_somebody_else(tmp_path: Path) -> None:
    """A number typed into a neighbour's row does not merge two people; a person looks at it."""
    number = _number()
    rows = [
        ("王秀英", number, "13900000001", "1985-03-15", "甲厂"),
        ("赵铁柱", number, "13900000002", "1971-01-09", "乙厂"),
    ]
    first = _parquet(tmp_path / "one.parquet", *rows)
    report = link({"one": first}, tmp_path / "out.parquet")
    assert (report.rows, report.persons, report.review) == (2, 2, 1)


@pytest.mark.parametrize("his", [",1992-07-01", "199001********4321,"])
def test_a_father_and_a_son_of_one_name_are_looked_at(tmp_path: Path, his: str) -> None:
    """They share the phone and the firm; another birthday or number says that they may be two."""
    father = f"张建国,{number(7, '19650315')},13912345678,1965-03-15,甲厂"
    masked, _, born = his.rpartition(",")
    son = f"张建国,{masked},13912345678,{born},甲厂"
    lists = {"甲": written(tmp_path / "a.csv", father), "乙": written(tmp_path / "b.csv", son)}
    linked(tmp_path / "o.parquet", lists)
    assert min(scores(tmp_path / "o.parquet")) < 0.9


def test_whoever_changed_firm_and_phone_is_found(tmp_path: Path) -> None:
    """The two go together, so that both say little more than one of them."""

    def row(at: int, has_moved: bool, numbered: bool = True) -> str:
        name, day = chr(0x4E00 + at % 59) + chr(0x5E00 + at % 59), at % 97
        born = f"{1960 + day % 10}-{1 + day % 12:02}-{1 + day // 12:02}"
        phone, firm = 13_800_000_000 + at * 7 + has_moved, "乙" if has_moved else "甲"
        told = number(at % 1_000, f"{1950 + at // 1_000}0101") if numbered else ""
        return f"{name},{told},{phone},{born},{firm}厂{at % 9}"

    first = [row(at, False) for at in range(1_800)]
    second = [row(at, at % 33 == 0, numbered=at < 800 or at % 33 != 0) for at in (*range(900), *range(1_800, 2_700))]
    lists = {"甲": written(tmp_path / "a.csv", *first), "乙": written(tmp_path / "b.csv", *second)}
    who, _ = linked(tmp_path / "o.parquet", lists)
    assert all(who["甲", at] == who["乙", at] for at in (825, 858, 891))


def test_sheets_as_offices_send_them(tmp_path: Path) -> None:
    """A title above the header, other headings, an empty line, GB18030: each row counted from 0 below the header."""
    number = _number()
    book = xlsxwriter.Workbook(tmp_path / "一.xlsx")
    sheet = book.add_worksheet()
    for at, row in enumerate(
        [
            ["锦川区职工花名册"],
            ["序号", "姓 名", "身份证号码（必填）*", "联系电话"],
            [1, " 李 明", number, 13900000001.0],
        ]
    ):
        sheet.write_row(at, 0, row)
    book.close()
    text = "填报单位：区总工会\n姓名,出生年月日,手机\n钱多多,1990-01-01,13900000009\n\n李明,1985-03-15,13900000001\n"
    (tmp_path / "二.csv").write_bytes(text.encode("gb18030"))
    (tmp_path / "三.csv").write_text(text, encoding="utf-8-sig")
    persons = _persons(tmp_path, {name: next(tmp_path.glob(f"{name}.*")) for name in "一二三"})
    assert set(persons) == {("一", 0), ("二", 0), ("二", 1), ("三", 0), ("三", 1)}
    assert persons["一", 0] == persons["二", 1] == persons["三", 1] != persons["二", 0] == persons["三", 0]


def test_every_row_gets_a_person_also_an_empty_one(tmp_path: Path) -> None:
    """Nothing is known of it, so it is nobody else."""
    nothing: Row = (None,) * 5
    persons = _persons(tmp_path, {"one": _parquet(tmp_path / "one.parquet", nothing, nothing, ("合计", *nothing[1:]))})
    assert len(set(persons.values())) == 3


@pytest.mark.parametrize(("model", "least"), [(sheets.PLAIN, 0.998), (sheets.ROUGH, 0.97)])
def test_invented_lists_come_out_nearly_as_they_are(tmp_path: Path, model: sheets.Model, least: float) -> None:
    """Two thousand people on four lists that went wrong in two ways."""
    paths = sheets.write(tmp_path, 2_000, model)
    report = link(paths, tmp_path / "out.parquet")
    assert report.rows == sum(pq.read_metadata(path).num_rows for path in paths.values())
    assert sheets.score(tmp_path / "truth.parquet", tmp_path / "out.parquet")["f1"] > least


def test_an_id_once_given_stays(tmp_path: Path) -> None:
    """A later list joins the persons of an earlier result, whose own files are met again where they lie."""
    paths = sheets.write(tmp_path, 500, sheets.PLAIN)
    first = {name: paths[name] for name in ("insurance", "union")}
    link(first, tmp_path / "first.parquet")
    before = {
        (row["source"], row["row"]): row["person"] for row in pq.read_table(tmp_path / "first.parquet").to_pylist()
    }
    every = _persons(tmp_path, paths, tmp_path / "first.parquet")
    assert {place: every[place] for place in before} == before
    delta = _persons(tmp_path, {"employers": paths["employers"]}, tmp_path / "first.parquet")
    assert set(delta) == {place for place in every if place[0] == "employers"}
    met = {place for place in delta if every[place] in set(before.values())}
    assert len(met) > 0.8 * len(delta)
    assert sum(every[place] == delta[place] for place in met) > 0.98 * len(met)


def test_a_delta_reads_no_earlier_list_and_comes_out_as_if_it_did(tmp_path: Path) -> None:
    """Rows kept beside the result stand for the lists, also where these have gone; without them the lists are read."""
    paths = sheets.write(tmp_path, 2_000, sheets.PLAIN)
    first = {name: paths[name] for name in ("insurance", "union", "certificates")}
    prior, kept = tmp_path / "prior.parquet", tmp_path / "prior.parquet.kept"
    link(first, prior)
    assert kept.stat().st_mode & 0o777 == 0o600
    delta, said = {"employers": paths["employers"]}, []

    def run(out: str) -> dict[int, str]:
        link(delta, tmp_path / out, (prior,), said.append)
        return {row["row"]: row["person"] for row in pq.read_table(tmp_path / out).to_pylist()}

    quickly = run("quickly.parquet")
    assert "读入 insurance" not in said
    kept.rename(tmp_path / "away")
    slowly = run("slowly.parquet")
    assert "读入 insurance" in said
    given = {row["person"] for row in pq.read_table(prior).to_pylist()}
    assert set(quickly) == set(slowly)
    assert sum((quickly[row] in given) == (slowly[row] in given) for row in slowly) > 0.995 * len(slowly)
    met = [row for row in slowly if slowly[row] in given and quickly[row] in given]
    assert sum(quickly[row] == slowly[row] for row in met) > 0.995 * len(met) > 0.8 * len(slowly)
    (tmp_path / "away").rename(kept)
    for path in first.values():
        path.unlink()
    assert run("alone.parquet") == quickly


def test_deltas_go_on_from_one_another(tmp_path: Path) -> None:
    """Whom the first delta brought is known to the second, under the same id."""
    paths = sheets.write(tmp_path, 300, sheets.PLAIN)
    number, other = _number(order=901), _number(order=903)
    link({"insurance": paths["insurance"]}, tmp_path / "0.parquet")
    one = _parquet(tmp_path / "one.parquet", ("欧阳修远", number, "13900000001", "1985-03-15", "甲厂"))
    link({"one": one}, tmp_path / "1.parquet", (tmp_path / "0.parquet",))
    told = ("欧阳修远", None, "13900000001", "1985-03-15", "乙厂"), ("欧阳修近", other, None, None, None)
    two = _parquet(tmp_path / "two.parquet", *told)
    persons = _persons(tmp_path, {"two": two}, tmp_path / "0.parquet", tmp_path / "1.parquet")
    (first,) = pq.read_table(tmp_path / "1.parquet").to_pylist()
    assert persons["two", 0] == first["person"] != persons["two", 1]


def test_what_another_result_kept_is_not_believed(tmp_path: Path) -> None:
    """A result made anew elsewhere does not take the rows of the one before."""
    number = _number()
    one = _parquet(tmp_path / "one.parquet", ("李明", number, None, None, None))
    other = _parquet(tmp_path / "other.parquet", ("王芳", _number(order=905), None, None, None))
    link({"one": one}, tmp_path / "1.parquet")
    link({"other": other}, tmp_path / "2.parquet")
    (tmp_path / "2.parquet.kept").replace(tmp_path / "1.parquet.kept")
    said: list[str] = []
    delta = _parquet(tmp_path / "delta.parquet", ("李明", number, None, None, None))
    link({"delta": delta}, tmp_path / "out.parquet", (tmp_path / "1.parquet",), said.append)
    assert "读入 one" in said
    (row,), (before,) = (pq.read_table(tmp_path / f"{name}.parquet").to_pylist() for name in ("out", "1"))
    assert row["person"] == before["person"]


def test_the_same_lists_give_the_same_ids(tmp_path: Path) -> None:
    """Nothing is drawn by lot, and no number can be read from an id."""
    path = _parquet(tmp_path / "one.parquet", ("李明", NUMBER, None, None, None))
    first = _persons(tmp_path, {"one": path})
    assert first == _persons(tmp_path, {"one": path})
    assert NUMBER not in str(first)


def _bad(folder: Path) -> dict[str, Path]:
    (folder / "空.csv").write_text("", encoding="utf-8")
    (folder / "无列.csv").write_text("颜色,大小\n红,1\n", encoding="utf-8")
    (folder / "程序.xlsx").write_bytes(b"MZ" + b"\0" * 200)
    (folder / "假.parquet").write_bytes(b"PAR1 no")
    (folder / "图.png").write_bytes(b"\x89PNG")
    (folder / "乱.csv").write_bytes(b"\xff\xfe\x00\x81\xff" * 9)
    return {
        name: folder / name
        for name in ("空.csv", "无列.csv", "程序.xlsx", "假.parquet", "图.png", "乱.csv", "没有.csv")
    }


@pytest.mark.parametrize("name", ["空.csv", "无列.csv", "程序.xlsx", "假.parquet", "图.png", "乱.csv", "没有.csv"])
def test_what_is_no_list_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    """The message names the file; an earlier result stays as it was."""
    (tmp_path / "out.parquet").write_bytes(b"before")
    with pytest.raises(LinkingError, match=name.split(".", maxsplit=1)[0]):
        link({"one": _bad(tmp_path)[name]}, tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_bytes() == b"before"
    assert not list(tmp_path.glob(".*"))


def test_a_result_that_is_none_is_refused(tmp_path: Path) -> None:
    """Only what says who is who can be gone on from."""
    path = _parquet(tmp_path / "one.parquet", ("李明", NUMBER, None, None, None))
    for known in (path, tmp_path / "none.parquet"):
        with pytest.raises(LinkingError):
            link({"one": path}, tmp_path / "out.parquet", (known,))


def _command(*words: str) -> Any:
    import subprocess
    import sys

    return subprocess.run([sys.executable, "-m", "config.cli", *words], capture_output=True, text=True, check=False)


def test_the_command_prints_json_and_nothing_else(tmp_path: Path) -> None:
    """What others build on."""
    import json

    path = _parquet(tmp_path / "one.parquet", ("李明", NUMBER, None, None, None))
    out = tmp_path / "out.parquet"
    done = _command("register", "link", "--source", f"甲={path}", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert set(said) == {"rows", "persons", "review", "seconds", "peak_mb"}
    assert pq.read_table(out).to_pylist()[0]["source"] == "甲"
    assert pq.read_schema(out).names == ["source", "row", "person", "score"]
    refused = _command("register", "link", "--source", f"甲={tmp_path / '无.csv'}", "--out", str(out))
    assert refused.returncode == 1
    assert "没有文件" in refused.stderr


def test_who_is_compared_with_whom_does_not_hang_on_the_order_of_reading() -> None:
    """Else the same lists would teach other weights, and give other ids, at each run."""
    rows = [{"rid": at, "who": at % 7} for at in range(200)]
    con = ibis.duckdb.connect()
    found = [
        sorted(
            con.raw_sql(
                ibis.to_sql(evidence.at_random(con.create_table(name, pa.Table.from_pylist(one)), 3))
            ).fetchall()
        )
        for name, one in (("one", rows), ("other", rows[::-1]))
    ]
    assert found[0] == found[1] != []
