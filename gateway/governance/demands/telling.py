"""Letters, and the notice without which nothing is enforced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from gateway.governance.common_steps import Undone
from gateway.governance.demands.approving import overseeing_roles
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.demands.overtaken import NOTICES, of_what_came_after, tells_of_no_end
from gateway.governance.demands.stage_before import of_stage_still
from gateway.governance.demands.untrue import DIED, died_by, untrue
from gateway.governance.folding import live_steps
from gateway.governance.following import of_another, of_role
from gateway.governance.lacks import Lack
from gateway.governance.letters.in_part import told_of
from gateway.governance.letters.naming import letters_told_by
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.pack_words import people
from gateway.governance.representing import authority_of, matters_of, speaks_on
from gateway.governance.same_person import is_among, same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import (
    Warned,
    WayWaived,
)
from gateway.governance.strategy_file import Letter, Standing, StrategyFile
from models.identifier import IdentifierKind
from models.person import Representative
from models.policy_life import Delivery, NoticePart
from models.strategy import StrategyScope
from routing.addresses import identifier_key
from routing.identity.postal import may_be_same

_OF_A_CHANGE = frozenset(
    {
        NoticePart.REASONS,
        NoticePart.RESTRICTIONS,
        NoticePart.FRESH_MATTERS,
        NoticePart.RIGHTS,
        NoticePart.DISPUTE,
        NoticePart.OMBUDSMAN,
        NoticePart.EMERGENCY,
    }
)

NOT_SAFE: Final = "safe"
"""The field of a lack that is about an address marked unsafe."""
NOT_FOR_THEM: Final = "authority"
"""The field of a lack that is about an address of somebody who may not speak for the person on this."""
NOT_THERE: Final = {NOT_SAFE: "what is marked unsafe", NOT_FOR_THEM: "somebody who may not speak for them on this"}
"""Where nothing goes; what is gone there all the same is recorded, and counts for nothing."""
UNTRUE: Final = "untrue"
"""The field of a lack that is about a letter that tells what is not so any more."""

_GOES_TO: Final = {Delivery.EMAIL: "an email address", Delivery.POST: "a postal address"}


def parts_needed(file: StrategyFile, situation: Situation, purpose: LetterPurpose) -> tuple[NoticePart, ...]:
    """What a letter of this purpose must say.

    Every letter about a strategy says how to reach help in an emergency and, where the policy's notice names a body to
    complain to, which (Wealden L155-L156); so does the answer to a challenge, whatever the notice says (Stoke 6.3).
    """
    if purpose not in NOTICES:
        answers = purpose is LetterPurpose.CHALLENGE_OUTCOME and bool(situation.rules.dispute.onward)
        named = answers or NoticePart.OMBUDSMAN in situation.rules.notice.parts
        return (NoticePart.OMBUDSMAN, NoticePart.EMERGENCY) if named else (NoticePart.EMERGENCY,)
    parts = [part for part in situation.rules.notice.parts if arises(part, file)]
    if purpose is not LetterPurpose.NOTICE:
        parts = [part for part in parts if part in _OF_A_CHANGE]
    return tuple(parts)


def arises(part: NoticePart, file: StrategyFile) -> bool:
    """Whether there is anything to say of a part: no end is told where there is none."""
    match part:
        case NoticePart.ENDS:
            return file.ends is not None
        case NoticePart.REVIEW_DATE:
            return file.review_due is not None
        case NoticePart.THIS_MATTER_ONLY:
            return file.scope is StrategyScope.MATTER
    return True


def of_letter(file: StrategyFile, step: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """What is missing in a letter."""
    cites = situation.rules.notice.cites
    if step.letter in file.letters:
        yield Lack(f"there is a letter {step.letter} already", field="letter")
    said = {passage.part for passage in step.passages}
    for part in parts_needed(file, situation, step.purpose):
        if part not in said:
            yield Lack(f"the letter does not have its part `{part}`", cites, part)
    if step.layout not in situation.rules.notice.layouts:
        yield Lack(f"the policy has no layout {step.layout}", cites, "layout")
    yield from of_purpose(file, step.purpose, situation)
    if step.purpose is LetterPurpose.NOTICE and file.standing is Standing.APPROVED:
        yield from of_stage_still(file, situation)
    if died_by(situation.day, situation):
        yield DIED


def of_letter_approval(file: StrategyFile, step: LetterApproved, situation: Situation) -> Iterator[Lack]:
    """A letter is let go by somebody who may sign it, and who neither wrote it nor the strategy that it tells of."""
    cites, letter = situation.rules.notice.cites, file.letters.get(step.letter)
    if letter is None:
        yield Lack(f"there is no letter {step.letter}", field="letter")
    elif letter.approved is not None:
        yield Lack(f"letter {step.letter} was approved already", field="letter")
    elif tells_of_no_end(file, letter.written):
        yield Lack(f"letter {step.letter} was written before the strategy ended; write it anew", cites, "letter")
    elif unsuited := list(of_purpose(file, letter.written.purpose, situation)):
        yield from unsuited
    elif letter.written.purpose is LetterPurpose.NOTICE and file.standing not in (Standing.APPROVED, Standing.ACTIVE):
        yield Lack("the strategy itself is not approved yet", field="approved")
    else:
        yield from of_what_came_after(file, letter.written, situation)
    if letter is not None and is_among(step.by, (letter.written.by, file.author)):
        wrote = "the letter" if same_person(step.by, letter.written.by) else "the draft"
        yield Lack(f"{step.by} wrote {wrote}; letting a letter go is for somebody else", cites, "by")
    senders = situation.rules.notice.senders
    if senders and step.role not in senders:
        who = people(senders, situation.rules)
        when = "".join(
            f"; the {situation.rules.roles.get(role, role)}: {occasion}"
            for role, occasion in situation.rules.notice.sender_when.items()
        )
        yield Lack(f"letters are for the {who} to approve{when}", cites, "role")


def of_queueing(file: StrategyFile, step: LetterQueued, situation: Situation) -> Iterator[Lack]:
    """Nothing is printed that could not be sent; and it waits once."""
    letter = file.letters.get(step.letter)
    if letter is not None and letter.to_print is not None:
        yield Lack(f"letter {step.letter} waits to be printed already", field="letter")
    yield from _of_going_out(file, step, situation)


def of_sending(file: StrategyFile, step: LetterSent, situation: Situation) -> Iterator[Lack]:
    """Evidence that can be believed, to somewhere that is safe."""
    if step.on > situation.day:
        yield Lack("it cannot have been sent on a day to come", field="on")
    letter = file.letters.get(step.letter)
    if letter is not None and letter.approved is not None and step.on < letter.approved.taken_on:
        yield Lack(f"it cannot have been sent before it was approved, on {letter.approved.taken_on}", field="on")
    expected = situation.received_on(step.way, step.on)
    if step.received_on != expected:
        yield Lack(f"sent on {step.on} by {step.way}, it counts as received on {expected}", field="received_on")
    yield from _of_going_out(file, step, situation)


def _of_going_out(file: StrategyFile, step: LetterQueued | LetterSent, situation: Situation) -> Iterator[Lack]:
    letter = file.letters.get(step.letter)
    if letter is None or letter.approved is None:
        yield Lack(f"nobody has approved a letter {step.letter}", field="letter")
    else:
        yield from _of_its_truth(file, letter, step, situation)
    way = step.way if isinstance(step, LetterSent) else Delivery.POST
    day = step.on if isinstance(step, LetterSent) else situation.day
    if ("@" in step.to) != (way is Delivery.EMAIL):
        yield Lack(f"a letter by {way} goes to {_GOES_TO[way]}", field="to")
    else:
        about = _is_about(file, letter, situation)
        where = _of_where(step.to, way, _reason_for_where(letter, step), about, day, situation)
        yield from (lack for lack in where if lack.field not in NOT_THERE or not _is_gone_although(step))


def _of_its_truth(
    file: StrategyFile, letter: Letter, step: LetterQueued | LetterSent, situation: Situation
) -> Iterator[Lack]:
    """What it tells is so, or was when it went. What went untrue is recorded as that, where somebody says how."""
    found = untrue(file, letter, situation)
    if isinstance(step, LetterSent):
        # Whoever holds the notice of what was given up before it was in force is to hear that, whenever it went.
        if found is not None and found.held_on(step.on) and file.standing is not Standing.WITHDRAWN:
            found = None
        if step.went_untrue.strip():
            if found is None:
                text = f"what letter {step.letter} tells was so when it went; record it without --went-untrue"
                yield Lack(text, field="went_untrue")
            return
    if found is not None:
        yield from (replace(lack, field=UNTRUE) for lack in found.lacks)


def of_coming_back(file: StrategyFile, step: LetterCameBack, situation: Situation) -> Iterator[Lack]:
    """What came back had gone, and comes back once."""
    letter = file.letters.get(step.letter)
    sent = letter.sent[step.sending - 1 : step.sending] if letter is not None else ()
    if letter is None or not sent:
        which = f" {step.sending} times" if letter is not None and letter.sent else ""
        yield Lack(f"it is not on the file that letter {step.letter} went{which}", field="letter")
        return
    if step.sending in letter.came_back:
        yield Lack(f"it is on the file already that letter {step.letter} came back", field="letter")
    if not sent[0].on <= step.on <= situation.day:
        yield Lack(f"it went on {sent[0].on}, and comes back neither before that nor on a day to come", field="on")


def as_it_went(file: StrategyFile, step: LetterSent, situation: Situation) -> LetterSent:
    """The step with what was untrue in the letter, where somebody says that it went all the same."""
    found = untrue(file, file.letters[step.letter], situation) if step.went_untrue.strip() else None
    return step.model_copy(update={"was_untrue": found.why if found is not None else ""})


def not_to_go(file: StrategyFile, letter: Letter, situation: Situation) -> str:
    """Why a letter that waits, let go or put by to be printed, is not to be sent any more; nothing where it is."""
    if letter.reached and letter.to_print is None:
        return ""
    found = untrue(file, letter, situation)
    why = [found.why] if found is not None else []
    if where := not_there(file, letter, situation):
        why.append(f"it would go to {NOT_THERE[where]} now")
    return "; ".join(why)


def _is_gone_although(step: LetterQueued | LetterSent) -> bool:
    """What happened is recorded, also where it should not have; a person says how it came about, and others see to it.

    An address may be marked after a letter went there, and before that is on the file.
    """
    return isinstance(step, LetterSent) and bool(step.went_although.strip())


def _reason_for_where(letter: Letter | None, step: LetterQueued | LetterSent) -> str:
    """As said now, or when the letter was put by for this address to be printed."""
    queued = letter.to_print if letter is not None else None
    return step.to_because or (queued.to_because if queued is not None and queued.to == step.to else "")


def _is_about(file: StrategyFile, letter: Letter | None, situation: Situation) -> list[tuple[str, ...]]:
    """The matters of each strategy of which a letter tells; of one that nobody knows any more, none in particular."""
    known = {one.id: matters_of(one.scope, one.matters) for one in situation.strategies}
    known |= {one.id: matters_of(one.scope, one.matters) for one in situation.earlier}
    beside = told_of(file, letter.written, situation) if letter is not None else ()
    return [matters_of(file.scope, file.matters), *(known.get(id_, ()) for id_ in beside)]


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
    theirs = [*person.identifiers, *(address for one in speaking for address in one.identifiers)]
    theirs = [address for address in theirs if address.kind is kind]
    every = [*theirs, *(address for one in others for address in one.identifiers if address.kind is kind)]
    written, unsafe = _without_name(to, person.name), [one.value for one in every if not one.safe]
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
    elif not known and kind is IdentifierKind.POSTAL and any(may_be_same(one, written) for one in unsafe):
        text = "this may be an address that is marked unsafe; if it is another of theirs, put that into the register"
        yield Lack(text, field=NOT_SAFE)


def _may_be_theirs(one: Representative, written: str, kind: IdentifierKind) -> bool:
    """Whether it is an address of this representative's; of a postal one, whether it may be."""
    own = [identifier.value for identifier in one.identifiers if identifier.kind is kind]
    doubtful = kind is IdentifierKind.POSTAL
    return any(_same(value, written, kind) or (doubtful and may_be_same(value, written)) for value in own)


def _without_name(to: str, name: str) -> str:
    """An address may have the name over it."""
    first, sign, rest = to.strip().partition("\n" if "\n" in to.strip() else ",")
    return rest if sign and same_person(first, name) else to


def _same(one: str, other: str, kind: IdentifierKind) -> bool:
    return identifier_key(kind, one) == identifier_key(kind, other)


def not_there(file: StrategyFile, letter: Letter, situation: Situation, sent: LetterSent | None = None) -> str:
    """Which of `NOT_THERE` an address is by now: the one for which it waits to be posted, or to which it was sent.

    "" where it is neither, or nothing waits.
    """
    gone = sent or letter.to_print
    if gone is None:
        return ""
    way = gone.way if isinstance(gone, LetterSent) else Delivery.POST
    about = _is_about(file, letter, situation)
    where = _of_where(gone.to, way, gone.to_because, about, situation.day, situation)
    return next((lack.field for lack in where if lack.field in NOT_THERE), "")


def went_to_another(file: StrategyFile, letter: Letter, sent: LetterSent, situation: Situation) -> bool:
    """Whether it went to somebody who, as the register has it, might not speak for them on this on that day.

    Older versions asked only whether somebody spoke for them at all. The register has no history: their authority may
    have been another one then, which a person knows.
    """
    about = _is_about(file, letter, situation)
    where = _of_where(sent.to, sent.way, sent.to_because, about, sent.on, situation)
    return any(lack.field == NOT_FOR_THEM for lack in where)


def of_telling_by_letter(file: StrategyFile, step: Warned) -> Iterator[Lack]:
    """Whoever was told by a letter of the file was told by one that had gone."""
    for name in sorted(letters_told_by(step.how, step.document)):
        letter = file.letters.get(name)
        went = min((sent.on for sent in letter.sent_that_count), default=None) if letter is not None else None
        if went is None and letter is not None and letter.sent:
            text = f"letter {name} came back, or went to what is unsafe, or when it was not so any more"
            text += "; nobody was told by it"
            yield Lack(text, field="how")
        elif went is None:
            yield Lack(f"letter {name} has not been sent, so nobody was told by it", field="how")
        elif step.on < went:
            yield Lack(f"letter {name} went on {went} only", field="on")


def cannot_be_called_back(step: Step) -> bool:
    """Whether it says that a carrier took something, which is with the person whatever anybody says after."""
    return isinstance(step, LetterSent) and step.carried


def of_undoing(file: StrategyFile, step: Undone) -> Iterator[Lack]:
    """What went is not undone, nor what was decided before it, which it may have told."""
    undone = next((one for number, one in live_steps(file.steps) if number == step.number), None)
    if isinstance(undone, LetterSent) and cannot_be_called_back(undone):
        went = "that letter went, and cannot be called back"
        back = f"where it came back undelivered, say so (`triage letter came-back {file.id} {undone.letter}`)"
        yield Lack(f"{went}; take the step that puts it right, and write to them what holds; {back}", field="number")


def of_waiver(file: StrategyFile, step: WayWaived, situation: Situation) -> Iterator[Lack]:
    """Only a way that the policy asks for can be waived, by those who decide or review and not by the author."""
    rules, notice = situation.rules, situation.rules.notice
    roles = overseeing_roles(rules, file.stage)
    yield from of_role(step, roles, situation, "leaving out a way of telling them", notice.cites)
    yield from of_another(step, {"wrote the draft": file.author}, "leaving out a way", notice.cites)
    if step.way not in (*notice.all_of, *notice.any_of):
        yield Lack(f"the policy does not ask for notice by {step.way}", notice.cites, "way")


def of_notice(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """Every way that the policy asks for is evidenced; at least one letter went out whatever was waived.

    What went to an address that is marked unsafe is no evidence: who knows who read it. Nor is what came back.
    """
    notice = situation.rules.notice
    ways = {sent.way for letter in file.notices for sent in letter.sent_that_count}
    for way in notice.all_of:
        if way not in ways and way not in file.ways_waived:
            yield Lack(f"no evidence that the notice went by {way}", notice.cites, way)
    if not ways & set(notice.any_of or notice.all_of or tuple(Delivery)):
        which = "reached them" if file.last_back(LetterPurpose.NOTICE) is not None else "was sent"
        yield Lack(f"no evidence that a notice {which}", notice.cites, "letter_sent")
    if notice.seeks_agreement and file.agreement is None:
        yield Lack("whether agreement was sought is not recorded", notice.cites, "agreement_sought")


def not_in_force_yet(file: StrategyFile) -> Lack:
    """What is said to whoever records that something was changed, while the change holds nobody yet."""
    return Lack(f"the change of {file.id} is not in force yet (`triage strategy in-force`)", field="change_in_force")


def of_change_in_force(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """A change that adds or alters something waits for its letter; what only takes restrictions away holds already."""
    change = file.changing
    if change is None:
        yield Lack("no change is under way", field="changed")
        return
    received = [
        sent.received_on
        for letter in file.letters_for(LetterPurpose.CHANGE)
        if letter.written.at >= change.at
        for sent in letter.sent_that_count
    ]
    if not received or min(received) > situation.day:
        cites = situation.rules.notice.cites
        yield Lack("no letter about the change counts as received yet", cites, "letter_sent")
    yield from of_open_matters(file, situation, change.restrictions)
