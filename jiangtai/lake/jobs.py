"""What the lake does by itself: follow the ledger."""

from jiangtai.kernel import jobs


@jobs.job(name="lake.refresh", label="刷新数据副本", cron="*/5 * * * *", lock="lake.refresh")
def refresh_lake() -> None:
    """Take over what the ledger placed; while somebody else does, there is nothing to do."""
    from . import manifest, refreshing  # the engine is loaded only by whoever uses it

    try:
        refreshing.refresh()
    except manifest.Busy:
        return
