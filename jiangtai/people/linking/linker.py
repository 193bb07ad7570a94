"""The procedure: numbers first, then what they leave beside the known, then what is left among itself."""

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from . import columns, earlier, evidence, files, kept, normal, weights

SURE_ENOUGH, SURE = 0.5, 0.9
"""Above the one a row is linked; up to the other a person should look at it."""

_SAMPLE, _FEW, _PART, _LITTLE = 100_000, 100, 7, 200_000
_RECORD = ("rid", "source", "row", "name", "number", "damaged", "masked", "phone", "born", "employer")
_LIMIT = "6GB"
_PATIENCE = 0.0001
"""The engine asks for Python between any two of its tasks, and would wait longer than they take."""
_SURE, _UNSURE = ibis.literal(1.0), ibis.literal(SURE_ENOUGH)
Way = Callable[[Any, Any, Any], Any]
"""From loose rows to pairs with those among whom they are looked for, or with all who are known."""


@dataclass(frozen=True)
class Report:
    """What linking found, as the command prints it; `review` counts the rows whose score is below `SURE`."""

    rows: int
    persons: int
    review: int
    seconds: float
    peak_mb: int


def link(
    sources: dict[str, Path], out: Path, known: tuple[Path, ...] = (), say: Callable[[str], None] = lambda words: None
) -> Report:
    """Give every row of every list a person, and write who is who."""
    began = time.monotonic()
    for path in sources.values():
        files.require(path)
    _spare(out, (*sources.values(), *known))
    try:
        with _engine(out) as con, _hand(con) as hand:
            work = _Work(con, hand, say)
            work.read(sources, [earlier.opened(path) for path in known])
            work.by_number()
            work.by_evidence()
            work.among_themselves()
            rows, persons, review = work.write(out)
    except (duckdb.Error, pa.ArrowException, OSError, MemoryError) as error:
        why = " ".join(str(error).split())[:300]
        raise files.LinkingError(f"没有算完，请检查磁盘空间、内存和文件是否完好（{why}）") from error
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Report(rows, persons, review, round(time.monotonic() - began, 2), peak)


def _spare(out: Path, given: tuple[Path, ...]) -> None:
    """The result never takes the place of what it is made from: the office may have no other."""
    if out.exists() and not out.is_file():
        raise files.LinkingError(f"{out} 是目录或设备，请写明结果文件的名称")
    spent = {path.resolve() for path in (out, kept.beside(out))}
    if taken := next((path for path in given if path.resolve() in spent), None):
        raise files.LinkingError(f"结果不能写到 {taken}：它正要读，写了就没有了；请换一个文件名")


@contextmanager
def _engine(out: Path) -> Iterator[Any]:
    """DuckDB in memory; what does not fit goes to a private folder beside the result and is gone afterwards."""
    if not out.parent.is_dir():
        raise files.LinkingError(f"没有目录 {out.parent}，请先建立")
    with tempfile.TemporaryDirectory(prefix=".linking-", dir=out.parent) as spill:
        con = ibis.duckdb.connect()
        con.raw_sql(f"SET memory_limit = '{_LIMIT}'")
        con.raw_sql("SET enable_progress_bar = false")
        con.raw_sql("SET temp_directory = '" + spill.replace("'", "''") + "'")
        con.raw_sql("SET preserve_insertion_order = false")
        try:
            yield con
        finally:
            con.disconnect()


@contextmanager
def _hand(con: Any) -> Iterator[ThreadPoolExecutor]:
    """Does one thing after another, while it is spelled out what comes next."""
    hand, patience = ThreadPoolExecutor(1), sys.getswitchinterval()
    sys.setswitchinterval(_PATIENCE)
    try:
        yield hand
    except BaseException:
        con.con.interrupt()
        raise
    finally:
        hand.shutdown(cancel_futures=True)
        sys.setswitchinterval(patience)


class _Work:
    """The tables of one run: `known` has a person in `who`, `rest` has none yet."""

    def __init__(self, con: Any, hand: ThreadPoolExecutor, say: Callable[[str], None]) -> None:
        self._con, self._hand, self._say = con, hand, say
        self._under_way: list[Future[Any]] = []
        self.sources: dict[str, Path] = {}
        self.before: list[earlier.Earlier] = []
        self.kept: list[kept.Kept] = []
        self.often: dict[str, Any] = {}
        self.crowds: dict[str, Any] = {}
        self.weights: weights.Weights
        self.has_labels = self.has_masks = False
        self.met: list[columns.Column] = []
        self._words: dict[Any, str] = {}
        self._made: dict[Any, Any] = {}
        self.tables: dict[str, Any] = {}
        of_each = {name: np.array([one[name] for one in evidence.PLACES]) for name in evidence.PLACES[0]}
        self._put("places", {name: columns.arrow(column) for name, column in of_each.items()})

    @property
    def con(self) -> Any:
        """The engine, once it has done what it was told."""
        while self._under_way:
            self._under_way.pop(0).result()
        return self._con

    def _do(self, words: str) -> None:
        """Tell the engine, and do not wait for it."""
        self._under_way.append(self._hand.submit(self._con.raw_sql, words))

    def say(self, words: str) -> None:
        """What comes now, once all before is done."""
        assert self.con
        self._say(words)

    def read(self, sources: dict[str, Path], results: list[earlier.Earlier]) -> None:
        """All lists as one table of values that can be compared; those of earlier results are met, not written."""
        self.before = results
        earlier.tell_forgotten(results, self.say)
        again = [(one, earlier.again(one, sources, self.say)) for one in results]
        if found := kept.opened(results, sources):
            self.kept, results = found, []
        lists = {earlier.list_name(one): one.path for one in results if one.is_list}
        there = [earlier.still_there(one, sources, self.say) for one in results]
        paths = {
            now: one.made_from[name][0]
            for one, names in zip(results, there, strict=True)
            for name, now in names.items()
        }
        self.sources, every = sources, sources | paths | lists
        offset, parts = sum(one.rows for one in self.kept), []
        for number, (name, path) in enumerate(every.items()):
            title = name.rpartition(chr(0))[2]
            self.say(f"读入 {title}")
            table = files.load(self.con, number, path, partial(self._tell, title))
            rid = (table.row + offset).cast("int32")
            parts.append(table.select("row", *normal.FIELDS, source=ibis.literal(number, "int16"), rid=rid))
            offset += self._count(table)
        if self.kept and offset - sum(one.rows for one in self.kept) <= _LITTLE:
            self.con.raw_sql("SET threads = 1")  # of so little two would do nothing but wait for one another
        if results:
            taking = [(one, names | met) for (one, names), met in zip(again, there, strict=True)]
            earlier.labels(self.con, taking, list(every))
            self.tables |= {name: self.con.table(name) for name in ("persons", "labels")}
            self.has_labels = True
        self._side("raw", _all(parts))
        self._side("cleaned", normal.cleaned(self.tables["raw"]))
        self._side("numbered", normal.numbered(self.tables["cleaned"]))
        rows = self._compared(is_strict=True)
        wrong = (rows.damaged.length() == 18).cast("int64").sum().fill_null(0)
        ((broken, held),) = self._told(rows.aggregate(broken=wrong, held=rows.number.count()))
        if broken > max(_FEW, 2 * held):
            self.say("多数身份证号的末位校验不符，不以校验位为据")
            self._compared(is_strict=False)
        self.has_masks = bool(self._one(rows.masked.count()))
        if self.kept:
            self._meet([one for result, names in again for one in self._given(result, names)])

    def _tell(self, title: str, words: str) -> None:
        self.say(f"{title}：{words}")

    def _given(self, result: earlier.Earlier, names: dict[str, str]) -> list[Any]:
        """The rows of lists given again with their persons, where what else was kept is met by content."""
        numbers = {name: list(self.sources).index(now) for name, now in names.items()}
        return [one.filter(one.source >= 0) for one in earlier.given(self.con, result, numbers)] if names else []

    def _meet(self, again: list[Any]) -> None:
        """Beside the new rows those kept whose numbers they have, with what is common and what was learned before."""
        self.say("从以前的结果中取出可能相同的人")
        rows = self.tables["rows"]
        asked = kept.values(self.con, rows)
        self._take_over(rows, asked)
        is_sure, whose = kept.surely(self.kept, asked)
        sure = self._sure(asked["rid"], whose)
        asked = {name: column[~is_sure] for name, column in asked.items()}
        self._mine(rows.filter(rows.number.isnull()))
        repaired = kept.asked(self.con, self.tables["repairs"].select("number")).fetchnumpy()
        numbers = {"number": np.concatenate([asked["number"], repaired["number"]])}
        met = [one.persons([kept.NUMBER], numbers) for one in self.kept]
        owned = np.concatenate([one.numbers(persons) for one, persons in zip(self.kept, met, strict=True)])
        is_new = (asked["number"] != 0) & ~columns.is_in(asked["number"], columns.distinct(owned))
        unowned = {name: column[is_new] for name, column in asked.items()}
        alone = [one.without_number(one.persons((*kept.NEAR, *kept.FAR), unowned)) for one in self.kept]
        self.met = [columns.distinct(np.concatenate(both)) for both in zip(met, alone, strict=True)]
        found = self._brought(self.met)
        if len(self.kept) > 1:  # one may have whose number another knows
            also = [one.persons([kept.GIVEN], kept.ids_of(self.con, found)) for one in self.kept]
            self.met = [columns.distinct(np.concatenate(both)) for both in zip(self.met, also, strict=True)]
            found = self._brought(self.met)
        self._make("given", _all([found.select("source", row=found.rid, person=found.person), *again]))
        given = self.tables["given"]
        persons = given.select("person").union(sure.select("person")).distinct().order_by("person")
        persons = self._make("persons", persons.mutate(who=ibis.row_number().cast("int64") + earlier.FROM))
        labels = given.join(persons, "person").group_by("source", "row").aggregate(label=_.who.min())
        self._make("labels", labels)
        rows = rows.select(*_RECORD)
        known = rows.join(sure, "rid").join(persons, "person").select(*_RECORD, "who", score=_SURE)
        self._make("sure", known)
        told = found.mutate(row=found.rid).select(*_RECORD)
        self._make("rows", rows.anti_join(sure, "rid").union(told.cast(rows.schema())))
        self.has_labels = True

    def _sure(self, rids: Any, whose: list[Any]) -> Any:
        """The rows that have number and name of somebody kept: nothing else need be asked of them."""
        found = []
        for at, (one, persons) in enumerate(zip(self.kept, whose, strict=True)):
            mine = self._put(f"sure_{at}", one.ids(rids[persons >= 0], persons[persons >= 0]))
            found.append(mine.select("rid", person=kept.person_of(mine, one)))
        return self._make("surely", _all(found))

    def _brought(self, persons: list[Any]) -> Any:
        """The rows of these persons of those kept."""
        found = []
        for at, (one, mine) in enumerate(zip(self.kept, persons, strict=True)):
            found.append(self._put(f"brought_{at}", one.told(mine)))
        return self._make("brought", kept.placed(found, self.kept, len(self.sources)))

    def _bring(self, keys: tuple[kept.Key, ...]) -> None:
        """Among the known whom of those kept the rest may mean by these keys, unless they are there."""
        if not self.kept:
            return
        asked = kept.values(self.con, self.tables["rest"])
        meant = [one.persons(keys, asked) for one in self.kept]
        more = [mine[~columns.is_in(mine, met)] for mine, met in zip(meant, self.met, strict=True)]
        self.met = [columns.distinct(np.concatenate(both)) for both in zip(self.met, more, strict=True)]
        found = self._brought(more).drop("who")
        persons = self.tables["persons"]
        new = found.select("person").distinct().anti_join(persons, "person").order_by("person")
        first = self._count(persons) + earlier.FROM
        self._add("persons", new.mutate(who=ibis.row_number().cast("int64") + first))
        told = found.mutate(row=found.rid).join(persons, "person").select(*_RECORD, "who", score=_SURE)
        self._add("known", told.select(*self.tables["known"].columns))

    def _compared(self, is_strict: bool) -> Any:
        checked = normal.checked(self.tables["numbered"], is_strict)
        self._side("checked", checked)
        return self._make("rows", normal.compared(self.tables["checked"]))

    def by_number(self) -> None:
        """Whoever has the same identity number is the same, unless nothing else says so."""
        self.say("按身份证号归并")
        rows = self.tables["rows"].select(*_RECORD)
        plain = rows.mutate(who=rows.number, is_given=ibis.literal(False))
        rows = self._labelled(rows) if self.has_labels else plain
        whole = rows.filter(rows.who.notnull())
        mixed = self._make("mixed", evidence.mixed(whole))
        strangers = self._make("strangers", evidence.strangers(whole, mixed))
        known = self._make("known", whole.drop("is_given").mutate(score=_SURE))
        if self.kept:
            self._add("known", self.tables["sure"].select(*known.columns))
        self._make("rest", evidence.telling(rows.filter(rows.who.isnull()).drop("who", "is_given")))
        self.con.drop_table("rows")
        if self._count(strangers):
            moved = evidence.without_number(known.semi_join(strangers.filter(strangers.is_apart), "rid"))
            self._make("rest", self.tables["rest"].union(moved.select(*_RECORD)))
            unsure = known.semi_join(strangers.filter(~strangers.is_apart), "rid").mutate(score=_UNSURE)
            self._make("known", known.anti_join(strangers, "rid").union(unsure))

    def _labelled(self, rows: Any) -> Any:
        """Whoever had an id keeps it, and so does everybody with the same number."""
        rows = self._make(
            "labelled", rows.left_join(self.tables["labels"], ["source", "row"]).select(*_RECORD, "label")
        )
        owned = rows.filter(rows.label.notnull() & rows.number.notnull()).select(their_number="number", owner="label")
        owners = owned.group_by("their_number").aggregate(owner=owned.owner.min())
        both = rows.left_join(owners, [("number", "their_number")])
        who = ibis.coalesce(both.label, both.owner, both.number)
        return self._make("labelled", both.select(*_RECORD, who=who, is_given=both.label.notnull()))

    def by_evidence(self) -> None:
        """What numbers leave goes to the known person to whom all the rest points."""
        self.say("逐条比对其余记录")
        if not self.kept:
            self._learn()
        if self.has_masks:
            ((alike,),) = self._told(evidence.alike(self.tables["known"]))
            alike = max((one.alike() for one in self.kept), default=alike)
            self.weights = replace(self.weights, alike=float(alike or 1))
        if self.has_labels:
            self._number_the_known()
        known = self.tables["known"]
        self._bring(kept.NEAR)
        more: list[Way] = [self._repaired]
        if self.kept:
            more.append(_same_writing)
        if self.has_masks:
            more.append(_shown)
        newly = self._step(self._near, known, *more)
        self._step(self._near, newly)
        self._bring(kept.FAR)
        self._step(self._far, known)

    def _number_the_known(self) -> None:
        """Whom earlier lists know without a number may be whose number is new: one number for each, each for one."""
        known = self.tables["known"]
        numbers = known.filter(known.who >= earlier.FROM).group_by("who").aggregate(known=_.number.count())
        plain = numbers.filter(numbers.known == 0)
        loose = self._make("without", known.semi_join(plain, "who"))
        new = self._make("new", known.filter(known.who < earlier.FROM))
        if not (self._count(loose) and self._count(new)):
            return
        weighed = self._weigh(loose, new, new, self._near, self._far, self._rare, self._repaired)
        best = weights.best(weighed, self.weights)
        claims = best.filter(best.odds > SURE_ENOUGH).join(loose.select("rid", label="who"), "rid")
        taken = self._make("taken", weights.one_each(claims.select("label", "who", "odds")))
        both = known.left_join(taken, "who")
        score = ibis.ifelse(both.label.isnull(), both.score, both.odds)
        self._make("known", both.select(*_RECORD, who=ibis.coalesce(both.label, both.who), score=score))

    def _step(self, way: Way, among: Any, *more: Way) -> Any:
        """Give each of the rest its likeliest person among those records, where one is likely enough; who was given."""
        rest, known = self.tables["rest"], self.tables["known"]
        weighed = self._weigh(rest, among, known, way, self._rare, *more)
        best = self._make("best", weights.best(weighed, self.weights))
        taken = best.filter(best.odds > SURE_ENOUGH)
        newly = self._make("newly", rest.join(taken, "rid").select(*_RECORD, "who", score=taken.odds))
        self._add("known", newly.select(*known.columns))
        self._make("rest", rest.anti_join(taken, "rid"))
        return newly

    def among_themselves(self) -> None:
        """Those whom nobody knows are put together where they point to one another."""
        self.say("比对没有身份证号的记录")
        rest = self.tables["rest"]
        if not self._count(rest):
            return
        others = rest.mutate(who=rest.rid.cast("int64"))
        ways = (self._near, _same_writing, *([_shown] if self.has_masks else []))
        weighed = self._weigh(rest, others, others, *ways, is_once=True)
        close = self._make("close", weights.close(weighed, self.weights))
        edges = close.select("rid", "who")
        groups = self._make("groups", rest.select("rid", who=rest.rid.cast("int64")))
        while True:
            lower = self._make("lower", evidence.lower(groups, edges))
            if not self._count(lower):
                break
            groups = self._make("groups", evidence.lowered(groups, lower))
        strangers = self.tables["strangers"].select("rid", doubt=_UNSURE)
        named = rest.join(groups, "rid").left_join(weights.sureness(close), "rid").left_join(strangers, "rid")
        named = named.select(*_RECORD, who=-1 - named.who, score=ibis.coalesce(named.odds, named.doubt, _SURE))
        self._add("known", named.select(*self.tables["known"].columns))

    def write(self, out: Path) -> tuple[int, int, int]:
        """Who is who, in the order of the lists."""
        self.say("写出结果")
        known = self.tables["known"]
        known = known.filter(known.source < len(self.sources))
        names = ibis.cases(*((known.source == number, name) for number, name in enumerate(self.sources)))
        salt = _salt(self.sources, self.before)
        person = earlier.md5(ibis.literal(salt) + known.who.cast("string")).substr(0, 20)
        result = known.select("rid", "who", "score", source=names, row=known.row, person=person)
        if self.has_labels:
            persons = self.tables["persons"].rename(earlier="person")
            result = result.left_join(persons, "who")
            result = result.mutate(person=ibis.coalesce(result.earlier, result.person))
        columns = ("source", "row", "person", "score")
        with self._keeping(known, out, salt):  # a result that stands there stays until both can take the place
            earlier.write(self.con, result.order_by("rid").select(*columns), out, self.sources, salt, self.before)
        is_unsure = (known.score < SURE).cast("int64").sum().fill_null(0)
        (told,) = self._told(known.aggregate(rows=known.count(), persons=known.who.nunique(), review=is_unsure))
        return int(told[0]), int(told[1]), int(told[2])

    def _keeping(self, known: Any, out: Path, salt: str) -> AbstractContextManager[None]:
        """What the next run meets instead of these lists."""
        rows = known.mutate(rid=(known.rid - sum(one.rows for one in self.kept)).cast("int32"))
        given = self.tables["persons"] if self.has_labels else rows.select("who", person=ibis.null("string")).limit(0)
        return kept.written(self.con, rows, given.semi_join(rows, "who"), out, salt, self._own_weights(known))

    def _own_weights(self, known: Any) -> weights.Weights:
        """What was learned, with the persons that no earlier result knows: those who know all of them add them up."""
        if not self.kept:
            return self.weights
        new = self._one(known.filter(known.who < earlier.FROM).who.nunique())
        return replace(self.weights, persons=new, unseen=0)

    def _take_over(self, rows: Any, asked: kept.Values) -> None:
        """What earlier lists taught, and how common the values are that the new rows have."""
        persons = sum(one.weights.persons - one.weights.unseen for one in self.kept)
        most = max(self.kept, key=lambda one: one.rows)
        share = persons / max(sum(one.rows for one in self.kept), 1)
        unseen = max(weights.LEAST - persons, 0)
        self.weights = replace(most.weights, persons=persons + unseen, unseen=unseen, listed={}, twice={})
        for name in evidence.VALUES:
            held = columns.distinct(asked[name])
            times = np.sum([one.often(name, held) for one in self.kept], axis=0) * share
            held, times = held[times > 0], times[times > 0]
            counted = self._put("counted", {"value": columns.arrow(held), "times": columns.arrow(times)})
            if name == "name":
                own = rows.filter(rows.name.notnull()).select("name").distinct().mutate(value=kept.digest(_.name))
                counted = own.join(counted, "value").select(value="name", times="times")
            self.often[name] = self._make(f"often_{name}", counted)
        self._see_crowds()

    def _see_crowds(self) -> None:
        """The days and phones that so many people have that they are nobody's: what is typed where nothing is known."""
        crowds = {name: weights.crowded(self.often[name], name, self.weights) for name in ("born", "phone")}
        self.crowds = {name: table for name, table in crowds.items() if self._count(table)}

    def _learn(self) -> None:
        """What rows with a number teach: each is compared with the others of the same person, and with anybody."""
        known = self.tables["known"]
        rows, persons = self._count(known), self._one(known.who.nunique())
        each = max(rows // _SAMPLE, 1)
        hidden = known.filter(known.rid % each == 0).select("rid", "who", repaired=ibis.literal(-1, "int8"))
        alike = self._make("alike", evidence.agreement(hidden, known, known))
        found = self._count(alike)
        anybody = self._make("anybody", evidence.agreement(evidence.at_random(known, each), known, known))
        every = known.select(*evidence.VALUES).union(self.tables["rest"].select(*evidence.VALUES))
        total = self._count(every)
        seen = persons if 2 * rows > total else total
        share = seen / max(total, 1)
        some = known.filter(known.who % _PART == 0)
        listed = self._counted(some.group_by("source").aggregate(n=some.who.nunique() * _PART))
        twice = self._counted(alike.group_by("source").aggregate(n=(alike.source_level == 1).sum()))
        asked = self._counted(alike.group_by("source").aggregate(n=alike.count()))
        both = alike.filter((alike.phone_level >= evidence.APART) & (alike.employer_level >= evidence.APART))
        moved = both.filter((both.phone_level == evidence.APART) & (both.employer_level == evidence.APART))
        self.weights = weights.learned(
            persons=max(seen, weights.LEAST),
            unseen=max(weights.LEAST - seen, 0),
            known=(found, self._count(hidden)) if found else None,
            true={name: self._levels(alike, name) for name in evidence.VALUES},
            chance={name: self._levels(anybody, name) for name in evidence.VALUES},
            listed={one: listed[one] / max(persons, 1) for one in listed},
            twice={one: (twice.get(one, 0), asked.get(one, 0)) for one in listed},
            moved=(self._count(moved), self._count(both)),
        )
        self.often = {name: self._make(f"often_{name}", evidence.often(every, name, share)) for name in evidence.VALUES}
        self._see_crowds()

    def _levels(self, seen: Any, name: str) -> dict[int, int]:
        level = f"{name}_level"
        return self._counted(seen.group_by(level).aggregate(n=seen.count()))

    def _weigh(self, loose: Any, among: Any, known: Any, *ways: Way, is_once: bool = False) -> Any:
        """What speaks for each pair to which one of the ways leads; `is_once`: both sides are the same rows."""
        mine = self._mine(loose)
        theirs = self._side("theirs", known.select(*mine.columns, "number", "who"))
        near = self._side("near", among.select(*theirs.columns))
        first, *others = (self._once(way, mine, near, theirs) for way in ways)
        pairs = self._make("found", first)
        for one in others:
            self._add("found", one)
        pairs = pairs.filter(pairs.rid > pairs.who) if is_once else pairs
        pairs = self._make("pairs", pairs.group_by("rid", "who").aggregate(repaired=pairs.repaired.max()))
        compared = self._make("compared", self._once(evidence.agreement, pairs, mine, theirs))
        if self.has_masks:
            compared = self._make("compared", evidence.unmasked(compared, mine, theirs))
        return self._make("weighed", self._once(self._reckoned, compared))

    def _mine(self, loose: Any) -> Any:
        """The loose rows as they are compared, with what their damaged numbers may stand for."""
        mine = self._side("mine", loose.select("rid", "source", "damaged", "masked", *evidence.VALUES))
        if "repairs" not in self.tables:
            self._side("repairs", evidence.repairs(mine, self.tables["places"]))
        return mine

    def _once(self, make: Callable[..., Any], *tables: Any) -> Any:
        """What is made of tables that look alike is spelled out once: step after step asks the same."""
        key = (make, *(one.op() for one in tables))
        if key not in self._made:
            self._made[key] = make(*tables)
        return self._made[key]

    def _reckoned(self, compared: Any) -> Any:
        return self.weights.of(compared, self.often)

    def _near(self, mine: Any, near: Any, _: Any) -> Any:
        return evidence.candidates(mine, near, evidence.KEYS, self.crowds)

    def _far(self, mine: Any, near: Any, _: Any) -> Any:
        return evidence.candidates(mine, near, evidence.LAST_KEYS, self.crowds)

    def _rare(self, mine: Any, near: Any, _: Any) -> Any:
        return evidence.rare_names(mine, near, self.often["name"])

    def _repaired(self, _mine: Any, _near: Any, theirs: Any) -> Any:
        return evidence.repaired(self.tables["repairs"], theirs)

    def _make(self, name: str, expression: Any) -> Any:
        """The table of that name anew; the expression may read the old one."""
        broken = [column for column, kind in expression.schema().items() if kind.is_floating()]
        typed = f"* REPLACE ({', '.join(f'{one}::DOUBLE AS {one}' for one in broken)})" if broken else "*"
        self._do(f"CREATE OR REPLACE TABLE {name} AS SELECT {typed} FROM ({self._spelled(expression)})")  # noqa: S608
        return self._called(name, expression)

    def _called(self, name: str, expression: Any) -> Any:
        """What is under that name now, without asking the engine what that looks like."""
        self.tables[name] = ibis.table(expression.schema(), name=name)
        return self.tables[name]

    def _put(self, name: str, told: dict[str, Any]) -> Any:
        """Columns of ours as a table of the engine's."""
        table = pa.table(told)
        files.put(self.con, name, table)
        return self._called(name, ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name))

    def _side(self, name: str, rows: Any) -> Any:
        """Rows under a name that stays the same, so that what is asked of them is spelled once."""
        self._do(f"CREATE OR REPLACE VIEW {name} AS {self._spelled(rows)}")
        return self._called(name, rows)

    def _spelled(self, expression: Any) -> str:
        """In the engine's own words, which are found once: the same is asked of step after step."""
        asked = expression.op()
        if asked not in self._words:
            self._words[asked] = self._con.compile(expression)
        return self._words[asked]

    def _add(self, name: str, rows: Any) -> None:
        self._do(f"INSERT INTO {name} BY NAME {self._spelled(rows)}")

    def _count(self, table: Any) -> int:
        return self._one(table.count())

    def _one(self, value: Any) -> int:
        ((found,),) = self._told(value)
        return int(found or 0)

    def _counted(self, table: Any) -> dict[int, int]:
        return {key: n for key, n in self._told(table) if key is not None}

    def _told(self, expression: Any) -> list[tuple[Any, ...]]:
        words = self._spelled(expression)
        return self.con.raw_sql(words).fetchall()


def _same_writing(mine: Any, _: Any, theirs: Any) -> Any:
    return evidence.same_writing(mine, theirs)


def _shown(mine: Any, _: Any, theirs: Any) -> Any:
    return evidence.shown(mine, theirs)


def _all(tables: list[Any]) -> Any:
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _salt(sources: dict[str, Path], before: list[earlier.Earlier]) -> str:
    """Ids that come out the same for the same lists after the same results, and that nobody without the lists can trace
    to a number."""
    told = hashlib.blake2b(digest_size=16, person=b"jiangtai.persons")
    for one in before:
        told.update(f"{one.salt or files.digest(one.path)}\0".encode())
    for name, path in sources.items():
        told.update(f"{name}\0{files.digest(path)}\0".encode())
    return told.hexdigest()
