"""Pages about one file that holds the lines of two people: whose each line is, a second who agrees, what was done."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from jiangtai import people
from jiangtai.people import Split
from jiangtai.people.sources import LABELS
from jiangtai.web import Choice, Column, Empty, FormPage, ListPage, ObjectMixin, Tag, page

from .. import queries
from ..forms.splits import ConfirmSplitForm, SplitForm
from .merges import SecondPage
from .persons import PersonObject, opening

_MOST_DIGITS = 19
COLOURS = {"proposed": "warn", "done": "ok", "refused": "plain", "withdrawn": "plain"}
STAYS = "原编号、办件、核验、责任人、名单和已打印的成长档案留在原档案；"


def beside(contents: Any, ticked: Any, *, is_decided: bool = False) -> dict[str, Any]:
    """The lines side by side, value by value, with what hangs on each and whether it is ticked."""
    goes = {one.id for one in contents.chosen(ticked)}
    rows = [(LABELS[name], [(one.label, one.shown(name)) for one in contents.lines]) for name in people.SHOWN]
    return {
        "lines": [(one, one.id in goes, [queries.in_words(row) for row in one.facts]) for one in contents.lines],
        "values": [row for row in rows if any(value for _label, value in row[1])],
        "is_decided": is_decided,
    }


def _who_keeps(person: Any) -> str:
    """Where the person's own account goes."""
    if not person.account_id:
        return f"{STAYS}没有本人账号。"
    return f"{STAYS}本人账号是凭身份证号关联的，跟身份证号走。"


class SplitPerson(PersonObject, FormPage):
    """All lines of one file beside each other; whoever finds two people in it ticks whose are the other's."""

    permission, title, submit, form = "doubts.decide", "拆分", "提出拆分", SplitForm
    template = "register/split.html"
    parents, is_listed = ("people.list",), False
    success = "已提出拆分，等另一位经办人确认"

    def prepare(self) -> None:
        """What the file holds."""
        super().prepare()
        self.contents = people.contents_of(self.object)
        self.why_not = people.why_not_split(self.contents)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What it does, or why it cannot be done."""
        if self.why_not:
            return f"{self.why_not}。"
        return (
            "名册把两个人并成一个人的，勾出属于另一个人的来源记录，由另一位经办人确认后进一份新档案；"
            f"挂在记录上的用工、会籍、证书跟着走。{_who_keeps(self.object)}"
        )

    def form_kwargs(self) -> dict[str, Any]:
        """What there is to be ticked, where whoever acts may see all of it."""
        loose = [] if self.why_not else self.contents.loose
        return {"facts": [(str(row.pk), queries.in_words(row)) for row in loose]}

    def get_context(self) -> dict[str, Any]:
        """With the lines side by side."""
        told = {} if self.why_not else beside(self.contents, ticked=self._ticked())
        return {**super().get_context(), **told}

    def _ticked(self) -> list[int]:
        return [int(one) for one in self.request.POST.getlist("lines") if one.isdecimal() and len(one) < _MOST_DIGITS]

    def save(self, form: SplitForm) -> Split:
        """Propose."""
        facts = [UUID(one) for one in form.cleaned_data.get("facts", ())]
        return people.propose_split(self.object, self._ticked(), facts, form.cleaned_data["reason"])

    def next_url(self, saved: Any) -> str:
        """To the splits that wait."""
        return f"{reverse('splits.list')}?state=proposed"

    contents: Any
    why_not: str


def _next_act(row: Any) -> str:
    if row.state == Split.State.PROPOSED:
        return reverse("splits.confirm", args=[row.pk])
    pair = [row.person_id, row.other_id]
    return reverse("people.merge_pair", args=pair) if row.are_two else opening(row.person)


class Splits(ListPage):
    """Splits that wait for a second, and those that were done; what was done is taken back by merging the two."""

    permission, title = "doubts.decide", "拆分记录"
    parents = ("doubts.list",)
    counted, order, exports = "次", "-made_at", False
    columns = (
        Column("person", "原档案", lambda row: row.person.card.name, link=_next_act),
        Column(
            "other", "新档案", lambda row: row.other.card.name if row.other else "", link=lambda row: opening(row.other)
        ),
        Column(
            "state",
            "状态",
            lambda row: Tag(row.get_state_display(), COLOURS[row.state]),
            kind="tag",
            note=lambda row: row.refusal,
        ),
        Column("by", "提出人", lambda row: str(row.by)),
        Column("confirmed_by", "确认人", lambda row: str(row.confirmed_by or "")),
        Column("made_at", "提出时间", kind="date", sort="made_at"),
    )
    conditions = (Choice("状态", "state", choices=Split.State.choices),)
    empty = Empty(
        "还没有拆分过",
        "名册把两个人并成一个人的，在职工档案里点“拆分”；拆错了的，点原档案的名字再归并，"
        "身份证号不同的先更正号码，都有本人账号的请本人先注销一个。",
    )

    def rows(self) -> Any:
        """Of those within reach."""
        return people.splits()


class ConfirmSplit(ObjectMixin, SecondPage):
    """The second of two looks at the same lines, and at both persons as they would be."""

    permission, title, form = "doubts.decide", "确认拆分", ConfirmSplitForm
    template, act, agrees = "register/split.html", "拆分", "split"
    parents, leads_to = ("doubts.list", "splits.list"), "splits.list"

    def objects(self) -> Any:
        """Those that wait."""
        return people.splits().filter(Split.OPEN)

    def proposal(self) -> str:
        """Who proposed it and why."""
        return f"提出人 {self.object.by}：{self.object.reason.rstrip('。')}。{_who_keeps(self.object.person)}"

    def cannot(self) -> list[str]:
        """Nor does whoever does not see the whole file refuse."""
        return ["split", "refuse"] if people.why_beyond(self.contents) else super().cannot()

    def prepare(self) -> None:
        """What the file holds now."""
        super().prepare()
        self.contents = people.contents_of(self.object.person)
        self.why_not = people.why_not_carried_out(self.object, self.contents)

    def get_context(self) -> dict[str, Any]:
        """With the lines, what else is the other's, and what becomes of both."""
        if self.why_not:
            return super().get_context()
        told = beside(self.contents, self.object.lines, is_decided=True)
        loose: dict[bool, list[str]] = {True: [], False: []}
        for row in self.contents.loose:
            loose[str(row.pk) in self.object.facts].append(queries.in_words(row))
        after = {"loose": loose[True], "stays": loose[False], "rows": people.after_split(self.object)}
        return {**super().get_context(), **told, **after}

    def save(self, form: Any) -> str:
        """Agree, or not, or take it back."""
        result = form.cleaned_data.get("result")
        if result == "split":
            people.confirm_split(self.object)
            return "已拆分，另一个人的记录在新档案里；来源记录里身份证号写错的，请告知报送单位更正"
        if result == "withdraw":
            people.withdraw_split(self.object)
            return "已撤回，档案保持原样"
        people.refuse_split(self.object, form.cleaned_data.get("reason", ""))
        return "已记下：不拆分"

    def said(self, saved: Any) -> str:
        """What became of it."""
        return str(saved)

    contents: Any


routes = [
    page("office/people/<uuid:id>/split/", SplitPerson, "people.split"),
    page("office/splits/", Splits, "splits.list"),
    page("office/splits/<uuid:id>/confirm/", ConfirmSplit, "splits.confirm"),
]
