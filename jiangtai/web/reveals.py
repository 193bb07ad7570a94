"""A masked value is shown in full to who may see it, for a reason that is written down."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse

from .entry import FormPage
from .fields import RadioCards

REASONS = [
    ("核对身份｜与来件、证件或名册核对", "核对身份｜与来件、证件或名册核对"),
    ("联系本人｜电话通知或回访", "联系本人｜电话通知或回访"),
    ("办理业务｜填报、发放需要完整号码", "办理业务｜填报、发放需要完整号码"),
    ("其他｜在下面写明", "其他｜在下面写明"),
]


class RevealForm(forms.Form):
    """The reason, out of the usual ones or in one's own words."""

    reason = forms.ChoiceField(
        label="为什么要查看",
        widget=RadioCards,
        error_messages={"required": "请选择理由"},
        choices=[(value.partition("｜")[0], label) for value, label in REASONS],
    )
    words = forms.CharField(label="说明", max_length=100, required=False, help_text="选“其他”时必须写明")

    def clean(self) -> dict[str, Any]:
        """“其他” needs words."""
        cleaned = super().clean() or {}
        if cleaned.get("reason") == "其他" and not cleaned.get("words"):
            self.add_error("words", "选了“其他”，请写明为什么要查看")
        return cleaned

    def sentence(self) -> str:
        """The reason as it is recorded."""
        return "：".join(filter(None, (self.cleaned_data["reason"], self.cleaned_data["words"])))


class RevealPage(FormPage):
    """Shows one value in full: subclasses say `what` it is, and fetch it in `value`, which also notes why.

    class RevealPhone(ObjectMixin, RevealPage):
        permission, title, what = "phones.reveal", "显示手机号", "手机号"

        def value(self, reason):
            return access.phones.reveal(self.object.id, access.phones.ACCOUNT, reason, target=self.object)
    """

    template: ClassVar[str] = "web/reveal.html"
    is_listed: ClassVar[bool] = False
    form: ClassVar[type[forms.BaseForm]] = RevealForm
    submit: ClassVar[str] = "显示"
    is_prose: ClassVar[bool] = False
    """Whether it is sentences to be read, and not a number to be compared sign by sign."""
    what: ClassVar[str] = ""
    """The name of the value: 身份证号, 手机号."""

    def value(self, reason: str) -> str:
        """The full value; whoever gives it out enters the reason in the audit."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what it shows: write `value`")

    def beside(self) -> Sequence[str]:
        """What is told with it in smaller letters, once it was given out."""
        return ()

    def save(self, form: Any) -> str:
        """Fetch it, saying why."""
        return self.value(form.sentence())

    def done(self, saved: Any) -> HttpResponse:
        """Show the value at once: it is never put into an address, a message or a cache."""
        response = self.render(form=None, shown=saved, beside=self.beside(), back=self.back_url())
        response["Cache-Control"] = "no-store"
        return response

    def get_context(self) -> dict[str, Any]:
        """With the name of the value."""
        return {**super().get_context(), "what": self.what}
