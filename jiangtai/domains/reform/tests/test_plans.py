"""Invented plans in as many styles are read as their answers say, and so are the sources' own numbers."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from jiangtai.documents import document_text
from jiangtai.domains.reform.reading import as_read, read_plan

from . import rates

SEED = rates.HERE.parents[3].parent / "shared" / "seeds" / "003-wuhou-implementation-plan.txt"
SEED_ROLES = rates.HERE / "seed_roles.json"
NOT_FOUND = {"baixi": [(4, rates.Decimal(60), "日", "<=")], "lanjiang": [(4, rates.Decimal(4), "年", "=")]}
"""Terms (60日以内, 四年) are no figures to `figures_in`, which takes their units for the calendar's."""
NOT_FOUND |= {"yanxi": [(4, rates.Decimal(1), "场", ">=")], "shigu": [(4, rates.Decimal(50), "%", ">=")]}
"""至少举办一场, 揭榜率力争过半: such words count only where they stand right beside one another."""


@pytest.mark.parametrize("path", rates.PLANS, ids=lambda path: path.stem)
def test_every_style_is_read(path: Path) -> None:
    expected, plan = rates.answers(path), rates.read(path)
    got = plan.as_json()["measures"]
    for wanted, found in zip(expected["measures"], got, strict=True):
        found["title"] = found["title"] if wanted["title"] else None
    differs = {kind: differing for kind, (_, _, differing) in rates.rates(expected["measures"], got).items()}
    assert differs.pop("figures") == NOT_FOUND.get(path.stem, [])
    assert not any(differs.values()), differs
    assert plan.title == expected["title"]
    assert plan.warnings == []


@pytest.mark.parametrize("path", rates.PLANS, ids=lambda path: path.stem)
def test_places_are_those_of_the_text(path: Path) -> None:
    told = document_text(rates.source(path))
    text = as_read(told)
    for measure in read_plan(told).measures:
        first, last = measure.span
        for one in [*measure.actions, *measure.figures]:
            assert text[slice(*one.span)] == one.text
            assert first <= one.span[0] < one.span[1] <= last


@pytest.mark.parametrize("path", rates.PLANS, ids=lambda path: path.stem)
def test_a_sign_beyond_the_first_plane_counts_once(path: Path) -> None:
    told = document_text(rates.source(path))
    rare = told.translate({ord("匠"): "𠮷", ord("场"): "𡐓"})
    plan, usual = read_plan(rare), read_plan(told)
    assert [one.span for one in plan.measures] == [one.span for one in usual.measures]
    for measure in plan.measures:
        for one in [*measure.actions, *measure.figures]:
            assert plan.text[slice(*one.span)] == one.text


def test_the_same_text_reads_the_same() -> None:
    text = document_text(rates.source(rates.PLANS[0]))
    assert read_plan(text) == read_plan(text)


def test_a_wrong_answer_is_seen() -> None:
    expected = rates.answers(rates.PLANS[0])["measures"]
    got = rates.answers(rates.PLANS[0])["measures"]
    got[0]["lead"].append("区财政局")
    right, said, differing = rates.rates(expected, got)["roles"]
    assert (said - right, differing) == (1, [(0, "lead", "区财政局")])


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_every_role_of_the_plan_of_003() -> None:
    plan = read_plan(document_text(SEED))
    expected: Any = rates.answers(SEED_ROLES)
    assert {str(one.number): [one.lead, one.support] for one in plan.measures} == expected
    assert sum(len(one.lead) for one in plan.measures) == 51
    assert sum(len(one.support) for one in plan.measures) == 93
    assert len({name for one in plan.measures for name in one.lead + one.support}) == 26
    assert not any(one.open for one in plan.measures)
    assert plan.warnings == []


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_every_sentence_of_003_is_one_action() -> None:
    expected: dict[int, list[str]] = {}
    with (SEED.parent / "003-sentences.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            number = re.match(r"003#(\d+)\.", row["id"])
            assert number
            expected.setdefault(int(number[1]), []).append(row["sentence"])
    for measure in read_plan(document_text(SEED)).measures:
        assert [action.text for action in measure.actions] == expected[measure.number]


@pytest.mark.skipif(not SEED.exists(), reason="the sources lie outside the repository")
def test_the_force_of_003() -> None:
    measures = {one.number: one for one in read_plan(document_text(SEED)).measures}
    forces = {f"{n}.{at}": one.force for n, m in measures.items() for at, one in enumerate(m.actions, 1)}
    for key, force in {
        "5.1": "encouraged", "9.5": "encouraged", "9.4": "encouraged", "13.3": "encouraged", "2.2": "explored",
        "5.2": "explored", "7.4": "explored", "12.4": "explored", "6.3": "required", "6.4": "required",
        "9.2": "required", "13.6": "required", "18.5": "required", "22.3": "required", "24.1": "required",
    }.items():  # fmt: skip
        assert forces[key] == force, key
