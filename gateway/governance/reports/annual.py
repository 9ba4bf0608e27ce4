"""The figures of a year, as tables (Staffordshire 7.1 asks for two of them; the rest answers how well it is done)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.governance.reports.annual_page import AnnualReport, Figure, Table, Unit
from gateway.governance.reports.small_numbers import marked, published
from models.decision import CONCERN_QUEUES
from models.policy import PolicyPack


@dataclass(frozen=True, slots=True)
class StrategyFacts:
    """A strategy in the year. `discloses`: the person told the office of a need. `kinds`: what is restricted.

    `behaviours`: what it is about, by the pack's ids; None: not known, since only the register has it or it was erased.
    `reviews_erased`: reviews of a file that was erased, of which nobody knows any more by when they were due.
    """

    introduced: bool
    ended: bool
    in_force: bool
    discloses: bool
    kinds: frozenset[str] = frozenset()
    reviews_in_time: int = 0
    reviews_late: int = 0
    reviews_erased: int = 0
    behaviours: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A review item of a contact received in the year. `waited_minutes`: until somebody opened it, None: nobody has."""

    queue: str
    waited_minutes: int | None
    late: bool
    closed: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What is counted. `breaches`: by (channel, status). `undone`: by reason."""

    contacts: Mapping[str, int]
    breaches: Mapping[tuple[str, str], int]
    undone: Mapping[str, int]
    strategies: Sequence[StrategyFacts]
    items: Sequence[ItemFacts]


def annual_report(
    facts: YearFacts,
    pack: PolicyPack,
    organisation: str,
    *,
    since: date,
    until: date,
    made_at: datetime,
    publish: bool,
) -> AnnualReport:
    """The report; with `publish` small numbers are hidden, otherwise marked."""
    tables = (
        _strategies(facts),
        _behaviours(facts, pack),
        _breaches(facts),
        _undone(facts),
        _breaches_by_channel(facts),
        _contacts(facts),
        _waited(facts),
        _late(facts),
        _reviews(facts),
        _concerns(facts),
        _overridden(facts),
        _disclosed(facts),
        _kinds_with_needs(facts),
    )
    owed = [pack.life.roles.get(rule.to, rule.to) for rule in pack.life.reports]
    return AnnualReport(
        organisation=organisation,
        policy=f"{pack.name}, version {pack.version}",
        owed_to=tuple(dict.fromkeys(owed)),
        cites=tuple(dict.fromkeys(cite for rule in pack.life.reports for cite in rule.cites)),
        since=since,
        until=until,
        made_at=made_at,
        published=publish,
        marking=pack.life.marking,
        tables=tuple(map(published if publish else marked, tables)),
    )


def _strategies(facts: YearFacts) -> Table:
    return Table(
        id="strategies",
        title="Strategies",
        says="How many came into force in the year, how many ended in it, and how many were in force on its last day.",
        figures=_counts(
            {
                "Introduced": sum(each.introduced for each in facts.strategies),
                "Ended": sum(each.ended for each in facts.strategies),
                "In force on the last day": sum(each.in_force for each in facts.strategies),
            }
        ),
    )


def _behaviours(facts: YearFacts, pack: PolicyPack) -> Table:
    introduced = [each.behaviours for each in facts.strategies if each.introduced]
    counted = Counter(behaviour for each in introduced if each is not None for behaviour in each)
    known = {each.id: each.says for each in pack.life.behaviours}
    # In the policy's order; what only an earlier version named comes after.
    ordered = [id_ for id_ in known if counted[id_]] + sorted(counted.keys() - known.keys())
    figures = [Figure(name=known.get(id_, _words(id_)), value=counted[id_]) for id_ in ordered]
    without = {
        "No behaviour is named": sum(each is not None and not each for each in introduced),
        "Not known": sum(each is None for each in introduced),
    }
    return Table(
        id="strategies_by_behaviour",
        title="Strategies by behaviour",
        says="Of the strategies that came into force in the year, how many are about each kind of behaviour that the "
        "policy names. One strategy may be about several. Of one that stands in the register only, or whose file was "
        "erased, it is not known.",
        figures=(*figures, *_counts({name: number for name, number in without.items() if number})),
    )


def _breaches(facts: YearFacts) -> Table:
    by_status: Counter[str] = Counter()
    for (_channel, status), number in facts.breaches.items():
        by_status[status] += number
    return _whole(
        "breaches",
        "Breaches",
        "The gateway flags a contact that a restriction did not allow. A named person confirms or dismisses it.",
        {
            "Confirmed": by_status["confirmed"],
            "Dismissed": by_status["dismissed"],
            "Not decided": by_status["flagged"],
        },
    )


def _undone(facts: YearFacts) -> Table:
    return _whole(
        "breaches_undone",
        "Decisions on breaches that were undone",
        "A confirmed breach that was found to be an error, an invitation of ours, or covered by an adjustment.",
        {_words(reason): number for reason, number in sorted(facts.undone.items())},
    )


def _breaches_by_channel(facts: YearFacts) -> Table:
    by_channel = {
        channel: number for (channel, status), number in sorted(facts.breaches.items()) if status == "confirmed"
    }
    return _whole(
        "breaches_by_channel",
        "Confirmed breaches by channel",
        "How the contacts came that people confirmed as breaches.",
        {_words(channel): number for channel, number in by_channel.items()},
    )


def _contacts(facts: YearFacts) -> Table:
    return _whole(
        "contacts",
        "Contacts by channel",
        "Everything that was taken in, whoever it came from.",
        {_words(channel): number for channel, number in sorted(facts.contacts.items())},
    )


def _waited(facts: YearFacts) -> Table:
    by_queue: dict[str, list[int]] = {}
    for item in facts.items:
        if item.waited_minutes is not None:
            by_queue.setdefault(item.queue, []).append(item.waited_minutes)
    figures = []
    for queue, minutes in sorted(by_queue.items()):
        figures += [
            Figure(name=f"{_words(queue)}: half within", value=_percentile(minutes, 50), base=len(minutes)),
            Figure(name=f"{_words(queue)}: nine in ten within", value=_percentile(minutes, 90), base=len(minutes)),
        ]
    return Table(
        id="time_to_review",
        title="Time until somebody looked",
        says="Minutes from when a contact came to when a person opened it for review, at any hour of any day.",
        unit=Unit.MINUTES,
        figures=tuple(figures),
    )


def _late(facts: YearFacts) -> Table:
    late = Counter(item.queue for item in facts.items if item.late)
    return _whole(
        "overdue",
        "Reviews of contacts that were late",
        "Opened after the time by which they were due, or still not opened.",
        {_words(queue): number for queue, number in sorted(late.items())},
    )


def _reviews(facts: YearFacts) -> Table:
    parts = {
        "In time": sum(each.reviews_in_time for each in facts.strategies),
        "Late": sum(each.reviews_late for each in facts.strategies),
    }
    erased = sum(each.reviews_erased for each in facts.strategies)
    return _whole(
        "strategy_reviews",
        "Reviews of strategies",
        "Whether a strategy was looked at again by the day that was set for it. Once a file is erased, nobody knows "
        "more than that it was reviewed.",
        {**parts, "Not known any more": erased} if erased else parts,
    )


def _concerns(facts: YearFacts) -> Table:
    outcomes = Counter(_outcome(item) for item in facts.items if item.queue in CONCERN_QUEUES.values())
    return _whole(
        "concerns",
        "Concerns by outcome",
        "What people made of the contacts in which the gateway saw a sign of crime or of somebody at risk.",
        {name: outcomes[name] for name in ("Confirmed", "Dismissed", "Closed with another outcome", "Not closed")},
    )


def _overridden(facts: YearFacts) -> Table:
    concerns = Counter(_outcome(item) for item in facts.items if item.queue in CONCERN_QUEUES.values())
    breaches: Counter[str] = Counter()
    for (_channel, status), number in facts.breaches.items():
        breaches[status] += number
    rates = (
        ("Concerns", concerns["Dismissed"], concerns["Confirmed"]),
        ("Breaches", breaches["dismissed"], breaches["confirmed"]),
    )
    return Table(
        id="overridden",
        title="Proposals of the machine that people overrode",
        says="Of those that a person confirmed or dismissed, how many in a hundred they dismissed.",
        unit=Unit.PERCENT,
        figures=tuple(_rate(name, dismissed, confirmed) for name, dismissed, confirmed in rates),
    )


def _disclosed(facts: YearFacts) -> Table:
    in_force = [each for each in facts.strategies if each.in_force]
    return _whole(
        "disclosed_needs",
        "Strategies and disclosed needs",
        "Strategies in force on the last day, by whether the person has told the office of a need. Nothing about "
        "anybody's health is inferred, so needs that were not disclosed are not among these.",
        {
            "The person disclosed a need": sum(each.discloses for each in in_force),
            "No need was disclosed": sum(not each.discloses for each in in_force),
        },
    )


def _kinds_with_needs(facts: YearFacts) -> Table:
    kinds = Counter(kind for each in facts.strategies if each.in_force and each.discloses for kind in each.kinds)
    return Table(
        id="restrictions_with_disclosed_needs",
        title="What is restricted where a need was disclosed",
        says="In how many of those strategies each kind of restriction stands. One strategy may have several.",
        figures=_counts({_words(kind): number for kind, number in sorted(kinds.items())}),
    )


def _outcome(item: ItemFacts) -> str:
    if not item.closed:
        return "Not closed"
    word = (item.outcome or "").lower()
    return {"confirmed": "Confirmed", "dismissed": "Dismissed"}.get(word, "Closed with another outcome")


def _rate(name: str, dismissed: int, confirmed: int) -> Figure:
    decided = dismissed + confirmed
    return Figure(name=name, value=round(100 * dismissed / decided) if decided else None, base=decided)


def _whole(id_: str, title: str, says: str, parts: Mapping[str, int]) -> Table:
    figures = _counts(parts)
    return Table(id=id_, title=title, says=says, figures=figures, total=Figure(name="All", value=sum(parts.values())))


def _counts(parts: Mapping[str, int]) -> tuple[Figure, ...]:
    return tuple(Figure(name=name, value=number) for name, number in parts.items())


def _percentile(values: Iterable[int], percent: int) -> int:
    """The least value that at least so many in a hundred are within (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _words(name: str) -> str:
    spoken = " ".join("SPOC" if word == "spoc" else word for word in name.split("_"))
    return spoken[:1].upper() + spoken[1:]
