"""What came before an email in its conversation, as far as headers, history and quoted text show it."""

from __future__ import annotations

from models.contact import Channel, Direction
from models.history import Outbound
from routing.addresses import email_key
from routing.case import Case


def answered_ids(case: Case) -> frozenset[str]:
    """The Message-IDs that the contact answers (`In-Reply-To`, `References`)."""
    email = case.contact.email
    return frozenset((*email.in_reply_to, *email.references)) if email else frozenset()


def answered_outbound(case: Case) -> tuple[Outbound, ...]:
    """What we sent that the contact answers, by Message-ID."""
    ids = answered_ids(case)
    return tuple(sent for sent in case.history.outbound if sent.message_id in ids)


def others_brought_us_in(case: Case) -> bool:
    """Whether somebody else put us into this thread: we wrote in it, another did to us, or the quoted text shows it."""
    ids = answered_ids(case)
    if not ids:
        return False
    people = {match.person for match in case.matches}
    others_wrote = any(
        earlier.message_id in ids
        and earlier.channel is Channel.EMAIL
        and (earlier.direction is Direction.OUTBOUND or earlier.person not in people)
        for earlier in case.history.contacts
    )
    return others_wrote or bool(answered_outbound(case)) or _quoted_header_names_us(case)


def _quoted_header_names_us(case: Case) -> bool:
    """A quoted `From:` of somebody else with one of our addresses in the `To:` or `Cc:` below it."""
    sender = case.contact.sender.identifier
    own = email_key(sender) if sender else None
    author_is_another = False
    for line in case.contact.text_of("quoted").splitlines():
        name, _, value = line.lstrip("> \t").partition(":")
        addresses = [word.strip("<>,;()\"'") for word in value.replace(",", " ").split() if "@" in word]
        match name.strip("* ").lower():
            case "from":
                author_is_another = bool(addresses) and own not in {email_key(address) for address in addresses}
            case "to" | "cc":
                if author_is_another and any(case.is_ours(address) for address in addresses):
                    return True
    return False
