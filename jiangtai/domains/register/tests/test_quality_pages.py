"""What the register lacks opens to the people, and leads to the unit that can mend it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from jiangtai.access import acting_as_job, inquiries
from jiangtai.kernel import clock
from jiangtai.people import Employment, LeavingReason, Person, count_lacks, employment_of, find, hire, join_union, leave
from jiangtai.people.sources import Batch, Doubt, Fault, compare_all
from jiangtai.people.sources.models import Dispute
from jiangtai.people.sources.tests.lists import loaded
from jiangtai.people.tests.invented import id_number, person, worker


@pytest.fixture
def crew(office):
    with acting_as_job("测试"):
        worker(office.units["甲厂"], "李志强", phone="19900000100", education="20")
        worker(office.units["甲厂"], "欧阳文静", id_number="", sex="女")
        worker(office.units["乙厂"], "王芳", phone="19900000101")
        count_lacks()


def text(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_opens_to_as_many_people(office, crew):
    clerk = office.client(office.person("group_office"))
    page = text(clerk, "/office/quality/")
    counts = {stat.label: (stat.value, stat.url) for stat in clerk.get("/office/quality/").context["stats"]}
    assert {label: value for label, (value, _) in counts.items()} == {
        "没有身份证号": "1", "没有手机号": "1", "没有出生日期": "1", "没有学历": "2", "用工没有工种": "0",
    }  # fmt: skip
    for value, url in counts.values():
        assert clerk.get(url).context["total"] == int(value)
    assert "欧阳文静" in text(clerk, "/office/quality/id_number/") and "甲厂" in page
    assert clerk.get("/office/quality/nothing/").status_code == 404


def test_a_firm_sees_what_it_lacks_and_nobody_elses(office, crew):
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    page = text(hr, "/office/quality/")
    assert "乙厂" not in page and "请单位补正" not in page
    assert "王芳" not in text(hr, "/office/quality/education/")
    other = office.units["乙厂"].pk
    assert hr.get(f"/office/quality/education/?firm={other}").status_code == 404


def test_the_unit_that_can_mend_it_is_asked_and_answers(office, crew):
    clerk = office.client(office.person("group_office"))
    page = text(clerk, "/office/quality/")
    firm = office.units["甲厂"]
    assert f"unit={firm.pk}&amp;topic=mend" in page
    form = clerk.get(f"/office/inquiries/ask/?unit={firm.pk}&topic=mend").context["form"]
    assert form.initial["topic"] == "mend" and "甲厂" in form.initial["units"]
    told = {"topic": "mend", "units": firm.name, "due": form.initial["due"], "note": ""}
    answer = clerk.post("/office/inquiries/ask/", told)
    assert answer.status_code == 302, answer.content.decode().partition("form-errors")[2][:300]
    with acting_as_job("测试"):
        (asked,) = firm.inquiries.all() if hasattr(firm, "inquiries") else [inquiries.Inquiry.objects.get()]
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    assert hr.post(f"/office/mine/{asked.pk}/", {"result": "done"}).status_code == 302


def test_what_lists_say_otherwise_and_who_may_be_one_open_by_source_and_unit(office, crew):
    bureau = office.units["局"]
    with acting_as_job("测试"):
        batch = Batch.unscoped.create(
            source="taxes", unit=bureau, as_of=clock.today(), file_name="一", kind="csv", digest=b"1", state="done"
        )
        (li,), (wen,) = find(name="李志强"), find(name="欧阳文静")  # all were made at one moment of the held clock
        for field in ("phone", "name"):
            Dispute.objects.create(person=li, source="taxes", unit=bureau, field=field)
        Doubt.objects.create(one=li, other=wen, batch=batch, odds=0.6)
    with acting_as_job("测试"):
        count_lacks()
    clerk = office.client(office.person("group_office"))
    context = clerk.get("/office/quality/").context
    (row,) = [one for one in context["sources"] if one["disputed"]]
    assert (row["source"].key, row["disputed"], row["as_of"]) == ("taxes", 1, clock.today())
    (listed,) = context["lists"]
    assert (listed["unit"], listed["disputes"], listed["doubts"]) == (bureau, 1, 1)
    for url in (row["url"], listed["disputes_url"], listed["doubts_url"]):
        assert clerk.get(url).context["total"] == 1, url
    assert "姓名（个人所得税" in text(clerk, row["url"]) and "手机号（个人所得税" in text(clerk, row["url"])
    for field, total in (("phone", 1), ("sex", 0)):
        assert clerk.get(f"/office/quality/disputes/?field={field}").context["total"] == total
    assert f"unit={bureau.pk}&amp;topic=recheck" in text(clerk, "/office/quality/")
    for url in ("/office/quality/disputes/?source=schools", "/office/quality/disputes/?list=taxes:nonsense"):
        assert clerk.get(url).context["total"] == 0, url
    hr = office.client(office.person("enterprise_hr", "乙厂"))
    assert not hr.get("/office/quality/").context["lists"]
    near = office.client(office.person("enterprise_hr", "甲厂")).get("/office/quality/").context["sources"]
    said = {one["source"].key: one["words"] for one in near}
    assert (said["taxes"], said["schools"]) == ("名册不在您的范围内", "还没有报送"), "it was handed in, elsewhere"


def test_what_lists_say_otherwise_is_read_page_by_page_and_without_what_says_nothing_of_it(office):
    with acting_as_job("测试"):
        for number in range(25):
            one = worker(office.units["甲厂"], "李志强", id_number="", sex="男", birth=date(1988, 8, 1 + number))
            Dispute.objects.create(person=one, source="taxes", unit=office.units["局"], field="name")
    clerk, path = office.client(office.person("group_office")), "/office/quality/disputes/"
    found = [clerk.get(f"{path}?page={number}").context for number in (1, 2)]
    assert [len(one["rows"]) for one in found] == [20, 5] and found[0]["total"] == 25
    assert [cell["label"] for cell in found[0]["rows"][0]["cells"]] == ["姓名", "与登记不同的", "用人单位"]


def test_each_unit_whose_list_is_late_is_found_and_can_be_asked(office):
    """However few of its lines are wrong; a newer list takes it away, and a firm asks nobody."""

    def handed(unit: str, days: int) -> Batch:
        day, firm = clock.today() - timedelta(days=days), office.units[unit]
        told = {"source": "employer_roster", "kind": "csv", "state": "done", "digest": str(days).encode()}
        return Batch.unscoped.create(unit=firm, as_of=day, file_name=unit, **told)

    with acting_as_job("测试"):
        first, late, _ = handed("甲厂", 200), handed("乙厂", 96), handed("甲厂", 95)
    clerk = office.client(office.person("group_office"))
    (stat,) = [one for one in clerk.get("/office/quality/").context["others"] if one.label == "名册已过期"]
    answer = clerk.get(stat.url)
    assert (stat.value, answer.context["total"]) == (
        "1",
        1,
    ) and f"/office/batches/{late.pk}/" in answer.content.decode()
    assert f"unit={late.unit_id}&amp;topic=recheck" in text(clerk, f"/office/batches/{late.pk}/")
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    assert "topic=recheck" not in text(hr, f"/office/batches/{first.pk}/")


def test_a_firm_is_told_of_no_other_firms_list(office):
    """Neither that it says otherwise of somebody who works at both, nor that it holds them no longer."""
    here, there = office.units["甲厂"], office.units["乙厂"]
    told = {"name": "李志强", "id_number": id_number(), "phone": "19900000103"}
    with acting_as_job("测试"):
        loaded("employer_roster", here, told, day=clock.today(), is_whole=True)
        loaded("employer_roster", there, told | {"phone": "19900000104"}, day=clock.today(), is_whole=True)
        compare_all()
        count_lacks()
    clerk, url = office.client(office.person("group_office")), "/office/quality/disputes/"
    hr = {key: office.client(office.person("enterprise_hr", key)) for key in ("甲厂", "乙厂")}
    theirs = next(key for key in hr if hr[key].get(url).context["total"])
    other = {"甲厂": "乙厂", "乙厂": "甲厂"}[theirs]
    assert clerk.get(url).context["total"] == 1
    assert hr[other].get(url).context["total"] == 0
    assert office.units[theirs].name not in text(hr[other], "/office/quality/")
    with acting_as_job("测试"), clock.at(clock.today() + timedelta(days=31)):
        loaded("employer_roster", there, told | {"name": "王芳", "id_number": id_number("19910101"), "phone": ""},
               day=clock.today(), is_whole=True)  # fmt: skip
    gone = "/office/quality/left-out/"
    assert [hr[key].get(gone).context["total"] for key in ("甲厂", "乙厂")] == [0, 1]


def test_source_and_detail_are_asked_of_one_line(office):
    """The social insurance has no column for schooling: that the firm left it out is not the insurance's lack."""
    told = {"name": "李志强", "id_number": id_number(), "phone": "", "employer": "甲厂有限公司"}
    with acting_as_job("测试"):
        loaded("social_insurance", office.units["局"], told, day=clock.today())
        loaded("employer_roster", office.units["甲厂"], told | {"employer": "", "education": ""}, day=clock.today())
    clerk, url = office.client(office.person("group_office")), "/office/quality/incomplete/?source="
    found = {
        (source, lack): clerk.get(f"{url}{source}&lack={lack}").context["total"]
        for source in ("social_insurance", "employer_roster")
        for lack in ("phone", "education")
    }
    assert list(found.values()) == [1, 0, 1, 1], found
    mine = f"employer_roster:{office.units['甲厂'].pk}"
    assert clerk.get(f"{url}social_insurance&list={mine}").context["total"] == 0
    assert clerk.get(f"{url}employer_roster&list={mine}").context["total"] == 1


def test_what_a_list_could_tell_and_does_not_opens_by_source_and_unit(office):
    """A firm's own list speaks of what somebody does there; whom another firm has on its list nobody else learns."""
    units, told = office.units, {"name": "李志强", "id_number": id_number(), "phone": "", "employer": "甲厂有限公司"}
    other = {"name": "欧阳文静", "id_number": id_number("19900202"), "phone": "19900000101", "employer": "乙厂有限公司"}
    with acting_as_job("测试"):
        loaded("social_insurance", units["局"], told, other, day=clock.today())
        loaded("employer_roster", units["甲厂"], other | {"employer": "", "education": "本科"}, day=clock.today())
        (li,) = find(name="李志强")
        twin = person(units["甲厂"], "李志强", phone="19900000102")
        join_union(twin, units["甲厂工会"])
        count_lacks()
    clerk = office.client(office.person("group_office"))

    def seen(reader):
        context = reader.get("/office/quality/").context
        rows = [(one["source"].key, one["lacks"], one["lacks_url"]) for one in context["sources"] if one["lacks"]]
        rows += [(one["unit"], one["lacks"], one["lacks_url"]) for one in context["lists"] if one["lacks"]]
        for _, number, url in rows:
            assert reader.get(url).context["total"] == number, url
        return [row[:2] for row in rows]

    both = [("social_insurance", 1), ("employer_roster", 1), (units["局"], 1), (units["甲厂"], 1)]
    assert sorted(seen(clerk), key=str) == sorted(both, key=str)
    assert f"unit={units['局'].pk}&amp;topic=recheck" in text(clerk, "/office/quality/")
    page = text(clerk, "/office/quality/incomplete/?source=social_insurance")
    assert "李志强" in page and "没有手机号" in page and "欧阳文静" not in page
    assert clerk.get("/office/quality/incomplete/?lack=occupation").context["total"] == 1
    assert clerk.get("/office/quality/incomplete/?lack=education").context["total"] == 0
    assert [one[0] for one in seen(office.client(office.person("enterprise_hr", "乙厂")))] == []
    assert ("employer_roster", 1) in seen(office.client(office.person("enterprise_hr", "甲厂")))
    with acting_as_job("测试"):
        Person.unscoped.filter(pk=li.pk).update(state="merged", merged_into=twin.pk)
        count_lacks()
    assert ("social_insurance", 1) not in seen(clerk), "the file that stays has a phone"


def test_lines_that_are_wrong_open_by_source_and_unit_to_the_lines(office, crew):
    def handed_in(unit: str, failed: int, day: date, digest: bytes) -> Batch:
        batch = Batch.unscoped.create(
            source="employer_roster", unit=office.units[unit], as_of=day, file_name=f"{unit}{day}", kind="csv",
            digest=digest, state="done", failed=failed,
        )  # fmt: skip
        Fault.objects.bulk_create(Fault(batch=batch, line=line, words="身份证号末位不符") for line in range(failed))
        return batch

    with acting_as_job("测试"):
        handed_in("甲厂", 7, date(2026, 7, 31), b"1")
        ours = handed_in("甲厂", 2, date(2026, 8, 31), b"2")
        handed_in("乙厂", 3, date(2026, 3, 31), b"3")
        handed_in("乙厂", 0, date(2026, 4, 30), b"4")
        old = handed_in("局", 1, date(2026, 3, 31), b"5")
    clerk = office.client(office.person("group_office"))
    context = clerk.get("/office/quality/").context
    (stat,) = [one for one in context["others"] if one.label == "名册里有误未改"]
    (row,) = [one for one in context["sources"] if one["wrong"]]
    assert (stat.value, row["source"].key, row["wrong"]) == ("3", "employer_roster", 3)
    for url in (stat.url, row["wrong_url"]):
        assert clerk.get(url).context["total"] == 2 and all(one.file_name in text(clerk, url) for one in (ours, old)), (
            url
        )
    told = [(one["unit"], one["wrong"], one["words"]) for one in context["lists"]]
    units = office.units
    assert told[:2] == [(units["甲厂"], 2, "在有效期内"), (units["局"], 1, "已过期 59 天")]
    assert {one[0]: one[1] for one in told[2:]} == {units["乙厂"]: 0}, "what was put right is wrong no more"
    assert text(clerk, context["lists"][0]["wrong_url"]).count("身份证号末位不符") >= 2
    assert f"unit={units['甲厂'].pk}&amp;topic=recheck" in text(clerk, "/office/quality/")
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    assert [one["unit"] for one in hr.get("/office/quality/").context["lists"]] == [units["甲厂"]]


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("group_office", None),
        ("enterprise_hr", "甲厂"),
        ("enterprise_union", "甲厂工会"),
        ("union_officer", "甲街"),
        ("union_officer", "工会"),
    ],
)
def test_right_after_counting_every_number_is_its_list(office, crew, role, unit):
    """Also for who works at two firms, who works nowhere, and who is only a member."""
    with acting_as_job("测试"):
        both = worker(office.units["甲厂"], "赵强")
        Employment.unscoped.filter(person=both).update(occupation="")  # as a list brings somebody
        hire(both, office.units["乙厂"], occupation="焊工")
        leave(employment_of(worker(office.units["乙厂"], "周敏").pk), why=LeavingReason.OTHER)
        join_union(person(office.units["甲厂"], "吴秀英"), office.units["甲厂工会"])
        count_lacks()
    reader = office.client(office.person(role, unit) if unit else office.person(role))
    context = reader.get("/office/quality/").context
    seen = [(stat.value, stat.url) for stat in context["stats"]]
    seen += [(number, url) for firm in context["firms"] for _, number, url in firm["counts"] if number]
    assert any(int(value) for value, _ in seen) and bool(context["firms"]) == (unit != "工会")
    for value, url in seen:
        assert reader.get(url).context["total"] == int(value), url


def test_the_counts_say_when_they_were_made_and_wait_for_the_next_time(office, crew):
    clerk = office.client(office.person("group_office"))
    with acting_as_job("测试"):
        worker(office.units["甲厂"], "赵强", id_number="", sex="男")
    context = clerk.get("/office/quality/").context
    (stat,) = [one for one in context["stats"] if one.label == "没有身份证号"]
    assert stat.value == "1" and clerk.get(stat.url).context["total"] == 2
    assert f"截至 {localtime(context['counted_at']):%Y-%m-%d %H:%M} 统计" in text(clerk, "/office/quality/")


def test_the_board_asks_nothing_of_persons(office, crew):
    """What it costs does not grow with the register: it reads what was counted."""
    clerk = office.client(office.person("group_office"))
    with CaptureQueriesContext(connection) as asked:
        clerk.get("/office/quality/")
    about = [one["sql"] for one in asked if "vault_entry" in one["sql"] or "people_employment" in one["sql"]]
    assert about == []
