"""A cadre parts one file that lists made of two people: lines side by side, ticked, a second who agrees, and back."""

import re
from datetime import date

import pytest

from jiangtai import indicators, lake, people
from jiangtai.access import AuditEntry, Unit, accounts, acting_as, acting_as_job, units
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people import Person, Split
from jiangtai.people.sources.tests.lists import loaded
from jiangtai.people.tests.invented import id_number
from jiangtai.people.tests.test_splitting import CERTIFIED, INSURED, NUMBER, TAXED

DAY = date(2026, 8, 31)


@pytest.fixture
def mixed(office):
    with acting_as_job("测试"):
        for key, line in (("social_insurance", INSURED), ("certificates", CERTIFIED), ("taxes", TAXED)):
            loaded(key, office.units["局"], line, day=DAY)
        (found,) = people.find(id_number=NUMBER)
    return found


@pytest.fixture
def clerk(office):
    return office.client(office.person("group_office"))


@pytest.fixture
def second(office):
    return office.client(office.person("union_officer", "区"))


def text(client, path, **sent) -> str:
    return (client.post(path, sent, follow=True) if sent else client.get(path)).content.decode()


def ticks(page: str) -> list[str]:
    """The lines that may be ticked, in the order of the page."""
    return re.findall(r'name="lines" value="(\d+)"', page)


def offered(page: str) -> list[str]:
    """What there is to choose, in the order of the page."""
    return re.findall(r'name="result" value="(\w+)"', page)


def test_from_the_persons_page_to_two_files_and_back(mixed, clerk, second):
    path = f"/office/people/{mixed.pk}/split/"
    assert path in text(clerk, f"/office/people/{mixed.pk}/")
    page = text(clerk, path)
    told = ("社会保险参保名册", "职业技能证书名册", "个人所得税扣缴单位名册", "2026-08-31", "区人社局", "199****0100")
    for words in (*told, "甲厂有限公司", "乙厂有限公司", "入职 甲厂有限公司", "取得技能等级", "没有本人账号"):
        assert words in page, words
    assert NUMBER not in page and "19900000100" not in page and "S0009" not in page
    insured, certified, taxed = ticks(page)
    assert "没有勾选来源记录" in text(clerk, path, reason="两个人")
    again = text(clerk, path, lines=[insured, certified, taxed], reason="两个人")
    assert "全部勾上了" in again and again.count("checked") == 3, "what was ticked stays ticked"
    assert clerk.post(path, {"lines": [certified], "reason": ""}).status_code == 422
    assert clerk.post(path, {"lines": ["9" * 5_000], "reason": "两个人"}).status_code == 422
    assert "请删去号码" in text(clerk, path, lines=[certified], reason=f"另一个人是 {NUMBER}")
    done = text(clerk, path, lines=[certified], reason="与两人的身份证核对。")
    assert "已提出拆分，等另一位经办人确认" in done and "待另一人确认" in done

    confirm = f"/office/splits/{Split.objects.get().pk}/confirm/"
    assert "须由另一位经办人确认" in text(clerk, confirm, result="split")
    page = text(second, confirm)
    assert "与两人的身份证核对。原编号" in page and "拆分以后" in page
    assert page.count("留在原档案</span>") == 2 and page.count("新档案</span>") == 1
    assert "请写明原因" in text(second, confirm, result="refuse")
    assert "已拆分" in text(second, confirm, result="split")
    other = Split.objects.get().other
    assert "取得技能等级" in text(clerk, f"/office/people/{other.pk}/")
    page = text(clerk, f"/office/people/{mixed.pk}/")
    assert "档案拆分" in page and "取得技能等级" not in page
    assert clerk.get(confirm).status_code == 404

    pair = f"/office/people/{mixed.pk}/merge/{other.pk}/"
    page = text(clerk, "/office/splits/")
    assert pair in page, "a split is taken back by merging"
    assert f'href="/office/people/{other.pk}/"' in page, "whose the lines are now"
    assert "已提出归并" in text(clerk, pair, reason="确是一人")
    merge = people.Merge.objects.get()
    assert "已归并" in text(second, f"/office/merges/{merge.pk}/confirm/", result="merge")
    assert Person.unscoped.get(pk=other.pk).merged_into_id == mixed.pk
    page = text(clerk, "/office/splits/")
    assert pair not in page, "no link to two that are one again"
    assert f'href="/office/people/{mixed.pk}/"' in page and f'href="/office/people/{other.pk}/"' in page
    assert "甲厂" in text(clerk, f"/office/people/{other.pk}/"), "either opens the one that has the lines"


def test_who_may_not_split_is_told_why_and_sees_no_line(mixed, clerk, office):
    path = f"/office/people/{mixed.pk}/split/"
    street = office.client(office.person("union_officer", "甲街"))
    page = text(street, path)
    assert "请由上级经办人办理" in page and not ticks(page) and "乙厂" not in page
    assert "请由上级经办人办理" in text(street, path, lines=["1"], reason="两个人")
    Person.unscoped.filter(pk=mixed.pk).update(died_on=DAY)
    assert "请先撤销去世登记" in text(clerk, path)


def test_why_a_second_did_not_agree_is_told_to_who_proposed_it(mixed, clerk, second):
    (_, certified, _) = ticks(text(clerk, f"/office/people/{mixed.pk}/split/"))
    text(clerk, f"/office/people/{mixed.pk}/split/", lines=[certified], reason="两个人")
    confirm = f"/office/splits/{Split.objects.get().pk}/confirm/"
    assert "两份身份证号不同或都有本人账号的除外" in text(second, confirm)
    text(second, confirm, result="refuse", reason="本人到场核对，是一个人")
    page = text(clerk, "/office/splits/")
    assert "未拆分" in page and "本人到场核对，是一个人" in page


def test_whoever_proposed_it_is_offered_to_take_it_back_and_nothing_else(mixed, clerk, second):
    path = f"/office/people/{mixed.pk}/split/"
    (_, certified, _) = ticks(text(clerk, path))
    text(clerk, path, lines=[certified], reason="两个人")
    confirm = f"/office/splits/{Split.objects.get().pk}/confirm/"
    assert offered(text(clerk, confirm)) == ["withdraw"] and offered(text(second, confirm)) == ["split", "refuse"]
    assert second.post(confirm, {"result": "withdraw"}).status_code == 422
    page = text(clerk, confirm, result="withdraw")
    assert "已撤回，档案保持原样" in page and "已撤回" in text(second, "/office/splits/")
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="person.split_withdrawn").count() == 1
    assert "已提出拆分" in text(clerk, path, lines=[certified], reason="两个人"), "the file is free again"


def test_what_cannot_be_done_is_not_offered_to_agree_to_and_the_page_says_why(mixed, clerk, second):
    path = f"/office/people/{mixed.pk}/split/"
    (_, certified, _) = ticks(text(clerk, path))
    text(clerk, path, lines=[certified], reason="两个人")
    split = Split.objects.get()
    confirm = f"/office/splits/{split.pk}/confirm/"
    for is_dead, words in ((True, "请先撤销去世登记"), (False, "有的已不在这份档案里")):
        Person.unscoped.filter(pk=mixed.pk).update(died_on=DAY if is_dead else None)
        Split.objects.filter(pk=split.pk).update(lines=split.lines if is_dead else [*split.lines, 0])
        page = text(second, confirm)
        assert "现在不能拆分：" in page and words in page and offered(page) == ["refuse"]
        assert second.post(confirm, {"result": "split"}).status_code == 422
    assert "已记下：不拆分" in text(second, confirm, result="refuse", reason="记录已变")


def test_a_split_that_waits_is_told_on_the_persons_page_with_a_link_for_whom_it_is_for(mixed, clerk, second, office):
    path, shown = f"/office/people/{mixed.pk}/split/", f"/office/people/{mixed.pk}/"
    assert "等另一位经办人确认" not in text(clerk, shown)
    (_, certified, _) = ticks(text(clerk, path))
    text(clerk, path, lines=[certified], reason="两个人")
    confirm = f"/office/splits/{Split.objects.get().pk}/confirm/"
    for client, is_linked in ((second, True), (office.client(office.person("enterprise_hr", "甲厂")), False)):
        page = text(client, shown)
        assert "等另一位经办人确认" in page and (f'href="{confirm}"' in page) is is_linked
    assert "<h1>撤回拆分</h1>" in text(clerk, confirm) and "<h1>确认拆分</h1>" in text(second, confirm)
    text(second, confirm, result="refuse", reason="是一个人")
    assert "等另一位经办人确认" not in text(clerk, shown)


def test_a_neighbours_split_is_not_there(mixed, clerk, office):
    (_, certified, _) = ticks(text(clerk, f"/office/people/{mixed.pk}/split/"))
    clerk.post(f"/office/people/{mixed.pk}/split/", {"lines": [certified], "reason": "两个人"})
    split = Split.objects.get()
    with acting_as_job("测试"):
        for work in people.employments_of(mixed.pk):
            if work.unit == office.units["乙厂"]:
                people.leave(work, why=people.LeavingReason.RESIGNED)
    neighbour = office.client(office.person("union_officer", "乙街"))
    assert neighbour.get(f"/office/splits/{split.pk}/confirm/").status_code == 404
    street = office.client(office.person("union_officer", "甲街"))
    page = text(street, f"/office/splits/{split.pk}/confirm/")
    assert "请由上级经办人办理" in page and "S0009" not in page and "乙厂" not in page
    assert not offered(page) and "提交</button>" not in page, "nor does it refuse what it does not see"
    for result in ("split", "refuse"):
        page = text(street, f"/office/splits/{split.pk}/confirm/", result=result, reason="不像")
        assert "请由上级经办人办理" in page
    assert Split.objects.get().state == "proposed"


def test_the_page_says_where_the_account_goes(mixed, clerk):
    Person.unscoped.filter(pk=mixed.pk).update(account=accounts.worker_of_phone("19900000100"))
    assert "本人账号是凭身份证号关联的，跟身份证号走" in text(clerk, f"/office/people/{mixed.pk}/split/")


def test_figures_count_two_and_one_again_once_they_are_merged(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)

    def figures() -> list[int]:
        with acting_as_job("测试"):
            lake.refresh()
            at, frame = lake.opened(), indicators.Frame(indicators.Period.parse("2026"), clock.today())
            keys = ("register.persons", "register.workers", "register.registered")
            return [int(indicators.computed(at, indicators.named(key), indicators.root(at).unit, frame).value or 0)
                    for key in keys]  # fmt: skip

    with acting_as_job("测试"):
        office = units.found(kind=Unit.Kind.DEPARTMENT, name="区第七局", parent=twin.units["区"])
        number = id_number("19880808", 337)
        for key, line in (("social_insurance", INSURED), ("taxes", TAXED)):
            loaded(key, office, line | {"name": "郤正七", "id_number": number, "phone": "19900000337"}, day=DAY)
        (mixed,) = people.find(id_number=number)
    before = figures()
    with acting_as(twin.person("group_office")):
        (line,) = (one.id for one in people.contents_of(mixed).lines if one.last.source == "taxes")
        split = people.propose_split(mixed, [line], [], "两个人")
    with acting_as(twin.person("union_officer", "区")):
        other = people.confirm_split(split).other
    assert figures() == [one + 1 for one in before]
    with acting_as(twin.person("group_office")):
        merge = people.propose_merge(mixed, other, reason="确是一人", needs_another=True)
    with acting_as(twin.person("union_officer", "区")):
        people.confirm_merge(merge)
    assert figures()[:2] == before[:2]
