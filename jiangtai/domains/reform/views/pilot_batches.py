"""Batches of pilots: prepared with their types, applied for, candidates side by side, confirmed, published, listed."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from jiangtai.flows import Case, Round
from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from ..actions import pilot_lists
from ..actions import pilots as actions
from ..forms.pilots import (
    BatchForm,
    CallForm,
    ConfirmForm,
    LinesForm,
    ListingForm,
    NewBatchForm,
    PublishForm,
    TypeForm,
)
from ..models import PilotBatch, PilotType
from ..queries import pilots as queries
from ..rules import pilots as rules
from .pilots import batch_url, pilot_url, state_of, tasks_said

STATES = {"preparing": Tag("筹备中", "plain"), "open": Tag("申报评定中", "info"), "named": Tag("名单已公布", "ok")}
STEPS = (
    ("apply", "填写中"),
    ("recommend", "待推荐"),
    ("assess", "待评定"),
    ("countersign", "待复核"),
    ("rank", "待排序"),
    ("confirm", "待审定"),
)


# batches


class Batches(ListPage):
    """The batches, the newest first."""

    permission, title, counted, order = "pilots.view", "试点批次", "批", "-year"
    nav = Nav("改革方案", "试点批次", 56)
    keywords = "试点申报 逐级推荐 综合评定 名单"
    conditions = (
        Search("名称", fields=("title__contains",)),
        Choice("状态", "state", choices=PilotBatch.State.choices),
    )
    columns = (
        Column("title", "试点批次", link=batch_url, note=lambda row: "由名单导入" if row.is_listed else ""),
        Column("year", "年度", lambda row: str(row.year), sort=("year", "made_at")),
        Column("quota", "名额", kind="num"),
        Column("named", "已确定", kind="num"),
        Column("going", "试点中", kind="num"),
        Column("closes", "截止申报", kind="date", sort="closes"),
        Column("until", "试点期到", kind="date", sort="until"),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag"),
    )
    actions = (
        Act("导入早先名单", "pilots.batches.listing"),
        Act("筹备试点批次", "pilots.batches.new", primary=True),
    )
    empty = Empty(
        "还没有试点批次",
        "新一批从筹备开始：定类型和名额，单位申报，逐级推荐，综合评定；系统启用前已公布的，用名单导入。",
        Act("筹备试点批次", "pilots.batches.new"),
    )

    def rows(self) -> QuerySet[PilotBatch]:
        """With numbers."""
        return queries.counted(queries.batches(self.acting))


class NewBatch(FormPage):
    """A batch is prepared."""

    permission, title, submit, form = "pilots.change", "筹备试点批次", "建立", NewBatchForm
    parents = ("pilots.batches",)
    groups = (("批次", ("title", "year", "opens", "closes", "until", "asks")), ("类型", ("types",)))
    success = "已建立，核对类型和名额后开始申报"

    def initial(self) -> dict[str, Any]:
        """This year, from today."""
        return {"year": clock.today().year, "opens": clock.today()}

    def save(self, form: Any) -> PilotBatch:
        """Prepare it."""
        told = dict(form.cleaned_data)
        kinds = told.pop("types")
        return actions.prepare(actions.Call(**told), kinds)

    def next_url(self, saved: PilotBatch) -> str:
        """To it."""
        return batch_url(saved)


class NewListing(FormPage):
    """A batch that was named before is taken over."""

    permission, title, submit, form = "pilots.change", "导入早先名单", "导入", ListingForm
    parents = ("pilots.batches",)
    intro = "系统启用前已经公布的试点，从名单导入。单位按全称、简称、代码和方案里的叫法查找，找不到的逐行告诉您。"
    groups = (("批次", ("title", "year", "document", "named_on", "until")), ("名单", ("file", "pasted", "skip")))

    def initial(self) -> dict[str, Any]:
        """Before this year."""
        return {"year": clock.today().year - 1}

    def save(self, form: Any) -> PilotBatch:
        """Take it over; the sheet is kept nowhere."""
        told = form.cleaned_data
        call = actions.Call(told["title"], told["year"], None, None, told["until"])
        self.skipped = form.skipped
        return actions.take_listing(call, told["document"], told["named_on"], told["lines"])

    def next_url(self, saved: PilotBatch) -> str:
        """To it."""
        return batch_url(saved)

    def said(self, saved: PilotBatch) -> str:
        """How many."""
        rest = f"，{self.skipped} 行没有找到单位，先没有导入" if self.skipped else ""
        return f"已导入 {queries.number_of(saved)} 个试点{rest}"


class BatchObject(ObjectMixin):
    """A page about one batch that this account may see."""

    object: PilotBatch
    acting: Any

    def objects(self) -> QuerySet[PilotBatch]:
        """What may be seen."""
        return queries.batches(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the batch."""
        return [Crumb("试点批次", reverse("pilots.batches")), Crumb(self.object.title, batch_url(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return batch_url(self.object)


class BatchPage(BatchObject, DetailPage):
    """One batch: its types with quota and where candidates are, its pilots."""

    permission, title, parents = "pilots.view", "试点批次", ("pilots.batches",)

    @property
    def is_whole(self) -> bool:
        """Whether this account compares all units with one another."""
        return self.acting.reach.is_everything

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [STATES[self.object.state], *([Tag("已公开", "info")] if self.object.is_public else [])]

    def get_actions(self) -> list[Act]:
        """What can be done now."""
        at, one = (self.object.pk,), self.object
        if one.state == PilotBatch.State.PREPARING:
            return [
                Act("删除", "pilots.batches.drop", at, danger=True, dialog=True),
                Act("修改", "pilots.batches.edit", at),
                Act("加类型", "pilots.types.new", at, dialog=True),
                Act("开始申报", "pilots.batches.open", at, primary=True, dialog=True),
            ]
        if one.state == PilotBatch.State.OPEN:
            acts = [Act("候选对照", "pilots.batches.candidates", at)] if self.is_whole else []
            if self.is_whole and queries.to_confirm(one).exists():
                acts.append(Act("审定名单", "pilots.batches.confirm", at, primary=True))
            acts.append(Act("公布名单", "pilots.batches.publish", at))
            mine = [kind for kind in queries.open_types(self.acting) if kind.batch_id == one.pk]
            return [*acts, *([Act("申报试点", "pilots.apply", primary=True)] if mine else [])]
        show = Act("撤下公开", "pilots.batches.hide", at, dialog=True)
        show = show if one.is_public else Act("向社会公开", "pilots.batches.show_public", at, dialog=True)
        more = [Act("补充名单", "pilots.batches.lines", at)] if one.is_listed else []
        if not one.is_listed and self.is_whole:
            more = [Act("候选对照", "pilots.batches.candidates", at)]
        compare = [Act("前后对照", "pilots.compare", query=urlencode({"batch": one.pk}))] if self.is_whole else []
        return [*more, show, *compare, Act("请试点报告", "pilots.batches.call", at, dialog=True)]

    def sections(self) -> list[Any]:
        """What it says, its types, its pilots, its reports."""
        one = self.object
        told = [
            Value("主办单位", one.unit.name),
            Value("年度", str(one.year)),
            Value("申报", f"{one.opens} 至 {one.closes}" if one.opens else "早先公布，由名单导入"),
            Value("试点期到", one.until or "没有定期限"),
            Value("申报要求", one.asks),
            Value("公布", f"{one.document}，{one.named_on}" if one.named_on else "还没有公布"),
        ]
        return [Section("批次安排", told), self._types(), self._pilots(), *self._reports()]

    def _types(self) -> TableSection:
        columns = [
            Column("name", "类型", link=self._edit),
            Column("quota", "名额", kind="num"),
            Column("named", "已确定", kind="num"),
            Column("kinds", "可申报的单位", lambda row: queries.kinds_said(row.kinds)),
            Column("project", "项目", lambda row: "须指明" if row.names_project else "不要求"),
        ]
        if self.object.state == PilotBatch.State.OPEN or not self.object.is_listed:
            columns.append(Column("steps", "申报", lambda row: _where(row)))
        if self.object.state == PilotBatch.State.PREPARING and self.acting.may("pilots.change"):
            columns.append(
                Column(
                    "drop",
                    "",
                    lambda row: "删除",
                    link=lambda row: reverse("pilots.types.drop", args=[row.pk]),
                    kind="act",
                )
            )
        rows = queries.types(self.object)
        return TableSection("类型和名额", columns, rows, Empty("还没有类型", "先加类型和名额，再开始申报。"),
                            f"共 {sum(row.quota for row in rows)} 个名额")  # fmt: skip

    def _edit(self, row: PilotType) -> str | None:
        is_open = self.object.state == PilotBatch.State.PREPARING or self.object.is_listed
        return reverse("pilots.types.edit", args=[row.pk]) if is_open and self.acting.may("pilots.change") else None

    def _pilots(self) -> TableSection:
        rows = queries.with_tasks(queries.seen(self.acting).filter(batch=self.object)).order_by("type__place", "place")
        shown = list(rows[: queries.FIRST])
        columns = (
            Column("unit", "试点单位", lambda row: row.unit.name, link=pilot_url),
            Column("type", "类型", lambda row: row.type.name),
            Column("project", "试点项目"),
            Column("tasks", "任务", tasks_said, kind="tag"),
            Column("state", "状态", state_of, kind="tag"),
        )
        empty = Empty("还没有确定试点", "单位申报、逐级推荐、综合评定、领导审定之后，名单在这里。")
        total = rows.count() if len(shown) == queries.FIRST else len(shown)
        more = f"{reverse('pilots.list')}?{urlencode({'batch': self.object.pk})}" if total > len(shown) else ""
        return TableSection("试点名单", columns, shown, empty, f"{total} 个", total=total, more=more)

    def _reports(self) -> list[TableSection]:
        if not self.acting.may("pilots.change"):
            return []
        rows = list(queries.report_rounds(self.object))
        if not rows:
            return []
        columns = (
            Column("name", "年度报告", link=lambda row: reverse("rounds.show", args=[row.pk])),
            Column("closes", "报送期限", kind="date"),
            Column("asked", "请报告", kind="num"),
            Column("ended", "已认可", kind="num"),
        )
        return [TableSection("年度报告", columns, rows)]

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("导入名单" if one.is_listed else "筹备", one.made_at, one.by_name)]
        if one.named_on:
            life.insert(0, Event("公布名单", one.named_on, one.document))
        elif one.state == PilotBatch.State.OPEN:
            life.insert(0, Event("申报截止", one.closes, now=True))
        return life


def _where(row: Any) -> str:
    """How many candidates stand at which step."""
    found = [f"{label} {row.steps[step]}" for step, label in STEPS if row.steps.get(step)]
    over = sum(row.steps.get(one, 0) for one in ("passed_over", "declined"))
    return "、".join([*found, *([f"未列入 {over}"] if over else [])]) or "—"


class ChangeBatch(BatchObject, FormPage):
    """Change a batch that is prepared."""

    permission, title, form, is_listed = "pilots.change", "修改试点批次", BatchForm, False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.object, name) for name in BatchForm.base_fields}

    def save(self, form: Any) -> PilotBatch:
        """Change it."""
        return actions.change(self.object, actions.Call(**form.cleaned_data))


class DropBatch(BatchObject, ActionPage):
    """Give up a batch."""

    permission, title, submit, danger = "pilots.change", "删除试点批次", "删除", True
    text = "筹备中的批次和它的类型一并删除。"
    does, leads_to = actions.drop, "pilots.batches"


class OpenBatch(BatchObject, ActionPage):
    """Let units apply."""

    permission, title, submit = "pilots.change", "开始申报", "开始申报"
    text = "开始后类型和名额不能再改。单位在“申报试点”中填报，报上级逐级推荐，再由办公室综合评定。"
    does = actions.open_batch


class NewType(BatchObject, FormPage):
    """Another type."""

    permission, title, form, submit, is_listed = "pilots.change", "加试点类型", TypeForm, "加上", False

    def save(self, form: Any) -> PilotType:
        """Add it."""
        return actions.add_type(self.object, form.kind())


class TypeObject(ObjectMixin):
    """A page about one type of a batch."""

    object: PilotType
    acting: Any

    def objects(self) -> QuerySet[PilotType]:
        """Of the batches that may be seen."""
        return PilotType.objects.filter(batch__in=queries.batches(self.acting)).select_related("batch")

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the batch."""
        batch = self.object.batch
        return [Crumb("试点批次", reverse("pilots.batches")), Crumb(batch.title, batch_url(batch))]

    def next_url(self, saved: Any) -> str:
        """Back to the batch."""
        return batch_url(self.object.batch)


class ChangeType(TypeObject, FormPage):
    """Change a type."""

    permission, title, form, is_listed = "pilots.change", "修改试点类型", TypeForm, False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.object, name) for name in TypeForm.base_fields}

    def save(self, form: Any) -> PilotType:
        """Change it."""
        return actions.change_type(self.object, form.kind())


class DropType(TypeObject, ActionPage):
    """Take a type off."""

    permission, title, submit, danger = "pilots.change", "删除试点类型", "删除", True
    does = actions.drop_type

    def get_question(self) -> str:
        """Which."""
        return f"删除“{self.object.name}”？"


class WholeBatch(BatchObject):
    """A page that sets units beside one another: only for who reaches all of them, not for a unit's own leader."""

    def objects(self) -> QuerySet[PilotBatch]:
        """What may be seen, where nothing lies beyond reach."""
        found = super().objects()
        return found if self.acting.reach.is_everything else found.none()


class Candidates(WholeBatch, DetailPage):
    """The candidates of each type side by side, with the quota's line, and the way to the ranking."""

    permission, title = "pilots.compare", "候选对照"

    def get_title(self) -> str:
        """Of which batch."""
        return f"候选对照：{self.object.title}"

    def sections(self) -> list[Any]:
        """Type by type."""
        found = [self._type(kind) for kind in queries.types(self.object)]
        return found or [TableSection("候选", (), [], Empty("还没有类型"))]

    def _type(self, kind: PilotType) -> TableSection:
        rows = queries.candidates(kind)
        columns = [
            Column("unit", "申报单位", lambda row: row["unit"].name,
                   link=lambda row: reverse("cases.show", args=[row["case"].pk]), note=lambda row: row["project"]),
            Column("kind", "类别", lambda row: row["unit"].get_kind_display()),
            Column("workers", "在册职工", lambda row: row["workers"], kind="num"),
            Column("by", "推荐单位", lambda row: row["by"]),
            Column("step", "环节", lambda row: row["step"]),
            *(Column(name, label, _mark(name), kind="num")
              for name, label, _ in rules.MARKS),
            Column("score", "总分", lambda row: row["marks"]["score"], kind="num"),
            Column("place", "次序", lambda row: row["place"], kind="num"),
        ]  # fmt: skip
        ready = sum(row["case"].step == "rank" for row in rows)
        acts = [Act("按总分排序定名单", "rounds.rank", (kind.round_id,), primary=True)] if ready else []
        note = f"名额 {kind.quota} 个，申报 {len(rows)} 家" + (f"，{ready} 家评定完成待排序" if ready else "")
        return TableSection(kind.name, columns, rows, Empty("还没有单位申报"), note, acts)


def _mark(name: str) -> Any:
    """How one of the marks of a candidate is read."""
    return lambda row: row["marks"][name]


class ConfirmList(WholeBatch, FormPage):
    """The leader confirms the whole proposed list; single units may be refused in their own cases first."""

    permission, title, form, submit, is_listed = "pilots.confirm", "审定名单", ConfirmForm, "全部确定为试点", False

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Who stands on it."""
        names = [f"{case.unit}（{str(case.round).rpartition('·')[2]}）" for case in queries.to_confirm(self.object)]
        if not names:
            return "现在没有等待审定的单位。"
        return f"建议名单 {len(names)} 个：{'、'.join(names)}。不同意其中某家的，先在它的办件里选“不予确定”。"

    def save(self, form: Any) -> int:
        """Confirm."""
        return actions.confirm_all(self.object, form.cleaned_data["opinion"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"已确定 {saved} 个试点"


class PublishBatch(BatchObject, FormPage):
    """The list is published."""

    permission, title, form, submit, is_listed = "pilots.change", "公布名单", PublishForm, "公布", False
    intro = "公布后各试点收到消息，可以编制年度任务清单；公开的名单在社会公开页面可查。"

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"named_on": clock.today(), "is_public": True}

    def save(self, form: Any) -> PilotBatch:
        """Publish."""
        told = form.cleaned_data
        return actions.publish(self.object, told["document"], told["named_on"], is_public=told["is_public"])

    def said(self, saved: PilotBatch) -> str:
        """How many."""
        return f"已公布 {queries.number_of(saved)} 个试点"


class AddLines(BatchObject, FormPage):
    """More of a list that was taken over."""

    permission, title, form, submit, is_listed = "pilots.change", "补充名单", LinesForm, "导入", False
    intro = "已在名单里的单位自动跳过；名额不够的，先在批次页修改类型的名额。"

    def save(self, form: Any) -> int:
        """Add them."""
        return actions.add_lines(self.object, form.cleaned_data["lines"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"新增 {saved} 个试点"


class ShowBatch(BatchObject, ActionPage):
    """A published list is put on the square."""

    permission, title, submit = "pilots.change", "向社会公开", "公开"
    text = "任何人都能在社会公开页面看到试点单位、类型和项目。"
    does = partial(actions.show, is_public=True)


class HideBatch(ShowBatch):
    """A published list is taken off the square."""

    title, submit, does = "撤下公开", "撤下", partial(actions.show, is_public=False)
    text = "名单不再对社会公开，试点不受影响。"


class CallReports(BatchObject, FormPage):
    """Pilots are asked for their yearly reports."""

    permission, title, form, submit, is_listed = "pilots.change", "请试点报告", CallForm, "发起", False
    intro = "进行中的每个试点收到一件待办，表里已带上任务清单的完成情况；没有账号的，可在办件里发链接或代录来函。"

    def initial(self) -> dict[str, Any]:
        """This year."""
        return {"year": clock.today().year}

    def save(self, form: Any) -> Round:
        """Ask."""
        return pilot_lists.call(self.object, form.cleaned_data["year"], form.cleaned_data["note"])

    def said(self, saved: Round) -> str:
        """How many."""
        return f"已请 {saved.quota} 个试点报告，{saved.closes} 截止"


# applying


class Apply(Page):
    """The types for which one's own unit may apply today."""

    permission, title, parents, template = "pilots.apply", "申报试点", ("pilots.list",), "reform/pilot_apply.html"
    keywords = "试点申报"

    def get_context(self) -> dict[str, Any]:
        """Each with where one's own application stands."""
        unit = queries.home(self.acting)
        types = queries.open_types(self.acting)
        rows = Case.unscoped.filter(round__in=[one.round_id for one in types], unit=unit)
        own = {case.round_id: case for case in rows.exclude(state=Case.State.WITHDRAWN)}
        found = [{"type": one, "kinds": queries.kinds_said(one.kinds), "case": own.get(one.round_id)} for one in types]
        return {"found": found, "unit": unit}


class ApplyFor(TypeObject, ActionPage):
    """One's own unit applies for a type."""

    permission, title, submit = "pilots.apply", "申报试点", "开始填写"

    def objects(self) -> QuerySet[PilotType]:
        """Those that are open to one's own unit."""
        wanted = [one.pk for one in queries.open_types(self.acting)]
        return PilotType.objects.filter(pk__in=wanted).select_related("batch", "round")

    def get_crumbs(self) -> list[Crumb]:
        """Back to the types."""
        return [Crumb("申报试点", reverse("pilots.apply"))]

    def get_question(self) -> str:
        """Who, for what."""
        return f"{queries.home(self.acting)}申报“{self.object.batch}”{self.object}？"

    def save(self, form: Any) -> Case:
        """Begin, or go on."""
        return actions.apply(self.object)

    def said(self, saved: Case) -> str:
        """Its number."""
        return f"办件 {saved.number}，请填写后提交"

    def next_url(self, saved: Case) -> str:
        """To its case."""
        return reverse("cases.show", args=[saved.pk])


_ONE = "office/pilots/batches/<uuid:id>/"
routes = [
    page("office/pilots/apply/", Apply, "pilots.apply"),
    page("office/pilots/apply/<uuid:id>/", ApplyFor, "pilots.types.apply"),
    page("office/pilots/batches/", Batches, "pilots.batches"),
    page("office/pilots/batches/new/", NewBatch, "pilots.batches.new"),
    page("office/pilots/batches/listing/", NewListing, "pilots.batches.listing"),
    page(_ONE, BatchPage, "pilots.batches.show"),
    page(f"{_ONE}edit/", ChangeBatch, "pilots.batches.edit"),
    page(f"{_ONE}drop/", DropBatch, "pilots.batches.drop"),
    page(f"{_ONE}open/", OpenBatch, "pilots.batches.open"),
    page(f"{_ONE}candidates/", Candidates, "pilots.batches.candidates"),
    page(f"{_ONE}confirm/", ConfirmList, "pilots.batches.confirm"),
    page(f"{_ONE}publish/", PublishBatch, "pilots.batches.publish"),
    page(f"{_ONE}lines/", AddLines, "pilots.batches.lines"),
    page(f"{_ONE}public/", ShowBatch, "pilots.batches.show_public"),
    page(f"{_ONE}hide/", HideBatch, "pilots.batches.hide"),
    page(f"{_ONE}call/", CallReports, "pilots.batches.call"),
    page(f"{_ONE}types/new/", NewType, "pilots.types.new"),
    page("office/pilots/types/<uuid:id>/edit/", ChangeType, "pilots.types.edit"),
    page("office/pilots/types/<uuid:id>/drop/", DropType, "pilots.types.drop"),
]
