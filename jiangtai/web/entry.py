"""Pages that write: a form, and a single confirmed act.

class RenameUnit(ObjectMixin, FormPage):
    permission, title = "units.edit", "单位更名"
    parents, form, submit, success = ("units.list",), RenameForm, "更名", "已更名"

    def objects(self):
        return Unit.objects.within(self.acting)

    def initial(self):
        return {"name": self.object.name}

    def save(self, form):
        rename_unit(self.object, form.cleaned_data["name"], by=self.acting)  # may raise Refused, ValueError

    def next_url(self, saved):
        return reverse("units.show", args=[self.object.pk])

class CloseUnit(ObjectMixin, ActionPage):
    permission, title, danger = "units.edit", "停用单位", True
    question, text, asks_reason = "停用这家单位？", "停用后不能再选用，历史记录不变。", True
    does, success = close_unit, "已停用“{one}”"  # or `act(reason)`, where there is more to say
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jiangtai.access import Refused, audit

from .fields import LongTextField
from .pages import Page
from .refusals import words_of
from .wording import speak

UNPROCESSABLE = 422


class FormPage(Page):
    """A form; what `save` refuses is shown on it with all values kept."""

    template: ClassVar[str] = "web/form.html"
    is_listed: ClassVar[bool] = True
    form: ClassVar[type[forms.BaseForm]]
    submit: ClassVar[str] = "保存"
    failed: ClassVar[str] = ""
    """What the head of the errors says; that what the button names was not done, unless a page says it better."""
    success: ClassVar[str] = "已保存"
    leads_to: ClassVar[str] = ""
    """The page after it, by its name; `next_url` where it depends on what was saved."""
    intro: ClassVar[str] = ""
    groups: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    """Field names under headings; without it all fields stand in one group."""
    gives_file: ClassVar[bool] = False
    """Whether it answers with a file: then a dialog lets the browser send its form, for a script cannot take one."""

    def initial(self) -> dict[str, Any]:
        """What the form arrives filled with."""
        return {}

    def sources(self) -> dict[str, str]:
        """Where what the form arrives filled with came from, by field: 人员登记（2026-03-01，某某公司）."""
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        """What else the form class is made with."""
        return {}

    def make_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        """The form, empty or with what was sent."""
        return self.form(data=data, files=files, initial=self.initial(), **self.form_kwargs())

    def save(self, form: Any) -> Any:
        """Do what the form says, or raise `Refused`, `ValidationError`, `ValueError` with a sentence."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what it saves: write `save`")

    def next_url(self, saved: Any) -> str:
        """Where to go after it; the page above by default."""
        return self.back_url()

    def said(self, saved: Any) -> str:
        """What the toast says after it."""
        return self.success

    def back_url(self) -> str:
        """Where 取消 leads: where the user came from if the address says so, else the page above."""
        asked = self.request.GET.get("back", "")
        if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
            return asked
        above = [crumb.url for crumb in self.above() if crumb.url]
        return above[-1] if above else reverse("home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form, each prefilled field with where its value came from."""
        form = speak(self.make_form())
        for name, words in self.sources().items():
            if name in form.fields:
                form.fields[name].source = words
        return self._show(form)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save, or show what is wrong."""
        form = speak(self.make_form(request.POST, request.FILES))
        if not form.is_valid():
            return self._show(form, UNPROCESSABLE)
        try:
            with transaction.atomic():
                saved = self.save(form)
        except (Refused, ValidationError, ValueError) as error:
            return self._refuse(form, error)
        return self.done(saved)

    def done(self, saved: Any) -> HttpResponseBase:
        """A toast, and on to the next page."""
        if said := self.said(saved):
            messages.success(self.request, said)
        return self._go(reverse(self.leads_to) if self.leads_to else self.next_url(saved))

    def _go(self, url: str) -> HttpResponse:
        """On to another page; a script is told the address, for if it went there itself it would use up the toast."""
        if self.is_fragment or "X-Upload" in self.request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    def _refuse(self, form: forms.BaseForm, error: Exception) -> HttpResponse:
        if isinstance(error, Refused):
            audit.record(
                "refused",
                target=getattr(self, "object", None),
                outcome="refused",
                reason=str(error),
                details={"page": self.name},
            )
        by_field = error.message_dict if isinstance(error, ValidationError) and hasattr(error, "error_dict") else {}
        for name, sentences in by_field.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, sentence)
        for sentence in () if by_field else words_of(error):
            form.add_error(None, sentence)
        return self._show(form, UNPROCESSABLE)

    def _show(self, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        return self.render(
            status,
            form=form,
            groups=self._groups(form),
            submit=self.submit,
            failed=self.failed or f"没有{self.submit}",
            intro=self.intro,
            back=self.back_url(),
        )

    def _groups(self, form: forms.BaseForm) -> list[dict[str, Any]]:
        grouped = {name for _, names in self.groups for name in names}
        rest = [field for field in form.visible_fields() if field.name not in grouped]
        shown = [
            {"title": title, "fields": [form[name] for name in names if name in form.fields]}
            for title, names in self.groups
        ]
        return shown + ([{"title": "", "fields": rest}] if rest else [])


class ReasonForm(forms.Form):
    """Why."""

    reason = LongTextField(label="理由", max_length=200, rows=2)


class ActionPage(FormPage):
    """One act with its question first: a dialog where JavaScript runs, a page of its own where not."""

    template: ClassVar[str] = "web/action.html"
    is_listed: ClassVar[bool] = False
    form: ClassVar[type[forms.BaseForm]] = forms.Form
    question: ClassVar[str] = ""
    text: ClassVar[str] = ""
    danger: ClassVar[bool] = False
    submit: ClassVar[str] = ""
    leave: ClassVar[str] = "取消"
    """How it is not done; another word where the act itself is to cancel."""
    asks_reason: ClassVar[bool] = False
    success: ClassVar[str] = ""
    does: ClassVar[Any] = None
    """What is done to the object, with the reason where one is asked for; `act` where there is more to say."""
    on: ClassVar[str] = "object"
    """What it is done to, where that is not the object itself: a part that `prepare` fetched.

    `success` may name it as `{one}`, and what `does` gave back as `{did}`.
    """

    def act(self, reason: str) -> str | None:
        """Do it, and return what to tell the user; raise as `FormPage.save` does."""
        does = type(self).does
        if does is None:
            raise NotImplementedError(f"{type(self).__qualname__} does not say what it does: write `does` or `act`")
        one = attrgetter(self.on)(self)
        did = does(one, reason) if self.asks_reason else does(one)
        return self.success.format(one=one, did=did)

    def get_question(self) -> str:
        """The question; override where it names the object."""
        return self.question or f"{self.title}？"

    def get_text(self) -> str:
        """What follows from it."""
        return self.text

    def make_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        """Nothing to fill in, or the reason."""
        return (ReasonForm if self.asks_reason else forms.Form)(data=data)

    def save(self, form: Any) -> Any:
        """Act."""
        return self.act(form.cleaned_data.get("reason", ""))

    def said(self, saved: Any) -> str:
        """What the act said."""
        return saved or f"已{self.submit or self.title}"

    def get_context(self) -> dict[str, Any]:
        """With the question."""
        return {
            **super().get_context(),
            "question": self.get_question(),
            "text": self.get_text(),
            "danger": self.danger,
        }

    def _show(self, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        return self.render(
            status,
            form=form,
            groups=self._groups(form),
            submit=self.submit or self.title,
            back=self.back_url(),
            acts=[],
        )
