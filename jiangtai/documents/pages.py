"""Pages about templates: which kinds there are, what is in force here, and one's own in its place."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import units
from jiangtai.kernel import clock, typeset
from jiangtai.web import (
    Act,
    ActionPage,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FileField,
    FormPage,
    ListPage,
    Nav,
    Page,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    as_file,
    page,
    stored_file,
)

from .filling import TemplateRefused, render
from .kinds import KINDS, DocumentKind, Placeholder
from .models import TemplateVersion
from .notices import notice_pdf
from .versions import MOST_BYTES, all_in_force, content_of, in_force, keep, restore

VIEW, CHANGE = "documents.view", "documents.change"


def source_of(version: TemplateVersion | None) -> str:
    """Whose template it is."""
    return str(version.unit) if version else "系统自带"


class KindList(ListPage):
    """The kinds of document, and whose template each follows here."""

    permission, title, counted, exports = VIEW, "文书模板", "种", False
    nav = Nav("管理", "文书模板", 66)
    keywords = "公文 公示 决定 函 Word 模板 GB/T 9704"
    empty = Empty("还没有文种")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With what is in force at this unit."""
        return (
            Column("label", "文种", link=lambda kind: reverse("documents.show", args=[kind.key])),
            Column("method", "用途"),
            Column("source", "现用模板"),
        )

    def rows(self) -> Any:
        """All kinds, as rows of a list."""
        known = all_in_force(KINDS.values(), self.acting.unit)
        return [_KindRow(kind, source_of(known.get(kind.key))) for kind in KINDS.values()]


class _KindRow:
    """A kind as a row of the list."""

    def __init__(self, kind: DocumentKind, source: str) -> None:
        self.pk = self.key = kind.key
        self.label, self.method, self.source = kind.label, kind.method, source


class KindObject:
    """A page about one kind, at the unit where one sits."""

    kwargs: dict[str, Any]
    acting: Any
    object: DocumentKind

    def prepare(self) -> None:
        """Find the kind."""
        super().prepare()  # type: ignore[misc]
        self.object = self.get_object()

    def get_object(self) -> DocumentKind:
        """The kind that the address names."""
        if self.kwargs["kind"] not in KINDS or self.acting.unit is None:
            raise Http404
        return KINDS[self.kwargs["kind"]]

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the kind."""
        show = reverse("documents.show", args=[self.object.key])
        return [Crumb("文书模板", reverse("documents.list")), Crumb(self.object.label, show)]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("documents.show", args=[self.object.key])


class KindPage(KindObject, DetailPage):
    """One kind: its places, the template in force, how it came to be."""

    permission, title, parents = VIEW, "文书模板", ("documents.list",)

    def get_title(self) -> str:
        """Its name."""
        return self.object.label

    def get_tags(self) -> list[Tag]:
        """Whose template counts here."""
        return [Tag(f"现用：{source_of(in_force(self.object, self.acting.unit))}", "info")]

    def get_actions(self) -> list[Act]:
        """Download, try, upload."""
        key = (self.object.key,)
        return [
            Act("试填 PDF", "documents.trial", (*key, "pdf")),
            Act("试填 Word", "documents.trial", (*key, "docx")),
            Act("下载模板", "documents.template", key),
            Act("上传本单位模板", "documents.upload", key, primary=True),
        ]

    def sections(self) -> list[Any]:
        """How to change it, its places, its history."""
        kind, version = self.object, in_force(self.object, self.acting.unit)
        steps = "下载模板，在 Word 里改文字和版式，占位符原样保留，再上传；本单位和下级单位即按新模板出文。"
        about = [Value("用途", kind.method), Value("怎样修改", steps), Value("现用模板", source_of(version))]
        return [
            Section("说明", about, note="PDF 按系统自带版式生成"),
            TableSection("占位符", _PLACE_COLUMNS, list(_places(kind)), note="模板里只能用这些，写成 {{ 名称 }}"),
            self._history(version),
        ]

    def _history(self, version: TemplateVersion | None) -> TemplateSection:
        lineage = units.above(self.acting.unit)
        rows = TemplateVersion.unscoped.filter(kind=self.object.key, unit__in=lineage)
        rows = rows.select_related("unit", "file")[:30]
        own = self.acting.unit.pk
        lines = [
            {"row": row, "is_current": version is not None and row.pk == version.pk, "is_own": row.unit_id == own}
            for row in rows
        ]
        context = {"lines": lines, "kind": self.object, "may_change": self.acting.may(CHANGE)}
        context["has_own"] = version is not None and version.unit_id == own
        return TemplateSection("documents/history.html", context, "历次模板")


def _places(kind: DocumentKind) -> list[dict[str, Any]]:
    return [line for place in kind.placeholders for line in _lines(place)]


def _lines(place: Placeholder) -> list[dict[str, Any]]:
    note = "可空" if place.optional else ""
    if not place.parts:
        return [{"name": place.name, "label": place.label, "example": place.example, "note": note}]
    note = f"{'多段文字' if place.is_long else '表格'}，逐行写 {'、'.join(f'one.{one}' for one in place.parts)}"
    example = place.example or "；".join(f"{one.label}：{one.example}" for one in place.columns)
    return [{"name": place.name, "label": place.label, "example": example, "note": note}]


_PLACE_COLUMNS = (
    Column("name", "占位符"),
    Column("label", "含义"),
    Column("example", "示例"),
    Column("note", "写法"),
)


class UploadForm(forms.Form):
    """The template, and what was changed."""

    file = FileField(label="Word 模板", accepts=(".docx",), most=MOST_BYTES // 2**20)
    note = forms.CharField(label="改了什么", max_length=200, help_text="例如：换成本单位版头")


class Upload(KindObject, FormPage):
    """One's own template."""

    permission, title, parents, form, submit = CHANGE, "上传模板", ("documents.list",), UploadForm, "检查并启用"
    is_listed = False
    intro = "系统会检查文件是否安全，并用示例试填一遍；有一处占位符不对就不启用，并指出是哪一处。"

    def save(self, form: Any) -> TemplateVersion:
        """Look, try, keep."""
        values = form.cleaned_data
        return keep(self.object, self.acting.unit, values["file"], values["note"])

    def said(self, saved: Any) -> str:
        """From when."""
        return f"“{self.object.label}”模板已启用"


class KindFile(KindObject, Page):
    """A file about a kind; it holds no case's content, so that a GET may give it."""

    permission, title, is_listed = VIEW, "下载模板", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The template in force here."""
        version = in_force(self.object, self.acting.unit)
        return as_file(content_of(self.object, version), f"{self.object.label}模板.docx")


class Trial(KindFile):
    """The template in force, filled with the examples."""

    title: ClassVar[str] = "试填"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As Word, or as PDF."""
        kind = self.object
        try:
            if kwargs["form"] == "pdf":
                return as_file(notice_pdf(kind, kind.examples), f"{kind.label}（示例）.pdf")
            made = render(kind, content_of(kind, in_force(kind, self.acting.unit)), kind.examples)
        except (TemplateRefused, typeset.TypesetError) as error:
            return self.render_as("documents/trouble.html", 422, trouble=str(error))
        return as_file(made, f"{kind.label}（示例）.docx")


class VersionObject(KindObject):
    """A page about one earlier template, of one's own unit or one below it."""

    version: TemplateVersion

    def prepare(self) -> None:
        """Find it within reach."""
        super().prepare()
        rows = TemplateVersion.objects.filter(kind=self.object.key, file__isnull=False)
        self.version = get_object_or_404(rows.select_related("file", "unit"), pk=self.kwargs["id"])


class VersionFile(VersionObject, Page):
    """An earlier template as it was uploaded."""

    permission, title, is_listed = VIEW, "下载历次模板", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        stored = self.version.file
        assert stored is not None
        return stored_file(stored)


class Restore(VersionObject, ActionPage):
    """An earlier template counts again."""

    permission, title, parents, submit = CHANGE, "换回这一版", ("documents.list",), "换回"
    text = "换回后上传它的单位和下级单位按这一版出文，历次模板都保留。"

    def act(self, reason: str) -> str:
        """Restore."""
        restore(
            self.version,
            self.object,
            self.version.unit,
            f"换回 {clock.day_of(self.version.made_at)} 的模板",
        )
        return "已换回"


class Reset(KindObject, ActionPage):
    """The unit goes by the template above it again."""

    permission, title, parents, submit = CHANGE, "沿用上级模板", ("documents.list",), "沿用上级"
    text = "本单位不再用自己的模板，改按上级单位的；上级没有的，按系统自带的。历次模板都保留。"

    def act(self, reason: str) -> str:
        """Give it back."""
        restore(None, self.object, self.acting.unit, "沿用上级模板")
        return "已沿用上级模板"


urlpatterns = [
    page("documents/", KindList, "documents.list"),
    page("documents/<slug:kind>/", KindPage, "documents.show"),
    page("documents/<slug:kind>/upload/", Upload, "documents.upload"),
    page("documents/<slug:kind>/template/", KindFile, "documents.template"),
    page("documents/<slug:kind>/trial/<slug:form>/", Trial, "documents.trial"),
    page("documents/<slug:kind>/reset/", Reset, "documents.reset"),
    page("documents/<slug:kind>/versions/<uuid:id>/", VersionFile, "documents.version"),
    page("documents/<slug:kind>/versions/<uuid:id>/restore/", Restore, "documents.restore"),
]
