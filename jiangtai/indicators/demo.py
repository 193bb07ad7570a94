"""What the demo shows of figures: targets with lights, others' claims beside ours, a published table, a long list."""

import csv
import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai import lake, people
from jiangtai.access import Account, Unit, acting_as
from jiangtai.kernel import clock

from . import claims, computing, exporting, publishing, targets
from .models import Target
from .periods import Frame, Period

_TARGETS = {
    "register.members": 1.08, "register.union_coverage": 1.02, "register.college_share": 1.2, "honors.named": 1.1,
    "honors.holders": 0.9, "work.on_time": 1.0, "honors.provincial_holders": 1.6,
}  # fmt: skip
"""By which factor of what is computed now the targets lie."""
_LISTED, _FEW = 20, 6
_DOCUMENT = "锦川产改〔2026〕1号（演示）"


def fill(clerk: Account, top: Unit) -> None:
    """Once: what is there already stays."""
    if Target.unscoped.filter(document=_DOCUMENT).exists():
        return
    today, at = clock.today(), lake.opened()
    frame = Frame(Period.parse(str(today.year)), today)
    with acting_as(clerk):
        for unit in [top, *Unit.objects.filter(parent=top, kind=Unit.Kind.STREET).order_by("path")[:2]]:
            _set_targets(at, unit, frame)
        _claim(at, top, frame)
        over = Frame(Period.month_of(today).before, today)
        publishing.publish(at, computing.named("register.workers"), top.number, over, publishing.NESTED)
        exporting.order("register.workers", top.number, top.name, frame)


def _set_targets(at: lake.Lake, unit: Unit, frame: Frame) -> None:
    for key, factor in _TARGETS.items():
        one = computing.named(key)
        value = computing.computed(at, one, unit.number, frame).value or 0
        goal = min(value * factor, 100) if one.measure.is_ratio else value * factor
        targets.set_target(key, unit, frame.period.first.year, Decimal(round(goal)), document=_DOCUMENT)


def _claim(at: lake.Lake, top: Unit, frame: Frame) -> None:
    """A number that differs, and one firm's list: two of ours are not on it, a stranger is."""
    one, period = computing.named("register.members"), frame.period.text
    value = computing.computed(at, one, top.number, frame).value or 0
    claims.enter_claim(one.key, top, period, "区统计局", Decimal(round(value * 1.05)), document="工会统计年报（演示）")
    firms = Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, state=Unit.State.ACTIVE).order_by("path")
    found = ((firm, list(people.workers_of(firm).order_by("pk")[:_LISTED])) for firm in firms[:200])
    firm, workers = next(((firm, rows) for firm, rows in found if len(rows) >= _FEW), (None, []))
    if firm is None:
        return
    names = [one.card.name for one in workers[2:]] + ["司空无名"]
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["姓名", "单位"], *([name, firm.name] for name in names)])
    upload = SimpleUploadedFile("参保名单.csv", sheet.getvalue().encode("utf-8-sig"))
    claims.enter_claim(
        "register.workers", firm, period, "区人社局", len(names), document="参保名单（演示）", names=upload
    )
