"""The five registers of model workers: the book, the association, the studios, the speakers, the card."""

from typing import Any, ClassVar

from django.db.models import Count
from django.urls import reverse

from jiangtai.credentials import Credential
from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    Empty,
    FormPage,
    Nav,
    Search,
    Tab,
    Tag,
    page,
)

from .. import actions, queries
from ..facts import HonorGranted, HonorRevoked, Part, RegisterEntered, RegisterLeft
from ..forms.holding import NAMES, DayForm, EnterForm
from ..models import HonorTitle
from . import rows
from .showing import (
    TIER,
    FactList,
    FactObject,
    address,
    by_name,
    day_column,
    honor_url,
    in_year,
    name_column,
    of_unit,
    unit_column,
    until_column,
    years,
)

TABS = (
    ("劳模大典", "honors.book"),
    ("劳模协会", "honors.association"),
    ("劳模工作室", "honors.studios"),
    ("劳模宣讲团", "honors.speakers"),
    ("劳模荣誉卡", "honors.cards"),
)


class RegisterTab(FactList):
    """One of the five."""

    template = "honors/registers.html"

    def get_context(self) -> dict[str, Any]:
        """With the tabs."""
        tabs = [Tab(label, reverse(name), name == self.name) for label, name in TABS]
        return {**super().get_context(), "tabs": tabs, "tabs_label": "劳模五册", "years": []}


class ModelWorkers(RegisterTab):
    """Honours of model workers."""

    kind, enders = HonorGranted, (HonorRevoked,)

    def rows(self) -> Any:
        """Of the titles of model workers only."""
        return super().rows().filter(payload__title__in=rows.title_ids(HonorTitle.Kind.MODEL_WORKER))


class Book(ModelWorkers):
    """The book: everyone who was ever named a model worker, year by year; who lost the title stands in no book."""

    title, counted, keeps_expired = "劳模大典", "人次", True
    nav = Nav("成长", "劳模大典", 35)
    keywords = "劳模 五个一 协会 工作室 宣讲团 荣誉卡"
    conditions = (
        Search("姓名（全名）、文号", match=by_name),
        Choice("年度", "year", choices=years(HonorGranted), match=in_year),
        TIER,
        of_unit(),
    )
    columns = (
        Column("year", "年度", lambda row: f"{row.day.year}", sort=("day", "id")),
        name_column(link=honor_url),
        unit_column("命名时单位"),
        Column("title", "称号", "fact.name"),
        Column("tier", "层级", lambda row: row.fact.tier.label),
        day_column("命名日期"),
        Column("document", "命名文件", "fact.document"),
        until_column("已撤销"),
    )
    empty = Empty("大典还是空的", "命名“劳动模范”类称号后，姓名按年度自动载入大典。")

    def get_context(self) -> dict[str, Any]:
        """With how many were named in each year."""
        found = self.state.narrow(self.rows()).order_by().values_list("day__year")
        counts = sorted(found.annotate(number=Count("pk")), reverse=True)
        shown = [(year, number, f"?{self.state.address(year=str(year))}") for year, number in counts]
        return {**super().get_context(), "years": shown if len(shown) > 1 else []}


class Cards(ModelWorkers):
    """The honour cards of today's model workers."""

    title, counted = "劳模荣誉卡", "张"
    conditions = (Search("姓名（全名）、文号", match=by_name), TIER, of_unit())
    empty = Empty("还没有荣誉卡", "命名时随证书自动制卡；持卡人在手机“成长”里出示二维码。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the certificate, for who may open it."""
        opens = self.acting.may("credentials.view")

        def link(row: Any) -> str | None:
            issued = row.beside["credential"]
            return address("credentials.show", issued.pk) if issued and opens else None

        return (
            name_column(link=honor_url),
            unit_column("命名时单位"),
            Column("title", "称号", "fact.name"),
            Column("number", "卡号", lambda row: row.beside["credential"], link=link),
            Column("benefits", "礼遇", _benefits),
            Column("until", "有效期至", lambda row: row.until or "长期", kind="date", sort=("until", "id")),
            Column("state", "状态", _card_tag, kind="tag"),
            day_column(),
        )

    def rows(self) -> Any:
        """With the certificates."""
        return queries.beside(super().rows(), rows.tell_credentials)


def _benefits(row: Any) -> list[str]:
    issued: Credential | None = row.beside["credential"]
    return list(issued.claims.get("benefits", [])) if issued else []


def _card_tag(row: Any) -> Tag:
    issued = row.beside["credential"]
    if issued is None:
        return Tag("未制卡", "warn")
    return Tag("已撤销", "bad") if hasattr(issued, "revocation") else Tag("有效", "ok")


class Members(RegisterTab):
    """Who stands in a register that is entered and left."""

    kind, enders, counted = RegisterEntered, (RegisterLeft,), "人"
    part: ClassVar[Part]
    entering: ClassVar[str]
    conditions = (
        Search("姓名（全名）", match=lambda found, text: found.filter(subject__in=queries.named(text))),
        of_unit(),
        Choice("状态", "state", choices=(("over", "已退出"),), everything="在册",
               match=lambda found, value: found.filter(is_over=value == "over")),
    )  # fmt: skip

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the way out, for who may."""
        shown = (
            name_column(),
            unit_column(),
            Column("as", NAMES[self.part][0], "fact.name"),
            day_column("列入日期"),
            Column("state", "状态", lambda row: Tag("已退出") if row.is_over else Tag("在册", "ok"), kind="tag"),
        )
        if not self.acting.may("honors.change"):
            return shown
        return (*shown, Column("leave", "", lambda row: "" if row.is_over else "退出", link=_leave, kind="act"))

    def rows(self) -> Any:
        """Of this register."""
        return super().rows().filter(payload__part=self.part.value)

    def get_actions(self) -> list[Act]:
        """A model worker may enter."""
        return [Act("列入", self.entering, primary=True)]

    def get_empty(self) -> Empty:
        """Who may enter."""
        return Empty(f"{self.title}还没有人", "现持有劳动模范称号的人可以列入。", Act("列入", self.entering))


def _leave(row: Any) -> str | None:
    return None if row.is_over else reverse("honors.registers.leave", args=[row.pk])


class Association(Members):
    """The association of model workers."""

    title, part, entering = "劳模协会", Part.ASSOCIATION, "honors.association.enter"


class Studios(Members):
    """The studios that model workers lead."""

    title, part, entering = "劳模工作室", Part.STUDIO, "honors.studios.enter"


class Speakers(Members):
    """The model workers who speak."""

    title, part, entering = "劳模宣讲团", Part.SPEAKERS, "honors.speakers.enter"


class Enter(FormPage):
    """A model worker enters a register."""

    permission, form, submit, is_listed = "honors.change", EnterForm, "列入", False
    part: ClassVar[Part]

    def form_kwargs(self) -> dict[str, Any]:
        """As what."""
        return {"part": self.part}

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.today()}

    def save(self, form: Any) -> str:
        """Enter."""
        values = form.cleaned_data
        actions.enter_register(values["person"], self.part, values["name"].strip(), values["on"])
        return queries.name_of_person(str(values["person"]))

    def said(self, saved: str) -> str:
        """Who, where."""
        return f"已将 {saved} 列入{self.part.label}"


class EnterAssociation(Enter):
    """Into the association."""

    title, parents, part = "列入劳模协会", ("honors.association",), Part.ASSOCIATION


class EnterStudios(Enter):
    """Into the list of studios."""

    title, parents, part = "列入劳模工作室", ("honors.studios",), Part.STUDIO


class EnterSpeakers(Enter):
    """Into the speakers' group."""

    title, parents, part = "列入劳模宣讲团", ("honors.speakers",), Part.SPEAKERS


class Leave(FactObject, ActionPage):
    """A model worker leaves a register."""

    permission, title, submit, parents = "honors.change", "退出劳模名册", "退出", ("honors.book",)
    kind, enders = RegisterEntered, (RegisterLeft,)

    def get_question(self) -> str:
        """Who, from where."""
        return f"{self.object.beside['name']} 退出{self.fact.part.label}？"

    def get_crumbs(self) -> list[Crumb]:
        """By way of the register."""
        return [Crumb(self.fact.part.label, _register(self.fact.part))]

    def make_form(self, data: Any = None, files: Any = None) -> DayForm:
        """When."""
        return DayForm(data=data)

    def save(self, form: Any) -> str:
        """Leave."""
        actions.leave_register(self.object.pk, form.cleaned_data["on"])
        return f"{self.object.beside['name']} 已退出{self.fact.part.label}"


def _register(part: Part) -> str:
    names = {Part.ASSOCIATION: "association", Part.STUDIO: "studios", Part.SPEAKERS: "speakers"}
    return reverse(f"honors.{names[part]}")


routes = [
    page("office/honors/book/", Book, "honors.book"),
    page("office/honors/association/", Association, "honors.association"),
    page("office/honors/studios/", Studios, "honors.studios"),
    page("office/honors/speakers/", Speakers, "honors.speakers"),
    page("office/honors/cards/", Cards, "honors.cards"),
    page("office/honors/association/enter/", EnterAssociation, "honors.association.enter"),
    page("office/honors/studios/enter/", EnterStudios, "honors.studios.enter"),
    page("office/honors/speakers/enter/", EnterSpeakers, "honors.speakers.enter"),
    page("office/honors/registers/<uuid:id>/leave/", Leave, "honors.registers.leave"),
]
