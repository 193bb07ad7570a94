"""The living side of the register: who is there now, where they work, and which union they belong to.

What happened stands in the ledger; a row here is changed only in the transaction of the fact that says why.
"""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q
from django_scopes import ScopedManager

from jiangtai.access import Account, Unit
from jiangtai.kernel import Row

from .cards import Card, cards_of
from .facts import Form, LeavingReason, UnionLeaving
from .lacks import LackCount  # noqa: F401  the table of what is counted
from .scope import People
from .sources import models as of_sources  # noqa: F401  the tables of the lists handed in

NOW = Q(until__isnull=True)


def _choices(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in kind]


class Person(Row):
    """A natural person; whatever would tell who it is lies encrypted under the person's own key."""

    class State(models.TextChoices):
        """Whether the register still knows who it is."""

        REGISTERED = "registered", "在册"
        MERGED = "merged", "已归并"
        ERASED = "erased", "已注销"

    class Sex(models.TextChoices):
        """As the identity card says."""

        MALE = "男", "男"
        FEMALE = "女", "女"

    class Hukou(models.TextChoices):
        """Where and in which kind of household somebody is registered."""

        LOCAL_URBAN = "local_urban", "本地城镇"
        LOCAL_RURAL = "local_rural", "本地农村"
        OTHER_URBAN = "other_urban", "外地城镇"
        OTHER_RURAL = "other_rural", "外地农村"

    class Education(models.TextChoices):
        """The level of schooling, by the first digit of GB/T 4658."""

        POSTGRADUATE = "10", "研究生"
        BACHELOR = "20", "大学本科"
        COLLEGE = "30", "大学专科"
        VOCATIONAL = "40", "中等职业教育"
        HIGH_SCHOOL = "60", "普通高中"
        MIDDLE_SCHOOL = "70", "初中"
        PRIMARY = "80", "小学"
        OTHER = "90", "其他"

    state = models.CharField("状态", max_length=10, choices=State, default=State.REGISTERED)
    card_secret = models.BinaryField("名片（已加密）", null=True, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex, blank=True)
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True)
    hukou = models.CharField("户籍", max_length=12, choices=Hukou, blank=True)
    education = models.CharField("学历", max_length=2, choices=Education, blank=True)
    died_on = models.DateField("去世日期", null=True, blank=True)
    is_marked = models.BooleanField("已做检索标记", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="归并到"
    )
    account = models.OneToOneField(
        Account, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="本人账号"
    )

    objects = People()
    unscoped = People.everybody()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="erased")
                | Q(card_secret__isnull=True, account__isnull=True, birth_year__isnull=True),
                name="person_erased_is_hollow",
            ),
            models.CheckConstraint(
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="person_merged_into_somebody",
            ),
        )
        indexes = (
            models.Index(fields=("id",), condition=Q(state="registered", is_marked=False), name="person_unmarked"),
            # The roster as it opens, and how many are on it.
            models.Index(fields=("-made_at", "id"), condition=Q(state="registered"), name="person_on_the_roster"),
            # Whose spells are not counted: a few, where asking each person would read all.
            models.Index(fields=("id",), condition=~Q(state="registered"), name="person_gone"),
        )

    def __str__(self) -> str:
        """Never a name: this stands in the audit."""
        return f"人员 {str(self.pk)[-8:]}"

    @property
    def card(self) -> Card:
        """What a list may show; fetched for everyone of the same query at once."""
        if not hasattr(self, "_card"):
            cards_of(getattr(self, "peers", [self]))
        return self._card

    _card: Card
    _said: list[Any]
    """What stands behind each detail, once a list of persons asked (`sources/telling.py`)."""
    peers: list["Person"]

    @property
    def is_erased(self) -> bool:
        """Whether the person left the register for good."""
        return self.state == self.State.ERASED


class Employer(models.Model):
    """What is known of a unit as an employer; its id is the unit's."""

    class Ownership(models.TextChoices):
        """Who owns it."""

        STATE = "state", "国有"
        COLLECTIVE = "collective", "集体"
        PRIVATE = "private", "民营"
        HK_MACAO_TAIWAN = "hk_macao_taiwan", "港澳台商投资"
        FOREIGN = "foreign", "外商投资"
        OTHER = "other", "其他"

    class Size(models.TextChoices):
        """Its size by the statistical standard."""

        LARGE = "large", "大型"
        MEDIUM = "medium", "中型"
        SMALL = "small", "小型"
        MICRO = "micro", "微型"

    unit = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="employer", verbose_name="单位")
    industry = models.CharField("行业代码", max_length=5, blank=True, help_text="国民经济行业分类（GB/T 4754）")
    ownership = models.CharField("所有制", max_length=16, choices=Ownership, blank=True)
    size = models.CharField("规模", max_length=8, choices=Size, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "用人单位"
        base_manager_name = "unscoped"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.unit)


class IndustrySpell(models.Model):
    """In which industry an employer works from a day on, until the next entry; the last stands on the employer too."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="industries", verbose_name="用人单位")
    code = models.CharField("行业代码", max_length=5, blank=True)
    since = models.DateField("起始日期")

    class Meta:
        verbose_name = verbose_name_plural = "单位行业"
        constraints = (models.UniqueConstraint(fields=("unit", "since"), name="industry_once_a_day"),)


class Responsible(Row):
    """A person answers for an employer from a day on; what the firm says so counts once an authority confirms it."""

    class Role(models.TextChoices):
        """In what capacity."""

        LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人"
        PRINCIPAL = "principal", "主要负责人"
        DIRECT = "direct", "直接责任人员"

    class State(models.TextChoices):
        """Whether an authority stands behind the entry."""

        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "未予确认"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responsibles", verbose_name="用人单位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="responsibilities", verbose_name="人员")
    role = models.CharField("身份", max_length=24, choices=Role)
    since = models.DateField("起始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    state = models.CharField("确认", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    confirmed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    leaving = models.DateField("拟结束日期", null=True, blank=True)
    leaving_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出结束的人"
    )
    ended_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认结束的人"
    )

    NOW: ClassVar = NOW
    IN_FORCE: ClassVar = Q(state="confirmed")
    PENDING: ClassVar = NOW & (Q(state="proposed") | Q(state="confirmed", leaving__isnull=False))
    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "责任人"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "person", "role"), condition=NOW & ~Q(state="refused"), name="responsible_once"
            ),
            models.UniqueConstraint(
                fields=("unit",),
                condition=NOW & Q(role="legal_representative", state="confirmed"),
                name="responsible_one_legal",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_on__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_on__isnull=True, until__isnull=True, leaving__isnull=True)),
                name="responsible_counts_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="responsible_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(leaving_by__isnull=True) | Q(ended_by__isnull=True) | ~Q(ended_by=F("leaving_by")),
                name="responsible_ended_by_another",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="responsible_ends_after_it_began"
            ),
        )


class Spell(Row):
    """A time at a unit: from `since` on, and no longer on the day `until`."""

    since = models.DateField("起始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    fact = models.UUIDField("账本事实", unique=True)

    NOW: ClassVar = NOW

    class Meta:
        abstract = True


def holding(on: Any, prefix: str = "") -> Q:
    """Those spells that hold on a day."""
    ended = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": on})
    return Q(**{f"{prefix}since__lte": on}) & ended


def _hashed(field: str, seed: int) -> Func:
    return Func(F(field), function="uuid_hash_extended", template=f"%(function)s(%(expressions)s, {seed})")


# The embedded PostgreSQL has no btree_gist; two ids hashed into a range of one do the same with what every server has.
_PERSON_AT_UNIT = Func(
    _hashed("person", 0),
    _hashed("unit", 1),
    arg_joiner=" # ",  # keywords in order, as a migration spells them: Django compares them so
    template="int8range(%(expressions)s, %(expressions)s, '[]')",
)
_DAYS = Func(F("since"), F("until"), function="daterange")


class Employment(Spell):
    """A person works for an employer, in one occupation, from a day on."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="employments", verbose_name="用人单位")
    occupation = models.CharField("工种", max_length=60)
    occupation_code = models.CharField("职业编码", max_length=16, blank=True, help_text="《职业分类大典》编码")
    form = models.CharField("用工形式", max_length=12, choices=[("", "未填"), *_choices(Form)], blank=True)
    is_production = models.BooleanField("一线职工", null=True)  # None: nobody said
    why = models.CharField("离职原因", max_length=12, choices=_choices(LeavingReason), blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "用工记录"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        ordering = ("-since", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="employment_ends_after_it_began"
            ),
            ExclusionConstraint(name="employment_apart", expressions=((_PERSON_AT_UNIT, "&&"), (_DAYS, "&&"))),
        )
        indexes = (
            models.Index(fields=("unit", "person"), condition=NOW, name="employment_now"),
            models.Index(fields=("person", "since"), name="employment_by_person"),
        )

    @property
    def form_said(self) -> Form | None:
        """The form of work, none where nobody said."""
        return Form(self.form) if self.form else None

    @property
    def is_now(self) -> bool:
        """Whether it has not ended."""
        return self.until is None


class UnionMembership(Spell):
    """A person belongs to one union organisation from a day on; there need not be an employer."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="members", verbose_name="工会组织")
    why = models.CharField("退会原因", max_length=12, choices=_choices(UnionLeaving), blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "会籍"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(fields=("person",), condition=NOW, name="membership_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_ends_after_it_began"
            ),
        )
        indexes = (
            models.Index(fields=("unit", "person"), condition=NOW, name="membership_now"),
            models.Index(fields=("person", "since"), name="membership_by_person"),
        )


class ErasureRequest(Row):
    """Somebody asked that a person's file be deleted; another carries it out, or says why it is kept."""

    class Reason(models.TextChoices):
        """On what the request stands; a choice, for words would tell who it is after the file is gone."""

        OWN_WISH = "own_wish", "本人要求删除"
        ENTERED_WRONGLY = "entered_wrongly", "登记有误，查无此人"
        NO_LONGER_NEEDED = "no_longer_needed", "登记目的已实现，不再需要"

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", "待办理"
        DONE = "done", "已删除"
        KEPT = "kept", "不予删除"
        WITHDRAWN = "withdrawn", "已撤回"

    person = models.ForeignKey(Person, models.PROTECT, related_name="erasure_requests", verbose_name="人员")
    reason = models.CharField("理由", max_length=20, choices=Reason)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="申请人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=200, blank=True)

    OPEN: ClassVar = Q(state="open")

    class Meta:
        verbose_name = verbose_name_plural = "删除档案申请"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(fields=("person",), condition=Q(state="open"), name="erasure_asked_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="withdrawn") | ~Q(decided_by=F("asked_by")),
                name="erasure_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="erasure_decided_by_somebody",
            ),
        )


class SavedGroup(Row):
    """Persons whom somebody at a unit put together under a name; who of them is shown is the reader's scope to say."""

    name = models.CharField("名称", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="saved_groups", verbose_name="单位")
    owner = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="建立人")

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "名单"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=("unit", "name"), name="saved_group_once"),)

    def __str__(self) -> str:
        return self.name


class SavedMember(models.Model):
    """A person stands in a saved group; whoever is erased stands in none."""

    group = models.ForeignKey(SavedGroup, models.CASCADE, related_name="members", verbose_name="名单")
    person = models.ForeignKey(Person, models.PROTECT, related_name="saved_in", verbose_name="人员")

    class Meta:
        verbose_name = verbose_name_plural = "名单成员"
        constraints = (models.UniqueConstraint(fields=("group", "person"), name="saved_member_once"),)


class Merge(Row):
    """Two files were found to be one person's; it can be taken back."""

    class State(models.TextChoices):
        """How it stands."""

        PROPOSED = "proposed", "待另一人确认"
        DONE = "done", "已归并"
        REFUSED = "refused", "未归并"
        WITHDRAWN = "withdrawn", "已撤回"
        UNDONE = "undone", "已撤销"

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="保留的档案")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="归并的档案")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField("理由", max_length=200, blank=True)
    moved = models.JSONField("随之转移", default=dict)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    confirmed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    done_at = models.DateTimeField("归并时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    OPEN: ClassVar = Q(state="proposed")

    class Meta:
        verbose_name = verbose_name_plural = "归并"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(fields=("gone",), condition=Q(state__in=("proposed", "done")), name="merge_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")), name="merge_confirmed_by_another"
            ),
        )


class Split(Row):
    """One file was found to hold the lines of two people; once a second agrees, the other's go into a new file."""

    class State(models.TextChoices):
        """How it stands."""

        PROPOSED = "proposed", "待另一人确认"
        DONE = "done", "已拆分"
        REFUSED = "refused", "未拆分"
        WITHDRAWN = "withdrawn", "已撤回"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="原档案")
    other = models.OneToOneField(Person, models.PROTECT, null=True, related_name="+", verbose_name="新档案")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField("理由", max_length=200)
    lines = models.JSONField("另一个人的来源记录", default=list)
    facts = models.JSONField("另一个人的其他记录", default=list)
    refusal = models.CharField("不拆分的原因", max_length=200, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    confirmed_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    done_at = models.DateTimeField("拆分时间", null=True, blank=True)

    OPEN: ClassVar = Q(state="proposed")

    class Meta:
        verbose_name = verbose_name_plural = "拆分"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(fields=("person",), condition=Q(state="proposed"), name="split_proposed_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")), name="split_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=(Q(state="done") & Q(other__isnull=False, confirmed_by__isnull=False))
                | (~Q(state="done") & Q(other__isnull=True)),
                name="split_done_by_two",
            ),
        )
