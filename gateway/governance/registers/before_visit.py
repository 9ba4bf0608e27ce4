"""What somebody is told who asks the registers of dangers before a visit: what staff do there (Stoke 5.3.1). Pure.

In doubt an entry may be the one that is meant, and is told as that: a flat's number or a postcode is soon left out or
mistyped, and whoever stands at the door should not have been told that nothing is known. The list is never told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Outcome
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.registers.file import EntryFile, fold
from gateway.governance.registers.outcomes import EntryState, entry_state
from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.steps import EntryApproved, Property
from gateway.governance.registers.taking import kind_of
from gateway.governance.situation import Situation
from models.identifier import IdentifierKind
from models.person import Person
from models.register import Dossier
from routing.identity import names
from routing.identity.claim import LookupKey
from routing.identity.held import index
from routing.identity.postal import Address, is_of_one_door, may_be_meant


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What somebody has of whom or what they visit. `people`: by id, whether each is surely the one that is meant.

    `addresses`: where those people may be written to, which may be where they are visited.
    """

    premises: Property | None = None
    people: Mapping[str, bool] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class BeforeYouVisit:
    """All that is told of an entry. `surely`: it is the one that was asked about; otherwise it may be.

    `methods`, `restrictions`: as they were approved last; None where they never were. `ask`: whom to ask. `notes`: what
    is to be known of it beside that.
    """

    id: str
    of_place: bool
    surely: bool
    methods: str | None
    restrictions: str | None
    ask: str
    notes: tuple[str, ...]


def of_address(asked: Property) -> Iterator[Lack]:
    """An address is one door's: whoever could ask about a street or town would be told the list."""
    if not is_of_one_door(asked.read):
        text = "that is not the address of one door; give its number or name, the street, and the town or postcode"
        yield Lack(text, field="address")


def about_people(dossiers: Mapping[str, Dossier], found: Mapping[str, bool]) -> AskedAbout:
    """A question about people, by id. Where the register has them live may be on the register of properties."""
    people = [dossiers[id_].person for id_ in found if id_ in dossiers]
    return AskedAbout(people=found, addresses=tuple(one for person in people for one in addresses_of(person)))


def who_has(key: LookupKey, dossiers: Mapping[str, Dossier]) -> dict[str, bool]:
    """Those to whom a number or reference leads, surely where it is theirs alone and of nobody who speaks for them."""
    found: dict[str, bool] = {}
    for id_, dossier in dossiers.items():
        for its, held in index(dossier):
            if its == key:
                found[id_] = found.get(id_, False) or (not held.shared and held.representative is None)
    return found


def who_is_called(written: names.Name, dossiers: Mapping[str, Dossier]) -> dict[str, bool]:
    """Those whose name or alias that may be. Never surely: others are called the same."""
    fitting = {
        id_
        for id_, dossier in dossiers.items()
        for _key, held in index(dossier)
        if held.written and _may_be_called(written, held.written)
    }
    return dict.fromkeys(fitting, False)


def addresses_of(person: Person) -> tuple[Address, ...]:
    """Where somebody may be written to."""
    written = (one.value for one in person.identifiers if one.kind is IdentifierKind.POSTAL)
    return tuple(map(Address.of, written))


def fits(entry: EntryFile, asked: AskedAbout, people: Mapping[str, Person]) -> bool | None:
    """Whether the entry is surely the one that is meant; None where it cannot be. `people`: whom entries are about."""
    whom = entry.person or ""
    found = [asked.people[whom]] if whom in asked.people else []
    if entry.premises is not None:
        here: tuple[Address, ...] = (entry.premises.read,)
    else:
        here = addresses_of(people[whom]) if whom in people else ()
    if asked.premises is not None:
        found += _of_place(entry.premises, here, asked.premises)
    elif entry.premises is not None:
        found += [one.is_equal(other) for one in here for other in asked.addresses if may_be_meant(one, other)]
    return any(found) if found else None


def before_you_visit(entry: EntryFile, situation: Situation, *, surely: bool) -> BeforeYouVisit | None:
    """What is told of an entry that fits; None where there is none in force.

    Late for its review it holds on, and disputed too, until that is decided. Decided for the person that it goes, it is
    told no more, also where nobody has removed it yet. Before it is approved there is something, and only whom to ask.
    """
    rule, disputes = rule_of(kind_of(entry), situation), _disputes_of(entry, situation)
    if entry.closed or rule is None or any(_is_to_go(one) for one in disputes):
        return None
    agreed = _as_approved(entry)
    return BeforeYouVisit(
        id=entry.id,
        of_place=entry.premises is not None,
        surely=surely,
        methods=agreed.methods if agreed else None,
        restrictions=agreed.restrictions if agreed else None,
        ask=f"{entry.owner}, or {the_people(rule.approvers, situation.rules)}" if rule.approvers else entry.owner,
        notes=tuple(_notes(entry, agreed, situation, disputes)),
    )


def _notes(
    entry: EntryFile, agreed: EntryFile | None, situation: Situation, disputes: list[ChallengeFile]
) -> Iterator[str]:
    due = entry.review_due(rule_of(kind_of(entry), situation))
    if agreed is None:
        yield "nobody has approved it yet, so what it says is not told; ask before you go"
    elif entry.approved is None:
        yield "it was changed since, which nobody has approved yet; ask before you go"
    if due is not None and due < situation.day:
        yield f"it was to be looked at again by {due}, and holds until it was"
    if entry.approved is not None and entry.last_review is not None and entry.last_review.outcome == "remove":
        yield "who looked at it again would remove it; ask whether it is needed still"
    for one in disputes:
        if one.decided is None:
            yield "it is disputed, and holds until that is decided"
        elif one.found_for_them and entry_state(entry, one.decided) is EntryState.TO_CHANGE:
            yield "it was decided that it changes, and it has not yet; ask before you rely on it"


def _as_approved(entry: EntryFile) -> EntryFile | None:
    """The entry as somebody approved it last: what was agreed does not lapse because more is to be agreed."""
    approvals = [number for number, step in live_steps(entry.steps) if isinstance(step, EntryApproved)]
    return fold(entry.id, entry.steps[: approvals[-1]]) if approvals else None


def _disputes_of(entry: EntryFile, situation: Situation) -> list[ChallengeFile]:
    """What was disputed of it and is open, or was decided."""
    challenges = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.received.about == entry.id)
    return [one for one in challenges if one.in_error is None and one.taken_back is None and one.pointed_on is None]


def _is_to_go(challenge: ChallengeFile) -> bool:
    return challenge.found_for_them and challenge.decided is not None and challenge.decided.outcome is Outcome.LIFTED


def _of_place(premises: Property | None, here: tuple[Address, ...], asked: Property) -> list[bool]:
    """Of each address of an entry that may be the one asked about, whether it surely is. UPRNs tell places apart."""
    if premises is not None and premises.uprn and asked.uprn:
        surely = premises.uprn == asked.uprn
        return [surely] if premises.may_be(asked) else []
    return [one.is_equal(asked.read) for one in here if may_be_meant(one, asked.read)]


def _may_be_called(written: names.Name, full: names.Name) -> bool:
    return names.may_be(written, full) or names.similar(written, full)
