"""The form of a step: what is asked, and which of it may be counted."""

from typing import Any, ClassVar

from django import forms

from .models import Case


class StepForm(forms.Form):
    """A step's form; all that is typed is kept encrypted under the subject's key, `clear` names what may be counted."""

    clear: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
