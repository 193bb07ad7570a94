"""A form that answers with a file says so: in a dialog a script would take the bytes for words and show them."""

import inspect
import re
from typing import Any

from django.urls import get_resolver

from jiangtai.web import FormPage, every_page


def hands_out(kind: type[Any]) -> bool:
    """Whether a page, or what it is made of above the forms, hands a file out."""
    made_of = [one for one in kind.__mro__ if one.__module__.startswith("jiangtai") and not issubclass(FormPage, one)]
    return any(re.search(r"\b(as_file|stored_file)\(", inspect.getsource(one)) for one in made_of)


def test_a_form_that_gives_a_file_says_so() -> None:
    assert get_resolver().url_patterns
    forms = {one.name: one.kind for one in every_page() if issubclass(one.kind, FormPage)}
    found = {name for name, kind in forms.items() if hands_out(kind)}
    assert found and found == {name for name, kind in forms.items() if kind.gives_file}


def test_its_dialog_leaves_the_sending_to_the_browser(signed_in: Any) -> None:
    office, script = signed_in("group_office"), {"HTTP_HX_TARGET": "dialog-body"}
    given = office.get("/office/library/template/", **script).content.decode()
    asked = office.get("/office/tasks/roll/", **script).content.decode()
    assert "<form" in given and "hx-post" not in given
    assert "hx-post" in asked
