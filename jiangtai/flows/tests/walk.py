"""A walk through the sample flow by clicks alone: what a browser would send, and nothing a page does not offer."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiangtai import people
from jiangtai.access import acting_as_job
from jiangtai.flows import Case, Round, Seat
from jiangtai.flows.tests import sample
from jiangtai.people.tests import invented
from tests.office import Office

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
FLOW = sample.NameSample.key
EXPERTS = ("区", "局", "甲街", "乙街", "乙厂")
NOMINATION = {"kind": "skill", "trade": "数控车工", "since": "2015-07-01", "deed": "改进主轴箱加工工艺"}


def pdf(name: str = "本单位公示情况.pdf") -> SimpleUploadedFile:
    """A small PDF."""
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


@dataclass
class Walk:
    """An office, its people's browsers, one round, and who is nominated in it."""

    office: Office
    clients: dict[str, Client] = field(default_factory=dict)
    round: Round | None = None

    def at(self, role: str, unit: str = "区") -> Client:
        """The browser of someone in a role."""
        key = f"{role}@{unit}"
        if key not in self.clients:
            self.clients[key] = self.office.client(self.office.person(role, unit))
        return self.clients[key]

    def worker(self, name: str = "李志强", unit: str = "甲厂", **details: Any) -> Any:
        """Someone who works at a firm."""
        with acting_as_job("测试"):
            return invented.worker(self.office.units[unit], name, **details)

    def make_round(self, quota: int = 1, materials: str = "本单位公示情况*") -> Round:
        """A round by the pages alone: made, with departments, judges and shares, then opened."""
        host = self.at("group_office")
        assert host.post("/office/rounds/new/", {"flow": FLOW}).url.endswith(f"?flow={FLOW}")
        sent = {
            "name": "样例工匠 2026 年第一批", "opens": "2026-01-01", "closes": "2099-12-31", "quota": quota,
            "approval": "川评组〔2026〕1号", "telephone": "028-0000000", "materials": materials, "bonus": 3000,
            "note": "见办法",
        }  # fmt: skip
        answer = host.post(f"/office/rounds/new/?flow={FLOW}", sent)
        assert answer.status_code == 302, errors(answer)
        self.round = Round.unscoped.get()
        base = answer.url
        desks = (("committee", "区"), ("liaison", "局"), ("union_officer", "甲街"))
        for role, unit in (*desks, *(("expert", one) for one in EXPERTS)):
            self.at(role, unit)
        assert host.post(f"{base}consulted/", {"chosen": [str(self.office.units["局"].pk)]}).status_code == 302
        judges = [str(self.office.person("expert", one).pk) for one in EXPERTS]
        assert host.post(f"{base}judges/", {"chosen": judges}).status_code == 302
        assert host.post(f"{base}start/").status_code == 302
        self.round.refresh_from_db()
        assert self.round.state == Round.State.OPEN
        return self.round

    def nominate(self, name: str = "李志强", unit: str = "甲厂工会", **changed: Any) -> Case:
        """Open, fill in, hand in."""
        assert self.round is not None
        union = self.at("enterprise_union", unit)
        answer = union.post(f"/office/cases/new/{FLOW}/?round={self.round.pk}", {"subject": name})
        assert answer.status_code == 302, errors(answer)
        case = Case.unscoped.order_by("-pk").first()
        assert case is not None
        sent = {**NOMINATION, "file_0": pdf(), **changed}
        self.answer(union, case, "verify", **sent)
        return case

    def answer(self, client: Client, case: Case, outcome: str, **sent: Any) -> Any:
        """What the form on the case's page sends; it must go through."""
        response = self.send(client, case, outcome, **sent)
        assert response.status_code == 302, (response.status_code, errors(response))
        case.refresh_from_db()
        return response

    def send(self, client: Client, case: Case, outcome: str, **sent: Any) -> Any:
        """The same, whatever comes of it."""
        path = f"/office/cases/{case.pk}/"
        seat = hidden(client.get(path), "seat")
        return client.post(path, {"seat": seat, "outcome": outcome, **sent})

    def judge(self, case: Case, marks: list[Any]) -> None:
        """Every judge marks."""
        for unit, mark in zip(EXPERTS, marks, strict=True):
            self.answer(self.at("expert", unit), case, "marked", mark=mark)

    def judge_rest(self, case: Case, units: tuple[str, ...], mark: Any) -> None:
        """The judges of these units mark alike."""
        for unit in units:
            self.answer(self.at("expert", unit), case, "marked", mark=mark)

    def to_ranking(self, name: str = "李志强", marks: tuple[Any, ...] = (90, 91, 92, 93, 94)) -> Case:
        """Up to the ranking."""
        if self.round is None:
            self.make_round()
        case = self.nominate(name)
        self.answer(self.at("union_officer", "甲街"), case, "review", opinion="走访车间，情况属实")
        self.judge(case, list(marks))
        assert case.step == "rank"
        return case

    def to_notice(self, name: str = "李志强") -> Case:
        """Up to the published notice."""
        case = self.to_ranking(name)
        assert self.round is not None
        base, host = f"/office/rounds/{self.round.pk}/", self.at("group_office")
        answer = host.post(f"{base}ranking/")
        assert answer.status_code == 302, errors(answer)
        case.refresh_from_db()
        self.answer(self.at("liaison", "局"), case, "notice", opinion="无异议")
        answer = host.post(f"{base}notice/", {"chosen": [str(case.pk)], "telephone": "028-0000000"})
        assert answer.status_code == 302, errors(answer)
        case.refresh_from_db()
        return case


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field; empty where the page has none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def errors(response: Any) -> str:
    """What a page says is wrong."""
    text = response.content.decode()
    text = text.partition('id="main"')[2]
    found = re.findall(r'class="wrong-words"[^>]*>(.*?)</p>|<li>(.*?)</li>|<p>(.*?)</p>', text, re.S)
    return " | ".join("".join(one) for one in found)[:1500]


def open_seats(case: Case) -> list[Seat]:
    """Who is asked now."""
    return list(case.seats.filter(turn=case.turn, state=Seat.State.OPEN))


def person_id(name: str) -> Any:
    """The id behind an invented name."""
    with acting_as_job("测试"):
        return people.find(name=name)[0].pk
