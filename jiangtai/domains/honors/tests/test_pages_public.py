"""The hall of craftsmen on the square, and a worker's own honours in the pocket."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiangtai import credentials, ledger, people
from jiangtai.access import accounts, acting_as, acting_as_job
from jiangtai.domains.honors import actions
from jiangtai.domains.honors.facts import AwardDue, Part
from jiangtai.kernel import clock, new_id
from tests.office import Office

from .honored import TODAY, Honored
from .town import Town

pytestmark = pytest.mark.django_db
PHONE = "19900000177"


@pytest.fixture
def honored(office: Office) -> Iterator[Honored]:
    """The district on a day in November."""
    with clock.at(TODAY):
        yield Honored(office)


@pytest.fixture(autouse=True)
def own_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Erasures of a test stay in it."""
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


def text(answer: Any) -> str:
    return answer.content.decode()


def hall(**query: Any) -> str:
    answer = Client().get(reverse("honors.hall"), query)
    assert answer.status_code == 200
    return text(answer)


def craftsman(person: Any) -> Any:
    return Client().get(reverse("honors.craftsman", args=[person.pk]))


def linked(honored: Honored, person: Any) -> Client:
    """The browser of a worker whose account is this person's own."""
    with acting_as_job("测试"):
        account = accounts.worker_of_phone(PHONE)
        people.link_account(account, person)
    return honored.office.client(account)


def test_a_worker_reads_what_the_own_studio_is_called(honored):
    person = honored.worker("程远", phone=PHONE)
    honored.name(person, honored.title("测试区劳动模范", "model_worker"))
    with honored.clerk():
        actions.enter_register(person.pk, Part.STUDIO, "程远焊接工作室", date(2026, 11, 2))
    phone = linked(honored, person)
    for path in ("/pocket/growth/", "/pocket/file/"):
        page = text(phone.get(path))
        assert "程远焊接工作室" in page and "已擦除" not in page, path


# the hall


def test_a_craftsman_stands_once_with_all_titles(honored):
    person, _ = honored.named("程远")
    honored.name(person, honored.title("全国劳动模范", "model_worker", "national"))
    honored.named("单青", "乙厂")
    page = hall()
    assert page.count("程远</span>") == 1 and "<b>2</b> 位" in page
    assert page.index("全国劳动模范</span>") < page.index("测试区工匠</span>") and "乙厂有限公司" in page
    places = [page.index(one) for one in (">国家</h2>", "程远</span>", ">区（产业）</h2>", "单青</span>")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"q": "程远"}, True),
        ({"q": "程"}, False),
        ({"q": "甲厂"}, True),
        ({"q": "乙厂"}, False),
        ({"page": "99"}, True),
        ({"q": "程远" * 60}, False),
        ({"title": "不是编号"}, False),
    ],
)
def test_the_hall_is_searched_by_full_name_or_unit(honored, query, seen):
    honored.named("程远")
    assert ("程远</span>" in hall(**query)) is seen


def test_the_hall_is_narrowed_to_a_title(honored):
    honored.named("程远")
    honored.named("单青", title=honored.title("全国劳动模范", "model_worker", "national"))
    page = hall(title=str(honored.title("全国劳动模范").pk))
    assert "单青</span>" in page and "程远</span>" not in page and "selected" in page


def test_a_craftsmans_page_shows_numbers_that_anyone_can_check(honored):
    person, fact = honored.named("程远")
    page = text(craftsman(person))
    issued = credentials.Credential.unscoped.get(cause=fact)
    told = ("程远", "测试区工匠", "测试委发〔2026〕8号", "2031年11月19日", issued.number)
    assert all(words in page for words in told)
    assert text(Client().get(reverse("credentials.check", args=[issued.number]))).count("程远") == 1


def test_the_deed_is_told_as_it_was_shown(town: Town) -> None:
    case = town.to(town.nominate(town.workers[0]), "granted")
    page = text(Client().get(reverse("honors.craftsman", args=[case.subject])))
    assert "攻克薄板焊接变形难题。" in page and "焊工 · " in page


def test_who_holds_nothing_any_more_leaves_the_hall(honored):
    revoked, fact = honored.named("程远")
    expired, _ = honored.named("单青", on=date(2021, 1, 1), until=TODAY - timedelta(days=1))
    with honored.clerk():
        actions.revoke(fact, actions.RevokedFor.OWN_WISH, "测试〔2026〕9号", TODAY)
    page = hall()
    assert "程远" not in page and "单青" not in page and "匠心堂还空着" in page
    assert {craftsman(revoked).status_code, craftsman(expired).status_code} == {404}


def test_the_erased_vanish(honored):
    person, _ = honored.named("程远")
    honored.named("单青")
    with acting_as_job("测试"):
        people.erase(person, "本人申请")
    page = hall()
    assert "程远" not in page and "已注销" not in page and "<b>1</b> 位" in page
    assert craftsman(person).status_code == 404 and "程远" not in text(Client().get("/"))


def test_a_stranger_to_the_ledger_has_no_page(honored):
    assert Client().get(reverse("honors.craftsman", args=[new_id()])).status_code == 404


def test_the_square_leads_into_the_hall(honored):
    assert "走进匠心堂" not in text(Client().get(reverse("web.square")))
    honored.named("程远")
    page = text(Client().get(reverse("web.square")))
    assert "走进匠心堂" in page and "程远" in page


def test_many_fill_several_pages(honored):
    title = honored.title()
    for number in range(25):
        honored.named(f"程{chr(0x4E00 + number * 7)}", title=title)
    page = hall()
    assert page.count('class="craftsman"') == 24 and "第 1 页，共 2 页" in page
    assert hall(page="2").count('class="craftsman"') == 1


# the pocket


def test_a_worker_sees_honors_card_and_award(honored):
    person = honored.worker("程远", phone=PHONE)
    fact = honored.name(person, award=10_000)
    browser = linked(honored, person)
    page = text(browser.get(reverse("honors.mine")))
    issued = credentials.Credential.unscoped.get(cause=fact)
    assert "奖金 10,000 元，待发放" in page and reverse("credentials.own", args=[issued.pk]) in page
    assert "有效期至 2031-11-19" in page
    with acting_as(honored.office.person("finance")):
        actions.pay(ledger.every(AwardDue).values_list("pk", flat=True), "拨付1", TODAY)
    assert "奖金 10,000 元，已于 2026-11-20 发放" in text(browser.get(reverse("honors.mine")))
    growth = text(browser.get(reverse("web.growth")))
    assert "我的荣誉" in growth and "测试区工匠" in growth


def test_what_was_taken_back_is_told_to_whom_it_was_taken(honored):
    person = honored.worker("程远", phone=PHONE)
    fact = honored.name(person, award=10_000)
    honored.name(person, honored.title("全国劳动模范", "model_worker", "national"))
    with honored.clerk():
        actions.revoke(fact, actions.RevokedFor.CONDUCT, "测试〔2026〕9号", TODAY)
    page = text(linked(honored, person).get(reverse("honors.mine")))
    assert page.index("全国劳动模范") < page.index("测试区工匠") and "已撤销" in page
    assert "因荣誉撤销不再发放" in page and "待发放" not in page and "严重违反职业道德 · 测试〔2026〕9号" in page


def test_a_worker_sees_nobody_elses(honored):
    honored.named("程远")
    mine = linked(honored, honored.worker("单青", phone=PHONE))
    page = text(mine.get(reverse("honors.mine")))
    assert "程远" not in page and "还没有荣誉" in page
    assert "我的荣誉" not in text(mine.get(reverse("web.growth")))


def test_a_worker_without_a_file_is_told_what_to_do(honored):
    with acting_as_job("测试"):
        account = accounts.worker_of_phone(PHONE)
    assert "还没有关联您的档案" in text(honored.office.client(account).get(reverse("honors.mine")))


def test_a_refusal_tells_its_stage_and_how_to_appeal(town: Town) -> None:
    worker = town.workers[0]
    case = town.to(town.nominate(worker), "verify")
    town.act("union_officer@甲街", town.seat(case), "refused", opinion="不符合")
    with acting_as_job("测试"):
        with clock.at(clock.today() - timedelta(days=40)):  # a phone that was just changed links nobody
            people.change(worker, phone=PHONE)
    browser = linked(Honored(town.office), worker)
    page = text(browser.get(reverse("honors.mine")))
    assert "止于“街道核实”" in page and "还剩 10 个工作日" in page and "甲厂" in page
    with clock.at(clock.today() + timedelta(days=40)):
        later = town.office.client(accounts.worker_of_phone(PHONE))
        assert "申诉期限已过" in text(later.get(reverse("honors.mine")))
