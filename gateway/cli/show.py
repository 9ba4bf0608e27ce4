"""A decision as a person at a terminal reads it: what was found, where it goes, why."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.explanation import READ_IT, explanation
from gateway.harmless import harmless
from models.decision import Decision, Disposition
from models.finding import Evidence

_URGENT = {"immediate": "bold red", "same_day": "yellow", "routine": "dim"}


def show_decision(
    decision: Decision,
    zone: str,
    *,
    held: str | None = None,
    became: Sequence[str] = (),
    console: Console | None = None,
) -> None:
    """Print the decision as one table; times in the organisation's zone.

    `held`: why it went to nobody yet. `became`: what else became of it since, such as that it could not be sent.
    """
    table = _Sheet(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    contact = decision.contact
    at = contact.received_at.astimezone(ZoneInfo(zone))
    table.say("Contact", f"{contact.channel}, {contact.direction}, {at:%a %d %b %Y %H:%M}, {contact.id}")
    table.say("From", _plain(contact.sender.name, contact.sender.identifier, f"({contact.sender.authentication})"))
    for match in decision.matches:
        table.say("Is", f"{match.person} as {match.as_}, {match.strength} by {match.by}")
    if decision.strategies:
        table.say("Strategies", ", ".join(decision.strategies))
    if decision.matter:
        table.say("Matter", _plain(decision.matter.verdict, decision.matter.nearest))
    for finding in decision.findings:
        style = _URGENT[finding.urgency]
        table.say("Found", f"{finding.label} {finding.score:.2f} ({finding.urgency})", style)
        if finding.at_risk:
            table.say("", f"at risk: {finding.at_risk}")
        for evidence in finding.evidence[:2]:
            table.say("", _said(evidence), "dim")
            for why in explanation(evidence):
                table.say("", f"  {why}", "dim")
    for delivery in decision.deliveries:
        goes = "" if delivery.disposition is Disposition.DELIVER else f" because of {', '.join(delivery.because)}"
        does = f"Would {delivery.disposition.value}" if held else delivery.disposition.value.capitalize()
        table.say(does, f"{delivery.recipient} → {delivery.to}{goes}")
    if held:
        table.say("Held", held)
    for line in became:
        table.say("Since", line)
    for copy in decision.copies:
        table.say("Copy", f"{copy.queue} → {copy.to}")
    for breach in decision.breaches:
        table.say("Breach", f"{breach.strategy}/{breach.restriction} {breach.kind}: flagged, for a person to confirm")
    for item in decision.review:
        due = item.due_at.astimezone(ZoneInfo(zone))
        table.say("Review", f"{item.queue}, {item.priority}, by {due:%a %d %b %H:%M}")
    for alert in decision.alerts:
        table.say("Alert", f"{alert.kind}, {alert.urgency} → {', '.join(alert.to)}")
    if decision.live:
        table.say("Switchboard", _plain(decision.live.answer, decision.live.text))
    table.say(
        "Reply", f"due by {decision.reply.by}" if decision.reply.by else ("due" if decision.reply.due else "not due")
    )
    for reason in decision.reasons:
        cites = f" [{'; '.join(reason.cites)}]" if reason.cites else ""
        table.say("Why", f"{reason.text}{cites}")
    (console or Console()).print(table)


def _said(evidence: Evidence) -> str:
    if not evidence.quote:
        return f"{evidence.part}: {READ_IT}"
    return f"“{evidence.quote}” ({evidence.part}, {evidence.by})"


def _plain(*parts: object) -> str:
    """The parts that are there."""
    return " ".join(str(part) for part in parts if part)


class _Sheet(Table):
    """Rows of a name and what is said of it, in which nothing of a stranger's is markup or moves the cursor."""

    def say(self, name: str, text: str, style: str = "") -> None:
        """One row."""
        self.add_row(name, Text(harmless(text), style=style))
