"""Asking owners from a person's page and from the roster, and reading what they said."""

from datetime import date

import pytest

from jiangtai import people
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.people.sources import Check, asking, owners
from jiangtai.people.sources.owners import Reply


class Owners(owners.DemoPort):
    """Owners who say yes of everybody."""

    def send(self, question, lines):
        """Answer at once."""
        return [Reply(line.check, "yes", clock.today()) for line in lines]


@pytest.fixture(autouse=True)
def port(settings):
    settings.CHECK_PORT = f"{__name__}.Owners"


@pytest.fixture
def clerk(sits):
    return sits("office")


def answer() -> None:
    with acting_as_job("核验"):
        asking.send_waiting()


def text(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_an_answer_stands_beside_the_value_with_its_day(clerk, firm):
    page = f"/office/people/{firm.li.pk}/"
    assert "核验" in text(clerk, page)
    form = text(clerk, f"{page}check/")
    assert "甲厂有限公司" in form and 'value="2026-08"' in form and "人力资源和社会保障局" in form
    sent = {"question": "insured", "unit": str(firm.unit.pk), "month": "2026年8月"}
    assert clerk.post(f"{page}check/", sent).status_code == 302
    assert "待发出" in text(clerk, page)
    answer()
    shown = text(clerk, page)
    assert "2026-08 参保核验：是（2026-09-01）" in shown and "人力资源和社会保障局" in shown
    assert people.employment_of(firm.li.pk).occupation == "数控车工"
    listed = text(clerk, "/office/checks/?answer=yes")
    assert "李志强" in listed and "甲厂" in listed
    assert "李志强" not in text(clerk, "/office/checks/?answer=no")


def test_the_form_says_what_is_lacking(clerk, firm):
    path = f"/office/people/{firm.li.pk}/check/"
    for sent, words in (
        ({"question": "certificate"}, "须填证书编号"),
        ({"question": "insured", "unit": str(firm.unit.pk), "month": "八月"}, "2026-08 的样子"),
        ({"question": "insured", "unit": str(firm.unit.pk), "month": "2026-13"}, "2026-08 的样子"),
        ({"question": "insured", "unit": str(firm.unit.pk), "month": "2026-01"}, "没有这名职工"),
        ({"question": "certificate", "number": "=1+1"}, "证书编号应为"),
        ({"question": "certificate", "number": "s00005103 00012340o0001"}, "第 18 位是“O”，应为数字"),
    ):
        response = clerk.post(path, sent)
        assert response.status_code == 422 and words in response.content.decode(), sent
    assert not Check.objects.exists()
    for number, shown in (("S000051030012345000001", "S000**************0001"), ("S0009", "*****")):
        assert clerk.post(path, {"question": "certificate", "number": number}).status_code == 302
        page = text(clerk, f"/office/people/{firm.li.pk}/")
        assert f"证书 {shown}" in page and number not in page, "as the certificates of a page are masked"


def test_the_chosen_of_the_roster_are_asked_about_together(clerk, firm):
    act = {"do": "check", "pick": [str(firm.li.pk), str(firm.zhao.pk)]}
    asked = clerk.post("/office/people/", act).content.decode()
    assert "月份" in asked and "2 人" in asked
    done = clerk.post("/office/people/", {**act, "confirmed": "1", "month": "2026-08"}, follow=True)
    said = done.content.decode()
    assert "已对 1 人提出核验" in said and "1 人没有身份证号、当月没有用工记录" in said
    wrong = clerk.post("/office/people/", {**act, "confirmed": "1", "month": "?"}, follow=True)
    assert "月份请写成" in wrong.content.decode()
    assert Check.objects.get().month == date(2026, 8, 1)


def test_a_group_is_asked_about_too(clerk, firm):
    picked = {"pick": [str(firm.li.pk)], "confirmed": "1"}
    clerk.post("/office/people/", {"do": "group", "name": "技能竞赛", **picked})
    group = people.SavedGroup.unscoped.get()
    clerk.post(f"/office/people/groups/{group.pk}/", {"do": "check", "month": "2026-08", **picked})
    assert Check.objects.get().person == firm.li


def test_a_firm_neither_asks_nor_sees_what_was_asked_of_another(sits, firm):
    hr, neighbour = sits("hr"), sits("neighbour")
    assert hr.get(f"/office/people/{firm.li.pk}/check/").status_code == 403
    assert neighbour.get(f"/office/people/{firm.li.pk}/").status_code == 404
    assert "核验参保" not in text(hr, "/office/people/")
