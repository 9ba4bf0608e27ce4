"""What keeps records from being deleted: a legal hold, or one of the policy's exceptions, on a person or a record.

A file of its own, so that one hold can cover everything about a person, whatever kind of record it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Noted, Released
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.situation import Situation, later_by
from gateway.governance.step import Step, Words
from gateway.governance.task import Task
from models.duration import in_words, longer
from models.plain_names import plain
from models.policy_records import RetentionRule

KIND: Final = "hold"
"""The kind of these files."""

LEGAL: Final = "legal_hold"
"""The one exception that every policy has, and that may be without an end."""


class Placed(Step):
    """A hold is placed. `subject`: a person's, file's or contact's id. `because`: `legal_hold` or an exception.

    `records`: the kinds of record that it keeps, for the policy gives its exceptions kind by kind; None: every kind.
    """

    kind: Literal["placed"] = "placed"
    subject: str
    because: str
    reason: Words
    until: date | None = None
    records: tuple[str, ...] | None = None


HoldStep = Annotated[Placed | Released | Noted, Field(discriminator="kind")]

HOLD_STEP: TypeAdapter[HoldStep] = TypeAdapter(HoldStep)
"""Reads a step from JSON."""


@dataclass(frozen=True, slots=True)
class HoldFile:
    """A hold as its steps leave it. `until`: its last day, None where it has none. `records`: as of `Placed`."""

    id: str
    subject: str
    because: str
    reason: str
    until: date | None
    records: tuple[str, ...] | None = None
    person: str | None = None
    released: Released | None = None
    steps: tuple[HoldStep, ...] = ()

    def holds(self, subject: str | None, kind: str, day: date) -> bool:
        """Whether it keeps a record of this kind, of this person or with this id, from deletion on `day`."""
        stands = self.released is None and (self.until is None or day <= self.until)
        return stands and self.subject == subject and (self.records is None or _ruled_as(kind) in self.records)


def fold(id_: str, steps: Sequence[HoldStep]) -> HoldFile:
    """The hold whose steps these are. ValueError where the first places none."""
    first = steps[0]
    if not isinstance(first, Placed):
        raise ValueError("a hold begins with its placing")
    hold = HoldFile(id_, first.subject, first.because, first.reason, first.until, first.records, steps=(first,))
    for step in steps[1:]:
        hold = _after(hold, step)
    return hold


def _after(hold: HoldFile, step: HoldStep) -> HoldFile:
    released = step if isinstance(step, Released) else hold.released
    return replace(hold, released=released, steps=(*hold.steps, step))


def begin(id_: str, step: Placed, situation: Situation) -> HoldFile:
    """A new hold. Refused where the policy has no such exception for what is held, or it would never end.

    An exception of a person keeps those of their records for which the policy has it, and no others.
    """
    rules = _excepting(step, situation)
    refuse(_of_placing(step, rules, situation))
    kinds = None if step.because == LEGAL else tuple(dict.fromkeys(rule.record for rule in rules))
    placed = step.model_copy(update={"records": kinds})
    return replace(fold(id_, [placed]), person=situation.person.id if situation.person else None)


def take(hold: HoldFile, step: HoldStep, situation: Situation) -> HoldFile:  # noqa: ARG001 - a course's signature
    """The hold after the step. Refused where it is released already."""
    if isinstance(step, Placed):
        raise Refused([Lack("it is placed already")])
    if isinstance(step, Released) and hold.released is not None:
        raise Refused([Lack(f"{hold.id} was released already")])
    return _after(hold, step)


def _excepting(step: Placed, situation: Situation) -> list[RetentionRule]:
    """The rules that have the exception, of the kinds that the step is about."""
    return [rule for rule in _about(step, situation) if step.because in rule.exceptions]


def _about(step: Placed, situation: Situation) -> list[RetentionRule]:
    kinds = None if step.records is None else set(map(_ruled_as, step.records))
    return [rule for rule in situation.rules.retention if kinds is None or rule.record in kinds]


def _ruled_as(kind: str) -> str:
    """The kind by whose rules a record is kept: the answers to a strategy's breaches, as long as that."""
    return "strategy" if kind == "breach_response" else kind


def _of_placing(step: Placed, rules: Sequence[RetentionRule], situation: Situation) -> Iterator[Lack]:
    cites = tuple(cite for rule in rules for cite in rule.cites)
    if step.until is not None and step.until <= situation.day:
        yield Lack("the day on which it ends has passed", field="until")
    if step.because == LEGAL:
        return
    if not rules:
        known = sorted({LEGAL, *(name for rule in _about(step, situation) for name in rule.exceptions)})
        of = "" if step.records is None else f" for a {' or '.join(map(plain, step.records))}"
        yield Lack(f"the policy has no exception {step.because!r}{of}; there are {', '.join(known)}", field="because")
        return
    most = _shortest(rules)
    last = later_by(situation.day, most)
    if step.until is None or step.until > last:
        text = f"an exception ends on a day, at most {in_words(most)} from now, on {last}; it can be placed again then"
        yield Lack(text, cites, "until")


def _shortest(rules: Sequence[RetentionRule]) -> str:
    """How long an exception lasts: no record is kept by it for longer than its own rule says."""
    least = rules[0].exception_lasts
    for rule in rules[1:]:
        least = rule.exception_lasts if longer(least, rule.exception_lasts) else least
    return least


def tasks(hold: HoldFile, situation: Situation) -> Iterator[Task]:
    """A hold that ends is looked at before, for what it held may be deleted after."""
    if hold.released is None and hold.until is not None:
        ahead = hold.until - timedelta(days=situation.rules.review.reminder_days)
        says = "A hold on deletion ends: place it again, or let it go"
        yield Task(f"{hold.id}/until", says, None, hold.until, (), ahead)
