"""Filling: a Word template, its places and nothing else; what an office uploaded is never trusted as code."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from xml.etree import ElementTree

from docx import Document
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jiangtai.access import Unit

from .footnotes import with_footnotes
from .kinds import KINDS, DocumentKind, footnotes

_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Not, nodes.Getattr, nodes.For, nodes.If)
_LOOP = ("index", "first", "last")
_FIELDS = re.compile(r"\b(?:DDE(?:AUTO)?|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE)
_RAW = re.compile(r"\{\{\s*(?:r|p|tr|tc)\s")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_TEXT = 5 * 2**20


class TemplateRefused(ValueError):
    """A template cannot be used; the message says which place of it is wrong and what to do."""


class _Environment(ImmutableSandboxedEnvironment):
    """Understands the places of one kind, loops over its tables, conditions on its places, and refuses all else."""

    def __init__(self, kind: DocumentKind) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.kind = kind

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _look(tree, self.kind, {})
        return tree


def fill(template_key: str, values: Mapping[str, Any], *, unit: Unit | None = None) -> bytes:
    """The document of a kind with these values, by the template in force at the unit."""
    from .versions import content_of, in_force

    kind = KINDS[template_key]
    return render(kind, content_of(kind, in_force(kind, unit)), values)


def render(kind: DocumentKind, template: bytes, values: Mapping[str, Any]) -> bytes:
    """A template with these values; `TemplateRefused` where it holds anything but the kind's places."""
    context, notes = footnotes(kind, kind.checked(values))
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(context, _Environment(kind), autoescape=True)
        made = io.BytesIO()
        document.save(made)
        Document(io.BytesIO(made.getvalue()))
    except TemplateRefused:
        raise
    except TemplateError as error:
        raise TemplateRefused(f"模板里的占位符写法有误（{error.message}），请对照下载的模板改正") from error
    except Exception as error:
        raise TemplateRefused("模板填写后不是完好的 Word 文档，请在下载的模板上修改，不要从别处拼接") from error
    return with_footnotes(made.getvalue(), notes)


def inspect(kind: DocumentKind, template: bytes) -> None:
    """Refuse a template that reaches out of itself, or that the kind's examples do not fill."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                _look_at_part(part, archive)
    render(kind, template, kind.examples)


def _look_at_part(part: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    if part.file_size > _MOST_TEXT:
        raise TemplateRefused(f"模板里的 {part.filename} 有 {part.file_size / 2**20:.0f} MB，请删去多余内容后再传")
    try:
        root = ElementTree.fromstring(archive.read(part))  # noqa: S314  the file kind was checked: no DOCTYPE
    except ElementTree.ParseError as error:
        raise TemplateRefused(f"模板里的 {part.filename} 已损坏，请用 Word 另存后再传") from error
    if part.filename.endswith(".rels"):
        _refuse_links(root)
        return
    fields = "".join(one.text or "" for one in root.iter(f"{_WORD}instrText"))
    fields += " ".join(one.get(f"{_WORD}instr", "") for one in root.iter(f"{_WORD}fldSimple"))
    if found := _FIELDS.search(fields):
        raise TemplateRefused(f"模板里有取用外部内容的域（{found[0].upper()}），请删去该域后再传")
    if found := _RAW.search("".join(one.text or "" for one in root.iter(f"{_WORD}t"))):
        raise TemplateRefused(f"占位符“{found[0].strip()} …”的写法不支持，请写成 {{{{ 名称 }}}}")


def _refuse_links(root: ElementTree.Element) -> None:
    for relation in root:
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode", "").lower() == "external":
            raise TemplateRefused(
                f"模板里有指向外部的链接（{relation.get('Target', '')[:60]}），"
                "请在 Word 里取消超链接、断开外部模板和图片后再传"
            )
        if kind.lower() in ("afchunk", "oleobject", "package", "control", "attachedtemplate", "vbaproject"):
            raise TemplateRefused("模板里嵌着别的文档或控件，请删去后再传")


def _look(node: nodes.Node, kind: DocumentKind, rows: Mapping[str, tuple[str, ...]]) -> None:
    """Walk what a template says; `rows` are the row names of the loops around, with what each is made of."""
    match node:
        case nodes.For():
            rows = {**rows, **_loop(node, kind, rows)}
            inside: Iterator[nodes.Node] = iter([*node.body, *node.else_])
        case nodes.Getattr():
            _look_at_part_of(node, rows)
            return
        case nodes.Name():
            _look_at_name(node, kind, rows)
            return
        case _ if isinstance(node, _PLAIN):
            inside = node.iter_child_nodes()
        case _:
            _refuse(node, "只能用 {{ 名称 }}、{% for 行 in 表格 %} 和 {% if 名称 %}，不能用运算、函数和过滤器")
    for one in inside:
        _look(one, kind, rows)


def _loop(node: nodes.For, kind: DocumentKind, rows: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    table = kind.place(node.iter.name) if isinstance(node.iter, nodes.Name) else None
    if (
        table is None
        or not table.parts
        or rows
        or node.test
        or node.recursive
        or not isinstance(node.target, nodes.Name)
    ):
        wanted = "、".join(one.name for one in kind.placeholders if one.parts) or "（本文种没有）"
        _refuse(node, f"循环只能写成 {{% for 行 in 表格 %}}，不能嵌套；可用的表格：{wanted}")
    return {str(getattr(node.target, "name", "")): table.parts, "loop": _LOOP}


def _look_at_part_of(node: nodes.Getattr, rows: Mapping[str, tuple[str, ...]]) -> None:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    if owner not in rows:
        _refuse(node, f"“.{node.attr}”只能用在表格的一行上")
    if node.attr not in rows[owner]:
        known = "、".join(f"{owner}.{one}" for one in rows[owner])
        _refuse(node, f"没有“{owner}.{node.attr}”这个占位符，可用的有 {known}")


def _look_at_name(node: nodes.Name, kind: DocumentKind, rows: Mapping[str, tuple[str, ...]]) -> None:
    if node.name not in rows and kind.place(node.name) is None:
        known = "、".join(f"{one.name}（{one.label}）" for one in kind.placeholders)
        _refuse(node, f"没有“{node.name}”这个占位符，可用的有 {known}")


def _refuse(node: nodes.Node, words: str) -> NoReturn:
    raise TemplateRefused(f"模板里的占位符有误：{words}")
