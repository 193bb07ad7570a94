"""`jiangtai ledger verify | seal | prove`: what anyone may check of the ledger, also against a seal kept elsewhere."""

import argparse
import json
import sys
import uuid
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from jiangtai import ledger


def declare(commands: Any) -> None:
    """The three commands with their options."""
    group = commands.add_parser("ledger", help="账本：核验、导出封印、出具证明")
    inner = group.add_subparsers(dest="act", metavar="命令", required=True, title="命令", parser_class=type(group))
    verify = inner.add_parser("verify", help="通读账本，核对每一条、每个封存；有误时退出码为 1")
    verify.add_argument("--seal", type=Path, metavar="文件", help="库外保存的封印，一并核对")
    seal = inner.add_parser("seal", help="封存，并把封印写到库外的文件")
    seal.add_argument("--out", type=Path, required=True, metavar="文件")
    prove = inner.add_parser("prove", help="出具一条事实在账本中的证明（JSON）")
    prove.add_argument("fact", type=uuid.UUID, metavar="编号")


def run(chosen: argparse.Namespace) -> None:
    """Run one of them."""
    try:
        {"verify": _verify, "seal": _seal, "prove": _prove}[chosen.act](chosen)
    except ledger.BadSeal as error:
        raise CommandError(str(error)) from error


def _verify(chosen: argparse.Namespace) -> None:
    report = ledger.verify(ledger.read_seal(chosen.seal) if chosen.seal else None)
    if report.head:
        print(f"封存：{report.head.size:,} 条，根 {report.head.root_hex}，{report.head.at:%Y-%m-%d %H:%M}")
    print(f"已读 {report.size:,} 条；尚未封存 {report.tail:,} 条")
    for fault in report.faults[:20]:
        print(fault)
    if report.faults:
        print(f"账本有 {len(report.faults)} 处不符，最先的一处列在最前。请保全数据库和封印，联系管理员核查")
        sys.exit(1)
    print("账本完好" + ("，与库外封印一致" if chosen.seal else ""))


def _seal(chosen: argparse.Namespace) -> None:
    ledger.seal()
    newest = ledger.write_seal(chosen.out)
    if newest is None:
        raise ledger.BadSeal("账本还是空的，没有可封存的内容")
    print(f"封印已写入 {chosen.out}：{newest.size:,} 条，根 {newest.root_hex}。请保存到本机以外")


def _prove(chosen: argparse.Namespace) -> None:
    proof = ledger.prove(chosen.fact)
    if proof is None:
        raise ledger.BadSeal(f"账本中没有编号为 {chosen.fact} 的已封存事实；刚写入的请先运行 jiangtai ledger seal")
    print(json.dumps(proof, ensure_ascii=False, indent=1))
