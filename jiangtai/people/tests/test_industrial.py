"""Who is an industrial worker: the rule, its sentences, and that the database says the same of everybody."""

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangtai import people
from jiangtai.access import acting_as, acting_as_job, units
from jiangtai.kernel import clock
from jiangtai.people import Form, industrial
from jiangtai.people.industrial import Post, answer
from tests.live import credit_code

from .invented import person

TODAY = date(2026, 9, 1)
INDUSTRIES = ("C34", "A01", "A02", "A", "A03", "B06", "D44", "E", "G59", "I65", "F52", "H", "")
WORK = (("数控车工", True), ("", True), ("行政专员", False), ("", False), ("数控车工", None), ("", None))


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield office


def said(**post) -> industrial.Finding:
    told = {"industry": "C34", "form": Form.CONTRACT, "is_production": True, "occupation": "数控车工"} | post
    return answer([Post(**told)], TODAY)


@pytest.mark.parametrize(
    ("post", "is_so", "words"),
    [
        ({}, True, "一线岗位"),
        ({"industry": "F52"}, False, "F52 不在定义之内"),
        ({"industry": ""}, None, "补填行业代码"),
        ({"industry": "A"}, None, "补填到大类"),
        ({"industry": "A02"}, True, "A02 在定义之内"),
        ({"industry": "A03"}, False, "A03 不在定义之内"),
        ({"is_production": False, "occupation": "行政专员"}, False, "“行政专员”不是一线岗位"),
        ({"is_production": False, "occupation": ""}, None, "补填工种"),
        ({"is_production": None, "occupation": "行政专员"}, None, "不知道是不是一线岗位"),
        ({"form": Form.PLATFORM}, None, "新就业形态"),
        ({"form": Form.PLATFORM, "industry": "H"}, False, "H 不在定义之内"),
        ({"form": Form.DISPATCHED}, True, "劳务派遣"),
        ({"form": None}, None, "不知道用工形式，请补填"),
    ],
)
def test_the_condition_that_decides_is_said(post, is_so, words):
    found = said(**post)
    assert found.is_so is is_so and words in found.words and "2017" in found.basis


def test_one_post_that_fits_is_enough_and_none_is_a_no():
    fits, open_, no = (Post(code, Form.CONTRACT, True, "焊工") for code in ("C", "", "F52"))
    assert answer([no, open_, fits], TODAY).is_so is True
    assert answer([no, open_], TODAY).is_so is None
    assert answer([no], TODAY).is_so is False
    assert answer([], TODAY).is_so is False
    assert answer([fits], date(2017, 6, 18)).is_so is None


def test_the_database_says_the_same_of_everybody(job):
    firms = []
    for number, code in enumerate(INDUSTRIES):
        firm = units.found(
            kind="enterprise", name=f"第{number}厂", parent=job.units["甲街"], code=credit_code(300 + number)
        )
        people.describe(firm, industry=code)
        firms.append(firm)
    made = []
    for number, (firm, form, (occupation, is_production)) in enumerate(product(firms, (*Form, None), WORK)):
        one = people.register(name="李一", unit=firm, sex="男", birth=date(1990, 1, 1))
        work = people.hire(one, firm, occupation=occupation or "待填", form=form, is_production=is_production)
        if not occupation:
            people.Employment.unscoped.filter(pk=work.pk).update(occupation="")
        if number % 3 == 0 and (other := firms[number // 3 % len(firms)]) != firm:
            people.hire(one, other, occupation="焊工", is_production=True)
        made.append(one)
    nobody = person(job.units["甲厂"])
    found = {
        kind: set(people.industrial_workers(job.units["区"], answer=kind).values_list("pk", flat=True))
        for kind in ("yes", "no", "unknown")
    }
    seen = {"yes": set(), "no": set(), "unknown": set()}
    for one in made:
        is_so = people.is_industrial_worker(people.employments_of(one.pk)).is_so
        seen[{True: "yes", False: "no", None: "unknown"}[is_so]].add(one.pk)
    assert found == seen and all(seen.values())
    assert nobody.pk not in set.union(*found.values())
    near = people.Person.objects.filter(pk__in=[*(one.pk for one in made), nobody.pk])
    assert set(people.industrial_within_reach(near, "no").values_list("pk", flat=True)) == seen["no"] | {nobody.pk}


def test_an_earlier_day_is_answered_by_the_industry_of_that_day(job):
    firm = job.units["甲厂"]
    one = person(firm)
    people.hire(one, firm, occupation="焊工", is_production=True, on=date(2026, 1, 5))
    people.describe(firm, industry="F52")
    people.describe(firm, industry="C34", since=date(2026, 6, 1))
    may, june = date(2026, 5, 31), date(2026, 6, 1)
    assert (people.industry_on(firm.pk, may), people.industry_on(firm.pk, june)) == ("F52", "C34")
    assert one not in people.industrial_workers(firm, may) and one in people.industrial_workers(firm, june)
    assert one in people.industrial_workers(firm, may, answer="no")
    assert not people.industrial_workers(firm, date(2026, 1, 4), answer="no").exists()
    assert people.is_industrial_worker(people.employments_of(one.pk, may), may).is_so is False
    for day in (may, date(2026, 9, 2)):
        with pytest.raises(ValidationError):
            people.describe(firm, industry="G59", since=day)


def test_it_is_one_question_however_many_there_are(job):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        people.industrial_workers(job.units["区"], TODAY).count()
    assert len(asked) == 1


def test_the_roster_is_narrowed_and_the_page_says_why(job):
    firm = job.units["甲厂"]
    people.describe(firm, industry="C34")
    one = person(firm, "李志强")
    people.hire(one, firm, occupation="行政专员", is_production=False)
    account = job.person("enterprise_hr", "甲厂")
    with acting_as(account):
        assert not people.industrial_within_reach(people.Person.objects.all(), "yes").exists()
    client = job.client(account)
    page = client.get(f"/office/people/{one.pk}/").content.decode()
    assert "“行政专员”不是一线岗位" in page and "新时期产业工人队伍建设改革方案" in page
    for kind, is_there in (("yes", False), ("no", True), ("unknown", False)):
        listed = client.get(f"/office/people/?industrial={kind}").content.decode()
        assert ("李志强" in listed) is is_there, kind
