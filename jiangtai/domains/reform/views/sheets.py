"""The table of duties: out as a workbook, in with every difference shown before anything is changed."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import FileRefused, StoredFile
from jiangtai.web import ActionPage, FormPage, as_file, page

from ..actions import sheets as actions
from ..forms.sheets import SheetForm
from ..models import Plan
from ..queries import sheets as queries
from ..rules.sheets import SheetRefused
from .plans import PlanObject

_SHOWN = 500
BACK: dict[str, str] = {
    Plan.State.DRAFT: "在表上改好后可以传回来。",
    Plan.State.IN_FORCE: "在表上改好后可以传回来，作成新版，与现行版对照、确认后接替。",
}


class Export(PlanObject, ActionPage):
    """The table of duties as a workbook."""

    gives_file = True
    permission, title, submit, parents = "reform.view", "导出责任分解表", "下载", ("plans.list",)
    question = "下载责任分解表？"
    text = "每条工作一行，写明牵头、责任单位和对各家的配合要求、完成期限、力度、量化目标。下载记入审计。"

    def get_text(self) -> str:
        """What it is good for."""
        if self.object.state not in actions.OPEN_TO_SHEETS or not self.acting.may("reform.change"):
            return self.text
        return f"{self.text}{BACK[self.object.state]}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        plan = self.object
        file = queries.workbook(plan)
        audit.record("export", target=plan, details={"page": self.name, "rows": plan.measures.count()})
        return as_file(file, f"{plan.title[:60]}-责任分解表.xlsx")


class SheetObject(PlanObject):
    """A page about a plan into which a table of duties can come: a draft, or one that a version is to replace."""

    def objects(self) -> QuerySet[Plan]:
        """Those."""
        return super().objects().filter(state__in=actions.OPEN_TO_SHEETS)

    @property
    def is_draft(self) -> bool:
        """Whether the plan itself is changed."""
        return self.object.state == Plan.State.DRAFT


class Import(SheetObject, FormPage):
    """Hand a changed table of duties in."""

    permission, title, submit, form = "reform.change", "导入改好的责任分解表", "上传并核对差别", SheetForm
    is_listed, parents, failed = False, ("plans.list",), "没有收下"
    success = ""

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What becomes of it."""
        told = "先用“导出责任分解表”下载，改好后传回来。系统逐行列出加了什么、改了什么、删了什么，"
        if self.is_draft:
            return f"{told}您看过、接受了才改方案。"
        return (
            f"{told}您看过、接受以后，“年度任务与节点”里的改动直接改在任务上；方案本身的改动作成新版，"
            "与现行版对照，进行中的任务怎么办由您定，确认以前现行版照常执行。"
        )

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


class Accept(SheetObject, ActionPage):
    """What differs, line by line, and whether to take it over."""

    permission, title, template = "reform.change", "核对责任分解表的差别", "reform/accept.html"
    parents = ("plans.list",)

    @property
    def submit(self) -> str:  # type: ignore[override]
        """A draft and running tasks take it over; of a plan in force the next version is made."""
        if self.makes_version:
            return "作成新版，与现行版对照"
        return "全部接受" if self.is_draft else "接受，直接改在任务上"

    @property
    def makes_version(self) -> bool:
        """Whether a version is made of it."""
        return actions.makes_version(self.object, self.found)

    def prepare(self) -> None:
        """The sheet that the address names, if whoever looks handed it in, and it fits this plan."""
        super().prepare()
        self.file = get_object_or_404(StoredFile.objects, pk=self.kwargs["file"], by=self.acting.actor, kind="xlsx")
        try:
            told, _, self.found = actions.differing(self.object, self.file)
        except (FileRefused, SheetRefused, ValidationError):
            raise Http404 from None
        self.unknown = actions.unknown(self.object, told)

    def get_context(self) -> dict[str, Any]:
        """Every difference, and how many of each kind."""
        counts = {kind: sum(one.kind == kind for one in self.found) for kind in ("add", "change", "remove", "kept")}
        return {
            **super().get_context(),
            "plan": self.object,
            "is_draft": self.is_draft,
            "makes_version": self.makes_version,
            "of_tasks": sum(one.of_tasks and one.kind != "kept" for one in self.found),
            "found": self.found[:_SHOWN],
            "counts": counts,
            "total": self.total,
            "rest": max(0, len(self.found) - _SHOWN),
            "seen": actions.mark_of(self.found),
            "unknown": self.unknown,
        }

    @cached_property
    def total(self) -> int:
        """How many differences can be taken over."""
        return sum(one.kind != "kept" for one in self.found)

    def save(self, form: Any) -> Plan:
        """Take all of it over."""
        return actions.take_over(self.object, self.file, self.request.POST.get("seen", ""))

    def said(self, saved: Plan) -> str:
        """How much, and into what."""
        if saved == self.object:
            return f"已按责任分解表改了 {self.total} 处"
        return f"已作成新版，与现行版有 {self.total} 处不同；核对无误后确认接替"

    def next_url(self, saved: Plan) -> str:
        """To the reading, where names are asked for, or beside the plan that is to be replaced."""
        if saved == self.object and not self.is_draft:
            return reverse("plans.show", args=[saved.pk])
        return reverse("plans.read" if self.is_draft or self.unknown else "plans.compare", args=[saved.pk])

    def back_url(self) -> str:
        """To another upload."""
        return reverse("plans.import", args=[self.object.pk])


routes = [
    page("office/reform/plans/<uuid:id>/export/", Export, "plans.export"),
    page("office/reform/plans/<uuid:id>/import/", Import, "plans.import"),
    page("office/reform/plans/<uuid:id>/accept/<uuid:file>/", Accept, "plans.accept"),
]
