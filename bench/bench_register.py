"""The register at 1,000,000 persons beside 60,000, over HTTP as signed-in officers: find, open a person, list.

The rows are those that loading a list writes, copied straight into the tables by the owner: keys, cards, identity
numbers, phones and records are sealed for each person as the product seals them, every blind index is real. Two of a
person's ciphertexts are the same for all, since nothing ever opens them: the look-up forms of name and of name with
birthday. Facts carry no stamp that would verify; no page here verifies.

All sizes are made first; then their servers stand beside one another and are asked in turn, request by request, so that
what else the machine does weighs on each alike. `--keep` leaves the homes in a folder for the next run.
"""

import argparse
import contextlib
import os
import pickle
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID

from bench_units import District, Row, fill, generate, officer
from served import Answer, Browser, home, let_go, load, ms, serve, share, table

SIZES = (60_000, 1_000_000)
TIMES, WARM = 60, 3
CHUNK, WRITERS = 5_000, 2
IN_A_FIRM, OTHERS = 105, 890
"""So many work at a firm at every size; so many units are neither firms nor their unions."""
ORGANISED = 7
"""Of ten, so many are members of their firm's union."""
NAME = "<the name asked for>"
DAY = date(2026, 9, 30)
FILLED = {
    "people_person": "id, made_at, state, card_secret, sex, birth_year, hukou, education, is_marked",
    "vault_subjectkey": "subject, path, wrapped, made_at",
    "vault_place": "subject, path",
    "vault_entry": "id, made_at, subject, field, path, ciphertext, blind",
    "vault_mark": "subject, path, blind",
    "people_record": "source, person_id, batch_id, line, key, digest, secret, since, confirmed",
    "people_employment": "id, made_at, since, fact, person_id, unit_id, occupation, occupation_code, form,"
    " is_production, why",
    "people_unionmembership": "id, made_at, since, fact, person_id, unit_id, why",
    "ledger_factrow": "id, made_at, type, subject, unit_id, day, payload, cause, cause_id, cause_step, stamp",
}


@dataclass(frozen=True)
class Place:
    """A firm and its union, as far as their people need them."""

    id: UUID
    path: str
    union: UUID
    union_path: str


def _chunk(first: int, last: int, places: list[Place], batch: UUID) -> int:
    """Invent, seal and copy some of the persons, on a connection of this process's own."""
    from django.db import connections, transaction

    from jiangtai.kernel import clock

    rows: dict[str, list[str]] = {name: [] for name in FILLED}
    writer = Writer(rows, clock.now().isoformat(), batch)
    for at in range(first, last):
        writer.person(at, places[at % len(places)])
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for name, columns in FILLED.items():
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                copy.write("".join(rows[name]))
    return last - first


class Writer:
    """Spells the rows of persons as COPY reads them."""

    def __init__(self, rows: dict[str, list[str]], now: str, batch: UUID) -> None:
        from jiangtai import vault
        from jiangtai.kernel import crypto
        from jiangtai.people import keeping
        from jiangtai.people.sources import invented
        from jiangtai.vault import marks

        self.rows, self.now, self.batch = rows, now, batch
        self.city = invented.City(0, [invented.Firm("", "", "")], DAY)
        ring = vault.keyring()
        self.wrap = crypto.sealer(ring.active("wrap"))
        blind = ring.active("blind")
        self.index = vault.indexers(
            (keeping.NAME, keeping.BORN, keeping.IDENTITY, keeping.PHONE, "people.record.key", "people.record.digest")
        )
        self.word = crypto.indexer(blind, keeping.WORDS.encode(), marks._BYTES)
        self.same = self.wrap(b"-", b"-").hex()

    def add(self, name: str, *values: Any) -> None:
        """One row; bytes come as hex with their sign."""
        self.rows[name].append("\t".join(["\\N" if one is None else str(one) for one in values]) + "\n")

    def person(self, at: int, firm: Place, known_as: UUID | None = None) -> None:
        """Everything that is written of one person, under an id of its own or the one given."""
        import secrets

        from jiangtai.kernel import crypto, masking, new_ids
        from jiangtai.people import cards, keeping, names

        one, now = self.city.person(at), self.now
        who, work, union, registered, began, joined, *entries = new_ids(10)
        who = str(known_as or who)
        key = UUID(who)
        material = secrets.token_bytes(32)
        seal = crypto.sealer(crypto.Key.for_subject(who, material))
        card = cards.Card(one.name, one.birth, masking.identity(one.number), masking.phone(one.phone))
        sealed = cards.seal(key, seal, card).hex()
        self.add("people_person", who, now, "registered", _hex(sealed), one.sex, one.birth.year, "", "", "t")
        self.add("vault_subjectkey", who, firm.path, _hex(self.wrap(material, key.bytes).hex()), now)
        kept = keeping.findable({"name": one.name, "id_number": one.number, "phone": one.phone}, card)
        for made, (name, value) in zip(entries, kept.items(), strict=True):
            is_opened = name in (keeping.IDENTITY, keeping.PHONE)
            text = seal(value.encode(), key.bytes + name.encode()).hex() if is_opened else self.same
            self.add("vault_entry", made, now, who, name, firm.path, _hex(text), _hex(self.index[name](value).hex()))
        is_member = at % 10 < ORGANISED
        places = (firm.path, firm.union_path)[: 1 + is_member]
        for word in names.words(one.name, one.number):
            blind = self.word(word).hex()
            for path in places:
                self.add("vault_mark", who, path, _hex(blind))
        said = f'{{"id_number": "{one.number}", "name": "{one.name}", "phone": "{one.phone}"}}'
        told = (self.index["people.record.key"](one.number), self.index["people.record.digest"](one.number))
        secret = seal(said.encode(), b"people.record" + key.bytes).hex()
        marks = (_hex(told[0].hex()), _hex(told[1].hex()), _hex(secret))
        self.add("people_record", "social_insurance", who, self.batch, at + 1, *marks, DAY, DAY)
        spell = ("数控车工", "", "contract", "f", "")
        self.add("people_employment", work, now, one.since, began, who, firm.id, *spell)
        self.fact(registered, "people.PersonRegistered", who, firm.id, DAY, "{}")
        payload = '{"form":"contract","is_production":false,"occupation":"数控车工"}'
        self.fact(began, "people.EmploymentBegan", who, firm.id, one.since, payload)
        if is_member:
            self.add("vault_place", who, firm.union_path)
            self.add("people_unionmembership", union, now, one.since, joined, who, firm.union, "")
            self.fact(joined, "people.UnionJoined", who, firm.union, one.since, "{}")

    def fact(self, made: str, kind: str, who: str, unit: UUID, day: date, payload: str) -> None:
        """A fact without a stamp."""
        self.add("ledger_factrow", made, self.now, kind, who, unit, day, payload, "import", self.batch, "", "\\\\x00")


def _hex(text: str) -> str:
    return f"\\\\x{text}"


@dataclass
class Register:
    """What was made, as far as the requests need it."""

    size: int
    district: District
    places: list[Place]
    firm: Row
    seconds: float = 0.0
    bytes: int = 0
    some: list[Any] = field(default_factory=list)


def generate_register(size: int) -> Register:
    """Units, then so many persons at their firms, by several processes; indexes are made once, at the end."""
    from django.db import connections

    from jiangtai.people.sources import invented

    district = generate(2 * size // IN_A_FIRM + OTHERS)
    fill(district)
    unions = {row.serves.id: row for row in district.rows if row.kind == "basic_union" and row.serves}
    firms = [row for row in district.rows if row.kind == "enterprise"]
    places = [Place(row.id, row.path, unions[row.id].id, unions[row.id].path) for row in firms]
    made = Register(size, district, places, firms[1])
    batch, began = _batch(district), time.monotonic()
    with connections["owner"].cursor() as cursor:
        put_back = list(_without_indexes(cursor))
    let_go()
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("fork")) as pool:
        parts = [pool.submit(_chunk, first, min(first + CHUNK, size), places, batch) for first in range(0, size, CHUNK)]
        done = 0
        for part in parts:
            done += part.result()
            if done % 100_000 == 0:
                print(f"  {done:,} persons after {time.monotonic() - began:,.0f} s", flush=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for statement in put_back:
            cursor.execute(statement)
        for name in FILLED:
            cursor.execute(f"VACUUM (ANALYZE) {name}")
        cursor.execute("SELECT pg_database_size(current_database())")
        made.bytes = cursor.fetchone()[0]
    made.seconds = time.monotonic() - began
    city, dice = invented.City(0, [invented.Firm("", "", "")], DAY), Random(5)
    # Whoever is asked for works at any firm; at the largest street's firms work those of the first eighth of places.
    made.some = [city.person(dice.randrange(size)) for _ in range(TIMES + WARM)]
    return made


def _batch(district: District) -> UUID:
    from jiangtai.access import Unit, acting_as_job
    from jiangtai.people.sources import Batch

    with acting_as_job("bench"):
        unit = Unit.unscoped.filter(kind=Unit.Kind.DEPARTMENT).first()
        batch = Batch.unscoped.create(
            source="social_insurance", unit=unit, as_of=DAY, state="done", file_name="bench", kind="csv", digest=b"-"
        )
    return batch.pk


def _without_indexes(cursor: Any) -> Iterator[str]:
    """Drop the indexes that no constraint needs, and say how to make them again."""
    tables = [name for name in FILLED if name != "ledger_factrow"]
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [tables],
    )
    for name, told in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        yield told


@dataclass(frozen=True)
class Case:
    """One thing an officer does; `ask` does it for the nth time, `shows` or the name must stand in the answer."""

    label: str
    ask: Callable[[Browser, int], Answer]
    shows: str
    who: str = "root"
    status: tuple[int, ...] = (200,)


def cases(made: Register, ids: list[UUID]) -> list[Case]:
    """Everything that is timed."""
    from django.urls import reverse

    from jiangtai.kernel import pinyin

    roster, number_form = reverse("people.list"), reverse("people.find")
    lacking = f"{reverse('quality.list', args=['education'])}?firm={made.firm.id}"

    def named(words: Callable[[Any], str]) -> Callable[[Browser, int], Answer]:
        return lambda browser, at: browser.get(f"{roster}?q={quote(words(made.some[at]))}")

    def by(**fields: Callable[[Any], str]) -> Callable[[Browser, int], Answer]:
        def ask(browser: Browser, at: int) -> Answer:
            if not browser.token:
                browser.get(number_form)
            return browser.post(number_form, **{name: read(made.some[at]) for name, read in fields.items()})

        return ask

    def get(path: str) -> Callable[[Browser, int], Answer]:
        return lambda browser, at: browser.get(path)

    found = [
        Case("search: full identity number, to the person", by(id_number=lambda one: one.number), NAME),
        Case(
            "search: phone", by(phone=lambda one: one.phone), "", status=(200, 422)
        ),  # of a million, two share a phone
        Case("search: name", named(lambda one: one.name), "人员名册"),
        Case("search: name and last four", named(lambda one: one.name + one.number[-4:]), NAME),
        Case("search: pinyin, whole", named(lambda one: pinyin.search_keys(one.name, True).split()[0]), "人员名册"),
        Case("search: initials", named(lambda one: pinyin.initials(one.name, True)), "人员名册"),
        Case(
            "person page",
            lambda browser, at: browser.get(reverse("people.show", args=[ids[at % len(ids)]])),
            "成长记录",
        ),
        Case("roster", get(roster), f"{made.size:,}"),
        Case("roster, page 2", get(f"{roster}?page=2"), "人员名册"),
        Case("roster, one firm's by its name", get(f"{roster}?unit={quote(made.firm.name)}"), "人员名册"),
        Case("roster, last page", get(f"{roster}?page={made.size // 50}"), "人员名册"),
        Case("roster, front line only", get(f"{roster}?production=yes"), "人员名册"),
        Case("roster, no members", get(f"{roster}?member=no"), "人员名册"),
        Case("quality board", get(reverse("quality")), f"{made.size:,}"),
        Case("quality, one firm's without schooling", get(lacking), "没有学历"),
    ]
    street = [
        Case("the largest street's: roster", get(roster), "人员名册", "street"),
        Case("the largest street's: quality board", get(reverse("quality")), "数据质量", "street"),
        Case("the largest street's: name", named(lambda one: one.name), "人员名册", "street"),
        Case(
            "the largest street's: initials", named(lambda one: pinyin.initials(one.name, True)), "人员名册", "street"
        ),
    ]
    firm = [
        Case("a firm's: roster", get(roster), "人员名册", "firm"),
        Case("a firm's: name", named(lambda one: one.name), "人员名册", "firm"),
        Case("a firm's: initials", named(lambda one: pinyin.initials(one.name, True)), "人员名册", "firm"),
    ]
    return [*found, *street, *firm]


class Wrong(Exception):
    """An answer was not what was asked for."""


def run(case: Case, browser: Browser, made: Register) -> list[float]:
    """Seconds of each request, every answer checked."""
    took = []
    for at in range(WARM + TIMES):
        with _turn:
            answer = case.ask(browser, at)
        shows = made.some[at].name if case.shows == NAME else case.shows
        if answer.status not in case.status or shows not in answer.text:
            raise Wrong(f"{case.label}: {answer.status} without {shows!r}")
        took.append(answer.took)
    return took[WARM:]


def measure(folder: Path, made: Register, only: str) -> dict[str, list[float]]:
    """Every case on one size; where others are measured too, all do the same case, and one asks at a time."""
    from django.db import connections

    keys = {"root": officer("bench-root", "group_office", made.district.root)}  # type: ignore[arg-type]
    keys["street"] = officer("bench-street", "union_officer", made.district.street)  # type: ignore[arg-type]
    keys["firm"] = officer("bench-firm", "enterprise_hr", made.firm)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM people_person TABLESAMPLE SYSTEM (1) LIMIT %s", [TIMES + WARM])
        ids = [one for (one,) in cursor.fetchall()]
    took = {}
    with contextlib.ExitStack() as running:
        with _turn:
            server = running.enter_context(serve(folder))
        browsers = {who: server.browser() for who in keys}
        for who, key in keys.items():
            browsers[who].cookies["jiangtai"] = key
        for case in cases(made, ids):
            if only not in case.label:
                continue
            browser = browsers[case.who]
            _together.wait()
            try:
                took[case.label] = run(case, browser, made)
            except (Wrong, OSError) as error:
                print(f"  {made.size:,}, {case.label}: {error}", flush=True)
                continue
            told = f"{ms(share(took[case.label], 50))} / {ms(share(took[case.label], 95))}"
            print(f"  {made.size:,}, {case.label}: {told}, load {os.getloadavg()[0]:.1f}", flush=True)
        _together.wait()
    return took


def one_size(size: int, only: str, keep: Path | None) -> dict[str, list[float]]:
    """A home of its own, in a process of its own: Django knows one home at a time."""
    kept = keep and keep / str(size)
    with home(kept) as folder:
        made = _made_before(folder)
        if not made:
            with _turn:
                made = generate_register(size)
                print(
                    f"{size:,} persons at {len(made.places):,} firms, {made.bytes / 2**30:.1f} GiB,"
                    f" written in {made.seconds:,.0f} s",
                    flush=True,
                )
                _count()
            (folder / "made.pickle").write_bytes(pickle.dumps(made))
        return measure(folder, made, only)


def _made_before(folder: Path) -> Register | None:
    """What an earlier run made in this home and left there whole."""
    with contextlib.suppress(FileNotFoundError):
        return pickle.loads((folder / "made.pickle").read_bytes())  # type: ignore[no-any-return]  # our own file
    return None


def _count() -> None:
    """What the register lacks, counted as the job does."""
    from jiangtai import people
    from jiangtai.access import acting_as_job

    began = time.monotonic()
    with acting_as_job("bench"):
        rows = people.count_lacks()
    print(
        f"  lacks counted in {time.monotonic() - began:,.1f} s, {rows:,} rows, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _meet(turn: Any, together: Any) -> None:
    """What the processes of all sizes share: whose turn it is, and that all have come."""
    globals().update(_turn=turn, _together=together)


_turn: Any = contextlib.nullcontext()
_together: Any = None


def main() -> None:
    """Make every size, then ask them beside one another."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    chosen.add_argument("--only", default="", help="the cases whose name holds this")
    chosen.add_argument("--keep", type=Path, help="a folder for the homes, which are left there")
    asked = chosen.parse_args()
    print(f"The register over HTTP, milliseconds p50 / p95. {load()}")
    context = get_context("spawn")
    shared = (context.Lock(), context.Barrier(len(asked.sizes)))
    with ProcessPoolExecutor(len(asked.sizes), mp_context=context, initializer=_meet, initargs=shared) as pool:
        parts = {size: pool.submit(one_size, size, asked.only, asked.keep) for size in asked.sizes}
        found = {size: part.result() for size, part in parts.items()}
    rows = []
    for label in next(iter(found.values())):
        both = [took[label] for took in found.values() if label in took]
        if len(both) < len(found):
            continue
        cells = [f"{ms(share(took, 50))} / {ms(share(took, 95))}" for took in both]
        rows.append((label, *cells, f"{share(both[-1], 95) / share(both[0], 95):.1f}"))
    table(("what", *(f"{size:,}" for size in found), "p95, last beside first"), rows)


if __name__ == "__main__":
    main()
