"""Files that could harm: each is refused in a sentence, the refusal stands in the audit, and nothing of it is kept."""

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.kernel import Home
from jiangtai.people.sources import Batch, confirm_columns, work_on
from jiangtai.people.tests.invented import id_number

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MAIN}"/>{{}}</Types>'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*pages: str, types: str = "", **more: bytes) -> bytes:
    """A workbook of these sheets, as somebody with a text editor makes it."""
    file, numbers = io.BytesIO(), range(len(pages))
    listed = "".join(f'<sheet name="s{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in numbers)
    where = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/s{at}.xml"/>' for at in numbers
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES.format(types))
        first = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        made.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{first}</Relationships>')
        book = f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        made.writestr("xl/workbook.xml", book)
        made.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{where}</Relationships>')
        for at, rows in enumerate(pages):
            page = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
            made.writestr(f"xl/worksheets/s{at}.xml", page)
        for name, content in more.items():
            made.writestr(name, content)
    return file.getvalue()


def _far(cell: str) -> bytes:
    return workbook(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cell}<v>1</v></c></row>')


def _honest() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "身份证号"])
        for at in range(1, 300):
            page.write_row(at, 0, ["李志强", id_number()])
    return file.getvalue()


def _flipped(data: bytes) -> bytes:
    """One byte in the middle of the sheet's compressed rows is another."""
    at = data.index(b"xl/worksheets/sheet1.xml") + 600
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _counted(formula: str, at: str = "C2") -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "身份证号", "出生日期", "性别", "手机号", "参保单位"])
        page.write_row(1, 0, ["李志强", id_number()])
        page.write_formula(at, formula, None, "1988-08-08")
    return file.getvalue()


def _macros() -> bytes:
    types = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    return workbook("<row/>", types=types, **{"xl/vbaProject.bin": b"\0" * 64})


ROWS = "<row/>" * 1_048_576
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a zip bomb": ("x.xlsx", lambda: workbook("<row/>", **{"xl/media/a.xml": b"\0" * 40_000_000}), "解压后大得异常"),
    "sixteen million empty rows": ("x.xlsx", lambda: workbook(*[ROWS] * 16), "解压后大得异常"),
    "a cell in the far corner": ("x.xlsx", lambda: _far('<c r="XFD1048576">'), "1,048,576 行、16,384 列"),
    "the corner in single quotes": ("x.xlsx", lambda: _far("<c s='1' r='XFD1048576'>"), "1,048,576 行、16,384 列"),
    "the corner in small letters": ("x.xlsx", lambda: _far('<c\nr = "xfd1048576">'), "1,048,576 行、16,384 列"),
    "a workbook with macros under another name": ("x.xlsx", _macros, "宏"),
    "a program": ("x.xlsx", lambda: b"MZ\x90\x00" + bytes(900), "可执行程序"),
    "a program as text": ("x.csv", lambda: b"MZ\x90\x00" + bytes(900), "可执行程序"),
    "half a workbook": ("x.xlsx", lambda: _honest()[:2_000], "已损坏"),
    "a workbook with a byte changed": ("x.xlsx", lambda: _flipped(_honest()), "已损坏"),
    "text with a zero": ("x.csv", lambda: "姓名,身份证号\n李\x00志强,1\n".encode(), "认不出"),
    "a page of the web": ("x.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页代码"),
    "a workbook called text": ("x.csv", _honest, "内容却是"),
    "no sheet at all": ("x.xlsx", lambda: workbook(), ""),
    "a sheet that is no sheet": ("x.xlsx", lambda: workbook("<row><c><v>"), ""),
    "a formula": ("x.xlsx", lambda: _counted("=MID(B2,7,8)"), "第 2 行“出生日期”是公式"),
    "a formula in text": ("x.csv", lambda: "姓名,身份证号,手机号\n李,=1+1,1\n".encode(), "第 2 行“身份证号”是公式"),
    "another workbook": ("x.xlsx", lambda: _counted("=[1]Sheet1!A1", "J9"), "连到别的文件、程序或网址"),
    "a program asked by a cell": ("x.xlsx", lambda: _counted("=cmd|'/C calc'!A0", "J9"), "连到别的文件、程序或网址"),
    "the web asked by text": ("x.csv", lambda: '姓名,身份证号\n李,"=WEBSERVICE(1)"\n'.encode(), "连到别的文件"),
    "a link of the workbook": ("x.xlsx", lambda: workbook("<row/>", **{"xl/externalLinks/e1.xml": b"<x/>"}), "连到"),
    "text in one endless cell": ("x.csv", lambda: ("姓名,身份证号\n" + "李" * 200_000 + ",1\n").encode(), "读不下去"),
    "ten thousand columns": ("x.csv", lambda: ("姓名,身份证号" + ",栏" * 10_000 + "\n李,1\n").encode(), "最多 200 栏"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_could_harm_is_refused_with_a_word_and_nothing_is_kept(office, case):
    name, make, words = HOSTILE[case]
    client = office.client(office.person("liaison", "局"))
    before = kept()
    told = {"source": "social_insurance", "as_of": "2026-07-31", "extent": "part"}
    answer = client.post("/office/batches/new/", told | {"file": SimpleUploadedFile(name, make())})
    if answer.status_code == 422:
        assert words in answer.content.decode() and not Batch.unscoped.exists()
        action = {"action": "refused", "details__page": "batches.new"}
    else:
        assert answer.status_code == 302
        batch = Batch.unscoped.get()
        with acting_as_job("测试"):
            work_on(batch.pk)
            batch.refresh_from_db()
            if batch.state == "mapping":
                confirm_columns(batch, batch.fields)
                work_on(batch.pk)
        batch.refresh_from_db()
        assert batch.state == "refused" and words in batch.why and batch.file is None
        assert batch.why.endswith(("上传", "对照", "空表", "栏目", "）")), batch.why
        action = {"action": "source.refused", "target": batch.pk}
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(outcome="refused", **action).exists()
    assert kept() == before


def kept() -> set[str]:
    """Every file of the home but keys and database."""
    home = Home.current()
    return {str(one) for folder in (home.files, home.path / "work") for one in folder.rglob("*") if one.is_file()}
