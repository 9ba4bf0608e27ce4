"""Certificates are read back as they were left, and counted so that no record is named."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from store_builders import DAY, NOW, audited

from gateway.store import certificates
from gateway.store.certificates import Certificate, Erased, certify, digest_of
from gateway.store.store import Store

MOMENT = timedelta(microseconds=1)


def left(record: str, *, kind: str = "contact", rule: str = "after 30 days", at: datetime = NOW) -> Certificate:
    return Certificate(record, kind, "0a" * 32, rule, "Ann", at)


async def leave(store: Store, ones: Sequence[Certificate]) -> None:
    await store.writer.run(lambda connection: certify(connection, ones))


@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
async def test_each_is_read_back_in_the_order_it_was_left(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "_A_QUERY", at_once)
    ones = [left("contact/c2", at=NOW + DAY), left("file/CS-1", kind="strategy"), left("contact/c1", rule="asked")]
    await leave(store, ones[:2])
    await leave(store, ones[2:])
    assert await store.retention.certificates.every() == ones
    assert await audited(store, "erased") == [one.record for one in ones]


async def test_a_span_holds_its_first_moment_and_not_its_last(store: Store) -> None:
    ones = [left(f"contact/c{n}", at=at) for n, at in enumerate((NOW - MOMENT, NOW, NOW + DAY - MOMENT, NOW + DAY))]
    await leave(store, ones)
    read = store.retention.certificates
    assert await read.every(NOW, NOW + DAY) == ones[1:3]
    assert await read.every(since=NOW) == ones[1:]
    assert await read.every(before=NOW) == ones[:1]
    (counted,) = await read.counted(NOW, NOW + DAY)
    assert counted == Erased("contact", "after 30 days", 2, NOW, NOW + DAY - MOMENT)
    assert await read.counted(before=NOW - MOMENT) == []


async def test_they_are_counted_by_kind_and_rule(store: Store) -> None:
    await leave(
        store,
        [
            left("file/CS-1", kind="strategy"),
            left("contact/c1", rule="asked", at=NOW + DAY),
            left("contact/c2", at=NOW + 2 * DAY),
            left("contact/c3"),
        ],
    )
    assert await store.retention.certificates.counted() == [
        Erased("contact", "after 30 days", 2, NOW, NOW + 2 * DAY),
        Erased("contact", "asked", 1, NOW + DAY, NOW + DAY),
        Erased("strategy", "after 30 days", 1, NOW, NOW),
    ]


def test_whoever_holds_a_certificate_can_work_out_its_digest() -> None:
    micros = "1772446500000000"
    said = f'["contact/c1","contact","{"0a" * 32}","after 30 days – naïve","Ann",{micros}]'
    expected = hashlib.sha256(said.encode()).digest()
    assert digest_of(left("contact/c1", rule="after 30 days – naïve")) == expected
