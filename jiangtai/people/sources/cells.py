"""What stands in a cell, read as the register writes it; what cannot be read is a sentence that says what to do.

No sentence says what the cell says: it is kept with the batch, longer than the sheet, and the user has the cell itself.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from jiangtai.kernel import clock, codes

from .. import names
from ..facts import Form, Level
from ..models import Person

LABELS = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "手机号",
    "birth": "出生日期",
    "sex": "性别",
    "hukou": "户籍",
    "education": "学历",
    "employer": "单位名称",
    "employer_code": "统一社会信用代码",
    "occupation": "工种",
    "is_production": "一线职工",
    "form": "用工形式",
    "since": "入职日期",
    "state": "在职状态",
    "left": "离职日期",
    "union": "所属工会",
    "joined": "入会日期",
    "union_card": "会员卡号",
    "certificate": "证书编号",
    "level": "技能等级",
    "certified": "发证日期",
    "certificate_state": "证书状态",
}
"""Every detail that a list may bring, as users call it."""

EXAMPLES = {
    "name": "李志强", "id_number": "519900198808081234", "phone": "19900000100", "birth": "1988-08-08", "sex": "男",
    "hukou": "外地农村", "education": "大学专科", "employer": "示例机械有限公司",
    "employer_code": "91519900MA00000000", "occupation": "数控车工", "is_production": "是", "form": "劳动合同",
    "since": "2021-03-01", "state": "在职", "left": "", "union": "示例机械工会", "joined": "2021-04-01",
    "union_card": "", "certificate": "S000051990101264000001", "level": "高级工（三级）", "certified": "2026-05-08",
    "certificate_state": "有效",
}  # fmt: skip
"""What a template shows below its headings; nobody real."""

LEFT, RETIRED, DEAD, THERE = "left", "retired", "dead", "there"
VALID, WITHDRAWN = "valid", "withdrawn"
_LONGEST = 60
_EPOCH = date(1899, 12, 30)
_EARLIEST = date(1900, 1, 1)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+[\d:.]+)?")
_GAPS = re.compile(r"\s*([-/.年月])\s*|\s+(?=日)")
_COUNTED = re.compile(r"\.0+$")
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"(\d{4,5})(?:\.0+)?")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年|\.0+)?")
"""As a spreadsheet counts, such a number is a day of 1905; nobody means it."""
_MONTH = re.compile(r"(\d{4})(?:[-/.年]|(?=\d\d))(0?[1-9]|1[0-2])月?")
_EITHER = re.compile(r"\d{4}\.1")
"""A spreadsheet that takes 2024.10 for a number drops the nought."""
_ODD = set("\r\n\t,;\"'=+@")
"""What a certificate's number never holds, and a sum that Excel made of it, or a formula, does."""
_LEVELS = (
    {word.replace("级工", "级"): level for level in Level for word in re.findall(r"\w+", level.label)}
    | {f"{grade}级": Level(Level.SENIOR_TECHNICIAN + 1 - grade) for grade in range(1, 6)}
    | {f"{level.label[:2]}技能": level for level in (Level.JUNIOR, Level.INTERMEDIATE, Level.SENIOR)}
    | {"学徒": Level.APPRENTICE}
)
_NAMED_LEVEL = re.compile("(国家)?(职业资格|职业技能(等级)?|技能等级)")
_OTHER_PAPER = re.compile("[A-Za-z]{1,3}[0-9]{6,10}")
"""A passport, a permit to travel: letters before their digits."""
_BLANK = {"", "-", "—", "--", "——", "/", "无", "暂无", "不详", "未知", "null", "none", "n/a", "#n/a"}
_WORDS = {
    "sex": {"男": "男", "女": "女", "男性": "男", "女性": "女", "1": "男", "2": "女", "m": "男", "f": "女"},
    "hukou": {label: value for value, label in Person.Hukou.choices}
    | {"本市城镇": "local_urban", "本市农村": "local_rural", "外埠城镇": "other_urban", "外埠农村": "other_rural"},
    "education": {label: value for value, label in Person.Education.choices}
    | {"本科": "20", "大学": "20", "学士": "20", "大专": "30", "专科": "30", "高职": "30", "中专": "40", "中技": "40"}
    | {"技校": "40", "职高": "40", "高中": "60", "初中": "70", "小学": "80", "研究生及以上": "10", "硕士": "10"}
    | {"博士": "10", "硕士研究生": "10", "博士研究生": "10"},
    "is_production": {"是": "yes", "否": "no", "一线": "yes", "非一线": "no", "y": "yes", "n": "no",
      "1": "yes", "0": "no"},
    "form": {form.label: form.value for form in Form} | {"合同工": "contract", "派遣": "dispatched"},
    "state": dict.fromkeys(("在职", "在岗", "在册", "试用", "试用期", "正常", "在保", "续保", "参保", "缴费"), THERE)
    | dict.fromkeys(("正常参保", "正常缴费", "参保缴费", "正在参保", "正在缴费", "已参保", "增员", "新增"), THERE)
    | dict.fromkeys(("转正", "待岗", "借调", "外派", "病假", "长病假", "产假", "停薪留职", "内退", "内部退养"), THERE)
    | dict.fromkeys(("离职", "已离职", "离岗", "辞职", "辞退", "解除合同", "终止合同", "减员", "已减员"), LEFT)
    | dict.fromkeys(("停保", "已停保", "断保", "退保", "断缴", "停缴"), LEFT)
    | dict.fromkeys((act + what for act in ("暂停", "终止", "中断", "停止") for what in ("参保", "缴费")), LEFT)
    | dict.fromkeys(("退休", "已退休", "离退休"), RETIRED) | dict.fromkeys(("死亡", "去世", "身故"), DEAD),
    "certificate_state": dict.fromkeys(("有效", "正常", "在用"), VALID)
    | dict.fromkeys(("作废", "注销", "撤销", "失效", "已作废", "已注销", "已撤销", "已失效"), WITHDRAWN),
}  # fmt: skip
CHOICES: dict[str, Sequence[str]] = {
    "sex": ("男", "女"), "hukou": Person.Hukou.labels, "education": Person.Education.labels,
    "is_production": ("是", "否"), "form": [form.label for form in Form], "state": ("在职", "离职", "退休", "死亡"),
    "level": [level.label for level in Level], "certificate_state": ("有效", "作废", "注销", "撤销"),
}  # fmt: skip
"""What a column with a fixed set of words is filled with; other spellings of the same are read, too."""


def read(field: str, text: str, today: date | None = None) -> str:
    """The cell in the register's spelling, empty where it says nothing; ValueError says what is wrong.

    Whoever reads a million of them says what day it is, and asks the clock once.
    """
    cell = text.strip()
    if cell.lower() in _BLANK:
        return ""
    if field == "id_number":
        return _identity(cell, today)
    return _READERS[field](cell)


def _identity(cell: str, today: date | None) -> str:
    if _OTHER_PAPER.fullmatch(cell):
        raise ValueError(
            "看来是护照或通行证的号码；登记库只认身份证号、港澳台居民居住证号和外国人永久居留身份证号，"
            "本人有其中一种的请改填它的号码，没有的目前还登记不了"
        )
    return codes.parse_identity(cell, today).number


@lru_cache(maxsize=50_000)
def day(text: str) -> str:
    """A day as offices write it in three ways, or as a spreadsheet counts it; a month alone is nobody's birthday."""
    text = _GAPS.sub(r"\1", unicodedata.normalize("NFKC", text))
    if found := _DAY.fullmatch(text):
        return _day(*map(int, found.groups()))
    if _EIGHT.fullmatch(text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    if _YEAR.fullmatch(text):
        raise ValueError("只有年份，请写到日，如 1988-08-08")
    if (found := _SERIAL.fullmatch(text)) and 1 < int(found[1]) < 80_000 and not _is_month(text):
        return _past(_EPOCH + timedelta(days=int(found[1])))
    if _MONTH.fullmatch(text):
        raise ValueError("只有年月，请写到日，如 1988-08-08")
    raise ValueError("不是日期，请写成 1988-08-08 的样子")


def begins(text: str) -> str:
    """The day something began; of a month alone the first, as insurance offices count."""
    return _day(*found, 1) if (found := _month(text)) else day(text)


def ends(text: str) -> str:
    """The day something ended; of a month alone the last, or today while the month is not over."""
    if not (found := _month(text)):
        return day(text)
    year, month = found
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return _past(min(last, max(clock.today(), date(year, month, 1))))


def _month(text: str) -> tuple[int, int] | None:
    if _EITHER.fullmatch(text):
        raise ValueError("看不出是 1 月还是 10 月，请写成 2024-01 或 2024-10 的样子")
    found = _MONTH.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def _is_month(text: str) -> bool:
    return len(text) == 6


def _day(year: int, month: int, number: int) -> str:
    try:
        found = date(year, month, number)
    except ValueError:
        raise ValueError("没有这一天，请核对年月日") from None
    return _past(found)


def _past(found: date) -> str:
    if not _EARLIEST <= found <= clock.today():
        raise ValueError(f"应在 {_EARLIEST} 至今天之间，请核对年月日")
    return found.isoformat()


def _word(field: str) -> Callable[[str], str]:
    words, shown, label = _WORDS[field], "、".join(CHOICES[field]), LABELS[field]

    def read(text: str) -> str:
        found = words.get(_squeezed(text).lower()) or words.get(text.strip())
        if found is None:
            raise ValueError(f"{label}应为{shown}，这一格写的是别的")
        return found

    return read


@lru_cache(maxsize=100_000)
def _squeezed(text: str) -> str:
    """Text without blanks, and wide brackets as firms' names have them."""
    return "".join(text.split()).replace("(", "（").replace(")", "）")


@lru_cache(maxsize=100_000)
def _line(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > _LONGEST * 2:
        raise ValueError(f"有 {len(found)} 个字，最多 {_LONGEST * 2} 个，请核对是否贴错了内容")
    return found


def _card(text: str) -> str:
    codes.refuse_rounded("会员卡号", text)
    return _line(text)


@lru_cache(maxsize=100_000)
def _occupation(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > _LONGEST:
        raise ValueError(f"工种有 {len(found)} 个字，最多 {_LONGEST} 个，请核对")
    return found


@lru_cache(maxsize=1_000)
def _level(text: str) -> str:
    """A level by its name, by its grade, or by both where they agree: 高级工, 国家职业资格三级, 三级/高级工, 3级."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("级工", "级")
    found = {_LEVELS.get(word) for word in re.findall(r"\w+", _NAMED_LEVEL.sub("", plain))}
    level = found.pop() if len(found) == 1 else None
    if level is None:
        raise ValueError(f"技能等级应为{'、'.join(CHOICES['level'])}，这一格写的是别的，或名称与级数不一致，请核对")
    return str(level.value)


def certificate_number(text: str) -> str:
    """A certificate's number as it is compared: of whatever kind, without blanks, in half-width capitals."""
    found = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    codes.refuse_rounded("证书编号", found)
    if not 4 <= len(found) <= 40 or _ODD & set(found):
        raise ValueError("证书编号应为 4 至 40 个字母、数字，请核对")
    return codes.parse_certificate(found) if len(found) == codes.CERTIFICATE_LENGTH else found  # national ones alone


_READERS: dict[str, Callable[[str], str]] = {
    "name": names.written,
    "phone": lambda text: codes.parse_phone(_COUNTED.sub("", text)),
    "employer": _squeezed,
    "union": _squeezed,
    "employer_code": lru_cache(maxsize=100_000)(codes.parse_uscc),
    "occupation": _occupation,
    "union_card": _card,
    "birth": day,
    "since": begins,
    "joined": begins,
    "left": ends,
    "certificate": certificate_number,
    "level": _level,
    "certified": begins,
    **{field: _word(field) for field in _WORDS},
}
