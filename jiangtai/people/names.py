"""How a name is written and how it is looked up: the card keeps the one, the blind index the other."""

import re
import unicodedata
from functools import lru_cache

from jiangtai.kernel import pinyin

LONGEST = 50
_DOTS = re.compile(r"[·•．・‧∙⋅●]")
_SPACES = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_BETWEEN_SYLLABLES = re.compile(r"['’‘`-]")
_TAIL = 4
_NOT_IN_A_NAME = re.compile(r"[0-9０-９,，;；、/\\|<>?？!！@#%&*()（）\[\]{}\"“”:：_=+]")


def written(text: str) -> str:
    """The name as its holder writes it, without stray spaces; refused where it cannot be a name."""
    name = _DOTS.sub("·", _SPACES.sub(" ", text).strip())
    if all(not sign.isascii() for sign in name.replace(" ", "")):
        name = name.replace(" ", "")  # 张  三 is 张三; Anna Schmidt keeps her space
    if not name:
        raise ValueError("请填写姓名")
    if len(name) > LONGEST:
        raise ValueError(f"姓名有 {len(name)} 个字，最多 {LONGEST} 个，请核对")
    if wrong := _NOT_IN_A_NAME.search(name):
        raise ValueError(f"姓名里有“{wrong[0]}”，请照身份证填写")
    return name


def looked_up(text: str) -> str:
    """The form under which a name is found: without spaces and dots, in one spelling of every sign."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub("", _DOTS.sub("", plain))


def words(name: str, id_number: str = "") -> set[str]:
    """All by which a name is found: whole, in pinyin, by initials, and with the last four of the identity number."""
    whole = typed(name)
    if not whole:
        return set()
    spoken = {key for told in {name, _readable(name)} for key in pinyin.search_keys(told, is_person=True).split()}
    spoken |= {
        word.replace("lv", "lu").replace("nv", "nu") for word in spoken
    }  # 吕 is typed lv, and lu where one forgot
    tail = {whole + id_number[-_TAIL:].casefold()} if id_number else set()
    return {whole, *spoken, *tail}


def typed(text: str) -> str:
    """What somebody typed to find a name, in the spelling of the words."""
    plain = looked_up(text)
    spoken = _BETWEEN_SYLLABLES.sub("", plain.replace("ü", "v"))
    return spoken if spoken.isascii() else plain


def _readable(name: str) -> str:
    """The name without the characters that nobody can read aloud: 张𠮷 is looked for as zhang too."""
    return "".join(filter(_is_read_aloud, name))


@lru_cache(maxsize=20_000)
def _is_read_aloud(sign: str) -> bool:
    return pinyin.sort_key(sign).isalnum()


def is_near(one: str, other: str) -> bool:
    """Whether two spellings may be one name: at most one sign is another, missing, or too many."""
    short, long = sorted((looked_up(one), looked_up(other)), key=len)
    if short == long:
        return True
    if len(long) < 2 or len(long) - len(short) > 1:
        return False
    same = next((at for at, sign in enumerate(short) if sign != long[at]), len(short))
    rest = long[same + 1 :]
    return rest == short[same + (len(short) == len(long)) :]
