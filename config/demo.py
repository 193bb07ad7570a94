"""`jiangtai demo`: an invented district, filled through the very calls that users' clicks make."""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from typing import Any

STEPS = 5
_LEAST = 160
"""So many workers the season needs, however few accounts are asked for."""
MOST_ROUNDS = 10


def run(*, workers: int, port: int, serve: bool) -> None:
    """Make or open the demo home, tell who can sign in, and serve."""
    from jiangtai.kernel.home import Home

    home = Home.current()
    _take(home)
    import django

    django.setup()
    from . import serving

    with serving.database(hold=True):
        _say(1, f"数据库已启动（{home.path}）")
        serving.prepare()
        _say(2, "数据库结构和网页资源已就绪")
        people = _fill(home, workers)
        _settle()
        _tell(people, port if serve else None)
        if serve:
            serving.run(port)


def current_code(username: str) -> str:
    """The six digits that a demo account's authenticator shows now."""
    from django.conf import settings

    secret = {row["username"]: row["secret"] for row in settings.HOME.demo().get("people", [])}.get(username)
    if not secret:
        raise PermissionError(f"演示环境里没有办公账号“{username}”")
    return totp(secret)


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238 with the defaults every authenticator uses."""
    counter = struct.pack(">Q", int((at if at is not None else time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def _take(home: Any) -> None:
    if not home.is_demo and not home.is_empty and (home.path / "secrets.json").exists():
        raise PermissionError(f"{home.path} 里是正式数据，演示请用 JIANGTAI_HOME 指定另一个目录")
    home.make_secrets()
    if not home.is_demo:
        home.save_demo({"password": f"jiangtai-{secrets.randbelow(9000) + 1000}-{secrets.token_hex(2)}", "people": []})


def _fill(home: Any, workers: int) -> dict[str, Any]:
    """Fill the district once, whole or not at all; later starts only read what was made."""
    from django.db import transaction

    from jiangtai.access import Unit, acting_as_job
    from jiangtai.domains.administration import demo
    from jiangtai.domains.honors import demo as honors
    from jiangtai.domains.register import demo as register
    from jiangtai.kernel import crypto

    if not any(home.keys.glob("*.json")):
        crypto.Keyring.create(home.keys)
    known = home.demo()
    with acting_as_job("演示"):
        if Unit.objects.exists():
            _say(3, "演示区已建立")
            return known
    with transaction.atomic():
        made = demo.fill(password=known["password"], workers=workers, say=_murmur)
        register.fill(max(workers, _LEAST), say=_murmur)
        honors.fill(say=_murmur)
        home.save_demo({**known, **made})
    _say(3, "演示区已建立：锦川区（虚构）")
    return home.demo()


def _murmur(text: str) -> None:
    print(f"      {text}", flush=True)


def _settle() -> None:
    """Do the jobs that wait and seal what was written."""
    from jiangtai import ledger
    from jiangtai.access import audit
    from jiangtai.kernel import jobs, queue

    for _ in range(MOST_ROUNDS):  # a worker that ends leaves the periodic jobs it has just put into the queue
        if queue.is_due():
            jobs.drain()
    head, facts = audit.seal(), ledger.seal()
    sizes = f"审计 {head.size if head else 0} 条、账本 {facts.size if facts else 0} 条"
    _say(4, f"后台任务已完成，已封存{sizes}")


def _tell(people: dict[str, Any], port: int | None) -> None:
    if port is not None:
        _say(5, f"匠台：http://127.0.0.1:{port}/  （Ctrl-C 停止）")
    print("\n演示账号（姓名、单位均为虚构）。办公登录：登录名 + 密码 + 动态码；动态码用“jiangtai code 登录名”查看，")
    print("或把“密钥”录入手机验证器。职工登录：手机号 + 短信验证码，验证码打印在本窗口。\n")
    for row in people["people"]:
        print(f"  {row['role']}\t{row['name']}\t{row['username']}\t密码 {people['password']}\t密钥 {row['secret']}")
    for row in people["workers"]:
        print(f"  职工\t{row['name']}\t手机号 {row['phone']}\t短信验证码登录")
    print(flush=True)


def _say(step: int, text: str) -> None:
    print(f"[{step}/{STEPS}] {text}", flush=True)
