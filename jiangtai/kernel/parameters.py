"""Every number of a regulation is a declared parameter: dated, founded, bounded, and traced to its source."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .catalog import basis_words

Value = int | Decimal | str | bool | date

TYPES = {"int": "整数", "decimal": "数", "text": "文字", "flag": "是或否", "date": "日期"}
_FLAGS = {
    "是": True,
    "true": True,
    "yes": True,
    "1": True,
    "否": False,
    "false": False,
    "no": False,
    "0": False,
}
_BOUNDED = ("int", "decimal", "date")
_REQUIRED = ("label", "basis", "type", "values")
_OPTIONAL = ("unit", "note", "min", "max", "unit_may_override")
_WORDS = ("label", "unit", "basis", "note")
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


class ParameterError(ValueError):
    """A declaration, a key or a value is wrong; `faults` holds one sentence for each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared number (or text, flag, date) with its values by the day each began to count."""

    key: str
    label: str
    unit: str
    basis: str
    note: str
    type: str
    min: Value | None
    max: Value | None
    unit_may_override: bool
    values: tuple[tuple[date, Value], ...] = ()

    @property
    def basis_words(self) -> str:
        """What it stands on, as users read it."""
        return basis_words(self.basis) or "系统默认"

    def parse(self, value: object) -> Value:
        """A value of this parameter's type within its bounds, whether typed by a user or read from YAML."""
        parsed = _typed(self.type, value)
        if parsed is None:
            raise ParameterError(f"“{self.label}”填的是“{value}”，应为{TYPES[self.type]}，请改正")
        if _is_below(parsed, self.min) or _is_below(self.max, parsed):
            raise ParameterError(f"“{self.label}”填的是 {self.show(parsed)}，应{self._bounds()}，请改正")
        return parsed

    def show(self, value: Value) -> str:
        """A value as users read it."""
        if isinstance(value, bool):
            return "是" if value else "否"
        return f"{value} {self.unit}".strip()

    def declared(self, on: date) -> tuple[date, Value]:
        """The declared value that counts on a day, and since when."""
        counting = [entry for entry in self.values if entry[0] <= on]
        if not counting:
            first = self.values[0][0]
            raise ParameterError(f"“{self.label}”自 {first} 起才有规定，{on} 没有可用的值，请核对日期")
        return counting[-1]

    def _bounds(self) -> str:
        low = f"不小于 {self.show(self.min)}" if self.min is not None else ""
        high = f"不大于 {self.show(self.max)}" if self.max is not None else ""
        return "且".join(filter(None, (low, high)))


@dataclass(frozen=True, slots=True)
class Override:
    """A value that a unit set for itself and all below it, from a day on; an empty one gives it back."""

    unit: str
    unit_name: str
    since: date
    value: object
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value with whose it is, since when, and the sentences that say how it was found."""

    value: Value
    source: str
    since: date
    trace: tuple[str, ...]


class Registry:
    """All parameters of the loaded product, by key."""

    def __init__(self) -> None:
        self._parameters: dict[str, Parameter] = {}

    def declare(self, *parameters: Parameter) -> None:
        """Enter parameters; the same declaration may come twice, a different one of the same key may not."""
        for parameter in parameters:
            if self._parameters.setdefault(parameter.key, parameter) != parameter:
                raise ParameterError(f"参数 {parameter.key} 已经声明过，且内容不同，请改名或删去一处")

    def all(self) -> list[Parameter]:
        """Every parameter, by key."""
        return [self._parameters[key] for key in sorted(self._parameters)]

    def get(self, key: str) -> Parameter:
        """The parameter of this key."""
        if key not in self._parameters:
            raise ParameterError(f"没有名为 {key} 的参数，请核对拼写，或先在 parameters.yaml 中声明")
        return self._parameters[key]

    def value(self, key: str, on: date, overrides: Sequence[Override] = ()) -> Resolved:
        """The value on a day: the nearest unit's own, else the declared one, and how it was found."""
        parameter = self.get(key)
        trace: list[str] = []
        for override in _latest_of_each_unit(overrides, on):
            found = _accepted(parameter, override, trace)
            if found is not None:
                return Resolved(found, override.unit_name, override.since, tuple(trace))
        since, declared = parameter.declared(on)
        shown = parameter.show(declared)
        trace.append(f"全系统规定：“{parameter.label}”自 {since} 起为 {shown}（依据 {parameter.basis_words}）")
        return Resolved(declared, "全系统规定", since, tuple(trace))

    def check_override(self, key: str, value: object) -> Value:
        """The value that a unit may set, in its type, or `ParameterError`."""
        parameter = self.get(key)
        if not parameter.unit_may_override:
            raise ParameterError(f"“{parameter.label}”由全系统统一规定，单位不能另设")
        return parameter.parse(value)


registry = Registry()


def load(path: Path, room: str) -> list[Parameter]:
    """The parameters that a room declares, or every fault of its file in one sentence each."""
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506  it extends SafeLoader
    except (yaml.YAMLError, ValueError) as fault:
        raise ParameterError(f"{path.name} 读不懂：{' '.join(str(fault).split())}，请核对格式") from None
    if not isinstance(rows, dict):
        raise ParameterError(f"{path.name} 应是“参数名: 各项说明”的对照表，这里不是，请核对格式")
    read = [_Entry(str(key), row, room) for key, row in rows.items()]
    faults = [f"{entry.key}：{fault}" for entry in read for fault in entry.faults()]
    if faults:
        raise ParameterError(*faults)
    return [entry.parameter() for entry in read]


class _OnceLoader(yaml.SafeLoader):
    """YAML silently keeps the last of two equal keys; a declaration must not get lost like that."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys all differ."""
        names = [key.value for key, _ in node.value]
        doubled = sorted({name for name in names if isinstance(name, str) and names.count(name) > 1})
        if doubled:
            raise ParameterError(f"{'、'.join(doubled)} 写了两次")
        return super().construct_mapping(node, deep)


class _Entry:
    """One entry of a `parameters.yaml`, first looked at for faults, then built."""

    def __init__(self, key: str, row: object, room: str) -> None:
        self.key, self.room = key, room
        self.row: dict[Any, Any] = row if isinstance(row, dict) else {}

    def faults(self) -> list[str]:
        """Everything that is wrong with it; its values are looked at once the rest is right."""
        return [*self._faults_of_form()] or [*self._faults_of_values()]

    def parameter(self) -> Parameter:
        """The parameter, of an entry without faults."""
        blank = self._blank()
        return replace(blank, values=tuple((since, blank.parse(value)) for since, value in self.row["values"].items()))

    def _faults_of_form(self) -> Iterator[str]:
        row = self.row
        if not re.fullmatch(rf"{re.escape(self.room)}\.[a-z][a-z0-9_.]*", self.key):
            yield f"参数名应以“{self.room}.”开头，后接小写英文、数字和下划线，请改名"
        if unknown := [str(name) for name in row if name not in (*_REQUIRED, *_OPTIONAL)]:
            yield f"不认识“{'、'.join(unknown)}”，可用的项是 {'、'.join((*_REQUIRED, *_OPTIONAL))}"
        if missing := [name for name in _REQUIRED if row.get(name) in (None, "", {})]:
            yield f"缺少 {'、'.join(missing)}，请补上"
        if wordless := [name for name in _WORDS if not isinstance(row.get(name, ""), str)]:
            yield f"{'、'.join(wordless)} 应为文字，请加引号"
        if row.get("type", "int") not in TYPES:
            yield f"type 是“{row['type']}”，应为 {'、'.join(TYPES)} 之一"
        if not isinstance(row.get("values") or {}, dict):
            yield "values 应是“起始日期: 值”的对照表，请改正"
        if not isinstance(row.get("unit_may_override", False), bool):
            yield "unit_may_override 应为 true 或 false，请改正"

    def _faults_of_values(self) -> Iterator[str]:
        if faults := [*self._faults_of_bounds()]:
            yield from faults
            return
        days, blank = list(self.row["values"]), self._blank()
        if not all(_typed("date", day) == day for day in days):
            yield "values 的每一行应以起始日期开头，如 2026-01-01，请改正"
        elif days != sorted(days):
            yield f"values 的日期应从早到晚排列，这里是 {'、'.join(map(str, days))}，请调整"
        for value in self.row["values"].values():
            try:
                blank.parse(value)
            except ParameterError as fault:
                yield str(fault)

    def _faults_of_bounds(self) -> Iterator[str]:
        kind, low, high = self.row["type"], self.row.get("min"), self.row.get("max")
        for name, bound in (("min", low), ("max", high)):
            if bound is not None and (kind not in _BOUNDED or _typed(kind, bound) is None):
                wanted = f"应为{TYPES[kind]}" if kind in _BOUNDED else f"{TYPES[kind]}没有上下限，应删去"
                yield f"{name} 写的是“{bound}”，{wanted}，请改正"
        if _is_below(_typed(kind, high), _typed(kind, low)):
            yield f"min（{low}）大于 max（{high}），请改正"

    def _blank(self) -> Parameter:
        """The parameter without its values, which can already check them."""
        row, words = self.row, {name: self.row.get(name, "").strip() for name in _WORDS}
        low, high = (_typed(row["type"], row.get(name)) for name in ("min", "max"))
        may_override = row.get("unit_may_override", False)
        return Parameter(self.key, **words, type=row["type"], min=low, max=high, unit_may_override=may_override)


def _latest_of_each_unit(overrides: Iterable[Override], on: date) -> list[Override]:
    """What each unit last said by that day, the units in the order in which they were given."""
    latest: dict[str, Override] = {}
    for override in overrides:
        if override.since <= on and override.since >= latest.get(override.unit, override).since:
            latest[override.unit] = override
    return list(latest.values())


def _accepted(parameter: Parameter, override: Override, trace: list[str]) -> Value | None:
    """The override's value if it counts; the trace says so either way."""
    who = f"{override.unit_name}自 {override.since} 起"
    reason = f"（{override.who}：{override.why}）"
    if override.value in (None, ""):
        trace.append(f"{who}改回沿用上级规定{reason}")
        return None
    if not parameter.unit_may_override:
        trace.append(f"{who}的设定不作数：“{parameter.label}”由全系统统一规定")
        return None
    try:
        value = parameter.parse(override.value)
    except ParameterError as fault:
        trace.append(f"{who}的设定不作数：{fault}")
        return None
    trace.append(f"{who}把“{parameter.label}”定为 {parameter.show(value)}{reason}")
    return value


def _is_below(one: Any, other: Any) -> bool:
    """Whether both are given and the first is the smaller."""
    return one is not None and other is not None and bool(one < other)


def _typed(kind: str, value: object) -> Value | None:
    """The value in the type of this name, or None when it is not one."""
    if isinstance(value, str):
        return _typed_text(kind, value.strip())
    fitting: dict[str, tuple[type, ...]] = {"int": (int,), "decimal": (int, float, Decimal)}
    if kind in fitting:
        return _number(kind, value) if isinstance(value, fitting[kind]) and not isinstance(value, bool) else None
    if kind == "date":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    return value if kind == "flag" and isinstance(value, bool) else None


def _typed_text(kind: str, text: str) -> Value | None:
    """What a user typed into a field, or what stands between quotation marks."""
    if kind == "text":
        return text or None
    if kind == "flag":
        return _FLAGS.get(text.lower())
    text = text.translate(_HALF_WIDTH)
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    shape = r"[+-]?[0-9]{1,18}" if kind == "int" else r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?"
    return _number(kind, text) if re.fullmatch(shape, text) else None


def _number(kind: str, value: Any) -> Value | None:
    """A float is taken by its shortest spelling, so that 0.1 stays 0.1."""
    if kind == "int":
        return int(value)
    number = Decimal(str(value))
    return number if number.is_finite() else None
