"""The calendar: twelve months that say why, and a notice that is read, previewed and only then counts."""

from datetime import date

import pytest
from django.test import Client

from jiangtai.kernel import CalendarYear, clock, office_calendar

from .people import entries, url

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：2027年1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月13日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


@pytest.fixture(autouse=True)
def november():
    with clock.at(date(2026, 11, 23)):
        yield


def form(notice=NOTICE, **more):
    return {"year": "2027", "notice_number": "国办发明电〔2026〕9号", "notice": notice, **more}


def test_a_known_year_marks_rest_and_make_up_days(db):
    text = Client().get("/calendar/?year=2026").content.decode()
    assert text.count("<em>休</em>") == 33
    assert text.count("<em>班</em>") == 6
    assert "内置" in text
    assert 'aria-current="date"' in text


def test_an_unknown_year_says_so(sits):
    text = sits("office").get(url("calendar.show") + "?year=2027").content.decode()
    assert "只按周末推算" in text


def test_working_days_are_counted(db):
    text = Client().get("/calendar/?year=2026&start=2026-09-28&days=5").content.decode()
    assert "10月10日（周六）" in text
    assert "2027 年只按周末推算" in Client().get("/calendar/?start=2026-12-28&days=9").content.decode()
    assert "至少 1 个工作日" in Client().get("/calendar/?start=2026-12-28&days=0").content.decode()


@pytest.mark.parametrize(
    "query", ["year=0000", "year=９９９９", "year=abc", "year=9999", "start=x&days=y", "year=1&start="]
)
def test_a_senseless_address_is_no_error(db, query):
    assert Client().get(f"/calendar/?{query}").status_code == 200


def test_a_notice_is_previewed_before_it_counts(sits):
    client = sits("office")
    preview = client.post(url("calendar.publish"), form())
    assert preview.status_code == 200
    assert "核对读出来的日期" in preview.content.decode()
    assert not CalendarYear.objects.exists()
    kept = client.post(url("calendar.publish"), form(edit="1")).content.decode()
    assert "清明节：4月3日" in kept
    assert not CalendarYear.objects.exists()
    assert client.post(url("calendar.publish"), form(confirmed="1")).status_code == 302
    assert not office_calendar().is_working(date(2027, 2, 8))
    assert office_calendar().is_working(date(2027, 2, 13))
    assert entries("calendar.published")[0].details["notice_number"] == "国办发明电〔2026〕9号"
    shown = client.get(url("calendar.show") + "?year=2027").content.decode()
    assert "国办发明电〔2026〕9号" in shown
    assert "周敏" in shown
    assert "周敏" not in Client().get("/calendar/?year=2027").content.decode()


def test_faults_of_a_notice_stand_beside_its_text(sits):
    answer = sits("office").post(url("calendar.publish"), form(NOTICE.replace("2月5日（周五）", "2月5日（周四）")))
    assert answer.status_code == 422
    assert "写的是周四，实际是周五" in answer.content.decode()
    forged = form("一、元旦：1月1日放假。", confirmed="1")
    assert sits("office").post(url("calendar.publish"), forged).status_code == 422
    assert not CalendarYear.objects.exists()


def test_only_who_may_publish_sees_the_form(sits):
    assert sits("leader").get(url("calendar.publish")).status_code == 403
