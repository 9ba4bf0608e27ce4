"""Reviews, changes and extensions of what is in force, and what may hold at once in an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Final

from gateway.governance.common_steps import ReviewerAllowed
from gateway.governance.demands import after_challenge
from gateway.governance.demands.approving import ending_roles, of_decider, overseeing_roles, tightening_roles
from gateway.governance.demands.drafting import of_next_review, of_reaching
from gateway.governance.demands.measures import of_measures, of_open_matters
from gateway.governance.demands.telling import of_notice
from gateway.governance.folding import live_steps
from gateway.governance.following import of_allowing, of_another, of_role, or_allowed
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.pack_words import people, the_people
from gateway.governance.same_person import in_doubt, is_among, may_be_among, may_be_one_person, same_person
from gateway.governance.situation import Situation, later_by
from gateway.governance.step import Step
from gateway.governance.steps import (
    Changed,
    Extended,
    Reinstated,
    ReviewAsked,
    Reviewed,
    ReviewOutcome,
    SilenceApproved,
    Silenced,
    Suspended,
    Withdrawn,
)
from gateway.governance.strategy_changes import alters_nothing, holds_at_once, is_told_by_notice
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import walked
from models.duration import in_words
from models.policy_life import LifeRules

_OR_ALLOWED = or_allowed("strategy")

OUTSIDE: Final = "outside"
"""Instead of a role: somebody of another organisation."""


def of_review(file: StrategyFile, step: Reviewed, situation: Situation) -> Iterator[Lack]:
    """Who reviews, what follows, and that the next date is set."""
    review = situation.rules.review
    yield from _of_anything_to_review(file, situation)
    if file.is_suspended:
        yield from _of_what_is_suspended(file, step, situation)
    if review.reviewers and step.role not in review.reviewers:
        who = people(review.reviewers, situation.rules)
        yield Lack(f"reviews are for the {who}", review.cites, "role")
    yield from of_independence(file, step, situation)
    if review.consulted:
        yield from _consultation(step, situation.rules)
    if step.outcome is not ReviewOutcome.LIFT:
        if step.next_review is None:
            yield Lack("the next review date is not set", review.cites, "next_review")
        else:
            yield from of_next_review(situation, situation.day, step.next_review, step.slip_reason)
    if not step.told:
        yield from _untold(step, situation)
    if step.outcome is ReviewOutcome.CONTINUE:
        yield from of_open_matters(file, situation)
    if step.outcome is ReviewOutcome.NEXT_STAGE:
        stages = [rule.number for rule in situation.rules.stages]
        if file.stage not in stages or file.stage == max(stages):
            yield Lack("the policy has no further stage", review.cites, "outcome")


def _of_anything_to_review(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """What is suspended was in force, and is looked at again before it may be once more; nothing else that waits is."""
    if file.standing is Standing.APPROVED and not file.is_suspended:
        text = "it is not in force yet, and there is nothing to review; put it in force, or withdraw it"
        yield Lack(text, situation.rules.review.cites)


def _of_what_is_suspended(file: StrategyFile, step: Reviewed, situation: Situation) -> Iterator[Lack]:
    """It goes on, as it was or changed, once that is told anew, or is given up; no further stage follows it yet."""
    cites = situation.rules.review.cites
    if step.outcome is ReviewOutcome.NEXT_STAGE:
        text = "it is suspended: continue or change it, and decide the next stage once it is in force; or lift it"
        yield Lack(text, cites, "outcome")
    if file.ends is not None and step.next_review is not None and step.next_review > file.ends:
        yield Lack(f"it ends on {file.ends}; set the next review on or before that day", cites, "next_review")


def _consultation(step: Reviewed, rules: LifeRules) -> Iterator[Lack]:
    """With somebody else who is in a role that the policy names; of everybody else named it is known who they are."""
    review = rules.review
    named = list(zip_longest(step.consulted, step.consulted_as, fillvalue=""))
    for name, role in named:
        if not role:
            text = f'who {name} is, is not known here; say in which role, or `outside`: --consulted "ROLE: {name}"'
            yield Lack(text, review.cites, "consulted")
        elif role not in (*rules.roles, OUTSIDE):
            yield Lack(f"the policy knows no role {role}, which {name} is said to be in", review.cites, "consulted")
    if not any(role in review.consulted and not may_be_one_person(name, step.by) for name, role in named):
        who = the_people(review.consulted, rules)
        yield Lack(f"a review is held in consultation with {who}; name whom you consulted", review.cites, "consulted")


def of_independence(file: StrategyFile, step: Step, situation: Situation) -> Iterator[Lack]:
    """Another than who wrote or decided it; after years, where the policy says so, the decider themselves."""
    review = situation.rules.review
    if is_among(step.by, file.reviewers_allowed):
        return
    again = _is_deciders(file, situation)
    if again and file.decider and not same_person(step.by, file.decider):
        yield Lack(f"{file.decider}, who decided it, looks again now, {_OR_ALLOWED}", review.cites, "reviewer_allowed")
    for name, other in (("author", file.author), ("decider", None if again else file.decider)):
        if name in review.not_by and other and may_be_one_person(step.by, other):
            text = f"{step.by} was the {name}; another reviews, {_OR_ALLOWED}{in_doubt(step.by, other)}"
            yield Lack(text, review.cites, "reviewer_allowed")
    is_decider = file.decider is not None and may_be_one_person(step.by, file.decider)
    since = _decided_since(file)
    if "decider" in review.not_by and not is_decider and may_be_among(step.by, since):
        text = f"{step.by} decided what holds since; another reviews, {_OR_ALLOWED}{in_doubt(step.by, *since)}"
        yield Lack(text, review.cites, "reviewer_allowed")
    for act in file.acts:
        if act.act in review.not_by and may_be_one_person(step.by, act.by):
            text = f"{step.by} acted in it ({act.act}); another reviews, {_OR_ALLOWED}{in_doubt(step.by, act.by)}"
            yield Lack(text, review.cites, "reviewer_allowed")


def _decided_since(file: StrategyFile) -> list[str]:
    """Whoever took it up again, or added to what the chain decided or altered it: they would review their own decision.

    That restrictions are taken away, or an end put off, may follow a review, and keeps nobody from the next.
    """
    names: list[str] = []
    for before, step in walked(file):
        if isinstance(step, Reinstated):
            names = [step.by]
        elif isinstance(step, Changed) and not holds_at_once(before, step):
            names.append(step.by)
    return names


def of_allowed_reviewer(file: StrategyFile, step: ReviewerAllowed, situation: Situation) -> Iterator[Lack]:
    """By those who decide, review or hear of a dispute, and not by the draft's author."""
    rules = situation.rules
    roles = ending_roles(rules, file.stage)
    yield from _of_anything_to_review(file, situation)
    yield from of_allowing(step, roles, (file.author,), "the draft", situation, rules.review.cites)


def _is_deciders(file: StrategyFile, situation: Situation) -> bool:
    """Whether it has been in force for as long as the policy lets it before its decider looks again (Stoke 5.2.5)."""
    period = situation.rules.review.by_decider_after
    return period is not None and file.active_since is not None and situation.day >= later_by(file.active_since, period)


def _untold(step: Reviewed, situation: Situation) -> Iterator[Lack]:
    """An outcome is left untold only where the policy lets somebody decide so (`of_silence`), and with a reason."""
    review = situation.rules.review
    if review.tells_outcome and review.silent_outcomes_need is None:
        yield Lack("the person is always told of the outcome", review.cites, "told")
    if not step.silence_reason.strip():
        yield Lack("why the person is not told of the outcome is not said", review.cites, "silence_reason")


def may_ask_from(file: StrategyFile, situation: Situation) -> date | None:
    """The first day on which the person may ask for a review; None where the policy sets none, or nothing runs."""
    period = situation.rules.review.first_request_after
    if period is None or file.active_since is None or file.standing.is_over:
        return None
    return later_by(file.active_since, period)


def of_request(file: StrategyFile, step: ReviewAsked, situation: Situation) -> Iterator[Lack]:
    """Not before the policy's day, unless it is said why it is taken up; and once at a time."""
    cites, first = situation.rules.review.cites, may_ask_from(file, situation)
    if step.on > situation.day:
        yield Lack("nothing is asked on a day to come", field="on")
    if first is not None and step.on < first and not step.early_because.strip():
        text = f"the person may ask for a review from {first} on; tell them so, or say why it is taken up now"
        yield Lack(text, cites, "early_because")
    if file.review_asked is not None:
        yield Lack("they have asked already, and the review is still to come", field="review_asked")


def of_change(file: StrategyFile, step: Changed, situation: Situation) -> Iterator[Lack]:
    """A change is decided by those who decide, and keeps to the policy's measures.

    A reviewer may take restrictions away. What is new or stricter is for those who decide, or tighten after a breach:
    else a review would be a way round the policy's chain. It takes the place of one that cannot come into force because
    a matter was taken up again. Out of force it is changed only where a challenge or a review decided so
    (`carrying_out`), whatever change was under way, and the notice tells it.
    """
    yield from after_challenge.of_other_rules(file, step, situation)
    if file.soft:
        yield from _of_another_contact(file, step)
        return
    milder = all(restriction in file.restrictions for restriction in step.restrictions)
    out_of_force = is_told_by_notice(file)
    tightening = () if out_of_force else tightening_roles(situation.rules)
    besides = situation.rules.review.reviewers if milder else (*tightening, *after_challenge.roles_besides(situation))
    yield from of_decider(file, step, situation, besides=besides)
    under_way = file.changing if not out_of_force else None
    if under_way is not None and not list(of_open_matters(file, situation, under_way.restrictions)):
        yield Lack("an earlier change is not in force yet; put it in force or undo it first", field="changed")
    if not step.restrictions:
        text = "no restriction is left; name all that are to hold from now on, or end the strategy instead"
        yield Lack(text, field="restrictions")
    # To what it says already, it is changed where that takes back a change under way.
    if alters_nothing(file, step) and file.changing is None:
        text = "this changes nothing: the restrictions and the contact are those that it has; name what is to hold"
        yield Lack(text, field="restrictions")
    yield from _of_contact(step)
    yield from of_measures(file, situation, step.restrictions, {**file.reasons_for, **step.reasons_for})


def _of_another_contact(file: StrategyFile, step: Changed) -> Iterator[Lack]:
    """Where there are no restrictions, only who it is can change, by whoever may give somebody a contact.

    Restrictions it gets by no change: else that would be a way round the policy's whole course.
    """
    if step.restrictions:
        text = "it has no restrictions, and gets none by a change; draft a strategy (`triage strategy draft`)"
        yield Lack(text, field="restrictions")
    if step.spoc in (None, file.spoc):
        yield Lack("name another single point of contact, which is all that can be changed here", field="spoc")
    yield from _of_contact(step)


def _of_contact(step: Changed) -> Iterator[Lack]:
    """Whoever takes over has somebody in their place when they are away, and both can be reached."""
    if step.spoc is not None and not step.spoc.deputy:
        yield Lack("the single point of contact has no deputy", field="deputy")
    yield from of_reaching(step.spoc)


def of_extension(file: StrategyFile, step: Extended, situation: Situation) -> Iterator[Lack]:
    """The person hears of it, unless the policy lets it be silent, with a reason; somebody else approves that after."""
    duration = situation.rules.duration
    if file.ends is None:
        yield Lack("it has no end that could be put off", field="ends")
    elif step.ends <= file.ends:
        yield Lack(f"it ends on {file.ends} already", duration.cites, "ends")
    since = file.active_since or situation.day
    if duration.most and step.ends > later_by(since, duration.most):
        yield Lack(f"it would last more than {in_words(duration.most)}", duration.cites, "ends")
    yield from of_open_matters(file, situation)
    yield from _extending(file, step, situation, "extending")
    if step.silent:
        yield from _silent(step, situation)


def of_silence(file: StrategyFile, step: SilenceApproved, situation: Situation) -> Iterator[Lack]:
    """Whoever approves that the person is not told says so themselves, and is another than whoever decided."""
    if step.of is Silenced.REVIEW:
        yield from _of_silence_on_review(file, step, situation)
        return
    cites = situation.rules.duration.cites
    extended = untold_extension(file)
    if extended is None:
        yield Lack("no extension waits for somebody to approve that the person is not told", cites)
        return
    besides = situation.rules.review.silent_outcomes_need
    yield from _extending(file, step, situation, "approving this", besides=(besides,) if besides else ())
    yield from of_another(step, {"extended it": extended.by}, "approving that the person is not told", cites)


def _of_silence_on_review(file: StrategyFile, step: SilenceApproved, situation: Situation) -> Iterator[Lack]:
    """For the role to which the policy gives it, and no other: it need not review anything (Wealden L144-L147)."""
    rules, cites = situation.rules, situation.rules.review.cites
    reviewed, needed = untold_review(file, rules), rules.review.silent_outcomes_need
    if reviewed is None or needed is None:
        yield Lack("no outcome of a review waits for somebody to approve that the person is not told", cites)
        return
    what = "approving that the outcome is not told"
    yield from of_role(step, (needed,), situation, what, cites)
    yield from of_another(step, {"wrote the draft": file.author, "reviewed it": reviewed.by}, what, cites)


def untold_extension(file: StrategyFile) -> Extended | None:
    """The last extension, where the person shall not be told of it and nobody has approved that yet."""
    last = _last_or_approved(file, Extended, Silenced.EXTENSION)
    return last if isinstance(last, Extended) and last.silent else None


def untold_review(file: StrategyFile, rules: LifeRules) -> Reviewed | None:
    """The last review, where the person shall not be told of it and those who decide that have not approved it yet."""
    last, needed = _last_or_approved(file, Reviewed, Silenced.REVIEW), rules.review.silent_outcomes_need
    waits = isinstance(last, Reviewed) and not last.told and needed not in (None, last.role)
    return last if isinstance(last, Reviewed) and waits else None


def _last_or_approved(file: StrategyFile, kind: type[Extended | Reviewed], of: Silenced) -> Step | None:
    """The last step of this kind, or the approval that came after it."""
    for _number, step in reversed(live_steps(file.steps)):
        if isinstance(step, kind) or (isinstance(step, SilenceApproved) and step.of is of):
            return step
    return None


def _extending(
    file: StrategyFile, step: Step, situation: Situation, what: str, *, besides: tuple[str, ...] = ()
) -> Iterator[Lack]:
    """By those who decide or review, and not by its author."""
    cites = situation.rules.duration.cites
    yield from of_role(step, (*overseeing_roles(situation.rules, file.stage), *besides), situation, what, cites)
    yield from of_another(step, {"wrote the draft": file.author}, what, cites)


def _silent(step: Extended, situation: Situation) -> Iterator[Lack]:
    cites = situation.rules.duration.cites
    if situation.rules.duration.extension != "silent":
        yield Lack("the policy knows no extension without telling the person", cites, "silent")
    if not step.silence_reason.strip():
        yield Lack("why the person is not told is not said", cites, "silence_reason")


def of_suspension(file: StrategyFile, step: Suspended, situation: Situation) -> Iterator[Lack]:
    """By those who decide or review, where what it rests on came back; for any other reason it is ended or changed."""
    rules, cites = situation.rules, situation.rules.notice.cites
    if not rests_on_nothing(file, situation):
        yield Lack("its notice did not come back; end it, or change it (`triage strategy end`, `change`)", cites)
    yield from of_role(step, ending_roles(rules, file.stage), situation, "suspending it", cites)


def of_withdrawal(file: StrategyFile, step: Withdrawn, situation: Situation) -> Iterator[Lack]:
    """What was in force and is suspended is given up by those who could end it, and by anybody once a review lifted it.

    A proposal is by anybody who may write.
    """
    rules = situation.rules
    if file.suspended is not None and not file.is_lifted:
        roles = ending_roles(rules, file.stage)
        yield from of_role(step, roles, situation, "giving up what was in force", rules.notice.cites)


def rests_on_nothing(file: StrategyFile, situation: Situation) -> bool:
    """Whether a notice of what is in force came back, and what reached the person is not what the policy asks for."""
    return file.last_back(LetterPurpose.NOTICE) is not None and any(of_notice(file, situation))
