"""One row of the demo's table for each contact, printed as it is decided."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.harmless import harmless
from models.decision import Decision, Disposition
from models.finding import Urgency
from models.plain_names import plain

_STYLES = {Urgency.IMMEDIATE: "bold red", Urgency.SAME_DAY: "yellow", Urgency.ROUTINE: "cyan"}
_COLUMNS = (("Who", 4), ("Channel", 2), ("Found", 4), ("Where it went", 6), ("Why", 8))
_MOST_FINDINGS = 4
_SAID_ELSEWHERE = frozenset({"always_reviewed", "breach_flagged", "rights_copied"})


class ContactTable:
    """Rows under one heading, in columns that keep their widths. `names`: person id to name."""

    def __init__(self, console: Console, names: Mapping[str, str]) -> None:
        self._console = console
        self._names = names

    def heading(self) -> None:
        """The columns' names."""
        self._print([Text(name, style="bold") for name, _ in _COLUMNS])
        self._console.rule(style="dim")

    def row(self, decision: Decision) -> None:
        """One contact."""
        self._print(
            [self._who(decision), Text(decision.contact.channel), _found(decision), _went(decision), _why(decision)]
        )
        self._console.print()

    def _print(self, cells: list[Text]) -> None:
        table = Table(box=None, show_header=False, expand=True, padding=(0, 1, 0, 0), pad_edge=False)
        for cell in cells:
            cell.plain = harmless(cell.plain)
        for name, share in _COLUMNS:
            table.add_column(name, ratio=share, overflow="fold")
        table.add_row(*cells)
        self._console.print(table)

    def _who(self, decision: Decision) -> Text:
        match = next(iter(decision.matches), None)
        if match is None:
            sender = decision.contact.sender
            who = Text(sender.name or sender.identifier or "withheld", style="dim")
        else:
            role = "" if match.as_ == "person" else "for "
            sure = "" if match.strength == "exact" else f"\n{match.strength} by {match.by}"
            who = Text(f"{role}{self._names.get(match.person, '')} {match.person}{sure}")
        return who.append("\nlooked at again", style="dim") if decision.revision else who


def _found(decision: Decision) -> Text:
    findings = sorted(decision.findings, key=lambda finding: (not finding.is_concern, -finding.score))
    labels = list({finding.label: finding.urgency for finding in findings}.items())
    lines = [Text(plain(label), style=_STYLES[urgency]) for label, urgency in labels[:_MOST_FINDINGS]]
    if len(labels) > _MOST_FINDINGS:
        lines.append(Text(f"and {len(labels) - _MOST_FINDINGS} more", style="dim"))
    lines += [Text(f"breach: {plain(breach.kind)}", style="magenta") for breach in decision.breaches]
    return Text("\n").join(lines) if lines else Text("nothing", style="dim")


def _went(decision: Decision) -> Text:
    lines = [
        Text(delivery.recipient)
        if delivery.disposition is Disposition.DELIVER
        else Text(f"{delivery.recipient} → {delivery.to}", style="magenta")
        for delivery in decision.deliveries
    ]
    lines += [Text(f"copy → {copy.to}") for copy in decision.copies]
    if decision.live is not None:
        lines.append(Text(f"live answer: {decision.live.answer}"))
    lines += [Text(f"review: {item.queue}, {item.priority}", style="dim") for item in decision.review]
    return Text("\n").join(lines)


def _why(decision: Decision) -> Text:
    lines = [
        Text(reason.text).append(f" [{'; '.join(reason.cites)}]" if reason.cites else "", style="dim")
        for reason in decision.reasons
        if reason.rule not in _SAID_ELSEWHERE
    ]
    return Text("\n").join(lines)
