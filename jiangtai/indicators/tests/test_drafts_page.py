"""The page of drafts: each figure held against its unit and period, nothing kept, hostile files refused."""

import base64
import io
import random
import re
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from jiangtai import lake, people
from jiangtai.access import AuditEntry, Unit, acting_as_job, units
from jiangtai.indicators import Period, reviewing
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented
from tests.live import credit_code

PATH = "/office/drafts/"


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    """Two workers at 甲厂 and one at 乙厂, in a lake."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        for name, at in (("诸葛靓", "甲厂"), ("司马光", "甲厂"), ("欧阳修", "乙厂")):
            invented.worker(twin.units[at], name)
        lake.refresh()
    return tmp_path


@pytest.fixture
def send(twin, folder):
    """A draft sent by a street's officer, or by whom is named; the answer as text."""

    def sent(text="", who=("group_office",), status=200, **more):
        client = twin.client(twin.person(*who))
        page = client.get(PATH).content.decode()
        unit = re.search(r'<option value="([0-9a-f-]{36})"', page)[1]
        year = str(clock.today().year)
        answer = client.post(PATH, {"unit": unit, "period": year, "text": text, "do": "check", **more})
        assert answer.status_code == status
        return answer

    return sent


def cards(answer):
    """What is said of each figure: words, verdict, computed value."""
    html = answer.content.decode()
    found = re.findall(
        r'<li class="draft-card (\w+)" id="f\d+".*?class="draft-said"[^>]*>(.*?)</a>(.*?)</li>', html, re.S
    )
    return [
        (said, verdict, (re.search(r">([\d.,]+)\S，看明细", rest) or [None, None])[1]) for verdict, said, rest in found
    ]


def workers(unit):
    """How many work at a unit, counted by the rows of the lake."""
    from jiangtai.indicators import Frame, computed, named, scopes

    at = lake.opened()
    [one] = scopes(at, [str(unit.pk)])
    return int(computed(at, named("register.workers"), one.unit, Frame(Period.parse("2026"), clock.today())).value)


def test_each_figure_is_marked_and_opens_to_its_rows(send, twin, folder):
    n = workers(twin.units["区"])
    answer = send(f"全区现有在岗职工{n}人。全区现有在岗职工{n + 5}人，新建驿站7个。")
    assert cards(answer) == [
        (f"{n}人", "match", str(n)),
        (f"{n + 5}人", "mismatch", str(n)),
        ("7个", "unsupported", None),
    ]
    html = answer.content.decode()
    assert f"改为“<b>{n}人</b>”" in html and "在岗职工人数" in html
    link = re.search(r'href="(/office/figures/register\.workers/\?[^"]+)"', html)[1].replace("&amp;", "&")
    rows = twin.client(twin.person("group_office")).get(link).content.decode()
    assert f"数的是这 {n:,} 行" in rows


def test_a_figure_is_held_against_the_unit_and_the_year_that_its_sentence_names(send, twin):
    firm, year = twin.units["甲厂"].name, clock.today().year + 1
    n = workers(twin.units["甲厂"])
    text = f"2020年，全区在岗职工{n + 1}人。{firm}现有在岗职工{n}人。{year}年在岗职工{n}人。2020年以来在岗职工{n}人。"
    answer = send(text)
    assert [verdict for _, verdict, _ in cards(answer)] == ["mismatch", "match", "unsupported", "unsupported"]
    html = answer.content.decode()
    assert f"{firm}（文中所说）" in html and "2020年（文中所说）" in html
    assert f"{year}年还没有到" in html and "系统没有核" in html


def test_a_figure_is_held_against_the_day_up_to_which_it_is_told(send, twin):
    """A worker came on the 20th of last September: on the 10th there was nobody, nor in the first half."""
    year = clock.today().year - 1
    with acting_as_job("测试"):
        firm = twin.units["甲厂"]
        one = invented.person(firm)
        people.hire(one, firm, on=date(year, 9, 20), occupation="车工", is_production=True)
        lake.refresh()
    text = (
        f"截至{year}年9月10日，全区在岗职工0人。{year}年上半年，全区在岗职工0人。{year}年9月20日，全区在岗职工1人。"
        f"截至{year}年9月10日，全区入职0人次。{year}年前三季度，全区入职1人次。{year}年1—8月，全区入职1人次。"
        f"{year}年9月20日，全区入职1人次。{year}年2月30日，全区在岗职工1人。"
    )
    answer = send(text)
    verdicts = [verdict for _, verdict, _ in cards(answer)]
    assert verdicts == ["match", "match", "match", "match", "match", "mismatch", "unsupported", "unsupported"]
    html = answer.content.decode()
    assert f"{year}年截至9月10日（文中所说）" in html and "看不出是当天的数还是到这一天的累计数" in html
    address = re.search(r'href="(/office/figures/register\.workers/\?[^"]+)"', html)[1].replace("&amp;", "&")
    assert f"as_of={year}-09-10" in address
    assert f"截至 {year}-09-10" in twin.client(twin.person("group_office")).get(address).content.decode()


def test_of_several_units_at_once_a_figure_is_held_against_none(send, twin):
    answer = send(f"{twin.units['甲厂'].name}、{twin.units['乙厂'].name}现有在岗职工3人。")
    assert cards(answer) == [("3人", "unsupported", None)]
    assert "文中把几个单位放在一起说，系统没有核" in answer.content.decode()


def test_a_word_that_is_also_what_a_firm_is_called_still_says_what_is_counted(send, twin):
    with acting_as_job("测试"):
        units.found(kind=Unit.Kind.ENTERPRISE, name="高新技术有限公司", parent=twin.units["甲街"], code=credit_code(61))
        lake.refresh()
    answer = send("全区高新技术企业99家。高新技术现有在岗职工9人。")
    assert [(said, verdict) for said, verdict, _ in cards(answer)] == [("99家", "mismatch"), ("9人", "mismatch")]
    assert answer.content.decode().count("高新技术有限公司（文中所说）") == 1


def test_a_text_against_itself(send):
    html = send("培训520人，其中男320人、女230人。").content.decode()
    assert "自相矛盾 <b>1</b> 处" in html and "各项相加不等于总数" in html


def test_what_is_taken_is_corrected_and_nothing_else(send, twin, folder):
    n = workers(twin.units["区"])
    text = f"在岗职工{n + 5}人。\n在岗职工{n + 7}人。"
    answer = send(text, do="download", take=["1"])
    assert answer["Content-Type"].startswith("text/plain") and "attachment" in answer["Content-Disposition"]
    assert answer.content.decode("utf-8-sig") == f"在岗职工{n}人。\r\n在岗职工{n + 7}人。"
    assert send(text, do="download", take=["9", "x"]).content.decode("utf-8-sig") == text.replace("\n", "\r\n")


def test_a_word_file_is_read_and_a_hostile_one_refused(send):
    made, document = io.BytesIO(), Document()
    document.add_paragraph("新建驿站7个。")
    document.save(made)
    assert cards(send(file=SimpleUploadedFile("稿.docx", made.getvalue()))) == [("7个", "unsupported", None)]
    assert cards(send(file=SimpleUploadedFile("稿.txt", "新建驿站7个。".encode("gb18030")))) == [
        ("7个", "unsupported", None)
    ]
    for name, content in (("稿.docx", b"MZ" + bytes(99)), ("稿.txt", b"\x7fELF" + bytes(99)), ("稿.exe", b"x")):
        html = send(file=SimpleUploadedFile(name, content), status=422).content.decode()
        assert "wrong-words" in html and "draft-card" not in html, name


def test_nothing_to_check_and_too_much_to_check_are_said(send):
    assert "没有要核的文字" in send(" ", status=422).content.decode()
    assert "最多 50000 个字" in send("数" * 50_001, status=422).content.decode()
    long = SimpleUploadedFile("稿.txt", ("数" * 50_001).encode())
    assert "一次最多核 50,000 字" in send(file=long, status=422).content.decode()
    assert "文中没有要核的数" in send("本年工作顺利。").content.decode()


def test_markup_in_a_draft_is_text(send):
    html = send("<script>alert(1)</script>新建驿站7个。").content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert(1)" in html


def test_nothing_of_a_draft_is_kept(send, folder):
    before = AuditEntry.objects.count()
    send("新建驿站7个，暗号青松。")
    assert not [one for one in AuditEntry.objects.all()[before:] if "青松" in str(vars(one))]
    assert not [file for file in folder.rglob("*") if file.is_file() and "青松".encode() in file.read_bytes()]


def test_a_firm_is_told_of_no_member_and_a_street_of_no_other(send, twin):
    street = ("liaison", "甲街")
    assert cards(send("工会会员3人。", who=street)) == [("3人", "unsupported", None)]
    assert cards(send(f"{twin.units['乙厂'].name}在岗职工9人。", who=street))[0][1] == "unsupported"
    page = send("在岗职工9人。", who=street).content.decode()
    assert twin.units["乙街"].name not in page
    other = re.search(r'<option value="([0-9a-f-]{36})"', send("x1个").content.decode())[1]
    assert send("在岗职工9人。", who=street, unit=other, status=422)


def test_pieces_put_together_are_the_text(folder, twin):
    from jiangtai.indicators import Frame, indicators, scopes

    text = "共投入20+20+6=47万元，培训520人，其中男320人、女230人。"
    [root] = scopes(lake.opened(), [str(twin.units["区"].pk)])
    frame = Frame(Period.parse("2026"), clock.today())
    review = reviewing.Review(text, lake.opened(), indicators(), root, frame)
    assert "".join(one.text for one in review.pieces) == text
    assert [one.text for one in review.pieces if one.findings] == ["20+20+6=", "47", "520人", "320人", "230人"]


def test_without_a_lake_the_page_says_what_to_do(office, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    client = office.client(office.person("group_office"))
    assert "jiangtai lake refresh" in client.get(PATH).content.decode()
    assert "jiangtai lake refresh" in client.post(PATH, {"text": "x"}).content.decode()


def word(text, padding=0):
    """A Word file of one line, with so many bytes of something else in it."""
    made, document = io.BytesIO(), Document()
    document.add_paragraph().add_run(text).bold = True
    document.save(made)
    if padding:
        with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr("word/media/image1.png", b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(padding))
    return made.getvalue()


def test_a_word_file_comes_back_as_word_with_its_figures_replaced(send, folder):
    before = AuditEntry.objects.count()
    content = word("暗号青松，在岗职工99999人。")
    shown = send(file=SimpleUploadedFile("稿.docx", content))
    assert "下载改好的文稿（docx）" in shown.content.decode()
    carried = {"text": "x", "paper": shown.context["carried"], "take": ["1"]}
    answer = send(do="word", **carried)
    assert "attachment" in answer["Content-Disposition"] and answer["Content-Type"].endswith(
        "wordprocessingml.document"
    )
    document = Document(io.BytesIO(answer.content))
    n = re.search(r"在岗职工(\d+)人", document.paragraphs[0].text)[1]
    assert n != "99999" and document.paragraphs[0].runs[0].bold
    [comment] = document.comments
    assert comment.text.startswith("原文“99999人”。在岗职工人数（") and "口径：" in comment.text
    assert send(do="download", **carried).content.decode("utf-8-sig") == document.paragraphs[0].text
    assert not [one for one in AuditEntry.objects.all()[before:] if "青松" in str(vars(one))]
    assert not [file for file in folder.rglob("*") if file.is_file() and "青松".encode() in file.read_bytes()]


def test_a_large_word_file_is_chosen_once_more(send):
    content = word("在岗职工99999人。", 1_600_000)
    shown = send(file=SimpleUploadedFile("稿.docx", content))
    assert shown.context["carried"] == "" and "请再选一次" in shown.content.decode()
    assert "请再选一次" in send("在岗职工99999人。", do="word", take=["1"], status=422).content.decode()
    again = send(do="word", take=["1"], file=SimpleUploadedFile("稿.docx", content))
    assert "99999" not in Document(io.BytesIO(again.content)).paragraphs[0].text


def test_what_comes_back_is_looked_at_like_what_came(send):
    for paper in ("!!", base64.b64encode(b"MZ" + bytes(99)).decode()):
        assert send("x", do="word", paper=paper, status=422)
