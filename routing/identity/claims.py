"""What a contact says of who it is from, each claim with the most it can be worth (CONTRACT §4.3).

Only what the sender put there now: never quoted history, attachments or hidden text. Everything is capped, so that a
hostile message costs no more than an ordinary one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import re2

from models.contact import Authentication, Channel, Contact, Direction, EmailFacts, SenderAddress
from models.identity import MatchedBy, Strength
from routing.identity import names, normalise, postal, signature
from routing.identity.names import CAPITAL, LETTERS, Name

_EMAIL: Final = re2.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"!?/.]+(?:\.[^\s@<>()\[\],;:\"!?/.]+)+")
_PHONE: Final = re2.compile(r"\+?\(?[0-9][0-9 ()./\x{a0}–-]{7,24}[0-9]")
_REFERENCE: Final = re2.compile(r"(?i)\b[a-z0-9]{1,12}(?:[/._-][a-z0-9]{1,12}){0,5}\b")
_SPACED_REFERENCE: Final = re2.compile(r"(?i)\b[a-z]{1,8} [0-9]{1,8}(?:[ /._-][0-9]{1,8}){0,2}\b")
_GROUPS: Final = re2.compile(r"[a-z]+|[0-9]+")
_LABELLED: Final = re2.compile(
    r"(?im)^[ \t>*•-]*(?:my |your |contact )?(?:e-?mail|phone|tel|telephone|mobile|mob|(?:home |postal )?address)"
    r"(?: address| number| no\.?)?[ \t]*[:=-][ \t]*(.{3,200})$"
)
_FORWARD: Final = re2.compile(r"(?i)^\s*(?:fwd?|fw)\s*:")
_CAPITALISED: Final = re2.compile(rf"{CAPITAL}(?:{LETTERS}|[.])*(?:[ ]{{1,2}}{CAPITAL}(?:{LETTERS}|[.])*)+")
_TITLED: Final = re2.compile(rf"\b(?i:mr|mrs|ms|miss|mx|dr|rev|cllr|sir|lady)\.? +({CAPITAL}{LETTERS}+)")
_CALLS: Final = frozenset({Channel.TELEPHONE, Channel.VOICEMAIL})
_SPOKEN: Final = frozenset({*_CALLS, Channel.VISIT})
_MAX_TEXT: Final = 200_000
_MAX_NAMES: Final = 64
_MAX_REFERENCES: Final = 64
_MAX_ADDRESSES: Final = 16


class LookupKey(NamedTuple):
    """What the store's index is asked for. `value` is normalised; it is personal data and is only stored as a hash.

    `kind`: `email`, `phone`, `social`, `postal`, `reference`, `name` (a whole name or alias), and the weaker
    `initial` (g tolley), `surname` and `sketch` (for misspellings).
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a contact says of its sender. `written`: the name as given, for the kinds that need comparing.

    `ceiling`: the most this claim can make of a match. `binds`: nothing else may lift that person above it (a forged
    or doubtful From address is not made better by what stands beneath it).
    """

    key: LookupKey
    by: MatchedBy
    ceiling: Strength
    binds: bool = False
    written: Name = ()


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of one contact. `given`: names the sender gave, by which one of several people may be picked.

    `sender_emails`: the normalised addresses that count as the sender, for telling our own mail. `sender`: the one
    identifier it came from, None where it came from none or several. `rules`: reasons already plain.
    """

    claims: tuple[Claim, ...]
    given: tuple[Name, ...] = ()
    sender_emails: tuple[str, ...] = ()
    sender: LookupKey | None = None
    rules: tuple[str, ...] = ()


def claims_of(contact: Contact) -> Claims:
    """Every claim of a contact, strongest sources first, without repeats."""
    if contact.direction is Direction.OUTBOUND:
        return Claims(tuple(_unique(_other_party(contact))))
    if contact.email is not None and contact.channel is Channel.EMAIL:
        return _of_email(contact, contact.email)
    return _of_record(contact)


def _of_email(contact: Contact, facts: EmailFacts) -> Claims:
    senders = facts.from_addresses or _written_senders(contact)
    resent = facts.resent_from
    if resent and facts.resent_authentication is Authentication.PASS:
        # Who passed it on is the sender; what the author wrote says nothing of them.
        passed_on = _unique([*_address(resent.address, Strength.EXACT), *_names((resent.name,))])
        emails = _emails((resent,))
        return Claims(tuple(passed_on), _given((resent.name,)), emails, _only(emails), ("resent",))
    several = len({normalise.email(s.address) or s.address for s in senders}) > 1
    failed = contact.sender.authentication is Authentication.FAIL
    rules = [rule for rule, holds in (("several_senders", several), ("resent", resent is not None)) if holds]
    ceiling = Strength.EXACT
    if resent:
        ceiling = Strength.PROBABLE
    if several or failed:
        ceiling = Strength.POSSIBLE
    claims: list[Claim] = []
    for sender in islice(senders, _MAX_ADDRESSES):
        claims += _address(sender.address, ceiling, binds=ceiling is Strength.POSSIBLE)
    if resent:
        refused = facts.resent_authentication is Authentication.FAIL
        claims += _address(resent.address, Strength.POSSIBLE if refused else Strength.PROBABLE)
    if facts.sender_header:
        claims += _address(facts.sender_header.address, Strength.PROBABLE)
    for reply_to in islice(facts.reply_to, _MAX_ADDRESSES):
        claims += _address(reply_to.address, Strength.PROBABLE, by=MatchedBy.REPLY_TO)
    shown = [a.name for a in (*senders, *([resent] if resent else ()), *facts.reply_to)][:_MAX_ADDRESSES]
    signed = signature.read(contact)
    claims += [*_names((*shown, *signed.names)), *_signature_ties(signed.text), *_references(contact)]
    given, emails = _given((*(s.name for s in senders), *signed.names)), _emails(senders)
    return Claims(tuple(_unique(claims)), given, emails, _only(emails), tuple(rules))


def _of_record(contact: Contact) -> Claims:
    """A call, letter, visit, form or post: what staff, a switch or a form wrote down."""
    written = contact.sender.identifier
    spoken = contact.channel in _SPOKEN
    caller = contact.call.caller if contact.call and contact.call.caller is not None else written
    typed = contact.channel is Channel.WEBFORM
    ceiling = Strength.PROBABLE if typed else Strength.EXACT
    if contact.sender.authentication is Authentication.FAIL:
        ceiling = Strength.POSSIBLE
    hidden = contact.channel in _CALLS | {Channel.SMS} and normalise.withheld(caller)
    claims: list[Claim] = []
    shown: list[str | None] = [contact.sender.name]
    if contact.channel in _CALLS | {Channel.SMS}:
        claims += _phone(caller or "", ceiling)
    elif written:
        claims += _sender_field(contact.channel, written, ceiling)
        shown.append(_without_addresses(written))
    signed = signature.read(contact)
    recorded = bool(_given(tuple(shown)))
    sender = claims[0].key if claims and claims[0].key.kind != "postal" else None
    shown += signed.names
    if typed:
        for match in islice(_LABELLED.finditer(contact.text_of("body")[:_MAX_TEXT]), _MAX_ADDRESSES):
            claims += [*_typed(match.group(1), ceiling), *_postal(match.group(1), ceiling)]
    if contact.channel is Channel.LETTER:
        # A letterhead is the writer's own only as far as the name beneath it says so; `match` looks at that.
        sure = Strength.EXACT if recorded else Strength.PROBABLE
        claims += [*_postal(signed.head, sure), *_postal(signed.text, sure)]
    given = _given(tuple(shown))
    if spoken:
        heard = _spoken(contact)
        claims += _names_in(heard)
        given += tuple(islice(_titled(heard), 8)) + _capitalised(heard)
    else:
        claims += _signature_ties(signed.text)
    claims += [*_names(tuple(shown)), *_references(contact)]
    return Claims(tuple(_unique(claims)), given, (), sender, ("withheld_number",) if hidden else ())


def _other_party(contact: Contact) -> Iterator[Claim]:
    """Whom we called or wrote to."""
    called = contact.call.called if contact.call else None
    for written in islice((*((called,) if called else ()), *contact.recipients), 4 * _MAX_ADDRESSES):
        if contact.channel in _CALLS | {Channel.SMS}:
            yield from _phone(written, Strength.EXACT)
        else:
            yield from _sender_field(contact.channel, written, Strength.EXACT)


def _sender_field(channel: Channel, text: str, ceiling: Strength) -> list[Claim]:
    text = text[:2000]
    claims = _typed(text, ceiling)
    if channel is Channel.SOCIAL_MEDIA and (handle := normalise.social(text)):
        site = normalise.platform(text)
        claims.append(Claim(LookupKey("social", handle), MatchedBy.SOCIAL, ceiling, written=(site,) if site else ()))
    return claims + _postal(text, ceiling)


def _typed(text: str, ceiling: Strength) -> list[Claim]:
    claims: list[Claim] = []
    for match in islice(_EMAIL.finditer(text), _MAX_ADDRESSES):
        claims += _address(match.group(), ceiling)
    for match in islice(_PHONE.finditer(_EMAIL.sub(" ", text)), _MAX_ADDRESSES):
        claims += _phone(match.group(), ceiling)
    return claims


def _without_addresses(text: str) -> str | None:
    """The name before the address in a sender field such as `Jordan Example, 4 High Street, TS1 1AA`."""
    first = _EMAIL.sub(" ", text[:400]).replace("<", " ").replace(">", " ").replace("\n", ",").split(",", 1)[0]
    return first.strip(" \"'-:;()") if not any(c.isdigit() for c in first) else None


def _address(text: str, ceiling: Strength, *, by: MatchedBy = MatchedBy.EMAIL, binds: bool = False) -> list[Claim]:
    value = normalise.email(text)
    return [Claim(LookupKey("email", value), by, ceiling, binds)] if value else []


def _phone(text: str, ceiling: Strength, *, by: MatchedBy = MatchedBy.PHONE) -> list[Claim]:
    value = normalise.phone(text)
    return [Claim(LookupKey("phone", value), by, ceiling)] if value else []


def _postal(text: str, ceiling: Strength) -> list[Claim]:
    return [Claim(LookupKey("postal", key), MatchedBy.POSTAL, ceiling) for key in postal.blocks(text)]


def _signature_ties(text: str) -> list[Claim]:
    """Telephone numbers and addresses beneath a message: a strong tie, never the sender's own identifier."""
    claims: list[Claim] = []
    for match in islice(_EMAIL.finditer(text), _MAX_ADDRESSES):
        claims += _address(match.group(), Strength.PROBABLE, by=MatchedBy.SIGNATURE)
    for match in islice(_PHONE.finditer(text), _MAX_ADDRESSES):
        claims += _phone(match.group(), Strength.PROBABLE, by=MatchedBy.SIGNATURE)
    return claims


def _references(contact: Contact) -> Iterator[Claim]:
    subject = contact.subject or ""
    if contact.email and (contact.email.forwarded or _FORWARD.search(subject)):
        subject = ""
    text = "\n".join((subject, contact.text_of("body", "signature", "notes", "transcript")[:_MAX_TEXT]))
    seen: set[str] = set()
    for pattern in (_REFERENCE, _SPACED_REFERENCE):
        for match in pattern.finditer(text):
            # What follows a reference may have run into it ("CR/2025/0123-van"), so its beginnings count too.
            groups = _GROUPS.findall(match.group().lower())
            for end in range(len(groups), 0, -1):
                value = normalise.reference("/".join(groups[:end]))
                if value and value not in seen:
                    seen.add(value)
                    yield Claim(LookupKey("reference", value), MatchedBy.CASE_REFERENCE, Strength.PROBABLE)
            if len(seen) >= _MAX_REFERENCES:
                return


def _names(texts: tuple[str | None, ...]) -> Iterator[Claim]:
    for text in texts:
        if not text:
            continue
        if surname := names.titled_surname(text):
            yield _name_claim("surname", surname[0], surname)
        elif written := names.name(text):
            yield from _whole_name(written)


def _whole_name(written: Name) -> Iterator[Claim]:
    yield _name_claim("name", " ".join(written), written)
    if initial := names.initial_surname(written):
        yield _name_claim("initial", initial, written)
    if outline := names.sketch(written):
        yield _name_claim("sketch", outline, written)


def _name_claim(kind: str, value: str, written: Name) -> Claim:
    return Claim(LookupKey(kind, value), MatchedBy.NAME, Strength.POSSIBLE, written=written)


def _spoken(contact: Contact) -> str:
    """Staff's notes and what the caller said; staff's own words in a transcript name other people."""
    said = [part.text for part in contact.parts if part.name == "transcript" and part.speaker != "staff"]
    return "\n".join((contact.text_of("notes", "body"), *said))[:20_000]


def _titled(text: str) -> Iterator[Name]:
    for match in _TITLED.finditer(text):
        if surname := names.name(match.group(1)):
            yield surname


def _capitalised(text: str) -> tuple[Name, ...]:
    found = (names.name(match.group()) for match in islice(_CAPITALISED.finditer(text), 16))
    return tuple(name for name in found if name)


def _names_in(text: str) -> Iterator[Claim]:
    """Names in notes: runs of two to four capitalised words, words at the start however written, and `Mr Stubbs`."""
    for surname in islice(_titled(text), 8):
        yield _name_claim("surname", surname[-1], surname)
    runs = [match.group().replace(".", " ").split() for match in islice(_CAPITALISED.finditer(text), _MAX_NAMES)]
    runs.append(text[:400].replace(".", " ").replace(",", " ").split()[:24])
    grams = (run[i : i + size] for run in runs for size in (2, 3, 4) for i in range(len(run) - size + 1))
    seen: set[Name] = set()
    for gram in grams:
        written = names.name(" ".join(gram))
        if len(written) > 1 and written not in seen:
            seen.add(written)
            yield _name_claim("name", " ".join(written), written)
            if len(written[0]) == 1:
                yield _name_claim("initial", " ".join((written[0], written[-1])), written)
        if len(seen) == 2 * _MAX_NAMES:
            return


def _given(texts: tuple[str | None, ...]) -> tuple[Name, ...]:
    return tuple(written for written in (names.name(text) for text in texts if text) if written)


def _emails(senders: Iterable[SenderAddress]) -> tuple[str, ...]:
    return tuple(value for value in (normalise.email(s.address) for s in islice(senders, _MAX_ADDRESSES)) if value)


def _only(emails: tuple[str, ...]) -> LookupKey | None:
    return LookupKey("email", emails[0]) if len(set(emails)) == 1 else None


def _written_senders(contact: Contact) -> tuple[SenderAddress, ...]:
    written = contact.sender.identifier
    return (SenderAddress(address=written, name=contact.sender.name),) if written else ()


def _unique(claims: Iterable[Claim]) -> Iterator[Claim]:
    return iter(dict.fromkeys(claims))
