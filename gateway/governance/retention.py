"""Which records are due for deletion on a day, and what keeps the others. Pure.

A period runs from the day the rule names: when the file was closed, when a strategy came to rest, or when the last
thing was done with a contact. Nothing is due while the policy gives it no period, while anybody works on it, while a
hold covers it or its person, or while another file of the person is open that may need it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gateway.governance.holds import LEGAL, HoldFile
from gateway.governance.situation import later_by
from gateway.governance.strategy_file import Standing, StrategyFile
from models.duration import in_words
from models.plain_names import plain
from models.policy_question import Cites
from models.policy_records import RetentionRule

# A dispute, an answer to a breach or a disclosure rests on what other files of the same person say.
_NEED_OTHERS = frozenset({"challenge", "breach_response", "disclosure", "incident"})
# Further activity of these kinds begins a resting strategy's period anew (Wealden L150-L152).
_ACTIVITY = frozenset({"strategy", "incident", "breach_response"})

CONTACT = "contact"
"""The kind of a contact in the policy's rules."""

RESTS = "dormant"
"""The trigger of a period that runs from when a strategy came to rest."""

STRICT = RetentionRule(record=CONTACT, trigger="closed", period="P24M", exceptions=(LEGAL,))
"""What holds for contacts where the policy gives them no period: the shortest that any of the five policies gives."""


@dataclass(frozen=True, slots=True)
class Record:
    """A file or a contact as far as retention looks at it.

    `since`: trigger to the day it came about; empty while anything can still happen in it. `steps`: how many it has, of
    a contact the decisions. `held`: why a step within the file itself keeps it, and until when.
    """

    id: str
    kind: str
    person: str | None
    opened: date
    closed: bool
    steps: int
    since: Mapping[str, date] = field(default_factory=dict)
    rules: tuple[RetentionRule, ...] = ()
    held: str | None = None

    @property
    def name(self) -> str:
        """As its certificate names it."""
        return f"contact/{self.id}" if self.kind == CONTACT else f"file/{self.id}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with a period that has begun. `due`: from when it may go; `kept_by`: what keeps it, in words.

    `with_it`: what else is deleted with it, in words.
    """

    record: Record
    rule: RetentionRule
    due: date
    kept_by: tuple[str, ...] = ()
    with_it: tuple[str, ...] = ()

    def is_due(self, day: date) -> bool:
        """Whether it is to be deleted on `day`."""
        return self.due <= day and not self.kept_by

    @property
    def because(self) -> str:
        """The rule in words, as a certificate says it."""
        return rule_in_words(self.rule.record, self.rule.period, self.rule.trigger, self.rule.cites)


def judge(records: Sequence[Record], holds: Collection[HoldFile], day: date) -> tuple[Judged, ...]:
    """Every record whose period has begun, the one due first first."""
    found = [judged for record in records for judged in _judge(record, records, holds, day)]
    return tuple(sorted(found, key=lambda judged: (judged.due, judged.record.id)))


def _judge(record: Record, records: Sequence[Record], holds: Collection[HoldFile], day: date) -> Iterator[Judged]:
    ends = _ends(record, records) if record.closed else None
    if ends is not None:
        yield Judged(record, ends[1], ends[0], tuple(_kept_by(record, records, holds, day)))


def judge_contact(
    record: Record,
    people: Collection[str],
    holds: Collection[HoldFile],
    needed_by: Mapping[str, Collection[str]],
    day: date,
) -> Judged | None:
    """A contact whose period has begun; None for any other.

    `people`: everybody whom it may be from, however uncertain: a doubt is no reason to delete. `needed_by`: by person,
    the files and strategies that are not over and may rest on what the contact says.
    """
    ends = _ends(record, (record,))
    if ends is None:
        return None
    kept = list(_held(holds, (record.id, *sorted(people)), record.kind, day))
    needing = sorted({id_ for person in people for id_ in needed_by.get(person, ())})
    kept += [f"{id_} is open, which may need it" for id_ in needing]
    return Judged(record, ends[1], ends[0], tuple(kept))


def contact_rules(rules: Iterable[RetentionRule]) -> tuple[RetentionRule, ...]:
    """What the policy says of contacts, or else the strict default."""
    return tuple(rule for rule in rules if rule.record == CONTACT) or (STRICT,)


def without_a_rule(kind: str) -> RetentionRule:
    """The strict default for a file of a kind that no policy speaks of, and that would be kept for ever otherwise."""
    return STRICT.model_copy(update={"record": kind})


def as_its_strategy(kind: str, rules: Iterable[RetentionRule]) -> tuple[RetentionRule, ...]:
    """The rules for a file that is a part of a strategy's: it is kept as long, so that breaches are counted right."""
    return tuple(rule.model_copy(update={"record": kind}) for rule in rules if rule.record == "strategy")


def begun_by(day: date, period: str) -> date:
    """The last day from which a period is over on `day`.

    >>> begun_by(date(2027, 2, 28), "P3M"), begun_by(date(2026, 11, 29), "P24M")
    (datetime.date(2026, 11, 30), datetime.date(2024, 11, 29))
    """
    begun = day
    while (over := later_by(begun, period)) > day:
        begun -= over - day
    while later_by(begun + timedelta(days=1), period) <= day:
        begun += timedelta(days=1)
    return begun


def _ends(record: Record, records: Iterable[Record]) -> tuple[date, RetentionRule] | None:
    """When its period is over, and by which rule; of several rules the one that keeps it longest counts."""
    runs = [(_begins(record, rule, records), rule) for rule in record.rules if rule.record == record.kind]
    ends = [(later_by(begins, rule.period), rule) for begins, rule in runs if begins is not None]
    return max(ends, key=lambda end: end[0]) if ends and len(ends) == len(runs) else None


def since_of(file: StrategyFile) -> dict[str, date]:
    """The days on which what the rules name came about in a strategy; what was withdrawn never had to come to rest."""
    rests = file.ended_on if file.standing is Standing.WITHDRAWN else file.dormant_on
    days = {"closed": file.ended_on, "ended": file.ended_on, RESTS: rests}
    return {trigger: day for trigger, day in days.items() if day is not None}


def _begins(record: Record, rule: RetentionRule, records: Iterable[Record]) -> date | None:
    begins = record.since.get(rule.trigger)
    if begins is None or rule.trigger != RESTS:
        return begins
    activity = [
        other.opened
        for other in records
        if other.person == record.person is not None and other.id != record.id and other.kind in _ACTIVITY
    ]
    return max([begins, *activity])


def _kept_by(record: Record, records: Iterable[Record], holds: Iterable[HoldFile], day: date) -> Iterator[str]:
    if record.held is not None:
        yield record.held
    subjects = (record.id,) if record.person is None else (record.id, record.person)
    yield from _held(holds, subjects, record.kind, day)
    for other in records:
        if other.person == record.person is not None and not other.closed and other.kind in _NEED_OTHERS:
            yield f"{other.id} is open, which may need it"


def _held(holds: Iterable[HoldFile], subjects: Sequence[str], kind: str, day: date) -> Iterator[str]:
    for hold in holds:
        if any(hold.holds(subject, kind, day) for subject in subjects):
            until = f" until {hold.until}" if hold.until else ""
            yield f"{plain(hold.because)}{until} ({hold.id})"


def code_of(due: Iterable[Judged]) -> str:
    """Twelve letters and digits that stand for a list: whoever confirms it confirms exactly this one."""
    lines = sorted(
        " ".join([judged.record.id, str(judged.record.steps), judged.because, *judged.with_it]) for judged in due
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def rule_in_words(record: str, period: str, trigger: str, cites: Cites) -> str:
    """A rule as a certificate says it.

    >>> rule_in_words("strategy", "P24M", "dormant", ("Wealden L150-L154",))
    'strategy: 24 months after it was dormant (Wealden L150-L154)'
    """
    rests_on = f" ({', '.join(cites)})" if cites else ""
    return f"{plain(record)}: {in_words(period)} after it was {trigger}{rests_on}"
