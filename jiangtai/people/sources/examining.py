"""A line of a file as the register reads it, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from jiangtai.access import Unit, parameters
from jiangtai.kernel import clock, codes

from .. import names
from ..linking import answers
from .cells import LABELS, LEFT, read
from .declare import Source
from .sheets import Line

CERTIFICATE = ("occupation", "level", "certificate", "certified")
"""What a line has to say of a certificate."""
REPAIRED = "已按校验码更正：号码有一处写错，只有一个号码与出生日期、校验码都相符，按它导入；请在原表里改正"
_MERGED = "这一格与上面合并，按上面写的导入，请核对"
_SHARED = "与第 {} 行身份证号相同而姓名不同，都没有导入，请照证件核对"
_LIKE_CUT = "末三位是 000，已按此导入；若是表格软件截断的，请照证件更正"
_PART = 20_000
"""How many lines are asked about at once: to plan the question takes longer than to answer it for all of them."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a line, and never what it says; what is not fatal only leaves its value out."""

    field: str
    words: str
    is_fatal: bool = True


@dataclass(slots=True)
class Entry:
    """One line: its number, what it says, and what is wrong with it."""

    number: int
    values: dict[str, str]
    wrongs: list[Wrong] = field(default_factory=list)
    is_repeated: bool = False
    damaged: str = ""
    """What stands where the identity number should, and is none."""

    @property
    def is_good(self) -> bool:
        """Whether it can go into the register."""
        return not self.is_repeated and not any(one.is_fatal for one in self.wrongs)

    @property
    def who(self) -> str:
        """Name, birthday and phone, where the line says all three: whoever shares them is one person."""
        told = [self.values.get(name, "") for name in ("name", "birth", "phone")]
        return "|".join(told) if all(told) else ""

    @property
    def place(self) -> str:
        """The person and the firm."""
        told = self.values
        who = told.get("id_number") or "|".join(told.get(name, "") for name in ("name", "birth", "phone"))
        return f"{who}|{told.get('employer_code') or told.get('employer', '')}"

    @property
    def identity(self) -> str:
        """What tells the line from others of its list: the person, the firm, and the certificate where there is one."""
        number = self.values.get("certificate")
        return f"{self.place}|{number}" if number else self.place


Bearers = dict[str, tuple[tuple[int, str], tuple[int, str]]]
"""Numbers that a list gives to people of different names: of each two lines, and the names on them."""


def examined(
    source: Source, unit: Unit, fields: Sequence[str], lines: Iterable[Line], as_of: date, shared: Bearers | None = None
) -> Iterator[Entry]:
    """Every line, read; the second of two alike says which the first was, and so does each that shares a number with
    somebody of another name."""
    first: dict[str, int] = {}
    certificates: dict[str, int] = {}
    age = parameters.value("people.certificate_age") if "level" in fields else 0
    today = clock.today()
    for entry in _repaired(_read(source, fields, line, today) for line in lines):
        _complete(source, entry)
        _fit(entry, as_of)
        if source.of_one_firm:
            _keep_to_own(entry, unit)
        if age:
            _certify(entry, age, certificates.get(entry.values.get("certificate", "")), first)
        if shared and (told := shared.get(entry.values.get("id_number", ""))):
            entry.wrongs.append(Wrong("id_number", _SHARED.format(_other_of(told, entry))))
        if entry.is_good:
            earlier = first.setdefault(entry.identity, entry.number)
            if number := entry.values.get("certificate"):
                certificates.setdefault(number, entry.number)
            if earlier != entry.number:
                entry.is_repeated = True
                entry.wrongs.append(Wrong("", f"与第 {earlier} 行是同一个人，本行不再导入", is_fatal=False))
        yield entry


def watched(entries: Iterable[Entry], shared: Bearers) -> Iterator[Entry]:
    """The same; which numbers several people share is known only when all have passed, and kept in `shared`."""
    first: dict[str, tuple[int, str]] = {}
    for one in entries:
        number, name = one.values.get("id_number"), one.values.get("name")
        if number and name:
            bearer = first.setdefault(number, (one.number, name))
            if name != bearer[1] and number not in shared and not names.is_near(name, bearer[1]):
                shared[number] = bearer, (one.number, name)
        yield one


def _other_of(bearers: Iterable[tuple[int, str]], entry: Entry) -> int:
    """The line to hold this one against: of another name, where there is the choice."""
    others = [(line, name) for line, name in bearers if line != entry.number]
    name = entry.values.get("name", "")
    return next((line for line, called in others if not names.is_near(name, called)), others[0][0])


def _read(source: Source, fields: Sequence[str], line: Line, today: date) -> Entry:
    entry, columns = Entry(line.number, {}), source.fields
    for at, name in enumerate(fields):
        if not name or not (text := line.cells[at]):
            continue
        try:
            if value := read(name, text, today):
                entry.values[name] = value
                if name == "id_number" and value.endswith("000"):
                    entry.wrongs.append(Wrong(name, _LIKE_CUT, is_fatal=False))
                if at in line.below:
                    entry.wrongs.append(Wrong(name, _MERGED, is_fatal=False))
        except ValueError as error:
            is_fatal = columns[name].is_needed or name == "state"  # else who has left would begin to work
            if name == "id_number" and not isinstance(error, codes.RoundedError):
                entry.damaged = text
            entry.wrongs.append(Wrong(name, f"{error}{'' if is_fatal else '；这一栏没有导入'}", is_fatal))
    return entry


def _repaired(entries: Iterator[Entry]) -> Iterator[Entry]:
    """The same; a number with a slip is put right where one answer alone fits the birthday and sex of its line."""
    while part := list(islice(entries, _PART)):
        found = answers({one.number: one.damaged for one in part if one.damaged and one.values.get("birth")})
        for one in part:
            if len(fitting := [number for number in found.get(one.number, ()) if _fits(one, number)]) == 1:
                one.values["id_number"] = fitting[0]
                one.wrongs = [wrong for wrong in one.wrongs if wrong.field != "id_number"]
                one.wrongs.append(Wrong("id_number", REPAIRED, is_fatal=False))
        yield from part


def _fits(one: Entry, number: str) -> bool:
    if number[6:14] != one.values["birth"].replace("-", ""):
        return False
    try:
        told = codes.parse_identity(number)
    except codes.CodeError:
        return False
    return told.sex == one.values.get("sex", told.sex)


def _complete(source: Source, entry: Entry) -> None:
    wrong = {one.field for one in entry.wrongs}
    for column in source.columns:
        if column.is_needed and column.field not in entry.values and column.field not in wrong:
            entry.wrongs.append(Wrong(column.field, f"{LABELS[column.field]}是空的，请补填"))
    said = any(one.field == "id_number" and one.is_fatal for one in entry.wrongs)
    if not said and not any(entry.values.get(name) for name in ("id_number", "birth", "phone")):
        entry.wrongs.append(Wrong("id_number", "没有能用的身份证号、出生日期或手机号，认不出是谁，请至少补一项"))


def _fit(entry: Entry, as_of: date) -> None:
    """Values that contradict one another: the number's own birthday and sex hold."""
    told = entry.values
    if number := told.get("id_number"):
        born, sex = f"{number[6:10]}-{number[10:12]}-{number[12:14]}", "男" if int(number[16]) % 2 else "女"
        for name, holds in (("birth", born), ("sex", sex)):
            if told.get(name, holds) != holds:
                words = f"{LABELS[name]}与身份证号不符；已按身份证号导入"
                entry.wrongs.append(Wrong(name, words, is_fatal=False))
            told[name] = holds
    if told.get("since", "") > as_of.isoformat():
        del told["since"]
        entry.wrongs.append(Wrong("since", f"晚于数据截止日 {as_of}；这一栏没有导入", is_fatal=False))
    if "state" not in told and told.get("left", "9") <= as_of.isoformat():
        told["state"] = LEFT  # a last day says it as well as a word
    if told.get("since") and told.get("left") and told["left"] < told["since"]:
        entry.wrongs.append(Wrong("left", f"早于{LABELS['since']}，请核对两个日期"))


def _keep_to_own(entry: Entry, unit: Unit) -> None:
    """A firm speaks for its own people only."""
    code, name = entry.values.pop("employer_code", ""), entry.values.pop("employer", "")
    if (code and unit.code and code != unit.code) or (name and name not in _called(unit)):
        entry.wrongs.append(Wrong("employer", f"这一行写的是别的单位，这里只收“{unit}”的职工，请由该单位报送"))


def _called(unit: Unit) -> set[str]:
    return {
        "".join(name.split()).replace("(", "（").replace(")", "）") for name in (unit.name, unit.short_name) if name
    }


def _certify(entry: Entry, age: int, earlier: int | None, first: dict[str, int]) -> None:
    """A certificate is taken over whole or not at all; without its level it is none, and the person stays."""
    told, wrong = entry.values, {one.field for one in entry.wrongs}
    if not {"level", "certificate"} & (told.keys() | wrong):
        return
    faults = [(name, f"{LABELS[name]}是空的，请补填") for name in CERTIFICATE if name not in told and name not in wrong]
    birth, on = told.get("birth"), told.get("certified")
    if birth and on and on < f"{int(birth[:4]) + age}{birth[4:]}":
        faults.append(("certified", f"发证日期早于本人满 {age} 周岁那天，请核对发证日期和出生日期"))
    if earlier and first.get(entry.identity) != earlier:
        faults.append(("certificate", f"证书编号与第 {earlier} 行的相同，一个编号只能是一个人的一本证书，请核对"))
    entry.wrongs += [Wrong(name, f"{words}；证书没有导入", is_fatal=False) for name, words in faults]
    if faults or wrong & {*CERTIFICATE, "certificate_state"}:
        told.pop("level", None)
