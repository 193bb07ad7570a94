"""Ids given out before: whose they are says the row's content, never its place in another file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jiangtai.people.linking import LinkingError, columns, kept, link

from .lists import linked, number, scores, written

ONE, TWO, THREE = number(901), number(903), number(905)
ZHANG, LI, WANG = f"张三,{ONE},,,", f"李四,{TWO},,,", f"王五,{THREE},,,"


@pytest.mark.parametrize("is_kept", [True, False])
def test_next_months_list_under_the_same_name_is_another_list(tmp_path: Path, is_kept: bool) -> None:
    """Whoever moved up a line keeps the own id, and who is new gets a new one."""
    january, february = (tmp_path / f"{name}.csv" for name in ("jan", "feb"))
    before, _ = linked(tmp_path / "1.parquet", {"社保": written(january, ZHANG, LI)})
    if not is_kept:
        (tmp_path / "1.parquet.kept").unlink()
    after, _ = linked(tmp_path / "2.parquet", {"社保": written(february, LI, WANG)}, tmp_path / "1.parquet")
    assert after["社保", 0] == before["社保", 1]
    assert after["社保", 1] not in before.values()


def test_a_list_written_over_keeps_its_people(tmp_path: Path) -> None:
    """The same name and the same path with new content, beside a list that stayed as it was."""
    path, other = tmp_path / "社保.csv", written(tmp_path / "工会.csv", WANG, "孙七,,,,")
    before, _ = linked(tmp_path / "1.parquet", {"社保": written(path, ZHANG, LI), "工会": other})
    written(path, LI, WANG, ZHANG)
    after, _ = linked(tmp_path / "2.parquet", {"社保": path, "工会": other}, tmp_path / "1.parquet")
    assert [after["社保", row] for row in range(3)] == [before["社保", 1], before["工会", 0], before["社保", 0]]
    assert [after["工会", row] for row in range(2)] == [before["工会", row] for row in range(2)]


def test_two_earlier_months_of_one_name_are_two_lists(tmp_path: Path) -> None:
    """Each result's rows are counted in its own file."""
    january, february = written(tmp_path / "jan.csv", ZHANG, LI), written(tmp_path / "feb.csv", WANG, ZHANG)
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    before, _ = linked(first, {"社保": january})
    between, _ = linked(second, {"社保": february}, first)
    for one in tmp_path.glob("*.kept"):
        one.unlink()
    march = written(tmp_path / "mar.csv", LI, WANG)
    after, _ = linked(tmp_path / "3.parquet", {"社保": march}, first, second)
    assert [after["社保", row] for row in range(2)] == [before["社保", 1], between["社保", 0]]


def test_a_result_that_others_build_upon_is_asked_for(tmp_path: Path) -> None:
    """Only the newest of three is given: whoever is in the first alone would be somebody new, and nobody would know."""
    files = [tmp_path / f"{at}.parquet" for at in (1, 2, 3)]
    linked(files[0], {"社保": written(tmp_path / "1.csv", ZHANG)})
    linked(files[1], {"工会": written(tmp_path / "2.csv", LI)}, files[0])
    delta, told = {"税务": written(tmp_path / "3.csv", WANG)}, list[str]()
    link(delta, files[2], (files[1],), told.append)
    assert [one for one in told if "1.parquet 没有一并给出" in one]
    told.clear()
    link(delta, files[2], (files[0], files[1]), told.append)
    assert not [one for one in told if "没有一并给出" in one]


def test_the_very_same_list_keeps_every_row(tmp_path: Path) -> None:
    """Also rows that say too little to be met."""
    path = written(tmp_path / "社保.csv", "孙七,,,,", "孙七,,,,", LI)
    before, _ = linked(tmp_path / "1.parquet", {"社保": path})
    after, _ = linked(tmp_path / "2.parquet", {"社保": path}, tmp_path / "1.parquet")
    assert after == before


def test_a_missing_list_is_told_before_anything_is_compared(tmp_path: Path) -> None:
    """Its name was used before, its file is not there."""
    from jiangtai.people.linking import LinkingError

    link({"社保": written(tmp_path / "jan.csv", ZHANG)}, tmp_path / "1.parquet")
    with pytest.raises(LinkingError, match=r"没有文件.*feb\.csv"):
        link({"社保": tmp_path / "feb.csv"}, tmp_path / "2.parquet", (tmp_path / "1.parquet",))


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_number_may_come_later_than_the_person(tmp_path: Path, is_kept: bool) -> None:
    """Known by name, phone and birthday; the next list brings the number; a namesake's number stays the namesake's."""
    known = written(tmp_path / "1.csv", "欧阳修远,,13900000001,1985-03-15,", "孙七,,13900000003,1990-01-01,")
    before, _ = linked(tmp_path / "1.parquet", {"社保": known})
    if not is_kept:
        (tmp_path / "1.parquet.kept").unlink()
    delta = written(
        tmp_path / "2.csv",
        f"欧阳修远,{ONE},13900000001,1985-03-15,",
        f"欧阳修远,{number(907, '19710109')},13900000002,1971-01-09,",
    )
    after, _ = linked(tmp_path / "2.parquet", {"工会": delta}, tmp_path / "1.parquet")
    assert after["工会", 0] == before["社保", 0] != after["工会", 1]
    third, _ = linked(
        tmp_path / "3.parquet",
        {"税务": written(tmp_path / "3.csv", f"欧阳修远,{ONE},,,")},
        *(tmp_path / f"{one}.parquet" for one in "12"),
    )
    assert third["税务", 0] == before["社保", 0]


def test_who_has_a_number_is_given_no_second_one(tmp_path: Path) -> None:
    """Two new numbers alike to one person known without any: none of them is surely that person's."""
    known = written(tmp_path / "1.csv", "欧阳修远,,13900000001,1985-03-15,")
    before, _ = linked(tmp_path / "1.parquet", {"社保": known})
    rows = [f"欧阳修远,{one},13900000001,1985-03-15," for one in (ONE, TWO)]
    after, _ = linked(tmp_path / "2.parquet", {"工会": written(tmp_path / "2.csv", *rows)}, tmp_path / "1.parquet")
    assert after["工会", 0] != after["工会", 1]
    assert sum(person in before.values() for person in after.values()) <= 1


def test_who_has_a_number_by_another_result_is_given_no_second_one(tmp_path: Path) -> None:
    """The row that brought the number says nothing else of what the new one says."""
    first, second, third = (tmp_path / f"{at}.parquet" for at in (1, 2, 3))
    before, _ = linked(first, {"社保": written(tmp_path / "1.csv", "欧阳修远,,13900000001,1985-03-15,甲厂")})
    linked(second, {"工会": written(tmp_path / "2.csv", f"欧阳修源,{ONE},13900000001,1985-03-15,甲厂")}, first)
    moved = written(tmp_path / "3.csv", f"欧阳修源,{ONE},13900000002,1985-03-15,乙厂")
    also, _ = linked(third, {"税务": moved}, first, second)
    assert also["税务", 0] == before["社保", 0]
    other = written(tmp_path / "4.csv", f"欧阳修远,{number(903, '19850316')},13900000001,1985-03-16,甲厂")
    after, _ = linked(tmp_path / "4.parquet", {"院校": other}, first, third)
    assert after["院校", 0] != before["社保", 0]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_number_under_another_name_joins_nobody_known(tmp_path: Path, is_kept: bool) -> None:
    """As in one run: two persons, and the doubtful row can be found by its score."""
    known = written(tmp_path / "1.csv", f"王秀英,{ONE},13900000001,1985-03-15,甲厂")
    before, _ = linked(tmp_path / "1.parquet", {"社保": known})
    if not is_kept:
        (tmp_path / "1.parquet.kept").unlink()
    other = written(
        tmp_path / "2.csv",
        f"赵铁柱,{ONE},13900000002,1971-01-09,乙厂",
        f"王秀英,{ONE},,,",
        f"赵铁柱,{ONE},13900000002,1971-01-09,乙厂",
    )
    out = tmp_path / "2.parquet"
    after, report = linked(out, {"工会": other}, tmp_path / "1.parquet")
    assert after["工会", 1] == before["社保", 0]
    assert after["工会", 0] == after["工会", 2] != before["社保", 0]
    one = written(tmp_path / "3.csv", f"赵铁柱,{ONE},13900000002,1971-01-09,乙厂")
    after, report = linked(out, {"工会": one}, tmp_path / "1.parquet")
    assert (report.persons, report.review) == (1, 1)
    assert after["工会", 0] not in before.values()
    assert [score < 0.9 for score in scores(out)] == [True]


def test_a_row_without_margin_is_taken_at_its_word(tmp_path: Path) -> None:
    """A result saved anew by another program says no more which file it was made from; its rows still have ids."""
    path = written(tmp_path / "1.csv", "孙七,,,,", "周八,,,,")
    before, _ = linked(tmp_path / "1.parquet", {"社保": path})
    pq.write_table(pq.read_table(tmp_path / "1.parquet").replace_schema_metadata(None), tmp_path / "bare.parquet")
    said: list[str] = []
    link({"社保": path}, tmp_path / "2.parquet", (tmp_path / "bare.parquet",), said.append)
    assert [row["person"] for row in pq.read_table(tmp_path / "2.parquet").to_pylist()] == list(before.values())
    assert any("bare.parquet" in one for one in said)


def test_a_masked_number_speaks_beside_what_was_kept_as_beside_a_list(tmp_path: Path) -> None:
    """It shows the place and the last four; the lists are gone."""
    mask, prior = f"{TWO[:6]}********{TWO[-4:]}", tmp_path / "1.parquet"
    known = written(tmp_path / "1.csv", f"欧阳修远,{ONE},,,", f"周八,{mask},,,")
    before, _ = linked(prior, {"社保": known})
    known.unlink()
    rows = (f"欧阳修远,{ONE[:6]}********{ONE[-4:]},,,", f"周八,{mask},,,")
    after, _ = linked(tmp_path / "2.parquet", {"工会": written(tmp_path / "2.csv", *rows)}, prior)
    assert list(after.values()) == list(before.values())


@pytest.mark.parametrize("said", [b"", b"PAR1 of an earlier version", b"jiangtai columns 1\n" + b"\xff" * 8])
def test_what_cannot_be_read_of_what_was_kept_is_not_believed(tmp_path: Path, said: bytes) -> None:
    """Then the lists themselves are read; where they are gone, that is told."""
    known, prior = written(tmp_path / "1.csv", ZHANG), tmp_path / "1.parquet"
    before, _ = linked(prior, {"社保": known})
    (tmp_path / "1.parquet.kept").write_bytes(said)
    delta, told = written(tmp_path / "2.csv", ZHANG), list[str]()
    after, _ = linked(tmp_path / "2.parquet", {"工会": delta}, prior)
    assert list(after.values()) == list(before.values())
    known.unlink()
    link({"工会": delta}, tmp_path / "3.parquet", (prior,), told.append)
    assert any("没有可用的 .kept" in one for one in told)


def test_a_table_that_says_only_who_is_refused(tmp_path: Path) -> None:
    """Neither whose rows they are nor anything by which they could be known."""
    from jiangtai.people.linking import LinkingError

    pq.write_table(pa.table({"person": ["1"]}), tmp_path / "1.parquet")
    with pytest.raises(LinkingError, match="要有 source、row、person"):
        link({"社保": written(tmp_path / "1.csv", ZHANG)}, tmp_path / "2.parquet", (tmp_path / "1.parquet",))


def test_who_has_no_name_is_nobodys_namesake(tmp_path: Path) -> None:
    """Of what is missing there is no digest either."""
    before, _ = linked(
        tmp_path / "1.parquet", {"社保": written(tmp_path / "1.csv", ",,13900000001,,", ",,,1985-03-15,")}
    )
    rows = (",,13900000002,,", ",,,1985-03-16,")
    after, _ = linked(tmp_path / "2.parquet", {"工会": written(tmp_path / "2.csv", *rows)}, tmp_path / "1.parquet")
    assert not set(before.values()) & set(after.values())


def test_a_damaged_number_is_known_by_its_writing_and_by_the_number_that_comes_later(tmp_path: Path) -> None:
    """As in one run; a name alone would join nobody."""
    swapped, slip = f"{ONE[:10]}{ONE[11]}{ONE[10]}{ONE[12:]}", f"{TWO[:-1]}{'0' if TWO[-1] != '0' else '1'}"
    prior = tmp_path / "1.parquet"
    lines = (f"孙七,{swapped},,,", f"周八,{slip},,,", "吴九,,,,")
    before, _ = linked(prior, {"社保": written(tmp_path / "1.csv", *lines)})
    rows = (f"孙七,{swapped},,,", f"周八,{TWO},,,", f"吴九,{THREE},,,")
    after, _ = linked(tmp_path / "2.parquet", {"工会": written(tmp_path / "2.csv", *rows)}, prior)
    assert [after["工会", row] == before["社保", row] for row in range(3)] == [True, True, False]


def test_who_shares_only_a_phone_under_a_number_is_looked_at_beside_what_was_kept(tmp_path: Path) -> None:
    """As in one run: that the number's owner is sure makes nobody else so."""
    prior, out = tmp_path / "1.parquet", tmp_path / "2.parquet"
    before, _ = linked(prior, {"社保": written(tmp_path / "1.csv", f"张三丰,{ONE},,,")})
    rows = (f"张三丰,{ONE},13900000001,,", f"李四光,{ONE},13900000001,,")
    after, _ = linked(out, {"工会": written(tmp_path / "2.csv", *rows)}, prior)
    assert after["工会", 0] == before["社保", 0]
    assert [score < 0.9 for score in scores(out)] == [False, True]


def test_those_who_know_one_another_count_nobody_twice(tmp_path: Path) -> None:
    """A result that a delta made keeps only whom no earlier one has."""
    results: list[Path] = []
    for at, lines in enumerate([(ZHANG, LI, "孙七,,,,"), (LI, WANG), (ZHANG, WANG, "周八,,,,")]):
        linked(out := tmp_path / f"{at}.parquet", {f"{at}": written(tmp_path / f"{at}.csv", *lines)}, *results)
        results.append(out)
    told = [columns.Reader(kept.beside(one)).told["weights"] for one in results]
    assert [one["persons"] - one["unseen"] for one in told] == [2, 1, 1], "of the first those with a number"


def test_what_was_kept_of_a_result_goes_with_it(tmp_path: Path) -> None:
    """Written anew beside another earlier one it is another."""
    path, prior, out = written(tmp_path / "1.csv", ZHANG), tmp_path / "0.parquet", tmp_path / "1.parquet"
    linked(prior, {"社保": written(tmp_path / "0.csv", LI)})
    linked(out, {"工会": path})
    salts = {columns.Reader(kept.beside(out)).told["salt"]}

    linked(out, {"工会": path}, prior)
    salts.add(columns.Reader(kept.beside(out)).told["salt"])
    assert len(salts) == 2


def test_a_folder_called_like_a_column_gives_nobody_an_id(tmp_path: Path) -> None:
    folder = tmp_path / "person=abc"
    folder.mkdir()
    before, _ = linked(folder / "1.parquet", {"社保": written(folder / "1.csv", ZHANG, LI)})
    after, _ = linked(folder / "2.parquet", {"工会": written(folder / "2.csv", LI, WANG)}, folder / "1.parquet")
    assert after["工会", 0] == before["社保", 1] and after["工会", 1] not in before.values()


def test_a_result_of_nobody_may_be_known(tmp_path: Path) -> None:
    none, some = tmp_path / "0.parquet", tmp_path / "1.parquet"
    linked(none, {"空": written(tmp_path / "0.csv")})
    before, _ = linked(some, {"社保": written(tmp_path / "1.csv", ZHANG)})
    after, _ = linked(tmp_path / "2.parquet", {"工会": written(tmp_path / "2.csv", LI, ZHANG)}, some, none)
    assert after["工会", 1] == before["社保", 0]


def test_a_result_that_cannot_be_written_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, lists = tmp_path / "1.parquet", {"社保": written(tmp_path / "1.csv", ZHANG)}
    linked(out, lists)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("1.parquet*")}
    for full in ("jiangtai.people.linking.kept.columns.Writer.end", "jiangtai.people.linking.earlier.os.path.relpath"):
        with monkeypatch.context() as patch:
            patch.setattr(full, _is_full)
            with pytest.raises(LinkingError, match="没有算完"):
                link({"社保": written(tmp_path / "2.csv", ZHANG, LI)}, out)
        assert {path.name: path.read_bytes() for path in tmp_path.glob("*1.parquet*")} == before


def _is_full(*_: object) -> None:
    raise OSError(28, "No space left on device")
