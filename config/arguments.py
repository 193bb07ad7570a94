"""What may stand after a command, and the Chinese in which argparse says what may not."""

import argparse
import re
import uuid
from datetime import datetime

_HEADINGS = {
    "usage: ": "用法：",
    "positional arguments:": "参数：",
    "options:": "选项：",
    "show this help message and exit": "显示帮助",
}
_FAULTS = (
    (r"^argument (\S+): invalid choice: (.+?) \(choose from (.*)\)$", r"没有这个\1 \2，可用的有 \3"),
    (r"^argument (\S+): ", r"\1："),
    (r"^the following arguments are required: ", "缺少 "),
    (r"^unrecognized arguments: ", "不认识的参数 "),
    (r"^ambiguous option: (\S+) could match ", r"\1 写得不全，可能是 "),
    (r"expected one argument$", "后面缺少一个值"),
    (r"expected at least one argument$", "后面至少要有一个值"),
    (r"ignored explicit argument ", "后面不能有值 "),
    (r"not allowed with argument ", "不能同时有 "),
    (r"invalid \w+ value: ", "读不懂的值 "),
)
_PORTS = range(1, 65536)


class Parser(argparse.ArgumentParser):
    """argparse that speaks Chinese."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong with the call and how to see the right one."""
        for english, chinese in _FAULTS:
            message = re.sub(english, chinese, message)
        self.exit(2, f"参数有误：{message}\n用 {self.prog} --help 查看用法\n")

    def format_usage(self) -> str:
        """The call in one line."""
        return super().format_usage().replace("usage: ", "用法：")

    def format_help(self) -> str:
        """The whole help."""
        text = super().format_help()
        for english, chinese in _HEADINGS.items():
            text = text.replace(english, chinese)
        return text


def port(text: str) -> int:
    """A port that can be listened on."""
    number = _whole_number(text)
    if number not in _PORTS:
        raise argparse.ArgumentTypeError(f"端口应为 {_PORTS[0]} 到 {_PORTS[-1]}，收到 {text}")
    return number


def count(text: str) -> int:
    """How many of something: nothing or more."""
    number = _whole_number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"不能是负数，收到 {text}")
    return number


def moment(text: str) -> datetime | None:
    """A moment in the office's zone unless it says another; None stands for `now`."""
    from jiangtai.kernel import clock

    if text == "now":
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为北京时间，如 2026-12-31T09:00，或 now，收到“{text}”") from None
    return told if told.tzinfo else told.replace(tzinfo=clock.OFFICE_ZONE)


def fact(text: str) -> uuid.UUID:
    """The number of a fact."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"应为事实的编号，如 019abcde-0000-7000-8000-000000000000，收到“{text}”"
        ) from None


def holder(text: str) -> tuple[str, str]:
    """Whose account it is to be, and its sign-in name."""
    name, _, username = text.replace("：", ":").partition(":")
    if not (name.strip() and username.strip()):
        raise argparse.ArgumentTypeError(f"应为 姓名:登录名，如 张三:zhangsan，收到“{text}”")
    return name.strip(), username.strip()


def division(text: str) -> str:
    """A code of an administrative division."""
    from jiangtai.kernel import codes

    try:
        codes.parse_division(text)
    except codes.CodeError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为整数，收到“{text}”") from None
