"""What the register lacks of those who stand on a list that has a column for it: whose list could have told it."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from .. import keeping, reading
from ..lacks import LACKS
from ..models import NOW, Employment, Person
from .declare import SOURCES
from .disputes import counted, lines_told
from .models import Record


def sources_for(lack: str) -> list[str]:
    """The sources whose lists have a column for what is lacking; what somebody does at a firm the firm alone tells."""
    return [key for key, one in SOURCES.items() if lack in one.fields and (lack != "occupation" or one.of_one_firm)]


def incomplete(rows: QuerySet[Person], source: str = "", unit: str = "", lack: str = "") -> QuerySet[Person]:
    """Of these persons those of whom something is lacking that a list on which they stand has a column for: any list,
    one source's, or one unit's. Whom another firm has on its own list is told to nobody else."""
    told = {name: value for name, value in (("source", source), ("batch__unit", unit)) if value}
    lines = Record.objects.filter(Record.NOW, lines_told(), **told)
    found = Q(pk__in=())
    for one in [lack] if lack else LACKS:
        stands = lines.filter(source__in=sources_for(one))
        if one == "occupation":
            works = Employment.unscoped.filter(NOW, person=OuterRef("who"), unit=OuterRef("batch__unit"))
            stands = stands.annotate(who=Coalesce("person__merged_into", "person"))
            stands = stands.filter(Exists(works.filter(occupation="")))
        by_any_id = Exists(stands.filter(person=OuterRef("pk"))) | Exists(
            stands.filter(person__merged_into=OuterRef("pk"))
        )
        found |= _lacks(one) & Q(by_any_id)
    return rows.filter(found)


def _lacks(lack: str) -> Q:
    if lack in keeping.REVEALED:
        return reading.lacks(lack)
    return {"birth": Q(birth_year__isnull=True), "education": Q(education="")}.get(lack, Q())


def lacks_by_source() -> dict[str, int]:
    """Of how many persons within reach something was lacking that each source's lists could tell."""
    return {source: number for source, unit, number in counted("lacks") if not unit}


def lacks_by_list() -> list[tuple[str, UUID, int]]:
    """The same for each unit's list of each source."""
    return [(source, UUID(unit), number) for source, unit, number in counted("lacks") if unit]
