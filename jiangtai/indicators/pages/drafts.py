"""The page on which a draft's figures are checked: the text with its marks, and what was found about each."""

import base64
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jiangtai.documents import Correction, corrected, document_text
from jiangtai.kernel import FileRefused, clock, filetypes
from jiangtai.lake import Lake
from jiangtai.web import FileField, LongTextField, Nav, Page, Tag, as_file, page, speak

from .. import places
from ..computing import Scope
from ..drafts import VERDICTS
from ..periods import Frame, Period
from ..places import figure_url
from ..reviewing import Entry, Review
from .asking import age_of, frame_of, named_periods, number_of, open_indicators, opened, written
from .figures import NO_LAKE

MOST_SIGNS, MOST_MEGABYTES = 50_000, 5
MOST_CARRIED = 1_500_000
"""A Word file up to here travels within the page and back; a larger one is chosen once more."""
HEDGES = {"approx": "约数", "near": "接近，不到", "over": "超过"}
TONES = {"match": "ok", "mismatch": "bad", "unsupported": "plain"}
UNPROCESSABLE = 422


class DraftForm(forms.Form):
    """The draft, and whose figures of which period it tells."""

    unit = forms.ChoiceField(label="范围")
    period = forms.ChoiceField(label="期间")
    text = LongTextField(
        label="粘贴文稿",
        rows=8,
        required=False,
        max_length=MOST_SIGNS,
        help_text="粘贴文字，或者在下面上传文件，两样选一样",
    )
    file = FileField(label="上传文稿", accepts=(".docx", ".txt"), most=MOST_MEGABYTES, required=False)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], periods: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["period"].choices = periods  # type: ignore[attr-defined]

    @property
    def either(self) -> list[Any]:
        """The two ways to hand a draft in, of which one is enough."""
        return [self["text"], self["file"]]

    def clean(self) -> dict[str, Any]:
        """One of the two is there, and the file is what it says it is."""
        values = super().clean() or {}
        if self.errors:
            return values
        file = values.get("file") or self._carried()
        values["paper"] = b""
        if file:
            values["text"] = self._read(file)
            file.seek(0)
            values["paper"] = file.read() if file.name.lower().endswith(".docx") else b""
        elif self.data.get("do") == "word":
            raise ValidationError({"file": "请再选一次原来的 Word 文稿，改好的数写回这一份里"})
        values["text"] = values["text"].replace("\r\n", "\n").replace("\r", "\n")
        if not values["text"].strip():
            raise ValidationError("没有要核的文字，请粘贴文稿，或上传 docx、txt 文件")
        return values

    def _carried(self) -> Any:
        """The Word file that came back with the page that showed it."""
        try:
            content = base64.b64decode(self.data.get("paper", ""), validate=True)
        except ValueError:
            raise ValidationError("带回来的文稿不完整，请重新上传核对") from None
        return ContentFile(content, "文稿.docx") if content else None

    def _read(self, file: Any) -> str:
        try:
            text = document_text(file, file.name)
        except filetypes.FileRefused as error:
            raise ValidationError({"file": str(error)}) from error
        if len(text) > MOST_SIGNS:
            raise ValidationError({"file": f"文稿有 {len(text):,} 字，一次最多核 {MOST_SIGNS:,} 字，请分几次核"})
        return text


class CheckDraft(Page):
    """A draft is pasted or handed in, checked and shown; neither text nor findings are kept anywhere."""

    permission, title, template = "figures.view", "文稿核数", "indicators/draft.html"
    nav = Nav("指标", "文稿核数", 30)
    keywords = "核对 数字 报告 总结 讲话 简报 相符 不符 无依据"

    def get_context(self) -> dict[str, Any]:
        """An empty form, unless something was sent."""
        at = opened()
        return {**super().get_context(), **age_of(at), "form": self._form(at) if at else None, "empty": NO_LAKE}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, or give back the corrected text."""
        at = opened()
        if at is None:
            return self.render()
        form = self._form(at, request.POST, request.FILES)
        if not form.is_valid():
            return self.render(UNPROCESSABLE, form=form)
        values = form.cleaned_data
        scope = next(one for one in self._scopes(at) if one.id == values["unit"])
        review = Review(values["text"], at, open_indicators(self.acting), scope, frame_of(values["period"]))
        taken, paper = _numbers(request.POST.getlist("take")), values["paper"]
        if request.POST.get("do") == "download":
            return _text_file(review.corrected(taken))
        trouble = ""
        if request.POST.get("do") == "word":
            try:
                return _word_file(paper, review, taken)
            except FileRefused as error:
                trouble = str(error)
        carried = base64.b64encode(paper).decode() if 0 < len(paper) <= MOST_CARRIED else ""
        form = self._form(at, self._again(values))
        return self.render(UNPROCESSABLE if trouble else 200, form=form, trouble=trouble, carried=carried,
                           is_word=bool(paper), **self._shown(review))  # fmt: skip

    def _again(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in ("unit", "period", "text")}

    def _form(self, at: Lake, data: Any = None, files: Any = None) -> DraftForm:
        today = clock.today()
        named = named_periods(Frame(Period.month_of(today), today))
        periods = [(text, f"{label}（{Period.parse(text).label}）") for label, text in named]
        units = [(one.id, one.name) for one in self._scopes(at)]
        initial = {"period": str(today.year)}
        form = DraftForm(data, files, initial=initial, units=units, periods=periods)
        speak(form)
        return form

    def _scopes(self, at: Lake) -> list[Scope]:
        """One's own unit, then those right below it."""
        return places.near(at, number_of(at, self.acting))

    def _shown(self, review: Review) -> dict[str, Any]:
        lines = [_line(one, review) for one in review.entries]
        counts = [(key, word, sum(one["verdict"] == key for one in lines)) for key, word in VERDICTS.items()]
        findings = [
            {"number": at, "told": one.told, "entries": _about(one.spans, review.entries)}
            for at, one in enumerate(review.findings, start=1)
        ]
        return {"review": review, "lines": lines, "counts": counts, "findings": findings,
                "proposals": sum(bool(one["wording"]) for one in lines), "tones": TONES}  # fmt: skip


def _line(entry: Entry, review: Review) -> dict[str, Any]:
    """One figure as its card shows it."""
    checked, figure = entry.checked, entry.checked.figure
    line = {
        "number": entry.number, "text": figure.text, "verdict": checked.verdict, "start": figure.start,
        "light": Tag(VERDICTS[checked.verdict], TONES[checked.verdict]),
        "value": f"{figure.value.normalize():,f}", "unit": figure.unit, "hedge": HEDGES.get(figure.hedge or "", ""),
        "scope": entry.scope.name, "period": entry.told_of, "note": checked.note,
        "wording": checked.wording, "is_scope_said": entry.is_scope_said, "is_period_said": entry.is_period_said,
    }  # fmt: skip
    if found := checked.indicator:
        one = review.known[found.key]
        line |= {"indicator": one.label, "method": one.method, "now": written(float(found.value), one.unit),
                 "now_unit": one.unit.label, "url": _address(entry, found.key)}  # fmt: skip
    return line


def _address(entry: Entry, key: str) -> str:
    return figure_url(key, period=entry.frame.period.text, unit=entry.scope.id, as_of=entry.until)


def _about(spans: Sequence[tuple[int, int]], entries: Sequence[Entry]) -> list[Entry]:
    return [one for one in entries for start, end in spans if start < one.checked.figure.end <= end]


def _numbers(taken: Sequence[str]) -> list[int]:
    return [int(one) for one in taken if one.isascii() and one.isdecimal()]


def _text_file(text: str) -> HttpResponseBase:
    """A plain text that Word and Notepad open alike."""
    content = ("\ufeff" + text.replace("\n", "\r\n")).encode()
    return as_file(content, "核数后的文稿.txt", "text/plain; charset=utf-8")


def _word_file(paper: bytes, review: Review, numbers: Sequence[int]) -> HttpResponseBase:
    """The Word file that was handed in, with its figures replaced where they stand."""
    made = [Correction(*one.checked.figure.span, one.checked.wording or "", _why(one, review))
            for one in review.taken(numbers)]  # fmt: skip
    return as_file(corrected(paper, made), "核数后的文稿.docx")


def _why(entry: Entry, review: Review) -> str:
    """What the comment on a corrected figure says."""
    checked = entry.checked
    assert checked.indicator
    one = review.known[checked.indicator.key]
    now = f"{written(float(checked.indicator.value), one.unit)}{one.unit.label}"
    where = f"{entry.scope.name}，{entry.frame.period.label}，截至{entry.frame.as_of}"
    return f"原文“{checked.figure.text}”。{one.label}（{where}）为{now}。口径：{one.method}"


routes = [page("office/drafts/", CheckDraft, "drafts.check")]
