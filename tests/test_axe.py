"""axe finds nothing serious or critical on any page, at a desk and on a phone."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver

from jiangtai.access import PERMISSIONS
from jiangtai.web import OFFICE, PUBLIC, SIGNED_IN, WORKER, every_page
from tests import sheets
from tests.live import DESK, PHONE, Live

pytestmark = pytest.mark.browser

IMPACTS = {"serious", "critical"}
# Who opens a page that asks for one of the four words, or for a permission that nobody before has.
SITTERS = {
    "linzhenguo": "system_admin", "zengyi": "security_admin", "shanhuimin": "audit_admin", "zhoumin": "group_office",
    "qiuxiaodong": "unit_admin", "hejing": "liaison", "xielan": "enterprise_hr", "feiliyan": "finance",
}  # fmt: skip
NOT_A_SHEET = {"home", "web.pick"}  # one leads elsewhere, one is the inside of a drop-down
FOR_MACHINES = "/.well-known/"


def sitter_of(permission: str) -> str:
    """The first who may open it: a demo account, `worker`, or nobody."""
    if permission in (PUBLIC, SIGNED_IN, OFFICE, WORKER):
        return {PUBLIC: "", WORKER: "worker"}.get(permission, "zhoumin")
    return next(name for name, role in SITTERS.items() if role in PERMISSIONS[permission][1])


def plain_pages() -> dict[str, list[str]]:
    """The address of every page that needs no object, by who opens it."""
    assert get_resolver().url_patterns
    found: dict[str, list[str]] = {name: [] for name in ("", "worker", *SITTERS)}
    for one in every_page():
        is_sheet = one.name not in NOT_A_SHEET and "get" in one.kind.http_method_names
        if one.url is not None and is_sheet and not str(one.url).startswith(FOR_MACHINES):
            found[sitter_of(one.kind.permission)].append(str(one.url))
    found[""] += ["/account/login/", "/nowhere/", "/activate/nonsense/", "/f/nonsense/"]
    found["zhoumin"] += [f"/gallery/trouble/{kind}/" for kind in ("400", "403", "429", "500")]
    found["zhoumin"] += ["/account/2fa/", "/account/sessions/", "/account/logout/", "/account/password/change/"]
    found["zhoumin"] += [
        "/account/reauthenticate/",
        "/search/?q=jh",
        "/office/units/?q=没有",
        "/office/inquiries/?state=done",
    ]
    found["shanhuimin"] += ["/office/audit/?action=grant.given"]
    return found


ID = r"[0-9a-f-]{36}/"
# page about one object: (who, the list, the link in it, further pages under the object's address)
OBJECTS = [
    ("linzhenguo", "/office/units/?q=锦河街道办事处", "/office/units/" + ID, ("edit/", "move/", "merge/", "close/")),
    ("zhoumin", "/office/units/?q=区人大办", "/office/units/" + ID, ()),
    ("zhoumin", "/office/groups/", "/office/groups/" + ID, ("join/",)),
    ("zhoumin", "/office/inquiries/?state=open", "/office/inquiries/" + ID, ("link/", "cancel/", "record/")),
    ("zhoumin", "/office/inquiries/?state=done", "/office/inquiries/" + ID, ()),
    ("xielan", "/office/mine/", "/office/mine/" + ID, ()),
    ("linzhenguo", "/office/accounts/?q=zhoumin", "/office/accounts/" + ID, ("link/", "disable/")),
    ("zengyi", "/office/accounts/?q=zhoumin", "/office/accounts/" + ID, ("grant/", "second-factor/", "sessions/")),
    ("zhoumin", "/office/parameters/", r"/office/parameters/access\.inquiry_days/", ("set/",)),
    ("shanhuimin", "/office/audit/", "/office/audit/" + ID, ("proof/",)),
]  # fmt: skip


# page about what another page leads to: (who, the list, the link in it, the link on that page)
BEYOND = [
    ("zengyi", "/office/accounts/?q=zhoumin", "/office/accounts/" + ID, "/office/grants/" + ID + "revoke/"),
    ("zhoumin", "/office/units/?q=区人大办", "/office/units/" + ID, "/office/liaisons/" + ID + "phone/"),
]
FAIL_A_JOB = """
from django.db import connection, transaction
from jiangtai.kernel import queue
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) VALUES ('default', 'axe', 'axe', '{}') RETURNING id")
    number = cursor.fetchone()[0]
    for state in ("doing", "failed"):
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number])
print("job", number)
"""  # noqa: E501  one statement
FORGET_THE_JOB = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("DELETE FROM procrastinate_events WHERE job_id IN (SELECT id FROM procrastinate_jobs WHERE task_name = 'axe')")
    cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'axe'")
"""  # noqa: E501


def faults(page: Any) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [one for one in found if one["impact"] in IMPACTS]
    return [f"{one['id']} {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary'][:300]}" for one in grave]


@pytest.fixture
def examine(window: Callable[..., Any]) -> Iterator[Callable[[Any, str], None]]:
    """`examine(page, address)`: what is wrong there in both sizes; all of it is told at the end."""
    found = []

    def look(page: Any, address: str) -> None:
        answer = page.goto(address)
        assert answer.status == (404 if address == "/nowhere/" else 403 if "nonsense" in address else 200), address
        assert "/login/" not in page.url or "/login/" in address, f"{address} asks to sign in"
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            found.extend(f"{address} at {size['width']}: {fault}" for fault in faults(page))
            if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                found.append(f"{address} at {size['width']}: stands out {wide} px beyond the screen")

    yield look
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", ["", *SITTERS])
def test_every_page_without_an_object(who, window, examine):
    page = window(who)
    for address in plain_pages()[who]:
        examine(page, address)


@pytest.fixture(scope="session")
def told(live: Live) -> dict[str, Any]:
    """Who sees each page about an object, where; and the phone of the worker who holds one of everything."""
    done = live.run("manage", "shell", "-c", "from tests.sheets import tell; tell()")
    line = next((one for one in done.stdout.splitlines() if one.startswith("SHEETS ")), "")
    assert line, done.stderr
    return json.loads(line.removeprefix("SHEETS "))


@pytest.mark.parametrize("room", ["cases", "rounds", "notices", "people", "employers", "blacklist",
                                  "tags", "saved", "batches", "doubts", "merges", "splits", "checks", "quality",
                                  "figures", "targets", "claims", "exports",
                                  "responsibles",
                                  "investigations", "erasures", "credentials",
                                  "documents", "messages", "honors", "facts",
                                  "plans", "measures", "amounts", "supplies", "actions", "parts", "public_plans",
                                  "tasks", "reporting",
                                  "instruments", "addressees", "meetings", "assessments",
                                  "dockets", "entries", "programmes", "items", "cohorts", "firms",
                                  "public_programmes", "pilots", "yearly_lists", "pilot_reports",
                                  "schemes", "results"])  # fmt: skip
def test_every_page_about_an_object_of_the_demo(room, told, window, examine):
    pages = {}
    for name, (who, address) in told["sheets"].items():
        if name.partition(".")[0] == room and who != sheets.WORKER:
            pages[who] = pages.get(who) or window(who)
            examine(pages[who], address)


def test_every_page_about_an_object_of_the_workers_own(told, window, examine, live):
    page = window(size=PHONE)
    sign_in(page, live, told["phone"])
    own = [address for who, address in told["sheets"].values() if who == sheets.WORKER]
    for address in [*plain_pages()["worker"], *own]:
        examine(page, address)
    page.goto("/pocket/me/")
    page.locator("main").get_by_role("button", name="长辈模式").click()
    for address in own:
        examine(page, address)


def sign_in(page: Any, live: Live, phone: str, on_the_way: Callable[[], None] = lambda: None) -> None:
    """Sign in by phone."""
    page.goto("/signin/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="获取验证码").click()
    on_the_way()
    page.get_by_label("验证码", exact=True).fill(live.text_message(phone))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/pocket/")


def test_every_page_of_the_pocket_plain_and_enlarged(window, examine, live):
    page = window(size=PHONE)
    sign_in(page, live, "19966660001", lambda: examine(page, "/signin/code/"))
    for address in plain_pages()["worker"]:
        examine(page, address)
    page.goto("/pocket/me/")
    page.locator("main").get_by_role("button", name="长辈模式").click()
    for address in plain_pages()["worker"]:
        examine(page, address)


@pytest.mark.parametrize("number", range(len(OBJECTS)))
def test_every_page_about_an_object(number, window, examine):
    who, listed, pattern, below = OBJECTS[number]
    page = window(who)
    page.goto(listed)
    own = link_on(page, pattern)
    for address in (own, *(own + one for one in below)):
        examine(page, address)


def link_on(page: Any, pattern: str) -> str:
    """The first address on the page that is of this form."""
    addresses = [one.get_attribute("href") or "" for one in page.locator("main a").all()]
    return next(one for one in addresses if re.fullmatch(pattern, one))


@pytest.mark.parametrize(("who", "listed", "way", "pattern"), BEYOND)
def test_every_page_one_step_further(who, listed, way, pattern, window, examine):
    page = window(who)
    page.goto(listed)
    page.goto(link_on(page, way))
    examine(page, link_on(page, pattern))


def test_the_page_of_a_failed_job(window, examine, live):
    made = live.run("manage", "shell", "-c", FAIL_A_JOB)
    assert "job " in made.stdout, made.stderr
    try:
        page = window("linzhenguo")
        page.goto("/office/jobs/")
        examine(page, link_on(page, r"/office/jobs/\d+/retry/"))
    finally:
        live.run("manage", "shell", "-c", FORGET_THE_JOB)


def test_the_pages_behind_a_link(window, examine):
    opener, asker, stranger = window("linzhenguo"), window("zhoumin"), window()
    opener.goto("/office/accounts/new/")
    opener.get_by_label("姓名").fill("闻人清")
    opener.get_by_label("登录名").fill("axe.newcomer")
    opener.get_by_role("button", name="开通").click()
    examine(stranger, opener.get_by_label("启用链接").input_value())
    asker.goto("/office/inquiries/?state=open")
    asker.goto(link_on(asker, "/office/inquiries/" + ID) + "link/")
    asker.get_by_role("button", name="生成链接").click()
    examine(stranger, asker.get_by_label("填报链接").input_value())


def test_what_stands_over_a_page(window):
    page = window("linzhenguo")
    page.goto("/office/units/?q=锦河街道办事处")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    page.get_by_text("请填写理由").first.wait_for()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator("#find").fill("jhjd")
    page.get_by_role("option").first.wait_for()
    assert faults(page) == []
    page.goto("/office/units/new/")
    page.get_by_label("上级单位").press_sequentially("jhjd", delay=15)
    page.get_by_role("option").first.wait_for()
    assert faults(page) == []


def test_axe_would_find_something(window):
    """The tests above can fail: a field without a name, and words too pale to read."""
    page = window()
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.evaluate("document.querySelector('main p').style.color = '#ddd'")
    assert {one.partition(" ")[0] for one in faults(page)} == {"label", "color-contrast"}


def test_every_page_is_looked_at():
    """A page with an object that is in none of the lists above has to be put there."""
    assert get_resolver().url_patterns
    known = {*sheets.sheets(), *sheets.FILES, *sheets.NOWHERE}
    with_object = {one.route for one in every_page() if one.url is None and one.name not in known}
    looked = {listed.strip("/").partition("?")[0] for _, listed, _, _ in OBJECTS}
    looked |= {pattern.strip("/").partition("/" + ID)[0] for _, _, _, pattern in BEYOND}
    looked |= {"office/jobs/", "activate/", "f/", "pick/", "gallery/trouble/"}  # each has its test above
    no_sheet = ("me/sessions/",)  # only ever posted to
    missing = [one for one in with_object if not one.startswith((*no_sheet, *looked))]
    assert missing == []
