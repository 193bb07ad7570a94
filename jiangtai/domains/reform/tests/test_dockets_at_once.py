"""Of two who act on one docket at the same moment one is heard, and the other is told why not."""

from typing import Any

from django.core.exceptions import ValidationError

from jiangtai import ledger
from jiangtai.access import Account, Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import dockets as actions
from jiangtai.domains.reform.facts import DocketConfirmed, EntryDone, EntryDropped, EntryListed
from jiangtai.domains.reform.models import Confirmation, Docket, DocketEntry, DocketSet, Proof
from tests.office import Office, at_once

from .test_library_at_once import one_was_told


def made(twin: Office, title: str, *, begun: bool = True) -> Docket:
    with acting_as(twin.person("group_office")):
        one = actions.define(title, "", ["责任清单"])
        [docket] = one.dockets.all()
        actions.set_keepers(docket, [twin.units["局"]])
        if begun:
            actions.begin(one)
    return Docket.unscoped.select_related("set__unit").get(pk=docket.pk)


def entered(twin: Office, docket: Docket) -> DocketEntry:
    with acting_as(desk(twin)):
        return actions.enter(docket, twin.units["局"], matter())


def matter() -> actions.Matter:
    return actions.Matter("落实责任", None, None, {})


def desk(twin: Office) -> Account:
    return twin.person("liaison", "局")


def both(account: Account, act: Any, other: Any = None) -> list[Any]:
    """What came of it where one account does both at the same moment, from two windows."""

    def does(one: Any) -> Any:
        with acting_as(account):
            return one()

    return at_once(lambda: does(act), lambda: does(other or act))


def facts(kind: Any, subject: Any) -> int:
    with acting_as_job("测试"):
        return ledger.every(kind).of(subject).current().count()


def test_a_set_of_a_name_is_defined_once(twin: Office) -> None:
    found = both(twin.person("group_office"), lambda: actions.define("同时设的清单", "", ["责任清单"]))
    one_was_told(found, "同时设的清单")
    assert DocketSet.unscoped.filter(title="同时设的清单").count() == 1


def test_a_set_is_begun_once(twin: Office) -> None:
    one = made(twin, "同时启用的清单", begun=False).set
    one_was_told(both(twin.person("group_office"), lambda: actions.begin(one)), "已经启用")


def test_a_matter_is_entered_once(twin: Office) -> None:
    docket = made(twin, "同时填的清单")
    found = both(desk(twin), lambda: actions.enter(docket, twin.units["局"], matter()))
    one_was_told(found, "已在清单上")
    entry = DocketEntry.unscoped.get(docket=docket)
    assert facts(EntryListed, entry.pk) == 1


def test_a_docket_is_confirmed_once(twin: Office) -> None:
    docket = made(twin, "同时确认的清单")
    entered(twin, docket)
    one_was_told(both(desk(twin), lambda: actions.confirm(docket, twin.units["局"])), "不重复确认")
    assert Confirmation.objects.filter(docket=docket).count() == 1
    assert facts(DocketConfirmed, docket.pk) == 1


def test_a_matter_is_done_once(twin: Office) -> None:
    entry = entered(twin, made(twin, "同时完成的清单"))
    with acting_as(desk(twin)):
        actions.prove(entry, kind=Proof.Kind.PAPER, label="纪要", reference="办公室")
        today = entry.made_at.date()
    one_was_told(both(desk(twin), lambda: actions.finish(entry, today)), "已经完成")
    assert facts(EntryDone, entry.pk) == 1


def test_a_matter_is_taken_off_once(twin: Office) -> None:
    entry = entered(twin, made(twin, "同时移出的清单"))
    one_was_told(both(desk(twin), lambda: actions.remove(entry, "并入另一项")), "已经移出清单")
    assert facts(EntryDropped, entry.pk) == 1


def test_nothing_is_filled_in_once_a_set_has_ended(twin: Office) -> None:
    docket = made(twin, "同时结束的清单")
    found = at_once(
        lambda: _as(twin.person("group_office"), lambda: actions.end(docket.set)),
        lambda: _as(desk(twin), lambda: actions.enter(docket, twin.units["局"], matter())),
    )
    ended = DocketSet.unscoped.get(pk=docket.set_id)
    assert ended.state == DocketSet.State.ENDED, found
    told = [one for one in found if isinstance(one, Exception)]
    assert all(isinstance(one, Refused | ValidationError) and "已经结束" in str(one) for one in told), found
    assert DocketEntry.unscoped.filter(docket=docket).count() == 1 - len(told)


def _as(account: Account, act: Any) -> Any:
    with acting_as(account):
        return act()
