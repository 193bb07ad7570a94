"""What the ledger does by itself: place and seal what was written."""

from django.db import connection

from jiangtai.kernel import jobs

from . import seals, write


@jobs.job(name="ledger.seal", label="封存账本", cron="* * * * *", lock="ledger.seal")
def seal_ledger() -> None:
    """Give new facts their positions and seal the tree; have the next month's table ready."""
    with connection.cursor() as cursor:
        write.open_months(cursor)
    seals.seal()
