"""What the templates need beyond Django's own tags: moments as people write them, kinds of form fields."""

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.utils import timezone

from jiangtai.kernel import clock

register = template.Library()
DAYS_NAMED = {0: "今天", 1: "昨天"}


@register.filter
def moment(value: datetime | date | str | None) -> str:
    """A moment, short: 今天 09:12, 昨天 18:03, 11-13 16:20, 2025-11-13."""
    if not isinstance(value, datetime):
        return value.isoformat() if isinstance(value, date) else str(value or "")
    local = timezone.localtime(value) if value.tzinfo else value
    days = (clock.today() - local.date()).days
    if days in DAYS_NAMED:
        return f"{DAYS_NAMED[days]} {local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == clock.today().year else f"{local:%Y-%m-%d}"


@register.filter
def full_moment(value: datetime | date | str | None) -> str:
    """A moment in full, for `datetime` and `title`."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    return str(value or "")


@register.filter
def grouped(text: str) -> str:
    """Characters in fours, as one reads a key aloud."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def thousands(value: Any) -> str:
    """12345 as 12,345."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def field_kind(field: Any) -> str:
    """How a form field is laid out."""
    widget = field.field.widget
    match widget:
        case forms.CheckboxInput():
            return "check"
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return "group"
        case forms.ClearableFileInput():
            return "file"
        case forms.DateInput() | forms.NumberInput():
            return "short"
        case _:
            return "line"


TONE_WORDS = {"ok": "完成", "warn": "注意", "bad": "问题", "info": "说明", "plain": ""}


@register.filter
def level_tone(tags: str) -> str:
    """A Django message's level as a tone."""
    levels = {"success": "ok", "warning": "warn", "error": "bad", "info": "info", "debug": "plain"}
    return next((levels[one] for one in tags.split() if one in levels), "info")


@register.filter
def tone_word(tone: str) -> str:
    """A tone in words, for those who do not see its colour."""
    return TONE_WORDS.get(tone, "")


@register.filter
def surname_first(name: str) -> str:
    """The first character of a name, whole even where it lies beyond the basic plane."""
    return next(iter(name), "")


@register.filter
def browser(agent: str) -> str:
    """A browser's long name for itself as people call it."""
    known = (
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("QQBrowser", "QQ 浏览器"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Windows", "Windows"),
        ("Android", "安卓"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    found = next((label for mark, label in known if mark in agent), "其他浏览器")
    system = next((label for mark, label in systems if mark in agent), "")
    return f"{found}，{system}" if system else found
