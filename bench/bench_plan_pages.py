"""A plan of a thousand measures in the office: read in, opened over HTTP, taken out as a table, compared."""

import argparse
import io
import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

from bench_plan import UNITS, lines
from bench_units import officer
from served import Browser, home, load, ms, serve, share, table

TIMES, WARM = 10, 2
SINCE = date(2026, 1, 1)


def main() -> None:
    """Make it, open it, change it, and print what each took."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--measures", type=int, default=1_000)
    asked = words.parse_args()
    print(f"{asked.measures:,} measures. {load()}")
    with home() as folder:
        rows, plan, measure, session = _acts(asked.measures)
        with serve(folder) as server:
            rows += _pages(server.port, plan, measure, session)
    table(("what", "seconds", "times"), rows)


def _acts(measures: int) -> tuple[list[tuple[Any, ...]], Any, Any, str]:
    from jiangtai.access import Account, Unit, acting_as, acting_as_job, units
    from jiangtai.domains.reform.actions import plans
    from jiangtai.domains.reform.queries import sheets, versions
    from jiangtai.domains.reform.rules.sheets import differences

    with acting_as_job("bench"):
        root = units.found(kind=Unit.Kind.DISTRICT, name="某区", parent=None, code="519901")
        for name in UNITS[:-1]:
            units.found(kind=Unit.Kind.DEPARTMENT, name=name, parent=root)
    session = officer("office", "group_office", SimpleNamespace(id=root.pk))
    rows: list[tuple[Any, ...]] = []

    def timed(label: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = act()
        rows.append((label, f"{time.perf_counter() - began:.2f}", 1))
        print(*rows[-1], flush=True)
        return found

    text = "\n".join(lines(measures))
    with acting_as(Account.objects.get(username="office")):
        plan = timed("read a text into a draft", lambda: plans.draft(text, since=SINCE))
        content = timed("write the table of duties", lambda: sheets.workbook(plan).read())
        read = timed(
            "read it again and compare", lambda: differences(sheets.told(plan), sheets.read(io.BytesIO(content)))
        )
        assert read == [], read[:3]
        plan = timed("confirm it, tasks handed out", lambda: plans.confirm(plan))
        new = timed(
            "read a new version beside it",
            lambda: plans.draft(text.replace("全年不少于", "全年至少"), since=SINCE, replaces=plan),
        )
        timed("compare both word by word", lambda: [one.words() for one in versions.compared(new)])
        draft = plans.draft(text, since=SINCE)
    return rows, draft.pk, draft.measures.first().pk, session


def _pages(port: int, plan: Any, measure: Any, session: str) -> list[tuple[Any, ...]]:
    browser, at = Browser(port), f"/office/reform/plans/{plan}/"
    browser.cookies["jiangtai"] = session
    found = []
    for label, path in (
        ("open the reading page", f"{at}read/"),
        ("its last screen", f"{at}read/?page=20"),
        ("only what lacks a day", f"{at}read/?lack=deadline"),
        ("open the table of measures", at),
        ("find words in the measures", f"{at}?q=%E6%8A%80%E8%83%BD%E7%AB%9E%E8%B5%9B"),
        ("open one measure", f"/office/reform/measures/{measure}/"),
        ("ask whether it can be confirmed", f"{at}confirm/"),
    ):
        took = []
        for number in range(TIMES + WARM):
            answer = browser.get(path)
            assert answer.status == 200, (path, answer.status, answer.where)
            if number >= WARM:
                took.append(answer.took)
        found.append((f"{label} (p50 / p95 ms)", f"{ms(share(took, 50))} / {ms(share(took, 95))}", TIMES))
    return found


if __name__ == "__main__":
    main()
