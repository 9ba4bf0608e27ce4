"""Whatever happens in whatever order, no contact is lost, doubled or decided twice."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from store_builders import LEASE, NOW, email, envelope, outcome, record

from gateway.store import schema
from gateway.store.errors import ClaimLost
from gateway.store.sealing import Sealer
from gateway.store.spool import CHUNK_BYTES, Claim
from gateway.store.store import open_store

_SEALER = Sealer({1: b"m" * 32}, 1)
_STATES = {"waiting", "claimed", "done", "dead"}
_template: list[Path] = []


def _empty_store(folder: Path) -> Path:
    if not _template:
        _template.append(Path(tempfile.mkdtemp(prefix="store-template-")) / "triage.db")
        open_store(_template[0], _SEALER).close()
    return Path(shutil.copy(_template[0], folder / "triage.db"))


class StoreMachine(RuleBasedStateMachine):
    """Workers that come, go and come back late over one spool."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="store-machine-"))
        self.path = _empty_store(self.folder)
        self.store = open_store(self.path, _SEALER, now=lambda: self.now)
        self.now = NOW
        self.accepted: dict[str, bytes] = {}
        self.by_key: dict[str, str] = {}
        self.claims: list[Claim] = []
        self.done: set[str] = set()

    def run(self, awaitable):  # type: ignore[no-untyped-def]
        return self.loop.run_until_complete(awaitable)

    @rule(key=st.none() | st.sampled_from("abc"), large=st.sampled_from([False, False, False, True]))
    def accept(self, key: str | None, large: bool) -> None:
        content = f"{len(self.accepted)}".encode() * (CHUNK_BYTES + 1 if large else 1)
        id_ = self.run(self.store.spool.accept(envelope(key, at=self.now), content))
        if key in self.by_key:
            assert id_ == self.by_key[key]
            return
        assert id_ not in self.accepted
        self.accepted[id_] = content
        if key is not None:
            self.by_key[key] = id_

    @rule()
    def leave_a_large_body_unfinished(self) -> None:
        async def leave() -> None:
            await (await self.store.spool.begin(envelope())).write(b"x")

        self.run(leave())

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        taken = self.run(self.store.spool.claim(now=self.now, lease=LEASE, limit=limit))
        assert not {claim.contact_id for claim in taken} & self.done
        self.claims += taken

    @rule()
    def leases_expire(self) -> None:
        self.now += LEASE + timedelta(seconds=1)

    @rule()
    def orphans_are_collected(self) -> None:
        self.run(self.store.spool.collect_orphans(self.now))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), act=st.sampled_from(["record", "give back", "fail", "bury"]))
    def finish(self, data: st.DataObject, act: str) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        contact = email(claim.contact_id)
        try:
            if act == "record":
                self.run(record(self.store, claim, contact))
                assert claim.contact_id not in self.done
                self.done.add(claim.contact_id)
            elif act in ("fail", "bury"):
                again_at = self.now if act == "fail" else None
                self.run(
                    self.store.recorder.failed(claim, outcome(contact), error="E", again_at=again_at, now=self.now)
                )
            else:
                self.run(self.store.spool.give_back(claim, ready_at=self.now, error="E"))
        except ClaimLost:
            assert claim.contact_id in self.accepted

    @rule()
    def the_dead_are_tried_again(self) -> None:
        for id_, _attempts, _error in self.run(self.store.spool.dead()):
            assert self.run(self.store.spool.retry(id_, actor="Pat", now=self.now))

    @rule(served=st.booleans())
    def crash_and_reopen(self, served: bool) -> None:
        self.store.close()
        self.store = open_store(self.path, _SEALER, now=lambda: self.now)
        if served:
            self.run(self.store.take_back_claims(self.now))

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        def job(connection: sa.Connection) -> tuple[list[tuple[str, str]], list[str]]:
            spooled = connection.execute(sa.select(schema.spool.c.id, schema.spool.c.state)).all()
            first = sa.select(schema.decision.c.contact_id).where(schema.decision.c.revision == 0)
            return [(row.id, row.state) for row in spooled], list(connection.scalars(first))

        spooled, decided = self.run(self.store.reader.run(job))
        assert sorted(id_ for id_, _state in spooled) == sorted(self.accepted)
        assert {state for _id, state in spooled} <= _STATES
        assert {id_ for id_, state in spooled if state == "done"} == self.done
        assert len(decided) == len(set(decided))
        assert self.done <= set(decided)

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        for id_, content in self.accepted.items():
            assert self.run(self.store.spool.content(id_)) == content
        self.store.close()
        self.loop.close()
        shutil.rmtree(self.folder)


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
