"""Who is an industrial worker (产业工人): a dated rule over where and how somebody works, never a flag on a person.

Pure: `answer` says of one person's posts yes, no or unknown, with the condition that decides. The roster and every
count ask the same of the whole register in SQL, by the same definitions; a test holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .facts import Form


@dataclass(frozen=True)
class Definition:
    """What holds from a day on: the industries (GB/T 4754), and the forms of work by which somebody lives on wages."""

    since: date
    basis: str
    industries: tuple[str, ...]
    waged: frozenset[Form]


@dataclass(frozen=True)
class Post:
    """One employment on the day: the employer's industry, empty where nobody said, and how the person works there."""

    industry: str
    form: Form | None
    is_production: bool | None
    occupation: str


@dataclass(frozen=True)
class Finding:
    """Yes, no, or None for unknown; which condition decides, and on which ground."""

    is_so: bool | None
    words: str
    basis: str


DEFINITIONS: Sequence[Definition] = (
    Definition(
        since=date(2017, 6, 19),
        basis="law: 新时期产业工人队伍建设改革方案（2017 年）",
        industries=("A01", "A02", "B", "C", "D", "E", "G", "I"),
        waged=frozenset({Form.CONTRACT, Form.DISPATCHED, Form.PART_TIME}),
    ),
)
"""The first names farms, forest farms, mining, manufacturing, construction, energy and water, transport, storage and
post, information and software; whoever does collective production work there and lives on wages. Platform work is no
wage work, and not shut out either: it leaves the answer open."""


def definition_on(on: date) -> Definition | None:
    """The one that holds on a day; before the first there is none."""
    return next((one for one in reversed(DEFINITIONS) if one.since <= on), None)


def answer(posts: Iterable[Post], on: date) -> Finding:
    """Of several posts the one that speaks most for it decides."""
    rule = definition_on(on)
    if rule is None:
        return Finding(None, f"{on} 还没有产业工人的定义", "")
    found = [_of_post(post, rule) for post in posts]
    if not found:
        return Finding(False, "现在没有用工记录", rule.basis)
    return min(found, key=lambda one: (True, None, False).index(one.is_so))


def _of_post(post: Post, rule: Definition) -> Finding:
    """A condition that fails decides before one that is unknown."""
    conditions = (_industry(post, rule), _production(post), _waged(post, rule))
    for wanted in (False, None):
        for holds, words in conditions:
            if holds is wanted:
                return Finding(holds, words, rule.basis)
    return Finding(True, "、".join(words for _, words in conditions), rule.basis)


def _industry(post: Post, rule: Definition) -> tuple[bool | None, str]:
    if not post.industry:
        return None, "不知道用人单位的行业，请在用人单位里补填行业代码"
    if post.industry.startswith(rule.industries):
        return True, f"用人单位行业 {post.industry} 在定义之内"
    if any(one.startswith(post.industry) for one in rule.industries):
        return None, f"用人单位行业只填到 {post.industry}，请补填到大类，例如 {rule.industries[0]}"
    return False, f"用人单位行业 {post.industry} 不在定义之内"


def _production(post: Post) -> tuple[bool | None, str]:
    if post.is_production:
        return True, "一线岗位"
    if post.is_production is None:
        return None, "不知道是不是一线岗位，请补填"
    return (
        (False, f"“{post.occupation}”不是一线岗位") if post.occupation else (None, "不知道是不是一线岗位，请补填工种")
    )


def _waged(post: Post, rule: Definition) -> tuple[bool | None, str]:
    if post.form is None:
        return None, "不知道用工形式，请补填"
    if post.form in rule.waged:
        return True, f"{post.form.label}，以工资收入为生活来源"
    return None, f"{post.form.label}，是否以工资收入为生活来源不能判断"
