"""Who holds which honour: the roster, one honour with its life and its proof, and taking it back."""

from typing import Any

from django.urls import reverse

from jiangtai import ledger
from jiangtai.credentials import Credential
from jiangtai.flows import origins
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
    Nav,
    Search,
    Section,
    Stat,
    TableSection,
    Tag,
    Value,
    figure,
    page,
)

from .. import actions, queries
from ..facts import (
    AwardCancelled,
    AwardDue,
    AwardPaid,
    FollowUpDone,
    HonorGranted,
    HonorRevoked,
    MentorAssigned,
    MentoringEnded,
    Tier,
)
from ..forms.holding import RecordForm, RevokeForm
from . import rows
from .showing import (
    KIND,
    TIER,
    TIERS,
    TITLE,
    FactList,
    FactObject,
    address,
    by_name,
    day_column,
    honor_url,
    in_state,
    in_year,
    name_column,
    of_unit,
    state_of,
    unit_column,
    until_column,
    years,
    yuan,
)

METHOD = "现持有至少一项荣誉的人，一人持有多项只计一人；已撤销、已到期的不计"
TIER_METHOD = "按每人现持有的最高层级归类，一人只计一次，各层级相加等于总人数"
SOURCE = "账本：授予荣誉称号"


class HonorList(FactList):
    """Everyone who holds an honour."""

    title, counted, kind, enders = "荣誉名册", "项", HonorGranted, (HonorRevoked,)
    nav = Nav("成长", "荣誉名册", 31)
    keywords = "工匠 劳模 技术能手 十佳 获奖 命名"
    conditions = (
        Search("姓名（全名）、文号", match=by_name),
        TITLE,
        KIND,
        TIER,
        Choice("年度", "year", choices=years(HonorGranted), match=in_year),
        of_unit(),
        Choice("个人最高层级", "best", choices=TIERS, match=lambda found, value: _at_best(found, value)),
        Choice("状态", "state", choices=(("soon", "90 天内到期"), ("expired", "已到期"), ("over", "已撤销")),
               match=in_state(HonorRevoked), everything="现持有"),
    )  # fmt: skip
    columns = (
        name_column(link=honor_url),
        unit_column("命名时单位"),
        Column("title", "称号", "fact.name"),
        Column("tier", "层级", lambda row: row.fact.tier.label),
        day_column(),
        Column("document", "命名文件", "fact.document"),
        Column("until", "有效期至", lambda row: row.until or "长期", kind="date", sort=("until", "id")),
        until_column("已撤销"),
    )
    actions = (Act("登记已有荣誉", "honors.record"),)
    empty = Empty(
        "还没有人获得荣誉",
        "评选办到“命名”一步，荣誉、证书和奖金会自动登记；以前获得的和外单位授予的，可以补登记。",
        Act("登记已有荣誉", "honors.record"),
    )

    def stats(self) -> list[Stat]:
        """Persons, honours, and persons by their highest tier; each opens to the same persons."""
        found = rows.counted(self.state.narrow(self.rows()))
        if self.request.GET.get("state") or not found.items:
            return []
        as_of = clock.today().isoformat()
        shown = [
            Stat("持有荣誉", f"{found.persons:,}", "人", METHOD, SOURCE, as_of),
            Stat("现持有", f"{found.items:,}", "项", "现持有的荣誉，逐项计", SOURCE, as_of),
        ]
        for tier in Tier:
            url = f"?{self.state.address(best=tier.value)}"
            number = found.tiers[tier]
            shown.append(Stat(f"最高层级：{tier.label}", f"{number:,}", "人", TIER_METHOD, SOURCE, as_of, url=url))
        return shown


@figure(order=30, permission="honors.view")
def named_this_year(acting: Any) -> Stat | None:
    """How many honours were given within reach this year; nothing where none was."""
    today = clock.today()
    number = queries.in_reach(HonorGranted).filter(day__gte=today.replace(month=1, day=1), day__lte=today).count()
    return Stat(
        "本年命名", f"{number:,}", "项", method="按命名日期计，一人多项逐项计，含后来撤销的", source=SOURCE,
        as_of=today.isoformat(), url=f"{reverse('honors.list')}?year={today.year}",
    ) if number else None  # fmt: skip


def _at_best(found: Any, value: str) -> Any:
    tier = next((one for one in Tier if one.value == value), None)
    return found.filter(subject__in=rows.at_best(tier)) if tier else found.none()


class HonorObject(FactObject):
    """A page about one honour within reach."""

    kind, enders = HonorGranted, (HonorRevoked,)

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return honor_url(self.object)

    def get_crumbs(self) -> list[Crumb]:
        """The roster, then the honour."""
        return [Crumb("荣誉名册", reverse("honors.list")), Crumb(self.whose, honor_url(self.object))]

    @property
    def whose(self) -> str:
        """Who holds what."""
        return f"{self.object.beside['name']} · {self.fact.name}"


class HonorPage(HonorObject, DetailPage):
    """One honour: what was decided, its certificate, its place in the ledger, and what followed."""

    permission, title, parents = "honors.view", "荣誉", ("honors.list",)

    def get_title(self) -> str:
        """Who holds what."""
        return self.whose

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [state_of(self.object, "已撤销")]

    def get_actions(self) -> list[Act]:
        """What holds can be taken back."""
        return [] if self.object.is_over else [Act("撤销", "honors.revoke", (self.object.pk,), danger=True)]

    def sections(self) -> list[Any]:
        """The decision, the source, the ledger, and what else the person holds."""
        return [
            Section("授予", self._decision()),
            Section("来源和凭据", self._sources(), acts=[Act("存证证明", "facts.proof", (self.object.pk,))]),
            self._others(),
        ]

    def _decision(self) -> list[Value]:
        row, fact = self.object, self.fact
        public = not row.is_over and (row.until is None or row.until >= clock.today())
        return [
            Value("姓名", row.beside["name"], url=reverse("honors.craftsman", args=[row.subject]) if public else ""),
            Value("命名时单位", row.unit.name),
            Value("称号", fact.name, url=reverse("honors.titles.show", args=[fact.title])),
            Value("层级", fact.tier.label),
            Value("命名文件", fact.document),
            Value("授予日期", row.day),
            Value("有效期至", row.until or "长期"),
        ]

    def _sources(self) -> list[Value]:
        row = self.object
        origin = origins.of([row], self.acting).get(row.pk)
        words = origin.label if origin else f"{row.get_cause_display()}：{row.cause_step}".rstrip("：")
        return [Value("来源", words, url=origin.url if origin else ""), self._certificate()]

    def _certificate(self) -> Value:
        issued = Credential.unscoped.filter(cause__in=list(queries.as_written([self.object]))).first()
        if issued is None:
            return Value("荣誉证书", "没有通过本系统签发")
        seen = self.acting.may("credentials.view") and Credential.objects.filter(pk=issued.pk).exists()
        page_name, key = ("credentials.show", issued.pk) if seen else ("credentials.check", issued.number)
        return Value("荣誉证书", issued.number, url=address(page_name, key))

    def _others(self) -> TableSection:
        held = queries.in_reach(HonorGranted).of(self.object.subject).current().exclude(pk=self.object.pk)
        columns = [
            Column("title", "称号", "fact.name", link=honor_url),
            Column("tier", "层级", lambda row: row.fact.tier.label),
            Column("on", "授予日期", lambda row: row.day, kind="date"),
            Column("until", "有效期至", lambda row: row.until or "长期", kind="date"),
        ]
        return TableSection("同一人现持有的其他荣誉", columns, list(held), Empty("没有其他荣誉"))

    def events(self) -> list[Event]:
        """What followed, and the naming itself."""
        row = self.object
        first = Event("授予称号", row.day, str(row.unit), self.fact.document)
        return [*(_event(one) for one in rows.life_of(row)), first]


@ledger.shows
def on_the_roster(row: ledger.FactRow, who: Any) -> str | None:
    """An honour, to whoever may open its page."""
    if row.type != ledger.declared(HonorGranted).key or not who.may("honors.view"):
        return None
    return row.fact.name if queries.in_reach(HonorGranted).filter(pk=row.pk).exists() else None


def _event(row: Any) -> Event:
    fact, tone, text = row.fact, "ok", ""
    match fact:
        case HonorRevoked():
            tone, text = "bad", f"{fact.why.label} · {fact.document}"
        case AwardDue() | AwardPaid():
            text = f"{yuan(fact.amount):,} 元" + (f" · 凭证 {fact.batch}" if isinstance(fact, AwardPaid) else "")
            tone = "warn" if isinstance(fact, AwardDue) else "ok"
        case AwardCancelled() | MentoringEnded():
            tone = "plain"
        case MentorAssigned():
            text = f"培养期至 {fact.until}"
        case FollowUpDone():
            text = f"完成 {fact.reached} 项，目标 {fact.of} 项"
    return Event(row.label, row.day, str(row.unit), text, tone)


class RecordHonor(FormPage):
    """An honour that somebody holds already is entered."""

    permission, title, form, submit = "honors.change", "登记已有荣誉", RecordForm, "登记"
    parents, keywords = ("honors.list",), "补登记 历史荣誉 上级荣誉"
    intro = "登记以前获得的、或由上级和外单位授予的荣誉。按称号的有效年限计算到期日；不签发证书，不产生奖金。"

    def save(self, form: Any) -> Any:
        """Enter it."""
        values = form.cleaned_data
        return actions.record_honor(values["person"], values["title"], values["document"], values["on"])

    def next_url(self, saved: Any) -> str:
        """To the honour."""
        return reverse("honors.show", args=[saved])


class Revoke(HonorObject, ActionPage):
    """Take an honour back."""

    permission, title, submit, danger, parents = "honors.change", "撤销荣誉", "撤销", True, ("honors.list",)
    text = "撤销后不能恢复：匠心堂不再展示，证书核验页立即显示已撤销，未发的奖金不再发放。须先有撤销文件。"

    def get_question(self) -> str:
        """Whose."""
        return f"撤销 {self.object.beside['name']} 的“{self.fact.name}”？"

    def make_form(self, data: Any = None, files: Any = None) -> RevokeForm:
        """Why, by which document, and when."""
        return RevokeForm(data=data)

    def save(self, form: Any) -> str:
        """Revoke."""
        actions.revoke(self.object.pk, **form.cleaned_data)
        return f"已撤销 {self.object.beside['name']} 的“{self.fact.name}”"


routes = [
    page("office/honors/", HonorList, "honors.list"),
    page("office/honors/record/", RecordHonor, "honors.record"),
    page("office/honors/<uuid:id>/", HonorPage, "honors.show"),
    page("office/honors/<uuid:id>/revoke/", Revoke, "honors.revoke"),
]
