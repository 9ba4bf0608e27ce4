"""What people read beside a contact: plain English, no markup, nothing of the sender's in a header."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.explanation import READ_IT, explanation
from gateway.harmless import harmless, one_line
from models.contact import Contact
from models.decision import Decision, Delivery, Queue
from models.finding import Category, Finding
from models.identity import MatchedAs, Strength
from models.organisation import Organisation
from models.plain_names import plain
from models.register import Dossier
from routing.rules.breaches import NOT_ALLOWED

_QUOTE_LENGTH = 300
_RECORD_LENGTH = 20_000
_SURELY = {Strength.EXACT: "certainly", Strength.PROBABLE: "probably", Strength.POSSIBLE: "possibly"}
_ROLES = {MatchedAs.PERSON: "", MatchedAs.REPRESENTATIVE: "a representative of "}
_HEEDED = ("complaint_conflict", "representative_limited", "representative_expired")


@dataclass(frozen=True, slots=True)
class Decided:
    """A contact, what was decided on it, and what is known of whoever it may be from: all that is told of it."""

    contact: Contact
    decision: Decision
    organisation: Organisation
    dossiers: tuple[Dossier, ...]


def diverted_text(decided: Decided, deliveries: Iterable[Delivery]) -> str:
    """The letter to the SPOC beside a diverted message."""
    decision, stood_for = decided.decision, tuple(deliveries)
    because = tuple(dict.fromkeys(reason for delivery in stood_for for reason in delivery.because))
    return _join(
        "This message was not delivered to those it was addressed to. It comes to you in their place.",
        _facts(decided),
        "It was diverted because of: " + "; ".join(_restriction(reason, decided) for reason in because),
        "Withheld from: " + ", ".join(delivery.recipient for delivery in stood_for),
        *_found(decision),
        *_seems_about(decision),
        *_to_heed(decision),
        "What you are asked to do: read it, decide whether it goes on to those it was addressed to (release it), and"
        " close the review item with your decision. Nobody else has answered it.",
        *_due(decided),
    )


def copy_text(decided: Decided, queues: Iterable[str]) -> str:
    """The letter beside a queue's copy; a record that is no email has its text in it."""
    contact, decision, queues = decided.contact, decided.decision, tuple(queues)
    named = ", ".join(_queue(queue) for queue in queues)
    record = () if contact.in_transit else ("The record:\n\n" + _quoted(_record(contact)),)
    return _join(
        f"This is a copy for: {named}. It changes nothing about where the contact itself went.",
        _facts(decided),
        *(_flagged(decision) if Queue.SPOC in queues else ()),
        *_found(decision),
        *_seems_about(decision),
        *_to_heed(decision),
        "What you are asked to do: read it, act on it as your own procedure says, and close the review item.",
        *_due(decided),
        *record,
    )


def alert_text(decided: Decided, headline: str, findings: tuple[Finding, ...]) -> str:
    """What an alert says in mail on our own premises."""
    return _join(
        headline,
        _facts(decided),
        *_found(decided.decision, findings),
        *_flagged(decided.decision),
        *_due(decided),
    )


def local_time(moment: datetime, organisation: Organisation) -> str:
    """`2 March 2026, 10:15 (Europe/London)`."""
    local = moment.astimezone(ZoneInfo(organisation.timezone))
    return f"{local.day} {local:%B %Y, %H:%M} ({organisation.timezone})"


def _facts(decided: Decided) -> str:
    contact, sender = decided.contact, decided.contact.sender
    names = {dossier.person.id: dossier.person.name for dossier in decided.dossiers}
    people = [
        f"{_SURELY[match.strength]} {_ROLES[match.as_]}{names.get(match.person) or 'somebody'} ({match.person})"
        for match in decided.decision.matches
    ]
    addressed = ", ".join(contact.recipients) or "nobody by name"
    return "\n".join(
        (
            f"Contact: {contact.id} ({plain(contact.channel)}, {plain(contact.direction)})",
            f"Received: {local_time(contact.received_at, decided.organisation)}",
            f"From: {one_line(sender.name or '')} {one_line(sender.identifier or 'withheld')}".replace("  ", " "),
            f"Known as: {'; '.join(map(one_line, people)) or 'nobody on the register'}",
            f"Addressed to: {one_line(addressed)}",
        )
    )


def _found(decision: Decision, findings: tuple[Finding, ...] | None = None) -> tuple[str, ...]:
    shown = decision.findings if findings is None else findings
    # An alert may be read on a telephone: it is told what was said, and the reviewer's letter also why.
    lines = [line for finding in shown for line in _finding(finding, explained=findings is None)]
    return ("What was found:\n" + "\n".join(lines),) if lines else ()


def _flagged(decision: Decision) -> tuple[str, ...]:
    """What each breach is of: of a call or letter, which is not diverted, nothing else says so."""
    return tuple(
        f"Flagged: strategy {flagged.strategy}, restriction {flagged.restriction}: {NOT_ALLOWED[flagged.kind]}"
        for flagged in decision.breaches
    )


def _seems_about(decision: Decision) -> tuple[str, ...]:
    """Whom a complaint seems to be about: for the reader to agree with or not, who alone can send it on."""
    return tuple(
        f"{reason.text} That is a guess from its words: you decide where it goes."
        for reason in decision.reasons
        if reason.rule == "complaint_subject"
    )


def _to_heed(decision: Decision) -> tuple[str, ...]:
    """What whoever acts on it must know first: who decides a complaint, and for what a representative may speak."""
    return tuple(reason.text for reason in decision.reasons if reason.rule in _HEEDED)


def _finding(finding: Finding, *, explained: bool) -> list[str]:
    at_risk = f"; at risk: {one_line(finding.at_risk)}" if finding.at_risk else ""
    lines = [f"- {plain(finding.label)} ({plain(finding.urgency)}){at_risk}"]
    for evidence in finding.evidence[:3]:
        quote, part = one_line(evidence.quote), one_line(evidence.part)
        shown = quote if len(quote) <= _QUOTE_LENGTH else quote[:_QUOTE_LENGTH] + "…"
        lines.append(f'    "{shown}" ({part})' if shown else f"    {part}: {READ_IT}")
        if explained:
            lines += (f"      {why}" for why in explanation(evidence))
    if finding.category is Category.SYSTEM and not finding.evidence:
        lines.append(f"    {READ_IT}")
    return lines


def _due(decided: Decided) -> tuple[str, ...]:
    items = decided.decision.review
    if not items:
        return ()
    return (
        "To be opened by:\n"
        + "\n".join(
            f"- {_queue(item.queue)}: {local_time(item.due_at, decided.organisation)} ({item.priority.value})"
            for item in items
        ),
    )


def _restriction(reason: str, decided: Decided) -> str:
    """What a restriction means, and the paragraphs that the decision gives for it."""
    strategy_id, _, restriction_id = reason.partition("/")
    kinds = {
        restriction.kind
        for dossier in decided.dossiers
        for strategy in dossier.strategies
        if strategy.id == strategy_id
        for restriction in strategy.restrictions
        if restriction.id == restriction_id
    }
    meant = (NOT_ALLOWED.get(kind, plain(kind)) for kind in sorted(kinds))
    cites = dict.fromkeys(
        cite for one in decided.decision.reasons if one.text.startswith(f"{reason}:") for cite in one.cites
    )
    paragraphs = f" ({'; '.join(cites)})" if cites else ""
    return f"strategy {strategy_id}, restriction {restriction_id}: {', '.join(meant)}{paragraphs}"


def _record(contact: Contact) -> str:
    text = "\n\n".join(f"[{part.name}]\n{part.text}" for part in contact.parts) or "(no text)"
    return text if len(text) <= _RECORD_LENGTH else text[:_RECORD_LENGTH] + "\n[cut here; the whole is in the gateway]"


def _quoted(text: str) -> str:
    return "\n".join("> " + harmless(line) for line in text.splitlines())


def _queue(queue: str) -> str:
    return "SPOC" if queue == "spoc" else plain(queue)


def _join(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)
