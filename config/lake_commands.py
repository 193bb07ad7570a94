"""`jiangtai lake refresh | rebuild | status`: the columnar copy that figures are computed from."""

import argparse

from django.core.management import CommandError

from jiangtai import lake
from jiangtai.kernel import clock


def run(chosen: argparse.Namespace) -> None:
    """Run one of them."""
    try:
        {"refresh": _refresh, "rebuild": _rebuild, "status": _status}[chosen.act]()
    except lake.Busy as error:
        raise CommandError(str(error)) from error


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
