"""Form fields and widgets beyond Django's own, with labels and errors as an office writes them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse

from jiangtai.kernel import codes, quantities

DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


def in_clear(text: str) -> None:
    """Refuse what tells who somebody is by number, in a text that is kept as it was typed."""
    if codes.holds_personal_number(text):
        raise forms.ValidationError("这里有身份证号或手机号，这段话会原样留存，请删去号码")


class DateInput(forms.DateInput):
    """A day; the browser's own picker where it has one."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day, also understood as 2024/5/1 or 2024年5月1日."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault("error_messages", {}).setdefault("invalid", "日期应形如 2026-05-01，请核对年月日")
        super().__init__(**kwargs)


class NumberField(forms.DecimalField):
    """A number, which stands there as an office writes it: 3000, never 3E+3 or 3000.00."""

    def prepare_value(self, value: Any) -> Any:
        """Without the zeros at its end."""
        return quantities.plain(value) if isinstance(value, Decimal) else value


class LongTextInput(forms.Textarea):
    """Several lines, with stock opinions to click and a count of characters."""

    template_name = "web/widgets/long_text.html"

    def __init__(self, attrs: dict[str, Any] | None = None, stock: Sequence[str] = ()) -> None:
        super().__init__(attrs=attrs)
        self.stock = tuple(stock)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the stock opinions."""
        context = super().get_context(name, value, attrs)
        context["widget"]["stock"] = self.stock
        return context


class LongTextField(forms.CharField):
    """Several lines; `stock` are opinions one click fills in (拟同意, 请核实)."""

    def __init__(self, *, stock: Sequence[str] = (), rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LongTextInput(attrs={"rows": rows}, stock=stock))
        super().__init__(**kwargs)


class RadioCards(forms.RadioSelect):
    """A choice with room to explain each answer: give choices as (value, "标题｜说明")."""

    template_name = "web/widgets/cards.html"

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Split the label into its title and its note."""
        option = super().create_option(*args, **kwargs)
        option["title"], _, option["note"] = str(option["label"]).partition("｜")
        return option


class PhoneField(forms.CharField):
    """A mobile number in its plain form: eleven digits, or what is wrong with them."""

    def __init__(self, *, autofocus: bool = False, **kwargs: Any) -> None:
        super().__init__(label="手机号", max_length=24, **kwargs)
        self.widget.attrs.update(inputmode="tel", autocomplete="tel", autofocus=autofocus)

    def clean(self, value: Any) -> Any:
        """As the codes room spells it."""
        value = super().clean(value)
        try:
            return codes.parse_phone(value) if value else value
        except codes.CodeError as error:
            raise forms.ValidationError(str(error)) from error


class FileInput(forms.ClearableFileInput):
    """A file to send, with true progress where JavaScript runs."""

    template_name = "web/widgets/file.html"


class FileField(forms.FileField):
    """A file; `accepts` are the endings offered by the browser, `most` the megabytes (checked here too)."""

    widget = FileInput

    def __init__(self, *, accepts: Sequence[str] = (), most: int = 20, **kwargs: Any) -> None:
        self.accepts, self.most = tuple(accepts), most
        super().__init__(**kwargs)
        self.widget.attrs.update({"data-most": most * 2**20} | ({"accept": ",".join(accepts)} if accepts else {}))
        if not self.help_text:
            endings = "、".join(one.lstrip(".") for one in accepts)
            self.help_text = f"{f'{endings} 格式，' if endings else ''}不超过 {most} MB"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is too large or has another ending."""
        file = super().clean(data, initial)
        if not file or file is initial:
            return file
        if file.size > self.most * 2**20:
            raise forms.ValidationError(f"文件 {file.size / 2**20:.1f} MB，超过 {self.most} MB，请压缩或拆分后再传")
        if self.accepts and not file.name.lower().endswith(self.accepts):
            raise forms.ValidationError(f"“{file.name}”的格式不在允许之列，请换成 {'、'.join(self.accepts)}")
        return file


class FilesInput(FileInput):
    """Several files to send at once."""

    allow_multiple_selected = True


class FilesField(FileField):
    """Up to so many files at once, each as a single one would be."""

    widget = FilesInput

    def __init__(self, *, count: int = 5, **kwargs: Any) -> None:
        self.count = count
        super().__init__(**kwargs)
        self.help_text = f"可选多个文件，最多 {count} 个，每个{self.help_text}"

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of them, or none."""
        if len(data or ()) > self.count:
            raise forms.ValidationError(f"选了 {len(data)} 个文件，一次最多 {self.count} 个，请合并或减少")
        return [file for one in data or [None] if (file := super(FilesField, self).clean(one, initial))]


class PickInput(forms.TextInput):
    """Search as you type over one registered search; the chosen object's id goes along beside its name."""

    template_name = "web/widgets/pick.html"

    def __init__(self, source: str, name_of: Callable[[str], str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", **(attrs or {})})
        self.source, self.name_of = source, name_of

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the address that answers, and the name of what is chosen already."""
        context = super().get_context(name, value, attrs)
        value = "" if value is None else str(value)
        chosen = self.name_of(value) if value else ""
        context["widget"] |= {
            "chosen_id": value if chosen else "",
            "chosen_name": chosen,
            "value": chosen or value,
            "url": reverse("web.pick", args=[self.source]),
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The chosen id; the text itself where it was typed over or no script runs."""
        text = data.get(name, "").strip()
        is_untouched = text == data.get(f"{name}_name") and data.get(f"{name}_id")
        return data[f"{name}_id"] if is_untouched else text


class PickField(forms.Field):
    """One object out of many: `source` is the key of a registered `searchable`.

    `find(text)` turns an id, or the text typed where no script runs, into the object (None when there is
    none, ValueError with a sentence when the text fits several); `name_of(id)` names the chosen, or is "".
    """

    def __init__(
        self, *, source: str, find: Callable[[str], Any], name_of: Callable[[str], str], **kwargs: Any
    ) -> None:
        super().__init__(widget=PickInput(source, name_of), **kwargs)
        self.find = find

    def to_python(self, value: Any) -> Any:
        """The object."""
        if value in (None, ""):
            return None
        try:
            found = self.find(str(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if found is None:
            raise forms.ValidationError(f"没有找到“{value}”，请从下拉结果中选一个")
        return found
