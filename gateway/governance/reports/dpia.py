"""Facts for a data protection impact assessment (UK GDPR Art.35(7)). The assessment itself is the office's."""

from __future__ import annotations

from gateway.governance.reports.about import RISKS, data_kinds, in_short, volume
from gateway.governance.reports.document import TO_COMPLETE, Block, Bullets, Document, Paragraph, Rows, Section
from gateway.governance.reports.facts import OfficeFacts
from gateway.governance.reports.model_card import models_in_use
from models.duration import in_words
from models.plain_names import plain


def dpia(facts: OfficeFacts) -> Document:
    """What is known, and what only the office can say."""
    return Document(
        title="Facts for a data protection impact assessment",
        organisation=facts.organisation,
        opening=(
            f"Written by the triage gateway, version {facts.version}, from what runs here. It is not the assessment: "
            f"what stands as {TO_COMPLETE} is for the office to say, and the rest for it to check."
        ),
        sections=(
            Section("1. Who, and why this is assessed", _who(facts)),
            Section("2. What is done with whose data", _what(facts)),
            Section("3. Where the data is", _where(facts)),
            Section("4. Who sees it", _who_sees(facts)),
            Section("5. How long it is kept", _how_long(facts)),
            Section("6. Is it needed, and in proportion", _needed(facts)),
            Section("7. The models in use", (models_in_use(facts), _caveat(facts))),
            Section("8. Risks to people, and what meets them", _risks()),
            Section("9. Advice and decision", _decision()),
        ),
    )


def _who(facts: OfficeFacts) -> tuple[Block, ...]:
    rows = [
        ("Controller", facts.organisation),
        ("Data protection officer", TO_COMPLETE),
        ("Who fills this in, and when", TO_COMPLETE),
        ("Policy that is followed", f"{facts.pack.name}, version {facts.pack.version}"),
        (
            "Why an assessment is needed",
            "Data about crime and health is processed by new technology, some of it of vulnerable people "
            "(UK GDPR Art.35(1), Art.35(3)(b)).",
        ),
    ]
    return (Rows(("Question", "Answer"), rows),)


def _what(facts: OfficeFacts) -> tuple[Block, ...]:
    return (
        Paragraph(in_short(facts)),
        Paragraph(
            f"How much: {volume(facts)} People on the register: {facts.people:,}. Strategies in force (the policy's "
            f"word is {facts.pack.strategy_term}): {facts.strategies_in_force:,}."
        ),
        Rows(("What", "Whose", "Why"), data_kinds(facts)),
        Paragraph(
            "Special category and criminal offence data is in what people write, and in the signs that the scan "
            f"finds. People on the register who disclosed a need: {facts.people_with_needs:,}. The conditions relied "
            f"on (UK GDPR Art.9 and Art.10, Data Protection Act 2018 Sch.1): {TO_COMPLETE}"
        ),
        Paragraph(f"Lawful basis (UK GDPR Art.6; for a public task the law that gives it): {TO_COMPLETE}"),
    )


def _where(facts: OfficeFacts) -> tuple[Block, ...]:
    rows = [
        ("Mail is taken in at", ", ".join(facts.listens)),
        ("Mail goes on to", facts.relay),
        ("Kept in", f"the database {facts.store} on the machine that runs the gateway, encrypted record by record"),
        ("Keys", "In a file of their own, apart from the database and its backups"),
        ("Told off the premises", _targets(facts)),
        ("Machine, place and who hosts it", TO_COMPLETE),
        ("Backups, and for how long they are kept", TO_COMPLETE),
        (
            "Transfers out of the United Kingdom",
            f"None by the gateway itself. By the host or mail service: {TO_COMPLETE}",
        ),
    ]
    return (Rows(("Question", "Answer"), rows),)


def _targets(facts: OfficeFacts) -> str:
    if not facts.targets:
        return "Nothing: no target outside is set"
    named = ", ".join(f"{name} ({kind})" for name, kind in sorted(facts.targets.items()))
    return f"An alert's number, kind, urgency and a link, and nothing about a person: {named}"


def _who_sees(facts: OfficeFacts) -> tuple[Block, ...]:
    roles = [f"{says} (`{role}`)" for role, says in sorted(facts.pack.life.roles.items())]
    trail = "Every view and act is on an audit trail" + (
        ", whose head goes daily to somebody who does not run the gateway." if facts.auditor else "."
    )
    gate = ", ".join(facts.pack.life.roles.get(role, role) for role in facts.pack.life.sharing.asked)
    return (
        Paragraph(f"{trail} Before anything about a person goes to a partner, this role is asked: {gate}."),
        Paragraph("The policy's roles:"),
        Bullets(roles),
        Paragraph(f"Who holds each role, and who administers the machine: {TO_COMPLETE}"),
    )


_RECORDS = {
    "contact": "contact in which something was found, or of somebody with a strategy",
    "dangerous_person": "entry in the register of dangerous persons",
    "dangerous_property": "entry in the register of dangerous properties",
    "training": "record of a training",
}


def _how_long(facts: OfficeFacts) -> tuple[Block, ...]:
    rows = [
        (
            _RECORDS.get(rule.record, plain(rule.record)),
            f"{in_words(rule.period)} after it is {plain(rule.trigger)}",
            ", ".join(rule.cites) or "the strict default",
        )
        for rule in facts.pack.life.retention
    ]
    silent = Paragraph(f"The policy sets no periods. Those that apply: {TO_COMPLETE}")
    unflagged = (
        "what a contact says in which nothing was found, from somebody without restrictions",
        f"{facts.unflagged_days} days after it was sent on" if facts.unflagged_days else "no end: it is never erased",
        "the setting `retention.unflagged_days`",
    )
    return (
        Rows(("Record", "Kept for", "Rests on"), [unflagged, *rows]),
        *(() if rows else (silent,)),
        Paragraph(f"What applies to records that are not named here, and why: {TO_COMPLETE}"),
    )


def _needed(facts: OfficeFacts) -> tuple[Block, ...]:
    review = facts.pack.life.review
    return (
        Bullets(
            [
                f"A {facts.pack.strategy_term} is looked at again at most {in_words(review.ceiling)} later.",
                "It is about a matter where it can be, and touches no other; fresh matters are always heard.",
                "No decision about a person is made by the machine alone (UK GDPR Art.22A-22D).",
                f"It runs in the mode `{facts.mode}`: "
                + ("what people decided is acted on." if facts.mode == "enforce" else "it shows and changes nothing."),
            ]
        ),
        Paragraph(f"What else was considered, and why it was not enough: {TO_COMPLETE}"),
        Paragraph(f"Whose views were asked, or why nobody's (UK GDPR Art.35(9)): {TO_COMPLETE}"),
        Paragraph(f"How people are told (privacy notice): {TO_COMPLETE}"),
    )


def _caveat(facts: OfficeFacts) -> Paragraph:
    said = dict.fromkeys(made.caveat for made in facts.models if made.caveat)
    return Paragraph(" ".join(said) or "The models say nothing of their limits.")


def _risks() -> tuple[Block, ...]:
    rows = [(risk, measure, TO_COMPLETE) for risk, measure in RISKS]
    return (
        Rows(("Risk", "What the product does", "Likelihood, severity and what is left"), rows),
        Paragraph(f"Further risks of this office's own: {TO_COMPLETE}"),
    )


def _decision() -> tuple[Block, ...]:
    asked = ("Advice of the data protection officer", "What is left of each risk, and who accepts it")
    last = ("Whether the Information Commission is consulted (UK GDPR Art.36)", "When this is looked at again")
    return (Rows(("Question", "Answer"), [(each, TO_COMPLETE) for each in (*asked, *last)]),)
