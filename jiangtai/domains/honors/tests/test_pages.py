"""The office's pages: the catalogue, the roster, awards, plaques, rights, registers and young talents."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import ledger, people
from jiangtai.access import AuditEntry, acting_as, acting_as_job, groups
from jiangtai.credentials import Credential
from jiangtai.domains.honors import actions, queries
from jiangtai.domains.honors.facts import (
    AwardDue,
    AwardPaid,
    HonorGranted,
    JudgingRightGranted,
    MentorAssigned,
    Part,
    PlaqueGranted,
    RegisterEntered,
)
from jiangtai.domains.honors.models import HonorTitle
from jiangtai.domains.honors.views import rows
from jiangtai.kernel import clock
from tests.office import Office

from .honored import TODAY, Honored

pytestmark = pytest.mark.django_db


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


def show(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return text(answer)


def send(client: Client, address: str, form: dict[str, str]) -> str:
    """Post a form that is accepted; the page that follows, with what it says."""
    answer = client.post(address, form)
    assert answer.status_code == 302, text(answer)
    return text(client.get(answer["Location"]))


def sheet(answer: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer)))
    return book.get_sheet_by_name("数据").to_python()


# the catalogue

TITLE = {
    "name": "测试区首席技师", "kind": "technician", "tier": "district", "issuer": "区委、区政府", "years": "3",
    "award": "5000", "years_in_trade": "8", "oldest": "", "asks_membership": "on",
    "benefits": "公园免票\n\n 每年体检 \n公园免票", "basis": "测试办法",
}  # fmt: skip


def test_a_title_is_written_down_changed_and_retired_by_pages_alone(honored, signed_in):
    browser = signed_in("union_officer")
    made = browser.post(reverse("honors.titles.new"), TITLE)
    title = HonorTitle.objects.get()
    assert made["Location"] == reverse("honors.titles.show", args=[title.pk])
    assert (title.benefits, title.years, title.oldest) == (["公园免票", "每年体检"], 3, None)
    page = show(browser, "honors.titles.show", title.pk)
    assert all(words in page for words in ("5,000 元", "不少于 8 年", "每年体检", "须为工会会员"))
    assert "每年体检" in show(browser, "honors.titles.edit", title.pk)
    browser.post(reverse("honors.titles.edit", args=[title.pk]), {**TITLE, "years": "", "tier": "provincial"})
    title.refresh_from_db()
    assert (title.years, title.tier) == (None, "provincial")
    browser.post(reverse("honors.titles.retire", args=[title.pk]), {"reason": "办法废止"})
    assert "已停用" in show(browser, "honors.titles")
    browser.post(reverse("honors.titles.restore", args=[title.pk]), {"reason": "办法延续"})
    title.refresh_from_db()
    assert title.is_used
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="title.changed").count() == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "测试区工匠"}, "已存在"),
        ({"award": "-1"}, "没有奖励填 0"),
        ({"kind": "plaque"}, "单位牌匾不发奖金"),
        ({"benefits": "一" * 41}, "每项最多 40 个字"),
        ({"issuer": ""}, "请填写授予机关"),
    ],
)
def test_a_title_that_says_too_little_is_refused(honored, signed_in, change, words):
    honored.title()
    answer = signed_in("union_officer").post(reverse("honors.titles.new"), {**TITLE, **change})
    assert answer.status_code == 422 and words in text(answer)
    assert HonorTitle.objects.count() == 1


def test_what_was_given_keeps_kind_and_tier(honored, signed_in):
    title = honored.title("测试区首席技师", "technician")
    honored.named(title=title)
    answer = signed_in("union_officer").post(
        reverse("honors.titles.edit", args=[title.pk]), {**TITLE, "tier": "national"}
    )
    assert answer.status_code == 422 and "层级不能再改" in text(answer)
    title.refresh_from_db()
    assert title.tier == "district"


# the roster


def test_persons_are_counted_once_and_honors_one_by_one(honored, signed_in):
    person, _ = honored.named("程远")
    honored.name(person, honored.title("全国劳动模范", "model_worker", "national"))
    honored.named("䶮")
    page = show(signed_in("union_officer"), "honors.list")
    figures = [part.split("</p>")[0] for part in page.split('<p class="figure">')[1:]]
    numbers = ["".join(sign for sign in part if sign.isdigit()) for part in (one.rsplit(">", 3)[0] for one in figures)]
    assert "程远" in page and "䶮" in page and "测试委发〔2026〕8号" in page
    assert [number[-1] for number in numbers] == ["2", "3", "1", "0", "1", "0"]


def test_a_number_opens_to_the_same_persons(honored, signed_in):
    person, _ = honored.named("程远")
    honored.name(person, honored.title("全国劳动模范", "model_worker", "national"))
    honored.named("单青")
    browser = signed_in("union_officer")
    assert "程远" not in show(browser, "honors.list", best="district")
    assert "单青" in show(browser, "honors.list", best="district")
    page = show(browser, "honors.list", best="national")
    assert page.count('class="cell-link"') == 2 and "单青" not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"q": "程远"}, True),
        ({"q": "程"}, False),
        ({"q": "委发〔2026〕8"}, True),
        ({"kind": "craftsman"}, True),
        ({"kind": "model_worker"}, False),
        ({"tier": "district"}, True),
        ({"tier": "national"}, False),
        ({"year": "2026"}, True),
        ({"year": "2025"}, False),
        ({"year": "甲"}, False),
        ({"unit": "甲厂"}, True),
        ({"unit": "乙厂"}, False),
        ({"state": "over"}, False),
        ({"state": "soon"}, False),
        ({"state": "nonsense"}, False),
        ({"best": "nonsense"}, False),
    ],
)
def test_conditions_narrow_the_roster(honored, signed_in, query, seen):
    honored.named("程远")
    page = show(signed_in("union_officer"), "honors.list", **query)
    assert (">程远</a>" in page) is seen


def test_what_is_over_is_listed_when_asked_for(honored, signed_in):
    _, revoked = honored.named("程远")
    honored.named("单青", until=TODAY - timedelta(days=1), on=date(2021, 1, 1))
    with honored.clerk():
        actions.revoke(revoked, actions.RevokedFor.FRAUD, "测试〔2026〕9号", TODAY)
    browser = signed_in("union_officer")
    assert not {"程远", "单青"} & set(show(browser, "honors.list").split('"'))
    assert ">程远</a>" in show(browser, "honors.list", state="over")
    assert ">单青</a>" in show(browser, "honors.list", state="expired")


def test_officers_see_their_own_branch_and_unions_their_firms(honored, signed_in):
    _, ours = honored.named("程远", "甲厂")
    _, theirs = honored.named("单青", "乙厂")
    for role, unit in (("union_officer", "甲街"), ("enterprise_union", "甲厂工会"), ("union_officer", "工会")):
        browser = signed_in(role, unit)
        page = show(browser, "honors.list")
        assert "程远" in page and "单青" not in page, (role, unit)
        assert "程远" in show(browser, "honors.show", ours)
        for name in ("honors.show", "facts.proof"):
            assert browser.get(reverse(name, args=[theirs])).status_code == 404
    assert signed_in("union_officer", "甲街").post(reverse("honors.revoke", args=[theirs])).status_code == 404
    assert signed_in("leader", "甲街").post(reverse("honors.revoke", args=[ours])).status_code == 403
    assert Client().get(reverse("honors.show", args=[ours])).status_code == 302


def test_an_honor_shows_where_it_comes_from_and_that_nothing_was_rewritten(honored, signed_in):
    person, fact = honored.named("程远", award=10_000)
    honored.name(person, honored.title("全国劳动模范", "model_worker", "national"))
    browser = signed_in("union_officer")
    page = show(browser, "honors.show", fact)
    assert all(words in page for words in ("导入", "RY2026-", "全国劳动模范", "奖金待发", "10,000 元"))
    assert "待封存" in show(browser, "facts.proof", fact) and reverse("facts.proof", args=[fact]) in page
    assert browser.post(reverse("facts.proof", args=[fact])).status_code == 404
    ledger.seal()
    assert "在封存之中，没有改动" in show(browser, "facts.proof", fact)
    proof = json.loads(browser.post(reverse("facts.proof", args=[fact])).content)
    assert proof["fact"] == str(fact) and ledger.check_proof(proof)
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="fact.proved", details__subject=str(fact)).exists()


def test_an_honor_of_before_is_entered_by_a_page(honored, signed_in):
    title, form = honored.title(), {"document": "测试〔2024〕1号", "on": "2024-05-01"}
    honored.worker("程远")
    browser = signed_in("union_officer")
    page = send(browser, reverse("honors.record"), {"person": "程远", "title": str(title.pk), **form})
    assert "登记已有荣誉" in page and "2029-05-01" in page and "没有通过本系统签发" in page
    twice = browser.post(reverse("honors.record"), {"person": "程远", "title": str(title.pk), **form})
    assert twice.status_code == 422 and "不重复登记" in text(twice)
    honored.worker("单青", "乙厂")
    beyond = signed_in("union_officer", "甲街").post(
        reverse("honors.record"), {"person": "单青", "title": str(title.pk), **form}
    )
    assert beyond.status_code == 422 and "没有找到“单青”" in text(beyond)


def test_an_honor_is_offered_where_a_file_is_split(honored):
    person, fact = honored.named("程远", award=10_000)
    with acting_as_job("测试"):
        loose = {row.pk for row in people.contents_of(person).loose}
        others = {row.pk for row in ledger.life(person.pk) if row.type.startswith("honors.")}
    assert loose & others == {fact}, "what hangs on it goes along, and is not asked about"


def test_an_honor_is_taken_back_by_a_page(honored, signed_in):
    _, fact = honored.named("程远", award=10_000)
    browser = signed_in("union_officer")
    address = reverse("honors.revoke", args=[fact])
    assert "撤销 程远 的“测试区工匠”" in text(browser.get(address))
    form = {"why": "fraud", "document": "测试〔2026〕9号", "on": "2026-11-20"}
    for change, words in (
        ({"why": ""}, "请选择撤销原因"),
        ({"document": ""}, "请填写撤销文件文号"),
        ({"on": "2026-11-21"}, "不能晚于今天"),
        ({"on": "2020-01-01"}, "应在授予日期"),
    ):
        answer = browser.post(address, {**form, **change})
        assert answer.status_code == 422 and words in text(answer), words
    assert browser.post(address, form).status_code == 302
    page = show(browser, "honors.show", fact)
    assert "已撤销" in page and "弄虚作假 · 测试〔2026〕9号" in page and "奖金不再发放" in page
    assert f'href="{address}"' not in page
    again = browser.post(address, form)
    assert again.status_code == 422 and "已经终止" in text(again)


def test_the_roster_goes_out_as_a_sheet(honored, signed_in):
    honored.named("程远")
    honored.named("单青", "乙厂")
    lines = sheet(signed_in("union_officer").post(reverse("honors.list"), {"do": "export"}))
    assert lines[0][0] == "姓名" and {line[0] for line in lines[1:]} == {"程远", "单青"}


def test_the_erased_are_named_no_more(honored, signed_in):
    person, fact = honored.named("程远")
    with acting_as_job("测试"):
        people.erase(person, "本人申请")
    browser = signed_in("union_officer")
    for page in (show(browser, "honors.list"), show(browser, "honors.show", fact)):
        assert "程远" not in page and "已注销" in page


@pytest.mark.parametrize(
    "name",
    ["honors.list", "honors.awards", "honors.book", "honors.cards", "honors.talents", "honors.titles", "honors.hall"],
)
def test_a_list_asks_as_often_for_many_as_for_few(name, honored, signed_in, django_assert_max_num_queries):
    title = honored.title("青年能手", "young_talent" if "talents" in name else "model_worker")
    browser = signed_in("union_officer")
    for number in range(12):
        honored.named(f"程{'一二三四五六七八九十百千'[number]}", title=title, award=1_000)
    browser.get(reverse(name))
    with django_assert_max_num_queries(40):
        browser.get(reverse(name))


# awards


def pay(browser: Client, **query: Any) -> Any:
    """Choose all that wait, and come to the form with the voucher."""
    chosen = browser.post(reverse("honors.awards"), {"do": "pay", "all": "1"}, query_params=query)
    assert chosen["Location"] == reverse("honors.awards.pay")
    return browser.get(chosen["Location"])


def hidden(page: Any) -> str:
    return text(page).split('name="awards" value="')[1].split('"')[0]


def test_finance_pays_by_a_voucher_once_and_only_once(honored, signed_in):
    for name in ("程远", "单青"):
        honored.named(name, award=10_000)
    browser = signed_in("finance")
    due = show(browser, "honors.awards")
    assert "程远" in due and "20,000" in due and "2026-11-20" in due
    form = pay(browser)
    assert "20,000" in text(form) and "单青" in text(form)
    sent = {"awards": hidden(form), "batch": "拨付2026-11", "on": "2026-11-20"}
    assert browser.post(reverse("honors.awards.pay"), {**sent, "batch": ""}).status_code == 422
    assert browser.post(reverse("honors.awards.pay"), {**sent, "on": "2026-11-19"}).status_code == 422
    assert browser.post(reverse("honors.awards.pay"), sent)["Location"] == reverse("honors.awards.paid")
    again = browser.post(reverse("honors.awards.pay"), sent)
    assert again.status_code == 422 and "至少 2 笔已经发放或取消，没有重复发放任何一笔" in text(again)
    with acting_as_job("测试"):
        assert ledger.every(AwardPaid).count() == 2 and not ledger.every(AwardDue).current().exists()
    paid = show(browser, "honors.awards.paid", q="2026-11")
    assert "拨付2026-11" in paid and "程远" in paid and "20,000" in paid
    assert "程远" not in show(browser, "honors.awards")


def test_a_finance_department_pays_for_the_whole_place(honored, signed_in):
    honored.named("程远", "甲厂", award=10_000)
    browser = signed_in("finance", "局")
    assert "程远" in show(browser, "honors.awards")
    sent = {"awards": hidden(pay(browser)), "batch": "拨付2026-11", "on": "2026-11-20"}
    assert "已发放 1 笔，合计 10,000 元" in send(browser, reverse("honors.awards.pay"), sent)
    assert "程远" not in show(signed_in("liaison", "局"), "honors.awards.paid")


def test_who_does_not_pay_cannot(honored, signed_in):
    honored.named("程远", award=10_000)
    clerk = signed_in("union_officer")
    assert clerk.post(reverse("honors.awards"), {"do": "pay", "all": "1"}).status_code == 404
    assert clerk.get(reverse("honors.awards.pay")).status_code == 403


def test_finance_of_another_branch_pays_nothing_of_ours(honored, signed_in):
    honored.named("程远", "乙厂", award=10_000)
    with acting_as_job("测试"):
        award = ledger.every(AwardDue).get().pk
    browser = signed_in("finance", "甲街")
    sent = {"awards": str(award), "batch": "拨付1", "on": "2026-11-20"}
    answer = browser.post(reverse("honors.awards.pay"), sent)
    assert answer.status_code == 422 and "没有发放任何一笔" in text(answer)
    nonsense = browser.post(reverse("honors.awards.pay"), {**sent, "awards": "甲,乙"})
    assert nonsense.status_code == 422 and "重新勾选" in text(nonsense)


def test_finance_sees_what_waits_on_its_desk(honored, signed_in):
    browser = signed_in("finance")
    assert "还没有选择奖金" in show(browser, "honors.awards.pay")
    assert "去发放" not in show(browser, "web.office")
    honored.named("程远", award=10_000)
    assert "去发放" in show(browser, "web.office")


def test_the_list_for_finance_adds_up_as_a_sheet(honored, signed_in):
    honored.named("程远", award=10_000)
    lines = sheet(signed_in("union_officer").post(reverse("honors.awards"), {"do": "export"}))
    assert lines[0][4] == "金额（元）" and lines[1][4] == 10_000
    assert lines[1][:3] == ["程远", "甲厂有限公司", "测试区工匠"]


def test_nothing_chosen_is_said(honored, signed_in):
    honored.named("程远", award=10_000)
    answer = signed_in("finance").post(reverse("honors.awards"), {"do": "pay"}, follow=True)
    assert "没有勾选任何行" in text(answer)


# plaques and rights


def test_a_plaque_is_given_watched_and_taken_off(honored, signed_in):
    browser, plaque = signed_in("union_officer"), honored.title("示范单位", "plaque", years=2)
    form = {"unit": "甲厂有限公司", "title": str(plaque.pk), "document": "测试〔2024〕3号", "on": "2024-12-20"}
    assert browser.post(reverse("honors.plaques.give"), form).status_code == 302
    twice = browser.post(reverse("honors.plaques.give"), form)
    assert twice.status_code == 422 and "到期或摘牌后才能再授" in text(twice)
    page = show(browser, "honors.plaques")
    assert "甲厂有限公司" in page and "30 天后到期" in page
    assert "甲厂有限公司" in show(browser, "honors.plaques", state="soon")
    with clock.at(date(2026, 12, 21)):
        assert "已到期" in show(signed_in("union_officer"), "honors.plaques")
    with acting_as_job("测试"):
        row = ledger.every(PlaqueGranted).get()
    address = reverse("honors.plaques.withdraw", args=[row.pk])
    assert "摘下“甲厂有限公司”的“示范单位”" in text(browser.get(address))
    early = browser.post(address, {"document": "测试〔2026〕4号", "on": "2024-01-01"})
    assert early.status_code == 422 and "日期应在" in text(early)
    assert "已摘牌：甲厂有限公司" in send(browser, address, {"document": "测试〔2026〕4号", "on": "2026-11-20"})
    assert "甲厂有限公司" not in show(browser, "honors.plaques")
    assert "已摘牌" in show(browser, "honors.plaques", state="over")
    assert signed_in("union_officer", "乙街").get(address).status_code == 404


def test_only_units_within_reach_get_a_plaque(honored, signed_in):
    plaque = honored.title("示范单位", "plaque", years=2)
    form = {"unit": "乙厂有限公司", "title": str(plaque.pk), "document": "测试〔2026〕3号", "on": "2026-11-20"}
    answer = signed_in("union_officer", "甲街").post(reverse("honors.plaques.give"), form)
    assert answer.status_code == 422 and "没有找到“乙厂有限公司”" in text(answer)


def test_a_right_to_judge_is_given_and_taken_back(honored, signed_in):
    with acting_as_job("测试"):
        circle = groups.make("测试产业生态圈")
    browser = signed_in("union_officer")
    form = {"unit": "甲厂有限公司", "ecosystem": str(circle.pk), "document": "测试〔2026〕5号", "on": "2026-11-20"}
    wrong = browser.post(reverse("honors.rights.give"), {**form, "until": "2026-11-01"})
    assert wrong.status_code == 422 and "有效期应晚于授予日期" in text(wrong)
    assert browser.post(reverse("honors.rights.give"), form).status_code == 302
    page = show(browser, "honors.rights", ecosystem=str(circle.pk))
    assert "甲厂有限公司" in page and "测试产业生态圈" in page and "收回前有效" in page
    with acting_as_job("测试"):
        row = ledger.every(JudgingRightGranted).get()
    address = reverse("honors.rights.withdraw", args=[row.pk])
    assert "已收回评审权" in send(browser, address, {"document": "测试〔2026〕6号", "on": "2026-11-20"})
    assert "甲厂有限公司" not in show(browser, "honors.rights")
    again = browser.post(address, {"document": "测试〔2026〕6号", "on": "2026-11-20"})
    assert again.status_code == 422 and "已经终止" in text(again)


# the five registers


def test_the_book_holds_model_workers_year_by_year(honored, signed_in):
    model = honored.title("测试区劳动模范", "model_worker")
    honored.named("程远", title=model, on=date(2021, 4, 30), until=date(2026, 4, 29))
    honored.named("单青", title=model)
    honored.named("䶮")
    browser = signed_in("union_officer")
    page = show(browser, "honors.book")
    assert "程远" in page and "单青" in page and "䶮" not in page
    assert "<b>2021</b>" in page and "<b>2026</b>" in page
    assert "单青" not in show(browser, "honors.book", year="2021")
    cards = show(browser, "honors.cards")
    assert "单青" in cards and "RY2026-" in cards and "公园免票" in cards and "程远" not in cards


@pytest.mark.parametrize("part", ["association", "studios", "speakers"])
def test_a_model_worker_enters_and_leaves(part, honored, signed_in):
    honored.named("程远", title=honored.title("测试区劳动模范", "model_worker"))
    honored.named("单青")
    browser, enter = signed_in("union_officer"), reverse(f"honors.{part}.enter")
    form = {"person": "程远", "name": "焊花里的匠心", "on": "2026-11-20"}
    refused = browser.post(enter, {**form, "person": "单青"})
    assert refused.status_code == 422 and "只有现持有劳动模范称号的人" in text(refused)
    assert browser.post(enter, form).status_code == 302
    assert browser.post(enter, form).status_code == 422
    page = show(browser, f"honors.{part}")
    assert "程远" in page and "焊花里的匠心" in page
    with acting_as_job("测试"):
        row = ledger.every(RegisterEntered).get()
    leave = reverse("honors.registers.leave", args=[row.pk])
    assert "程远 退出" in text(browser.get(leave))
    assert "程远 已退出" in send(browser, leave, {"on": "2026-11-20"})
    assert "程远" not in show(browser, f"honors.{part}")
    assert "已退出" in show(browser, f"honors.{part}", state="over")


def test_a_neighbour_leaves_our_registers_alone(honored, signed_in):
    person, _ = honored.named("程远", title=honored.title("测试区劳动模范", "model_worker"))
    with honored.clerk():
        entry = actions.enter_register(person.pk, Part.STUDIO, "程远工作室", TODAY)
    neighbour = signed_in("union_officer", "乙街")
    assert neighbour.post(reverse("honors.registers.leave", args=[entry]), {"on": "2026-11-20"}).status_code == 404
    assert "程远" not in show(neighbour, "honors.studios")


# young talents


def test_a_young_talent_gets_a_mentor_and_is_followed(honored, signed_in):
    _, fact = honored.named("程小远", title=honored.title("青年技能之星", "young_talent"))
    honored.worker("单青")
    _, craftsman = honored.named("䶮")
    browser = signed_in("union_officer")
    assert "未确定导师" in show(browser, "honors.talents", stage="alone")
    address = reverse("honors.talents.mentor", args=[fact])
    for change, words in (
        ({"mentor": "查无此人"}, "没有找到"),
        ({"mentor": "程小远"}, "导师不能是本人"),
        ({"until": "2026-11-01"}, "培养期应晚于今天"),
    ):
        answer = browser.post(address, {"mentor": "单青", "until": "2028-11-20", **change})
        assert answer.status_code == 422 and words in text(answer), words
    assert browser.post(address, {"mentor": "单青", "until": "2028-11-20"}).status_code == 302
    follow = reverse("honors.talents.follow", args=[fact])
    assert browser.post(follow, {"of": "5", "reached": "6"}).status_code == 422
    assert browser.post(follow, {"of": "5", "reached": "2"}).status_code == 302
    page = show(browser, "honors.talents", stage="now")
    assert "程小远" in page and "单青" in page and "2 / 5 项" in page
    detail = show(browser, "honors.talents.show", fact)
    assert "培养中" in detail and "2028-11-20" in detail and "完成 2 项，目标 5 项" in detail
    with clock.at(date(2028, 12, 1)):
        later = signed_in("union_officer")
        assert "程小远" in show(later, "honors.talents", stage="past")
        assert "程小远" not in show(later, "honors.talents", stage="now")
    assert browser.get(reverse("honors.talents.show", args=[craftsman])).status_code == 404
    with acting_as_job("测试"):
        assert ledger.every(MentorAssigned).count() == 1


def test_an_honor_that_was_put_right_keeps_its_certificate_its_award_and_its_mentor(honored, signed_in):
    person, fact = honored.named("程小远", title=honored.title("青年技能之星", "young_talent"), award=10_000)
    honored.worker("单青")
    browser = signed_in("union_officer")
    send(browser, reverse("honors.talents.mentor", args=[fact]), {"mentor": "单青", "until": "2028-11-20"})
    send(browser, reverse("honors.talents.follow", args=[fact]), {"of": "5", "reached": "2"})
    with acting_as_job("测试"):
        for number in (9, 10):
            granted = replace(ledger.fetch(fact).fact, document=f"测试委发〔2026〕{number}号")
            fact = ledger.correct(fact, granted, ledger.Why.WRONG_VALUE)
        number = Credential.unscoped.get().number
        ((held,),) = rows.honors_held([person.pk]).values()
    assert held.beside["credential"].number == number
    page = show(browser, "honors.show", fact)
    assert number in page and "没有通过本系统签发" not in page
    assert all(words in page for words in ("10,000 元", "培养期至 2028-11-20", "完成 2 项，目标 5 项"))
    page = show(browser, "honors.talents.show", fact)
    assert "单青" in page and "2028-11-20" in page


def test_two_of_one_name_are_a_question(honored, signed_in):
    _, fact = honored.named("程小远", title=honored.title("青年技能之星", "young_talent"))
    honored.worker("王伟")
    honored.worker("王伟")
    answer = signed_in("union_officer").post(
        reverse("honors.talents.mentor", args=[fact]), {"mentor": "王伟", "until": "2028-11-20"}
    )
    assert answer.status_code == 422 and "有 2 位“王伟”" in text(answer)


def test_holders_are_found_by_the_search_within_reach(honored, signed_in):
    honored.named("程远", "甲厂")
    for unit, is_found in (("甲街", True), ("乙街", False)):
        page = text(signed_in("union_officer", unit).get("/search/", {"q": "程远"}))
        assert ("荣誉持有人" in page and "测试区工匠 · 甲厂有限公司" in page) is is_found


def test_a_get_changes_nothing_in_the_ledger(honored, signed_in):
    honored.named("程远", award=10_000)
    with acting_as_job("测试"):
        before = ledger.every(HonorGranted, AwardDue, AwardPaid).count()
    browser = signed_in("finance")
    for name in ("honors.list", "honors.awards", "honors.awards.paid", "honors.awards.pay", "honors.book"):
        show(browser, name)
    with acting_as_job("测试"):
        assert ledger.every(HonorGranted, AwardDue, AwardPaid).count() == before


def test_an_award_of_another_hand_is_not_paid_twice(honored, monkeypatch):
    """Two who pay at once meet at the award's own end."""
    honored.named("程远", award=10_000)
    with acting_as(honored.office.person("finance")):
        award = ledger.every(AwardDue).get().pk
        actions.pay([award], "拨付1", TODAY)
        monkeypatch.setattr(actions, "_check_payable", lambda *given: None)
        with pytest.raises(actions.ValidationError, match="没有重复发放任何一笔"):
            actions.pay([award], "拨付2", TODAY)


def test_whose_files_were_put_together_holds_the_honors_of_both_and_counts_once(honored):
    (kept, _), (gone, _) = honored.named("程远"), honored.named("程媛")
    with acting_as_job("测试"):
        people.Person.unscoped.filter(pk=gone.pk).update(state="merged", merged_into=kept, account=None)
        assert {fact.person for _, fact in queries.honors_of(kept.pk)} == {kept.pk, gone.pk}
    assert kept.pk in dict(queries.hall()) and gone.pk not in dict(queries.hall())
