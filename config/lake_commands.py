"""`jiangtai lake refresh | rebuild | status`: the columnar copy that figures are computed from."""

import argparse
import sys

from django.core.management import CommandError

from jiangtai import lake
from jiangtai.kernel import clock

PATIENCE = 60
"""Seconds to wait for a refresh that is under way; after them the lake answers as it stands."""


def run(chosen: argparse.Namespace) -> None:
    """Run one of them."""
    try:
        {"refresh": _refresh, "rebuild": _rebuild, "status": _status}[chosen.act]()
    except lake.Busy as error:
        raise CommandError(str(error)) from error


def up_to_date() -> lake.Lake:
    """The lake with all that the ledger holds; while others write it for long, as it stands."""
    try:
        lake.refresh(PATIENCE)
    except lake.Busy as error:
        return as_it_stands(error)
    return lake.opened()


def as_it_stands(why: Exception) -> lake.Lake:
    """The lake without what came in since, and why, told beside whatever is printed."""
    at = lake.opened()
    print(f"{str(why).strip()}；现在按{moment(at)} 的副本计算", file=sys.stderr)
    return at


def moment(at: lake.Lake) -> str:
    """As of when it tells what it tells."""
    return f"北京时间 {at.at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"


def _refresh() -> None:
    _tell(lake.refresh())


def _rebuild() -> None:
    _tell(lake.rebuild())


def _tell(report: lake.Report) -> None:
    print(f"并入 {report.facts:,} 条，到账本第 {report.position + 1:,} 条，用时 {report.seconds:.1f} 秒")


def _status() -> None:
    found = lake.status()
    if found.at is None:
        print("数据副本还没有建立，请运行 jiangtai lake refresh")
        return
    at = found.at.astimezone(clock.OFFICE_ZONE)
    print(f"到账本第 {found.position + 1:,} 条，北京时间 {at:%Y-%m-%d %H:%M:%S}，占 {found.megabytes:,.1f} MB")
    print(f"落后 {found.behind:,} 条，{found.seconds:,.0f} 秒")
