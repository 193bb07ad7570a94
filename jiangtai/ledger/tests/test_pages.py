"""The square shows the roots."""

from django.test import Client

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, new_id

from .kinds import Greeted


def test_the_square_shows_the_roots(office):
    browser = Client()
    assert "账本还没有封存" in browser.get("/ledger/").content.decode()
    with acting_as_job("测试"):
        ledger.append(Greeted(person=ledger.PersonId(new_id()), on=clock.today()), cause=ledger.Cause.act("测试"))
        head = ledger.seal()
    shown = browser.get("/ledger/").content.decode()
    assert head.root_hex in shown and 'data-label="根"' in shown
    assert "jiangtai ledger verify" not in shown
    assert browser.get("/.well-known/jiangtai-ledger.json").json()["seals"][0]["root"] == head.root_hex
    square = browser.get("/").content.decode()
    assert "每日的根" in square and head.root_hex[:20] not in square
