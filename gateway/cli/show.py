"""A decision as a person at a terminal reads it: what was found, where it goes, why."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.explanation import explanation
from models.decision import Decision, Disposition

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
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    contact = decision.contact
    at = contact.received_at.astimezone(ZoneInfo(zone))
    table.add_row("Contact", f"{contact.channel}, {contact.direction}, {at:%a %d %b %Y %H:%M}, {contact.id}")
    table.add_row("From", _plain(contact.sender.name, contact.sender.identifier, f"({contact.sender.authentication})"))
    for match in decision.matches:
        table.add_row("Is", f"{match.person} as {match.as_}, {match.strength} by {match.by}")
    if decision.strategies:
        table.add_row("Strategies", ", ".join(decision.strategies))
    if decision.matter:
        table.add_row("Matter", _plain(decision.matter.verdict, decision.matter.nearest))
    for finding in decision.findings:
        style = _URGENT[finding.urgency]
        table.add_row("Found", Text(f"{finding.label} {finding.score:.2f} ({finding.urgency})", style=style))
        if finding.at_risk:
            table.add_row("", Text(f"at risk: {finding.at_risk}"))
        for evidence in finding.evidence[:2]:
            table.add_row("", Text(f"“{evidence.quote}” ({evidence.part}, {evidence.by})", style="dim"))
            for why in explanation(evidence):
                table.add_row("", Text(f"  {why}", style="dim"))
    for delivery in decision.deliveries:
        goes = "" if delivery.disposition is Disposition.DELIVER else f" because of {', '.join(delivery.because)}"
        does = f"Would {delivery.disposition.value}" if held else delivery.disposition.value.capitalize()
        table.add_row(does, f"{delivery.recipient} → {delivery.to}{goes}")
    if held:
        table.add_row("Held", Text(held))
    for line in became:
        table.add_row("Since", Text(line))
    for copy in decision.copies:
        table.add_row("Copy", f"{copy.queue} → {copy.to}")
    for breach in decision.breaches:
        table.add_row(
            "Breach", f"{breach.strategy}/{breach.restriction} {breach.kind}: flagged, for a person to confirm"
        )
    for item in decision.review:
        due = item.due_at.astimezone(ZoneInfo(zone))
        table.add_row("Review", f"{item.queue}, {item.priority}, by {due:%a %d %b %H:%M}")
    for alert in decision.alerts:
        table.add_row("Alert", f"{alert.kind}, {alert.urgency} → {', '.join(alert.to)}")
    if decision.live:
        table.add_row("Switchboard", _plain(decision.live.answer, decision.live.text))
    table.add_row(
        "Reply", f"due by {decision.reply.by}" if decision.reply.by else ("due" if decision.reply.due else "not due")
    )
    for reason in decision.reasons:
        cites = f" [{'; '.join(reason.cites)}]" if reason.cites else ""
        table.add_row("Why", Text(f"{reason.text}{cites}"))
    (console or Console()).print(table)


def _plain(*parts: object) -> Text:
    """The parts that are there; as text, so that nothing in them is read as markup."""
    return Text(" ".join(str(part) for part in parts if part))
