"""The API: scoped like the pages, one shape of error, CSRF enforced; and the drawing of a flow."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from jiangtai.flows import Case, Decision, diagram
from tests.office import Office

from .sample import ClaimSample, NameSample
from .walk import FLOW, Walk, open_seats

API = "/api/v1"


@pytest.fixture
def walk(office: Office) -> Walk:
    """A case that waits at the street."""
    made = Walk(office)
    made.worker()
    made.make_round()
    made.nominate()
    return made


def post(client: Client, path: str, **sent: Any) -> Any:
    """A JSON body."""
    return client.post(f"{API}{path}", json.dumps(sent), content_type="application/json")


def test_flows_inbox_and_cases_follow_who_asks(walk: Walk) -> None:
    street, stranger = walk.at("union_officer", "甲街"), walk.at("enterprise_hr", "乙厂")
    declared = street.get(f"{API}/flows/{FLOW}").json()
    assert [one["key"] for one in declared["steps"]][:3] == ["nominate", "verify", "review"]
    assert declared["steps"][0]["fields"]["trade"] == "工种"
    assert FLOW in {one["key"] for one in street.get(f"{API}/flows").json()}
    found = street.get(f"{API}/inbox").json()
    assert found["count"] == 1 and found["items"][0]["case"]["subject"] == "李志强"
    assert stranger.get(f"{API}/inbox").json() == {"count": 0, "items": []}
    assert stranger.get(f"{API}/cases").json()["count"] == 0
    assert street.get(f"{API}/cases?flow={FLOW}&state=open&limit=1").json()["count"] == 1


def test_a_case_is_decided_once(walk: Walk) -> None:
    street, case = walk.at("union_officer", "甲街"), Case.unscoped.get()
    seat = street.get(f"{API}/cases/{case.pk}").json()["seat"]
    path = f"/cases/{case.pk}/decide"
    for wrong in ("granted", "", "审定"):
        answer = post(street, path, seat=seat, outcome=wrong)
        assert answer.status_code == 422 and "办理结果" in answer.json()["detail"], wrong
    silent = post(street, path, seat=seat, outcome="refused")
    assert silent.status_code == 422 and "opinion" in silent.json()["fields"]
    done = post(street, path, seat=seat, outcome="review", opinion="属实")
    assert done.status_code == 200 and done.json()["step"] == "review"
    late = post(street, path, seat=seat, outcome="review")
    assert late.status_code == 409 and "已不在待办" in late.json()["detail"]
    assert Decision.objects.filter(step="verify").count() == 1


def test_marks_are_hidden_here_too(walk: Walk) -> None:
    case = Case.unscoped.get()
    walk.answer(walk.at("union_officer", "甲街"), case, "review")
    expert = walk.at("expert", "区")
    seat = expert.get(f"{API}/cases/{case.pk}").json()["seat"]
    assert post(expert, f"/cases/{case.pk}/decide", seat=seat, outcome="marked", mark="88.5").status_code == 200
    assert "88.5" in expert.get(f"{API}/cases/{case.pk}").content.decode()
    assert "88.5" not in walk.at("expert", "局").get(f"{API}/cases/{case.pk}").content.decode()


def test_strangers_get_404_and_nobody_401(walk: Walk) -> None:
    case = Case.unscoped.get()
    stranger, seat = walk.at("enterprise_hr", "乙厂"), str(open_seats(case)[0].pk)
    assert stranger.get(f"{API}/cases/{case.pk}").status_code == 404
    assert post(stranger, f"/cases/{case.pk}/decide", seat=seat, outcome="review").status_code == 404
    assert post(stranger, f"/cases/{case.pk}/withdraw", reason="试").status_code == 404
    nobody = Client().get(f"{API}/inbox")
    assert nobody.status_code == 401 and nobody.json() == {"detail": "请先登录"}
    assert walk.at("audit_admin").get(f"{API}/cases").status_code == 403
    assert stranger.get(f"{API}/flows/nothing").status_code == 404
    opener = walk.at("enterprise_union", "甲厂工会")
    foreign = post(opener, f"/cases/{case.pk}/decide", seat=seat, outcome="review")
    assert foreign.status_code == 403 and "不由您现在的岗位" in foreign.json()["detail"]
    case.refresh_from_db()
    assert case.step == "verify"


def test_csrf_is_enforced(walk: Walk) -> None:
    account, case = walk.office.person("union_officer", "甲街"), Case.unscoped.get()
    client = Client(enforce_csrf_checks=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    answer = post(client, f"/cases/{case.pk}/decide", seat=str(open_seats(case)[0].pk), outcome="review")
    assert answer.status_code == 403 and "CSRF" in answer.json()["detail"]
    case.refresh_from_db()
    assert case.step == "verify"


def test_open_and_withdraw(walk: Walk) -> None:
    union, made = walk.at("enterprise_union", "甲厂工会"), walk.round
    assert made is not None
    twice = post(union, "/cases", flow=FLOW, subject="李志强", round=str(made.pk))
    assert twice.status_code == 422 and "已有办件" in twice.json()["detail"]
    walk.worker("王小明")
    opened = post(union, "/cases", flow=FLOW, subject="王小明", round=str(made.pk))
    assert opened.status_code == 201 and opened.json()["step"] == "nominate"
    assert post(union, f"/cases/{opened.json()['id']}/withdraw", reason="误报").json()["state"] == "withdrawn"
    assert post(union, "/cases", flow="no.Such", subject="王小明").status_code == 422
    assert post(union, "/cases", flow=FLOW, subject="王小明").status_code == 422
    bad = union.post(f"{API}/cases", "{", content_type="application/json")
    assert bad.status_code == 400 and "JSON" in bad.json()["detail"]
    assert post(union, "/cases", subject="王小明").status_code == 422


def test_the_schema_is_served_and_loads_nothing_from_elsewhere(client: Client, db: None) -> None:
    schema = client.get(f"{API}/openapi.json").json()
    assert "/api/v1/cases/{id}/decide" in schema["paths"]
    assert client.get(f"{API}/docs").status_code == 404


# the drawing


@pytest.mark.parametrize("kind", [NameSample, ClaimSample])
def test_a_drawing_is_the_same_twice_says_all_and_has_no_style(kind: Any) -> None:
    drawn = diagram.svg(kind, now="verify")
    assert drawn == diagram.svg(kind, now="verify")
    root = ET.fromstring(drawn)
    texts = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
    for step in kind.steps.values():
        assert any(step.label in (text or "") for text in texts), step.label
        assert set(step.outcomes.values()) <= texts
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert not re.search(r"style=|<style|<script|\son\w+=", drawn)


def test_a_drawings_words_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimSample, "label", '奇<script>"怪&')
    assert "&lt;script&gt;&quot;怪&amp;" in diagram.svg(ClaimSample)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestWarning")
def test_whatever_fits_the_schema_is_answered_as_declared(walk: Walk) -> None:
    """Schemathesis makes requests out of the schema itself: none ends in our fault, none in an undeclared status."""
    import schemathesis

    client = walk.at("union_officer", "甲街")
    raw = client.get(f"{API}/openapi.json").json()
    schema = schemathesis.openapi.from_dict(raw)

    for found in schema.get_all_operations():
        operation = found.ok()
        _try_out(client, operation, set(raw["paths"][operation.path][operation.method]["responses"]))


def _try_out(client: Client, operation: Any, declared: set[str]) -> None:
    from urllib.parse import urlencode

    from hypothesis import HealthCheck, given, settings

    @given(case=operation.as_strategy())
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def run(case: Any) -> None:
        body = json.dumps(case.body) if isinstance(case.body, dict | list) else ""
        query = urlencode({key: str(value) for key, value in (case.query or {}).items()}, errors="replace")
        answer = client.generic(
            case.method, case.formatted_path, body, content_type="application/json", query_string=query
        )
        assert answer.status_code < 500, (case.method, case.formatted_path, case.body)
        assert str(answer.status_code) in declared | {"400"}, answer.content

    run()
