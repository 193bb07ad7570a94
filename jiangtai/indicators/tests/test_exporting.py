"""A list too long for one answer is written by a job as whoever asked, kept sealed for days, taken by them alone."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from jiangtai import lake
from jiangtai.access import AuditEntry, acting_as, acting_as_job
from jiangtai.indicators import exporting
from jiangtai.indicators.models import Export
from jiangtai.indicators.pages.sheets import sheet_of
from jiangtai.kernel import Home, clock
from jiangtai.lake import manifest
from jiangtai.messages import messages_of
from jiangtai.people.tests import invented

PATH = "/office/figures/register.workers/"


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    """Three at 甲厂, and every list too long to wait for."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    with acting_as_job("测试"):
        Export.objects.all().delete()
        for name in ("诸葛靓", "上官云", "欧阳修"):
            invented.worker(twin.units["甲厂"], name)
        lake.refresh()
    return tmp_path


def asked(client):
    answer = client.post(PATH, {"do": "list"})
    assert answer.status_code == 302 and answer.url.startswith("/office/exports/")
    return answer.url


def written():
    """What the job does, for every list that waits."""
    for row in Export.objects.filter(state="waiting"):
        exporting.write(row.pk, sheet_of)


def test_it_is_asked_for_once_written_told_of_and_taken(twin, folder):
    who = twin.person("union_officer", "甲街")
    client = twin.client(who)
    url = asked(client)
    assert asked(client) == url and Export.objects.count() == 1, "pressed twice it is one"
    assert "正在后台生成" in client.get(url).content.decode()
    assert client.post(url, {"do": "take"}).status_code == 404
    written()
    page = client.get(url).content.decode()
    assert "可以下载" in page and "保留到" in page
    with acting_as(who):
        told = [one for one in messages_of(who) if one.kind == "indicators.export" and one.link == url]
    assert len(told) == 1
    answer = client.post(url, {"do": "take"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_name("数据")
    names = {row[0] for row in rows.to_python()}
    assert {"诸葛靓", "上官云", "欧阳修"} <= names
    with acting_as_job("测试"):
        actions = list(AuditEntry.objects.filter(actor=who.pk).values_list("action", flat=True))
        assert {"export", "export.taken"} <= set(actions)
        row = Export.objects.get()
    assert row.rows >= 3 and not any(
        "诸葛靓".encode() in file.read_bytes() for file in Home.current().files.rglob("*") if file.is_file()
    )


def jobs_of(url):
    [export] = [str(row.pk) for row in Export.objects.all() if str(row.pk) in url]
    return ProcrastinateJob.objects.filter(task_name="indicators.write_export", args__export=export)


def test_what_could_not_be_written_is_tried_again_when_it_is_asked_for_again(twin, folder):
    client = twin.client(twin.person("union_officer", "甲街"))
    url = asked(client)
    assert asked(client) == url and jobs_of(url).count() == 1, "while one waits there is no second"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [jobs_of(url).get().pk])
    assert asked(client) == url and [job.status for job in jobs_of(url).order_by("id")] == ["failed", "todo"]


def test_who_asks_while_another_press_is_just_being_done_gets_that_one(twin, folder, monkeypatch):
    """The row that still waited when this one came too late is written by the time it is looked for."""
    client = twin.client(twin.person("union_officer", "甲街"))
    url = asked(client)
    written()

    def too_late(**told):
        raise IntegrityError("export_once_at_a_time")

    monkeypatch.setattr(Export.objects, "create", too_late)
    assert asked(client) == url and jobs_of(url).count() == 1


def test_nobody_else_takes_it(twin, folder):
    url = asked(twin.client(twin.person("union_officer", "甲街")))
    written()
    for role, at in (("group_office", "区"), ("union_officer", "乙街"), ("unit_admin", "甲街")):
        client = twin.client(twin.person(role, at))
        assert client.get(url).status_code == 404, role
        assert client.post(url, {"do": "take"}).status_code == 404, role


def test_it_goes_after_its_days_and_so_does_what_was_never_written(twin, folder):
    client = twin.client(twin.person("union_officer", "甲街"))
    url = asked(client)
    written()
    with acting_as_job("测试"):
        assert exporting.expire() == 0
        Export.objects.update(until=clock.today() - timedelta(days=1))
        assert exporting.expire() == 1
    assert "已清除" in client.get(url).content.decode() and client.post(url, {"do": "take"}).status_code == 404
    stuck = asked(client)
    with acting_as_job("测试"):
        Export.objects.filter(state="waiting").update(made_at=clock.now() - timedelta(days=9))
        assert exporting.expire() == 1
    assert "已清除" in client.get(stuck).content.decode()


def test_who_lost_the_post_meanwhile_gets_nothing(twin, folder):
    who = twin.person("union_officer", "甲街")
    asked(twin.client(who))
    with acting_as_job("测试"):
        Export.objects.update(at_unit=twin.units["乙街"])
    written()
    assert Export.objects.get().state == Export.State.GONE
