"""What must become of each sample contact, and how a decision differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from models.base import Model
from models.decision import AlertKind, Decision, Queue
from models.finding import Label
from models.identity import Strength


class Expected(Model):
    """One sample's outcome. `goes` and `breaches`: exactly these; `found`, `review`, `alerts`: these among others.

    `who` None: nobody of the register. `goes`: recipient to the address it ends at. `concern` False: no criminal or
    safeguarding finding may be there.
    """

    who: str | None = None
    strength: Strength = Strength.EXACT
    found: tuple[Label, ...] = ()
    concern: bool = False
    goes: Mapping[str, str] = {}
    breaches: tuple[str, ...] = ()
    review: tuple[Queue, ...] = ()
    alerts: tuple[AlertKind, ...] = ()


class Expectations(Model):
    """`messages` by the stem of the file's name, `calls` by the call's id in the log."""

    messages: Mapping[str, Expected]
    calls: Mapping[str, Expected]


def mismatches(expected: Expected, decision: Decision) -> Iterator[str]:
    """One line for each thing that is not as expected."""
    people = {(match.person, match.strength) for match in decision.matches}
    if (expected.who is None) != (not people) or (expected.who and (expected.who, expected.strength) not in people):
        wanted = f"{expected.who} ({expected.strength})" if expected.who else "nobody"
        yield _line("who", [wanted], [f"{person} ({strength})" for person, strength in people] or ["nobody"])
    labels = {finding.label for finding in decision.findings}
    if not labels.issuperset(expected.found):
        yield _line("found", expected.found, labels)
    concerns = {finding.label for finding in decision.findings if finding.is_concern}
    if concerns and not expected.concern:
        yield _line("found", ["no concern"], concerns)
    goes = {delivery.recipient: delivery.to for delivery in decision.deliveries}
    if goes != expected.goes:
        yield _line("goes", _arrows(expected.goes), _arrows(goes))
    breaches = {breach.kind for breach in decision.breaches}
    if breaches != set(expected.breaches):
        yield _line("breaches", expected.breaches, breaches)
    queues = {item.queue for item in decision.review}
    if not queues.issuperset(expected.review):
        yield _line("review", expected.review, queues)
    alerts = {alert.kind for alert in decision.alerts}
    if not alerts.issuperset(expected.alerts):
        yield _line("alerts", expected.alerts, alerts)


def _arrows(goes: Mapping[str, str]) -> list[str]:
    return [f"{recipient} → {to}" for recipient, to in goes.items()]


def _line(what: str, expected: Iterable[str], got: Iterable[str]) -> str:
    return f"{what}: expected {', '.join(expected) or 'none'}, got {', '.join(sorted(got)) or 'none'}"
