"""150 people sign in at once, by password and second factor, through the real server; memory watched all along.

By itself it runs the installation's defaults; `--variants` tries other numbers of threads and processes too.
"""

import argparse
import secrets
import subprocess
import sys
import threading
import time
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from served import PASSWORD, Browser, Memory, Server, cpu, home, let_go, load, memory, serve, share, table

PEOPLE = 150
VARIANTS = ((2, 2), (2, 4), (2, 8), (1, 4), (4, 4))  # processes × threads
FLOOR = """
import os, sys, time
from argon2 import PasswordHasher
from concurrent.futures import ThreadPoolExecutor
hasher = PasswordHasher(time_cost={time_cost}, memory_cost={memory_cost}, parallelism={parallelism})
known = hasher.hash("x" * 16)
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
for _ in range({number}):
    hasher.verify(known, "x" * 16)
"""


@dataclass
class Person:
    """One who signs in, and how it went."""

    username: str
    secret: str
    took: float = 0.0
    steps: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    fault: str = ""


def make_people() -> list[Person]:
    """A district and its accounts, opened and activated as any other, the second factor enrolled."""
    from allauth.mfa.totp.internal.auth import TOTP

    from jiangtai.access import Unit, accounts, acting_as_job, grants, links, units

    people = []
    with acting_as_job("bench"):
        root = units.found(kind=Unit.Kind.DISTRICT, name="锦川区", parent=None, code="519901")
        office = units.found(kind=Unit.Kind.DEPARTMENT, name="区人力资源和社会保障局", parent=root)
        for number in range(PEOPLE):
            person = Person(f"person-{number:03d}", b32encode(secrets.token_bytes(20)).decode())
            account, token = accounts.open_account(username=person.username, name=f"经办{number:03d}", unit=office)
            TOTP.activate(accounts.activate(links.look("activate", token), PASSWORD), person.secret)
            grants.grant(account, "liaison", office, "bench")
            people.append(person)
    return people


def sign_in(person: Person, browser: Browser) -> None:
    """From the sign-in page to the desk; a code that went stale in the queue is followed by the next, as people do."""
    from config.demo import totp

    page = browser.get("/account/login/")
    asked = browser.post("/account/login/", login=person.username, password=PASSWORD)
    person.steps = [page.took, asked.took, 0.0]
    if "/2fa/" not in asked.where:
        person.fault = f"password: {asked.status} at {asked.where}" + _said(asked.text)
        return
    for _ in range(3):
        answer = browser.post("/account/2fa/authenticate/", code=totp(person.secret))
        person.steps[2] += answer.took
        if answer.status == 200 and answer.where.startswith("/office/"):
            return
        person.refusals.append(f"{answer.status} at {answer.where}" + _said(answer.text))
        time.sleep(30 - time.time() % 30 + 0.05)
    person.fault = f"code: {person.refusals[-1]}"


def _said(text: str) -> str:
    words = [one for one in ("尝试次数过多", "动态码不对", "登录名或密码不对", "CSRF", "锁定") if one in text]
    return f" {words}" if words else ""


def rush(server: Server, people: list[Person], *, own_addresses: bool) -> float:
    """All at once; the wall time from the first to the last."""
    gate = threading.Barrier(len(people) + 1)

    def one(person: Person, number: int) -> None:
        browser = server.browser(f"127.0.1.{number + 1}" if own_addresses else "127.0.0.1")
        gate.wait()
        started = time.perf_counter()
        try:
            sign_in(person, browser)
        except Exception as error:
            person.fault = repr(error)
        person.took = time.perf_counter() - started
        browser.close()

    threads = [threading.Thread(target=one, args=(person, number)) for number, person in enumerate(people)]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def floor() -> float:
    """As many Argon2 verifications with the same parameters on two processes: what no server can undercut."""
    from jiangtai.access.passwords import Argon2

    settings = {name: getattr(Argon2, name) for name in ("time_cost", "memory_cost", "parallelism")}
    code = FLOOR.format(number=PEOPLE // 2, **settings)
    command = [sys.executable, "-c", code]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    halves: list[Any] = [subprocess.Popen(command, text=True, **ends) for _ in range(2)]
    for half in halves:
        half.stdout.readline()
    started = time.perf_counter()
    for half in halves:
        half.stdin.write("go\n")
        half.stdin.flush()
    for half in halves:
        half.wait()
        half.stdin.close()
        half.stdout.close()
    return time.perf_counter() - started


def forget_codes() -> None:
    """A code serves once and is remembered: the last rush's must not stand in the way of the next."""
    from django.core.cache import cache

    from config.serving import database

    with database():
        cache.clear()
        let_go()


def measure(folder: Path, known: list[Person], *, own_addresses: bool, **settings: Any) -> list[str]:
    """One rush on a freshly started server: a row of the table."""
    forget_codes()
    people = [Person(one.username, one.secret) for one in known]
    with serve(folder, **settings) as server:
        warm = server.browser()
        for _ in range(8):
            warm.get("/account/login/")
        rest = memory(server)
        time.sleep(30 - time.time() % 30 + 1)  # like for like: every rush begins with the same life left in its codes
        with Memory(server) as seen:
            before = cpu(server)
            wall = rush(server, people, own_addresses=own_addresses)
            used = cpu(server) - before
    faults = [one for one in people if one.fault]
    for words, number in Counter(words for one in people for words in [*one.refusals, one.fault] if words).items():
        print(f"  {number} × {words}")
    took = [one.took for one in people]
    name = f"{settings.get('JIANGTAI_PROCESSES', '')}×{settings.get('JIANGTAI_THREADS', '')}".strip("×") or "defaults"
    return [
        *(name, "own" if own_addresses else "one", f"{len(people) - len(faults)}/{len(people)}", f"{wall:.1f}"),
        *(f"{share(took, part):.1f}" for part in (50, 95)),
        f"{max(took):.1f}",
        " / ".join(f"{share([one.steps[step] for one in people if one.steps], 50):.1f}" for step in range(3)),
        str(sum(1 for one in people if one.refusals)),
        f"{used:.1f}",
        *(f"{seen.peak(f'{group} pss'):,.0f}" for group in ("web", "worker", "database", "all")),
        f"{seen.peak('all rss'):,.0f}",
        f"{rest['all pss']:,.0f}",
    ]


HEAD = (
    *("processes×threads", "addresses", "signed in", "wall s", "p50 s", "p95 s", "max s", "p50 page/password/code"),
    *("second code", "server CPU s", "web", "worker", "database", "peak PSS MiB", "peak RSS MiB", "at rest PSS"),
)


def main() -> None:
    """Make the home once, run the rushes, print."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--variants", action="store_true", help="other numbers of processes and threads too")
    variants = chosen.parse_args().variants
    print(f"150 sign-ins at once, password and second factor. {load()}")
    with home() as folder:
        people = make_people()
        least = floor()
        rows = [measure(folder, people, own_addresses=own) for own in (True, False)]
        for processes, threads in VARIANTS if variants else ():
            settings = {"JIANGTAI_PROCESSES": processes, "JIANGTAI_THREADS": threads}
            rows += [measure(folder, people, own_addresses=own, **settings) for own in (True, False)]
    table(HEAD, rows)
    print(f"Floor: {PEOPLE} Argon2 verifications with the same parameters on two processes: {least:.1f} s")
    if any(row[2] != f"{PEOPLE}/{PEOPLE}" for row in rows[:2]):
        raise SystemExit("not everyone could sign in")


if __name__ == "__main__":
    main()
