"""Every number of a regulation is a declared parameter: dated, founded, bounded, and traceable where it is used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

Value = int | Decimal | str | bool | date

TYPES = {"int": "整数", "decimal": "数", "text": "文字", "flag": "是或否", "date": "日期"}
_FLAGS = {"是": True, "true": True, "yes": True, "1": True, "否": False, "false": False, "no": False, "0": False}
_BOUNDED = ("int", "decimal", "date")
_REQUIRED = ("label", "basis", "type", "values")
_OPTIONAL = ("unit", "note", "min", "max", "unit_may_override")


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
    values: tuple[tuple[date, Value], ...]

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
        text = {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
        return f"{text} {self.unit}".strip()

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
        """The value on a day: the nearest unit's own, else the declared one, with the trace of how it was found."""
        parameter = self.get(key)
        trace: list[str] = []
        for override in _latest_of_each_unit(overrides, on):
            found = _accepted(parameter, override, trace)
            if found is not None:
                return Resolved(found, override.unit_name, override.since, tuple(trace))
        since, declared = parameter.declared(on)
        shown = parameter.show(declared)
        trace.append(f"全系统规定：“{parameter.label}”自 {since} 起为 {shown}（依据 {parameter.basis}）")
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
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, ParameterError) as fault:
        raise ParameterError(f"{path.name} 读不懂：{str(fault).replace(chr(10), ' ')}") from None
    if not isinstance(rows, dict):
        raise ParameterError(f"{path.name} 应是“参数名: 内容”的对照表，这里不是，请核对格式")
    faults: list[str] = []
    parameters = [_declared(str(key), row, room, faults) for key, row in rows.items()]
    if faults:
        raise ParameterError(*faults)
    return [parameter for parameter in parameters if parameter is not None]


class _OnceLoader(yaml.SafeLoader):
    """YAML silently keeps the last of two equal keys; a declaration must not get lost like that."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys all differ."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]  # type: ignore[no-untyped-call]
        doubled = {str(key) for key in keys if keys.count(key) > 1}
        if doubled:
            raise ParameterError(f"{'、'.join(sorted(doubled))} 写了两次，请删去一处")
        return super().construct_mapping(node, deep)


def _declared(key: str, row: object, room: str, faults: list[str]) -> Parameter | None:
    """One parameter, or nothing and its faults."""
    found = list(_faults_of_row(key, row, room))
    if found or not isinstance(row, Mapping):
        faults += found
        return None
    try:
        parameter = _built(key, row)
        _require_values(parameter, row["values"])
    except ParameterError as fault:
        faults += [f"{key}：{one}" for one in fault.faults]
        return None
    return parameter


def _faults_of_row(key: str, row: object, room: str) -> Iterable[str]:
    if not key.startswith(f"{room}.") or key == f"{room}.":
        yield f"{key}：参数名应以“{room}.”开头，请改名"
    if not isinstance(row, Mapping):
        yield f"{key}：下面应是各项说明（{'、'.join(_REQUIRED)}），这里不是，请补全"
        return
    for name in row:
        if name not in (*_REQUIRED, *_OPTIONAL):
            yield f"{key}：不认识“{name}”这一项，可用：{'、'.join((*_REQUIRED, *_OPTIONAL))}"
    for name in _REQUIRED:
        if row.get(name) in (None, "", {}):
            yield f"{key}：缺少 {name}，请补上"
    if row.get("type") and row["type"] not in TYPES:
        yield f"{key}：type 是“{row['type']}”，应为 {'、'.join(TYPES)} 之一"
    if row.get("values") and not isinstance(row["values"], Mapping):
        yield f"{key}：values 应是“起始日期: 值”的对照表，这里不是"
    if not isinstance(row.get("unit_may_override", False), bool):
        yield f"{key}：unit_may_override 应为 true 或 false"
    yield from (f"{key}：{name} 应为文字" for name in ("label", "basis", "unit", "note") if not _is_text(row.get(name)))


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str | int)


def _built(key: str, row: Mapping[str, Any]) -> Parameter:
    """The parameter with its bounds, whose values are still to be checked against them."""
    low, high = (_bound(row, name) for name in ("min", "max"))
    if _is_below(high, low):
        raise ParameterError(f"min（{low}）大于 max（{high}），请对调或改正")
    words = {name: str(row.get(name) or "").strip() for name in ("label", "unit", "basis", "note")}
    plain = Parameter(
        key, **words, type=row["type"], min=low, max=high, values=(),
        unit_may_override=row.get("unit_may_override", False),
    )  # fmt: skip
    return plain


def _typed(kind: str, value: object) -> Value | None:
    """The value in the declared type, or None when it is not one."""
    return None
