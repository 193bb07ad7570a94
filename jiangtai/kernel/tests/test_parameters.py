"""A declaration is taken only when nothing is wrong with it, and a value says whose it is and since when."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.kernel.parameters import TYPES, Override, Parameter, ParameterError, Registry, load

GOOD = """
access.idle_minutes:
  label: 办公账号空闲多久自动退出
  unit: 分钟
  basis: ours
  note: A cadre leaves the desk more often than the account.
  type: int
  min: 5
  max: 120
  unit_may_override: true
  values: {2026-01-01: 30, 2026-07-01: 20}
access.share:
  label: 职工教育经费用于一线职工的比例
  unit: "%"
  basis: 003#22.3
  type: decimal
  min: 0
  max: 100
  values: {2026-01-01: 60.1}
access.phone:
  {label: 监督电话, basis: ours, type: text, values: {2026-01-01: 028-66668888}}
access.open:
  {label: 是否开放, basis: ours, type: flag, unit_may_override: true, values: {2026-01-01: false}}
access.first_day:
  {label: 首日, basis: ours, type: date, min: 2026-01-01, values: {2026-01-01: 2026-03-01}}
"""


def read(folder: Path, text: str) -> list[Parameter]:
    place = folder / "parameters.yaml"
    place.write_text(text, encoding="utf-8")
    return load(place, "access")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry()
    made.declare(*read(tmp_path, GOOD))
    return made


def override(since: date, value: object, unit: str = "u1", name: str = "锦川区总工会") -> Override:
    return Override(unit, name, since, value, "王敏", "窗口人手少")


def test_a_good_file_is_read_as_it_stands(tmp_path):
    idle, share, phone, is_open, first_day = read(tmp_path, GOOD)
    assert (idle.key, idle.label, idle.unit, idle.min, idle.max) == (
        "access.idle_minutes",
        "办公账号空闲多久自动退出",
        "分钟",
        5,
        120,
    )
    assert idle.values == ((date(2026, 1, 1), 30), (date(2026, 7, 1), 20))
    assert share.values == ((date(2026, 1, 1), Decimal("60.1")),)
    assert (share.basis, share.unit_may_override) == ("003#22.3", False)
    assert [one.values[0][1] for one in (phone, is_open, first_day)] == [
        "028-66668888",
        False,
        date(2026, 3, 1),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("access.idle_minutes", "vault.idle_minutes", "vault.idle_minutes：参数名应以“access.”开头"),
        ("access.idle_minutes", "access.", "access.：参数名应以“access.”开头"),
        ("access.idle_minutes", "accessXidle", "accessXidle：参数名应以"),
        ("  note:", "  notes:", "access.idle_minutes：不认识“notes”"),
        ("  basis: ours\n", "", "access.idle_minutes：缺少 basis，请补上"),
        ("  label: 办公账号空闲多久自动退出\n", "", "缺少 label，请补上"),
        ("  basis: ours\n", "  basis: 000\n", "access.idle_minutes：basis 应为文字，请加引号"),
        ("type: int", "type: number", "type 是“number”，应为 int、decimal、text、flag、date 之一"),
        ("{2026-01-01: 30, 2026-07-01: 20}", "{}", "缺少 values"),
        ("{2026-01-01: 30, 2026-07-01: 20}", "30", "values 应是“起始日期: 值”的对照表"),
        ("{2026-01-01: 30, 2026-07-01: 20}", "{2026: 30}", "应以起始日期开头"),
        ("2026-07-01: 20", "2025-07-01: 20", "应从早到晚排列，这里是 2026-01-01、2025-07-01"),
        ("2026-07-01: 20", "2026-01-01: 20", "2026-01-01 写了两次"),
        ("2026-07-01: 20", "2026-02-30: 20", "读不懂"),
        ("2026-07-01: 20", "2026-07-01: 121", "填的是 121 分钟，应不小于 5 分钟且不大于 120 分钟"),
        ("2026-07-01: 20", "2026-07-01: 4", "填的是 4 分钟"),
        ("2026-07-01: 20", "2026-07-01: 20.5", "填的是“20.5”，应为整数"),
        ("2026-07-01: 20", "2026-07-01: yes", "填的是“True”，应为整数"),
        ("60.1", ".nan", "填的是“nan”，应为数"),
        ("min: 5", "min: 500", "min（500）大于 max（120）"),
        ("min: 5", "min: five", "min 写的是“five”，应为整数"),
        ("type: text,", "type: text, max: 3,", "文字没有上下限，应删去"),
        ("unit_may_override: true", "unit_may_override: maybe", "应为 true 或 false"),
        ("access.share:", "access.idle_minutes:", "access.idle_minutes 写了两次"),
        ("2026-03-01}", "2025-03-01}", "应不小于 2026-01-01，请改正"),
    ],
)
def test_every_fault_is_told_by_its_key(tmp_path, old, new, words):
    assert old in GOOD
    with pytest.raises(ParameterError) as fault:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert words in str(fault.value)


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(ParameterError) as fault:
        read(tmp_path, GOOD.replace("basis: ours", "basis: ''").replace("type: decimal", "type: float"))
    assert len(fault.value.faults) == 5


@pytest.mark.parametrize("text", ["", "[]", "a", "a: [", "access.x: 3", "? {a: 1}\n: 2", "\t", "1: {}"])
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(ParameterError):
        read(tmp_path, text)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    place = tmp_path / "parameters.yaml"
    place.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ParameterError, match=r"parameters\.yaml 读不懂"):
        load(place, "access")


def test_an_object_tag_is_not_obeyed(tmp_path):
    with pytest.raises(ParameterError, match="读不懂"):
        read(tmp_path, "access.x: !!python/object/apply:os.getcwd []")


def test_the_declared_value_is_that_of_the_day(registry):
    before, after = (registry.value("access.idle_minutes", on) for on in (date(2026, 6, 30), date(2026, 7, 1)))
    assert (before.value, before.since) == (30, date(2026, 1, 1))
    assert (after.value, after.since) == (20, date(2026, 7, 1))
    assert after.source == "全系统规定"
    assert after.trace == ("全系统规定：“办公账号空闲多久自动退出”自 2026-07-01 起为 20 分钟（依据 系统默认）",)


def test_a_day_before_the_first_value_has_none(registry):
    with pytest.raises(ParameterError, match="自 2026-01-01 起才有规定，2025-12-31 没有可用的值"):
        registry.value("access.idle_minutes", date(2025, 12, 31))


def test_the_nearest_unit_speaks_first_and_by_its_latest_word(registry):
    words = [
        override(date(2026, 8, 1), "15"),
        override(date(2026, 10, 1), "10"),
        override(date(2026, 12, 1), "5"),
        override(date(2026, 11, 1), "60", unit="u0", name="市总工会"),
    ]
    for given_order in (words, [words[1], words[2], words[0], words[3]]):
        found = registry.value("access.idle_minutes", date(2026, 11, 20), given_order)
        assert (found.value, found.source, found.since) == (10, "锦川区总工会", date(2026, 10, 1))
        assert found.trace == (
            "锦川区总工会自 2026-10-01 起把“办公账号空闲多久自动退出”定为 10 分钟（王敏：窗口人手少）",
        )


def test_an_empty_word_gives_the_value_back_to_the_unit_above(registry):
    words = [
        override(date(2026, 8, 1), "15"),
        override(date(2026, 10, 1), ""),
        override(date(2026, 9, 1), "60", unit="u0", name="市总工会"),
    ]
    found = registry.value("access.idle_minutes", date(2026, 11, 20), words)
    assert (found.value, found.source) == (60, "市总工会")
    assert found.trace[0] == "锦川区总工会自 2026-10-01 起改回沿用上级规定（王敏：窗口人手少）"
    assert len(found.trace) == 2


def test_a_word_that_no_longer_fits_is_passed_over_and_told(registry):
    found = registry.value("access.idle_minutes", date(2026, 11, 20), [override(date(2026, 8, 1), "500")])
    assert found.value == 20
    assert "的设定不作数" in found.trace[0]
    assert "500 分钟" in found.trace[0]
    fixed = registry.value("access.share", date(2026, 11, 20), [override(date(2026, 8, 1), "10")])
    assert fixed.value == Decimal("60.1")
    assert "由全系统统一规定" in fixed.trace[0]


def test_a_flag_set_to_no_is_a_value(registry):
    assert registry.value("access.open", date(2026, 11, 20), [override(date(2026, 8, 1), "是")]).value is True
    found = registry.value("access.open", date(2026, 11, 20), [override(date(2026, 8, 1), False)])
    assert (found.value, found.source) == (False, "锦川区总工会")


def test_what_a_unit_may_set(registry):
    assert registry.check_override("access.idle_minutes", " ４５ ") == 45
    assert registry.check_override("access.open", "否") is False
    with pytest.raises(ParameterError, match="“职工教育经费用于一线职工的比例”由全系统统一规定"):
        registry.check_override("access.share", "10")
    with pytest.raises(ParameterError, match=r"没有名为 access\.idle 的参数"):
        registry.check_override("access.idle", "10")


@pytest.mark.parametrize("value", ["4", "121", "", "十", "1e2", "٣٠", "30.0", "9" * 5_000, None, True, 30.5, [30]])
def test_what_a_unit_may_not_set(registry, value):
    with pytest.raises(ParameterError, match="办公账号空闲多久自动退出"):
        registry.check_override("access.idle_minutes", value)


@given(
    st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.dates()),
    st.sampled_from([*TYPES]),
)
def test_what_is_accepted_is_of_the_type_and_accepted_again(value, kind):
    parameter = Parameter("a.b", "期限", "", "ours", "", kind, None, None, True)
    try:
        parsed = parameter.parse(value)
    except ParameterError as fault:
        assert f"应为{TYPES[kind]}" in str(fault)
        return
    assert type(parsed) is {"int": int, "decimal": Decimal, "text": str, "flag": bool, "date": date}[kind]
    assert parameter.parse(parsed) == parsed


@given(st.integers(0, 20), st.integers(-5, 30), st.integers(0, 20))
def test_bounds_belong_to_what_is_allowed(low, value, high):
    parameter = Parameter("a.b", "期限", "天", "ours", "", "int", low, high, True)
    if low <= value <= high:
        assert parameter.parse(str(value)) == value
        return
    with pytest.raises(ParameterError, match=f"填的是 {value} 天，应不小于 {low} 天且不大于 {high} 天"):
        parameter.parse(str(value))


def test_a_key_is_declared_once(registry):
    first, *_ = registry.all()
    registry.declare(first)
    with pytest.raises(ParameterError, match="已经声明过"):
        registry.declare(Parameter(first.key, "另一个", "", "ours", "", "int", None, None, True))
    assert registry.get(first.key) is first
    assert [one.key for one in registry.all()] == sorted(one.key for one in registry.all())
