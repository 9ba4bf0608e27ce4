"""Which steps a challenge's file may take, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from gateway.governance.challenges import own_letters
from gateway.governance.challenges.disputed import (
    Disputed,
    disputed,
    disputed_entry,
)
from gateway.governance.challenges.file import ChallengeFile, fold, opened
from gateway.governance.challenges.had_part import authors_of, deciders_of, disputed_people, is_barred
from gateway.governance.challenges.outcome_letters import (
    how_written,
    kept_on,
    letters_gone,
    letters_of,
    letters_to_record,
    of_another_challenge,
    told,
    told_otherwise,
)
from gateway.governance.challenges.route import (
    allowing,
    has_route,
    is_late,
    is_turned_away,
    needs_writing,
    reviewers,
    warning,
)
from gateway.governance.challenges.steps import (
    Admitted,
    CarriedOut,
    ChallengeStep,
    ComplaintAnswered,
    ComplaintLinked,
    Decided,
    Outcome,
    OutcomeTold,
    PointedOn,
    PutInWriting,
    Received,
    TakenBack,
    WritingWaived,
)
from gateway.governance.common_steps import Noted, RecordedInError, ReviewerAllowed, TaskDone, Undone
from gateway.governance.demands import carrying_out, sending
from gateway.governance.demands.telling import not_in_force_yet
from gateway.governance.demands.untrue import DIED, died_by
from gateway.governance.following import of_allowing, of_another, of_following, of_role, or_allowed
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.outcomes import of_entry
from gateway.governance.same_person import is_among, same_person, who_it_may_be
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.policy_course import NoticePart
from models.strategy import StrategyStatus

_LOOKED_AT = {"author": "wrote what is disputed", "decider": "decided what is disputed"}
_DECISIONS: Final = (
    WritingWaived, ReviewerAllowed, Admitted, Decided, CarriedOut, ComplaintAnswered, TaskDone, RecordedInError,
)  # fmt: skip
"""Only whoever decided takes it back."""
_HOLDS: Final = (StrategyStatus.APPROVED, StrategyStatus.ACTIVE)
"""How a strategy stands in the register while it holds somebody, or is about to."""
_ALSO_IN_ERROR: Final = (
    ComplaintLinked, ComplaintAnswered, LetterCameBack, TaskDone, Noted, Undone,
)  # fmt: skip
"""What is also done in a file that should not have been begun; a complaint that came with it is a real one."""


def begin(id_: str, first: ChallengeStep, situation: Situation) -> ChallengeFile:
    """A new file. Late, unwritten or without a route, it is recorded all the same.

    Only what it is about must be there, and decided: a draft holds nobody to anything.
    """
    file = opened(id_, first)
    received = file.received
    about = disputed(received.about, received.on, situation)
    if about is None and received.about_kind:
        about = Disputed(
            received.about_kind,
            received.author,
            received.decider,
            None,
            authors=received.authors,
            deciders=received.deciders,
        )
    lacks = []
    if about is None:
        lacks.append(Lack(f"{file.person} has nothing {file.received.about} that could be disputed", field="about"))
    elif not about.decided:
        text = f"{file.received.about} was not decided: nothing holds the person to anything that they could dispute"
        lacks.append(Lack(text, situation.rules.dispute.cites, "about"))
    if file.received.on > situation.day:
        lacks.append(Lack("nothing is received on a day to come", field="on"))
    elif about is not None and about.decided:
        lacks += of_too_early(received, about.since)
    if about is None or lacks:
        raise Refused(lacks)
    known = {
        "about_kind": about.kind,
        "policy": about.policy,
        "policy_version": about.policy_version,
        "author": about.author,
        "decider": about.decider,
        "authors": about.authors,
        "deciders": about.deciders,
        "notified_on": about.notified_on,
    }
    return opened(id_, first.model_copy(update=known))


def of_too_early(received: Received, since: date | None) -> list[Lack]:
    """Nobody disputes what is not there yet; its clock would be over before it began."""
    if since is None or received.on >= since:
        return []
    text = f"{received.about} is there since {since} only; what came before it is taken as received on that day"
    return [Lack(text, field="on")]


def take(file: ChallengeFile, step: ChallengeStep, situation: Situation) -> ChallengeFile:
    """The file after the step. Refused, with everything that stands in the way, where it may not be taken."""
    following = of_following(file.steps, step, decisions=_DECISIONS, apart=own_letters.OF_LETTERS)
    refuse([*following, *_demands(file, step, situation)])
    if isinstance(step, LetterSent):
        step = own_letters.as_it_went(file, step, situation)
    return fold(file.id, (*file.steps, step))


def _demands(file: ChallengeFile, step: ChallengeStep, situation: Situation) -> Iterator[Lack]:
    """What each kind of step needs; notes need nothing."""
    if file.in_error is not None and not isinstance(step, _ALSO_IN_ERROR):
        yield Lack("it was recorded in error; undo that to go on with it")
        return
    match step:
        case Received():
            yield Lack("it has been received already")
        case PutInWriting() | WritingWaived():
            if not needs_writing(file, situation):
                yield Lack("nothing is missing in writing")
        case ReviewerAllowed():
            yield from _of_allowed_reviewer(file, step, situation)
        case Admitted():
            yield from _of_admission(file, step, situation)
        case Decided():
            yield from _of_decision(file, step, situation)
        case LetterWritten():
            yield from own_letters.of_writing(file, step, situation)
        case LetterApproved():
            yield from own_letters.of_approval(file, step, situation)
        case LetterQueued() | LetterSent():
            yield from own_letters.of_going(file, step, situation)
        case LetterCameBack():
            yield from sending.of_coming_back(file.letters.get(step.letter), step, situation)
        case TaskDone():
            yield from own_letters.of_done(file, step, situation)
        case Undone():
            yield from sending.of_undoing(file.id, file.steps, step)
        case OutcomeTold():
            yield from _of_telling(file, step, situation)
        case PointedOn():
            yield from _of_pointing_on(file, step, situation)
        case CarriedOut():
            yield from _of_carrying_out(file, step, situation)
        case ComplaintLinked():
            if step.reference in file.complaints:
                yield Lack("that complaint is linked already", field="reference")
        case ComplaintAnswered():
            if step.reference not in file.complaints or file.complaints[step.reference] is not None:
                yield Lack("no linked complaint of that reference waits for an answer", field="reference")
        case TakenBack():
            yield from _of_letters_gone(file, situation)
            if file.decided is not None and file.decided.outcome is not Outcome.STANDS:
                yield Lack("what was decided for them holds; put what they say in a note", field="decided")
        case RecordedInError():
            yield from _of_error(file, step, situation)


def _of_error(file: ChallengeFile, step: RecordedInError, situation: Situation) -> Iterator[Lack]:
    """By those who would decide it, and nobody who wrote or decided what is disputed: else they might strike it out."""
    yield from _of_reviewer(file, step, situation)
    gone = list(_of_letters_gone(file, situation))
    yield from gone
    if file.decided is not None and not gone:
        yield Lack("it was decided; undo that first", field="decided")
    if file.pointed_on is not None or file.taken_back is not None:
        yield Lack("it is over already; put in a note what was wrong with it")


def _of_letters_gone(file: ChallengeFile, situation: Situation) -> Iterator[Lack]:
    """It does not end in silence while the person holds a letter with its outcome."""
    gone, otherwise = letters_gone(file, situation), told_otherwise(file)
    if (gone or otherwise) and told(file, situation) is None:
        by = f"by letter {', '.join(gone)}" if gone or otherwise is None else f"on {otherwise.on}: {otherwise.evidence}"
        anew = "decide it and tell them what holds" if file.decided is None else "record that (`triage challenge told`)"
        text = f"the person was told its outcome {by}; {anew}"
        yield Lack(text, situation.rules.dispute.cites, "outcome_told")


def _of_reviewer(file: ChallengeFile, step: ChallengeStep, situation: Situation) -> Iterator[Lack]:
    """In the policy's role, and neither author nor decider unless somebody else allowed it (Stoke 6.2; conflict 18)."""
    dispute = situation.rules.dispute
    yield from of_role(step, reviewers(situation), situation, "this", dispute.cites)
    if is_among(step.by, file.reviewers_allowed):
        return
    people = {"author": _authors(file, situation), "decider": _deciders(file, situation)}
    barred = {name: people[name] for name in dispute.not_by if name in people}
    others = {_LOOKED_AT[name]: who_it_may_be(step.by, them) for name, them in barred.items()}
    strategy = situation.strategy(file.received.about)
    acts = strategy.acts if strategy is not None else ()
    others |= {f"acted in what is disputed ({act.act})": act.by for act in acts if act.act in dispute.not_by}
    yield from of_another(step, others, "this", dispute.cites, unless=or_allowed("challenge"))


def _authors(file: ChallengeFile, situation: Situation) -> list[str]:
    """Whoever wrote what was disputed, or what is there by now."""
    about = _about(file, situation)
    return [*file.authors, *(authors_of(about) if about is not None else ())]


def _deciders(file: ChallengeFile, situation: Situation) -> list[str]:
    """Whoever decided what held when it came, or what holds now: it may have been changed, or reviewed, since."""
    about = _about(file, situation)
    return [*file.deciders, *(deciders_of(about, situation.besides) if about is not None else ())]


def _about(file: ChallengeFile, situation: Situation) -> StrategyFile | EntryFile | None:
    return situation.strategy(file.received.about) or disputed_entry(file.received.about, situation)


def _of_allowed_reviewer(file: ChallengeFile, step: ReviewerAllowed, situation: Situation) -> Iterator[Lack]:
    """Before it is heard; or once it was decided for the person, where nobody else could act (`after_challenge`)."""
    cites = situation.rules.dispute.cites
    if file.decided is not None and file.decided.outcome is Outcome.STANDS:
        yield Lack("it was decided already", cites, "decided")
    roles = allowing(file, situation)
    yield from of_allowing(step, roles, _authors(file, situation), "what is disputed", situation, cites)


def _of_admission(file: ChallengeFile, step: Admitted, situation: Situation) -> Iterator[Lack]:
    if not is_late(file, situation):
        yield Lack("it came in time", situation.rules.dispute.cites)
    if file.admitted is not None:
        yield Lack("whether it is admitted was decided already")
    if not step.admitted:
        yield from _of_letters_gone(file, situation)
    yield from _of_reviewer(file, step, situation)


def _of_decision(file: ChallengeFile, step: Decided, situation: Situation) -> Iterator[Lack]:
    dispute = situation.rules.dispute
    none = warning(file, situation)
    if none is not None:
        yield Lack(none, dispute.cites, "pointed_on")
        return
    if file.decided is not None:
        yield Lack("it was decided already", field="decided")
    if file.taken_back is not None:
        yield Lack("it was taken back")
    if is_late(file, situation) and not (file.admitted and file.admitted.admitted):
        yield Lack("it came late and was not admitted", dispute.cites, "admitted")
    if needs_writing(file, situation):
        yield Lack("it is not there in writing with reasons", dispute.cites, "put_in_writing")
    yield from _of_reviewer(file, step, situation)
    yield from carrying_out.of_outcome(file, step, situation)


def _of_telling(file: ChallengeFile, step: OutcomeTold, situation: Situation) -> Iterator[Lack]:
    """In writing, and naming who else may look at it (Stoke 6.3)."""
    dispute = situation.rules.dispute
    if file.decided is None:
        yield Lack("it is not decided yet", dispute.cites, "decided")
        return
    if told(file, situation) is not None:
        yield Lack("the outcome was told already", field="outcome_told")
    if not file.decided.taken_on <= step.on <= situation.day:
        yield Lack("the letter goes after the decision, and not on a day to come", field="on")
    if step.told_by is not None:
        yield from _of_telling_in_person(file, step, situation)
        return
    if step.way is None:
        yield Lack("say by which way the letter went", field="way")
    letters = letters_of(file, situation)
    if letters is not None and (step.letter or not file.of_entry or own_letters.must_be_used(file, situation)):
        yield from _of_letter(file, file.decided, step, letters, situation)
        return
    if not step.evidence.strip():
        yield Lack("nothing shows that the letter went", dispute.cites, "evidence")
    yield from _of_onward(step.onward, situation)


def _of_telling_in_person(file: ChallengeFile, step: OutcomeTold, situation: Situation) -> Iterator[Lack]:
    """Where no letter may go; it is said how it was told, and who else may look at it was told too."""
    cites = situation.rules.dispute.cites
    if letters_to_record(file, situation):
        yield Lack(_which_letter(file, step, situation), cites, "letter")
    elif own_letters.may_be_written(file, situation):
        text = (
            f"a letter may go to an address that the register has, so that it is told in writing ({how_written(file)})"
        )
        yield Lack(f"{text}; that it was told in person, too, goes into a note", cites, "letter")
    if died_by(step.on, situation):
        yield DIED
    if not step.evidence.strip():
        yield Lack("how and where they were told is not said", cites, "how")
    yield from _of_onward(step.onward, situation)


def _of_letter(
    file: ChallengeFile, decided: Decided, step: OutcomeTold, letters: Mapping[str, Letter], situation: Situation
) -> Iterator[Lack]:
    cites, strategy = situation.rules.dispute.cites, situation.strategy(file.received.about)
    letter = letters.get(step.letter or "")
    if letter is None or letter.written.purpose is not LetterPurpose.CHALLENGE_OUTCOME:
        yield Lack(_which_letter(file, step, situation), cites, "letter")
        return
    other = of_another_challenge(file, strategy, letter.written, situation) if strategy is not None else None
    if other is not None:
        text = f"letter {step.letter} tells the outcome of {other}, and each has a letter of its own"
        text += f": {how_written(file)}"
        yield Lack(text, cites, "letter")
    if letter.written.at < decided.at:
        yield Lack("the letter was written before the decision", cites, "letter")
    if not any(sent.on == step.on and sent.way is step.way for sent in letter.sent_that_count):
        yield Lack("the letter was not sent that way on that day", cites, "letter")
    named = {passage.part for passage in letter.written.passages}
    if situation.rules.dispute.onward and NoticePart.OMBUDSMAN not in named:
        yield Lack("the letter does not say who else may look at it", cites, "ombudsman")


def _which_letter(file: ChallengeFile, step: OutcomeTold, situation: Situation) -> str:
    """What to name, or to write first, where no letter about the outcome is named."""
    gone = " or ".join(f"`--letter {letter}`" for letter in letters_to_record(file, situation))
    where = kept_on(file)
    named = f"letter {step.letter} of {where} does not tell what came of a challenge" if step.letter else ""
    if gone:
        return f"{named}; {gone} does" if named else f"say which letter of {where} it was ({gone})"
    first = f"write one and send it first ({how_written(file)})"
    return f"{named or f'no letter of {where} with the outcome has gone'}; {first}"


def _of_onward(named: tuple[str, ...], situation: Situation) -> Iterator[Lack]:
    dispute = situation.rules.dispute
    for body in dispute.onward:
        if body not in named:
            yield Lack(f"the person was not told of: {body}", dispute.cites, "onward")


def _of_pointing_on(file: ChallengeFile, step: PointedOn, situation: Situation) -> Iterator[Lack]:
    if has_route(file, situation) and not is_turned_away(file, situation):
        yield Lack("the policy has a way to dispute it here: decide it", situation.rules.dispute.cites, "decided")
    if step.on > situation.day:
        yield Lack("nobody is told on a day to come", field="on")
    yield from _of_onward(step.onward, situation)


def _of_carrying_out(file: ChallengeFile, step: CarriedOut, situation: Situation) -> Iterator[Lack]:
    """What the strategy's or the entry's own file says, not what is said here.

    That something is over, it says by itself. Whether a change is the one that was decided, says whoever may hear it.
    """
    decided = file.decided
    if decided is None or not file.to_carry_out:
        yield Lack("nothing is left to carry out", field="carried_out")
        return
    yield from _still_to_be_done(file, decided, situation)
    if decided.outcome is Outcome.CHANGED and not _is_over(file, situation):
        yield from _of_telling_done(file, decided, step, situation)


def _still_to_be_done(file: ChallengeFile, decided: Decided, situation: Situation) -> Iterator[Lack]:
    strategy, entry = situation.strategy(file.received.about), disputed_entry(file.received.about, situation)
    if entry is not None:
        yield from of_entry(entry, decided)
    if strategy is None:
        yield from _of_register(file, decided, situation)
        return
    if carrying_out.is_done(strategy, file):
        return
    if carrying_out.overtaken_by(file, strategy, situation.besides) is not None:
        return
    changing = strategy.changing
    if decided.outcome is Outcome.LIFTED:
        yield Lack(f"{strategy.id} is not over yet: {carrying_out.how_lifted(strategy)}", field="ended")
    elif changing is not None and changing.at >= decided.at:
        yield not_in_force_yet(strategy)
    else:
        yield Lack(f"{strategy.id} has not been changed since: {carrying_out.how_changed(strategy)}", field="changed")


def _of_register(file: ChallengeFile, decided: Decided, situation: Situation) -> Iterator[Lack]:
    """Nobody is held on by a strategy that only the register has, because it was said that it is lifted."""
    for one in situation.strategies:
        if one.id == file.received.about and decided.outcome is Outcome.LIFTED and one.status in _HOLDS:
            text = f"{one.id} is {one.status} in the register; end it there first (`triage register import`)"
            yield Lack(text, field="ended")


def _is_over(file: ChallengeFile, situation: Situation) -> bool:
    """Whether what was disputed holds no more, whatever was decided."""
    strategy, entry = situation.strategy(file.received.about), disputed_entry(file.received.about, situation)
    return (strategy is not None and strategy.standing.is_over) or (entry is not None and entry.closed)


def _of_telling_done(file: ChallengeFile, decided: Decided, step: CarriedOut, situation: Situation) -> Iterator[Lack]:
    """By those who hear challenges, and nobody who was disputed; whoever decided it may have changed it themselves."""
    cites, what = situation.rules.dispute.cites, "saying that a change is what was decided"
    yield from of_role(step, reviewers(situation), situation, what, cites)
    barred = is_barred(step.by, file, _about(file, situation), situation.besides)
    if barred and not same_person(step.by, decided.by):
        people = disputed_people(file, _about(file, situation), situation.besides)
        had_part = {"wrote or decided what was disputed": who_it_may_be(step.by, people)}
        yield from of_another(step, had_part, what, cites, unless=or_allowed("challenge"))
