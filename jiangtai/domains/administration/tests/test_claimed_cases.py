"""A list of cases that came with a claim, by their numbers, beside the cases that a figure counts."""

import pytest

from jiangtai import indicators, lake, ledger
from jiangtai.access import acting_as, acting_as_job
from jiangtai.flows import Case, CaseOpened
from jiangtai.flows.tests.sample import NameSample
from jiangtai.kernel import clock
from jiangtai.lake import manifest

KEY = "work.opened"


@pytest.fixture
def cases(twin, tmp_path, monkeypatch):
    """Three cases: two of 甲厂 and one of 乙厂, in a lake."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    by, made = twin.person("group_office"), []
    with acting_as_job("测试"):
        indicators.Claim.unscoped.all().delete()
        for place, at in enumerate(("甲厂", "甲厂", "乙厂")):
            unit = twin.units[at]
            number = f"{clock.today().year}-77{Case.unscoped.count():04d}"
            case = Case.unscoped.create(number=number, flow=NameSample.key,
                                        since=NameSample.since, subject=unit.pk, unit=unit, opened_by=by,
                                        step="nominate", turn=place)  # fmt: skip
            fact = CaseOpened(case=ledger.CaseId(case.pk), flow=case.flow, about=ledger.SubjectId(unit.pk),
                              unit=ledger.UnitId(unit.pk), on=clock.today())  # fmt: skip
            ledger.append(fact, cause=ledger.Cause.case(case.pk, "nominate"))
            made.append(case)
        lake.refresh()
    return made


def test_a_list_of_case_numbers_says_which_are_on_one_side_only(cases, twin):
    here, missing, elsewhere = cases
    client, year = twin.client(twin.person("group_office")), clock.today().year
    numbers = "\n".join([here.number, elsewhere.number, here.number, f"{year}-000000"])
    sent = {"indicator": KEY, "unit": str(twin.units["甲厂"].pk), "period": str(year), "who": "别处",
            "value": "9", "numbers": numbers}  # fmt: skip
    answer = client.post("/office/claims/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    with acting_as_job("测试"):
        claim = indicators.Claim.unscoped.get(ended_at=None)
        found = indicators.compared(lake.opened(), claim)
    assert (claim.lines, claim.strangers, claim.doubts) == (4, 1, [[4, "stranger"]])
    assert sorted(found.theirs) == sorted([here.pk, elsewhere.pk]), "one line too many, and one of another firm"
    assert missing.pk in found.ours and here.pk not in found.ours
    html = client.get(answer.url).content.decode()
    assert "认出 3 件，没有认出 1 行" in html and elsewhere.number in html and missing.number in html
    street = twin.client(twin.person("union_officer", "甲街")).get(answer.url).content.decode()
    assert missing.number in street and elsewhere.number not in street, "a case beyond one's reach is not named"
    out = b"".join(client.post(answer.url, {"do": "differences"}))
    assert out.startswith(b"PK")
    beyond = twin.person("unit_admin", "甲街")
    with acting_as(beyond):
        named = indicators.enter_claim(KEY, twin.units["甲厂"], str(year), "街道", 1, numbers=[elsewhere.number])
        assert named.doubts == [(1, "stranger")], "a case beyond one's reach is not found"


def test_the_list_under_a_figure_names_its_cases_and_leads_to_whoever_may_open_them(cases, twin):
    path = "/office/figures/work.opened/"
    shown = twin.client(twin.person("group_office")).get(path).content.decode()
    assert cases[0].number in shown and f"/office/cases/{cases[0].pk}/" in shown
