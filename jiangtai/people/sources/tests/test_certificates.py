"""Certificates of skill: what a list says of them, what becomes of it, and what stays untold."""

from datetime import date, timedelta

import pytest
from django.db import connection

from jiangtai import ledger, people
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.ledger import Gone
from jiangtai.people import reading
from jiangtai.people.facts import CertificateWithdrawn, Level, SkillCertified
from jiangtai.people.sources import Certificate, Fault, cells, certificates_of
from jiangtai.people.tests.invented import id_number

from .lists import DAY, handed_in, loaded, rows_of, sheet, text

NUMBER = "S000051990101264000017"


@pytest.fixture(autouse=True)
def job(office, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with clock.at(date(2026, 11, 21)), acting_as_job("测试"):
        yield office


def one(**values: str) -> dict[str, str]:
    return {
        "name": "李志强", "id_number": id_number(), "phone": "19900000100", "occupation": "数控车工",
        "level": "高级工（三级）", "certificate": NUMBER, "certified": "2026.5.8",
    } | values  # fmt: skip


def who(told: dict[str, str]) -> people.Person:
    (person,) = people.find(id_number=told["id_number"])
    return person


def held(told: dict[str, str]) -> list[tuple[str, Level, str, date]]:
    facts = [each.fact for each in certificates_of(who(told))]
    return [(fact.occupation, fact.level, fact.number, fact.on) for fact in facts]


def hints(batch) -> list[str]:
    return list(Fault.objects.filter(batch=batch).order_by("line", "id").values_list("words", flat=True))


SPELLINGS = {
    Level.APPRENTICE: ("学徒工", "学徒"),
    Level.JUNIOR: ("初级工（五级）", "初级", "初级技能", "国家职业资格五级", "5级"),
    Level.INTERMEDIATE: ("中级工", "四级", "四级/中级工", "职业技能等级四级"),
    Level.SENIOR: ("高级工(三级)", "三级", "3级", "３级", "三级工", "高级技能", "国家职业资格三级（高级技能）"),
    Level.TECHNICIAN: ("技师", "二级/技师", "国家职业资格 二级"),
    Level.SENIOR_TECHNICIAN: ("高级技师（一级）", "一级"),
    Level.SPECIAL_TECHNICIAN: ("特级技师",),
    Level.CHIEF_TECHNICIAN: ("首席技师",),
}


@pytest.mark.parametrize(("level", "text"), [(level, way) for level, ways in SPELLINGS.items() for way in ways])
def test_every_way_of_writing_a_level(level, text):
    assert cells.read("level", text) == str(level.value)


@pytest.mark.parametrize("text", ["专项职业能力", "技师（三级）", "六级", "甲级", "合格"])
def test_what_is_no_level_or_two_of_them_says_what_to_do(text):
    with pytest.raises(ValueError, match=r"技能等级应为学徒工、初级工（五级）.*名称与级数不一致，请核对"):
        cells.read("level", text)


def test_a_line_becomes_a_fact_where_the_person_works_and_its_number_stands_nowhere_in_clear(office):
    told = one()
    loaded("social_insurance", office.units["局"], told | {"employer": "甲厂有限公司"})
    batch = loaded("certificates", office.units["局"], told)
    assert (batch.state, batch.persons, batch.changed, batch.failed, hints(batch)) == ("done", 0, 1, 0, [])
    (found,) = certificates_of(who(told))
    assert held(told) == [("数控车工", Level.SENIOR, NUMBER, date(2026, 5, 8))]
    assert found.source == f"职业技能证书名册（{office.units['局']}，截至 2026-09-30）"
    row = ledger.every(SkillCertified).of(who(told).pk).get()
    assert (row.unit, row.cause_id, row.payload) == (
        office.units["甲厂"], batch.pk, {"occupation": "数控车工", "level": 4}
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in ("ledger_factrow", "people_certificate", "people_record", "people_fault"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{NUMBER[-10:]}%"])
            assert cursor.fetchone() == (0,), table


def test_without_an_employer_it_stands_at_the_union_and_without_either_at_the_top(office):
    """Where every fact about a person stands; at the body that issued it, all skill would lie in one bureau."""
    member, nobody = one(), one(name="王芳", certificate="S0002", phone="19900000101")
    loaded("union_members", office.units["工会"], member | {"union": "甲厂工会委员会"})
    loaded("social_insurance", office.units["局"], nobody | {"employer": "无此单位有限公司"})
    loaded("certificates", office.units["局"], member, nobody)
    stands = {row.subject: row.unit for row in ledger.every(SkillCertified).select_related("unit")}
    assert stands == {who(member).pk: office.units["甲厂工会"], who(nobody).pk: office.units["区"]}
    assert reading.unit_of(who(member).pk) == office.units["甲厂工会"]


def test_who_is_met_here_first_is_certified_too_each_certificate_once(office):
    told = one()
    second = told | {"certificate": "S0002", "level": "技师", "occupation": "车工"}
    batch = loaded("certificates", office.units["局"], told, second, told)
    assert (batch.persons, batch.repeated) == (1, 1)
    assert [level for _, level, _, _ in held(told)] == [Level.TECHNICIAN, Level.SENIOR]


def test_what_was_said_before_changes_nothing(office):
    told = one()
    loaded("certificates", office.units["局"], told)
    again = handed_in("certificates", office.units["局"], text(rows_of("certificates", told)))
    assert (again.good, again.repeated) == (0, 1)
    before = list(ledger.every(SkillCertified).values_list("pk"))
    batch = loaded("certificates", office.units["局"], told | {"employer": "乙厂有限公司"}, day=DAY + timedelta(days=1))
    assert batch.changed == 0
    assert list(ledger.every(SkillCertified).values_list("pk")) == before
    assert not ledger.every(ledger.Reversed).exists()


def test_a_corrected_line_takes_the_fact_back_and_a_list_that_leaves_one_out_ends_nothing(office):
    told, other = one(), one(certificate="S0002")
    loaded("certificates", office.units["局"], told, other)
    batch = loaded("certificates", office.units["局"], told | {"level": "技师"}, day=DAY + timedelta(days=31))
    assert held(told) == [("数控车工", Level.TECHNICIAN, NUMBER, date(2026, 5, 8))] and len(held(other)) == 1
    rows = ledger.life(who(told).pk, taken_back=True).filter(type="people.SkillCertified")
    assert [(row.payload["level"], row.cause) for row in rows.order_by("id")] == [(4, "import"), (5, "import")]
    (back,) = ledger.every(ledger.Reversed)
    assert (back.fact.why, back.cause_id) == (ledger.Why.WRONG_VALUE, batch.pk)


def test_a_certificate_that_is_called_withdrawn_ends_and_comes_back(office):
    told = one()
    loaded("certificates", office.units["局"], told)
    for later, state, still in ((1, "已注销", 0), (2, "有效", 1), (3, "作废", 0), (4, "正常", 1)):
        loaded("certificates", office.units["局"], told | {"certificate_state": state}, day=DAY + timedelta(days=later))
        assert len(held(told)) == still, state
    assert ledger.every(SkillCertified).count() == 1 and not ledger.every(CertificateWithdrawn).exists()


def test_one_number_is_one_persons_until_it_is_withdrawn(office):
    told, other = one(), one(name="王芳", phone="")
    loaded("certificates", office.units["局"], told)
    batch = loaded("certificates", office.units["局"], other, day=DAY + timedelta(days=1))
    assert batch.failed == 0 and held(other) == [], "the person is entered all the same"
    (words,) = hints(batch)
    assert words.startswith("证书编号已登记在另一人名下")
    withdrawn = told | {"certificate_state": "作废"}
    loaded("certificates", office.units["局"], withdrawn, day=DAY + timedelta(days=2))
    loaded("certificates", office.units["局"], other | {"phone": "19900000155"}, day=DAY + timedelta(days=3))
    assert len(held(other)) == 1 and held(told) == []
    assert Certificate.objects.get().person == who(other)


def test_another_office_may_say_the_same_and_nothing_else(office):
    told = one()
    loaded("certificates", office.units["局"], told)
    same = loaded("certificates", office.units["区"], told | {"phone": ""})
    assert hints(same) == []
    batch = loaded("certificates", office.units["区"], told | {"level": "技师"}, day=DAY + timedelta(days=1))
    assert ["已由另一家单位报送" in words for words in hints(batch)] == [True]
    assert [level for _, level, _, _ in held(told)] == [Level.SENIOR]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"level": "专项职业能力"}, "技能等级应为"),
        ({"level": ""}, "技能等级是空的，请补填；证书没有导入"),
        ({"certificate": ""}, "证书编号是空的，请补填；证书没有导入"),
        ({"certificate": "1.95E+21"}, "证书编号已成科学计数法"),
        ({"certified": "2027-05-08"}, "应在 1900-01-01 至今天之间"),
        ({"certified": "2004-08-07"}, "发证日期早于本人满 16 周岁那天"),
        ({"occupation": ""}, "工种是空的，请补填；证书没有导入"),
        ({"certificate_state": "不知道"}, "证书状态应为有效、作废"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told_and_the_person_stays(office, values, words):
    told = one(id_number=id_number("19880808")) | values
    batch = loaded("certificates", office.units["局"], told)
    assert (batch.failed, batch.persons) == (0, 1) and held(told) == []
    assert any(words in each for each in hints(batch)), hints(batch)
    right = told | {name: one()[name] for name in values if name in one()} | {"certificate_state": ""}
    loaded("certificates", office.units["局"], right, day=DAY + timedelta(days=1))
    assert len(held(told)) == 1


def test_on_the_sixteenth_birthday_it_can_be(office):
    told = one(id_number=id_number("19880808"), certified="2004-08-08")
    loaded("certificates", office.units["局"], told)
    assert len(held(told)) == 1


def test_one_number_on_two_lines_is_told_with_the_other_line(office):
    told, other = one(), one(name="王芳", phone="")
    batch = loaded("certificates", office.units["局"], told, other)
    (words,) = hints(batch)
    assert words.startswith("证书编号与第 2 行的相同，一个编号只能是一个人的一本证书")
    assert len(held(told)) == 1 and held(other) == []


def test_a_list_of_before_without_these_columns_is_still_taken(office):
    rows = [["证书编号", "姓名", "身份证号", "职业（工种）"], [NUMBER, "李志强", id_number(), "焊工"]]
    batch = handed_in("certificates", office.units["局"], sheet(rows))
    assert (batch.state, batch.fields) == ("mapping", ["certificate", "name", "id_number", "occupation"])
    people.sources.confirm_columns(batch, batch.fields)
    people.sources.work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.good, batch.failed, hints(batch)) == (1, 0, [])


def test_whoever_is_erased_leaves_no_number_behind(office):
    told = one()
    loaded("certificates", office.units["局"], told)
    person = who(told)
    people.erase(person, "本人要求删除")
    assert not Certificate.objects.exists()
    (row,) = ledger.every(SkillCertified).of(person.pk)
    assert isinstance(row.fact.number, Gone) and row.fact.level is Level.SENIOR


def test_a_certificate_follows_a_file_that_went_in_another(office):
    told = one()
    loaded("certificates", office.units["局"], told)
    gone, kept = who(told), people.register(name="李志强", unit=office.units["甲厂"])
    people.Person.unscoped.filter(pk=gone.pk).update(state="merged", merged_into=kept)
    assert [each.number for each in certificates_of(kept)] == [NUMBER]
