"""The page: a title, a face, who may open it, where it stands in the rail, and what it shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from jiangtai.access import Refused

from .acts import Act
from .doors import admits
from .registry import page_named
from .values import Crumb, Empty, Tag

SHELLS = {name: f"web/{name}.html" for name in ("office", "pocket", "square", "bare", "fragment")}
SECTIONS = ("我的工作", "队伍", "成长", "权益与服务", "改革方案", "督办考核", "政策文件", "指标", "管理")


@dataclass(frozen=True)
class Nav:
    """A page's place in the rail; `count` is asked with the acting account and shown beside the label."""

    section: str
    label: str
    order: int = 100
    count: Callable[[Any], int | None] | None = None

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ImproperlyConfigured(f"the rail has the sections {'、'.join(SECTIONS)}, and no {self.section!r}")


class Page(View):
    """A page. Subclasses say what differs; `check` refuses at start a page that forgot who may open it."""

    name: ClassVar[str] = ""
    face: ClassVar[str] = "office"
    permission: ClassVar[str] = ""
    title: ClassVar[str] = ""
    nav: ClassVar[Nav | None] = None
    parents: ClassVar[tuple[str, ...]] = ()
    """The names of the pages above this one, from the top."""
    rail_as: ClassVar[str] = ""
    """The page whose place in the rail stands for this one too, where that is not its first parent."""
    template: ClassVar[str] = "web/page.html"
    actions: ClassVar[Sequence[Act]] = ()
    is_listed: ClassVar[bool] = True
    """Whether the rail and the search may name it."""
    place: ClassVar[int | None] = 100
    """On the square: its order among the places that every public page and the worker's home lead to, or None."""
    place_note: ClassVar[str] = ""
    """What one finds there, for a worker who has not been."""
    keywords: ClassVar[str] = ""
    """Other words under which the search finds it."""

    request: HttpRequest
    acting: Any

    @classmethod
    def check(cls) -> None:
        """Refuse a page that says too little about itself."""
        if not cls.permission:
            raise ImproperlyConfigured(f"{cls.__qualname__} does not say who may open it: set `permission`")
        if not cls.title:
            raise ImproperlyConfigured(f"{cls.__qualname__} has no `title`")
        if cls.face not in SHELLS:
            raise ImproperlyConfigured(f"{cls.__qualname__}: a face is one of {', '.join(SHELLS)}, not {cls.face!r}")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may come in; send a stranger to sign in, and refuse the others."""
        self.acting = request.acting  # type: ignore[attr-defined]
        if not admits(self.acting, self.permission):
            return self._turn_away(request)
        self.prepare()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def _turn_away(self, request: HttpRequest) -> HttpResponse:
        if self.acting is not None and self.acting.account is not None:
            whose = "这是单位工作人员的页面，职工不用打开" if self.acting.is_worker else "您现在的岗位没有权限打开它"
            raise Refused(f"“{self.title}”没有打开：{whose}")
        response = redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("home"))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": response.url})
        return response

    def prepare(self) -> None:
        """What has to be known before either GET or POST; override to fetch objects (404 out of scope)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page."""
        return self.render()

    def render(self, status: int = 200, **extra: Any) -> HttpResponse:
        """The page in its shell; only its content where a dialog or a list asked for it."""
        return self.render_as(self.template, status, **extra)

    def render_as(self, template: str, status: int = 200, **extra: Any) -> HttpResponse:
        """The page drawn by another template than its own, as after an act that has something to show."""
        context = {
            "page": self,
            "title": self.get_title(),
            "crumbs": self.above(),
            "tags": self.get_tags(),
            "acts": self.get_acts(),
            "shell": SHELLS["fragment" if self.is_fragment else self.face],
            **self.get_context(),
            **extra,
        }
        response = render(self.request, template, context, status=status)
        patch_vary_headers(response, ["HX-Target"])
        return response

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for this page's content without its shell."""
        return self.request.headers.get("HX-Target") in ("dialog-body", "rows")

    def get_context(self) -> dict[str, Any]:
        """What the template sees beyond title, crumbs and acts."""
        return {}

    def get_title(self) -> str:
        """The heading; override where it names an object."""
        return self.title

    def get_tags(self) -> Sequence[Tag]:
        """The lights beside the heading."""
        return ()

    def get_actions(self) -> Sequence[Act]:
        """What can be done from here; override where it depends on the object."""
        return self.actions

    def get_acts(self) -> list[Act]:
        """What this account can do from here."""
        return [act for act in self.get_actions() if act.is_open_to(self.acting)]

    def offered(self, empty: Empty) -> Empty:
        """An empty state without the act that this account may not do."""
        return empty if empty.act is None or empty.act.is_open_to(self.acting) else replace(empty, act=None)

    def get_crumbs(self) -> list[Crumb]:
        """The way from the top through the parents; override where a parent is an object.

        An object's pages share one way down to it: its own page is not shown on it.
        """
        crumbs = []
        for name in self.parents:
            parent = page_named(name)
            if parent is None:
                raise ImproperlyConfigured(f"{type(self).__qualname__}: its parent {name!r} is not a page")
            crumbs.append(Crumb(parent.kind.title, parent.url or ""))
        return crumbs

    def above(self) -> list[Crumb]:
        """The crumbs without the page that one is on."""
        crumbs = self.get_crumbs()
        return crumbs[:-1] if crumbs and crumbs[-1].url == self.request.path else crumbs

    @property
    def rail_name(self) -> str:
        """The page to be marked in the rail: this one, or the one that stands for it, or the first of its parents."""
        return self.name if self.nav else self.rail_as or next(iter(self.parents), self.name)


class ObjectMixin:
    """A page about one object, fetched from what the account may see; anything else answers 404."""

    kwargs: dict[str, Any]
    object_kwarg: ClassVar[str] = "id"
    object: Any

    def objects(self) -> Any:
        """The queryset within the account's scope."""
        raise NotImplementedError(
            f"{type(self).__qualname__} does not say where its object comes from: write `objects`"
        )

    def get_object(self) -> Any:
        """The object that the address names."""
        try:
            found = self.objects().filter(pk=self.kwargs[self.object_kwarg]).first()
        except (ValueError, TypeError, ValidationError):
            found = None
        if found is None:
            raise Http404
        return found

    def prepare(self) -> None:
        """Fetch it first."""
        super().prepare()  # type: ignore[misc]
        self.object = self.get_object()
