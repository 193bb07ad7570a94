"""Employers on the lists of departments: set, ended, pasted as a whole list, filtered, and looked at by others."""

from datetime import date

import pytest
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.domains.register.rules import keeps_a_tag, lines_of
from jiangtai.kernel import clock
from jiangtai.people import EmployerTag, EmployerTagged

HIGH = EmployerTag.HIGH_TECH
SENT = {"tag": "high_tech", "document": "科发〔2026〕3号", "on": "2026-09-01", "until": ""}


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def put(unit, tag=HIGH, **how):
    with acting_as_job("测试"):
        return people.tag(unit, tag, document="一", **how)


def test_one_is_set_seen_by_filter_and_by_the_firm_and_ended(firm, sits):
    office = sits("office")
    assert office.post(url("tags.set"), {**SENT, "unit": str(firm.unit.pk)}).url == url("tags.list")
    page = text_of(office.get(url("tags.list")))
    assert "甲厂有限公司" in page and "高新技术企业" in page and "科发〔2026〕3号" in page and ">移出</a>" in page
    assert "自 2026-09-01 起已是高新技术企业" in text_of(
        office.post(url("tags.set"), {**SENT, "unit": str(firm.unit.pk)})
    )
    for query, is_there in (("tag=high_tech", True), ("tag=above_scale", False), ("tag=x", False)):
        assert ("甲厂有限公司" in text_of(sits("keeper").get(f"{url('employers.list')}?{query}"))) is is_there, query
    own = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    assert own.count("高新技术企业") >= 2 and "科发〔2026〕3号" in own
    row = people.tagging_of(firm.unit.pk, HIGH)
    with clock.at(date(2026, 9, 9)):
        office = sits("office")
        sent = {"document": "科发〔2026〕9号", "on": "2026-09-08"}
        assert office.post(url("tags.end", row.pk), sent).status_code == 302
        assert "已经终止" in text_of(office.post(url("tags.end", row.pk), sent))
        assert people.tags_of(firm.unit.pk) == [] and people.tags_of(firm.unit.pk, date(2026, 9, 7)) == [HIGH]
        assert "甲厂" not in text_of(office.get(f"{url('employers.list')}?tag=high_tech"))
        history = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
        assert "已移出" in history
        put(firm.unit)  # and once more later
        assert people.tags_of(firm.unit.pk) == [HIGH]


def test_it_runs_out_by_itself(firm):
    put(firm.unit, until=date(2026, 12, 31))
    assert people.tags_of(firm.unit.pk, date(2026, 12, 31)) == [HIGH]
    assert people.tags_of(firm.unit.pk, date(2027, 1, 1)) == []


def test_wrong_terms_are_refused(firm, sits):
    for change, words in (({"on": "2026-09-02"}, "还没有到"), ({"until": "2026-09-01"}, "应晚于起始日期")):
        page = text_of(sits("office").post(url("tags.set"), {**SENT, "unit": str(firm.unit.pk), **change}))
        assert words in page and not people.tags_of(firm.unit.pk)


def test_a_pasted_list_is_answered_line_by_line_and_done_as_a_whole(firm, sits):
    office, (ours, theirs) = sits("office"), (firm.unit, firm.units["乙厂"])
    put(theirs)
    text = f"{ours.code}\n 甲厂有限公司 \n\n乙厂有限公司\n没有的公司\n"
    page = text_of(office.post(url("tags.paste"), {**SENT, "lines": text}))
    for words in ("共 4 行", "有效", "重复", "已在列", "没有找到", "为有效的 1 家设置标签"):
        assert words in page, words
    assert not people.tags_of(ours.pk), "checking sets nothing"
    assert office.post(url("tags.paste"), {**SENT, "lines": text, "sure": "1"}).status_code == 302
    assert people.tags_of(ours.pk) == [HIGH]
    again = text_of(office.post(url("tags.paste"), {**SENT, "lines": text, "sure": "1"}))
    assert "没有可以设置的单位" in again
    assert ledger.every(EmployerTagged).count() == 2
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="employer.tagged").count() == 2


def test_nothing_is_half_made(firm, monkeypatch):
    ours, theirs = firm.unit, firm.units["乙厂"]
    put(max(ours, theirs, key=lambda unit: unit.pk))
    with acting_as_job("测试"), pytest.raises(Exception, match="不必重复设置"):
        people.tag_many([ours, theirs], HIGH, document="一")
    assert ledger.every(EmployerTagged).count() == 1


def test_too_long_a_list_is_refused(firm, sits):
    page = text_of(sits("office").post(url("tags.paste"), {**SENT, "lines": "甲\n" * 5001}))
    assert "有 5001 行，一次最多 5000 行" in page


def test_only_the_department_of_the_list_sets_it_and_others_look_within_reach(firm, sits):
    put(firm.unit)
    put(firm.units["乙厂"])
    row, theirs = (people.tagging_of(firm.units[name].pk, HIGH) for name in ("甲厂", "乙厂"))
    for who in ("clerk", "keeper", "hr"):
        page = text_of(sits(who).get(url("tags.list")))
        assert "甲厂" in page and "乙厂" not in page and ">移出</a>" not in page and "粘贴名单" not in page, who
    clerk, sent = sits("clerk"), {"document": "二", "on": "2026-09-01"}
    assert "由它的主管部门" in text_of(clerk.post(url("tags.end", row.pk), sent))
    assert clerk.post(url("tags.end", theirs.pk), sent).status_code == 404
    assert clerk.post(url("tags.set"), {**SENT, "unit": str(firm.unit.pk)}).status_code == 422
    assert people.tags_of(firm.unit.pk) == [HIGH]
    assert sits("hr").get(url("tags.set")).status_code == 403


def test_who_keeps_which_list():
    assert keeps_a_tag(True, "district", "某区", ("统计",))
    assert keeps_a_tag(False, "department", "某区科学技术局", people.TAGS[HIGH].kept_by)
    assert not keeps_a_tag(False, "department", "某区统计局", people.TAGS[HIGH].kept_by)
    assert not keeps_a_tag(False, "enterprise", "某科技公司", people.TAGS[HIGH].kept_by)
    assert set(people.TAGS) == set(EmployerTag)


def test_lines_are_read_as_people_paste_them():
    assert lines_of("\ufeff甲厂\t\r\n\n ９１ ,\n乙厂；") == ["甲厂", "91", "乙厂"]
