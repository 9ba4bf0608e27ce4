"""What is to be looked at in a register file before it becomes the register; and what stops it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.governance.adjusting import keep_adjustments
from gateway.governance.against_policy import against_policy
from gateway.governance.desk import Desk
from gateway.governance.held_otherwise import held_otherwise
from gateway.governance.in_force_again import in_force_again
from gateway.governance.no_longer_unsafe import no_longer_unsafe
from gateway.governance.not_as_meant import not_as_meant
from models.policy import PolicyPack
from models.register import Dossier, Register
from routing.calendar import local_day
from routing.identity.held import lookup_key


async def looked_over(
    desk: Desk, register: Register, pack: PolicyPack, now: datetime, *, exported_as: int | None = None
) -> tuple[str, ...]:
    """What to look at, in words, what weighs most first. Refused where it takes away what somebody needs.

    `pack`: the one that the file names. `exported_as`: the version of the register that the file says it was.
    """
    store = desk.store
    adjusted: tuple[str, ...] = ()
    found: list[str] = []
    is_first = await store.register.current() is None
    if not is_first:
        adjusted = await keep_adjustments(desk, register)
        people, _unread = await store.register.kept_people(person.id for person in register.people)
        found += no_longer_unsafe(people, register.people)
        if exported_as is not None and (made := await store.register.made()) is not None:
            found += _overtaken(exported_as, *made, register)
    day = local_day(now, ZoneInfo(register.organisation.timezone))
    with_a_file = {one.id for one in await store.register.managed()}
    forbidden = against_policy(register, pack.life, day, with_a_file=with_a_file)
    restricted, _damaged = await store.register.readable_restricted()
    before = tuple(_as_called_now(restricted, register))
    known = [one for dossier in before for one in dossier.strategies]
    after = [one for one in register.strategies if one.id not in with_a_file]
    again = in_force_again(known, after, day, with_a_file=with_a_file)
    graver, milder = held_otherwise(before, register, day, but=again, with_a_file=with_a_file)
    # A first register puts everything in force: that says less than what of it is forbidden.
    binding = (*forbidden, *again.values(), *graver) if is_first else (*again.values(), *graver, *forbidden)
    return (*found, *not_as_meant(register, day), *binding, *adjusted, *milder)


def _as_called_now(restricted: Iterable[Dossier], register: Register) -> Iterator[Dossier]:
    """The dossiers that there were, their strategies each of whoever the register calls its person now.

    Somebody may come back under another id, too: whoever has the address or number that was theirs alone.
    """
    ids = {person.id for person in register.people}
    by_key = {lookup_key(one): person.id for person in register.people for one in person.identifiers if not one.shared}
    for dossier in restricted:
        was, now = dossier.person, dossier.person.id
        if now not in ids:
            theirs = (lookup_key(one) for one in was.identifiers if not one.shared)
            now = next((by_key[key] for key in theirs if key is not None and key in by_key), now)
        strategies = tuple(one.model_copy(update={"person": now}) for one in dossier.strategies)
        yield dossier.model_copy(update={"strategies": strategies})


def _overtaken(exported: int, version: int, at: datetime, by: str, register: Register) -> Iterator[str]:
    """Whoever edits an export undoes, unasked, what became of the register meanwhile."""
    if exported < version:
        local = at.astimezone(ZoneInfo(register.organisation.timezone))
        yield (
            f"this file was exported as version {exported}, and {by} made version {version} on "
            f"{local:%d %B %Y at %H:%M}: what was changed since the export is undone, unless this file has it too "
            "(leave that line out of a file that you keep up yourself)"
        )
