"""The square: anyone checks a credential, and machines fetch what an offline check needs."""

from typing import Any

from allauth.core.internal import ratelimit  # the public face leaves a GET uncounted
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from jiangtai.access import Refused
from jiangtai.web import PUBLIC, FormPage, Page, Panel, Tag, Value, page, square_panel

from .. import numbers, tokens
from ..checking import Check, check, check_signed
from ..signing import public_keys
from ..status import status_document
from ..tokens import CLAIMS, State
from .showing import ERASED, label_of

TONES = {
    State.VALID: "ok",
    State.REVOKED: "bad",
    State.EXPIRED: "warn",
    State.FORGED: "bad",
    State.STALE: "warn",
    State.UNKNOWN: "bad",
}
LONGEST_TEXT = 4_000
_ADVICE = {
    State.VALID: "下列内容由签发单位登记，请与手中证书逐项核对，有一项不同即为伪造。",
    State.REVOKED: "这份证书曾经签发，后来撤销，不能再作凭据。",
    State.EXPIRED: "这份证书是真的，但有效期已过。",
    State.FORGED: "二维码里的签名与本站公布的公钥不符，或不是这份证书的签名：内容被改动过，或不是本站签发。请勿采信。",
    State.UNKNOWN: "本站没有签发过这个编号的证书。请核对是否录错；确认无误的，请勿采信。",
}


class TooOften(Refused):
    """Whoever tries many numbers has to wait."""


def _not_too_often(request: HttpRequest) -> None:
    usage = ratelimit.consume(request, app="allauth.account", action="credential_check", limit_get=True)
    if usage is None:
        raise TooOften("核验过于频繁，请过一分钟再试", "rate")


class CheckForm(forms.Form):
    """A number, or what a QR holds."""

    text = forms.CharField(
        label="证书编号",
        max_length=LONGEST_TEXT,
        help_text="形如 RY2026-000123-7；也可以粘贴二维码扫出的全部内容，连签名一起核验",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_text(self) -> str:
        """A number in its one spelling, or something with a signature in it."""
        text = str(self.cleaned_data["text"])
        if _holds_signature(text):
            return text
        try:
            return numbers.parse(text.partition("?")[0].rstrip("/#").rpartition("/")[2])
        except numbers.NumberError as error:
            raise forms.ValidationError(str(error)) from error


class Shown:
    """The answer to a check, ready to be drawn."""

    def __init__(self, found: Check) -> None:
        self.found = found
        self.tag = Tag(found.state.value, TONES[found.state])
        self.advice = _ADVICE[found.state]

    def values(self) -> list[Value]:
        """What was signed."""
        row = self.found.credential
        if row is None:
            return [Value("证书编号", self.found.number)] if self.found.number else []
        return [
            Value("证书编号", row.number),
            Value("种类", label_of(row)),
            Value("持有人", ERASED if self.found.is_erased else self.found.holder),
            Value("名称", row.title),
            Value("签发单位", row.issuer),
            Value("签发日期", row.issued_on),
            *([Value("有效期至", row.valid_until)] if row.valid_until else []),
            *self._revoked(),
            Value("二维码签名", "与公布的公钥相符" if self.found.is_signature_checked else "没有核对，只按编号查询"),
        ]

    def _revoked(self) -> list[Value]:
        row = self.found.revocation
        return [Value("撤销日期", row.on), Value("撤销原因", row.get_reason_display())] if row else []


class Verify(FormPage):
    """The form on the square: a number, or what a QR holds."""

    face, permission, title, form, submit = "square", PUBLIC, "证书核验", CheckForm, "核验"
    template, place, keywords = "credentials/verify.html", 120, "真伪 二维码 编号"
    place_note = "扫二维码或输编号，看证书真不真"
    intro = "匠台签发的荣誉证书、荣誉卡和结业证书，凭编号或二维码都能核验。"

    def save(self, form: Any) -> str:
        """Count the try; nothing is written."""
        _not_too_often(self.request)
        return str(form.cleaned_data["text"])

    def done(self, saved: str) -> HttpResponse:
        """A number has a page of its own; a signature is answered here, for its text belongs in no address."""
        if not _holds_signature(saved):
            return HttpResponseRedirect(reverse("credentials.check", args=[saved]))
        shown = Shown(check(saved))
        self.template = "credentials/check.html"  # type: ignore[misc]
        return self.render(shown=shown, claims=_claims(shown.found))


class CheckPage(Page):
    """The answer for a number: where a QR leads, whose signature is checked upon arrival."""

    face, permission, title, template = "square", PUBLIC, "证书核验", "credentials/check.html"
    is_listed = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever asks too often is told to wait, a mistyped number is told what is wrong with it."""
        try:
            _not_too_often(request)
            shown = Shown(check(kwargs["number"]))
        except TooOften as error:
            return self.render(429, trouble=str(error))
        except numbers.NumberError as error:
            return self.render(404, trouble=str(error))
        return self.render(404 if shown.found.state is State.UNKNOWN else 200, shown=shown, number=shown.found.number)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check what stood in the QR behind the number; the page itself sends it, for it is in no address."""
        try:
            _not_too_often(request)
            number = numbers.parse(kwargs["number"])
        except TooOften as error:
            return self.render(429, trouble=str(error))
        except numbers.NumberError as error:
            return self.render(404, trouble=str(error))
        shown = Shown(check_signed(request.POST.get("text", "")[:LONGEST_TEXT], number))
        return self.render(shown=shown, claims=_claims(shown.found))


def _holds_signature(text: str) -> bool:
    """Whether it brings a signature, be it a broken one."""
    return bool(text.partition("#")[2].strip() or tokens.token_in(text.encode("utf-8", "replace")))


def _claims(found: Check) -> list[Value]:
    return [Value(CLAIMS[key], text) for key, text in found.signed.items() if key in CLAIMS and key != "s"]


class PublicDocument(Page):
    """A document for machines: public, and fresh enough for a few minutes."""

    permission, is_listed, face = PUBLIC, False, "square"

    def document(self) -> dict[str, Any]:
        """What it holds."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what it holds: write `document`")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The JSON, for any site to read."""
        response = JsonResponse(self.document(), json_dumps_params={"ensure_ascii": False})
        response["Cache-Control"] = "public, max-age=300"
        response["Access-Control-Allow-Origin"] = "*"
        return response


class Keys(PublicDocument):
    """The public keys, as a JWKS."""

    title = "证书公钥"

    def document(self) -> dict[str, Any]:
        """All that ever signed."""
        return public_keys()


class Status(PublicDocument):
    """The signed status lists."""

    title = "证书状态名单"

    def document(self) -> dict[str, Any]:
        """Of every series."""
        return status_document()


@square_panel(order=20)
def check_here(acting: Any) -> Panel:
    """The square offers to check."""
    return Panel("证书核验", "credentials/panel.html", {}, aside=True)


routes = [
    page("verify/", Verify, "credentials.verify"),
    page("v/<str:number>", CheckPage, "credentials.check"),
    page(".well-known/jiangtai-keys.json", Keys, "credentials.keys"),
    page(".well-known/jiangtai-status.json", Status, "credentials.status"),
]
