"""The table of duties: out as a workbook, in with every difference shown before anything is changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import FileRefused, StoredFile
from jiangtai.web import ActionPage, FormPage, as_file, page

from ..actions import sheets as actions
from ..forms.sheets import SheetForm
from ..queries import sheets as queries
from ..rules.sheets import SheetRefused
from .plans import DraftObject, PlanObject, show

_SHOWN = 500


class Export(PlanObject, ActionPage):
    """The table of duties as a workbook."""

    gives_file = True
    permission, title, submit, parents = "reform.view", "导出责任分解表", "下载", ("plans.list",)
    question = "下载责任分解表？"
    text = "每条工作一行，写明所在部分、牵头单位、责任单位、完成期限和力度。下载记入审计。"

    def get_text(self) -> str:
        """What it is good for."""
        return f"{self.text}{'在表上改好后可以传回来。' if self.object.state == 'draft' else ''}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        plan = self.object
        file = queries.workbook(plan)
        audit.record("export", target=plan, details={"page": self.name, "rows": plan.measures.count()})
        return as_file(file, f"{plan.title[:60]}-责任分解表.xlsx")


class Import(DraftObject, FormPage):
    """Hand a changed table of duties in."""

    permission, title, submit, form = "reform.change", "责任分解表导入", "上传并核对差别", SheetForm
    is_listed, parents, failed = False, ("plans.list",), "没有收下"
    intro = "先在“责任分解表”里下载，改好后传回来。系统逐行列出加了什么、改了什么、删了什么，您看过、接受了才改方案。"
    success = ""

    def save(self, form: Any) -> StoredFile:
        """Look whether it can be read at all, and keep it until it is looked at."""
        try:
            file = actions.keep(form.cleaned_data["file"])
            actions.differing(self.object, file)
        except (FileRefused, SheetRefused) as error:
            raise ValidationError(str(error)) from error
        return file

    def next_url(self, saved: StoredFile) -> str:
        """To what differs."""
        return reverse("plans.accept", args=[self.object.pk, saved.pk])


class Accept(DraftObject, ActionPage):
    """What differs, line by line, and whether to take it over."""

    permission, title, submit, template = "reform.change", "核对责任分解表的差别", "全部接受", "reform/accept.html"
    parents = ("plans.list",)

    def prepare(self) -> None:
        """The sheet that the address names, if whoever looks handed it in, and it fits this plan."""
        super().prepare()
        self.file = get_object_or_404(StoredFile.objects, pk=self.kwargs["file"], by=self.acting.actor, kind="xlsx")
        try:
            self.found = actions.differing(self.object, self.file)[1]
        except (FileRefused, SheetRefused, ValidationError):
            raise Http404 from None

    def get_context(self) -> dict[str, Any]:
        """Every difference, and how many of each kind."""
        counts = {kind: sum(one.kind == kind for one in self.found) for kind in ("add", "change", "remove")}
        return {
            **super().get_context(),
            "plan": self.object,
            "found": self.found[:_SHOWN],
            "counts": counts,
            "total": len(self.found),
            "rest": max(0, len(self.found) - _SHOWN),
            "seen": actions.mark_of(self.found),
        }

    def act(self, reason: str) -> str:
        """Take all of it over."""
        count = actions.take_over(self.object, self.file, self.request.POST.get("seen", ""))
        return f"已按责任分解表改了 {count} 处"

    def next_url(self, saved: Any) -> str:
        """To the reading."""
        return show(self.object)

    def back_url(self) -> str:
        """To another upload."""
        return reverse("plans.import", args=[self.object.pk])


routes = [
    page("office/reform/plans/<uuid:id>/export/", Export, "plans.export"),
    page("office/reform/plans/<uuid:id>/import/", Import, "plans.import"),
    page("office/reform/plans/<uuid:id>/accept/<uuid:file>/", Accept, "plans.accept"),
]
