"""Files are known by their content, and a harmful one is refused with its reason before it costs anything."""

import hashlib
import io
import random
import struct
import tracemalloc
import zipfile
import zlib

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel import filetypes, refuse_vast
from jiangtai.kernel.filetypes import FileRefused

ALL = set(filetypes.MEDIA_TYPES)
MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/word/document.xml" ContentType="'
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def look(data: bytes, name: str, allowed: set[str] = ALL, max_bytes: int = 20 * MEGABYTE) -> filetypes.FileInfo:
    return filetypes.inspect(io.BytesIO(data), name, max_bytes, allowed)


def refusal(data: bytes, name: str, **options: object) -> str:
    with pytest.raises(FileRefused) as fault:
        look(data, name, **options)
    return str(fault.value)


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(**more: bytes | str) -> bytes:
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": "<w:document>产业工人</w:document>"}
    return zipped(parts | {name.replace("__", "/"): content for name, content in more.items()})


def xlsx(rows: int = 3) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        for row in range(rows):
            sheet.write_row(row, 0, ["李志强", "519900199001011234", row])
    return buffer.getvalue()


def record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def sheet(kind: int) -> bytes:
    return record(0x0085, struct.pack("<IBB", 0, 0, kind) + b"\x01\x00A")


WORKBOOK = record(0x0809, bytes(16)) + sheet(0) + record(0x000A, b"")


def xls(workbook: bytes = WORKBOOK, names: tuple[str, ...] = ("Workbook",)) -> bytes:
    """A compound file with 512-byte sectors: 0 is the table, 1 and 2 the directory, the rest one stream."""
    stream = workbook.ljust(4096, b"\x00")
    count = len(stream) // 512
    chain = [0xFFFFFFFD, 2, 0xFFFFFFFE, *range(4, 3 + count), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    entries = [entry("Root Entry", 5, 0xFFFFFFFE, 0), *(entry(name, 2, 3, len(stream)) for name in names)]
    head = filetypes._OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    return head + b"\xff" * (512 - len(head)) + table + b"".join(entries).ljust(1024, b"\x00") + stream


def entry(name: str, kind: int, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\x00") + struct.pack("<HBB", len(text) + 2, kind, 1) + b"\xff" * 12 + bytes(36)
    return head + struct.pack("<II", first, size) + bytes(4)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "通知.pdf", "pdf"),
        (PNG, "照片.PNG", "png"),
        (JPG, "照片.jpeg", "jpg"),
        (docx(), "报告.docx", "docx"),
        (xlsx(), "花名册.xlsx", "xlsx"),
        (xls(), "花名册.xls", "xls"),
        (xls(names=("Book",)), "旧.xls", "xls"),
        ("姓名,单位\r\n李强,锦川精密\r\n".encode(), "名单.csv", "csv"),
        ("\ufeff姓名\n".encode(), "名单.csv", "csv"),
        ("姓名,单位\n㛃,\U00020bb7\n".encode("gb18030"), "名单.csv", "csv"),
        ("说明".encode(), " 说明.txt ", "txt"),
    ],
)
def test_honest_files(data, name, kind):
    info = look(data, name)
    assert (info.kind, info.media_type) == (kind, filetypes.MEDIA_TYPES[kind])
    assert (info.size, info.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_path_is_read_like_an_open_file_and_a_file_is_handed_back_at_its_start(tmp_path):
    place = tmp_path / "a.pdf"
    place.write_bytes(PDF)
    assert filetypes.inspect(place, "a.pdf", 100, {"pdf"}) == filetypes.inspect(str(place), "a.pdf", 100, {"pdf"})
    with place.open("rb") as file:
        file.read(5)
        assert filetypes.inspect(file, "a.pdf", 100, {"pdf"}).size == len(PDF)
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.pdf", "0 字节"),
        (PDF, "a.docx", "文件名是 .docx，内容却是PDF 文档"),
        (xlsx(), "a.docx", "内容却是Excel 工作簿"),
        (xls(), "a.xlsx", "内容却是旧版 Excel"),
        (b"hello", "a.pdf", "内容却是纯文本"),
        (PNG, "无名", "文件名是 .（没有扩展名）"),
        (PDF, "a.pdf.exe", "文件名是 .exe"),
        (PDF, "通知\u202efdp.exe", "看不见的控制字符"),
        (PDF, "a\x00.pdf", "看不见的控制字符"),
        (b"MZ\x90\x00", "a.txt", "可执行程序"),
        (b"\x7fELF\x02", "a.csv", "可执行程序"),
        (b"#!/bin/sh\nrm\n", "a.txt", "可执行程序或脚本"),
        (b"Rar!\x1a\x07", "a.docx", "压缩包"),
        (b"\x1f\x8b\x08", "a.csv", "压缩包"),
        (zipped({}), "a.xlsx", "压缩包"),
        (zipped({"a.txt": "hello"}), "a.xlsx", "请解压后上传"),
        (b" \r\n<html><table>", "a.xls", "网页代码"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "a.xls", "网页代码"),
        (b"<script>alert(1)</script>", "a.txt", "网页代码"),
        (b"a,b\x00c\n", "a.csv", "认不出"),
        (b"a,b\x1bc\n", "a.csv", "认不出"),
        ("a,b".encode("utf-16-le"), "a.csv", "认不出"),
        ("<script>姓名".encode("utf-16"), "a.csv", "网页代码"),
        ("姓名\n李\n".encode() + b"\xff\n", "a.csv", "从第 3 行起有读不了的字"),
        ("姓名\n李\n".encode("gb18030") + b"\xff\n", "a.csv", "从第 3 行起有读不了的字"),
        ("\ufeff姓名\n李\n".encode() + "王芳".encode("gb18030"), "a.csv", "从第 3 行起有读不了的字"),
        (b"\xff\xff\xff\xff", "a.txt", "认不出"),
    ],
)
def test_false_names_and_wrong_contents(data, name, words):
    assert words in refusal(data, name)


def test_only_what_is_wanted_is_taken():
    assert refusal(PDF, "a.pdf", allowed={"xlsx", "csv"}) == (
        "这里不收PDF 文档，可以上传：Excel 工作簿（xlsx）、CSV 表格"
    )


def test_a_file_too_big_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        taken = 0

        def seek(self, *_: int) -> int:
            return 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            self.taken += size
            return b"x" * size

    source = Endless()
    with pytest.raises(FileRefused, match="超过 1 MB"):
        filetypes.inspect(source, "a.txt", MEGABYTE, ALL)
    assert source.taken == MEGABYTE + 1


@pytest.mark.parametrize("data", [PDF, docx()])
def test_the_limit_itself_is_allowed(data):
    name = "a.pdf" if data is PDF else "a.docx"
    assert look(data, name, max_bytes=len(data)).size == len(data)
    assert "超过" in refusal(data, name, max_bytes=len(data) - 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (docx(word__vbaProject="x"), "宏"),
        (docx(word__VBAPROJECT="x"), "宏"),
        (docx(xl__macrosheets__sheet1="<x/>"), "宏"),
        (docx(word__activeX__activeX1="x"), "宏"),
        (zipped({"[Content_Types].xml": TYPES.replace("document.main", "macroEnabled.main")}), "宏"),
        (
            zipped({"[Content_Types].xml": TYPES + "application/vnd.ms-office.vbaProject", "word/x": "1"}),
            "宏",
        ),
        (docx(word__embeddings__a=docx()), "嵌着另一个文档或压缩包（a）"),
        (docx(word__embeddings__b=xls()), "嵌着另一个文档或压缩包（b）"),
        (docx(word__media__c=b"MZ\x90"), "嵌着可执行程序（c）"),
        (
            docx(word__x='<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            "DOCTYPE",
        ),
        (docx(word__x="<!DOCTYPE r>".encode("utf-16")), "DOCTYPE"),
        (docx(word__x=b" " * (filetypes._CHUNK - 4) + b"<!DOCTYPE r>"), "DOCTYPE"),
        (zipped({"[Content_Types].xml": TYPES, "../word/document.xml": "x"}), "疑似被改造过"),
        (zipped({"[Content_Types].xml": TYPES, "/etc/passwd": "x"}), "疑似被改造过"),
        (zipped({"[Content_Types].xml": TYPES, "a.xml": "x", "A.xml": "y"}), "疑似被改造过"),
        (zipped({"[Content_Types].xml": TYPES}, zipfile.ZIP_LZMA), "疑似被改造过"),
        (zipped({"[Content_Types].xml": TYPES} | {f"p{n}": "" for n in range(5_001)}), "5002 个部件"),
        (docx()[:-40], "损坏"),
    ],
)
def test_harmful_office_files(data, words):
    assert words in refusal(data, "a.docx")


BOOK = "word__embeddings__Microsoft_Excel_Worksheet{}.xlsx"


def test_the_workbook_behind_a_chart_does_no_harm():
    charts = {BOOK.format(number): xlsx(rows=50) for number in ("", 1, 2)}
    assert look(docx(word__charts__chart1="<c:chartSpace/>", **charts), "a.docx").kind == "docx"


@pytest.mark.parametrize(
    ("place", "data", "words"),
    [
        (BOOK, docx(), "嵌着另一个文档"),
        (BOOK, zipped({"a.txt": "x"}), "嵌着另一个文档"),
        (BOOK, xls(), "嵌着另一个文档"),
        (BOOK, b"MZ\x90", "可执行程序"),
        (BOOK, b"PK\x03\x04rest", "损坏"),
        (BOOK, zipped({"[Content_Types].xml": TYPES.replace("document.main", "macroEnabled.main")}), "宏"),
        (BOOK, zipped({"[Content_Types].xml": "spreadsheetml.sheet.main+xml", "xl/vbaProject.bin": "x"}), "宏"),
        (BOOK, zipped({"[Content_Types].xml": "spreadsheetml.sheet.main+xml",
                       "word/embeddings/a.xlsx": xlsx()}), "嵌着另一个文档"),
        (BOOK, zipped({"[Content_Types].xml": "spreadsheetml.sheet.main+xml", "x": bytes(60 * MEGABYTE)}), "大得异常"),
        (BOOK, zipped({"[Content_Types].xml": "spreadsheetml.sheet.main+xml", "x": "<!DOCTYPE r>"}), "DOCTYPE"),
        (BOOK, b"PK\x03\x04" + random.Random(1).randbytes(11 * MEGABYTE), "太大"),
        (BOOK.replace("embeddings", "media"), xlsx(), "嵌着另一个文档"),
        ("xl__embeddings__a{}.xlsx", xlsx(), "嵌着另一个文档"),
        ("word__embeddings__oleObject{}.bin", xls(), "嵌着另一个文档"),
    ],
)  # fmt: skip
def test_nothing_else_may_be_nested_nor_within_such_a_workbook(place, data, words):
    assert words in refusal(docx(**{place.format("1"): data}), "a.docx")


def test_what_the_workbooks_hold_counts_with_the_document():
    """Each is small enough by itself, all together are not."""
    inner = zipped({"[Content_Types].xml": "spreadsheetml.sheet.main+xml", "x": bytes(9 * MEGABYTE)})
    assert look(docx(**{BOOK.format(1): inner}), "a.docx").kind == "docx"
    assert "大得异常" in refusal(docx(**{BOOK.format(number): inner for number in range(30)}), "a.docx")


def test_a_compressed_picture_in_a_document_does_no_harm():
    assert look(docx(word__media__image1=b"\x1f\x8b\x08pic"), "a.docx").kind == "docx"


def test_escaped_markup_in_a_cell_does_no_harm():
    assert look(docx(word__x="<w:t>&lt;!DOCTYPE html&gt;</w:t>"), "a.docx").kind == "docx"


def test_a_document_with_a_password_is_told_so():
    data = bytearray(docx())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        central = archive.start_dir
    data[central + 8] |= 1
    assert "打开密码" in refusal(bytes(data), "a.docx")


def test_a_declared_bomb_is_refused_without_inflating_it(monkeypatch):
    monkeypatch.setattr(filetypes, "_refuse_parts", lambda *_: pytest.fail("it was inflated"))
    assert "大得异常" in refusal(docx(word__x=bytes(60 * MEGABYTE)), "a.docx")


def hidden_bomb(declared: int) -> bytes:
    """A part of 60 MB whose directory, local and central, declares a small size."""
    data = bytearray(docx(word__x=bytes(60 * MEGABYTE)))
    size, lie = struct.pack("<I", 60 * MEGABYTE), struct.pack("<I", declared)
    assert data.count(size) == 2
    return bytes(data.replace(size, lie))


@pytest.mark.parametrize("declared", [0, 10, 5 * MEGABYTE])
def test_a_hidden_bomb_is_stopped_while_it_grows(declared):
    bomb = hidden_bomb(declared)
    tracemalloc.start()
    words = refusal(bomb, "a.docx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "大得异常" in words or "与实际不符" in words
    assert peak < 5 * MEGABYTE


def test_the_limit_is_for_all_parts_together(monkeypatch):
    monkeypatch.setattr(filetypes, "MAX_INFLATED", 3 * MEGABYTE)
    parts = {f"p{n}": random.Random(n).randbytes(MEGABYTE) for n in range(4)}
    assert "大得异常" in refusal(zipped({"[Content_Types].xml": TYPES} | parts), "a.docx")


def test_a_false_size_within_bounds_is_noticed_too():
    content = b"0123456789" * 3
    data = zipped({"[Content_Types].xml": TYPES, "x": content}, zipfile.ZIP_STORED)
    central = data.rindex(b"PK\x01\x02")
    lying = bytearray(data)
    lying[central + 24 : central + 28] = struct.pack("<I", 7)
    assert "与实际不符" in refusal(bytes(lying), "a.docx")


def test_a_long_honest_sheet_is_no_bomb():
    assert look(xlsx(rows=20_000), "a.xlsx").kind == "xlsx"


def test_a_list_of_a_million_lines_is_no_bomb_where_lists_are_taken(monkeypatch):
    """It inflates beyond what a document may, and to ten times itself; a bomb to far more."""
    monkeypatch.setattr(filetypes, "MAX_INFLATED", MEGABYTE)
    honest, lists = xlsx(rows=20_000), {"max_bytes": 300 * MEGABYTE}
    assert "大得异常" in refusal(honest, "a.xlsx")
    assert look(honest, "a.xlsx", **lists).kind == "xlsx"
    bomb = zipped({"[Content_Types].xml": TYPES, "x": bytes(12 * MEGABYTE)})
    assert "大得异常" in refusal(bomb, "a.xlsx", **lists)
    monkeypatch.setattr(filetypes, "LARGE", 0)
    assert "大得异常" in refusal(honest, "a.xlsx", max_bytes=400_000), (
        "and never more than so many times the most taken"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (xls(names=("EncryptionInfo", "EncryptedPackage")), "打开密码"),
        (xls(names=("Workbook", "_VBA_PROJECT_CUR")), "宏"),
        (xls(names=("Workbook", "vba")), "宏"),
        (xls(names=("Workbook", "MBD0001F3A2")), "嵌着另一个文档"),
        (xls(names=("WordDocument",)), "旧版 Word 文档"),
        (xls(names=("PowerPoint Document",)), "不支持的旧版文档"),
        (xls(record(0x0809, bytes(16)) + record(0x002F, bytes(6)) + WORKBOOK), "打开密码"),
        (xls(record(0x0809, bytes(16)) + sheet(0) + sheet(1) + WORKBOOK), "宏"),
        (xls(record(0x0809, bytes(16)) + sheet(6) + WORKBOOK), "宏"),
        (xls(record(0x0809, bytes(16)) * 300), "损坏"),
        (filetypes._OLE, "损坏"),
        (filetypes._OLE + bytes(600), "损坏"),
        (xls()[:600], "损坏"),
    ],
)
def test_harmful_old_workbooks(data, words):
    assert words in refusal(data, "a.xls")


def number(row: int, column: int) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def vast(sheets: int, last: bytes) -> bytes:
    one = record(0x0809, bytes(16)) + number(0, 0) + last + record(0x000A, b"")
    return xls(WORKBOOK + one * sheets)


def test_an_old_workbook_whose_cells_lie_far_apart_is_refused():
    assert "空行空列太多" in refusal(vast(3, number(65_535, 255)), "a.xls")
    many = record(0x00BD, struct.pack("<HHHIHIH", 65_535, 254, 0, 0, 0, 0, 255))
    assert "空行空列太多" in refusal(vast(3, many), "a.xls")
    assert look(vast(3, number(2_000, 255)), "a.xls").kind == "xls"


@pytest.mark.parametrize(
    ("rows", "is_vast"),
    [
        (b"<row>" + b"<c/>" * 300 + b"</row>" + b"<row/>" * 200_000, True),
        (b"<row>" + b"<c/>" * 300 + b"</row>" + b"<row/>" * 90_000, False),
        (b"<row><c/></row>" * 300_000, False),
    ],
)
def test_rows_that_do_not_say_where_they_are_are_counted(rows, is_vast):
    book = io.BytesIO(zipped({"xl/worksheets/sheet1.xml": (b"<sheetData>" + rows + b"</sheetData>").decode()}))
    if is_vast:
        with pytest.raises(FileRefused, match="大多是空的"):
            refuse_vast(book)
    else:
        refuse_vast(book)


def test_a_chart_sheet_does_no_harm():
    assert look(xls(record(0x0809, bytes(16)) + sheet(2) + WORKBOOK), "a.xls").kind == "xls"


def test_a_chain_that_bites_its_tail_ends():
    data = bytearray(xls())
    data[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    assert "损坏" in refusal(bytes(data), "a.xls")


def test_tables_that_repeat_themselves_are_not_unrolled():
    data = bytearray(xls())
    data[68:72] = struct.pack("<I", 3)
    data[512 * 4 :] = struct.pack("<I", 0) * ((len(data) - 512 * 4) // 4)
    data[512 * 5 - 4 : 512 * 5] = struct.pack("<I", 3)
    assert "损坏" in refusal(bytes(data), "a.xls")


@pytest.mark.parametrize(("sound", "name"), [(docx(), "a.docx"), (xls(), "a.xls"), (xlsx(), "a.xlsx")])
@given(data=st.data())
def test_damage_anywhere_is_refused_or_harmless(sound, name, data):
    damaged = bytearray(sound)
    for place in data.draw(st.lists(st.integers(0, len(sound) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    try:
        assert look(bytes(damaged), name).kind == name[2:]
    except FileRefused as fault:
        assert str(fault)


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["a.csv", "a.txt", "a.pdf", "a.xls", "a.docx"]))
def test_arbitrary_bytes_are_text_or_refused(data, name):
    try:
        info = look(data, name)
    except FileRefused:
        return
    assert info.kind == name[2:]
    if info.kind in ("csv", "txt"):
        assert not any(byte < 9 for byte in data)


def test_a_broken_stream_is_damage():
    packed = zlib.compress(b"x" * 200)[2:-4]
    sound = docx(word__x=b"x" * 200)
    assert packed in sound
    assert "损坏" in refusal(sound.replace(packed, b"\xff" * len(packed)), "a.docx")
