"""An act is something a page offers to do; it is shown only to those who may do it."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from .doors import admits
from .registry import permission_of


@dataclass(frozen=True)
class Act:
    """A link or button to another page: `to` is a page's name with its arguments, or a path (`/…`).

    Who may use it is the permission of the page it leads to, unless `permission` says otherwise. With
    `dialog` a form or a confirmation opens over this page where JavaScript runs, and as a page where not. Acts in a row
    that name the same `menu` stand in it behind one button; a menu of one is that act.
    """

    label: str
    to: str
    args: tuple[Any, ...] = ()
    permission: str = ""
    primary: bool = False
    danger: bool = False
    dialog: bool = False
    query: str = field(default="")
    menu: str = ""

    @property
    def url(self) -> str:
        """Where it leads."""
        path = self.to if self.to.startswith(("/", "?", "#")) else reverse(self.to, args=self.args)
        return f"{path}?{self.query}" if self.query else path

    def is_open_to(self, acting: Any) -> bool:
        """Whether this account may use it here."""
        permission = self.permission or permission_of(self.to)
        return not permission or admits(acting, permission)
