"""The demo's plan has the structure of the plan of 003, and none of its sentences."""

import json
from pathlib import Path

import pytest

from jiangtai.domains.reform.reading import read_plan

from . import rates

PLAN = Path(__file__).parents[1] / "demo" / "plan.txt"
ROLES = Path(__file__).with_name("seed_roles.json")
SEED = rates.HERE.parents[3].parent / "shared" / "seeds" / "003-wuhou-implementation-plan.txt"


def test_the_same_units_answer_for_as_many_measures() -> None:
    plan = read_plan(PLAN.read_text(encoding="utf-8"))
    assert {str(one.number): [one.lead, one.support] for one in plan.measures} == json.loads(ROLES.read_text())
    assert len({one.section for one in plan.measures}) == 5
    assert sum(len(one.actions) for one in plan.measures) == 94
    assert plan.warnings == []


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_no_sentence_is_the_sources() -> None:
    seed = "".join(SEED.read_text(encoding="utf-8").split())
    for one in read_plan(PLAN.read_text(encoding="utf-8")).measures:
        for words in (one.title, *(action.text.rstrip("。") for action in one.actions)):
            assert words not in seed, words
