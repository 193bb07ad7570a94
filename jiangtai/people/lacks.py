"""What the register lacks of people, counted for every unit at once by a job: a board of a million counts nothing live.

A unit is counted twice: those who work there now, and everybody whom one sees who acts for it. The counts say when they
were made; the lists that they open are of the moment.
"""

from datetime import datetime
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit, current
from jiangtai.kernel import clock

from .scope import served_unit

LACKS = ("id_number", "phone", "birth", "education", "occupation")
"""What may be lacking: a number, a day, the schooling, or what somebody does at a firm."""


class LackCount(models.Model):
    """Of how many persons a thing was lacking at a unit, and of how many each list says otherwise or could tell it."""

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", verbose_name="单位")
    """None stands for the whole register, also for who works nowhere."""
    is_seen = models.BooleanField("按可见范围")
    people = models.PositiveIntegerField("人数")
    lacks = models.PositiveIntegerField("缺项")
    counts = models.JSONField("各项人数")
    counted_at = models.DateTimeField("统计时间")

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()
    EVERYBODY: ClassVar = Q(unit__isnull=True)

    class Meta:
        verbose_name = verbose_name_plural = "缺项统计"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("unit", "is_seen"), nulls_distinct=False, name="lacks_once_a_unit"),
        )
        indexes = (
            models.Index(fields=("-lacks", "unit"), condition=Q(is_seen=False, lacks__gt=0), name="lacks_most_first"),
        )

    def __str__(self) -> str:
        return f"{self.unit or '全部'} {self.people} 人"


def count_lacks() -> int:
    """Count anew, for all units in one moment; how many rows came of it."""
    from . import keeping
    from .sources.disputes import of_firms
    from .sources.lacking import sources_for

    numbers = {"identity": keeping.IDENTITY, "phone": keeping.PHONE}
    lists = {f"{one}_sources": sources_for(one) for one in LACKS} | {"of_firms": of_firms()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.lacks'))")  # one after the other
        LackCount.unscoped.all().delete()
        cursor.execute(_COUNT, {**numbers, **lists, "at": clock.now()})
        return int(cursor.rowcount)


def counted_at() -> datetime | None:
    """When it was counted last; None before the first time."""
    return LackCount.unscoped.filter(LackCount.EVERYBODY).values_list("counted_at", flat=True).first()


def seen_lacks() -> dict[str, int]:
    """What was counted of everybody within reach: of how many persons each thing was lacking or said otherwise."""
    who = current()
    mine = LackCount.EVERYBODY if who.reach.is_everything else Q(unit=who.unit, unit__isnull=False)
    found = LackCount.unscoped.filter(mine, is_seen=True).values_list("counts", flat=True).first()
    return found or {}


def most_lacking(most: int) -> list[LackCount]:
    """The firms that one acts for whose people lack most."""
    near = Q(unit__path__within=current().reach) | Q(unit=served_unit(), unit__isnull=False)
    rows = LackCount.unscoped.filter(near, is_seen=False, lacks__gt=0).select_related("unit")
    return list(rows.order_by("-lacks", "unit")[:most])


_EACH = ", ".join(f"'{one}', count(*) FILTER (WHERE no_{one})" for one in LACKS)
_ALL = " + ".join(f"count(*) FILTER (WHERE no_{one})" for one in LACKS)
_COUNT = f"""
WITH RECURSIVE person AS MATERIALIZED (
    SELECT p.id,
        NOT EXISTS (SELECT FROM vault_entry e
            WHERE e.subject = p.id AND e.field = %(identity)s AND e.blind IS NOT NULL) AS no_id_number,
        NOT EXISTS (SELECT FROM vault_entry e
            WHERE e.subject = p.id AND e.field = %(phone)s AND e.blind IS NOT NULL) AS no_phone,
        p.birth_year IS NULL AS no_birth,
        p.education = '' AS no_education
    FROM people_person p WHERE p.state = 'registered'
), work AS MATERIALIZED (
    SELECT w.person_id, w.unit_id, w.occupation = '' AS no_occupation
    FROM people_employment w WHERE w.until IS NULL
), above (unit_id, above_id) AS (
    SELECT id, id FROM access_unit
    UNION ALL
    SELECT above.unit_id, u.parent_id FROM above JOIN access_unit u ON u.id = above.above_id
    WHERE u.parent_id IS NOT NULL
), seen AS MATERIALIZED (
    SELECT person_id, above_id, bool_or(no_occupation) AS no_occupation FROM (
        SELECT w.person_id, a.above_id, w.no_occupation FROM work w JOIN above a USING (unit_id)
        UNION ALL
        SELECT w.person_id, u.id, w.no_occupation FROM work w JOIN access_unit u ON u.serves_id = w.unit_id
        UNION ALL
        SELECT m.person_id, a.above_id, false FROM people_unionmembership m JOIN above a USING (unit_id)
        WHERE m.until IS NULL
    ) at GROUP BY person_id, above_id
    UNION ALL
    SELECT p.id, NULL, coalesce(w.no_occupation, false) FROM person p LEFT JOIN (
        SELECT person_id, bool_or(no_occupation) AS no_occupation FROM work GROUP BY person_id
    ) w ON w.person_id = p.id
), said AS (
    SELECT 'said' AS kind, source, unit_id, person_id FROM people_dispute
    UNION ALL
    SELECT 'lacks', r.source, b.unit_id, p.id
    FROM people_record r JOIN people_batch b ON b.id = r.batch_id JOIN people_person g ON g.id = r.person_id
    JOIN person p ON p.id = coalesce(g.merged_into_id, g.id)
    LEFT JOIN work w ON w.person_id = p.id AND w.unit_id = b.unit_id AND w.no_occupation
    WHERE r.until IS NULL AND (
        p.no_id_number AND r.source = ANY(%(id_number_sources)s)
        OR p.no_phone AND r.source = ANY(%(phone_sources)s)
        OR p.no_birth AND r.source = ANY(%(birth_sources)s)
        OR p.no_education AND r.source = ANY(%(education_sources)s)
        OR w.no_occupation AND r.source = ANY(%(occupation_sources)s)
    )
), near AS (
    SELECT unit_id, above_id FROM above
    UNION
    SELECT serves_id, id FROM access_unit WHERE serves_id IS NOT NULL
), told AS (
    SELECT above_id, jsonb_object_agg(concat_ws(':', kind, source, unit_id), people) AS counts FROM (
        SELECT s.above_id, d.kind, d.source, d.unit_id, count(DISTINCT d.person_id) AS people
        FROM said d JOIN person p ON p.id = d.person_id JOIN seen s ON s.person_id = p.id
        LEFT JOIN near n ON n.unit_id = d.unit_id AND n.above_id = s.above_id
        WHERE d.source != ALL(%(of_firms)s) OR s.above_id IS NULL OR n.unit_id IS NOT NULL
        GROUP BY GROUPING SETS ((s.above_id, d.kind, d.source), (s.above_id, d.kind, d.source, d.unit_id))
    ) per_list GROUP BY above_id
), counted AS (
    SELECT w.unit_id, false AS is_seen, count(*) AS people, {_ALL} AS lacks, jsonb_build_object({_EACH}) AS counts
    FROM work w JOIN person p ON p.id = w.person_id GROUP BY w.unit_id
    UNION ALL
    SELECT s.above_id, true, count(*), {_ALL}, jsonb_build_object({_EACH})
    FROM seen s JOIN person p ON p.id = s.person_id GROUP BY s.above_id
)
INSERT INTO people_lackcount (unit_id, is_seen, people, lacks, counts, counted_at)
SELECT c.unit_id, c.is_seen, c.people, c.lacks, c.counts || coalesce(s.counts, '{{}}'), %(at)s
FROM counted c LEFT JOIN told s ON c.is_seen AND s.above_id IS NOT DISTINCT FROM c.unit_id
"""  # noqa: S608  ours
