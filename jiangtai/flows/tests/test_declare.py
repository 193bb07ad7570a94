"""A flow that does not fit together is refused while Python loads it; a later version takes only later cases."""

from datetime import date

import pytest

from jiangtai.flows import End, Flow, FlowError, Joint, Notice, Ranking, Task, flow_named, flow_on, own, root
from jiangtai.flows import declare as declaring

DONE = End("完", records=lambda case: [])
FIRST = Task("申报", by=own("enterprise_union"), to={"done": "提交"})
WHOLE = {"__doc__": "Something comes about（成事）.", "since": date(2026, 1, 1), "basis": "ours"}


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    monkeypatch.setattr(declaring, "_FLOWS", {key: list(kinds) for key, kinds in declaring._FLOWS.items()})
    monkeypatch.setattr(declaring, "enter", lambda *row: None)


def declare(name="Come", bases=(Flow,), **body):
    return type(name, bases, {**WHOLE, **{key: one for key, one in body.items() if one is not ...}})


def test_a_whole_one_is_taken():
    flow = declare(ask=FIRST, done=DONE)
    assert (flow.label, list(flow.steps), flow.opens.role) == ("成事", ["ask", "done"], "enterprise_union")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ask": Task("申报", by=own("enterprise_union"), to={"nowhere": "提交"}), "done": DONE}, "leads to 'nowhere'"),
        ({"ask": FIRST, "lost": DONE, "done": DONE}, r"lost is reached by no step"),
        ({"ask": Task("申报", by=own("nobody"), to={"done": "提交"}), "done": DONE}, "no role is called so"),
        ({"ask": Task("申报", by=root("leader"), to={}), "done": DONE}, "leads nowhere"),
        ({"done": DONE}, "first step is the Task"),
        ({"__doc__": "No Chinese.", "ask": FIRST, "done": DONE}, "Chinese name"),
        ({"ask": Task("申报", by=root("leader"), to={"done": "好"}, due="no.such_days"), "done": DONE}, "no.such_days"),
        ({"ask": Task("申报", by=root("leader"), to={"done": "好"}, not_by="done"), "done": DONE}, "not a Task"),
        ({"ask": Task("申报", by=root("leader"), to={"done": "好"}, back=("ask",)), "done": DONE}, "`back` names"),
        (
            {
                "ask": Task("申报", by=root("leader"), to={"rank": "好"}),
                "rank": Ranking("排", by=root("leader"), to={"done": "入"}, ties="", order=dict, of=dict),
                "done": DONE,
            },
            "two outcomes",
        ),
        (
            {
                "ask": Task("申报", by=root("leader"), to={"show": "好"}),
                "show": Notice(
                    "公示", by=root("leader"), days="access.inquiry_days", shows=(), of=dict, objection="gone",
                    to={"done": "期满"},
                ),
                "done": DONE,
            },
            "leads to 'gone'",
        ),
        (
            {
                "ask": Task("申报", by=root("leader"), to={"again": "好"}),
                "again": Joint("会办", by=root("leader"), to={"ask": "回"}),
            },
            "never ends",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(body, words):
    with pytest.raises(FlowError, match=words):
        declare(**body)


@pytest.mark.parametrize("missing", ["since", "basis"])
def test_what_is_not_said_is_asked_for(missing):
    with pytest.raises(FlowError, match=f"does not say `{missing}`"):
        type(
            "Come", (Flow,), {key: one for key, one in {**WHOLE, "ask": FIRST, "done": DONE}.items() if key != missing}
        )


def test_a_later_version_begins_on_its_day_and_the_old_one_stays():
    old = declare(ask=FIRST, done=DONE)
    check = Task("复核", by=root("leader"), to={"done": "通过"})
    new = declare(
        "ComeAnew",
        (old,),
        since=date(2027, 1, 1),
        ask=Task("申报", by=own("enterprise_union"), to={"check": "提交"}),
        check=check,
    )
    assert new.key == old.key
    assert flow_on(old.key, date(2026, 12, 31)) is old
    assert flow_on(old.key, date(2027, 1, 1)) is new
    assert flow_named(old.key, date(2026, 1, 1)) is old
    with pytest.raises(FlowError, match="no version in force"):
        flow_on(old.key, date(2025, 1, 1))
    with pytest.raises(FlowError, match="must begin after"):
        declare("TooEarly", (old,), since=date(2025, 1, 1), ask=FIRST)
