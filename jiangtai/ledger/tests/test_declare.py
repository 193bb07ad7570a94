"""An incomplete fact is refused while Python loads it, in a sentence that says what is missing."""

from datetime import date

import pytest

from jiangtai.ledger import FactError, PersonId, UnitId, Until, check_facts, declared, fact
from jiangtai.ledger import declare as declaring

WHOLE = {
    "__doc__": "Something was seen（看见）.",
    "basis": "ours",
    "personal": (),
    "ended_by": (),
    "__annotations__": {"person": PersonId, "on": date},
}


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    monkeypatch.setattr(declaring, "_BY_KEY", dict(declaring._BY_KEY))
    monkeypatch.setattr(declaring, "_KNOWN", dict(declaring._KNOWN))
    monkeypatch.setattr(declaring, "enter", lambda *row: None)


def declare(name="Seen", **changes):
    body = {**WHOLE, **changes}
    return fact(type(name, (), {key: value for key, value in body.items() if value is not ...}))


def test_a_whole_one_is_taken():
    known = declared(declare())
    assert (known.key, known.label, known.subject) == ("ledger.Seen", "看见", "person")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": ...}, "does not say `basis`"),
        ({"personal": ...}, "does not say `personal`"),
        ({"ended_by": ...}, "does not say `ended_by`"),
        ({"__doc__": "Without a Chinese name."}, "Chinese name"),
        ({"__annotations__": {"on": date}}, "first field is the subject"),
        ({"__annotations__": {"person": PersonId | None, "on": date}}, "first field is the subject"),
        ({"__annotations__": {"person": PersonId}}, "does not say when"),
        ({"__annotations__": {"person": PersonId, "note": list, "on": date}}, "holds ids, dates"),
        ({"__annotations__": {"person": PersonId, "unit": str, "on": date}}, "a UnitId"),
        ({"personal": ("name",)}, "`personal` names 'name'"),
        ({"personal": ("person",)}, "could be kept apart"),
        ({"ended_by": (Until("end"),)}, "ends after the day in 'end'"),
        ({"ended_by": (Until("on"), Until("on"))}, "at most one Until"),
        ({"ended_by": 3}, "`ended_by` holds"),
        ({"ends": "other"}, "ends the fact in 'other'"),
    ],
)
def test_an_incomplete_one_is_refused(changes, words):
    with pytest.raises(FactError, match=words):
        declare(**changes)


def test_an_end_that_nobody_declares_is_refused():
    declare(ended_by=("NeverDeclared",))
    with pytest.raises(FactError, match="no fact is called so"):
        check_facts()


def test_an_end_that_does_not_name_what_it_ends_is_refused():
    declare("Unseen")
    declare(ended_by=("Unseen",))
    with pytest.raises(FactError, match="say which of its fields names it"):
        check_facts()


def test_one_key_is_declared_in_one_place():
    declare()
    with pytest.raises(FactError, match="and again in"):
        declare(__module__="jiangtai.ledger.elsewhere")


def test_a_gained_field_is_empty_in_what_was_written_before():
    from jiangtai.ledger.codec import rebuild
    from jiangtai.ledger.models import FactRow

    kind = declare(__annotations__={"person": PersonId, "unit": UnitId | None, "grade": int | None, "on": date})
    row = FactRow(type="ledger.Seen", subject=PersonId, unit_id=None, day=date(2026, 3, 2), payload={})
    assert rebuild(declared(kind), row, {}).grade is None
