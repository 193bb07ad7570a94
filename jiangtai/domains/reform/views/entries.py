"""Entries of dockets: filled in, proved, done; the file behind one is a download that the audit notes."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import FileRefused, StoredFile
from jiangtai.web import (
    Act,
    ActionPage,
    Crumb,
    DetailPage,
    FormPage,
    ObjectMixin,
    Page,
    Section,
    Tag,
    TemplateSection,
    Value,
    page,
    stored_file,
)

from ..actions import docket_sheets, proofs
from ..actions import dockets as actions
from ..forms.dockets import DoneForm, EntryForm, initial_of
from ..forms.proofs import ProofForm, kept
from ..models import DocketEntry, DocketSet, Task
from ..queries import dockets as queries
from ..rules.lights import Tone
from .dockets import DocketObject, rows_url
from .dockets import show as set_url
from .tasks import queries as tasks
from .tasks import show as task_url
from .tasks import tag_of


def show(row: Any) -> str:
    """The page of an entry."""
    return reverse("entries.show", args=[row.pk])


def matter(form: EntryForm) -> actions.Matter:
    """What a form said, its files kept."""
    told = form.cleaned_data
    values, files = form.values()
    try:
        for key, upload in files.items():
            stored = proofs.keep(upload)
            values[key] = {"id": str(stored.pk), "name": stored.name}
    except FileRefused as error:
        raise ValidationError(str(error)) from error
    task = Task.unscoped.filter(pk=told["task"]).first() if told["task"] else None
    return actions.Matter(told["title"].strip(), told["due"], task, values)


class NewEntry(DocketObject, FormPage):
    """A matter is put on one's own unit's list."""

    permission, title, form, submit, is_listed = "dockets.fill", "填一项", EntryForm, "列入清单", False
    success = "已列入清单，可以附印证材料"

    @cached_property
    def own(self) -> Any:
        """For which unit."""
        return queries.keeps(self.object, self.acting)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """For which unit, and what."""
        return f"填报单位：{self.own}。{self.object.about}" if self.own else "本单位不填报这张清单。"

    def form_kwargs(self) -> dict[str, Any]:
        """By the list's columns."""
        found = queries.tasks_for(self.own) if self.own else []
        return {"columns": queries.columns(self.object), "tasks": found}

    def save(self, form: Any) -> DocketEntry:
        """List it."""
        if self.own is None:
            raise ValidationError("本单位不填报这张清单")
        return actions.enter(self.object, self.own, matter(form))

    def next_url(self, saved: DocketEntry) -> str:
        """To it: evidence comes next."""
        return show(saved)


class EntryObject(ObjectMixin):
    """A page about one entry that one sees."""

    object: DocketEntry
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        return queries.lit(queries.entries_seen(self.acting))

    def get_crumbs(self) -> list[Crumb]:
        """Set, list, entry."""
        one = self.object
        return [Crumb("工作清单", reverse("dockets.list")), Crumb(one.docket.set.title, set_url(one.docket.set)),
                Crumb(one.docket.title, rows_url(one.docket)), Crumb(one.title[:20], show(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class EntryPage(EntryObject, DetailPage):
    """One entry: what was filled in, its light, the task it is tied to, what stands behind it."""

    permission, title, parents = "dockets.view", "清单条目", ("dockets.list",)

    def get_title(self) -> str:
        """Its words."""
        return self.object.title if len(self.object.title) <= 60 else f"{self.object.title[:59]}…"

    @cached_property
    def tone(self) -> Tone:
        """Derived now."""
        return Tone(self.object.tone)  # type: ignore[attr-defined]

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [Tag(self.tone.label, self.tone.tag)]

    @cached_property
    def changes(self) -> bool:
        """Whether this account fills it in."""
        one = self.object
        is_own = one.unit_id in queries.own_units(self.acting) or queries.is_host(one.docket.set, self.acting)
        return one.docket.set.state == DocketSet.State.IN_USE and is_own and self.acting.may("dockets.fill")

    def get_actions(self) -> list[Act]:
        """What its state allows."""
        at = (self.object.pk,)
        if not self.changes:
            return []
        if self.object.done_on:
            return [Act("重新打开", "entries.reopen", at, dialog=True)]
        is_proven = self.object.proofs.exists()  # what nothing stands behind cannot be done
        return [
            Act("移出清单", "entries.remove", at, danger=True, dialog=True),
            Act("修改", "entries.edit", at),
            Act("附印证材料", "entries.prove", at, primary=not is_proven),
            Act("标为完成", "entries.finish", at, primary=is_proven, dialog=True),
        ]

    def sections(self) -> list[Any]:
        """What was filled in, what proves it."""
        one = self.object
        told = queries.Told(one.docket, docket_sheets.labels(), one=one)
        values = [Value("为什么", queries.why(one)), Value("填报单位", one.unit.name), Value("完成期限", one.due)]
        for column in queries.columns(one.docket, ended=True):
            words = told.words(one, column)
            if words or not column.ended_on:
                source = "已停用的栏目" if column.ended_on else ""
                if column.kind == "indicator" and words:
                    source = queries.figure_at(one.values[column.pk.hex], one.unit, self.acting) or "没有可算的数"
                values.append(Value(column.title, words, source=source, url=self._url(column)))
        if one.task:
            light = tasks.light_of(one.task)
            is_open = tasks.seen(self.acting).filter(pk=one.task.pk).exists()
            values.append(Value("方案任务", one.task.title, url=task_url(one.task) if is_open else "",
                                source=f"{light.label}：{light.why}"))  # fmt: skip
        values.append(Value("填报人", one.by_name))
        return [Section("", values), proofs_of(one.proofs.select_related("task", "file"), self.acting, self._file)]

    def _file(self, row: Any) -> str:
        return reverse("entries.file", args=[self.object.pk, row.file_id])

    def _url(self, column: Any) -> str:
        held = self.object.values.get(column.pk.hex)
        if column.kind == "file" and held:
            return reverse("entries.file", args=[self.object.pk, held["id"]])
        if column.kind == "indicator" and held and self.acting.may("figures.view"):
            return reverse("figures.show", args=[held])
        if column.kind == "task" and held and tasks.seen(self.acting).filter(pk=held).exists():
            return reverse("tasks.show", args=[held])
        return ""


def proofs_of(rows: Any, acting: Any, file_url: Any) -> TemplateSection:
    """What stands behind something, each leading to where it can be seen."""
    rows = list(rows)
    wanted = [row.task_id for row in rows if row.task_id]
    lit = {one.pk: one for one in tasks.lit(tasks.seen(acting).filter(pk__in=wanted))}
    lines = []
    for row in rows:
        url, light = "", None
        if row.file_id:
            url = file_url(row)
        elif row.task_id in lit:
            url, light = task_url(row.task), tag_of(tasks.light_of(lit[row.task_id]))
        elif row.kind == "indicator" and acting.may("figures.view"):
            url = reverse("figures.show", args=[row.reference])
        lines.append({"row": row, "url": url, "tag": light, "is_said": row.kind in ("case", "paper")})
    return TemplateSection("reform/proofs.html", {"lines": lines}, "印证材料", f"{len(lines)} 份")


class EditEntry(EntryObject, FormPage):
    """Change what is said of a matter."""

    permission, title, form, submit, is_listed = "dockets.fill", "修改清单条目", EntryForm, "保存", False

    @cached_property
    def columns(self) -> list[Any]:
        """In use."""
        return queries.columns(self.object.docket)

    def form_kwargs(self) -> dict[str, Any]:
        """By the list's columns."""
        return {"columns": self.columns, "tasks": queries.tasks_for(self.object.unit), "entry": self.object}

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return initial_of(self.object, self.columns)

    def save(self, form: Any) -> DocketEntry:
        """Change it."""
        return actions.change(self.object, matter(form))


class FinishEntry(EntryObject, FormPage):
    """A matter is done."""

    permission, title, form, submit, is_listed = "dockets.fill", "标为完成", DoneForm, "完成", False
    intro = "须有印证材料，或对应的方案任务已经办结。"
    success = "已标为完成"

    def save(self, form: Any) -> DocketEntry:
        """Done."""
        return actions.finish(self.object, form.cleaned_data["on"])


class ReopenEntry(EntryObject, ActionPage):
    """What was said to be done is not."""

    permission, title, submit, asks_reason = "dockets.fill", "重新打开", "重新打开", True
    does = actions.reopen


class RemoveEntry(EntryObject, ActionPage):
    """A matter is taken off."""

    permission, title, submit, danger, asks_reason = "dockets.fill", "移出清单", "移出", True, True
    does = actions.remove

    def next_url(self, saved: Any) -> str:
        """To the list."""
        return rows_url(self.object.docket)


class ProveEntry(EntryObject, FormPage):
    """Something is laid beside a matter."""

    permission, title, form, submit, is_listed = "dockets.fill", "附印证材料", ProofForm, "附上", False
    intro = "照片请先遮住不必要的个人信息。"

    def form_kwargs(self) -> dict[str, Any]:
        """The unit's tasks, cases within reach."""
        return {"reach": self.acting.reach, "tasks": queries.tasks_for(self.object.unit)}

    def save(self, form: Any) -> Any:
        """Lay it beside the entry."""
        told = form.cleaned_data
        task = Task.unscoped.get(pk=told["task"]) if told["kind"] == "task" else None
        try:
            return actions.prove(self.object, task=task, **kept(told))
        except FileRefused as error:
            raise ValidationError({"file": str(error)}) from error

    def said(self, saved: Any) -> str:
        """What."""
        return f"已附“{saved.label}”"


class EntryFile(EntryObject, Page):
    """A file of an entry, as a download that the audit notes."""

    permission, title, is_listed = "dockets.view", "下载清单材料", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes: of what proves it, or of a cell."""
        wanted: UUID = kwargs["file"]
        held = {one.get("id") for one in self.object.values.values() if isinstance(one, dict)}
        if str(wanted) not in held and not self.object.proofs.filter(file=wanted).exists():
            raise Http404
        file = StoredFile.objects.get(pk=wanted)
        audit.record("docket.opened_file", target=self.object.unit, details={"file": file.sha256})
        return stored_file(file)


_ONE = "office/dockets/entries/<uuid:id>/"
routes = [
    page("office/dockets/lists/<uuid:id>/entries/new/", NewEntry, "dockets.fill"),
    page(_ONE, EntryPage, "entries.show"),
    page(f"{_ONE}edit/", EditEntry, "entries.edit"),
    page(f"{_ONE}finish/", FinishEntry, "entries.finish"),
    page(f"{_ONE}reopen/", ReopenEntry, "entries.reopen"),
    page(f"{_ONE}remove/", RemoveEntry, "entries.remove"),
    page(f"{_ONE}prove/", ProveEntry, "entries.prove"),
    page(f"{_ONE}files/<uuid:file>/", EntryFile, "entries.file"),
]
