"""Who may not judge whom: oneself, anyone at a place where one works, anyone whose firm one's union serves."""

import threading
from datetime import date
from typing import Any

import pytest

from jiangtai import ledger, people
from jiangtai.access import Account, Grant, acting_as, acting_as_job, phones, units
from jiangtai.domains.honors import actions, queries, rules
from jiangtai.domains.honors.facts import MentorAssigned, MentoringEnded
from jiangtai.domains.honors.forms import NominationForm
from jiangtai.flows import Case, rounds, seating
from jiangtai.indicators.tests.small import lake_of
from jiangtai.kernel import clock, new_id
from jiangtai.lake import manifest
from tests.office import Office, at_once

from .honored import Honored
from .town import MONDAY, Town, build


@pytest.mark.parametrize(
    ("judge_units", "judge_persons", "says"),
    [
        ({"局"}, set(), ""),
        ({"局", "甲厂"}, set(), "评委与推荐对象在同一单位"),
        ({"分厂"}, set(), "评委与推荐对象在同一单位"),
        ({"甲厂工会"}, set(), "评委任职的工会服务推荐对象所在单位"),
        ({"局"}, {"程远"}, "评委本人是推荐对象"),
    ],
)
def test_the_rule(judge_units: set[str], judge_persons: set[str], says: str) -> None:
    said = rules.conflicts(
        judge_units=frozenset(judge_units), nominee_units=frozenset({"甲厂", "分厂"}),
        nominee_unions=frozenset({"甲厂工会"}), judge_persons=frozenset(judge_persons), nominee="程远",
    )  # fmt: skip
    assert said == says


def why(town: Town, judge: Account, number: int = 0) -> str:
    """Why a judge must stand aside for a worker."""
    case = Case.unscoped.filter(subject=town.workers[number].pk).first() or town.nominate(town.workers[number])
    return rules.conflicts(**queries.judge_and_nominee(town.fresh(case), judge))


def test_a_judge_who_is_the_nominee_is_known_by_name_and_phone(town: Town) -> None:
    judge = town.judges[1]
    assert why(town, judge) == ""
    with acting_as_job("测试"):
        Account.objects.filter(pk=judge.pk).update(name="程远")
        judge.refresh_from_db()
    assert why(town, judge) == "", "a namesake is somebody else"
    with acting_as_job("测试"):
        phones.keep(judge, "19900000070")
    assert why(town, judge) == "评委本人是推荐对象"
    assert why(town, judge, 1) == "评委与推荐对象在同一单位", "who is judged with a colleague works there too"


def test_every_place_where_either_works_counts(town: Town, office: Office) -> None:
    judge = town.judges[1]
    with acting_as_job("测试"):
        people.hire(town.workers[0], office.units["乙厂"], on=date(2026, 1, 1), occupation="焊工")
        Grant.objects.create(account=judge, duty=judge.duty, role="liaison", unit=office.units["乙厂"], reason="测试")
    assert why(town, judge) == "评委与推荐对象在同一单位"
    assert why(town, judge, 1) == ""
    with acting_as_job("测试"):
        (*_, second) = people.employments_of(town.workers[0].pk)
        people.leave(second, why=people.LeavingReason.RESIGNED, on=clock.today())
    assert why(town, judge) == "", "what is over does not"


def test_an_officer_of_the_firms_union_stands_aside(town: Town, office: Office) -> None:
    judge = town.judges[1]
    with acting_as_job("测试"):
        Account.objects.filter(pk=judge.pk).update(unit=office.units["甲厂工会"])
        judge.refresh_from_db()
    assert why(town, judge) == "评委任职的工会服务推荐对象所在单位"
    with acting_as_job("测试"):
        Account.objects.filter(pk=judge.pk).update(unit=office.units["工会"])
        judge.refresh_from_db()
    assert why(town, judge) == "", "the federation above serves everybody"


def test_a_new_mentor_ends_the_earlier_mentoring(office: Office) -> None:
    honored = Honored(office)
    person = honored.worker("程远")
    fact = honored.name(person, honored.title("青年技能之星", "young_talent"))
    mentors = [honored.worker(name) for name in ("王一", "王二")]
    with honored.clerk():
        for mentor in mentors:
            actions.assign_mentor(fact, mentor.pk, date(2099, 1, 1))
    with acting_as_job("测试"):
        (now,) = ledger.every(MentorAssigned).of(person.pk).current()
        assert now.fact.mentor == mentors[1].pk
        (ended,) = ledger.every(MentoringEnded).of(person.pk)
        assert ledger.fetch(ended.fact.mentoring).fact.mentor == mentors[0].pk
    client = office.client(office.person("union_officer"))
    page = client.get(f"/office/honors/talents/{fact}/").content.decode()
    assert "更换导师，原带教结束" in page and page.count("确定导师") == 2


def test_a_nomination_arrives_with_what_the_register_knows(town: Town, office: Office) -> None:
    union = town.desk("enterprise_union@甲厂")
    with acting_as(union):
        from jiangtai.domains.honors.flow import GrantHonor
        from jiangtai.flows import engine

        case = engine.open_case(GrantHonor.key, town.workers[0].pk, office.units["甲厂"], round=town.round)
    known = NominationForm.known(case)
    assert known["trade"] == ("焊工", "用工登记（2020-01-01，甲厂有限公司）")
    assert known["years_in_trade"].value == 6 and "此前从业的年限请加上" in known["years_in_trade"].source
    page = office.client(union).get(f"/office/cases/{case.pk}/").content.decode()
    assert 'value="焊工"' in page and "来自：用工登记（2020-01-01，甲厂有限公司）" in page


def test_the_honour_names_its_case_and_leads_to_it_for_who_may_open_it(town: Town, office: Office) -> None:
    case = town.to(town.nominate(town.workers[0]), "granted")
    with acting_as_job("测试"):
        ((honor, _),) = queries.honors_of(case.subject)
    name, link = f"诸匠第一批（办件 {case.number}）", f"/office/cases/{case.pk}/"
    for who, is_linked in (("union_officer@甲街", True), ("finance@区", False)):
        page = office.client(town.desk(who)).get(f"/office/honors/{honor}/").content.decode()
        assert name in page, who
        assert (link in page) is is_linked, who
    life = office.client(town.desk("enterprise_union@甲厂")).get(f"/office/people/{case.subject}/").content.decode()
    assert name in life and link in life and "来源：流程" not in life


def test_the_row_under_a_figure_leads_to_its_case(town: Town, office: Office, tmp_path: Any, monkeypatch: Any) -> None:
    case = town.to(town.nominate(town.workers[0]), "granted")
    with acting_as_job("测试"):
        ((honor, _),) = queries.honors_of(case.subject)
        firm, above = office.units["甲厂"], units.above(office.units["甲厂"])
    places = [{"unit": one.number, "id": str(one.pk), "tree": one.tree, "kind": one.kind, "name": one.name,
               "parent": one.parent and one.parent.number, "state": "active"} for one in above]  # fmt: skip
    lineage = [{"unit": firm.number, "ancestor": one.number, "depth": 0} for one in above]
    granted = {"position": 1, "fact": str(honor), "subject": 1, "unit": firm.number, "day": clock.today(),
               "known": clock.today(), "tier": "district"}  # fmt: skip
    who = [{"who": str(case.subject), "subject": 1}]
    made = lake_of(tmp_path, units=places, lineage=lineage, subjects=who, fact__honors__HonorGranted=[granted])
    made.found.save(tmp_path)
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    name, link = f"诸匠第一批（办件 {case.number}）", f'href="/office/cases/{case.pk}/"'
    page = office.client(town.desk("union_officer@甲街")).get("/office/figures/honors.granted/").content.decode()
    assert name in page and link in page


def test_a_judge_dropped_while_a_case_reaches_the_panel_is_not_seated(twin: Office, monkeypatch) -> None:
    """Two connections: the case has read who judges when the judge is dropped; whoever comes second sees the first."""
    with clock.at(MONDAY):
        town = build(twin, name=f"诸匠{new_id().hex[-8:]}")
        case, judge = town.to(town.nominate(town.workers[0]), "joint"), town.judges[-1]
        with acting_as_job("测试"):
            last = list(case.seats.filter(state="open"))
            for seat in last[:-1]:
                town.act("liaison@局", seat, "review")
        read, dropped, places = threading.Event(), threading.Event(), seating.places

        def slowly(*given):
            found = places(*given)
            read.set()
            dropped.wait(2)
            return found

        monkeypatch.setattr(seating, "places", slowly)

        def drop():
            read.wait(10)
            with clock.at(MONDAY), acting_as(town.desk("union_officer@区")):
                rounds.drop_judge(case.round, judge)
            dropped.set()

        def go_on():
            with clock.at(MONDAY):
                town.act("liaison@局", last[-1], "review")

        assert [one for one in at_once(go_on, drop) if isinstance(one, Exception)] == []
    with acting_as_job("测试"):
        assert town.fresh(case).step == "review" and not case.round.judges.filter(account=judge).exists()
        assert not case.seats.filter(account=judge, state="open").exists()
