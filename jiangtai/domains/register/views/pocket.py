"""我的档案: what the register holds of a worker, and whom to ask to have it put right."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused, Unit
from jiangtai.people import Employment, Person, UnionMembership
from jiangtai.web import WORKER, ActionPage, Entry, FormPage, Page, Panel, Value, errand, growth, page, pocket_panel

from .. import actions, queries
from ..forms.persons import LinkForm
from .printing import as_pdf

FEW = 5


class MyFile(Page):
    """One's own file: numbers masked, everything else as it stands."""

    face, permission, title, template = "pocket", WORKER, "我的档案", "register/file.html"
    tab = "mine"

    def get_context(self) -> dict[str, Any]:
        """The file, or the way to it."""
        person = people.person_of(self.acting.account)
        if person is None:
            return {"person": None}
        return {
            "person": person,
            "basics": _basics(person),
            "works": list(people.spells_of(Employment, person)),
            "unions": list(people.spells_of(UnionMembership, person)),
            "events": queries.events_of(people.life(person)),
            "asks": queries.whom_to_ask(person),
        }


def _basics(person: Person) -> list[Value]:
    card = people.own_card(person)
    return [
        Value("姓名", card.name),
        Value("身份证号", card.id_number),
        Value("性别", person.sex),
        Value("出生日期", card.birth),
        Value("手机号", card.phone),
        Value("户籍", person.get_hukou_display()),
        Value("学历", person.get_education_display()),
        Value("会员卡号", card.union_card),
    ]


class LinkFile(FormPage):
    """Find one's own file by phone and identity number."""

    face, permission, title, submit, form = "pocket", WORKER, "找到我的档案", "核对", LinkForm
    parents, success, tab = ("own.file",), "已找到您的档案", "mine"
    intro = "用您登录的手机号和身份证号核对，两样都与单位登记的相符，档案就归到您的账号。"

    def save(self, form: Any) -> Person:
        """Link it."""
        if people.person_of(self.acting.account):
            raise Refused("您的档案已经关联，不必再核对")
        return actions.link_own(self.acting.account, form.cleaned_data["id_number"])

    def next_url(self, saved: Any) -> str:
        """To the file."""
        return reverse("own.file")


class PrintFile(ActionPage):
    """One's own growth record as a signed PDF."""

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
        return actions.print_growth(person, people.life(person), site=self.request.build_absolute_uri("/"))

    def done(self, saved: tuple[Any, bytes]) -> HttpResponse:
        """The file itself."""
        return as_pdf(*saved)


@errand(order=10, permission=WORKER)
def own_file(acting: Any) -> list[Entry]:
    """The way to one's own file."""
    person = people.person_of(acting.account)
    if person is None:
        return [Entry("找到我的档案", "核对身份证号，看单位为我登记的信息", reverse("own.link"))]
    work = people.employment_of(person.pk)
    return [Entry("我的档案", f"{work.unit} · {work.occupation}" if work else "单位、会籍和记录", reverse("own.file"))]


@growth(order=10, permission=WORKER)
def own_growth(acting: Any) -> Panel | None:
    """The last things that the ledger tells of this worker."""
    person = people.person_of(acting.account)
    if person is None:
        return None
    events = queries.events_of(people.life(person)[:FEW])
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
    page("pocket/file/print/", PrintFile, "own.print"),
]
