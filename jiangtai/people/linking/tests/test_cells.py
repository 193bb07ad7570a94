"""What stands in a cell is read as the office meant it; what says nothing joins nobody."""

from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from ibis import _

from jiangtai.people.linking import evidence, link

from .lists import linked, number, scores, written

ONE = number(901)


def _is_same(folder: Path, one: str, other: str) -> bool:
    first, second = written(folder / "1.csv", one), written(folder / "2.csv", other)
    persons, _ = linked(folder / "out.parquet", {"甲": first, "乙": second})
    return persons["甲", 0] == persons["乙", 0]


@pytest.mark.parametrize("word", ["无", "/", "0", "暂缺", "9.9E+17", "000000000000000000", "0000000"])
def test_a_word_in_the_numbers_place_is_no_number(tmp_path: Path, word: str) -> None:
    """Two of one name who both have none are not one by that."""
    one, other = f"李伟,{word},13900000001,1985-03-15,", f"李伟,{word},13900000002,1971-01-09,"
    assert not _is_same(tmp_path, one, other)


def test_a_damaged_number_on_many_rows_says_nothing(tmp_path: Path) -> None:
    """The one that a clerk types where there is none."""
    rows = [f"李伟,111111111111111111,1390000{at:04d},{1960 + at}-01-09," for at in range(20)]
    persons, _ = linked(tmp_path / "out.parquet", {"甲": written(tmp_path / "1.csv", *rows)})
    assert len(set(persons.values())) == 20


def test_words_do_not_turn_the_check_digit_off(tmp_path: Path) -> None:
    """Most rows have none; a number whose last sign is wrong is still no number."""
    wrong = ONE[:17] + ("0" if ONE[17] != "0" else "1")
    rows = [f"李{chr(0x4E00 + at)},无,,," for at in range(300)]
    path = written(tmp_path / "1.csv", *rows, f"王秀英,{ONE},,,", f"赵铁柱,{wrong},13900000002,1971-01-09,")
    said: list[str] = []
    link({"甲": path}, tmp_path / "out.parquet", (), said.append)
    assert not any("校验位" in one for one in said)


@pytest.mark.parametrize("month", ["1985-03", "1985年3月", "198503", "1985.3", "1985"])
def test_a_month_is_no_day(tmp_path: Path, month: str) -> None:
    """Whoever is born in it agrees with nobody by it, and the own number still tells the day."""
    header = "姓名,身份证号,手机号,出生年月,单位"
    first = written(tmp_path / "1.csv", f"单于明,{ONE},,{month},", header=header)
    second = written(tmp_path / "2.csv", "单于明,,,1985-03-15,")
    persons, _ = linked(tmp_path / "out.parquet", {"甲": first, "乙": second})
    assert persons["甲", 0] == persons["乙", 0]


def test_months_alone_do_not_make_two_one(tmp_path: Path) -> None:
    """1985-12 was once read as the second of January."""
    assert not _is_same(tmp_path, "张建国,,,1985-12,", "张建国,,,1985-01-02,")


WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    "way",
    ["{0}\xa0", "\u200b{0}", "{0}\r", "\ufeff{0}", "{1}", "   {2}", "{2}   ", " {2}  ", "{3}"],
)
def test_a_number_in_wide_signs_or_with_unseen_ones(tmp_path: Path, way: str) -> None:
    """An X may be wide behind seventeen narrow digits; fifteen digits and three blanks are not eighteen signs."""
    one = next(one for order in range(900) if (one := number(order)).endswith("X"))
    other = way.format(one, one.translate(WIDE), one[:6] + one[8:17], one[:17] + "Ｘ")
    assert _is_same(tmp_path, f"李明,{one},,,", f'李明,"{other}",,,')


@pytest.mark.parametrize(
    "other",
    [
        "单于明,,１３９００００００１１,,",
        "单于明,,139\xa00000\xa00011,,",
        "单于明,,13900000011\u200b,,",
        "单于明,,,１９８５-０３-１５,",
        "单于明,,,１９８５年３月１５日,",
        "单于明,,,1985-03-15\xa0,",
        "单\u3000于\xa0明\u200b,,13900000011,,",
        '"单于明\r",,,19850315.0,',
    ],
)
def test_other_cells_with_wide_and_unseen_signs(tmp_path: Path, other: str) -> None:
    """Phones, birthdays and names."""
    assert _is_same(tmp_path, f"单于明,{ONE},13900000011,1985-03-15,", other)


def test_a_common_name_is_common_also_where_nobody_has_a_number(tmp_path: Path) -> None:
    """Three hundred of one name at one firm, of whom nothing else is known, are not one."""
    rows = ["李伟,,,,甲厂"] * 300 + [f"{chr(0x4E00 + at)}{chr(0x5E00 + at)},,,,甲厂" for at in range(2_700)]
    persons, _ = linked(tmp_path / "out.parquet", {"甲": written(tmp_path / "1.csv", *rows)})
    assert len(set(persons.values())) > 2_990


def test_every_doubt_counted_can_be_found(tmp_path: Path) -> None:
    """A row to be looked at is one whose score is below nine in ten."""
    rows = (f"王秀英,{ONE},13900000001,1985-03-15,甲厂", f"赵铁柱,{ONE},13900000002,1971-01-09,乙厂")
    out = tmp_path / "out.parquet"
    _, report = linked(out, {"甲": written(tmp_path / "1.csv", *rows)})
    assert report.review == sum(score < 0.9 for score in scores(out)) == 1


def test_a_group_is_as_sure_as_what_ties_it(tmp_path: Path) -> None:
    """Two rows without a number, one sign of the name apart, with one birthday and one phone: likely, not certain."""
    out = tmp_path / "out.parquet"
    one, other = (f"{name},,13900000001,1985-03-15," for name in ("周晓梅", "周小梅"))
    persons, _ = linked(out, {"甲": written(tmp_path / "1.csv", one), "乙": written(tmp_path / "2.csv", other)})
    assert len(set(persons.values())) == 1
    assert all(0.5 < score < 1 for score in scores(out))


def test_a_valid_number_that_a_clerk_types_for_everybody_holds_nobody_up() -> None:
    """Its rows are counted by what they share; set beside one another, eight thousand took minutes."""
    told = [(1, at, f"人{at:05d}", 10_000_000_000 + at, at, False) for at in range(8_000)]
    told[7] = (1, 7, "人00006", 1, -1, False)
    names = ("who", "rid", "name", "phone", "employer", "is_given")
    con = ibis.duckdb.connect()
    rows = con.create_table("known", pa.table(dict(zip(names, map(list, zip(*told, strict=True)), strict=True))))
    alone = con.to_pyarrow(evidence.strangers(rows, evidence.mixed(rows)).filter(_.is_apart))["rid"].to_pylist()
    assert sorted(alone) == [at for at in range(8_000) if at not in (6, 7)]


@pytest.mark.parametrize("cells", [(f'="{ONE}"', "", "", ""), ("", '="13900000001"', '="1985-03-15"', '="甲厂"')])
def test_what_an_export_held_against_rounding_is_what_it_says(tmp_path: Path, cells: tuple[str, ...]) -> None:
    """Many systems write every cell so that no spreadsheet makes 9.9E+17 of it."""
    other = f"李伟,{ONE if cells[0] else ''},13900000001,1985-03-15,甲厂"
    assert _is_same(tmp_path, f'="李伟",{",".join(cells)}', other)


def _masked(whole: str, shown: slice) -> str:
    """The place and one stretch more."""
    return "".join(sign if at < 6 or at in range(18)[shown] else "*" for at, sign in enumerate(whole))


@pytest.mark.parametrize("mask", ["*", "＊", "●"])
def test_a_masked_number_shows_enough_beside_the_name(tmp_path: Path, mask: str) -> None:
    """Many offices hand lists on with the middle hidden; place and last four still tell namesakes apart."""
    people = [("王伟", number(at), f"139{at:08d}") for at in range(30)]
    whole = written(tmp_path / "1.csv", *(f"{name},{one},{phone},," for name, one, phone in people))
    rest = [f"{name},{_masked(one, slice(14, 18)).replace('*', mask)},,," for name, one, _ in people]
    persons, _ = linked(tmp_path / "out.parquet", {"甲": whole, "乙": written(tmp_path / "2.csv", *rest)})
    assert [persons["乙", at] for at in range(30)] == [persons["甲", at] for at in range(30)]


def test_two_masked_numbers_join_by_what_both_show(tmp_path: Path) -> None:
    one, other = _masked(number(901), slice(14, 18)), _masked(number(902), slice(14, 18))
    rows = [f"欧阳修远,{one},,,", f"欧阳修远,{one},13900000001,,乙厂", f"欧阳修远,{other},,,"]
    persons, _ = linked(tmp_path / "out.parquet", {"甲": written(tmp_path / "1.csv", *rows)})
    assert persons["甲", 0] == persons["甲", 1] != persons["甲", 2]


def test_a_masked_number_that_shows_other_signs_parts_namesakes(tmp_path: Path) -> None:
    """A father and a son of one name in one factory."""
    mask = _masked(number(902), slice(14, 18))
    assert not _is_same(tmp_path, f"李伟,{ONE},,,甲厂", f"李伟,{mask},,,甲厂")


def test_a_number_whose_end_is_hidden_still_tells_the_day(tmp_path: Path) -> None:
    assert _is_same(tmp_path, f"单于明,{ONE},13900000001,,", f"单于明,{_masked(ONE, slice(6, 14))},13900000001,,")
    persons, _ = linked(
        tmp_path / "out.parquet",
        {"甲": written(tmp_path / "1.csv", f"单于明,{_masked(ONE, slice(6, 14))},,,", "单于明,,,1985-03-15,")},
    )
    assert persons["甲", 0] == persons["甲", 1]


def test_a_number_that_a_spreadsheet_cut_is_nobodys(tmp_path: Path) -> None:
    """It keeps fifteen digits; of those who stand in their place one in eleven would hold, and part a person in two."""
    import xlsxwriter

    people = [(f"{sign}明", number(100 + at), f"139{at:08d}") for at, sign in enumerate("王李张刘陈杨黄赵吴周" * 4)]
    with xlsxwriter.Workbook(tmp_path / "1.xlsx") as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["姓名", "身份证号", "手机号"])
        for at, (name, one, phone) in enumerate(people):
            sheet.write_row(at + 1, 0, [name, float(f"{one[:17]}0"), phone])
    cut = written(tmp_path / "2.csv", *(f"{name},{one[:15]}000,{phone},," for name, one, phone in people[:10]))
    whole = written(tmp_path / "3.csv", *(f"{name},{one},{phone},," for name, one, phone in people))
    persons, report = linked(tmp_path / "out.parquet", {"甲": tmp_path / "1.xlsx", "乙": cut, "丙": whole})
    assert [persons["甲", at] for at in range(40)] == [persons["丙", at] for at in range(40)]
    assert report.persons <= 40 + 1  # of ten texts one may hold


def test_a_number_dragged_down_makes_nobody_somebody_else(tmp_path: Path) -> None:
    """The line below has another name, another phone, and of course the same firm."""
    rows, out = [f"李明,{ONE},13900000001,,甲厂", f"王芳,{ONE},13900000002,,甲厂"], tmp_path / "out.parquet"
    persons, report = linked(out, {"甲": written(tmp_path / "1.csv", *rows)})
    assert (len(set(persons.values())), report.review) == (2, 1)
    shared = written(tmp_path / "2.csv", rows[0], rows[1].replace("0002", "0001"))
    persons, report = linked(out, {"甲": shared})
    assert (len(set(persons.values())), report.review) == (1, 2)


@pytest.mark.parametrize(
    ("one", "other", "is_looked_at"),
    [
        ("王建国,,13900000001,1985-03-15,甲厂", "王建军,,13900000002,1985-03-15,甲厂", True),
        ("欧阳修远,,13900000001,,甲厂", "欧阳修远,,13900000002,,甲厂", True),
        ("欧阳修远,,13900000001,1985-03-15,甲厂", "欧阳修元,,13900000001,1985-03-15,甲厂", False),
    ],
)
def test_names_that_differ_are_looked_at_unless_a_phone_speaks(
    tmp_path: Path, one: str, other: str, is_looked_at: bool
) -> None:
    """Twins at one firm; two of one name there whose phones differ; a name misspelt beside the same phone."""
    persons, report = linked(tmp_path / "out.parquet", {"甲": written(tmp_path / "1.csv", one, other)})
    assert len(set(persons.values())) == 1
    assert bool(report.review) == is_looked_at


def test_one_list_with_numbers_knows_the_people_of_one_without(tmp_path: Path) -> None:
    """That no number stands twice says that there is one such list, and not that the lists share nobody."""
    names = [f"{chr(0x4E00 + at)}{chr(0x5E00 + at)}{chr(0x6E00 + at)}" for at in range(300)]
    first = [f"{name},{number(at + 1)},139{at:08d},,厂{at % 20}" for at, name in enumerate(names)]
    second = [f"{name},,,,厂{at % 20}" for at, name in enumerate(names)]
    lists = {"甲": written(tmp_path / "1.csv", *first), "乙": written(tmp_path / "2.csv", *second)}
    persons, _ = linked(tmp_path / "out.parquet", lists)
    assert sum(persons["甲", at] == persons["乙", at] for at in range(300)) > 290


def test_a_birthday_that_is_typed_where_none_is_known_is_nobodys(tmp_path: Path) -> None:
    """Of one firm six hundred without a number, all born on the first day of 1970."""
    rows = [f"{chr(0x4E00 + at)}{chr(0x5E00 + at % 7)},,,1970-01-01,甲厂" for at in range(600)]
    persons, _ = linked(tmp_path / "out.parquet", {"甲": written(tmp_path / "1.csv", *rows)})
    assert len(set(persons.values())) == 600
