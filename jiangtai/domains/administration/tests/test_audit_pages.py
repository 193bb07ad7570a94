"""The audit's pages: for the audit administrator alone, with conditions, proof, verification and export."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangtai.access import AuditEntry, acting_as_job, audit

from .people import costly, entries, url


def test_only_the_audit_administrator_opens_it(sits):
    for who in ("system", "security", "office", "keeper"):
        assert sits(who).get(url("audit.list")).status_code == 403, who
    assert sits("audit").get(url("audit.list")).status_code == 200


def test_refusals_are_found_by_their_conditions(sits, town):
    sits("leader").get(url("audit.list"))
    client = sits("audit")
    text = client.get(
        url("audit.list"), {"action": "refused", "outcome": "refused", "actor": "赵启明"}
    ).content.decode()
    assert "拒绝访问" in text
    assert "赵启明" in text
    assert "没有符合条件的内容" in client.get(url("audit.list"), {"actor": "没有这个人"}).content.decode()


def test_the_list_stays_within_its_query_budget(sits):
    with acting_as_job("测试"):
        for number in range(60):
            audit.record("refused", outcome="refused", reason=str(number))
        audit.seal()
    client = sits("audit")
    with CaptureQueriesContext(connection) as caught:
        client.get(url("audit.list"))
    assert len(costly(caught)) <= 15, costly(caught)


def test_an_entry_shows_its_place_and_its_proof(sits):
    audit.seal()
    with acting_as_job("测试"):
        entry = AuditEntry.objects.order_by("made_at").first()
    client = sits("audit")
    text = client.get(url("audit.show", entry.pk)).content.decode()
    assert "与封存时一致" in text
    assert audit.leaf(entry).hex() in text
    proof = client.get(url("audit.proof", entry.pk)).content.decode()
    assert "这条记录在封存之中" in proof
    assert audit.head().root_hex in proof


def test_verification_tells_what_it_found_and_is_itself_recorded(sits):
    audit.seal()
    client = sits("audit")
    assert client.get(url("audit.verify")).status_code == 200
    assert "全部一致" in client.post(url("audit.verify"), {}).content.decode()
    assert entries("audit.verified")


def test_an_export_is_recorded_with_its_filter(sits):
    answer = sits("audit").post(url("audit.list") + "?action=unit.created", {"do": "export"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    for close in answer._resource_closers:
        close()
    assert "新建单位" in entries("export")[0].details["filter"]
