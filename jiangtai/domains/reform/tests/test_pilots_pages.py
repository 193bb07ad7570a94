"""The pages of pilots: who sees what, what a wrong entry says, the sheet of candidates, the square, the comparison."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from jiangtai.access import AuditEntry, Unit, acting_as_job
from jiangtai.domains.reform.actions import pilots as actions
from jiangtai.domains.reform.models import PilotBatch, PilotType
from jiangtai.domains.reform.queries import pilot_effects as effects
from jiangtai.domains.reform.views import pilot_effects as pages
from jiangtai.indicators import Figure, Frame, Period, named
from jiangtai.kernel import clock

from .following import refused, send, show, text
from .piloting import Piloting
from .test_pilots import take, write
from .working import Work


@pytest.fixture
def hands(work: Work) -> Piloting:
    return Piloting(work)


def test_a_batch_is_prepared_from_lines(hands: Piloting, signed_in: Any) -> None:
    office = signed_in("group_office")
    told = {
        "title": "一批",
        "year": 2026,
        "opens": "2026-03-02",
        "closes": "2026-04-01",
        "types": "全面试点 20 企业、街道\n项目试点 20 项目",
    }
    assert "“公司”不是单位类别" in refused(office, "pilots.batches.new", **{**told, "types": "全面试点 20 公司"})
    assert "写了两次" in refused(office, "pilots.batches.new", **{**told, "types": "甲 1\n甲 2"})
    assert "早于开始申报" in refused(office, "pilots.batches.new", **{**told, "closes": "2026-02-01"})
    send(office, "pilots.batches.new", **told)
    found = {one.name: (one.quota, one.kinds, one.names_project) for one in PilotType.objects.all()}
    assert found == {"全面试点": (20, ["enterprise", "street"], False), "项目试点": (20, [], True)}
    assert "已有名为" in refused(office, "pilots.batches.new", **told)


def test_an_empty_list_says_what_to_do(work: Work, signed_in: Any) -> None:
    office = signed_in("group_office")
    assert "新一批从筹备开始" in show(office, "pilots.batches")
    assert "批次公布或名单导入后" in show(office, "pilots.list")
    assert "还没有公布过的试点批次" in show(office, "pilots.compare")
    assert "现在没有" in show(signed_in("enterprise_hr", "甲厂"), "pilots.apply")
    assert "还没有公开的试点名单" in text(office.get(reverse("public_pilots.list")))


def test_a_unit_sees_its_own_pilot_and_no_other(hands: Piloting, signed_in: Any) -> None:
    pilot = hands.named()
    one = write(hands, pilot, send=False)
    own, other = signed_in("enterprise_hr", "甲厂"), signed_in("enterprise_hr", "乙厂")
    assert "甲厂有限公司" in show(own, "pilots.show", pilot.pk)
    assert "添加事项" in show(own, "yearly_lists.show", one.pk)
    assert "甲厂有限公司" not in show(other, "pilots.list")
    for name, args in (("pilots.show", [pilot.pk]), ("yearly_lists.show", [one.pk])):
        assert other.get(reverse(name, args=args)).status_code == 404
    assert other.get(reverse("pilots.batches.candidates", args=[pilot.batch_id])).status_code == 403


def test_candidates_stand_side_by_side(hands: Piloting, signed_in: Any) -> None:
    pilot = hands.named()
    page = show(signed_in("group_office"), "pilots.batches.candidates", pilot.batch_id)
    for words in ("甲厂有限公司", "甲街道办事处", "名额 1 个，申报 1 家"):
        assert words in page, words
    assert "85" in page.partition("总分")[2]


def test_a_units_own_leader_is_not_told_how_others_stand(hands: Piloting, signed_in: Any) -> None:
    """Any unit may have a leader; candidates and comparisons are for the one of the whole district."""
    pilot = hands.named()
    own, top = signed_in("leader", "乙街"), signed_in("leader")
    asked = [("pilots.batches.candidates", [pilot.batch_id]), ("pilots.batches.confirm", [pilot.batch_id]),
             ("pilots.compare", []), ("pilots.compare.rows", [])]  # fmt: skip
    for name, args in asked:
        assert own.get(reverse(name, args=args)).status_code == 404, name
        assert top.get(reverse(name, args=args)).status_code == 200, name
    page = show(own, "pilots.batches.show", pilot.batch_id)
    assert "候选对照" not in page
    assert "前后对照" not in page


def test_the_ranking_shows_the_marks(hands: Piloting, signed_in: Any) -> None:
    hands.office.person("union_officer", "甲街")
    kind = hands.kind(hands.opened())
    case = hands.applies(kind, "甲厂")
    hands.recommends(case, "甲街")
    hands.assesses(case, 25, 35, 25)
    page = show(signed_in("group_office"), "rounds.rank", kind.round_id)
    assert ">85<" in page
    assert "先看试点方案得分" in page


def test_a_list_is_taken_down_from_the_square(hands: Piloting, signed_in: Any, client: Any) -> None:
    batch: PilotBatch = take(hands)
    hands.at(hands.clerk, lambda: actions.show(batch, True))
    assert "技能通道" in text(client.get(reverse("public_pilots.list")))
    send(signed_in("group_office"), "pilots.batches.hide", batch.pk)
    assert "技能通道" not in text(client.get(reverse("public_pilots.list")))


def test_a_paper_is_taken_by_a_noted_press(hands: Piloting, signed_in: Any) -> None:
    pilot = hands.named()
    row = pilot.reports.model.unscoped.create(
        pilot=pilot, case=pilot.pk, year=2026, summary="好", results="多", reported_on=clock.today(),
        accepted_on=clock.today(),
    )  # fmt: skip
    office = signed_in("group_office")
    answer = office.post(reverse("pilot_reports.paper", args=[row.pk, "docx"]))
    assert answer.content.startswith(b"PK")
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="paper.taken").count() == 1


# the comparison


class Known:
    """Figures as the lake would tell them: by indicator, year and unit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found: dict[tuple[str, int, str], tuple[float, float]] = {}
        monkeypatch.setattr(effects.lake, "opened", lambda: type("Lake", (), {"at": clock.now()})())
        monkeypatch.setattr(effects, "figures", self.figures)

    def figures(self, at: Any, one: Any, units: Any, frame: Frame) -> dict[Any, Figure]:
        year = frame.period.first.year
        told = {unit.pk: self.found.get((one.key, year, unit.name), (0, 0)) for unit in units}
        return {
            pk: Figure(one, 0, frame, part, part, whole, int(part)) for pk, (part, whole) in told.items()
        }  # fmt: skip


COVERAGE = "register.union_coverage"


def test_pilots_stand_beside_others_of_their_kind_with_their_people(
    hands: Piloting, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(hands, "全面试点\n甲厂有限公司")
    known = Known(monkeypatch)
    known.found = {
        (COVERAGE, 2024, "甲厂有限公司"): (50, 100), (COVERAGE, 2026, "甲厂有限公司"): (90, 120),
        (COVERAGE, 2024, "乙厂有限公司"): (30, 100), (COVERAGE, 2026, "乙厂有限公司"): (40, 100),
        (effects.WORKERS, 2024, "甲厂有限公司"): (100, 0), (effects.WORKERS, 2026, "甲厂有限公司"): (120, 0),
        (effects.WORKERS, 2024, "乙厂有限公司"): (100, 0), (effects.WORKERS, 2026, "乙厂有限公司"): (3, 0),
    }  # fmt: skip
    page = show(signed_in("group_office"), "pilots.compare", of=COVERAGE)
    for words in ("50%", "75%", "+25个百分点", "120", "这是对照，不是因果证明", "2024年（01-01 至 03-02）"):
        assert words in page, words
    assert "＜5" in page, "three workers stand behind a share"
    assert "40%" not in page
    office = signed_in("group_office")
    rows = show(office, "pilots.compare.rows", of=COVERAGE, group="pilots", kind="enterprise", when="before")
    assert f"unit={hands.office.units['甲厂'].pk}" in rows
    assert "合计 50 / 100" in rows
    sheet = office.post(reverse("pilots.compare") + f"?of={COVERAGE}")
    assert b"".join(sheet).startswith(b"PK")
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="export").exists()
    assert office.get(reverse("pilots.compare"), {"of": "nothing"}).status_code == 404


def test_a_few_things_of_persons_are_hidden_as_a_few_persons_are(
    hands: Piloting, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(hands, "全面试点\n甲厂有限公司")
    known, held = Known(monkeypatch), "honors.held"
    assert (named(held).kind, named(held).measure.rows.about) == ("things", "person")
    known.found = {(held, 2024, "甲厂有限公司"): (3, 0), (held, 2026, "甲厂有限公司"): (17, 0)}
    known.found |= {
        (effects.WORKERS, year, name): (100, 0) for year in (2024, 2026) for name in ("甲厂有限公司", "乙厂有限公司")
    }
    page = show(signed_in("group_office"), "pilots.compare", of=held)
    assert "＜5" in page and ">3件<" not in page and "+14" not in page
    assert "17件" in page


def test_what_adds_up_over_a_year_is_not_set_against_half_of_one(hands: Piloting) -> None:
    batch = take(hands, "全面试点\n甲厂有限公司")
    before, since = effects.frames(batch, named("register.new_members"), 2026)
    assert (before.as_of.isoformat(), since.as_of.isoformat()) == ("2024-12-31", "2026-03-02")
    made = effects.Compared(named("register.new_members"), before, since, None)
    assert made.is_uneven
    before, since = effects.frames(batch, named(COVERAGE), 2026)
    assert before.as_of.isoformat() == "2024-03-02"
    assert not effects.Compared(named(COVERAGE), before, since, None).is_uneven
    assert Period.parse("2024") == before.period


def test_a_change_is_said_in_the_indicators_own_unit() -> None:
    def cell(value: float, hidden: str = "") -> effects.Cell:
        return effects.Cell("pilots", "enterprise", "before", 1, value, value, 0, 50, hidden)

    unit = named(COVERAGE).unit
    assert pages.change(pages.Line("企业", "试点单位", cell(50), cell(75.5), unit)) == "+25.5个百分点"
    assert pages.change(pages.Line("企业", "试点单位", cell(50), cell(50), unit)) == "持平"
    assert pages.change(pages.Line("企业", "试点单位", cell(50, "＜5"), cell(50), unit)) == "—"
    assert Unit.Kind("enterprise").label == "企业"


@pytest.mark.parametrize(
    ("counted", "left_out"),
    [
        ({"enterprise": 5}, ["department", "street"]),
        ({"enterprise": 5, "street": 3}, ["department"]),
        ({}, []),
    ],
)
def test_a_comparison_leaves_out_kinds_where_nothing_is_counted(counted, left_out):
    kinds = [("department", "部门"), ("street", "街道"), ("enterprise", "企业")]
    cells = {
        (group, kind, when): effects.Cell(
            group, kind, when, 2, 0.0, 0, 0, counted.get(kind, 0) if when == "since" else 0
        )
        for group, _ in effects.GROUPS
        for kind, _ in kinds
        for when in ("before", "since")
    }
    made: Any = effects.Compared(*[None] * 4, kinds=kinds, cells=cells)  # type: ignore[arg-type]
    assert [kind for kind, _ in made.empty] == left_out
    if counted:
        hidden = ("pilots", "department", "before")
        cells[hidden] = replace(cells[hidden], hidden="1—4")
        assert "department" not in [kind for kind, _ in made.empty]
