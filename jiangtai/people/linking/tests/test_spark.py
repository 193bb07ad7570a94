"""Every expression of linking is understood by Spark too, so that a province can run what an office tried."""

from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.config import Config

from jiangtai.people.linking import evidence, kept, normal, repairing, weights

DIALECTS = ("duckdb", "pyspark")


class _Spark(Config):
    """What the compiler asks of Spark's own settings, which only a running Spark would bring."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = _Spark()
RECORD = {
    "rid": "int32",
    "source": "int16",
    "row": "int32",
    "name": "string",
    "number": "int64",
    "damaged": "string",
    "phone": "int64",
    "born": "int32",
    "employer": "int64",
}


def _table(title: str, /, **columns: str) -> Any:
    return ibis.table(columns, name=title)


RAW = _table("raw", **normal.READ)
CHECKED = normal.checked(normal.numbered(normal.cleaned(RAW)))
KNOWN = _table("known", **RECORD, who="int64", score="float64")
WHOLE = _table("whole", **RECORD, who="int64", is_given="boolean")
REST = _table("rest", **RECORD)
PAIRS = _table("pairs", rid="int32", who="int64", repaired="int8")
PLACES = _table("places", place="int64", worth="int64", inverse="int64", slope="int64")
OFTEN = {
    name: _table(f"often_{name}", value=kind, times="float64")
    for name, kind in {"name": "string", "born": "int32", "phone": "int64", "employer": "int64"}.items()
}
WEIGHED = _table("weighed", rid="int32", who="int64", weight="float64")
GROUPS = _table("groups", rid="int32", who="int64")
EDGES = _table("edges", rid="int32", who="int64")
LEARNED = weights.learned(1000, {}, {}, (0, 0), {0: 0.5}, {0: (0, 0)})
COMPARED = evidence.agreement(PAIRS, REST, KNOWN)

KEPT = _table("kept", **{one: {"who": "int64", "person": "string", **RECORD}[one] for one in kept.COLUMNS})

EXPRESSIONS = {
    "met": kept.met(KEPT, REST, _table("numbers", number="int64"), _table("rare", value="string"), WHOLE),
    "placed": kept.placed([KEPT], [kept.Kept(Path("1.parquet"), "0", 1, LEARNED)], 1),
    "cleaned": normal.cleaned(RAW),
    "numbered": normal.numbered(normal.cleaned(RAW)),
    "checked": CHECKED,
    "lenient": normal.checked(normal.numbered(normal.cleaned(RAW)), is_strict=False),
    "compared": normal.compared(CHECKED),
    "strangers": evidence.strangers(WHOLE),
    "candidates": evidence.candidates(REST, KNOWN, evidence.KEYS),
    "last candidates": evidence.candidates(REST, KNOWN, evidence.LAST_KEYS),
    "rare names": evidence.rare_names(REST, KNOWN, OFTEN["name"]),
    "repairs": evidence.repaired(evidence.repairs(REST, PLACES), KNOWN),
    "repairs of one line": repairing.spelled(RAW, PLACES),
    "telling": evidence.telling(REST),
    "same writing": evidence.same_writing(REST, KNOWN),
    "at random": evidence.at_random(KNOWN, 3),
    "often": evidence.often(KNOWN, "phone", 0.5),
    "agreement": COMPARED,
    "weights": LEARNED.of(COMPARED, OFTEN),
    "best": weights.best(WEIGHED, LEARNED),
    "close": weights.close(WEIGHED, LEARNED),
    "sureness": weights.sureness(weights.close(WEIGHED, LEARNED)),
    "one each": weights.one_each(_table("claims", label="int64", who="int64", odds="float64")),
    "lower": evidence.lower(GROUPS, EDGES),
    "lowered": evidence.lowered(GROUPS, evidence.lower(GROUPS, EDGES)),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_it_compiles(name: str, dialect: str) -> None:
    """A function that one of the two does not know would be refused here."""
    assert "SELECT" in str(ibis.to_sql(EXPRESSIONS[name], dialect=dialect))
