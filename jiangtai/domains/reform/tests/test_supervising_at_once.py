"""Of two who send at the same moment each gets a number of their own, and nothing is sent twice."""

from typing import Any

from jiangtai.access import Refused, acting_as
from jiangtai.domains.reform.actions import supervising as actions
from jiangtai.domains.reform.facts import Sender
from jiangtai.domains.reform.models import Instrument
from tests.office import Office, at_once


def test_two_sent_at_once_never_share_a_number(twin: Office) -> None:
    with acting_as(twin.person("group_office")):
        made = [
            actions.draft(Sender.PROMPT, actions.Wording(f"提示{n}", "请抓紧。", needs_reply=False), [twin.units["局"]])
            for n in range(4)
        ]

    def sends(one: Instrument) -> Any:
        with acting_as(twin.person("group_office")):
            return actions.issue(one).number

    numbers = at_once(*(lambda one=one: sends(one) for one in made))
    assert len(set(numbers)) == 4, numbers
    assert all(isinstance(one, str) for one in numbers), numbers


def test_one_sent_twice_at_once_is_sent_once(twin: Office) -> None:
    with acting_as(twin.person("group_office")):
        one = actions.draft(Sender.PROMPT, actions.Wording("提示", "请抓紧。", needs_reply=False), [twin.units["局"]])

    def sends() -> Any:
        with acting_as(twin.person("group_office")):
            return actions.issue(one).number

    found = at_once(sends, sends)
    assert sum(isinstance(answer, Refused) for answer in found) == 1, found
