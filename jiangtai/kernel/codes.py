"""The national codes that people copy from cards and spreadsheets: read generously, checked strictly."""

import re
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase, digits
from typing import Literal

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from . import clock

Sex = Literal["男", "女"]

EARLIEST_BIRTH = date(1900, 1, 1)

# Full-width forms only: NFKC would also turn ² and ① into digits that nobody wrote.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
# Spaces of every kind, hyphens and dashes, and the invisible marks that web pages and chat windows leave.
_NOISE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\-\u2010-\u2015\u2212'’`]+")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)
_RESIDENCE_PERMITS = ("81", "82", "83")
_LONGEST = 64
CERTIFICATE_LENGTH = 22
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z])")
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class CodeError(ValueError):
    """A code is not what it claims to be; the message says where and what was expected, and never a number or a day.

    Such sentences are kept beside lists, and would outlive whoever is erased.
    """


class RoundedError(CodeError):
    """A spreadsheet took the code for a quantity and kept 15 digits of it: what stood behind them is lost."""

    def __init__(self, label: str, seen: str) -> None:
        super().__init__(
            f"{label}{seen}，看来表格软件把它当作数字存过，只留下前 15 位，后几位已丢失；"
            f"请把该列设为“文本”后照原件重新录入，或从原系统重新导出"
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity number says about its holder."""

    number: str
    birth: date
    sex: Sex
    division: str
    kind: str


def holds_personal_number(text: str) -> bool:
    """Whether a text has what looks like an identity or mobile number in it, however wide its digits are."""
    return bool(_PERSONAL.search(text.translate(_HALF_WIDTH)))


def parse_identity(text: str, today: date | None = None) -> Identity:
    """The holder's number in its canonical 18 characters, and what can be read from it."""
    number = _upgraded(_read(text, "身份证号"))
    _refuse_length("身份证号", number, 18)
    _refuse_signs("身份证号", number[:17], digits, "数字")
    if number[0] == "0":
        raise CodeError("身份证号首位是 0，应为 1 至 9，请核对是否录错一位")
    birth = _birth(number[6:14], today or clock.today())
    _refuse_unissued(number)
    _refuse_wrong_check("身份证号", number, mod_11_2.calc_check_digit(number[:17]))
    sex: Sex = "男" if int(number[16]) % 2 else "女"
    return Identity(number, birth, sex, _division_of(number), _kind_of(number))


def _upgraded(number: str) -> str:
    """A first-generation number of 15 digits gains the century and the check character."""
    if not re.fullmatch(r"[0-9]{15}", number):
        return number
    body = f"{number[:6]}19{number[6:]}"
    return body + mod_11_2.calc_check_digit(body)


def _birth(eight: str, today: date) -> date:
    try:
        birth = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        raise CodeError("身份证号第 7 至 14 位不是真实的出生日期，请核对年、月、日") from None
    if not EARLIEST_BIRTH <= birth <= today:
        raise CodeError(f"身份证号中的出生日期应在 {EARLIEST_BIRTH} 至 {today} 之间，请核对第 7 至 14 位")
    return birth


def _refuse_unissued(number: str) -> None:
    """Of each place and day the first born has the order 001."""
    if number.endswith("000", 0, 17):
        if number.endswith("000"):
            raise RoundedError("身份证号", "末四位是 0000")
        raise CodeError("身份证号第 15 至 17 位是 000，顺序码从 001 起，没有这样的号码，请照证件核对")


def _division_of(number: str) -> str:
    """Where it was first issued; a foreigner's card names only the province, after the leading 9."""
    return f"{number[1:3]}0000" if number[0] == "9" else number[:6]


def _kind_of(number: str) -> str:
    if number[0] == "9":
        return "外国人永久居留身份证"
    return "港澳台居民居住证" if number.startswith(_RESIDENCE_PERMITS) else "居民身份证"


def parse_uscc(text: str) -> str:
    """A unified social credit code in its canonical 18 characters."""
    label = "统一社会信用代码"
    code = _read(text, label)
    _refuse_length(label, code, 18)
    _refuse_signs(label, code[:8], digits, "数字")
    _refuse_signs(label, code, _USCC_SIGNS, "数字或字母，字母中不用 I、O、S、V、Z")
    _refuse_wrong_check(label, code, uscc.calc_check_digit(code[:17]))
    return code


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division, by its code without the zeros that only fill it up."""

    code: str

    @property
    def level(self) -> str:
        """How high it stands: 省, 市, 县, 乡镇街道 or 村社区."""
        return {2: "省", 4: "市", 6: "县", 9: "乡镇街道", 12: "村社区"}[len(self.code)]

    def parent(self) -> "Division | None":
        """The division one level up, if there is one."""
        above = [length for length in (2, 4, 6, 9) if length < len(self.code)]
        return Division(self.code[: above[-1]]) if above else None

    def contains(self, other: "Division") -> bool:
        """Whether the other division is this one or lies within it."""
        return other.code.startswith(self.code)


def parse_division(text: str) -> Division:
    """A division of any level; whether it really exists is not asked, for the list changes every year."""
    code = _read(text, "行政区划代码")
    _refuse_signs("行政区划代码", code, digits, "数字")
    if len(code) not in (2, 4, 6, 9, 12):
        raise CodeError(f"行政区划代码应为 2、4、6、9 或 12 位，这里是 {len(code)} 位，请核对是否少录或多录")
    if code[0] == "0":
        raise CodeError("行政区划代码首位是 0，应为 1 至 9，请核对是否录错一位")
    return Division(_without_filling(code))


def _without_filling(code: str) -> str:
    """510000 is the province 51, and 510104001000 the street 510104001."""
    for longer, shorter in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(code) == longer and not code[shorter:].strip("0"):
            code = code[:shorter]
    return code


def parse_certificate(text: str) -> str:
    """The number of a vocational skill certificate: one letter and 21 digits."""
    label = "技能等级证书编号"
    number = _read(text, label)
    _refuse_length(label, number, CERTIFICATE_LENGTH)
    _refuse_signs(label, number[:1], ascii_uppercase, "字母")
    _refuse_signs(label, f"-{number[1:]}", f"-{digits}", "数字")
    return number


def parse_phone(text: str) -> str:
    """A mainland mobile number in its eleven digits."""
    number = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", _read(text, "手机号"))
    _refuse_signs("手机号", number, digits, "数字")
    _refuse_length("手机号", number, 11)
    if not re.match(r"1[3-9]", number):
        raise CodeError(f"手机号以 {number[:2]} 开头，应以 13 至 19 开头，请核对；固定电话请填在固定电话一栏")
    return number


def parse_landline(text: str) -> str:
    """A fixed-line number as area code, hyphen and number."""
    number = re.sub(r"^(\+86|0086)0?", "0", re.sub(r"[()]", "", _read(text, "固定电话")))
    _refuse_signs("固定电话", number, digits, "数字")
    found = re.fullmatch(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})", number)
    if not found:
        raise CodeError(f"固定电话应为区号加 7 或 8 位号码，如 028-66668888，这里共 {len(number)} 位，请核对区号与号码")
    return "-".join(found.groups())


def _read(text: str, label: str) -> str:
    """The code as it was meant, unless the cell holds nothing or plainly something else."""
    if len(text.strip()) > _LONGEST:
        raise CodeError(f"{label}一栏有 {len(text)} 个字，装的不像是号码，请核对是否贴错了内容")
    code = _squeezed(text)
    if not code:
        raise CodeError(f"{label}是空的，请补填")
    refuse_rounded(label, code)
    return code


def refuse_rounded(label: str, code: str) -> None:
    """5.199E+17 is no code any more."""
    if _SCIENTIFIC.fullmatch(code):
        raise RoundedError(label, "已成科学计数法")


def _squeezed(text: str) -> str:
    """The text in half-width capitals without spaces, hyphens and invisible marks."""
    return _NOISE.sub("", text.translate(_HALF_WIDTH)).upper()


def _refuse_length(label: str, code: str, expected: int) -> None:
    if len(code) != expected:
        hint = "少录" if len(code) < expected else "多录"
        raise CodeError(f"{label}应为 {expected} 位，这里是 {len(code)} 位，请核对是否{hint}")


def _refuse_signs(label: str, code: str, allowed: str, expected: str) -> None:
    """Name the first character that does not fit, rather than say that something is wrong."""
    for place, sign in enumerate(code, start=1):
        if sign not in allowed:
            raise CodeError(f"{label}第 {place} 位是“{sign}”，应为{expected}，请核对")


def _refuse_wrong_check(label: str, code: str, expected: str) -> None:
    if code[-1] == expected:
        return
    if code.isdecimal() and code.endswith("000"):
        raise RoundedError(label, "末三位是 000")
    raise CodeError(f"{label}末位校验不符：末位应为 {expected}，这里是 {code[-1]}，请核对是否录错一位")
