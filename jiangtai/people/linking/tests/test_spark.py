"""Every question that linking asks is understood by Spark too, so that a province can run what an office tried.

No list is kept by hand: small lists are linked in every way there is, each question is taken down on its way to the
engine, and a function that none of these ways leads to fails the test.
"""

import inspect
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis.backends.sql.compilers import DuckDBCompiler
from ibis.config import Config

from jiangtai.people.linking import Facts, linker, meeting, repairing

from .lists import number, written

MODULES = [
    import_module(f"jiangtai.people.linking.{name}")
    for name in ("normal", "evidence", "weights", "meeting", "kept", "earlier", "files", "linker", "repairing")
]


class _Spark(Config):
    """What the compiler asks of Spark's own settings, which only a running Spark would bring."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = _Spark()


def _counted(patch: pytest.MonkeyPatch, run: set[str]) -> set[str]:
    """Have every function and method of the modules say when it is run; the names of all of them."""
    every: set[str] = set()

    def saying(one: Any) -> Any:
        name = f"{one.__module__}.{one.__qualname__}"
        every.add(name)

        @wraps(one)
        def said(*words: Any, **more: Any) -> Any:
            run.add(name)
            return one(*words, **more)

        return said

    owners: list[Any] = [*MODULES]
    owners += {one for module in MODULES for one in vars(module).values() if inspect.isclass(one) and _is_ours(one)}
    for owner in owners:
        for name, one in list(vars(owner).items()):
            if isinstance(one, (classmethod, staticmethod)):
                patch.setattr(owner, name, type(one)(saying(one.__func__)))
            elif isinstance(one, property):
                patch.setattr(owner, name, property(saying(one.fget)))
            elif hasattr(one, "__code__") and _is_ours(one) and not name.startswith("__"):
                patch.setattr(owner, name, saying(one))
    return every


def _is_ours(one: Any) -> bool:
    return one.__module__ in {module.__name__ for module in MODULES}


def _lists(folder: Path) -> dict[str, Path]:
    """One list of each kind of file, with every fault that the procedure has an answer to."""
    import xlsxwriter

    people = [(f"王{chr(0x4E00 + at)}{chr(0x5E00 + at)}", number(at), f"139{at:08d}") for at in range(80)]
    lines = [f"{name},{one},{phone},1985-03-15,甲厂" for name, one, phone in people]
    other = [
        f"{name},{'' if at % 3 else one[:-1] + '*'},{phone},1985-03-15,甲厂"
        for at, (name, one, phone) in enumerate(people)
    ]
    slips = [
        f"李明,{number(901)[:16]}{number(901)[17]},,1985-03-15,",
        f"赵铁柱,{number(5)},13700000001,1971-01-09,乙厂",
    ]
    slips += [f"王{chr(0x4E00 + at)}{chr(0x5E00 + at)},{number(at)[:6]}********{number(at)[-4:]},,," for at in range(3)]
    alone = ["欧阳修远,,13900000901,1990-01-01,丙厂"] * 2
    book = xlsxwriter.Workbook(folder / "3.xlsx")
    sheet = book.add_worksheet("名单")
    for at, row in enumerate([["某区名单"], ["姓名", "手机号", "联系电话"], ["欧阳修远", "", 13900000901.0]]):
        sheet.write_row(at, 0, row)
    book.close()
    pq.write_table(pa.table({"姓名": ["欧阳修远"], "手机号": ["13900000901"]}), folder / "4.parquet")
    (folder / "5.csv").write_bytes("姓名,身份证号\n张三,无\n".encode("gbk"))
    paths = {"甲": written(folder / "1.csv", *lines), "乙": written(folder / "2.csv", *other, *slips, *alone)}
    return paths | {"丙": folder / "3.xlsx", "丁": folder / "4.parquet", "戊": folder / "5.csv"}


def _link_in_every_way(folder: Path) -> None:
    lists, prior = _lists(folder), folder / "prior.parquet"
    linker.link(lists, prior)
    delta = written(
        folder / "delta.csv",
        f"欧阳修远,{number(911, '19900101')},13900000901,1990-01-01,丙厂",
        f"王{chr(0x4E00)}{chr(0x5E00)},,13900000000,1985-03-15,甲厂",
        f"钱六,{number(7)},13700000009,1971-01-09,戊厂",
        f"王{chr(0x4E05)}{chr(0x5E05)},{number(5)[:6]}********{number(5)[-4:]},,,",
    )
    linker.link({"己": delta}, folder / "by-kept.parquet", (prior,))
    linker.link({"辛": delta}, folder / "by-both.parquet", (prior, folder / "by-kept.parquet"))
    linker.link({"己": delta, "甲": lists["甲"]}, folder / "again.parquet", (prior,))
    (folder / "prior.parquet.kept").unlink()
    linker.link({"己": delta}, folder / "by-lists.parquet", (prior,))
    pq.write_table(
        pa.table({"姓名": ["欧阳修远"], "手机号": ["13900000901"], "person": ["1"]}), folder / "people.parquet"
    )
    linker.link({"己": delta}, folder / "by-people.parquet", (folder / "people.parquet",))
    wrong = [f"王{at},{number(at)[:-1]}{'0' if number(at)[-1] != '0' else '1'},,," for at in range(110)]
    linker.link({"庚": written(folder / "wrong.csv", *wrong)}, folder / "lenient.parquet")
    repairing._question.cache_clear()
    repairing.answers({0: number(3)[:-1] + "*"})
    meeting.nearest({0: Facts(name="李明")}, {1: Facts(name="李明")}, [(0, 1)], 1_000, {"name": {"李明": 2}})


@pytest.fixture(scope="module")
def taken_down(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], set[str]]:
    """Every question asked of the engine, and every function that was not run on the way."""
    asked: dict[Any, Any] = {}
    run: set[str] = set()
    spelled = DuckDBCompiler.to_sqlglot

    def take_down(self: Any, expression: Any, **more: Any) -> Any:
        asked[expression.op()] = expression
        return spelled(self, expression, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DuckDBCompiler, "to_sqlglot", take_down)
        every = _counted(patch, run)
        _link_in_every_way(tmp_path_factory.mktemp("spark"))
    return list(asked.values()), every - run


def test_it_compiles(taken_down: tuple[list[Any], set[str]]) -> None:
    """A function of the engine that Spark does not know would be refused here."""
    asked, _ = taken_down
    assert len(asked) > 100
    for expression in asked:
        assert "SELECT" in str(ibis.to_sql(expression, dialect="pyspark"))


def test_no_question_is_forgotten(taken_down: tuple[list[Any], set[str]]) -> None:
    """Every function was run by one of the ways, so that what it asks was taken down."""
    assert not taken_down[1]
