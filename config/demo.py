"""`jiangtai demo`: an invented district, filled through the very calls that users' clicks make."""

import base64
import hashlib
import hmac
import secrets
import struct
import time
import unicodedata
from datetime import date
from typing import Any

STEPS = 5
STEP_SECONDS = 30  # of an authenticator
_ACCOUNTS = 60
_SEASON = 160
"""So many workers the season of selections needs, entered one by one."""
_WORKERS = 300
"""So many more come on the departments' lists, where nobody asks for another number."""
MOST_ROUNDS = 10


def run(*, workers: int | None, port: int, serve: bool) -> None:
    """Make or open the demo home, tell who can sign in, and serve."""
    from jiangtai.kernel.home import Home

    from . import serving

    if serve:
        serving.check_start(port)
    home = Home.current()
    _take(home)
    import django

    django.setup()
    with serving.database(hold=serving.address(port) if serve else "正在建立演示区"):
        _say(1, f"数据库已启动（{home.path}）")
        serving.prepare()
        _say(2, "数据库结构和网页资源已就绪")
        people = _fill(home, workers)
        _settle()
        _tell(people)
        if serve:
            serving.run(port, said=_step(5))


def current_code(username: str) -> str:
    """The six digits that a demo account's authenticator shows now."""
    from django.conf import settings

    if not settings.DEMO:
        raise PermissionError(f"{settings.HOME.path} 不是演示环境，动态码请看验证器")
    secret = {row["username"]: row["secret"] for row in settings.HOME.demo().get("people", [])}.get(username)
    if not secret:
        raise PermissionError(f"演示环境里没有办公账号“{username}”")
    return totp(secret)


def seconds_left() -> int:
    """For how long the authenticator goes on showing the same digits."""
    return STEP_SECONDS - int(time.time()) % STEP_SECONDS


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238 with the defaults every authenticator uses."""
    counter = struct.pack(">Q", int((at if at is not None else time.time()) // STEP_SECONDS))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _take(home: Any) -> None:
    if not home.is_demo and not home.is_empty and (home.path / "secrets.json").exists():
        raise PermissionError(f"{home.path} 里是正式数据，演示请用 JIANGTAI_HOME 指定另一个目录")
    home.make_secrets()
    if not home.is_demo:
        home.save_demo({"password": f"jiangtai-{secrets.randbelow(9000) + 1000}-{secrets.token_hex(2)}", "people": []})


def _fill(home: Any, workers: int | None) -> dict[str, Any]:
    """Fill the district once, whole or not at all; later starts only read what was made."""
    from django.db import transaction

    from jiangtai.access import Unit, acting_as_job
    from jiangtai.domains.administration import demo
    from jiangtai.domains.honors import demo as honors
    from jiangtai.domains.reform import demo as reform
    from jiangtai.domains.register import demo as register
    from jiangtai.kernel import clock

    from . import serving

    serving.make_keys(home)
    known = home.demo()
    with acting_as_job("演示"):
        is_there = Unit.objects.exists()
    if not is_there:
        with transaction.atomic():
            made = demo.fill(password=known["password"], workers=_ACCOUNTS, say=_murmur)
            register.fill(_SEASON, say=_murmur)
            honors.fill(say=_murmur)
            reform.fill(say=_murmur)
            many = _WORKERS if workers is None else workers
            home.save_demo({**known, **made, "city": {"workers": many, "day": str(clock.today())}})
    _take_lists(home)
    _say(3, "演示区已建立" if is_there else "演示区已建立：锦川区（虚构）")
    if is_there and workers is not None:
        _murmur("--workers 只在第一次建立时起作用，这次没有用到；要换人数，请用 JIANGTAI_HOME 另建一个演示区")
    return home.demo()


def _take_lists(home: Any) -> None:
    """Have the departments hand their lists in, once; a start that was broken off is gone on with."""
    from jiangtai.domains.register import demo as register

    told = home.demo()
    city = told.get("city")
    if not city or not city["workers"] or "recall" in city:
        return
    found = register.city(home.path / "sheets", city["workers"], date.fromisoformat(city["day"]), say=_murmur)
    home.save_demo({**told, "city": {**city, "precision": found.precision, "recall": found.recall}})


def _murmur(text: str) -> None:
    print(f"      {text}", flush=True)


def _settle() -> None:
    """Do the jobs that wait and seal what was written."""
    from jiangtai import indicators, lake, ledger, people
    from jiangtai.access import acting_as_job, audit
    from jiangtai.kernel import clock

    _drain()
    with acting_as_job("演示初始化"):
        people.count_lacks()
    head, facts = audit.seal(), ledger.seal()
    lake.refresh()
    today = clock.today()
    indicators.prepare(lake.opened(), indicators.Frame(indicators.Period.month_of(today), today))
    _show_figures()
    _drain()
    sizes = f"审计 {head.size if head else 0} 条、账本 {facts.size if facts else 0} 条"
    _say(4, f"后台任务已完成，已封存{sizes}")


def _drain() -> None:
    from jiangtai.kernel import jobs, queue

    for _ in range(MOST_ROUNDS):  # a worker that ends leaves the periodic jobs it has just put into the queue
        if queue.is_due():
            jobs.drain()


def _show_figures() -> None:
    """Give the district its targets of the year, what others claim, and what else is done with figures, once."""
    from jiangtai.access import Account, acting_as_job, root
    from jiangtai.indicators import demo

    with acting_as_job("演示"):
        clerk, top = Account.objects.filter(username="zhoumin").first(), root()
    if clerk is not None and top is not None:
        demo.fill(clerk, top)


def _tell(people: dict[str, Any]) -> None:
    print("\n演示账号（姓名、单位均为虚构）。办公登录：登录名 + 密码 + 动态码；动态码用“jiangtai code 登录名”查看，")
    print("或把“密钥”录入手机验证器。职工登录：手机号 + 短信验证码，验证码打印在本窗口。\n")
    password = people["password"]
    rows = [
        (row["role"], row["name"], row["username"], f"密码 {password}", f"密钥 {row['secret']}")
        for row in people["people"]
    ]
    rows += [("职工", row["name"], f"手机号 {row['phone']}", "短信验证码登录", "") for row in people["workers"]]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())
    print(flush=True)


def _width(text: str) -> int:
    """How many columns a terminal gives it."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _say(step: int, text: str) -> None:
    print(f"{_step(step)}{text}", flush=True)


def _step(number: int) -> str:
    return f"[{number}/{STEPS}] "
