"""The square shows the roots."""

from django.test import Client

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, new_id

from .kinds import Greeted


def test_the_square_shows_the_roots(office):
    browser = Client()
    assert "还没有封存" in browser.get("/ledger/").content.decode()
    with acting_as_job("测试"):
        ledger.append(Greeted(person=ledger.PersonId(new_id()), on=clock.today()), cause=ledger.Cause.act("测试"))
        head = ledger.seal()
    assert head.root_hex in browser.get("/ledger/").content.decode()
    assert browser.get("/.well-known/jiangtai-ledger.json").json()["seals"][0]["root"] == head.root_hex
    assert "每日的根" in browser.get("/").content.decode()
