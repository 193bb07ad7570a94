"""我的档案: what the register holds of a worker, and whom to ask to have it put right."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused, Unit, parameters
from jiangtai.kernel import clock
from jiangtai.people import Employment, Person, UnionMembership
from jiangtai.people.sources import LABELS, Said, origins_of, own_certificates, told_of_own
from jiangtai.web import (
    WORKER,
    ActionPage,
    Entry,
    FormPage,
    Page,
    Panel,
    Value,
    as_file,
    errand,
    growth,
    page,
    pocket_panel,
)

from .. import actions, queries, rules
from ..forms.contests import CONTESTED, OF_UNION, OF_WORK, ContestedForm, shown
from ..forms.persons import LinkForm

FEW = 5
_SAID = {"left": "我已离开这家单位", "left_union": "我已不在这个工会"}
"""What is contested, in the worker's words, where it is not that a value is wrong."""


class MyFile(Page):
    """One's own file: numbers masked, everything else as it stands."""

    face, permission, title, template = "pocket", WORKER, "我的档案", "register/file.html"
    tab = "mine"

    def get_context(self) -> dict[str, Any]:
        """The file, or the way to it."""
        person = people.person_of(self.acting.account)
        if person is None:
            return {"person": None}
        union = people.membership_of(person.pk)
        works, unions = (list(people.spells_of(kind, person)) for kind in (Employment, UnionMembership))
        origins = origins_of([*works, *unions], of_own=True)
        return {
            "person": person,
            "basics": [(value, what if union or what not in OF_UNION else "") for value, what in _basics(person)],
            "union": union,
            "told": _named_together(told_of_own(person)),
            "open": queries.open_contest(person.pk),
            "works": [(one, origins.get(one.pk, "")) for one in works],
            "unions": [(one, origins.get(one.pk, "")) for one in unions],
            "data": {"certificates": own_certificates(person)},
            "events": queries.events_of(people.own_life(person, queries.MOST_EVENTS)),
            "asks": queries.whom_to_ask(person),
        }


def _named_together(told: list[Said]) -> list[tuple[str, Said]]:
    """On whose word one's details stand; those of which the very same is said once, by all their names."""
    alike: dict[tuple[Any, ...], list[Said]] = {}
    for one in told:
        alike.setdefault((one.source, one.choice.rule, *(other.words for other in one.others)), []).append(one)
    return [("、".join(LABELS[one.field] for one in same), same[0]) for same in alike.values()]


def _basics(person: Person) -> list[tuple[Value, str]]:
    card = people.own_card(person)
    return [
        (Value("姓名", card.name), "name"),
        (Value("身份证号", card.id_number), "id_number"),
        # What the number says is put right with the number.
        (Value("性别", person.sex), "id_number" if card.id_number else "sex"),
        (Value("出生日期", card.birth), "id_number" if card.id_number else "birth"),
        (Value("手机号", card.phone), "phone"),
        (Value("户籍", person.get_hukou_display()), "hukou"),
        (Value("学历", person.get_education_display()), "education"),
        (Value("会员卡号", card.union_card), "union_card"),
    ]


class ContestOwn(FormPage):
    """Say what one value of one's own file should be."""

    face, permission, title, submit, form = "pocket", WORKER, "登记有误", "提交", ContestedForm
    parents, tab, is_listed = ("own.file",), "mine", False
    failed = "没有提交"
    success = "已提交，核对后告诉您"

    def prepare(self) -> None:
        """Only values that can be contested, of an own file, and of an own employment."""
        super().prepare()
        person = people.person_of(self.acting.account)
        self.what, asked = self.kwargs["what"], self.request.GET.get("work", "")
        works = {str(one.pk): one for one in people.employments_of(person.pk)} if person else {}
        self.spell: Any = works.get(asked) if self.what in OF_WORK else None
        if self.what in OF_UNION and person is not None:
            self.spell = people.membership_of(person.pk)
        if person is None or self.what not in CONTESTED or (self.what in (*OF_WORK, *OF_UNION) and not self.spell):
            raise Http404
        self.person = person

    def get_title(self) -> str:
        """Which value."""
        return _SAID.get(self.what, f"{CONTESTED[self.what]}有误")

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What stands there now, and who looks into it."""
        days, now = parameters.value("register.contest_days"), self._now() or "没有登记"
        who, above = ("工会", "上级工会") if self.what in OF_UNION else ("单位", "街道工会")
        unseen = "，单位看不到" if self.what in OF_UNION else ""
        return (
            f"现在登记的是：{now}。{who}核对属实就更正；"
            f"{days} 个工作日没有核对的，自动转{above}。您填的内容加密保存，只有核对的人看得到{unseen}。"
        )

    def _now(self) -> str:
        if self.what in _SAID:
            return f"{self.spell.unit}，{self.spell.since} 起"
        if self.what in OF_WORK:
            return shown(self.what, getattr(self.spell, self.what))
        return {key: value.text for value, key in reversed(_basics(self.person)) if value.value}.get(self.what, "")

    def form_kwargs(self) -> dict[str, Any]:
        """Which value, and since when the register has what is said to be over."""
        return {"what": self.what, "begun": self.spell.since if self.spell else None}

    def save(self, form: Any) -> Any:
        """Hand it in."""
        unit, data = self.spell.unit if self.spell else None, form.data_of_case()
        return actions.contest(self.acting.account, self.what, data, unit=unit, photo=form.cleaned_data["photo"])

    def next_url(self, saved: Any) -> str:
        """To the case, where its way is shown."""
        return reverse("cases.mine.show", args=[saved.pk])


class LinkFile(FormPage):
    """Find one's own file by phone and identity number."""

    face, permission, title, submit, form = "pocket", WORKER, "找到我的档案", "核对", LinkForm
    parents, success, tab = ("own.file",), "已找到您的档案", "mine"
    intro = "用您登录的手机号和身份证号核对，两样都与单位登记的相符，档案就归到您的账号。"
    leads_to = "own.file"

    def save(self, form: Any) -> Person:
        """Link it."""
        if people.person_of(self.acting.account):
            raise Refused("您的档案已经关联，不必再核对")
        return actions.link_own(self.acting.account, form.cleaned_data["id_number"])


class PrintFile(ActionPage):
    """One's own growth record as a signed PDF."""

    gives_file = True
    face, permission, title, submit = "pocket", WORKER, "打印成长档案", "生成 PDF"
    parents, tab = ("own.file",), "mine"
    text = "文件带编号和二维码，任何人扫码就能核验真伪，半年内有效。请只交给需要的人。"

    def get_question(self) -> str:
        """What will be in it."""
        return "把账本里关于您的全部记录打印成档案？"

    def save(self, form: Any) -> tuple[Any, bytes]:
        """Make it, and note that it was made."""
        person = people.person_of(self.acting.account)
        if person is None:
            raise Refused("还没有找到您的档案，请先核对身份证号")
        return actions.print_growth(person, people.own_life(person), site=self.request.build_absolute_uri("/"))

    def done(self, saved: tuple[Any, bytes]) -> HttpResponseBase:
        """The file itself."""
        issued, content = saved
        return as_file(content, f"成长档案-{issued.number}.pdf")


@errand(order=10, permission=WORKER)
def own_file(acting: Any) -> list[Entry]:
    """The way to one's own file."""
    person = people.person_of(acting.account)
    if person is None:
        return [Entry("找到我的档案", "核对身份证号，看单位为我登记的信息", reverse("own.link"))]
    work = people.employment_of(person.pk)
    return [Entry("我的档案", f"{work.unit} · {work.occupation}" if work else "单位、会籍和记录", reverse("own.file"))]


@growth(order=5, permission=WORKER)
def own_years(acting: Any) -> Panel | None:
    """How long one has worked, here and altogether, and been a member: one's own figures, held against nobody's."""
    person = people.person_of(acting.account)
    if person is None:
        return None
    today = clock.today()
    works, unions = list(people.spells_of(Employment, person)), list(people.spells_of(UnionMembership, person))
    told = [(label, rules.in_years(rules.days_of([(one.since, one.until) for one in spells], today)), note)
            for label, spells, note in _years(works, unions)]  # fmt: skip
    return Panel("我的年头", "register/years.html", {"rows": [row for row in told if row[1]]})


def _years(works: list[Employment], unions: list[UnionMembership]) -> list[tuple[str, list[Any], str]]:
    now = [one for one in works if one.until is None]
    many = len({one.unit_id for one in works})
    return [
        ("在现单位", now[:1], str(now[0].unit) if now else ""),
        ("登记在岗", works, f"先后在 {many} 家单位" if many > 1 else ""),
        ("会龄", unions, ""),
    ]


@growth(order=7, permission=WORKER)
def own_skill(acting: Any) -> Panel | None:
    """The certificates of skill that this worker holds."""
    person = people.person_of(acting.account)
    held = own_certificates(person) if person else []
    return Panel("我的技能等级证书", "register/certificates.html", {"certificates": held}) if held else None


@growth(order=10, permission=WORKER)
def own_growth(acting: Any) -> Panel | None:
    """The last things that the ledger tells of this worker."""
    person = people.person_of(acting.account)
    if person is None:
        return None
    events = queries.events_of(people.own_life(person, FEW))
    return Panel("成长记录", "register/growth.html", {"events": events, "url": reverse("own.file")})


@pocket_panel(order=60, permission=WORKER)
def own_union(acting: Any) -> Panel | None:
    """The worker's own union: whom to ask, and by which telephone."""
    person = people.person_of(acting.account)
    if person is None:
        return None
    asks = [(unit, names) for unit, names in queries.whom_to_ask(person) if unit.tree == Unit.Tree.UNION]
    return Panel("我的工会", "register/union.html", {"asks": asks})


routes = [
    page("pocket/file/", MyFile, "own.file"),
    page("pocket/file/link/", LinkFile, "own.link"),
    page("pocket/file/wrong/<str:what>/", ContestOwn, "own.contest"),
    page("pocket/file/print/", PrintFile, "own.print"),
]
