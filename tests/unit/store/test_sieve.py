"""What the sieve lets through."""

from __future__ import annotations

from hashlib import sha256

import pytest

from gateway.store.sieve import Sieve


def hashes(kind: str, count: int) -> list[bytes]:
    return [sha256(f"{kind}{number}".encode()).digest()[:16] for number in range(count)]


@pytest.mark.parametrize("people", [0, 1, 1000, 10_000_000])
def test_no_key_of_the_register_is_kept_back(people: int) -> None:
    sieve = Sieve(people)
    held = hashes("held", 5000)
    for key in held:
        sieve.add(key)
    assert all(map(sieve.may_hold, held))


def test_of_the_others_few_come_through() -> None:
    sieve = Sieve(1000)
    for key in hashes("held", 5000):
        sieve.add(key)
    through = sum(map(sieve.may_hold, hashes("other", 10_000)))
    assert 0 < through < 500  # one in a hundred, by chance; none at all would be no sieve of bits


def test_an_empty_register_holds_nothing() -> None:
    assert not any(map(Sieve(0).may_hold, hashes("other", 100)))


@pytest.mark.parametrize("people", [131_072, 131_073, 1_000_000_000])
def test_it_takes_eight_megabytes_at_most(people: int) -> None:
    assert len(Sieve(people)._bits) == 8 * 1024 * 1024


@pytest.mark.parametrize(("people", "kilobytes"), [(1024, 64), (1025, 128), (2048, 128)])
def test_each_person_has_sixty_four_bytes_at_least(people: int, kilobytes: int) -> None:
    assert len(Sieve(people)._bits) == kilobytes * 1024
