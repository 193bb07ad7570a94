"""Units as people name them: by an id, a full or short name, or a code."""

from django.db.models import Q, QuerySet

from jiangtai.kernel import read_id

from .models import Unit


def unit_among(rows: QuerySet[Unit], text: str) -> Unit | None:
    """The one of these units that an id, a full or short name or a code names; several with one name are a question."""
    if key := read_id(text):
        return rows.filter(pk=key).first()
    found = list(rows.filter(Q(name=text) | Q(short_name=text) | Q(code=text))[:2])
    if len(found) > 1:
        raise ValueError(f"有多个单位叫“{text}”，请从下拉结果中选一个，或改填代码")
    return next(iter(found), None)
