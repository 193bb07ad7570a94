"""What the room does by itself: compute the board after the lake was refreshed."""

from jiangtai.kernel import clock, jobs


@jobs.job(name="indicators.board", label="计算指标", cron="2-59/5 * * * *", lock="indicators.board")
def compute_board() -> None:
    """Once for every position and day; without a lake there is nothing to compute."""
    from jiangtai import lake

    from . import board
    from .periods import Frame, Period

    today = clock.today()
    try:
        board.prepare(lake.opened(), Frame(Period.month_of(today), today))
    except lake.NoLake:
        return
