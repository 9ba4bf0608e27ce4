"""What is left of each record that was erased: a certificate, which says nothing of what the record held."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.reader import Reader
from gateway.store.schema import Row, certificate

_A_QUERY = 1000


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is left of an erased record. `digest`: SHA-256 in hex of what it held; `rule`: why it went, in words."""

    record: str
    kind: str
    digest: str
    rule: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records of a kind went under a rule; when the first and the last of them."""

    kind: str
    rule: str
    count: int
    first: datetime
    last: datetime


class Certificates:
    """Reads them back."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def every(self, since: datetime | None = None, before: datetime | None = None) -> list[Certificate]:
        """Every certificate, or those from `since` on and before `before`; the oldest first."""
        found: list[Certificate] = []
        last = 0
        while True:
            values = {**_span(since, before), "last": last, "most": _A_QUERY}
            rows = await self._reader.run(partial(_certificates, values=values))
            found += [
                Certificate(row.record, row.kind, row.digest.hex(), row.rule, row.actor, from_micros(row.at))
                for row in rows
            ]
            if len(rows) < _A_QUERY:
                return found
            last = rows[-1].seq

    async def counted(self, since: datetime | None = None, before: datetime | None = None) -> list[Erased]:
        """The same by kind and rule, and nothing that names a record."""
        values = _span(since, before)
        rows = await self._reader.run(lambda connection: connection.execute(_COUNTED, values).all())
        return [Erased(row.kind, row.rule, row.how_many, from_micros(row.first), from_micros(row.last)) for row in rows]


def certify(connection: sa.Connection, certificates: Sequence[Certificate]) -> None:
    """Leave these certificates, within the transaction that erases what they are of."""
    connection.execute(
        certificate.insert(),
        [
            {
                "record": one.record,
                "kind": one.kind,
                "digest": bytes.fromhex(one.digest),
                "rule": one.rule,
                "actor": one.by,
                "at": to_micros(one.at),
            }
            for one in certificates
        ],
    )
    audit.append_many(
        connection,
        [
            audit.entry("erased", actor=one.by, subject=one.record, at=one.at, digest=digest_of(one))
            for one in certificates
        ],
    )


def digest_of(one: Certificate) -> bytes:
    """SHA-256 of a certificate, which its audit event carries: whoever holds one can show that it is ours."""
    said = [one.record, one.kind, one.digest, one.rule, one.by, to_micros(one.at)]
    return hashlib.sha256(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def _certificates(connection: sa.Connection, values: Mapping[str, int]) -> Sequence[Row]:
    return connection.execute(_CERTIFICATES, values).all()


def _span(since: datetime | None, before: datetime | None) -> dict[str, int]:
    return {
        "since": 0 if since is None else to_micros(since),
        "before": to_micros(datetime.max.replace(tzinfo=UTC) if before is None else before),
    }


_WITHIN = (certificate.c.at >= sa.bindparam("since"), certificate.c.at < sa.bindparam("before"))
_CERTIFICATES = (
    sa.select(certificate)
    .where(*_WITHIN, certificate.c.seq > sa.bindparam("last"))
    .order_by(certificate.c.seq)
    .limit(sa.bindparam("most"))
)
_COUNTED = (
    sa.select(
        certificate.c.kind,
        certificate.c.rule,
        sa.func.count().label("how_many"),
        sa.func.min(certificate.c.at).label("first"),
        sa.func.max(certificate.c.at).label("last"),
    )
    .where(*_WITHIN)
    .group_by(certificate.c.kind, certificate.c.rule)
    .order_by(certificate.c.kind, certificate.c.rule)
)
