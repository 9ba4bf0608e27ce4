"""How a letter goes, on whatever file it is kept: let go by another than its writer, to a safe address, with proof.

What a letter tells, and whether that is so still, is for the file to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from gateway.governance.common_steps import Undone
from gateway.governance.demands.untrue import Untrue
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.letters.layouts import of_layout, of_layout_still
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.pack_words import people
from gateway.governance.representing import authority_of, speaks_on
from gateway.governance.same_person import in_doubt, may_be_among, may_be_one_person, same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from models.identifier import IdentifierKind, PersonIdentifier
from models.person import Person, Representative
from models.policy_course import Delivery, NoticePart
from routing.addresses import identifier_key
from routing.identity.postal import Address, may_be_same

NOT_SAFE: Final = "safe"
"""The field of a lack that is about an address marked unsafe."""
NOT_FOR_THEM: Final = "authority"
"""The field of a lack that is about an address of somebody who may not speak for the person on this."""
NOT_THERE: Final = {NOT_SAFE: "what is marked unsafe", NOT_FOR_THEM: "somebody who may not speak for them on this"}
"""Where nothing goes; what is gone there all the same is recorded, and counts for nothing."""
UNTRUE: Final = "untrue"
"""The field of a lack that is about a letter that tells what is not so any more."""

_GOES_TO: Final = {Delivery.EMAIL: "an email address", Delivery.POST: "a postal address"}


def parts_of_any(situation: Situation) -> tuple[NoticePart, ...]:
    """What a letter says that gives no notice: how to reach help in an emergency, and whom to complain to.

    Where the policy's notice names a body for that (Wealden L155-L156).
    """
    named = NoticePart.OMBUDSMAN in situation.rules.notice.parts
    return (NoticePart.OMBUDSMAN, NoticePart.EMERGENCY) if named else (NoticePart.EMERGENCY,)


def parts_of_answer(situation: Situation) -> tuple[NoticePart, ...]:
    """The same of the answer to a challenge, which names who is next whatever the notice says (Stoke 6.3)."""
    onward = situation.rules.dispute.onward
    return (NoticePart.OMBUDSMAN, NoticePart.EMERGENCY) if onward else parts_of_any(situation)


def of_written(
    letters: Mapping[str, Letter], step: LetterWritten, needed: Sequence[NoticePart], situation: Situation
) -> Iterator[Lack]:
    """A new one, with every part that it must have, in the layout that the person needs."""
    cites = situation.rules.notice.cites
    if step.letter in letters:
        yield Lack(f"there is a letter {step.letter} already", field="letter")
    said = {passage.part for passage in step.passages}
    for part in needed:
        if part not in said:
            yield Lack(f"the letter does not have its part `{part}`", cites, part)
    yield from of_layout(step, situation)


def of_first_approval(letter: Letter | None, step: LetterApproved) -> Iterator[Lack]:
    """It is there, and nobody has let it go yet."""
    if letter is None:
        yield Lack(f"there is no letter {step.letter}", field="letter")
    elif letter.approved is not None:
        yield Lack(f"letter {step.letter} was approved already", field="letter")


def of_letting_go(
    letter: Letter | None, step: LetterApproved, authors: Collection[str], wrote: str, situation: Situation
) -> Iterator[Lack]:
    """By somebody who may sign letters, and neither wrote it nor what it tells of. `wrote`: what `authors` did."""
    cites = situation.rules.notice.cites
    if letter is not None:
        yield from of_layout_still(letter.written, situation)
    if letter is not None and may_be_among(step.by, (letter.written.by, *authors)):
        what = "the letter" if may_be_one_person(step.by, letter.written.by) else wrote
        text = f"{step.by} wrote {what}; letting a letter go is for somebody else"
        yield Lack(f"{text}{in_doubt(step.by, letter.written.by, *authors)}", cites, "by")
    senders = situation.rules.notice.senders
    if senders and step.role not in senders:
        who = people(senders, situation.rules)
        when = "".join(
            f"; the {situation.rules.roles.get(role, role)}: {occasion}"
            for role, occasion in situation.rules.notice.sender_when.items()
        )
        yield Lack(f"letters are for the {who} to approve{when}", cites, "role")


def of_queueing(
    letter: Letter | None,
    step: LetterQueued,
    untruth: Iterable[Lack],
    about: Sequence[tuple[str, ...]],
    situation: Situation,
) -> Iterator[Lack]:
    """Nothing is printed that could not be sent; and it waits once. `untruth`, `about`: as in `of_sending`."""
    if letter is not None and letter.to_print is not None:
        yield Lack(f"letter {step.letter} waits to be printed already", field="letter")
    yield from _of_going_out(letter, step, untruth, about, situation)


def of_sending(
    letter: Letter | None,
    step: LetterSent,
    untruth: Iterable[Lack],
    about: Sequence[tuple[str, ...]],
    situation: Situation,
) -> Iterator[Lack]:
    """Evidence that can be believed, to somewhere that is safe.

    `untruth`: why what an approved letter tells is not so (`of_truth`). `about`: the matters of each thing that it
    tells of, on all of which whoever gets it must speak for the person.
    """
    if step.on > situation.day:
        yield Lack("it cannot have been sent on a day to come", field="on")
    if letter is not None and letter.approved is not None and step.on < letter.approved.taken_on:
        yield Lack(f"it cannot have been sent before it was approved, on {letter.approved.taken_on}", field="on")
    expected = situation.received_on(step.way, step.on)
    if step.received_on != expected:
        yield Lack(f"sent on {step.on} by {step.way}, it counts as received on {expected}", field="received_on")
    yield from _of_going_out(letter, step, untruth, about, situation)


def _of_going_out(
    letter: Letter | None,
    step: LetterQueued | LetterSent,
    untruth: Iterable[Lack],
    about: Sequence[tuple[str, ...]],
    situation: Situation,
) -> Iterator[Lack]:
    if letter is None or letter.approved is None:
        yield Lack(f"nobody has approved a letter {step.letter}", field="letter")
    else:
        yield from untruth
    way = step.way if isinstance(step, LetterSent) else Delivery.POST
    day = step.on if isinstance(step, LetterSent) else situation.day
    if ("@" in step.to) != (way is Delivery.EMAIL):
        yield Lack(f"a letter by {way} goes to {_GOES_TO[way]}", field="to")
    else:
        where = _of_where(step.to, way, reason_for_where(letter, step), about, day, situation)
        yield from (lack for lack in where if lack.field not in NOT_THERE or not _is_gone_although(step))


def of_truth(
    found: Untrue | None, step: LetterQueued | LetterSent, *, whenever_it_went: bool = False
) -> Iterator[Lack]:
    """What it tells is so, or was when it went. What went untrue is recorded as that, where somebody says how.

    `whenever_it_went`: what is not so by now counts also of one that went when it was.
    """
    if isinstance(step, LetterSent):
        if found is not None and found.held_on(step.on) and not whenever_it_went:
            found = None
        if step.went_untrue.strip():
            if found is None:
                text = f"what letter {step.letter} tells was so when it went; record it without --went-untrue"
                yield Lack(text, field="went_untrue")
            return
    if found is not None:
        yield from (replace(lack, field=UNTRUE) for lack in found.lacks)


def as_it_went(step: LetterSent, untrue: Callable[[], Untrue | None]) -> LetterSent:
    """The step with what was untrue in the letter, where somebody says that it went all the same."""
    found = untrue() if step.went_untrue.strip() else None
    return step.model_copy(update={"was_untrue": found.why if found is not None else ""})


def not_to_go(letter: Letter, untrue: Callable[[], Untrue | None], where: str) -> str:
    """Why a letter that waits is not to be sent any more; nothing where it is. `where`: what `not_there` says."""
    if letter.reached and letter.to_print is None:
        return ""
    found = untrue()
    why = [found.why] if found is not None else []
    if where:
        why.append(f"it would go to {NOT_THERE[where]} now")
    return "; ".join(why)


def of_coming_back(letter: Letter | None, step: LetterCameBack, situation: Situation) -> Iterator[Lack]:
    """What came back had gone, and comes back once."""
    sent = letter.sent[step.sending - 1 : step.sending] if letter is not None else ()
    if letter is None or not sent:
        which = f" {step.sending} times" if letter is not None and letter.sent else ""
        yield Lack(f"it is not on the file that letter {step.letter} went{which}", field="letter")
        return
    if step.sending in letter.came_back:
        yield Lack(f"it is on the file already that letter {step.letter} came back", field="letter")
    if not sent[0].on <= step.on <= situation.day:
        yield Lack(f"it went on {sent[0].on}, and comes back neither before that nor on a day to come", field="on")


def place_of(to: str, way: Delivery, name: str) -> str:
    """An address as two people write the same one, with the person's name over it or without."""
    kind = IdentifierKind.EMAIL if way is Delivery.EMAIL else IdentifierKind.POSTAL
    return identifier_key(kind, _without_name(to, name))


def of_going_once(letter: Letter, to: str, way: Delivery) -> Iterator[Lack]:
    """It goes to one place once; what did not reach them goes again when that is on the file.

    Asked before one is sent, not where somebody records what went: that happened, also twice.
    """
    name = letter.written.addressee
    place = place_of(to, way, name)
    gone = next((one for one in letter.reached if one.way is way and place_of(one.to, way, name) == place), None)
    if gone is not None:
        yield Lack(
            f"letter {letter.written.letter} went there by {way} on {gone.on} already ({gone.evidence}); where it did "
            "not reach them, say so first (`triage letter came-back`)",
            field="to",
        )


def sending_of(letter: Letter, to: str, way: Delivery) -> str:
    """What a sending to this place is called, the same at every try until it is on the file that one came back."""
    name = letter.written.addressee
    place = place_of(to, way, name)
    back = [letter.sent[number - 1] for number in letter.came_back]
    before = sum(one.way is way and place_of(one.to, way, name) == place for one in back)
    # A carrier has the address beside it; the reference is short, and tells it to nobody else.
    return f"{way}/{hashlib.sha256(place.encode()).hexdigest()[:16]}/{before + 1}"


def _is_gone_although(step: LetterQueued | LetterSent) -> bool:
    """What happened is recorded, also where it should not have; a person says how it came about, and others see to it.

    An address may be marked after a letter went there, and before that is on the file.
    """
    return isinstance(step, LetterSent) and bool(step.went_although.strip())


def reason_for_where(letter: Letter | None, step: LetterQueued | LetterSent) -> str:
    """As said now, or when the letter was put by for this address to be printed."""
    queued = letter.to_print if letter is not None else None
    return step.to_because or (queued.to_because if queued is not None and queued.to == step.to else "")


def _of_where(
    to: str, way: Delivery, because: str, about: Sequence[tuple[str, ...]], day: date, situation: Situation
) -> Iterator[Lack]:
    """An address of the person's, or of somebody who speaks for them on that day on all that the letter is about.

    A slip of the pen is a letter about somebody, read by a stranger. Where somebody lives the register may not know:
    then it is said how the office does. Nothing is said that makes an unsafe address a safe one, nor that of somebody
    who may not speak for them on this one of theirs.
    """
    person = situation.person
    if person is None:
        return
    kind = IdentifierKind.EMAIL if way is Delivery.EMAIL else IdentifierKind.POSTAL
    speaking = [one for one in person.representatives if speaks_on(one, about, day)]
    others = [one for one in person.representatives if one not in speaking]
    theirs = [address for address in _addresses(person, speaking) if address.kind is kind]
    written, unsafe = _without_name(to, person.name), _unsafe(person, kind)
    known = any(_same(one.value, written, kind) for one in theirs)
    if not known and (whose := [one for one in others if _may_be_theirs(one, written, kind)]):
        limits = "; ".join(dict.fromkeys(map(authority_of, whose)))
        text = f"the register does not have {to} as theirs, nor as somebody's who speaks for them on this: {limits}"
        yield Lack(text, field=NOT_FOR_THEM)
    elif not known and not (kind is IdentifierKind.POSTAL and because.strip()):
        text = f"the register does not have {to} as theirs, nor as somebody's who speaks for them; put it there first"
        if kind is IdentifierKind.POSTAL:
            text += ", or say how you know that it is (--to-because)"
        yield Lack(text, field="to")
    if any(_same(one, written, kind) for one in unsafe):
        yield Lack("nothing is ever sent to what is marked unsafe", field=NOT_SAFE)
    elif not known and any(_may_be(one, written, kind) for one in unsafe):
        text = "this may be an address that is marked unsafe; if it is another of theirs, put that into the register"
        yield Lack(text, field=NOT_SAFE)


def may_go_anywhere(about: Sequence[tuple[str, ...]], situation: Situation) -> bool:
    """Whether the register has an address, of theirs or of who speaks for them on all of it, to which a letter may go.

    One that is safe for the one and unsafe for the other is not safe.
    """
    person = situation.person
    if person is None:
        return False
    speaking = [one for one in person.representatives if speaks_on(one, about, situation.day)]
    theirs = _addresses(person, speaking)
    ways = {IdentifierKind.EMAIL: Delivery.EMAIL, IdentifierKind.POSTAL: Delivery.POST}
    return any(
        one.safe and one.kind in ways and not any(of_unsafe(person, one.value, ways[one.kind])) for one in theirs
    )


def of_unsafe(person: Person, to: str, way: Delivery) -> Iterator[Lack]:
    """Whether an address that is to be nobody's of the register is one of this person's, and marked unsafe."""
    kind = IdentifierKind.EMAIL if way is Delivery.EMAIL else IdentifierKind.POSTAL
    if any(_may_be(one, to, kind) for one in _unsafe(person, kind)):
        yield Lack("nothing is ever sent to what is marked unsafe, or may be", field=NOT_SAFE)


def _may_be_theirs(one: Representative, written: str, kind: IdentifierKind) -> bool:
    """Whether it is an address of this representative's; of a postal one, whether it may be."""
    own = [identifier.value for identifier in one.identifiers if identifier.kind is kind]
    return any(_may_be(value, written, kind) for value in own)


def _addresses(person: Person, speaking: Iterable[Representative]) -> tuple[PersonIdentifier, ...]:
    """The person's own, and those of whoever speaks for them."""
    return (*person.identifiers, *(address for one in speaking for address in one.identifiers))


def _without_name(to: str, name: str) -> str:
    """An address may have the name over it."""
    first, sign, rest = to.strip().partition("\n" if "\n" in to.strip() else ",")
    return rest if sign and same_person(first, name) else to


def _same(one: str, other: str, kind: IdentifierKind) -> bool:
    return identifier_key(kind, one) == identifier_key(kind, other)


def _unsafe(person: Person, kind: IdentifierKind) -> list[str]:
    every = _addresses(person, person.representatives)
    return [one.value for one in every if one.kind is kind and not one.safe]


def _may_be(one: str, other: str, kind: IdentifierKind) -> bool:
    """Whether it is the same; of a postal address, whether it may be."""
    doubtful = kind is IdentifierKind.POSTAL
    return _same(one, other, kind) or (doubtful and may_be_same(Address.of(one), Address.of(other)))


def not_there(
    letter: Letter, about: Sequence[tuple[str, ...]], situation: Situation, sent: LetterSent | None = None
) -> str:
    """Which of `NOT_THERE` an address is by now: the one for which it waits to be posted, or to which it was sent.

    "" where it is neither, or nothing waits.
    """
    gone = sent or letter.to_print
    if gone is None:
        return ""
    way = gone.way if isinstance(gone, LetterSent) else Delivery.POST
    where = _of_where(gone.to, way, gone.to_because, about, situation.day, situation)
    return next((lack.field for lack in where if lack.field in NOT_THERE), "")


def went_to_another(sent: LetterSent, about: Sequence[tuple[str, ...]], situation: Situation) -> bool:
    """Whether it went to somebody who, as the register has it, might not speak for them on this on that day."""
    where = _of_where(sent.to, sent.way, sent.to_because, about, sent.on, situation)
    return any(lack.field == NOT_FOR_THEM for lack in where)


def cannot_be_called_back(step: Step) -> bool:
    """Whether it says that a carrier took something, which is with the person whatever anybody says after."""
    return isinstance(step, LetterSent) and step.carried


def of_undoing(id_: str, steps: Sequence[Step], step: Undone) -> Iterator[Lack]:
    """What went is not undone, nor what was decided before it, which it may have told. `id_`: the file's."""
    undone = next((one for number, one in live_steps(steps) if number == step.number), None)
    if isinstance(undone, LetterSent) and cannot_be_called_back(undone):
        went = "that letter went, and cannot be called back"
        back = f"where it came back undelivered, say so (`triage letter came-back {id_} {undone.letter}`)"
        yield Lack(f"{went}; take the step that puts it right, and write to them what holds; {back}", field="number")
