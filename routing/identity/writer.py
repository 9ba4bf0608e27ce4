"""Whether a contact names somebody else as its writer, from an identifier that is the person's own (CONTRACT §4.3).

A wife on her husband's account is not her husband. Every sign here only ever weakens a match, and each is a plain
statement or a plain name: an odd signature ("Regards, Disgusted") is no other writer.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

import re2

from models.contact import Channel, Contact
from routing.identity import names, signature
from routing.identity.names import CAPITAL, LETTERS, Name
from routing.identity.signature import Signature

_RELATION: Final = (
    r"(?:wife|husband|partner|spouse|girlfriend|boyfriend|fianc[eé]e?|mother|mum|mam|mom|father|dad|parent|son|daughter|"
    r"brother|sister|sibling|carer|friend|mate|neighbou?r|grandson|granddaughter|grandmother|nan|grandad|aunt|uncle|"
    r"nephew|niece|cousin|step-?(?:son|daughter|mother|father)|social worker|support worker|key ?worker|advocate|"
    r"solicitor|assistant|secretary|housemate|flatmate|colleague|daughter-in-law|son-in-law|widow|widower|executor)"
)
_OWNER: Final = rf"(?P<owner>(?i:his|her|their)|{CAPITAL}{LETTERS}*?(?: {CAPITAL}{LETTERS}*?)?['’]s?)"
_NAMED_OWNER: Final = rf"(?P<owner>{CAPITAL}{LETTERS}*?(?: {CAPITAL}{LETTERS}*?)?['’]s?)"
_SPEAKS: Final = r"(?:writing|typing|speaking|emailing|messaging|calling|ringing|phoning|texting|here|replying)"
_THINGS: Final = (
    r"(?:e-?mail|account|address|i?phone|mobile|laptop|computer|ipad|tablet|login|log-in|facebook|number|line)"
)
# Kin whom a child speaks of without "my", and anybody else of one's own: "dads ipad", "my husband's email"
_THEIRS: Final = (
    rf"(?:my (?:late )?{_RELATION}|(?:(?:my|our) )?(?:dad|daddy|mum|mummy|mam|mom|nan|gran|grandad|granddad))['’]?s"
)
# "This is his wife writing", "it's Dave's mum here", "I'm Karen, Dave's wife", "Caller said she was his daughter"
_IS_RELATION: Final = re2.compile(
    r"\b(?i:this is|it'?s|it’s|it is|i am|i'm|i’m|caller (?:was|is|said s?he (?:was|is)|says s?he is)) "
    rf"(?:{CAPITAL}{LETTERS}+(?: {CAPITAL}{LETTERS}+)?,? (?:and )?)?{_OWNER} (?i:{_RELATION})\b"
    rf"(?P<speaks>[ ,]+(?i:{_SPEAKS})\b)?"
)
# "Dave's wife", "on Dave's phone": of the person themselves nobody but another speaks so; others' wives and phones
# are in every other complaint
_BELONGS: Final = re2.compile(rf"{_NAMED_OWNER} (?:[a-z]+ )?(?i:{_RELATION}|{_THINGS})\b")
# "my husband Dave", "Dave has asked me to write"
_OF_THEM: Final = re2.compile(
    rf"\b(?i:my (?:late |dear )?{_RELATION}),? (?P<mine>{CAPITAL}{LETTERS}+(?: {CAPITAL}{LETTERS}+)?)"
    rf"|(?P<asked>{CAPITAL}{LETTERS}+(?: {CAPITAL}{LETTERS}+)?) (?:has |had |have )?asked (?:me|us) to "
    r"(?:write|email|e-mail|ring|call|phone|contact|let|tell|send|pass|reply|message)\b"
)
_STATEMENTS: Final = tuple(
    re2.compile(pattern)
    for pattern in (
        # "I'm writing from my husband's account", "im using dads ipad", "sent from mums phone"
        r"(?i)\b(?:using|borrowing|borrowed|(?:writing|emailing|messaging|sending|sent|calling|ringing|texting)"
        rf"(?: this)? (?:from|on|via|through)|(?:i am|i'?m|i’m) on) {_THEIRS} (?:[a-z]+ )?{_THINGS}\b",
        # "on mums phone so keep it short", "this is my husband's email account so please ring me": at the head of a
        # sentence; what was found on a son's phone stands further on.
        rf"(?im)(?:^|[.!?] )(?:ps:? |sorry,? |hi,? )?on {_THEIRS} (?:[a-z]+ )?{_THINGS}\b",
        rf"(?im)\b(?:this is|it'?s|it’s) {_THEIRS} (?:e-?mail (?:account|address)|e-?mail|account|i?phone|ipad|tablet)"
        r"(?:[.!;)]|$|,? (?:so|not|but|because|cos)\b)",
        # A line "Sent on behalf of Mr Example", "Typed by Karen on behalf of my mother"
        r"(?m)^[ \t(*_-]*(?i:(?:this (?:e-?mail|letter|message) (?:is|was|has been) )?(?:sent|written|typed|dictated|"
        rf"signed|submitted))(?: (?i:by) [^\n,;:!?()0-9]+?)?,? (?i:for and )?(?i:on behalf of) "
        rf"(?:(?i:mr|mrs|ms|miss|dr|him|her|my (?:late )?{_RELATION})\b|{CAPITAL})",
        rf"(?im)^[ \t(*_-]*(?:this (?:e-?mail|letter|message) (?:is|was|has been) )?(?:written|typed|dictated|sent) "
        rf"(?:by|to) (?:his|her|their|my) {_RELATION}\b",
    )
)
_RELATION_RANG: Final = re2.compile(
    rf"^\s*(?:(?i:his|her|their|caller['’]s|{CAPITAL}[^\n,;:!?()0-9]*?['’]s?) )?(?i:{_RELATION})"
    r"(?: of [^\n,;:!?()0-9]+?)? (?i:rang|called|phoned|rings|calling|ringing|on the line|speaking|on the phone|came|"
    r"attended|left)\b"
)
_GREETING_ONLY: Final = re2.compile(
    r"(?i)^\s*(?:(?:dear|hello|hi|hiya|good (?:morning|afternoon|evening)|to whom)[^\n.!?]{0,60}[\s,.!:]*)?$"
)
_SENT_BY: Final = re2.compile(
    r"(?m)^[ \t(*_-]*(?i:sent|written|typed|e-?mailed|posted|dictated|submitted) (?i:by|from) "
    rf"(?P<who>{CAPITAL}{LETTERS}+(?: {CAPITAL}{LETTERS}+)?)"
)
_POSSESSIVE: Final = re2.compile(r"['’]s?$")
_AT_START: Final = 60
_ON_BEHALF: Final = re2.compile(r"\b(?i:on behalf of|p\.?p\.?|per pro)\s+(?P<who>[^\n,;:!?()0-9]+)")
_NOTES_START: Final = re2.compile(
    r"^\s*(?i:caller(?: was| is|:)? |call from |received from )?"
    rf"(?P<who>(?:(?i:mr|mrs|ms|miss|dr)\.? +)(?:{CAPITAL}{LETTERS}*\.? ){{0,2}}?{CAPITAL}{LETTERS}+)"
    r"\s*(?:[.,:;-]|(?i:rang|called|phoned|ringing|calling|re|said|asked|asking|wants|wanted|wanting|came|"
    r"on the line)\b)"
)
# "hi im ellie im 13", "I'm Karen and I live with him": who is told goes straight on about themselves
_SAYS_WHO: Final = re2.compile(
    rf"\b(?:(?i:it'?s|it’s|it is|this is)|(?P<sure>(?i:i am|i'?m|i’m|my name(?:['’]?s| is)))) +"
    rf"(?P<who>{LETTERS}+(?: {CAPITAL}{LETTERS}+)?)[\s,.!–-]+"
    r"(?:(?i:and )?(?i:i am|i'?m|i’m|aged?)(?i: only| just)? [0-9]{1,2}\b|"
    r"(?P<number>[0-9]{1,2}\b)|(?P<own>(?i:and )?(?i:i am|i'?m|i’m|i|my)\b))"
)
_DESCRIBES: Final = frozenset({"christian", "frank", "max", "rich", "sandy"})
"""Given names that "I am" may be followed by and be no name."""
_SENTENCE_ENDS: Final = re.compile(r"[.!?\n]")
_INTRODUCES: Final = ("here", "writing", "speaking", "calling", "ringing", "using", "typing", "texting", "emailing")
_TEXT: Final = 12_000


def names_another(contact: Contact, own: tuple[Name, ...]) -> bool:
    """Whether the contact's new text or signature names a writer who is not the person called `own`.

    `own`: the person's name and aliases. Their own nickname, initials or part of their name is never another's.
    """
    signed = signature.read(contact)
    text = _spoken_and_written(contact)
    return (
        any(pattern.search(text) for pattern in _STATEMENTS)
        or any(_is_relation(match, text, own) for match in islice(_IS_RELATION.finditer(text), 8))
        or any(_is_own(match.group("owner"), own) for match in islice(_BELONGS.finditer(text), 16))
        or any(
            _is_own(match.group("mine") or match.group("asked"), own) for match in islice(_OF_THEM.finditer(text), 8)
        )
        or any(_speaks_for(match.group("who"), own) for match in islice(_ON_BEHALF.finditer(text), 8))
        or any(_is_given_and_not(match.group("who"), own) for match in islice(_SENT_BY.finditer(text), 4))
        or _signed_by_another(signed, own)
        or any(_introduced_as_another(written, text, own) for written in signed.introduced)
        or any(_says_who(match, text, own) for match in islice(_SAYS_WHO.finditer(text), 8))
        or _notes_name_another(contact, own)
    )


def _spoken_and_written(contact: Contact) -> str:
    said = [part.own_text() for part in contact.parts if part.name == "transcript"]
    body = contact.text_of("body")
    ends = body if len(body) <= _TEXT else f"{body[: _TEXT // 2]}\n{body[-_TEXT // 2 :]}"
    return "\n".join((ends, contact.text_of("signature", "notes")[:_TEXT], *(text[:_TEXT] for text in said)))


def _is_relation(match: Any, text: str, own: tuple[Name, ...]) -> bool:
    if match.group("owner").lower() not in {"his", "her", "their"}:
        return _is_own(match.group("owner"), own)
    # "I am her son" in the middle of a complaint is the person speaking of a parent.
    return bool(match.group("speaks")) or bool(_GREETING_ONLY.search(text[: match.start()][:200]))


def _is_own(written: str, own: tuple[Name, ...]) -> bool:
    """Whether `Dave's` is the person's: nobody speaks of their own things so."""
    words = names.name(_POSSESSIVE.sub("", written))
    if not words or len(words[-1]) == 1:
        return False
    # A capital at the start of a sentence may have run into the name: "Ask Dave's wife". A surname after it is a
    # relation's who bears it, too: "my wife Margaret Goodwin's clock".
    return _fits_any(words, own) or _fits_any(words[1:], tuple(full[:-1] or full for full in own))


def _speaks_for(who: str, own: tuple[Name, ...]) -> bool:
    """`on behalf of` the person themselves, which they do not write; of others they do."""
    words = names.name(" ".join(who.split()[:4]))
    return any(words[:size] and _fits_any(words[:size], own) and len(words[0]) > 1 for size in range(1, len(words) + 1))


def _signed_by_another(signed: Signature, own: tuple[Name, ...]) -> bool:
    if signed.signed is None:
        return False
    surname = names.titled_surname(signed.signed)
    written = surname or names.name(signed.signed)
    if not written or _fits_any(written, own) or _joint(signed.signed, own):
        return False
    first, last = written[0], written[-1]
    if len(written) == 1:
        return bool(surname) or names.is_given(first)
    if any(last == full[-1] for full in own):
        # The person's surname under another given name or initial. "Big Tolley" has no given name, and "J G Tolley"
        # may be Graham by his second one.
        fits = any(_fits_any((word, last), own) for word in written[1:-1])
        return not fits and (len(first) == 1 or names.is_given(first))
    return names.is_given(first) or (signed.closed and all(len(word) > 1 for word in written))


def _joint(line: str, own: tuple[Name, ...]) -> bool:
    """`Graham and Karen Tolley`: the person is one of the writers."""
    sides = line.replace("&", " and ").split(" and ")
    return len(sides) > 1 and any(_fits_any(names.name(side), own) for side in sides)


def _introduced_as_another(written: str, text: str, own: tuple[Name, ...]) -> bool:
    if signature.name_line(written) is None or not _is_given_and_not(written, own):
        return False
    at = text.find(written)
    before, after = (
        text[max(0, at - 14) : at].lower(),
        text[at + len(written) : at + len(written) + 40].lstrip(" ,").lower(),
    )
    claimed = any(opening in before for opening in ("name is", "name's", "name:", "caller is"))
    # At the very start a bare "It's Karen." is an introduction; further on it may be anything.
    bare = at < _AT_START and text[at + len(written) :][:1] in {".", ",", "!", "-", "–", "\n", ""}
    return claimed or bare or after.startswith(_INTRODUCES)


def _says_who(match: Any, text: str, own: tuple[Name, ...]) -> bool:
    """At the head of a sentence, or behind a greeting: elsewhere it may be what somebody else said."""
    if not match.group("sure") and (match.group("number") or match.group("own")):
        return False  # "It's June 13", "It's Karen I blame"
    before = _SENTENCE_ENDS.split(text[max(0, match.start() - 80) : match.start()])[-1]
    words = names.name(match.group("who"))
    at_head = not before.strip() or _GREETING_ONLY.search(before) is not None
    return at_head and not _DESCRIBES & set(words[:1]) and _is_given_and_not(match.group("who"), own)


def _is_given_and_not(written: str, own: tuple[Name, ...]) -> bool:
    words = names.name(written)
    return bool(words) and names.is_given(words[0]) and not _fits_any(words, own) and not _fits_any(words[:1], own)


def _notes_name_another(contact: Contact, own: tuple[Name, ...]) -> bool:
    if contact.channel not in (Channel.TELEPHONE, Channel.VOICEMAIL, Channel.VISIT):
        return False
    notes = contact.text_of("notes")
    if _RELATION_RANG.search(notes):
        return True
    match = _NOTES_START.search(notes)
    if match is None:
        return False
    written = names.titled_surname(match.group("who")) or names.name(match.group("who"))
    return bool(written) and not _fits_any(written, own)


def _fits_any(written: Name, own: tuple[Name, ...]) -> bool:
    return any(names.may_be(written, full) or names.similar(written, full) for full in own)
