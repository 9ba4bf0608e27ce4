"""What a person wrote before about a known matter is read back, and nothing else is."""

from __future__ import annotations

import pytest
from store_builders import DAY, NOW, decision, email, recorded

from gateway.store import schema
from gateway.store.store import Store
from models.contact import Contact, Part
from models.decision import DecidedMatter
from models.matter import EarlierText
from models.scan import Verdict


async def wrote(
    store: Store, text: str, verdict: Verdict | None = Verdict.SAME, *, person: str = "P-1", days: int = 0
) -> Contact:
    base = email("-", at=NOW + days * DAY)
    read = base.model_copy(update={"parts": (Part(name="body", text=text), Part(name="quoted", text="Dear Sir"))})
    told = None if verdict is None else DecidedMatter(verdict=verdict, nearest="M-1", similarity=0.5)
    made = decision(read).model_copy(update={"matter": told})
    return await recorded(store, read, at=read.received_at, people=(person,), made=made)


async def test_the_new_text_of_what_was_the_same_comes_back_the_newest_last(store: Store) -> None:
    await wrote(store, "later", days=2)
    await wrote(store, "first", days=1)
    await wrote(store, "new", Verdict.NEW, days=1)
    await wrote(store, "doubtful", Verdict.UNCLEAR, days=1)
    await wrote(store, "without a matter", None, days=1)
    await wrote(store, "somebody else's", person="P-2", days=1)
    await wrote(store, "after it", days=4)
    now = email("now", at=NOW + 3 * DAY)
    assert await store.told_before.of(now, ["P-1"]) == (
        EarlierText(matter="M-1", text="first"),
        EarlierText(matter="M-1", text="later"),
    )
    assert await store.told_before.of(now, []) == ()


async def test_a_contact_is_not_told_before_itself(store: Store) -> None:
    own = await wrote(store, "once")
    assert await store.told_before.of(own, ["P-1"]) == ()


@pytest.mark.parametrize("values", [{"sealed": b"short"}, {"sealed": b"", "erased_at": 1}])
async def test_what_is_erased_or_damaged_is_left_out(store: Store, values: dict[str, object]) -> None:
    gone = await wrote(store, "gone")
    await wrote(store, "kept", days=1)
    row = schema.contact.update().where(schema.contact.c.id == gone.id).values(**values)
    await store.writer.run(lambda connection: connection.execute(row).rowcount)
    kept = await store.told_before.of(email("now", at=NOW + 2 * DAY), ["P-1"])
    assert [one.text for one in kept] == ["kept"]
