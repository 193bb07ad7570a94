"""`jiangtai plan parse`: an office sees how the text of its plan is understood, without a database."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jiangtai.domains.reform.reading import Measure, Plan

FORCES = {"required": "必须", "encouraged": "鼓励", "explored": "探索", None: "　　"}


def declare(commands: Any) -> None:
    """The command with its options."""
    group = commands.add_parser("plan", help="改革方案：读成任务和责任单位")
    inner = group.add_subparsers(dest="act", metavar="命令", required=True, title="命令", parser_class=type(group))
    parse = inner.add_parser(
        "parse",
        help="把方案读成任务、责任单位、举措、指标和时限；不用数据库，文件不外传",
        description=(
            "读改革方案（docx、txt，或带文字的 pdf），列出写明责任单位的任务：谁牵头、谁配合、做什么、多少、何时完成。"
        ),
    )
    parse.add_argument("file", type=Path, metavar="文件", help="方案：docx、txt，或带文字的 pdf")
    parse.add_argument("--json", action="store_true", help="结果用 JSON 打印，位置按 --text 写出的文字计")
    parse.add_argument("--text", type=Path, metavar="文件", help="把读到的文字写到文件（UTF-8）")


def run(chosen: argparse.Namespace) -> int:
    """Read the plan, and say what stands in it; 1 when it cannot be read."""
    from jiangtai.documents import document_text
    from jiangtai.domains.reform.reading import PlanRefused, read_plan
    from jiangtai.kernel import osfaults
    from jiangtai.kernel.filetypes import FileRefused

    try:
        plan = read_plan(document_text(chosen.file))
        if chosen.text:
            chosen.text.write_bytes(plan.text.encode("utf-8"))
    except (FileRefused, PlanRefused) as error:
        print(f"没有完成：{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"没有完成：{osfaults.told(error)}", file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
    else:
        _tell(plan)
    return 0


def _tell(plan: "Plan") -> None:
    """The plan in Chinese, for whoever holds it beside the original."""
    print(plan.title or "（没有读到标题）")
    leads = sum(len(one.lead) for one in plan.measures)
    supports = sum(len(one.support) for one in plan.measures)
    units = {name for one in plan.measures for name in (*one.lead, *one.support)}
    print(
        f"读出 {len(plan.measures)} 项任务，涉及 {len(units)} 个单位，牵头 {leads} 处，配合 {supports} 处，"
        f"举措 {sum(len(one.actions) for one in plan.measures)} 条"
    )
    section = None
    for one in plan.measures:
        if one.section and one.section != section:
            print(f"\n{one.section}")
        section = one.section
        _tell_measure(one)
    if plan.warnings:
        print(f"\n请核对 {len(plan.warnings)} 处：")
        for words in plan.warnings:
            print(f"- {words}")


def _tell_measure(one: "Measure") -> None:
    more = "，另有未列明的单位" if one.open else ""
    print(f"\n{one.number}. {one.title}")
    print(f"   牵头：{'、'.join(one.lead) or '未写明'}；配合：{'、'.join(one.support) or '无'}{more}")
    print(f"   完成时间：{one.deadline.isoformat() if one.deadline else '未写明'}")
    for action in one.actions:
        print(f"   [{FORCES[action.force]}] {action.text}")
    if one.figures:
        print(f"   指标：{'、'.join(figure.text for figure in one.figures)}")
