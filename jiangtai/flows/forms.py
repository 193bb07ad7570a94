"""The form of a step: what is asked, what is known before anybody types, and which of it may be counted."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django import forms

from jiangtai.web import Tag

from .models import Case


class Known(NamedTuple):
    """A value with which a form arrives, and where it came from: 用工登记（2020-01-01，某某公司）."""

    value: Any
    source: str


class Group(NamedTuple):
    """Some of a form's fields under one heading, with what is known of them; folded it is one line."""

    title: str
    note: Any
    names: list[str]
    light: Tag | None = None
    brief: str = ""
    """What its one line says beside the title."""
    same: str = ""
    """The field that answers all of it at once: nothing has changed."""


class StepForm(forms.Form):
    """A step's form; all that is typed is kept encrypted under the subject's key, `clear` names what may be counted."""

    clear: ClassVar[tuple[str, ...]] = ()
    is_folded: ClassVar[bool] = False
    """Whether its groups are folded to a line each, under an index, and kept one by one as they are typed."""
    same_note: ClassVar[str] = ""
    """Of which groups one may say that nothing has changed."""
    same_all: ClassVar[str] = ""
    """The button that says so of all that is left; without it there is none."""

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """What the house knows already of a case, by field; subclasses say it."""
        return {}

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """The documents that are asked for along with the form, each with whether it must be there."""
        return []

    def groups(self) -> Sequence[Group]:
        """Its fields under headings, each with a note; without it all stand in one group."""
        return []

    def headings(self) -> dict[str, str]:
        """Under which heading a field is read once it is filled in, where its own label does not say what it is of."""
        return {}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
