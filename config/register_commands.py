"""`jiangtai register link`: an office tries on its own files who is who, without a database."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any


def declare(commands: Any) -> None:
    """The command with its options."""
    group = commands.add_parser("register", help="名册：归并几份名单")
    inner = group.add_subparsers(dest="act", metavar="命令", required=True, title="命令", parser_class=type(group))
    link = inner.add_parser(
        "link",
        help="归并几份名单：哪些行是同一个人；不用数据库，文件不外传",
        description="归并几份名单（csv、xlsx、xls、parquet），按姓名、身份证号、手机号、出生日期、单位等列判断哪些行是同一个人。",
    )
    link.add_argument(
        *("--source",),
        action="extend", nargs="+", required=True, type=_source, metavar="名称=文件",
        help="一份名单，可写多份，也可写多次",
    )  # fmt: skip
    link.add_argument(
        "--out", type=Path, required=True, metavar="文件", help="结果（parquet）：来源、行号、人员编号、把握"
    )
    link.add_argument(
        *("--known",),
        action="extend", nargs="+", default=[], type=Path, metavar="文件",
        help="以前的归并结果：人员编号沿用不变",
    )  # fmt: skip
    link.add_argument("--json", action="store_true", help="结果摘要用 JSON 打印")


def run(chosen: argparse.Namespace) -> int:
    """Link, and say what came of it."""
    from jiangtai.people.linking import LinkingError, link

    try:
        sources = _distinct(chosen.source)
        report = link(sources, chosen.out, tuple(chosen.known), lambda words: print(words, file=sys.stderr))
    except LinkingError as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(asdict(report)))
        return 0
    print(f"{report.rows:,} 行归为 {report.persons:,} 人，其中 {report.review:,} 行把握不足，请人工核对")
    print(f"结果已写入 {chosen.out}，用时 {report.seconds:.1f} 秒，内存最多 {report.peak_mb:,} MB")
    print(f"另存 {chosen.out.name}.kept，供以后增量归并（--known）；内有姓名和号码，请与名单一样保管，不再增量可以删去")
    return 0


def _source(text: str) -> tuple[str, Path]:
    name, sign, file = text.partition("=")
    if not (sign and name.strip() and file.strip()):
        raise argparse.ArgumentTypeError(f"“{text}”应写成 名称=文件，如 社保=社保.xlsx")
    return name.strip(), Path(file.strip())


def _distinct(pairs: list[tuple[str, Path]]) -> dict[str, Path]:
    from jiangtai.people.linking import LinkingError

    names = [name for name, _ in pairs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise LinkingError(f"来源名称 {'、'.join(sorted(twice))} 用了两次，请给每份名单不同的名称")
    return dict(pairs)
