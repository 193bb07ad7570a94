"""The gallery: every component in every state, with the names and lengths that break layouts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from jiangtai.kernel import clock

from . import errors
from .acts import Act
from .columns import Column
from .details import TableSection, Value
from .doors import OFFICE
from .entry import ActionPage, FormPage
from .fields import DateField, FileField, LongTextField, RadioCards
from .pages import Page
from .registry import page
from .reveals import RevealPage
from .trees import Branch, Node, TreePage
from .values import Empty, Event, Masked, Stat, Step, Tab, Tag
from .wording import speak

NAMES = ("王", "李志强", "欧阳震华", "阿卜杜拉·买买提", "𠮷田㛃䶮", "尉迟司空长孙")
LONG = "锦川区精密机械与智能装备制造产业功能区企业联合工会委员会劳动和技能竞赛组织办公室（原锦河片区联合会）"
CONTENTS = (
    ("buttons", "按钮"),
    ("lights", "标记"),
    ("stats", "数字"),
    ("tabs", "步骤"),
    ("values", "键值"),
    ("names", "姓名"),
    ("table", "表格"),
    ("empty", "空"),
    ("alerts", "提示"),
    ("progress", "进度"),
    ("form", "表单"),
    ("pages", "页面"),
)
ACCENTS = ("ok", "warn", "bad", "info", "plain")


class SampleForm(forms.Form):
    """Every kind of field."""

    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请填写姓名"})
    code = forms.CharField(
        label="统一社会信用代码", required=False, max_length=18, help_text="18 位，字母不用 I、O、S、V、Z"
    )
    count = forms.IntegerField(label="人数", min_value=1, required=False)
    since = DateField(label="成立日期", required=False)
    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "请选择"), ("firm", "企业"), ("school", "院校")],
        error_messages={"required": "请选择类型"},
    )
    method = forms.ChoiceField(
        label="办理方式",
        widget=RadioCards,
        error_messages={"required": "请选择办理方式"},
        choices=[("online", "在线填报｜发一条链接，不用账号"), ("letter", "代录来函｜附上来函，注明来源")],
    )
    opinion = LongTextField(
        label="意见", stock=("拟同意", "请核实", "材料不全，请补正"), required=False, max_length=200
    )
    file = FileField(label="附件", accepts=(".pdf", ".jpg"), most=20, required=False)
    agreed = forms.BooleanField(label="以上内容已核对", error_messages={"required": "请核对后勾选"})


def _events() -> list[Event]:
    now = clock.now()
    return [
        Event("待核实", who="区总工会 周敏", text="催办 1 次", tone="warn", now=True),
        Event("街道核实通过", now - timedelta(hours=3), "锦河街道总工会 何静", "走访车间，情况属实。"),
        Event("退回补正", now - timedelta(days=1), "锦河街道总工会", "缺带徒协议。", "bad"),
        Event("提名", now - timedelta(days=400), LONG),
    ]


def _table(rows: list[dict[str, Any]]) -> TableSection:
    columns = (
        Column("name", "姓名", link=lambda row: "#table", note=lambda row: row["trade"]),
        Column("unit", "单位"),
        Column("phone", "手机号", kind="masked"),
        Column("count", "件数", kind="num"),
        Column("due", "期限", kind="tag"),
    )
    return TableSection("名单", columns, rows, Empty("还没有名单", "从名册中选人，或上传一份表格。"))


def _rows() -> list[dict[str, Any]]:
    tags = (
        Tag("逾期 1 个工作日", "bad"),
        Tag("今天到期", "warn"),
        Tag("剩 4 个工作日", "ok"),
        Tag("已办结"),
        Tag("公示中", "info"),
    )
    return [
        {
            "id": str(number),
            "name": name,
            "trade": "数控车工 · 高级技师",
            "unit": LONG if number == 3 else "锦川精密制造",
            "phone": Masked("138****5678", "/gallery/reveal/"),
            "count": number * 1204,
            "due": tags[number % len(tags)],
        }
        for number, name in enumerate(NAMES)
    ]


class Gallery(Page):
    """Everything pages are made of."""

    permission, title, template = OFFICE, "组件陈列", "web/gallery.html"
    is_listed = False

    def get_context(self) -> dict[str, Any]:
        """One sample of each component per state."""
        bad = speak(SampleForm(auto_id="bad_%s", data={"code": "91X", "count": "-1", "since": "2024-13-40"}))
        empty_table, full_table = _table([]), _table(_rows())
        return {
            "contents": CONTENTS,
            "troubles": ("400", "403", "404", "429", "500", "csrf"),
            "names": NAMES,
            "long": LONG,
            "tones": ACCENTS,
            "form": SampleForm(),
            "bad_form": bad,
            "tags": (Tag("演示", "plain"),),
            "samples": [
                Tag("逾期 1 个工作日", "bad"),
                Tag("今天到期", "warn"),
                Tag("剩 4 个工作日", "ok"),
                Tag("公示中", "info"),
                Tag("未开始"),
                Tag(LONG[:24], "info"),
            ],
            "stats": [
                Stat(
                    "在册产业工人",
                    "602,418",
                    "人",
                    "登记簿中在职、未注销的人，按人计一次",
                    "登记簿",
                    "昨日 24:00",
                    "示例数字",
                ),
                Stat("参加培训", "48,210", "人次", note="示例数字", url="#stats"),
                Stat("尚无来源", "—"),
            ],
            "steps": [
                Step("提名", "企业工会 11-10", "done"),
                Step("核实", "应于 11-23 前", "now"),
                Step("评审", "5 位专家"),
                Step("公示", "5 个工作日"),
                Step("审定"),
            ],
            "events": _events(),
            "tabs": [
                Tab("基本情况", "#tabs", True),
                Tab("人员", "#tabs", count=1204),
                Tab("经过", "#tabs", count=0),
            ],
            "values": [
                Value("姓名", "𠮷田㛃䶮", "社保 · 工会一致"),
                Value("身份证号", Masked("519900********2418", "/gallery/reveal/")),
                Value("单位", LONG),
                Value("状态", Tag("在岗", "ok")),
                Value("备注"),
            ],
            "sections": [full_table, empty_table],
            "empty_first": Empty("还没有单位", "先建立本级单位，再逐级添加下级。", Act("新建单位", "/gallery/form/")),
            "acts_shown": [
                Act("主要操作", "/gallery/form/", primary=True),
                Act("次要操作", "/gallery/form/"),
                Act("停用", "/gallery/act/", danger=True, dialog=True),
            ],
        }


class SampleFormPage(FormPage):
    """A form that refuses everything, to show how it does so."""

    permission, title, form = OFFICE, "表单样例", SampleForm
    parents, submit, is_listed = ("web.gallery",), "提交", False
    intro = "这是样例，不会保存任何内容。"
    groups = (
        ("基本情况", ("name", "code", "count", "since", "kind")),
        ("办理", ("method", "opinion", "file", "agreed")),
    )

    def save(self, form: Any) -> Any:
        """Never."""
        raise ValueError("这是样例，内容核对无误，但不会保存")


class SampleAction(ActionPage):
    """A confirmation that does nothing."""

    permission, title, parents, danger, asks_reason = OFFICE, "停用样例", ("web.gallery",), True, True
    question, text, submit = (
        "停用“锦川精密制造有限公司”？",
        "停用后不能再选用，历史记录不变。这是样例，不会改动任何内容。",
        "停用",
    )

    def act(self, reason: str) -> str:
        """Say so."""
        return "样例已执行，没有改动任何内容"


class SampleReveal(RevealPage):
    """A reveal of an invented number."""

    permission, title, parents, what = OFFICE, "显示样例", ("web.gallery",), "手机号"

    def value(self, reason: str) -> str:
        """Nobody's number."""
        return "13800005678"


class SampleTree(TreePage):
    """A tree without end, a hundred at a time."""

    permission, title, parents, is_listed = OFFICE, "树样例", ("web.gallery",), False

    def children(self, parent_id: str | None, offset: int) -> Branch:
        """Invented branches."""
        prefix, total = (parent_id or "单位"), 3 if parent_id is None else 240
        upto = min(offset + self.step, total)
        nodes = [
            Node(
                f"{prefix}-{number}",
                f"{prefix}-{number}",
                note="示例",
                has_children=prefix.count("-") < 4,
                url="#",
                tags=(Tag("已撤销", "bad"),) if number % 50 == 3 else (),
            )
            for number in range(offset + 1, upto + 1)
        ]
        return Branch(nodes, total)


class SampleTrouble(Page):
    """The pages for when something went wrong."""

    permission, title, is_listed = OFFICE, "出错页样例", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the kind asked for."""
        kinds: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "400": errors.bad_request,
            "404": errors.not_found,
            "429": errors.locked_out,
            "csrf": errors.csrf_failed,
            "403": errors.forbidden,
            "500": errors.server_error,
        }
        shown = kinds.get(kwargs["kind"], errors.not_found)(request)
        shown.status_code = 200
        return shown


urlpatterns = [
    page("gallery/", Gallery, "web.gallery"),
    page("gallery/form/", SampleFormPage, "web.gallery.form"),
    page("gallery/act/", SampleAction, "web.gallery.act"),
    page("gallery/reveal/", SampleReveal, "web.gallery.reveal"),
    page("gallery/tree/", SampleTree, "web.gallery.tree"),
    page("gallery/trouble/<str:kind>/", SampleTrouble, "web.gallery.trouble"),
]
