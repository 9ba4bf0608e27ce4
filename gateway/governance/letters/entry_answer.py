"""The letter that answers a challenge to an entry in a register: what came of it, who looked again, who else may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.governance.challenges.disputed import disputed_entry
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.own_letters import of_occasion
from gateway.governance.demands.sending import parts_of_answer
from gateway.governance.lacks import Lack, refuse
from gateway.governance.letters.brief import Given
from gateway.governance.letters.compose import head_of, passages_of, put_aside, unsaid
from gateway.governance.letters.facts import bodies, looked_again
from gateway.governance.letters.placeholders import FACTS, Fact
from gateway.governance.letters.reaching import address_beside
from gateway.governance.letters.steps import LetterHead, LetterPurpose, Passage
from gateway.governance.letters.wording import Wording
from gateway.governance.registers.outcomes import entry_state
from gateway.governance.situation import Situation
from models.organisation import Organisation
from models.policy import PolicyPack
from models.policy_course import Layout, NoticePart

_OF_FILE: Final = "challenge_allowed_because"
"""What it tells in the words of the file."""


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """A letter to be written. `addressee`: whom it is to, where the place is nobody's of the register; as `Brief`."""

    file: ChallengeFile
    situation: Situation
    pack: PolicyPack
    organisation: Organisation
    layout: Layout
    signed_by: str
    sender: tuple[str, ...] = ()
    given: Mapping[NoticePart, Given] = field(default_factory=dict)
    purpose: LetterPurpose = LetterPurpose.CHALLENGE_OUTCOME
    addressee: str | None = None

    @property
    def name(self) -> str | None:
        """Whom it is to."""
        person = self.situation.person
        return person.name if person is not None else self.addressee


def answer_to_entry(brief: EntryAnswer, wording: Wording) -> tuple[LetterHead, tuple[Passage, ...]]:
    """Head and passages. Refused with what only the author can say, where the file has nothing of it."""
    refuse([*of_occasion(brief.file, brief.purpose, brief.situation), *_of_whom(brief)])
    facts = dict.fromkeys(FACTS) | dict(_facts(brief, wording))
    refuse(put_aside(brief, wording, facts, lambda _part: True))
    needed = parts_of_answer(brief.situation)
    wanted = {*wording.purpose_parts(brief.purpose), *needed}
    of_file = [str(facts[_OF_FILE])] if facts[_OF_FILE] else []
    passages = tuple(passages_of(brief, wording, facts, wanted, of_file))
    refuse(unsaid(brief, wording, {passage.part for passage in passages}))
    return head_of(brief, brief.file.id, wording, facts), passages


def _of_whom(brief: EntryAnswer) -> Iterator[Lack]:
    file, person = brief.file, brief.situation.person
    if file.person and person is None:
        yield Lack(f"the register no longer knows {file.person}", field="person")
    elif person is not None and brief.addressee is not None:
        yield Lack(f"it is to {person.name}, whom it is about; leave out --addressee", field="addressee")
    elif person is None and not (brief.addressee or "").strip():
        text = f"{file.received.about} is nobody's of the register: say who disputed it, to whom the letter is"
        yield Lack(f"{text} (--addressee)", field="addressee")
    if _address(brief, "") is None:
        text = "they may write to us by post only; put the office's postal address into the setting letters.sender"
        yield Lack(text, brief.situation.rules.notice.cites, "sender")


def _facts(brief: EntryAnswer, wording: Wording) -> Iterator[tuple[str, Fact]]:
    situation, here = brief.situation, brief.organisation.addresses
    yield "name", brief.name
    yield "organisation", brief.organisation.name
    yield "signed_by", brief.signed_by
    yield "contact", _address(brief, here.of("manager"))
    yield "rights_contact", _address(brief, here.of("rights"))
    yield "emergency", brief.pack.emergency_route
    yield "ombudsmen", bodies(situation.rules.dispute.onward, wording)
    yield "entry", "yes"
    entry, decided = disputed_entry(brief.file.received.about, situation), brief.file.decided
    if entry is None or decided is None:  # of which `of_occasion` has told
        return
    if entry.premises is None:
        yield "entry_about_you", "yes"
    else:
        yield "entry_place", entry.premises.address
    yield from looked_again(brief.file, decided, entry, situation)
    yield f"entry_{entry_state(entry, decided).value}", "yes"


def _address(brief: EntryAnswer, email: str) -> str | None:
    situation = brief.situation
    return address_beside(situation.strategies, situation.person, brief.sender, email)
