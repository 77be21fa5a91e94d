"""A draw: each order as likely as any other, and everybody can check it."""

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.draw import commitment_of, list_digest_of, tickets

SEED = "0" * 63 + "1"
IDS = st.lists(st.text("abc123", min_size=1, max_size=6), unique=True, max_size=30)
SEEDS = st.text("0123456789abcdef", min_size=64, max_size=64)
NUMBERS = st.lists(st.text("0123456789", min_size=1, max_size=5), max_size=4)


def by_hand(seed: str, numbers: list[str], ids: list[str]) -> list[str]:
    """What the documentation says, written by somebody who has only read it."""

    def sha(text: str) -> str:
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    listed = sha("\n".join(sorted(ids)))
    ticket = {i: sha(f"linli-draw-1|{seed}|{','.join(numbers)}|{listed}|{i}") for i in ids}
    return sorted(ids, key=lambda i: ticket[i])


@given(SEEDS, NUMBERS, IDS, st.randoms())
def test_everybody_is_drawn_once_whatever_order_the_list_is_in(
    seed: str, numbers: list[str], ids: list[str], chance: object
) -> None:
    drawn = [ticket.entrant_id for ticket in tickets(seed, numbers, ids)]
    assert sorted(drawn) == sorted(ids)
    chance.shuffle(ids)  # type: ignore[attr-defined]
    assert [ticket.entrant_id for ticket in tickets(seed, numbers, ids)] == drawn


@given(SEEDS, NUMBERS, IDS)
def test_who_has_read_how_it_works_comes_to_the_same(
    seed: str, numbers: list[str], ids: list[str]
) -> None:
    assert [ticket.entrant_id for ticket in tickets(seed, numbers, ids)] == by_hand(
        seed, numbers, ids
    )


@given(SEEDS, SEEDS)
def test_a_seed_that_was_exchanged_does_not_fit_its_commitment(one: str, other: str) -> None:
    assert (commitment_of(one) == commitment_of(other)) is (one == other)


@given(IDS.filter(bool), st.integers(0))
def test_a_list_that_was_changed_does_not_fit_its_digest(ids: list[str], which: int) -> None:
    without = [each for n, each in enumerate(ids) if n != which % len(ids)]
    assert list_digest_of(ids) != list_digest_of(without)
    assert list_digest_of(ids) != list_digest_of([*ids, "one more"])


def test_nobody_is_favoured() -> None:
    firsts = Counter(tickets(f"{n:064x}", (), ["a", "b", "c"])[0].entrant_id for n in range(3_000))
    assert all(900 < count < 1_100 for count in firsts.values())


def test_a_number_said_aloud_makes_another_draw() -> None:
    ids = [f"e{n}" for n in range(20)]
    assert tickets(SEED, (), ids) != tickets(SEED, ("7",), ids)
    assert tickets(SEED, ("1", "2"), ids) != tickets(SEED, ("2", "1"), ids)
