"""The `/` search: one box over everything that rooms let be found, and over the pages themselves.

@searchable("单位", "units.view")
def units(acting, text):
    return [Hit(unit.name, unit.path_label, reverse("units.show", args=[unit.pk]), id=str(unit.pk))
            for unit in find_units(acting, text)[:8]]
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from jiangtai.kernel import pinyin

from .doors import OFFICE, SIGNED_IN, admits
from .pages import Page
from .registry import open_pages
from .sealing import seal, unsealed

MOST_HITS, LONGEST_TEXT, MOST_NAMED = 8, 50, 2
FIRST = ("人员", "单位", "办件")
"""What people look for most."""


@dataclass(frozen=True)
class Hit:
    """One thing found; `id` is what a picker keeps of it, and one without `url` is a picker's only."""

    title: str
    note: str = ""
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of thing that can be found."""

    label: str
    permission: str
    find: Callable[[Any, str], list[Hit]]
    is_for_pickers: bool = False


_sources: dict[str, Source] = {}


def searchable(
    label: str, permission: str, *, is_for_pickers: bool = False
) -> Callable[[Callable[[Any, str], list[Hit]]], Callable[[Any, str], list[Hit]]]:
    """Register a function of (acting, text) that returns hits within the account's scope; a picker's lead nowhere."""

    def register(find: Callable[[Any, str], list[Hit]]) -> Callable[[Any, str], list[Hit]]:
        _sources[label] = Source(label, permission, find, is_for_pickers)
        return find

    return register


def find(acting: Any, text: str, most: int = MOST_HITS) -> list[dict[str, Any]]:
    """What this account finds, in groups; empty groups are left out."""
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        return []
    groups = [
        {"label": one.label, "hits": [hit for hit in one.find(acting, text) if hit.url][:most]} for one in _open(acting)
    ]
    groups.append({"label": "页面", "hits": page_hits(acting, text)[:most]})
    number = 0
    for group in groups:
        group["hits"] = [(number := number + 1, hit) for hit in group["hits"]]
    return [group for group in groups if group["hits"]]


def page_hits(acting: Any, text: str) -> list[Hit]:
    """The pages whose title, keywords or pinyin initials hold the text."""
    wanted = text.lower().replace(" ", "")
    return [
        Hit(one.kind.title, one.kind.nav.section if one.kind.nav else "", one.url or "")
        for one in open_pages(acting)
        if any(wanted in key for key in _keys(f"{one.kind.title} {one.kind.keywords}"))
    ]


@lru_cache(maxsize=2000)
def _keys(words: str) -> tuple[str, ...]:
    return tuple(key.lower() for word in words.split() for key in (word, *pinyin.search_keys(word).split()))


def kinds(acting: Any) -> list[str]:
    """What this account can look for."""
    return [*(one.label for one in _open(acting)), "页面"]


def _open(acting: Any) -> list[Source]:
    """What the box looks into for this account."""
    return [one for one in _sources.values() if not one.is_for_pickers and admits(acting, one.permission)]


def box_words(acting: Any) -> str:
    """What the box promises: the first kinds that the account can find, and the pages."""
    order = {label: place for place, label in enumerate(FIRST)}
    first = sorted(kinds(acting)[:-1], key=lambda label: order.get(label, len(order)))
    return f"搜{'、'.join([*first[:MOST_NAMED], '页面'])}（拼音首字母）"


class SearchPage(Page):
    """Everything found, as a page; as a drop-down where a script asks while the user types."""

    permission, title, template = OFFICE, "搜索", "web/search.html"
    is_listed = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only the hits, or the page by an address in which what may be a name stands sealed."""
        text = request.POST.get("q", "").strip()
        if request.headers.get("HX-Target") == "find-hits":
            return render(request, "web/parts/hits.html", {"groups": find(self.acting, text, 5), "text": text})
        return HttpResponseRedirect(f"{request.path}?{urlencode({'q': seal(text)})}" if text else request.path)

    def get_context(self) -> dict[str, Any]:
        """The hits in groups."""
        text = unsealed(self.request.GET.get("q", "").strip())
        return {"find_text": text, "groups": find(self.acting, text, 50), "kinds": "、".join(kinds(self.acting))}


class PickPage(Page):
    """The hits of one kind, for a picker's drop-down."""

    permission, title, template = SIGNED_IN, "选取", "web/parts/picks.html"
    is_listed = False

    def get_context(self) -> dict[str, Any]:
        """The hits, or why there are none."""
        source = _sources.get(self.kwargs["source"])
        if source is None or not admits(self.acting, source.permission):
            raise Http404
        typed = (str(value).strip() for value in self.request.GET.values())
        text = next(filter(None, typed), "")[:LONGEST_TEXT]
        return {"hits": source.find(self.acting, text)[:MOST_HITS] if text else [], "text": text}
