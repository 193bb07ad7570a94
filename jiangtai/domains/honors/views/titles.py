"""The catalogue of titles and plaques: what there is to be named, and what it asks and brings."""

from typing import Any

from django.urls import reverse

from jiangtai.flows import Round
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from .. import actions
from ..forms.titles import TitleForm
from ..models import HonorTitle
from . import rows
from .showing import TIERS, address, yuan

GROUPS = (
    ("称号", ("name", "kind", "tier", "issuer", "years", "award")),
    ("推荐条件", ("years_in_trade", "oldest", "asks_membership")),
    ("礼遇和依据", ("benefits", "basis")),
)


def used_tag(title: HonorTitle) -> Tag:
    """Whether it can be given."""
    return Tag("在用", "ok") if title.is_used else Tag("已停用")


def term(title: HonorTitle) -> str:
    """How long it holds."""
    return f"{title.years} 年" if title.years else "长期"


class TitleList(ListPage):
    """Every title and plaque."""

    permission, title, counted, order = "honors.view", "荣誉称号", "个", "kind"
    nav = Nav("成长", "荣誉称号", 30)
    keywords = "工匠 劳模 称号目录 牌匾 奖金标准"
    conditions = (
        Search("名称", fields=("name__contains",)),
        Choice("类别", "kind", choices=HonorTitle.Kind.choices),
        Choice("层级", "tier", choices=TIERS),
        Choice("状态", "used", choices=(("yes", "在用"), ("no", "已停用")),
               match=lambda found, value: found.filter(is_used=value == "yes")),
    )  # fmt: skip
    actions = (Act("新建称号", "honors.titles.new", primary=True),)
    empty = Empty(
        "还没有荣誉称号",
        "先建立称号，写明层级、授予机关、条件、奖励和依据，再按它组织评选。",
        Act("新建称号", "honors.titles.new"),
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With how many hold each today."""
        counts = rows.holder_counts()
        return (
            Column("name", "称号", sort="name", link=lambda row: reverse("honors.titles.show", args=[row.pk])),
            Column("kind", "类别", "get_kind_display", sort=("kind", "name")),
            Column("tier", "层级", "get_tier_display"),
            Column("issuer", "授予机关"),
            Column("years", "有效期", term),
            Column("award", "一次性奖励（元）", lambda row: yuan(row.award) or None, kind="num", sort="award"),
            Column("holders", "现持有", lambda row: counts.get(str(row.pk), 0), kind="num"),
            Column("basis", "依据", hidden=True),
            Column("used", "状态", used_tag, kind="tag"),
        )

    def rows(self) -> Any:
        """All of them: a title's name is no secret between units."""
        return HonorTitle.objects.all()


class TitleObject(ObjectMixin):
    """A page about one title."""

    object: HonorTitle

    def objects(self) -> Any:
        """All of them."""
        return HonorTitle.objects.all()

    def get_crumbs(self) -> list[Crumb]:
        """The catalogue, then the title."""
        url = reverse("honors.titles.show", args=[self.object.pk])
        return [Crumb("荣誉称号", reverse("honors.titles")), Crumb(self.object.name, url)]


class TitlePage(TitleObject, DetailPage):
    """One title: what it asks, what it brings, and the rounds in which it was given."""

    permission, title, parents = "honors.view", "荣誉称号", ("honors.titles",)

    def get_title(self) -> str:
        """Its name."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [used_tag(self.object)]

    def get_actions(self) -> list[Act]:
        """It can be changed and retired; a round of it is opened where rounds are."""
        one = self.object
        turn = Act("停用", "honors.titles.retire", (one.pk,), danger=True, dialog=True)
        back = Act("恢复使用", "honors.titles.restore", (one.pk,), dialog=True)
        acts = [Act("修改", "honors.titles.edit", (one.pk,)), turn if one.is_used else back]
        if one.is_used and one.kind == HonorTitle.Kind.PLAQUE:
            acts.append(Act("授牌", "honors.plaques.give", primary=True, query=f"title={one.pk}"))
        elif one.is_used and address("rounds.new"):
            acts.append(Act("组织评选", "rounds.new", primary=True))
        return acts

    def sections(self) -> list[Any]:
        """All that is settled about it."""
        one = self.object
        count, is_plaque = rows.holder_counts().get(str(one.pk), 0), one.kind == HonorTitle.Kind.PLAQUE
        roster = reverse("honors.plaques" if is_plaque else "honors.list") + f"?title={one.pk}"
        values = [
            Value("类别", one.get_kind_display()),
            Value("层级", one.get_tier_display()),
            Value("授予机关", one.issuer),
            Value("有效期", term(one)),
            Value("依据", one.basis),
            Value("现持有", f"{count:,} {'家' if is_plaque else '人'}", url=roster if count else ""),
        ]
        return [Section("称号", values), *([] if is_plaque else [*self._asked(), self._rounds()])]

    def _asked(self) -> list[Section]:
        one = self.object
        years = f"不少于 {one.years_in_trade} 年" if one.years_in_trade else "不限"
        asked = [
            Value("从业年限", years),
            Value("年龄", f"不超过 {one.oldest} 周岁" if one.oldest else "不限"),
            Value("工会会员", "须为工会会员" if one.asks_membership else "不要求"),
        ]
        brought = [
            Value("一次性奖励", f"{yuan(one.award):,} 元" if one.award else "无"),
            Value("荣誉卡礼遇", "\n".join(one.benefits) or "无"),
        ]
        return [Section("推荐条件", asked, "推荐、核实、审查时逐条核对"), Section("奖励和礼遇", brought)]

    def _rounds(self) -> TableSection:
        found = list(Round.objects.filter(terms__title=str(self.object.pk)).select_related("host").order_by("-opens"))
        columns = [
            Column("name", "批次", link=lambda row: address("rounds.show", row.pk)),
            Column("host", "主办单位", lambda row: str(row.host)),
            Column("opens", "开始受理", kind="date"),
            Column("closes", "截止受理", kind="date"),
            Column("quota", "名额", kind="num"),
            Column("state", "状态", "get_state_display"),
        ]
        return TableSection("评选批次", columns, found, Empty("还没有评选过", "在“批次”里选这个称号即可组织评选。"))


class TitleForming(FormPage):
    """Write a title down."""

    permission, form, groups = "honors.change", TitleForm, GROUPS

    def save(self, form: Any) -> HonorTitle:
        """Keep it."""
        return actions.keep_title(form.instance, form.changed_data)

    def next_url(self, saved: HonorTitle) -> str:
        """To the title."""
        return reverse("honors.titles.show", args=[saved.pk])


class NewTitle(TitleForming):
    """A new title."""

    title, parents, submit = "新建荣誉称号", ("honors.titles",), "建立"
    intro = "称号建立后就可以按它组织评选；证书、荣誉卡和奖金都从这里取值。"

    def said(self, saved: HonorTitle) -> str:
        """Which."""
        return f"已建立“{saved}”"


class EditTitle(TitleObject, TitleForming):
    """Change a title."""

    title, parents, is_listed = "修改荣誉称号", ("honors.titles",), False
    intro = "修改只影响以后的评选；已经授予的称号、证书和奖金不变。"

    def form_kwargs(self) -> dict[str, Any]:
        """What was given keeps its kind."""
        return {"instance": self.object, "is_given": rows.was_given(self.object)}

    def initial(self) -> dict[str, Any]:
        """One benefit a line."""
        return {"benefits": "\n".join(self.object.benefits)}


class RetireTitle(TitleObject, ActionPage):
    """A title is given no more."""

    permission, title, submit, parents = "honors.change", "停用荣誉称号", "停用", ("honors.titles",)
    danger, asks_reason, is_used = True, True, False
    text = "停用后不能再组织评选；现持有的人继续持有，名册、证书和荣誉卡不变。"

    def get_question(self) -> str:
        """Which."""
        return f"{self.submit}“{self.object}”？"

    def act(self, reason: str) -> str:
        """Retire it, or take it into use again."""
        actions.use_title(self.object, self.is_used, reason)
        return f"已{self.submit}“{self.object}”"


class RestoreTitle(RetireTitle):
    """A title is given again."""

    title, submit, danger, text, is_used = "恢复荣誉称号", "恢复使用", False, "恢复后可以再按它组织评选。", True


routes = [
    page("office/honors/titles/", TitleList, "honors.titles"),
    page("office/honors/titles/new/", NewTitle, "honors.titles.new"),
    page("office/honors/titles/<uuid:id>/", TitlePage, "honors.titles.show"),
    page("office/honors/titles/<uuid:id>/edit/", EditTitle, "honors.titles.edit"),
    page("office/honors/titles/<uuid:id>/retire/", RetireTitle, "honors.titles.retire"),
    page("office/honors/titles/<uuid:id>/restore/", RestoreTitle, "honors.titles.restore"),
]
