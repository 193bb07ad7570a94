"""A claim stands beside the computed figure with its difference; where a list came with it, the persons who make it."""

import io
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from python_calamine import CalamineWorkbook

from jiangtai import indicators, lake
from jiangtai.access import Refused, Unit, acting_as, acting_as_job, units
from jiangtai.indicators import Claim, claims
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.sources.tests import lists
from jiangtai.people.tests import invented
from tests.live import credit_code

KEY = "register.workers"


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        Claim.unscoped.all().delete()
    return tmp_path


@pytest.fixture
def two(folder, twin):
    """Two who work at the firm, one who works elsewhere, and their numbers."""
    numbers = [invented.id_number() for _ in range(3)]
    with acting_as_job("测试"):
        made = [invented.worker(twin.units[at], name, id_number=number) for at, name, number in
                zip(("甲厂", "甲厂", "乙厂"), ("诸葛靓", "上官云", "欧阳修"), numbers, strict=True)]  # fmt: skip
        lake.refresh()
    return made, numbers


def test_both_numbers_stand_side_by_side_with_the_difference(two, twin):
    with acting_as(twin.person("group_office")):
        at = lake.opened()
        frame = indicators.Frame(indicators.Period.parse(str(clock.today().year)), clock.today())
        value = indicators.computed(at, indicators.named(KEY), twin.units["甲厂"].number, frame).value
        claim = indicators.enter_claim(KEY, twin.units["甲厂"], str(clock.today().year), "统计局", int(value) + 7)
        found = indicators.compared(at, claim)
        assert (found.figure.value, found.difference, found.theirs, found.ours) == (value, 7, None, None)
        with pytest.raises(ValidationError, match="已经报过"):
            indicators.enter_claim(KEY, twin.units["甲厂"], str(clock.today().year), "统计局", 1)
        indicators.withdraw_claim(claim, "录错了")
        indicators.enter_claim(KEY, twin.units["甲厂"], str(clock.today().year), "统计局", 1)


def test_the_list_says_who_is_on_one_side_only(two, twin):
    (here, missing, elsewhere), numbers = two
    sent = [numbers[0], numbers[2], invented.id_number(), "不是号码"]
    with acting_as(twin.person("group_office")):
        claim = indicators.enter_claim(KEY, twin.units["甲厂"], str(clock.today().year), "甲厂", 4, numbers=sent)
        found = indicators.compared(lake.opened(), claim)
    assert (claim.lines, claim.strangers, claim.doubts) == (4, 2, [(3, "stranger"), (4, "stranger")])
    assert found.theirs == [elsewhere.pk]
    assert missing.pk in found.ours and here.pk not in found.ours


def test_where_times_are_counted_a_list_may_name_the_same_person_again(two, twin):
    (here, missing, elsewhere), numbers = two
    sent, year = [numbers[0], numbers[0], numbers[0], numbers[2]], str(clock.today().year)
    with acting_as(twin.person("group_office")):
        claim = indicators.enter_claim("register.hired", twin.units["甲厂"], year, "甲厂", 9, numbers=sent)
        found = indicators.compared(lake.opened(), claim)
    assert (claim.lines, claim.doubts) == (4, [])
    assert sorted(found.theirs) == sorted([here.pk, here.pk, elsewhere.pk]), "hired once, and listed three times"
    assert missing.pk in found.ours and here.pk not in found.ours
    html = twin.client(twin.person("group_office")).get(f"/office/claims/{claim.pk}/").content.decode()
    assert "差几行" in html and "3 人次" in html and "认出 4 人次" in html


@pytest.mark.parametrize(
    ("key", "place", "change", "words"),
    [
        (KEY, "甲街", {"period": "2026年"}, "不认识期间"),
        (KEY, "甲街", {"period": "2999"}, "还没有到"),
        (KEY, "甲街", {"numbers": ["李一", "12"]}, "没有一个完整"),
        ("reform.mean_marks", "甲街", {"numbers": ["1"]}, "不能附名单"),
        (KEY, "乙街", {}, "不在本单位及下级之内"),
    ],
)
def test_what_is_no_claim_is_refused_with_its_reason(office, key, place, change, words):
    values = {"period": "2026", "numbers": (), **change}
    with acting_as(office.person("unit_admin", "甲街")), pytest.raises((ValidationError, Refused), match=words):
        indicators.enter_claim(key, office.units[place], values["period"], "街道", 3, numbers=values["numbers"])


def test_the_pages_enter_show_and_withdraw(two, twin):
    _, numbers = two
    client, year = twin.client(twin.person("group_office")), clock.today().year
    sent = {"indicator": KEY, "unit": str(twin.units["甲厂"].pk), "period": str(year), "who": "区统计局",
            "value": "99999", "document": "年报", "numbers": f"{numbers[0]}\n{numbers[2]}"}  # fmt: skip
    asked = client.get("/office/claims/new/").content.decode()
    assert "按所选指标括号里的计量单位填" in asked and '<optgroup label="' in asked
    assert "人写身份证号，单位写信用代码或全称，" in asked and "办件写办件编号" in asked and "试点写单位" in asked
    answer = client.post("/office/claims/new/", sent)
    assert answer.status_code == 302
    shown = client.get(answer.url).content.decode()
    assert "多报" in shown and "99,999 人" in shown and "名单上有、计算里没有" in shown
    assert f"/office/figures/{KEY}/?unit={twin.units['甲厂'].pk}&amp;period={year}" in shown, "the same unit's figure"
    assert "欧阳修" in shown and numbers[0] not in shown
    firm = f'data-label="用人单位">{twin.units["乙厂"].name}'
    assert re.search(rf'>欧阳修</a>\s*</td><td class="text" {firm}', shown)
    listed = client.get("/office/claims/").content.decode()
    assert "区统计局" in listed and listed.count("<option ") < 12, "only figures that somebody reported are offered"
    neighbour = twin.client(twin.person("unit_admin", "乙街"))
    assert neighbour.get(answer.url).status_code == 404
    own = twin.client(twin.person("unit_admin", "甲街"))
    assert own.get(answer.url).status_code == 200
    assert own.post(f"{answer.url}withdraw/", {"reason": "不认"}).status_code == 422
    assert client.post(f"{answer.url}withdraw/", {"reason": "录错了"}).status_code == 302
    assert "区统计局" not in client.get("/office/claims/").content.decode().partition("<main")[2]


def test_a_list_comes_as_a_file_and_nothing_of_it_stays_but_whom_it_means(two, twin, folder):
    (_here, _missing, _elsewhere), numbers = two
    client, year = twin.client(twin.person("group_office")), clock.today().year
    sent = {"indicator": KEY, "unit": str(twin.units["甲厂"].pk), "period": str(year), "who": "人社部门", "value": "3"}
    rows = [["姓名", "身份证号"], ["诸葛靓", numbers[0]], ["欧阳修", numbers[2]], ["暗号青松", ""]]
    answer = client.post("/office/claims/new/", {**sent, "names": lists.sheet(rows)})
    assert answer.status_code == 302, answer.content.decode()
    html = client.get(answer.url).content.decode()
    assert "第 4 行" in html and "Excel 左边的行号，表头也算" in html
    assert "认出 2 人，没有认出 1 行" in html and "没有登记" in html and "青松" not in html
    with acting_as_job("测试"):
        claim = Claim.unscoped.get(ended_at=None)
        assert "青松" not in str(vars(claim)) and claim.doubts == [[4, "stranger"]]
    out = client.post(answer.url, {"do": "differences"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(out))).get_sheet_by_name("数据")
    told = book.to_python()
    assert ["名单上有、计算里没有", "欧阳修", "—"] in told and ["计算里有、名单上没有", "上官云", "—"] in told
    assert told[-1][2] == 4
    leader = twin.client(twin.person("leader"))
    assert "导出差异名单" not in leader.get(answer.url).content.decode()
    assert leader.post(answer.url, {"do": "differences"}).status_code in (403, 404)
    both = client.post(
        "/office/claims/new/", {**sent, "who": "别处", "numbers": numbers[0], "names": lists.sheet(rows)}
    )
    assert both.status_code == 422 and "两样请选一样" in both.content.decode()
    things = {**sent, "who": "别处", "indicator": "register.employers", "names": lists.sheet(rows)}
    assert "数的是单位，名单请粘贴" in client.post("/office/claims/new/", things).content.decode()


def test_a_list_of_firms_says_which_are_on_one_side_only(folder, twin):
    here, elsewhere = twin.units["甲厂"], twin.units["乙厂"]
    with acting_as_job("测试"):
        missing = units.found(
            kind=Unit.Kind.ENTERPRISE, name="没报的厂", parent=twin.units["甲街"], code=credit_code(91)
        )
        lake.refresh()
    client, year = twin.client(twin.person("group_office")), clock.today().year
    numbers = f"{here.code}\n{elsewhere.name}\n没有的厂\n{here.name}"
    sent = {"indicator": "register.enterprises", "unit": str(twin.units["甲街"].pk), "period": str(year),
            "who": "市场监管", "value": "4", "numbers": numbers}  # fmt: skip
    answer = client.post("/office/claims/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    with acting_as_job("测试"):
        claim = Claim.unscoped.get(ended_at=None)
        found = indicators.compared(lake.opened(), claim)
    assert (claim.lines, claim.strangers, claim.doubts) == (4, 2, [[3, "stranger"], [4, "again"]])
    assert found.theirs == [elsewhere.pk] and missing.pk in found.ours and here.pk not in found.ours
    html = client.get(answer.url).content.decode()
    assert "认出 2 家，没有认出 2 行" in html and elsewhere.name in html and "没报的厂" in html
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(client.post(answer.url, {"do": "differences"}))))
    told = book.get_sheet_by_name("数据").to_python()
    assert told[0] == ["差在哪里", "单位", "名单行号"]
    assert ["名单上有、计算里没有", elsewhere.name, "—"] in told and ["计算里有、名单上没有", "没报的厂", "—"] in told
    street = twin.client(twin.person("unit_admin", "甲街"))
    seen = street.get(answer.url).content.decode().partition("<main")[2]
    assert "没报的厂" in seen and elsewhere.name not in seen, "a firm beyond one's reach is counted and not named"


def test_the_list_beside_a_share_names_the_part_that_counts(folder, twin):
    numbers = [invented.id_number() for _ in range(3)]
    with acting_as_job("测试"):
        rural, missing, urban = (
            invented.worker(twin.units["甲厂"], name, id_number=number, hukou=hukou)
            for name, number, hukou in zip(
                ("诸葛靓", "上官云", "欧阳修"), numbers, ("local_rural", "other_rural", "local_urban"), strict=True
            )
        )
        lake.refresh()
    client, year = twin.client(twin.person("group_office")), clock.today().year
    sent = {"indicator": "register.migrant_share", "unit": str(twin.units["甲厂"].pk), "period": str(year),
            "who": "街道", "value": "0.5", "numbers": f"{numbers[0]}\n{numbers[2]}\n{numbers[0]}"}  # fmt: skip
    answer = client.post("/office/claims/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    with acting_as_job("测试"):
        claim = Claim.unscoped.get(ended_at=None)
        found = indicators.compared(lake.opened(), claim)
    assert claim.doubts == [[3, "twice"]]
    assert found.theirs == [urban.pk], "of the whole, and not of the part"
    assert missing.pk in found.ours and {rural.pk, urban.pk}.isdisjoint(found.ours)
    assert len(found.ours) == found.figure.part - 1
    html = client.get(answer.url).content.decode()
    assert f"（{found.figure.part:,.0f} / {found.figure.whole:,.0f}）" in html
    assert "认出 2 人，没有认出 1 行；比重的名单对的是其中计入的" in html and "欧阳修" in html


@pytest.mark.parametrize(("told", "words"), [("66.67", "一致"), ("66.7", "一致"), ("66.6", "少报"), ("67", "多报")])
def test_a_share_is_told_rounded_and_what_rounds_to_it_is_the_same(told, words):
    share = indicators.named("register.migrant_share")
    gap = claims._difference(Decimal(told), 66.6667, share)
    assert (gap > 0) - (gap < 0) == {"一致": 0, "少报": -1, "多报": 1}[words]
