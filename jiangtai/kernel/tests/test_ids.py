"""Ids sort by time, never repeat, and keep their order when the clock does not move or moves back."""

import os
import threading
import time
import uuid

from jiangtai.kernel import ids


def test_an_id_is_a_version_7_uuid_of_the_rfc_variant():
    made = ids.new_id()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_ids_of_one_frozen_millisecond_still_grow(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_790_000_000_000 * 1_000_000)
    made = [ids._Sequence().following(1), *(ids.new_id().int for _ in range(5_000))]
    assert made == sorted(set(made))


def test_many_at_once_are_the_same_and_grow(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_790_000_000_000 * 1_000_000)
    before, many, after = ids.new_id(), ids.new_ids(5_000), ids.new_id()
    made = [before, *map(uuid.UUID, many), after]
    assert made == sorted(set(made))
    assert many == [str(one) for one in made[1:-1]]
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert ids.new_ids(0) == []


def test_a_clock_set_back_does_not_break_the_order(monkeypatch):
    before = ids.new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000)
    assert ids.new_id() > before


def test_a_full_tail_carries_into_the_next_millisecond():
    sequence = ids._Sequence()
    sequence._last = (5 << 74) | ((1 << 74) - 1)
    assert sequence.following(5) >> 74 == 6


def test_an_id_begins_with_the_milliseconds_of_its_making():
    now = time.time_ns() // 1_000_000
    assert now <= ids.new_id().int >> 80 <= now + 60_000


def test_threads_never_make_the_same_id():
    made: list[uuid.UUID] = []

    def work() -> None:
        made.extend([ids.new_id() for _ in range(2_000)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16_000


def test_a_forked_child_can_make_ids_although_its_parent_held_the_lock():
    reader, writer = os.pipe()
    with ids._sequence._lock:
        child = os.fork()
        if child == 0:
            os.write(writer, ids.new_id().bytes)
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    made = uuid.UUID(bytes=os.read(reader, 16))
    os.close(reader)
    assert made.version == 7
    assert made != ids.new_id()


def test_what_is_no_id_is_read_as_none():
    made = ids.new_id()
    assert ids.read_id(f" {made} ") == made
    assert [ids.read_id(one) for one in ("", "甲厂", "0190")] == [None] * 3
