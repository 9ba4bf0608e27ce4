"""Claims that could not be given back are given back once the store answers, each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from gateway.failures import Failures, Seen
from gateway.store.spool import Claim
from models.envelope import Envelope

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


def claim(id_: str) -> Claim:
    return Claim(id_, "t", 1, Envelope(source="smtp", received_at=NOW), 1, relayed=False)


class Spool:
    """Full at first, and again while the first claim is given back, in which time another fails."""

    def __init__(self) -> None:
        self.full = True
        self.failures: Failures | None = None
        self.given_back: list[str] = []

    async def give_back(self, given: Claim, **_: object) -> None:
        if self.full:
            raise OSError("on purpose")
        if self.failures is not None:
            failures, self.failures, self.full = self.failures, None, True
            await failures.failed(claim("second"), Seen(), LookupError())
            self.full = False
        self.given_back.append(given.contact_id)


async def test_one_that_fails_while_another_is_given_back_is_given_back_as_well() -> None:
    spool = Spool()
    store = cast("Any", SimpleNamespace(spool=spool))
    failures = Failures(store, cast("Any", None), attempts=5, now=lambda: NOW, on_recorded=lambda _outcome: None)
    await failures.failed(claim("first"), Seen(), LookupError())
    spool.full, spool.failures = False, failures
    await failures.give_back_stranded()
    assert spool.given_back == ["first", "second"]
