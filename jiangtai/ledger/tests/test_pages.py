"""The square shows the roots."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, merkle, new_id

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


def test_whoever_is_given_a_proof_has_it_checked_on_the_square(office):
    with acting_as_job("测试"):
        given = [
            ledger.append(Greeted(person=ledger.PersonId(new_id()), on=clock.today()), cause=ledger.Cause.act("测试"))
            for _ in range(2)
        ]
        ledger.seal()
        proof = ledger.prove(given[0])
        ledger.append(Greeted(person=ledger.PersonId(new_id()), on=clock.today()), cause=ledger.Cause.act("测试"))
        ledger.seal()
    browser = Client()

    def checked(told: object) -> tuple[int, str]:
        content = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        answer = browser.post("/ledger/check/", {"file": SimpleUploadedFile("存证证明-1.json", content)})
        return answer.status_code, answer.content.decode()

    assert "/ledger/check/" in browser.get("/ledger/").content.decode(), "from the roots, and not among the first"
    assert "/ledger/check/" not in browser.get("/").content.decode().partition("<main")[0]
    status, shown = checked(proof)
    assert status == 200 and "属实，记录没有改动" in shown and ledger.declared(Greeted).label in shown
    other = {**proof, "entry": proof["entry"].replace(f"{clock.today()}", "2020-01-01", 1)}
    assert "文件改动过，不能采信" in checked(other)[1]
    alone = merkle.leaf_hash(other["entry"].encode()).hex()
    forged = {**other, "path": [], "seal": {**proof["seal"], "size": 1, "root": alone}}
    assert "不是本账本的证明，不能采信" in checked(forged)[1]
    backdated = {**proof, "seal": {**proof["seal"], "at": "2019-03-01T09:00:00+08:00"}}
    assert "属实" in checked(backdated)[1] and "2019" not in checked(backdated)[1], "when is what the ledger says"
    assert checked({**proof, "seal": {**proof["seal"], "at": "9999-12-31T23:59:59-12:00"}})[0] == 200
    for bad in (b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, {**proof, "path": 7}, {**proof, "position": "x"},
                {**proof, "entry": 5}, {**proof, "seal": {**proof["seal"], "size": 10**30}}):  # fmt: skip
        status, said = checked(bad)
        assert status in (200, 422) and "属实" not in said
    with acting_as_job("测试"):
        ledger.reverse(given[0], ledger.Why.TWICE)
    assert "后来已更正，不再作数" in checked(proof)[1]
