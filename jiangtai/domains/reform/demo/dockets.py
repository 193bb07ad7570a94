"""The demo's dockets in both meanings of 三张清单, and four programmes, one of them with sixteen firms in pairs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from jiangtai.access import Account, Unit, acting_as
from jiangtai.kernel import clock

from ..actions import dockets, programmes, proofs
from ..models import Docket, Keeper, Plan, Programme, Task
from ..rules.programmes import firm_lines, outline

OFFICE, CLERK, STREET_UNION, FIRM_UNION = "zhoumin", "hejing", "ouyangwenjing", "chenguifang"
# list -> what is filled in, its columns (title, kind, unit of number), its matters (days from today, done so many ago)
BY_THEME: dict[str, tuple[str, tuple[tuple[str, str, str], ...], tuple[tuple[str, int, int], ...]]] = {
    "思想清单": (
        "学意见、强引领的活动：宣讲、劳模进企业、读书分享",
        (("形式", "text", ""), ("参加人数", "number", "人")),
        (("劳模工匠进企业宣讲", -20, 22), ("班组读书分享会", 25, 0)),
    ),
    "竞赛清单": (
        "练本领、育人才的活动：技术练兵、技能竞赛、五小成果",
        (("赛项", "text", ""), ("参赛职工", "number", "人"), ("完赛日期", "date", "")),
        (("焊工岗位练兵", -6, 0), ("数控车工技能比武", 40, 0)),
    ),
    "权益清单": (
        "保权益、解难题的活动：普法、法律服务、劳动争议调解",
        (("场次", "number", "场"), ("服务职工", "number", "人")),
        (("普法进车间", -12, 15), ("劳动合同书签订指导", 60, 0)),
    ),
}
BY_ACTOR = {
    "区级部门清单": ("本部门牵头的改革事项", ("区人社局", "区教育局", "区委宣传部", "区新经济局", "区应急局")),
    "重点街道园区清单": ("重点街道、园区承接的改革事项", ("锦河街道", "望桥街道", "锦川新城", "智造产业功能区")),
    "企业清单": ("企业要做到的事：工资、培训、民主管理", ("锦川精密制造", "川锦重工", "锦川车桥", "云栈软件")),
}
FOUR_SYSTEMS = """组织领导体系
  联席会议
  督查通报
技能形成体系
  培训
  评价
权益保障体系
  维权
  服务
建功平台体系
  竞赛
  创新"""
CRAFT = "一名领军工匠\n三创\n  创新工作室\n  创效攻关\n  创优班组"
THREE_SIX = """三助推
  助推安全生产
  助推提质增效
  助推技术进步
六提升
  提升思想素质
  提升技能等级
  提升创新能力
  提升收入水平
  提升服务质量
  提升职业荣誉"""
PAIRS = "重点产业同培育\n国企民企同培育\n特色产业同培育\n政府企业同培育"
HELPERS = ("区新经济局", "区国资和金融局", "区文体旅局", "区人社局")
FIRMS = (
    *("锦川精密制造", "川锦重工", "锦川车桥", "蜀锦食品", "锦河电子", "望桥仪表", "浣溪医疗器械", "玉泉新材料"),
    *("簇锦服装", "晋阳物流", "锦川轨道装备", "云栈软件", "川西印务", "锦城建工", "南站冷链", "锦川水务"),
)
DEEDS = (
    ("派技能大师到车间带徒，结成师徒 6 对", 12),
    ("送技能等级认定上门，组织一线工人参加", 45),
    ("帮助建立技能津贴办法，职代会审议通过", 120),
    ("开办安全和技能夜校一期", 60),
)
MARKS = {"联席会议": 1, "督查通报": 12, "培训": 6, "评价": 9, "维权": 19, "服务": 10, "竞赛": 15, "创新": 16}
"""Items and the measures of the plan whose tasks hang on them."""


def fill(plan: Plan, *, say: Callable[[str], None]) -> None:
    """By the very calls of the pages."""
    people = {name: Account.objects.get(username=name) for name in (OFFICE, CLERK, STREET_UNION, FIRM_UNION)}
    _by_theme(people)
    _by_actor(people)
    _systems(plan, people[OFFICE])
    _pairs(people)
    say("清单 2 组（按内容、按主体），工作体系 4 个，四同培育 16 家企业")


def _units(*names: str) -> list[Unit]:
    rows = {one.short_name or one.name: one for one in Unit.unscoped.filter(tree=Unit.Tree.ADMINISTRATIVE)}
    return [rows[name] for name in names]


def _lists(title: str) -> dict[str, Docket]:
    return {one.title: one for one in Docket.unscoped.filter(set__title=title)}


def _by_theme(people: dict[str, Account]) -> None:
    """思想、竞赛、权益: each row an activity with what stands behind it."""
    today = clock.today()
    with clock.at(today - timedelta(days=120)), acting_as(people[OFFICE]):
        one = dockets.define("三张清单", "思想清单、竞赛清单、权益清单，一项活动一行，附印证材料。", list(BY_THEME))
        keepers = _units("区人社局", "区委宣传部", "锦河街道", "望桥街道", "浣溪街道", "簇锦街道")
        for title, (about, columns, _) in BY_THEME.items():
            docket = _lists("三张清单")[title]
            dockets.set_up(docket, title, about, Docket.Every.QUARTER)
            for name, kind, word in columns:
                dockets.add_column(docket, name, kind, word)
            dockets.set_keepers(docket, keepers)
        dockets.begin(one)
    for title, (_, _, matters) in BY_THEME.items():
        docket = _lists("三张清单")[title]
        for who, unit in ((STREET_UNION, _units("锦河街道")[0]), (CLERK, _units("区人社局")[0])):
            with acting_as(people[who]):
                for matter in matters:
                    _enter(docket, unit, *matter)
    with acting_as(people[STREET_UNION]):
        dockets.confirm(_lists("三张清单")["思想清单"], _units("锦河街道")[0])


def _enter(docket: Docket, unit: Unit, title: str, ahead: int, done_ago: int) -> None:
    today = clock.today()
    values = {one.pk.hex: _sample(one.kind, today) for one in docket.columns.all()}
    with clock.at(today - timedelta(days=60)):
        entry = dockets.enter(docket, unit, dockets.Matter(title, today + timedelta(days=ahead), None, values))
    if done_ago:
        dockets.prove(entry, kind="paper", label="活动通知和签到表", reference="综合科档案柜")
        dockets.finish(entry, today - timedelta(days=done_ago))


def _sample(kind: str, today: date) -> str:
    return {"number": "60", "date": str(today + timedelta(days=20))}.get(kind, "现场活动")


def _by_actor(people: dict[str, Account]) -> None:
    """Lists by who acts: departments, key streets and parks, firms; each keeps its own."""
    today = clock.today()
    title = "产改责任三张清单"
    with clock.at(today - timedelta(days=90)), acting_as(people[OFFICE]):
        one = dockets.define(title, "区级部门、重点街道园区、企业各一张，各填各的。", list(BY_ACTOR))
        for name, (about, units) in BY_ACTOR.items():
            docket = _lists(title)[name]
            dockets.set_up(docket, name, about, Docket.Every.MONTH)
            dockets.add_column(docket, "衡量指标", "indicator")
            dockets.add_column(docket, "配合单位", "unit")
            dockets.set_keepers(docket, _units(*units))
        dockets.begin(one)
    bureau, firm = _units("区人社局", "锦川精密制造")
    lists = _lists(title)
    with acting_as(people[CLERK]):
        docket = lists["区级部门清单"]
        columns = {row.title: row.pk.hex for row in docket.columns.all()}
        tasks = Task.unscoped.filter(unit=bureau, parent__isnull=True, state=Task.State.OPEN).order_by("due", "id")[:3]
        for task in tasks:
            values = {columns["衡量指标"]: "register.workers", columns["配合单位"]: str(_units("区财政局")[0].pk)}
            dockets.enter(docket, bureau, dockets.Matter(task.title, task.due, task, values))
        dockets.confirm(docket, bureau)
    with acting_as(people[FIRM_UNION]):
        docket = lists["企业清单"]
        for words, ahead in (("一线技能岗位设技能津贴", 45), ("每季度开一次职工代表恳谈会", 12)):
            dockets.enter(docket, firm, dockets.Matter(words, today + timedelta(days=ahead), None, {}))
    with acting_as(people[OFFICE]):
        dockets.urge(lists["企业清单"], Keeper.unscoped.filter(docket=lists["企业清单"]))


def _programme(title: str, about: str, text: str) -> Programme:
    return programmes.begin(programmes.define(title, about, outline(text)))


def _systems(plan: Plan, office: Account) -> None:
    with acting_as(office):
        one = _programme("四个体系", "组织领导、技能形成、权益保障、建功平台四个体系。", FOUR_SYSTEMS)
        items = {row.title: row for row in one.items.all()}
        measures = {row.number: row for row in plan.measures.all()}
        for name, number in MARKS.items():
            measure = measures[number]
            programmes.hang(items[name], [measure])
            programmes.hang(items[name], list(Task.unscoped.filter(measure=measure, parent__isnull=True)[:6]))
        programmes.hang_indicator(items["评价"], "honors.holders")
        programmes.hang_indicator(items["服务"], "register.workers")
        programmes.publish(one, True)
        craft = _programme("一匠三创", "以领军工匠带创新、创效、创优。", CRAFT)
        items = {row.title: row for row in craft.items.all()}
        programmes.hang(items["创新工作室"], list(Task.unscoped.filter(measure=measures[16])[:3]))
        three = _programme("三助推六提升", "按行业铺开的三项助推、六项提升。", THREE_SIX)
        skills = three.items.get(title="提升技能等级")
        programmes.hang(skills, list(Task.unscoped.filter(measure=measures[6], parent__isnull=True)))


def _pairs(people: dict[str, Account]) -> None:
    """四同培育: sixteen firms, four under each pairing, a unit at each one's side."""
    today = clock.today()
    joined = today - timedelta(days=150)
    titles = PAIRS.splitlines()
    with clock.at(joined), acting_as(people[OFFICE]):
        one = _programme("四同培育", "重点产业、国企民企、特色产业、政府企业同培育，培育产改先进标杆企业。", PAIRS)
        text = "\n".join(f"{firm}\t{titles[at % 4]}\t{HELPERS[at % 4]}" for at, firm in enumerate(FIRMS))
        found = programmes.resolve(one, firm_lines(text))
        keys = ("register.workers", "honors.holders", "register.union_coverage")
        cohort = programmes.gather(one, f"{joined.year}年度标杆企业", joined.year, keys, joined, found)
        programmes.publish(one, True)
    with acting_as(people[OFFICE]):
        rows: list[Any] = list(cohort.firms.select_related("unit").order_by("joined_on", "id"))
        for at, firm in enumerate(rows[:13]):
            for turn in range(1 + at % 3):
                words, many = DEEDS[(at + turn) % 4]
                made = programmes.assist(firm, words, today - timedelta(days=5 + 30 * turn), many)
                if turn == 0:
                    proofs.lay(made, "paper", "现场照片和签到表", reference="职工发展部档案柜")
        programmes.leave(rows[0], today - timedelta(days=2), "培育期满，达到要求。", graduated=True)
