"""What the room does by itself: compute board and answers after a refresh, write long lists, let them expire."""

from uuid import UUID

from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, jobs

_AT_ONCE = 100
"""So many questions are compiled each time, some four seconds; all of them are within half an hour."""


@jobs.job(name="indicators.board", label="计算指标", cron="2-59/5 * * * *", lock="indicators.board")
def compute_board() -> None:
    """Once for every position and day, then some of the questions that pages will ask; nothing without a lake."""
    from jiangtai import lake

    from . import answers, board, computing
    from .periods import Frame, Period

    today = clock.today()
    frame = Frame(Period.month_of(today), today)
    try:
        board.prepare(lake.opened(), frame)
        answers.prepare(lake.opened(), frame)
    except lake.NoLake:
        return
    computing.compile_all(frame, _AT_ONCE)


@jobs.job(name="indicators.write_export", label="生成导出的明细", retries=2)
def write_export(export: str) -> None:
    """One long list, as soon as somebody asked for it."""
    from . import exporting
    from .pages.sheets import sheet_of

    exporting.write(UUID(export), sheet_of)


@jobs.job(name="indicators.expire_exports", label="清除到期的导出明细", cron="45 2 * * *", lock="indicators.exports")
def expire_exports() -> None:
    """Files that have lain here long enough go."""
    from . import exporting

    with acting_as_job("导出"):
        exporting.expire()
