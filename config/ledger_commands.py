"""`jiangtai ledger verify | seal | prove`: what anyone may check of the ledger, also against a seal kept elsewhere."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from jiangtai import ledger
from jiangtai.kernel import clock

from . import arguments


def declare(commands: Any) -> None:
    """The three commands with their options."""
    group = commands.add_parser("ledger", help="账本：核验、导出封印、出具证明")
    inner = group.add_subparsers(dest="act", metavar="命令", required=True, title="命令", parser_class=type(group))
    verify = inner.add_parser("verify", help="通读账本，核对每一条、每个封存；有误时退出码为 1")
    verify.add_argument("--seal", type=Path, metavar="文件", help="库外保存的封印，一并核对")
    seal = inner.add_parser("seal", help="封存，并把封印写到库外的文件")
    seal.add_argument("--out", type=Path, required=True, metavar="文件")
    seal.add_argument("--force", action="store_true", help="文件已经存在、又不是本账本早先的封印的，也覆盖它")
    prove = inner.add_parser("prove", help="出具一条事实在账本中的证明（JSON）")
    prove.add_argument("fact", type=arguments.fact, metavar="编号")


def run(chosen: argparse.Namespace) -> None:
    """Run one of them."""
    try:
        {"verify": _verify, "seal": _seal, "prove": _prove}[chosen.act](chosen)
    except ledger.BadSeal as error:
        from django.core.management import CommandError

        raise CommandError(str(error)) from error


def _verify(chosen: argparse.Namespace) -> None:
    if chosen.seal and not chosen.seal.exists():
        raise ledger.BadSeal(f"没有这个文件：{chosen.seal}")
    report = ledger.verify(ledger.read_seal(chosen.seal) if chosen.seal else None)
    if report.head:
        at = report.head.at.astimezone(clock.OFFICE_ZONE)
        print(f"封存：{report.head.size:,} 条，根 {report.head.root_hex}，北京时间 {at:%Y-%m-%d %H:%M}")
    print(f"已读 {report.size:,} 条；尚未封存 {report.tail:,} 条")
    for fault in report.faults[:20]:
        print(fault)
    if report.faults:
        print(f"账本有 {len(report.faults)} 处不符，最先的一处列在最前。请保全数据库和封印，联系管理员核查")
        sys.exit(1)
    print("账本完好" + ("，与库外封印一致" if chosen.seal else ""))


def _seal(chosen: argparse.Namespace) -> None:
    newest = ledger.seal()
    if newest is None:
        raise ledger.BadSeal("账本还是空的，没有可封存的内容")
    if chosen.out.exists() and not chosen.force:
        _require_older(chosen.out)
    ledger.write_seal(chosen.out)
    print(f"封印已写入 {chosen.out}：{newest.size:,} 条，根 {newest.root_hex}。请保存到本机以外")


def _require_older(file: Path) -> None:
    """Only an older seal of this very ledger, which the new one covers, may give way to it."""
    try:
        if "seals" not in json.loads(file.read_text(encoding="utf-8")) and ledger.extends(ledger.read_seal(file)):
            return
    except (ValueError, TypeError):
        pass
    raise ledger.BadSeal(f"{file} 已经存在，又不是本账本早先的封印，没有覆盖；请换一个文件名，确要覆盖请加 --force")


def _prove(chosen: argparse.Namespace) -> None:
    proof = ledger.prove(chosen.fact)
    if proof is None:
        raise ledger.BadSeal(
            f"账本中没有编号为 {chosen.fact} 的已封存事实；刚写入的请等一分钟，或运行 jiangtai ledger seal --out 文件"
        )
    print(json.dumps(proof, ensure_ascii=False, indent=1))
