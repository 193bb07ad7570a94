"""The office: what was issued within reach, its papers, and taking it back."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    DateField,
    DateRange,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    LongTextField,
    Nav,
    ObjectMixin,
    Search,
    Section,
    Stat,
    Tag,
    TemplateSection,
    Value,
    as_file,
    figure,
    page,
)

from .. import numbers
from ..issuing import holder_of, holders_of, revoke
from ..kinds import KINDS
from ..models import Credential, Revocation
from ..reading import is_ones_own, within_reach
from .showing import ERASED, PAPERS, label_of, paper_of, papers_of, state_tag

STATES = (("valid", "有效"), ("expired", "已过期"), ("revoked", "已撤销"))


def _in_state(rows: Any, value: str) -> Any:
    standing = rows.filter(revocation__isnull=True)
    match value:
        case "valid":
            return standing.exclude(valid_until__lt=clock.today())
        case "expired":
            return standing.filter(valid_until__lt=clock.today())
        case "revoked":
            return rows.filter(revocation__isnull=False)
    return rows.none()


def _by_number(rows: Any, text: str) -> Any:
    try:
        return rows.filter(number=numbers.parse(text))
    except numbers.NumberError:
        return rows.filter(title__contains=text)


class CredentialList(ListPage):
    """What was issued within reach."""

    permission, title, counted, order = "credentials.view", "证书", "份", "-issued_on"
    nav = Nav("成长", "证书", 60)
    keywords = "荣誉证书 荣誉卡 结业证书 撤销"
    conditions = (
        Search("编号、名称", match=_by_number),
        Choice("种类", "kind", choices=lambda page: [(one.key, one.label) for one in KINDS.values()]),
        Choice("状态", "state", choices=STATES, match=_in_state),
        DateRange("签发日期", "issued", field="issued_on"),
    )
    empty = Empty(
        "您的范围内没有证书", "本单位及下级单位、所联系企业的职工获得命名、结业后，证书自动签发并出现在这里。"
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the holders of this page."""
        return (
            Column(
                "number",
                "证书编号",
                sort="number",
                link=lambda row: reverse("credentials.show", args=[row.pk]),
            ),
            Column("kind", "种类", label_of, sort="kind"),
            Column("holder", "持有人", self.holder),
            Column("title", "名称", sort="title"),
            Column("issuer", "签发单位", sort="issuer"),
            Column("unit", "持有人单位", lambda row: str(row.unit), sort="unit__pinyin", hidden=True),
            Column("issued_on", "签发日期", kind="date", sort=("issued_on", "number")),
            Column("valid_until", "有效期至", kind="date", hidden=True),
            Column("state", "状态", state_tag, kind="tag"),
        )

    @cached_property
    def _holders(self) -> dict[Any, str | None]:
        return {}

    def holder(self, row: Credential) -> str:
        """The name, read together with those of the rows around it."""
        if row.pk not in self._holders:
            self._holders.update(holders_of([*getattr(self, "_around", ()), row]))
        return self._holders[row.pk] or ERASED

    def _page_of_rows(self) -> Any:
        found = super()._page_of_rows()
        found.object_list = self._around = list(found.object_list)
        return found

    def rows(self) -> Any:
        """Within reach."""
        return within_reach()


class CredentialObject(ObjectMixin):
    """A page about one credential within reach."""

    object: Credential

    def objects(self) -> Any:
        """Within reach."""
        return within_reach()

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("credentials.show", args=[self.object.pk])


class CredentialPage(CredentialObject, DetailPage):
    """One credential: what it says, its papers, whether it stands."""

    permission, title, parents = "credentials.view", "证书", ("credentials.list",)

    def get_title(self) -> str:
        """What it was given for."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [state_tag(self.object)]

    def reference(self) -> str:
        """Its number."""
        return self.object.number

    def get_actions(self) -> list[Act]:
        """What stands can be taken back where it is one's own."""
        if hasattr(self.object, "revocation") or not is_ones_own(self.object):
            return []
        return [Act("撤销", "credentials.revoke", (self.object.pk,), danger=True, dialog=True)]

    def sections(self) -> list[Any]:
        """Content and papers."""
        row, holder = self.object, holder_of(self.object)
        values = [
            Value("证书编号", row.number),
            Value("种类", label_of(row)),
            Value("持有人", holder or ERASED),
            Value("名称", row.title),
            Value("签发单位", row.issuer),
            Value("持有人单位", row.unit.name),
            Value("签发日期", row.issued_on),
            Value("有效期至", row.valid_until or "长期"),
            Value("核验地址", reverse("credentials.check", args=[row.number]), url=_check_url(row)),
        ]
        shown: list[Any] = [Section("证书内容", values)]
        if holder is not None:
            papers = [(key, label) for key, (label, _) in papers_of(row).items()]
            context = {"papers": papers, "credential": row, "to": "credentials.paper"}
            shown.append(TemplateSection("credentials/papers.html", context, "打印", "每次下载都记入审计"))
        return shown

    def events(self) -> list[Event]:
        """Issued, and perhaps taken back."""
        row = self.object
        life = [Event("签发", row.made_at, row.issuer)]
        if hasattr(row, "revocation"):
            gone = row.revocation
            text = "：".join(filter(None, (gone.get_reason_display(), gone.note)))
            life.insert(0, Event("撤销", gone.on, gone.by_name, text, tone="bad"))
        return life


def _check_url(row: Credential) -> str:
    return reverse("credentials.check", args=[row.number])


class RevokeForm(forms.Form):
    """Why, as everyone may read it, and in the office's own words."""

    reason = forms.ChoiceField(label="原因类别", choices=Revocation.Reason.choices, help_text="在核验页上公开")
    on = DateField(label="撤销日期")
    note = LongTextField(label="说明", max_length=200, rows=2, help_text="写明依据，只在本系统内部可见")


class Revoke(CredentialObject, FormPage):
    """Take a credential back."""

    permission, title, parents, form, submit = (
        "credentials.revoke",
        "撤销证书",
        ("credentials.list",),
        RevokeForm,
        "撤销",
    )
    is_listed = False
    intro = "撤销后不能恢复：核验页立即显示已撤销，离线核验的人换上新的状态名单后也会看到。"

    def objects(self) -> Any:
        """One's own units' only, not those that a union merely sees."""
        return Credential.objects.select_related("unit", "series", "revocation")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.today()}

    def save(self, form: Any) -> Revocation:
        """Revoke."""
        values = form.cleaned_data
        return revoke(self.object, values["reason"], values["on"], note=values["note"])

    def said(self, saved: Any) -> str:
        """Which."""
        return f"已撤销 {self.object.number}"


class PaperPage(CredentialObject, ActionPage):
    """A certificate or card as PDF; every download stands in the audit."""

    gives_file = True
    permission, title, parents, submit = "credentials.download", "下载证书", ("credentials.list",), "下载 PDF"
    text = "下载的文件含持有人姓名，请只交给本人或用于归档。每次下载都记入审计。"

    def prepare(self) -> None:
        """Only papers that its kind has."""
        super().prepare()
        if self.kwargs["paper"] not in papers_of(self.object):
            raise Http404

    def get_question(self) -> str:
        """Which."""
        return f"下载{PAPERS[self.kwargs['paper']][0]} {self.object.number}？"

    def save(self, form: Any) -> bytes:
        """Make it, and note that it was taken."""
        return paper_of(self, self.object, self.kwargs["paper"])

    def done(self, saved: Any) -> HttpResponseBase:
        """The file itself."""
        return as_file(saved, f"{PAPERS[self.kwargs['paper']][0]}-{self.object.number}.pdf")


@figure(order=60, permission="credentials.view")
def issued_this_year(acting: Any) -> Stat:
    """How many credentials were issued within reach this year."""
    first = clock.today().replace(month=1, day=1)
    return Stat(
        "本年签发证书",
        f"{within_reach().filter(issued_on__gte=first).count():,}",
        "份",
        method="按签发日期计，含后来撤销的",
        source="证书登记",
        as_of="此刻",
        url=f"{reverse('credentials.list')}?issued_from={first}",
    )


routes = [
    page("credentials/", CredentialList, "credentials.list"),
    page("credentials/<uuid:id>/", CredentialPage, "credentials.show"),
    page("credentials/<uuid:id>/revoke/", Revoke, "credentials.revoke"),
    page("credentials/<uuid:id>/<slug:paper>/", PaperPage, "credentials.paper"),
]
