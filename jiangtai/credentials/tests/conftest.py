"""A kind of credential, and one that was issued."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from jiangtai.access import acting_as_job
from jiangtai.credentials import Credential, CredentialKind, credential_kind, issue
from jiangtai.credentials.kinds import KINDS
from jiangtai.kernel import clock, new_id
from tests.office import Office

HONOR = CredentialKind(
    "test-honor", "荣誉证书", "TH", "ours", "测试用的荣誉。", has_card=True, benefits=("区内公园免票", "每年体检一次")
)
COURSE = CredentialKind("test-course", "结业证书", "TC", "ours", "测试用的课程。", words="完成", is_public=False)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds that only tests know."""
    monkeypatch.setattr("jiangtai.credentials.kinds.declare", lambda *words: None)
    for kind in (HONOR, COURSE):
        monkeypatch.setitem(KINDS, kind.key, kind)
        credential_kind(kind)


@pytest.fixture(autouse=True)
def own_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Erasures of a test stay in it."""
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(date(2026, 11, 20)):
        yield


@pytest.fixture
def grant(office: Office) -> Callable[..., Credential]:
    """`grant(holder="王䶮")`: a credential, issued by a street unless another unit is named."""

    def make(kind: Any = HONOR, at: str = "甲街", **fields: Any) -> Credential:
        content = {"subject": new_id(), "holder": "王䶮", "title": "测试区工匠", "issuer": "测试区总工会"}
        with acting_as_job("测试"):
            on = fields.pop("issued_on", clock.today())
            return issue(kind, **content | fields, unit=office.units[at], issued_on=on)

    return make
