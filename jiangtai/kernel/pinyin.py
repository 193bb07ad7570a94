"""Names and texts in toneless pinyin, for sorting and for finding; surnames have readings of their own."""

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin

# Surnames that a dictionary reads otherwise.
_SINGLE = (
    "乐yue 乜nie 仇qiu 佴nai 洗xian 区ou 单shan 卜bu 句gou 召shao 员yun 宓fu 么yao 折she "
    "曾zeng 朴piao 查zha 盖ge 祭zhai 秘bi 种chong 繁po 缪miao 翟zhai 能nai 薄bo 藏zang 覃qin "
    "解xie 贠yun 郇xun 都du 阚kan 隗wei 黑he"
)
SURNAMES: dict[str, tuple[str, ...]] = {entry[0]: (entry[1:],) for entry in _SINGLE.split()} | {
    # They stand here so that they win over their first character.
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "单于": ("chan", "yu"),
    "仲长": ("zhong", "chang"),
}
_AFTER_LETTERS = "~"
_UNREADABLE_LETTERS = ("L", "N", "Co", "Cn", "Cs")


def sort_key(text: str, is_person: bool = False) -> str:
    """Its syllables between spaces, in ASCII; a character nobody can read follows z, by its code point."""
    return " ".join(
        sign if sign.isascii() else f"{_AFTER_LETTERS}{ord(sign):06x}" for sign in _syllables(text, is_person)
    )


def initials(text: str, is_person: bool = False) -> str:
    """The first letter of every syllable, in lower case."""
    return "".join(syllable[0] for syllable in _syllables(text, is_person))


def search_keys(text: str, is_person: bool = False) -> str:
    """What somebody may type for it: whole and initials, and of a surname the dictionary's reading too."""
    readings = [_syllables(text, is_person), _syllables(text, is_person=False)]
    keys = [key for syllables in readings for key in ("".join(syllables), "".join(one[0] for one in syllables))]
    return " ".join(dict.fromkeys(filter(None, keys)))


def _syllables(text: str, is_person: bool) -> tuple[str, ...]:
    """Syllables, single letters and digits, and the unreadable characters as they are."""
    text = unicodedata.normalize("NFKC", text).strip()
    surname = next((text[:length] for length in (2, 1) if text[:length] in SURNAMES), "") if is_person else ""
    return SURNAMES.get(surname, ()) + _read(text[len(surname) :].lower())


@lru_cache(maxsize=50_000)
def _read(text: str) -> tuple[str, ...]:
    """What the dictionary reads; a list of a city brings the same few thousand names over and over."""
    # `errors` may answer with a list, which the package's annotation leaves out.
    return tuple(token for token in lazy_pinyin(text, errors=list) if _counts(token))  # type: ignore[arg-type]


def _counts(token: str) -> bool:
    """Spaces, dots, hyphens and variation marks are not part of a name; characters without a name are."""
    return (token.isascii() and token.isalnum()) or unicodedata.category(token[0]).startswith(_UNREADABLE_LETTERS)
