"""The command line of an installation: every command, its options, and what a known failure says."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from . import arguments, stopping
from .arguments import Parser

RUN_ON = {"demo", "serve", "worker"}
"""These end when they are stopped; any other is then not done."""

OWNER_COMMANDS = {"migrate", "sqlmigrate", "flush", "dbshell", "pgtrigger", "procrastinate"}


def parser() -> Parser:
    """What the command line understands."""
    from . import figures_commands, ledger_commands, plan_commands, register_commands

    top = Parser(prog="jiangtai", description="匠台：产业工人队伍建设改革工作平台")
    commands = top.add_subparsers(dest="command", metavar="命令", required=True, title="命令", parser_class=Parser)
    demo = commands.add_parser("demo", help="建立（或打开）一个演示区并启动")
    demo.add_argument(
        "--workers", type=arguments.count, metavar="N", help="部门名册里的职工数，默认 300；只在第一次起作用"
    )
    demo.add_argument("--no-serve", action="store_true", help="数据就绪后退出，不启动网页")
    demo.add_argument("--port", type=arguments.port, default=8000, metavar="N", help="端口，默认 8000")
    serve = commands.add_parser("serve", help="启动网页和后台任务")
    serve.add_argument("--port", type=arguments.port, default=8000, metavar="N", help="端口，默认 8000")
    serve.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址，默认 127.0.0.1")
    commands.add_parser("worker", help="只运行后台任务")
    backup = commands.add_parser("backup", help="备份数据到文件，密钥另存为 文件.keys")
    backup.add_argument("file", type=Path, metavar="文件")
    backup.add_argument("--force", action="store_true", help="文件已经存在的，覆盖它")
    restore = commands.add_parser("restore", help="从备份恢复到空的目录或空的数据库")
    restore.add_argument("file", type=Path, metavar="文件")
    restore.add_argument("--keys", type=Path, metavar="文件", help="密钥备份，默认 文件.keys")
    restore.add_argument("--erasures", type=Path, metavar="文件", help="备份之后的擦除名单 erasures.jsonl")
    init = commands.add_parser("init", help="首次使用：建立根单位和三员账号")
    init.add_argument("--name", required=True, metavar="名称", help="根单位全称，如 锦川区")
    init.add_argument("--code", required=True, type=arguments.division, metavar="代码", help="行政区划代码，如 519900")
    for role, label in (("system", "系统管理员"), ("security", "安全保密管理员"), ("audit", "安全审计员")):
        init.add_argument(
            f"--{role}", required=True, type=arguments.holder, metavar="姓名:登录名", help=f"{label}，如 张三:zhangsan"
        )
    rotate = commands.add_parser("rotate", help="轮换密钥：旧密钥保留可读，数据改用新密钥")
    rotate.add_argument(
        "purpose", choices=("wrap", "blind", "sign"), metavar="用途", help="wrap 主体密钥，blind 盲索引，sign 签名"
    )
    code = commands.add_parser("code", help="演示环境：算出某账号现在的动态码，并说还剩几秒")
    code.add_argument("username", metavar="登录名")
    clock = commands.add_parser("clock", help="演示环境：拨动时钟")
    clock.add_argument(
        *("moment",), type=arguments.moment, metavar="时刻", help="北京时间，如 2026-12-31T09:00；now 拨回真实时间"
    )
    ledger_commands.declare(commands)
    register_commands.declare(commands)
    plan_commands.declare(commands)
    figures_commands.declare(commands)
    _declare_figures(commands)
    credentials = commands.add_parser("credentials", help="证书：离线核验，导出公钥和状态名单")
    acts = credentials.add_subparsers(dest="act", metavar="操作", required=True, title="操作", parser_class=Parser)
    verify = acts.add_parser("verify", help="核验二维码内容、证书 PDF 或签名，不用数据库和网络")
    verify.add_argument("target", metavar="文件或签名")
    verify.add_argument("--keys", type=Path, required=True, metavar="文件", help="公钥文件 jiangtai-keys.json")
    verify.add_argument("--status", type=Path, metavar="文件", help="状态名单 jiangtai-status.json")
    export = acts.add_parser("export", help="导出公钥和状态名单到目录")
    export.add_argument("folder", type=Path, metavar="目录")
    commands.add_parser("manage", help="运行 Django 管理命令", add_help=False)
    return top


def _declare_figures(commands: Any) -> None:
    """What reads the lake; declared here, so that no other command loads its engine."""
    group = commands.add_parser("lake", help="数据副本：刷新、重建、看滞后")
    acts = group.add_subparsers(dest="act", metavar="操作", required=True, title="操作", parser_class=Parser)
    acts.add_parser("refresh", help="接着上次的位置，并入账本里新的内容")
    acts.add_parser("rebuild", help="从头重建；重建完成前，旧的照常可用")
    acts.add_parser("status", help="到账本的哪一条、落后多少")
    told = commands.add_parser("indicators", help="指标：计算；写 rows 指标 --csv 文件，导出它数的是哪些行")
    told.add_argument("keys", nargs="*", metavar="指标", help="指标的键，不写为全部；rows 指标 为导出明细")
    told.add_argument("--unit", metavar="代码", help="单位的代码或全称，默认根单位")
    told.add_argument("--period", metavar="期间", help="2026、2026-Q3、2026-09 或 2026-09-30，默认本月")
    told.add_argument("--known", metavar="日期", help="按那天已经知道的算，例如 2026-06-30；由登记算出的只限留存的月末")
    told.add_argument("--json", action="store_true", help="用 JSON 打印")
    told.add_argument("--csv", type=Path, metavar="文件", help="明细写到这个文件")


def main(arguments: list[str] | None = None) -> None:
    """Run one command; a known failure ends in one Chinese sentence and exit code 1."""
    words = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if words[:1] == ["manage"]:
        sys.exit(_guarded(lambda: _manage(words[1:])))
    chosen = parser().parse_args(words)
    runs_on = chosen.command in RUN_ON and not getattr(chosen, "no_serve", False)
    sys.exit(_guarded(lambda: _run(chosen), runs_on=runs_on))


def _guarded(act: Callable[[], object], *, runs_on: bool = False) -> int:
    try:
        with stopping.stopping():
            act()
    except stopping.Stopped:
        if not runs_on:
            print("已停止，没有做完。", file=sys.stderr)
            return 130
        print("匠台已停止。", flush=True)
        return 0
    except BrokenPipeError:
        return 0
    except SystemExit:  # else the next line would load the web framework only to see that this is no failure
        raise
    except _known_failures() as error:
        print(f"没有完成：{_told(error)}", file=sys.stderr)
        return 1
    return 0


def _told(error: Exception) -> str:
    from django.core.exceptions import ValidationError

    from jiangtai.kernel import osfaults

    if isinstance(error, ValidationError):
        return "；".join(error.messages)
    return osfaults.told(error) if isinstance(error, OSError) else str(error).strip()


def _known_failures() -> tuple[type[Exception], ...]:
    import psycopg
    from django.core.exceptions import ImproperlyConfigured, ValidationError
    from django.core.management import CommandError
    from django.db import DatabaseError
    from django.db.migrations.exceptions import MigrationSchemaMissing

    from jiangtai.kernel import EmbeddedError
    from jiangtai.kernel.codes import CodeError
    from jiangtai.kernel.crypto import CryptoError
    from jiangtai.kernel.home import HomeError

    from .backup import BackupError
    from .serving import NotSafe

    return (
        *(NotSafe, HomeError, BackupError, EmbeddedError, CommandError, ImproperlyConfigured, ValidationError),
        *(CodeError, CryptoError, psycopg.OperationalError, DatabaseError, MigrationSchemaMissing, OSError),
    )


def _setup() -> None:
    """Make Django ready on a home that is there already, or on a database elsewhere."""
    import django

    from jiangtai.kernel import Home

    if "DATABASE_URL" not in os.environ:
        Home.current().require()
    django.setup()


def _run(chosen: argparse.Namespace) -> None:
    if chosen.command == "demo":
        from . import demo

        return demo.run(workers=chosen.workers, port=chosen.port, serve=not chosen.no_serve)
    if chosen.command == "restore":
        from . import backup

        return backup.restore_command(chosen.file, chosen.keys, chosen.erasures)
    if chosen.command == "init":
        from . import first_use

        return first_use.run(chosen)
    if chosen.command == "credentials" and chosen.act == "verify":
        from jiangtai.credentials import verify_command

        sys.exit(verify_command(chosen.target, chosen.keys, chosen.status))
    if chosen.command == "register":
        from . import register_commands

        sys.exit(register_commands.run(chosen))
    if chosen.command == "plan":
        from . import plan_commands

        sys.exit(plan_commands.run(chosen))
    if chosen.command == "figures":
        from . import figures_commands

        sys.exit(figures_commands.run(chosen))
    _setup()
    {
        "serve": _serve, "worker": _worker, "backup": _backup, "rotate": _rotate, "code": _code, "clock": _clock,
        "credentials": _credentials,
        **{name: _beside_the_database(f"{name}_commands") for name in ("ledger", "lake", "indicators")},
    }[chosen.command](chosen)  # fmt: skip
    return None


def _serve(chosen: argparse.Namespace) -> None:
    from . import serving

    serving.check_start(chosen.port, chosen.host)
    with serving.database(hold=serving.address(chosen.port, chosen.host)):
        serving.prepare()
        serving.check_safe()
        serving.run(chosen.port, chosen.host)


def _worker(chosen: argparse.Namespace) -> None:
    from jiangtai.kernel import jobs

    from . import serving

    with serving.database():
        serving.check_safe()
        jobs.work()


def _backup(chosen: argparse.Namespace) -> None:
    from . import backup, serving

    with serving.database():
        backup.back_up(chosen.file, force=chosen.force)


def _beside_the_database(module: str) -> Callable[[argparse.Namespace], None]:
    def run(chosen: argparse.Namespace) -> None:
        from . import serving

        with serving.database():
            import_module(f"config.{module}").run(chosen)

    return run


def _credentials(chosen: argparse.Namespace) -> None:
    from jiangtai.access import acting_as_job
    from jiangtai.credentials import export_command

    from . import serving

    with serving.database(), acting_as_job("导出证书状态名单"):
        export_command(chosen.folder)


def _rotate(chosen: argparse.Namespace) -> None:
    from jiangtai import people, vault
    from jiangtai.access import acting_as_job

    from . import serving

    if chosen.purpose == "sign":
        from jiangtai.credentials import rotate_signing_key

        print(f"已启用新签名密钥 {rotate_signing_key()}，旧公钥继续公布。请重新备份密钥")
        return
    with serving.database(), acting_as_job("轮换密钥"):
        rows = vault.rotate(chosen.purpose)
        if chosen.purpose == "blind":
            people.mark_anew()
    print(f"已轮换 {chosen.purpose} 密钥，{rows} 行已改用新密钥。请重新备份密钥")


def _code(chosen: argparse.Namespace) -> None:
    from . import demo

    print(demo.current_code(chosen.username), flush=True)
    print(f"还剩 {demo.seconds_left()} 秒", file=sys.stderr)


def _clock(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    from jiangtai import ledger
    from jiangtai.kernel import clock

    from . import serving

    def wall(at: datetime) -> str:
        return f"北京时间 {at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"

    if not settings.DEMO:
        raise PermissionError("只有演示环境可以拨动时钟")
    with serving.database():
        newest = ledger.newest_moment()
    moment = chosen.moment or clock.machine_time()
    if newest and moment < newest:
        raise PermissionError(f"{wall(moment)} 早于账本里最新的一条（{wall(newest)}），时钟不能拨到它之前")
    clock.move(settings.HOME, chosen.moment)
    print(f"演示时钟已拨{'回真实时间' if chosen.moment is None else '到'} {wall(clock.now())}")


def _manage(words: list[str]) -> None:
    from django.core.management import execute_from_command_line

    if not words or words[0] in {"help", "--help"}:
        return execute_from_command_line(["jiangtai manage", *words])
    _setup()
    from . import database, serving

    with serving.database():
        if words == ["migrate"]:
            database.migrate()
            print("数据库已是最新")
            return None
        if words and words[0] in OWNER_COMMANDS and not any(word.startswith("--database") for word in words):
            words = [*words, "--database", "owner"]
        execute_from_command_line(["jiangtai manage", *words])
    return None


if __name__ == "__main__":
    main()
