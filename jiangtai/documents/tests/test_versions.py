"""The nearest unit's own template counts; what is hostile never does, and every step back is a step forward."""

import io
import zipfile

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from jiangtai.access import AuditEntry, acting_as, acting_as_job
from jiangtai.documents import (
    KINDS,
    DocumentKind,
    Placeholder,
    TemplateVersion,
    document_kind,
    fill,
    in_force,
    keep,
    restore,
)
from jiangtai.kernel import FileRefused

from .test_filling import docx, words_of

LETTER = KINDS["letter"]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def upload(*paragraphs, name="模板.docx", content=None):
    return SimpleUploadedFile(name, content if content is not None else docx(*paragraphs), DOCX)


def said(office, unit):
    return words_of(fill("letter", LETTER.examples, unit=office.units[unit]))


def keep_at(office, unit, *paragraphs):
    with acting_as(office.person("unit_admin", unit)):
        return keep(LETTER, office.units[unit], upload(*paragraphs), "换版头")


def test_the_nearest_unit_wins(office):
    assert "锦川区总工会文件" in said(office, "甲厂")
    keep_at(office, "区", "区的模板 {{ title }}")
    assert "区的模板" in said(office, "甲厂") and "区的模板" in said(office, "乙街")
    keep_at(office, "甲街", "街的模板 {{ title }}")
    assert "街的模板" in said(office, "甲厂") and "区的模板" in said(office, "乙街")
    assert in_force(LETTER, None) is None


def test_going_back_keeps_everything(office):
    first = keep_at(office, "甲街", "第一版 {{ title }}")
    keep_at(office, "甲街", "第二版 {{ title }}")
    assert "第二版" in said(office, "甲街")
    with acting_as(office.person("unit_admin", "甲街")):
        restore(first, LETTER, office.units["甲街"])
        assert "第一版" in said(office, "甲街")
        restore(None, LETTER, office.units["甲街"])
    assert "锦川区总工会文件" in said(office, "甲街")
    assert TemplateVersion.unscoped.count() == 4
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action__startswith="template.").count() == 4


def hostile():
    """What must never become a template, each with a word of the refusal."""
    plain = docx("{{ title }}")
    yield "macro", changed(plain, {"word/vbaProject.bin": b"x"}), "宏"
    yield "not a docx", b"hello", "内容却是"
    yield "pdf", b"%PDF-1.4\n", "内容却是"
    yield "bomb", changed(plain, {"word/bomb.xml": b"0" * (60 * 2**20)}), "异常"
    yield "entities", changed(plain, {"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "DOCTYPE"
    yield "jinja", docx("{{ ''.__class__ }}"), "占位符"
    yield "unknown", docx("{{ salary }}"), "salary"


def changed(content, added):
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, body in added.items():
            archive.writestr(name, body)
    return made.getvalue()


@pytest.mark.parametrize(
    ("what", "content", "words"), list(hostile()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_hostile_upload_never_counts(office, what, content, words):
    with acting_as(office.person("unit_admin", "甲街")), pytest.raises((FileRefused, ValueError), match=words):
        keep(LETTER, office.units["甲街"], upload(content=content))
    assert not TemplateVersion.unscoped.exists()


def text(answer):
    return answer.content.decode()


def test_an_office_changes_its_template_by_page(office):
    browser = office.client(office.person("unit_admin", "甲街"))
    show, change = reverse("documents.show", args=["letter"]), reverse("documents.upload", args=["letter"])
    assert "系统自带" in text(browser.get(reverse("documents.list")))
    assert "GB/T 9704" in text(browser.get(show))
    template = b"".join(browser.get(reverse("documents.template", args=["letter"])))
    edited = Document(io.BytesIO(template))
    edited.paragraphs[0].add_run("（本单位）")
    content = io.BytesIO()
    edited.save(content)
    sent = {"file": upload(content=content.getvalue()), "note": "加字"}
    assert browser.post(change, sent).status_code == 302
    page = text(browser.get(show))
    assert "现用：甲街道办事处" in page and "加字" in page
    trial = b"".join(browser.get(reverse("documents.trial", args=["letter", "docx"])))
    assert "（本单位）" in words_of(trial)
    pdf = b"".join(browser.get(reverse("documents.trial", args=["letter", "pdf"])))
    assert pdf.startswith(b"%PDF")
    refused = browser.post(change, {"file": upload("{{ nonsense }}"), "note": "错的"})
    assert refused.status_code == 422 and "没有“nonsense”这个占位符" in text(refused)
    row = TemplateVersion.unscoped.get()
    kept = b"".join(browser.get(reverse("documents.version", args=["letter", row.pk])))
    assert kept == content.getvalue()
    assert browser.post(reverse("documents.reset", args=["letter"])).status_code == 302
    assert "系统自带" in text(browser.get(show))
    assert browser.post(reverse("documents.restore", args=["letter", row.pk])).status_code == 302
    assert "现用：甲街道办事处" in text(browser.get(show))


def test_a_neighbour_neither_sees_nor_changes_it(office):
    row = keep_at(office, "甲街", "街的模板 {{ title }}")
    neighbour = office.client(office.person("unit_admin", "乙街"))
    assert "换版头" not in text(neighbour.get(reverse("documents.show", args=["letter"])))
    for name in ("version", "restore"):
        assert neighbour.get(reverse(f"documents.{name}", args=["letter", row.pk])).status_code == 404
    assert neighbour.post(reverse("documents.restore", args=["letter", row.pk])).status_code == 404


def test_who_may_only_look_changes_nothing(signed_in):
    browser = signed_in("leader")
    assert browser.get(reverse("documents.show", args=["letter"])).status_code == 200
    assert browser.post(reverse("documents.upload", args=["letter"]), {}).status_code == 403
    assert browser.get(reverse("documents.show", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("paragraphs", "places", "words"),
    [
        (("{nobody}",), ("issuer", "number", "title", "signed_by", "signed_on"), "nobody"),
        (("好",), ("issuer", "title"), "lacks"),
    ],
)
def test_a_kind_that_does_not_fit_itself_is_refused(paragraphs, places, words):
    kind = DocumentKind("test-odd", "怪", "ours", "无。", tuple(Placeholder(one, one) for one in places), paragraphs)
    with pytest.raises(ImproperlyConfigured, match=words):
        document_kind(kind)
    assert "test-odd" not in KINDS
