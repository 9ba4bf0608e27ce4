"""Where a challenge is received: whose it is, by which pack it goes, what is known of the messages it came in."""

from __future__ import annotations

from typing import Any

from gateway.governance.challenges.disputed import entry_disputed
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.route import is_late, last_day, needs_writing, warning
from gateway.governance.challenges.steps import Received
from gateway.governance.challenges.taking import of_too_early
from gateway.governance.courses import CHALLENGE, DANGEROUS_PERSON, DANGEROUS_PROPERTY, STRATEGY
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.linked_contacts import check_contacts, without_finding
from gateway.governance.registers.file import EntryFile
from models.finding import Label


async def receive(desk: Desk, first: Received) -> tuple[ChallengeFile, list[str]]:
    """The new file, and what to know about it: late, not whole, no route, a message that does not look like one."""
    await check_contacts(desk, first.contacts)
    known = await _known(desk, first)
    under = (known["policy"], known["policy_version"]) if "policy" in known else None
    person = known["person"] or None
    file = await desk.begin(CHALLENGE, first.model_copy(update=known), person=person, under=under)
    return file, await _worth_knowing(desk, file)


async def _worth_knowing(desk: Desk, file: ChallengeFile) -> list[str]:
    situation = await desk.situation(CHALLENGE, file)
    unseen = await without_finding(desk, file.received.contacts, Label.RESTRICTION_CHALLENGE)
    said = [f"the scan did not see a challenge in {contact}; it is linked all the same" for contact in unseen]
    none = warning(file, situation)
    if none is not None:
        return [none, *said]
    if needs_writing(file, situation):
        said.insert(0, "the policy asks for it in writing with reasons; offer help with that")
    if is_late(file, situation):
        said.insert(0, f"it came after {last_day(file, situation)}; whether it is looked at is decided with `admit`")
    return said


async def _known(desk: Desk, first: Received) -> dict[str, Any]:
    """Whose it is, and the pack that a strategy with a file is bound to.

    An entry about a property is nobody's, so that it is found by no person: what it is is said here.
    """
    about = first.about
    stored = await desk.store.files.read(about)
    if stored is not None and stored.erased_at is None:
        if stored.kind == STRATEGY.kind:
            file = read_back(STRATEGY, stored)
            return {"person": file.person, "policy": file.policy, "policy_version": file.policy_version}
        for course in (DANGEROUS_PERSON, DANGEROUS_PROPERTY):
            if stored.kind == course.kind:
                entry = read_back(course, stored)
                refuse(of_too_early(first, entry.steps[0].taken_on))
                return _of_entry(entry)
    for strategy in await desk.store.register.strategies():
        if strategy.id == about:
            return {"person": strategy.person}
    raise Refused([Lack(f"there is no strategy {about}, nor an entry of that id in a register", field="about")])


def _of_entry(entry: EntryFile) -> dict[str, Any]:
    known = entry_disputed(entry)
    people = {"author": known.author, "decider": known.decider, "authors": known.authors, "deciders": known.deciders}
    return {"person": entry.person or "", "about_kind": known.kind, **people}
