"""Which steps a file of breaches may take, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.breaches.file import BreachFile, Decision, fold, opened, proposal_of
from gateway.governance.breaches.for_whom import answering_for, putting_right, settling, to_decide
from gateway.governance.breaches.ladder import reached
from gateway.governance.breaches.letters import letters_to_put_right, to_do, to_put_right
from gateway.governance.breaches.possible import Possible, possible
from gateway.governance.breaches.steps import (
    Accepted,
    AskedToContact,
    BreachConfirmed,
    BreachStep,
    BreachUndone,
    CarriedOut,
    Declined,
    OurBreach,
    OurBreachSettled,
    PutRight,
)
from gateway.governance.breaches.untold import as_far_as_told, of_untold, untold
from gateway.governance.common_steps import Undone
from gateway.governance.demands.ending import of_our_breaches
from gateway.governance.demands.inviting import invited_on, of_invitation, told_that_they_may
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.demands.telling import not_in_force_yet
from gateway.governance.folding import live_steps
from gateway.governance.following import of_following, of_role
from gateway.governance.lacks import Lack, refuse
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from models.plain_names import plain
from models.policy_events import BreachAction

_DECISIONS: Final = (Accepted, Declined, OurBreachSettled)
"""Only whoever decided takes it back."""


def begin(id_: str, first: BreachStep, situation: Situation) -> BreachFile:
    """A new file, with what the ladder proposes. Refused where nobody had told the person."""
    opened(id_, first)
    if isinstance(first, BreachConfirmed):
        refuse([*_of_telling(first, situation), *_of_invited(first, situation)])
    if isinstance(first, OurBreach):
        refuse(list(_of_ours(first, situation)))
    if isinstance(first, AskedToContact):
        refuse(of_invitation(first, situation))
    return opened(id_, _completed(first, None, situation))


def take(file: BreachFile, step: BreachStep, situation: Situation) -> BreachFile:
    """The file after the step. Refused, with everything that stands in the way, where it may not be taken."""
    refuse([*of_following(file.steps, step, decisions=_DECISIONS), *_demands(file, step, situation)])
    return fold(file.id, (*file.steps, _completed(step, file, situation)))


def _completed(step: BreachStep, file: BreachFile | None, situation: Situation) -> BreachStep:
    """The step with what the ladder proposes on it, or what falls with it."""
    if isinstance(step, BreachConfirmed):
        strategy = situation.strategy(step.strategy)
        stage = strategy.stage if strategy else None
        return step.model_copy(update={"proposes": reached(step.count, stage, situation)})
    if isinstance(step, BreachUndone) and file is not None:
        left = _waiting(fold(file.id, (*file.steps, step)))
        return step.model_copy(update={"withdraws": tuple(one for one in _waiting(file) if one not in left)})
    if isinstance(step, PutRight) and file is not None:
        recorded = any(one.step.action is step.action for one in to_put_right(file, situation))
        letters = () if recorded or step.action not in REMINDS else letters_to_put_right(file, situation)
        return step.model_copy(update={"letter": letters[0].letter if letters else None})
    return step


def _waiting(file: BreachFile) -> tuple[BreachAction, ...]:
    """What is proposed, and what was accepted and is still to be done; each once."""
    accepted = (one.step.action for one in file.to_do)
    return tuple(dict.fromkeys((*(one.action for one in file.proposals), *accepted)))


def _demands(file: BreachFile, step: BreachStep, situation: Situation) -> Iterator[Lack]:
    match step:
        case BreachConfirmed():
            if step.strategy != file.strategy:
                yield Lack(f"this file is of {file.strategy}", field="strategy")
            if (step.contact, step.restriction) in file.breaches:
                yield Lack("it was confirmed already")
            yield from _of_telling(step, situation)
            yield from _of_invited(step, situation, file.asked)
        case BreachUndone():
            if (step.contact, step.restriction) not in file.breaches and not file.before:
                yield Lack("no such breach stands confirmed")
        case Accepted() | Declined():
            yield from _of_decision(file, step, situation)
        case CarriedOut():
            if not any(one.step.action is step.action for one in to_do(file, situation)):
                yield Lack(f"no accepted {plain(step.action)} waits to be done", field="action")
            yield from _of_letter(file, step, situation)
            yield from _of_tightening(file, step, situation)
        case PutRight():
            roles = putting_right(file, step.action, situation)
            if roles is None:
                yield Lack(f"no {plain(step.action)} waits to be put right", field="action")
            else:
                yield from of_role(step, roles, situation, "putting this right")
        case OurBreach():
            yield from _of_ours(step, situation)
        case AskedToContact():
            yield from of_invitation(step, situation)
        case OurBreachSettled():
            if not file.ours:
                yield Lack("no breach of ours waits to be settled")
            rule = of_our_breaches(situation.rules)
            roles, cites = settling(file, situation), rule.cites if rule else ()
            yield from of_role(step, roles, situation, "settling a breach of ours", cites)
        case Undone():
            live = dict(live_steps(file.steps))
            if isinstance(live.get(step.number), BreachConfirmed | BreachUndone):
                yield Lack("a confirmation is undone with `triage breach undo`, and confirmed again like any breach")
            if isinstance(asked := live.get(step.number), AskedToContact):
                yield told_that_they_may(asked)


def _of_ours(step: OurBreach, situation: Situation) -> Iterator[Lack]:
    if step.on > situation.day:
        yield Lack("nothing is recorded of a day to come", field="on")


def _of_telling(step: BreachConfirmed, situation: Situation) -> Iterator[Lack]:
    """Nobody breaches what they were not told."""
    if (back := of_untold(step, situation.strategy(step.strategy))) is not None:
        which = f"{step.contact} {step.strategy}/{step.restriction}"
        yield Lack(
            f"nobody had told them by then: letter {back.letter} came back, and none that counts was received before "
            f"that contact; dismiss it with that reason (`triage breach dismiss {which}`)",
            situation.rules.notice.cites,
        )


def _of_invited(step: BreachConfirmed, situation: Situation, here: tuple[AskedToContact, ...] = ()) -> Iterator[Lack]:
    """Nor is it a breach that they came when we had asked them to, also where that was recorded after it.

    `here`: what is recorded in this file of that.
    """
    asked = invited_on(situation.strategy(step.strategy), step.received_on or step.taken_on, here)
    if asked is not None:
        which = f"{step.contact} {step.strategy}/{step.restriction}"
        yield Lack(
            f"we had asked them on {asked.on} to contact us by {asked.until}; dismiss it with that reason "
            f"(`triage breach dismiss {which}`)"
        )


def _of_decision(file: BreachFile, step: Accepted | Declined, situation: Situation) -> Iterator[Lack]:
    proposal, strategy = proposal_of(file, step.action), situation.strategy(file.strategy)
    if proposal is None:
        accepted = _no_longer_possible(file, step.action, situation)
        if isinstance(step, Declined) and accepted is not None:
            yield from of_role(step, answering_for(accepted, situation), situation, f"`{step.action}`")
            return
        open_ = ", ".join(one.action for one in file.proposals) or "nothing"
        yield Lack(f"no {plain(step.action)} is proposed; {open_} is", field="action")
        return
    taken_up = isinstance(step, Accepted)
    if taken_up and possible(step.action, proposal.answers, file, strategy) is Possible.NO_LONGER:
        text = f"{file.strategy} is over, or was begun anew since; `{step.action}` is not possible any more"
        yield Lack(f"{text}, decline it (`triage breach decline`)", proposal.cites, "action")
    if taken_up and proposal_of(as_far_as_told(file, strategy), step.action) is None:
        contacts = ", ".join(contact for contact, _restriction in untold(file, strategy))
        text = f"`{step.action}` rests on breaches of what nobody had told them ({contacts}); undo those first"
        yield Lack(text, situation.rules.notice.cites, "action")
    roles = to_decide(proposal, file, situation)
    yield from of_role(step, roles, situation, f"`{step.action}`", proposal.cites)


def _no_longer_possible(file: BreachFile, action: BreachAction, situation: Situation) -> Decision | None:
    """What was accepted, and cannot be done any more: nobody is left with a task that nothing settles."""
    strategy = situation.strategy(file.strategy)
    of_action = (one for one in to_do(file, situation) if one.step.action is action)
    never = (one for one in of_action if possible(action, one.answers, file, strategy) is Possible.NO_LONGER)
    return next(never, None)


def _of_tightening(file: BreachFile, step: CarriedOut, situation: Situation) -> Iterator[Lack]:
    """A change that waits for its letter holds nobody yet, whatever is said here."""
    strategy = situation.strategy(file.strategy)
    if step.action is BreachAction.TIGHTEN and strategy is not None and strategy.changing is not None:
        yield not_in_force_yet(strategy)


def _of_letter(file: BreachFile, step: CarriedOut, situation: Situation) -> Iterator[Lack]:
    """A letter that is said to have gone is on the strategy's file as sent; where there is no file, no letter is."""
    strategy, is_reminder = situation.strategy(file.strategy), step.action in REMINDS
    if strategy is None:
        if step.letter is not None:
            text = f"{file.strategy} is in the register only and has no letters here; say in the note how it went"
            yield Lack(text, field="letter")
        return
    if step.letter is None:
        if is_reminder:
            yield Lack(f"say which letter on {strategy.id} it was (`--letter L2`)", field="letter")
        return
    letter = strategy.letters.get(step.letter)
    of_purpose = letter is not None and (not is_reminder or letter.written.purpose is LetterPurpose.REMINDER)
    if letter is None or not of_purpose or not letter.sent_that_count:
        which = "reminder letter" if is_reminder else "letter"
        yield Lack(f"{strategy.id} has no {which} of that name that was sent", field="letter")
