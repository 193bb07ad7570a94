"""A worker signs in by phone: a number, a code, in; no password to forget."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jiangtai.access import Refused, accounts, phone_codes, phones, sign_in_worker

from .doors import PUBLIC, WORKER
from .entry import FormPage
from .fields import PhoneField
from .registry import page


class PhoneForm(forms.Form):
    """A mobile number."""

    phone = PhoneField(autofocus=True)


class SignInPhoneForm(PhoneForm):
    """A number, and consent to how it is kept."""

    consent = forms.BooleanField(
        label="我已阅读并同意《个人信息处理规则》", error_messages={"required": "请先阅读并勾选同意，才能登录"}
    )


class CodeForm(forms.Form):
    """The code that came by text message."""

    code = forms.RegexField(
        rf"^\s*\d{{{phone_codes.DIGITS}}}\s*$",
        label="验证码",
        error_messages={"invalid": f"验证码是短信里的 {phone_codes.DIGITS} 位数字"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class PhonePage(FormPage):
    """The number."""

    permission, title, face, submit = PUBLIC, "职工登录", "bare", "获取验证码"
    template, form, success, is_listed = "web/signin/phone.html", SignInPhoneForm, "", False

    def save(self, form: Any) -> None:
        """Send the code."""
        phone_codes.send(self.request, form.cleaned_data["phone"])

    def next_url(self, saved: Any) -> str:
        """To the code."""
        return f"{reverse('phone.code')}?{urlencode({'next': self.request.GET.get('next', '')})}"

    def back_url(self) -> str:
        """To the square."""
        return "/"


class ByCode(FormPage):
    """A page that a code opens; every try counts before it is looked at."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count, then look."""
        phone_codes.claim_try(request)
        return super().post(request, *args, **kwargs)


class CodePage(ByCode):
    """The code; a number that comes for the first time gets its account."""

    permission, title, face, submit = PUBLIC, "输入验证码", "bare", "登录"
    template, form, success, is_listed = "web/signin/code.html", CodeForm, "", False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only where a code is waited for."""
        if not phone_codes.waiting_phone(request):
            return redirect("phone.signin")
        return super().dispatch(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """To which phone it went."""
        return {
            **super().get_context(),
            "phone": phone_codes.waiting_phone(self.request),
            "digits": phone_codes.DIGITS,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The code, or another one please."""
        if "again" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.form()
        try:
            phone_codes.resend(request)
        except Refused as error:
            return self._refuse(self.form({}), error)
        return self._show(form)

    def save(self, form: Any) -> None:
        """In."""
        account = accounts.worker_of_phone(phone_codes.check(self.request, form.cleaned_data["code"]))
        if not account.is_active:
            raise Refused("这个账号已停用，请联系本单位工会")
        if not account.is_worker:
            raise Refused("这个手机号登记在办公账号上，请从“办公登录”进入")
        sign_in_worker(self.request, account)
        phone_codes.note_proof(self.request)

    def next_url(self, saved: Any) -> str:
        """Where one wanted to go."""
        wanted = self.request.GET.get("next", "")
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("home")

    def back_url(self) -> str:
        """To the number."""
        return reverse("phone.signin")


class ChangePhone(FormPage):
    """Whoever wants another number shows first that the old one is theirs; a live session alone is not enough."""

    permission, title, face, submit, form = WORKER, "更换手机号", "pocket", "获取验证码", forms.Form
    success, is_listed = "", False
    lost = "收不到短信或号码已停用的，请联系所在单位工会，核实本人身份后办理。"
    leads_to = "phone.prove"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Which number gets the code."""
        return f"先验证原手机号：验证码会发到 {phones.masked(self.acting.person)}。{self.lost}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever came in by that number a moment ago is not asked again."""
        return redirect("phone.new") if phone_codes.is_proved(request) else super().get(request)

    def save(self, form: Any) -> None:
        """Send the code to the old number."""
        phone_codes.send(self.request, phones.own(self.acting.account))

    def back_url(self) -> str:
        """To one's own page."""
        return reverse("home")


class ProvePhone(ByCode):
    """The code from the old number."""

    permission, title, face, submit, form = WORKER, "验证原手机号", "pocket", "下一步", CodeForm
    success, is_listed, leads_to = "", False, "phone.new"

    def save(self, form: Any) -> None:
        """Note that it is theirs."""
        if phone_codes.check(self.request, form.cleaned_data["code"]) != phones.own(self.acting.account):
            raise Refused("这个验证码不是发到原手机号的，请重新获取", "code")
        phone_codes.note_proof(self.request)

    def back_url(self) -> str:
        """To the beginning."""
        return reverse("phone.change")


class AfterProof(FormPage):
    """A page that opens only once the old number was proved."""

    permission, face, is_listed = WORKER, "pocket", False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the beginning otherwise."""
        if request.acting.is_worker and not phone_codes.is_proved(request):  # type: ignore[attr-defined]
            return redirect("phone.change")
        return super().dispatch(request, *args, **kwargs)


class NewPhone(AfterProof):
    """A worker's new number."""

    title, submit, form, success = "填写新手机号", "获取验证码", PhoneForm, ""
    intro, leads_to = "验证码会发到新手机号。", "phone.confirm"

    def save(self, form: Any) -> None:
        """Send the code to the new number."""
        phone_codes.send(self.request, form.cleaned_data["phone"])

    def back_url(self) -> str:
        """To one's own page."""
        return reverse("home")


class ConfirmPhone(AfterProof, ByCode):
    """The code from the new number."""

    title, submit, form, success = "确认新手机号", "更换", CodeForm, "手机号已更换，下次用新号码登录"
    leads_to = "home"

    def save(self, form: Any) -> None:
        """Replace it."""
        phones.change(self.acting.account, phone_codes.check(self.request, form.cleaned_data["code"]))
        accounts.end_sessions(self.acting.account, "更换手机号", keep=self.request.session.session_key)

    def back_url(self) -> str:
        """To the number."""
        return reverse("phone.new")


urlpatterns = [
    page("signin/", PhonePage, "phone.signin"),
    page("signin/code/", CodePage, "phone.code"),
    page("pocket/phone/", ChangePhone, "phone.change"),
    page("pocket/phone/old/", ProvePhone, "phone.prove"),
    page("pocket/phone/new/", NewPhone, "phone.new"),
    page("pocket/phone/code/", ConfirmPhone, "phone.confirm"),
]
