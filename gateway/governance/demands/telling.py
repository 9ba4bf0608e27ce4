"""Letters, and the notice without which nothing is enforced."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.common_steps import Undone
from gateway.governance.demands import sending
from gateway.governance.demands.approving import overseeing_roles
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.demands.overtaken import NOTICES, of_what_came_after, tells_of_no_end
from gateway.governance.demands.stage_before import of_stage_still
from gateway.governance.demands.untrue import DIED, died_by, untrue
from gateway.governance.following import of_another, of_role
from gateway.governance.lacks import Lack
from gateway.governance.letters.in_part import told_of
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.naming import letters_told_by
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.representing import matters_of
from gateway.governance.situation import Situation
from gateway.governance.steps import (
    Warned,
    WayWaived,
)
from gateway.governance.strategy_file import Standing, StrategyFile
from models.policy_course import Delivery, NoticePart
from models.strategy import StrategyScope

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


def parts_needed(file: StrategyFile, situation: Situation, purpose: LetterPurpose) -> tuple[NoticePart, ...]:
    """What a letter of this purpose must say.

    Every letter about a strategy says how to reach help in an emergency and, where the policy's notice names a body to
    complain to, which (Wealden L155-L156); so does the answer to a challenge, whatever the notice says (Stoke 6.3).
    """
    if purpose not in NOTICES:
        answers = purpose is LetterPurpose.CHALLENGE_OUTCOME
        return sending.parts_of_answer(situation) if answers else sending.parts_of_any(situation)
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
    needed = parts_needed(file, situation, step.purpose)
    yield from sending.of_written(file.letters, step, needed, situation)
    yield from of_purpose(file, step.purpose, situation)
    if step.purpose is LetterPurpose.NOTICE and file.standing is Standing.APPROVED:
        yield from of_stage_still(file, situation)
    if died_by(situation.day, situation):
        yield DIED


def of_letter_approval(file: StrategyFile, step: LetterApproved, situation: Situation) -> Iterator[Lack]:
    """A letter is let go by somebody who may sign it, and who neither wrote it nor the strategy that it tells of."""
    cites, letter = situation.rules.notice.cites, file.letters.get(step.letter)
    if letter is None or letter.approved is not None:
        yield from sending.of_first_approval(letter, step)
    elif tells_of_no_end(file, letter.written):
        yield Lack(f"letter {step.letter} was written before the strategy ended; write it anew", cites, "letter")
    elif unsuited := list(of_purpose(file, letter.written.purpose, situation)):
        yield from unsuited
    elif letter.written.purpose is LetterPurpose.NOTICE and file.standing not in (Standing.APPROVED, Standing.ACTIVE):
        yield Lack("the strategy itself is not approved yet", field="approved")
    else:
        yield from of_what_came_after(file, letter.written, situation)
    yield from sending.of_letting_go(letter, step, (file.author,), "the draft", situation)


def of_queueing(file: StrategyFile, step: LetterQueued, situation: Situation) -> Iterator[Lack]:
    """Nothing is printed that could not be sent; and it waits once."""
    letter = file.letters.get(step.letter)
    untruth = _of_its_truth(file, letter, step, situation)
    yield from sending.of_queueing(letter, step, untruth, _is_about(file, letter, situation), situation)


def of_sending(file: StrategyFile, step: LetterSent, situation: Situation) -> Iterator[Lack]:
    """Evidence that can be believed, to somewhere that is safe."""
    letter = file.letters.get(step.letter)
    untruth = _of_its_truth(file, letter, step, situation)
    yield from sending.of_sending(letter, step, untruth, _is_about(file, letter, situation), situation)


def _of_its_truth(
    file: StrategyFile, letter: Letter | None, step: LetterQueued | LetterSent, situation: Situation
) -> Iterator[Lack]:
    """Whoever holds the notice of what was given up before it was in force is to hear that, whenever it went."""
    found = untrue(file, letter, situation) if letter is not None else None
    yield from sending.of_truth(found, step, whenever_it_went=file.standing is Standing.WITHDRAWN)


def as_it_went(file: StrategyFile, step: LetterSent, situation: Situation) -> LetterSent:
    """The step with what was untrue in the letter, where somebody says that it went all the same."""
    return sending.as_it_went(step, lambda: untrue(file, file.letters[step.letter], situation))


def not_to_go(file: StrategyFile, letter: Letter, situation: Situation) -> str:
    """Why a letter that waits, let go or put by to be printed, is not to be sent any more; nothing where it is."""
    return sending.not_to_go(letter, lambda: untrue(file, letter, situation), not_there(file, letter, situation))


def _is_about(file: StrategyFile, letter: Letter | None, situation: Situation) -> list[tuple[str, ...]]:
    """The matters of each strategy of which a letter tells; of one that nobody knows any more, none in particular."""
    known = {one.id: matters_of(one.scope, one.matters) for one in situation.strategies}
    known |= {one.id: matters_of(one.scope, one.matters) for one in situation.earlier}
    beside = told_of(file, letter.written, situation) if letter is not None else ()
    return [matters_of(file.scope, file.matters), *(known.get(id_, ()) for id_ in beside)]


def not_there(file: StrategyFile, letter: Letter, situation: Situation, sent: LetterSent | None = None) -> str:
    """Which of `NOT_THERE` an address is by now: the one for which it waits to be posted, or to which it was sent.

    "" where it is neither, or nothing waits.
    """
    return sending.not_there(letter, _is_about(file, letter, situation), situation, sent)


def went_to_another(file: StrategyFile, letter: Letter, sent: LetterSent, situation: Situation) -> bool:
    """Whether it went to somebody who, as the register has it, might not speak for them on this on that day.

    Older versions asked only whether somebody spoke for them at all. The register has no history: their authority may
    have been another one then, which a person knows.
    """
    return sending.went_to_another(sent, _is_about(file, letter, situation), situation)


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


def of_undoing(file: StrategyFile, step: Undone) -> Iterator[Lack]:
    """What went is not undone, nor what was decided before it, which it may have told."""
    yield from sending.of_undoing(file.id, file.steps, step)


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
