"""What an instrument says of the tasks for which it is sent, and how late its answer is; no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jiangtai.kernel import Period, clock

from .footnotes import Footnotes, reasoned
from .lights import Tone

_LEFT_OUT = "不含已取消、已转入下年度"
LIGHTS = {tone.value: tone.label for tone in (Tone.RED, Tone.AMBER, Tone.GREEN)}


@dataclass(frozen=True)
class Standing:
    """How one task stands on a day: whose it is, its light, and why."""

    unit: str
    measure: str
    task: str
    light: str
    why: str
    due: date | None = None


@dataclass(frozen=True)
class Draft:
    """A text with its title and the methods of its figures."""

    title: str
    body: str
    methods: Sequence[str]
    table: Sequence[dict[str, str]] = ()


def level_of(name: str, kind: str) -> str:
    """What a place calls itself in the names of its offices: 区, 县, 市, 省, 自治区."""
    if name.endswith("自治区"):
        return "自治区"
    if name and name[-1] in "省市区县旗州":
        return name[-1]
    return {"province": "省", "city": "市"}.get(kind, "区")


def number_of(series: str, year: int, serial: int) -> str:
    """产改提示〔2026〕3号."""
    return f"{series}〔{year}〕{serial}号"


def counted_how(light: str, today: date) -> str:
    """How tasks of a light are counted."""
    return f"{LIGHTS[light]}任务：截至{clock.chinese_day(today)}未完成、按系统亮灯规则为{LIGHTS[light]}的任务，逐项计。"


def draft_for_tasks(kind: str, found: Sequence[Standing], today: date) -> Draft:
    """What a prompt or a supervision says of these tasks."""
    notes, units = Footnotes(), list(dict.fromkeys(one.unit for one in found))
    whose = "贵单位" if len(units) == 1 else "有关单位"
    counts = "、".join(
        f"{LIGHTS[light]} {notes.mark(f'{number} 项', counted_how(light, today))}"
        for light in LIGHTS
        if (number := sum(one.light == light for one in found))
    )
    name = units[0] if len(units) == 1 else f"{units[0]}等单位" if units else ""
    lines = [
        f"截至{clock.chinese_day(today)}，{whose}承担的产业工人队伍建设改革任务中，有{counts}，具体如下：",
        *(
            _line(place, one, len(units) > 1, reasoned(one.why, notes, today))
            for place, one in enumerate(found, start=1)
        ),
        "请对照任务要求，查明原因，明确措施和时限，抓好落实。",
    ]
    return Draft(f"关于{name}承担任务推进情况的{kind}", "\n".join(lines), notes.methods)


def _line(place: int, one: Standing, names_unit: bool, why: str) -> str:
    due = f"，应于{clock.chinese_day(one.due)}完成" if one.due else ""
    unit, task = (f"{one.unit}：" if names_unit else ""), one.task.rstrip("。；;")
    return f"{place}．{unit}“{one.measure}”中的“{task}”{due}。{LIGHTS[one.light]}：{why}。"


@dataclass(frozen=True)
class UnitStanding:
    """How the tasks of one unit stand: how many, done, green, amber, red, and what it reported."""

    unit: str
    tasks: int
    done: int
    red: int
    amber: int
    green: int
    problems: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    reported: int = 0

    @property
    def goes_well(self) -> bool:
        """Whether something is done or in time and nothing late or near; what has no day yet is no merit."""
        return bool(self.done or self.green) and not self.red and not self.amber


def annex(found: Iterable[UnitStanding], notes: Footnotes, today: date) -> list[dict[str, str]]:
    """The lines of the bulletin's table, unit by unit."""
    return [
        {"unit": one.unit, "progress": _progress(one, notes, today), "problem": _joined(one.problems) or "未报告",
         "coming": _joined(one.coming) or "未报告"}
        for one in found
    ]  # fmt: skip


def _progress(one: UnitStanding, notes: Footnotes, today: date) -> str:
    tasks = notes.mark(f"{one.tasks} 项", _tasks_how(today))
    done = notes.mark(f"{one.done} 项", _done_how(today))
    red = notes.mark(f"{one.red} 项", counted_how("red", today))
    amber = notes.mark(f"{one.amber} 项", counted_how("amber", today))
    return f"共 {tasks}，完成 {done}，{Tone.RED.label} {red}，{Tone.AMBER.label} {amber}"


def _tasks_how(today: date) -> str:
    return f"任务：截至{clock.chinese_day(today)}各单位承担的改革任务，{_LEFT_OUT}的，逐项计。"


def _done_how(today: date) -> str:
    return f"已完成：截至{clock.chinese_day(today)}状态为“已完成”的任务，逐项计。"


def bulletin(period: str, found: Sequence[UnitStanding], today: date) -> Draft:
    """What the quarter's bulletin says of all units."""
    notes, day, quarter = Footnotes(), clock.chinese_day(today), Period.parse(period).label
    tasks, done = sum(one.tasks for one in found), sum(one.done for one in found)
    red, amber = sum(one.red for one in found), sum(one.amber for one in found)
    share = f"{done * 100 / tasks:.1f}%" if tasks else "0%"
    all_units = notes.mark(f"{len(found)} 个单位", f"承担单位：截至{day}有改革任务（{_LEFT_OUT}）的单位，逐个计。")
    all_tasks = notes.mark(f"{tasks} 项", _tasks_how(today))
    finished = notes.mark(f"{done} 项", _done_how(today))
    rate = notes.mark(share, "完成率：已完成任务数除以任务数。")
    late = notes.mark(f"{red} 项", counted_how("red", today))
    slow = notes.mark(f"{amber} 项", counted_how("amber", today))
    reports = notes.mark(
        f"{sum(one.reported for one in found)} 份", f"进展：{quarter}内审核通过的各单位进展报送，逐份计。"
    )
    lines = [
        f"截至{day}，{all_units}共承担产业工人队伍建设改革任务 {all_tasks}，已完成 {finished}，完成率 {rate}；"
        f"红灯 {late}，黄灯 {slow}。{quarter}审核通过进展报送 {reports}。现将有关情况通报如下：",
        "一、推进较好的单位",
        _named([one for one in found if one.goes_well], "有已完成或绿灯任务，且无红灯、黄灯任务的单位："),
        "二、推进较慢的单位",
        _named(sorted((one for one in found if one.red), key=lambda one: -one.red), "有红灯任务的单位："),
        "三、存在的问题",
        *_problems(found),
        "四、下一步要求",
        "有红灯任务的单位要查明原因、倒排工期；有黄灯任务的单位要防止超期；各单位要如实报送进展。",
    ]
    table = annex(found, notes, today)
    return Draft(f"关于{quarter}产业工人队伍建设改革任务推进情况的通报", "\n".join(lines), notes.methods, table)


def _named(found: Sequence[UnitStanding], before: str) -> str:
    return f"{before}{'、'.join(one.unit for one in found)}。" if found else f"{before}无。"


def _problems(found: Iterable[UnitStanding]) -> list[str]:
    told = [f"{one.unit}：{_joined(one.problems)}" for one in found if one.problems]
    return told or ["本季度各单位未报告需要协调的问题。"]


def _joined(texts: Iterable[str]) -> str:
    said = [text.strip().rstrip("。；;") for text in texts if text.strip()]
    return "；".join(dict.fromkeys(said)) + ("。" if said else "")
