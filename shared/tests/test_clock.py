"""Ids sort by time, and those of one process in the order in which it made them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.clock import new_id


def test_ids_made_in_one_millisecond_sort_in_the_order_they_were_made_in() -> None:
    made = [new_id("req") for _ in range(20_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_make_no_id_twice() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id("evt"), range(20_000)))

    assert len(set(made)) == len(made)


def test_a_clock_set_back_makes_no_id_older_than_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id("req")
    monkeypatch.setattr("shared.clock.time.time_ns", lambda: 1_000_000_000)

    assert new_id("req") > before
