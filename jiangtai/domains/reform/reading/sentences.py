"""Sentences: what is to be done, one sentence an action, and whether it is required, encouraged or explored."""

import re
from collections.abc import Iterator

from .outline import BULLETS

_MODAL = (
    r"(?<![适相反响供对效感呼])应(?![急用届变收征聘邀对]|当今)|必须|须(?!知)|不得|严禁|禁止|督促"
    r"|(?:(?<=^)|(?<=[，、；：。“]))要(?!求|素|点|闻|件|害|务|案|领|旨)"
    r"|(?<=[位门织委府业会构校区局单])要(?!求|素|点|闻|件|害|务|案|领|旨)"
    r"|(?<=[\u4e00-\u9fff])要(?=[向把将切加按突在及认对坚以做落高建制])"
)
_DUTIES = (
    "落实 建立 完善 健全 加强 强化 深化 推进 推动 推行 推广 实施 "
    "开展 组织 发动 动员 制定 出台 编制 修订 严格 确保 保障 提高 提升 加大 "
    "加快 扩大 构建 建设 打造 搭建 优化 创新 改革 改进 规范 统筹 "
    "坚持 发挥 充分 做好 做实 做优 做强 抓好 抓实 用好 举办 承办 "
    "召开 设立 成立 选树 评选 选拔 培育 培养 引进 增加 给予 发放 "
    "拨付 资助 奖励 补助 补贴 纳入 列入 明确 畅通 拓宽 拓展 打通 "
    "突出 注重 重视 维护 依托 整合 对接 指导 协调 督导 检查 监督 "
    "排查 整治 查处 打击 化解 预防 解决 研究 梳理 摸清 调查 收集 "
    "公布 发布 公开 宣传 弘扬 营造 普及 引领 凝聚 教育 团结 适应 "
    "适当 逐步 积极 大力 广泛 持续 定期 每年 每季度 每半年 每月 按照 "
    "依法 全面 切实 着力 巩固 创建 新建 改建 扩建 新增 完成 实现 "
    "力争 达到 遴选 认定 聘请 选派 选聘 安排 配备 配齐 更新 编写 "
    "编印 执行 贯彻 履行 兑现 提供 开发 开通 开设 启动 启用 建成 "
    "建好 办好 管好 深入 主动 稳步 精准 聚焦 围绕 压实 重点 进一步 "
    "不断 继续 同步 有效 科学 合理 率先 严禁 面向 会同 考核 通报 "
    "报告 汇总 评估 跟踪 动态 联合 促进 带动 激发 激励 表彰 命名 "
    "树立 推荐 推选 吸纳 发展 覆盖 丰富 对标 把 将 由 保持 形成 "
    "汇编 走访 慰问 帮扶 救助 关爱 升级 改造 试种 挖掘 总结 提炼 "
    "复制 延伸 放宽 降低 减免 简化 取消 设置 增设 增强 夯实 筑牢 "
    "守牢 防范 遏制 杜绝 牢固 印发 下发 转发 申报 争取 筹集 投入 "
    "购买 采购 招募 招聘 招收 录用 输送 派遣 轮训 培训 组建 筹建 建 "
    "努力 服务企业 服务职工 服务群众 办 开 抓 做 用 送 管 让 使 以 设 "
)
_ENCOURAGED = (
    r"鼓励|倡导|提倡|倡议(?!书)|引导(?!作用|机制|力|基金|资金|价|性|员|目录)(?!和督促|督促|、督促)"
    r"|(?<![的金策费术技撑保政、])支持(?!力度|政策|体系|作用|资金|措施|系统|计划|保障)"
)
_EXPLORED = (
    r"探索|试点(?!单位|企业|区|城市|经验|名单|方案|任务|期|项目)|试行|先行先试|尝试"
    r"|(?:^|(?<=[，,；、]))(?:积极|深入)?研究(?=制定|制订|出台|建立|设立|推出|推行|开展|实施|完善|将|把|在)"
    r"|^试点(?:(?!要|应|须|建立|健全|落实|开展)[^，。；])*(?:制度|机制|模式|办法)(?=。?$)"
)
_TRIED = re.compile(r"^[^，；。]*试点(?:工作)?(?=[，；。]|$)")
_FORCES = (
    ("explored", re.compile(_EXPLORED)),
    ("encouraged", re.compile(_ENCOURAGED)),
    ("required", re.compile(_MODAL)),
)
_CLAUSE = re.compile(
    rf"(?:^|[，,；;：:、])[“\s]*(?:{'|'.join(sorted(_DUTIES.split(), key=len, reverse=True))})"
    r"(?!率|面(?!向)|人数|人次|标准|规模|总量|数量|比例|质量|周期|时间|对象)"
)
_STRONG = re.compile(
    r"给予|落实|建立|完善|健全|加强|推进|推动|实施|开展|制定|严格|确保|纳入|列入|奖励|补助|打造|推行|构建|强化|不断提高|完成|新建|组织|举办|严惩|严肃查处"
)
_SHARE = r"(?:率|占比|比例|比重|幅度|满意度|覆盖面)"
_COUNT = (
    r"(?:总量|总数|总额|人数|人次|数量|规模|次数|水平|标准|周期|面|额|量|数|会员|用户|企业|职工|工人|人才|劳动者|学员"
    r"|团队|队伍|志愿者|项目|岗位|工位|床位|对象|人员|站点|机构|党员)"
)
_HELD = (
    r"(?:均|都|总体|力争|基本|分别|年均|逐[届年步]|稳步|持续|不断)?(?:达|超|突破|逾|为|占|保持|稳定|维持|控制|不[少低高超多大小]|高于|低于|提[高升到至]|增|降|升"
    r"|上升|下降|减|翻|实现|[\d０-９]|百分)"
)
_MEANT = (
    r"努力|确保|力争|争取|保持|实现|提高|提升|推动|促进|促使|使|让|将|把|降低|控制|增加|扩大|完成|稳定|加大|发放|给予"
)
_SPAN = "(?:全年|年内|今年|本年|当年|[两三四五]年(?:内|来)?|累计|共)*"
_STATES = re.compile(
    rf"(?:^|(?<=[，,；;。]))(?!{_MEANT}|[^，,；;。]{{0,12}}?[年月日底末]前(?:{'|'.join(_DUTIES.split())}))(?:"
    rf"[^，,；;。]*?{_SHARE}{_HELD}[^，,；;。]*"
    rf"|(?!{_SPAN}(?:{'|'.join(word for word in _DUTIES.split() if len(word) > 1)}))"
    rf"[^，,；;。]*?{_COUNT}{_HELD}[^，,；;。]*"
    rf"|(?!{'|'.join(word for word in _DUTIES.split() if len(word) > 1)})[^，,；;。]{{2,}}全覆盖"
    r"|(?:参与|参赛|参加|参训|惠及|覆盖|受益|涉及|服务对象|占|人均|户均|其中)[^，,；;。]*?[\d０-９][^，,；;。]*"
    r"|[^，,；;。]{2,}(?:明显|显著|全面|更加|基本|大幅|稳步|日益|普遍|不断|持续)"
    r"(?:增强|提升|提高|改善|优化|形成|完善|壮大|健全|建立|浓厚|畅通|合理|增长|扩大|覆盖|同步|持平|稳定)"
    r")(?=[，,；;。]|$)"
)
"""Clauses that name a state to be reached rather than a deed; who is meant to bring it about says so before it."""
_WHEN = re.compile(
    r"(?:^|(?<=[，,；;。]))(?:力争)?(?:到|至|在)?“?[\d０-９一二三四五十年][^，,；;。]{0,9}(?:[年月日底末前内]|时期)(?=[，,])"
)
_ALLOWED = re.compile(r"允许|(?<![认许不])可(?![持靠行见视观能及控信复推量操追感])")
_NEXT = re.compile(r"\s*(?:[②-⑳]|[（(](?:[2-9２-９]|[1１][\d０-９])[）)]|[二三四五六七八九十]是)")
"""The next of several items that are numbered within one paragraph: ①建队伍；②搭平台, 一是建队伍；二是搭平台."""
_ALWAYS = re.compile(r"(?:长期|持续|常年|常态化?|全年)(?:坚持|推进|开展|实施|落实|抓好)?[。；;]?")
"""Says when, and nothing of what: no sentence of a measure."""
_STOPS = "。！？!?"
_CLOSERS = "”’）)】》"
_NO_WORDS = " \t\u3000\u00a0\n。；;，,、" + BULLETS.rstrip("—-*")


def sentences(text: str, start: int, end: int, holes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences between two places without the holes, unless a sentence goes on behind one."""
    inner = [hole for hole in holes if text[hole[1] : hole[1] + 1] not in ("，", ",")]
    for first, last in _outside(start, end, inner):
        yield from _cut(text, first, last)


def force(sentence: str) -> str | None:
    """What the sentence asks: the word that stands first in it decides; what only names a state asks nothing."""
    found: list[tuple[float, str]] = [
        (said.start(), force) for force, pattern in _FORCES if (said := pattern.search(sentence))
    ]
    deeds = _STATES.sub(lambda state: "■" * len(state[0]), sentence)
    if clause := _CLAUSE.search(deeds):
        found.append((clause.start() + 0.5 * (clause.start() > 0), "required"))
    if strong := _STRONG.search(deeds):
        found.append((strong.start(), "required"))
    if not found:
        is_deed = re.search(r"[\u4e00-\u9fff]{2}", _WHEN.sub("", deeds)) and not _ALLOWED.search(deeds)
        return "required" if is_deed else None
    first = min(found)[1]
    if first == "required" and _TRIED.match(sentence):
        return "explored"
    return first


def _outside(start: int, end: int, holes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = start
    for first, last in sorted(holes):
        if first > at:
            yield at, min(first, end)
        at = max(at, last)
    if at < end:
        yield at, end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of one stretch; a stop within brackets or before a closing quote ends nothing."""
    at, depth = start, 0
    for place in range(start, end):
        sign = text[place]
        depth = max(0, depth + (sign in "（(《") - (sign in "）)》"))
        if sign == "\n":
            depth = 0
        ends = (sign in _STOPS and not depth) or sign == "\n" or (sign in "；;" and _NEXT.match(text, place + 1, end))
        if ends and not (sign in _STOPS and place + 1 < end and text[place + 1] in _STOPS):
            stop = place + 1
            while stop < end and text[stop] in _CLOSERS and sign in _STOPS and text[stop] != "）":
                stop += 1
            yield from _trimmed(text, at, stop)
            at = stop
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] in _NO_WORDS:
        start += 1
    while end > start and text[end - 1] in " \t\u3000\u00a0\n":
        end -= 1
    if sum(one.isalnum() for one in text[start:end]) > 1 and not _ALWAYS.fullmatch(text, start, end):
        yield start, end
