"""A district whose tasks stand badly, for the tests of what follows from it."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiangtai.access import ROLES, Grant, accounts, acting_as_job
from jiangtai.domains.reform.models import Measure, Plan, Report, Task
from jiangtai.kernel import clock
from tests.office import Office

TODAY = date(2026, 11, 20)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


class Following:
    """The plan with one measure, and tasks at units that are late, near, done."""

    def __init__(self, office: Office) -> None:
        self.office = office
        with acting_as_job("测试"):
            plan = Plan.objects.create(
                unit=office.units["区"], title="实施方案", text="一、举措", state="in_force", confirmed_at=clock.now()
            )
            self.measure: Measure = plan.measures.create(place=0, number=3, title="建设实训基地", first=0, last=1)
            self.late = self.task("局", "出台技能人才津贴办法", -20)
            self.near = self.task("局", "开展技能等级认定", 4)
            self.street = self.task("甲街", "建立职工服务站", -3)
            self.fine = self.task("乙街", "组织技能竞赛", 200)

    def task(self, unit: str, title: str, days: int, **values: Any) -> Task:
        """A task that is due so many days from today."""
        return Task.unscoped.create(
            measure=self.measure, unit=self.office.units[unit], title=title, year=2026, since=date(2026, 1, 1),
            due=TODAY + timedelta(days=days), **values,
        )  # fmt: skip

    def report(self, task: Task, on: date, problem: str = "", coming: str = "") -> Report:
        """What a unit said of a task, accepted on a day."""
        return Report.unscoped.create(
            task=task, period="报送", says="stuck" if problem else "on_track", narrative="已推进", problem=problem,
            coming=coming, reported_on=on, accepted_on=on,
        )  # fmt: skip


def text(answer: Any) -> str:
    return answer.content.decode()


def show(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return text(answer)


def send(client: Client, name: str, *args: Any, **form: Any) -> str:
    """Post a form that is accepted; the page that follows, with what it says."""
    answer = client.post(reverse(name, args=args), form)
    assert answer.status_code == 302, text(answer)
    return text(client.get(answer["Location"]))


def refused(client: Client, name: str, *args: Any, **form: Any) -> str:
    """Post a form that is not accepted; what it says."""
    answer = client.post(reverse(name, args=args), form)
    assert answer.status_code == 422, answer.status_code
    return text(answer)


def scan(name: str = "来函.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def read_paper(content: bytes) -> str:
    """A Word file as its reader sees it: paragraphs and cells with their footnotes' numbers, then the footnotes."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml"))
        notes = ElementTree.fromstring(parts.read("word/footnotes.xml"))
    own = [note for note in notes if note.get(f"{_W}type") is None]
    signs = {note.get(f"{_W}id"): chr(ord("①") + at) for at, note in enumerate(own)}
    lines = ["".join(_said(one, signs) for one in line.iter()) for line in body.iter(f"{_W}p")]
    lines += [signs[note.get(f"{_W}id")] + "".join(note.itertext()) for note in own]
    return "\n".join(lines)


def _said(one: ElementTree.Element, signs: dict[str | None, str]) -> str:
    if one.tag == f"{_W}footnoteReference":
        return signs[one.get(f"{_W}id")]
    return (one.text or "") if one.tag == f"{_W}t" else ""


def second(office: Office) -> Any:
    """Another of the office, who decides what the first one may not."""
    if "second" not in office.people:
        with acting_as_job("测试"):
            account, _ = accounts.open_account(
                username="second.office", name="复核人", unit=office.units["区"], duty=ROLES["group_office"].duty
            )
            Grant.objects.create(
                account=account, duty=account.duty, role="group_office", unit=office.units["区"], reason="测试"
            )
        office.people["second"] = account
    return office.people["second"]
