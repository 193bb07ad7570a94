"""The rules of selections, pure: values in, conditions, scores and reasons out."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jiangtai.flows import Condition

TIES = "得分相同的，一线产业工人优先；再相同的，最高分者优先；再相同的，从业年限长者优先"
LEAST_AGE = 16
_CENT = Decimal("0.001")


def may_be_nominated(
    *,
    title: str,
    age: int | None,
    oldest: int | None,
    years_in_trade: int | None,
    least_years: int,
    is_member: bool | None,
    asks_membership: bool,
    is_employed: bool,
    is_barred: bool,
    holds_already: bool,
    votes: dict[str, int] | None,
    least_attendance: int,
    least_votes: int,
) -> list[Condition]:
    """May this person be nominated for this title?"""
    return [
        Condition("在职", is_employed, "ours", "" if is_employed else "名册中没有在职记录，请先办理入职登记"),
        _age(age, oldest),
        _years(years_in_trade, least_years),
        _membership(is_member, asks_membership),
        Condition(
            "未被限制评优",
            not is_barred,
            "003#19.2",
            "" if not is_barred else "是失信单位的责任人，限制期内不能推荐",
        ),
        Condition("未持有同一称号", not holds_already, "ours", f"已持有“{title}”，不重复授予" if holds_already else ""),
        *_recommendation(votes, least_attendance, least_votes),
    ]


def conflicts(
    *,
    judge_units: frozenset[str],
    nominee_units: frozenset[str],
    nominee_unions: frozenset[str] = frozenset(),
    judge_persons: frozenset[str] = frozenset(),
    nominee: str = "",
) -> str:
    """Why must this judge stand aside? Nothing where there is no reason."""
    if nominee in judge_persons:
        return "评委本人是推荐对象"
    if judge_units & nominee_units:
        return "评委与推荐对象在同一单位"
    if judge_units & nominee_unions:
        return "评委任职的工会服务推荐对象所在单位"
    return ""


def has_no_right(*, rights: frozenset[str], ecosystem: str, **units: Any) -> str:
    """Why may this judge not mark a talent of this ecosystem?"""
    if ecosystem not in rights:
        return "评委所在单位没有本产业生态圈的评审权，或评审权已收回"
    return conflicts(**units)


def trimmed_mean(marks: Sequence[Decimal], trim_from: int = 5) -> Decimal:
    """The mean of the marks; from so many judges on, without one highest and one lowest."""
    kept = sorted(marks)[1:-1] if len(marks) >= trim_from else list(marks)
    return (sum(kept, Decimal(0)) / len(kept)).quantize(_CENT, ROUND_HALF_UP)


def order(values: dict[str, Any]) -> tuple[Any, ...]:
    """The place in a ranking: see TIES."""
    return (
        -(values["score"] or Decimal(0)),
        not values["is_production_worker"],
        -values["best_mark"],
        -(values["years_in_trade"] or 0),
    )


def has_production_share(*, listed: list[dict[str, Any]], least: int) -> list[Condition]:
    """Does the list hold the share of production workers that the rule asks?"""
    count = sum(bool(one["is_production_worker"]) for one in listed)
    reached = Decimal(count * 100) / len(listed) if listed else Decimal(0)
    says = f"名单 {len(listed)} 人中一线产业工人 {count} 人，占 {reached:.1f}%，应不低于 {least}%"
    return [Condition("一线产业工人占比", not listed or reached >= least, "003#14.3", says)]


def age_on(birth: date | None, day: date) -> int | None:
    """Whole years."""
    if birth is None:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def last_day(granted: date, years: int | None) -> date | None:
    """The last day on which a title holds."""
    if years is None:
        return None
    month, day = (2, 28) if (granted.month, granted.day) == (2, 29) else (granted.month, granted.day)
    return date(granted.year + years, month, day)


def _age(age: int | None, oldest: int | None) -> Condition:
    if oldest is None:
        return Condition("年龄", True, "ours", "本称号不限年龄")
    if age is None:
        return Condition("年龄", None, "ours", f"不超过 {oldest} 周岁；名册中没有出生日期")
    return Condition("年龄", age <= oldest, "003#11.4", f"{age} 周岁，应不超过 {oldest} 周岁")


def _years(years: int | None, least: int) -> Condition:
    if not least:
        return Condition("从业年限", True, "ours", "本称号不限从业年限")
    if years is None:
        return Condition("从业年限", None, "ours", f"应满 {least} 年；推荐表中没有填写")
    return Condition("从业年限", years >= least, "003#8.1", f"从业 {years} 年，应满 {least} 年")


def _membership(is_member: bool | None, asked: bool) -> Condition:
    if not asked:
        return Condition("工会会员", True, "ours", "本称号不要求")
    return Condition("工会会员", is_member, "ours", "" if is_member else "名册中没有入会记录，请先办理入会")


def _recommendation(votes: dict[str, int] | None, least_attendance: int, least_votes: int) -> list[Condition]:
    """The workers of the firm recommended: enough of them came, and enough of these agreed."""
    if votes is None:
        return [Condition("职工推荐", None, "ours", "提交推荐表时填写职工推荐会的人数")]
    came, agreed = votes["attended"] * 100, votes["agreed"] * 100
    return [
        Condition(
            "职工推荐会到会人数",
            came >= least_attendance * votes["expected"],
            "ours",
            f"应到 {votes['expected']} 人，实到 {votes['attended']} 人，应不低于 {least_attendance}%",
        ),
        Condition(
            "职工推荐赞成人数",
            agreed > least_votes * votes["attended"],
            "ours",
            f"实到 {votes['attended']} 人，赞成 {votes['agreed']} 人，应超过 {least_votes}%",
        ),
    ]
