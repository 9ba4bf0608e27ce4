"""What the reports about the tool have in common: sentences on what it does, and the risks with what meets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.governance.reports.facts import OfficeFacts

_IN_SHORT: Final = (
    "The triage gateway takes in everything that is sent to the office, reads it for signs of crime, of somebody at "
    "risk and of requests that the law gives a right to, and puts it before the right person. Where a contact strategy "
    "limits how somebody may contact the office, it sends what does not keep to it to the person named for that. "
    "Because of a strategy nothing is refused, thrown away or left unread. Like any mail server it does not take what "
    "is too large, or comes from a computer that may not use it; its sender's server is told. {erased} It decides "
    "about nobody: it proposes, and a named person decides."
)


def in_short(facts: OfficeFacts) -> str:
    """What the tool does, in a paragraph."""
    erased = "Nothing is deleted but by a named person, once its period is over."
    if days := facts.unflagged_days:
        erased = (
            f"What a contact says in which nothing was found is erased {days} days after it was sent on; anything else "
            "is deleted only by a named person, once its period is over."
        )
    return _IN_SHORT.format(erased=erased)


RISKS: Final[Sequence[tuple[str, str]]] = (
    (
        "A sign of danger is missed.",
        "The scan puts contacts in order; it replaces nobody's reading. Every contact of a restricted person is read "
        "by a person whatever the score. What could not be read is said. The model card tells how much is missed.",
    ),
    (
        "Somebody is restricted wrongly, or more than the policy allows.",
        "The gateway makes, tightens, extends and ends no strategy. The policy's checks, approvals, notice and review "
        "dates are held to; a lapse is told. Only an exact match of an identifier can restrict.",
    ),
    (
        "Somebody cannot use their rights because of a restriction.",
        "Requests for information, complaints and applications for review are never withheld and never a breach, and "
        "their clocks are kept. Adjustments that a person disclosed go before a restriction.",
    ),
    (
        "The scan treats ways of writing, dialects or languages unequally.",
        "It was measured by voice and spelling (see the model card). Text in another language than English goes to a "
        "person, not scored as clear. Tone is never a breach.",
    ),
    (
        "People rely on the machine without looking.",
        "Every finding shows the words it rests on and the rule that applied. How often people overrode it is counted "
        "in the annual report.",
    ),
    (
        "Somebody reads what they have no need to see, or a copy of the disk is taken.",
        "Content is encrypted with a key for each record. Every view is on an audit trail that shows any later change. "
        "Alerts outside the premises name nobody.",
    ),
    (
        "More is kept, or for longer, than is needed.",
        "Each kind of record has its period, and what is deleted cannot be read any more; a backup from before holds "
        "it until the backup is gone. Only needs that somebody disclosed are kept; nothing about health is inferred.",
    ),
    (
        "Mail is lost or held up.",
        "A message is on the disk before the sender is told it was taken. What cannot be triaged is held for a person "
        "and told. In an emergency everything can be passed on unread (pass-through), and that is told until it ends.",
    ),
)
"""What may go wrong, and what the product does about it."""


def data_kinds(facts: OfficeFacts) -> list[tuple[str, str, str]]:
    """(what, whose, why) of everything that is kept."""
    everybody, restricted = "Anybody who contacts the office", "People on the register"
    term = facts.pack.strategy_term
    registers = [_REGISTERS[rule.kind] for rule in facts.pack.life.registers if rule.kind in _REGISTERS]
    trained = [("Who of the staff was trained in what, and when", "Staff of the office", "The policy asks for it")]
    return [
        ("Mail, letters, notes of calls and visits, as they came", everybody, "To be read, answered and shown"),
        (
            "What they say of others: family, neighbours, colleagues, staff",
            "Anybody who is named in a contact, children too",
            "It is part of what was sent; nobody is entered anywhere because of it",
        ),
        ("Who it is from and to, and when", everybody, "To know who is writing, and count what is agreed"),
        ("What the scan found, with the words it rests on", everybody, "To put it before the right person in time"),
        ("Names, addresses and numbers, matters, representatives", restricted, "To tell whom a restriction is about"),
        ("Needs and adjustments that they disclosed", restricted, "Equality Act 2010: adjustments go before measures"),
        (f"Each step in the life of a {term}, with reasons", restricted, "To be fair, reviewed and able to be shown"),
        (
            "Incidents: what happened on a call, in writing, online or on a visit, and what was done",
            "Whoever is said to have done it, staff who were affected, and others who were there",
            "To look after staff, and to decide on the police and referrals",
        ),
        ("Challenges, their reasons and outcome", restricted, "To have somebody else look again"),
        ("What was passed on to others, to whom and why", restricted, "To share only what may be shared"),
        *registers,
        ("Who of the staff did what, and when", "Staff of the office", "To be accountable"),
        *(trained if facts.pack.life.training else ()),
    ]


_REGISTERS: Final = {
    "dangerous_persons": (
        "Register of dangerous persons: facts, ways to contact them, who needs to know, who asked before a visit",
        "People who were found dangerous to staff",
        "To keep staff safe",
    ),
    "dangerous_properties": (
        "Register of dangerous properties: facts, how to visit, who needs to know, who asked before a visit",
        "Whoever lives or works at the address",
        "To keep staff safe",
    ),
    "complex_cases": (
        "Complex cases: open issues, conferences, who does what by when",
        "People who deal with several services, and staff",
        "To bring what several services do to an end together",
    ),
}
"""Registers beside that of strategies, by the policy's kind."""


def volume(facts: OfficeFacts) -> str:
    """How much, in a sentence."""
    total = sum(facts.contacts_a_year.values())
    by_channel = ", ".join(f"{count:,} by {channel}" for channel, count in sorted(facts.contacts_a_year.items()))
    return f"{total:,} contacts in the last twelve months" + (f" ({by_channel})." if by_channel else ".")
