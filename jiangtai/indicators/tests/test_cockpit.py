"""The cockpit and the brief: five figures for each desk, the same numbers as everywhere, nobody else's units."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from jiangtai import indicators, lake, people
from jiangtai.access import AuditEntry, Unit, acting_as, acting_as_job, units
from jiangtai.indicators import (
    Desk,
    Frame,
    IndicatorError,
    Period,
    Target,
    answers,
    desk_of,
    desks,
    watched,
    watched_at,
)
from jiangtai.indicators.moving import Contribution
from jiangtai.indicators.pages import cockpit
from jiangtai.kernel import clock, new_id
from jiangtai.lake import manifest, reading
from jiangtai.people.tests import invented

COCKPIT, BRIEF = "/office/cockpit/", "/office/brief/"


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        Target.unscoped.all().delete()
        for name, at in (("诸葛靓", "甲厂"), ("司马光", "甲厂"), ("欧阳修", "乙厂")):
            invented.worker(twin.units[at], name)
        lake.refresh()
    return tmp_path


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def cards(html):
    """Label and value of the five."""
    return re.findall(
        r'class="five-card.*?stat-label"><a[^>]*>([^<]+)</a>.*?class="figure"><a[^>]*>([^<]+)<', html, re.S
    )


SITTERS = [
    ("group_office", "区", Desk.OFFICE), ("leader", "区", Desk.LEADER), ("liaison", "甲街", Desk.STREET),
    ("leader", "甲街", Desk.STREET), ("unit_admin", "甲厂", Desk.ENTERPRISE), ("liaison", "局", Desk.DEPARTMENT),
    ("union_officer", "工会", Desk.ROOT_UNION), ("enterprise_union", "甲厂工会", Desk.ENTERPRISE_UNION),
]  # fmt: skip


@pytest.mark.parametrize(("role", "at", "desk"), SITTERS)
def test_each_desk_has_its_five(folder, twin, role, at, desk):
    account = twin.person(role, at)
    with acting_as(account) as who:
        assert desk_of(who) == desk
    html = text(twin.client(account), COCKPIT)
    assert [label for label, _ in cards(html)] == [one.label for one in watched_at(desk)]
    assert len(cards(html)) == 5
    assert len(re.findall(r"<p>[一二三四五]、", text(twin.client(account), BRIEF))) == 5


def test_every_desk_has_five_figures_and_an_industry_union_too():
    assert {desk: len(watched_at(desk)) for desk in Desk} == dict.fromkeys(Desk, 5)


def test_what_is_put_on_no_desk_or_twice_is_refused(monkeypatch):
    with pytest.raises(IndicatorError, match="a desk is one of"):
        watched("register.workers", kitchen=1)
    with pytest.raises(IndicatorError, match="said twice"):
        watched("register.workers", office=1)
    monkeypatch.setattr(desks, "_WATCHED", {"register.ghosts": {Desk.OFFICE: 1}})
    with pytest.raises(IndicatorError, match=r"register\.ghosts"):
        watched_at(Desk.OFFICE)


def test_the_five_say_what_their_own_pages_say(folder, twin):
    client = twin.client(twin.person("group_office"))
    html = text(client, COCKPIT)
    for (_, value), one in zip(cards(html), watched_at(Desk.OFFICE), strict=True):
        assert f">{value}</a>" in text(client, f"/office/figures/{one.key}/") or f">{value}<" in text(
            client, f"/office/figures/{one.key}/"
        )


def test_units_below_stand_with_their_persons_and_no_other_desks(folder, twin):
    path = f"{COCKPIT}?figure=register.workers"
    top, street = (twin.client(twin.person(*who)) for who in (("group_office", "区"), ("liaison", "甲街")))
    html = text(top, path)
    assert twin.units["甲街"].name in html and 'data-label="在岗职工"' in html and "没有目标" in html
    assert html.count('class="tile ') == html.count('class="bar-cell"') > 0
    below = text(street, path)
    assert twin.units["甲厂"].name in below
    assert twin.units["乙厂"].name not in below and twin.units["乙街"].name not in below


def test_the_one_behind_is_looked_at_first_and_says_why(folder, twin):
    clerk = twin.person("group_office")
    with acting_as(clerk):
        indicators.set_target("register.union_coverage", twin.units["区"], clock.today().year, 99, base=98)
        indicators.set_target("register.union_coverage", twin.units["甲街"], clock.today().year, 99, base=98)
    html = text(twin.client(clerk), COCKPIT)
    assert re.search(r'five-card current">.*?在岗职工入会率.*?class="light bad">红灯', html, re.S)
    today = clock.today()
    why = re.search(r'class="look-why">(.*?)</p>', html)[1]
    assert why.startswith(f"{today.year} 年，截至 {today.month} 月 {today.day} 日：目标") and "按序时到" in why
    assert re.search(
        r'class="look-title">.*?年度目标</span> <span class="light bad">红灯', html.replace(' id="look"', "")
    )
    assert re.search(r'class="tile bad".*?年度红灯', html, re.S) and 'data-label="年度序时进度"' in html
    assert "亮红灯" in text(twin.client(clerk), BRIEF)
    assert "红灯" not in text(twin.client(twin.person("liaison", "乙街")), COCKPIT)


def test_a_department_without_anybody_is_told_why_all_is_nothing(folder, twin):
    with acting_as_job("测试"):  # a new one, for other tests leave cases at those that are there
        name = f"新设局{new_id().hex[-8:]}"
        new = twin.units[name] = units.found(kind=Unit.Kind.DEPARTMENT, name=name, parent=twin.units["区"])
        lake.refresh()
    assert "这些数都是 0" in text(twin.client(twin.person("liaison", new.name)), COCKPIT)
    assert "这些数都是 0" not in text(twin.client(twin.person("group_office")), COCKPIT)


def test_what_moved_is_told_by_units(folder, twin):
    html = text(
        twin.client(twin.person("group_office")), f"{COCKPIT}?figure=register.workers&period={clock.today().year}"
    )
    moved = html.partition("变在哪里")[2].partition("按月走势")[0]
    assert "上期" in moved and ("带来的变化" in moved or "没有变化" in moved or "没有可比的数" in moved)
    assert len(re.findall(r'data-label="月份"', html)) == 13


@pytest.mark.parametrize(("moved", "said"), [(0.04, "持平"), (-0.2, "−0.2 个百分点"), (1.25, "+1.2 个百分点")])
def test_what_rounds_to_nothing_did_not_move(moved, said):
    one = next(one for one in watched_at(Desk.OFFICE) if one.key == "register.union_coverage")
    row = cockpit._part(Contribution("a", "甲街", None, None, moved), one, "")
    assert row["difference"] == said


@pytest.mark.parametrize("query", ["?figure=register.barred", "?figure=x", "?period=2999", "?period=0001", "?period=x"])
def test_what_is_not_on_the_desk_is_not_there(folder, twin, query):
    client = twin.client(twin.person("group_office"))
    assert client.get(f"{COCKPIT}{query}").status_code == 404
    if "period" in query:
        assert client.get(f"{BRIEF}{query}").status_code == 404


def test_who_looks_first_after_a_refresh_finds_the_answers_there(folder, twin, monkeypatch):
    """What the job computed is what the desk would; a desk below computes its own."""
    month, asked = Frame(Period.month_of(clock.today()), clock.today()), []
    top, street = (twin.client(twin.person("leader", at)) for at in ("区", "甲街"))
    plain = {(one, page): _shown(one, page) for one in (top, street) for page in (COCKPIT, BRIEF)}
    reading._opened.clear()
    answers.prepare(lake.opened(), month)
    [file] = (folder / "answers").iterdir()
    written = file.stat().st_mtime_ns
    reading._opened.clear()
    run = lake.Lake.run
    monkeypatch.setattr(lake.Lake, "run", lambda self, sql, *rest: asked.append(sql) or run(self, sql, *rest))
    for page in (COCKPIT, BRIEF):
        assert _shown(top, page) == plain[top, page]
    assert not asked
    for page in (COCKPIT, BRIEF):
        assert _shown(street, page) == plain[street, page]
    assert asked
    answers.prepare(lake.opened(), month)
    assert [(one, one.stat().st_mtime_ns) for one in file.parent.iterdir()] == [(file, written)]


def _shown(client, page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|（[^（<]+前）', "", text(client, page))


def test_months_and_units_are_taken_away_as_sheets(folder, twin):
    client, path = twin.client(twin.person("leader")), f"{COCKPIT}?figure=register.workers"
    before = exported("figures.cockpit")
    months, below = (_sheet(client.post(path, {"do": what})) for what in ("months", "below"))
    assert months[0][0] == ["月份", "在岗职工人数（人）", "较上月"] and len(months[0]) == 14
    rows, note = below
    assert rows[0][:3] == ["单位", "在岗职工人数（人）", "在岗职工（人）"]
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[1:]]
    assert "期末与用人单位有用工关系" in note["口径"] and "截至" in note["条件"]
    assert client.post(path, {"do": "all"}).status_code == 404
    assert exported("figures.cockpit") == before + 2


def test_without_a_lake_the_pages_say_what_to_do(office, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    client = office.client(office.person("group_office"))
    for path in (COCKPIT, BRIEF):
        assert "jiangtai lake refresh" in text(client, path)
        assert "jiangtai lake refresh" in client.post(path, {"do": "docx"}).content.decode()


def test_a_firms_personnel_and_a_worker_have_no_cockpit(folder, twin):
    assert twin.client(twin.person("enterprise_hr", "甲厂")).get(COCKPIT).status_code == 403


# the brief


def test_the_brief_is_word_that_can_be_edited_and_says_what_the_page_says(folder, twin):
    client = twin.client(twin.person("leader"))
    html = text(client, BRIEF)
    answer = client.post(BRIEF, {"do": "docx"})
    document = Document(io.BytesIO(_taken(answer)))
    said = [paragraph.text for paragraph in document.paragraphs]
    sentence = next(one for one in said if one.startswith("一、在岗职工人数为"))
    assert sentence.endswith("。")
    plain = re.sub(r"[①-⑳]", "", re.sub(r"<[^>]+>", "", html))
    assert sentence in plain and f"{twin.units['区'].name}产业工人队伍建设改革简报" in said
    assert not document.tables, "the methods are footnotes"
    [notes] = [one.target_part for one in document.part.rels.values() if one.reltype.endswith("/footnotes")]
    told = notes.blob.decode()
    assert "期末与用人单位有用工关系" in told and "截至" in told
    assert any("/office/figures/register.workers/?period=" in one.target_ref for one in notes.rels.values())
    marks = set(re.findall(r'class="brief-mark" href="#n(\d+)"', html))
    assert len(document.element.body.findall(f".//{qn('w:footnoteReference')}")) == len(marks) > 5


def test_the_rows_behind_each_number_of_the_brief_open_with_the_number_that_it_says(folder, twin):
    """The figure's page is asked for the same day, so that a later reader finds what was said, be it a figure or by how
    much a unit below moved."""
    with acting_as_job("测试"):
        earlier = Period.month_of(clock.today()).before.first
        people.hire(invented.person(twin.units["甲厂"]), twin.units["甲厂"], occupation="钳工", on=earlier)
        lake.refresh()
    client = twin.client(twin.person("leader"))
    html = text(client, BRIEF)
    links = re.findall(r'<a class="link" href="([^"]+)">([^<]+)</a><a class="brief-mark"', html)
    told = {unescape(url): said for url, said in links}
    assert len(told) > 5 and all(re.search(r"[?&]as_of=\d{4}-\d\d-\d\d", url) for url in told)
    values = {url: said for url, said in told.items() if "人" in said and f"as_of={clock.today()}" in url}
    assert "/register.workers/" in str(values)
    for url, said in values.items():
        stats = text(client, url).split('<div class="stats">')[1].split("<h2")[0]
        shown = re.findall(r"[\d,]+(?:\.\d+)?", re.sub(r"<[^>]+>|（[^）]*）|截至 [\d-]+", " ", stats))
        assert re.match(r"[\d,.]+", said)[0] in shown, (url, said, shown)


def test_a_figure_is_seen_as_of_a_day_within_its_period_only(folder, twin):
    client, last = twin.client(twin.person("leader")), Period.month_of(clock.today()).before
    path, day = f"/office/figures/register.workers/?period={last.text}&as_of=", last.first + timedelta(days=20)
    assert f"截至 {day}" in text(client, f"{path}{day}")
    for wrong in (clock.today(), last.text, "x"):
        assert client.get(f"{path}{wrong}").status_code == 404
    assert f"截至 {last.last}" in text(client, f"{path}{day}".replace("workers/", "workers/publish/"))


def test_the_brief_is_pdf_and_stands_in_the_audit(folder, twin):
    client, before = twin.client(twin.person("leader")), exported("figures.brief", form="pdf", public=True)
    answer = client.post(f"{BRIEF}?for=public", {"do": "pdf"})
    pages = PdfReader(io.BytesIO(_taken(answer))).pages
    told = "".join(one.extract_text() for one in pages)
    assert "五、" in told and "期末与用人单位有用工关系" in told.replace("\n", "") and len(pages) <= 2
    assert client.post(BRIEF, {"do": "xlsx"}).status_code == 404
    assert exported("figures.brief", form="pdf", public=True) == before + 1


def test_what_is_published_leaves_too_few_out(folder, twin):
    client = twin.client(twin.person("unit_admin", "甲厂"))
    inside, outside = text(client, BRIEF), text(client, f"{BRIEF}?for=public")
    number = int(re.search(r"在岗职工人数为<a[^>]*>(\d+)人", inside)[1])
    assert (number < 5) == ("不足5人" in outside)
    assert "不足5人" not in inside


def exported(page, **details):
    """How often something of a page was taken away."""
    wanted = {"page": page, **details}
    with acting_as_job("测试"):
        return AuditEntry.objects.filter(action="export", details__contains=wanted).count()


def _taken(answer):
    """The file's content."""
    return b"".join(answer)


def _sheet(answer):
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(_taken(answer)))
    note = {row[0]: row[1] for row in book.get_sheet_by_name("说明").to_python()}
    return book.get_sheet_by_name("数据").to_python(), note
