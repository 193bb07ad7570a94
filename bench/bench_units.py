"""The unit tree at 500,000 units beside 5,000, over HTTP as signed-in officers: open, find, list, move, merge."""

import argparse
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote

from served import Answer, Browser, Server, home, load, ms, serve, share, table

SIZES = (5_000, 500_000)
TIMES, FEW = 30, 10
DIVISION = "519901"
STREETS, PARKS = 40, 20
AREAS = ("锦川", "锦河", "望桥", "浣溪", "簇锦", "玉泉", "晋阳", "云栈")
FIRST = "华天金新中大宏盛鑫恒泰瑞丰德信诚昌隆永兴安康嘉利达通联合创远东方明正源泉"
SECOND = "盛达和顺祥辉腾飞翔宇邦凯博越峰岳海洋江川林森泽润成功启航精工匠心卓立"
TRADES = (
    *("精密机械", "电子科技", "汽车零部件", "食品", "医疗器械", "新材料", "服装", "物流", "轨道装备", "软件"),
    *("印务", "建筑工程", "冷链", "水务", "照明", "航空维修", "家具", "化工", "环保", "仪器仪表"),
    *("餐饮管理", "文化传播", "劳务", "园林", "纺织", "模具", "铸造", "光电", "生物", "能源"),
)
UNIT_COLUMNS = (
    "id, made_at, number, tree, kind, rank, name, short_name, pinyin, initials, code, parent_id, path, serves_id,"
    " state, address, telephone"
)
VERSION_COLUMNS = "id, made_at, unit_id, change, since, name, parent_id, code, reason, by_name"
ENDINGS = ("有限公司", "有限责任公司", "股份有限公司")


@dataclass
class Row:
    """A unit to be, before it has a place in the table."""

    number: int
    kind: str
    name: str
    short: str = ""
    parent: "Row | None" = None
    code: str = ""
    serves: "Row | None" = None
    path: str = ""
    id: Any = None
    spelled: tuple[str, str] = ("", "")


@dataclass
class District:
    """What was generated, as far as the requests need it."""

    size: int
    rows: list[Row] = field(default_factory=list)
    root: Row | None = None
    street: Row | None = None  # with a sixteenth of all units right under it: 30,000 of 500,000
    other_street: Row | None = None
    park: Row | None = None  # with 20,000 of 500,000 below it
    empty_park: Row | None = None


def names() -> Iterator[str]:
    """Invented firms, none twice, in no order."""
    marks = [a + b for a in FIRST for b in SECOND]
    every = itertools.product(AREAS, TRADES, marks)
    found = list(every)
    random.Random(2026).shuffle(found)
    for area, trade, mark in found:
        yield f"{area}{mark}{trade}"


def generate(size: int) -> District:
    """Both trees in four to six levels: half firms under streets and parks, half their unions."""
    from jiangtai.access import Unit

    made, kind, name = District(size), Unit.Kind, names()
    spell = speller()

    def unit(kind: str, full: str, parent: Row | None, short: str = "", code: str = "", **more: Any) -> Row:
        row = Row(len(made.rows) + 1, kind, full, short, parent, code, **more)
        place(row, spell)
        made.rows.append(row)
        return row

    made.root = unit(kind.DISTRICT, "锦川区", None, "锦川区", DIVISION)
    group = unit(kind.LEADING_GROUP, "锦川区产业工人队伍建设改革工作领导小组", made.root, "区产改领导小组")
    unit(kind.GROUP_OFFICE, "锦川区产业工人队伍建设改革工作领导小组办公室", group, "区产改办")
    for number in range(26):
        unit(kind.DEPARTMENT, f"区第{number + 1}部门", made.root)
    streets = [
        unit(kind.STREET, f"第{number + 1}街道办事处", made.root, f"第{number + 1}街道", f"{DIVISION}{number + 1:03d}")
        for number in range(STREETS)
    ]
    federation = unit(kind.UNION_FEDERATION, "锦川区总工会（工会）", None, "区总工会")
    unions = {
        one.number: unit(kind.UNION_FEDERATION, f"{one.short}总工会", federation, f"{one.short}工会", serves=one)
        for one in streets
    }
    parks = [
        unit(kind.PARK, f"{street.short}第{number + 1}功能区", street)
        for street in streets[1:]
        for number in range(PARKS)
    ]
    made.street, made.other_street, made.park = streets[0], streets[2], parks[0]
    made.empty_park = unit(kind.PARK, "筹建功能区", streets[3])
    if (size - len(made.rows)) % 2:
        unit(kind.PARK, "另一功能区", streets[4])
    firms = (size - len(made.rows)) // 2
    direct, in_park = firms * 12 // 100, firms * 8 // 100
    above = None
    for number in range(firms):
        label = next(name)
        if number < direct:
            parent = made.street
        elif number < direct + in_park:
            parent = made.park
        elif number % 8 < 6 or above is None:
            parent = parks[1 + number % (len(parks) - 1)]
        else:
            parent = above  # a subsidiary, and its branch
        short = label if number % 2 else ""
        firm = unit(kind.ENTERPRISE, label + ENDINGS[number % 3], parent, short, credit_code(number))
        above = firm if number >= direct + in_park else None
        street = next(one for one in up(firm) if one.kind == kind.STREET)
        unit(kind.BASIC_UNION, f"{label}工会委员会", unions[street.number], f"{label}工会", serves=firm)
    return made


def up(row: Row) -> Iterator[Row]:
    """A unit and those above it."""
    while row is not None:
        yield row
        row = row.parent  # type: ignore[assignment]


def place(row: Row, spell: Callable[[str], tuple[str, str]]) -> None:
    """Id, path and spelling, as `units.found` gives them."""
    from jiangtai.access.fields import label
    from jiangtai.kernel import new_id

    row.id = new_id()
    row.path = (row.parent.path if row.parent else "") + label(row.number)
    row.spelled = spell(row.short or row.name)


def speller() -> Callable[[str], tuple[str, str]]:
    """Pinyin by character, remembered: half a million names are made of a few hundred."""
    from jiangtai.kernel import pinyin

    known: dict[str, tuple[str, str]] = {}

    def spell(text: str) -> tuple[str, str]:
        for one in set(text) - known.keys():
            known[one] = pinyin.sort_key(one), pinyin.initials(one)
        whole, first = zip(*(known[one] for one in text), strict=True)
        return "".join(whole)[:400], "".join(first)[:120]

    return spell


def credit_code(number: int) -> str:
    """A credit code that no registry gave out, with a check character that fits."""
    from stdnum.cn import uscc

    body = f"91{DIVISION}MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def fill(made: District) -> float:
    """COPY it all, one version for each unit, and let the database look at what it holds; the seconds it took."""
    from django.db import connections

    from jiangtai.access import Unit
    from jiangtai.kernel import clock, new_id

    started, now = time.perf_counter(), clock.now()
    ranks = {kind: rank for rank, kind in enumerate(Unit.Kind.values)}
    with connections["owner"].cursor() as cursor:
        with cursor.copy(f"COPY access_unit ({UNIT_COLUMNS}) FROM STDIN") as copy:
            for row in made.rows:
                tree = "union" if "union" in row.kind else "administrative"
                parent, serves = (one.id if one else None for one in (row.parent, row.serves))
                head = (row.id, now, row.number, tree, row.kind, ranks[row.kind], row.name, row.short)
                copy.write_row((*head, *row.spelled, row.code, parent, row.path, serves, "active", "", ""))
        with cursor.copy(f"COPY access_unitversion ({VERSION_COLUMNS}) FROM STDIN") as copy:
            for row in made.rows:
                parent = row.parent.id if row.parent else None
                told = ("created", date(2026, 1, 1), row.name, parent, row.code, "", "")
                copy.write_row((new_id(), now, row.id, *told))
        cursor.execute("SELECT setval('access_unit_number', %s)", [len(made.rows) + 1])
        cursor.execute("VACUUM (ANALYZE) access_unit")
        cursor.execute("VACUUM (ANALYZE) access_unitversion")
    return time.perf_counter() - started


def officer(username: str, role: str, unit: Row) -> str:
    """An account with a role, and the key of a session of its own."""
    from django.contrib.sessions.backends.db import SessionStore

    from jiangtai.access import ROLES, Account, Unit, accounts, acting_as_job, grants

    with acting_as_job("bench"):
        at, account = Unit.unscoped.get(pk=unit.id), Account.objects.filter(username=username).first()
        if account is None:  # a home that was kept has it
            account, _ = accounts.open_account(username=username, name="经办", unit=at, duty=ROLES[role].duty)
            grants.grant(account, role, at, "bench")
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session["second_factor"] = True
    session.create()
    return session.session_key


@dataclass(frozen=True)
class Case:
    """One thing an officer does; `ask` does it for the nth time, `shows` must stand in the answer."""

    label: str
    ask: Callable[[Browser, int], Answer]
    shows: str = ""
    times: int = TIMES
    who: str = "root"
    warm: int = 3


def cases(made: District) -> list[Case]:
    """Everything that is timed, reading first: moves and mergers change what reading finds."""
    tree, listed, dice = "/office/units/tree/", "/office/units/", random.Random(1)
    firms = [row for row in made.rows if row.kind == "enterprise"]
    some = dice.sample(firms, 3 * TIMES)
    htmx = {"HX-Request": "true"}
    last = len([1 for row in made.rows if row.parent is made.street]) // 100 * 100 - 100
    pages = made.size // 50

    def get(path: str, **headers: str) -> Callable[[Browser, int], Answer]:
        return lambda browser, number: browser.get(path, **headers)

    def find(words: Callable[[Row], str]) -> Callable[[Browser, int], Answer]:
        def ask(browser: Browser, number: int) -> Answer:
            return browser.get(f"/search/?q={quote(words(some[number]))}", **{"HX-Target": "find-hits"})

        return ask

    def rest(number: int) -> Any:
        return made.empty_park

    def swinging(number: int) -> Any:
        return (made.other_street, made.park.parent)[number % 2]  # type: ignore[union-attr]

    def narrow(words: Callable[[Row], str]) -> Callable[[Browser, int], Answer]:
        return lambda browser, number: browser.get(f"{listed}?q={quote(words(some[number]))}")

    street = made.street.id  # type: ignore[union-attr]
    return [
        Case("tree: open", get(tree), "锦川区"),
        Case("tree: expand the district (40 streets)", get(f"{tree}?under={made.root.id}&level=2", **htmx), "第1街道"),
        Case("tree: expand the largest street", get(f"{tree}?under={street}&level=3", **htmx), "更多"),
        Case("tree: its next 100", get(f"{tree}?under={street}&from=100&level=3", **htmx), "更多"),
        Case("tree: its last 100", get(f"{tree}?under={street}&from={last}&level=3", **htmx), "treeitem"),
        Case("tree: expand the largest union", get(f"{tree}?under={_union(made).id}&level=2", **htmx), "更多"),
        Case("tree: without script, three branches open", get(f"{tree}?open={made.root.id}&open={street}"), "更多"),
        Case("find: initials, eight letters", find(lambda row: row.spelled[1][:8]), "units/"),
        Case("find: initials, two letters", find(lambda row: row.spelled[1][:2]), "units/"),
        Case("find: part of a name, common", find(lambda row: row.name[4:6]), "units/"),
        Case("find: part of a name, rare", find(lambda row: row.name[1:8]), "units/"),
        Case("find: a name that is nowhere", find(lambda row: row.name[1:4] + "镛"), ""),
        Case("find: code, whole", find(lambda row: row.code), "units/"),
        Case("find: code, first ten", find(lambda row: row.code[:10]), "units/"),
        Case("list: open, exact count", get(listed), f"{made.size:,}"),
        Case("list: second page", get(f"{listed}?page=2"), "单位"),
        Case("list: last page", get(f"{listed}?page={pages}"), "单位"),
        Case("list: sorted by code", get(f"{listed}?sort=-code"), "单位"),
        Case("list: sorted by kind", get(f"{listed}?sort=kind"), "单位"),
        Case("list: only firms in use", get(f"{listed}?kind=enterprise&state=active"), "单位"),
        Case("list: search initials", narrow(lambda row: row.spelled[1][:8]), "单位"),
        Case("list: search part of a name", narrow(lambda row: row.name[4:6]), "单位"),
        Case("list: search a rare name", narrow(lambda row: row.name[1:8]), "单位"),
        Case("unit page: a firm", lambda browser, number: browser.get(f"{listed}{some[number].id}/"), "基本情况"),
        Case("unit page: the largest street", get(f"{listed}{street}/"), "下级单位"),
        Case("street's officer: tree", get(tree), "第1街道", who="street"),
        Case("street's officer: list", get(listed), "单位", who="street"),
        Case("street's officer: part of a name", find(lambda row: row.name[4:6]), "", who="street"),
        Case("street's officer: initials", find(lambda row: row.spelled[1][:4]), "", who="street"),
        Case("move a firm", mover(some.__getitem__, rest), "已移动"),
        Case("move the park and all below it", mover(lambda number: made.park, swinging), "已移动", FEW, warm=0),
        Case(
            "merge a firm",
            merger(lambda number: some[TIMES + number], lambda number: made.empty_park),
            "已合并",
            warm=0,
        ),
        Case(
            "merge the park, all children at once",
            merger(lambda number: made.park, lambda number: made.empty_park),
            "已合并",
            1,
            warm=0,
        ),
    ]


def _union(made: District) -> Row:
    return next(row for row in made.rows if row.kind == "union_federation" and row.serves is made.street)


def mover(what: Callable[[int], Row], to: Callable[[int], Any]) -> Callable[[Browser, int], Answer]:
    """Move by the form, as an officer would."""
    return _form("move", "to", what, to)


def merger(what: Callable[[int], Row], into: Callable[[int], Any]) -> Callable[[Browser, int], Answer]:
    """Merge by the form."""
    return _form("merge", "into", what, into)


def _form(
    act: str, name: str, what: Callable[[int], Row], to: Callable[[int], Any]
) -> Callable[[Browser, int], Answer]:
    def send(browser: Browser, number: int) -> Answer:
        path = f"/office/units/{what(number).id}/{act}/"
        browser.get(path)
        chosen = {name: to(number).name, f"{name}_name": to(number).name, f"{name}_id": str(to(number).id)}
        return browser.post(path, **chosen, since="2026-11-21", reason="bench")

    return send


def run(case: Case, browser: Browser) -> list[float]:
    """Seconds of each request, every answer checked."""
    for number in range(case.warm):
        case.ask(browser, -1 - number)
    took = []
    for number in range(case.times):
        answer = case.ask(browser, number)
        if answer.status != 200 or case.shows not in answer.text:
            words = re.sub(r"<[^>]+>|\s+", " ", answer.text)
            raise SystemExit(f"{case.label}: {answer.status} without {case.shows!r}: {words[-800:]}")
        took.append(answer.took)
    return took


def measure(folder: Path, made: District, only: str) -> dict[str, list[float]]:
    """Every case on one size."""
    keys = {"root": officer("bench-root", "system_admin", made.root)}  # type: ignore[arg-type]
    keys["street"] = officer("bench-street", "unit_admin", made.street)  # type: ignore[arg-type]
    with serve(folder) as server:
        browsers = {who: _browser(server, key) for who, key in keys.items()}
        took = {case.label: run(case, browsers[case.who]) for case in cases(made) if only in case.label}
        check_paths()
    return took


def check_paths() -> None:
    """After all the moving, every unit's path is still its parent's and its own label."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM access_unit one JOIN access_unit above ON one.parent_id = above.id"
            " WHERE one.path <> above.path || right(one.path, 6)"
        )
        wrong = cursor.fetchone()[0]
    if wrong:
        raise SystemExit(f"{wrong} units are not where their parent is")


def _browser(server: Server, key: str) -> Browser:
    browser = server.browser()
    browser.cookies["jiangtai"] = key
    return browser


def tell(made: District, filled: float) -> None:
    """What was made."""
    levels = max(len(row.path) for row in made.rows) // 6
    direct = sum(1 for row in made.rows if row.parent is made.street)
    below = sum(1 for row in made.rows if row.path.startswith(made.park.path))  # type: ignore[union-attr]
    print(f"{len(made.rows):,} units on {levels} levels, copied in {filled:.0f} s:", end=" ")
    print(f"{direct:,} right under the largest street, {below:,} in the park that moves", flush=True)


def one_size(size: int, only: str) -> dict[str, list[float]]:
    """A home of its own, in a process of its own: Django knows one home at a time."""
    with home() as folder:
        made = generate(size)
        tell(made, fill(made))
        return measure(folder, made, only)


def main() -> None:
    """Small, then large, then beside one another."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    chosen.add_argument("--only", default="", help="the cases whose name holds this")
    asked = chosen.parse_args()
    print(f"The unit tree over HTTP, milliseconds p50 / p95. {load()}")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        found = {size: pool.submit(one_size, size, asked.only).result() for size in asked.sizes}
    rows = [
        (
            label,
            *(f"{ms(share(took[label], 50))} / {ms(share(took[label], 95))}" for took in found.values()),
            len(next(iter(found.values()))[label]),
        )
        for label in next(iter(found.values()))
    ]
    table(("what", *(f"{size:,}" for size in asked.sizes), "times"), rows)


if __name__ == "__main__":
    main()
