"""A pasted list is checked first and shown line by line; only what was seen so is done, all of it or nothing."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jiangtai.access import Refused
from jiangtai.web import FormPage, Tag, speak


@dataclass(frozen=True)
class Line:
    """One pasted line, and how it was answered."""

    number: int
    text: str
    state: Tag
    found: str = ""
    url: str = ""


class PastePage(FormPage):
    """A form with a list; first checked, then, with the other button, done."""

    template, failed = "register/pasted.html", "没有核对"
    submit, sure, counted = "核对", "", "行"

    def answers(self, form: Any) -> list[Line]:
        """Every line with its answer; nothing is written."""
        raise NotImplementedError

    def apply(self, form: Any, lines: list[Line]) -> Any:
        """Do it for the lines that can be done."""
        raise NotImplementedError

    def sure_of(self, lines: list[Line]) -> str:
        """What the second button says; empty where nothing can be done."""
        return ""

    def save(self, form: Any) -> Any:
        """Check again, for what was shown may have changed since."""
        return self.apply(form, self.answers(form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show every line with its answer, or do it where the user saw that already."""
        if request.POST.get("sure"):
            return super().post(request, *args, **kwargs)
        form = speak(self.make_form(request.POST, request.FILES))
        if not form.is_valid():
            return self._show(form, 422)
        try:
            with transaction.atomic():
                lines = self.answers(form)
        except (Refused, ValidationError, ValueError) as error:
            return self._refuse(form, error)
        counts = Counter(line.state for line in lines)
        self.answered = {"lines": lines, "counts": counts.items(), "sure": self.sure_of(lines), "total": len(lines)}
        return self._show(form)

    def get_context(self) -> dict[str, Any]:
        """With the answer, once there is one."""
        return {**super().get_context(), "answered": getattr(self, "answered", None)}
