"""Stock opinions (常用语): the sentences that someone keeps at hand."""

from typing import Any

from django import forms

from jiangtai.web import FormPage, LongTextField, page

from ..models import StockOpinion

MOST, LONGEST = 20, 100


class StockForm(forms.Form):
    """One sentence a line."""

    lines = LongTextField(
        label="常用语", rows=8, required=False, help_text=f"一行一句，最多 {MOST} 句，每句不超过 {LONGEST} 字"
    )

    def clean_lines(self) -> list[str]:
        """Each once, in order."""
        found = list(dict.fromkeys(line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()))
        if len(found) > MOST:
            raise forms.ValidationError(f"写了 {len(found)} 句，最多 {MOST} 句，请删去一些")
        if long := [line for line in found if len(line) > LONGEST]:
            raise forms.ValidationError(f"“{long[0][:20]}…”超过 {LONGEST} 字，请改短")
        return found


class StockOpinions(FormPage):
    """One's own sentences."""

    permission, title, form, parents = "cases.view", "常用语", StockForm, ("cases.waiting",)
    intro = "办理时点一下即可填入意见，排在系统自带的之前。"
    success = "常用语已保存"

    def initial(self) -> dict[str, Any]:
        """As they are."""
        rows = StockOpinion.objects.filter(account=self.acting.account).order_by("made_at", "id")
        return {"lines": "\n".join(rows.values_list("text", flat=True))}

    def save(self, form: Any) -> None:
        """Replace them."""
        StockOpinion.objects.filter(account=self.acting.account).delete()
        for text in form.cleaned_data["lines"]:
            StockOpinion.objects.create(account=self.acting.account, text=text)


routes = [page("office/cases/stock/", StockOpinions, "cases.stock")]
