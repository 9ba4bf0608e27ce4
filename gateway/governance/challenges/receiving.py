"""Where a challenge is received: whose it is, by which pack it goes, what is known of the messages it came in."""

from __future__ import annotations

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.route import is_late, last_day, needs_writing, warning
from gateway.governance.challenges.steps import Received
from gateway.governance.courses import CHALLENGE, STRATEGY
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Lack, Refused
from gateway.governance.linked_contacts import check_contacts, without_finding
from models.finding import Label


async def receive(desk: Desk, first: Received) -> tuple[ChallengeFile, list[str]]:
    """The new file, and what to know about it: late, not whole, no route, a message that does not look like one."""
    await check_contacts(desk, first.contacts)
    person, under = await _whose(desk, first.about)
    file = await desk.begin(CHALLENGE, first.model_copy(update={"person": person}), person=person, under=under)
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


async def _whose(desk: Desk, about: str) -> tuple[str, tuple[str, str] | None]:
    """The person, and the pack that the strategy is bound to where it has a file."""
    stored = await desk.store.files.read(about)
    if stored is not None and stored.kind == STRATEGY.kind and stored.erased_at is None:
        file = read_back(STRATEGY, stored)
        return file.person, (file.policy, file.policy_version)
    for strategy in await desk.store.register.strategies():
        if strategy.id == about:
            return strategy.person, None
    raise Refused([Lack(f"there is no strategy {about}", field="about")])
