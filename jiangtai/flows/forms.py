"""The form of a step: what is asked, what is known before anybody types, and which of it may be counted."""

from typing import Any, ClassVar, NamedTuple

from django import forms

from .models import Case


class Known(NamedTuple):
    """A value with which a form arrives, and where it came from: 用工登记（2020-01-01，某某公司）."""

    value: Any
    source: str


class StepForm(forms.Form):
    """A step's form; all that is typed is kept encrypted under the subject's key, `clear` names what may be counted."""

    clear: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """What the house knows already of a case, by field; subclasses say it."""
        return {}

    @classmethod
    def papers(cls, case: Case) -> list[tuple[str, bool]]:
        """The documents that are asked for along with the form, each with whether it must be there."""
        return []

    def groups(self) -> list[tuple[str, str, list[str]]]:
        """Its fields under headings, each with a note; without it all stand in one group."""
        return []

    def headings(self) -> dict[str, str]:
        """Under which heading a field is read once it is filled in, where its own label does not say what it is of."""
        return {}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
