"""What may follow what in a file of any kind, and who may act in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from gateway.governance.common_steps import AskedBeforeVisit, LookedIn, ReviewerAllowed, TaskDone, Undone
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.same_person import in_doubt, may_be_among, may_be_one_person, same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from models.plain_names import plain
from models.policy_question import Cites

S = TypeVar("S", bound=Step)

_BEGUN = "the step that began the file is not undone; say in a note what was wrong"


def of_following(
    steps: Sequence[Step],
    step: Step,
    *,
    decisions: tuple[type[Step], ...],
    begun: str = _BEGUN,
    apart: tuple[type[Step], ...] = (),
) -> Iterator[Lack]:
    """Time runs forward, and only the last step that counts is undone, so that what stands was always arrived at.

    That somebody looked in or asked alters nothing and is never undone, so it stands in nobody's way. `decisions`: the
    kinds of step that nobody takes back for another: else an author could undo a refusal and ask the next in the role,
    or anybody take a danger off a register that was approved. `begun`: what is said to somebody who would undo the
    first.
    `apart`: kinds of step that stand in the way of their own kind only, as if they were on a file of their own.
    """
    if step.at < steps[-1].at:
        yield Lack("the step is dated before the one it follows", field="at")
    if isinstance(step, Undone):
        last, undone = last_that_counts(steps, step.number, apart)
        if last == 1:
            yield Lack(begun, field="number")
        elif step.number != last:
            yield Lack(f"only the last step can be undone, which is number {last}", field="number")
        elif isinstance(undone, decisions) and not same_person(step.by, undone.by):
            did = "said that this is done" if isinstance(undone, TaskDone) else "decided this"
            yield Lack(f"{undone.by} {did}, and only they take it back", field="by")


def of_words(step: Step) -> Iterator[Lack]:
    """What is written says something: blanks or dots are no reason and no evidence. To leave it out is another thing.

    Asked where a step is taken, not of one that is read back: files of older versions are read as they are.
    """
    for name, value in step:
        given = {f"{name} {key}": one for key, one in value.items()} if isinstance(value, Mapping) else {name: value}
        for what, one in given.items():
            if isinstance(one, str) and one and not any(map(str.isalnum, one)):
                yield Lack(f"{plain(what)}: nothing is said there; write it in words", field=name)


def last_that_counts(
    steps: Iterable[S], number: int | None = None, apart: tuple[type[Step], ...] = ()
) -> tuple[int, S]:
    """The step that can be undone, with its number, where it is not the first; that somebody looked or asked is none.

    `number`: of the step that is to be, where kinds of step stand `apart`.
    """
    live = [one for one in live_steps(steps) if not isinstance(one[1], LookedIn | AskedBeforeVisit)]
    asked = [isinstance(step, apart) for n, step in live if n == number]
    like_it = [one for one in live if [isinstance(one[1], apart)] == asked]
    return (like_it or live)[-1]


def of_role(step: Step, roles: Sequence[str], situation: Situation, what: str, cites: Cites = ()) -> Iterator[Lack]:
    """Whoever acts does so in one of these roles; none named, anybody may."""
    if roles and step.role not in roles:
        yield Lack(f"{what} is for {the_people(roles, situation.rules)}", cites, "role")


def of_another(
    step: Step, others: Mapping[str, str | None], what: str, cites: Cites = (), *, unless: str | None = None
) -> Iterator[Lack]:
    """Four eyes: whoever acts is none of these people. `unless`: what would let them all the same, in words."""
    unless_so, field = ("", "by") if unless is None else (f", {unless}", "reviewer_allowed")
    for did, name in others.items():
        if name is not None and may_be_one_person(step.by, name):
            text = f"{step.by} {did}; {what} is for somebody else{unless_so}{in_doubt(step.by, name)}"
            yield Lack(text, cites, field)


def or_allowed(group: str) -> str:
    """What lets somebody review all the same who else may not. `group`: of the command that allows it."""
    return f"or somebody else allows it with a reason (`triage {group} allow-reviewer`)"


def of_allowing(
    step: ReviewerAllowed,
    roles: Sequence[str],
    authors: Iterable[str | None],
    wrote: str,
    situation: Situation,
    cites: Cites = (),
) -> Iterator[Lack]:
    """By somebody who decides or reviews, and never for themselves: else the author's own word would be enough.

    `authors`: of what is reviewed, `wrote` as it is called.
    """
    yield from of_role(step, roles, situation, "allowing a reviewer", cites)
    refused = f"allowing a reviewer is for somebody else than {step.by}"
    if may_be_one_person(step.by, step.name):
        yield Lack(f"{refused}: it is their own review{in_doubt(step.by, step.name)}", cites, "by")
    wrote_it = list(filter(None, authors))
    if may_be_among(step.by, wrote_it):
        yield Lack(f"{refused}: they wrote {wrote}{in_doubt(step.by, *wrote_it)}", cites, "by")
