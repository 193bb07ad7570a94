"""Departments' lists of invented people, with the errors that offices make; who is who is kept aside.

Nobody here is real: numbers carry divisions that no county has, phones a range that no operator gave out. The loader
and the linker never see this file, nor how often anything goes wrong in it.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from stdnum.iso7064 import mod_11_2

from .owners import OWNERS

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任卢姚沈钟姜崔谭"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉萍红娥玲芬建国文辉力志飞鹏宇浩轩子涵梓欣怡佳琪思雨晨博睿铭泽俊"
    "豪嘉诚海波斌峰林森晓东春梅兰竹菊云龙凤成立新民德才福贵财旺兴盛家和顺安康宁永昌世荣光宗耀祖学勤俭朴忠孝仁义礼智"
    "信美慧贤淑雅琴书画诗婷婧妍姝媛瑶琳璐珊珍珠翠碧青蓝紫金银铜铁钢木水火土山川江河湖溪泉雪冰霜露星月日阳天地乾坤宏"
)
ALIKE = dict(
    zip(
        "伟芳娜静丽磊军洋艳杰明霞红玲建志飞宇浩轩欣怡佳俊诚张李陈杨徐孙吴",
        "玮方那靖莉雷君阳燕洁铭侠宏铃健智菲雨皓宣新宜嘉骏成章季程扬许荪武",
        strict=True,
    )
)
"""Signs that sound alike."""
TRADES = ("数控车工", "焊工", "机修钳工", "电工", "装配钳工", "质检员", "快递员", "缝纫工", "叉车司机", "仓储管理员")
GRADES = (
    (("初级工（五级）", "五级/初级工", "国家职业资格五级", "5级", "初级技能"), 25),
    (("中级工（四级）", "四级/中级工", "国家职业资格四级", "4级", "中级技能"), 40),
    (("高级工（三级）", "三级/高级工", "国家职业资格三级", "3级", "高级技能"), 26),
    (("技师（二级）", "二级/技师", "国家职业资格二级", "2级", "技师"), 7),
    (("高级技师（一级）", "一级/高级技师", "国家职业资格一级", "1级", "高级技师"), 2),
)
"""The levels as offices write them, and how many of a hundred hold each."""
TRUTH = "truth.parquet"
WORKBOOK_UP_TO = 100_000
"""Longer lists are written as CSV, at most so many lines a file."""
MOST_LINES = 1_000_000
_DIVISIONS, _DAYS, _ORDERS = 24, 16_000, 990
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_EPOCH = date(1899, 12, 30)
_FIRST_BIRTH = date(1962, 1, 1)


@dataclass(frozen=True)
class Errors:
    """How often each thing goes wrong on a row."""

    mistyped: float = 0.02
    old_number: float = 0.003
    wide_number: float = 0.01
    spaced_number: float = 0.005
    misspelt: float = 0.02
    no_phone: float = 0.08
    other_phone: float = 0.22
    no_birth: float = 0.03
    wrong_birth: float = 0.012
    moved: float = 0.22
    firm_elsewhere: float = 0.01
    twice: float = 0.005
    no_level: float = 0.02
    wrong_day: float = 0.01
    number_above: float = 0.005


class Firm(NamedTuple):
    """A firm that people of the lists work for, and the union that its members belong to."""

    name: str
    code: str
    union: str


@dataclass(frozen=True)
class Invented:
    """Somebody, as everything is in truth."""

    name: str
    number: str
    birth: date
    phone: str
    firm: int
    since: date

    @property
    def sex(self) -> str:
        """As the number has it."""
        return "男" if int(self.number[16]) % 2 else "女"


@dataclass(frozen=True)
class Layout:
    """How one office writes its list: titles, what its columns are called and hold, and what it leaves out."""

    source: str
    name: str
    titles: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    coverage: float
    no_number: float
    ending: str = "xlsx"
    dates: tuple[str, ...] = ("dashed",)
    wrong_birth: float | None = None
    other_phone: float | None = None
    """Where the office is less careful with these than others are: of the old, unions keep the lunar birthday."""
    firm: int | None = None
    """The one firm whose list it is, where it is a firm's own."""

    @property
    def fields(self) -> list[str]:
        """What each column holds."""
        return [field if not field.startswith("_") else "" for _, field in self.columns]


LAYOUTS = (
    Layout(
        "social_insurance", "社会保险参保名册", ("锦川区社会保险参保人员名册（虚构）", "单位：人"),
        (("序号", "_at"), ("姓名", "name"), ("公民身份号码", "id_number"), ("性别", "sex"), ("缴费单位", "employer"),
         ("统一社会信用代码", "employer_code"), ("参保时间", "since"), ("人员状态", "state"), ("联系电话", "phone")),
        0.86, 0.01, dates=("dashed", "dotted", "solid", "cell"),
    ),
    Layout(
        "union_members", "工会会员名册", ("工会会员名册（虚构）",),
        (("序号", "_at"), ("会员姓名", "name"), ("身份证号码", "id_number"), ("出生年月日", "birth"), ("手机", "phone"),
         ("所在单位", "employer"), ("基层工会", "union"), ("入会时间", "joined")),
        0.62, 0.28, dates=("chinese", "serial", "dashed"), wrong_birth=0.13, other_phone=0.45,
    ),
    Layout(
        "certificates", "职业技能证书名册", ("职业技能等级证书人员（虚构）",),
        (("证书编号", "certificate"), ("姓名", "name"), ("证件号码", "id_number"), ("出生日期", "birth"),
         ("申报单位", "employer"), ("职业（工种）", "occupation"), ("认定等级", "level"), ("发证时间", "certified"),
         ("联系方式", "phone")),
        0.38, 0.16, dates=("dotted", "solid", "serial"), wrong_birth=0.1, other_phone=0.4,
    ),
    Layout(
        "taxes", "个人所得税扣缴名册", ("扣缴个人所得税人员（虚构）",),
        (("身份证件号码", "id_number"), ("姓名", "name"), ("扣缴义务人", "employer"),
         ("扣缴义务人识别号", "employer_code"), ("手机号码", "phone")),
        0.5, 0.005, ending="gb18030.csv",
    ),
    Layout(
        "employer_roster", "企业职工花名册", ("职工花名册（虚构）",),
        (("工号", "_at"), ("职工姓名", "name"), ("身份证号", "id_number"), ("联系方式", "phone"),
         ("岗位", "occupation"), ("是否一线", "is_production"), ("入职时间", "since")),
        1.0, 0.04, dates=("dotted", "chinese"), firm=0,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """One file that was written."""

    layout: Layout
    path: Path
    lines: int


@dataclass(frozen=True)
class City:
    """So many invented people at these firms, and the lists on which offices have them."""

    people: int
    firms: Sequence[Firm]
    today: date
    errors: Errors = Errors()
    seed: int = 7

    def person(self, at: int) -> Invented:
        """The person of this place, always the same."""
        random = Random(self.seed << 40 | at)  # noqa: S311
        spread = (self.seed * 100_000_000 + at) * 104_729 % (_DIVISIONS * _DAYS * _ORDERS)
        birth = _FIRST_BIRTH + timedelta(days=spread // _DIVISIONS % _DAYS)
        order = spread // (_DIVISIONS * _DAYS)
        order += order // 99 + 1  # never a round hundred: with a nought behind it, it looks cut off
        body = f"{519_910 + spread % _DIVISIONS}{birth:%Y%m%d}{order:03d}"
        name = _skewed(random, SURNAMES, 2.2) + _skewed(random, GIVEN, 2.0)
        name += _skewed(random, GIVEN, 2.0) if random.random() < 0.8 else ""
        since = max(birth + timedelta(days=19 * 366), self.today - timedelta(days=100 + random.randrange(4_000)))
        number = body + str(mod_11_2.calc_check_digit(body))
        return Invented(name, number, birth, _phone(random), self._firm(random), min(since, self.today))

    def _firm(self, random: Random) -> int:
        return int(len(self.firms) * random.random() ** 1.7)

    def write(self, folder: Path, layouts: Iterable[Layout] = LAYOUTS) -> list[Written]:
        """Every list as its office keeps it, and beside them which line is whom."""
        folder.mkdir(parents=True, exist_ok=True)
        files: list[Written] = []
        truth: dict[str, list[Any]] = {"file": [], "line": [], "person": []}
        for number, layout in enumerate(layouts):
            who = self._listed(number, layout)
            for part, first in enumerate(range(0, len(who), MOST_LINES), start=1):
                some = who[first : first + MOST_LINES]
                ending = layout.ending if len(some) <= WORKBOOK_UP_TO or layout.ending != "xlsx" else "csv"
                label = f"-{part}" if len(who) > MOST_LINES else ""
                path = folder / f"{layout.name}{label}.{ending.rpartition('.')[2]}"
                rows = ([told[field] for _, field in layout.columns] for told in self._told(number, layout, some))
                _write(path, layout, rows, ending)
                files.append(Written(layout, path, len(some)))
                above = len(layout.titles) + 1
                truth["file"] += [path.name] * len(some)
                truth["line"] += range(above + 1, above + 1 + len(some))
                truth["person"] += some
        pq.write_table(pa.table(truth), folder / TRUTH)
        pq.write_table(pa.table(self._held()), folder / OWNERS)
        return files

    def _held(self) -> dict[str, list[Any]]:
        """What owners would answer of everybody: where the person is insured since when, and which certificates."""
        by_source = {layout.source: (number, layout) for number, layout in enumerate(LAYOUTS)}
        insured = set(self._listed(*by_source["social_insurance"]))
        number, layout = by_source["certificates"]
        who = self._listed(number, layout)
        certificates: dict[int, list[str]] = {}
        for one, told in zip(who, self._told(number, layout, who), strict=True):
            certificates.setdefault(one, []).append(told["_issued"])
        people = [self.person(at) for at in range(self.people)]
        return {
            "number": [one.number for one in people],
            "code": [self.firms[one.firm].code for one in people],
            "since": [one.since for one in people],
            "is_insured": [at in insured for at in range(self.people)],
            "certificates": [certificates.get(at, []) for at in range(self.people)],
        }

    def _listed(self, number: int, layout: Layout) -> list[int]:
        """Who stands on a list, in no order; some stand there twice."""
        random = Random(self.seed << 8 | number)  # noqa: S311
        found = [at for at in range(self.people) if random.random() < layout.coverage]
        if layout.firm is not None:
            found = [at for at in found if self.person(at).firm == layout.firm]
        found += [at for at in found if random.random() < self.errors.twice]
        random.shuffle(found)
        return found

    def _told(self, number: int, layout: Layout, who: list[int]) -> Iterator[dict[str, Any]]:
        above = ""
        for at, one in enumerate(who, start=1):
            random = Random((self.seed << 44 | one) * 64 + number * 8 + at % 8)  # noqa: S311
            told = self._row(random, layout, self.person(one))
            is_copied = above and random.random() < self.errors.number_above
            yield {"_at": at, **told, "certificate": above if is_copied else told["_issued"]}
            above = told["_issued"]

    def _row(self, random: Random, layout: Layout, person: Invented) -> dict[str, Any]:
        """What the office has of somebody: what was true on its day, then what went wrong in writing it."""
        errors, chance = self.errors, random.random
        moved = layout.firm is None and chance() < errors.moved
        firm = self.firms[self._firm(random) if moved else person.firm]
        is_elsewhere = layout.firm is None and chance() < errors.firm_elsewhere
        left = layout.source == "social_insurance" and chance() < 0.02
        style = random.choice(layout.dates)
        birth = (
            _slipped(random, person.birth) if chance() < _or(layout.wrong_birth, errors.wrong_birth) else person.birth
        )
        phone = _phone(random) if chance() < _or(layout.other_phone, errors.other_phone) else person.phone
        return {
            "name": _misspelt(random, person.name) if chance() < errors.misspelt else person.name,
            "id_number": "" if chance() < layout.no_number else _mistyped(random, person, errors),
            "birth": "" if chance() < errors.no_birth else _dated(birth, style),
            "phone": "" if chance() < errors.no_phone else phone,
            "sex": person.sex,
            "employer": "外地示例实业有限公司（虚构）" if is_elsewhere else firm.name,
            "employer_code": "" if is_elsewhere else firm.code,
            "union": firm.union,
            "since": _dated(person.since, style),
            "joined": _dated(min(person.since + timedelta(days=60), self.today - timedelta(days=30)), style),
            "state": "停保" if left else "参保缴费",
            "occupation": random.choice(TRADES),
            "is_production": "是" if chance() < 0.7 else "否",
            "_issued": f"S{random.randrange(10**11):011d}",
            "level": self._level(random),
            "certified": _dated(self._certified(random, person), style),
        }  # fmt: skip

    def _level(self, random: Random) -> str:
        """As the office writes it; of a special skill (专项职业能力) there is none."""
        ways, _ = random.choices(GRADES, [many for _, many in GRADES])[0]
        way = random.choice(ways)
        return "专项职业能力" if random.random() < self.errors.no_level else way

    def _certified(self, random: Random, person: Invented) -> date:
        """A day since the person was eighteen; where the year was mistyped, one that has not come."""
        since = person.birth + timedelta(days=18 * 366)
        day = since + timedelta(days=random.randrange(max((self.today - since).days, 1)))
        return day.replace(year=self.today.year + 1, day=1) if random.random() < self.errors.wrong_day else day


def _or(own: float | None, usual: float) -> float:
    return usual if own is None else own


def _skewed(random: Random, signs: str, power: float) -> str:
    return signs[int(len(signs) * random.random() ** power)]


def _phone(random: Random) -> str:
    return f"1990{random.randrange(10**6, 10**7)}"


def _misspelt(random: Random, name: str) -> str:
    """A sign that looks or sounds alike, one too few, or another."""
    at = random.randrange(len(name))
    if random.random() < 0.6 and name[at] in ALIKE:
        return name[:at] + ALIKE[name[at]] + name[at + 1 :]
    if random.random() < 0.4 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    return name[:at] + random.choice(GIVEN) + name[at + 1 :]


def _mistyped(random: Random, person: Invented, errors: Errors) -> str:
    number, chance = person.number, random.random
    if chance() < errors.mistyped:
        at = random.randrange(17)
        if chance() < 0.25:
            return number[:at]  # lost its end
        return number[:at] + str((int(number[at]) + random.randrange(1, 10)) % 10) + number[at + 1 :]
    if person.birth.year < 1985 and chance() < errors.old_number:
        return number[:6] + number[8:17]
    if chance() < errors.wide_number:
        return number.translate(_WIDE)
    if chance() < errors.spaced_number:
        return f" {number[:6]} {number[6:14]} {number[14:]}"
    return number.lower() if chance() < 0.1 else number


def _slipped(random: Random, day: date) -> date:
    """A neighbouring day, or day and month exchanged."""
    if day.day <= 12 and random.random() < 0.5:
        return day.replace(month=day.day, day=day.month)
    return day + timedelta(days=random.randrange(1, 40))


def _dated(day: date, style: str) -> Any:
    """A day as an office writes it, or as its spreadsheet counts it."""
    if style == "serial":
        return (day - _EPOCH).days
    if style == "cell":
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return {
        "dashed": f"{day:%Y-%m-%d}",
        "dotted": f"{day.year}.{day.month}.{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "solid": f"{day:%Y%m%d}",
    }[style]


def _write(path: Path, layout: Layout, rows: Iterable[list[Any]], ending: str) -> None:
    heads = [heading for heading, _ in layout.columns]
    (_workbook if ending == "xlsx" else _text)(path, layout, heads, rows)


def _workbook(path: Path, layout: Layout, heads: list[str], rows: Iterable[list[Any]]) -> None:
    """A title over all columns, the list, its total and who signs for it."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        page, bold = book.add_worksheet("名册"), book.add_format({"bold": True, "align": "center"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.set_column(0, len(heads) - 1, 16)
        at = 0
        for title in layout.titles:
            page.merge_range(at, 0, at, len(heads) - 1, title, bold)
            at += 1
        page.write_row(at, 0, heads, bold)
        for row in rows:
            at += 1
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(at, place, value, day)
                elif value != "":
                    page.write(at, place, value)
        page.write_row(at + 1, 0, ["合计", f"{at - len(layout.titles)} 人"])
        page.write(at + 2, 0, "制表人：（虚构）")


def _text(path: Path, layout: Layout, heads: list[str], rows: Iterable[list[Any]]) -> None:
    encoding = "gb18030" if layout.ending.startswith("gb") else "utf-8-sig"
    with path.open("w", encoding=encoding, newline="") as stream:
        file = csv.writer(stream)
        file.writerows([[title] for title in layout.titles])
        file.writerow(heads)
        for row in rows:
            file.writerow([f"{one:%Y/%m/%d}" if isinstance(one, datetime) else one for one in row])
        file.writerow(["合计", "以上人员"])


class Score(NamedTuple):
    """Of the pairs of lines that were made one person how many are, and of those that are how many were made one."""

    lines: int
    taken: int
    precision: float
    recall: float


def score(truth: Path, person_of: Callable[[str], Mapping[int, Any]]) -> Score:
    """How right the register is about the lines that it took; `person_of` says of a file who its lines became."""
    table = pq.read_table(truth)
    places: dict[str, list[tuple[int, int]]] = {}
    for file, line, person in zip(*(table[name].to_pylist() for name in ("file", "line", "person")), strict=True):
        places.setdefault(file, []).append((line, person))
    both: Counter[tuple[int, Any]] = Counter()
    for file, rows in places.items():
        found = person_of(file)
        both.update((person, found[line]) for line, person in rows if line in found)
    true, said = Counter[int](), Counter[Any]()
    for (person, one), number in both.items():
        true[person] += number
        said[one] += number
    right, made, wanted = map(_pairs, (both, said, true))
    return Score(len(table), both.total(), right / max(made, 1), right / max(wanted, 1))


def _pairs(counted: Counter[Any]) -> int:
    return sum(number * (number - 1) // 2 for number in counted.values())
