"""Pages about persons: the roster, one person with the whole history, registering, putting right, revealing."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Unit
from jiangtai.kernel import basis_words, masking
from jiangtai.people import Employment, Form, Person, Split, UnionMembership
from jiangtai.people.sources import (
    LABELS,
    MOST_CHECKS,
    QUESTIONS,
    Check,
    asked_about,
    certificates_of,
    checks_of,
    origins_of,
    told_of,
)
from jiangtai.web import (
    DO,
    PICK,
    PICK_ALL,
    Act,
    ActionPage,
    Bulk,
    Choice,
    Column,
    Condition,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Masked,
    Nav,
    ObjectMixin,
    RevealPage,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    as_file,
    page,
    speak,
)

from .. import actions, queries
from ..forms.checks import ManyForm
from ..forms.groups import GroupForm
from ..forms.persons import ChangeForm, FindForm, RegisterForm, TransferForm

YES_NO = (("yes", "是"), ("no", "否"))
FRONT_LINE = {"yes": True, "no": False, "unknown": None}


def show(person: Any) -> str:
    """A person's page."""
    return reverse("people.show", args=[person.pk])


def opening(person: Person | None) -> str:
    """The page of whoever a file is now, to who may read its name; nothing for a file that is not there."""
    return show(person) if person is not None and person.card.name else ""


class NameSearch(Search):
    """By the name, which stands in no note and no audit; the page itself has looked for it already."""

    def apply(self, rows: Any, value: str) -> Any:
        """Nothing beyond what the page found."""
        return rows

    @property
    def hint(self) -> str:
        """How a name is found, and where a number is asked for."""
        return "写全名、全拼或拼音首字母（周敏、zhoumin、zm），或姓名加身份证后四位；查号码请用“按号码查人”。"

    def words(self, value: Any, page: Any) -> str:
        """That a name was asked for, and not which."""
        return "按姓名查找"


def _units(row: Any) -> list[str]:
    return [str(one.unit) for one in row.works]


def _at_the_front(works: Any) -> bool | str | None:
    """Whether any of these employments is at the front line; that nobody said is no "no"."""
    said = {one.is_production for one in works}
    if True in said:
        return True
    return "未填" if None in said else False if said else None


def _first(row: Any, field: str) -> Any:
    return getattr(row.works[0], field) if row.works else None


def _masked(row: Any, field: str) -> Masked | None:
    text = getattr(row.card, field)
    return Masked(text) if text else None


CHECK_MANY = Bulk("check", "核验参保", "checks.ask", "check_many", confirm="月份")


class Roster(ListPage):
    """Everyone within reach."""

    permission, title, template = "people.view", "人员名册", "register/roster.html"
    nav: ClassVar[Nav | None] = Nav("队伍", "人员名册", 10)
    keywords = "职工名册 花名册 会员名册"
    counted, order, export_permission = "人", "-made_at", "people.export"
    columns: ClassVar[Sequence[Column]] = (
        Column("name", "姓名", "card.name", link=show, note=lambda row: _in_short(row)),
        Column("id_number", "身份证号", lambda row: _masked(row, "id_number"), kind="masked"),
        Column("unit", "用人单位", _units),
        Column("occupation", "工种", lambda row: [one.occupation for one in row.works]),
        Column("is_production", "一线", lambda row: _at_the_front(row.works)),
        Column("union", "会籍", lambda row: [str(one.unit) for one in row.unions]),
        Column("since", "入职日期", lambda row: _first(row, "since"), kind="date"),
        Column("phone", "手机号", lambda row: _masked(row, "phone"), kind="masked", hidden=True),
        Column("form", "用工形式", lambda row: [one.get_form_display() for one in row.works], hidden=True),
        Column("sex", "性别", sort="sex", hidden=True),
        Column("birth_year", "出生年份", lambda row: str(row.birth_year or ""), sort="birth_year", hidden=True),
        Column("hukou", "户籍", "get_hukou_display", sort="hukou", hidden=True),
        Column("education", "学历", "get_education_display", sort="education", hidden=True),
        Column("made_at", "登记时间", kind="date", sort="made_at", hidden=True),
    )
    conditions: ClassVar[Sequence[Condition]] = (
        NameSearch("姓名、拼音首字母"),
        Search("单位", "unit", match=lambda rows, text: queries.working(rows, unit__name__contains=text)),
        Search("工种", "occupation", match=lambda rows, text: queries.working(rows, occupation__contains=text)),
        Choice(
            "一线职工",
            "production",
            choices=(*YES_NO, ("unknown", "未填")),
            match=lambda rows, answer: queries.working(rows, is_production=FRONT_LINE[answer]),
        ),
        Choice("会员", "member", choices=YES_NO, match=queries.organised),
        Choice(
            "用工形式",
            "form",
            choices=[*((one.value, one.label) for one in Form), ("unknown", "未填")],
            match=lambda rows, form: queries.working(rows, form="" if form == "unknown" else form),
        ),
        Choice(
            "产业工人",
            "industrial",
            choices=(("yes", "是"), ("no", "否"), ("unknown", "不能判断")),
            match=people.industrial_within_reach,
        ),
        Choice("户籍", "hukou", choices=Person.Hukou.choices),
        Choice("学历", "education", choices=Person.Education.choices),
    )
    actions: ClassVar[Sequence[Act]] = (
        Act("登记职工", "people.new", primary=True),
        Act("办理调入", "people.transfer"),
        Act("按号码查人", "people.find", dialog=True),
        Act("核对名单", "people.check"),
    )
    bulk: ClassVar[Sequence[Bulk]] = (
        Bulk("group", "存为名单", "people.view", "keep_group", confirm="名称"),
        CHECK_MANY,
    )
    empty = Empty(
        "名册里还没有人",
        "登记本单位的职工，或把已登记的人调入。姓名和号码加密保存，只有本单位、所属工会和上级看得到。",
        Act("登记职工", "people.new"),
    )

    def prepare(self) -> None:
        """Look for the name first: of thousands of namesakes only so many are listed."""
        super().prepare()
        asked = next((value for one, value in self.state.values if isinstance(one, NameSearch)), None)
        self.named = people.search(asked, queries.MOST_NAMESAKES) if asked else None

    def get_context(self) -> dict[str, Any]:
        """With a word where namesakes were left out."""
        cut = self.named is not None and self.named.has_more
        words = f"符合的人太多，只查了前 {queries.MOST_NAMESAKES} 人。{queries.NARROWER}" if cut else ""
        return {**super().get_context(), "cut": words}

    def _ask_first(self, wanted: Bulk, count: int) -> HttpResponse:
        """Under which name, where a group is asked for."""
        asked: dict[str, tuple[forms.Form, str]] = {
            "group": (GroupForm(), f"把选中的 {count:,} 人存为名单，或并入已有的名单。"),
            "check": (
                ManyForm(),
                f"问人社局：选中的 {count:,} 人当月是否在您范围内的用人单位参保。只答是或否，答复不改动登记的内容。",
            ),
        }
        if wanted.key not in asked:
            return super()._ask_first(wanted, count)
        return self._ask_more(wanted, *asked[wanted.key])

    def _ask_more(self, wanted: Bulk, form: forms.Form, intro: str) -> HttpResponse:
        sent = self.request.POST
        carried = [(PICK, one) for one in sent.getlist(PICK)] + ([(PICK_ALL, "1")] if sent.get(PICK_ALL) else [])
        return self.render_as(
            "register/save_group.html",
            title=wanted.label,
            intro=intro,
            form=speak(form),
            groups=[{"title": "", "fields": form.visible_fields()}],
            carried=[*carried, (DO, wanted.key), ("confirmed", "1")],
            submit=wanted.label,
            back=self.request.get_full_path(),
        )

    def keep_group(self, rows: Any) -> str:
        """Save the chosen as a group."""
        form = GroupForm(self.request.POST)
        if not form.is_valid():
            raise ValueError("请填写名单名称，不超过 40 个字")
        ids = list(rows.values_list("pk", flat=True)[: people.MOST_MEMBERS + 1])
        group, number = people.save_group(form.cleaned_data["name"], ids)
        return f"名单“{group}”新增 {number} 人"

    def check_many(self, rows: Any) -> str:
        """Ask whether the chosen were insured where they work."""
        form = ManyForm(self.request.POST)
        if not form.is_valid():
            raise ValueError("月份请写成 2026-08 的样子")
        ids = list(rows.values_list("pk", flat=True)[: MOST_CHECKS + 1])
        asked, rest = actions.check_many(ids, form.cleaned_data["month"])
        left = f"；{rest} 人没有身份证号、当月没有用工记录或正在等答复，没有提出" if rest else ""
        return f"已对 {asked} 人提出核验{left}。答复见核验记录"

    def rows(self) -> Any:
        """Who is registered and within reach."""
        if self.named is None:
            return queries.roster(people.gathered())
        return queries.roster(people.those(one.pk for one in self.named.people))

    named: people.Found | None


class WholeRoster(Roster):
    """The roster itself; lists of some of its people, which look like it, are counted and read by their own rows."""

    def number(self) -> int | None:
        """Of all, and of those in no union, from the spells; of namesakes, those that were found."""
        asked = {one.key: value for one, value in self.state.values}
        if self.named is not None:
            return len(self.named.people) if len(asked) == 1 else None
        if not asked:
            return people.number_seen()
        is_whole = self.acting.reach.is_everything and asked == {"member": "no"}
        return people.number_seen() - people.number_of_members() if is_whole else None

    def leading(self, count: int) -> Any:
        """The newest, in the order in which the roster opens."""
        is_newest_first = self.state.sorted_by is not None and self.state.sorted_by.key == "made_at"
        rows = people.newest(count) if is_newest_first and self.state.descending and self.named is None else None
        return None if rows is None else queries.roster(rows)


ANSWERS = {True: Tag("是", "ok"), False: Tag("否", "plain"), None: Tag("不能判断", "warn")}
COLOURS = {"yes": "ok", "no": "warn", "none": "plain"}


def answer_of(check: Check) -> Tag:
    """What an owner said, or that nothing has come yet."""
    if check.answer:
        return Tag(check.get_answer_display(), COLOURS[check.answer])
    return Tag(check.get_state_display())


def _in_short(person: Person) -> str:
    return " · ".join(filter(None, (person.sex, f"{person.birth_year} 年生" if person.birth_year else "")))


def _why(row: Any) -> str:
    """Why a spell ended."""
    return str(row.get_why_display())


def _ended(spell: Any, lasting: str) -> Tag:
    return Tag(lasting, "ok") if spell.until is None else Tag(spell.until.isoformat())


def _employer(spell: Any) -> str:
    return reverse("employers.show", args=[spell.unit_id])


class PersonObject(ObjectMixin):
    """A page about one person within reach."""

    object: Any

    def objects(self) -> Any:
        """Within reach, and still there."""
        return Person.objects.filter(state=Person.State.REGISTERED)

    def get_object(self) -> Any:
        """An id that was given out resolves: a file that went in another is read as that one."""
        self.kwargs = {**self.kwargs, "id": people.standing(self.kwargs["id"])}
        return super().get_object()

    def get_crumbs(self) -> list[Crumb]:
        """Through the roster and the person."""
        return [Crumb("人员名册", reverse("people.list")), Crumb(self.object.card.name, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to the person, or to the roster where the person went out of reach."""
        is_here = Person.objects.filter(pk=self.object.pk).exists()
        return show(self.object) if is_here else reverse("people.list")


class PersonPage(PersonObject, DetailPage):
    """One person: what is known, where the person worked, which union, and the whole life in the ledger."""

    permission, title, life_title = "people.view", "职工档案", "成长记录"
    parents = ("people.list",)

    def objects(self) -> Any:
        """The erased too: their hollow row says that they are."""
        return Person.objects.all()

    def get_crumbs(self) -> list[Crumb]:
        """Without the person."""
        return [Crumb("人员名册", reverse("people.list"))]

    def get_title(self) -> str:
        """The name."""
        return "已注销的档案" if self.object.is_erased else self.object.card.name

    def get_tags(self) -> list[Tag]:
        """Whether the person works at the front line, is a member, is barred."""
        if self.object.died_on:
            return [Tag(f"{self.object.died_on} 去世", "plain")]
        tags = [Tag("一线职工", "info")] if any(one.is_production and one.is_now for one in self._works()) else []
        tags += [Tag("工会会员", "ok")] if any(one.until is None for one in self._unions()) else []
        return tags + ([Tag("受限责任人", "bad")] if people.is_person_barred(self.object.pk) else [])

    def get_actions(self) -> list[Act]:
        """What can be done to whoever is still there, at the units one acts for."""
        person = self.object
        if person.is_erased:
            return []
        works = [one for one in self._works() if one.is_now]
        unions = [one for one in self._unions() if one.until is None and people.reaches(one.unit)]
        acts = []
        for work in works:
            where = f"（{work.unit}）" if len(works) > 1 else ""
            acts += [
                Act(f"调动或换工种{where}", "people.move", (work.pk,)),
                Act(f"办理离职{where}", "people.leave", (work.pk,), dialog=True),
            ]
        acts += [Act("办理退会", "people.leave_union", (one.pk,), dialog=True) for one in unions]
        if person.died_on:
            acts.append(Act("撤销去世登记", "people.alive", (person.pk,), dialog=True))
        elif not any(one.until is None for one in self._unions()) and queries.union_units().exists():
            acts.append(Act("办理入会", "people.join_union", (person.pk,), dialog=True))
        acts.append(Act("核验", "checks.ask", (person.pk,), dialog=True))
        if not person.died_on:
            acts.append(Act("登记去世", "people.died", (person.pk,), dialog=True))
        acts.append(Act("与另一份档案归并", "people.merge", (person.pk,), dialog=True))
        acts.append(Act("拆分", "people.split", (person.pk,)))
        acts.append(Act("打印成长档案", "people.print", (person.pk,), dialog=True))
        acts.append(Act("申请删除档案", "people.erase", (person.pk,), dialog=True))
        return [*acts, Act("修改信息", "people.edit", (person.pk,), primary=True)]

    def sections(self) -> list[Any]:
        """Basics, employment, union, certificates, and whose word stands behind them."""
        rest = [one for one in (self._certificates(), self._asked(), self._told()) if one]
        waits = [one for one in (self._parting(),) if one]
        return [*waits, self._basics(), self._employments(), self._industrial(), self._memberships(), *rest]

    def events(self) -> list[Any]:
        """What the ledger tells, as far as it is the reader's business."""
        return queries.events_of(people.life_within_reach(self.object))

    def _basics(self) -> Section:
        person, card = self.object, self.object.card
        values = [
            Value("身份证号", self._masked("id_number", card.id_number)),
            Value("性别", person.sex),
            Value("出生日期", card.birth),
            Value("手机号", self._masked("phone", card.phone)),
            Value("户籍", person.get_hukou_display()),
            Value("学历", person.get_education_display()),
            Value("会员卡号", self._masked("union_card", card.union_card)),
            Value("本人账号", "已关联" if person.account_id else "未关联"),
        ]
        return Section("基本情况", values)

    def _parting(self) -> Section | None:
        """That somebody found two people in this file, until a second decides."""
        split = Split.objects.filter(Split.OPEN, person=self.object).first()
        if split is None:
            return None
        url = reverse("splits.confirm", args=[split.pk]) if self.acting.may("doubts.decide") else ""
        state = Value("状态", "已提出，等另一位经办人确认；确认以前档案不变", url=url)
        return Section("拆分", [state, Value("提出时间", split.made_at)])

    def _industrial(self) -> Section:
        """Whether an industrial worker, by which condition, and on which ground; as far as the reader sees the work."""
        found = people.is_industrial_worker(self._works())
        values = [Value("结论", ANSWERS[found.is_so]), Value("决定的条件", found.words)]
        values += [Value("依据", basis_words(found.basis))] if found.basis else []
        return Section("产业工人", values, note="按规则每天判定，只看您范围内的用工记录")

    def _masked(self, field: str, text: str) -> Masked | None:
        if not text:
            return None
        url = reverse(f"people.{field}", args=[self.object.pk]) if self.acting.may("people.reveal") else ""
        return Masked(text, url)

    def _employments(self) -> TableSection:
        columns = (
            Column("unit", "用人单位", lambda row: str(row.unit), link=_employer, note=self._insured),
            Column("occupation", "工种", note=lambda row: row.occupation_code),
            Column("form", "用工形式", "get_form_display"),
            Column("is_production", "一线", lambda row: _at_the_front([row])),
            Column("since", "入职", kind="date"),
            Column("until", "离职", lambda row: _ended(row, "在职"), kind="tag", note=_why),
            Column("source", "来源", lambda row: self._origins().get(row.pk, "")),
        )
        empty = Empty("在您的范围内没有用工记录")
        return TableSection("用工记录", columns, self._works(), empty, note="只列您范围内的单位")

    def _insured(self, spell: Any) -> str:
        """What the owner said last about this firm, beside the value that it confirms or not."""
        answered = (one for one in self._checks() if one.unit_id == spell.unit_id and one.answer)
        last = next(answered, None)
        return f"{last.month:%Y-%m} 参保核验：{last.get_answer_display()}（{last.said_on}）" if last else ""

    def _certificates(self) -> TableSection | None:
        """The certificates of skill that hold, each with the list that says so."""
        rows = [] if self.object.is_erased else certificates_of(self.object)
        columns = (
            Column("occupation", "职业（工种）", "fact.occupation"),
            Column("level", "技能等级", lambda row: Tag(row.fact.level.label, "info"), kind="tag"),
            Column("number", "证书编号", lambda row: masking.account(row.number)),
            Column("on", "发证日期", "fact.on", kind="date"),
            Column("source", "来源"),
        )
        note = "统计时算在登记证书时的用人单位；当时没有用人单位的算在所属工会，都没有的算在本级"
        return TableSection("技能等级证书", columns, rows, Empty("没有技能等级证书"), note=note) if rows else None

    def _asked(self) -> TableSection | None:
        """What owners were asked, and answered."""
        rows = self._checks()
        about = asked_about(rows)
        columns = (
            Column("question", "事项", lambda row: QUESTIONS[row.question].label),
            Column("about", "核验内容", lambda row: about[row.pk]),
            Column("answer", "答复", answer_of, kind="tag"),
            Column("said_on", "答复日期", kind="date"),
            Column("said_by", "答复单位"),
            Column("made_at", "提出", kind="date"),
        )
        note = "只问是或否；答复不改动登记的内容"
        return TableSection("核验", columns, rows, Empty("没有核验过"), note=note) if rows else None

    def _told(self) -> TableSection | None:
        """Of every detail the source with its day, the rule, and who says otherwise and what."""
        rows = [] if self.object.is_erased else told_of(self.object)
        columns = (
            Column("field", "信息", lambda row: LABELS[row.field]),
            Column("registered", "登记的"),
            Column("source", "取自"),
            Column("rule", "选用规则", lambda row: row.choice.rule),
            Column("others", "不同说法", lambda row: "；".join(one.words for one in row.others)),
        )
        note = "名册之间不一致的，按规则选用；您看得到的名册写明怎么说，号码遮蔽，看不到的只说是哪一份"
        return TableSection("信息来源", columns, rows, Empty("没有来源"), note=note) if rows else None

    def _memberships(self) -> TableSection:
        columns = (
            Column("unit", "工会组织", lambda row: str(row.unit)),
            Column("since", "入会", kind="date"),
            Column("until", "退会", lambda row: _ended(row, "在会"), kind="tag", note=_why),
            Column("source", "来源", lambda row: self._origins().get(row.pk, "")),
        )
        return TableSection("会籍", columns, self._unions(), Empty("在您的范围内没有会籍记录"))

    def _works(self) -> list[Employment]:
        if not hasattr(self, "_kept_works"):
            self._kept_works = list(people.spells_within_reach(Employment, self.object))
        return self._kept_works

    def _unions(self) -> list[UnionMembership]:
        if not hasattr(self, "_kept_unions"):
            self._kept_unions = list(people.spells_within_reach(UnionMembership, self.object))
        return self._kept_unions

    def _origins(self) -> dict[Any, str]:
        """On whose word each employment and membership stands, asked once for all."""
        if not hasattr(self, "_kept_origins"):
            self._kept_origins = origins_of([*self._works(), *self._unions()])
        return self._kept_origins

    def _checks(self) -> list[Check]:
        if not hasattr(self, "_kept_checks"):
            self._kept_checks = [] if self.object.is_erased else checks_of(self.object)
        return self._kept_checks

    _kept_checks: list[Check]
    _kept_works: list[Employment]
    _kept_unions: list[UnionMembership]


class RegisterPerson(FormPage):
    """Register a worker where the worker works, or is a member."""

    permission, title, submit = "people.change", "登记职工", "登记"
    parents, form = ("people.list",), RegisterForm
    intro = "性别和出生日期由身份证号得出，不必填写。身份证号已登记过的，请用“办理调入”。"
    actions = (Act("办理调入", "people.transfer"),)
    groups = (
        ("本人", ("name", "id_number", "phone", "hukou", "education")),
        ("用工", ("unit", "occupation", "occupation_code", "form", "is_production", "on")),
        ("会籍", ("union", "card_number")),
    )

    def form_kwargs(self) -> dict[str, Any]:
        """A firm has no union to let anybody join."""
        return {"has_unions": queries.union_units().exists()}

    def initial(self) -> dict[str, Any]:
        """The firm, or the union, for which one acts."""
        return own_places(self.acting)

    def save(self, form: Any) -> Person:
        """Register, or say where the number is already."""
        values = form.cleaned_data
        details = {name: values[name] for name in ("name", "id_number", "phone", "hukou", "education")}
        return actions.register(**form.places(), **details)

    def said(self, saved: Person) -> str:
        """The name."""
        return f"已登记“{saved.card.name}”"

    def next_url(self, saved: Person) -> str:
        """To the person."""
        return show(saved)


def own_places(acting: Any) -> dict[str, Any]:
    """The employer and the union organisation for which somebody acts, as forms arrive filled with them."""
    unit = acting.unit
    if unit.tree == Unit.Tree.UNION:
        return {"union": unit.pk, "unit": unit.serves_id}
    return {"unit": unit.pk} if unit.kind in queries.EMPLOYERS else {}


class TransferPerson(FormPage):
    """Let a worker who is in the register come to a firm or a union of ours."""

    permission, title, submit = "people.change", "办理调入", "调入"
    parents, form = ("people.list",), TransferForm
    intro = "姓名和身份证号都与登记相符才能调入；原单位的用工记录由原单位办理离职。"
    groups = (
        ("本人", ("name", "id_number")),
        ("用工", ("unit", "occupation", "occupation_code", "form", "is_production", "on")),
        ("会籍", ("union", "card_number")),
    )

    def form_kwargs(self) -> dict[str, Any]:
        """A firm has no union to let anybody join."""
        return {"has_unions": queries.union_units().exists()}

    def initial(self) -> dict[str, Any]:
        """The firm, or the union, for which one acts."""
        return own_places(self.acting)

    def save(self, form: Any) -> Person:
        """Take in."""
        values = form.cleaned_data
        return actions.take_in(name=values["name"], id_number=values["id_number"], **form.places())

    def said(self, saved: Person) -> str:
        """The name."""
        return f"已调入“{Person.objects.get(pk=saved.pk).card.name}”"

    def next_url(self, saved: Person) -> str:
        """To the person."""
        return show(saved)


class FindPerson(FormPage):
    """Find somebody within reach by a number, which stands in no address."""

    permission, title, submit = "people.view", "按号码查人", "查找"
    parents, form = ("people.list",), FindForm
    keywords = "身份证 手机号"
    success = ""

    def save(self, form: Any) -> Person:
        """The one; the numbers themselves are kept nowhere."""
        found = people.find(**form.cleaned_data)
        if not found:
            raise ValueError("在您的范围内没有这个号码的人，请核对号码；确未登记的可以登记或办理调入")
        if len(found) > 1:
            raise ValueError(f"这个手机号有 {len(found)} 人登记，请再填身份证号")
        return found[0]

    def next_url(self, saved: Person) -> str:
        """To the person."""
        return show(saved)


class ChangePerson(PersonObject, FormPage):
    """Put details of a person right."""

    permission, title, form = "people.change", "修改职工信息", ChangeForm
    parents, is_listed = ("people.list",), False
    intro = "每次修改都留下记录：改了哪一项、谁改的、依据是什么；改前改后的内容不进记录。"
    groups = (
        ("本人", ("name", "id_number", "phone", "card_number")),
        ("其他", ("hukou", "education")),
        ("依据", ("reason",)),
    )

    def form_kwargs(self) -> dict[str, Any]:
        """With the person, whose masked numbers stand beside the fields."""
        return {"person": self.object}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        person = self.object
        return {"name": person.card.name, "hukou": person.hukou, "education": person.education}

    def save(self, form: Any) -> Person:
        """Change what differs."""
        return people.change(self.object, reason=form.cleaned_data["reason"], **form.details())


class RevealNumber(PersonObject, RevealPage):
    """A person's number in full, for a reason."""

    permission, title, what = "people.reveal", "显示完整号码", "号码"
    parents = ("people.list",)
    field: ClassVar[str]

    def value(self, reason: str) -> str:
        """From the vault."""
        return people.reveal(self.object, self.field, reason)

    def beside(self) -> list[str]:
        """What the lists that one reads say otherwise, in full too."""
        told = (one for said in told_of(self.object) if said.field == self.field for one in said.others if one.value)
        return [f"{one.source}：{one.value}" for one in told]


class RevealIdentity(RevealNumber):
    """The identity number."""

    what, field = "身份证号", "id_number"


class RevealPhone(RevealNumber):
    """The phone."""

    what, field = "手机号", "phone"


class RevealUnionCard(RevealNumber):
    """The union card's number."""

    what, field = "会员卡号", "union_card"


class PrintPerson(PersonObject, ActionPage):
    """A person's growth record, as far as it is the reader's business, as a signed PDF."""

    gives_file = True
    permission, title, submit = "people.view", "打印成长档案", "生成 PDF"
    parents = ("people.list",)
    question, text = "打印这位职工的成长档案？", "只含您范围内可见的记录。文件带编号和二维码，每次打印都记入审计。"

    def save(self, form: Any) -> tuple[Any, bytes]:
        """Make it, and note that it was made."""
        rows = people.life_within_reach(self.object)
        return actions.print_growth(self.object, rows, site=self.request.build_absolute_uri("/"))

    def done(self, saved: tuple[Any, bytes]) -> HttpResponseBase:
        """The file itself."""
        issued, content = saved
        return as_file(content, f"成长档案-{issued.number}.pdf")


routes = [
    page("office/people/", WholeRoster, "people.list"),
    page("office/people/new/", RegisterPerson, "people.new"),
    page("office/people/transfer/", TransferPerson, "people.transfer"),
    page("office/people/find/", FindPerson, "people.find"),
    page("office/people/<uuid:id>/", PersonPage, "people.show"),
    page("office/people/<uuid:id>/edit/", ChangePerson, "people.edit"),
    page("office/people/<uuid:id>/print/", PrintPerson, "people.print"),
    page("office/people/<uuid:id>/id-number/", RevealIdentity, "people.id_number"),
    page("office/people/<uuid:id>/phone/", RevealPhone, "people.phone"),
    page("office/people/<uuid:id>/union-card/", RevealUnionCard, "people.union_card"),
]
