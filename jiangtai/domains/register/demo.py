"""The demo's workforce: invented workers of the demo's firms, registered through the same calls as any other.

Some are entered one by one; a city of them comes on departments' lists, as liaison officers hand them in. Identity numbers carry a division that no county has, phones a range that no operator gave out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count, cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from jiangtai import people
from jiangtai.access import Account, Unit, accounts, acting_as, acting_as_job, units
from jiangtai.kernel import clock
from jiangtai.people import EmployerTag, Form, LeavingReason, ListingReason, Person, Responsible, UnionLeaving
from jiangtai.people.sources import SOURCES, Batch, Record, invented, work_on

from . import actions

NO_DIVISION = "519900"
WORKERS = (("李志强", "19900000001"), ("王秀英", "19900000002"))
"""The workers whose accounts the demo opens; they are linked to their files."""

RARE_NAMES = (
    "𠮷野䶮", "㛃婷", "赵堃", "王喆", "刘昪", "陈翀", "李一", "王伟", "吾", "欧阳慕容雪", "司马相如风",
    "买买提·吐尔逊江", "阿依古丽·麦麦提", "扎西·多吉", "单于明", "仇晓", "查良", "尉迟恭敬", "黄㵘", "邓䪻",
)  # fmt: skip
SURNAMES = "张刘陈杨黄吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田"
GIVEN = ("建国", "秀兰", "志伟", "丽", "小军", "桂英", "强", "晓燕", "明", "春梅", "永康", "静", "文博", "洁", "海涛")
TRADES = (
    # occupation, code, front line
    ("数控车工", "6-18-01-01", True), ("机修钳工", "6-31-01-02", True), ("焊工", "6-18-02-04", True),
    ("电工", "6-31-01-03", True), ("装配钳工", "6-20-01-01", True), ("质检员", "", True), ("仓储管理员", "", False),
    ("快递员", "", True), ("缝纫工", "", True), ("工艺工程师", "", False), ("行政专员", "", False),
    ("保安员", "", True),
)  # fmt: skip
PROFILES = (
    ("C34", "private", "medium"),
    ("C33", "state", "large"),
    ("C36", "foreign", "medium"),
    ("G59", "private", "small"),
)
LIAISONS = {
    "social_insurance": "hejing", "union_members": "jiangwei", "certificates": "gaiwenbo", "taxes": "qimin",
    "employer_roster": "xielan",
}  # fmt: skip
"""Who hands each list in."""
WAITING = "employer_roster"
"""The list that is looked at and waits to be taken over."""
_INDUSTRIES = (("机械", "C34"), ("电子", "C39"), ("食品", "C14"), ("服装", "C18"), ("物流", "G59"), ("商贸", "F51"))
_FIRST_FIRM, _WORKERS_TO_A_FIRM = 1_001, 180
_LISTED_DAYS_AGO = 5
_LEFT_EVERY, _TWO_JOBS_EVERY, _FLEXIBLE_EVERY = 11, 13, 15


def fill(n: int = 60, *, say: Callable[[str], None] = lambda text: None) -> list[Person]:
    """Register `n` invented workers over the demo's enterprises, link the demo's worker accounts, list one firm."""
    with acting_as_job("演示初始化"):
        firms = list(Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, state=Unit.State.ACTIVE).order_by("number"))
        unions = {unit.serves_id: unit for unit in Unit.objects.filter(kind=Unit.Kind.BASIC_UNION)}
        if not firms or n < len(WORKERS):
            return []
        for firm, (industry, ownership, size) in zip(firms, cycle(PROFILES), strict=False):
            people.describe(firm, industry=industry, ownership=ownership, size=size)
        made = [_worker(number, *one, firms, unions) for number, one in enumerate(islice(_invented(), n))]
        _pasts(made, firms)
        _link(made)
        _list_one(firms)
        _tag(firms)
    say(f"职工 {n} 人：{len(firms)} 家企业、会籍、换工种和离职；黑名单 1 家")
    return made


def _invented() -> Iterator[tuple[str, str]]:
    """Names with phones: the demo's own workers first, then rare names, then common ones."""
    phones = (f"1990002{number:04d}" for number in count(1))
    yield from WORKERS
    yield from ((name, next(phones)) for name in RARE_NAMES)
    for number in count():
        surname, given = SURNAMES[number % len(SURNAMES)], GIVEN[(number * 7 + number // len(SURNAMES)) % len(GIVEN)]
        yield surname + given, next(phones)


def _worker(number: int, name: str, phone: str, firms: Sequence[Unit], unions: Mapping[Any, Unit]) -> Person:
    """One worker at one firm, most of them in its union; some are members without an employer."""
    firm = firms[0] if number % 4 == 0 else firms[number * 5 % len(firms)]
    is_flexible = bool(unions) and number % _FLEXIBLE_EVERY == _FLEXIBLE_EVERY - 1
    union = unions.get(firm.pk) or (next(iter(unions.values())) if is_flexible else None)
    began = clock.today() - timedelta(days=200 + number * 37 % 2400)
    person = people.register(
        name=name,
        id_number=_id_number(number, is_man=number % 3 != 1),
        phone=phone,
        hukou=tuple(Person.Hukou.values)[number % 4],
        education=tuple(Person.Education.values)[1 + number % 6],
        unit=union if is_flexible and union else firm,
        on=began,
    )
    if not is_flexible:
        occupation, code, is_production = TRADES[number % len(TRADES)]
        form = tuple(Form)[number % 7 % 4] if number % 5 == 0 else Form.CONTRACT
        people.hire(
            person, firm, occupation=occupation, occupation_code=code, form=form, is_production=is_production, on=began
        )
    if union is not None and (is_flexible or number % 4 != 3):
        card = f"622200{number:010d}" if number % 2 else ""
        people.join_union(person, union, on=began + timedelta(days=60), card_number=card)
    return person


def _pasts(made: Sequence[Person], firms: Sequence[Unit]) -> None:
    """Some changed their occupation, some took a second employment, some left."""
    today = clock.today()
    for number, person in enumerate(made):
        work = people.employment_of(person.pk)
        if work is None or number < len(WORKERS):
            continue
        if number % 6 == 0:
            work = people.move(work, occupation="班组长", occupation_code="", on=today - timedelta(days=90))
        if number % _TWO_JOBS_EVERY == 2:
            other = firms[(firms.index(work.unit) + 3) % len(firms)]
            people.hire(person, other, occupation="网约配送员", form=Form.PART_TIME, on=today - timedelta(days=45))
        if number % _LEFT_EVERY == _LEFT_EVERY - 1:
            people.leave(work, why=LeavingReason.RESIGNED, on=today - timedelta(days=10))
            if membership := people.membership_of(person.pk):
                people.leave_union(membership, why=UnionLeaving.TRANSFERRED, on=today - timedelta(days=5))


def _link(made: Sequence[Person]) -> None:
    """The demo's worker accounts are these workers' own."""
    for person, (_, phone) in zip(made, WORKERS, strict=False):
        people.link_account(accounts.worker_of_phone(phone), person)


def _list_one(firms: Sequence[Unit]) -> None:
    """One firm stands on the blacklist, with who answered for it."""
    today = clock.today()
    firm, number = firms[-1], _id_number(9_001, is_man=True)
    boss = people.register(name="钱有余", id_number=number, unit=firm, on=today - timedelta(days=400))
    people.appoint(firm, boss, Responsible.Role.LEGAL_REPRESENTATIVE, on=today - timedelta(days=400))
    people.enlist(
        firm,
        why=ListingReason.WAGE_ARREARS,
        decision=f"锦人社监列字〔{today.year}〕3 号",
        until=date(today.year + 3, today.month, 1),
        on=today - timedelta(days=20),
    )


def _tag(firms: Sequence[Unit]) -> None:
    """Some firms stand on departments' lists."""
    today = clock.today()
    for tag, office, tagged in (
        (EmployerTag.HIGH_TECH, "锦科发", firms[:3]),
        (EmployerTag.SPECIALISED, "锦经信发", firms[1:4]),
        (EmployerTag.ABOVE_SCALE, "锦统字", firms[::2]),
    ):
        document, until = f"{office}〔{today.year}〕12 号", date(today.year + 3, today.month, 1)
        for firm in tagged:
            people.tag(firm, tag, document=document, on=today - timedelta(days=60), until=until)


def _id_number(number: int, *, is_man: bool) -> str:
    """A number that no police station gave out, with a check character that fits."""
    birth = date(1967, 3, 1) + timedelta(days=(number * 211 + 7_400) % 14_000)
    order = number % 499 * 2 + (1 if is_man else 2)
    body = f"{NO_DIVISION}{birth:%Y%m%d}{order:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def city(folder: Path, workers: int, day: date, *, say: Callable[[str], None] = lambda text: None) -> invented.Score:
    """Write the departments' lists of so many workers and hand them in; what was begun is gone on with."""
    firms = _firms(workers)
    written = invented.City(workers, firms, day).write(folder)
    say(f"名册 {len(written)} 份写在 {folder}（虚构），按联络员的操作报送、核对栏目、导入")
    batches = [_handed_in(one, day - timedelta(days=_LISTED_DAYS_AGO), say) for one in written]
    found = invented.score(folder / invented.TRUTH, lambda file: _persons_of(batches, file))
    say(
        f"名册共 {found.lines:,} 行，导入 {found.taken:,} 行；"
        f"认人：准确率 {found.precision:.4f}，召回率 {found.recall:.4f}（同一人的行两两相比）"
    )
    return found


def _firms(workers: int) -> list[invented.Firm]:
    """The demo's enterprises, and further ones where the workers are too many for them."""
    with acting_as_job("演示初始化"):
        known = list(Unit.objects.filter(kind=Unit.Kind.ENTERPRISE, state=Unit.State.ACTIVE).order_by("number"))
        streets = list(Unit.objects.filter(kind=Unit.Kind.STREET, state=Unit.State.ACTIVE).order_by("number"))
        for number in range(len(known), workers // _WORKERS_TO_A_FIRM):
            known.append(_found(number, streets[number % len(streets)]))
        unions = {unit.serves_id: unit.name for unit in Unit.objects.exclude(serves=None).filter(tree=Unit.Tree.UNION)}
    return [invented.Firm(one.name, one.code, unions.get(one.pk) or unions.get(one.parent_id, "")) for one in known]


def _found(number: int, street: Unit) -> Unit:
    body = f"91519901MA{_FIRST_FIRM + number:07d}"
    trade, industry = _INDUSTRIES[number % len(_INDUSTRIES)]
    name = f"锦川第{number}{trade}有限公司（虚构）"
    code = body + uscc.calc_check_digit(body)
    made = units.found(
        kind=Unit.Kind.ENTERPRISE,
        name=name,
        parent=street,
        code=code,
        since=date(2026, 1, 1),
        reason="演示数据（虚构）",
    )
    people.describe(made, industry=industry, ownership="private", size="small")
    return made


def _handed_in(one: invented.Written, as_of: date, say: Callable[[str], None]) -> Batch:
    """One list, all the way that its office takes it."""
    began, source = monotonic(), SOURCES[one.layout.source]
    with acting_as(Account.objects.get(username=LIAISONS[source.key])) as who:
        assert who.unit
        batch = Batch.objects.filter(source=source.key, unit=who.unit, file_name=one.path.name).first()
        if batch is None:
            with one.path.open("rb") as file:
                upload = UploadedFile(file, one.path.name, size=one.path.stat().st_size)
                batch = actions.hand_in(source, who.unit, upload, as_of, is_whole=False)
    while batch.is_busy or batch.state in _steps(one):
        with acting_as_job("演示"):
            work_on(batch.pk)
        batch.refresh_from_db()
        if act := _steps(one).get(batch.state):
            with acting_as(Account.objects.get(username=LIAISONS[source.key])):
                act(batch)
    say(
        f"{one.path.name}：{batch.lines:,} 行，有误 {batch.failed:,}，重复 {batch.repeated:,}，"
        f"新增 {batch.persons:,} 人，疑似同人 {batch.doubts:,}，{batch.get_state_display()}（{monotonic() - began:.1f} 秒）"
    )
    return batch


def _steps(one: invented.Written) -> dict[str, Callable[[Batch], Any]]:
    """What the liaison officer does next."""
    acts: dict[str, Callable[[Batch], Any]] = {
        Batch.State.MAPPING: lambda batch: actions.confirm_columns(batch, one.layout.fields)
    }
    return acts if one.layout.source == WAITING else {**acts, Batch.State.CHECKED: actions.take_over}


def _persons_of(batches: list[Batch], file: str) -> dict[int, Any]:
    rows = Record.objects.filter(batch__in=[one.pk for one in batches if one.file_name == file])
    return dict(rows.values_list("line", "person"))
