"""Young talents: who takes each along, until when, and how far each has come."""

from typing import Any

from django.urls import reverse

from jiangtai import ledger
from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
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
    Tag,
    Value,
    page,
)

from .. import actions, queries
from ..facts import FollowUpDone, HonorGranted, HonorRevoked, MentorAssigned, MentoringEnded
from ..forms.holding import FollowUpForm, MentorForm
from ..models import HonorTitle
from . import rows
from .showing import (
    FactList,
    FactObject,
    by_name,
    day_column,
    honor_url,
    in_year,
    name_column,
    of_unit,
    unit_column,
    years,
)

STATES = (("alone", "未确定导师"), ("now", "培养中"), ("past", "培养期已满"))


def talents(found: Any) -> Any:
    """Of the titles of young talents only, with what was planned and reached."""
    mine = found.filter(payload__title__in=rows.title_ids(HonorTitle.Kind.YOUNG_TALENT))
    return queries.beside(mine, rows.tell_cultivation)


def cultivation(row: Any) -> Tag:
    """Where the cultivation stands, as a light."""
    mentor = row.beside["mentor"]
    if mentor is None:
        return Tag("未确定导师", "warn")
    return Tag("培养中", "ok") if mentor.until >= clock.today() else Tag("培养期已满", "info")


def reached(row: Any) -> str:
    """How far somebody has come."""
    followed = row.beside["followed"]
    return f"{followed.reached} / {followed.of} 项" if followed else ""


def _in_stage(found: Any, value: str) -> Any:
    assigned = ledger.every(MentorAssigned)
    by_stage = {"alone": assigned, "now": assigned.current(), "past": assigned}
    if value not in by_stage:
        return found.none()
    ids = set(by_stage[value].values_list("payload__honor", flat=True))
    if value == "past":
        ids -= set(assigned.current().values_list("payload__honor", flat=True))
    return found.exclude(pk__in=ids) if value == "alone" else found.filter(pk__in=ids)


class TalentList(FactList):
    """The young talents of today."""

    title, counted, kind, enders = "青年培养", "人", HonorGranted, (HonorRevoked,)
    nav = Nav("成长", "青年培养", 36)
    keywords = "青年技能人才 导师 培养计划 跟踪"
    conditions = (
        Search("姓名（全名）、文号", match=by_name),
        of_unit(),
        Choice("年度", "year", choices=years(HonorGranted), match=in_year),
        Choice("培养情况", "stage", choices=STATES, match=_in_stage),
    )
    columns = (
        name_column(link=lambda row: reverse("honors.talents.show", args=[row.pk])),
        unit_column("入选时单位"),
        Column("title", "称号", "fact.name"),
        day_column("入选日期"),
        Column("mentor", "导师", "beside.mentor_name"),
        Column("term", "培养期至", lambda row: row.beside["mentor"] and row.beside["mentor"].until, kind="date"),
        Column("reached", "完成目标", reached),
        Column("followed", "最近跟踪", lambda row: row.beside["followed"] and row.beside["followed"].on, kind="date"),
        Column("stage", "培养情况", cultivation, kind="tag"),
    )
    empty = Empty("还没有青年技能人才", "在“荣誉称号”建立“青年技能人才”类称号并组织选拔，入选的人会出现在这里。")

    def rows(self) -> Any:
        """Of young talents only."""
        return talents(super().rows())


class TalentObject(FactObject):
    """A page about one young talent within reach."""

    kind, enders = HonorGranted, (HonorRevoked,)

    def objects(self) -> Any:
        """Of young talents only."""
        return talents(super().objects())

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the talent."""
        name = self.object.beside["name"]
        return [Crumb("青年培养", reverse("honors.talents")), Crumb(name, self.next_url(None))]

    def next_url(self, saved: Any) -> str:
        """Back to the talent."""
        return reverse("honors.talents.show", args=[self.object.pk])


class TalentPage(TalentObject, DetailPage):
    """One young talent: mentor, plan, follow-ups."""

    permission, title, parents, life_title = "honors.view", "青年培养", ("honors.talents",), "培养经过"

    def get_title(self) -> str:
        """Whose."""
        return str(self.object.beside["name"])

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [cultivation(self.object)]

    def get_actions(self) -> list[Act]:
        """A mentor first, then follow-ups."""
        has = self.object.beside["mentor"] is not None
        mentor = Act("更换导师" if has else "确定导师", "honors.talents.mentor", (self.object.pk,), primary=not has)
        follow = Act("登记跟踪", "honors.talents.follow", (self.object.pk,), primary=True, dialog=True)
        return [mentor, follow] if has else [mentor]

    def sections(self) -> list[Any]:
        """The honour and the plan."""
        row, told = self.object, self.object.beside
        mentor, followed = told["mentor"], told["followed"]
        honor = [
            Value("称号", self.fact.name, url=honor_url(row)),
            Value("入选时单位", row.unit.name),
            Value("入选日期", row.day),
            Value("称号有效期至", row.until or "长期"),
        ]
        plan = [
            Value("导师", told["mentor_name"] or "未确定"),
            Value("培养期至", mentor.until if mentor else "未确定"),
            Value("完成目标", reached(row) or "还没有跟踪"),
            Value("最近跟踪", followed.on if followed else "还没有跟踪"),
        ]
        return [Section("入选", honor), Section("培养计划", plan)]

    def events(self) -> list[Event]:
        """Mentors and follow-ups, and the naming."""
        about = [
            row
            for row in rows.life_of(self.object)
            if isinstance(row.fact, MentorAssigned | MentoringEnded | FollowUpDone)
        ]
        names = queries.names_seen(row.fact.mentor for row in about if isinstance(row.fact, MentorAssigned))
        first = Event("入选", self.object.day, str(self.object.unit), self.fact.document)
        return [*(_event(row, names) for row in about), first]


def _event(row: Any, names: dict[Any, str]) -> Event:
    fact = row.fact
    if isinstance(fact, MentorAssigned):
        return Event("确定导师", row.day, names.get(fact.mentor, queries.HIDDEN), f"培养期至 {fact.until}")
    if isinstance(fact, MentoringEnded):
        return Event("更换导师，原带教结束", row.day, tone="plain")
    return Event("培养跟踪", row.day, "", f"完成 {fact.reached} 项，目标 {fact.of} 项")


class AssignMentor(TalentObject, FormPage):
    """Somebody takes a young talent along."""

    permission, title, form, submit, is_listed = "honors.change", "确定导师", MentorForm, "确定", False
    parents = ("honors.talents",)

    def save(self, form: Any) -> Any:
        """Assign."""
        return actions.assign_mentor(self.object.pk, form.cleaned_data["mentor"], form.cleaned_data["until"])


class FollowUp(TalentObject, FormPage):
    """How far a young talent has come."""

    permission, title, form, submit, is_listed = "honors.change", "登记跟踪", FollowUpForm, "登记", False
    parents = ("honors.talents",)

    def initial(self) -> dict[str, Any]:
        """As it was last found."""
        followed = self.object.beside["followed"]
        return {"of": followed.of, "reached": followed.reached} if followed else {}

    def sources(self) -> dict[str, str]:
        """The follow-up before this one."""
        followed = self.object.beside["followed"]
        return dict.fromkeys(("of", "reached"), f"上次跟踪（{followed.on}）") if followed else {}

    def save(self, form: Any) -> Any:
        """Write it down."""
        return actions.follow_up(self.object.pk, form.cleaned_data["reached"], form.cleaned_data["of"])


routes = [
    page("office/honors/talents/", TalentList, "honors.talents"),
    page("office/honors/talents/<uuid:id>/", TalentPage, "honors.talents.show"),
    page("office/honors/talents/<uuid:id>/mentor/", AssignMentor, "honors.talents.mentor"),
    page("office/honors/talents/<uuid:id>/follow/", FollowUp, "honors.talents.follow"),
]
