"""What the register lacks opens to the people, and leads to the unit that can mend it."""

import pytest

from jiangtai.access import acting_as_job, inquiries
from jiangtai.kernel import clock
from jiangtai.people import Person
from jiangtai.people.sources import Batch, Doubt
from jiangtai.people.sources.models import Dispute
from jiangtai.people.tests.invented import worker


@pytest.fixture
def crew(office):
    with acting_as_job("测试"):
        worker(office.units["甲厂"], "李志强", phone="19900000100", education="20")
        worker(office.units["甲厂"], "欧阳文静", id_number="", sex="女")
        worker(office.units["乙厂"], "王芳", phone="19900000101")


def text(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_opens_to_as_many_people(office, crew):
    clerk = office.client(office.person("group_office"))
    page = text(clerk, "/office/quality/")
    counts = {stat.label: (stat.value, stat.url) for stat in clerk.get("/office/quality/").context["stats"]}
    assert {label: value for label, (value, _) in counts.items()} == {
        "没有身份证号": "1", "没有手机号": "1", "没有出生日期": "1", "没有学历": "2", "用工没有工种": "0",
    }  # fmt: skip
    for value, url in counts.values():
        assert clerk.get(url).context["total"] == int(value)
    assert "欧阳文静" in text(clerk, "/office/quality/id_number/") and "甲厂" in page
    assert clerk.get("/office/quality/nothing/").status_code == 404


def test_a_firm_sees_what_it_lacks_and_nobody_elses(office, crew):
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    page = text(hr, "/office/quality/")
    assert "乙厂" not in page and "请单位补正" not in page
    assert "王芳" not in text(hr, "/office/quality/education/")
    other = office.units["乙厂"].pk
    assert hr.get(f"/office/quality/education/?firm={other}").status_code == 404


def test_the_unit_that_can_mend_it_is_asked_and_answers(office, crew):
    clerk = office.client(office.person("group_office"))
    page = text(clerk, "/office/quality/")
    firm = office.units["甲厂"]
    assert f"unit={firm.pk}&amp;topic=mend" in page
    form = clerk.get(f"/office/inquiries/ask/?unit={firm.pk}&topic=mend").context["form"]
    assert form.initial["topic"] == "mend" and "甲厂" in form.initial["units"]
    told = {"topic": "mend", "units": firm.name, "due": form.initial["due"], "note": ""}
    answer = clerk.post("/office/inquiries/ask/", told)
    assert answer.status_code == 302, answer.content.decode().partition("form-errors")[2][:300]
    with acting_as_job("测试"):
        (asked,) = firm.inquiries.all() if hasattr(firm, "inquiries") else [inquiries.Inquiry.objects.get()]
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    assert hr.post(f"/office/mine/{asked.pk}/", {"result": "done"}).status_code == 302


def test_what_lists_say_otherwise_and_who_may_be_one_open_by_source_and_unit(office, crew):
    bureau = office.units["局"]
    with acting_as_job("测试"):
        batch = Batch.unscoped.create(
            source="taxes", unit=bureau, as_of=clock.today(), file_name="一", kind="csv", digest=b"1", state="done"
        )
        li, wen = Person.unscoped.order_by("made_at")[:2]
        for field in ("phone", "name"):
            Dispute.objects.create(person=li, source="taxes", unit=bureau, field=field)
        Doubt.objects.create(one=li, other=wen, batch=batch, odds=0.6)
    clerk = office.client(office.person("group_office"))
    context = clerk.get("/office/quality/").context
    (row,) = [one for one in context["sources"] if one["disputed"]]
    assert (row["source"].key, row["disputed"], row["as_of"]) == ("taxes", 1, clock.today())
    (listed,) = context["lists"]
    assert (listed["unit"], listed["disputes"], listed["doubts"]) == (bureau, 1, 1)
    for url in (row["url"], listed["disputes_url"], listed["doubts_url"]):
        assert clerk.get(url).context["total"] == 1, url
    for url in ("/office/quality/disputes/?source=schools", "/office/quality/disputes/?list=taxes:nonsense"):
        assert clerk.get(url).context["total"] == 0, url
    hr = office.client(office.person("enterprise_hr", "乙厂"))
    assert not hr.get("/office/quality/").context["lists"]
