"""Pages about the audit: what was done and refused, one entry with its place under the seal, and the check of all."""

import time
from typing import Any, ClassVar

from django.apps import apps
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from jiangtai.access import AuditEntry, audit
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Condition,
    Crumb,
    DateRange,
    DetailPage,
    Empty,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    Tag,
    TemplateSection,
    Value,
    page,
)

from .jobs import how_often

audit.actions(audit__verified="核验审计")

DETAIL_LABELS = {
    "address": "地址",
    "by": "方式",
    "bulk": "批量操作",
    "code": "代码",
    "filter": "条件",
    "field": "字段",
    "hours": "有效小时",
    "inquiry": "填报事项",
    "key": "参数",
    "kind": "类别",
    "notice_number": "通知文号",
    "page": "页面",
    "purpose": "用途",
    "role": "角色代号",
    "role_label": "角色",
    "rows": "行数",
    "sessions": "下线设备数",
    "since": "生效日期",
    "size": "条数",
    "status": "状态码",
    "subject": "对象编号",
    "target": "对象编号",
    "to": "移到（编号）",
    "to_name": "移到",
    "type": "方式",
    "unit": "单位",
    "unit_name": "单位名称",
    "username": "登录名",
    "value": "取值",
    "year": "年份",
    "faults": "问题数",
    "into": "并入（编号）",
    "into_name": "并入",
    "change": "变化",
    "act": "操作",
    "task": "任务",
    "job": "任务编号",
}


def seal_rhythm() -> str:
    """When what waits will be sealed."""
    return f"封存任务{how_often('access.seal_audit')}运行一次"


def outcome_tag(entry: AuditEntry) -> Tag:
    """How it ended."""
    return Tag(entry.get_outcome_display(), "bad" if entry.outcome == AuditEntry.Outcome.REFUSED else "ok")


def target_words(entry: AuditEntry) -> str:
    """What sort of thing it was done to."""
    if not entry.target_type:
        return ""
    try:
        return str(apps.get_model(entry.target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.target_type


def action_choices(page_: Any) -> list[tuple[str, str]]:
    """The declared actions, in the order of their names."""
    return sorted(audit.ACTIONS.items(), key=lambda one: one[0])


def by_actor(rows: Any, text: str) -> Any:
    """By the beginning of the name that stands in the entry."""
    return rows.filter(actor_name__startswith=text)


class AuditList(ListPage):
    """Everything that was done and refused, the latest first."""

    permission, title, order, counted = "audit.view", "审计", "-made_at", "条"
    nav = Nav("管理", "审计", 70)
    template, export_permission = "administration/audit_list.html", "audit.export"
    keywords = "日志 登录记录 拒绝 导出记录"
    columns = (
        Column("made_at", "时间", sort="made_at", kind="date", link=lambda one: reverse("audit.show", args=[one.pk])),
        Column("action", "操作", "get_action_label"),
        Column("outcome", "结果", outcome_tag, kind="tag"),
        Column("actor_name", "操作人", note=lambda one: one.unit_name),
        Column("target_name", "对象", note=target_words),
        Column("reason", "理由"),
        Column("address", "来源地址"),
        Column("request", "请求", hidden=True),
        Column("position", "位置", lambda one: position_of(one), hidden=True),
    )
    conditions: ClassVar[tuple[Condition, ...]] = (
        DateRange("时间", "on", field="made_at"),
        Choice("操作", "action", choices=action_choices),
        Choice("结果", "outcome", choices=AuditEntry.Outcome.choices),
        Search("操作人", "actor", match=by_actor),
        Search("对象", "target", match=lambda rows, text: rows.filter(target_name__contains=text)),
        Search("来源地址", "address", match=lambda rows, text: rows.filter(address__startswith=text)),
    )
    actions = (Act("审计核验", "audit.verify", primary=True),)
    empty = Empty("还没有审计记录")

    def rows(self) -> Any:
        """With the place of each."""
        return AuditEntry.objects.select_related("leaf")

    def get_context(self) -> dict[str, Any]:
        """With the head, which only the whole page shows."""
        head = {} if self.is_fragment else {"head": audit.head(), "tail": audit.unsealed()}
        return {**super().get_context(), **head}


def position_of(entry: AuditEntry) -> str:
    """Its number in the order of the seal, from one on."""
    leaf = getattr(entry, "leaf", None)
    return f"{leaf.position + 1}" if leaf else "待封存"


class EntryObject(ObjectMixin):
    """A page about one entry."""

    object: AuditEntry
    parents: ClassVar[tuple[str, ...]] = ("audit.list",)

    def objects(self) -> Any:
        """What row-level security shows to the audit administrator."""
        return AuditEntry.objects.select_related("leaf")


class EntryPage(EntryObject, DetailPage):
    """One entry: every column of it, and how it lies under the seal."""

    permission, title, template = "audit.view", "审计记录", "administration/detail.html"

    def get_title(self) -> str:
        """What was done."""
        return self.object.get_action_label()

    def get_tags(self) -> list[Tag]:
        """How it ended."""
        return [outcome_tag(self.object)]

    def reference(self) -> str:
        """Its number."""
        return f"第 {position_of(self.object)} 条" if hasattr(self.object, "leaf") else "待封存"

    def sections(self) -> list[Any]:
        """Who and what, the details, the seal."""
        return [self._basics(), *self._details(), self._seal()]

    def _basics(self) -> Section:
        one = self.object
        listed = reverse("audit.list")
        values = [
            Value("时间", timezone.localtime(one.made_at).strftime("%Y-%m-%d %H:%M:%S")),
            Value("操作", one.get_action_label(), source=one.action, url=f"{listed}?action={one.action}"),
            Value(
                "操作人",
                one.actor_name,
                source=one.unit_name,
                url=f"{listed}?actor={one.actor_name}" if one.actor_name else "",
            ),
            Value("操作人编号", one.actor),
            Value("对象", one.target_name, source=target_words(one)),
            Value("对象编号", one.target),
            Value("理由", one.reason),
            Value("来源地址", one.address, url=f"{listed}?address={one.address}" if one.address else ""),
            Value("请求", one.request),
            Value("记录编号", one.pk),
        ]
        return Section("记录", values)

    def _details(self) -> list[Section]:
        values = [Value(DETAIL_LABELS.get(key, key), _words(value)) for key, value in self.object.details.items()]
        return [Section("详情", values)] if values else []

    def _seal(self) -> Section:
        leaf, head = getattr(self.object, "leaf", None), audit.head()
        if leaf is None:
            note = Value("状态", Tag("待封存", "info"), source=seal_rhythm())
            return Section("封存", [note])
        is_intact = bytes(leaf.digest) == audit.leaf(self.object)
        is_sealed = head is not None and leaf.position < head.size
        values = [
            Value("位置", f"第 {leaf.position + 1} 条"),
            Value("叶摘要", bytes(leaf.digest).hex()),
            Value("内容", Tag("与封存时一致", "ok") if is_intact else Tag("与封存时不一致", "bad")),
            Value(
                "封存",
                Tag("已封存", "ok") if is_sealed else Tag("待封存", "info"),
                source=f"共 {head.size:,} 条，{timezone.localtime(head.at):%Y-%m-%d %H:%M}" if head else "",
            ),
        ]
        acts = (Act("存证证明", "audit.proof", (self.object.pk,)),) if is_sealed else ()
        return Section("封存", values, acts=acts)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(str(one) or "（空）" for one in value)
    return str(value)


class ProofPage(EntryObject, DetailPage):
    """The hashes that lead from one entry to the sealed root."""

    permission, title, template = "audit.view", "存证证明", "administration/detail.html"

    def get_crumbs(self) -> list[Crumb]:
        """By way of the entry."""
        url = reverse("audit.show", args=[self.object.pk])
        return [*super().get_crumbs(), Crumb(self.object.get_action_label(), url)]

    def sections(self) -> list[Any]:
        """The seal, and the path to it."""
        proof = audit.proof(self.object)
        if proof is None:
            return [Section("封存", [Value("状态", Tag("待封存", "info"), source=seal_rhythm())])]
        values = [
            Value(
                "结论",
                Tag("这条记录在封存之中", "ok") if proof.holds else Tag("对不上封存的根，请立即核验全部审计", "bad"),
            ),
            Value("位置", f"第 {proof.position + 1} 条"),
            Value("封存条数", proof.head.size),
            Value("封存时间", proof.head.at),
            Value("叶摘要", audit.leaf(self.object).hex()),
            Value("封存的根", proof.head.root_hex),
        ]
        path = TemplateSection(
            "administration/proof.html",
            {"path": [one.hex() for one in proof.path]},
            "证明路径",
            note=f"{len(proof.path)} 个摘要，RFC 6962",
        )
        return [Section("结论", values), path]


class VerifyAudit(ActionPage):
    """Reckon everything once more: entries, positions and seals."""

    permission, title, submit, parents = "audit.view", "审计核验", "开始核验", ("audit.list",)
    is_listed = True

    def get_question(self) -> str:
        """What is to be done."""
        return "逐条重算全部审计记录？"

    def get_text(self) -> str:
        """How much there is."""
        head = audit.head()
        size = f"现已封存 {head.size:,} 条。" if head else "还没有封存过。"
        return f"{size}核验重算每条记录的摘要、位置是否连续、每次封存的根是否一致，大约每秒两万条，请等它做完。"

    def act(self, reason: str) -> Any:
        """Verify, and note that it was done."""
        began, head = time.monotonic(), audit.head()
        faults = audit.verify()
        took = time.monotonic() - began
        outcome = AuditEntry.Outcome.REFUSED if faults else AuditEntry.Outcome.OK
        audit.record(
            "audit.verified", outcome=outcome, details={"size": head.size if head else 0, "faults": len(faults)}
        )
        return {"faults": faults, "took": took, "head": head}

    def done(self, saved: Any) -> HttpResponse:
        """The result."""
        return self.render_as("administration/verified.html", acts=[], title="审计核验结果", **saved)


routes = [
    page("office/audit/", AuditList, "audit.list"),
    page("office/audit/verify/", VerifyAudit, "audit.verify"),
    page("office/audit/<uuid:id>/", EntryPage, "audit.show"),
    page("office/audit/<uuid:id>/proof/", ProofPage, "audit.proof"),
]
