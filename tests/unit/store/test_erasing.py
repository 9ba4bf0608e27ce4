"""What is erased is unreadable for good and leaves a certificate; what anybody still needs is left alone."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_builders import (
    DAY,
    LEASE,
    NOW,
    accepted,
    alert,
    audited,
    decision,
    email,
    erase_file,
    matched,
    recorded,
    register_of,
    relay,
    reviews_of,
)

from gateway.content_retention import ContentRetention
from gateway.store import retention as retention_module
from gateway.store import schema
from gateway.store.certificates import digest_of
from gateway.store.errors import FileMoved
from gateway.store.files import NewStep, StoredFile
from gateway.store.looked import Over
from gateway.store.retention import GoesToo, JudgedOn
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.decision import Judgement, Queue
from models.finding import Category, Finding, Label, Urgency
from models.history import Outbound

LATER = NOW + 31 * DAY


def retention(store: Store, *, days: int = 30, at=LATER) -> ContentRetention:
    return ContentRetention(store, days=days, now=lambda: at)


async def kept(store: Store, id_: str) -> bool:
    try:
        return await store.recorder.contact(id_) is not None
    except SealError:
        return False


def concern(label: Label = Label.SELF_HARM) -> Finding:
    return Finding(category=Category.SAFEGUARDING, label=label, score=0.9, threshold=0.5, urgency=Urgency.IMMEDIATE)


async def test_content_that_nobody_needs_is_gone_after_its_days_and_leaves_a_certificate(
    store: Store, path: Path
) -> None:
    contact = await recorded(store)
    await retention(store, at=NOW + 29 * DAY).erase_unflagged()
    assert await kept(store, contact.id)

    await retention(store).erase_unflagged()
    assert not await kept(store, contact.id)
    with pytest.raises(SealError, match="erased"):
        await store.spool.content(contact.id)
    with pytest.raises(SealError, match="erased"):
        await store.recorder.latest(contact.id)
    (left,) = await store.retention.certificates.every()
    assert (left.record, left.kind, left.by) == (f"contact/{contact.id}", "contact", "gateway")
    assert "30 days" in left.rule
    assert await audited(store, "erased") == [f"contact/{contact.id}"]
    await store.audit.seal()
    await store.audit.verify()


async def test_the_certificate_has_the_digest_that_the_trail_has_of_the_decision(store: Store) -> None:
    await recorded(store)
    decided = await store.reader.run(
        lambda connection: connection.scalar(sa.select(schema.audit.c.digest).where(schema.audit.c.event == "decided"))
    )
    await retention(store).erase_unflagged()
    (left,) = await store.retention.certificates.every()
    erased = await store.reader.run(
        lambda connection: connection.scalar(sa.select(schema.audit.c.digest).where(schema.audit.c.event == "erased"))
    )
    assert left.digest == decided.hex()
    assert digest_of(left) == erased


async def test_days_ids_and_counts_stay_so_that_limits_and_figures_stand(store: Store) -> None:
    contact = await recorded(store, people=("P-001",))
    await retention(store).erase_unflagged()
    assert not await kept(store, contact.id)
    history = await store.recorder.history_of(email("later", at=LATER), ("P-001",))
    assert [earlier.id for earlier in history.contacts] == [contact.id]
    counted = await store.figures.counted(NOW - DAY, NOW + DAY)
    assert counted.channels == {"email": 1}
    assert await store.figures.found(NOW - DAY, NOW + DAY) == {}


async def test_a_key_that_another_process_holds_opens_nothing(opening) -> None:
    serving, command = opening(), opening()
    contact = await recorded(serving)
    assert await kept(serving, contact.id)  # its key is held from here on
    await retention(command).erase_unflagged()
    assert not await kept(serving, contact.id)


async def test_nothing_of_what_was_erased_is_in_the_file_of_the_store_in_any_form(store: Store) -> None:
    contact = await recorded(store)
    await retention(store).erase_unflagged()

    def job(connection: sa.Connection) -> list[object]:
        return [
            connection.scalar(sa.select(sa.func.count()).select_from(schema.body)),
            connection.scalar(sa.select(schema.contact.c.sealed)),
            connection.scalar(sa.select(schema.decision.c.sealed)),
            connection.scalar(sa.select(schema.spool.c.envelope)),
            connection.scalar(
                sa.select(schema.record_key.c.record_id).where(schema.record_key.c.record_id == contact.id)
            ),
        ]

    assert await store.reader.run(job) == [0, b"", b"", b"", None]


async def test_what_is_not_sent_on_is_kept(store: Store) -> None:
    contact = await recorded(store, dispatches=(relay(),))
    await retention(store).erase_unflagged()
    assert await kept(store, contact.id)

    (dispatch,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=1)
    await store.outbox.dead(dispatch, error="refused", now=NOW)
    await retention(store).erase_unflagged()
    assert await kept(store, contact.id)

    assert await store.outbox.retry(dispatch.id, actor="Ann", now=NOW)
    (dispatch,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=1)
    await store.outbox.sent(dispatch, now=NOW)
    await retention(store).erase_unflagged()
    assert not await kept(store, contact.id)


async def test_what_is_not_triaged_is_kept(store: Store) -> None:
    id_ = await accepted(store)
    await retention(store).erase_unflagged()
    assert await store.spool.content(id_)


async def test_an_open_review_keeps_the_content(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), review=(Queue.IDENTITY,)))
    await retention(store).erase_unflagged()
    assert await kept(store, contact.id)
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome="done", note="A wrong number.", now=NOW)
    await retention(store).erase_unflagged()
    assert not await kept(store, contact.id)


@pytest.mark.parametrize("status", ["flagged", "confirmed", "dismissed"])
async def test_a_breach_keeps_the_content_unless_it_was_dismissed(store: Store, status: str) -> None:
    contact = await recorded(store, made=decision(email("-"), breaches=("R1",)))
    if status != "flagged":
        await store.review.decide_breach(contact.id, "CS-1", "R1", status=status, by="Ann", note="So.", now=NOW)
    await retention(store).erase_unflagged()
    assert await kept(store, contact.id) is (status != "dismissed")


async def test_a_pending_scan_and_an_alert_that_nobody_acknowledged_keep_the_content(store: Store) -> None:
    pending = await recorded(store, pending_score=0.5)
    alerted = await recorded(store, alerts=(alert(),))
    await retention(store).erase_unflagged()
    assert await kept(store, pending.id) and await kept(store, alerted.id)


async def test_a_concern_keeps_the_content_until_a_person_dismissed_it(store: Store) -> None:
    made = decision(email("-"), review=(Queue.SAFEGUARDING,)).model_copy(update={"findings": (concern(),)})
    contact = await recorded(store, made=made)
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome="done", note=None, now=NOW)
    await retention(store).erase_unflagged()
    assert await kept(store, contact.id)  # `done` says nothing of whether there was a concern

    again = await recorded(store, made=made)
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome=Judgement.DISMISSED, note="A song.", now=NOW)
    await retention(store).erase_unflagged()
    assert not await kept(store, again.id)


async def test_a_match_with_a_restricted_person_keeps_the_content_however_uncertain(store: Store) -> None:
    restricted = await recorded(store, made=decision(email("-")).model_copy(update={"matches": (matched("P-0000"),)}))
    known = await recorded(store, made=decision(email("-")).model_copy(update={"matches": (matched("P-0001"),)}))
    register = register_of(2)
    strategy = {"id": "CS-1", "person": "P-0000", "status": "active", "starts": "2026-01-05"}
    document = {**register.model_dump(by_alias=True), "strategies": [strategy]}
    await store.register_versions.replace(type(register).model_validate(document), actor="Ann", now=NOW)
    await retention(store).erase_unflagged()
    assert await kept(store, restricted.id)
    assert not await kept(store, known.id)


async def test_what_was_left_alone_is_not_looked_at_every_hour(store: Store) -> None:
    made = decision(email("-")).model_copy(update={"findings": (concern(),)})
    await recorded(store, made=made)
    await retention(store).erase_unflagged()
    page = await store.retention.over(Over.HANDED_ON, LATER - 30 * DAY, now=LATER, after=None, limit=10)
    assert not page.found
    week = LATER + timedelta(days=8)
    page = await store.retention.over(Over.HANDED_ON, LATER - 30 * DAY, now=week, after=None, limit=10)
    assert len(page.found) == 1


async def test_nothing_goes_where_a_file_or_the_register_changed_since_it_was_judged(store: Store) -> None:
    contact = await recorded(store)
    standing = await store.retention.standing()
    await store.files.open("CS-1", "strategy", "P-001", NewStep("drafted", "{}", "Ann", NOW), projection=None)
    with pytest.raises(FileMoved):
        await store.retention.erase_contents(
            {contact.id: b"d" * 32},
            which=Over.HANDED_ON,
            before=LATER,
            rule="r",
            actor="Ann",
            now=LATER,
            standing=standing,
        )
    assert await kept(store, contact.id)


async def test_what_is_needed_again_by_the_time_is_passed_over(store: Store) -> None:
    contact = await recorded(store)
    standing = await store.retention.standing()
    await store.spool.release(contact.id, [relay()], held=False, actor="Ann", now=LATER)
    digests = {contact.id: b"d" * 32}
    gone, after = await store.retention.erase_contents(
        digests, which=Over.HANDED_ON, before=LATER, rule="r", actor="Ann", now=LATER, standing=standing
    )
    assert (gone, after) == ([], standing)
    assert await kept(store, contact.id)


@pytest.mark.parametrize("held", [False, True])
async def test_holds_are_read_once_a_run_and_again_after_one_is_placed(
    store: Store, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    contacts = [await recorded(store, at=NOW - ago * DAY) for ago in (3, 2, 1)]
    placed = json.dumps(
        {"kind": "placed", "at": str(NOW), "by": "Ann", "subject": contacts[2].id, "because": "legal_hold", "reason": "A claim."}
    )  # fmt: skip
    read, looks = store.files.of_kind, store.retention.standing
    reads = pages = 0

    async def of_kind(kind: str) -> list[StoredFile]:
        nonlocal reads
        reads += 1
        return await read(kind)

    async def standing() -> JudgedOn:
        nonlocal pages
        pages += 1
        if held and pages == 2:
            await store.files.open("RH-1", "hold", None, NewStep("placed", placed, "Ann", NOW), projection=None)
        return await looks()

    monkeypatch.setattr("gateway.content_retention._LOOKED_AT_ONCE", 1)
    monkeypatch.setattr(store.files, "of_kind", of_kind)
    monkeypatch.setattr(store.retention, "standing", standing)
    await retention(store).erase_unflagged()
    assert [await kept(store, contact.id) for contact in contacts] == [False, False, held]
    assert (pages >= 3, reads) == (True, 2 if held else 1)


async def test_what_is_foreseen_for_a_day_is_what_goes_on_it(store: Store) -> None:
    early = await recorded(store)
    reviewed = await recorded(store, made=decision(email("-"), review=(Queue.IDENTITY,)), at=NOW + DAY)
    (item,) = await store.review.items()
    await recorded(store, made=decision(email("-"), review=(Queue.IDENTITY,)), at=NOW + DAY)  # nobody closes it
    await recorded(store, made=decision(email("-")).model_copy(update={"findings": (concern(),)}))
    # A review that is closed late is no reason to keep it for longer.
    await store.review.close(item.id, by="Ann", outcome="done", note=None, now=NOW + 20 * DAY)

    first = (NOW + 30 * DAY).date()
    assert await retention(store, at=NOW + 20 * DAY).foreseen() == {first: 1, first + timedelta(days=1): 1}
    assert await retention(store, at=NOW + 20 * DAY, days=0).foreseen() == {}
    late = NOW + 40 * DAY
    assert await retention(store, at=late).foreseen() == {late.date(): 2}
    await retention(store, at=NOW + 30 * DAY + timedelta(hours=1)).erase_unflagged()
    assert not await kept(store, early.id) and await kept(store, reviewed.id)
    assert await retention(store, at=NOW + 30 * DAY + timedelta(hours=1)).foreseen() == {first + timedelta(days=1): 1}


async def test_none_is_ever_erased_where_the_setting_is_nought(store: Store) -> None:
    contact = await recorded(store)
    await retention(store, days=0, at=NOW + 9000 * DAY).erase_unflagged()
    assert await kept(store, contact.id)


async def test_a_file_is_erased_as_it_was_judged_or_not_at_all(store: Store) -> None:
    await store.files.open("CS-1", "strategy", "P-001", NewStep("drafted", "{}", "Ann", NOW), projection=None)
    standing = await store.retention.standing()
    with pytest.raises(FileMoved):
        await store.retention.erase_file("CS-1", steps=2, rule="r", actor="Ann", now=NOW, standing=standing)
    left, after = await store.retention.erase_file("CS-1", steps=1, rule="r", actor="Ann", now=NOW, standing=standing)
    assert left.record == "file/CS-1" and after == await store.retention.standing()
    stored = await store.files.read("CS-1")
    assert stored is not None and stored.erased_at is not None and stored.steps[0].text is None
    assert await store.files.people(besides="hold") == frozenset()


@pytest.mark.parametrize("at_once", [1, 2, 500])
async def test_what_goes_with_files_and_contacts_is_counted_before(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_module, "_IDS_A_QUERY", at_once)
    made = decision(email("-"), review=(Queue.RIGHTS, Queue.APPEALS))
    contacts = [await recorded(store, made=made) for _ in range(3)]
    for id_ in ("CS-1", "CS-2", "CS-3"):
        await store.files.open(id_, "strategy", "P-001", NewStep("drafted", "{}", "Ann", NOW), projection=None)

    async def sent(file_id: str | None, *to: str) -> None:
        letter = Outbound(kind="notice", to=to, at=NOW)
        await store.writer.run(lambda connection: store.history.note_sent(connection, letter, file_id=file_id))

    await sent("CS-1", "a@x", "b@x")
    await sent("CS-1", "a@x")
    await sent("CS-2", "a@x")
    await sent(None, "a@x")
    clocks = [[row.id for row in await reviews_of(store, contact.id)] for contact in contacts]
    for item in (*clocks[0], clocks[1][0], clocks[2][0]):
        step = NewStep("paused", "{}", "Ann", NOW)
        await store.clocks.take(item, "rights_clock", step, expected=0, due_at=NOW)
    await erase_file(store, f"clock/{clocks[2][0]}", actor="Ann", now=NOW)
    ids = [contact.id for contact in contacts]
    assert await store.retention.goes_too(["CS-1", "CS-2", "CS-3"], ids) == GoesToo(
        {"CS-1": 2, "CS-2": 1}, {ids[0]: 2, ids[1]: 1}
    )
    assert await store.retention.goes_too(["CS-2"], []) == GoesToo({"CS-2": 1}, {})


async def test_the_files_of_its_clocks_go_with_a_contact_and_no_others(store: Store) -> None:
    made = decision(email("-"), review=(Queue.RIGHTS,))
    contact, other = await recorded(store, made=made), await recorded(store, made=made)
    for one in (contact, other):
        (row,) = await reviews_of(store, one.id)
        step = NewStep("paused", "he said why", "Ann", NOW)
        await store.clocks.take(row.id, "rights_clock", step, expected=0, due_at=NOW)
        await store.review.close(row.id, by="Ann", outcome="done", note="spoken to", now=NOW)
    gone, after = await store.retention.erase_contents(
        {contact.id: b"d" * 32},
        which=Over.HANDED_ON,
        before=LATER,
        rule="r",
        actor="Ann",
        now=LATER,
        standing=await store.retention.standing(),
    )
    assert (gone, after) == ([contact.id], await store.retention.standing())
    (mine,), (theirs,) = await reviews_of(store, contact.id), await reviews_of(store, other.id)
    assert await store.clocks.steps(mine.id) == []
    assert await store.clocks.steps(theirs.id) == ["he said why"]
    assert (mine.note, theirs.note is None) == (None, False)
    left = await store.retention.certificates.every()
    step_digest = hashlib.sha256(hashlib.sha256(b"he said why").digest()).hexdigest()
    assert [(one.record, one.kind, one.digest, one.by, one.at) for one in left] == [
        (f"contact/{contact.id}", "contact", (b"d" * 32).hex(), "Ann", LATER),
        (f"file/clock/{mine.id}", "rights_clock", step_digest, "Ann", LATER),
    ]


async def test_no_file_is_erased_that_never_was_or_is_gone(store: Store) -> None:
    await store.files.open("CS-1", "strategy", "P-001", NewStep("drafted", "{}", "Ann", NOW), projection=None)
    await erase_file(store, "CS-1", actor="Ann", now=NOW)
    standing = await store.retention.standing()
    for id_, said in (("CS-1", "CS-1 is gone already"), ("CS-2", "there is no CS-2")):
        with pytest.raises(FileMoved, match=f"^{said}$"):
            await store.retention.erase_file(id_, steps=2, rule="r", actor="Ann", now=NOW, standing=standing)
