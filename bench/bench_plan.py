"""How long the product's own command takes to read a plan of a thousand measures, in text and in Word."""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from docx import Document
from served import table

ROOT = Path(__file__).resolve().parent.parent
DEPARTMENTS = (
    *("区委组织部", "区总工会", "区人社局", "区教育局", "区财政局", "区国资和金融局", "区经信科技局（区数据局）"),
    *("区科协", "区妇联", "区司法局", "区民政局"),
)
STREETS = tuple(
    f"{one}{other}街道办事处"
    for one in "锦玉金银东西南北上下长安永新和顺"
    for other in "川江湖溪桥山林园屏泉城门沙坪渡湾坝塘"
)
UNITS = (*DEPARTMENTS, *STREETS, "各镇（街道）")
"""Three hundred names."""
BODY = (
    "组织开展技能竞赛，全年不少于{n}场次。鼓励企业建立首席技师制度，2027年底前覆盖{n}家以上。"
    "探索新职业评价标准，推动评价结果与待遇挂钩。督促企业把培训费用列入预算，其中不低于六成用在班组。"
)


def main() -> None:
    """Write the plan, read it, and print what it took."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--measures", type=int, nargs="+", default=[100, 1_000])
    chosen = words.parse_args()
    found = []
    for measures in chosen.measures:
        with tempfile.TemporaryDirectory(prefix="jp-") as folder:
            for path in (_text(Path(folder), measures), _word(Path(folder), measures)):
                found.append((measures, path.suffix[1:], path.stat().st_size // 1024, *_read(path)))
                print(*found[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
    table(("measures", "kind", "KB", "read", "seconds", "ms a measure"), found)


def lines(measures: int) -> list[str]:
    """A plan in sections of twenty measures, its numbers running through."""
    said = ["某区产业工人队伍建设改革2026年实施方案"]
    for at in range(measures):
        if at % 20 == 0:
            said.append(f"（{'一二三四五六七八九'[at // 20 % 9]}）第{at // 20 + 1}方面")
        lead, support = (
            UNITS[at % (len(UNITS) - 1)],
            "、".join(UNITS[(at * 5 + one) % len(UNITS)] for one in range(1, 6)),
        )
        said.append(f"{at + 1}.推进第{at + 1}件事。{BODY.format(n=at + 10)}（牵头单位：{lead}；责任单位：{support}）")
    return said


def _text(folder: Path, measures: int) -> Path:
    path = folder / "plan.txt"
    path.write_text("\n".join(lines(measures)), encoding="utf-8")
    return path


def _word(folder: Path, measures: int) -> Path:
    document = Document()
    for line in lines(measures):
        document.add_paragraph(line)
    document.save(str(folder / "plan.docx"))
    return folder / "plan.docx"


def _read(path: Path) -> tuple[Any, ...]:
    began = time.monotonic()
    command = [ROOT / ".venv/bin/jiangtai", "plan", "parse", path, "--json"]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    seconds = time.monotonic() - began
    read = len(said["measures"])
    return read, f"{seconds:.2f}", f"{seconds / read * 1e3:.2f}"


if __name__ == "__main__":
    main()
