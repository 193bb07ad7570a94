"""The three instruments: drafted from tasks that are late, numbered once, answered by account or letter, settled."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document

from jiangtai import ledger
from jiangtai.access import Refused, Unit, acting_as, acting_as_job, units
from jiangtai.domains.reform.actions import supervising as actions
from jiangtai.domains.reform.actions import tasks as work
from jiangtai.domains.reform.facts import InstrumentAnswered, InstrumentClosed, InstrumentIssued, Sender
from jiangtai.domains.reform.models import Addressee, Instrument, Task
from jiangtai.domains.reform.queries import supervising as queries
from jiangtai.domains.reform.rules import footnotes
from jiangtai.domains.reform.rules import supervising as rules
from jiangtai.kernel import clock
from jiangtai.messages import Message
from tests.office import Office

from .following import TODAY, Following, read_paper, refused, scan, send, show, text

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=14)


def drafted(following: Following, kind: Sender = Sender.PROMPT, role: str = "group_office") -> Instrument:
    with acting_as(following.office.person(role)):
        unit = following.office.units["局"]
        return actions.draft(kind, actions.Wording("关于推进的提示", "请抓紧推进。", due=DUE), [unit])


def issued(following: Following, kind: Sender = Sender.PROMPT, role: str = "group_office") -> Addressee:
    one = drafted(following, kind, role)
    with acting_as(following.office.person(role)):
        actions.issue(one)
    return Addressee.unscoped.get(instrument=one)


def test_a_prompt_arises_from_late_tasks_with_one_click_and_is_answered_and_settled(following, signed_in):
    office, desk = signed_in("group_office"), signed_in("liaison", "局")
    shown = show(office, "instruments.urgent", tone="red")
    assert "出台技能人才津贴办法" in shown
    assert "已过期限 20 天" in shown
    assert "组织技能竞赛" not in shown
    page = send(office, "instruments.urgent", do="prompt", pick=[str(following.late.pk), str(following.near.pk)])
    one = Instrument.unscoped.get()
    assert "关于区人社局承担任务推进情况的工作提示" in page
    assert "红灯 1 项①、黄灯 1 项②" in one.body
    assert "已过期限 20 天" in one.body
    assert "① 红灯任务：截至2026年11月20日未完成" in page
    assert "（发出时编号）" in page
    assert footnotes.unmarked(one.body) == []

    page = send(office, "instruments.issue_prompt", one.pk)
    assert "产改提示〔2026〕1号" in page
    assert Message.objects.filter(kind="reform.sent", to=following.office.person("liaison", "局")).count() == 1
    row = Addressee.unscoped.get()
    assert "产改提示〔2026〕1号" in show(desk, "addressees.list")
    assert "答复期限" not in refused(desk, "addressees.answer", row.pk, text="")
    page = send(desk, "addressees.answer", row.pk, text="已召开专题会，12 月 10 日前印发。")
    assert "已报送，等待审核" in page

    page = send(office, "addressees.return", row.pk, said="请补充责任人。", due=str(DUE))
    assert "请补充责任人。" in page
    send(desk, "addressees.answer", row.pk, text="责任人：张毅。")
    assert "已销号" in send(office, "addressees.close", row.pk, said="同意销号。")
    one.refresh_from_db()
    assert one.state == "closed"
    with acting_as_job("测试"):
        assert ledger.every(InstrumentIssued).count() == 1
        assert ledger.every(InstrumentAnswered).count() == 2
        assert ledger.every(InstrumentClosed).count() == 1
        assert not ledger.every(InstrumentIssued).current().exists()
        assert ledger.every(InstrumentIssued).get().fact.number == "产改提示〔2026〕1号"


def test_one_task_is_drafted_from_its_own_page(following, signed_in):
    send(signed_in("group_office"), "instruments.for_task", following.street.pk)
    one = Instrument.unscoped.get()
    assert list(Addressee.unscoped.filter(instrument=one).values_list("unit__name", flat=True)) == ["甲街道办事处"]
    assert one.concerns.get().why == "已过期限 3 天"


def test_a_letter_is_recorded_for_a_unit_with_its_scan(following, signed_in):
    row, office = issued(following), signed_in("group_office")
    said = refused(
        office, "addressees.record", row.pk, text="来函说明", letter_number="局函〔2026〕9号", letter_date="2026-11-20"
    )
    assert "来函扫描件" in said
    page = send(office, "addressees.record", row.pk, text="来函说明", letter_number="局函〔2026〕9号",
                letter_date="2026-11-20", letter=scan())  # fmt: skip
    assert "来函代录" in page
    reply = row.replies.get()
    assert b"".join(office.get(reverse("addressees.letter", args=[row.pk, reply.pk]))).startswith(b"%PDF")
    assert signed_in("liaison", "局").get(reverse("addressees.letter", args=[row.pk, reply.pk])).status_code == 403
    with acting_as_job("测试"):
        assert ledger.every(InstrumentAnswered).get().fact.through.value == "letter"


def test_an_answer_carries_files_and_who_asked_opens_them(following, signed_in):
    row, desk, office = issued(following), signed_in("liaison", "局"), signed_in("group_office")
    many = [scan(f"第{at}份.pdf") for at in range(6)]
    assert "选了 6 个文件，一次最多 5 个" in refused(desk, "addressees.answer", row.pk, text="已完成。", papers=many)
    wrong = SimpleUploadedFile("假的.pdf", b"no paper at all", "application/pdf")
    said = refused(desk, "addressees.answer", row.pk, text="已完成。", papers=[scan("通知.pdf"), wrong])
    assert "文件名是 .pdf，内容却是纯文本" in said and not row.replies.exists()
    send(desk, "addressees.answer", row.pk, text="已完成。", papers=[scan("通知.pdf"), scan("名单.pdf")])
    page = show(office, "addressees.show", row.pk)
    assert "通知.pdf" in page and "名单.pdf" in page
    file = row.replies.get().files.first()
    url = reverse("addressees.file", args=[row.pk, file.pk])
    assert url in page and b"".join(office.get(url)).startswith(b"%PDF")
    assert signed_in("liaison", "甲街").get(url).status_code == 404


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [("prompt", {"group_office"}), ("bulletin", {"leader"}), ("supervision", {"committee"})],
)
def test_each_kind_has_its_own_sender(following, signed_in, kind, allowed):
    for role in ("group_office", "leader", "committee"):
        one = drafted(following, Sender(kind))
        answer = signed_in(role).post(reverse(f"instruments.issue_{kind}", args=[one.pk]))
        assert (answer.status_code == 302) == (role in allowed), (role, answer.status_code)
        one.refresh_from_db()
        assert (one.state == "issued") == (role in allowed)


@pytest.mark.parametrize(("role", "unit"), [("enterprise_hr", "甲厂"), ("enterprise_union", "甲厂工会")])
def test_a_firm_and_its_union_are_told_and_answer(following, role, unit):
    desk = following.office.person(role, unit)
    with acting_as(following.office.person("group_office")):
        wording = actions.Wording("关于推进的提示", "请抓紧推进。", due=DUE)
        one = actions.issue(actions.draft(Sender.PROMPT, wording, [following.office.units["甲厂"]]))
    assert Message.objects.filter(kind="reform.sent", to=desk).count() == 1
    row = Addressee.unscoped.get(instrument=one)
    page = send(following.office.client(desk), "addressees.answer", row.pk, text="已召开专题会。")
    assert "已报送，等待审核" in page


def test_a_kind_is_not_sent_by_the_page_of_another(following, signed_in):
    one = drafted(following, Sender.SUPERVISION)
    assert signed_in("group_office").post(reverse("instruments.issue_prompt", args=[one.pk])).status_code == 404
    with acting_as(following.office.person("group_office")), pytest.raises(Refused, match="区委、区政府"):
        actions.issue(one)


def test_each_kind_and_year_is_numbered_on_its_own(following):
    numbers = [issued(following).instrument.number for _ in range(2)]
    numbers.append(issued(following, Sender.SUPERVISION, "committee").instrument.number)
    assert numbers == ["产改提示〔2026〕1号", "产改提示〔2026〕2号", "产改督查〔2026〕1号"]
    one = Instrument.unscoped.filter(kind="prompt").first()
    with pytest.raises(IntegrityError, match="instrument_one_number"), transaction.atomic():
        Instrument.unscoped.exclude(pk=one.pk).filter(kind="prompt").update(serial=one.serial)


def test_a_supervision_is_settled_by_its_sender_only(following, signed_in):
    row = issued(following, Sender.SUPERVISION, "committee")
    send(signed_in("liaison", "局"), "addressees.answer", row.pk, text="已完成。")
    assert "督查由区委、区政府经办人审核销号" in refused(
        signed_in("group_office"), "addressees.close", row.pk, said="同意"
    )
    send(signed_in("committee"), "addressees.close", row.pk, said="同意")


def test_what_was_sent_is_not_changed_sent_or_thrown_away_again(following):
    row = issued(following)
    with acting_as(following.office.person("group_office")):
        for act in (actions.issue, actions.discard):
            with pytest.raises(Refused, match="已经发出"):
                act(row.instrument)
        with pytest.raises(Refused, match="已经发出"):
            actions.change(row.instrument, actions.Wording("标题", "正文", due=DUE), [row.unit])


def test_what_is_looked_at_is_not_answered_again(following):
    row = issued(following)
    with acting_as(following.office.person("liaison", "局")):
        actions.answer(row, "已完成。")
        with pytest.raises(Refused, match="已答复待审"):
            actions.answer(row, "再答一次。")


def test_a_unit_sees_what_it_was_sent_and_no_other(following, signed_in):
    row = issued(following)
    assert signed_in("liaison", "甲街").get(reverse("addressees.show", args=[row.pk])).status_code == 404
    assert signed_in("liaison", "局").get(reverse("addressees.show", args=[row.pk])).status_code == 200
    assert "关于推进的提示" not in show(signed_in("leader", "甲街"), "instruments.list")


def test_a_draft_is_no_ones_but_its_office(following, signed_in):
    one = drafted(following)
    row = Addressee.unscoped.get(instrument=one)
    assert signed_in("liaison", "局").get(reverse("addressees.show", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"units": "没有的局"}, "第 1 行“没有的局”：没有找到这个单位"),
        ({"due": ""}, "要求答复的，请填写答复期限"),
        ({"due": "2026-11-01"}, "答复期限不能早于今天"),
        ({"body": ""}, "正文"),
    ],
)
def test_bad_input_is_answered_beside_its_field(following, signed_in, form, said):
    good = {
        "kind": "prompt",
        "title": "提示",
        "units": "区人社局",
        "body": "请抓紧。",
        "needs_reply": "on",
        "due": str(DUE),
    }
    assert said in refused(signed_in("group_office"), "instruments.new", **{**good, **form})


def test_nobody_is_sent_what_goes_out_in_their_own_name(following, signed_in):
    with acting_as_job("测试"):
        own = units.found(kind=Unit.Kind.DEPARTMENT, name="区总工会", parent=following.office.units["区"])
    office = signed_in("group_office")
    said = {"title": "提示", "units": f"区人社局\n{own.name}", "body": "请抓紧。", "needs_reply": "on", "due": str(DUE)}
    page = refused(office, "instruments.new", kind="prompt", **said)
    assert re.search(r'id="id_units_error"[^>]*>(<[^>]*>|✕|\s)*工作提示由“区总工会”发出，不能发给它自己', page)
    send(office, "instruments.new", kind="prompt", **{**said, "units": "区人社局"})
    one = Instrument.unscoped.get()
    assert "不能发给它自己" in refused(office, "instruments.edit", one.pk, **said)
    send(office, "instruments.new", kind="supervision", **said)


def test_the_senders_own_late_task_is_left_out_of_a_draft_and_said_so(following, signed_in):
    with acting_as_job("测试"):
        following.office.units["总"] = units.found(
            kind=Unit.Kind.DEPARTMENT, name="区总工会", parent=following.office.units["区"]
        )
    own, office = following.task("总", "推动企业建会", -5), signed_in("group_office")
    page = send(office, "instruments.urgent", do="prompt", pick=[str(own.pk), str(following.late.pk)])
    one = Instrument.unscoped.get()
    assert "1 项由发文机关自己承担，没有写进草稿" in page and "推动企业建会" not in one.body
    assert str(Addressee.unscoped.get(instrument=one).unit) == "区人社局" and one.concerns.count() == 1
    send(office, "instruments.urgent", do="supervision", pick=[str(own.pk), str(following.late.pk)])
    assert Instrument.unscoped.get(kind="supervision").concerns.count() == 2
    answer = office.post(reverse("instruments.urgent"), {"do": "prompt", "pick": [str(own.pk)]}, follow=True)
    assert "不能发给它自己" in text(answer) and Instrument.unscoped.filter(kind="prompt").count() == 1


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("prompt", "{}总工会", True),
        ("prompt", "{level}总工会", True),
        ("prompt", "总工会", False),
        ("prompt", "锦河街道总工会", False),
        ("supervision", "中共{}委办公室", True),
        ("supervision", "{level}委办公室", True),
        ("supervision", "{level}人民政府办公室", True),
        ("supervision", "办公室", False),
    ],
)
def test_an_issuer_is_known_by_its_whole_name_or_as_its_place_says_it(following, kind, name, expected):
    place = following.office.units["区"]
    unit = Unit(name=name.format(place.name, level=rules.level_of(place.name, place.kind)))
    with acting_as_job("测试"):
        assert queries.is_issuer(Sender(kind), place, unit) is expected


def test_without_an_answer_it_is_settled_only_with_a_reason(following, signed_in):
    row, office = issued(following), signed_in("group_office")
    assert "请写明原因" in refused(office, "addressees.close", row.pk, said="")
    send(office, "addressees.close", row.pk, said="任务已调整。")


def test_an_instrument_is_an_editable_document_and_a_pdf(following, signed_in):
    office = signed_in("group_office")
    send(office, "instruments.urgent", do="prompt", pick=[str(following.late.pk)])
    one = Instrument.unscoped.get()
    send(office, "instruments.issue_prompt", one.pk)
    word = office.post(reverse("instruments.paper", args=[one.pk, "docx"]))
    said = read_paper(word.content)
    for wanted in ("区总工会文件", "产改提示〔2026〕1号", "红灯 1 项①", "① 红灯任务", "前书面答复", "2026年11月20日"):
        assert wanted in said, wanted
    assert office.post(reverse("instruments.paper", args=[one.pk, "pdf"])).content.startswith(b"%PDF")
    assert office.post(reverse("instruments.paper", args=[one.pk, "exe"])).status_code == 404
    desk = signed_in("liaison", "局")
    assert (
        desk.post(reverse("addressees.paper", args=[Addressee.unscoped.get(instrument=one).pk, "docx"])).status_code
        == 200
    )


def quarter(following: Following) -> dict[str, Task]:
    """Tasks that stood badly at the end of the third quarter, or were done by then."""
    tasks = (("局", "甲类津贴", -80), ("局", "乙类津贴", -48), ("甲街", "站点", -80), ("乙街", "竞赛", 90))
    with clock.at(date(2026, 7, 1)), acting_as(following.office.person("group_office")):
        found = {
            title: work.give(following.measure, following.office.units[unit], title, due=TODAY + timedelta(days=days))
            for unit, title, days in tasks
        }
    with clock.at(date(2026, 9, 30)), acting_as_job("测试"):
        work.note_lights(Task.unscoped.filter(pk__in=[one.pk for one in found.values()]))
    return found


def test_a_quarters_bulletin_is_written_from_tasks_lights_and_reports(following, signed_in):
    office = signed_in("group_office")
    quarter(following)
    with acting_as_job("测试"):
        following.report(following.late, date(2026, 9, 30), "经费未落实", "12 月完成")
        following.report(following.near, date(2026, 6, 30), "上季度的问题")
        following.report(following.near, date(2026, 11, 3), "下季度的问题")
    page = send(office, "instruments.bulletin", period="2026-Q3")
    one = Instrument.unscoped.get()
    assert "关于2026年第三季度产业工人队伍建设改革任务推进情况的通报" in page
    assert "截至2026年9月30日，3 个单位①共承担产业工人队伍建设改革任务 4 项②，已完成 0 项③" in one.body
    assert "完成率 0.0%④；红灯 2 项⑤，黄灯 1 项⑥" in one.body
    assert "审核通过进展报送 1 份⑦" in one.body
    assert "区人社局：经费未落实。" in one.body
    assert "上季度的问题" not in one.body and "下季度的问题" not in one.body
    assert footnotes.unmarked(one.body) == []
    assert footnotes.unmarked(footnotes.all_of(one.body, one.table)) == []
    assert {"unit": "区人社局", "progress": "共 2 项②，完成 0 项③，红灯 1 项⑤，黄灯 1 项⑥", "problem": "经费未落实。",
            "coming": "12 月完成。"} in one.table  # fmt: skip
    assert "已经拟过" in refused(office, "instruments.bulletin", period="2026-Q3")
    send(signed_in("leader"), "instruments.issue_bulletin", one.pk)
    word = signed_in("leader").post(reverse("instruments.paper", args=[one.pk, "docx"]))
    assert "经费未落实。" in [
        cell.text for row in Document(io.BytesIO(word.content)).tables[0].rows for cell in row.cells
    ]


def test_a_bulletin_drafted_late_tells_how_units_stood_on_the_quarters_last_day(following, signed_in):
    held, office = quarter(following), following.office.person("group_office")

    def stood():
        return {one.unit: (one.tasks, one.done, one.red, one.amber) for one in queries.unit_standings("2026-Q3")}

    with clock.at(date(2026, 9, 30)):
        on_time = stood()
    assert on_time["区人社局"] == (2, 0, 1, 1)
    with clock.at(date(2026, 10, 20)):
        with acting_as(following.office.person("liaison", "甲街")):
            work.prove(held["站点"], "paper", "验收单")
            work.finish(held["站点"])
        with acting_as(office):
            work.amend(held["甲类津贴"], due=date(2026, 12, 31))
            work.cancel(held["乙类津贴"], "不再要求")
            work.move([held["竞赛"]], following.office.units["局"])
            following.report(held["竞赛"], date(2026, 10, 19), problem="场地没有落实")
    assert stood() == on_time
    send(signed_in("group_office"), "instruments.bulletin", period="2026-Q3")
    one = Instrument.unscoped.get()
    assert "截至2026年9月30日" in one.body and "2026年11月20日" not in one.body
    assert all("截至2026年9月30日" in said for said in one.notes if "截至" in said)


def test_a_unit_whose_tasks_have_no_day_is_not_praised(following):
    with clock.at(date(2026, 7, 1)), acting_as(following.office.person("group_office")):
        for unit, name in (("甲街", "建站"), ("乙街", "办赛")):
            work.give(following.measure, following.office.units[unit], name, due=date(2026, 12, 31))
    with clock.at(date(2026, 9, 30)), acting_as_job("测试"):
        Task.unscoped.filter(title="建站").update(due=None)
        work.note_lights(Task.unscoped.filter(title="建站"))
    with acting_as_job("测试"):
        found = queries.unit_standings("2026-Q3")
    assert [(one.unit, one.tasks) for one in found] == [("甲街道办事处", 1), ("乙街道办事处", 1)]
    body = rules.bulletin("2026-Q3", found, date(2026, 9, 30)).body
    assert "且无红灯、黄灯任务的单位：乙街道办事处。" in body


def test_a_quarter_that_runs_is_told_once_it_is_over(following, signed_in):
    office = signed_in("group_office")
    chosen = office.get(reverse("instruments.bulletin")).content.decode()
    assert '<option value="2026-Q3" selected>' in chosen
    assert "到 2026-12-31 才结束" in refused(office, "instruments.bulletin", period="2026-Q4")
    with clock.at(date(2026, 12, 31)):
        assert "到 2026-12-31 才结束" in refused(signed_in("group_office"), "instruments.bulletin", period="2026-Q4")
    assert not Instrument.unscoped.exists()
    with clock.at(date(2027, 1, 1)):
        send(signed_in("group_office"), "instruments.bulletin", period="2026-Q4")
    assert Instrument.unscoped.get().period == "2026-Q4"


def test_a_task_that_went_on_in_the_next_year_counts_once(following):
    before = {one.unit: one.tasks for one in queries.unit_standings("2026-Q4")}
    following.task("甲厂", "整理去年台账", -5, state="rolled")
    following.task("局", "开展岗位练兵", 30, state="rolled")
    assert {one.unit: one.tasks for one in queries.unit_standings("2026-Q4")} == before
    assert following.office.units["甲厂"] not in queries.units_with_tasks()


# the rules


def test_the_same_method_keeps_its_mark_and_a_mark_that_is_gone_takes_its_note_along():
    notes = footnotes.Footnotes()
    body = f"{notes.mark('3 项', '甲')}、{notes.mark('5 项', '乙')}、{notes.mark('4 项', '甲')}"
    assert body == "3 项①、5 项②、4 项①"
    assert footnotes.notes_of("3 项①", notes.methods) == ["① 甲"]
    assert footnotes.mark_of(20) == "〔21〕"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("红灯 3 项①，黄灯 2 项", ["2 项"]),
        ("2026年11月20日，产改提示〔2026〕3号", []),
        ("已过期限 20 天，应于2026年11月20日前答复", ["20 天"]),
        ("完成率 45.5%，培训 1,200 人次②", ["45.5%"]),
        ("“每年不少于 4 次”一项，已办 2 次", ["2 次"]),
    ],
)
def test_a_figure_without_its_method_is_seen(said, found):
    assert footnotes.unmarked(said) == found


def test_the_figures_of_a_light_are_marked_and_days_and_names_are_not():
    notes = footnotes.Footnotes()
    why = (
        "已过期限 20 天；节点“完成 3 个基地”应于 2026-12-31 达到；"
        "指标慢于序时进度（目标 1,200 人，按序时到 11 月 20 日应达 1,060.5 人，实为 87%，差 3 个百分点）"
    )
    assert footnotes.reasoned(why, notes, TODAY) == (
        "已过期限 20 天①；节点“完成 3 个基地”应于 2026-12-31 达到；"
        "指标慢于序时进度（目标 1,200 人②，按序时到 11 月 20 日应达 1,060.5 人②，实为 87%②，差 3 个百分点②）"
    )
    assert [one[:2] for one in notes.methods] == ["天数", "指标"]


def test_a_number_has_no_gap_after_a_draft_is_thrown_away(following):
    with acting_as(following.office.person("group_office")):
        actions.discard(drafted(following))
    assert issued(following).instrument.number == "产改提示〔2026〕1号"
    assert queries.next_serial(Instrument.unscoped.get(), 2026) == 2


def test_answers_page_says_what_is_wrong(following, signed_in):
    answer = signed_in("liaison", "局").post(reverse("addressees.answer", args=[issued(following).pk]), {"text": ""})
    assert "答复内容" in text(answer)


def test_a_unit_sees_on_its_home_what_it_owes_an_answer_to(following, signed_in):
    issued(following)
    page = show(signed_in("liaison", "局"), "web.office")
    assert "待答复的督办" in page
    assert "关于推进的提示" in page
    assert "产改提示〔2026〕1号" in page


def test_a_task_that_stands_well_is_no_cause_for_a_prompt(following, signed_in):
    office = signed_in("group_office")
    assert office.get(reverse("instruments.for_task", args=[following.fine.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("锦川区", "district", "区"),
        ("锦川县", "district", "县"),
        ("锦川市", "city", "市"),
        ("锦川省", "province", "省"),
        ("锦川自治区", "province", "自治区"),
        ("锦川", "city", "市"),
        ("锦川新城", "district", "区"),
    ],
)
def test_a_place_is_called_by_its_own_level(name: str, kind: str, called: str) -> None:
    assert rules.level_of(name, kind) == called


def test_papers_of_a_city_are_the_citys(office: Office) -> None:
    with acting_as_job("测试"):
        Unit.unscoped.filter(pk=office.units["区"].pk).update(name="测试市", kind="city")
        assert queries.issuer("supervision", office.units["区"]) == "中共测试市委办公室、测试市人民政府办公室"
        assert queries.senders(Sender.SUPERVISION)[1] == "督查由市委、市政府经办人发出"
