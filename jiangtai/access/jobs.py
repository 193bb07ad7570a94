"""What access does by itself: seal the audit, and clear sessions that ran out."""

from django.core.management import call_command

from jiangtai.kernel import jobs

from . import audit


@jobs.job(name="access.seal_audit", label="封存审计", cron="*/2 * * * *", lock="access.seal_audit")
def seal_audit() -> None:
    """Give new audit entries their positions and seal the tree."""
    audit.seal()


@jobs.job(name="access.clear_sessions", label="清理过期登录", cron="20 19 * * *", lock="access.clear_sessions")
def clear_sessions() -> None:
    """Drop sessions that ran out."""
    call_command("clearsessions")
