"""Pages about files that may be one person's: pair by pair, merges that wait for a second, and taking one back."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Acting, Refused, audit
from jiangtai.kernel import clock
from jiangtai.people import Merge, Person
from jiangtai.web import (
    Act,
    Choice,
    Column,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Stat,
    Tag,
    figure,
    page,
)

from .. import queries
from ..forms.merges import ConfirmForm, OtherForm, ProposeForm, UndoForm
from .persons import PersonObject, opening

COLOURS = {"proposed": "warn", "done": "ok", "refused": "plain", "undone": "plain", "withdrawn": "plain"}
OWN = "这是您提出的，须由另一位经办人确认；确认以前可以撤回。"
SELDOM_OTHER = ("姓名", "出生日期")


def _show(row: Any) -> str:
    return reverse("doubts.show", args=[row.pk])


class Doubts(ListPage):
    """Pairs of files that the lists nearly show to be one person's."""

    permission, title = "doubts.decide", "疑似同人"
    nav = Nav("队伍", "疑似同人", 17)
    keywords = "归并 合并 重复 重名 核对"
    counted, order, exports = "对", "-odds", False
    columns = (
        Column("one", "新登记的", lambda row: row.one.card.name, link=_show),
        Column("other", "原有的", lambda row: row.other.card.name),
        Column("odds", "把握", lambda row: f"{row.percent}%", sort="odds", kind="num"),
        Column("batch", "来自", lambda row: row.batch.file_name if row.batch else ""),
        Column("made_at", "发现时间", kind="date", sort="made_at"),
    )
    conditions = (
        Choice(
            "来自",
            "list",
            choices=lambda page: queries.lists_named((source, unit) for source, unit, _ in queries.doubts_by_list()),
            match=lambda rows, key: rows.filter(
                batch__source=queries.of_list(key)[0], batch__unit=queries.of_list(key)[1]
            ),
        ),
    )
    actions = (Act("归并记录", "merges.list"), Act("拆分记录", "splits.list"))
    empty = Empty("没有待核对的", "名册导入时，姓名、出生日期等相近而号码对不上的，会成对出现在这里，由人核对。")

    def rows(self) -> Any:
        """Those within reach."""
        return people.doubts()


def beside(one: Person, other: Person) -> dict[str, Any]:
    """Two files value by value, and a word where what rarely changes is not the same."""
    rows = people.compared(one, other)
    differs = [row.label for row in rows if row.label in SELDOM_OTHER and row.is_same is False]
    return {"rows": rows, "warning": f"两份档案的{'、'.join(differs)}不同" if differs else ""}


class DoubtPage(ObjectMixin, Page):
    """One pair with the evidence for and against; an answer leads to the next."""

    permission, title, template = "doubts.decide", "核对疑似同人", "register/doubt.html"
    parents, is_listed = ("doubts.list",), False

    def objects(self) -> Any:
        """Those that wait."""
        return people.doubts()

    def get_context(self) -> dict[str, Any]:
        """Both files, and the pairs before and after."""
        ids = list(people.doubts().values_list("pk", flat=True)[:1_000])
        at = ids.index(self.object.pk) if self.object.pk in ids else 0
        return {
            **super().get_context(),
            "object": self.object,
            **beside(self.object.one, self.object.other),
            "why_not": people.why_two_people(self.object.one, self.object.other),
            "odds": self.object.percent,
            "waiting": people.doubts().count(),
            "last": reverse("doubts.show", args=[ids[at - 1]]) if at > 0 else "",
            "following": reverse("doubts.show", args=[ids[at + 1]]) if at + 1 < len(ids) else "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put together or keep apart, and on to the next pair."""
        following = self._following()
        try:
            with transaction.atomic():
                messages.success(request, self._answer(request.POST.get("answer", "")))
        except (Refused, ValidationError) as error:
            audit.record("refused", target=self.object.one, outcome="refused", reason=str(error))
            messages.error(request, str(error))
            is_open = self.objects().filter(pk=self.object.pk).exists()
            return HttpResponseRedirect(_show(self.object) if is_open else following)
        return HttpResponseRedirect(following)

    def _answer(self, answer: str) -> str:
        if answer == "apart":
            people.keep_apart(self.object)
            return "已记下：不是同一人"
        if answer != "same":
            raise Http404
        merge = people.put_together(self.object)
        return "已归并" if merge.state == Merge.State.DONE else "已提出归并，其中一份有荣誉或奖金，等另一位经办人确认"

    def _following(self) -> str:
        ids = list(people.doubts().values_list("pk", flat=True)[:1_000])
        at = ids.index(self.object.pk) if self.object.pk in ids else -1
        rest = ids[at + 1 :] + ids[: max(at, 0)]
        return reverse("doubts.show", args=[rest[0]]) if rest else reverse("doubts.list")


def _next_act(row: Any) -> str:
    if row.state == Merge.State.PROPOSED:
        return reverse("merges.confirm", args=[row.pk]) if row.is_seen else ""
    return reverse("merges.undo", args=[row.pk]) if row.state == Merge.State.DONE else opening(row.kept)


def _who_can(row: Any) -> str:
    is_beyond = row.state == Merge.State.PROPOSED and not row.is_seen
    return "另一份档案在您范围以外，由上级经办人确认" if is_beyond else ""


class Merges(ListPage):
    """Merges that wait for a second, and those that were done."""

    permission, title = "doubts.decide", "归并记录"
    parents = ("doubts.list",)
    counted, order, exports = "次", "-made_at", False
    columns = (
        Column("kept", "保留的档案", lambda row: row.kept.card.name, link=_next_act),
        Column("gone", "归并的档案", lambda row: row.gone.card.name),
        Column(
            "state", "状态", lambda row: Tag(row.get_state_display(), COLOURS[row.state]), kind="tag", note=_who_can
        ),
        Column("by", "提出人", lambda row: str(row.by)),
        Column("confirmed_by", "确认人", lambda row: str(row.confirmed_by or "")),
        Column("made_at", "提出时间", kind="date", sort="made_at"),
    )
    conditions = (Choice("状态", "state", choices=Merge.State.choices),)
    empty = Empty("还没有归并过", "核对疑似同人时选“是同一人”的、在职工档案里提出归并的，都记在这里，可以撤销。")

    def rows(self) -> Any:
        """Of those within reach."""
        return people.merges()


class MergeObject(ObjectMixin):
    """A page about one merge within reach."""

    parents: ClassVar[tuple[str, ...]] = ("doubts.list", "merges.list")
    leads_to: ClassVar[str] = "merges.list"
    object: Any

    def objects(self) -> Any:
        """Of those within reach."""
        return people.merges()


@figure(order=13, permission="doubts.decide")
def waiting_for_a_second(acting: Acting) -> Stat | None:
    """What others proposed and this account may agree to: it stands on nobody else's desk."""
    rows = people.merges().filter(Merge.OPEN, is_seen=True).exclude(by=acting.actor)
    number = rows.order_by().count()
    return Stat(
        "等您确认的归并", f"{number:,}", "对", method="别人提出、须由另一位经办人确认，两份档案都在您的范围内",
        source="归并记录", as_of=f"{clock.today()}", url=f"{reverse('merges.list')}?state=proposed",
    ) if number else None  # fmt: skip


class SecondPage(FormPage):
    """The second of two agrees or not to what cannot be done alone; whoever proposed it may only take it back."""

    is_listed = False
    act: ClassVar[str]
    agrees: ClassVar[str]
    object: Any
    why_not: str

    @property
    def is_own(self) -> bool:
        """Whether who looks proposed it."""
        return bool(self.object.by_id == self.acting.actor)

    def get_title(self) -> str:
        """What whoever looks can do here."""
        return f"撤回{self.act}" if self.is_own else self.title

    @property
    def submit(self) -> str:  # type: ignore[override]
        """The same on the button."""
        return "撤回" if self.is_own else "提交"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Whose turn it is, where not theirs, or why it cannot be done."""
        own = OWN if self.is_own else ""
        return f"{own}现在不能{self.act}：{self.why_not}。" if self.why_not else own or self.proposal()

    def proposal(self) -> str:
        """What the second is told beside what the page shows."""
        return ""

    def cannot(self) -> list[str]:
        """What is not offered: nobody agrees to what cannot be done."""
        return [self.agrees] if self.why_not else []

    def form_kwargs(self) -> dict[str, Any]:
        """What there is to choose."""
        return {"is_own": self.is_own, "cannot": self.cannot()}


class ConfirmMerge(MergeObject, SecondPage):
    """The second of two looks."""

    permission, title, form = "doubts.decide", "确认归并", ConfirmForm
    template, act, agrees = "register/merge.html", "归并", "merge"

    def objects(self) -> Any:
        """Those that wait, as long as both files are within reach: each is shown beside the other."""
        return super().objects().filter(Merge.OPEN, gone__in=Person.objects.filter(state=Person.State.REGISTERED))

    def prepare(self) -> None:
        """Whether the two can be one now."""
        super().prepare()
        self.why_not = people.why_two_people(self.object.kept, self.object.gone)

    def get_context(self) -> dict[str, Any]:
        """With both files beside each other."""
        return {**super().get_context(), "object": self.object, **beside(self.object.kept, self.object.gone)}

    def save(self, form: Any) -> str:
        """Agree, or not, or take it back."""
        if form.cleaned_data["result"] == "merge":
            people.confirm_merge(self.object)
            return "已归并"
        if form.cleaned_data["result"] == "withdraw":
            people.withdraw_merge(self.object)
            return "已撤回，两份档案保持原样"
        people.refuse_merge(self.object, form.cleaned_data["reason"])
        return "已记下：不归并"

    def said(self, saved: Any) -> str:
        """What became of it."""
        return str(saved)


class UndoMerge(MergeObject, FormPage):
    """Take a merge back, and say whose each of the newer records is."""

    permission, title, submit, form = "doubts.decide", "撤销归并", "撤销归并", UndoForm
    is_listed, success = False, "已撤销，两份档案各自恢复"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What it does, or who can do it."""
        if words := people.why_not_parted(self.object):
            return f"{words}。"
        return "撤销后，两份档案恢复到归并以前；归并以后新写的记录，请逐条指明是谁的。"

    def objects(self) -> Any:
        """Those that were done and not taken back."""
        return super().objects().filter(state=Merge.State.DONE)

    def form_kwargs(self) -> dict[str, Any]:
        """The records since."""
        rows = people.written_since(self.object)
        return {"since": [(str(row.pk), queries.in_words(row)) for row in rows]}

    def save(self, form: Any) -> Merge:
        """Take it back."""
        told = form.cleaned_data
        return people.undo_merge(self.object, told["reason"], [UUID(one) for one in told.get("theirs", ())])


class ChooseOther(PersonObject, FormPage):
    """Look for the other file of the same person."""

    permission, title, submit, form = "doubts.decide", "与另一份档案归并", "对照两份档案", OtherForm
    parents, is_listed = ("people.list",), False
    intro = "同一个人有两份档案的，先找到另一份，对照以后再提出归并，由另一位经办人确认。"
    success = ""

    def save(self, form: OtherForm) -> Any:
        """The other one."""
        other = form.cleaned_data["other"]
        if other.pk == self.object.pk:
            raise ValueError("这就是同一份档案，请选另一份")
        return other

    def next_url(self, saved: Any) -> str:
        """Both beside each other."""
        return reverse("people.merge_pair", args=[self.object.pk, saved.pk])


class ProposePair(PersonObject, FormPage):
    """Two files beside each other; whoever finds that they are one person's says why, and another confirms."""

    permission, title, submit, form = "doubts.decide", "与另一份档案归并", "提出归并", ProposeForm
    template = "register/pair.html"
    parents, is_listed = ("people.list",), False
    success = "已提出归并，等另一位经办人确认"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Why it cannot be done, where it cannot."""
        words = people.why_two_people(self.object, self.other)
        return f"现在不能归并：{words}。" if words else ""

    def prepare(self) -> None:
        """The other one is within reach too."""
        super().prepare()
        near = Person.objects.filter(state=Person.State.REGISTERED).exclude(pk=self.object.pk)
        self.other = get_object_or_404(near, pk=people.standing(self.kwargs["other"]))

    def get_context(self) -> dict[str, Any]:
        """With what speaks for and against."""
        return {**super().get_context(), **beside(self.object, self.other)}

    def save(self, form: ProposeForm) -> Merge:
        """Propose."""
        return people.propose_merge(self.object, self.other, reason=form.cleaned_data["reason"], needs_another=True)

    def next_url(self, saved: Any) -> str:
        """To the merges that wait."""
        return f"{reverse('merges.list')}?state=proposed"

    other: Any


routes = [
    page("office/people/<uuid:id>/merge/", ChooseOther, "people.merge"),
    page("office/people/<uuid:id>/merge/<uuid:other>/", ProposePair, "people.merge_pair"),
    page("office/doubts/", Doubts, "doubts.list"),
    page("office/doubts/<uuid:id>/", DoubtPage, "doubts.show"),
    page("office/merges/", Merges, "merges.list"),
    page("office/merges/<uuid:id>/confirm/", ConfirmMerge, "merges.confirm"),
    page("office/merges/<uuid:id>/undo/", UndoMerge, "merges.undo"),
]
